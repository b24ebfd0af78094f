/*
 * Pixel formats, and the choice of a row kernel.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Any thread.
 */
#include "ui/base/pixel.h"

#include <glib.h>

#define HOST_BIG_ENDIAN (G_BYTE_ORDER == G_BIG_ENDIAN)

const VncPixelFormat vnc_pixel_format_native = {
    .bits_per_pixel = 32,
    .depth = 24,
    .big_endian = HOST_BIG_ENDIAN,
    .true_colour = true,
    .red_max = 255,
    .green_max = 255,
    .blue_max = 255,
    .red_shift = 16,
    .green_shift = 8,
    .blue_shift = 0,
};

const VncPixelFormat vnc_pixel_format_332 = {
    .bits_per_pixel = 8,
    .depth = 8,
    .big_endian = HOST_BIG_ENDIAN,
    .true_colour = true,
    .red_max = 7,
    .green_max = 7,
    .blue_max = 3,
    .red_shift = 5,
    .green_shift = 2,
    .blue_shift = 0,
};

/* TPIXEL's three bytes, as the low bytes of a little-endian pixel. */
static const VncPixelFormat format_tpixel = {
    .bits_per_pixel = 32,
    .depth = 24,
    .big_endian = false,
    .true_colour = true,
    .red_max = 255,
    .green_max = 255,
    .blue_max = 255,
    .red_shift = 0,
    .green_shift = 8,
    .blue_shift = 16,
};

/* The bits that the channel occupies in a pixel; 0 if it has no valid place there. */
static uint64_t channel_bits(const VncPixelFormat *format, uint32_t max, unsigned shift)
{
    if (max == 0 || (max & (max + 1)) || shift >= format->bits_per_pixel ||
        (uint64_t)max << shift >> format->bits_per_pixel) {
        return 0;
    }
    return (uint64_t)max << shift;
}

const char *vnc_pixel_format_check(const VncPixelFormat *format)
{
    uint64_t red, green, blue;

    if (format->bits_per_pixel != 8 && format->bits_per_pixel != 16 &&
        format->bits_per_pixel != 32) {
        return "bits per pixel is not 8, 16 or 32";
    }
    if (format->depth < 1 || format->depth > format->bits_per_pixel) {
        return "depth is not 1 to bits per pixel";
    }
    if (!format->true_colour) {
        return format->bits_per_pixel == 8 ? NULL : "a colour map needs 8 bits per pixel";
    }
    red = channel_bits(format, format->red_max, format->red_shift);
    green = channel_bits(format, format->green_max, format->green_shift);
    blue = channel_bits(format, format->blue_max, format->blue_shift);
    if (!red || !green || !blue) {
        return "a colour's maximum is not 2^n - 1, or its bits lie outside the pixel";
    }
    if ((red & green) || (red & blue) || (green & blue)) {
        return "two colours share bits of the pixel";
    }
    return NULL;
}

bool vnc_pixel_format_equal(const VncPixelFormat *a, const VncPixelFormat *b)
{
    if (a->bits_per_pixel != b->bits_per_pixel || a->depth != b->depth ||
        a->big_endian != b->big_endian || a->true_colour != b->true_colour) {
        return false;
    }
    return !a->true_colour || (a->red_max == b->red_max && a->green_max == b->green_max &&
                               a->blue_max == b->blue_max && a->red_shift == b->red_shift &&
                               a->green_shift == b->green_shift && a->blue_shift == b->blue_shift);
}

static bool is_888(const VncPixelFormat *format)
{
    return format->red_max == 255 && format->green_max == 255 && format->blue_max == 255;
}

/* The layout that @format really has when @layout is asked for. */
static VncPixelLayout settle_layout(const VncPixelFormat *format, VncPixelLayout layout)
{
    uint32_t used;

    if (!format->true_colour || format->bits_per_pixel != 32) {
        return VNC_LAYOUT_PIXEL;
    }
    if (layout == VNC_LAYOUT_TPIXEL) {
        return format->depth == 24 && is_888(format) ? layout : VNC_LAYOUT_PIXEL;
    }
    used = (uint32_t)format->red_max << format->red_shift |
           (uint32_t)format->green_max << format->green_shift |
           (uint32_t)format->blue_max << format->blue_shift;
    if (format->depth > 24 || ((used & 0xff000000) && (used & 0x000000ff))) {
        return VNC_LAYOUT_PIXEL;
    }
    return layout;
}

static void set_channel(VncConverter *converter, int i, uint32_t max, unsigned shift)
{
    converter->max[i] = max;
    converter->left[i] = shift;
}

void vnc_converter_init_reference(VncConverter *converter, const VncPixelFormat *format,
                                  VncPixelLayout layout)
{
    layout = settle_layout(format, layout);
    if (!format->true_colour) {
        format = &vnc_pixel_format_332;
    } else if (layout == VNC_LAYOUT_TPIXEL) {
        format = &format_tpixel;
    }
    *converter = (VncConverter){
        .row = vnc_convert_reference,
        .bytes = layout == VNC_LAYOUT_PIXEL ? format->bits_per_pixel / 8 : 3,
        .big_endian = format->big_endian,
    };
    set_channel(converter, 0, format->red_max, format->red_shift);
    set_channel(converter, 1, format->green_max, format->green_shift);
    set_channel(converter, 2, format->blue_max, format->blue_shift);
    if (converter->bytes == 3) {
        bool low = (uint64_t)format->red_max << format->red_shift < 1 << 24 &&
                   (uint64_t)format->green_max << format->green_shift < 1 << 24 &&
                   (uint64_t)format->blue_max << format->blue_shift < 1 << 24;

        /* The low three bytes are sent last in big-endian order, and first in little-endian
         * order. */
        converter->first_byte = low == converter->big_endian;
    }
}

/* If no channel straddles a byte, the other byte order only gives each channel another place. */
static void fold_byte_order(VncConverter *converter)
{
    unsigned size = converter->bytes == 3 ? 4 : converter->bytes;
    int i;

    for (i = 0; i < 3; i++) {
        if (converter->left[i] % 8 + g_bit_storage(converter->max[i]) > 8) {
            return;
        }
    }
    for (i = 0; i < 3; i++) {
        converter->left[i] ^= (size - 1) * 8;
    }
    converter->big_endian = !converter->big_endian;
}

static bool is_bytes(const VncConverter *converter)
{
    return converter->max[0] == 255 && converter->max[1] == 255 && converter->max[2] == 255;
}

/* Whether the pixel holds 8:8:8, blue and red at these bits. */
static bool is_888_at(const VncConverter *converter, unsigned blue, unsigned red)
{
    return is_bytes(converter) && converter->left[0] == red &&
           converter->left[1] == (blue + red) / 2 && converter->left[2] == blue;
}

static VncConvertRow *choose_24(const VncConverter *converter)
{
    unsigned low = converter->first_byte * 8;

    if (!converter->big_endian && is_888_at(converter, low, low + 16)) {
        return vnc_convert_bgr;
    }
    if (!converter->big_endian && is_888_at(converter, low + 16, low)) {
        return vnc_convert_rgb;
    }
    return vnc_convert_24;
}

static VncConvertRow *choose_row(const VncConverter *converter)
{
    bool swap = converter->big_endian != HOST_BIG_ENDIAN;

    if (converter->bytes == 1) {
        return vnc_convert_8;
    }
    if (!is_bytes(converter)) {
        return vnc_convert_any;
    }
    if (converter->bytes == 3) {
        return choose_24(converter);
    }
    if (!swap && is_888_at(converter, 0, 16)) {
        return vnc_convert_copy;
    }
    return swap ? vnc_convert_32_swapped : vnc_convert_32;
}

void vnc_converter_init(VncConverter *converter, const VncPixelFormat *format,
                        VncPixelLayout layout)
{
    bool wanted; /* big endian */

    vnc_converter_init_reference(converter, format, layout);
    wanted = converter->bytes == 3 ? false : HOST_BIG_ENDIAN;
    if (converter->big_endian != wanted) {
        fold_byte_order(converter);
    }
    converter->row = choose_row(converter);
}
