/*
 * Trace points: the text of each, and that no text is made unless somebody wants it.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One thread, and a worker that traces. Calls that must abort run in a subprocess.
 */
#include "tests/lib/rows.h"
#include "ui/base/trace.h"

#include "ui/base/thread.h"

typedef struct Host {
    VncTraceEvent wanted;
    unsigned asked, told;
    VncTraceEvent event; /* the last one told */
    char *text;
} Host;

static bool wanted(void *opaque, VncTraceEvent event)
{
    Host *host = opaque;

    host->asked++;
    return event == host->wanted;
}

static void trace(void *opaque, VncTraceEvent event, const char *text)
{
    Host *host = opaque;

    host->told++;
    host->event = event;
    g_free(host->text);
    host->text = g_strdup(text);
}

static const VncHostOps tracing = {.trace_wanted = wanted, .trace = trace};

/* To be seen to be evaluated, or not. */
static int count(int *calls)
{
    return ++*calls;
}

static void test_wanted(void)
{
    Host host = {.wanted = VNC_TRACE_AUTH_PASS};
    int calls = 0;
    VncTracer tracer;

    vnc_tracer_init(&tracer, &tracing, &host, VNC_TRACE_NOBODY);
    VNC_TRACE(&tracer, AUTH_PASS, "calls=%d", count(&calls));
    g_assert_cmpuint(host.told, ==, 1);
    g_assert_cmpint(host.event, ==, VNC_TRACE_AUTH_PASS);
    g_assert_cmpstr(host.text, ==, "calls=1");
    g_free(host.text);
}

static void test_unwanted(void)
{
    Host host = {.wanted = VNC_TRACE_AUTH_PASS};
    int calls = 0;
    VncTracer tracer;

    vnc_tracer_init(&tracer, &tracing, &host, VNC_TRACE_NOBODY);
    VNC_TRACE(&tracer, AUTH_FAIL, "calls=%d", count(&calls));
    g_assert_cmpuint(host.asked, ==, 1);
    g_assert_cmpuint(host.told, ==, 0);
    g_assert_cmpint(calls, ==, 0);
}

/* A host that does not trace is not even asked. */
static void test_nobody(void)
{
    static const VncHostOps hosts[] = {{.log = NULL}, {.trace = trace}, {.trace_wanted = wanted}};
    Host host = {.wanted = VNC_TRACE_AUTH_PASS};
    VncTracer tracer = {0};
    int calls = 0;

    VNC_TRACE(&tracer, AUTH_PASS, "calls=%d", count(&calls));
    FOR_ROWS (i, hosts) {
        vnc_tracer_init(&tracer, &hosts[i], &host, VNC_TRACE_NOBODY);
        VNC_TRACE(&tracer, AUTH_PASS, "calls=%d", count(&calls));
    }
    g_assert_cmpint(calls, ==, 0);
    g_assert_cmpuint(host.asked, ==, 0);
    g_assert_cmpuint(host.told, ==, 0);
}

static void test_viewer(void)
{
    Host host = {.wanted = VNC_TRACE_CLIENT_EOF};
    VncTracer tracer;

    vnc_tracer_init(&tracer, &tracing, &host, 0);
    VNC_TRACE(&tracer, CLIENT_EOF, "unread=%d", 7);
    g_assert_cmpstr(host.text, ==, "viewer=0 unread=7");
    vnc_tracer_init(&tracer, &tracing, &host, UINT64_MAX - 1);
    VNC_TRACE(&tracer, CLIENT_EOF, "unread=%d", 7);
    g_assert_cmpstr(host.text, ==, "viewer=18446744073709551614 unread=7");
    g_free(host.text);
}

static void test_bounds(void)
{
    Host host = {.wanted = VNC_TRACE_AUTH_FAIL};
    VncTracer tracer;

    vnc_tracer_init(&tracer, &tracing, &host, 5);
    for (size_t len = VNC_TRACE_TEXT - 20; len < VNC_TRACE_TEXT + 20; len++) {
        g_autofree char *why = g_strnfill(len, 'x');
        g_autofree char *whole = g_strconcat("viewer=5 why=", why, NULL);

        VNC_TRACE(&tracer, AUTH_FAIL, "why=%s", why);
        g_assert_cmpuint(strlen(host.text), ==, MIN(strlen(whole), VNC_TRACE_TEXT - 1));
        g_assert_true(g_str_has_prefix(whole, host.text));
    }
    g_free(host.text);
}

static void test_control_characters(void)
{
    Host host = {.wanted = VNC_TRACE_AUTH_FAIL};
    VncTracer tracer;

    vnc_tracer_init(&tracer, &tracing, &host, VNC_TRACE_NOBODY);
    VNC_TRACE(&tracer, AUTH_FAIL, "%s", "a\nb\r\tc\033[31md\177e \xc3\xa4");
    g_assert_cmpstr(host.text, ==, "a?b??c?[31md?e \xc3\xa4");
    g_free(host.text);
}

/* QEMU's patterns, and ours, go by the names. */
static void test_names(void)
{
    g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);

    for (unsigned i = 0; i < VNC_TRACE_COUNT; i++) {
        const char *name = vnc_trace_event_name(i);

        g_assert_true(g_str_has_prefix(name, "vnc_"));
        g_assert_true(g_hash_table_add(names, (gpointer)name));
        g_assert_cmpstr(vnc_trace_event_help(i), !=, "");
        /* Those of QEMU's own glue, which stay QEMU's. */
        g_assert_false(g_str_has_prefix(name, "vnc_key_"));
    }
    g_assert_cmpstr(vnc_trace_event_name(VNC_TRACE_CLIENT_CONNECT), ==, "vnc_client_connect");
    g_assert_cmpstr(vnc_trace_event_name(VNC_TRACE_COUNT - 1), ==, "vnc_job_cancel");
}

static void *tell(void *opaque)
{
    VncTracer *tracer = opaque;

    vnc_thread_become_worker();
    VNC_TRACE(tracer, JOB_START, "rects=%d", 3);
    return NULL;
}

static void test_worker(void)
{
    Host host = {.wanted = VNC_TRACE_JOB_START};
    VncTracer tracer;

    vnc_tracer_init(&tracer, &tracing, &host, 1);
    g_thread_join(g_thread_new("worker", tell, &tracer));
    g_assert_cmpstr(host.text, ==, "viewer=1 rects=3");
    g_free(host.text);
}

/* A host may write to a slow file meanwhile. */
static void test_no_lock(void)
{
    if (g_test_subprocess()) {
        Host host = {.wanted = VNC_TRACE_JOB_START};
        VncTracer tracer;
        VncLock lock;

        vnc_tracer_init(&tracer, &tracing, &host, 1);
        vnc_lock_init(&lock);
        vnc_lock(&lock);
        VNC_TRACE(&tracer, JOB_START, "rects=%d", 3);
        return;
    }
    g_test_trap_subprocess(NULL, 0, 0);
    g_test_trap_assert_failed();
    g_test_trap_assert_stderr("*vnc_lock_none_held*");
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/trace/wanted", test_wanted);
    g_test_add_func("/trace/unwanted", test_unwanted);
    g_test_add_func("/trace/nobody", test_nobody);
    g_test_add_func("/trace/viewer", test_viewer);
    g_test_add_func("/trace/bounds", test_bounds);
    g_test_add_func("/trace/control-characters", test_control_characters);
    g_test_add_func("/trace/names", test_names);
    g_test_add_func("/trace/worker", test_worker);
    g_test_add_func("/trace/no-lock", test_no_lock);
    return g_test_run();
}
