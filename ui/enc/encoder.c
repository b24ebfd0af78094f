/*
 * Common to all encoders: names of methods, parameters.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pure; any thread.
 */
#include "ui/enc/encoder.h"

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
