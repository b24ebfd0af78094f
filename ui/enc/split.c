/*
 * Cutting a rectangle where one kind of content ends and another begins.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pure; any thread.
 */
#include "ui/enc/split.h"

#include <string.h>

#define BLOCK 16

/* How many rows of a block are looked at, the first and the last among them. Content that reaches
 * in from another block is in one of these two, or in all rows. */
#define ROWS 4

/* A block with more colours than this in these rows has many. */
#define FEW 5

/* A larger rectangle stays whole; no encoder accepts one. */
#define MAX_BLOCKS 2048

/* A hash table of colours: a new colour is stored in the first free slot from its own on. */
#define SLOTS 64
#define FREE  0xffffffffu

typedef enum Kind {
    KIND_FEW,
    KIND_MANY,
    KIND_TAKEN,
} Kind;

typedef struct Blocks {
    int columns, rows;
    uint8_t kinds[MAX_BLOCKS];
} Blocks;

static Kind judge(const uint32_t *pixels, ptrdiff_t stride, int w, int h)
{
    uint32_t table[SLOTS];
    uint32_t last = FREE;
    unsigned count = 0;

    memset(table, 0xff, sizeof(table));
    for (int i = 0; i < ROWS; i++) {
        const uint32_t *row = pixels + i * (h - 1) / (ROWS - 1) * stride;

        for (int x = 0; x < w; x++) {
            uint32_t colour = row[x];

            if (colour == last) {
                continue;
            }
            last = colour;
            unsigned slot = colour * 0x9e3779b1u >> 26;
            while (table[slot] != colour && table[slot] != FREE) {
                slot = (slot + 1) % SLOTS;
            }
            if (table[slot] == FREE) {
                table[slot] = colour;
                if (++count > FEW) {
                    return KIND_MANY;
                }
            }
        }
    }
    return KIND_FEW;
}

/* Judge all blocks. Returns whether there are both kinds. */
static bool judge_all(Blocks *blocks, const VncView *view, const VncRect *rect)
{
    unsigned many = 0;

    for (int row = 0; row < blocks->rows; row++) {
        for (int column = 0; column < blocks->columns; column++) {
            int x = column * BLOCK, y = row * BLOCK;
            Kind kind = judge(vnc_view_at(view, rect->x + x, rect->y + y), view->stride,
                              MIN(BLOCK, rect->w - x), MIN(BLOCK, rect->h - y));

            blocks->kinds[row * blocks->columns + column] = kind;
            many += kind == KIND_MANY;
        }
    }
    return many > 0 && many < (unsigned)(blocks->columns * blocks->rows);
}

static bool run_is(const Blocks *blocks, int row, int left, int right, Kind kind)
{
    const uint8_t *kinds = blocks->kinds + row * blocks->columns;

    for (int column = left; column < right; column++) {
        if (kinds[column] != kind) {
            return false;
        }
    }
    return true;
}

/* Take the run of one kind that begins at this block, extended down as far as it goes. */
static VncRect take(Blocks *blocks, const VncRect *rect, int column, int row)
{
    Kind kind = blocks->kinds[row * blocks->columns + column];
    int right = column + 1, bottom = row + 1;

    while (right < blocks->columns && run_is(blocks, row, right, right + 1, kind)) {
        right++;
    }
    while (bottom < blocks->rows && run_is(blocks, bottom, column, right, kind)) {
        bottom++;
    }
    for (int i = row; i < bottom; i++) {
        memset(blocks->kinds + i * blocks->columns + column, KIND_TAKEN, right - column);
    }
    return (VncRect){
        .x = rect->x + column * BLOCK,
        .y = rect->y + row * BLOCK,
        .w = MIN(right * BLOCK, rect->w) - column * BLOCK,
        .h = MIN(bottom * BLOCK, rect->h) - row * BLOCK,
    };
}

unsigned vnc_split(const VncView *view, const VncRect *rect, VncRect parts[VNC_SPLIT_MAX])
{
    Blocks blocks = {
        .columns = (rect->w + BLOCK - 1) / BLOCK,
        .rows = (rect->h + BLOCK - 1) / BLOCK,
    };
    unsigned n = 0;

    if (blocks.columns * blocks.rows <= MAX_BLOCKS && judge_all(&blocks, view, rect)) {
        for (int row = 0; row < blocks.rows; row++) {
            for (int column = 0; column < blocks.columns; column++) {
                if (blocks.kinds[row * blocks.columns + column] == KIND_TAKEN) {
                    continue;
                }
                if (n == VNC_SPLIT_MAX) {
                    parts[0] = *rect;
                    return 1;
                }
                parts[n++] = take(&blocks, rect, column, row);
            }
        }
        return n;
    }
    parts[0] = *rect;
    return 1;
}
