/*
 * Work that may wait, done off the main thread.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A login computes and asks others: key exchanges, password checks by another process; and a clipboard's text is to
 * be inflated. A few threads do that, so that one that waits long does not stop the others.
 */
#ifndef UI_BASE_OFFLOAD_H
#define UI_BASE_OFFLOAD_H

#include <glib.h>

/* How many works can wait at a time. */
#define VNC_OFFLOAD_THREADS 4

/* How long vnc_offload_free() waits for what is running. */
#define VNC_OFFLOAD_END_MS 1000

typedef struct VncOffload VncOffload;
typedef void VncOffloadFunc(void *opaque);

/* Start the threads. Main thread. */
VncOffload *vnc_offload_new(GMainContext *context);

/**
 * vnc_offload_free: end the threads. Main thread. Work that has not begun is not run; the `done` of all
 * that is not running is called from here. What still runs after VNC_OFFLOAD_END_MS is left
 * to itself: it may touch its own memory only, which is then not freed.
 */
void vnc_offload_free(VncOffload *offload);

/**
 * vnc_offload_run: call @run on one of the threads, then @done on the main thread, once, from
 * the main loop. Main thread. While @run runs, nobody else may touch what it touches.
 */
void vnc_offload_run(VncOffload *offload, VncOffloadFunc *run, VncOffloadFunc *done, void *opaque);

#endif
