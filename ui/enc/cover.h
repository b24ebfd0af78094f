/*
 * Subrectangles: cover all pixels that are not background with rectangles of one colour.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pure; any thread. For RRE and Hextile.
 */
#ifndef UI_ENC_COVER_H
#define UI_ENC_COVER_H

#include "ui/enc/scratch.h"

/**
 * VncBlock: pixels, at most VNC_BLOCK wide and high, and where their colour changes.
 */
typedef struct VncBlock {
    const uint32_t *pixels; /* top left */
    ptrdiff_t stride;
    int w, h;
    /* Bit x of row y: this pixel differs from the one to its left; from the one above it. Pixels
     * without such a neighbour count as equal to it. */
    uint64_t across[VNC_BLOCK], down[VNC_BLOCK];
} VncBlock;

/* Bit x of row y: this pixel is to be covered. */
typedef uint64_t VncBlockMask[VNC_BLOCK];

/* Fill in `across` and `down`. */
void vnc_block_find_changes(VncBlock *block);

/* The same for a block whose pixels to be covered all have one colour: nothing is looked at. */
void vnc_block_no_changes(VncBlock *block);

/* How many bits of @mask are set. */
unsigned vnc_block_count(const VncBlock *block, const VncBlockMask mask);

/* How many pairs of neighbours are equal. */
unsigned vnc_block_equal_pairs(const VncBlock *block);

/* Set @mask to the pixels that differ from @colour. Returns whether there are any. */
bool vnc_block_differs(const VncBlock *block, uint32_t colour, VncBlockMask mask);

/**
 * vnc_block_cover: cover the pixels of @todo, which is used up. Of the rectangles of one colour at
 * the first pixel left, take the widest or the highest, whichever is larger; repeat to the end.
 *
 * Returns false as soon as there are more than @limit.
 */
bool vnc_block_cover(const VncBlock *block, VncBlockMask todo, unsigned limit,
                     VncSubrects *subrects);

#endif
