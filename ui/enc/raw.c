/*
 * Raw (0): the pixels as they are.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pure; any thread.
 */
#include "ui/enc/scratch.h"

static VncMethod raw_encode(void *state G_GNUC_UNUSED, const VncEncodeParams *params,
                            const VncView *view, const VncPiece *piece,
                            VncScratch *scratch G_GNUC_UNUSED, VncBuffer *out)
{
    const VncRect *rect = &piece->rect;
    size_t size = (size_t)rect->w * rect->h * params->pixel.bytes;

    vnc_convert_rect(&params->pixel, view, rect, vnc_buffer_reserve(out, size));
    vnc_buffer_commit(out, size);
    return VNC_METHOD_RAW;
}

const VncEncoder vnc_encoder_raw = {
    .number = VNC_ENCODING_RAW,
    .name = "Raw",
    .flags = VNC_ENCODER_STATELESS,
    .max_width = VNC_MAX_SIDE,
    .max_pixels = 128 * 1024,
    .align = 1,
    .encode = raw_encode,
};
