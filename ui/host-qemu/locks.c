/*
 * Whether the guest's lock keys are on: see locks.h.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "locks.h"

void vnc_locks_press(VncLocks *locks, VncLockKey key, int64_t now)
{
    locks->keys[key].on = !locks->keys[key].on;
    locks->keys[key].unanswered++;
    locks->keys[key].pressed = now;
}

void vnc_locks_see(VncLocks *locks, VncLockKey key, bool lit, int64_t now)
{
    if (now - locks->keys[key].pressed > VNC_LOCK_ANSWER_MS) {
        locks->keys[key].unanswered = 0;
    } else if (locks->keys[key].unanswered > 0 && lit != locks->keys[key].lit) {
        locks->keys[key].unanswered--;
    }
    locks->keys[key].lit = lit;
    if (locks->keys[key].unanswered == 0) {
        locks->keys[key].on = lit;
    }
}
