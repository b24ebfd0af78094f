/*
 * Keys and pointer events of a viewer that wait because the host takes no more.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pure.
 */
#include "ui/client/ahead.h"

#include <string.h>

bool vnc_input_event_is_position(const VncInputEvent *event)
{
    /* A relative event's coordinates are VNC_MAX_SIDE or more. */
    return !event->is_key && event->x < VNC_MAX_SIDE && event->y < VNC_MAX_SIDE;
}

void vnc_ahead_init(VncAhead *ahead)
{
    *ahead = (VncAhead){.events = {.secret = true}};
}

void vnc_ahead_clear(VncAhead *ahead)
{
    vnc_buffer_clear(&ahead->events);
}

static bool put_in_place(VncAhead *ahead, const VncInputEvent *event)
{
    VncBuffer *events = &ahead->events;
    VncInputEvent last;

    if (events->len == 0 || !vnc_input_event_is_position(event)) {
        return false;
    }
    memcpy(&last, vnc_buffer_bytes(events) + events->len - sizeof(last), sizeof(last));
    if (!vnc_input_event_is_position(&last) || last.buttons != event->buttons) {
        return false;
    }
    events->len -= sizeof(last);
    vnc_buffer_append(events, event, sizeof(*event));
    return true;
}

void vnc_ahead_add(VncAhead *ahead, const VncInputEvent *event)
{
    if (!put_in_place(ahead, event)) {
        vnc_buffer_append(&ahead->events, event, sizeof(*event));
    }
}

VncInputEvent vnc_ahead_first(const VncAhead *ahead)
{
    VncInputEvent event;

    g_assert(!vnc_ahead_is_empty(ahead));
    memcpy(&event, vnc_buffer_bytes(&ahead->events), sizeof(event));
    return event;
}

void vnc_ahead_drop_first(VncAhead *ahead)
{
    vnc_buffer_consume(&ahead->events, sizeof(VncInputEvent));
    if (vnc_ahead_is_empty(ahead)) {
        vnc_buffer_clear(&ahead->events);
    }
}
