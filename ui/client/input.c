/*
 * Keys and pointer of a viewer, on their way to the host.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread.
 */
#include "ui/client/input.h"

/* In relative mode a coordinate is a distance plus this origin. */
#define RELATIVE_ORIGIN 0x7fff

/* Pointer events passed on with one key event: they cost little, but not nothing. */
#define MAX_POINTED 32

VncInputEvent vnc_input_event(const VncMessage *message)
{
    if (message->kind == VNC_MESSAGE_KEY) {
        return (VncInputEvent){
            .is_key = true,
            .down = message->key.down,
            .keysym = message->key.keysym,
            /* A scan code has eight bits. The key of a longer one is unknown, so the keysym
             * decides. */
            .keycode = message->key.keycode <= 0xff ? message->key.keycode : 0,
        };
    }
    return (VncInputEvent){
        .x = message->pointer.x,
        .y = message->pointer.y,
        .buttons = message->pointer.buttons,
    };
}

void vnc_input_init(VncInput *input, const VncClientContext *context)
{
    *input = (VncInput){
        .context = context,
        .told_absolute = true,
        .pointer_x = -1,
        .pointer_y = -1,
        .echo_until = INT64_MIN,
    };
    vnc_ahead_init(&input->ahead);
}

void vnc_input_clear(VncInput *input)
{
    vnc_ahead_clear(&input->ahead);
}

static bool same_key(const VncHeldKey *held, uint32_t keysym, uint32_t keycode)
{
    /* If a modifier changes, one key may have different keysyms at press and release. */
    return keycode ? held->keycode == keycode : !held->keycode && held->keysym == keysym;
}

static void remember_key(VncInput *input, bool down, uint32_t keysym, uint32_t keycode)
{
    unsigned i = 0;

    while (i < input->n_held && !same_key(&input->held[i], keysym, keycode)) {
        i++;
    }
    if (down && i == input->n_held && i < VNC_MAX_HELD_KEYS) {
        input->held[input->n_held++] = (VncHeldKey){keysym, keycode};
    } else if (!down && i < input->n_held) {
        input->held[i] = input->held[--input->n_held];
    }
}

static void send_key(const VncInput *input, bool down, uint32_t keysym, uint32_t keycode)
{
    VncKeyEvent event = {
        .down = down,
        .keysym = keysym,
        .keycode = keycode,
        .leds_known = input->knows_leds,
    };

    input->context->host_ops->key(input->context->host, &event);
}

bool vnc_input_is_relative(const VncInput *input)
{
    return input->knows_pointer_type && !input->told_absolute;
}

static bool is_near_origin(int distance)
{
    return ABS(distance - RELATIVE_ORIGIN) < VNC_MAX_SIDE;
}

/* Whether the coordinates are distances. Viewers learn of the mode with a delay, so events of the
 * wrong mode arrive. But no screen reaches as far as the origin of distances, and no distance leads
 * back as far as a screen. */
static bool are_distances(const VncInput *input, int x, int y)
{
    if (!input->knows_pointer_type) {
        return false;
    }
    if (is_near_origin(x) && is_near_origin(y)) {
        return true;
    }
    return !input->told_absolute && (x >= VNC_MAX_SIDE || y >= VNC_MAX_SIDE);
}

/* The screen may have shrunk since the viewer pointed. */
static void tell_host_position(VncInput *input)
{
    const VncSurface *surface = input->context->screen->surface;

    input->pointer_x = MIN(input->pointer_x, surface->width - 1);
    input->pointer_y = MIN(input->pointer_y, surface->height - 1);
    input->context->host_ops->pointer_absolute(input->context->host, input->pointer_x,
                                               input->pointer_y, input->buttons);
}

static void point(VncInput *input, int x, int y, unsigned buttons)
{
    const VncSurface *surface = input->context->screen->surface;
    int dx = 0, dy = 0;

    input->buttons = buttons;
    input->has_pointed = true;
    if (are_distances(input, x, y)) {
        dx = x - RELATIVE_ORIGIN;
        dy = y - RELATIVE_ORIGIN;
    } else {
        x = CLAMP(x, 0, surface->width - 1);
        y = CLAMP(y, 0, surface->height - 1);
        if (input->pointer_x >= 0) {
            dx = x - input->pointer_x;
            dy = y - input->pointer_y;
        }
        input->pointer_x = x;
        input->pointer_y = y;
    }
    if (!input->context->screen->absolute) {
        input->context->host_ops->pointer_relative(input->context->host, dx, dy, input->buttons);
    } else if (input->pointer_x >= 0) {
        tell_host_position(input);
    }
}

static bool takes(const VncInput *input, bool key)
{
    const VncHostOps *ops = input->context->host_ops;

    return !ops->takes_input || ops->takes_input(input->context->host, key);
}

/* The viewer may have been barred after it typed, or while the host was asked. Then all its keys
 * have been released, and nobody would release this one. */
static void pass(VncInput *input, const VncInputEvent *event)
{
    const VncClientContext *context = input->context;

    if (input->barred) {
        return;
    }
    if (event->is_key) {
        remember_key(input, event->down, event->keysym, event->keycode);
        send_key(input, event->down, event->keysym, event->keycode);
    } else {
        point(input, event->x, event->y, event->buttons);
    }
    context->ops->active(context->server);
}

void vnc_input_take(VncInput *input, const VncInputEvent *event)
{
    VNC_MAIN();
    if (vnc_ahead_is_empty(&input->ahead) && takes(input, event->is_key)) {
        pass(input, event);
    } else {
        vnc_ahead_add(&input->ahead, event);
    }
}

unsigned vnc_input_pass_ahead(VncInput *input)
{
    VncInputEvent event = {.is_key = false};
    unsigned passed = 0;

    VNC_MAIN();
    while (!event.is_key && passed < MAX_POINTED && !vnc_ahead_is_empty(&input->ahead)) {
        event = vnc_ahead_first(&input->ahead);
        if (!takes(input, event.is_key)) {
            break;
        }
        vnc_ahead_drop_first(&input->ahead);
        pass(input, &event);
        passed++;
    }
    return passed;
}

void vnc_input_release(VncInput *input)
{
    VNC_MAIN();
    while (input->n_held > 0) {
        VncHeldKey held = input->held[--input->n_held];

        send_key(input, false, held.keysym, held.keycode);
    }
    if (input->buttons) {
        input->buttons = 0;
        if (input->context->screen->absolute && input->pointer_x >= 0) {
            tell_host_position(input);
        } else {
            input->context->host_ops->pointer_relative(input->context->host, 0, 0, 0);
        }
    }
}

void vnc_input_forget_position(VncInput *input)
{
    input->pointer_x = input->pointer_y = -1;
}

bool vnc_input_follow(VncInput *input, int64_t now)
{
    const VncScreen *screen = input->context->screen;
    bool relative = vnc_input_is_relative(input);

    if (input->has_pointed) {
        input->has_pointed = false;
        input->echo_until = now + VNC_POINTER_ECHO_US;
    }
    if (!input->guest_pointed || (!relative && now < input->echo_until)) {
        return false;
    }
    input->guest_pointed = false;
    return screen->pointer_x >= 0 && (relative || screen->pointer_x != input->pointer_x ||
                                      screen->pointer_y != input->pointer_y);
}

bool vnc_input_tell_position(VncInput *input, int *x, int *y)
{
    const VncScreen *screen = input->context->screen;

    *x = CLAMP(screen->pointer_x, 0, screen->surface->width - 1);
    *y = CLAMP(screen->pointer_y, 0, screen->surface->height - 1);
    if (vnc_input_is_relative(input)) {
        return true;
    }
    if (input->has_pointed) {
        input->guest_pointed = true;
        return false;
    }
    /* The viewer moves its pointer to this place: its next event from there is no movement. */
    input->pointer_x = *x;
    input->pointer_y = *y;
    return true;
}
