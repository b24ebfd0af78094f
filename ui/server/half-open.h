/*
 * Which viewer is dropped when too many are in their login.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. Pure: numbers in, an index out.
 */
#ifndef UI_SERVER_HALF_OPEN_H
#define UI_SERVER_HALF_OPEN_H

#include <glib.h>
#include <stdint.h>

/**
 * VncRandom: a source of 32 random bits at a time. A zeroed one uses g_random_int().
 */
typedef struct VncRandom {
    uint32_t (*next)(void *data);
    void *data;
} VncRandom;

/* The greatest progress of a login: see vnc_state_progress(). */
#define VNC_PROGRESS_MAX 3

/**
 * VncHalfOpen: one viewer in its login.
 */
typedef struct VncHalfOpen {
    const char *source; /* see vnc_guess_source(); NULL: the viewer counts by itself */
    unsigned progress;  /* 0 to VNC_PROGRESS_MAX */
} VncHalfOpen;

/**
 * vnc_half_open_drop: choose the viewer to drop after a newcomer, the last of @all, has connected.
 *
 * - One source may hold three quarters of the places at most. If all places are taken, a viewer of
 *   the source that holds most of them is dropped.
 * - The choice within a source is random, so that no attacker can arrange to be spared. A viewer
 *   with more progress is far less likely to be dropped: it may be typing a password, which viewers
 *   that only occupy places never do.
 * - The viewer with most progress, the oldest of several, is never dropped, unless its progress
 *   is 0.
 * - The newcomer has had no time to say anything. It is dropped only if all others have made more
 *   progress. If their source is another one, the newcomer is no more likely to be dropped than
 *   they are.
 *
 * @all: oldest first
 * @most: places, 1 at least
 *
 * Returns an index; -1: none is dropped.
 */
int vnc_half_open_drop(const VncHalfOpen *all, unsigned n, unsigned most, const VncRandom *random);

#endif
