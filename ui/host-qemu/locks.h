/*
 * Whether the guest's lock keys are on.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * BQL; owned by a keyboard. Free of QEMU's headers, for a unit test.
 *
 * The LED tells the state of a lock key: a guest changes its lock keys by itself, when it boots or
 * somebody types elsewhere. But the LED shows a press only after a while, and with some guests
 * never. For those guests presses are counted.
 */
#ifndef UI_HOST_QEMU_LOCKS_H
#define UI_HOST_QEMU_LOCKS_H

#include <stdbool.h>
#include <stdint.h>

typedef enum VncLockKey {
    VNC_LOCK_KEY_CAPS,
    VNC_LOCK_KEY_NUM,
    VNC_LOCK_KEYS,
} VncLockKey;

/* The LED of a guest that has one shows a press within this time, ms of the guest's time. */
#define VNC_LOCK_ANSWER_MS 2000

/* All zero: off. */
typedef struct VncLocks {
    struct {
        bool on;             /* as believed */
        bool lit;            /* its LED */
        unsigned unanswered; /* presses that the LED has not shown */
        int64_t pressed;     /* the guest's time, ms, of the last press */
    } keys[VNC_LOCK_KEYS];
} VncLocks;

/* A lock key is pressed in the guest. The guest shows its LED as @lit. @now: the guest's time,
 * ms. */
void vnc_locks_press(VncLocks *locks, VncLockKey key, int64_t now);
void vnc_locks_see(VncLocks *locks, VncLockKey key, bool lit, int64_t now);

#endif
