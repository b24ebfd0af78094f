/*
 * What a viewer has typed faster than the host takes it.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. Owns vs->ahead: keys and what is pointed at between them, in the viewer's order. All else that the viewer says
 * overtakes them, so that its picture goes on; when there are too many, the viewer is not read from.
 */
#include "ui/client/client-private.h"

#include <string.h>

/* Pointer events that are passed on with one key: they cost little, but not nothing. */
#define MAX_POINTED 32

static bool takes(const VncState *vs, bool key)
{
    const VncHostOps *ops = vs->context.host_ops;

    return !ops->takes_input || ops->takes_input(vs->context.host, key);
}

/* Since it has typed, or while the host was asked, the viewer may have been disconnected, or confined to look. What it
 * held has been released then, and nobody would release this. */
static void pass(VncState *vs, const VncInput *input)
{
    if (vs->phase != VNC_STATE_NORMAL || vs->view_only) {
        return;
    }
    if (input->is_key) {
        vnc_state_key(vs, input->down, input->keysym, input->keycode);
    } else {
        vnc_state_pointer(vs, input->x, input->y, input->buttons);
    }
}

static bool is_position(const VncInput *input)
{
    /* A distance is counted from far beyond: see input.c. */
    return !input->is_key && input->x < VNC_MAX_SIDE && input->y < VNC_MAX_SIDE;
}

/* Of a pointer that only moves the last place counts. */
static bool put_in_place(VncState *vs, const VncInput *input)
{
    VncInput last;

    if (vs->ahead.len == 0 || !is_position(input)) {
        return false;
    }
    memcpy(&last, vnc_buffer_bytes(&vs->ahead) + vs->ahead.len - sizeof(last), sizeof(last));
    if (!is_position(&last) || last.buttons != input->buttons) {
        return false;
    }
    vs->ahead.len -= sizeof(last);
    vnc_buffer_append(&vs->ahead, input, sizeof(*input));
    return true;
}

void vnc_state_input(VncState *vs, const VncMessage *message)
{
    VncInput input = {.is_key = message->kind == VNC_MESSAGE_KEY};

    if (input.is_key) {
        input.down = message->key.down;
        input.keysym = message->key.keysym;
        /* A scan code has eight bits. Of a longer one nobody knows which key it is: the keysym says it. */
        input.keycode = message->key.keycode <= 0xff ? message->key.keycode : 0;
    } else {
        input.x = message->pointer.x;
        input.y = message->pointer.y;
        input.buttons = message->pointer.buttons;
    }
    if (vs->ahead.len == 0 && takes(vs, input.is_key)) {
        pass(vs, &input);
    } else if (!put_in_place(vs, &input)) {
        vnc_buffer_append(&vs->ahead, &input, sizeof(input));
    }
}

bool vnc_state_is_ahead(const VncState *vs)
{
    return vs->ahead.len > 0;
}

bool vnc_state_pass_input(VncState *vs)
{
    bool deaf = vnc_state_is_deaf(vs);
    unsigned passed = 0;
    VncInput input = {.is_key = false};

    while (!input.is_key && passed < MAX_POINTED && vs->phase == VNC_STATE_NORMAL &&
           vs->ahead.len > 0) {
        memcpy(&input, vnc_buffer_bytes(&vs->ahead), sizeof(input));
        if (!takes(vs, input.is_key)) {
            break;
        }
        vnc_buffer_consume(&vs->ahead, sizeof(input));
        vnc_state_act(vs);
        pass(vs, &input);
        passed++;
    }
    if (vs->ahead.len == 0) {
        vnc_buffer_clear(&vs->ahead);
    }
    if (deaf && passed > 0) {
        vnc_state_listen_again(vs);
    }
    return passed > 0;
}
