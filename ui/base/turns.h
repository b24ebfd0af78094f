/*
 * Turns: many things to work on, and a bound on the work of one iteration of the main loop.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. A thing that has something to do is marked; marking it again has no effect. Each
 * marked one gets a turn, first come, first served. One that has more to do is marked again, and
 * comes after all others. When the work of an iteration is spent, the rest wait for the next
 * iteration; all other sources come before that.
 */
#ifndef UI_BASE_TURNS_H
#define UI_BASE_TURNS_H

#include <glib.h>
#include <stdbool.h>

/* Work is counted in units of about 0.1 us on a processor of 3 GHz. An iteration is to stay below 1
 * ms: the bound leaves room for slower processors, and for the last turn, which may exceed it. */
#define VNC_TURNS_BUDGET 4000

typedef struct VncTurns VncTurns;

/**
 * VncTurn: a thing's place in the ring. Zeroed at first; unmarked before it is freed.
 */
typedef struct VncTurn {
    GList link; /* data: this VncTurn; NULL: not marked */
} VncTurn;

/**
 * vnc_turns_new: create a ring whose source belongs to @context.
 *
 * @take: gives one its turn; it is no longer marked then
 */
VncTurns *vnc_turns_new(GMainContext *context, void (*take)(VncTurn *turn));
void vnc_turns_free(VncTurns *turns); /* nothing may be marked; accepts NULL */

void vnc_turns_mark(VncTurns *turns, VncTurn *turn);
void vnc_turns_unmark(VncTurns *turns, VncTurn *turn);

/**
 * vnc_turns_run: give turns at once, as far as this iteration's work allows. No effect within a
 * turn, because the ring goes on anyway.
 */
void vnc_turns_run(VncTurns *turns);

/* Count @units of work for this iteration. Returns how many are left. */
unsigned vnc_turns_spend(VncTurns *turns, unsigned units);

#endif
