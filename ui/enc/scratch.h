/*
 * A worker's own memory, which the encoders need while they work on one rectangle.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pure; any thread. One per worker thread, so it needs no lock. It grows to the largest rectangle
 * so far and stays there: no allocation per rectangle.
 */
#ifndef UI_ENC_SCRATCH_H
#define UI_ENC_SCRATCH_H

#include "ui/enc/jpeg.h"
#include "ui/enc/palette.h"
#include "ui/enc/png.h"

#define VNC_ZRLE_TILE        64
#define VNC_ZRLE_TILE_PIXELS (VNC_ZRLE_TILE * VNC_ZRLE_TILE)

/**
 * VncTileRuns: the runs of equal pixels in one tile of ZRLE or TRLE. The byte arrays have room for
 * reads and writes of eight bytes at their last element.
 */
typedef struct VncTileRuns {
    uint64_t changes[VNC_ZRLE_TILE]; /* by rows: bit x: a run begins at pixel x */
    uint32_t colours[VNC_ZRLE_TILE_PIXELS];
    uint16_t starts[VNC_ZRLE_TILE_PIXELS + 1];    /* the last entry is the end of the tile */
    uint8_t indexes[VNC_ZRLE_TILE_PIXELS];        /* into the palette */
    uint8_t pixels[VNC_ZRLE_TILE_PIXELS * 4 + 8]; /* colours as the viewer's pixels */
    uint8_t expanded[VNC_ZRLE_TILE_PIXELS + 8];   /* one index per pixel */
} VncTileRuns;

/**
 * VncWavelet: one tile of ZYWRLE on its way to coefficients: Y, U and V.
 */
typedef struct VncWavelet {
    int16_t planes[3][VNC_ZRLE_TILE_PIXELS];
    int16_t bands[3][VNC_ZRLE_TILE_PIXELS]; /* coefficients in the order sent */
    int16_t rest[VNC_ZRLE_TILE_PIXELS / 4]; /* low frequencies, between two levels */
    uint32_t coefficients[VNC_ZRLE_TILE_PIXELS];
} VncWavelet;

/* The side of the largest block that is searched for subrectangles: a mask has 64 bits. */
#define VNC_BLOCK        64
#define VNC_BLOCK_PIXELS (VNC_BLOCK * VNC_BLOCK)

/**
 * VncSubrects: subrectangles of one colour each, in the order found. The four bytes of a pixel may
 * be read beyond the last of @pixels.
 */
typedef struct VncSubrects {
    unsigned count;
    uint32_t colours[VNC_BLOCK_PIXELS];
    struct VncSubrect {
        uint8_t x, y, w, h; /* in the block */
    } rects[VNC_BLOCK_PIXELS];
    uint8_t pixels[VNC_BLOCK_PIXELS * 4 + 8]; /* room for colours as the viewer's pixels */
} VncSubrects;

struct VncScratch {
    VncBuffer pixels;  /* a rectangle in the viewer's pixels, before compression */
    VncBuffer rows;    /* two rows of pixels, for a filter */
    VncBuffer indexes; /* one index per pixel, into the palette */
    VncPalette palette;
    VncPalette previous; /* TRLE: the palette of the tile before */
    VncTileRuns runs;
    VncSubrects subrects;
    VncWavelet wavelet;
    VncJpeg jpeg;
    VncPng png;
};

/**
 * vnc_convert_rect: convert the pixels of @rect, row after row without padding.
 *
 * @dst: room for w * h * converter->bytes bytes
 */
void vnc_convert_rect(const VncConverter *converter, const VncView *view, const VncRect *rect,
                      uint8_t *dst);

#endif
