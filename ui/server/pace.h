/*
 * When is the screen looked at next?
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. Pure: it is told what happens, and the time.
 */
#ifndef UI_SERVER_PACE_H
#define UI_SERVER_PACE_H

#include <stdbool.h>
#include <stdint.h>

/* Intervals, milliseconds. After a change a viewer gets no other one for REST: so many updates a
 * second at the most. Then the screen is looked at again after a sixth of the time for which
 * nothing has happened: so the next change is seen late by a sixth of the pause before it, and
 * never more than SLOW. KEEN is the shortest pause when little has changed: to see what is typed,
 * or a cursor that moves, at once is worth more looks than to see a large picture at once, which
 * takes its time anyway. While no viewer can be sent anything the host is called, so that it tells
 * of damage, but the screen is not looked at; whoever then waits gets a look at once, by WAKE. */
#define VNC_REFRESH_REST_MS 16
#define VNC_REFRESH_KEEN_MS 5
#define VNC_REFRESH_SLOW_MS 2000
#define VNC_REFRESH_WAKE_MS 1
#define VNC_REFRESH_PART    6

/* Little: this part of the screen, at the most. */
#define VNC_REFRESH_LITTLE 32

/**
 * VncPace: what has happened lately.
 */
typedef struct VncPace {
    int64_t rest_until; /* clock, us: no refresh before that */
    int64_t event_at;   /* clock, us: the last change, key or pointer event */
    bool large;         /* it was a change of much of the screen */
    bool damaged;       /* the host has said so since the last refresh */
    bool dozing;        /* the last refresh has not looked, as no viewer waited */
} VncPace;

/* A refresh has found @cells of @all changed. */
void vnc_pace_changed(VncPace *pace, unsigned cells, unsigned all, int64_t now);
/* A viewer has typed or pointed, or waits: what follows from it is likely to be little. */
void vnc_pace_expect(VncPace *pace, int64_t now);

/* Milliseconds from one refresh to the next. @awaited: a viewer could be sent what a look at the
 * screen finds. */
unsigned vnc_pace_interval(const VncPace *pace, bool awaited, int64_t now);

#endif
