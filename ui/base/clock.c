/*
 * The clock. Any thread.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "ui/base/clock.h"

#include <glib.h>

int64_t vnc_clock_now(const VncClock *clock)
{
    return clock->now ? clock->now(clock->data) : g_get_monotonic_time();
}
