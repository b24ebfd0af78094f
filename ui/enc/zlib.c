/*
 * Zlib (6): the pixels of Raw through one deflate stream.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pure; any thread. Its state is the stream.
 */
#include "ui/enc/deflate.h"
#include "ui/enc/scratch.h"

typedef struct VncZlibState {
    VncDeflate deflate;
} VncZlibState;

static void zlib_init(void *opaque)
{
    VncZlibState *state = opaque;

    *state = (VncZlibState){0};
}

static void zlib_clear(void *opaque)
{
    VncZlibState *state = opaque;

    vnc_deflate_clear(&state->deflate);
}

static VncMethod zlib_encode(void *opaque, const VncEncodeParams *params, const VncView *view,
                             const VncPiece *piece, VncScratch *scratch, VncBuffer *out)
{
    const VncRect *rect = &piece->rect;
    VncZlibState *state = opaque;
    size_t size = (size_t)rect->w * rect->h * params->pixel.bytes;

    vnc_buffer_reset(&scratch->pixels);
    uint8_t *pixels = vnc_buffer_reserve(&scratch->pixels, size);
    vnc_convert_rect(&params->pixel, view, rect, pixels);

    size_t start = out->len;
    vnc_buffer_append_u32(out, 0);
    vnc_deflate(&state->deflate, params->compress_level, pixels, size, out);
    vnc_buffer_patch_u32(out, start, out->len - start - 4);
    return VNC_METHOD_DEFLATE;
}

const VncEncoder vnc_encoder_zlib = {
    .number = VNC_ENCODING_ZLIB,
    .name = "Zlib",
    .max_width = VNC_MAX_SIDE,
    .max_pixels = 128 * 1024,
    .align = 1,
    .gap = 8,
    .state_size = sizeof(VncZlibState),
    .init = zlib_init,
    .clear = zlib_clear,
    .encode = zlib_encode,
};
