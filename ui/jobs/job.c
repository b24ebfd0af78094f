/*
 * Jobs: building them, and the helpers for the display lock.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread, except the lock helpers.
 */
#include "ui/jobs/job.h"

#include "ui/base/rect.h"
#include "ui/rfb/write.h"

void vnc_display_lock_init(VncDisplay *display)
{
    vnc_lock_init(&display->lock);
}

void vnc_display_lock_clear(VncDisplay *display)
{
    vnc_lock_clear(&display->lock);
}

void vnc_lock_display(VncDisplay *display)
{
    VNC_WORKER();
    vnc_lock(&display->lock);
}

bool vnc_trylock_display(VncDisplay *display)
{
    VNC_MAIN();
    return vnc_trylock(&display->lock);
}

void vnc_unlock_display(VncDisplay *display)
{
    vnc_unlock(&display->lock);
}

void vnc_job_owner_init(VncJobOwner *owner, const VncJobOwnerOps *ops)
{
    *owner = (VncJobOwner){.ops = ops};
    vnc_output_init(&owner->output);
}

void vnc_job_owner_clear(VncJobOwner *owner)
{
    g_assert(owner->in_flight == 0);
    vnc_output_clear(&owner->output);
}

VncJob *vnc_job_new(VncJobOwner *owner)
{
    VncJob *job = g_new0(VncJob, 1);

    job->owner = owner;
    job->link.data = job;
    job->rects = g_array_new(FALSE, FALSE, sizeof(VncJobRect));
    return job;
}

void vnc_job_free(VncJob *job)
{
    if (!job) {
        return;
    }
    g_assert(!job->state);
    vnc_surface_unref(job->surface);
    vnc_buffer_clear(&job->out);
    g_array_free(job->rects, TRUE);
    g_free(job);
}

void vnc_job_reset(VncJob *job)
{
    VNC_MAIN();
    g_assert(!job->state);
    vnc_buffer_reset(&job->out);
    g_array_set_size(job->rects, 0);
    vnc_surface_unref(g_steal_pointer(&job->surface));
    job->last_rect = false;
    job->written = 0;
    memset(job->counts, 0, sizeof(job->counts));
    job->outcome = VNC_JOB_NEW;
}

void vnc_job_begin(VncJob *job)
{
    vnc_write_update_header(&job->out, 0);
}

void vnc_job_set_source(VncJob *job, VncDisplay *display, VncSurface *surface,
                        const VncEncoder *encoder, const VncEncodeParams *params)
{
    VNC_MAIN();
    job->display = display;
    job->surface = vnc_surface_ref(surface);
    job->encoder = encoder;
    job->params = *params;
}

/* How many rows the encoder takes at once of a piece that is @width wide. */
static int piece_rows(const VncEncoder *encoder, int width)
{
    int rows = MAX(1, MIN(encoder->max_pixels, VNC_SLICE_PIXELS) / width);

    return rows > encoder->align ? rows - rows % encoder->align : rows;
}

bool vnc_job_add_rect(VncJob *job, const VncRect *rect, unsigned flags)
{
    const VncEncoder *encoder = job->encoder;
    int width = MIN(rect->w, encoder->max_width);
    int rows = piece_rows(encoder, width);
    uint64_t pieces = (uint64_t)((rect->w + width - 1) / width) * ((rect->h + rows - 1) / rows);

    VNC_MAIN();
    if (job->written + job->rects->len + pieces > VNC_MAX_UPDATE_RECTS) {
        return false;
    }
    for (int y = rect->y; y < rect->y + rect->h; y += rows) {
        for (int x = rect->x; x < rect->x + rect->w; x += width) {
            VncJobRect piece = {
                .rect = {x, y, MIN(width, rect->x + rect->w - x), MIN(rows, rect->y + rect->h - y)},
                .flags = flags,
            };

            g_array_append_val(job->rects, piece);
        }
    }
    return true;
}
