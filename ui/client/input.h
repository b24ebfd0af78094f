/*
 * Keys and pointer of a viewer, on their way to the host.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. Remembers what the viewer holds down, to release it when it leaves, and where it
 * points.
 */
#ifndef UI_CLIENT_INPUT_H
#define UI_CLIENT_INPUT_H

#include "ui/client/ahead.h"
#include "ui/client/context.h"
#include "ui/rfb/read.h"

/* Keys a viewer can hold down at once; further ones are passed on, but not released for it. */
#define VNC_MAX_HELD_KEYS 64

/* Where a viewer points, the guest's pointer goes, a little later. Once the viewer has not pointed
 * for this long, the guest's pointer is where the guest itself has put it. */
#define VNC_POINTER_ECHO_US 300000

/* The event of a key or pointer message. */
VncInputEvent vnc_input_event(const VncMessage *message);

typedef struct VncHeldKey {
    uint32_t keysym, keycode;
} VncHeldKey;

/**
 * VncInput: the keys and the pointer of one viewer.
 */
typedef struct VncInput {
    const VncClientContext *context;
    /* set from outside */
    bool barred;             /* pass nothing on: the viewer may only look, or has gone */
    bool knows_leds;         /* the viewer has listed the LED state's encoding */
    bool knows_pointer_type; /* the viewer has listed PointerTypeChange's encoding */
    bool told_absolute;      /* what the last PointerTypeChange said */
    /* its own */
    VncAhead ahead;
    VncHeldKey held[VNC_MAX_HELD_KEYS];
    unsigned n_held;
    unsigned buttons;         /* VncButtons, as held down */
    int pointer_x, pointer_y; /* last position, pixels; -1: none yet */
    bool has_pointed;         /* since the last vnc_input_follow() */
    int64_t echo_until;       /* clock, us: no news of the guest's pointer before that */
    bool guest_pointed; /* the guest's pointer has moved, which the viewer may have to be told */
} VncInput;

void vnc_input_init(VncInput *input, const VncClientContext *context);
void vnc_input_clear(VncInput *input);

/* An event has come: it is passed on at once, or has to wait. The host may do anything then. */
void vnc_input_take(VncInput *input, const VncInputEvent *event);

/* Pass waiting events on, up to the next key and including it. Returns how many; 0 if the host
 * takes none now. */
unsigned vnc_input_pass_ahead(VncInput *input);

/* Release what the viewer holds down. */
void vnc_input_release(VncInput *input);

/* The guest's pointer has become absolute, or relative: the last position has lost its meaning. */
void vnc_input_forget_position(VncInput *input);

/* Whether the viewer's coordinates are distances, as far as it has been told. */
bool vnc_input_is_relative(const VncInput *input);

/* A refresh, at @now (clock, us): whether the viewer is to be told where the guest's pointer is. */
bool vnc_input_follow(VncInput *input, int64_t now);

/**
 * vnc_input_tell_position: the viewer is about to be told where the guest's pointer is: *@x, *@y.
 * Returns false if it has pointed elsewhere meanwhile: not now.
 */
bool vnc_input_tell_position(VncInput *input, int *x, int *y);

#endif
