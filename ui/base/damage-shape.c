/*
 * Damage: coarser shapes, which are fewer rectangles.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. The number of words and of rectangles bounds the cost, however ragged the damage is.
 */
#include "ui/base/damage.h"
#include "ui/base/rect.h"

#include <string.h>

#define MAX_ROWS  (VNC_MAX_SIDE / VNC_CELL)
#define MAX_WORDS (MAX_ROWS / 64)

/*
 * Closing a gap: damage spreads by @gap cells to the right (or down), also beyond the edge. Then it
 * shrinks by as much from the same side. This fills every gap of at most @gap cells, and leaves
 * cells that stand alone as they were. To spread by n cells takes log2(n) steps, each twice as far
 * as the one before.
 */

/* The length of the next step, after @done cells of @gap. */
static int next_step(int done, int gap)
{
    return MIN(done + 1, gap - done);
}

/* On either side of the @count words there must be n words of 0, where n is the number of words
 * that @gap bits take, plus one. */
static void spread_right(uint64_t *words, int count, int by)
{
    int whole = by / 64, bits = by % 64;

    for (int i = count - 1; i >= 0; i--) {
        uint64_t carry = bits ? words[i - whole - 1] >> (64 - bits) : 0;

        words[i] |= words[i - whole] << bits | carry;
    }
}

static void shrink_right(uint64_t *words, int count, int by)
{
    int whole = by / 64, bits = by % 64;

    for (int i = 0; i < count; i++) {
        uint64_t carry = bits ? words[i + whole + 1] << (64 - bits) : 0;

        words[i] &= words[i + whole] >> bits | carry;
    }
}

/* How many runs of cells @row has, without the cells that have a cell of @above above them. */
static unsigned count_runs(const uint64_t *row, const uint64_t *above, int words)
{
    uint64_t before = 0;
    unsigned runs = 0;

    for (int i = 0; i < words; i++) {
        uint64_t bits = row[i] & ~above[i];

        runs += __builtin_popcountll(bits & ~(bits << 1 | before));
        before = bits >> 63;
    }
    return runs;
}

static void close_row(uint64_t *row, int words, int gap)
{
    /* Room before, for and behind the row: a gap may be as long as a row. */
    uint64_t buffer[2 * (MAX_WORDS + 1) + 2 * MAX_WORDS + 1] = {0};
    uint64_t *wide = buffer + MAX_WORDS + 1;
    int count = words + (gap + 63) / 64;
    int by;

    memcpy(wide, row, words * sizeof(*row));
    for (int done = 0; done < gap; done += by) {
        by = next_step(done, gap);
        spread_right(wide, count, by);
    }
    for (int done = 0; done < gap; done += by) {
        by = next_step(done, gap);
        shrink_right(wide, count, by);
    }
    memcpy(row, wide, words * sizeof(*row));
}

/* Read 64 columns, a word a row. Returns false if no column has a gap to close. */
static bool read_columns(const VncDamage *damage, int word, uint64_t *column)
{
    uint64_t once = 0, again = 0, before = 0;

    for (int row = 0; row < damage->rows; row++) {
        uint64_t starts;

        column[row] = vnc_damage_row(damage, row)[word];
        starts = column[row] & ~before;
        again |= once & starts;
        once |= starts;
        before = column[row];
    }
    return again != 0;
}

static void close_columns(VncDamage *damage, int word, int gap)
{
    uint64_t column[2 * MAX_ROWS];
    int count = damage->rows + gap, by;

    if (!read_columns(damage, word, column)) {
        return;
    }
    memset(column + damage->rows, 0, gap * sizeof(*column));
    for (int done = 0; done < gap; done += by) {
        by = next_step(done, gap);
        for (int row = count - 1; row >= by; row--) {
            column[row] |= column[row - by];
        }
    }
    for (int done = 0; done < gap; done += by) {
        by = next_step(done, gap);
        count -= by;
        for (int row = 0; row < count; row++) {
            column[row] &= column[row + by];
        }
    }
    for (int row = 0; row < damage->rows; row++) {
        vnc_damage_row(damage, row)[word] = column[row];
    }
}

static void close_gaps(VncDamage *damage, int across, int down)
{
    static const uint64_t nothing[MAX_WORDS];

    for (int row = 0; row < damage->rows; row++) {
        if (count_runs(vnc_damage_row(damage, row), nothing, damage->words) > 1) {
            close_row(vnc_damage_row(damage, row), damage->words, MIN(across, damage->columns));
        }
    }
    for (int word = 0; word < damage->words; word++) {
        close_columns(damage, word, MIN(down, damage->rows));
    }
}

void vnc_damage_close(VncDamage *damage, int gap)
{
    if (damage->any && gap > 0) {
        close_gaps(damage, gap, gap);
    }
}

/* Each run of cells with none above them is the upper edge of a rectangle of its own. */
static unsigned least_rects(const VncDamage *damage)
{
    static const uint64_t nothing[MAX_WORDS];
    const uint64_t *above = nothing;
    unsigned n = 0;

    for (int row = 0; row < damage->rows; row++) {
        const uint64_t *bits = vnc_damage_row(damage, row);

        n += count_runs(bits, above, damage->words);
        above = bits;
    }
    return n;
}

/* List the rectangles of @damage. Returns false if there are more than @most. @scratch: may be
 * larger than @damage. */
static bool take_all(const VncDamage *damage, const VncDamage *scratch, VncRect *rects,
                     unsigned most, unsigned *n)
{
    VncRect all = {0, 0, damage->width, damage->height};
    VncDamage left = *damage;
    int cursor = 0;

    *n = 0;
    if (least_rects(damage) > most) {
        return false;
    }
    left.bits = scratch->bits;
    vnc_damage_copy(&left, damage);
    while (*n < most && vnc_damage_take(&left, &all, &cursor, &rects[*n])) {
        (*n)++;
    }
    return vnc_damage_is_empty(&left);
}

/* Join each two rows to one. */
static void join_rows(VncDamage *damage)
{
    for (int row = 0; row < damage->rows; row += 2) {
        const uint64_t *upper = vnc_damage_row(damage, row);
        const uint64_t *lower = row + 1 < damage->rows ? upper + damage->words : upper;
        uint64_t *both = vnc_damage_row(damage, row / 2);

        for (int word = 0; word < damage->words; word++) {
            both[word] = upper[word] | lower[word];
        }
    }
    damage->rows = (damage->rows + 1) / 2;
    damage->height = damage->rows * VNC_CELL;
}

/* Make each row @times as many again. */
static void repeat_rows(VncDamage *damage, int times)
{
    for (int row = damage->rows - 1; row > 0; row--) {
        memmove(vnc_damage_row(damage, row), vnc_damage_row(damage, row / times),
                damage->words * sizeof(*damage->bits));
    }
}

/* @rect in whole cells, within the screen. */
static VncRect whole_cells(const VncDamage *damage, const VncRect *rect)
{
    VncRect screen = {0, 0, damage->width, damage->height};
    VncRect inner = vnc_rect_intersect(rect, &screen);
    int left = inner.x / VNC_CELL * VNC_CELL, top = inner.y / VNC_CELL * VNC_CELL;
    VncRect outer = {left, top, (inner.x + inner.w + VNC_CELL - 1) / VNC_CELL * VNC_CELL - left,
                     (inner.y + inner.h + VNC_CELL - 1) / VNC_CELL * VNC_CELL - top};

    return vnc_rect_intersect(&outer, &screen);
}

unsigned vnc_damage_split(VncDamage *damage, const VncRect *within, VncDamage *scratch,
                          VncRect *rects, unsigned most)
{
    /* The same cells in the same memory; each row stands for @times rows of the screen. */
    VncDamage joined = *damage;
    VncRect bounds = whole_cells(damage, within);
    int times = 1;
    unsigned n;

    g_assert(most > 0 && scratch->rows >= damage->rows && scratch->words == damage->words);
    vnc_damage_clip(damage, within);
    joined.any = damage->any;
    while (!take_all(&joined, scratch, rects, most, &n)) {
        join_rows(&joined);
        close_gaps(&joined, times, 1);
        times *= 2;
    }
    if (times > 1) {
        repeat_rows(damage, times);
        vnc_damage_clip(damage, within);
        for (unsigned i = 0; i < n; i++) {
            rects[i].y *= times;
            rects[i].h *= times;
            rects[i] = vnc_rect_intersect(&rects[i], &bounds);
        }
    }
    scratch->any = true;
    return n;
}

/* 64 columns of a row from column @first on. They may lie outside the row, and are 0 there. */
static uint64_t columns_from(const uint64_t *row, int words, int first)
{
    int word = first >> 6, bits = first & 63;
    uint64_t low = word >= 0 && word < words ? row[word] : 0;
    uint64_t high = word + 1 >= 0 && word + 1 < words ? row[word + 1] : 0;

    return bits ? low >> bits | high << (64 - bits) : low;
}

void vnc_damage_subtract_moved(VncDamage *damage, const VncDamage *other, int dx, int dy)
{
    /* A cell's content comes from the cell at this offset and, unless the move is in whole cells,
     * from the next one. */
    int column = -dx >> VNC_CELL_SHIFT, row = -dy >> VNC_CELL_SHIFT;
    bool wider = dx % VNC_CELL != 0, higher = dy % VNC_CELL != 0;

    g_assert(damage->width == other->width && damage->height == other->height);
    if (!damage->any || !other->any) {
        return;
    }
    for (int to = MAX(0, -row - higher); to < MIN(damage->rows, damage->rows - row); to++) {
        uint64_t *bits = vnc_damage_row(damage, to);
        const uint64_t *above = to + row >= 0 ? vnc_damage_row(other, to + row) : NULL;
        const uint64_t *below =
            higher && to + row + 1 < other->rows ? vnc_damage_row(other, to + row + 1) : NULL;

        for (int word = 0; word < damage->words; word++) {
            int first = word * 64 + column;
            uint64_t hit = 0;

            for (int next = 0; bits[word] && next <= wider; next++) {
                hit |= above ? columns_from(above, other->words, first + next) : 0;
                hit |= below ? columns_from(below, other->words, first + next) : 0;
            }
            bits[word] &= ~hit;
        }
    }
}
