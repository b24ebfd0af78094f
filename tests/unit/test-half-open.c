/*
 * Half-open logins: which one is dropped when too many viewers are logging in.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Random choices are counted: the test's own generator goes through all numbers evenly.
 */
#include "tests/lib/rows.h"
#include "ui/server/half-open.h"

#include <string.h>

#define HERE  "192.0.2.1"
#define THERE "192.0.2.2"

#define DRAWS 65536

static uint32_t evenly(void *data)
{
    uint32_t *count = data;

    return (*count)++ << 16;
}

/* How often each of @all goes; nothing else may come of it. */
static void draw(const VncHalfOpen *all, unsigned n, unsigned most, unsigned *times)
{
    uint32_t count = 0;
    const VncRandom random = {evenly, &count};

    memset(times, 0, n * sizeof(*times));
    for (unsigned i = 0; i < DRAWS; i++) {
        int victim = vnc_half_open_drop(all, n, most, &random);

        g_assert_cmpint(victim, >=, 0);
        g_assert_cmpint(victim, <, (int)n);
        times[victim]++;
    }
}

static void test_room(void)
{
    const VncRandom random = {0};
    VncHalfOpen all[8];

    FOR_ROWS (i, all) {
        all[i] = (VncHalfOpen){i % 2 ? HERE : THERE, 0};
    }
    g_assert_cmpint(vnc_half_open_drop(all, 1, 1, &random), ==, -1);
    for (unsigned most = 8; most < 10; most++) {
        g_assert_cmpint(vnc_half_open_drop(all, 8, most, &random), ==, -1);
    }
    g_assert_cmpint(vnc_half_open_drop(all, 8, 7, &random), >=, 0);
}

/* A source has three quarters; beyond that it is one of its own that goes. */
static void test_one_source(void)
{
    VncHalfOpen all[8] = {{THERE, 0}, {HERE, 0}, {HERE, 0}, {HERE, 0},
                          {HERE, 0},  {HERE, 0}, {HERE, 0}, {HERE, 0}};
    const VncRandom random = {0};
    unsigned times[8];

    g_assert_cmpint(vnc_half_open_drop(all, 7, 8, &random), ==, -1);
    draw(all, 8, 8, times);
    g_assert_cmpuint(times[0], ==, 0);
    g_assert_cmpuint(times[7], ==, 0); /* it has just come */
    for (unsigned i = 1; i < 7; i++) {
        g_assert_cmpuint(times[i], >=, DRAWS / 6);
    }
}

/* All places are taken: whoever has most of them has one less, wherever the new one is from. */
static void test_largest_source(void)
{
    VncHalfOpen all[9] = {{HERE, 0}, {HERE, 0},  {HERE, 0}, {HERE, 0},        {HERE, 0},
                          {HERE, 0}, {THERE, 0}, {"x", 0},  {"192.0.2.99", 0}};
    unsigned times[9];

    draw(all, 9, 8, times);
    for (unsigned i = 0; i < 6; i++) {
        g_assert_cmpuint(times[i], >=, DRAWS / 6);
    }
}

/* Somebody types a password while strangers at the same address only take places. */
static void test_further(void)
{
    VncHalfOpen all[8] = {{HERE, 0}, {HERE, 2}, {HERE, 0}, {HERE, 2},
                          {HERE, 1}, {HERE, 0}, {HERE, 0}, {HERE, 0}};
    unsigned times[8];

    draw(all, 8, 8, times);
    g_assert_cmpuint(times[1], ==, 0);
    g_assert_cmpuint(times[3], <=, DRAWS / 500);
    g_assert_cmpuint(times[4], <=, DRAWS / 30);
    g_assert_cmpuint(times[4], >, times[3]);
    g_assert_cmpuint(times[0], >=, DRAWS / 5);
    g_assert_cmpuint(times[7], ==, 0);
}

/* All have got far: the new one is most likely to go, but not sure to. */
static void test_all_further(void)
{
    VncHalfOpen all[8];
    unsigned times[8];

    for (unsigned i = 0; i < 7; i++) {
        all[i] = (VncHalfOpen){HERE, 2};
    }
    all[7] = (VncHalfOpen){HERE, 0};
    draw(all, 8, 8, times);
    g_assert_cmpuint(times[0], ==, 0);
    g_assert_cmpuint(times[7], >, DRAWS / 2);
    for (unsigned i = 1; i < 7; i++) {
        g_assert_cmpuint(times[i], >, 0);
        g_assert_cmpuint(times[i], <, DRAWS / 100);
    }
}

/* Who has as many addresses as there are places, and is asked for a password at each, keeps nobody
 * out. */
static void test_all_further_of_many(void)
{
    static const char *const sources[] = {"a", "b", "c", "d", "e", "f", "g"};
    VncHalfOpen all[8];
    unsigned times[8];

    for (unsigned i = 0; i < 7; i++) {
        all[i] = (VncHalfOpen){sources[i], 2};
    }
    all[7] = (VncHalfOpen){HERE, 0};
    draw(all, 8, 7, times);
    g_assert_cmpuint(times[0], ==, 0);
    for (unsigned i = 1; i < 8; i++) {
        g_assert_cmpuint(times[i], >, DRAWS / 8);
        g_assert_cmpuint(times[i], <, DRAWS / 6);
    }
}

/* Those of a proxy count each for itself: they are no crowd, however many they are. */
static void test_no_source(void)
{
    VncHalfOpen all[9] = {{HERE, 0}, {HERE, 0}, {HERE, 0}, {NULL, 0}, {NULL, 0},
                          {NULL, 0}, {NULL, 0}, {NULL, 0}, {NULL, 0}};
    unsigned times[9];

    draw(all, 9, 8, times);
    for (unsigned i = 3; i < 9; i++) {
        g_assert_cmpuint(times[i], ==, 0);
    }
    memset(all, 0, sizeof(all));
    draw(all, 9, 8, times);
    g_assert_cmpuint(times[8], ==, 0);
    for (unsigned i = 0; i < 8; i++) {
        g_assert_cmpuint(times[i], >, 0);
    }
}

/* However few places there are, somebody has one: who has said something, else the one that has
 * just come. */
static void test_few_places(void)
{
    VncHalfOpen all[3] = {{HERE, 0}, {HERE, 0}, {HERE, 0}};
    const VncRandom random = {0};

    g_assert_cmpint(vnc_half_open_drop(all, 2, 1, &random), ==, 0);
    g_assert_cmpint(vnc_half_open_drop(all, 3, 2, &random), <, 2);
    all[0].progress = 1;
    g_assert_cmpint(vnc_half_open_drop(all, 2, 1, &random), ==, 1);
    g_assert_cmpint(vnc_half_open_drop(all, 3, 2, &random), ==, 1);
    all[1].source = THERE;
    g_assert_cmpint(vnc_half_open_drop(all, 2, 1, &random), ==, 1);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/half-open/room", test_room);
    g_test_add_func("/half-open/one-source", test_one_source);
    g_test_add_func("/half-open/largest-source", test_largest_source);
    g_test_add_func("/half-open/further", test_further);
    g_test_add_func("/half-open/all-further", test_all_further);
    g_test_add_func("/half-open/all-further-of-many", test_all_further_of_many);
    g_test_add_func("/half-open/no-source", test_no_source);
    g_test_add_func("/half-open/few-places", test_few_places);
    return g_test_run();
}
