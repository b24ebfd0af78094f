/*
 * Turns: many things that want to be worked on, and a bound of what one iteration of the main loop
 * does for them.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. Whoever has something to do is marked, once, however often that is said. The marked
 * ones have a turn each, first come, first served; one that has more to do is marked again and
 * comes after all others. When an iteration's work is spent, the rest wait for the next iteration,
 * before which all other sources have had theirs.
 */
#ifndef UI_BASE_TURNS_H
#define UI_BASE_TURNS_H

#include <glib.h>
#include <stdbool.h>

/* Work is counted in units of about 0.1 us, on a processor of 3 GHz. The bound leaves room for
 * slower ones, and for the turn that is had last: an iteration is to stay below 1 ms. */
#define VNC_TURNS_BUDGET 4000

typedef struct VncTurns VncTurns;

/**
 * VncTurn: somebody's place in the ring. Zeroed at first; unmarked before it is freed.
 */
typedef struct VncTurn {
    GList link; /* its data: the VncTurn; NULL: not marked */
} VncTurn;

/**
 * vnc_turns_new: a ring whose source belongs to @context.
 *
 * @take: has the turn of one, which is no longer marked then
 */
VncTurns *vnc_turns_new(GMainContext *context, void (*take)(VncTurn *turn));
void vnc_turns_free(VncTurns *turns); /* nobody is marked; accepts NULL */

void vnc_turns_mark(VncTurns *turns, VncTurn *turn);
void vnc_turns_unmark(VncTurns *turns, VncTurn *turn);

/**
 * vnc_turns_run: have turns at once, as far as this iteration's work allows. Within a turn:
 * nothing, as the ring goes on anyway.
 */
void vnc_turns_run(VncTurns *turns);

/* So much work has been done in this iteration. Returns how much is left, units. */
unsigned vnc_turns_spend(VncTurns *turns, unsigned units);

#endif
