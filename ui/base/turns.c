/*
 * Turns: many things to work on, and a bound on the work of one iteration of the main loop.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread.
 */
#include "ui/base/turns.h"

#include "ui/base/source.h"
#include "ui/base/thread.h"

/* Units that each turn counts besides what it spends, so that every iteration ends. */
#define LEAST_UNITS 5

struct VncTurns {
    GSource *source;
    void (*take)(VncTurn *turn);
    GQueue ring;
    unsigned left; /* units, in this iteration */
    bool running;
};

typedef struct TurnsSource {
    GSource source; /* first */
    VncTurns *turns;
} TurnsSource;

/* An iteration begins. */
static gboolean prepare(GSource *source, int *timeout)
{
    VncTurns *turns = ((TurnsSource *)(void *)source)->turns;

    turns->left = VNC_TURNS_BUDGET;
    *timeout = -1;
    return FALSE;
}

static gboolean dispatch(GSource *source, GSourceFunc callback, void *opaque)
{
    (void)callback;
    (void)opaque;
    vnc_turns_run(((TurnsSource *)(void *)source)->turns);
    return G_SOURCE_CONTINUE;
}

VncTurns *vnc_turns_new(GMainContext *context, void (*take)(VncTurn *turn))
{
    static GSourceFuncs funcs = {.prepare = prepare, .dispatch = dispatch};
    VncTurns *turns = g_new0(VncTurns, 1);

    VNC_MAIN();
    turns->take = take;
    turns->left = VNC_TURNS_BUDGET;
    g_queue_init(&turns->ring);
    turns->source = g_source_new(&funcs, sizeof(TurnsSource));
    ((TurnsSource *)(void *)turns->source)->turns = turns;
    g_source_set_name(turns->source, "vnc-turns");
    g_source_attach(turns->source, context);
    return turns;
}

void vnc_turns_free(VncTurns *turns)
{
    if (!turns) {
        return;
    }
    VNC_MAIN();
    g_assert(g_queue_is_empty(&turns->ring));
    vnc_source_clear(&turns->source);
    g_free(turns);
}

void vnc_turns_mark(VncTurns *turns, VncTurn *turn)
{
    VNC_MAIN();
    if (!turn->link.data) {
        turn->link.data = turn;
        g_queue_push_tail_link(&turns->ring, &turn->link);
        g_source_set_ready_time(turns->source, 0);
    }
}

void vnc_turns_unmark(VncTurns *turns, VncTurn *turn)
{
    VNC_MAIN();
    if (turn->link.data) {
        g_queue_unlink(&turns->ring, &turn->link);
        turn->link.data = NULL;
    }
}

void vnc_turns_run(VncTurns *turns)
{
    VNC_MAIN();
    if (turns->running) {
        return;
    }
    turns->running = true;
    while (turns->left > 0 && !g_queue_is_empty(&turns->ring)) {
        VncTurn *turn = g_queue_peek_head(&turns->ring);

        vnc_turns_unmark(turns, turn);
        turns->take(turn);
        vnc_turns_spend(turns, LEAST_UNITS);
    }
    turns->running = false;
    g_source_set_ready_time(turns->source, g_queue_is_empty(&turns->ring) ? -1 : 0);
}

unsigned vnc_turns_spend(VncTurns *turns, unsigned units)
{
    VNC_MAIN();
    turns->left -= MIN(turns->left, units);
    return turns->left;
}
