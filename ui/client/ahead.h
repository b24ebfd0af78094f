/*
 * What a viewer has typed and pointed at faster than the host takes it.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pure. All else that the viewer says overtakes it, so that its picture goes on.
 */
#ifndef UI_CLIENT_AHEAD_H
#define UI_CLIENT_AHEAD_H

#include "ui/base/buffer.h"
#include "ui/vnc-types.h"

/**
 * VncInputEvent: a key or pointer event, as in VncMessage.
 */
typedef struct VncInputEvent {
    uint32_t keysym, keycode;
    uint16_t x, y, buttons;
    bool is_key, down;
} VncInputEvent;

/* Whether it does no more than to say where the pointer is now: of several the last one counts. */
bool vnc_input_event_is_position(const VncInputEvent *event);

/* Events that may wait; a viewer that has more is not listened to. */
#define VNC_MAX_AHEAD 8192

/**
 * VncAhead: events that wait, in the viewer's order. Zeroed: none.
 */
typedef struct VncAhead {
    VncBuffer events; /* VncInputEvent */
} VncAhead;

void vnc_ahead_init(VncAhead *ahead);
void vnc_ahead_clear(VncAhead *ahead);

static inline bool vnc_ahead_is_empty(const VncAhead *ahead)
{
    return ahead->events.len == 0;
}

static inline bool vnc_ahead_is_full(const VncAhead *ahead)
{
    return ahead->events.len >= VNC_MAX_AHEAD * sizeof(VncInputEvent);
}

/* @event has to wait. Of a pointer that only moves the last place counts. */
void vnc_ahead_add(VncAhead *ahead, const VncInputEvent *event);

/* The first of them, which there is; take it away. */
VncInputEvent vnc_ahead_first(const VncAhead *ahead);
void vnc_ahead_drop_first(VncAhead *ahead);

#endif
