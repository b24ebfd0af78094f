/*
 * Jobs: one framebuffer update as a value, the queue of them, and the worker.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Producer and consumer: the main thread turns a viewer's damage into a VncJob and
 * pushes it; the worker pops it, encodes its rectangles from the server surface into
 * the job's private buffer, appends that to the viewer's output as it goes and
 * sends the job home: back to the main thread, which writes to the socket.
 *
 * Locks
 * -----
 * Three locks, and no thread ever holds two of them (VncLock aborts if it tries).
 *
 *  queue lock    VncJobQueue.lock, with its condition. Guards the job lists, `exit`,
 *                `handover`, and each owner's `abort` and `in_flight`. Main and worker; a
 *                few instructions. Taken by vnc_lock_queue().
 *  display lock  VncDisplay.lock. Guards the pixels of the server surface. The worker
 *                holds it for one slice of a job (at most VNC_SLICE_PIXELS); the main
 *                thread only tries it, in refresh. vnc_lock_display(),
 *                vnc_trylock_display().
 *  output lock   VncOutput.lock, one per viewer. Guards the bytes that wait to be sent.
 *                The worker takes it to append a finished part of an update; the main
 *                thread to append small messages and to take bytes for the socket, never
 *                across a system call. Taken by vnc_lock_output(), in output.c alone.
 *
 * Rules
 * -----
 *  1. Locks never nest.
 *  2. The worker waits while there is no exit order and nothing to do, and then looks at
 *     `exit`: an empty queue is no exit order, and waking for nothing is harmless.
 *  3. `exit` and `abort` are read and written with the queue lock held. After either, a
 *     push is refused and the job goes home unencoded.
 *  4. An empty job goes home without the queue lock being taken; its viewer can be served
 *     again at once.
 *  5. The main thread never waits for the encoder. In refresh, a failed trylock asks for a
 *     handover: between two slices the worker stands back until refresh has run. A
 *     surface that is replaced lives on while the running job holds a reference. Only
 *     vnc_job_queue_free() joins the worker, and a running job ends at its next slice.
 *  6. A job holds its owner (VncJobOwnerOps.ref) from push until it is home.
 *  7. An owner has at most one job in flight. What the encoder remembers between
 *     rectangles (zlib streams) is moved into the job and comes home with it; all that a
 *     viewer may change in the meantime is in the job by value.
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

/* How many pixels the worker encodes at most before it lets go of the display lock. */
#define VNC_SLICE_PIXELS (256 * 1024)

/* How many bytes of an update are appended at once, at least: what stands in a processor's cache
 * when the main thread writes it to the socket, and is memory used again for the next part. */
#define VNC_APPEND_BYTES (256 * 1024)

/* How long the worker stands back at most for a refresh that was promised: the main loop may
 * be busy with something else, and then asks again. */
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
     * home: main thread: the job is back, see job->outcome; the owner takes it over (and with
     * it the encoder's state) and must free or keep it. Called from vnc_job_push(),
     * vnc_job_cancel() or vnc_job_queue_collect(); may push the next job. The
     * job's reference on the owner is dropped after the return.
     */
    void (*home)(VncJobOwner *owner, VncJob *job);
    /* progress: main thread: a part of the running job's update stands in the output. */
    void (*progress)(VncJobOwner *owner);
} VncJobOwnerOps;

/**
 * VncJobOwner: what the queue knows of a viewer. Embedded in VncState.
 */
struct VncJobOwner {
    /* immutable */
    const VncJobOwnerOps *ops;
    VncTracer tracer; /* zeroed by vnc_job_owner_init(): to be set before the first job */
    /* its own lock */
    VncOutput output;
    /* queue lock */
    bool abort;         /* the viewer is leaving: nothing more is encoded for it */
    unsigned in_flight; /* jobs pushed and not home yet: 0 or 1 */
};

void vnc_job_owner_init(VncJobOwner *owner, const VncJobOwnerOps *ops);
void vnc_job_owner_clear(VncJobOwner *owner);

typedef enum VncJobOutcome {
    VNC_JOB_NEW,       /* not pushed yet */
    VNC_JOB_DONE,      /* all of its update has been appended to the owner's output */
    VNC_JOB_EMPTY,     /* had no rectangle */
    VNC_JOB_REFUSED,   /* exit or abort was set at the push */
    VNC_JOB_CANCELLED, /* taken back before the worker began: the encoder's state is as it was */
    VNC_JOB_ABORTED,   /* given up half-way: the encoder's state is of no further use */
} VncJobOutcome;

/* What is particular about a rectangle of a job. */
typedef enum VncJobRectFlags {
    VNC_JOB_RECT_LOSSLESS = 1 << 0, /* exact, whatever quality the viewer asked for */
    VNC_JOB_RECT_FAST = 1 << 1,     /* changes many times a second */
    VNC_JOB_RECT_LOSSY = 1 << 2,    /* set by the worker: it was encoded with loss */
} VncJobRectFlags;

typedef struct VncJobRect {
    VncRect rect;   /* none larger than the encoder takes */
    unsigned flags; /* VncJobRectFlags */
} VncJobRect;

/* What came of the rectangles of one VncMethod. */
typedef struct VncMethodCount {
    uint64_t rects, pixels, bytes;
} VncMethodCount;

/**
 * VncJob: one update. Built by the main thread; from push until it is home it belongs
 * to the queue and then to the worker.
 */
struct VncJob {
    /* immutable from push on */
    VncJobOwner *owner;
    VncDisplay *display;
    VncSurface *surface; /* a reference; its pixels: display lock */
    const VncEncoder *encoder;
    VncEncodeParams params;
    bool last_rect;   /* the viewer takes LastRect for an end: rectangles may be split */
    unsigned written; /* how many rectangles stand in `out` already: copies, pseudo-rectangles */
    /* owned by whoever has the job */
    GArray *rects; /* VncJobRect; from push on, the worker changes nothing but flags */
    VncMethodCount counts[VNC_METHODS];
    void *state;   /* the encoder's, moved in from the viewer */
    VncBuffer out; /* of the update what is not yet appended; begun by vnc_job_begin() */
    VncJobOutcome outcome;
    /* queue lock */
    GList link; /* in one of the queue's lists; its data: the job */
};

/* An unused job; it can be used again and again: vnc_job_begin() empties it. */
VncJob *vnc_job_new(VncJobOwner *owner);
/* The encoder's state must have been taken out. Accepts NULL. */
void vnc_job_free(VncJob *job);

/* Empty the job, and drop what it refers to. */
void vnc_job_reset(VncJob *job);

/* Write FramebufferUpdate's header; rectangles that need no encoder follow. */
void vnc_job_begin(VncJob *job);

/* Where the job's pixels come from, and how they are encoded. Before vnc_job_add_rect(). */
void vnc_job_set_source(VncJob *job, VncDisplay *display, VncSurface *surface,
                        const VncEncoder *encoder, const VncEncodeParams *params);

/**
 * vnc_job_add_rect: add @rect (within the surface), cut to what the encoder takes.
 *
 * @flags: VNC_JOB_RECT_LOSSLESS, VNC_JOB_RECT_FAST
 *
 * Returns false, and adds nothing, if the update would have more than VNC_MAX_UPDATE_RECTS.
 */
bool vnc_job_add_rect(VncJob *job, const VncRect *rect, unsigned flags);

/**
 * vnc_job_queue_new: a queue and its worker thread.
 *
 * @wake: called on the worker, without a lock, when the main thread shall call
 *        vnc_job_queue_collect() (and refresh, if it waits for a handover)
 */
VncJobQueue *vnc_job_queue_new(void (*wake)(void *opaque), void *opaque);

/**
 * vnc_job_queue_free: order the exit, join the worker (vnc_jobs_join()) and send home what is
 * left. Main thread; the one call that waits, for at most the rest of a slice.
 */
void vnc_job_queue_free(VncJobQueue *queue);

/**
 * vnc_job_push: hand @job over. Main thread. Returns whether the worker will get
 * it; if not, it has gone home (EMPTY, REFUSED) before the return.
 */
bool vnc_job_push(VncJobQueue *queue, VncJob *job);

/* Take @owner's job back if the worker has not begun it: it goes home CANCELLED. */
void vnc_job_cancel(VncJobQueue *queue, VncJobOwner *owner);

/* @owner leaves: sets `abort` for good and cancels. Never waits. */
void vnc_job_abort(VncJobQueue *queue, VncJobOwner *owner);

/* Send home all that the worker has finished, and tell the owner of what it has begun. Main
 * thread. */
void vnc_job_queue_collect(VncJobQueue *queue);

/**
 * vnc_job_queue_request_handover: ask the worker to stand back between two slices, or before
 * its next job, until vnc_job_queue_end_handover(). It wakes the main thread then.
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

/* Wake the worker for nothing: what a spurious wake-up does. For tests. */
void vnc_job_queue_poke(VncJobQueue *queue);

#endif
