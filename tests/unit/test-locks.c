/*
 * The believed state of a guest's lock keys.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "ui/host-qemu/locks.h"

#include <glib.h>

#define CAPS VNC_LOCK_KEY_CAPS
#define NUM  VNC_LOCK_KEY_NUM

/* A guest without LEDs: each press counts. */
static void test_never_shown(void)
{
    VncLocks locks = {0};

    for (int i = 1; i <= 5; i++) {
        vnc_locks_press(&locks, CAPS, i * 10000);
        g_assert_true(locks.keys[CAPS].on == (i % 2 == 1));
    }
    g_assert_false(locks.keys[NUM].on);
}

/* The guest changes them by itself. */
static void test_by_itself(void)
{
    VncLocks locks = {0};

    vnc_locks_see(&locks, NUM, true, 100);
    g_assert_true(locks.keys[NUM].on);
    vnc_locks_press(&locks, CAPS, 5000);
    vnc_locks_see(&locks, CAPS, true, 5050);
    g_assert_true(locks.keys[CAPS].on);
    /* It boots. */
    vnc_locks_see(&locks, CAPS, false, 5100);
    g_assert_false(locks.keys[CAPS].on);
    vnc_locks_see(&locks, CAPS, true, 5200);
    g_assert_true(locks.keys[CAPS].on);
    g_assert_true(locks.keys[NUM].on);
}

/* The LED lags behind fast presses, and is not taken for what they have come to. */
static void test_lag(void)
{
    VncLocks locks = {0};

    vnc_locks_press(&locks, CAPS, 1000);
    vnc_locks_press(&locks, CAPS, 1020);
    vnc_locks_press(&locks, CAPS, 1040);
    for (int i = 0; i < 3; i++) {
        g_assert_true(locks.keys[CAPS].on);
        vnc_locks_see(&locks, CAPS, i % 2 == 0, 1100 + i * 20);
        /* As told again, with another lock key's change. */
        vnc_locks_see(&locks, CAPS, i % 2 == 0, 1101 + i * 20);
    }
    g_assert_true(locks.keys[CAPS].on);
    vnc_locks_see(&locks, CAPS, false, 1200);
    g_assert_false(locks.keys[CAPS].on);
}

/* Presses that the guest has not taken do not stand against what it shows later. */
static void test_lost(void)
{
    VncLocks locks = {0};

    vnc_locks_press(&locks, CAPS, 1000);
    vnc_locks_press(&locks, CAPS, 1020);
    vnc_locks_press(&locks, CAPS, 1040);
    vnc_locks_see(&locks, CAPS, false, 1040 + VNC_LOCK_ANSWER_MS);
    g_assert_true(locks.keys[CAPS].on);
    vnc_locks_see(&locks, CAPS, false, 1041 + VNC_LOCK_ANSWER_MS);
    g_assert_false(locks.keys[CAPS].on);
    vnc_locks_see(&locks, CAPS, true, 1042 + VNC_LOCK_ANSWER_MS);
    g_assert_true(locks.keys[CAPS].on);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/locks/never-shown", test_never_shown);
    g_test_add_func("/locks/by-itself", test_by_itself);
    g_test_add_func("/locks/lag", test_lag);
    g_test_add_func("/locks/lost", test_lost);
    return g_test_run();
}
