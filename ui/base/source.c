/*
 * Sources of a main loop: one that any thread may wake, and the removal of any source.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread, except vnc_source_wake(), which GLib's own lock makes safe.
 */
#include "ui/base/source.h"

#include "ui/base/thread.h"

typedef struct Wake {
    GSource source; /* first */
    void (*func)(void *opaque);
    void *opaque;
} Wake;

static gboolean dispatch(GSource *source, GSourceFunc callback G_GNUC_UNUSED,
                         gpointer data G_GNUC_UNUSED)
{
    const Wake *wake = (Wake *)source;

    g_source_set_ready_time(source, -1);
    wake->func(wake->opaque);
    return G_SOURCE_CONTINUE;
}

GSource *vnc_source_new_wake(GMainContext *context, const char *name, void (*func)(void *opaque),
                             void *opaque)
{
    static GSourceFuncs funcs = {.dispatch = dispatch};
    GSource *source = g_source_new(&funcs, sizeof(Wake));
    Wake *wake = (Wake *)source;

    VNC_MAIN();
    wake->func = func;
    wake->opaque = opaque;
    g_source_set_name(source, name);
    g_source_attach(source, context);
    return source;
}

void vnc_source_wake(GSource *source)
{
    g_source_set_ready_time(source, 0);
}

void vnc_source_clear(GSource **source)
{
    VNC_MAIN();
    if (*source) {
        g_source_destroy(*source);
        g_clear_pointer(source, g_source_unref);
    }
}
