/*
 * Writing a tile in the smallest of ZRLE's or TRLE's shapes.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pure; any thread.
 */
#ifndef UI_ENC_TILE_RLE_H
#define UI_ENC_TILE_RLE_H

#include "ui/enc/scratch.h"

#define VNC_TILE_RLE_MAX VNC_ZRLE_TILE /* a tile's width and height */

/* The most bytes of a tile of @side x @side: a pixel and a length for each pixel where raw is not
 * allowed, two subencodings (one within the other), and slack of one pixel. */
#define VNC_TILE_RLE_BYTES(side) (6 + 5 * (side) * (side))

/**
 * VncTileRaw: how a tile is sent for which raw is the smallest.
 */
typedef enum VncTileRaw {
    VNC_TILE_RAW_PIXELS,
    VNC_TILE_RAW_WAVELET, /* ZYWRLE: a raw tile with a tile of coefficients in it, of any shape */
    VNC_TILE_RAW_NEVER,   /* as runs: the viewer would take raw pixels for coefficients */
} VncTileRaw;

/**
 * VncTileRle: how the tiles of a rectangle are written, and what the viewer remembers from one to
 * the next.
 */
typedef struct VncTileRle {
    const VncConverter *converter; /* to CPIXELs */
    VncTileRuns *runs;
    VncPalette *palette;
    VncPalette *previous; /* TRLE: the palette of the tile before; NULL: no palette is used again */
    bool previous_is_known; /* the tile before had a palette, so that the viewer knows it */
    VncTileRaw raw;
    VncWavelet *wavelet;
    unsigned wavelet_level;
    bool lossy; /* a tile has gone through the wavelet */
} VncTileRle;

/**
 * vnc_tile_rle_init: begin a rectangle.
 *
 * @reuse: a tile may refer to the palette of the tile before (TRLE)
 */
void vnc_tile_rle_init(VncTileRle *rle, const VncConverter *converter, VncScratch *scratch,
                       bool reuse);

/**
 * vnc_tile_rle_put: write the pixels @rect of @view as one tile.
 *
 * @rect: at most VNC_TILE_RLE_MAX wide and high
 * @dst: room for VNC_TILE_RLE_BYTES of the larger side
 *
 * Returns the end of what was written.
 */
uint8_t *vnc_tile_rle_put(VncTileRle *rle, const VncView *view, const VncRect *rect, uint8_t *dst);

/* The same for all of @rect in tiles of @side x @side, appended to @out. */
void vnc_tile_rle_put_all(VncTileRle *rle, const VncView *view, const VncRect *rect, int side,
                          VncBuffer *out);

#endif
