/*
 * A pixel format in libvncclient's own struct.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TESTS_LIB_RFB_FORMAT_H
#define TESTS_LIB_RFB_FORMAT_H

#include "ui/base/pixel.h"

#include <rfb/rfbclient.h>

static inline rfbPixelFormat rfb_format(const VncPixelFormat *format)
{
    return (rfbPixelFormat){
        .bitsPerPixel = format->bits_per_pixel,
        .depth = format->depth,
        .bigEndian = format->big_endian,
        .trueColour = format->true_colour,
        .redMax = format->red_max,
        .greenMax = format->green_max,
        .blueMax = format->blue_max,
        .redShift = format->red_shift,
        .greenShift = format->green_shift,
        .blueShift = format->blue_shift,
    };
}

#endif
