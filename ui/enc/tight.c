/*
 * Tight (7): one colour, a palette with indexes, full colour or differences through deflate, or
 * JPEG.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pure; any thread. Its state is four deflate streams, none of which is ever reset.
 */
#include "ui/base/predict.h"
#include "ui/enc/deflate.h"
#include "ui/enc/scratch.h"
#include "ui/enc/tight-common.h"

enum {
    FILTER_PALETTE = 1,
    FILTER_GRADIENT = 2,
};

/* One stream for each kind of bytes: past bytes are the best prediction of the next ones. */
typedef enum Stream {
    STREAM_FULL_COLOUR,
    STREAM_MONO,
    STREAM_INDEXED,
    STREAM_GRADIENT,
    STREAMS,
} Stream;

#define MIN_TO_COMPRESS 12 /* bytes; shorter data is sent as it is */

typedef struct VncTightState {
    VncDeflate streams[STREAMS];
} VncTightState;

/* Write filtered pixels. */
static void put_data(const VncTight *tight, VncTightState *state, Stream stream, int level,
                     const uint8_t *bytes, size_t len)
{
    if (len < MIN_TO_COMPRESS) {
        vnc_buffer_append(tight->out, bytes, len);
        return;
    }
    size_t mark = vnc_tight_begin_data(tight);
    vnc_deflate(&state->streams[stream], level, bytes, len, tight->out);
    vnc_tight_end_data(tight, mark);
}

static void put_palette(const VncTight *tight, Stream stream)
{
    const VncPalette *palette = &tight->scratch->palette;

    vnc_buffer_append_u8(tight->out, stream << VNC_TIGHT_STREAM_SHIFT | VNC_TIGHT_EXPLICIT_FILTER);
    vnc_buffer_append_u8(tight->out, FILTER_PALETTE);
    vnc_buffer_append_u8(tight->out, palette->count - 1);
    vnc_tight_put_colours(tight, palette->colours, palette->count);
}

static size_t mono_size(const VncRect *rect)
{
    return (size_t)((rect->w + 7) / 8) * rect->h;
}

static VncMethod put_mono(const VncTight *tight, VncTightState *state, const uint8_t *indexes)
{
    const VncRect *rect = tight->rect;
    size_t size = mono_size(rect);

    vnc_buffer_reset(&tight->scratch->pixels);
    uint8_t *bits = vnc_buffer_reserve(&tight->scratch->pixels, size);
    uint8_t *dst = bits;
    for (int y = 0; y < rect->h; y++) {
        dst += vnc_pack_indexes(dst, indexes, rect->w, 1);
        indexes += rect->w;
    }
    put_palette(tight, STREAM_MONO);
    put_data(tight, state, STREAM_MONO, tight->params->compress_level, bits, size);
    return VNC_METHOD_MONO;
}

static VncMethod put_indexed(const VncTight *tight, VncTightState *state, const uint8_t *indexes)
{
    put_palette(tight, STREAM_INDEXED);
    put_data(tight, state, STREAM_INDEXED, tight->params->compress_level, indexes,
             vnc_tight_pixels(tight));
    return VNC_METHOD_INDEXED;
}

static VncMethod put_full_colour(const VncTight *tight, VncTightState *state)
{
    const VncConverter *converter = &tight->params->tpixel;
    size_t size = vnc_tight_pixels(tight) * converter->bytes;

    vnc_buffer_reset(&tight->scratch->pixels);
    uint8_t *pixels = vnc_buffer_reserve(&tight->scratch->pixels, size);
    vnc_convert_rect(converter, tight->view, tight->rect, pixels);
    vnc_buffer_append_u8(tight->out, STREAM_FULL_COLOUR << VNC_TIGHT_STREAM_SHIFT);
    put_data(tight, state, STREAM_FULL_COLOUR, tight->params->compress_level, pixels, size);
    return VNC_METHOD_FULL_COLOUR;
}

static void filter_row(const VncTight *tight, const VncTightRows *rows, int y, uint8_t *dst)
{
    vnc_tight_predict_row(tight, rows, &tight->params->tpixel, vnc_predict_gradient, y, dst);
}

/* Differences of this mean size take some 6.4 bits each: hardly fewer than pixels do. */
#define GRADIENT_MAX_MEAN 16
/* Two rows in so many are tried. */
#define GRADIENT_SAMPLE 16

/* Whether the filter makes small numbers of the rectangle's pixels. */
static bool gradient_wins(const VncTight *tight)
{
    size_t size = (size_t)tight->rect->w * VNC_PREDICT_BYTES;
    VncTightRows rows = vnc_tight_rows_begin(tight);
    unsigned sum = 0, count = 0;

    vnc_buffer_reset(&tight->scratch->pixels);
    uint8_t *differences = vnc_buffer_reserve(&tight->scratch->pixels, size);
    for (int y = 0; y + 1 < tight->rect->h; y += GRADIENT_SAMPLE) {
        filter_row(tight, &rows, y, differences);
        filter_row(tight, &rows, y + 1, differences);
        for (size_t i = 0; i < size; i++) {
            sum += ABS((int8_t)differences[i]);
        }
        count += size;
    }
    return sum < count * GRADIENT_MAX_MEAN;
}

static VncMethod put_gradient(const VncTight *tight, VncTightState *state)
{
    size_t row_size = (size_t)tight->rect->w * VNC_PREDICT_BYTES;
    size_t size = row_size * tight->rect->h;
    VncTightRows rows = vnc_tight_rows_begin(tight);

    vnc_buffer_reset(&tight->scratch->pixels);
    uint8_t *differences = vnc_buffer_reserve(&tight->scratch->pixels, size);
    for (int y = 0; y < tight->rect->h; y++) {
        filter_row(tight, &rows, y, differences + y * row_size);
    }
    vnc_buffer_append_u8(tight->out,
                         STREAM_GRADIENT << VNC_TIGHT_STREAM_SHIFT | VNC_TIGHT_EXPLICIT_FILTER);
    vnc_buffer_append_u8(tight->out, FILTER_GRADIENT);
    put_data(tight, state, STREAM_GRADIENT,
             MIN(tight->params->compress_level, VNC_TIGHT_PREDICTED_MAX_LEVEL), differences, size);
    return VNC_METHOD_GRADIENT;
}

/* Whether the filter may be used. At level 0 nothing is compressed, so the filter gains nothing. */
static bool gradient_allowed(const VncEncodeParams *params)
{
    return params->gradient && params->tpixel.bytes == VNC_PREDICT_BYTES &&
           params->compress_level > 0;
}

/* The most colours with which indexes and a palette are smaller than the pixels. */
static unsigned max_colours(const VncTight *tight)
{
    size_t pixels = vnc_tight_pixels(tight);
    unsigned bytes = tight->params->tpixel.bytes;

    return MIN(pixels * (bytes - 1) / bytes, VNC_PALETTE_MAX);
}

static bool mono_wins(const VncTight *tight)
{
    unsigned bytes = tight->params->tpixel.bytes;

    return 2 + 2 * bytes + mono_size(tight->rect) < vnc_tight_pixels(tight) * bytes;
}

static VncMethod tight_encode(void *state, const VncEncodeParams *params, const VncView *view,
                              const VncPiece *piece, VncScratch *scratch, VncBuffer *out)
{
    const VncTight tight = {params, view, piece, &piece->rect, scratch, out};
    bool gradient = gradient_allowed(params);
    unsigned most = max_colours(&tight);
    uint8_t *indexes;
    VncContent content = vnc_tight_classify(&tight, MAX(most, 2), gradient, &indexes);
    bool natural = content == VNC_CONTENT_PHOTO || content == VNC_CONTENT_SMOOTH;

    if (content == VNC_CONTENT_MANY) {
        return VNC_METHOD_MIXED;
    }
    if (content == VNC_CONTENT_SOLID) {
        vnc_tight_put_fill(&tight);
        return VNC_METHOD_SOLID;
    }
    if (content == VNC_CONTENT_MONO) {
        return mono_wins(&tight) ? put_mono(&tight, state, indexes)
                                 : put_full_colour(&tight, state);
    }
    if (vnc_tight_try_jpeg(&tight, content)) {
        return VNC_METHOD_JPEG;
    }
    if (scratch->palette.count > 0 && scratch->palette.count <= most) {
        return put_indexed(&tight, state, indexes);
    }
    if (gradient && natural && gradient_wins(&tight)) {
        return put_gradient(&tight, state);
    }
    return put_full_colour(&tight, state);
}

static void tight_init(void *opaque)
{
    VncTightState *state = opaque;

    *state = (VncTightState){0};
}

static void tight_clear(void *opaque)
{
    VncTightState *state = opaque;

    for (int i = 0; i < STREAMS; i++) {
        vnc_deflate_clear(&state->streams[i]);
    }
}

const VncEncoder vnc_encoder_tight = {
    .number = VNC_ENCODING_TIGHT,
    .name = "Tight",
    .flags = VNC_ENCODER_LOSSY | VNC_ENCODER_SPLITS,
    .max_width = VNC_TIGHT_MAX_WIDTH,
    .max_pixels = VNC_TIGHT_MAX_PIXELS,
    .align = VNC_TIGHT_ALIGN,
    .gap = 8,
    .state_size = sizeof(VncTightState),
    .init = tight_init,
    .clear = tight_clear,
    .encode = tight_encode,
};
