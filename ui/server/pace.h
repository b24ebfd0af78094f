/*
 * When the screen is compared next.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. Pure: the caller passes the events and the time.
 */
#ifndef UI_SERVER_PACE_H
#define UI_SERVER_PACE_H

#include <stdbool.h>
#include <stdint.h>

/* Intervals, milliseconds. After a change the next refresh waits for REST, which bounds the updates
 * a second. Afterwards the screen is compared after one PARTth of the time for which nothing has
 * happened. So the next change is seen late by a sixth of the pause before it, and by SLOW at most.
 *
 * KEEN is the shortest interval when little has changed. Typed text and a moving cursor should be
 * seen at once, which is worth more comparisons. A large picture takes its time anyway.
 *
 * While no viewer can be sent anything, the host is called, so that it reports damage, but the
 * screen is not compared. A viewer that then begins to wait gets a refresh after WAKE. */
#define VNC_REFRESH_REST_MS 16
#define VNC_REFRESH_KEEN_MS 5
#define VNC_REFRESH_SLOW_MS 2000
#define VNC_REFRESH_WAKE_MS 1
#define VNC_REFRESH_PART    6

/* A change is little up to one LITTLEth of the screen. */
#define VNC_REFRESH_LITTLE 32

/**
 * VncPace: the latest events.
 */
typedef struct VncPace {
    int64_t rest_until; /* clock, us: no refresh before that */
    int64_t event_at;   /* clock, us: the last change, key or pointer event */
    bool large;         /* that event was a change of much of the screen */
    bool damaged;       /* the host has reported damage since the last refresh */
    bool dozing;        /* the last refresh compared nothing, as no viewer waited */
} VncPace;

/* A refresh has found @cells of @all changed. @now, here and below: clock, us. */
void vnc_pace_changed(VncPace *pace, unsigned cells, unsigned all, int64_t now);
/* A viewer has sent input, or waits for an update: the next change is likely to be little. */
void vnc_pace_expect(VncPace *pace, int64_t now);

/* Milliseconds from one refresh to the next. @awaited: a viewer could be sent an update now. */
unsigned vnc_pace_interval(const VncPace *pace, bool awaited, int64_t now);

#endif
