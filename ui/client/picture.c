/*
 * A viewer's picture: the parts of the screen that the viewer has, lacks, and waits for.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pure; main thread.
 */
#include "ui/client/picture.h"

#include "ui/base/rect.h"

/* Pixels sent exactly after a lossy version: along with damage, and alone. */
#define REFINE_ALONG (16 * 1024) /* pixels */
#define REFINE_ALONE (256 * 1024)

/* Rectangles of one kind in an update: each costs the main thread a tenth of a microsecond, and the
 * viewer 12 bytes. */
#define MAX_RECTS 2048

static const VncRect nowhere = {0, 0, 0, 0};

void vnc_picture_init(VncPicture *picture)
{
    *picture = (VncPicture){.width = 0};
    vnc_copies_init(&picture->copies);
}

void vnc_picture_clear(VncPicture *picture)
{
    vnc_damage_clear(&picture->damage);
    vnc_damage_clear(&picture->flying);
    vnc_copies_clear(&picture->copies);
    vnc_lossy_clear(&picture->lossy);
}

static void set_screen_size(VncPicture *picture, const VncSurface *screen)
{
    vnc_damage_init(&picture->flying, screen->width, screen->height);
    vnc_damage_init(&picture->damage, screen->width, screen->height);
    vnc_damage_add_all(&picture->damage);
    picture->needs_refresh = true;
}

void vnc_picture_begin(VncPicture *picture, const VncSurface *screen)
{
    picture->width = screen->width;
    picture->height = screen->height;
    set_screen_size(picture, screen);
}

void vnc_picture_replace_screen(VncPicture *picture, const VncSurface *screen)
{
    vnc_copies_forget(&picture->copies);
    vnc_lossy_clear(&picture->lossy);
    set_screen_size(picture, screen);
    picture->beyond = vnc_picture_sees_beyond(picture, screen);
    /* A waiting viewer gets the new screen: not every viewer asks again after a resize. */
    if (vnc_picture_is_requested(picture)) {
        picture->requested = (VncRect){0, 0, screen->width, screen->height};
    }
}

void vnc_picture_tell_size(VncPicture *picture, int width, int height)
{
    picture->beyond = false;
    if (picture->width != width || picture->height != height) {
        picture->width = width;
        picture->height = height;
        vnc_damage_add_all(&picture->damage);
    }
}

bool vnc_picture_fits(const VncPicture *picture, const VncSurface *screen)
{
    return picture->width == screen->width && picture->height == screen->height;
}

bool vnc_picture_sees_beyond(const VncPicture *picture, const VncSurface *screen)
{
    return picture->width > screen->width || picture->height > screen->height;
}

void vnc_picture_request(VncPicture *picture, const VncRect *area, bool incremental,
                         const VncSurface *screen)
{
    if (!incremental && !vnc_rect_is_empty(area)) {
        vnc_damage_add(&picture->damage, area);
        picture->lost = vnc_rect_union(&picture->lost, area);
        picture->needs_refresh = true;
        picture->beyond = vnc_picture_sees_beyond(picture, screen);
    }
    picture->requested = vnc_rect_union(&picture->requested, area);
}

void vnc_picture_end_request(VncPicture *picture)
{
    picture->requested = nowhere;
}

/* The viewer may have lost these pixels before it made the copies that it was sent. */
static void lose(VncPicture *picture, VncDamage *lost)
{
    if (vnc_rect_is_empty(&picture->lost)) {
        return;
    }
    vnc_damage_remove_all(lost);
    vnc_damage_add(lost, &picture->lost);
    vnc_copies_lose(&picture->copies, lost, &picture->damage);
    picture->lost = nowhere;
}

void vnc_picture_note(VncPicture *picture, VncScreen *screen, const VncChange *change, bool copies)
{
    int64_t quiet = (int64_t)screen->options->lossless_refresh_ms * 1000;

    picture->needs_refresh = !change->looked;
    lose(picture, &screen->work);
    if (copies && change->moved->any && vnc_picture_fits(picture, screen->surface)) {
        vnc_copies_note(&picture->copies, change, &picture->flying, &picture->damage,
                        &picture->lossy, &screen->work);
    } else {
        vnc_damage_merge(&picture->damage, change->changed);
    }
    if (quiet > 0) {
        vnc_lossy_age(&picture->lossy, change->now, quiet);
    }
}

void vnc_picture_drop_copies(VncPicture *picture)
{
    vnc_copies_to_damage(&picture->copies, &picture->damage);
}

void vnc_picture_drop_loss(VncPicture *picture)
{
    vnc_lossy_to_damage(&picture->lossy, &picture->damage);
}

bool vnc_picture_has_news(VncPicture *picture)
{
    return picture->copies.waiting->len > 0 || !vnc_damage_is_empty(&picture->damage) ||
           !vnc_damage_is_empty(vnc_lossy_quiet(&picture->lossy));
}

/* The area that the viewer can be sent: the part of the screen that it knows. */
static VncRect known_area(const VncPicture *picture)
{
    return (VncRect){0, 0, MIN(picture->width, picture->damage.width),
                     MIN(picture->height, picture->damage.height)};
}

/* Turn all of @cells within @within into rectangles of the job, and mark the cells as flying. */
static void add_rects(VncPicture *picture, VncScreen *screen, VncJob *job, VncDamage *cells,
                      const VncRect *within, unsigned flags)
{
    VncRect known = known_area(picture);
    VncRect rects[MAX_RECTS];
    unsigned n = vnc_damage_split(cells, within, &screen->split_work, rects, MAX_RECTS);

    for (unsigned i = 0; i < n; i++) {
        VncRect seen = vnc_rect_intersect(&rects[i], &known);

        if (!vnc_job_add_rect(job, &seen, flags)) {
            /* The job is full: the rectangle is left for the next job. */
            vnc_damage_remove(cells, &rects[i]);
        }
    }
    vnc_damage_merge(&picture->flying, cells);
}

/* Add the damage within the area that the viewer waits for. */
static void add_damage(VncPicture *picture, VncScreen *screen, VncJob *job, const VncRect *within)
{
    VncDamage *work = &screen->work;

    vnc_damage_copy(work, &picture->damage);
    vnc_damage_close(work, job->encoder->gap);
    if (job->params.quality >= 0 && screen->fast.any) {
        vnc_damage_intersect(&screen->fast_work, work, &screen->fast);
        add_rects(picture, screen, job, &screen->fast_work, within, VNC_JOB_RECT_FAST);
        vnc_damage_subtract(work, &screen->fast_work);
    }
    add_rects(picture, screen, job, work, within, 0);
    vnc_damage_subtract(&picture->damage, &picture->flying);
}

/* Add cells that have been lossy for long enough and are not in the job yet, up to a number of
 * pixels. The cells count as lossy until the job is done. Returns how many pixels. */
static int64_t add_refinement(VncPicture *picture, VncDamage *work, VncJob *job,
                              const VncRect *within)
{
    const VncDamage *quiet = vnc_lossy_quiet(&picture->lossy);
    int64_t budget = job->rects->len > 0 ? REFINE_ALONG : REFINE_ALONE, left = budget;
    VncRect known = known_area(picture);
    int cursor = 0;
    VncRect rect;

    if (!quiet->any) {
        return 0;
    }
    vnc_damage_copy(work, quiet);
    vnc_damage_subtract(work, &picture->damage);
    vnc_damage_subtract(work, &picture->flying);
    for (int n = 0; n < MAX_RECTS && left > 0 && vnc_damage_take(work, within, &cursor, &rect);
         n++) {
        int rows = MAX(1, left / rect.w / VNC_CELL) * VNC_CELL;

        rect.h = MIN(rect.h, rows);
        rect = vnc_rect_intersect(&rect, &known);
        if (!vnc_job_add_rect(job, &rect, VNC_JOB_RECT_LOSSLESS)) {
            break;
        }
        vnc_damage_add(&picture->flying, &rect);
        left -= (int64_t)rect.w * rect.h;
    }
    return budget - left;
}

int64_t vnc_picture_fill(VncPicture *picture, VncScreen *screen, const VncEncoder *encoder,
                         const VncEncodeParams *params, VncJob *job)
{
    VncRect known = known_area(picture);
    VncRect within = vnc_rect_intersect(&picture->requested, &known);
    VncMethodCount *copied = &job->counts[VNC_METHOD_COPY];
    int64_t refined;

    vnc_copies_write(&picture->copies, &within, &picture->damage, &job->out, copied);
    job->written += copied->rects;
    vnc_job_set_source(job, &screen->display, screen->surface, encoder, params);
    add_damage(picture, screen, job, &within);
    refined = add_refinement(picture, &screen->work, job, &within);
    if (job->written > 0 || job->rects->len > 0) {
        picture->requested = nowhere;
    }
    return refined;
}

/* A black surface: one row in memory serves as every row. */
static VncSurface *black_surface(int width, int height)
{
    uint32_t *row = g_new0(uint32_t, width);

    return vnc_surface_new_for_data(width, height, 0, PIXMAN_x8r8g8b8, row, g_free, row);
}

void vnc_picture_fill_beyond(VncPicture *picture, VncScreen *screen, const VncEncoder *encoder,
                             const VncEncodeParams *params, VncJob *job)
{
    const VncSurface *surface = screen->surface;
    g_autoptr(VncSurface) black = black_surface(picture->width, picture->height);
    VncRect right = {surface->width, 0, picture->width - surface->width, picture->height};
    VncRect below = {0, surface->height, MIN(picture->width, surface->width),
                     picture->height - surface->height};

    picture->beyond = false;
    vnc_job_set_source(job, &screen->display, black, encoder, params);
    if (!vnc_rect_is_empty(&right)) {
        vnc_job_add_rect(job, &right, VNC_JOB_RECT_LOSSLESS);
    }
    if (!vnc_rect_is_empty(&below)) {
        vnc_job_add_rect(job, &below, VNC_JOB_RECT_LOSSLESS);
    }
}

void vnc_picture_landed(VncPicture *picture)
{
    vnc_damage_remove_all(&picture->flying);
}

void vnc_picture_sent(VncPicture *picture, const VncScreen *screen, const VncJob *job)
{
    const VncSurface *surface = screen->surface;

    /* Pixels of an earlier screen: all cells are damaged. */
    if (job->surface != surface) {
        vnc_picture_landed(picture);
        return;
    }
    vnc_lossy_subtract(&picture->lossy, &picture->flying);
    vnc_picture_landed(picture);
    for (unsigned i = 0; i < job->rects->len; i++) {
        const VncJobRect *sent = &g_array_index(job->rects, VncJobRect, i);

        if (sent->flags & VNC_JOB_RECT_LOSSY) {
            vnc_lossy_add(&picture->lossy, surface->width, surface->height, &sent->rect);
        }
    }
    vnc_copies_note_loss(&picture->copies, surface->width, surface->height, &picture->lossy);
    /* Unless lossy encoding has been switched off meanwhile. */
    if (!screen->options->lossy) {
        vnc_picture_drop_loss(picture);
    }
}

void vnc_picture_take_back(VncPicture *picture, const VncJob *job)
{
    vnc_damage_merge(&picture->damage, &picture->flying);
    vnc_picture_landed(picture);
    for (unsigned i = 0; i < job->rects->len; i++) {
        const VncRect *rect = &g_array_index(job->rects, VncJobRect, i).rect;

        picture->requested = vnc_rect_union(&picture->requested, rect);
        picture->beyond |= rect->x >= picture->damage.width || rect->y >= picture->damage.height;
    }
    if (job->counts[VNC_METHOD_COPY].rects > 0) {
        g_array_set_size(picture->copies.waiting, 0);
        vnc_damage_add_all(&picture->damage);
    }
}
