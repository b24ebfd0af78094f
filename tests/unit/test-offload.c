/*
 * Work off the main thread: it runs on another thread, finishes on this one, and ends with the
 * server.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread and the threads of VncOffload.
 */
#include "ui/base/offload.h"

#include "ui/base/thread.h"

/* What holds works up until the test lets them go, and how many have begun. */
typedef struct Gate {
    VncLock lock;
    GCond cond;
    bool open;
    unsigned begun;
} Gate;

typedef struct Job {
    Gate *gate;     /* or NULL */
    GString *order; /* its name is appended when it runs; one thread at a time; or NULL */
    const char *name;
    bool ran_on_worker, done_on_main;
    unsigned done;
} Job;

static void gate_init(Gate *gate)
{
    *gate = (Gate){.open = false};
    vnc_lock_init(&gate->lock);
    g_cond_init(&gate->cond);
}

static void gate_open(Gate *gate)
{
    vnc_lock(&gate->lock);
    gate->open = true;
    g_cond_broadcast(&gate->cond);
    vnc_unlock(&gate->lock);
}

static unsigned gate_begun(Gate *gate)
{
    unsigned n;

    vnc_lock(&gate->lock);
    n = gate->begun;
    vnc_unlock(&gate->lock);
    return n;
}

static void gate_wait_begun(Gate *gate, unsigned n)
{
    vnc_lock(&gate->lock);
    while (gate->begun < n) {
        vnc_lock_wait(&gate->lock, &gate->cond);
    }
    vnc_unlock(&gate->lock);
}

static void gate_clear(Gate *gate)
{
    vnc_lock_clear(&gate->lock);
    g_cond_clear(&gate->cond);
}

static void run(void *opaque)
{
    Job *job = opaque;

    if (job->gate) {
        vnc_lock(&job->gate->lock);
        job->gate->begun++;
        g_cond_broadcast(&job->gate->cond);
        while (!job->gate->open) {
            vnc_lock_wait(&job->gate->lock, &job->gate->cond);
        }
        vnc_unlock(&job->gate->lock);
    }
    if (job->order) {
        g_string_append(job->order, job->name);
    }
    job->ran_on_worker = vnc_thread_is_worker();
}

static void done(void *opaque)
{
    Job *job = opaque;

    job->done++;
    job->done_on_main = !vnc_thread_is_worker();
}

static void wait_done(const Job *job)
{
    while (!job->done) {
        g_main_context_iteration(NULL, TRUE);
    }
}

/* As libraries have them: what a thread leaves behind is tidied up at its end. */
static int tidied; /* threads; changed by one at a time, and read when all have ended */

static void tidy_up(gpointer left)
{
    g_usleep(2000);
    *(int *)left += 1;
}

static GPrivate left_behind = G_PRIVATE_INIT(tidy_up);

static void leave_behind(void *opaque)
{
    run(opaque);
    g_private_set(&left_behind, &tidied);
}

/* How many works compute at a time on this machine. */
static unsigned computers(void)
{
    return CLAMP((int)g_get_num_processors() - 1, 1, VNC_OFFLOAD_COMPUTERS);
}

static void test_run(void)
{
    VncOffload *offload = vnc_offload_new(NULL);
    Job jobs[100] = {0};

    for (unsigned i = 0; i < G_N_ELEMENTS(jobs); i++) {
        vnc_offload_run(offload, i % VNC_OFFLOAD_KINDS, i % 3 ? "a" : NULL, run, done, &jobs[i]);
        g_assert_cmpuint(jobs[i].done, ==, 0);
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(jobs); i++) {
        wait_done(&jobs[i]);
        g_assert_true(jobs[i].ran_on_worker);
        g_assert_true(jobs[i].done_on_main);
    }
    vnc_offload_free(offload);
    for (unsigned i = 0; i < G_N_ELEMENTS(jobs); i++) {
        g_assert_cmpuint(jobs[i].done, ==, 1);
    }
}

/* However many wait for others, what computes is done; and the other way round. */
static void test_kinds(void)
{
    for (unsigned kind = 0; kind < VNC_OFFLOAD_KINDS; kind++) {
        VncOffload *offload = vnc_offload_new(NULL);
        Gate gate;
        Job slow[3 * VNC_OFFLOAD_WAITERS] = {0}, quick = {0};

        gate_init(&gate);
        for (unsigned i = 0; i < G_N_ELEMENTS(slow); i++) {
            g_autofree char *source = g_strdup_printf("%u", i);

            slow[i].gate = &gate;
            vnc_offload_run(offload, kind, source, run, done, &slow[i]);
        }
        vnc_offload_run(offload, !kind, "0", run, done, &quick);
        wait_done(&quick);
        gate_wait_begun(&gate, kind == VNC_OFFLOAD_WAIT ? VNC_OFFLOAD_WAITERS : computers());
        g_assert_cmpuint(vnc_offload_waiting(offload), ==, G_N_ELEMENTS(slow) - gate_begun(&gate));
        gate_open(&gate);
        for (unsigned i = 0; i < G_N_ELEMENTS(slow); i++) {
            wait_done(&slow[i]);
        }
        vnc_offload_free(offload);
        gate_clear(&gate);
    }
}

/* Nobody takes all the threads that wait for others: who else comes is not held up. */
static void test_sources(void)
{
    VncOffload *offload = vnc_offload_new(NULL);
    Gate gate;
    Job greedy[2 * VNC_OFFLOAD_WAITERS] = {0}, modest = {0};

    gate_init(&gate);
    for (unsigned i = 0; i < G_N_ELEMENTS(greedy); i++) {
        greedy[i].gate = &gate;
        vnc_offload_run(offload, VNC_OFFLOAD_WAIT, "greedy", run, done, &greedy[i]);
    }
    vnc_offload_run(offload, VNC_OFFLOAD_WAIT, "modest", run, done, &modest);
    wait_done(&modest);
    gate_wait_begun(&gate, VNC_OFFLOAD_OF_SOURCE);
    g_assert_cmpuint(gate_begun(&gate), ==, VNC_OFFLOAD_OF_SOURCE);
    g_assert_cmpuint(vnc_offload_waiting(offload), ==,
                     G_N_ELEMENTS(greedy) - VNC_OFFLOAD_OF_SOURCE);
    gate_open(&gate);
    for (unsigned i = 0; i < G_N_ELEMENTS(greedy); i++) {
        wait_done(&greedy[i]);
    }
    vnc_offload_free(offload);
    gate_clear(&gate);
}

/* Sources take turns, those of one source keep their order, and what is taken back is neither run
 * nor done. */
static void test_turns(void)
{
    VncOffload *offload = vnc_offload_new(NULL);
    g_autoptr(GString) order = g_string_new(NULL);
    Gate gates[VNC_OFFLOAD_COMPUTERS];
    Job held[VNC_OFFLOAD_COMPUTERS] = {0};
    Job jobs[] = {
        {.name = "a1 "}, {.name = "a2 "}, {.name = "x "},  {.name = "a3 "}, {.name = "b1 "},
        {.name = "b2 "}, {.name = "y "},  {.name = "c1 "}, {.name = "a4 "},
    };

    /* All threads but the first are held to the end, so that there is one order. */
    for (unsigned i = 0; i < computers(); i++) {
        gate_init(&gates[i]);
        held[i].gate = &gates[i];
        vnc_offload_run(offload, VNC_OFFLOAD_COMPUTE, NULL, run, done, &held[i]);
        gate_wait_begun(&gates[i], 1);
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(jobs); i++) {
        char source[2] = {jobs[i].name[0] == 'x' ? 'a' : jobs[i].name[0], 0};

        jobs[i].order = order;
        vnc_offload_run(offload, VNC_OFFLOAD_COMPUTE, source, run, done, &jobs[i]);
    }
    g_assert_cmpuint(vnc_offload_waiting(offload), ==, G_N_ELEMENTS(jobs));
    g_assert_true(vnc_offload_cancel(offload, &jobs[2]));
    g_assert_true(vnc_offload_cancel(offload, &jobs[6]));
    g_assert_false(vnc_offload_cancel(offload, &jobs[6]));
    g_assert_false(vnc_offload_cancel(offload, &held[0]));
    g_assert_cmpuint(vnc_offload_waiting(offload), ==, G_N_ELEMENTS(jobs) - 2);
    gate_open(&gates[0]);
    for (unsigned i = 0; i < G_N_ELEMENTS(jobs); i++) {
        if (i != 2 && i != 6) {
            wait_done(&jobs[i]);
        }
    }
    g_assert_cmpstr(order->str, ==, "a1 b1 c1 a2 b2 a3 a4 ");
    for (unsigned i = 0; i < computers(); i++) {
        gate_open(&gates[i]);
        wait_done(&held[i]);
    }
    vnc_offload_free(offload);
    g_assert_cmpuint(jobs[2].done + jobs[6].done, ==, 0);
    for (unsigned i = 0; i < computers(); i++) {
        gate_clear(&gates[i]);
    }
}

static gpointer end_offload(gpointer opaque)
{
    vnc_offload_free(opaque);
    return NULL;
}

/* At the end all that has been handed over is finished, run or not. */
static void test_end(void)
{
    VncOffload *offload = vnc_offload_new(NULL);
    Gate gate;
    Job jobs[2 * VNC_OFFLOAD_WAITERS] = {0};
    unsigned ran = 0;
    GThread *ending;

    gate_init(&gate);
    for (unsigned i = 0; i < G_N_ELEMENTS(jobs); i++) {
        jobs[i].gate = &gate;
        vnc_offload_run(offload, i % VNC_OFFLOAD_KINDS, NULL, run, done, &jobs[i]);
    }
    ending = g_thread_new("ending", end_offload, offload);
    gate_open(&gate);
    g_thread_join(ending);
    for (unsigned i = 0; i < G_N_ELEMENTS(jobs); i++) {
        g_assert_cmpuint(jobs[i].done, ==, 1);
        ran += jobs[i].ran_on_worker;
    }
    g_test_message("%u of %zu were run", ran, G_N_ELEMENTS(jobs));
    gate_clear(&gate);
}

/* No thread is still about anything when all is freed. */
static void test_threads_have_ended(void)
{
    VncOffload *offload = vnc_offload_new(NULL);
    Gate gate;
    Job jobs[VNC_OFFLOAD_OF_SOURCE] = {{0}};

    gate_init(&gate);
    for (unsigned i = 0; i < G_N_ELEMENTS(jobs); i++) {
        jobs[i].gate = &gate;
        vnc_offload_run(offload, VNC_OFFLOAD_WAIT, "somebody", leave_behind, done, &jobs[i]);
    }
    gate_wait_begun(&gate, G_N_ELEMENTS(jobs));
    gate_open(&gate);
    vnc_offload_free(offload);
    g_assert_cmpint(tidied, ==, G_N_ELEMENTS(jobs));
    gate_clear(&gate);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/offload/run", test_run);
    g_test_add_func("/offload/kinds", test_kinds);
    g_test_add_func("/offload/sources", test_sources);
    g_test_add_func("/offload/turns", test_turns);
    g_test_add_func("/offload/end", test_end);
    g_test_add_func("/offload/threads-have-ended", test_threads_have_ended);
    return g_test_run();
}
