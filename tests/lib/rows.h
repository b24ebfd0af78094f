/*
 * Tables of cases: a failure names its row.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TESTS_LIB_ROWS_H
#define TESTS_LIB_ROWS_H

#include <glib.h>
#include <stdbool.h>

/* For each row of the array @table: a line on standard error, before what an assertion within says
 * there. */
#define FOR_ROWS(i, table) \
    for (unsigned i = 0;   \
         i < G_N_ELEMENTS(table) && (g_printerr("row %u of %s\n", i, #table), true); i++)

/* For each of @n cases. */
#define FOR_CASES(i, n) \
    for (unsigned i = 0; i < (n) && (g_printerr("case %u of %s\n", i, #n), true); i++)

#endif
