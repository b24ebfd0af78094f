/*
 * The table of encoders, and their state and parameters.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Any thread; owns nothing; no lock.
 */
#include "ui/enc/encoder.h"

const VncEncoder *const vnc_encoders[] = {
    &vnc_encoder_raw,   &vnc_encoder_hextile, &vnc_encoder_zlib,
    &vnc_encoder_tight, &vnc_encoder_zrle,    NULL,
};

const VncEncoder *vnc_encoder_find(int32_t number)
{
    for (size_t i = 0; vnc_encoders[i]; i++) {
        if (vnc_encoders[i]->number == number) {
            return vnc_encoders[i];
        }
    }
    return NULL;
}

void *vnc_encoder_state_new(const VncEncoder *encoder)
{
    if (encoder->state_size == 0) {
        return NULL;
    }
    void *state = g_malloc0(encoder->state_size);
    encoder->init(state);
    return state;
}

void vnc_encoder_state_free(const VncEncoder *encoder, void *state)
{
    if (state) {
        encoder->clear(state);
        g_free(state);
    }
}

void vnc_encode_params_init(VncEncodeParams *params, const VncPixelFormat *format,
                            int compress_level, int quality)
{
    params->format = *format;
    vnc_converter_init(&params->pixel, format, VNC_LAYOUT_PIXEL);
    vnc_converter_init(&params->cpixel, format, VNC_LAYOUT_CPIXEL);
    vnc_converter_init(&params->tpixel, format, VNC_LAYOUT_TPIXEL);
    params->compress_level = CLAMP(compress_level, 0, 9);
    params->quality = CLAMP(quality, -1, 9);
}
