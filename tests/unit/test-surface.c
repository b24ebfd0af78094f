/*
 * Surfaces and cursors.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One thread, but for the reference counts.
 */
#include "tests/lib/rows.h"
#include "ui/vnc-surface.h"

#include <string.h>

static void count_release(void *data)
{
    ++*(int *)data;
}

static void test_new(void)
{
    static const int widths[] = {1, 15, 16, 17, 640, 1366, VNC_MAX_SIDE};

    FOR_ROWS (i, widths) {
        g_autoptr(VncSurface) surface = vnc_surface_new(widths[i], 3);
        size_t n, len;

        g_assert_cmpint(surface->width, ==, widths[i]);
        g_assert_cmpint(surface->height, ==, 3);
        g_assert_cmpint(surface->format, ==, PIXMAN_x8r8g8b8);
        g_assert_cmpint(surface->stride, >=, widths[i] * 4);
        g_assert_cmpint(surface->stride % 64, ==, 0);
        g_assert_cmpuint((uintptr_t)surface->data % 64, ==, 0);
        len = (size_t)surface->stride * 3;
        for (n = 0; n < len; n++) {
            g_assert_cmpuint(surface->data[n], ==, 0);
        }
        memset(surface->data, 0xff, len);
    }
}

static void test_for_data(void)
{
    uint8_t pixels[2 * 4 * 2] = {0};
    int released = 0;
    VncSurface *surface =
        vnc_surface_new_for_data(2, 2, -8, PIXMAN_x8b8g8r8, pixels + 8, count_release, &released);

    g_assert_cmpint(surface->stride, ==, -8);
    g_assert_cmpint(surface->format, ==, PIXMAN_x8b8g8r8);
    g_assert_true(surface->data == pixels + 8);
    g_assert_true(vnc_surface_ref(surface) == surface);
    vnc_surface_unref(surface);
    g_assert_cmpint(released, ==, 0);
    vnc_surface_unref(surface);
    g_assert_cmpint(released, ==, 1);

    vnc_surface_unref(vnc_surface_new_for_data(2, 2, 8, PIXMAN_x8r8g8b8, pixels, NULL, NULL));
    vnc_surface_unref(NULL);
}

static void test_sizes(void)
{
    static const int bad[][2] = {{0, 1}, {1, 0}, {-1, 1}, {VNC_MAX_SIDE + 1, 1}, {1, G_MAXINT}};

    FOR_ROWS (i, bad) {
        g_test_expect_message("vnc", G_LOG_LEVEL_CRITICAL, "*assertion*failed*");
        g_assert_null(vnc_surface_new(bad[i][0], bad[i][1]));
        g_test_assert_expected_messages();
    }
}

static void *ref_and_unref(void *surface)
{
    int i;

    for (i = 0; i < 10000; i++) {
        vnc_surface_unref(vnc_surface_ref(surface));
    }
    vnc_surface_unref(surface);
    return NULL;
}

static void test_threads(void)
{
    uint8_t pixel[4] = {0};
    int released = 0;
    VncSurface *surface =
        vnc_surface_new_for_data(1, 1, 4, PIXMAN_x8r8g8b8, pixel, count_release, &released);
    GThread *threads[3];
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(threads); i++) {
        threads[i] = g_thread_new("refs", ref_and_unref, vnc_surface_ref(surface));
    }
    vnc_surface_unref(surface);
    for (i = 0; i < G_N_ELEMENTS(threads); i++) {
        g_thread_join(threads[i]);
    }
    g_assert_cmpint(released, ==, 1);
}

static void test_cursor_premultiplied(void)
{
    uint32_t alpha, value;

    for (alpha = 0; alpha < 256; alpha++) {
        uint32_t pixels[256];
        g_autoptr(VncCursor) cursor = NULL;

        for (value = 0; value < 256; value++) {
            pixels[value] = alpha << 24 | value << 16 | (255 - value) << 8 | (value ^ 0x55);
        }
        cursor = vnc_cursor_new(256, 1, 0, 0, pixels);
        for (value = 0; value < 256; value++) {
            uint32_t pixel = cursor->pixels[value];

            g_assert_cmpuint(pixel >> 24, ==, alpha);
            g_assert_cmpuint(pixel >> 16 & 255, ==, (uint32_t)(value * alpha / 255.0 + 0.5));
            g_assert_cmpuint(pixel >> 8 & 255, ==, (uint32_t)((255 - value) * alpha / 255.0 + 0.5));
            g_assert_cmpuint(pixel & 255, ==, (uint32_t)((value ^ 0x55) * alpha / 255.0 + 0.5));
        }
    }
}

static void test_cursor_clamped(void)
{
    const int wide = VNC_CURSOR_MAX_SIDE + 5;
    g_autofree uint32_t *pixels = g_new(uint32_t, (size_t)wide * 3);
    g_autoptr(VncCursor) cursor = NULL;
    VncCursor *hidden;
    int i;

    for (i = 0; i < wide * 3; i++) {
        pixels[i] = 0xff000000 | (uint32_t)i;
    }
    cursor = vnc_cursor_new(wide, 3, wide, -7, pixels);
    g_assert_cmpint(cursor->width, ==, VNC_CURSOR_MAX_SIDE);
    g_assert_cmpint(cursor->height, ==, 3);
    g_assert_cmpint(cursor->hot_x, ==, VNC_CURSOR_MAX_SIDE - 1);
    g_assert_cmpint(cursor->hot_y, ==, 0);
    g_assert_cmpuint(cursor->pixels[2 * VNC_CURSOR_MAX_SIDE + 1], ==,
                     0xff000000 | (uint32_t)(2 * wide + 1));

    hidden = vnc_cursor_new(-3, 4, 2, 2, NULL);
    g_assert_cmpint(hidden->width, ==, 0);
    g_assert_cmpint(hidden->height, ==, 0);
    g_assert_cmpint(hidden->hot_x, ==, 0);
    g_assert_cmpint(hidden->hot_y, ==, 0);
    vnc_cursor_unref(vnc_cursor_ref(hidden));
    vnc_cursor_unref(hidden);
    vnc_cursor_unref(NULL);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/surface/new", test_new);
    g_test_add_func("/surface/for-data", test_for_data);
    g_test_add_func("/surface/sizes", test_sizes);
    g_test_add_func("/surface/threads", test_threads);
    g_test_add_func("/cursor/premultiplied", test_cursor_premultiplied);
    g_test_add_func("/cursor/clamped", test_cursor_clamped);
    return g_test_run();
}
