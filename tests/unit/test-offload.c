/*
 * Work off the main thread: run elsewhere, finished here, ended with the rest.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread and the threads of VncOffload.
 */
#include "ui/base/offload.h"

#include "ui/base/thread.h"

typedef struct Job {
    GMutex *gate; /* held by the test: the work waits */
    bool ran_on_worker, done_on_main;
    unsigned done;
} Job;

static void run(void *opaque)
{
    Job *job = opaque;

    if (job->gate) {
        g_mutex_lock(job->gate);
        g_mutex_unlock(job->gate);
    }
    job->ran_on_worker = vnc_thread_is_worker();
}

static void done(void *opaque)
{
    Job *job = opaque;

    job->done++;
    job->done_on_main = !vnc_thread_is_worker();
}

static void test_run(void)
{
    VncOffload *offload = vnc_offload_new(NULL);
    Job jobs[100] = {0};

    for (unsigned i = 0; i < G_N_ELEMENTS(jobs); i++) {
        vnc_offload_run(offload, run, done, &jobs[i]);
        g_assert_cmpuint(jobs[i].done, ==, 0);
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(jobs); i++) {
        while (!jobs[i].done) {
            g_main_context_iteration(NULL, TRUE);
        }
        g_assert_true(jobs[i].ran_on_worker);
        g_assert_true(jobs[i].done_on_main);
    }
    vnc_offload_free(offload);
    for (unsigned i = 0; i < G_N_ELEMENTS(jobs); i++) {
        g_assert_cmpuint(jobs[i].done, ==, 1);
    }
}

/* One that waits does not keep the others from being done. */
static void test_waiting(void)
{
    VncOffload *offload = vnc_offload_new(NULL);
    GMutex gate;
    Job slow = {.gate = &gate}, quick = {0};

    g_mutex_init(&gate);
    g_mutex_lock(&gate);
    vnc_offload_run(offload, run, done, &slow);
    vnc_offload_run(offload, run, done, &quick);
    while (!quick.done) {
        g_main_context_iteration(NULL, TRUE);
    }
    g_assert_cmpuint(slow.done, ==, 0);
    g_mutex_unlock(&gate);
    vnc_offload_free(offload);
    g_assert_cmpuint(slow.done, ==, 1);
    g_mutex_clear(&gate);
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
    GMutex gate;
    Job jobs[2 * VNC_OFFLOAD_THREADS] = {0};
    unsigned ran = 0;
    GThread *ending;

    g_mutex_init(&gate);
    g_mutex_lock(&gate);
    for (unsigned i = 0; i < G_N_ELEMENTS(jobs); i++) {
        jobs[i].gate = &gate;
        vnc_offload_run(offload, run, done, &jobs[i]);
    }
    ending = g_thread_new("ending", end_offload, offload);
    g_mutex_unlock(&gate);
    g_thread_join(ending);
    for (unsigned i = 0; i < G_N_ELEMENTS(jobs); i++) {
        g_assert_cmpuint(jobs[i].done, ==, 1);
        ran += jobs[i].ran_on_worker;
    }
    g_test_message("%u of %zu were run", ran, G_N_ELEMENTS(jobs));
    g_mutex_clear(&gate);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/offload/run", test_run);
    g_test_add_func("/offload/waiting", test_waiting);
    g_test_add_func("/offload/end", test_end);
    return g_test_run();
}
