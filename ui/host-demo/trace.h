/*
 * Trace events on stderr, selected by the environment.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef UI_HOST_DEMO_TRACE_H
#define UI_HOST_DEMO_TRACE_H

#include "ui/vnc-trace.h"

#include <glib.h>
#include <stdbool.h>

/**
 * DemoTrace: which events are traced. Immutable once filled, so that any thread may read it.
 */
typedef struct DemoTrace {
    bool any, wanted[VNC_TRACE_COUNT];
    GThread *main;
} DemoTrace;

/**
 * demo_trace_read: fill @trace, which is zeroed, from @patterns: "vnc_job_*,-vnc_job_add_rect":
 * names with * and ?, in order; those after a minus are taken out again. Fails if one of them fits
 * no event.
 */
bool demo_trace_read(DemoTrace *trace, const char *patterns, GError **error);

/* Whether @patterns ask for a list of all events; which this prints. */
bool demo_trace_is_list(const char *patterns);
void demo_trace_list(void);

/* One line: "SECONDS.MICROSECONDS THREAD NAME TEXT". Any thread. */
void demo_trace_print(const DemoTrace *trace, VncTraceEvent event, const char *text);

extern const char demo_trace_help[]; /* for --help */

#endif
