/*
 * Jobs: one framebuffer update as a value, the queue of jobs, and the worker.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Producer and consumer. The main thread turns a viewer's damage into a VncJob and pushes it. The
 * worker pops it, and encodes its rectangles from the server surface into the job's private buffer.
 * As it goes, it appends that buffer to the viewer's output. Then it sends the job home: back to
 * the main thread, which writes to the socket.
 *
 * Locks
 * -----
 * Three locks, and no thread ever holds two of them (VncLock aborts on the attempt).
 *
 *  queue lock    VncJobQueue.lock, with its condition. Guards the job lists, `exit`, `handover`,
 *                and each owner's `abort` and `in_flight`. Held by main and worker for a few
 *                instructions. Taken by vnc_lock_queue().
 *  display lock  VncDisplay.lock. Guards the pixels of the server surface. The worker holds it for
 *                one slice of a job (at most VNC_SLICE_PIXELS). The main thread only tries it, in
 *                refresh. Taken by vnc_lock_display(), vnc_trylock_display().
 *  output lock   VncOutput.lock, one per viewer. Guards the bytes that wait to be sent. The worker
 *                takes it to append a finished part of an update. The main thread takes it to
 *                append small messages and to take bytes for the socket, never across a system
 *                call. Taken by vnc_lock_output(), in output.c alone.
 *
 * Rules
 * -----
 *  1. Locks never nest.
 *  2. The worker waits while there is no exit order and no job, and then looks at `exit`: an empty
 *     queue is no exit order, and a spurious wake-up does no harm.
 *  3. `exit` and `abort` are read and written with the queue lock held. Once either is set, a push
 *     is refused and the job goes home unencoded.
 *  4. An empty job goes home without the queue lock being taken; its viewer can be served again at
 *     once.
 *  5. The main thread never waits for the encoder. In refresh, a failed trylock asks for a
 *     handover: between two slices the worker stands back until refresh has run. A surface that is
 *     replaced lives on while the running job holds a reference. Only vnc_job_queue_free() joins
 *     the worker, and a running job ends at its next slice.
 *  6. A job holds a reference to its owner (VncJobOwnerOps.ref) from push until it is home.
 *  7. An owner has at most one job in flight. The encoder's state between rectangles (zlib streams)
 *     is moved into the job and comes home with it. All that a viewer may change in the meantime is
 *     in the job by value.
 *  8. All lock use goes through the helpers of this folder.
 *  9. Threads and locks are GLib's.
 */
#ifndef UI_JOBS_JOB_H
#define UI_JOBS_JOB_H

#include "ui/base/thread.h"
#include "ui/base/trace.h"
#include "ui/enc/encoder.h"
#include "ui/jobs/output.h"
#include "ui/vnc-surface.h"

/* How many pixels the worker encodes at most before it releases the display lock. */
#define VNC_SLICE_PIXELS (256 * 1024)

/* How many bytes of an update are appended at once, at least. So few are still in a processor's
 * cache when the main thread writes them to the socket, and their memory is used again for the next
 * part. */
#define VNC_APPEND_BYTES (256 * 1024)

/* How long the worker stands back at most for a refresh. A main loop that is busy with something
 * else longer than that asks again. */
#define VNC_HANDOVER_LIMIT_US 100000

typedef struct VncJob VncJob;
typedef struct VncJobOwner VncJobOwner;
typedef struct VncJobQueue VncJobQueue;

/**
 * VncDisplay: the lock over the pixels of a server's surface.
 */
typedef struct VncDisplay {
    VncLock lock;
} VncDisplay;

void vnc_display_lock_init(VncDisplay *display);
void vnc_display_lock_clear(VncDisplay *display);
void vnc_lock_display(VncDisplay *display);    /* worker */
bool vnc_trylock_display(VncDisplay *display); /* main */
void vnc_unlock_display(VncDisplay *display);

typedef struct VncJobOwnerOps {
    /* Main thread. */
    void (*ref)(VncJobOwner *owner);
    void (*unref)(VncJobOwner *owner);
    /**
     * home: main thread: the job is back; see job->outcome. The owner takes it over, with the
     * encoder's state in it, and must free or keep it. Called from vnc_job_push(), vnc_job_cancel()
     * or vnc_job_queue_collect(); may push the next job. The job's reference to the owner is
     * dropped after the return.
     */
    void (*home)(VncJobOwner *owner, VncJob *job);
    /* progress: main thread: a part of the running job's update has been appended to the output. */
    void (*progress)(VncJobOwner *owner);
} VncJobOwnerOps;

/**
 * VncJobOwner: the part of a viewer that the queue and the worker see. Embedded in VncState.
 */
struct VncJobOwner {
    /* immutable */
    const VncJobOwnerOps *ops;
    VncTracer tracer; /* zeroed by vnc_job_owner_init(): set it before the first job */
    /* its own lock */
    VncOutput output;
    /* queue lock */
    bool abort;         /* the viewer is leaving: no job of it is encoded any more */
    unsigned in_flight; /* jobs pushed and not home yet: 0 or 1 */
};

void vnc_job_owner_init(VncJobOwner *owner, const VncJobOwnerOps *ops);
void vnc_job_owner_clear(VncJobOwner *owner);

typedef enum VncJobOutcome {
    VNC_JOB_NEW,       /* not pushed yet */
    VNC_JOB_DONE,      /* all of its update has been appended to the owner's output */
    VNC_JOB_EMPTY,     /* the job had no rectangle */
    VNC_JOB_REFUSED,   /* exit or abort was set at the push */
    VNC_JOB_CANCELLED, /* taken back before the worker began: the encoder's state is unchanged */
    VNC_JOB_ABORTED,   /* given up half-way: the encoder's state is useless */
} VncJobOutcome;

/* The flags of one rectangle of a job. */
typedef enum VncJobRectFlags {
    VNC_JOB_RECT_LOSSLESS = 1 << 0, /* exact, whatever quality the viewer asked for */
    VNC_JOB_RECT_FAST = 1 << 1,     /* changes many times a second */
    VNC_JOB_RECT_LOSSY = 1 << 2,    /* set by the worker: it was encoded with loss */
} VncJobRectFlags;

typedef struct VncJobRect {
    VncRect rect;   /* at most as large as the encoder takes */
    unsigned flags; /* VncJobRectFlags */
} VncJobRect;

/* Totals over the rectangles that were encoded by one VncMethod. */
typedef struct VncMethodCount {
    uint64_t rects, pixels, bytes;
} VncMethodCount;

/**
 * VncJob: one update. The main thread builds it. From push until it is home it belongs to the
 * queue, then to the worker.
 */
struct VncJob {
    /* immutable from push on */
    VncJobOwner *owner;
    VncDisplay *display;
    VncSurface *surface; /* a reference; the display lock guards its pixels */
    const VncEncoder *encoder;
    VncEncodeParams params;
    bool last_rect;   /* the viewer understands LastRect: rectangles may be split */
    unsigned written; /* rectangles in `out` already: copies, pseudo-rectangles */
    /* owned by the thread that has the job */
    GArray *rects; /* VncJobRect; from push on, the worker changes only flags */
    VncMethodCount counts[VNC_METHODS];
    void *state;   /* the encoder's state, moved in from the viewer */
    VncBuffer out; /* the bytes of the update that are not yet appended; begun by vnc_job_begin() */
    VncJobOutcome outcome;
    /* queue lock */
    GList link; /* in one of the queue's lists; its data: the job */
};

/* An empty job. It can be used many times: vnc_job_begin() empties it. */
VncJob *vnc_job_new(VncJobOwner *owner);
/* The encoder's state must have been moved out before. Accepts NULL. */
void vnc_job_free(VncJob *job);

/* Empty the job, and drop its references. */
void vnc_job_reset(VncJob *job);

/* Write FramebufferUpdate's header. Rectangles that need no encoder may follow. */
void vnc_job_begin(VncJob *job);

/* Set the source of the job's pixels, and how they are encoded. Call before vnc_job_add_rect(). */
void vnc_job_set_source(VncJob *job, VncDisplay *display, VncSurface *surface,
                        const VncEncoder *encoder, const VncEncodeParams *params);

/**
 * vnc_job_add_rect: add @rect (within the surface), cut into pieces that the encoder takes.
 *
 * @flags: VNC_JOB_RECT_LOSSLESS, VNC_JOB_RECT_FAST
 *
 * Returns false, and adds nothing, if the update would have more than VNC_MAX_UPDATE_RECTS.
 */
bool vnc_job_add_rect(VncJob *job, const VncRect *rect, unsigned flags);

/**
 * vnc_job_queue_new: create a queue and its worker thread.
 *
 * @wake: called on the worker, without a lock, to have the main thread call vnc_job_queue_collect()
 *        (and refresh, if it waits for a handover)
 */
VncJobQueue *vnc_job_queue_new(void (*wake)(void *opaque), void *opaque);

/**
 * vnc_job_queue_free: order the exit, join the worker (vnc_jobs_join()) and send the remaining jobs
 * home. Main thread. No other call waits; this one waits at most for the rest of a slice.
 */
void vnc_job_queue_free(VncJobQueue *queue);

/**
 * vnc_job_push: hand @job over to the worker. Main thread. Returns false if the worker will not get
 * it: then it has gone home (EMPTY, REFUSED) before the return.
 */
bool vnc_job_push(VncJobQueue *queue, VncJob *job);

/* Take @owner's job back if the worker has not begun it: the job goes home CANCELLED. */
void vnc_job_cancel(VncJobQueue *queue, VncJobOwner *owner);

/* @owner leaves: set its `abort` for good, and cancel its job. Never waits. */
void vnc_job_abort(VncJobQueue *queue, VncJobOwner *owner);

/* Send home all jobs that the worker has finished, and call `progress` of the running job's owner.
 * Main thread. */
void vnc_job_queue_collect(VncJobQueue *queue);

/**
 * vnc_job_queue_request_handover: ask the worker to stand back between two slices, or before its
 * next job, until vnc_job_queue_end_handover(). The worker wakes the main thread when it does.
 *
 * Returns true if the worker is not encoding: the display lock is free, and stays so.
 */
bool vnc_job_queue_request_handover(VncJobQueue *queue);
void vnc_job_queue_end_handover(VncJobQueue *queue);

/* The queue lock, and the wait for the worker's end: for this folder and its tests. */
void vnc_lock_queue(VncJobQueue *queue);
void vnc_unlock_queue(VncJobQueue *queue);
void vnc_jobs_join(VncJobQueue *queue); /* orders the exit, waits for the worker thread */
bool vnc_job_queue_is_exiting(VncJobQueue *queue);

/* Wake the worker without a reason, as a spurious wake-up does. For tests. */
void vnc_job_queue_poke(VncJobQueue *queue);

#endif
