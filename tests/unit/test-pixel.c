/*
 * Pixel formats: which formats are accepted; each kind of conversion is checked byte by byte.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One thread. The expected bytes are computed here from the specification's words alone.
 */
#include "tests/lib/rows.h"
#include "ui/base/pixel.h"

#include <glib.h>
#include <string.h>

#define PIXELS 37 /* beside a whole block of a vector kernel, a rest */

static const unsigned orders[6][3] = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2},
                                      {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};

static VncPixelFormat format_of(unsigned bits, unsigned depth, bool big_endian,
                                const unsigned widths[3], const unsigned shifts[3])
{
    return (VncPixelFormat){
        .bits_per_pixel = (uint8_t)bits,
        .depth = (uint8_t)depth,
        .big_endian = big_endian,
        .true_colour = true,
        .red_max = (uint16_t)((1 << widths[0]) - 1),
        .green_max = (uint16_t)((1 << widths[1]) - 1),
        .blue_max = (uint16_t)((1 << widths[2]) - 1),
        .red_shift = (uint8_t)shifts[0],
        .green_shift = (uint8_t)shifts[1],
        .blue_shift = (uint8_t)shifts[2],
    };
}

/* A colour of 8 bits as the nearest one of @max. */
static uint32_t scaled(uint32_t value, uint32_t max)
{
    return (uint32_t)((double)value * max / 255 + 0.5);
}

static uint32_t pixel_of(const VncPixelFormat *f, uint32_t rgb)
{
    return scaled(rgb >> 16 & 255, f->red_max) << f->red_shift |
           scaled(rgb >> 8 & 255, f->green_max) << f->green_shift |
           scaled(rgb & 255, f->blue_max) << f->blue_shift;
}

/* The bytes of one pixel as the specification wants them; returns how many. */
static unsigned wire_of(const VncPixelFormat *f, VncPixelLayout layout, uint32_t rgb,
                        uint8_t wire[4])
{
    unsigned bytes = f->bits_per_pixel / 8, lowest = 0, i;
    uint32_t pixel = pixel_of(f, rgb);

    if (layout == VNC_LAYOUT_TPIXEL && f->bits_per_pixel == 32 && f->depth == 24 &&
        f->red_max == 255 && f->green_max == 255 && f->blue_max == 255) {
        wire[0] = (uint8_t)(rgb >> 16);
        wire[1] = (uint8_t)(rgb >> 8);
        wire[2] = (uint8_t)rgb;
        return 3;
    }
    if (layout == VNC_LAYOUT_CPIXEL && f->bits_per_pixel == 32 && f->depth <= 24) {
        uint32_t used = pixel_of(f, 0xffffff);

        if (used <= 0xffffff) {
            bytes = 3;
        } else if ((used & 0xff) == 0) {
            bytes = 3;
            lowest = 1;
        }
    }
    for (i = 0; i < bytes; i++) {
        unsigned significance = f->big_endian ? bytes - 1 - i : i;

        wire[i] = (uint8_t)(pixel >> 8 * (lowest + significance));
    }
    return bytes;
}

static void fill_random(uint32_t *pixels, size_t count)
{
    size_t i;

    for (i = 0; i < count; i++) {
        pixels[i] = (uint32_t)g_test_rand_int() & 0xffffff;
    }
    pixels[0] = 0xffffff;
    pixels[1] = 0;
}

static void check_converter(const VncConverter *converter, const VncPixelFormat *format,
                            VncPixelLayout layout, const uint32_t *pixels)
{
    uint8_t got[PIXELS * 4], want[PIXELS * 4], *end = want;
    size_t i;

    for (i = 0; i < PIXELS; i++) {
        end += wire_of(format, layout, pixels[i], end);
    }
    g_assert_cmpuint(converter->bytes, ==, (size_t)(end - want) / PIXELS);
    converter->row(converter, got, pixels, PIXELS);
    g_assert_cmpmem(got, end - want, want, end - want);
}

static void check_format(const VncPixelFormat *format, const uint32_t *pixels)
{
    VncPixelLayout layout;

    g_assert_null(vnc_pixel_format_check(format));
    for (layout = VNC_LAYOUT_PIXEL; layout <= VNC_LAYOUT_TPIXEL; layout++) {
        VncConverter converter;

        vnc_converter_init(&converter, format, layout);
        check_converter(&converter, format, layout, pixels);
        vnc_converter_init_reference(&converter, format, layout);
        check_converter(&converter, format, layout, pixels);
    }
}

/* Every order of channels of these widths, at the bottom of the pixel, at its top, and spread. */
static void check_widths(unsigned bits, const unsigned widths[3], const uint32_t *pixels)
{
    unsigned sum = widths[0] + widths[1] + widths[2];
    unsigned order, low, gap;

    for (order = 0; order < 6; order++) {
        const unsigned *o = orders[order];

        for (low = 0; low <= bits - sum; low++) {
            for (gap = 0; gap <= bits - sum - low; gap += MAX(bits - sum - low, 1)) {
                unsigned shifts[3];
                VncPixelFormat format;

                shifts[o[0]] = low;
                shifts[o[1]] = low + widths[o[0]] + gap / 2;
                shifts[o[2]] = low + widths[o[0]] + widths[o[1]] + gap;
                format = format_of(bits, MIN(sum, 24), false, widths, shifts);
                check_format(&format, pixels);
                format.big_endian = true;
                check_format(&format, pixels);
                format.depth = (uint8_t)bits;
                check_format(&format, pixels);
            }
        }
    }
}

static void test_convert(const void *data)
{
    static const unsigned all_widths[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 16};
    const size_t n = G_N_ELEMENTS(all_widths);
    unsigned bits = GPOINTER_TO_UINT(data);
    uint32_t pixels[PIXELS];
    size_t i, checked = 0;

    fill_random(pixels, PIXELS);
    for (i = 0; i < n * n * n; i++) {
        unsigned widths[3] = {all_widths[i % n], all_widths[i / n % n], all_widths[i / n / n]};
        unsigned sum = widths[0] + widths[1] + widths[2];

        /* Of the many at 32 bits, those with much room only now and then. */
        if (sum > bits || (bits == 32 && sum < 24 && i % 7)) {
            continue;
        }
        check_widths(bits, widths, pixels);
        checked++;
    }
    g_assert_cmpuint(checked, >, 10);
}

/* Formats that real viewers ask for, each value of each channel. */
static void test_every_value(void)
{
    static const unsigned common[][7] = {
        {32, 8, 8, 8, 16, 8, 0},     {32, 8, 8, 8, 0, 8, 16},    {32, 8, 8, 8, 24, 16, 8},
        {32, 8, 8, 8, 8, 16, 24},    {16, 5, 6, 5, 11, 5, 0},    {16, 5, 5, 5, 10, 5, 0},
        {16, 4, 4, 4, 8, 4, 0},      {8, 3, 3, 2, 0, 3, 6},      {8, 2, 2, 2, 4, 2, 0},
        {32, 10, 10, 10, 20, 10, 0}, {8, 1, 1, 1, 2, 1, 0},      {32, 16, 8, 8, 16, 8, 0},
        {32, 8, 16, 8, 24, 8, 0},    {32, 9, 11, 12, 23, 12, 0},
    };

    FOR_ROWS (i, common) {
        const unsigned *c = common[i];
        VncPixelFormat format = format_of(c[0], MIN(c[1] + c[2] + c[3], c[0]), false, c + 1, c + 4);
        uint32_t pixels[PIXELS];
        uint32_t value = 0;

        while (value < 256) {
            size_t x;

            for (x = 0; x < PIXELS; x++, value++) {
                pixels[x] = (value & 255) << 16 | (~value & 255) << 8 | ((value * 7) & 255);
            }
            check_format(&format, pixels);
        }
    }
}

static void test_colour_map(void)
{
    VncPixelFormat map = {.bits_per_pixel = 8, .depth = 8}, other = map;
    uint32_t pixels[PIXELS];
    VncPixelLayout layout;

    g_assert_null(vnc_pixel_format_check(&map));
    g_assert_null(vnc_pixel_format_check(&vnc_pixel_format_332));
    fill_random(pixels, PIXELS);
    for (layout = VNC_LAYOUT_PIXEL; layout <= VNC_LAYOUT_TPIXEL; layout++) {
        VncConverter converter;

        vnc_converter_init(&converter, &map, layout);
        g_assert_cmpuint(converter.bytes, ==, 1);
        check_converter(&converter, &vnc_pixel_format_332, VNC_LAYOUT_PIXEL, pixels);
    }
    other.red_max = 9;
    g_assert_true(vnc_pixel_format_equal(&map, &other));
    g_assert_false(vnc_pixel_format_equal(&map, &vnc_pixel_format_332));
    map.bits_per_pixel = 16;
    g_assert_nonnull(vnc_pixel_format_check(&map));
}

static void test_native(void)
{
    VncConverter converter;
    uint32_t pixels[PIXELS], got[PIXELS];

    g_assert_null(vnc_pixel_format_check(&vnc_pixel_format_native));
    fill_random(pixels, PIXELS);
    vnc_converter_init(&converter, &vnc_pixel_format_native, VNC_LAYOUT_PIXEL);
    converter.row(&converter, got, pixels, PIXELS);
    g_assert_cmpmem(got, sizeof(got), pixels, sizeof(pixels));
}

/* CPIXEL and TPIXEL written down by hand. */
static void test_three_bytes(void)
{
    static const struct {
        VncPixelLayout layout;
        bool big_endian;
        unsigned depth, shifts[3];
        const char *wire;
    } cases[] = {
        {VNC_LAYOUT_CPIXEL, false, 24, {16, 8, 0}, "\x33\x22\x11"},
        {VNC_LAYOUT_CPIXEL, true, 24, {16, 8, 0}, "\x11\x22\x33"},
        {VNC_LAYOUT_CPIXEL, false, 24, {24, 16, 8}, "\x33\x22\x11"},
        {VNC_LAYOUT_CPIXEL, true, 24, {24, 16, 8}, "\x11\x22\x33"},
        {VNC_LAYOUT_CPIXEL, false, 24, {8, 16, 24}, "\x11\x22\x33"},
        {VNC_LAYOUT_CPIXEL, true, 24, {0, 8, 16}, "\x33\x22\x11"},
        {VNC_LAYOUT_TPIXEL, false, 24, {16, 8, 0}, "\x11\x22\x33"},
        {VNC_LAYOUT_TPIXEL, true, 24, {0, 8, 16}, "\x11\x22\x33"},
        {VNC_LAYOUT_TPIXEL, true, 24, {2, 24, 13}, "\x11\x22\x33"},
    };
    const unsigned widths[3] = {8, 8, 8};
    const uint32_t pixel = 0x112233;

    FOR_ROWS (i, cases) {
        VncPixelFormat format =
            format_of(32, cases[i].depth, cases[i].big_endian, widths, cases[i].shifts);
        VncConverter converter;
        uint8_t wire[4];

        vnc_converter_init(&converter, &format, cases[i].layout);
        g_assert_cmpuint(converter.bytes, ==, 3);
        converter.row(&converter, wire, &pixel, 1);
        g_assert_cmpmem(wire, 3, cases[i].wire, 3);
        format.depth = 32;
        vnc_converter_init(&converter, &format, cases[i].layout);
        g_assert_cmpuint(converter.bytes, ==, 4);
    }
}

/* The rules of vnc_pixel_format_check(), bit by bit. */
static bool acceptable(const VncPixelFormat *f)
{
    const uint32_t max[3] = {f->red_max, f->green_max, f->blue_max};
    const unsigned shift[3] = {f->red_shift, f->green_shift, f->blue_shift};
    bool used[512] = {false};
    unsigned i, bit;

    if ((f->bits_per_pixel != 8 && f->bits_per_pixel != 16 && f->bits_per_pixel != 32) ||
        f->depth == 0 || f->depth > f->bits_per_pixel) {
        return false;
    }
    if (!f->true_colour) {
        return f->bits_per_pixel == 8;
    }
    for (i = 0; i < 3; i++) {
        bool ended = false;

        if (!(max[i] & 1)) {
            return false;
        }
        for (bit = 0; bit < 16; bit++) {
            if (!(max[i] >> bit & 1)) {
                ended = true;
            } else if (ended || shift[i] + bit >= f->bits_per_pixel || used[shift[i] + bit]) {
                return false;
            } else {
                used[shift[i] + bit] = true;
            }
        }
    }
    return true;
}

static void check_acceptance(const VncPixelFormat *format, size_t *counts)
{
    bool ok = acceptable(format);

    g_assert((vnc_pixel_format_check(format) == NULL) == ok);
    counts[ok]++;
}

static uint16_t random_max(void)
{
    int n = g_test_rand_int_range(0, 20);

    return n <= 16 ? (uint16_t)((1 << n) - 1) : (uint16_t)g_test_rand_int();
}

static uint8_t random_shift(void)
{
    return (uint8_t)(g_test_rand_int_range(0, 8) ? g_test_rand_int_range(0, 32)
                                                 : g_test_rand_int());
}

static void test_check(void)
{
    static const uint8_t some_bits[] = {0, 8, 16, 32, 32, 32, 24, 255};
    VncPixelFormat format = vnc_pixel_format_native;
    size_t counts[2] = {0, 0};
    unsigned i;

    for (i = 0; i < 65536; i++) {
        format = vnc_pixel_format_native;
        format.bits_per_pixel = i & 255;
        format.depth = i >> 8;
        check_acceptance(&format, counts);
        format.true_colour = false;
        check_acceptance(&format, counts);
        format = vnc_pixel_format_native;
        format.red_shift = i & 255;
        format.blue_shift = i >> 8;
        check_acceptance(&format, counts);
        format.green_max = (uint16_t)i;
        check_acceptance(&format, counts);
    }
    for (i = 0; i < 500000; i++) {
        format = (VncPixelFormat){
            .bits_per_pixel = some_bits[g_test_rand_int_range(0, 8)],
            .depth = (uint8_t)g_test_rand_int_range(0, 40),
            .big_endian = g_test_rand_bit(),
            .true_colour = g_test_rand_int_range(0, 10) > 0,
            .red_max = random_max(),
            .green_max = random_max(),
            .blue_max = random_max(),
            .red_shift = random_shift(),
            .green_shift = random_shift(),
            .blue_shift = random_shift(),
        };
        check_acceptance(&format, counts);
    }
    g_assert_cmpuint(counts[true], >, 1000);
    g_assert_cmpuint(counts[false], >, 1000);
}

static void test_equal(void)
{
    const VncPixelFormat native = vnc_pixel_format_native;
    VncPixelFormat others[10];

    FOR_ROWS (i, others) {
        others[i] = native;
    }
    g_assert_true(vnc_pixel_format_equal(&others[0], &native));
    others[0].bits_per_pixel = 16;
    others[1].depth = 23;
    others[2].big_endian = !native.big_endian;
    others[3].true_colour = false;
    others[4].red_max = 127;
    others[5].green_max = 127;
    others[6].blue_max = 127;
    others[7].red_shift = 24;
    others[8].green_shift = 24;
    others[9].blue_shift = 24;
    FOR_ROWS (i, others) {
        g_assert_false(vnc_pixel_format_equal(&others[i], &native));
        g_assert_false(vnc_pixel_format_equal(&native, &others[i]));
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_data_func("/pixel/convert/8", GUINT_TO_POINTER(8), test_convert);
    g_test_add_data_func("/pixel/convert/16", GUINT_TO_POINTER(16), test_convert);
    g_test_add_data_func("/pixel/convert/32", GUINT_TO_POINTER(32), test_convert);
    g_test_add_func("/pixel/every-value", test_every_value);
    g_test_add_func("/pixel/colour-map", test_colour_map);
    g_test_add_func("/pixel/native", test_native);
    g_test_add_func("/pixel/three-bytes", test_three_bytes);
    g_test_add_func("/pixel/check", test_check);
    g_test_add_func("/pixel/equal", test_equal);
    return g_test_run();
}
