/*
 * A host that does not care what viewers type or where they point: the callbacks that it must have.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TESTS_STRESS_DEAF_HOST_H
#define TESTS_STRESS_DEAF_HOST_H

#include "ui/vnc-host.h"

static inline void deaf_key(void *host, const VncKeyEvent *event)
{
    (void)host;
    (void)event;
}

static inline void deaf_pointer(void *host, int x, int y, unsigned buttons)
{
    (void)host;
    (void)x;
    (void)y;
    (void)buttons;
}

static inline void deaf_interval(void *host, unsigned ms)
{
    (void)host;
    (void)ms;
}

/* The required members of VncHostOps. */
#define DEAF_HOST                                                                        \
    .key = deaf_key, .pointer_absolute = deaf_pointer, .pointer_relative = deaf_pointer, \
    .set_refresh_interval = deaf_interval

#endif
