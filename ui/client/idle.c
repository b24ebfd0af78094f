/*
 * Viewers at which nobody sits: `idle-timeout=`.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. Owns the timer, which is not touched by what the viewer does: it looks, when it ends, for how
 * long nothing has been done, and runs again for the rest.
 */
#include "ui/client/client-private.h"

static gboolean expired(gpointer opaque);

static void set_timer(VncState *vs, int64_t us)
{
    vs->idle_timer = g_timeout_source_new((us + 999) / 1000);
    g_source_set_callback(vs->idle_timer, expired, vs, NULL);
    g_source_attach(vs->idle_timer, vs->context.main_context);
}

static gboolean expired(gpointer opaque)
{
    VncState *vs = opaque;
    int64_t allowed = (int64_t)vs->context.screen->options->idle_timeout * G_USEC_PER_SEC;
    int64_t left = vs->acted + allowed - g_get_monotonic_time();

    vnc_state_end_idle(vs);
    if (left > 0) {
        set_timer(vs, left);
    } else {
        vnc_state_disconnect(vs, "nobody has typed or pointed for as long as idle-timeout= allows");
    }
    return G_SOURCE_REMOVE;
}

void vnc_state_act(VncState *vs)
{
    vs->acted = g_get_monotonic_time();
}

void vnc_state_watch_idle(VncState *vs)
{
    vnc_state_end_idle(vs);
    if (vs->context.screen->options->idle_timeout > 0) {
        set_timer(vs, 0);
    }
}

void vnc_state_end_idle(VncState *vs)
{
    if (vs->idle_timer) {
        g_source_destroy(vs->idle_timer);
        g_clear_pointer(&vs->idle_timer, g_source_unref);
    }
}
