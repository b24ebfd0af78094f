/*
 * The bytes that wait to be sent to one viewer.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Worker: vnc_output_append_part(). Main thread: all other functions. The output lock is held for a
 * few instructions, never across a system call.
 */
#include "ui/jobs/output.h"

static void vnc_lock_output(VncOutput *output)
{
    vnc_lock(&output->lock);
}

static void vnc_unlock_output(VncOutput *output)
{
    vnc_unlock(&output->lock);
}

void vnc_output_init(VncOutput *output)
{
    *output = (VncOutput){.updating = false};
    vnc_lock_init(&output->lock);
}

void vnc_output_clear(VncOutput *output)
{
    vnc_chunks_clear(&output->pending);
    vnc_chunks_clear(&output->behind);
    vnc_lock_clear(&output->lock);
}

/* Output lock held: the queue that messages go to. */
static VncChunks *behind_update(VncOutput *output)
{
    return output->updating ? &output->behind : &output->pending;
}

void vnc_output_append(VncOutput *output, VncBuffer *messages)
{
    VNC_MAIN();
    vnc_lock_output(output);
    vnc_chunks_push(behind_update(output), messages);
    vnc_unlock_output(output);
}

void vnc_output_append_alone(VncOutput *output, VncBuffer *messages)
{
    VNC_MAIN();
    vnc_lock_output(output);
    vnc_chunks_seal(behind_update(output));
    vnc_chunks_push(behind_update(output), messages);
    vnc_chunks_seal(behind_update(output));
    vnc_unlock_output(output);
}

void vnc_output_append_part(VncOutput *output, VncBuffer *part, bool end)
{
    VNC_WORKER();
    vnc_lock_output(output);
    vnc_chunks_push(&output->pending, part);
    output->updating = !end;
    if (end) {
        vnc_chunks_move(&output->pending, &output->behind);
    }
    vnc_unlock_output(output);
}

bool vnc_output_take(VncOutput *output, VncBuffer *to)
{
    bool taken;

    VNC_MAIN();
    vnc_lock_output(output);
    taken = vnc_chunks_pop(&output->pending, to);
    vnc_unlock_output(output);
    return taken;
}

size_t vnc_output_backlog(VncOutput *output)
{
    size_t backlog;

    VNC_MAIN();
    vnc_lock_output(output);
    backlog = output->pending.len + output->behind.len;
    vnc_unlock_output(output);
    return backlog;
}

void vnc_output_trim(VncOutput *output)
{
    VNC_MAIN();
    vnc_lock_output(output);
    vnc_chunks_trim(&output->pending); /* nothing is taken from `behind`, so it keeps nothing */
    vnc_unlock_output(output);
}
