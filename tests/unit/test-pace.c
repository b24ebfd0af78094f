/*
 * The time of the next refresh, by the events before.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tests/lib/rows.h"
#include "ui/server/pace.h"

#include <glib.h>

#define MS 1000

/* A change at this time, of much of the screen or of little. */
#define THEN   (INT64_C(1000000) * MS)
#define LITTLE 10, 320
#define MUCH   11, 320

static void test_rest(void)
{
    VncPace pace = {0};

    vnc_pace_changed(&pace, LITTLE, THEN);
    pace.damaged = true;
    g_assert_cmpuint(vnc_pace_interval(&pace, true, THEN), ==, VNC_REFRESH_REST_MS);
    g_assert_cmpuint(vnc_pace_interval(&pace, true, THEN + 16 * MS - 1), ==, VNC_REFRESH_REST_MS);
    g_assert_cmpuint(vnc_pace_interval(&pace, true, THEN + 16 * MS), ==, VNC_REFRESH_KEEN_MS);
}

/* A sixth of the pause, within limits, of which the lower one depends on how much has changed. */
static void test_pause(void)
{
    static const struct {
        unsigned pause, little, much;
    } cases[] = {
        {16, 5, 16},         {35, 5, 16},         {36, 6, 16},
        {101, 16, 16},       {102, 17, 17},       {1200, 200, 200},
        {11994, 1999, 1999}, {12000, 2000, 2000}, {3600000, 2000, 2000},
    };

    FOR_ROWS (i, cases) {
        VncPace pace = {0};
        int64_t now = THEN + (int64_t)cases[i].pause * MS;

        g_test_message("a pause of %u ms", cases[i].pause);
        vnc_pace_changed(&pace, LITTLE, THEN);
        g_assert_cmpuint(vnc_pace_interval(&pace, true, now), ==, cases[i].little);
        vnc_pace_changed(&pace, MUCH, THEN);
        g_assert_cmpuint(vnc_pace_interval(&pace, true, now), ==, cases[i].much);
    }
}

/* Damage that nobody has looked at yet is worth a look at once, however long nothing has
 * happened. */
static void test_damaged(void)
{
    VncPace pace = {.damaged = true, .event_at = THEN};

    g_assert_cmpuint(vnc_pace_interval(&pace, true, THEN + 60000 * MS), ==, VNC_REFRESH_KEEN_MS);
    pace.damaged = false;
    g_assert_cmpuint(vnc_pace_interval(&pace, true, THEN + 60000 * MS), ==, VNC_REFRESH_SLOW_MS);
}

/* After a large change somebody types: the pause begins anew, and what follows is likely to be
 * little. */
static void test_expect(void)
{
    VncPace pace = {0};
    int64_t now = THEN + 600 * MS;

    vnc_pace_changed(&pace, MUCH, THEN);
    g_assert_cmpuint(vnc_pace_interval(&pace, true, now), ==, 100);
    vnc_pace_expect(&pace, now);
    g_assert_cmpuint(vnc_pace_interval(&pace, true, now), ==, VNC_REFRESH_KEEN_MS);
    /* What was sent last is left in peace all the same. */
    vnc_pace_expect(&pace, THEN + MS);
    g_assert_cmpuint(vnc_pace_interval(&pace, true, THEN + MS), ==, VNC_REFRESH_REST_MS);
}

/* Nobody could be sent anything: damage makes no haste, but whoever waits then does. */
static void test_dozing(void)
{
    VncPace pace = {.damaged = true, .dozing = true, .event_at = THEN};

    g_assert_cmpuint(vnc_pace_interval(&pace, false, THEN), ==, VNC_REFRESH_REST_MS);
    g_assert_cmpuint(vnc_pace_interval(&pace, false, THEN + 600 * MS), ==, 100);
    g_assert_cmpuint(vnc_pace_interval(&pace, true, THEN + 600 * MS), ==, VNC_REFRESH_WAKE_MS);
    pace.rest_until = THEN + 601 * MS;
    g_assert_cmpuint(vnc_pace_interval(&pace, true, THEN + 600 * MS), ==, VNC_REFRESH_REST_MS);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/pace/rest", test_rest);
    g_test_add_func("/pace/pause", test_pause);
    g_test_add_func("/pace/damaged", test_damaged);
    g_test_add_func("/pace/expect", test_expect);
    g_test_add_func("/pace/dozing", test_dozing);
    return g_test_run();
}
