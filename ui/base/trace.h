/*
 * Trace points.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread and worker, with no lock held, because a host may write to a file. Not on the threads
 * of VncOffload, which may outlive the host.
 */
#ifndef UI_BASE_TRACE_H
#define UI_BASE_TRACE_H

#include "ui/vnc-host.h"

/* The longest text of an event, with its NUL; the rest is cut off. */
#define VNC_TRACE_TEXT 512

/* Stands for no viewer. */
#define VNC_TRACE_NOBODY UINT64_MAX

/**
 * VncTracer: the host that is told of events, and the viewer that they concern. Never changes, so
 * that any thread may use it. Zeroed: no host is told.
 */
typedef struct VncTracer {
    const VncHostOps *ops; /* NULL: the host does not trace */
    void *host;
    uint64_t viewer; /* VncViewerInfo.id, or VNC_TRACE_NOBODY */
} VncTracer;

void vnc_tracer_init(VncTracer *tracer, const VncHostOps *ops, void *host, uint64_t viewer);

#define VNC_TRACE_WANTED(tracer, event) \
    (G_UNLIKELY((tracer)->ops) && (tracer)->ops->trace_wanted((tracer)->host, VNC_TRACE_##event))

/* VNC_TRACE(&tracer, CLIENT_CONNECT, "peer=%s", peer): the arguments are computed only if the host
 * wants the event. */
#define VNC_TRACE(tracer, event, ...)                            \
    do {                                                         \
        if (VNC_TRACE_WANTED(tracer, event)) {                   \
            vnc_trace((tracer), VNC_TRACE_##event, __VA_ARGS__); \
        }                                                        \
    } while (0)

/* Tell the host "viewer=N " and the text, wanted or not. Control characters are replaced as in the
 * log. */
void vnc_trace(const VncTracer *tracer, VncTraceEvent event, const char *format, ...)
    G_GNUC_PRINTF(3, 4);

#endif
