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

/* Whether the viewer's coordinates are distances: only once it has been told so. What it sends
 * follows the guest's mode with a delay, so both mixed cases happen. */
static bool sends_distances(const VncState *vs)
{
    return vs->features.pointer_type && !vs->told_absolute;
}

static void point(VncState *vs, int x, int y)
{
    const VncHostOps *ops = vs->context.host_ops;
    const VncSurface *surface = vs->context.screen->surface;
    int dx = 0, dy = 0;

    if (sends_distances(vs)) {
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
        ops->pointer_relative(vs->context.host, dx, dy, vs->buttons);
    } else if (vs->pointer_x >= 0) {
        ops->pointer_absolute(vs->context.host, vs->pointer_x, vs->pointer_y, vs->buttons);
    }
}

void vnc_state_pointer(VncState *vs, const VncMessage *message)
{
    vs->buttons = message->pointer.buttons;
    point(vs, message->pointer.x, message->pointer.y);
    vs->context.ops->active(vs->context.server);
}

void vnc_state_release_input(VncState *vs)
{
    while (vs->n_held > 0) {
        VncHeldKey held = vs->held[--vs->n_held];

        send_key(vs, false, held.keysym, held.keycode);
    }
    if (vs->buttons) {
        const VncHostOps *ops = vs->context.host_ops;

        vs->buttons = 0;
        if (vs->context.screen->absolute && vs->pointer_x >= 0) {
            ops->pointer_absolute(vs->context.host, vs->pointer_x, vs->pointer_y, 0);
        } else {
            ops->pointer_relative(vs->context.host, 0, 0, 0);
        }
    }
}
