/*
 * Sources: any thread wakes one, it calls back once, and never after its end.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "ui/base/source.h"
#include "ui/base/thread.h"

typedef struct Fixture {
    GMainContext *context;
    GSource *wake;
    unsigned calls;
    bool again; /* wake it once more when it is called */
    bool end;   /* or end it */
} Fixture;

static void called(void *opaque)
{
    Fixture *f = opaque;

    g_assert_cmpuint(++f->calls, <, 10);
    if (f->again) {
        f->again = false;
        vnc_source_wake(f->wake);
    }
    if (f->end) {
        vnc_source_clear(&f->wake);
    }
}

static void setup(Fixture *f, gconstpointer data)
{
    (void)data;
    f->context = g_main_context_new();
    f->wake = vnc_source_new_wake(f->context, "test", called, f);
}

static void teardown(Fixture *f, gconstpointer data)
{
    (void)data;
    vnc_source_clear(&f->wake);
    g_assert_null(f->wake);
    g_main_context_unref(f->context);
}

/* All that there is to do now. */
static void settle(Fixture *f)
{
    while (g_main_context_iteration(f->context, FALSE)) {
    }
}

/* However often it is woken it is called once, and not before. */
static void test_once(Fixture *f, gconstpointer data)
{
    (void)data;
    settle(f);
    g_assert_cmpuint(f->calls, ==, 0);
    for (unsigned round = 1; round <= 3; round++) {
        vnc_source_wake(f->wake);
        vnc_source_wake(f->wake);
        settle(f);
        g_assert_cmpuint(f->calls, ==, round);
    }
}

/* What wakes it while it is called is not lost. */
static void test_again(Fixture *f, gconstpointer data)
{
    (void)data;
    f->again = true;
    vnc_source_wake(f->wake);
    settle(f);
    g_assert_cmpuint(f->calls, ==, 2);
}

static gpointer wake_thread(gpointer opaque)
{
    Fixture *f = opaque;

    vnc_thread_become_worker();
    vnc_source_wake(f->wake);
    return NULL;
}

/* A main loop that waits comes to know of it. */
static void test_thread(Fixture *f, gconstpointer data)
{
    GThread *thread = g_thread_new("waker", wake_thread, f);

    (void)data;
    while (f->calls == 0) {
        g_main_context_iteration(f->context, TRUE);
    }
    g_thread_join(thread);
    settle(f);
    g_assert_cmpuint(f->calls, ==, 1);
}

/* It may be ended while it waits to be called, and while it is. */
static void test_end(Fixture *f, gconstpointer data)
{
    (void)data;
    vnc_source_wake(f->wake);
    vnc_source_clear(&f->wake);
    vnc_source_clear(&f->wake);
    settle(f);
    g_assert_cmpuint(f->calls, ==, 0);

    f->wake = vnc_source_new_wake(f->context, "test", called, f);
    f->again = f->end = true;
    vnc_source_wake(f->wake);
    settle(f);
    g_assert_cmpuint(f->calls, ==, 1);
    g_assert_null(f->wake);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/source/once", Fixture, NULL, setup, test_once, teardown);
    g_test_add("/source/again", Fixture, NULL, setup, test_again, teardown);
    g_test_add("/source/thread", Fixture, NULL, setup, test_thread, teardown);
    g_test_add("/source/end", Fixture, NULL, setup, test_end, teardown);
    return g_test_run();
}
