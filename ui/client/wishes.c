/*
 * A viewer's wishes: its pixel format, encoding, levels and features.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pure.
 */
#include "ui/client/wishes.h"

void vnc_wishes_init(VncWishes *wishes)
{
    *wishes = (VncWishes){
        .format = vnc_pixel_format_native,
        .encoder = &vnc_encoder_raw,
        .compress_level = VNC_DEFAULT_COMPRESS_LEVEL,
        .quality = -1,
    };
    vnc_wishes_settle(wishes, false);
}

void vnc_wishes_settle(VncWishes *wishes, bool lossy)
{
    vnc_encode_params_init(&wishes->params, &wishes->format, wishes->compress_level,
                           lossy ? wishes->quality : -1);
    wishes->params.subsampling = wishes->subsampling;
    /* Viewers that list TightPNG are web pages, and some of them fail at a gradient. */
    wishes->params.gradient = !vnc_wishes_have(wishes, VNC_FEATURE_TIGHT_PNG);
}

void vnc_wishes_set_format(VncWishes *wishes, const VncPixelFormat *format, bool lossy)
{
    wishes->format = *format;
    vnc_wishes_settle(wishes, lossy);
}

static bool is_within(int32_t number, int32_t first, int32_t last)
{
    return number >= first && number <= last;
}

void vnc_levels_note(VncLevels *levels, int32_t number)
{
    if (is_within(number, VNC_ENCODING_QUALITY_0, VNC_ENCODING_QUALITY_9)) {
        levels->quality = vnc_quality_from_level(number - VNC_ENCODING_QUALITY_0);
    } else if (is_within(number, VNC_ENCODING_COMPRESS_0, VNC_ENCODING_COMPRESS_9)) {
        levels->compress_level = number - VNC_ENCODING_COMPRESS_0;
    } else if (is_within(number, VNC_ENCODING_FINE_QUALITY_0, VNC_ENCODING_FINE_QUALITY_100)) {
        levels->fine_quality = number - VNC_ENCODING_FINE_QUALITY_0;
    } else if (is_within(number, VNC_ENCODING_SUBSAMPLING_444, VNC_ENCODING_SUBSAMPLING_16X)) {
        levels->subsampling = VNC_SUBSAMPLING_444 + number - VNC_ENCODING_SUBSAMPLING_444;
    }
}

void vnc_wishes_set_encoder(VncWishes *wishes, const VncEncoder *encoder, const VncLevels *levels)
{
    wishes->encoder = encoder;
    wishes->compress_level = levels->compress_level;
    wishes->subsampling = levels->subsampling;
    wishes->quality = levels->quality;
    if (levels->fine_quality >= 0 && !(encoder->flags & VNC_ENCODER_QUALITY_LEVEL)) {
        wishes->quality = levels->fine_quality;
    }
}
