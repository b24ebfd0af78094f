/*
 * Work that may wait, done off the main thread.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A login computes (key exchanges), and it asks others (a directory whether a password is right);
 * and a clipboard's text is to be inflated. Each of the two kinds has threads of its own, so that a
 * password server that is slow does not hold up who only computes. All of them have a lower
 * priority than the main thread, where the system allows it.
 *
 * Nothing bounds how many works wait but their owners: a login has one at a time, and takes it back
 * when it ends.
 */
#ifndef UI_BASE_OFFLOAD_H
#define UI_BASE_OFFLOAD_H

#include <glib.h>
#include <stdbool.h>

typedef enum VncOffloadKind {
    VNC_OFFLOAD_COMPUTE, /* it needs a processor */
    VNC_OFFLOAD_WAIT,    /* it waits for somebody's answer */
    VNC_OFFLOAD_KINDS
} VncOffloadKind;

/* How many works compute at a time at most: one less than there are processors, but 1 at least. */
#define VNC_OFFLOAD_COMPUTERS 4

/* How many works wait for others at a time, and how many of these may be of one source: the other
 * threads are for everybody else. */
#define VNC_OFFLOAD_WAITERS   32
#define VNC_OFFLOAD_OF_SOURCE 16

/* How long vnc_offload_free() waits for what is running. */
#define VNC_OFFLOAD_END_MS 1000

typedef struct VncOffload VncOffload;
typedef void VncOffloadFunc(void *opaque);

/* Start a thread of each kind; others come and go with the work. Main thread. */
VncOffload *vnc_offload_new(GMainContext *context);

/**
 * vnc_offload_free: end the threads. Main thread. Work that has not begun is not run; the `done` of
 * all that is not running is called from here. What still runs after VNC_OFFLOAD_END_MS is left
 * to itself: it may touch its own memory only, which is then not freed.
 */
void vnc_offload_free(VncOffload *offload);

/**
 * vnc_offload_run: call @run on one of the threads, then @done on the main thread, once, from
 * the main loop. Main thread. While @run runs, nobody else may touch what it touches.
 *
 * @source: for whom; copied. Sources take turns: what a new one brings is run before the second of
 * those that another has waiting. NULL: for this machine
 */
void vnc_offload_run(VncOffload *offload, VncOffloadKind kind, const char *source,
                     VncOffloadFunc *run, VncOffloadFunc *done, void *opaque);

/**
 * vnc_offload_cancel: take back the work that was given with @opaque. Main thread. Returns whether
 * that is done: @opaque is the caller's again, and neither function is called. If not, it has
 * begun, and `done` will come.
 */
bool vnc_offload_cancel(VncOffload *offload, const void *opaque);

/* How many works have not begun. Main thread. */
unsigned vnc_offload_waiting(VncOffload *offload);

#endif
