/*
 * Keysyms: their names, and their characters.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "ui/vnc-keysym.h"

#include <glib.h>

static void test_names(void)
{
    g_assert_cmphex(vnc_keysym_from_name("a"), ==, 'a');
    g_assert_cmphex(vnc_keysym_from_name("Return"), ==, 0xff0d);
    g_assert_cmphex(vnc_keysym_from_name("Cyrillic_a"), ==, 0x6c1);
    g_assert_cmphex(vnc_keysym_from_name("U20BD"), ==, 0x10020bd);
    g_assert_cmphex(vnc_keysym_from_name("nonsense"), ==, 0);
}

static void test_characters(void)
{
    g_assert_cmphex(vnc_keysym_to_unicode('A'), ==, 'A');
    g_assert_cmphex(vnc_keysym_to_unicode(0xe4), ==, 0xe4);
    /* Two names of one letter, and letters whose numbers are alike. */
    g_assert_cmphex(vnc_keysym_to_unicode(0x6c1), ==, 0x430);
    g_assert_cmphex(vnc_keysym_to_unicode(0x1000430), ==, 0x430);
    g_assert_cmphex(vnc_keysym_to_unicode(0x10006c1), ==, 0x6c1);
    /* Keys, though some type characters. */
    g_assert_cmphex(vnc_keysym_to_unicode(0xff0d), ==, 0);
    g_assert_cmphex(vnc_keysym_to_unicode(0xffb7), ==, 0);
    g_assert_cmphex(vnc_keysym_to_unicode(0xfe51), ==, 0);
    g_assert_cmphex(vnc_keysym_to_unicode(0), ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/keysym/names", test_names);
    g_test_add_func("/keysym/characters", test_characters);
    return g_test_run();
}
