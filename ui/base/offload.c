/*
 * Tasks that may wait, run off the main thread.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread and the threads started here. A task (Work) belongs to one thread at a time. It is
 * handed over through `waiting`, and back through `finished`, both under the lock.
 */
#include "ui/base/offload.h"

#include "ui/base/source.h"
#include "ui/base/thread.h"

typedef struct Work {
    VncOffloadFunc *run, *done;
    void *opaque;
    char *source;
    uint64_t turn; /* lower turns come first */
} Work;

/**
 * Lane: one kind of task, and its threads. The last thread stays; the others end when no task is
 * left for them.
 */
typedef struct Lane {
    /* immutable */
    VncOffload *offload;
    unsigned most, most_of_source; /* tasks at a time */

    /* lock */
    GCond cond;     /* a task waits, or exit is set */
    GQueue waiting; /* Work *, by their turns */
    GQueue running; /* Work * */
    unsigned threads;
    uint64_t turn; /* of the task that has begun last */
} Lane;

struct VncOffload {
    /* immutable */
    GSource *wake;

    /* lock */
    VncLock lock;
    Lane lanes[VNC_OFFLOAD_KINDS];
    GQueue finished; /* Work * */
    /* Has come to its end last, and joins the one before. NULL: none has ended yet. */
    GThread *last;
    GCond ended; /* `last` is another one */
    bool exit;
    bool abandoned; /* nobody collects finished tasks any more */
    unsigned refs;  /* the owner's, and one a thread */
};

static void unref(VncOffload *offload)
{
    bool last;

    vnc_lock(&offload->lock);
    last = --offload->refs == 0;
    vnc_unlock(&offload->lock);
    if (last) {
        for (unsigned i = 0; i < VNC_OFFLOAD_KINDS; i++) {
            g_cond_clear(&offload->lanes[i].cond);
        }
        g_cond_clear(&offload->ended);
        vnc_lock_clear(&offload->lock);
        g_free(offload);
    }
}

static void work_free(Work *work)
{
    g_free(work->source);
    g_free(work);
}

/* --- whose turn it is; with the lock ------------------------------------------------------ */

static bool is_of(const Work *work, const char *source)
{
    return g_strcmp0(work->source, source) == 0;
}

/* A new task goes behind others of the same turn. */
static int by_turn(const void *a, const void *b, G_GNUC_UNUSED void *opaque)
{
    return ((const Work *)a)->turn <= ((const Work *)b)->turn ? -1 : 1;
}

/* A source has one task in each turn, its first in the current turn. */
static void enqueue(Lane *lane, Work *work)
{
    work->turn = lane->turn;
    for (const GList *link = lane->waiting.head; link; link = link->next) {
        const Work *other = link->data;

        if (is_of(other, work->source)) {
            work->turn = MAX(work->turn, other->turn + 1);
        }
    }
    g_queue_insert_sorted(&lane->waiting, work, by_turn, NULL);
}

static bool may_begin(const Lane *lane, const Work *work)
{
    unsigned n = 0;

    for (const GList *link = lane->running.head; link; link = link->next) {
        n += is_of(link->data, work->source);
    }
    return n < lane->most_of_source;
}

/* The task that is to begin next, or NULL. */
static GList *find_next(const Lane *lane)
{
    GList *link = lane->offload->exit ? NULL : lane->waiting.head;

    while (link && !may_begin(lane, link->data)) {
        link = link->next;
    }
    return link;
}

/* --- the threads -------------------------------------------------------------------------- */

static void run_one(Lane *lane, GList *link)
{
    VncOffload *offload = lane->offload;
    Work *work = link->data;

    g_queue_unlink(&lane->waiting, link);
    g_queue_push_tail_link(&lane->running, link);
    lane->turn = work->turn;
    vnc_unlock(&offload->lock);
    work->run(work->opaque);
    vnc_lock(&offload->lock);
    g_queue_unlink(&lane->running, link);
    if (offload->abandoned) {
        g_list_free_1(link);
        return;
    }
    g_queue_push_tail_link(&offload->finished, link);
    vnc_source_wake(offload->wake);
}

/* A thread has ended only when it is joined: until then, libraries clean up after it. So each
 * thread that ends joins the one before it, since it may wait; the main thread joins the last one.
 * Call with the lock. Returns the thread to join without the lock, or NULL. */
static GThread *end_thread(Lane *lane)
{
    VncOffload *offload = lane->offload;
    GThread *before = g_steal_pointer(&offload->last);

    lane->threads--;
    if (offload->abandoned) {
        g_thread_unref(g_thread_self());
    } else {
        offload->last = g_thread_self();
    }
    g_cond_broadcast(&offload->ended);
    return before;
}

static void join(GThread *thread)
{
    if (thread) {
        g_thread_join(thread);
    }
}

static gpointer thread_main(gpointer opaque)
{
    Lane *lane = opaque;
    VncOffload *offload = lane->offload;
    GThread *before;

    vnc_thread_become_worker();
    vnc_thread_stand_back();
    vnc_lock(&offload->lock);
    while (!offload->exit) {
        GList *next = find_next(lane);

        if (next) {
            run_one(lane, next);
        } else if (lane->threads > 1) {
            break;
        } else {
            vnc_lock_wait(&offload->lock, &lane->cond);
        }
    }
    before = end_thread(lane);
    vnc_unlock(&offload->lock);
    join(before);
    unref(offload);
    return NULL;
}

/* One more thread for @lane, which has counted it. */
static void start_thread(Lane *lane)
{
    VncOffload *offload = lane->offload;

    if (!g_thread_try_new("vnc-login", thread_main, lane, NULL)) {
        /* Other threads are there: the task waits longer. */
        vnc_lock(&offload->lock);
        lane->threads--;
        offload->refs--;
        vnc_unlock(&offload->lock);
    }
}

/* --- the main thread ---------------------------------------------------------------------- */

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
        work_free(work);
    }
}

static void woken(void *opaque)
{
    VncOffload *offload = opaque;

    finish(offload, &offload->finished);
}

static void start_lane(VncOffload *offload, VncOffloadKind kind, unsigned most,
                       unsigned most_of_source)
{
    Lane *lane = &offload->lanes[kind];

    lane->offload = offload;
    lane->most = most;
    lane->most_of_source = most_of_source;
    g_cond_init(&lane->cond);
    g_queue_init(&lane->waiting);
    g_queue_init(&lane->running);
    lane->threads = 1;
    offload->refs++;
    g_thread_new("vnc-login", thread_main, lane);
}

VncOffload *vnc_offload_new(GMainContext *context)
{
    VncOffload *offload = g_new0(VncOffload, 1);
    int processors = (int)g_get_num_processors();
    unsigned computers = (unsigned)CLAMP(processors - 1, 1, VNC_OFFLOAD_COMPUTERS);

    VNC_MAIN();
    vnc_lock_init(&offload->lock);
    g_cond_init(&offload->ended);
    g_queue_init(&offload->finished);
    offload->wake = vnc_source_new_wake(context, "vnc-offload-done", woken, offload);
    offload->refs = 1;
    vnc_lock(&offload->lock);
    start_lane(offload, VNC_OFFLOAD_COMPUTE, computers, computers);
    start_lane(offload, VNC_OFFLOAD_WAIT, VNC_OFFLOAD_WAITERS, VNC_OFFLOAD_OF_SOURCE);
    vnc_unlock(&offload->lock);
    return offload;
}

void vnc_offload_run(VncOffload *offload, VncOffloadKind kind, const char *source,
                     VncOffloadFunc *run, VncOffloadFunc *done, void *opaque)
{
    Lane *lane = &offload->lanes[kind];
    Work *work = g_new(Work, 1);
    unsigned idle;
    bool more;

    VNC_MAIN();
    *work = (Work){.run = run, .done = done, .opaque = opaque, .source = g_strdup(source)};
    vnc_lock(&offload->lock);
    enqueue(lane, work);
    idle = lane->threads - lane->running.length;
    more = lane->threads < lane->most && lane->waiting.length > idle && find_next(lane);
    lane->threads += more;
    offload->refs += more;
    g_cond_signal(&lane->cond);
    vnc_unlock(&offload->lock);
    if (more) {
        start_thread(lane);
    }
}

bool vnc_offload_cancel(VncOffload *offload, const void *opaque)
{
    Work *cancelled = NULL;

    VNC_MAIN();
    vnc_lock(&offload->lock);
    for (unsigned i = 0; i < VNC_OFFLOAD_KINDS && !cancelled; i++) {
        GQueue *waiting = &offload->lanes[i].waiting;
        GList *link = waiting->head;

        while (link && ((Work *)link->data)->opaque != opaque) {
            link = link->next;
        }
        if (link) {
            cancelled = link->data;
            g_queue_delete_link(waiting, link);
        }
    }
    vnc_unlock(&offload->lock);
    if (cancelled) {
        work_free(cancelled);
    }
    return cancelled != NULL;
}

unsigned vnc_offload_waiting(VncOffload *offload)
{
    unsigned n = 0;

    VNC_MAIN();
    vnc_lock(&offload->lock);
    for (unsigned i = 0; i < VNC_OFFLOAD_KINDS; i++) {
        n += offload->lanes[i].waiting.length;
    }
    vnc_unlock(&offload->lock);
    return n;
}

/* With the lock. */
static bool has_threads(const VncOffload *offload)
{
    bool any = false;

    for (unsigned i = 0; i < VNC_OFFLOAD_KINDS; i++) {
        any |= offload->lanes[i].threads > 0;
    }
    return any;
}

void vnc_offload_free(VncOffload *offload)
{
    int64_t end_time = g_get_monotonic_time() + VNC_OFFLOAD_END_MS * 1000;
    bool in_time = true;
    GThread *last;

    VNC_MAIN();
    if (!offload) {
        return;
    }
    vnc_lock(&offload->lock);
    offload->exit = true;
    for (unsigned i = 0; i < VNC_OFFLOAD_KINDS; i++) {
        g_cond_broadcast(&offload->lanes[i].cond);
    }
    while (has_threads(offload) && in_time) {
        in_time = vnc_lock_wait_until(&offload->lock, &offload->ended, end_time);
    }
    offload->abandoned = true;
    last = g_steal_pointer(&offload->last);
    vnc_unlock(&offload->lock);
    join(last);
    vnc_source_clear(&offload->wake);
    finish(offload, &offload->finished);
    for (unsigned i = 0; i < VNC_OFFLOAD_KINDS; i++) {
        finish(offload, &offload->lanes[i].waiting);
    }
    unref(offload);
}
