/*
 * A viewer, put together of its parts: for the four files that may see all of it.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * client.c hears events and ends viewers; notices.c hears the server; messages.c hands what a
 * viewer says to its parts; update.c sends what they have to tell. A part (every other file of this
 * folder) does not know of the viewer: it cannot send or end it, but only note what follows from a
 * change of its own.
 */
#ifndef UI_CLIENT_CLIENT_PRIVATE_H
#define UI_CLIENT_CLIENT_PRIVATE_H

#include "ui/client/audio.h"
#include "ui/client/cut-text.h"
#include "ui/client/idle.h"
#include "ui/client/input.h"
#include "ui/client/login.h"
#include "ui/client/news.h"
#include "ui/client/picture.h"
#include "ui/client/pseudo.h"
#include "ui/client/wire.h"
#include "ui/client/wishes.h"
#include "ui/enc/encoders.h"

/* What the host does with a key or a pointer event; units as in VncTurns. */
#define VNC_INPUT_UNITS 50

struct VncState {
    VncJobOwner owner; /* first; its own regimes: see job.h */

    /* immutable */
    VncClientContext context;

    /* main thread */
    int refs;
    enum {
        VNC_STATE_HANDSHAKE,
        VNC_STATE_NORMAL,
        VNC_STATE_LEAVING, /* to be ended when it is settled; see `why` */
        VNC_STATE_GONE,    /* disconnected; waits for the last reference */
    } phase;
    bool initialized; /* has been admitted, even if gone since */
    bool view_only;   /* what it types and points at is ignored */
    bool left;        /* it has hung up: it goes when what it has typed has been passed on */
    char *why;        /* it is leaving, for the log; NULL: by itself */
    VncTurn turn;     /* to be worked on */

    VncWire wire;
    VncLoginFlow login;
    VncWishes wishes;
    VncNews news;
    VncPicture picture;
    VncInput input;
    VncAudio audio;
    VncCutText cut_text;
    VncIdle idle;

    VncJob *job; /* to be filled; NULL while in flight */
    VncEncoderStates states;
};

/* Something has changed that may be to be told, or acted upon. */
static inline void vnc_state_mark(VncState *vs)
{
    if (vs->phase != VNC_STATE_GONE) {
        vnc_turns_mark(vs->context.turns, &vs->turn);
    }
}

/* Whether it is admitted, and not about to leave. */
static inline bool vnc_state_is_in(const VncState *vs)
{
    return vs->phase == VNC_STATE_NORMAL;
}

/**
 * vnc_state_handle: messages.c: hand @message to the parts that it concerns.
 *
 * Returns how much work it was, units as in VncTurns.
 */
unsigned vnc_state_handle(VncState *vs, const VncMessage *message);

/**
 * vnc_state_update: update.c: send the viewer what it waits for, if it can be done now: at most one
 * update with pixels.
 *
 * Returns how much work it was, units as in VncTurns.
 */
unsigned vnc_state_update(VncState *vs);

#endif
