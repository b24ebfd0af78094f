/*
 * Keys and pointer of a viewer, on their way to the host.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. Remembers what the viewer holds down, to release it when it leaves.
 */
#include "ui/client/client-private.h"

/* In relative mode a coordinate is a distance, counted from here. */
#define RELATIVE_ORIGIN 0x7fff

static bool same_key(const VncHeldKey *held, uint32_t keysym, uint32_t keycode)
{
    /* The keysym of one key differs between press and release when a modifier changes. */
    return keycode ? held->keycode == keycode : !held->keycode && held->keysym == keysym;
}

static void remember_key(VncState *vs, bool down, uint32_t keysym, uint32_t keycode)
{
    unsigned i = 0;

    while (i < vs->n_held && !same_key(&vs->held[i], keysym, keycode)) {
        i++;
    }
    if (down && i == vs->n_held && i < VNC_MAX_HELD_KEYS) {
        vs->held[vs->n_held++] = (VncHeldKey){keysym, keycode};
    } else if (!down && i < vs->n_held) {
        vs->held[i] = vs->held[--vs->n_held];
    }
}

static void send_key(VncState *vs, bool down, uint32_t keysym, uint32_t keycode)
{
    VncKeyEvent event = {
        .down = down,
        .keysym = keysym,
        .keycode = keycode,
        .leds_known = vs->features.led_state,
    };

    vs->context.host_ops->key(vs->context.host, &event);
}

void vnc_state_key(VncState *vs, bool down, uint32_t keysym, uint32_t keycode)
{
    remember_key(vs, down, keysym, keycode);
    send_key(vs, down, keysym, keycode);
    vs->context.ops->active(vs->context.server);
}

bool vnc_state_points_relatively(const VncState *vs)
{
    return vs->features.pointer_type && !vs->told_absolute;
}

static bool is_near_origin(int distance)
{
    return ABS(distance - RELATIVE_ORIGIN) < VNC_MAX_SIDE;
}

/* Whether these coordinates are distances. What a viewer sends follows what it is told with a delay, so that the
 * mixed cases happen: but no screen reaches as far as the origin of distances, and none leads as far as a screen. */
static bool are_distances(const VncState *vs, int x, int y)
{
    if (!vs->features.pointer_type) {
        return false;
    }
    if (is_near_origin(x) && is_near_origin(y)) {
        return true;
    }
    return !vs->told_absolute && (x >= VNC_MAX_SIDE || y >= VNC_MAX_SIDE);
}

/* The screen may have shrunk since the viewer has pointed. */
static void tell_position(VncState *vs)
{
    const VncSurface *surface = vs->context.screen->surface;

    vs->pointer_x = MIN(vs->pointer_x, surface->width - 1);
    vs->pointer_y = MIN(vs->pointer_y, surface->height - 1);
    vs->context.host_ops->pointer_absolute(vs->context.host, vs->pointer_x, vs->pointer_y,
                                           vs->buttons);
}

static void point(VncState *vs, int x, int y)
{
    const VncSurface *surface = vs->context.screen->surface;
    int dx = 0, dy = 0;

    if (are_distances(vs, x, y)) {
        dx = x - RELATIVE_ORIGIN;
        dy = y - RELATIVE_ORIGIN;
    } else {
        x = CLAMP(x, 0, surface->width - 1);
        y = CLAMP(y, 0, surface->height - 1);
        if (vs->pointer_x >= 0) {
            dx = x - vs->pointer_x;
            dy = y - vs->pointer_y;
        }
        vs->pointer_x = x;
        vs->pointer_y = y;
    }
    if (!vs->context.screen->absolute) {
        vs->context.host_ops->pointer_relative(vs->context.host, dx, dy, vs->buttons);
    } else if (vs->pointer_x >= 0) {
        tell_position(vs);
    }
}

void vnc_state_pointer(VncState *vs, int x, int y, unsigned buttons)
{
    vs->buttons = buttons;
    vs->pointed = INT64_MAX;
    point(vs, x, y);
    vs->context.ops->active(vs->context.server);
}

void vnc_state_pointer_moved(VncState *vs)
{
    vs->guest_pointed = true;
}

void vnc_state_follow_pointer(VncState *vs, int64_t now)
{
    const VncScreen *screen = vs->context.screen;
    bool relative = vnc_state_points_relatively(vs);

    if (vs->pointed == INT64_MAX) {
        vs->pointed = now;
    }
    if (!vs->guest_pointed || (!relative && now - vs->pointed < VNC_POINTER_ECHO_US)) {
        return;
    }
    vs->guest_pointed = false;
    if (vs->features.pointer_position && screen->pointer_x >= 0 &&
        (relative || screen->pointer_x != vs->pointer_x || screen->pointer_y != vs->pointer_y)) {
        vs->pending |= VNC_PENDING_POINTER_POSITION;
    }
}

void vnc_state_release_input(VncState *vs)
{
    while (vs->n_held > 0) {
        VncHeldKey held = vs->held[--vs->n_held];

        send_key(vs, false, held.keysym, held.keycode);
    }
    if (vs->buttons) {
        vs->buttons = 0;
        if (vs->context.screen->absolute && vs->pointer_x >= 0) {
            tell_position(vs);
        } else {
            vs->context.host_ops->pointer_relative(vs->context.host, 0, 0, 0);
        }
    }
}
