/*
 * Colour analysis: each pixel's index is its colour's, whatever was analysed before.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "ui/enc/content.h"

#include <glib.h>

#define SIDE 90

static uint32_t pixels[SIDE * SIDE];
static const VncView view = {pixels, SIDE, SIDE, SIDE};

/* Runs of all lengths, the first @solid rows of one colour. */
static void paint_runs(int colours, int solid)
{
    int left = solid * SIDE;
    uint32_t colour = 0x00010203;

    for (int i = 0; i < SIDE * SIDE; i++) {
        if (left-- == 0) {
            left = g_test_rand_int_range(0, 24);
            colour = 0x00010203u * g_test_rand_int_range(1, colours + 1);
        }
        pixels[i] = colour;
    }
}

static unsigned count_colours(const VncRect *rect)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);

    for (int y = 0; y < rect->h; y++) {
        for (int x = 0; x < rect->w; x++) {
            g_hash_table_add(seen, GUINT_TO_POINTER(*vnc_view_at(&view, rect->x + x, rect->y + y)));
        }
    }
    return g_hash_table_size(seen);
}

static void check_scan(VncPalette *palette, const VncRect *rect, unsigned max)
{
    static uint8_t indexes[SIDE * SIDE];
    unsigned wanted = count_colours(rect);
    unsigned found = vnc_palette_scan(palette, &view, rect, max, indexes);

    g_assert_cmpuint(found, ==, wanted <= max ? wanted : 0);
    if (found < 2) {
        return;
    }
    for (int i = 0; i < rect->w * rect->h; i++) {
        uint32_t colour = *vnc_view_at(&view, rect->x + i % rect->w, rect->y + i / rect->w);
        g_assert_cmpuint(indexes[i], <, found);
        g_assert_cmphex(palette->colours[indexes[i]], ==, colour);
    }
}

static void test_scan(void)
{
    g_autofree VncPalette *palette = g_new(VncPalette, 1);

    vnc_palette_init(palette);
    for (int round = 0; round < 3000; round++) {
        int colours = g_test_rand_int_range(1, round % 2 ? 4 : 300);
        int x = g_test_rand_int_range(0, 8), y = g_test_rand_int_range(0, 8);
        VncRect rect = {x, y, g_test_rand_int_range(1, SIDE - x + 1),
                        g_test_rand_int_range(1, SIDE - y + 1)};
        paint_runs(colours, g_test_rand_int_range(0, SIDE));
        check_scan(palette, &rect, round % 3 ? VNC_PALETTE_MAX : g_test_rand_int_range(2, 257));
    }
}

/* What makes a content what it is. */
static void test_classify(void)
{
    g_autofree VncPalette *palette = g_new(VncPalette, 1);
    static uint8_t indexes[SIDE * SIDE];
    const VncRect all = {0, 0, SIDE, SIDE};

    vnc_palette_init(palette);
    for (VncDepth depth = VNC_DEPTH_COLOUR; depth <= VNC_DEPTH_ALL; depth++) {
        bool deep = depth == VNC_DEPTH_ALL;

        memset(pixels, 0, sizeof(pixels));
        g_assert_cmpint(vnc_classify(&view, &all, 256, depth, palette, indexes), ==,
                        VNC_CONTENT_SOLID);
        pixels[SIDE * SIDE - 1] = 1;
        g_assert_cmpint(vnc_classify(&view, &all, 256, depth, palette, indexes), ==,
                        VNC_CONTENT_MONO);
        pixels[0] = 2;
        g_assert_cmpint(vnc_classify(&view, &all, 256, depth, palette, indexes), ==,
                        VNC_CONTENT_INDEXED);
        g_assert_cmpuint(palette->count, ==, 3);
        for (int i = 0; i < SIDE * SIDE; i++) {
            pixels[i] = (uint32_t)(i % SIDE / 4 << 16 | i / SIDE);
        }
        g_assert_cmpint(vnc_classify(&view, &all, 256, depth, palette, indexes), ==,
                        deep ? VNC_CONTENT_SMOOTH : VNC_CONTENT_OTHER);
        g_assert_cmpuint(palette->count, ==, 0);
        for (int i = 0; i < SIDE * SIDE; i++) {
            pixels[i] = (uint32_t)(i % SIDE << 16 | i / SIDE);
        }
        g_assert_cmpint(vnc_classify(&view, &all, 256, depth, palette, indexes), ==,
                        deep ? VNC_CONTENT_PHOTO : VNC_CONTENT_OTHER);
        for (int i = 0; i < SIDE * SIDE; i++) {
            pixels[i] = (uint32_t)(i % 150);
        }
        g_assert_cmpint(vnc_classify(&view, &all, 256, depth, palette, indexes), ==,
                        deep ? VNC_CONTENT_PHOTO : VNC_CONTENT_INDEXED);
        g_assert_cmpuint(palette->count, ==, 150);
        for (int i = 0; i < SIDE * SIDE; i++) {
            pixels[i] = i % 5 ? 0x00ffffff : (uint32_t)i;
        }
        g_assert_cmpint(vnc_classify(&view, &all, 256, depth, palette, indexes), ==,
                        VNC_CONTENT_OTHER);
    }
}

/* Only many colours are reason enough to cut: few are looked at as ever. */
static void test_many(void)
{
    g_autofree VncPalette *palette = g_new(VncPalette, 1);
    static uint8_t indexes[SIDE * SIDE];
    const VncRect all = {0, 0, SIDE, SIDE};

    vnc_palette_init(palette);
    for (int i = 0; i < SIDE * SIDE; i++) {
        pixels[i] = (uint32_t)(i % 5);
    }
    g_assert_cmpint(vnc_classify(&view, &all, 256, VNC_DEPTH_SPLIT, palette, indexes), ==,
                    VNC_CONTENT_INDEXED);
    for (int i = 0; i < SIDE * SIDE; i++) {
        pixels[i] = (uint32_t)i;
    }
    g_assert_cmpint(vnc_classify(&view, &all, 256, VNC_DEPTH_SPLIT, palette, indexes), ==,
                    VNC_CONTENT_MANY);
    g_assert_cmpuint(palette->count, ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/palette/scan", test_scan);
    g_test_add_func("/palette/classify", test_classify);
    g_test_add_func("/palette/many", test_many);
    return g_test_run();
}
