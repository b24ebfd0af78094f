/*
 * Thread regimes, and locks that check their own rules.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Any thread. Owns two thread-local marks: whether the thread is a worker, and the one VncLock that
 * it holds.
 *
 * GLib's mutexes are futexes in a library without instrumentation, so ThreadSanitizer does not see
 * them as locks. Its builds are told of each lock and unlock by hand.
 */
#include "ui/base/thread.h"

#ifdef __linux__
#include <unistd.h>
#endif

#if defined(__SANITIZE_THREAD__)
#define VNC_TSAN 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define VNC_TSAN 1
#endif
#endif

#ifdef VNC_TSAN
#include <sanitizer/tsan_interface.h>

static void created(VncLock *lock)
{
    __tsan_mutex_create(lock, __tsan_mutex_not_static);
}

static void destroyed(VncLock *lock)
{
    __tsan_mutex_destroy(lock, __tsan_mutex_not_static);
}

static void before_lock(VncLock *lock, bool try)
{
    __tsan_mutex_pre_lock(lock, try ? __tsan_mutex_try_lock : 0);
}

static void after_lock(VncLock *lock, bool try, bool locked)
{
    unsigned flags = try ? __tsan_mutex_try_lock : 0;

    __tsan_mutex_post_lock(lock, locked ? flags : flags | __tsan_mutex_try_lock_failed, 0);
}

static void before_unlock(VncLock *lock)
{
    __tsan_mutex_pre_unlock(lock, 0);
}

static void after_unlock(VncLock *lock)
{
    __tsan_mutex_post_unlock(lock, 0);
}
#else
static void created(VncLock *lock G_GNUC_UNUSED)
{
}

static void destroyed(VncLock *lock G_GNUC_UNUSED)
{
}

static void before_lock(VncLock *lock G_GNUC_UNUSED, bool try G_GNUC_UNUSED)
{
}

static void after_lock(VncLock *lock G_GNUC_UNUSED, bool try G_GNUC_UNUSED,
                       bool locked G_GNUC_UNUSED)
{
}

static void before_unlock(VncLock *lock G_GNUC_UNUSED)
{
}

static void after_unlock(VncLock *lock G_GNUC_UNUSED)
{
}
#endif

/* A wait is an unlock, then a lock. */
static void before_wait(VncLock *lock)
{
    before_unlock(lock);
    after_unlock(lock);
}

static void after_wait(VncLock *lock)
{
    before_lock(lock, false);
    after_lock(lock, false, true);
}

static _Thread_local bool is_worker;
static _Thread_local const VncLock *held;

void vnc_thread_become_worker(void)
{
    is_worker = true;
}

bool vnc_thread_is_worker(void)
{
    return is_worker;
}

void vnc_thread_stand_back(void)
{
#ifdef __linux__
    /* On Linux, nice() concerns the calling thread alone. 10 is half of the way down: on a busy
     * machine the thread still gets a tenth of what others get. */
    (void)!nice(10);
#endif
}

static void must_hold_none(const char *function, const VncLock *lock)
{
    if (G_UNLIKELY(held == lock)) {
        g_error("%s: this thread already holds lock %p", function, (const void *)lock);
    }
    if (G_UNLIKELY(held)) {
        g_error("%s: lock %p wanted while holding lock %p: locks never nest", function,
                (const void *)lock, (const void *)held);
    }
}

static void must_hold(const char *function, const VncLock *lock)
{
    if (G_UNLIKELY(held != lock)) {
        g_error("%s: this thread does not hold lock %p", function, (const void *)lock);
    }
}

void vnc_lock_init(VncLock *lock)
{
    g_mutex_init(&lock->mutex);
    created(lock);
}

void vnc_lock_clear(VncLock *lock)
{
    if (G_UNLIKELY(held == lock)) {
        g_error("vnc_lock_clear: this thread still holds lock %p", (const void *)lock);
    }
    destroyed(lock);
    g_mutex_clear(&lock->mutex);
}

void vnc_lock(VncLock *lock)
{
    must_hold_none("vnc_lock", lock);
    before_lock(lock, false);
    g_mutex_lock(&lock->mutex);
    after_lock(lock, false, true);
    held = lock;
}

bool vnc_trylock(VncLock *lock)
{
    bool locked;

    must_hold_none("vnc_trylock", lock);
    before_lock(lock, true);
    locked = g_mutex_trylock(&lock->mutex);
    after_lock(lock, true, locked);
    if (locked) {
        held = lock;
    }
    return locked;
}

void vnc_unlock(VncLock *lock)
{
    must_hold("vnc_unlock", lock);
    held = NULL;
    before_unlock(lock);
    g_mutex_unlock(&lock->mutex);
    after_unlock(lock);
}

void vnc_lock_wait(VncLock *lock, GCond *cond)
{
    must_hold("vnc_lock_wait", lock);
    before_wait(lock);
    g_cond_wait(cond, &lock->mutex);
    after_wait(lock);
}

bool vnc_lock_wait_until(VncLock *lock, GCond *cond, int64_t end_time)
{
    bool woken;

    must_hold("vnc_lock_wait_until", lock);
    before_wait(lock);
    woken = g_cond_wait_until(cond, &lock->mutex, end_time);
    after_wait(lock);
    return woken;
}

bool vnc_lock_is_mine(const VncLock *lock)
{
    return held == lock;
}

bool vnc_lock_none_held(void)
{
    return !held;
}
