/*
 * Activity: which parts of the screen count as changing many times a second.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "ui/server/activity.h"

#include <glib.h>

/* Blocks of 64 pixels, of which the last of a row and of a column are cut off. */
#define WIDTH  1100
#define HEIGHT 150

typedef struct Fixture {
    VncActivity activity;
    VncDamage changed, fast;
    int64_t now;
} Fixture;

static void set_up(Fixture *f, gconstpointer data)
{
    (void)data;
    f->now = 1000000;
    vnc_activity_init(&f->activity, WIDTH, HEIGHT);
    vnc_damage_init(&f->changed, WIDTH, HEIGHT);
    vnc_damage_init(&f->fast, WIDTH, HEIGHT);
}

static void tear_down(Fixture *f, gconstpointer data)
{
    (void)data;
    vnc_activity_clear(&f->activity);
    vnc_damage_clear(&f->changed);
    vnc_damage_clear(&f->fast);
}

static void change(Fixture *f, int x, int y)
{
    VncRect pixel = {x, y, 1, 1};

    vnc_damage_add(&f->changed, &pixel);
}

/* A look at the screen, which finds what has been changed. */
static void look(Fixture *f)
{
    vnc_activity_note(&f->activity, &f->changed, f->now, &f->fast);
    vnc_damage_remove_all(&f->changed);
}

/* For three seconds one pixel changes so many times a second. */
static void flicker(Fixture *f, int x, int y, unsigned times)
{
    for (unsigned i = 0; i < 3 * times; i++) {
        f->now += 1000000 / times;
        change(f, x, y);
        look(f);
    }
}

static void test_often_enough(Fixture *f, gconstpointer data)
{
    (void)data;
    flicker(f, 700, 70, 10);
    g_assert_true(vnc_damage_get(&f->fast, 700, 70));
    /* The whole block, and nothing else. */
    g_assert_true(vnc_damage_get(&f->fast, 640, 64));
    g_assert_true(vnc_damage_get(&f->fast, 703, 127));
    g_assert_cmpuint(vnc_damage_count(&f->fast), ==, VNC_ACTIVITY_CELLS * VNC_ACTIVITY_CELLS);
}

static void test_too_seldom(Fixture *f, gconstpointer data)
{
    (void)data;
    flicker(f, 700, 70, 5);
    g_assert_true(vnc_damage_is_empty(&f->fast));
}

static void test_last_block(Fixture *f, gconstpointer data)
{
    (void)data;
    flicker(f, WIDTH - 1, HEIGHT - 1, 10);
    g_assert_true(vnc_damage_get(&f->fast, WIDTH - 1, HEIGHT - 1));
    g_assert_true(vnc_damage_get(&f->fast, 1088, 128));
    g_assert_cmpuint(vnc_damage_count(&f->fast), ==, 2 * 3);
}

/* What has come to rest is slow again, after a second; not after the blink of an eye. */
static void test_cools(Fixture *f, gconstpointer data)
{
    (void)data;
    flicker(f, 0, 0, 20);
    f->now += 100000;
    look(f);
    g_assert_true(vnc_damage_get(&f->fast, 0, 0));
    f->now += 1000000;
    look(f);
    g_assert_true(vnc_damage_is_empty(&f->fast));
}

/* While nobody looks, the host says again and again that something may have changed. */
static void doze(Fixture *f)
{
    for (unsigned i = 0; i < 30; i++) {
        f->now += 100000;
        change(f, 0, 0);
        change(f, 200, 0);
        vnc_activity_note_unseen(&f->activity, &f->changed, f->now);
        vnc_damage_remove_all(&f->changed);
    }
}

static void test_unseen(Fixture *f, gconstpointer data)
{
    (void)data;
    doze(f);
    change(f, 200, 0);
    look(f);
    g_assert_true(vnc_damage_get(&f->fast, 200, 0));
    g_assert_false(vnc_damage_get(&f->fast, 0, 0));
    /* That it had not changed in the end is known by now. */
    change(f, 0, 0);
    look(f);
    g_assert_false(vnc_damage_get(&f->fast, 0, 0));
}

/* With another size all begins anew. */
static void test_init_again(Fixture *f, gconstpointer data)
{
    (void)data;
    flicker(f, 0, 0, 20);
    vnc_activity_init(&f->activity, WIDTH, HEIGHT);
    look(f);
    g_assert_true(vnc_damage_is_empty(&f->fast));
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*run)(Fixture *f, gconstpointer data);
    } tests[] = {
        {"/activity/often-enough", test_often_enough},
        {"/activity/too-seldom", test_too_seldom},
        {"/activity/last-block", test_last_block},
        {"/activity/cools", test_cools},
        {"/activity/unseen", test_unseen},
        {"/activity/init-again", test_init_again},
    };

    g_test_init(&argc, &argv, NULL);
    for (unsigned i = 0; i < G_N_ELEMENTS(tests); i++) {
        g_test_add(tests[i].name, Fixture, NULL, set_up, tests[i].run, tear_down);
    }
    return g_test_run();
}
