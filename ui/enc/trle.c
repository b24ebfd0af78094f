/*
 * TRLE (15): ZRLE's shapes in tiles of 16x16, without deflate; a tile may use the palette of the
 * tile before again.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pure; any thread. The palette is carried from tile to tile within one rectangle only.
 */
#include "ui/enc/tile-rle.h"

#define TILE 16

static VncMethod trle_encode(void *state G_GNUC_UNUSED, const VncEncodeParams *params,
                             const VncView *view, const VncPiece *piece, VncScratch *scratch,
                             VncBuffer *out)
{
    VncTileRle rle;

    vnc_tile_rle_init(&rle, &params->cpixel, scratch, true);
    vnc_tile_rle_put_all(&rle, view, &piece->rect, TILE, out);
    return VNC_METHOD_TILES;
}

const VncEncoder vnc_encoder_trle = {
    .number = VNC_ENCODING_TRLE,
    .name = "TRLE",
    .flags = VNC_ENCODER_STATELESS,
    .max_width = VNC_MAX_SIDE,
    .max_pixels = 256 * 1024,
    .align = TILE,
    .encode = trle_encode,
};
