/*
 * A limit to the lines that others can have written to the log.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. What a limit leaves out in a minute is counted, and told in one line at its end.
 */
#ifndef UI_BASE_LOG_LIMIT_H
#define UI_BASE_LOG_LIMIT_H

#include "ui/base/clock.h"
#include "ui/vnc-host.h"

/* A minute begins with the first line in it. */
#define VNC_LOG_MINUTE_MS 60000

typedef struct VncLogLimit VncLogLimit;

/* @clock: outlives it. @what: static: what the lines are about that are left out, as in "and 5 more
 * lines about WHAT". Without vnc_log_limit_set() there is no limit. */
VncLogLimit *vnc_log_limit_new(const VncClock *clock, const VncHostOps *ops, void *host,
                               GMainContext *context, const char *what);
/* Tell what has been left out so far; the minute is over. */
void vnc_log_limit_flush(VncLogLimit *limit);
/* Calls nobody. Accepts NULL. */
void vnc_log_limit_free(VncLogLimit *limit);

/* @lines: a minute, one source has half of them; 0: any number. */
void vnc_log_limit_set(VncLogLimit *limit, unsigned lines);

/* A line, unless there have been too many. @source: who has caused it; NULL: nobody in
 * particular. */
void vnc_log_limited(VncLogLimit *limit, const char *source, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

#endif
