/*
 * Subrectangles: cover all pixels that are not background with rectangles of one colour.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pure; any thread.
 */
#include "ui/enc/cover.h"
#include "ui/enc/mask.h"

/* Inlined for 16 pixels, the width of nearly all blocks of Hextile: these are compared at once. */
static inline void find_changes(VncBlock *block, int w)
{
    const uint32_t *row = block->pixels, *above = row;

    for (int y = 0; y < block->h; y++) {
        block->across[y] = vnc_mask_changes(row, w, row[0]);
        block->down[y] = vnc_mask_differ(row, above, w);
        above = row;
        row += block->stride;
    }
}

void vnc_block_find_changes(VncBlock *block)
{
    if (block->w == 16) {
        find_changes(block, 16);
    } else {
        find_changes(block, block->w);
    }
}

void vnc_block_no_changes(VncBlock *block)
{
    memset(block->across, 0, block->h * sizeof(block->across[0]));
    memset(block->down, 0, block->h * sizeof(block->down[0]));
}

unsigned vnc_block_count(const VncBlock *block, const VncBlockMask mask)
{
    unsigned count = 0;
    int y = 0;

    if (block->w <= 16) {
        for (; y + 4 <= block->h; y += 4) {
            count +=
                vnc_mask_count(mask[y] | mask[y + 1] << 16 | mask[y + 2] << 32 | mask[y + 3] << 48);
        }
    }
    for (; y < block->h; y++) {
        count += vnc_mask_count(mask[y]);
    }
    return count;
}

unsigned vnc_block_equal_pairs(const VncBlock *block)
{
    unsigned pairs = (block->w - 1) * block->h + block->w * (block->h - 1);

    return pairs - vnc_block_count(block, block->across) - vnc_block_count(block, block->down);
}

static inline bool differs(const VncBlock *block, int w, uint32_t colour, VncBlockMask mask)
{
    const uint32_t *row = block->pixels;
    uint64_t any = 0;

    for (int y = 0; y < block->h; y++) {
        mask[y] = vnc_mask_colour(row, w, colour);
        any |= mask[y];
        row += block->stride;
    }
    return any;
}

bool vnc_block_differs(const VncBlock *block, uint32_t colour, VncBlockMask mask)
{
    return block->w == 16 ? differs(block, 16, colour, mask)
                          : differs(block, block->w, colour, mask);
}

/* @count >= 1 bits from bit @x on. */
static inline uint64_t bits(int x, int count)
{
    return UINT64_MAX >> (64 - count) << x;
}

/* The position of the lowest bit; 64 if there is none. */
static inline int lowest(uint64_t mask)
{
    return mask ? __builtin_ctzll(mask) : 64;
}

/* How many rows, from row @y down, are equal to it under @run and still to be covered there. */
static inline int reach(const VncBlock *block, const VncBlockMask todo, int y, uint64_t run)
{
    int end = y + 1;

    while (end < block->h && ((~todo[end] | block->down[end]) & run) == 0) {
        end++;
    }
    return end - y;
}

static inline struct VncSubrect largest_at(const VncBlock *block, const VncBlockMask todo, int x,
                                           int y)
{
    /* The pixel at x begins the rectangle: only pixels to its right may end it. */
    uint64_t right = UINT64_MAX << x << 1;
    uint64_t stop = (~todo[y] | block->across[y]) & right;
    int wide_w = MIN(lowest(stop), block->w) - x;
    int wide_h = reach(block, todo, y, bits(x, wide_w));
    int high_h = wide_w == 1 ? wide_h : reach(block, todo, y, bits(x, 1));

    if (high_h > wide_h) {
        for (int i = y + 1; i < y + high_h; i++) {
            stop |= (~todo[i] | block->across[i]) & right;
        }
        int high_w = MIN(lowest(stop), block->w) - x;
        if (high_w * high_h > wide_w * wide_h) {
            return (struct VncSubrect){x, y, high_w, high_h};
        }
    }
    return (struct VncSubrect){x, y, wide_w, wide_h};
}

bool vnc_block_cover(const VncBlock *block, VncBlockMask todo, unsigned limit,
                     VncSubrects *subrects)
{
    const uint32_t *row = block->pixels;
    unsigned count = 0;

    for (int y = 0; y < block->h; y++) {
        while (todo[y]) {
            struct VncSubrect rect = largest_at(block, todo, __builtin_ctzll(todo[y]), y);
            uint64_t run = bits(rect.x, rect.w);
            if (count == limit) {
                return false;
            }
            for (int i = y; i < y + rect.h; i++) {
                todo[i] &= ~run;
            }
            subrects->colours[count] = row[rect.x];
            subrects->rects[count++] = rect;
        }
        row += block->stride;
    }
    subrects->count = count;
    return true;
}
