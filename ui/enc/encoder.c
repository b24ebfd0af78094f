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
    &vnc_encoder_raw,
    &vnc_encoder_hextile,
    &vnc_encoder_zlib,
    &vnc_encoder_tight,
    &vnc_encoder_zrle,
    &vnc_encoder_zywrle,
    &vnc_encoder_trle,
    &vnc_encoder_rre,
#ifdef VNC_HAVE_PNG
    &vnc_encoder_tight_png,
#endif
    NULL,
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

static const struct {
    const char *name;
    bool lossy;
} methods[VNC_METHODS] = {
    [VNC_METHOD_COPY] = {"copy", false},
    [VNC_METHOD_RAW] = {"raw", false},
    [VNC_METHOD_DEFLATE] = {"deflate", false},
    [VNC_METHOD_TILES] = {"tiles", false},
    [VNC_METHOD_WAVELET] = {"wavelet", true},
    [VNC_METHOD_SOLID] = {"solid", false},
    [VNC_METHOD_MONO] = {"mono", false},
    [VNC_METHOD_INDEXED] = {"indexed", false},
    [VNC_METHOD_FULL_COLOUR] = {"full-colour", false},
    [VNC_METHOD_GRADIENT] = {"gradient", false},
    [VNC_METHOD_JPEG] = {"jpeg", true},
    [VNC_METHOD_PNG] = {"png", false},
};

bool vnc_method_is_lossy(VncMethod method)
{
    return methods[method].lossy;
}

const char *vnc_method_name(VncMethod method)
{
    return methods[method].name;
}

int vnc_quality_from_level(int level)
{
    static const int qualities[10] = {5, 10, 15, 25, 37, 50, 60, 70, 75, 80};

    return qualities[CLAMP(level, 0, 9)];
}

void vnc_encode_params_init(VncEncodeParams *params, const VncPixelFormat *format,
                            int compress_level, int quality)
{
    *params = (VncEncodeParams){.format = *format};
    vnc_converter_init(&params->pixel, format, VNC_LAYOUT_PIXEL);
    vnc_converter_init(&params->cpixel, format, VNC_LAYOUT_CPIXEL);
    vnc_converter_init(&params->tpixel, format, VNC_LAYOUT_TPIXEL);
    params->compress_level = CLAMP(compress_level, 0, 9);
    params->quality = CLAMP(quality, -1, 100);
}
