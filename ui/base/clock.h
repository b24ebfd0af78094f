/*
 * The clock, as a value that a test can replace.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef UI_BASE_CLOCK_H
#define UI_BASE_CLOCK_H

#include <stdint.h>

/**
 * VncClock: microseconds since some fixed moment; never goes back. A zeroed VncClock is the
 * system's monotonic clock.
 */
typedef struct VncClock {
    int64_t (*now)(void *data); /* NULL: g_get_monotonic_time() */
    void *data;
} VncClock;

int64_t vnc_clock_now(const VncClock *clock);

#endif
