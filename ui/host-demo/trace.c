/*
 * Trace events on stderr, selected by the environment.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread, but for demo_trace_print(), where stdio keeps lines apart. No lock.
 */
#include "ui/host-demo/trace.h"

#include <gio/gio.h>
#include <stdint.h>
#include <stdio.h>

const char demo_trace_help[] =
    "Environment:\n"
    "  VNC_TRACE=PATTERN[,...]  tell on stderr what happens: the trace events that fit; * and ? "
    "are\n"
    "                           wildcards, a minus in front takes out again:\n"
    "                           VNC_TRACE='vnc_*,-vnc_job_add_rect'\n"
    "  VNC_TRACE=list           print the names of all events, and what each tells\n"
    "\n";

bool demo_trace_is_list(const char *patterns)
{
    return g_str_equal(patterns, "list") || g_str_equal(patterns, "help");
}

void demo_trace_list(void)
{
    for (int i = 0; i < VNC_TRACE_COUNT; i++) {
        printf("%-34s %s\n", vnc_trace_event_name(i), vnc_trace_event_help(i));
    }
}

/* Returns whether @pattern fits any event. */
static bool apply(DemoTrace *trace, const char *pattern, bool wanted)
{
    bool found = false;

    for (int i = 0; i < VNC_TRACE_COUNT; i++) {
        if (g_pattern_match_simple(pattern, vnc_trace_event_name(i))) {
            trace->wanted[i] = wanted;
            found = true;
        }
    }
    return found;
}

bool demo_trace_read(DemoTrace *trace, const char *patterns, GError **error)
{
    g_auto(GStrv) words = g_strsplit(patterns, ",", -1);

    trace->main = g_thread_self();
    for (char **word = words; *word; word++) {
        const char *pattern = g_strstrip(*word);
        bool out = pattern[0] == '-';

        if (!apply(trace, pattern + out, !out)) {
            g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                        "VNC_TRACE: no trace event is called '%s': VNC_TRACE=list prints their "
                        "names; 'vnc_client_*' stands for all that begin so",
                        pattern + out);
            return false;
        }
    }
    for (int i = 0; i < VNC_TRACE_COUNT; i++) {
        trace->any |= trace->wanted[i];
    }
    return true;
}

void demo_trace_print(const DemoTrace *trace, VncTraceEvent event, const char *text)
{
    int64_t now = g_get_real_time();
    g_autofree char *line = g_strdup_printf(
        "%" G_GINT64_FORMAT ".%06d %s %s %s\n", now / G_USEC_PER_SEC, (int)(now % G_USEC_PER_SEC),
        g_thread_self() == trace->main ? "main" : "worker", vnc_trace_event_name(event), text);

    fputs(line, stderr);
}
