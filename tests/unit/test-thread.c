/*
 * Thread regimes and locks: their rules, and that ThreadSanitizer understands them.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Each test starts and joins threads of its own. Calls that must abort run in a subprocess.
 */
#include "ui/base/thread.h"

#if defined(__SANITIZE_THREAD__)
#define WITH_TSAN true
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define WITH_TSAN true
#endif
#endif
#ifndef WITH_TSAN
#define WITH_TSAN false
#endif

#define ROUNDS 20000

typedef struct Shared {
    VncLock lock;
    GCond cond;
    /* lock */
    int value;
    bool full;
} Shared;

static void shared_init(Shared *shared)
{
    vnc_lock_init(&shared->lock);
    g_cond_init(&shared->cond);
    shared->value = 0;
    shared->full = false;
}

static void shared_clear(Shared *shared)
{
    g_cond_clear(&shared->cond);
    vnc_lock_clear(&shared->lock);
}

static void *become_worker(void *data G_GNUC_UNUSED)
{
    g_assert_false(vnc_thread_is_worker());
    VNC_MAIN();
    vnc_thread_become_worker();
    g_assert_true(vnc_thread_is_worker());
    VNC_WORKER();
    return NULL;
}

static void test_regimes(void)
{
    VNC_MAIN();
    g_thread_join(g_thread_new("worker", become_worker, NULL));
    g_assert_false(vnc_thread_is_worker());
    g_thread_join(g_thread_new("worker", become_worker, NULL));
}

static void *add_locked(void *data)
{
    Shared *shared = data;
    int i;

    for (i = 0; i < ROUNDS; i++) {
        vnc_lock(&shared->lock);
        shared->value++;
        vnc_unlock(&shared->lock);
    }
    return NULL;
}

static void test_exclusion(void)
{
    Shared shared;
    GThread *thread;

    shared_init(&shared);
    thread = g_thread_new("add", add_locked, &shared);
    add_locked(&shared);
    g_thread_join(thread);
    g_assert_cmpint(shared.value, ==, 2 * ROUNDS);
    shared_clear(&shared);
}

static void *add_tried(void *data)
{
    Shared *shared = data;
    int i;

    for (i = 0; i < ROUNDS;) {
        if (vnc_trylock(&shared->lock)) {
            g_assert_true(vnc_lock_is_mine(&shared->lock));
            shared->value++;
            vnc_unlock(&shared->lock);
            i++;
        } else {
            g_assert_true(vnc_lock_none_held());
            g_thread_yield();
        }
    }
    return NULL;
}

static void test_try_exclusion(void)
{
    Shared shared;
    GThread *thread;

    shared_init(&shared);
    thread = g_thread_new("try", add_tried, &shared);
    add_locked(&shared);
    g_thread_join(thread);
    g_assert_cmpint(shared.value, ==, 2 * ROUNDS);
    shared_clear(&shared);
}

static void *try_once(void *data)
{
    Shared *shared = data;
    bool locked = vnc_trylock(&shared->lock);

    if (locked) {
        vnc_unlock(&shared->lock);
    }
    return GINT_TO_POINTER(locked);
}

static void test_held(void)
{
    Shared a, b;

    shared_init(&a);
    shared_init(&b);
    g_assert_true(vnc_lock_none_held());
    g_assert_false(vnc_lock_is_mine(&a.lock));
    vnc_lock(&a.lock);
    g_assert_false(vnc_lock_none_held());
    g_assert_true(vnc_lock_is_mine(&a.lock));
    g_assert_false(vnc_lock_is_mine(&b.lock));
    g_assert_null(g_thread_join(g_thread_new("try", try_once, &a)));
    g_assert_nonnull(g_thread_join(g_thread_new("try", try_once, &b)));
    vnc_unlock(&a.lock);
    g_assert_true(vnc_lock_none_held());
    g_assert_nonnull(g_thread_join(g_thread_new("try", try_once, &a)));
    shared_clear(&a);
    shared_clear(&b);
}

/* Wait until the slot is full or empty as wanted, fill or empty it, wake the other side. */
static int exchange(Shared *shared, bool fill, int value)
{
    vnc_lock(&shared->lock);
    while (shared->full == fill) {
        vnc_lock_wait(&shared->lock, &shared->cond);
        g_assert_true(vnc_lock_is_mine(&shared->lock));
    }
    shared->full = fill;
    if (fill) {
        shared->value = value;
    }
    value = shared->value;
    g_cond_signal(&shared->cond);
    vnc_unlock(&shared->lock);
    return value;
}

static void *produce(void *data)
{
    int i;

    for (i = 0; i < ROUNDS; i++) {
        exchange(data, true, i);
    }
    return NULL;
}

static void test_wait(void)
{
    Shared shared;
    GThread *thread;
    int i;

    shared_init(&shared);
    thread = g_thread_new("produce", produce, &shared);
    for (i = 0; i < ROUNDS; i++) {
        g_assert_cmpint(exchange(&shared, false, 0), ==, i);
    }
    g_thread_join(thread);
    shared_clear(&shared);
}

static void *set_full(void *data)
{
    Shared *shared = data;

    vnc_lock(&shared->lock);
    shared->full = true;
    g_cond_signal(&shared->cond);
    vnc_unlock(&shared->lock);
    return NULL;
}

static void test_wait_until(void)
{
    Shared shared;
    GThread *thread;
    int64_t end;

    shared_init(&shared);
    vnc_lock(&shared.lock);
    end = g_get_monotonic_time() + 2000;
    while (vnc_lock_wait_until(&shared.lock, &shared.cond, end)) {
        g_assert_true(vnc_lock_is_mine(&shared.lock));
    }
    g_assert_cmpint(g_get_monotonic_time(), >=, end);
    g_assert_true(vnc_lock_is_mine(&shared.lock));

    thread = g_thread_new("set", set_full, &shared);
    end = g_get_monotonic_time() + 600 * G_TIME_SPAN_SECOND;
    while (!shared.full) {
        g_assert_true(vnc_lock_wait_until(&shared.lock, &shared.cond, end));
    }
    vnc_unlock(&shared.lock);
    g_thread_join(thread);
    shared_clear(&shared);
}

static void misuse_nest(void)
{
    Shared a, b;

    shared_init(&a);
    shared_init(&b);
    vnc_lock(&a.lock);
    vnc_lock(&b.lock);
}

static void misuse_nest_try(void)
{
    Shared a, b;

    shared_init(&a);
    shared_init(&b);
    vnc_lock(&a.lock);
    vnc_trylock(&b.lock);
}

static void misuse_twice(void)
{
    Shared shared;

    shared_init(&shared);
    vnc_lock(&shared.lock);
    vnc_lock(&shared.lock);
}

static void misuse_unlock(void)
{
    Shared shared;

    shared_init(&shared);
    vnc_unlock(&shared.lock);
}

static void misuse_unlock_other(void)
{
    Shared a, b;

    shared_init(&a);
    shared_init(&b);
    vnc_lock(&a.lock);
    vnc_unlock(&b.lock);
}

static void misuse_wait(void)
{
    Shared shared;

    shared_init(&shared);
    vnc_lock_wait(&shared.lock, &shared.cond);
}

static void misuse_clear(void)
{
    Shared shared;

    shared_init(&shared);
    vnc_lock(&shared.lock);
    vnc_lock_clear(&shared.lock);
}

static void misuse_main(void)
{
    vnc_thread_become_worker();
    VNC_MAIN();
}

static void misuse_worker(void)
{
    VNC_WORKER();
}

static const struct {
    const char *name, *message;
    GTestFunc run;
} misuses[] = {
    {"nest", "*vnc_lock: *locks never nest*", misuse_nest},
    {"nest-try", "*vnc_trylock: *locks never nest*", misuse_nest_try},
    {"twice", "*vnc_lock: this thread already holds*", misuse_twice},
    {"unlock", "*vnc_unlock: this thread does not hold*", misuse_unlock},
    {"unlock-other", "*vnc_unlock: this thread does not hold*", misuse_unlock_other},
    {"wait", "*vnc_lock_wait: this thread does not hold*", misuse_wait},
    {"clear", "*vnc_lock_clear: this thread still holds*", misuse_clear},
    {"main", "*!vnc_thread_is_worker*", misuse_main},
    {"worker", "*vnc_thread_is_worker*", misuse_worker},
};

static void test_misuse(void)
{
    size_t i;

    for (i = 0; i < G_N_ELEMENTS(misuses); i++) {
        g_autofree char *path = g_strdup_printf("/thread/misuse/subprocess/%s", misuses[i].name);

        g_test_trap_subprocess(path, 0, 0);
        g_test_trap_assert_failed();
        g_test_trap_assert_stderr(misuses[i].message);
    }
}

/* Two accesses that the clock orders, since a sanitizer may miss two at the very same moment, but
 * nothing else does. Not on the stack: clang 14 does not watch parts of a struct there. */
typedef struct Race {
    Shared shared;
    VncLock other;
    int first_done; /* atomic, relaxed */
} Race;

static void *add_unlocked(void *data)
{
    Race *race = data;

    race->shared.value++;
    __atomic_store_n(&race->first_done, 1, __ATOMIC_RELAXED);
    return NULL;
}

static void *add_once_locked(void *data)
{
    Race *race = data;

    vnc_lock(&race->shared.lock);
    race->shared.value++;
    vnc_unlock(&race->shared.lock);
    __atomic_store_n(&race->first_done, 1, __ATOMIC_RELAXED);
    return NULL;
}

static void run_race(GThreadFunc first, bool lock_other)
{
    Race *race = g_new0(Race, 1);
    GThread *thread;

    shared_init(&race->shared);
    vnc_lock_init(&race->other);
    thread = g_thread_new("race", first, race);
    while (!__atomic_load_n(&race->first_done, __ATOMIC_RELAXED)) {
        g_thread_yield();
    }
    if (lock_other) {
        vnc_lock(&race->other);
    }
    race->shared.value++;
    if (lock_other) {
        vnc_unlock(&race->other);
    }
    g_thread_join(thread);
    vnc_lock_clear(&race->other);
    shared_clear(&race->shared);
    g_free(race);
}

static void race_unlocked(void)
{
    run_race(add_unlocked, false);
}

static void race_two_locks(void)
{
    run_race(add_once_locked, true);
}

static void race_none(void)
{
    test_exclusion();
    test_try_exclusion();
    test_wait();
    test_wait_until();
}

/* A sanitizer that reported nothing would look just like one that found nothing. */
static void test_races_seen(void)
{
    if (!WITH_TSAN) {
        g_test_skip("not built with ThreadSanitizer");
        return;
    }
    g_test_trap_subprocess("/thread/races-seen/subprocess/unlocked", 0, 0);
    g_test_trap_assert_failed();
    g_test_trap_assert_stderr("*data race*");
    g_test_trap_subprocess("/thread/races-seen/subprocess/two-locks", 0, 0);
    g_test_trap_assert_failed();
    g_test_trap_assert_stderr("*data race*");
    g_test_trap_subprocess("/thread/races-seen/subprocess/none", 0, 0);
    g_test_trap_assert_passed();
    g_test_trap_assert_stderr_unmatched("*data race*");
}

int main(int argc, char **argv)
{
    size_t i;

    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/thread/regimes", test_regimes);
    g_test_add_func("/thread/exclusion", test_exclusion);
    g_test_add_func("/thread/try-exclusion", test_try_exclusion);
    g_test_add_func("/thread/held", test_held);
    g_test_add_func("/thread/wait", test_wait);
    g_test_add_func("/thread/wait-until", test_wait_until);
    g_test_add_func("/thread/misuse", test_misuse);
    for (i = 0; i < G_N_ELEMENTS(misuses); i++) {
        g_autofree char *path = g_strdup_printf("/thread/misuse/subprocess/%s", misuses[i].name);

        g_test_add_func(path, misuses[i].run);
    }
    g_test_add_func("/thread/races-seen", test_races_seen);
    g_test_add_func("/thread/races-seen/subprocess/unlocked", race_unlocked);
    g_test_add_func("/thread/races-seen/subprocess/two-locks", race_two_locks);
    g_test_add_func("/thread/races-seen/subprocess/none", race_none);
    return g_test_run();
}
