/*
 * ZRLE (16): tiles of 64x64, each in the smallest of five shapes, through one deflate
 * stream.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Worker; owns the stream; no lock.
 */
#include "ui/enc/deflate.h"
#include "ui/enc/tile-rle.h"

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

static VncMethod zrle_encode(void *opaque, const VncEncodeParams *params, const VncView *view,
                             const VncRect *rect, VncScratch *scratch, VncBuffer *out)
{
    VncZrleState *state = opaque;

    VncTileRle rle;

    vnc_tile_rle_init(&rle, &params->cpixel, scratch, false);
    vnc_buffer_reset(&scratch->pixels);
    vnc_tile_rle_put_all(&rle, view, rect, TILE, &scratch->pixels);

    size_t start = out->len;
    vnc_buffer_append_u32(out, 0);
    vnc_deflate(&state->deflate, params->compress_level, vnc_buffer_bytes(&scratch->pixels),
                scratch->pixels.len, out);
    vnc_buffer_patch_u32(out, start, out->len - start - 4);
    return VNC_METHOD_TILES;
}

/* Wide enough for most screens, and still a whole row of tiles within max_pixels. */
const VncEncoder vnc_encoder_zrle = {
    .number = VNC_ENCODING_ZRLE,
    .name = "ZRLE",
    .flags = VNC_ENCODER_SPLITS,
    .max_width = 4096,
    .max_pixels = 4096 * TILE,
    .align = TILE,
    .gap = 3,
    .state_size = sizeof(VncZrleState),
    .init = zrle_init,
    .clear = zrle_clear,
    .encode = zrle_encode,
};
