/*
 * A limit to the log lines that others can cause.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread; owned by the server; no lock.
 */
#include "ui/base/log-limit.h"

#include "ui/base/log.h"
#include "ui/base/source.h"

struct VncLogLimit {
    /* immutable */
    const VncClock *clock;
    const VncHostOps *ops;
    void *host;
    GMainContext *context;
    const char *what;
    /* main thread */
    unsigned lines; /* as vnc_log_limit_set() says */
    int64_t end;    /* of the current minute, by the clock, us; 0: none has begun */
    unsigned written, left_out;
    GHashTable *sources; /* source -> its share of `written` */
    GSource *timer;      /* at `end`, once lines have been left out; else NULL */
};

VncLogLimit *vnc_log_limit_new(const VncClock *clock, const VncHostOps *ops, void *host,
                               GMainContext *context, const char *what)
{
    VncLogLimit *limit = g_new0(VncLogLimit, 1);

    limit->clock = clock;
    limit->ops = ops;
    limit->host = host;
    limit->context = g_main_context_ref(context);
    limit->what = what;
    limit->sources = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    return limit;
}

void vnc_log_limit_flush(VncLogLimit *limit)
{
    unsigned left_out = limit->left_out;

    vnc_source_clear(&limit->timer);
    limit->end = 0;
    limit->written = limit->left_out = 0;
    g_hash_table_remove_all(limit->sources);
    if (left_out > 0) {
        vnc_log(limit->ops, limit->host, "and %u more lines about %s", left_out, limit->what);
    }
}

void vnc_log_limit_free(VncLogLimit *limit)
{
    if (limit) {
        vnc_source_clear(&limit->timer);
        g_hash_table_unref(limit->sources);
        g_main_context_unref(limit->context);
        g_free(limit);
    }
}

void vnc_log_limit_set(VncLogLimit *limit, unsigned lines)
{
    limit->lines = lines;
}

static gboolean minute_over(gpointer opaque)
{
    vnc_log_limit_flush(opaque);
    return G_SOURCE_REMOVE;
}

static void leave_out(VncLogLimit *limit)
{
    limit->left_out++;
    if (!limit->timer) {
        int64_t rest = limit->end - vnc_clock_now(limit->clock);

        limit->timer = g_timeout_source_new((guint)(rest / 1000 + 1));
        g_source_set_callback(limit->timer, minute_over, limit, NULL);
        g_source_attach(limit->timer, limit->context);
    }
}

/* Whether another line of @source is allowed; if so, it is counted. */
static bool take(VncLogLimit *limit, const char *source)
{
    int64_t now = vnc_clock_now(limit->clock);
    const char *key = source ? source : "";
    unsigned own;

    if (limit->end <= now) {
        vnc_log_limit_flush(limit);
        limit->end = now + (int64_t)VNC_LOG_MINUTE_MS * 1000;
    }
    own = GPOINTER_TO_UINT(g_hash_table_lookup(limit->sources, key));
    if (limit->lines > 0 &&
        (limit->written >= limit->lines || (source && own >= (limit->lines + 1) / 2))) {
        return false;
    }
    limit->written++;
    if (limit->lines > 0) {
        g_hash_table_insert(limit->sources, g_strdup(key), GUINT_TO_POINTER(own + 1));
    }
    return true;
}

void vnc_log_limited(VncLogLimit *limit, const char *source, const char *format, ...)
{
    if (take(limit, source)) {
        g_autofree char *line = NULL;
        va_list args;

        va_start(args, format);
        line = g_strdup_vprintf(format, args);
        va_end(args);
        vnc_log(limit->ops, limit->host, "%s", line);
    } else {
        leave_out(limit);
    }
}
