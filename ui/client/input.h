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

/* What a viewer points at comes back as the guest's pointer. This long after it has pointed last,
 * the guest's is where the guest wants it. */
#define VNC_POINTER_ECHO_US 300000

/* The event of a key or pointer message. */
VncInputEvent vnc_input_event(const VncMessage *message);

typedef struct VncHeldKey {
    uint32_t keysym, keycode;
} VncHeldKey;

/**
 * VncInput: of one viewer.
 */
typedef struct VncInput {
    const VncClientContext *context;
    /* kept by the viewer's owner of these facts */
    bool barred;             /* nothing is passed on: it may only look, or is gone */
    bool knows_leds;         /* it has listed the LEDs' encoding */
    bool knows_pointer_type; /* it has listed that of PointerTypeChange */
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

/* Pass on what waits up to the next key, and that. Returns how many events; 0 if the host takes
 * nothing now. */
unsigned vnc_input_pass_ahead(VncInput *input);

/* Release what the viewer holds down. */
void vnc_input_release(VncInput *input);

/* The guest's pointer is another one: absolute, or relative. The last position means nothing to
 * it. */
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
