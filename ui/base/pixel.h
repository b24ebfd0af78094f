/*
 * Pixel formats of viewers, and the conversion of rows to them.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Any thread: everything here is a value or a pure function.
 */
#ifndef UI_BASE_PIXEL_H
#define UI_BASE_PIXEL_H

#include "ui/base/convert.h"

#include <stdbool.h>
#include <stdint.h>

/**
 * VncPixelFormat: RFB's PIXEL_FORMAT, as SetPixelFormat carries it.
 */
typedef struct VncPixelFormat {
    uint8_t bits_per_pixel; /* 8, 16 or 32 */
    uint8_t depth;          /* useful bits, 1 to bits_per_pixel */
    bool big_endian;
    bool true_colour;                      /* false: 8 bits per pixel, indexes into a colour map */
    uint16_t red_max, green_max, blue_max; /* 2^n - 1 */
    uint8_t red_shift, green_shift, blue_shift;
} VncPixelFormat;

/* The server's own format: 32 bits, depth 24, 8:8:8 at 16, 8, 0, in host byte order. */
extern const VncPixelFormat vnc_pixel_format_native;

/* The colours of an 8-bit colour map: entry i is the colour of pixel i in this true-colour format
 * (8 bits, 3:3:2 at 5, 2, 0). */
extern const VncPixelFormat vnc_pixel_format_332;

/**
 * vnc_pixel_format_check: check a format that a viewer asks for. Allowed are bits_per_pixel 8, 16
 * or 32, and depth 1 to bits_per_pixel. True colour: each max is 2^n - 1 with n >= 1, and each
 * channel lies within the pixel (shift + n <= bits_per_pixel) and overlaps no other. Colour map: 8
 * bits per pixel.
 *
 * Returns NULL if @format is allowed, else a static text that says what is wrong.
 */
const char *vnc_pixel_format_check(const VncPixelFormat *format);

/* Whether pixels of both formats are the same bytes on the wire. Colour-map formats have no
 * channels to compare. */
bool vnc_pixel_format_equal(const VncPixelFormat *a, const VncPixelFormat *b);

/* How a pixel is laid out on the wire. */
typedef enum VncPixelLayout {
    VNC_LAYOUT_PIXEL,  /* PIXEL: bits_per_pixel / 8 bytes */
    VNC_LAYOUT_CPIXEL, /* CPIXEL of ZRLE and TRLE: 3 bytes where the specification says so */
    VNC_LAYOUT_TPIXEL, /* TPIXEL of Tight: 3 bytes (R, G, B) for 32 bpp, depth 24, 8:8:8 */
} VncPixelLayout;

/**
 * vnc_converter_init: choose the fastest kernel for @format, which has passed
 * vnc_pixel_format_check(). A colour-map format converts as vnc_pixel_format_332.
 */
void vnc_converter_init(VncConverter *converter, const VncPixelFormat *format,
                        VncPixelLayout layout);

/* The same with the plain C reference kernel, pixel by pixel, which the others are tested
 * against. */
void vnc_converter_init_reference(VncConverter *converter, const VncPixelFormat *format,
                                  VncPixelLayout layout);

#endif
