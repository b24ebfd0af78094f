/*
 * Rectangles, against a grid of single pixels, and at the ends of int.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One thread.
 */
#include "ui/base/rect.h"

/* A picture of rectangles whose sides lie between 0 and GRID. */
#define GRID 12

static bool covers(const VncRect *r, int x, int y)
{
    return x >= r->x && x - r->x < r->w && y >= r->y && y - r->y < r->h;
}

static VncRect random_rect(void)
{
    VncRect r = {
        g_test_rand_int_range(0, GRID),
        g_test_rand_int_range(0, GRID),
        g_test_rand_int_range(-1, GRID),
        g_test_rand_int_range(-1, GRID),
    };
    return r;
}

static void assert_rect(const VncRect *r, int x, int y, int w, int h)
{
    g_assert_cmpint(r->x, ==, x);
    g_assert_cmpint(r->y, ==, y);
    g_assert_cmpint(r->w, ==, w);
    g_assert_cmpint(r->h, ==, h);
}

static void test_intersect(void)
{
    int round, x, y;

    for (round = 0; round < 5000; round++) {
        VncRect a = random_rect(), b = random_rect();
        VncRect both = vnc_rect_intersect(&a, &b);

        for (y = 0; y < 2 * GRID; y++) {
            for (x = 0; x < 2 * GRID; x++) {
                g_assert(covers(&both, x, y) == (covers(&a, x, y) && covers(&b, x, y)));
            }
        }
        if (vnc_rect_is_empty(&both)) {
            assert_rect(&both, 0, 0, 0, 0);
        }
    }
}

static void test_union(void)
{
    int round, x, y;

    for (round = 0; round < 5000; round++) {
        VncRect a = random_rect(), b = random_rect();
        VncRect hull = vnc_rect_union(&a, &b);
        int left = G_MAXINT, top = G_MAXINT, right = 0, bottom = 0;

        for (y = 0; y < 2 * GRID; y++) {
            for (x = 0; x < 2 * GRID; x++) {
                if (covers(&a, x, y) || covers(&b, x, y)) {
                    left = MIN(left, x);
                    top = MIN(top, y);
                    right = MAX(right, x + 1);
                    bottom = MAX(bottom, y + 1);
                }
            }
        }
        if (right == 0) {
            assert_rect(&hull, 0, 0, 0, 0);
        } else {
            assert_rect(&hull, left, top, right - left, bottom - top);
        }
    }
}

static void test_contains(void)
{
    int round, x, y;

    for (round = 0; round < 5000; round++) {
        VncRect outer = random_rect(), inner = random_rect();
        bool all = true;

        if (vnc_rect_is_empty(&inner) || vnc_rect_is_empty(&outer)) {
            continue;
        }
        for (y = 0; y < 2 * GRID; y++) {
            for (x = 0; x < 2 * GRID; x++) {
                all = all && (covers(&outer, x, y) || !covers(&inner, x, y));
            }
        }
        g_assert(vnc_rect_contains(&outer, &inner) == all);
    }
}

static void test_extremes(void)
{
    const int values[] = {G_MININT, G_MININT + 1, -1, 0, 1, 8192, G_MAXINT - 1, G_MAXINT};
    const size_t n = G_N_ELEMENTS(values);
    const VncRect screen = {0, 0, 8192, 8192};
    size_t i;

    for (i = 0; i < n * n * n * n; i++) {
        VncRect r = {values[i % n], values[i / n % n], values[i / n / n % n],
                     values[i / n / n / n]};
        VncRect cut = vnc_rect_intersect(&r, &screen);
        VncRect other = vnc_rect_intersect(&screen, &r);
        VncRect hull = vnc_rect_union(&r, &screen);

        assert_rect(&other, cut.x, cut.y, cut.w, cut.h);
        g_assert(vnc_rect_contains(&screen, &cut));
        g_assert_cmpint(hull.w, >=, 8192);
        g_assert_cmpint(hull.h, >=, 8192);
        g_assert(vnc_rect_is_empty(&r) || vnc_rect_is_empty(&cut) || vnc_rect_contains(&r, &cut));
    }
}

static void test_far_edges(void)
{
    const VncRect screen = {0, 0, 8192, 4096};
    VncRect r = {10, -5, G_MAXINT, G_MAXINT};
    VncRect cut = vnc_rect_intersect(&r, &screen);
    VncRect left = {G_MININT, 0, G_MAXINT, 1};

    assert_rect(&cut, 10, 0, 8182, 4096);
    cut = vnc_rect_intersect(&left, &screen);
    assert_rect(&cut, 0, 0, 0, 0);
    cut = vnc_rect_union(&left, &screen);
    assert_rect(&cut, G_MININT, 0, G_MAXINT, 4096);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rect/intersect", test_intersect);
    g_test_add_func("/rect/union", test_union);
    g_test_add_func("/rect/contains", test_contains);
    g_test_add_func("/rect/extremes", test_extremes);
    g_test_add_func("/rect/far-edges", test_far_edges);
    return g_test_run();
}
