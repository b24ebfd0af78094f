/*
 * Turns: each marked one has its turn, in order; an iteration of the main loop does a limited
 * amount of work.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "ui/base/turns.h"

#define N 4

typedef struct Worker {
    VncTurn turn; /* first */
    char name;
    unsigned units; /* spent by one turn */
    unsigned again; /* turns that it wants after this one */
} Worker;

static GMainContext *loop;
static VncTurns *turns;
static GString *had;
static Worker workers[N];
static Worker *marks; /* the one that a turn marks; or NULL */
static bool runs;     /* a turn has others run */

static void take(VncTurn *turn)
{
    Worker *worker = (Worker *)(void *)turn;

    g_string_append_c(had, worker->name);
    vnc_turns_spend(turns, worker->units);
    if (worker->again > 0) {
        worker->again--;
        vnc_turns_mark(turns, turn);
    }
    if (marks) {
        vnc_turns_mark(turns, &marks->turn);
        marks = NULL;
    }
    if (runs) {
        vnc_turns_run(turns);
        g_string_append_c(had, '.');
    }
}

static void begin(void)
{
    loop = g_main_context_new();
    turns = vnc_turns_new(loop, take);
    had = g_string_new(NULL);
    for (unsigned i = 0; i < N; i++) {
        workers[i] = (Worker){.name = 'a' + i};
    }
    runs = false;
}

static void end(void)
{
    vnc_turns_free(turns);
    g_main_context_unref(loop);
    g_string_free(had, TRUE);
}

static void mark(unsigned i)
{
    vnc_turns_mark(turns, &workers[i].turn);
}

/* What turns have been had since the last call. */
static void expect(const char *names)
{
    g_assert_cmpstr(had->str, ==, names);
    g_string_truncate(had, 0);
}

static void test_order(void)
{
    begin();
    mark(2);
    mark(0);
    mark(2);
    expect("");
    g_assert_true(g_main_context_iteration(loop, FALSE));
    expect("ca");
    g_assert_false(g_main_context_iteration(loop, FALSE));
    mark(1);
    mark(3);
    vnc_turns_unmark(turns, &workers[1].turn);
    vnc_turns_run(turns);
    expect("d");
    g_assert_false(g_main_context_iteration(loop, FALSE));
    end();
}

/* Whoever wants more comes after all others. */
static void test_fair(void)
{
    begin();
    workers[0].again = 2;
    for (unsigned i = 0; i < 3; i++) {
        mark(i);
    }
    marks = &workers[3];
    g_main_context_iteration(loop, FALSE);
    expect("abcada");
    end();
}

/* When the iteration's work is done, the rest wait for the next one, and so does whoever is marked
 * meanwhile. */
static void test_budget(void)
{
    begin();
    for (unsigned i = 0; i < N; i++) {
        workers[i].units = VNC_TURNS_BUDGET / 2;
        mark(i);
    }
    g_main_context_iteration(loop, FALSE);
    expect("ab");
    mark(0);
    vnc_turns_run(turns);
    expect("");
    g_main_context_iteration(loop, FALSE);
    expect("cd");
    g_main_context_iteration(loop, FALSE);
    expect("a");
    g_assert_cmpuint(vnc_turns_spend(turns, VNC_TURNS_BUDGET), ==, 0);
    end();
}

/* Turns that cost nothing end, too. */
static void test_endless(void)
{
    begin();
    workers[0].again = 1000000;
    mark(0);
    g_main_context_iteration(loop, FALSE);
    g_assert_cmpuint(had->len, >, 1);
    g_assert_cmpuint(had->len, <=, VNC_TURNS_BUDGET);
    vnc_turns_unmark(turns, &workers[0].turn);
    end();
}

/* Turns do not nest. */
static void test_nested(void)
{
    begin();
    runs = true;
    mark(0);
    mark(1);
    vnc_turns_run(turns);
    expect("a.b.");
    end();
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/turns/order", test_order);
    g_test_add_func("/turns/fair", test_fair);
    g_test_add_func("/turns/budget", test_budget);
    g_test_add_func("/turns/endless", test_endless);
    g_test_add_func("/turns/nested", test_nested);
    return g_test_run();
}
