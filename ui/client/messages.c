/*
 * What a viewer's messages do.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread.
 */
#include "ui/client/client-private.h"

#include "ui/base/rect.h"

static void set_pixel_format(VncState *vs, const VncMessage *message)
{
    vnc_state_set_pixel_format(vs, &message->pixel_format);
}

static void update_request(VncState *vs, const VncMessage *message)
{
    VncRect screen = {0, 0, vs->width, vs->height};
    VncRect area = vnc_rect_intersect(&message->update_request.rect, &screen);

    if (!message->update_request.incremental) {
        if (vs->features.extended_desktop_size) {
            vs->pending |= VNC_PENDING_SIZE_REQUEST;
        }
        if (!vnc_rect_is_empty(&area)) {
            vnc_damage_add(&vs->damage, &area);
            vs->needs_refresh = true;
            vs->beyond = vnc_state_sees_beyond(vs);
            vs->context.ops->wants_refresh(vs->context.server);
        }
    }
    vs->requested = vnc_rect_union(&vs->requested, &area);
    vnc_state_update(vs);
}

static void key(VncState *vs, const VncMessage *message)
{
    vnc_state_key(vs, message->key.down, message->key.keysym, message->key.keycode);
}

/* The guest decides on its size; a viewer that may hear of it is told no. */
static void set_desktop_size(VncState *vs, const VncMessage *message)
{
    (void)message;
    if (vs->features.extended_desktop_size) {
        vs->pending |= VNC_PENDING_SIZE_REFUSAL;
        vs->refusals = MIN(vs->refusals + 1, VNC_MAX_REFUSALS);
        vnc_state_update(vs);
    }
}

void vnc_state_handle(VncState *vs, const VncMessage *message)
{
    static void (*const handlers[VNC_MESSAGE_KINDS])(VncState * vs, const VncMessage *message) = {
        [VNC_MESSAGE_SET_PIXEL_FORMAT] = set_pixel_format,
        [VNC_MESSAGE_SET_ENCODINGS] = vnc_state_set_encodings,
        [VNC_MESSAGE_UPDATE_REQUEST] = update_request,
        [VNC_MESSAGE_KEY] = key,
        [VNC_MESSAGE_POINTER] = vnc_state_pointer,
        [VNC_MESSAGE_CUT_TEXT] = vnc_state_cut_text,
        [VNC_MESSAGE_CLIPBOARD] = vnc_state_clipboard,
        [VNC_MESSAGE_SET_DESKTOP_SIZE] = set_desktop_size,
        [VNC_MESSAGE_AUDIO_ENABLE] = vnc_state_audio_message,
        [VNC_MESSAGE_AUDIO_DISABLE] = vnc_state_audio_message,
        [VNC_MESSAGE_AUDIO_FORMAT] = vnc_state_audio_message,
        [VNC_MESSAGE_XVP] = vnc_state_xvp_message,
    };
    bool acts = message->kind == VNC_MESSAGE_KEY || message->kind == VNC_MESSAGE_POINTER ||
                message->kind == VNC_MESSAGE_CUT_TEXT;

    if (acts) {
        vnc_state_act(vs);
    }
    if (vs->view_only && (acts || message->kind == VNC_MESSAGE_CLIPBOARD)) {
        return;
    }
    handlers[message->kind](vs, message);
}
