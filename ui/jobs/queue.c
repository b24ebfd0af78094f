/*
 * The job queue and its worker thread.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Each function takes and releases the queue lock within itself. While it is held, no function of
 * another floor is called.
 */
#include "ui/jobs/worker.h"

struct VncJobQueue {
    VncLock lock;
    GCond cond; /* a job, an exit order, the end of a handover */
    /* immutable */
    void (*wake)(void *opaque);
    void *opaque;
    /* main thread; NULL once joined */
    GThread *thread;
    /* queue lock */
    GQueue queued;   /* VncJob *, by its link */
    GQueue finished; /* the same, to be sent home */
    VncJob *running; /* what the worker encodes */
    bool exit;
    bool handover; /* the worker stands back */
};

/* Take the first job of @jobs, or NULL. A job brings its own link: nothing is allocated. */
static VncJob *pop(GQueue *jobs)
{
    GList *link = g_queue_pop_head_link(jobs);

    return link ? link->data : NULL;
}

void vnc_lock_queue(VncJobQueue *queue)
{
    vnc_lock(&queue->lock);
}

void vnc_unlock_queue(VncJobQueue *queue)
{
    vnc_unlock(&queue->lock);
}

/* Worker: the next job; NULL: the worker is to end. */
static VncJob *wait_for_job(VncJobQueue *queue)
{
    VncJob *job = NULL;

    vnc_lock_queue(queue);
    while (!queue->exit && (queue->handover || g_queue_is_empty(&queue->queued))) {
        vnc_lock_wait(&queue->lock, &queue->cond);
    }
    if (!queue->exit) {
        job = pop(&queue->queued);
        queue->running = job;
    }
    vnc_unlock_queue(queue);
    return job;
}

/* Worker, between two slices: stand back if a refresh asks for it, then return whether to go on. */
static bool may_go_on(void *opaque, VncJob *job)
{
    VncJobQueue *queue = opaque;
    bool handover, go_on;

    VNC_WORKER();
    vnc_lock_queue(queue);
    handover = queue->handover && !queue->exit;
    vnc_unlock_queue(queue);
    if (handover) {
        queue->wake(queue->opaque);
    }

    vnc_lock_queue(queue);
    if (handover) {
        int64_t limit = g_get_monotonic_time() + VNC_HANDOVER_LIMIT_US;

        while (queue->handover && !queue->exit &&
               vnc_lock_wait_until(&queue->lock, &queue->cond, limit)) {
        }
    }
    go_on = !queue->exit && !job->owner->abort;
    vnc_unlock_queue(queue);
    return go_on;
}

static void finish_job(VncJobQueue *queue, VncJob *job)
{
    vnc_lock_queue(queue);
    queue->running = NULL;
    g_queue_push_tail_link(&queue->finished, &job->link);
    vnc_unlock_queue(queue);
    queue->wake(queue->opaque);
}

/* Worker: the part that has been appended can be written. */
static void progress(void *opaque)
{
    VncJobQueue *queue = opaque;

    queue->wake(queue->opaque);
}

static gpointer worker_thread(gpointer opaque)
{
    static const VncWorkerOps ops = {may_go_on, progress};
    VncJobQueue *queue = opaque;
    VncScratch *scratch = vnc_scratch_new();
    VncJob *job;

    vnc_thread_become_worker();
    while ((job = wait_for_job(queue))) {
        vnc_worker_encode(job, scratch, &ops, queue);
        finish_job(queue, job);
    }
    vnc_scratch_free(scratch);
    return NULL;
}

VncJobQueue *vnc_job_queue_new(void (*wake)(void *opaque), void *opaque)
{
    VncJobQueue *queue = g_new0(VncJobQueue, 1);

    VNC_MAIN();
    vnc_lock_init(&queue->lock);
    g_cond_init(&queue->cond);
    g_queue_init(&queue->queued);
    g_queue_init(&queue->finished);
    queue->wake = wake;
    queue->opaque = opaque;
    queue->thread = g_thread_new("vnc-worker", worker_thread, queue);
    return queue;
}

/* Main: bring the job home; no lock is held. */
static void send_home(VncJobQueue *queue, VncJob *job)
{
    VncJobOwner *owner = job->owner;

    vnc_lock_queue(queue);
    g_assert(owner->in_flight == 1);
    owner->in_flight--;
    vnc_unlock_queue(queue);

    owner->ops->home(owner, job);
    owner->ops->unref(owner);
}

bool vnc_job_push(VncJobQueue *queue, VncJob *job)
{
    VncJobOwner *owner = job->owner;
    bool accepted;

    VNC_MAIN();
    g_assert(job->outcome == VNC_JOB_NEW);
    if (job->rects->len == 0) {
        job->outcome = VNC_JOB_EMPTY;
        owner->ops->home(owner, job);
        return false;
    }

    vnc_lock_queue(queue);
    accepted = !queue->exit && !owner->abort;
    if (accepted) {
        g_assert(owner->in_flight == 0);
        owner->in_flight++;
        g_queue_push_tail_link(&queue->queued, &job->link);
        g_cond_broadcast(&queue->cond);
    }
    vnc_unlock_queue(queue);

    if (accepted) {
        owner->ops->ref(owner);
    } else {
        job->outcome = VNC_JOB_REFUSED;
        owner->ops->home(owner, job);
    }
    return accepted;
}

/* Queue lock held: unlink @owner's queued job. Returns it, or NULL. */
static VncJob *take_queued_locked(VncJobQueue *queue, VncJobOwner *owner)
{
    for (GList *link = queue->queued.head; link; link = link->next) {
        VncJob *job = link->data;

        if (job->owner == owner) {
            g_queue_unlink(&queue->queued, link);
            return job;
        }
    }
    return NULL;
}

static void cancel(VncJobQueue *queue, VncJobOwner *owner, bool abort)
{
    VncJob *job;

    VNC_MAIN();
    vnc_lock_queue(queue);
    owner->abort |= abort;
    job = take_queued_locked(queue, owner);
    vnc_unlock_queue(queue);

    if (job) {
        job->outcome = VNC_JOB_CANCELLED;
        send_home(queue, job);
    }
}

void vnc_job_cancel(VncJobQueue *queue, VncJobOwner *owner)
{
    cancel(queue, owner, false);
}

void vnc_job_abort(VncJobQueue *queue, VncJobOwner *owner)
{
    cancel(queue, owner, true);
}

/* Main: the owner of the running job lives on without a lock, as only the main thread drops a job's
 * references. */
static void tell_progress(VncJobQueue *queue)
{
    VncJobOwner *owner;

    vnc_lock_queue(queue);
    owner = queue->running ? queue->running->owner : NULL;
    vnc_unlock_queue(queue);
    if (owner) {
        owner->ops->progress(owner);
    }
}

void vnc_job_queue_collect(VncJobQueue *queue)
{
    VncJob *job;

    VNC_MAIN();
    tell_progress(queue);
    do {
        vnc_lock_queue(queue);
        job = pop(&queue->finished);
        vnc_unlock_queue(queue);
        if (job) {
            send_home(queue, job);
        }
    } while (job);
}

bool vnc_job_queue_request_handover(VncJobQueue *queue)
{
    bool idle;

    VNC_MAIN();
    vnc_lock_queue(queue);
    queue->handover = true;
    idle = !queue->running;
    vnc_unlock_queue(queue);
    return idle;
}

void vnc_job_queue_end_handover(VncJobQueue *queue)
{
    VNC_MAIN();
    vnc_lock_queue(queue);
    if (queue->handover) {
        queue->handover = false;
        g_cond_broadcast(&queue->cond);
    }
    vnc_unlock_queue(queue);
}

bool vnc_job_queue_is_exiting(VncJobQueue *queue)
{
    bool exiting;

    vnc_lock_queue(queue);
    exiting = queue->exit;
    vnc_unlock_queue(queue);
    return exiting;
}

void vnc_job_queue_poke(VncJobQueue *queue)
{
    vnc_lock_queue(queue);
    g_cond_broadcast(&queue->cond);
    vnc_unlock_queue(queue);
}

void vnc_jobs_join(VncJobQueue *queue)
{
    VNC_MAIN();
    vnc_lock_queue(queue);
    queue->exit = true;
    g_cond_broadcast(&queue->cond);
    vnc_unlock_queue(queue);
    if (queue->thread) {
        g_thread_join(g_steal_pointer(&queue->thread));
    }
}

void vnc_job_queue_free(VncJobQueue *queue)
{
    VncJob *job;

    if (!queue) {
        return;
    }
    vnc_jobs_join(queue);
    vnc_job_queue_collect(queue);
    do {
        vnc_lock_queue(queue);
        job = pop(&queue->queued);
        vnc_unlock_queue(queue);
        if (job) {
            job->outcome = VNC_JOB_CANCELLED;
            send_home(queue, job);
        }
    } while (job);
    g_cond_clear(&queue->cond);
    vnc_lock_clear(&queue->lock);
    g_free(queue);
}
