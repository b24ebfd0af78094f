/*
 * Rectangles cut by content: every pixel is in one part, and each part has one kind of content.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One thread.
 */
#include "ui/enc/split.h"

#include <string.h>

enum { SIDE = 300 };

static uint32_t pixels[SIDE * SIDE];
static const VncView view = {pixels, SIDE, SIDE, SIDE};

static void fill(const VncRect *rect, bool noise)
{
    for (int y = rect->y; y < rect->y + rect->h; y++) {
        for (int x = rect->x; x < rect->x + rect->w; x++) {
            pixels[y * SIDE + x] = noise ? g_test_rand_int() & 0xffffff : (x ^ y) & 1;
        }
    }
}

static unsigned colours_of(const VncRect *rect)
{
    g_autoptr(GHashTable) seen = g_hash_table_new(NULL, NULL);

    for (int y = rect->y; y < rect->y + rect->h; y++) {
        for (int x = rect->x; x < rect->x + rect->w; x++) {
            g_hash_table_add(seen, GUINT_TO_POINTER(pixels[y * SIDE + x]));
        }
    }
    return g_hash_table_size(seen);
}

/* Cut @rect, and check that it is covered once; returns the number of parts. */
static unsigned split(const VncRect *rect, VncRect parts[VNC_SPLIT_MAX])
{
    g_autofree uint8_t *covered = g_malloc0(SIDE * SIDE);
    unsigned n = vnc_split(&view, rect, parts);
    unsigned count = 0;

    g_assert_cmpuint(n, >=, 1);
    g_assert_cmpuint(n, <=, VNC_SPLIT_MAX);
    for (unsigned i = 0; i < n; i++) {
        g_assert_cmpint(parts[i].w, >, 0);
        g_assert_cmpint(parts[i].h, >, 0);
        for (int y = parts[i].y; y < parts[i].y + parts[i].h; y++) {
            for (int x = parts[i].x; x < parts[i].x + parts[i].w; x++) {
                g_assert_true(x >= rect->x && y >= rect->y && x < rect->x + rect->w &&
                              y < rect->y + rect->h);
                g_assert_cmpuint(covered[y * SIDE + x]++, ==, 0);
                count++;
            }
        }
    }
    g_assert_cmpuint(count, ==, rect->w * rect->h);
    return n;
}

/* One kind stays whole. */
static void test_whole(void)
{
    const VncRect all = {0, 0, SIDE, SIDE};
    VncRect parts[VNC_SPLIT_MAX];

    fill(&all, false);
    g_assert_cmpuint(split(&all, parts), ==, 1);
    fill(&all, true);
    g_assert_cmpuint(split(&all, parts), ==, 1);
}

/* A plain window over noise: all of it but its border is found, wherever it lies. */
static void test_window(void)
{
    const VncRect all = {0, 0, SIDE, SIDE};
    VncRect parts[VNC_SPLIT_MAX];

    for (int round = 0; round < 200; round++) {
        VncRect window = {g_test_rand_int_range(0, 150), g_test_rand_int_range(0, 150),
                          g_test_rand_int_range(64, 150), g_test_rand_int_range(64, 150)};
        int plain = 0;

        fill(&all, true);
        fill(&window, false);
        unsigned n = split(&all, parts);
        g_assert_cmpuint(n, >, 1);
        for (unsigned i = 0; i < n; i++) {
            plain += colours_of(&parts[i]) <= 2 ? parts[i].w * parts[i].h : 0;
        }
        g_assert_cmpint(plain, >=, (window.w - 30) * (window.h - 30));
    }
}

/* What would need too many parts stays whole; any rectangle is covered. */
static void test_mixed(void)
{
    const VncRect all = {0, 0, SIDE, SIDE};
    VncRect parts[VNC_SPLIT_MAX];

    fill(&all, false);
    for (int y = 0; y < SIDE; y += 16) {
        for (int x = y & 16; x < SIDE; x += 32) {
            fill(&(VncRect){x, y, MIN(16, SIDE - x), MIN(16, SIDE - y)}, true);
        }
    }
    g_assert_cmpuint(split(&all, parts), ==, 1);

    fill(&(VncRect){0, 0, 150, SIDE}, true);
    fill(&(VncRect){150, 0, 150, SIDE}, false);
    for (int round = 0; round < 500; round++) {
        int x = g_test_rand_int_range(0, SIDE), y = g_test_rand_int_range(0, SIDE);
        VncRect rect = {x, y, g_test_rand_int_range(1, SIDE - x + 1),
                        g_test_rand_int_range(1, SIDE - y + 1)};

        split(&rect, parts);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/split/whole", test_whole);
    g_test_add_func("/split/window", test_window);
    g_test_add_func("/split/mixed", test_mixed);
    return g_test_run();
}
