/*
 * Tasks that may wait, run off the main thread.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A login computes (key exchanges), and asks others (whether a password is right, say a directory).
 * A clipboard's text has to be inflated. Each of the two kinds of task has threads of its own, so
 * that a slow password server does not hold up tasks that only compute. All these threads have a
 * lower priority than the main thread, where the system allows it.
 *
 * Only their owners bound how many tasks may be queued: a login has one at a time, and takes it
 * back when it ends.
 */
#ifndef UI_BASE_OFFLOAD_H
#define UI_BASE_OFFLOAD_H

#include <glib.h>
#include <stdbool.h>

typedef enum VncOffloadKind {
    VNC_OFFLOAD_COMPUTE, /* needs a processor */
    VNC_OFFLOAD_WAIT,    /* waits for somebody's answer */
    VNC_OFFLOAD_KINDS
} VncOffloadKind;

/* Tasks that compute at a time, at most: one less than there are processors, but at least 1. */
#define VNC_OFFLOAD_COMPUTERS 4

/* Tasks that wait for others at a time, at most, and how many of them may be of one source: the
 * other threads are for everybody else. */
#define VNC_OFFLOAD_WAITERS   32
#define VNC_OFFLOAD_OF_SOURCE 16

/* How long vnc_offload_free() waits for running tasks. */
#define VNC_OFFLOAD_END_MS 1000

typedef struct VncOffload VncOffload;
typedef void VncOffloadFunc(void *opaque);

/* Start a thread of each kind; others start and end as tasks need them. Main thread. */
VncOffload *vnc_offload_new(GMainContext *context);

/**
 * vnc_offload_free: end the threads. Main thread. Tasks that have not begun are not run. The `done`
 * of every task that is not running is called from here. A task that still runs after
 * VNC_OFFLOAD_END_MS is abandoned: it may touch only its own memory, which is then not freed.
 */
void vnc_offload_free(VncOffload *offload);

/**
 * vnc_offload_run: queue a task: @run is called on one of the threads, then @done on the main
 * thread, once, from the main loop. Main thread. While @run runs, nobody else may touch what it
 * touches.
 *
 * @source: whom the task is for; copied. Sources take turns: the first task of a new source runs
 *          before the second waiting task of another. NULL: this machine
 */
void vnc_offload_run(VncOffload *offload, VncOffloadKind kind, const char *source,
                     VncOffloadFunc *run, VncOffloadFunc *done, void *opaque);

/**
 * vnc_offload_cancel: take back the task that was queued with @opaque. Main thread. Returns true if
 * it has not begun: @opaque is the caller's again, and neither function is called. Returns false if
 * it has begun: `done` will be called.
 */
bool vnc_offload_cancel(VncOffload *offload, const void *opaque);

/* How many tasks have not begun. Main thread. */
unsigned vnc_offload_waiting(VncOffload *offload);

#endif
