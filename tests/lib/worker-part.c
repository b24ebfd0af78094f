/*
 * A call that only a worker may make, for tests that have no worker.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tests/lib/worker-part.h"

typedef struct Part {
    VncOutput *output;
    VncBuffer *bytes;
    bool end;
} Part;

static gpointer append(gpointer opaque)
{
    Part *part = opaque;

    vnc_thread_become_worker();
    vnc_output_append_part(part->output, part->bytes, part->end);
    return NULL;
}

void worker_append_part(VncOutput *output, VncBuffer *part, bool end)
{
    Part args = {output, part, end};

    g_thread_join(g_thread_new("worker", append, &args));
}
