/*
 * Subrectangles: cover what is not background with rectangles of one colour.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Worker; owns nothing; no lock.
 */
#include "ui/enc/cover.h"
#include "ui/enc/mask.h"

void vnc_block_find_changes(VncBlock *block)
{
    const uint32_t *row = block->pixels, *above = row;

    for (int y = 0; y < block->h; y++) {
        block->across[y] = vnc_mask_changes(row, block->w, row[0]);
        block->down[y] = vnc_mask_differ(row, above, block->w);
        above = row;
        row += block->stride;
    }
}

void vnc_block_no_changes(VncBlock *block)
{
    memset(block->across, 0, block->h * sizeof(block->across[0]));
    memset(block->down, 0, block->h * sizeof(block->down[0]));
}

unsigned vnc_block_equal_pairs(const VncBlock *block)
{
    unsigned pairs = (block->w - 1) * block->h + block->w * (block->h - 1);

    for (int y = 0; y < block->h; y++) {
        pairs -= vnc_mask_count(block->across[y]) + vnc_mask_count(block->down[y]);
    }
    return pairs;
}

unsigned vnc_block_differs(const VncBlock *block, uint32_t colour, VncBlockMask mask)
{
    const uint32_t *row = block->pixels;
    unsigned count = 0;

    for (int y = 0; y < block->h; y++) {
        mask[y] = vnc_mask_colour(row, block->w, colour);
        count += vnc_mask_count(mask[y]);
        row += block->stride;
    }
    return count;
}

/* @count >= 1 bits from bit @x on. */
static inline uint64_t bits(int x, int count)
{
    return UINT64_MAX >> (64 - count) << x;
}

/* The place of the lowest bit, 64 if there is none. */
static inline int lowest(uint64_t mask)
{
    return mask ? __builtin_ctzll(mask) : 64;
}

/* How far down pixels of row @y under @run go on, all to be covered and as the ones above. */
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
    /* The pixel at x begins the rectangle: only those to its right may end it. */
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
