/*
 * Compare a row of the host's pixels with the server surface, and copy those that differ.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread, with the display lock held for @ours.
 */
#include "ui/base/compare.h"
#include "ui/base/clones.h"

#define RGB_MASK   0x00ffffffu
#define GROUP      8
#define GROUP_MASK UINT64_C(255)

/* Two pixels a lane, four in all: half a cell. */
G_STATIC_ASSERT(VNC_CELL == 8);
typedef uint64_t Lanes __attribute__((vector_size(16), aligned(4), may_alias));
#define RGB_MASK_LANE UINT64_C(0x00ffffff00ffffff)

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

static inline bool differs(const uint32_t *ours, const uint32_t *theirs, int count)
{
    uint32_t difference = 0;
    int i;

    for (i = 0; i < count; i++) {
        difference |= ours[i] ^ theirs[i];
    }
    return difference & RGB_MASK;
}

/* The same for one cell: not every compiler vectorises a loop as short as this. */
static inline bool cell_differs(const uint32_t *ours, const uint32_t *theirs)
{
    const Lanes *a = (const Lanes *)ours;
    const Lanes *b = (const Lanes *)theirs;
    Lanes difference = (a[0] ^ b[0]) | (a[1] ^ b[1]);

    return (difference[0] | difference[1]) & RGB_MASK_LANE;
}

static inline void copy(uint32_t *restrict ours, const uint32_t *restrict theirs, int count)
{
    int i;

    for (i = 0; i < count; i++) {
        ours[i] = theirs[i] & RGB_MASK;
    }
}

/* Up to 64 whole cells; returns those that differed. */
static inline uint64_t take_cells(uint32_t *ours, const uint32_t *theirs, uint64_t candidates)
{
    uint64_t changed = 0;

    while (candidates) {
        int first = __builtin_ctzll(candidates);
        bool group = (candidates >> first & GROUP_MASK) == GROUP_MASK;
        int end = first + (group ? GROUP : 1);
        int i;

        /* Mostly nothing has changed, so several cells are compared at once first. */
        if (!group ||
            differs(ours + first * VNC_CELL, theirs + first * VNC_CELL, GROUP * VNC_CELL)) {
            for (i = first; i < end; i++) {
                uint32_t *to = ours + i * VNC_CELL;
                const uint32_t *from = theirs + i * VNC_CELL;

                if (cell_differs(to, from)) {
                    copy(to, from, VNC_CELL);
                    changed |= UINT64_C(1) << i;
                }
            }
        }
        candidates &= ~((group ? GROUP_MASK : 1) << first);
    }
    return changed;
}

VNC_CLONES
void vnc_compare_row(uint32_t *ours, const uint32_t *theirs, int width, const uint64_t *candidates,
                     uint64_t *changed)
{
    int whole = width / VNC_CELL; /* cells */
    int rest = width % VNC_CELL;  /* pixels */
    int word;

    for (word = 0; word * 64 < whole; word++) {
        uint64_t valid = UINT64_MAX >> (64 - MIN(whole - word * 64, 64));
        size_t x = (size_t)word * 64 * VNC_CELL;

        if (candidates[word] & valid) {
            changed[word] |= take_cells(ours + x, theirs + x, candidates[word] & valid);
        }
    }
    if (rest && candidates[whole / 64] >> (whole % 64) & 1) {
        size_t x = (size_t)whole * VNC_CELL;

        if (differs(ours + x, theirs + x, rest)) {
            copy(ours + x, theirs + x, rest);
            changed[whole / 64] |= UINT64_C(1) << (whole % 64);
        }
    }
}

void vnc_match_row_reference(const uint32_t *ours, const uint32_t *from, int width, uint64_t *cells)
{
    int x;

    for (x = 0; x < width; x++) {
        int column = x / VNC_CELL;
        uint64_t bit = UINT64_C(1) << (column % 64);

        if ((cells[column / 64] & bit) && ours[x] != from[x]) {
            cells[column / 64] &= ~bit;
        }
    }
}

VNC_CLONES
void vnc_match_row(const uint32_t *ours, const uint32_t *from, int width, uint64_t *cells)
{
    int columns = (width + VNC_CELL - 1) / VNC_CELL;
    int word;

    for (word = 0; word * 64 < columns; word++) {
        uint64_t left = cells[word];

        for (; left; left &= left - 1) {
            int column = word * 64 + __builtin_ctzll(left);
            int x = column * VNC_CELL;
            bool same = width - x >= VNC_CELL ? !cell_differs(ours + x, from + x)
                                              : !differs(ours + x, from + x, width - x);

            cells[word] &= ~((uint64_t)!same << (column % 64));
        }
    }
}
