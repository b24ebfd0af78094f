/*
 * Trace points.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread and worker. Owns nothing; no lock, and none may be held.
 */
#include "ui/base/trace.h"

#include "ui/base/log.h"
#include "ui/base/thread.h"

#include <inttypes.h>
#include <stdio.h>

static const struct {
    const char *name, *help;
} events[] = {
#define EVENT(NAME, name, help) {"vnc_" #name, help},
    VNC_TRACE_EVENTS(EVENT)
#undef EVENT
};

const char *vnc_trace_event_name(VncTraceEvent event)
{
    return events[event].name;
}

const char *vnc_trace_event_help(VncTraceEvent event)
{
    return events[event].help;
}

void vnc_tracer_init(VncTracer *tracer, const VncHostOps *ops, void *host, uint64_t viewer)
{
    *tracer = (VncTracer){
        .ops = ops->trace && ops->trace_wanted ? ops : NULL,
        .host = host,
        .viewer = viewer,
    };
}

void vnc_trace(const VncTracer *tracer, VncTraceEvent event, const char *format, ...)
{
    char text[VNC_TRACE_TEXT];
    int begun = 0;
    va_list args;

    g_assert(vnc_lock_none_held());
    if (tracer->viewer != VNC_TRACE_NOBODY) {
        begun = snprintf(text, sizeof(text), "viewer=%" PRIu64 " ", tracer->viewer);
    }
    va_start(args, format);
    vsnprintf(text + begun, sizeof(text) - (size_t)begun, format, args);
    va_end(args);
    vnc_log_clean(text);
    tracer->ops->trace(tracer->host, event, text);
}
