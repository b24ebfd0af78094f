/*
 * The worker: encodes one job, slice by slice.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Worker thread. Holds the display lock for a slice, the output lock to append the
 * finished update, never both.
 */
#include "ui/jobs/worker.h"

#include "ui/rfb/write.h"

/* Encode rectangles from @next on until a slice is full; returns where the next one begins. */
static unsigned encode_slice(VncJob *job, VncScratch *scratch, const VncView *view, unsigned next)
{
    const VncRect *rects = (const VncRect *)(const void *)job->rects->data;
    int64_t room = VNC_SLICE_PIXELS;

    vnc_lock_display(job->display);
    do {
        const VncRect *rect = &rects[next];

        vnc_write_rect_header(&job->out, rect, job->encoder->number);
        job->encoder->encode(job->state, &job->params, view, rect, scratch, &job->out);
        room -= (int64_t)rect->w * rect->h;
        next++;
    } while (next < job->rects->len && room >= (int64_t)rects[next].w * rects[next].h);
    vnc_unlock_display(job->display);
    return next;
}

void vnc_worker_encode(VncJob *job, VncScratch *scratch,
                       bool (*may_go_on)(void *opaque, VncJob *job), void *opaque)
{
    const VncSurface *surface = job->surface;
    VncView view = {
        .pixels = (const uint32_t *)(const void *)surface->data,
        .stride = surface->stride / (ptrdiff_t)sizeof(uint32_t),
        .width = surface->width,
        .height = surface->height,
    };
    unsigned next = 0;

    VNC_WORKER();
    while (next < job->rects->len) {
        if (!may_go_on(opaque, job)) {
            job->outcome = VNC_JOB_ABORTED;
            return;
        }
        next = encode_slice(job, scratch, &view, next);
    }
    vnc_buffer_patch_u16(&job->out, VNC_UPDATE_COUNT_OFFSET, job->pseudo + job->rects->len);

    VncOutput *output = &job->owner->output;
    vnc_lock_output(output);
    vnc_buffer_move(&output->pending, &job->out);
    vnc_unlock_output(output);
    job->outcome = VNC_JOB_DONE;
}
