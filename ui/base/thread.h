/*
 * Thread regimes, and locks that check their own rules.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Two regimes: *main* (any thread but a worker: in QEMU whichever thread holds the BQL) and
 * *worker*. A function states its regime with VNC_MAIN() or VNC_WORKER().
 */
#ifndef UI_BASE_THREAD_H
#define UI_BASE_THREAD_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* Call once at the start of a worker thread: the thread is a worker until it ends. */
void vnc_thread_become_worker(void);
bool vnc_thread_is_worker(void);

/* Call once at the start of a thread whose work can wait: the system then runs it after other
 * threads. No effect where the system cannot do that for a single thread (it can on Linux, unless a
 * sandbox forbids it). */
void vnc_thread_stand_back(void);

#define VNC_MAIN()   g_assert(!vnc_thread_is_worker())
#define VNC_WORKER() g_assert(vnc_thread_is_worker())

/**
 * VncLock: a mutex. A thread holds at most one VncLock at a time; taking a second
 * one, or releasing one that it does not hold, aborts.
 */
typedef struct VncLock {
    GMutex mutex;
} VncLock;

void vnc_lock_init(VncLock *lock);
void vnc_lock_clear(VncLock *lock);
void vnc_lock(VncLock *lock);
bool vnc_trylock(VncLock *lock);
void vnc_unlock(VncLock *lock);

/* Wait on @cond with @lock held; may wake up spuriously. */
void vnc_lock_wait(VncLock *lock, GCond *cond);

/* The same, but at most until g_get_monotonic_time() is @end_time: then returns false. */
bool vnc_lock_wait_until(VncLock *lock, GCond *cond, int64_t end_time);

/* Whether the calling thread holds @lock. */
bool vnc_lock_is_mine(const VncLock *lock);

/* Whether the calling thread holds no VncLock at all. */
bool vnc_lock_none_held(void);

#endif
