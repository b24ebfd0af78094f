/*
 * Viewers that nobody uses: `idle-timeout=`.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. Owns the timer.
 */
#include "ui/client/idle.h"

#include "ui/base/source.h"
#include "ui/base/thread.h"

static gboolean look(gpointer opaque);

static void set_timer(VncIdle *idle, int64_t us)
{
    idle->timer = g_timeout_source_new((us + 999) / 1000);
    g_source_set_callback(idle->timer, look, idle, NULL);
    g_source_attach(idle->timer, idle->main_context);
}

static gboolean look(gpointer opaque)
{
    VncIdle *idle = opaque;
    int64_t left = idle->acted_at + idle->timeout - g_get_monotonic_time();

    vnc_source_clear(&idle->timer);
    if (left > 0) {
        set_timer(idle, left);
    } else {
        idle->expired(idle->opaque);
    }
    return G_SOURCE_REMOVE;
}

void vnc_idle_init(VncIdle *idle, GMainContext *main_context, void (*expired)(void *opaque),
                   void *opaque)
{
    *idle = (VncIdle){.main_context = main_context, .expired = expired, .opaque = opaque};
    vnc_idle_act(idle);
}

void vnc_idle_act(VncIdle *idle)
{
    idle->acted_at = g_get_monotonic_time();
}

void vnc_idle_watch(VncIdle *idle, int64_t timeout)
{
    VNC_MAIN();
    vnc_source_clear(&idle->timer);
    idle->timeout = timeout;
    if (timeout > 0) {
        set_timer(idle, 0);
    }
}
