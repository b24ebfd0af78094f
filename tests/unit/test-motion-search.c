/*
 * When a refresh looks for moved areas, and when it does not.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "ui/server/motion-search.h"

#include <string.h>

#define SIDE 256

typedef struct Fixture {
    VncMotionSearch search;
    VncDamage suspect;
    VncSurface *before, *after;
} Fixture;

static uint32_t *pixel(const VncSurface *surface, int x, int y)
{
    return (uint32_t *)(void *)(surface->data + y * surface->stride) + x;
}

static void set_up(Fixture *f, gconstpointer data)
{
    g_autoptr(GRand) random = g_rand_new_with_seed(1);

    (void)data;
    f->before = vnc_surface_new(SIDE, SIDE);
    f->after = vnc_surface_new(SIDE, SIDE);
    vnc_damage_init(&f->suspect, SIDE, SIDE);
    vnc_damage_add_all(&f->suspect);
    for (int y = 0; y < SIDE; y++) {
        for (int x = 0; x < SIDE; x++) {
            *pixel(f->before, x, y) = g_rand_int(random) & 0xffffff;
            *pixel(f->after, x, y) = g_rand_int(random) & 0xffffff;
        }
    }
}

static void tear_down(Fixture *f, gconstpointer data)
{
    (void)data;
    vnc_surface_unref(f->before);
    vnc_surface_unref(f->after);
    vnc_damage_clear(&f->suspect);
}

static bool search(Fixture *f)
{
    return vnc_motion_search(&f->search, &f->suspect, f->before, f->after);
}

/* All moves down by @lines. */
static void scroll(Fixture *f, int lines)
{
    for (int y = lines; y < SIDE; y++) {
        memcpy(pixel(f->after, 0, y), pixel(f->before, 0, y - lines), SIDE * sizeof(uint32_t));
    }
}

static void test_found(Fixture *f, gconstpointer data)
{
    (void)data;
    scroll(f, 24);
    g_assert_true(search(f));
    g_assert_cmpint(f->search.motion.dx, ==, 0);
    g_assert_cmpint(f->search.motion.dy, ==, 24);
}

/* The smallest rectangle around what may differ decides: 64 x 64 pixels, or cheaper to send. */
static void test_too_small(Fixture *f, gconstpointer data)
{
    VncRect small = {100, 100, 40, 40}, far = {160, 160, 8, 8};

    (void)data;
    scroll(f, 8);
    vnc_damage_remove_all(&f->suspect);
    vnc_damage_add(&f->suspect, &small);
    g_assert_false(search(f));
    g_assert_cmpuint(f->search.misses, ==, 0);
    vnc_damage_add(&f->suspect, &far);
    g_assert_true(search(f));
}

/* How many calls it takes until there is a search again, which is in vain. */
static unsigned calls_to_miss(Fixture *f)
{
    unsigned before = f->search.misses, calls = 0;

    do {
        g_assert_false(search(f));
        calls++;
        g_assert_cmpuint(calls, <=, 16);
    } while (f->search.misses == before);
    return calls;
}

/* The more searches have been in vain the more refreshes go without, up to fifteen. */
static void test_patience(Fixture *f, gconstpointer data)
{
    (void)data;
    for (unsigned misses = 0; misses < 80; misses++) {
        g_assert_cmpuint(calls_to_miss(f), ==, MIN(misses / 4, 15) + 1);
    }
}

/* What was found and confirmed makes up for all misses; what was not confirmed is one. */
static void test_rate(Fixture *f, gconstpointer data)
{
    (void)data;
    for (unsigned i = 0; i < 3; i++) {
        calls_to_miss(f);
    }
    vnc_motion_search_rate(&f->search, 0);
    g_assert_cmpuint(f->search.misses, ==, 4);
    g_assert_cmpuint(calls_to_miss(f), ==, 2);
    scroll(f, 16);
    g_assert_false(search(f));
    g_assert_true(search(f));
    vnc_motion_search_rate(&f->search, 1);
    g_assert_cmpuint(f->search.misses, ==, 0);
    g_assert_true(search(f));
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(Fixture *f, gconstpointer data);
    } tests[] = {
        {"/motion-search/found", test_found},
        {"/motion-search/too-small", test_too_small},
        {"/motion-search/patience", test_patience},
        {"/motion-search/rate", test_rate},
    };

    g_test_init(&argc, &argv, NULL);
    for (unsigned i = 0; i < G_N_ELEMENTS(tests); i++) {
        g_test_add(tests[i].name, Fixture, NULL, set_up, tests[i].run, tear_down);
    }
    return g_test_run();
}
