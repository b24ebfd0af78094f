/*
 * Whether the guest's lock keys are on.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * BQL; owned by a keyboard. Nothing of QEMU here, so that a unit test can have it.
 *
 * What a LED shows is what counts: a guest changes its lock keys by itself, when it boots or
 * somebody types elsewhere. But a press shows by the time that the guest takes, and with some
 * guests never: those leave the count of presses.
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

/* A guest that shows its lock keys has shown a press by then, milliseconds of its time. */
#define VNC_LOCK_ANSWER_MS 2000

/* All zero: off. */
typedef struct VncLocks {
    struct {
        bool on;             /* as believed */
        bool lit;            /* its LED */
        unsigned unanswered; /* presses that the LED has not shown */
        int64_t pressed;     /* the guest's time, ms: the last one */
    } keys[VNC_LOCK_KEYS];
} VncLocks;

/* A lock key is pressed in the guest; its LED is so now. @now: the guest's time, ms */
void vnc_locks_press(VncLocks *locks, VncLockKey key, int64_t now);
void vnc_locks_see(VncLocks *locks, VncLockKey key, bool lit, int64_t now);

#endif
