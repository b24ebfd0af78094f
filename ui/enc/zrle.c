/*
 * ZRLE (16): tiles of 64x64, each in the smallest of five shapes, through one deflate stream.
 * ZYWRLE (17): the same, except that tiles that would be raw are sent as coefficients of a wavelet.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pure; any thread. Its state is the stream.
 */
#include "ui/enc/deflate.h"
#include "ui/enc/tile-rle.h"
#include "ui/enc/wavelet.h"

#define TILE VNC_ZRLE_TILE

typedef struct VncZrleState {
    VncDeflate deflate;
} VncZrleState;

static void zrle_init(void *opaque)
{
    VncZrleState *state = opaque;

    *state = (VncZrleState){0};
}

static void zrle_clear(void *opaque)
{
    VncZrleState *state = opaque;

    vnc_deflate_clear(&state->deflate);
}

/* For both encodings, which share the stream. */
static void encode_tiles(VncZrleState *state, VncTileRle *rle, const VncEncodeParams *params,
                         const VncView *view, const VncRect *rect, VncScratch *scratch,
                         VncBuffer *out)
{
    vnc_buffer_reset(&scratch->pixels);
    vnc_tile_rle_put_all(rle, view, rect, TILE, &scratch->pixels);

    size_t start = out->len;
    vnc_buffer_append_u32(out, 0);
    vnc_deflate(&state->deflate, params->compress_level, vnc_buffer_bytes(&scratch->pixels),
                scratch->pixels.len, out);
    vnc_buffer_patch_u32(out, start, out->len - start - 4);
}

static VncMethod zrle_encode(void *opaque, const VncEncodeParams *params, const VncView *view,
                             const VncPiece *piece, VncScratch *scratch, VncBuffer *out)
{
    VncTileRle rle;

    if (piece->may_split) {
        return VNC_METHOD_MIXED;
    }
    vnc_tile_rle_init(&rle, &params->cpixel, scratch, false);
    encode_tiles(opaque, &rle, params, view, &piece->rect, scratch, out);
    return VNC_METHOD_TILES;
}

/* A viewer decodes a raw tile by its own quality level, even if this rectangle is to be exact. So a
 * raw tile has coefficients, or no tile is raw. The exception is 8 bits: that format has no
 * coefficients, and viewers have no room for runs in it. */
static VncMethod zywrle_encode(void *opaque, const VncEncodeParams *params, const VncView *view,
                               const VncPiece *piece, VncScratch *scratch, VncBuffer *out)
{
    VncTileRle rle;

    vnc_tile_rle_init(&rle, &params->cpixel, scratch, false);
    rle.raw = params->cpixel.bytes > 1 ? VNC_TILE_RAW_NEVER : VNC_TILE_RAW_PIXELS;
    rle.wavelet = &scratch->wavelet;
    rle.wavelet_level = piece->exact ? 0 : vnc_wavelet_level(params->quality);
    if (rle.wavelet_level > 0 && vnc_wavelet_has_format(&params->format)) {
        rle.raw = VNC_TILE_RAW_WAVELET;
    }
    encode_tiles(opaque, &rle, params, view, &piece->rect, scratch, out);
    return rle.lossy ? VNC_METHOD_WAVELET : VNC_METHOD_TILES;
}

/* Wide enough for most screens, and yet a whole row of tiles is within max_pixels. */
#define MAX_WIDTH  4096
#define MAX_PIXELS (MAX_WIDTH * TILE)

const VncEncoder vnc_encoder_zrle = {
    .number = VNC_ENCODING_ZRLE,
    .name = "ZRLE",
    .flags = VNC_ENCODER_SPLITS,
    .max_width = MAX_WIDTH,
    .max_pixels = MAX_PIXELS,
    .align = TILE,
    .gap = 8,
    .state_size = sizeof(VncZrleState),
    .init = zrle_init,
    .clear = zrle_clear,
    .encode = zrle_encode,
};

const VncEncoder vnc_encoder_zywrle = {
    .number = VNC_ENCODING_ZYWRLE,
    .name = "ZYWRLE",
    .flags = VNC_ENCODER_LOSSY | VNC_ENCODER_QUALITY_LEVEL,
    .max_width = MAX_WIDTH,
    .max_pixels = MAX_PIXELS,
    .align = TILE,
    .gap = 8,
    .state_size = sizeof(VncZrleState),
    .state_of = &vnc_encoder_zrle,
    .init = zrle_init,
    .clear = zrle_clear,
    .encode = zywrle_encode,
};
