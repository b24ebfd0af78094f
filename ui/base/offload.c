/*
 * Work that may wait, done off the main thread.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread and the threads started here. A work belongs to one thread at a time: it is handed over
 * through `waiting`, and back through `finished`, both under the lock.
 */
#include "ui/base/offload.h"

#include "ui/base/thread.h"

typedef struct Work {
    VncOffloadFunc *run, *done;
    void *opaque;
} Work;

struct VncOffload {
    /* immutable */
    GThread *threads[VNC_OFFLOAD_THREADS];
    GSource *wake;

    /* lock */
    VncLock lock;
    GCond cond;       /* something waits, or exit; and running has become 0 */
    GQueue waiting;   /* Work * */
    GQueue finished;  /* Work * */
    unsigned running; /* works */
    bool exit;
    bool abandoned; /* nobody collects any more */
    unsigned refs;  /* the owner's, and one a thread */
};

static void unref(VncOffload *offload)
{
    bool last;

    vnc_lock(&offload->lock);
    last = --offload->refs == 0;
    vnc_unlock(&offload->lock);
    if (last) {
        g_cond_clear(&offload->cond);
        vnc_lock_clear(&offload->lock);
        g_free(offload);
    }
}

static void run_one(VncOffload *offload, Work *work)
{
    offload->running++;
    vnc_unlock(&offload->lock);
    work->run(work->opaque);
    vnc_lock(&offload->lock);
    offload->running--;
    if (offload->abandoned) {
        return;
    }
    g_queue_push_tail(&offload->finished, work);
    if (offload->exit) {
        g_cond_broadcast(&offload->cond);
    } else {
        g_source_set_ready_time(offload->wake, 0);
    }
}

static gpointer thread_main(gpointer opaque)
{
    VncOffload *offload = opaque;

    vnc_thread_become_worker();
    vnc_lock(&offload->lock);
    while (!offload->exit) {
        Work *work = g_queue_pop_head(&offload->waiting);

        if (work) {
            run_one(offload, work);
        } else {
            vnc_lock_wait(&offload->lock, &offload->cond);
        }
    }
    vnc_unlock(&offload->lock);
    unref(offload);
    return NULL;
}

/* Take the first of @queue. */
static Work *take(VncOffload *offload, GQueue *queue)
{
    Work *work;

    vnc_lock(&offload->lock);
    work = g_queue_pop_head(queue);
    vnc_unlock(&offload->lock);
    return work;
}

static void finish(VncOffload *offload, GQueue *queue)
{
    Work *work;

    while ((work = take(offload, queue))) {
        work->done(work->opaque);
        g_free(work);
    }
}

static gboolean dispatch(GSource *source, G_GNUC_UNUSED GSourceFunc callback, gpointer opaque)
{
    VncOffload *offload = opaque;

    g_source_set_ready_time(source, -1);
    finish(offload, &offload->finished);
    return G_SOURCE_CONTINUE;
}

static gboolean nothing(G_GNUC_UNUSED gpointer opaque)
{
    return G_SOURCE_CONTINUE;
}

VncOffload *vnc_offload_new(GMainContext *context)
{
    static GSourceFuncs funcs = {.dispatch = dispatch};
    VncOffload *offload = g_new0(VncOffload, 1);

    VNC_MAIN();
    vnc_lock_init(&offload->lock);
    g_cond_init(&offload->cond);
    g_queue_init(&offload->waiting);
    g_queue_init(&offload->finished);
    offload->wake = g_source_new(&funcs, sizeof(GSource));
    g_source_set_callback(offload->wake, nothing, offload, NULL);
    g_source_set_name(offload->wake, "vnc-offload-done");
    g_source_attach(offload->wake, context);
    offload->refs = 1 + VNC_OFFLOAD_THREADS;
    for (unsigned i = 0; i < VNC_OFFLOAD_THREADS; i++) {
        offload->threads[i] = g_thread_new("vnc-login", thread_main, offload);
    }
    return offload;
}

void vnc_offload_run(VncOffload *offload, VncOffloadFunc *run, VncOffloadFunc *done, void *opaque)
{
    Work *work = g_new(Work, 1);

    VNC_MAIN();
    *work = (Work){run, done, opaque};
    vnc_lock(&offload->lock);
    g_queue_push_tail(&offload->waiting, work);
    g_cond_signal(&offload->cond);
    vnc_unlock(&offload->lock);
}

void vnc_offload_free(VncOffload *offload)
{
    int64_t end_time = g_get_monotonic_time() + VNC_OFFLOAD_END_MS * 1000;
    bool in_time = true;

    VNC_MAIN();
    if (!offload) {
        return;
    }
    vnc_lock(&offload->lock);
    offload->exit = true;
    g_cond_broadcast(&offload->cond);
    while (offload->running > 0 && in_time) {
        in_time = vnc_lock_wait_until(&offload->lock, &offload->cond, end_time);
    }
    offload->abandoned = true;
    in_time = offload->running == 0;
    vnc_unlock(&offload->lock);
    g_source_destroy(offload->wake);
    g_source_unref(offload->wake);
    for (unsigned i = 0; i < VNC_OFFLOAD_THREADS; i++) {
        if (in_time) {
            g_thread_join(offload->threads[i]);
        } else {
            g_thread_unref(offload->threads[i]);
        }
    }
    finish(offload, &offload->finished);
    finish(offload, &offload->waiting);
    unref(offload);
}
