/*
 * --stats: rectangles, pixels and bytes sent, by method of encoding.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. Owns its timer. No lock.
 */
#include "ui/host-demo/stats.h"

#include <stdio.h>

#define INTERVAL_S 1

static gboolean tell(gpointer opaque)
{
    DemoStats *stats = opaque;
    GArray *now = vnc_server_get_methods(stats->server);
    const char *separator = "sent:";

    for (guint i = 0; i < now->len; i++) {
        const VncMethodInfo *new = &g_array_index(now, VncMethodInfo, i);
        const VncMethodInfo *old = &g_array_index(stats->last, VncMethodInfo, i);

        if (new->rects > old->rects) {
            printf("%s %s %" G_GUINT64_FORMAT " rectangles %.2f Mpx %.1f KB", separator, new->name,
                   new->rects - old->rects, (double)(new->pixels - old->pixels) / 1e6,
                   (double)(new->bytes - old->bytes) / 1e3);
            separator = ",";
        }
    }
    if (separator[0] == ',') {
        putchar('\n');
        fflush(stdout);
    }
    g_array_free(stats->last, TRUE);
    stats->last = now;
    return G_SOURCE_CONTINUE;
}

void demo_stats_init(DemoStats *stats, VncServer *server)
{
    stats->server = server;
    stats->last = vnc_server_get_methods(server);
    stats->timer = g_timeout_add_seconds(INTERVAL_S, tell, stats);
}

void demo_stats_clear(DemoStats *stats)
{
    g_clear_handle_id(&stats->timer, g_source_remove);
    g_clear_pointer(&stats->last, g_array_unref);
}

void demo_stats_print_all(VncServer *server)
{
    g_autoptr(GArray) methods = vnc_server_get_methods(server);

    for (guint i = 0; i < methods->len; i++) {
        const VncMethodInfo *method = &g_array_index(methods, VncMethodInfo, i);

        if (method->rects > 0) {
            printf("stats %s %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT "\n",
                   method->name, method->rects, method->pixels, method->bytes);
        }
    }
}
