/*
 * Damage: the parts of a screen that have changed and that somebody still lacks.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. A screen is divided into cells of VNC_CELL x VNC_CELL pixels, one bit each; the
 * right and bottom cells may be cut by the screen's edge.
 */
#ifndef UI_BASE_DAMAGE_H
#define UI_BASE_DAMAGE_H

#include "ui/vnc-types.h"

/* Small, because things that move have edges, and a cell that an edge crosses is sent whole. */
#define VNC_CELL_SHIFT 3
#define VNC_CELL       (1 << VNC_CELL_SHIFT)

/**
 * VncDamage: a bitmap of cells. A zeroed VncDamage covers a screen of 0x0 pixels.
 * Bits outside the screen are always 0.
 */
typedef struct VncDamage {
    int width, height; /* of the screen, pixels */
    int columns, rows; /* of cells */
    int words;         /* 64-bit words per row of cells */
    uint64_t *bits;    /* rows * words; bit c % 64 of word c / 64 is column c */
    bool any;          /* false: no bit is set. true: maybe one is */
} VncDamage;

/* Resize to a screen of @width x @height pixels; all is undamaged. */
void vnc_damage_init(VncDamage *damage, int width, int height);
void vnc_damage_clear(VncDamage *damage); /* free */

void vnc_damage_add(VncDamage *damage, const VncRect *rect); /* clipped to the screen */
void vnc_damage_add_all(VncDamage *damage);
void vnc_damage_remove_all(VncDamage *damage);

void vnc_damage_remove(VncDamage *damage, const VncRect *rect); /* every cell that overlaps @rect */

/* Remove every cell that does not overlap @within. */
void vnc_damage_clip(VncDamage *damage, const VncRect *within);

/* All of the same size. In this order: @damage = @other; @damage |= @other; @damage &= ~@other;
 * @damage = @a & @b. */
void vnc_damage_copy(VncDamage *damage, const VncDamage *other);
void vnc_damage_merge(VncDamage *damage, const VncDamage *other);
void vnc_damage_subtract(VncDamage *damage, const VncDamage *other);
void vnc_damage_intersect(VncDamage *damage, const VncDamage *a, const VncDamage *b);

/* Both of the same size. Suppose that the whole screen moves by @dx, @dy pixels: remove every cell
 * that then shows at least a part of a cell of @other. A cell that the screen's edge cuts counts as
 * a whole one. */
void vnc_damage_subtract_moved(VncDamage *damage, const VncDamage *other, int dx, int dy);

/**
 * vnc_damage_close: damage the cells between two damaged cells of a row, if they are no more than
 * @gap; then the same for columns. A ragged shape becomes fewer rectangles.
 */
void vnc_damage_close(VncDamage *damage, int gap);

/* Whether a cell that @rect overlaps is damaged. */
bool vnc_damage_overlaps(const VncDamage *damage, const VncRect *rect);

unsigned vnc_damage_count(const VncDamage *damage); /* cells */
bool vnc_damage_is_empty(VncDamage *damage);        /* exact; sets damage->any */
/* Whether the cell of this pixel is damaged. */
bool vnc_damage_get(const VncDamage *damage, int x, int y);
static inline uint64_t *vnc_damage_row(const VncDamage *damage, int row)
{
    return damage->bits + (size_t)row * damage->words;
}

/**
 * vnc_damage_take: find the next damaged rectangle within @within, clear its cells and return it in
 * pixels, clipped to the screen.
 *
 * Rectangles come from top to bottom, left to right. Each begins as a run of cells in the first
 * damaged row, and extends down as long as the whole run is damaged. A cell counts as within if it
 * overlaps @within; the rectangle consists of whole cells. Returns false when no damage is left.
 *
 * @cursor: the row of cells to begin at; start with 0, and pass it on to the next call
 */
bool vnc_damage_take(VncDamage *damage, const VncRect *within, int *cursor, VncRect *rect);

/**
 * vnc_damage_split: list the rectangles of all damage @within, at most @most of them. If there are
 * more, cells are added until there are not: gaps are closed and rows joined, in ever larger steps.
 * At the end, @damage is exactly what the rectangles cover.
 *
 * @scratch: of the same size; its content is lost
 * @rects: room for @most; shaped as by vnc_damage_take()
 *
 * Returns how many rectangles there are.
 */
unsigned vnc_damage_split(VncDamage *damage, const VncRect *within, VncDamage *scratch,
                          VncRect *rects, unsigned most);

#endif
