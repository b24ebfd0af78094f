/*
 * Damage: a bitmap of cells.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread.
 */
#include "ui/base/damage.h"
#include "ui/base/rect.h"

#include <string.h>

/* Cells left <= column < right, top <= row < bottom. */
typedef struct CellRect {
    int left, right, top, bottom;
} CellRect;

/* Find the cells that @rect overlaps. Returns false if there are none. */
static bool cells_of(const VncDamage *damage, const VncRect *rect, CellRect *cells)
{
    VncRect screen = {0, 0, damage->width, damage->height};
    VncRect r = vnc_rect_intersect(rect, &screen);

    *cells = (CellRect){
        r.x / VNC_CELL,
        (r.x + r.w + VNC_CELL - 1) / VNC_CELL,
        r.y / VNC_CELL,
        (r.y + r.h + VNC_CELL - 1) / VNC_CELL,
    };
    return !vnc_rect_is_empty(&r);
}

/* Of columns left..right - 1, those in word @word, as a mask. */
static uint64_t columns_mask(int left, int right, int word)
{
    int first = MAX(left - word * 64, 0);
    int end = MIN(right - word * 64, 64);

    if (first >= end) {
        return 0;
    }
    return UINT64_MAX >> (64 - (end - first)) << first;
}

/* The first column in left..right - 1 whose bit is @value, or @right. */
static int find_column(const uint64_t *row, int left, int right, bool value)
{
    uint64_t flip = value ? 0 : UINT64_MAX;
    int word;

    if (left >= right) {
        return right;
    }
    for (word = left / 64; word <= (right - 1) / 64; word++) {
        uint64_t bits = (row[word] ^ flip) & columns_mask(left, right, word);

        if (bits) {
            return word * 64 + __builtin_ctzll(bits);
        }
    }
    return right;
}

static void set_columns(uint64_t *row, int left, int right, bool value)
{
    int word;

    for (word = left / 64; word <= (right - 1) / 64; word++) {
        uint64_t mask = columns_mask(left, right, word);

        row[word] = value ? row[word] | mask : row[word] & ~mask;
    }
}

void vnc_damage_init(VncDamage *damage, int width, int height)
{
    VncDamage next = {.width = width, .height = height};

    g_assert(width >= 0 && height >= 0 && width <= VNC_MAX_SIDE && height <= VNC_MAX_SIDE);

    next.columns = (width + VNC_CELL - 1) / VNC_CELL;
    next.rows = (height + VNC_CELL - 1) / VNC_CELL;
    next.words = (next.columns + 63) / 64;
    if (next.rows == damage->rows && next.words == damage->words) {
        /* Clearing costs less than new memory. */
        vnc_damage_remove_all(damage);
        next.bits = damage->bits;
    } else {
        vnc_damage_clear(damage);
        next.bits = g_new0(uint64_t, (size_t)next.rows * next.words);
    }
    *damage = next;
}

void vnc_damage_clear(VncDamage *damage)
{
    g_free(damage->bits);
    *damage = (VncDamage){0};
}

static void set_cells(VncDamage *damage, const VncRect *rect, bool value)
{
    CellRect cells;
    int row;

    if (!cells_of(damage, rect, &cells)) {
        return;
    }
    for (row = cells.top; row < cells.bottom; row++) {
        set_columns(vnc_damage_row(damage, row), cells.left, cells.right, value);
    }
    damage->any |= value;
}

void vnc_damage_add(VncDamage *damage, const VncRect *rect)
{
    set_cells(damage, rect, true);
}

void vnc_damage_remove(VncDamage *damage, const VncRect *rect)
{
    if (damage->any) {
        set_cells(damage, rect, false);
    }
}

void vnc_damage_clip(VncDamage *damage, const VncRect *within)
{
    CellRect cells;

    if (!damage->any) {
        return;
    }
    if (!cells_of(damage, within, &cells)) {
        vnc_damage_remove_all(damage);
        return;
    }
    for (int row = 0; row < damage->rows; row++) {
        uint64_t *bits = vnc_damage_row(damage, row);
        bool inside = row >= cells.top && row < cells.bottom;

        for (int word = 0; word < damage->words; word++) {
            bits[word] &= inside ? columns_mask(cells.left, cells.right, word) : 0;
        }
    }
}

void vnc_damage_add_all(VncDamage *damage)
{
    VncRect screen = {0, 0, damage->width, damage->height};

    vnc_damage_add(damage, &screen);
}

void vnc_damage_remove_all(VncDamage *damage)
{
    if (damage->any) {
        memset(damage->bits, 0, sizeof(uint64_t) * damage->rows * damage->words);
        damage->any = false;
    }
}

static size_t word_count(const VncDamage *damage)
{
    return (size_t)damage->rows * damage->words;
}

static void assert_same_size(const VncDamage *a, const VncDamage *b)
{
    g_assert(a->width == b->width && a->height == b->height);
}

void vnc_damage_copy(VncDamage *damage, const VncDamage *other)
{
    assert_same_size(damage, other);
    if (other->any) {
        memcpy(damage->bits, other->bits, sizeof(uint64_t) * word_count(other));
        damage->any = true;
    } else {
        vnc_damage_remove_all(damage);
    }
}

void vnc_damage_merge(VncDamage *damage, const VncDamage *other)
{
    size_t count = word_count(damage);
    size_t i;

    assert_same_size(damage, other);
    if (!other->any) {
        return;
    }
    for (i = 0; i < count; i++) {
        damage->bits[i] |= other->bits[i];
    }
    damage->any = true;
}

void vnc_damage_subtract(VncDamage *damage, const VncDamage *other)
{
    size_t count = word_count(damage);
    uint64_t any = 0;
    size_t i;

    assert_same_size(damage, other);
    if (!damage->any || !other->any) {
        return;
    }
    for (i = 0; i < count; i++) {
        damage->bits[i] &= ~other->bits[i];
        any |= damage->bits[i];
    }
    damage->any = any != 0;
}

void vnc_damage_intersect(VncDamage *damage, const VncDamage *a, const VncDamage *b)
{
    size_t count = word_count(damage);
    uint64_t any = 0;
    size_t i;

    assert_same_size(damage, a);
    assert_same_size(damage, b);
    if (!a->any || !b->any) {
        vnc_damage_remove_all(damage);
        return;
    }
    for (i = 0; i < count; i++) {
        damage->bits[i] = a->bits[i] & b->bits[i];
        any |= damage->bits[i];
    }
    damage->any = any != 0;
}

unsigned vnc_damage_count(const VncDamage *damage)
{
    size_t count = word_count(damage);
    unsigned cells = 0;

    for (size_t i = 0; damage->any && i < count; i++) {
        cells += __builtin_popcountll(damage->bits[i]);
    }
    return cells;
}

bool vnc_damage_is_empty(VncDamage *damage)
{
    size_t count = word_count(damage);
    size_t i;

    if (!damage->any) {
        return true;
    }
    for (i = 0; i < count; i++) {
        if (damage->bits[i]) {
            return false;
        }
    }
    damage->any = false;
    return true;
}

bool vnc_damage_get(const VncDamage *damage, int x, int y)
{
    int column = x / VNC_CELL;

    if (x < 0 || y < 0 || x >= damage->width || y >= damage->height) {
        return false;
    }
    return vnc_damage_row(damage, y / VNC_CELL)[column / 64] >> (column % 64) & 1;
}

bool vnc_damage_overlaps(const VncDamage *damage, const VncRect *rect)
{
    CellRect cells;
    int row;

    if (!damage->any || !cells_of(damage, rect, &cells)) {
        return false;
    }
    for (row = cells.top; row < cells.bottom; row++) {
        if (find_column(vnc_damage_row(damage, row), cells.left, cells.right, true) < cells.right) {
            return true;
        }
    }
    return false;
}

bool vnc_damage_take(VncDamage *damage, const VncRect *within, int *cursor, VncRect *rect)
{
    CellRect cells;
    int row, left, right, bottom;

    if (!damage->any || !cells_of(damage, within, &cells)) {
        return false;
    }
    left = cells.right;
    for (row = MAX(*cursor, cells.top); row < cells.bottom; row++) {
        left = find_column(vnc_damage_row(damage, row), cells.left, cells.right, true);
        if (left < cells.right) {
            break;
        }
    }
    *cursor = row;
    if (row >= cells.bottom) {
        return false;
    }
    right = find_column(vnc_damage_row(damage, row), left, cells.right, false);
    set_columns(vnc_damage_row(damage, row), left, right, false);
    for (bottom = row + 1; bottom < cells.bottom; bottom++) {
        uint64_t *bits = vnc_damage_row(damage, bottom);

        if (find_column(bits, left, right, false) < right) {
            break;
        }
        set_columns(bits, left, right, false);
    }
    rect->x = left * VNC_CELL;
    rect->y = row * VNC_CELL;
    rect->w = MIN(right * VNC_CELL, damage->width) - rect->x;
    rect->h = MIN(bottom * VNC_CELL, damage->height) - rect->y;
    return true;
}
