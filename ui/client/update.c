/*
 * What to send, and when: one viewer's updates.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. An update is begun when no job is in flight and little waits to be sent;
 * until then damage gathers, so a slow viewer gets fewer updates, never old ones.
 */
#include "ui/client/client-private.h"

#include "ui/base/rect.h"
#include "ui/rfb/write.h"

#include <inttypes.h>

bool vnc_state_sees_beyond(const VncState *vs)
{
    const VncSurface *surface = vs->context.screen->surface;

    return vs->width > surface->width || vs->height > surface->height;
}

/* Whether the viewer has read enough of what it was sent. */
static bool keeps_up(VncState *vs)
{
    size_t backlog = vnc_state_backlog(vs);
    bool throttled = backlog > VNC_OUTPUT_LOW;

    if (throttled && !vs->throttled) {
        VNC_TRACE_VIEWER(vs, CLIENT_THROTTLE, "backlog=%zu", backlog);
    } else if (!throttled && vs->throttled) {
        VNC_TRACE_VIEWER(vs, CLIENT_UNTHROTTLE, "backlog=%zu", backlog);
    }
    vs->throttled = throttled;
    return !throttled;
}

bool vnc_state_is_waiting(VncState *vs)
{
    return vs->phase == VNC_STATE_NORMAL && vs->requested.w > 0 && keeps_up(vs);
}

static bool can_begin(VncState *vs)
{
    return vs->phase == VNC_STATE_NORMAL && vs->job && keeps_up(vs);
}

/* Of what is sent exactly after it had been lossy: along with what moves, and alone. */
#define REFINE_ALONG (16 * 1024) /* pixels */
#define REFINE_ALONE (256 * 1024)

/* What the viewer can be sent: the part of the screen that it knows. */
static VncRect known_area(const VncState *vs)
{
    return (VncRect){0, 0, MIN(vs->width, vs->damage.width), MIN(vs->height, vs->damage.height)};
}

/* Cells of @from, which are used up, become the job's rectangles and are damaged no longer. Returns
 * false if the job is full. */
static bool add_rects(VncState *vs, VncJob *job, VncDamage *from, const VncRect *within,
                      unsigned flags)
{
    VncRect known = known_area(vs);
    int cursor = 0;
    VncRect rect;

    while (vnc_damage_take(from, within, &cursor, &rect)) {
        VncRect seen = vnc_rect_intersect(&rect, &known);

        if (!vnc_job_add_rect(job, &seen, flags)) {
            return false;
        }
        vnc_damage_remove(&vs->damage, &rect);
    }
    return true;
}

/* The damage that the viewer waits for. Full jobs leave the rest for the next one. */
static void add_damage(VncState *vs, VncJob *job, const VncRect *within)
{
    VncScreen *screen = vs->context.screen;
    VncDamage *work = &screen->work;

    vnc_damage_remove_all(work);
    vnc_damage_merge(work, &vs->damage);
    vnc_damage_close(work, vs->encoder->gap);
    if (vs->params.quality >= 0 && screen->fast.any) {
        vnc_damage_intersect(&screen->fast_work, work, &screen->fast);
        vnc_damage_subtract(work, &screen->fast_work);
        if (!add_rects(vs, job, &screen->fast_work, within, VNC_JOB_RECT_FAST)) {
            return;
        }
    }
    add_rects(vs, job, work, within, 0);
}

/* What has been lossy for long enough, as far as it is not sent anyway, up to a number of pixels. It
 * counts as lossy until the job is done. */
static void add_refinement(VncState *vs, VncJob *job, const VncRect *within)
{
    VncDamage *work = &vs->context.screen->work;
    const VncDamage *quiet = vnc_lossy_quiet(&vs->lossy);
    int64_t budget = job->rects->len > 0 ? REFINE_ALONG : REFINE_ALONE, left = budget;
    VncRect known = known_area(vs);
    int cursor = 0;
    VncRect rect;

    if (!quiet->any) {
        return;
    }
    vnc_damage_remove_all(work);
    vnc_damage_merge(work, quiet);
    vnc_damage_subtract(work, &vs->damage);
    for (unsigned i = 0; i < job->rects->len; i++) {
        vnc_damage_remove(work, &g_array_index(job->rects, VncJobRect, i).rect);
    }
    while (left > 0 && vnc_damage_take(work, within, &cursor, &rect)) {
        int rows = MAX(1, left / rect.w / VNC_CELL) * VNC_CELL;

        rect.h = MIN(rect.h, rows);
        rect = vnc_rect_intersect(&rect, &known);
        if (!vnc_job_add_rect(job, &rect, VNC_JOB_RECT_LOSSLESS)) {
            break;
        }
        left -= (int64_t)rect.w * rect.h;
    }
    if (left < budget) {
        VNC_TRACE_VIEWER(vs, JOB_LOSSLESS, "pixels=%" PRId64, budget - left);
    }
}

/* Count what an update was made of. */
static void count_sent(VncState *vs, const VncJob *job)
{
    for (int i = 0; i < VNC_METHODS; i++) {
        const VncMethodCount *count = &job->counts[i];
        VncMethodCount *sent = &vs->context.screen->sent[i];

        sent->rects += count->rects;
        sent->pixels += count->pixels;
        sent->bytes += count->bytes;
        if (count->rects > 0) {
            g_debug("viewer %" G_GUINT64_FORMAT " sent %s: %" G_GUINT64_FORMAT
                    " rectangles, %" G_GUINT64_FORMAT " pixels, %" G_GUINT64_FORMAT " bytes",
                    vs->id, vnc_method_name(i), count->rects, count->pixels, count->bytes);
        }
    }
}

/* An update without pixels needs no worker. */
static void send_without_pixels(VncState *vs, VncJob *job)
{
    vnc_buffer_patch_u16(&job->out, VNC_UPDATE_COUNT_OFFSET, job->written);
    count_sent(vs, job);
    vnc_state_send(vs, &job->out);
    vnc_state_flush(vs);
}

/* What is no update goes ahead of it: the colours before the pixels. */
static void send_messages(VncState *vs)
{
    vnc_job_reset(vs->job);
    vnc_state_write_messages(vs, &vs->job->out);
    vnc_state_send(vs, &vs->job->out);
    vnc_state_flush(vs);
}

/* The desktop's size goes in an update of its own, as the viewer may drop its pixels with it. It
 * answers no request: pixels follow. */
static void send_size(VncState *vs)
{
    vnc_job_reset(vs->job);
    vnc_job_begin(vs->job);
    vs->job->written = vnc_state_write_size(vs, &vs->job->out);
    if (vs->job->written > 0) {
        send_without_pixels(vs, vs->job);
    }
}

/* What only says yes goes in an update of its own, written on its own, as soon as it is listed: noVNC 1.0.0 looks at
 * nothing that a websocket's frame holds behind -258. It answers no request either. */
static void send_acks(VncState *vs)
{
    VncJob *job = vs->job;

    while (vs->pending & VNC_PENDING_ACKS) {
        vnc_job_reset(job);
        vnc_job_begin(job);
        vnc_buffer_patch_u16(&job->out, VNC_UPDATE_COUNT_OFFSET,
                             vnc_state_write_ack(vs, &job->out));
        vnc_output_append_alone(&vs->owner.output, &job->out);
    }
    vnc_state_flush(vs);
}

static void trace_push(const VncState *vs, const VncJob *job)
{
    const VncTracer *tracer = &vs->owner.tracer;

    if (VNC_TRACE_WANTED(tracer, JOB_ADD_RECT)) {
        for (unsigned i = 0; i < job->rects->len; i++) {
            const VncJobRect *piece = &g_array_index(job->rects, VncJobRect, i);

            vnc_trace(tracer, VNC_TRACE_JOB_ADD_RECT, "offset=%d,%d size=%dx%d%s%s", piece->rect.x,
                      piece->rect.y, piece->rect.w, piece->rect.h,
                      piece->flags & VNC_JOB_RECT_LOSSLESS ? " lossless" : "",
                      piece->flags & VNC_JOB_RECT_FAST ? " fast" : "");
        }
    }
    VNC_TRACE(tracer, JOB_PUSH, "rects=%u written=%u encoding=%s", job->rects->len, job->written,
              job->encoder->name);
}

static void push(VncState *vs, VncJob *job)
{
    trace_push(vs, job);
    for (unsigned i = 0; i < job->rects->len; i++) {
        vnc_damage_add(&vs->flying, &g_array_index(job->rects, VncJobRect, i).rect);
    }
    job->state = vnc_encoder_states_lend(&vs->states, job->encoder);
    vs->used = INT64_MAX;
    vs->job = NULL;
    vnc_job_push(vs->context.queue, job);
}

/* Black, of one row in memory that is each row of it. */
static VncSurface *black_surface(int width, int height)
{
    uint32_t *row = g_new0(uint32_t, width);

    return vnc_surface_new_for_data(width, height, 0, PIXMAN_x8r8g8b8, row, g_free, row);
}

/* Black over what a viewer that cannot resize sees beyond a screen that has shrunk. It answers no
 * request either. */
static void send_beyond(VncState *vs)
{
    const VncSurface *screen = vs->context.screen->surface;
    g_autoptr(VncSurface) black = black_surface(vs->width, vs->height);
    VncRect right = {screen->width, 0, vs->width - screen->width, vs->height};
    VncRect below = {0, screen->height, MIN(vs->width, screen->width), vs->height - screen->height};
    VncJob *job = vs->job;

    vs->beyond = false;
    vs->told = 0;
    vnc_job_reset(job);
    vnc_job_begin(job);
    vnc_job_set_source(job, &vs->context.screen->display, black, vs->encoder, &vs->params);
    if (!vnc_rect_is_empty(&right)) {
        vnc_job_add_rect(job, &right, VNC_JOB_RECT_LOSSLESS);
    }
    if (!vnc_rect_is_empty(&below)) {
        vnc_job_add_rect(job, &below, VNC_JOB_RECT_LOSSLESS);
    }
    push(vs, job);
}

/* Everything that is due goes into one update. */
static void send_update(VncState *vs)
{
    const VncScreen *screen = vs->context.screen;
    VncRect known = known_area(vs);
    VncRect within = vnc_rect_intersect(&vs->requested, &known);
    VncJob *job = vs->job;

    vnc_state_send_audio(vs);
    vs->told = vs->pending;
    vnc_job_reset(job);
    vnc_job_begin(job);
    job->written = vnc_state_write_pseudo(vs, &job->out);
    vnc_state_write_copies(vs, &within, job);
    vnc_job_set_source(job, &vs->context.screen->display, screen->surface, vs->encoder,
                       &vs->params);
    job->last_rect = vs->features.last_rect;
    add_damage(vs, job, &within);
    add_refinement(vs, job, &within);

    if (job->rects->len > 0) {
        vs->requested = (VncRect){0, 0, 0, 0};
        push(vs, job);
    } else if (job->written > 0) {
        vs->requested = (VncRect){0, 0, 0, 0};
        send_without_pixels(vs, job);
    }
}

void vnc_state_update(VncState *vs)
{
    VNC_MAIN();
    vnc_state_try_audio(vs);
    if (!can_begin(vs)) {
        return;
    }
    if (vs->pending & VNC_PENDING_SIZES) {
        send_size(vs);
    }
    if (vs->phase == VNC_STATE_NORMAL && vs->pending & VNC_PENDING_ACKS) {
        send_acks(vs);
    }
    if (vs->phase == VNC_STATE_NORMAL && vs->pending & VNC_PENDING_MESSAGES) {
        send_messages(vs);
    }
    if (vs->phase != VNC_STATE_NORMAL || vs->requested.w == 0) {
        return;
    }
    if (vs->needs_refresh) {
        vs->context.ops->wants_refresh(vs->context.server);
    } else if (vs->beyond) {
        send_beyond(vs);
    } else if (vs->pending || vs->copies->len > 0 || !vnc_damage_is_empty(&vs->damage) ||
               !vnc_damage_is_empty(vnc_lossy_quiet(&vs->lossy))) {
        send_update(vs);
    }
}

/* What was not encoded is damaged again, and still waited for. */
static void take_back(VncState *vs, const VncJob *job)
{
    for (unsigned i = 0; i < job->rects->len; i++) {
        const VncRect *rect = &g_array_index(job->rects, VncJobRect, i).rect;

        vnc_damage_add(&vs->damage, rect);
        vs->requested = vnc_rect_union(&vs->requested, rect);
    }
    if (job->counts[VNC_METHOD_COPY].rects > 0) {
        g_array_set_size(vs->copies, 0);
        vnc_damage_add_all(&vs->damage);
    }
    vs->pending |= vs->told;
}

/* Remember what of an update that has been sent was lossy. */
static void note_loss(VncState *vs, const VncJob *job)
{
    const VncSurface *surface = vs->context.screen->surface;

    /* What has been sent of an earlier screen is all damaged. */
    if (job->surface != surface) {
        return;
    }
    for (unsigned i = 0; i < job->rects->len; i++) {
        const VncJobRect *sent = &g_array_index(job->rects, VncJobRect, i);

        if (sent->flags & VNC_JOB_RECT_LOSSY) {
            vnc_lossy_add(&vs->lossy, surface->width, surface->height, &sent->rect);
        } else {
            vnc_lossy_remove(&vs->lossy, &sent->rect);
        }
    }
    vnc_state_note_lossy_copies(vs);
    /* Unless it is not to be so any more. */
    if (!vs->context.screen->options->lossy) {
        vnc_lossy_to_damage(&vs->lossy, &vs->damage);
    }
}

void vnc_state_job_home(VncJobOwner *owner, VncJob *job)
{
    VncState *vs = vnc_state_from_owner(owner);
    VncJobOutcome outcome = job->outcome;

    VNC_MAIN();
    vnc_encoder_states_take_back(&vs->states, job->encoder, g_steal_pointer(&job->state));
    vs->job = job;
    vnc_damage_remove_all(&vs->flying);
    if (outcome == VNC_JOB_DONE) {
        count_sent(vs, job);
        note_loss(vs, job);
    } else if (outcome == VNC_JOB_CANCELLED) {
        VNC_TRACE_VIEWER(vs, JOB_CANCEL, "rects=%u", job->rects->len);
        if (vs->phase == VNC_STATE_NORMAL) {
            take_back(vs, job);
        }
    }
    vnc_job_reset(job);
    if (outcome == VNC_JOB_DONE) {
        vnc_state_flush(vs);
        vnc_state_update(vs);
    }
}

void vnc_state_job_progress(VncJobOwner *owner)
{
    vnc_state_flush(vnc_state_from_owner(owner));
}

void vnc_state_surface_changed(VncState *vs, const VncState *by)
{
    const VncSurface *surface = vs->context.screen->surface;

    if (vs->phase != VNC_STATE_NORMAL) {
        return;
    }
    vnc_job_cancel(vs->context.queue, &vs->owner);
    g_array_set_size(vs->copies, 0);
    g_array_set_size(vs->sent_copies, 0);
    vnc_lossy_clear(&vs->lossy);
    vnc_damage_init(&vs->flying, surface->width, surface->height);
    vnc_damage_init(&vs->damage, surface->width, surface->height);
    vnc_damage_add_all(&vs->damage);
    vs->pending |= VNC_PENDING_SIZE;
    vs->other_resized = by && by != vs;
    vs->beyond = vnc_state_sees_beyond(vs);
    /* Whoever waits waits for what there is now: not every viewer asks again after a resize. */
    if (vs->requested.w > 0) {
        vs->requested = (VncRect){0, 0, surface->width, surface->height};
    }
    vs->needs_refresh = true;
}

/* Give memory back when nothing has been sent for a while. */
static void trim_when_idle(VncState *vs, int64_t now)
{
    if (vs->used == INT64_MAX) {
        vs->used = now;
    } else if (vs->used && now - vs->used > VNC_TRIM_US && vs->job) {
        vnc_state_trim(vs);
        vs->used = 0;
    }
}

void vnc_state_refreshed(VncState *vs, const VncChange *change)
{
    int64_t quiet = (int64_t)vs->context.screen->options->lossless_refresh_ms * 1000;

    if (vs->phase != VNC_STATE_NORMAL) {
        return;
    }
    vs->needs_refresh = !change->looked;
    vnc_state_note_change(vs, change);
    if (quiet > 0) {
        vnc_lossy_age(&vs->lossy, change->now, quiet);
    }
    vnc_state_follow_pointer(vs, change->now);
    trim_when_idle(vs, change->now);
    vnc_state_update(vs);
}
