/*
 * What does a rectangle contain?
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pure; any thread.
 */
#include "ui/enc/content.h"
#include "ui/base/clones.h"

#include <string.h>

#define BLOCK 16

/* Content with fewer colours than this counts as drawn; no photo worth the name has fewer. */
#define MIN_NATURAL_COLOURS 96

/* One row in two is looked at. */
#define ROW_STEP 2

/* A difference in one channel of 8 bits that the eye takes for an edge. */
#define EDGE 48

typedef enum BlockKind {
    BLOCK_FLAT,    /* hardly anything changes */
    BLOCK_DRAWN,   /* edges among equal pixels */
    BLOCK_NATURAL, /* everything else */
    BLOCK_KINDS,
} BlockKind;

/* Blocks are looked at in bands, so many columns at once. */
#define BAND 512

/* Sums over the pairs of a band, by columns: a byte per channel and a word per pixel. A byte is
 * enough for the few rows of a block. */
typedef struct Band {
    uint8_t edges[BAND * 4];
    uint32_t equal[BAND];
} Band;

/* Plain loops over bytes and words: compilers turn them into vector code. */
VNC_CLONES
static void add_row(Band *band, const uint32_t *row, int pairs)
{
    const uint8_t *left = (const uint8_t *)row, *right = left + 4;

    for (int i = 0; i < pairs * 4; i++) {
        uint8_t difference = MAX(left[i], right[i]) - MIN(left[i], right[i]);
        band->edges[i] += difference >= EDGE;
    }
    for (int x = 0; x < pairs; x++) {
        band->equal[x] += row[x] == row[x + 1];
    }
}

static BlockKind judge_block(const Band *band, int x, int pairs, int rows)
{
    unsigned total = pairs * rows, equal = 0, edges = 0;

    for (int i = x * 4; i < (x + pairs) * 4; i++) {
        edges += band->edges[i];
    }
    for (int i = x; i < x + pairs; i++) {
        equal += band->equal[i];
    }
    if (equal * 8 >= total * 7 && edges == 0) {
        return BLOCK_FLAT;
    }
    if (equal * 4 >= total && edges * 16 >= total) {
        return BLOCK_DRAWN;
    }
    return equal * 2 >= total ? BLOCK_FLAT : BLOCK_NATURAL;
}

/* Count the blocks of a band by kinds; @pairs, @h: the band's size, at least 1. */
static void judge_band(const uint32_t *row, ptrdiff_t stride, int pairs, int h,
                       int kinds[BLOCK_KINDS])
{
    Band band;
    int rows = 0;

    memset(band.edges, 0, pairs * 4);
    memset(band.equal, 0, pairs * sizeof(band.equal[0]));
    for (int y = 0; y < h; y += ROW_STEP) {
        add_row(&band, row, pairs);
        row += ROW_STEP * stride;
        rows++;
    }
    for (int x = 0; x < pairs; x += BLOCK) {
        kinds[judge_block(&band, x, MIN(BLOCK, pairs - x), rows)]++;
    }
}

/* The content of a rectangle with many colours. */
static VncContent look_at(const VncView *view, const VncRect *rect)
{
    int pairs = rect->w - 1;
    int blocks = ((pairs + BLOCK - 1) / BLOCK) * ((rect->h + BLOCK - 1) / BLOCK);
    int kinds[BLOCK_KINDS] = {0};

    for (int y = 0; y < rect->h; y += BLOCK) {
        for (int x = 0; x < pairs; x += BAND) {
            judge_band(vnc_view_at(view, rect->x + x, rect->y + y), view->stride,
                       MIN(BAND, pairs - x), MIN(BLOCK, rect->h - y), kinds);
        }
        if (kinds[BLOCK_DRAWN] * 16 > blocks) {
            return VNC_CONTENT_OTHER;
        }
    }
    return kinds[BLOCK_NATURAL] * 2 > blocks ? VNC_CONTENT_PHOTO : VNC_CONTENT_SMOOTH;
}

VncContent vnc_classify(const VncView *view, const VncRect *rect, unsigned max, VncDepth depth,
                        VncPalette *palette, uint8_t *indexes)
{
    unsigned colours = vnc_palette_scan(palette, view, rect, max, indexes);
    VncContent content = VNC_CONTENT_OTHER;

    if (colours == 1) {
        return VNC_CONTENT_SOLID;
    }
    if (colours == 2) {
        return VNC_CONTENT_MONO;
    }
    if (colours == 0) {
        vnc_palette_reset(palette);
        if (depth == VNC_DEPTH_SPLIT) {
            return VNC_CONTENT_MANY;
        }
    }
    if (depth != VNC_DEPTH_COLOUR && (colours == 0 || colours >= MIN_NATURAL_COLOURS)) {
        content = look_at(view, rect);
    }
    return content == VNC_CONTENT_OTHER && colours > 0 ? VNC_CONTENT_INDEXED : content;
}
