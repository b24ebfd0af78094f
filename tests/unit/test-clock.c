/*
 * The clock: the system's own and a test's.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One thread.
 */
#include "ui/base/clock.h"

#include <glib.h>

static int64_t count_up(void *data)
{
    int64_t *value = data;

    return ++*value;
}

static void test_default(void)
{
    VncClock clock = {0};
    int64_t before = g_get_monotonic_time();
    int64_t now = vnc_clock_now(&clock);

    g_assert_cmpint(now, >=, before);
    g_assert_cmpint(now, <=, g_get_monotonic_time());
}

static void test_replaced(void)
{
    int64_t value = 41;
    VncClock clock = {count_up, &value};

    g_assert_cmpint(vnc_clock_now(&clock), ==, 42);
    g_assert_cmpint(vnc_clock_now(&clock), ==, 43);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/clock/default", test_default);
    g_test_add_func("/clock/replaced", test_replaced);
    return g_test_run();
}
