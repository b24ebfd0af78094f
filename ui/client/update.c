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

bool vnc_state_sees_beyond(const VncState *vs)
{
    const VncSurface *surface = vs->context.screen->surface;

    return vs->width > surface->width || vs->height > surface->height;
}

static bool can_begin(VncState *vs)
{
    return vs->phase == VNC_STATE_NORMAL && vs->job && vnc_state_backlog(vs) <= VNC_OUTPUT_LOW;
}

/* Where the state that @encoder uses stands in vs->states. */
static unsigned encoder_index(const VncEncoder *encoder)
{
    unsigned i = 0;

    if (encoder->state_of) {
        encoder = encoder->state_of;
    }
    while (vnc_encoders[i] != encoder) {
        i++;
    }
    return i;
}

/* The encoder's memory of this viewer moves into the job. */
static void lend_encoder_state(VncState *vs, VncJob *job)
{
    gpointer *slot = &g_ptr_array_index(vs->states, encoder_index(job->encoder));

    if (!*slot) {
        *slot = vnc_encoder_state_new(job->encoder);
    }
    job->state = g_steal_pointer(slot);
}

/* The damage that the viewer waits for becomes the job's rectangles. Full jobs leave the rest
 * for the next one. */
static void add_damage(VncState *vs, VncJob *job)
{
    VncRect known = {0, 0, MIN(vs->width, vs->damage.width), MIN(vs->height, vs->damage.height)};
    VncRect within = vnc_rect_intersect(&vs->requested, &known);
    int cursor = 0;
    VncRect rect;

    while (vnc_damage_take(&vs->damage, &within, &cursor, &rect)) {
        VncRect seen = vnc_rect_intersect(&rect, &known);

        if (!vnc_job_add_rect(job, &seen)) {
            vnc_damage_add(&vs->damage, &rect);
            break;
        }
    }
}

/* An update without pixels needs no worker. */
static void send_without_pixels(VncState *vs, VncJob *job)
{
    vnc_buffer_patch_u16(&job->out, VNC_UPDATE_COUNT_OFFSET, job->pseudo);
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
    vs->job->pseudo = vnc_state_write_size(vs, &vs->job->out);
    if (vs->job->pseudo > 0) {
        send_without_pixels(vs, vs->job);
    }
}

static void push(VncState *vs, VncJob *job)
{
    lend_encoder_state(vs, job);
    vs->job = NULL;
    vnc_job_push(vs->context.queue, job);
}

/* Black over what a viewer that cannot resize sees beyond a screen that has shrunk. It answers no
 * request either. */
static void send_beyond(VncState *vs)
{
    const VncSurface *screen = vs->context.screen->surface;
    g_autoptr(VncSurface) black = vnc_surface_new(vs->width, vs->height);
    VncRect right = {screen->width, 0, vs->width - screen->width, vs->height};
    VncRect below = {0, screen->height, MIN(vs->width, screen->width), vs->height - screen->height};
    VncJob *job = vs->job;

    vs->beyond = false;
    vs->told = 0;
    vnc_job_reset(job);
    vnc_job_begin(job);
    vnc_job_set_source(job, &vs->context.screen->display, black, vs->encoder, &vs->params);
    if (!vnc_rect_is_empty(&right)) {
        vnc_job_add_rect(job, &right);
    }
    if (!vnc_rect_is_empty(&below)) {
        vnc_job_add_rect(job, &below);
    }
    push(vs, job);
}

/* Everything that is due goes into one update. */
static void send_update(VncState *vs)
{
    const VncScreen *screen = vs->context.screen;
    VncJob *job = vs->job;

    vs->told = vs->pending;
    vnc_job_reset(job);
    vnc_job_begin(job);
    job->pseudo = vnc_state_write_pseudo(vs, &job->out);
    vnc_job_set_source(job, &vs->context.screen->display, screen->surface, vs->encoder,
                       &vs->params);
    add_damage(vs, job);

    if (job->rects->len > 0) {
        vs->requested = (VncRect){0, 0, 0, 0};
        push(vs, job);
    } else if (job->pseudo > 0) {
        vs->requested = (VncRect){0, 0, 0, 0};
        send_without_pixels(vs, job);
    }
}

void vnc_state_update(VncState *vs)
{
    VNC_MAIN();
    if (!can_begin(vs)) {
        return;
    }
    if (vs->pending & VNC_PENDING_SIZES) {
        send_size(vs);
    }
    if (vs->phase == VNC_STATE_NORMAL && vs->pending & VNC_PENDING_COLOUR_MAP) {
        send_messages(vs);
    }
    if (vs->phase != VNC_STATE_NORMAL || vs->requested.w == 0 || vs->needs_refresh) {
        return;
    }
    if (vs->beyond) {
        send_beyond(vs);
    } else if (vs->pending || !vnc_damage_is_empty(&vs->damage)) {
        send_update(vs);
    }
}

/* What was not encoded is damaged again, and still waited for. */
static void take_back(VncState *vs, const VncJob *job)
{
    for (unsigned i = 0; i < job->rects->len; i++) {
        const VncRect *rect = &g_array_index(job->rects, VncRect, i);

        vnc_damage_add(&vs->damage, rect);
        vs->requested = vnc_rect_union(&vs->requested, rect);
    }
    vs->pending |= vs->told;
}

void vnc_state_job_home(VncJobOwner *owner, VncJob *job)
{
    VncState *vs = vnc_state_from_owner(owner);
    VncJobOutcome outcome = job->outcome;

    VNC_MAIN();
    g_ptr_array_index(vs->states, encoder_index(job->encoder)) = g_steal_pointer(&job->state);
    vs->job = job;
    if (outcome == VNC_JOB_CANCELLED && vs->phase == VNC_STATE_NORMAL) {
        take_back(vs, job);
    }
    vnc_job_reset(job);
    vnc_buffer_trim(&job->out, VNC_BUFFER_KEEP);
    if (outcome == VNC_JOB_DONE) {
        vnc_state_flush(vs);
        vnc_state_update(vs);
    }
}

void vnc_state_surface_changed(VncState *vs)
{
    const VncSurface *surface = vs->context.screen->surface;

    if (vs->phase != VNC_STATE_NORMAL) {
        return;
    }
    vnc_job_cancel(vs->context.queue, &vs->owner);
    vnc_damage_init(&vs->damage, surface->width, surface->height);
    vnc_damage_add_all(&vs->damage);
    vs->pending |= VNC_PENDING_SIZE;
    vs->beyond = vnc_state_sees_beyond(vs);
    /* Whoever waits waits for what there is now: not every viewer asks again after a resize. */
    if (vs->requested.w > 0) {
        vs->requested = (VncRect){0, 0, surface->width, surface->height};
    }
    vs->needs_refresh = true;
}

void vnc_state_refreshed(VncState *vs, const VncDamage *changed)
{
    if (vs->phase != VNC_STATE_NORMAL) {
        return;
    }
    vs->needs_refresh = false;
    vnc_damage_merge(&vs->damage, changed);
    vnc_state_update(vs);
}
