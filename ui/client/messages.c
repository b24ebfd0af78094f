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
#include "ui/rfb/write.h"

static void set_pixel_format(VncState *vs, const VncMessage *message)
{
    const VncPixelFormat *format = &message->pixel_format;

    VNC_TRACE_VIEWER(vs, MSG_CLIENT_SET_PIXEL_FORMAT,
                     "bits=%u depth=%u big_endian=%d true_colour=%d max=%u,%u,%u shift=%u,%u,%u",
                     format->bits_per_pixel, format->depth, format->big_endian, format->true_colour,
                     format->red_max, format->green_max, format->blue_max, format->red_shift,
                     format->green_shift, format->blue_shift);
    vnc_state_set_pixel_format(vs, format);
}

static void update_request(VncState *vs, const VncMessage *message)
{
    VncRect screen = {0, 0, vs->width, vs->height};
    VncRect area = vnc_rect_intersect(&message->update_request.rect, &screen);

    VNC_TRACE_VIEWER(vs, MSG_CLIENT_UPDATE_REQUEST, "incremental=%d offset=%d,%d size=%dx%d",
                     message->update_request.incremental, area.x, area.y, area.w, area.h);
    if (!message->update_request.incremental) {
        if (vs->features.extended_desktop_size) {
            vs->pending |= VNC_PENDING_SIZE_REQUEST;
        }
        if (!vnc_rect_is_empty(&area)) {
            vnc_damage_add(&vs->damage, &area);
            vs->lost = vnc_rect_union(&vs->lost, &area);
            vs->needs_refresh = true;
            vs->beyond = vnc_state_sees_beyond(vs);
        }
    }
    vs->requested = vnc_rect_union(&vs->requested, &area);
    if (vs->needs_refresh) {
        vs->context.ops->wants_refresh(vs->context.server);
    }
    vnc_state_update(vs);
}

/* A desktop has one screen, which is all of it. Where it lies is not looked at: libvncclient up to 0.9.15 sends
 * whatever was in its memory there, and for the id and the flags. */
static enum VncDesktopSizeStatus try_resize(VncState *vs, const VncMessage *message)
{
    int width = message->desktop_size.width, height = message->desktop_size.height;
    const VncRect *screen = &message->desktop_size.first.rect;

    if (vs->view_only) {
        return VNC_DESKTOP_SIZE_PROHIBITED;
    }
    if (width == 0 || height == 0 || message->desktop_size.screens != 1 || screen->w != width ||
        screen->h != height) {
        return VNC_DESKTOP_SIZE_INVALID_LAYOUT;
    }
    if (width > VNC_MAX_SIDE || height > VNC_MAX_SIDE) {
        return VNC_DESKTOP_SIZE_OUT_OF_RESOURCES;
    }
    return vs->context.ops->resize(vs->context.server, vs, width, height);
}

/* For a viewer that has been told, by -308, that it may. */
static void set_desktop_size(VncState *vs, const VncMessage *message)
{
    const VncLayoutScreen *screen = &message->desktop_size.first;

    VNC_TRACE_VIEWER(vs, MSG_CLIENT_SET_DESKTOP_SIZE, "size=%dx%d screens=%u",
                     message->desktop_size.width, message->desktop_size.height,
                     message->desktop_size.screens);
    if (vs->features.extended_desktop_size && vs->answers->len < VNC_MAX_SIZE_ANSWERS) {
        VncSizeAnswer answer = {
            .status = try_resize(vs, message),
            .width = message->desktop_size.width,
            .height = message->desktop_size.height,
            .screen_id = screen->id ? screen->id : VNC_SCREEN_ID,
            .screen_flags = screen->flags,
        };

        g_array_append_val(vs->answers, answer);
        vs->pending |= VNC_PENDING_SIZE_ANSWER;
        vnc_state_update(vs);
    }
}

void vnc_state_handle(VncState *vs, const VncMessage *message)
{
    static void (*const handlers[VNC_MESSAGE_KINDS])(VncState * vs, const VncMessage *message) = {
        [VNC_MESSAGE_SET_PIXEL_FORMAT] = set_pixel_format,
        [VNC_MESSAGE_SET_ENCODINGS] = vnc_state_set_encodings,
        [VNC_MESSAGE_UPDATE_REQUEST] = update_request,
        [VNC_MESSAGE_KEY] = vnc_state_input,
        [VNC_MESSAGE_POINTER] = vnc_state_input,
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
