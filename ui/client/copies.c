/*
 * CopyRect: a part of the screen that moves is moved in the viewer's picture, too.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pure.
 */
#include "ui/client/copies.h"

#include "ui/base/rect.h"
#include "ui/rfb/write.h"

/* A CopyRect to be sent. */
typedef struct VncCopy {
    VncRect rect; /* the destination */
    int source_x, source_y;
    bool lossy; /* the source was sent with loss */
} VncCopy;

void vnc_copies_init(VncCopies *copies)
{
    copies->waiting = g_array_new(FALSE, FALSE, sizeof(VncCopy));
    copies->sent = g_array_new(FALSE, FALSE, sizeof(VncCopy));
}

void vnc_copies_clear(VncCopies *copies)
{
    g_clear_pointer(&copies->waiting, g_array_unref);
    g_clear_pointer(&copies->sent, g_array_unref);
}

void vnc_copies_forget(VncCopies *copies)
{
    g_array_set_size(copies->waiting, 0);
    g_array_set_size(copies->sent, 0);
}

/* Copies of one refresh. The rest is sent as pixels. */
#define MAX_BATCH 64

/* Rectangles examined to find these copies. */
#define MAX_LOOKS 1024

/* The source of the copy to @rect. */
static VncRect source_of(const VncRect *rect, const VncMotion *motion)
{
    return (VncRect){rect->x - motion->dx, rect->y - motion->dy, rect->w, rect->h};
}

void vnc_copies_to_damage(VncCopies *copies, VncDamage *damage)
{
    for (unsigned i = 0; i < copies->waiting->len; i++) {
        vnc_damage_add(damage, &g_array_index(copies->waiting, VncCopy, i).rect);
    }
    g_array_set_size(copies->waiting, 0);
}

static void lose(GArray *copies, VncDamage *lost, VncDamage *damage)
{
    unsigned kept = 0;

    for (unsigned i = 0; i < copies->len; i++) {
        VncCopy copy = g_array_index(copies, VncCopy, i);
        VncRect source = {copy.source_x, copy.source_y, copy.rect.w, copy.rect.h};

        if (vnc_damage_overlaps(lost, &source)) {
            vnc_damage_add(lost, &copy.rect);
            vnc_damage_add(damage, &copy.rect);
        } else {
            g_array_index(copies, VncCopy, kept++) = copy;
        }
    }
    g_array_set_size(copies, kept);
}

void vnc_copies_lose(VncCopies *copies, VncDamage *lost, VncDamage *damage)
{
    lose(copies->sent, lost, damage);
    lose(copies->waiting, lost, damage);
}

/* Take the rectangles out of @moved that are worth a copy: those with a changed cell. Cells that
 * have not changed may go along. */
static unsigned take_batch(VncDamage *moved, const VncChange *change, VncRect batch[MAX_BATCH])
{
    VncRect screen = {0, 0, moved->width, moved->height};
    unsigned n = 0;
    int cursor = 0;

    for (int looks = 0;
         looks < MAX_LOOKS && n < MAX_BATCH && vnc_damage_take(moved, &screen, &cursor, &batch[n]);
         looks++) {
        n += vnc_damage_overlaps(change->changed, &batch[n]);
    }
    return n;
}

static bool overlap(const VncRect *a, const VncRect *b)
{
    return a->x < b->x + b->w && b->x < a->x + a->w && a->y < b->y + b->h && b->y < a->y + a->h;
}

/* Order the batch so that no rectangle is overwritten before another has been copied from it. Such
 * an order exists for disjoint rectangles that all move alike. */
static void order_batch(VncRect batch[MAX_BATCH], unsigned n, const VncMotion *motion)
{
    VncRect ordered[MAX_BATCH];
    uint64_t readers[MAX_BATCH] = {0}; /* bit j of [i]: copy j reads where copy i writes */
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

/* A copy of pixels that were sent with loss has the same loss. */
static void note_loss(const VncCopy *copy, int width, int height, VncLossy *lossy)
{
    if (copy->lossy) {
        vnc_lossy_add(lossy, width, height, &copy->rect);
    } else {
        vnc_lossy_remove(lossy, &copy->rect);
    }
}

void vnc_copies_note(VncCopies *copies, const VncChange *change, const VncDamage *flying,
                     VncDamage *damage, VncLossy *lossy, VncDamage *moved)
{
    VncRect batch[MAX_BATCH];
    unsigned n;

    vnc_damage_copy(moved, change->moved);
    /* Copy only from cells in which the viewer has the screen's earlier pixels. */
    vnc_damage_subtract_moved(moved, damage, change->motion.dx, change->motion.dy);
    vnc_damage_subtract_moved(moved, flying, change->motion.dx, change->motion.dy);
    n = take_batch(moved, change, batch);
    order_batch(batch, n, &change->motion);

    vnc_damage_merge(damage, change->changed);
    for (unsigned i = 0; i < n; i++) {
        VncRect source = source_of(&batch[i], &change->motion);
        VncCopy copy = {batch[i], source.x, source.y, vnc_lossy_overlaps(lossy, &source)};

        note_loss(&copy, damage->width, damage->height, lossy);
        vnc_damage_remove(damage, &batch[i]);
        g_array_append_val(copies->waiting, copy);
    }
    if (copies->waiting->len > VNC_MAX_COPIES) {
        vnc_copies_to_damage(copies, damage);
    }
}

void vnc_copies_note_loss(const VncCopies *copies, int width, int height, VncLossy *lossy)
{
    for (unsigned i = 0; i < copies->waiting->len; i++) {
        note_loss(&g_array_index(copies->waiting, VncCopy, i), width, height, lossy);
    }
}

static bool all_within(const VncCopies *copies, const VncRect *within)
{
    for (unsigned i = 0; i < copies->waiting->len; i++) {
        if (!vnc_rect_contains(within, &g_array_index(copies->waiting, VncCopy, i).rect)) {
            return false;
        }
    }
    return true;
}

void vnc_copies_write(VncCopies *copies, const VncRect *within, VncDamage *damage, VncBuffer *out,
                      VncMethodCount *count)
{
    GArray *sent = copies->waiting;
    size_t before = out->len;

    if (!all_within(copies, within)) {
        vnc_copies_to_damage(copies, damage);
    }
    *count = (VncMethodCount){.rects = sent->len};
    /* Without new copies, keep the last ones: the viewer may not have made them yet. */
    if (sent->len == 0) {
        return;
    }
    for (unsigned i = 0; i < sent->len; i++) {
        const VncCopy *copy = &g_array_index(sent, VncCopy, i);

        vnc_write_copy_rect(out, &copy->rect, copy->source_x, copy->source_y);
        count->pixels += (uint64_t)copy->rect.w * copy->rect.h;
    }
    count->bytes = out->len - before;
    copies->waiting = copies->sent;
    g_array_set_size(copies->waiting, 0);
    copies->sent = sent;
}
