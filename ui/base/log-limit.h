/*
 * A limit to the log lines that others can cause.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. Lines that a limit leaves out in a minute are counted; one line at its end tells how
 * many.
 */
#ifndef UI_BASE_LOG_LIMIT_H
#define UI_BASE_LOG_LIMIT_H

#include "ui/base/clock.h"
#include "ui/vnc-host.h"

/* A minute begins with its first line. */
#define VNC_LOG_MINUTE_MS 60000

typedef struct VncLogLimit VncLogLimit;

/* Until vnc_log_limit_set() there is no limit.
 *
 * @clock: outlives the limit
 * @what: static: the subject of the lines that are left out, as in "and 5 more lines about WHAT" */
VncLogLimit *vnc_log_limit_new(const VncClock *clock, const VncHostOps *ops, void *host,
                               GMainContext *context, const char *what);
/* Log how many lines have been left out so far, and end the minute. */
void vnc_log_limit_flush(VncLogLimit *limit);
/* Calls no callback of the host. Accepts NULL. */
void vnc_log_limit_free(VncLogLimit *limit);

/* @lines: allowed a minute, half of them for one source; 0: any number */
void vnc_log_limit_set(VncLogLimit *limit, unsigned lines);

/* Log a line, unless there have been too many. @source: who has caused it; NULL: nobody in
 * particular. */
void vnc_log_limited(VncLogLimit *limit, const char *source, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

#endif
