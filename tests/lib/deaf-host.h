/*
 * A host that ignores keys and pointer events: the callbacks that a host must have.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TESTS_LIB_DEAF_HOST_H
#define TESTS_LIB_DEAF_HOST_H

#include "ui/vnc-host.h"

static inline void deaf_key(void *host, const VncKeyEvent *event)
{
    (void)host;
    (void)event;
}

static inline void deaf_position(void *host, int x, int y, unsigned buttons)
{
    (void)host;
    (void)buttons;
    g_assert(x >= 0 && x < VNC_MAX_SIDE && y >= 0 && y < VNC_MAX_SIDE);
}

static inline void deaf_distance(void *host, int dx, int dy, unsigned buttons)
{
    (void)host;
    (void)dx;
    (void)dy;
    (void)buttons;
}

static inline void deaf_interval(void *host, unsigned ms)
{
    (void)host;
    (void)ms;
}

static inline bool deaf_resize(void *host, int width, int height)
{
    (void)host;
    (void)width;
    (void)height;
    return true;
}

static inline bool deaf_power(void *host, VncPowerAction action)
{
    (void)host;
    (void)action;
    return false;
}

static inline void deaf_audio_start(void *host, uint64_t viewer, const VncAudioFormat *format)
{
    (void)host;
    (void)viewer;
    (void)format;
}

static inline void deaf_audio_stop(void *host, uint64_t viewer)
{
    (void)host;
    (void)viewer;
}

/* Offers to viewers: each size is promised, no power action is done, and no sound comes. */
#define DEAF_OFFERS                                                              \
    .resize = deaf_resize, .power = deaf_power, .audio_start = deaf_audio_start, \
    .audio_stop = deaf_audio_stop

/* The required members of VncHostOps. */
#define DEAF_HOST                                                                          \
    .key = deaf_key, .pointer_absolute = deaf_position, .pointer_relative = deaf_distance, \
    .set_refresh_interval = deaf_interval

#endif
