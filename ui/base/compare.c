/*
 * Compare a row of the host's pixels with ours and take over what differs.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread, with the display lock held for @ours.
 */
#include "ui/base/compare.h"

#define RGB_MASK 0x00ffffffu

void vnc_compare_row_reference(uint32_t *ours, const uint32_t *theirs, int width,
                               const uint64_t *candidates, uint64_t *changed)
{
    int column, x;

    for (column = 0; column * VNC_CELL < width; column++) {
        int end = MIN((column + 1) * VNC_CELL, width);
        bool differs = false;

        if (!(candidates[column / 64] >> (column % 64) & 1)) {
            continue;
        }
        for (x = column * VNC_CELL; x < end; x++) {
            differs = differs || ours[x] != (theirs[x] & RGB_MASK);
        }
        if (differs) {
            changed[column / 64] |= UINT64_C(1) << (column % 64);
            for (x = column * VNC_CELL; x < end; x++) {
                ours[x] = theirs[x] & RGB_MASK;
            }
        }
    }
}

/* Compare, and take over if different, @count pixels; 1 if so, else 0. */
static inline uint64_t take_cell(uint32_t *restrict ours, const uint32_t *restrict theirs,
                                 int count)
{
    uint32_t difference = 0;
    int i;

    for (i = 0; i < count; i++) {
        difference |= ours[i] ^ theirs[i];
    }
    if (!(difference & RGB_MASK)) {
        return 0;
    }
    for (i = 0; i < count; i++) {
        ours[i] = theirs[i] & RGB_MASK;
    }
    return 1;
}

void vnc_compare_row(uint32_t *ours, const uint32_t *theirs, int width, const uint64_t *candidates,
                     uint64_t *changed)
{
    int whole = width / VNC_CELL; /* cells */
    int rest = width % VNC_CELL;  /* pixels */
    int word;

    for (word = 0; word * 64 < whole; word++) {
        int cells = MIN(whole - word * 64, 64);
        uint64_t left = candidates[word] & UINT64_MAX >> (64 - cells);
        uint64_t hits = 0;

        while (left) {
            int i = __builtin_ctzll(left);
            size_t x = ((size_t)word * 64 + i) * VNC_CELL;

            hits |= take_cell(ours + x, theirs + x, VNC_CELL) << i;
            left &= left - 1;
        }
        changed[word] |= hits;
    }
    if (rest && candidates[whole / 64] >> (whole % 64) & 1) {
        size_t x = (size_t)whole * VNC_CELL;

        changed[whole / 64] |= take_cell(ours + x, theirs + x, rest) << (whole % 64);
    }
}
