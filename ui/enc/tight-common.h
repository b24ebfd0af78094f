/*
 * The code that Tight and TightPNG share. Private to them.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pure; any thread.
 */
#ifndef UI_ENC_TIGHT_COMMON_H
#define UI_ENC_TIGHT_COMMON_H

#include "ui/base/predict.h"
#include "ui/enc/content.h"
#include "ui/enc/encoder.h"

/* The compression-control byte. */
enum {
    VNC_TIGHT_STREAM_SHIFT = 4,
    VNC_TIGHT_EXPLICIT_FILTER = 0x40,
    VNC_TIGHT_FILL = 0x80,
    VNC_TIGHT_JPEG = 0x90,
    VNC_TIGHT_PNG = 0xa0,
};

/* The size of a rectangle. The specification allows a width of 2048. But a compact rectangle has
 * fewer colours, so it can have a palette more often, and distances in its stream are shorter. A
 * width of 512 makes 5 to 25 % more bytes. 128 makes fewer bytes, but a strip of text takes half as
 * long again. */
#define VNC_TIGHT_MAX_WIDTH  256
#define VNC_TIGHT_MAX_PIXELS (64 * 1024)
#define VNC_TIGHT_ALIGN      16 /* rows: JPEG's blocks */

/* The highest compression level for differences. Differences are small numbers that vary, so they
 * compress by their codes, not by repetition: a harder search takes ten times as long for a
 * twentieth fewer bytes. */
#define VNC_TIGHT_PREDICTED_MAX_LEVEL 2

/* The arguments of encode(). */
typedef struct VncTight {
    const VncEncodeParams *params;
    const VncView *view;
    const VncPiece *piece;
    const VncRect *rect; /* of the piece */
    VncScratch *scratch;
    VncBuffer *out;
} VncTight;

static inline size_t vnc_tight_pixels(const VncTight *tight)
{
    return (size_t)tight->rect->w * tight->rect->h;
}

/**
 * vnc_tight_classify: call vnc_classify() with the scratch's palette and indexes.
 *
 * @max: colours of a palette
 * @deep: tell smooth content apart even where JPEG is not allowed
 *
 * Returns the indexes through @indexes; vnc_pack_indexes() may read behind them.
 */
VncContent vnc_tight_classify(const VncTight *tight, unsigned max, bool deep, uint8_t **indexes);

/**
 * vnc_tight_begin_data, vnc_tight_end_data: append up to 4 MiB - 1 bytes of data to `out` between
 * these two calls. The second one puts the compact length before the data.
 */
size_t vnc_tight_begin_data(const VncTight *tight);
void vnc_tight_end_data(const VncTight *tight, size_t mark);

/* Two rows of pixels, three bytes each; each row stands behind a pixel of 0. */
typedef struct VncTightRows {
    uint8_t *even, *odd;
} VncTightRows;

VncTightRows vnc_tight_rows_begin(const VncTight *tight);

/* Write the differences of row @y of the rectangle to @dst. Call for the row above first. */
void vnc_tight_predict_row(const VncTight *tight, const VncTightRows *rows,
                           const VncConverter *converter, VncPredictRow *predict, int y,
                           uint8_t *dst);

/* Append @count colours as the viewer's TPIXELs. */
void vnc_tight_put_colours(const VncTight *tight, const uint32_t *colours, unsigned count);

/* Write the rectangle as a fill with its first pixel's colour. */
void vnc_tight_put_fill(const VncTight *tight);

/* Write @content as JPEG if that is allowed and succeeds. Returns false if not: nothing is
 * written. */
bool vnc_tight_try_jpeg(const VncTight *tight, VncContent content);

#endif
