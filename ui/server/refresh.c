/*
 * Refresh: from the host's framebuffer to the server surface, and from there to each
 * viewer's damage.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. Owns both surfaces. A refresh tries the display lock to write the server surface. If
 * the worker holds the lock, the refresh asks for a handover, and the worker's wake-up repeats it.
 */
#include "ui/server/server-private.h"

#include "ui/base/compare.h"
#include "ui/base/source.h"

#define BLANK_WIDTH  640
#define BLANK_HEIGHT 480

static void set_screen_size(VncServer *server, int width, int height)
{
    vnc_surface_unref(server->screen.surface);
    server->screen.surface = vnc_surface_new(width, height);
    vnc_damage_init(&server->suspect, width, height);
    vnc_damage_init(&server->unseen, width, height);
    vnc_damage_init(&server->changed, width, height);
    vnc_damage_init(&server->moved, width, height);
    vnc_damage_init(&server->screen.work, width, height);
    vnc_damage_init(&server->screen.fast_work, width, height);
    vnc_damage_init(&server->screen.split_work, width, height);
    vnc_damage_init(&server->screen.fast, width, height);
    vnc_activity_init(&server->activity, width, height);
}

void vnc_server_refresh_init(VncServer *server)
{
    set_screen_size(server, BLANK_WIDTH, BLANK_HEIGHT);
}

/* Forget the host's surface. */
static void drop_guest(VncServer *server)
{
    g_clear_pointer(&server->convert, pixman_image_unref);
    g_clear_pointer(&server->band, pixman_image_unref);
    vnc_surface_unref(g_steal_pointer(&server->guest));
}

void vnc_server_refresh_clear(VncServer *server)
{
    drop_guest(server);
    vnc_surface_unref(g_steal_pointer(&server->screen.surface));
    vnc_damage_clear(&server->suspect);
    vnc_damage_clear(&server->unseen);
    vnc_damage_clear(&server->changed);
    vnc_damage_clear(&server->moved);
    vnc_damage_clear(&server->screen.work);
    vnc_damage_clear(&server->screen.fast_work);
    vnc_damage_clear(&server->screen.split_work);
    vnc_damage_clear(&server->screen.fast);
    vnc_activity_clear(&server->activity);
}

static bool is_xrgb(pixman_format_code_t format)
{
    return format == PIXMAN_x8r8g8b8 || format == PIXMAN_a8r8g8b8;
}

static void surface_changed(VncState *vs, void *opaque)
{
    const VncServer *server = opaque;

    vnc_state_surface_changed(vs, server->resizer);
}

void vnc_server_set_surface(VncServer *server, VncSurface *surface)
{
    const VncSurface *old = server->screen.surface;
    VncSurface *released = g_steal_pointer(&server->guest);

    VNC_MAIN();
    if (server->ending) {
        surface = NULL;
    }
    if (surface) {
        vnc_surface_ref(surface);
    }
    drop_guest(server);
    server->guest = surface;
    if (surface && !is_xrgb(surface->format)) {
        server->convert = pixman_image_create_bits_no_clear(
            surface->format, surface->width, surface->height, (uint32_t *)(void *)surface->data,
            (int)surface->stride);
        server->band =
            pixman_image_create_bits_no_clear(PIXMAN_x8r8g8b8, surface->width, VNC_CELL, NULL, 0);
    }
    if (surface && (surface->width != old->width || surface->height != old->height)) {
        VNC_TRACE(&server->tracer, SERVER_DPY_RECREATE, "size=%dx%d fmt=0x%x", surface->width,
                  surface->height, surface->format);
        set_screen_size(server, surface->width, surface->height);
        vnc_server_for_each(server, surface_changed, server);
    } else if (surface) {
        VNC_TRACE(&server->tracer, SERVER_DPY_PAGEFLIP, "size=%dx%d fmt=0x%x", surface->width,
                  surface->height, surface->format);
    }
    vnc_damage_add_all(&server->suspect);
    vnc_server_hurry(server);
    /* The host's release function may call the server. */
    vnc_surface_unref(released);
}

void vnc_server_damage(VncServer *server, const VncRect *rect)
{
    VNC_MAIN();
    vnc_damage_add(&server->suspect, rect);
    if (!server->pace.damaged) {
        server->pace.damaged = true;
        vnc_server_pace(server);
    }
}

bool vnc_server_watched(const VncServer *server)
{
    return vnc_server_count_initialized(server) > 0;
}

/* Whether the host's surface has pixels to copy. */
static bool has_pixels(const VncServer *server)
{
    return server->guest && (is_xrgb(server->guest->format) || (server->convert && server->band));
}

/* Convert the suspect part of the band's rows, @start to @end. Each 64 cells are one stretch, as
 * each stretch costs a call. */
static void convert_band(VncServer *server, const uint64_t *suspect, int start, int end)
{
    for (int word = 0; word < server->suspect.words; word++) {
        if (suspect[word]) {
            int first = word * 64 + __builtin_ctzll(suspect[word]);
            int last = word * 64 + 63 - __builtin_clzll(suspect[word]);
            int x = first * VNC_CELL;
            int width = MIN((last + 1) * VNC_CELL, server->guest->width) - x;

            pixman_image_composite32(PIXMAN_OP_SRC, server->convert, NULL, server->band, x, start,
                                     0, 0, x, 0, width, end - start);
        }
    }
}

/* Row @y of the host's pixels as 0x??RRGGBB; its band has been converted if need be. NULL: the host
 * has no pixels. */
static const uint32_t *guest_row(const VncServer *server, int y)
{
    const VncSurface *guest = server->guest;

    if (!has_pixels(server)) {
        return NULL;
    }
    if (is_xrgb(guest->format)) {
        return (const uint32_t *)(const void *)(guest->data + y * guest->stride);
    }
    return pixman_image_get_data(server->band) +
           (size_t)(y % VNC_CELL) * pixman_image_get_stride(server->band) / sizeof(uint32_t);
}

/* The parameters of one refresh. */
typedef struct Pass {
    VncServer *server;
    const uint32_t *blank; /* a row for a guest without pixels */
    bool moving;           /* look for cells moved by server->motion */
    uint32_t *old_row;     /* moving, within rows: a copy of the row before */
} Pass;

static uint32_t *our_row(const VncServer *server, int y)
{
    const VncSurface *surface = server->screen.surface;

    return (uint32_t *)(void *)(surface->data + y * surface->stride);
}

/* Begin with the band's suspect cells whose origin, by the motion, lies within the screen. */
static void begin_moved(VncServer *server, int band, int end)
{
    const VncMotion *motion = &server->motion.motion;
    int width = server->screen.surface->width, height = server->screen.surface->height;
    uint64_t *moved = vnc_damage_row(&server->moved, band);
    int top = band * VNC_CELL - motion->dy;

    if (top < 0 || end - motion->dy > height) {
        return;
    }
    memcpy(moved, vnc_damage_row(&server->suspect, band), server->moved.words * sizeof(*moved));
    VncRect off_left = {0, band * VNC_CELL, motion->dx, 1};
    VncRect off_right = {width + motion->dx, band * VNC_CELL, -motion->dx, 1};
    vnc_damage_remove(&server->moved, &off_left);
    vnc_damage_remove(&server->moved, &off_right);
}

/* Row @y has been copied: keep in @moved the cells that equal their origin before the motion. */
static void match_row(const Pass *pass, int y, uint64_t *moved)
{
    VncServer *server = pass->server;
    const VncMotion *motion = &server->motion.motion;
    const uint32_t *from = motion->dy == 0 ? pass->old_row : our_row(server, y - motion->dy);

    vnc_match_row(our_row(server, y), from - motion->dx, server->screen.surface->width, moved);
}

/* Compare a band of VNC_CELL rows: copy cells that differ, and mark them in server->changed. */
static void refresh_band(const Pass *pass, int band)
{
    VncServer *server = pass->server;
    int width = server->screen.surface->width;
    const uint64_t *suspect = vnc_damage_row(&server->suspect, band);
    uint64_t *changed = vnc_damage_row(&server->changed, band);
    uint64_t *moved = vnc_damage_row(&server->moved, band);
    int start = band * VNC_CELL;
    int end = MIN(start + VNC_CELL, server->screen.surface->height);
    /* A row must be matched before the row that it has moved from is overwritten. */
    bool upwards = pass->moving && server->motion.motion.dy > 0;

    if (pass->moving) {
        begin_moved(server, band, end);
    }
    if (server->convert && has_pixels(server)) {
        convert_band(server, suspect, start, end);
    }
    for (int i = 0; i < end - start; i++) {
        int y = upwards ? end - 1 - i : start + i;
        const uint32_t *theirs = guest_row(server, y);

        if (pass->old_row) {
            memcpy(pass->old_row, our_row(server, y), width * sizeof(uint32_t));
        }
        vnc_compare_row(our_row(server, y), theirs ? theirs : pass->blank, width, suspect, changed);
        if (pass->moving) {
            match_row(pass, y, moved);
        }
    }
}

/* Whether a motion is found, and a viewer supports CopyRect. */
static bool find_motion(VncServer *server)
{
    return vnc_server_has_viewer(server, vnc_state_takes_copies) && server->guest &&
           !server->convert &&
           vnc_motion_search(&server->motion, &server->suspect, server->screen.surface,
                             server->guest);
}

/* Only moved cells that have changed count: copying equal pixels saves nothing. */
static void rate_motion(VncServer *server)
{
    VncDamage *work = &server->screen.work;

    vnc_damage_intersect(work, &server->moved, &server->changed);
    vnc_motion_search_rate(&server->motion, vnc_damage_count(work));
}

static bool band_is_suspect(const VncServer *server, int band)
{
    const uint64_t *row = vnc_damage_row(&server->suspect, band);
    uint64_t any = 0;

    for (int word = 0; word < server->suspect.words; word++) {
        any |= row[word];
    }
    return any != 0;
}

/* The display lock is held. Empties server->suspect, fills server->changed and server->moved. */
static void refresh_surface(VncServer *server)
{
    int width = server->screen.surface->width;
    g_autofree uint32_t *blank = NULL;
    g_autofree uint32_t *old_row = NULL;
    Pass pass = {.server = server, .moving = find_motion(server)};
    int bands = server->suspect.rows;

    if (!has_pixels(server)) {
        pass.blank = blank = g_new0(uint32_t, width);
    }
    if (pass.moving && server->motion.motion.dy == 0) {
        pass.old_row = old_row = g_new(uint32_t, width);
    }
    server->changed.any = true;
    server->moved.any = pass.moving;
    for (int i = 0; i < bands; i++) {
        int band = pass.moving && server->motion.motion.dy > 0 ? bands - 1 - i : i;

        if (band_is_suspect(server, band)) {
            refresh_band(&pass, band);
        }
    }
    if (pass.moving) {
        rate_motion(server);
    }
    vnc_damage_remove_all(&server->suspect);
}

/* Get the display lock without waiting for the worker. */
static bool try_lock(VncServer *server)
{
    if (vnc_trylock_display(&server->screen.display)) {
        return true;
    }
    return vnc_job_queue_request_handover(server->queue) &&
           vnc_trylock_display(&server->screen.display);
}

static void tell_viewer(VncState *vs, void *opaque)
{
    vnc_state_refreshed(vs, opaque);
}

/* Whether a viewer could be sent an update now. */
static bool is_awaited(const VncServer *server)
{
    for (unsigned i = 0; i < server->viewers->len; i++) {
        if (vnc_state_is_waiting(g_ptr_array_index(server->viewers, i))) {
            return true;
        }
    }
    return false;
}

/* Whether areas that change fast are sent in another way than the rest. */
static bool heeds_activity(const VncServer *server)
{
    return server->screen.options->lossy && !server->screen.options->non_adaptive;
}

static void note_activity(VncServer *server, int64_t now)
{
    if (heeds_activity(server)) {
        vnc_activity_note(&server->activity, &server->changed, now, &server->screen.fast);
    } else {
        vnc_damage_remove_all(&server->screen.fast);
    }
}

/* Decide whether this refresh compares the screen, or keeps its damage for a later one. */
static void doze_or_wake(VncServer *server)
{
    server->pace.dozing = !is_awaited(server);
    if (server->pace.dozing) {
        if (heeds_activity(server)) {
            vnc_activity_note_unseen(&server->activity, &server->suspect,
                                     vnc_clock_now(&server->clock));
        }
        vnc_damage_merge(&server->unseen, &server->suspect);
        vnc_damage_remove_all(&server->suspect);
    } else {
        vnc_damage_merge(&server->suspect, &server->unseen);
        vnc_damage_remove_all(&server->unseen);
    }
}

void vnc_server_refresh(VncServer *server)
{
    VncChange change = {.changed = &server->changed, .moved = &server->moved};
    bool changed = false;

    VNC_MAIN();
    server->pace.damaged = false;
    vnc_damage_remove_all(&server->changed);
    vnc_damage_remove_all(&server->moved);
    if (!vnc_server_watched(server)) {
        server->refresh_late = false;
        vnc_job_queue_end_handover(server->queue);
        vnc_server_pace(server);
        return;
    }
    doze_or_wake(server);
    if (!vnc_damage_is_empty(&server->suspect)) {
        server->refresh_late = !try_lock(server);
        if (server->refresh_late) {
            VNC_TRACE(&server->tracer, SERVER_REFRESH_LATE, "cells=%u",
                      vnc_damage_count(&server->suspect));
            return;
        }
        refresh_surface(server);
        vnc_unlock_display(&server->screen.display);
        changed = !vnc_damage_is_empty(&server->changed);
    }
    server->refresh_late = false;
    vnc_job_queue_end_handover(server->queue);
    change.now = vnc_clock_now(&server->clock);
    if (!server->pace.dozing) {
        note_activity(server, change.now);
    }
    change.looked = !server->pace.dozing;
    change.motion = server->motion.motion;
    vnc_server_for_each(server, tell_viewer, &change);
    if (changed) {
        VNC_TRACE(&server->tracer, SERVER_REFRESH, "cells=%u of=%d moved=%u by=%d,%d",
                  vnc_damage_count(&server->changed),
                  server->changed.columns * server->changed.rows, vnc_damage_count(&server->moved),
                  change.motion.dx, change.motion.dy);
        vnc_pace_changed(&server->pace, vnc_damage_count(&server->changed),
                         server->changed.columns * server->changed.rows, change.now);
    }
    vnc_server_pace(server);
    /* Last: when a viewer leaves, the host may call for another refresh. */
    vnc_turns_run(server->turns);
}

static unsigned choose_interval(const VncServer *server)
{
    return vnc_server_watched(server)
               ? vnc_pace_interval(&server->pace, server->pace.dozing && is_awaited(server),
                                   vnc_clock_now(&server->clock))
               : 0;
}

void vnc_server_pace(VncServer *server)
{
    if (server->ending) {
        return;
    }
    unsigned interval = choose_interval(server);
    if (interval != server->interval) {
        VNC_TRACE(&server->tracer, SERVER_INTERVAL, "ms=%u", interval);
        server->interval = interval;
        server->ops->set_refresh_interval(server->host, interval);
    }
}

void vnc_server_hurry(VncServer *server)
{
    server->pace.event_at = vnc_clock_now(&server->clock);
    vnc_server_pace(server);
}
