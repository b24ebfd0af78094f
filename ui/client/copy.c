/*
 * CopyRect: what has moved on the screen moves in the viewer's picture too.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread.
 *
 * vs->copies are to be made in their order, before the damage of the same update. What holds
 * between two calls: once the viewer's picture, as all that is sent and in flight leaves it, has been
 * through these copies, it is the server surface everywhere but in vs->damage.
 *
 * A viewer that asks for pixels anew has lost them, maybe before it has made the copies of the last update: these
 * are remembered in vs->sent_copies. It is answered after the next refresh, which looks at what has been lost first.
 */
#include "ui/client/client-private.h"

#include "ui/base/rect.h"
#include "ui/rfb/write.h"

/* A viewer that falls so far behind is rather sent pixels. */
#define MAX_COPIES 256

/* Of one refresh. What is left over is sent as pixels. */
#define MAX_BATCH 64

/* The pixels that @rect is copied from. */
static VncRect source_of(const VncRect *rect, const VncMotion *motion)
{
    return (VncRect){rect->x - motion->dx, rect->y - motion->dy, rect->w, rect->h};
}

bool vnc_state_takes_copies(const VncState *vs)
{
    const VncSurface *surface = vs->context.screen->surface;

    return vs->phase == VNC_STATE_NORMAL && vs->features.copy_rect && vs->width == surface->width &&
           vs->height == surface->height;
}

void vnc_state_drop_copies(VncState *vs)
{
    for (unsigned i = 0; i < vs->copies->len; i++) {
        vnc_damage_add(&vs->damage, &g_array_index(vs->copies, VncCopy, i).rect);
    }
    g_array_set_size(vs->copies, 0);
}

/* Of @copies, make damage of those whose source is @lost, which what they bring is then, too. Returns how many are
 * left; those are at the front. */
static unsigned lose_copies(VncState *vs, GArray *copies, VncDamage *lost)
{
    unsigned kept = 0;

    for (unsigned i = 0; i < copies->len; i++) {
        VncCopy copy = g_array_index(copies, VncCopy, i);
        VncRect source = {copy.source_x, copy.source_y, copy.rect.w, copy.rect.h};

        if (vnc_damage_overlaps(lost, &source)) {
            vnc_damage_add(lost, &copy.rect);
            vnc_damage_add(&vs->damage, &copy.rect);
        } else {
            g_array_index(copies, VncCopy, kept++) = copy;
        }
    }
    return kept;
}

static void lose(VncState *vs)
{
    VncDamage *lost = &vs->context.screen->work;

    if (vnc_rect_is_empty(&vs->lost)) {
        return;
    }
    vnc_damage_remove_all(lost);
    vnc_damage_add(lost, &vs->lost);
    g_array_set_size(vs->sent_copies, lose_copies(vs, vs->sent_copies, lost));
    g_array_set_size(vs->copies, lose_copies(vs, vs->copies, lost));
    vs->lost = (VncRect){0, 0, 0, 0};
}

/* A cell of the screen, as pixels. */
static VncRect cell_rect(const VncDamage *damage, int column, int row)
{
    int x = column * VNC_CELL, y = row * VNC_CELL;

    return (VncRect){x, y, MIN(VNC_CELL, damage->width - x), MIN(VNC_CELL, damage->height - y)};
}

/* Leave in @moved only cells whose source the viewer has as the screen had it. */
static void keep_known_sources(const VncState *vs, const VncMotion *motion, VncDamage *moved)
{
    if (!vs->damage.any && !vs->flying.any) {
        return;
    }
    for (int row = 0; row < moved->rows; row++) {
        uint64_t *bits = vnc_damage_row(moved, row);

        for (int word = 0; word < moved->words; word++) {
            for (uint64_t left = bits[word]; left; left &= left - 1) {
                int bit = __builtin_ctzll(left);
                VncRect cell = cell_rect(moved, word * 64 + bit, row);
                VncRect source = source_of(&cell, motion);

                if (vnc_damage_overlaps(&vs->damage, &source) ||
                    vnc_damage_overlaps(&vs->flying, &source)) {
                    bits[word] &= ~(UINT64_C(1) << bit);
                }
            }
        }
    }
}

/* Take rectangles out of @moved that are worth a copy: a cell that has not changed may go along,
 * but does not need it. */
static unsigned take_batch(VncDamage *moved, const VncChange *change, VncRect batch[MAX_BATCH])
{
    VncRect screen = {0, 0, moved->width, moved->height};
    unsigned n = 0;
    int cursor = 0;

    while (n < MAX_BATCH && vnc_damage_take(moved, &screen, &cursor, &batch[n])) {
        n += vnc_damage_overlaps(change->changed, &batch[n]);
    }
    return n;
}

static bool overlap(const VncRect *a, const VncRect *b)
{
    return a->x < b->x + b->w && b->x < a->x + a->w && a->y < b->y + b->h && b->y < a->y + a->h;
}

/* Put the batch into an order in which no rectangle is overwritten before another has been copied
 * from it. For disjoint rectangles that all move alike there is one. */
static void order_batch(VncRect batch[MAX_BATCH], unsigned n, const VncMotion *motion)
{
    VncRect ordered[MAX_BATCH];
    uint64_t readers[MAX_BATCH] = {0}; /* bit j of [i]: j is copied from where i is written */
    uint64_t left = n < 64 ? (UINT64_C(1) << n) - 1 : UINT64_MAX;
    unsigned done = 0;

    for (unsigned j = 0; j < n; j++) {
        VncRect source = source_of(&batch[j], motion);

        for (unsigned i = 0; i < n; i++) {
            if (i != j && overlap(&batch[i], &source)) {
                readers[i] |= UINT64_C(1) << j;
            }
        }
    }
    while (left) {
        unsigned i = __builtin_ctzll(left);

        for (uint64_t rest = left; readers[i] & left; i = __builtin_ctzll(rest)) {
            rest &= rest - 1;
            g_assert(rest);
        }
        ordered[done++] = batch[i];
        left &= ~(UINT64_C(1) << i);
    }
    memcpy(batch, ordered, n * sizeof(*batch));
}

/* What is copied from pixels that were sent with loss has lost as much. */
static void note_copy(VncState *vs, const VncCopy *copy)
{
    if (copy->lossy) {
        vnc_lossy_add(&vs->lossy, vs->damage.width, vs->damage.height, &copy->rect);
    } else {
        vnc_lossy_remove(&vs->lossy, &copy->rect);
    }
}

void vnc_state_note_change(VncState *vs, const VncChange *change)
{
    VncDamage *moved = &vs->context.screen->work;
    VncRect batch[MAX_BATCH];
    unsigned n;

    lose(vs);
    if (!change->moved->any || !vnc_state_takes_copies(vs)) {
        vnc_damage_merge(&vs->damage, change->changed);
        return;
    }
    vnc_damage_remove_all(moved);
    vnc_damage_merge(moved, change->moved);
    keep_known_sources(vs, &change->motion, moved);
    n = take_batch(moved, change, batch);
    order_batch(batch, n, &change->motion);

    vnc_damage_merge(&vs->damage, change->changed);
    for (unsigned i = 0; i < n; i++) {
        VncRect source = source_of(&batch[i], &change->motion);
        VncCopy copy = {batch[i], source.x, source.y, vnc_lossy_overlaps(&vs->lossy, &source)};

        note_copy(vs, &copy);
        vnc_damage_remove(&vs->damage, &batch[i]);
        g_array_append_val(vs->copies, copy);
    }
    if (vs->copies->len > MAX_COPIES) {
        vnc_state_drop_copies(vs);
    }
}

void vnc_state_note_lossy_copies(VncState *vs)
{
    for (unsigned i = 0; i < vs->copies->len; i++) {
        note_copy(vs, &g_array_index(vs->copies, VncCopy, i));
    }
}

void vnc_state_write_copies(VncState *vs, const VncRect *within, VncJob *job)
{
    VncMethodCount *count = &job->counts[VNC_METHOD_COPY];
    GArray *copies = vs->copies;
    size_t before = job->out.len;

    for (unsigned i = 0; i < copies->len; i++) {
        if (!vnc_rect_contains(within, &g_array_index(copies, VncCopy, i).rect)) {
            vnc_state_drop_copies(vs);
        }
    }
    for (unsigned i = 0; i < copies->len; i++) {
        const VncCopy *copy = &g_array_index(copies, VncCopy, i);

        vnc_write_copy_rect(&job->out, &copy->rect, copy->source_x, copy->source_y);
        count->pixels += (uint64_t)copy->rect.w * copy->rect.h;
    }
    count->rects = copies->len;
    count->bytes = job->out.len - before;
    job->written += copies->len;
    vs->copies = vs->sent_copies;
    g_array_set_size(vs->copies, 0);
    vs->sent_copies = copies;
}
