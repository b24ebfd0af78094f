/*
 * Is it a photo, or has somebody drawn it? What JPEG may have and what it would blur.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Worker; owns nothing; no lock.
 */
#include "ui/enc/photo.h"

#define BLOCK 16

/* One row in two is looked at. */
#define ROW_STEP 2

/* A difference that the eye takes for an edge, in one channel of 8 bits. */
#define EDGE 48

typedef enum BlockKind {
    BLOCK_FLAT,    /* next to nothing changes */
    BLOCK_DRAWN,   /* edges among equal pixels */
    BLOCK_NATURAL, /* everything else */
} BlockKind;

/* Not zero if a channel of @a and @b differs by EDGE or more. */
static inline unsigned is_edge(uint32_t a, uint32_t b)
{
    int red = (int)(a >> 16 & 0xff) - (int)(b >> 16 & 0xff);
    int green = (int)(a >> 8 & 0xff) - (int)(b >> 8 & 0xff);
    int blue = (int)(a & 0xff) - (int)(b & 0xff);

    return (unsigned)(ABS(red) >= EDGE) | (unsigned)(ABS(green) >= EDGE) |
           (unsigned)(ABS(blue) >= EDGE);
}

static BlockKind judge_block(const uint32_t *row, ptrdiff_t stride, int w, int h)
{
    unsigned pairs = 0, equal = 0, edges = 0;

    for (int y = 0; y < h; y += ROW_STEP) {
        for (int x = 0; x + 1 < w; x++) {
            equal += row[x] == row[x + 1];
            edges += is_edge(row[x], row[x + 1]);
        }
        pairs += w - 1;
        row += ROW_STEP * stride;
    }
    if (equal * 8 >= pairs * 7 && edges == 0) {
        return BLOCK_FLAT;
    }
    if (equal * 4 >= pairs && edges * 32 >= pairs) {
        return BLOCK_DRAWN;
    }
    return equal * 2 >= pairs ? BLOCK_FLAT : BLOCK_NATURAL;
}

bool vnc_is_photo(const VncView *view, const VncRect *rect)
{
    int columns = MAX(rect->w / BLOCK, 1), rows = MAX(rect->h / BLOCK, 1);
    int drawn = 0, natural = 0;

    for (int row = 0; row < rows; row++) {
        for (int column = 0; column < columns; column++) {
            int x = column * BLOCK, y = row * BLOCK;
            switch (judge_block(vnc_view_at(view, rect->x + x, rect->y + y), view->stride,
                                MIN(BLOCK, rect->w - x), MIN(BLOCK, rect->h - y))) {
            case BLOCK_DRAWN:
                drawn++;
                break;
            case BLOCK_NATURAL:
                natural++;
                break;
            case BLOCK_FLAT:
                break;
            }
        }
        if (drawn * 16 > columns * rows) {
            return false;
        }
    }
    return natural * 2 > columns * rows;
}
