/*
 * Viewers at which nobody sits: `idle-timeout=`.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread.
 */
#ifndef UI_CLIENT_IDLE_H
#define UI_CLIENT_IDLE_H

#include <glib.h>
#include <stdint.h>

/**
 * VncIdle: how long nobody has done anything at one viewer. The timer is not touched by what the
 * viewer does: when it ends, it looks for how long nothing has been done, and runs again for the
 * rest.
 */
typedef struct VncIdle {
    GMainContext *main_context;
    void (*expired)(void *opaque); /* nothing has been done for so long */
    void *opaque;
    int64_t timeout;  /* us; 0: any time */
    int64_t acted_at; /* monotonic, us */
    GSource *timer;   /* or NULL */
} VncIdle;

/* @expired may call any of these. */
void vnc_idle_init(VncIdle *idle, GMainContext *main_context, void (*expired)(void *opaque),
                   void *opaque);

/* Somebody has done something. */
void vnc_idle_act(VncIdle *idle);

/* From now on this is the time, us; 0: any time. */
void vnc_idle_watch(VncIdle *idle, int64_t timeout);

#endif
