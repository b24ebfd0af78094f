/*
 * Trace events, by QEMU's own trace system: `-trace`, and the monitor's trace-event.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * BQL, and the server's worker, which does not hold it. Owns the worker's registration as a reader
 * of RCU.
 *
 * replace-vnc makes QEMU's events, trace_vnc_client_connect(text) and so on, from ui/vnc-trace.h.
 */
#include "qemu/osdep.h"
#include "host.h"

#include "qemu/rcu.h"
#include "trace/trace-ui.h"

bool vnc_host_trace_wanted(void *host, VncTraceEvent event)
{
    switch (event) {
#define WANTED(NAME, name, help) \
    case VNC_TRACE_##NAME:       \
        return trace_event_get_state_backends(TRACE_VNC_##NAME);
        VNC_TRACE_EVENTS(WANTED)
#undef WANTED
    default:
        return false;
    }
}

static void leave_rcu(gpointer registered)
{
    rcu_unregister_thread();
}

/* QEMU may switch its log to another file at any time, and then waits for the registered readers.
 * All of QEMU's own threads are registered already. */
static void enter_rcu(void)
{
    static GPrivate registered = G_PRIVATE_INIT(leave_rcu);

    if (!vnc_compat_bql_held() && !g_private_get(&registered)) {
        rcu_register_thread();
        g_private_set(&registered, &registered);
    }
}

void vnc_host_trace(void *host, VncTraceEvent event, const char *text)
{
    enter_rcu();
    switch (event) {
#define TRACE(NAME, name, help) \
    case VNC_TRACE_##NAME:      \
        trace_vnc_##name(text); \
        break;
        VNC_TRACE_EVENTS(TRACE)
#undef TRACE
    default:
        break;
    }
}
