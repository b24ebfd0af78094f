/*
 * --stats: rectangles, pixels and bytes sent, by method of encoding.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. Owns its timer. No lock.
 */
#ifndef UI_HOST_DEMO_STATS_H
#define UI_HOST_DEMO_STATS_H

#include "ui/vnc-server.h"

typedef struct DemoStats {
    VncServer *server;
    GArray *last; /* VncMethodInfo, as last told */
    guint timer;
} DemoStats;

/* Print a line each second in which something has been sent. @stats must be zeroed, and stay in
 * place. */
void demo_stats_init(DemoStats *stats, VncServer *server);
void demo_stats_clear(DemoStats *stats);

/* Print a line `stats METHOD RECTANGLES PIXELS BYTES` for each method that has been used. */
void demo_stats_print_all(VncServer *server);

#endif
