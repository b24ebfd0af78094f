/*
 * An idle viewer: the timer compares the time of the viewer's last action, and is not restarted at
 * each action.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One thread. The test waits only for a timer of 0 ms: it moves the time of the last action.
 */
#include "ui/client/idle.h"

#define HOUR (INT64_C(3600) * G_USEC_PER_SEC)

typedef struct Fixture {
    GMainContext *context;
    VncIdle idle;
    unsigned expired;
    int64_t then; /* what is watched when it has expired */
} Fixture;

static void expired(void *opaque)
{
    Fixture *f = opaque;

    g_assert_null(f->idle.timer);
    f->expired++;
    vnc_idle_watch(&f->idle, f->then);
}

static void setup(Fixture *f, gconstpointer data)
{
    (void)data;
    f->context = g_main_context_new();
    vnc_idle_init(&f->idle, f->context, expired, f);
}

static void teardown(Fixture *f, gconstpointer data)
{
    (void)data;
    vnc_idle_watch(&f->idle, 0);
    g_main_context_unref(f->context);
}

/* It was @ago that somebody did something, and it is looked at. */
static void look(Fixture *f, int64_t ago)
{
    f->idle.acted_at = g_get_monotonic_time() - ago;
    g_assert_nonnull(f->idle.timer);
    g_source_set_ready_time(f->idle.timer, 0);
    g_assert_true(g_main_context_iteration(f->context, FALSE));
}

/* The timer runs for the rest, and no longer. */
static void check_rest(const Fixture *f, int64_t before)
{
    int64_t ready, end = f->idle.acted_at + f->idle.timeout;

    g_assert_nonnull(f->idle.timer);
    ready = g_source_get_ready_time(f->idle.timer);
    g_assert_cmpint(ready, >=, end);
    g_assert_cmpint(ready, <=, end + g_get_monotonic_time() - before + 1000);
}

static void test_watch(Fixture *f, gconstpointer data)
{
    int64_t before;

    (void)data;
    vnc_idle_watch(&f->idle, HOUR);
    for (int quarters = 0; quarters < 4; quarters++) {
        before = g_get_monotonic_time();
        look(f, quarters * HOUR / 4);
        g_assert_cmpuint(f->expired, ==, 0);
        check_rest(f, before);
    }
    look(f, HOUR);
    g_assert_cmpuint(f->expired, ==, 1);
    g_assert_null(f->idle.timer);
    g_assert_false(g_main_context_iteration(f->context, FALSE));
}

/* Looked at at once: the time that was set may be over already. */
static void test_over_already(Fixture *f, gconstpointer data)
{
    (void)data;
    f->idle.acted_at -= HOUR;
    vnc_idle_watch(&f->idle, 2 * HOUR);
    g_assert_true(g_main_context_iteration(f->context, FALSE));
    g_assert_cmpuint(f->expired, ==, 0);
    vnc_idle_watch(&f->idle, HOUR / 2);
    g_assert_true(g_main_context_iteration(f->context, FALSE));
    g_assert_cmpuint(f->expired, ==, 1);
}

/* To act is cheap: the timer stays as it is, and finds it out. */
static void test_act(Fixture *f, gconstpointer data)
{
    int64_t before, ready;

    (void)data;
    f->idle.acted_at -= HOUR / 2;
    vnc_idle_watch(&f->idle, HOUR);
    g_assert_true(g_main_context_iteration(f->context, FALSE));
    ready = g_source_get_ready_time(f->idle.timer);
    before = g_get_monotonic_time();
    vnc_idle_act(&f->idle);
    g_assert_cmpint(f->idle.acted_at, >=, before);
    g_assert_cmpint(f->idle.acted_at, <=, g_get_monotonic_time());
    g_assert_cmpint(g_source_get_ready_time(f->idle.timer), ==, ready);
}

static void test_any_time(Fixture *f, gconstpointer data)
{
    (void)data;
    g_assert_null(f->idle.timer);
    vnc_idle_watch(&f->idle, HOUR);
    vnc_idle_watch(&f->idle, 0);
    f->idle.acted_at -= 10 * HOUR;
    g_assert_null(f->idle.timer);
    g_assert_false(g_main_context_iteration(f->context, FALSE));
    g_assert_cmpuint(f->expired, ==, 0);
}

/* Whoever hears of it may watch on. */
static void test_watch_again(Fixture *f, gconstpointer data)
{
    (void)data;
    f->then = 2 * HOUR;
    vnc_idle_watch(&f->idle, HOUR);
    look(f, HOUR);
    g_assert_cmpuint(f->expired, ==, 1);
    look(f, HOUR);
    g_assert_cmpuint(f->expired, ==, 1);
    look(f, 2 * HOUR);
    g_assert_cmpuint(f->expired, ==, 2);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/idle/watch", Fixture, NULL, setup, test_watch, teardown);
    g_test_add("/idle/over-already", Fixture, NULL, setup, test_over_already, teardown);
    g_test_add("/idle/act", Fixture, NULL, setup, test_act, teardown);
    g_test_add("/idle/any-time", Fixture, NULL, setup, test_any_time, teardown);
    g_test_add("/idle/watch-again", Fixture, NULL, setup, test_watch_again, teardown);
    return g_test_run();
}
