/*
 * Who is dropped when too many are in their login.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. Pure: it looks at numbers and says which.
 */
#ifndef UI_SERVER_HALF_OPEN_H
#define UI_SERVER_HALF_OPEN_H

#include <glib.h>
#include <stdint.h>

/**
 * VncRandom: 32 random bits at a time. A zeroed one is g_random_int().
 */
typedef struct VncRandom {
    uint32_t (*next)(void *data);
    void *data;
} VncRandom;

/* How far a login may have got, at the most: see vnc_state_progress(). */
#define VNC_PROGRESS_MAX 3

/**
 * VncHalfOpen: one that is in its login.
 */
typedef struct VncHalfOpen {
    const char *source; /* who counts as one; NULL: it counts for itself */
    unsigned progress;  /* 0 to VNC_PROGRESS_MAX */
} VncHalfOpen;

/**
 * vnc_half_open_drop: one has just come, the last of @all. Who has to go?
 *
 * One source has three quarters of the places at the most, and if all places are taken it is one of
 * the source that has most of them. Of a source's the choice is random, so that nobody can arrange
 * to be spared; but the further one has got the less likely it is by far: somebody may be typing a
 * password, which those who only take places never do. Never is it the one that has got furthest,
 * of several the oldest, unless it has got nowhere; and the one that has just come, and has had no
 * time to say anything, only if all others have got further, and from another source than theirs no
 * more likely than these.
 *
 * @all: oldest first
 * @most: places, 1 at least
 *
 * Returns its index; -1: nobody.
 */
int vnc_half_open_drop(const VncHalfOpen *all, unsigned n, unsigned most, const VncRandom *random);

#endif
