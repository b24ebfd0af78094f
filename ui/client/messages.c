/*
 * Handlers of a viewer's messages.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. A handler changes parts of the viewer; answers are sent when the viewer is settled.
 */
#include "ui/client/client-private.h"

#include "ui/base/rect.h"
#include "ui/client/encodings.h"
#include "ui/client/power.h"
#include "ui/rfb/write.h"

static void set_pixel_format(VncState *vs, const VncMessage *message)
{
    const VncPixelFormat *format = &message->pixel_format;

    VNC_TRACE_VIEWER(&vs->context, MSG_CLIENT_SET_PIXEL_FORMAT,
                     "bits=%u depth=%u big_endian=%d true_colour=%d max=%u,%u,%u shift=%u,%u,%u",
                     format->bits_per_pixel, format->depth, format->big_endian, format->true_colour,
                     format->red_max, format->green_max, format->blue_max, format->red_shift,
                     format->green_shift, format->blue_shift);
    vnc_wishes_set_format(&vs->wishes, format, vs->context.screen->options->lossy);
    vnc_news_drop(&vs->news, VNC_NEWS_COLOUR_MAP);
    vnc_news_add(&vs->news, format->true_colour ? 0 : VNC_NEWS_COLOUR_MAP);
    /* The cursor's pixels have the viewer's format, too. */
    if (vnc_wishes_have(&vs->wishes, VNC_FEATURE_CURSOR)) {
        vnc_news_add(&vs->news, VNC_NEWS_CURSOR);
    }
}

static void set_encodings(VncState *vs, const VncMessage *message)
{
    VncWishes *wishes = &vs->wishes;

    vnc_encodings_set(wishes, &vs->news, message, vs->login.handshake.minor, &vs->context);
    vs->input.knows_leds = vnc_wishes_have(wishes, VNC_FEATURE_LED_STATE);
    vs->input.knows_pointer_type = vnc_wishes_have(wishes, VNC_FEATURE_POINTER_TYPE);
    vs->input.guest_pointed |= vnc_wishes_have(wishes, VNC_FEATURE_POINTER_POSITION);
    if (!vnc_wishes_have(wishes, VNC_FEATURE_COPY_RECT)) {
        vnc_picture_drop_copies(&vs->picture);
    }
    if (!vnc_picture_fits(&vs->picture, vs->context.screen->surface)) {
        vnc_news_add(&vs->news, VNC_NEWS_SIZE);
    }
    VNC_TRACE_VIEWER(&vs->context, MSG_CLIENT_SET_ENCODINGS,
                     "listed=%u encoding=%s compress=%d quality=%d last_rect=%d copy_rect=%d",
                     message->encodings.count, wishes->encoder->name, wishes->compress_level,
                     wishes->quality, vnc_wishes_have(wishes, VNC_FEATURE_LAST_RECT),
                     vnc_wishes_have(wishes, VNC_FEATURE_COPY_RECT));
    if (!vnc_wishes_have(wishes, VNC_FEATURE_AUDIO)) {
        vnc_audio_stop(&vs->audio);
    }
}

static void update_request(VncState *vs, const VncMessage *message)
{
    VncRect known = {0, 0, vs->picture.width, vs->picture.height};
    VncRect area = vnc_rect_intersect(&message->update_request.rect, &known);
    bool incremental = message->update_request.incremental;

    VNC_TRACE_VIEWER(&vs->context, MSG_CLIENT_UPDATE_REQUEST,
                     "incremental=%d offset=%d,%d size=%dx%d", incremental, area.x, area.y, area.w,
                     area.h);
    if (!incremental && vnc_wishes_have(&vs->wishes, VNC_FEATURE_EXTENDED_DESKTOP_SIZE)) {
        vnc_news_add(&vs->news, VNC_NEWS_SIZE_REQUEST);
    }
    if (!vs->wire.mute) {
        vnc_picture_request(&vs->picture, &area, incremental, vs->context.screen->surface);
    }
}

/* The layout has to have one screen, as large as the desktop. Its place, id and flags are ignored:
 * libvncclient up to 0.9.15 sends uninitialised memory there. */
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

/* Only for viewers that know by -308 that they may send this. */
static void set_desktop_size(VncState *vs, const VncMessage *message)
{
    const VncLayoutScreen *screen = &message->desktop_size.first;

    VNC_TRACE_VIEWER(&vs->context, MSG_CLIENT_SET_DESKTOP_SIZE, "size=%dx%d screens=%u",
                     message->desktop_size.width, message->desktop_size.height,
                     message->desktop_size.screens);
    if (vnc_wishes_have(&vs->wishes, VNC_FEATURE_EXTENDED_DESKTOP_SIZE) &&
        vnc_news_can_answer(&vs->news)) {
        VncSizeAnswer answer = {
            .status = try_resize(vs, message),
            .width = message->desktop_size.width,
            .height = message->desktop_size.height,
            .screen_id = screen->id ? screen->id : VNC_SCREEN_ID,
            .screen_flags = screen->flags,
        };

        vnc_news_answer_size(&vs->news, &answer);
    }
}

static void input(VncState *vs, const VncMessage *message)
{
    VncInputEvent event = vnc_input_event(message);

    vnc_idle_act(&vs->idle);
    if (!vs->view_only) {
        vnc_input_take(&vs->input, &event);
    }
}

static void cut_text(VncState *vs, const VncMessage *message)
{
    vnc_idle_act(&vs->idle);
    if (!vs->view_only) {
        vnc_cut_text_given(&vs->cut_text, message);
    }
}

static void clipboard(VncState *vs, const VncMessage *message)
{
    uint32_t action = message->clipboard.flags & VNC_CLIPBOARD_ACTIONS;

    if (vs->view_only) {
        return;
    }
    if (!(message->clipboard.flags & VNC_CLIPBOARD_CAPS) && action == VNC_CLIPBOARD_NOTIFY) {
        vnc_idle_act(&vs->idle);
    }
    vnc_cut_text_message(&vs->cut_text, message);
}

static void audio(VncState *vs, const VncMessage *message)
{
    vnc_audio_message(&vs->audio, message);
}

static void xvp(VncState *vs, const VncMessage *message)
{
    VncBuffer answer = {0};

    VNC_TRACE_VIEWER(&vs->context, MSG_CLIENT_XVP, "version=%u code=%u", message->xvp.version,
                     message->xvp.code);
    if ((!vs->view_only && vnc_power_do(&vs->context, message)) || !vnc_wire_keeps_up(&vs->wire)) {
        return; /* a viewer that does not read gets no answer, as answers would pile up */
    }
    /* A viewer that has just listed xvp hears that there is power control before it hears this. */
    vnc_power_offer(&vs->news, &vs->wishes, &answer);
    vnc_write_xvp(&answer, message->xvp.version, VNC_XVP_FAIL);
    vnc_wire_send(&vs->wire, &answer);
    vnc_buffer_clear(&answer);
}

/* Bytes of a text copied in one unit of work. */
#define TEXT_BYTES_A_UNIT 512

unsigned vnc_state_handle(VncState *vs, const VncMessage *message)
{
    /* The most that one message costs, in VncTurns' units. Handlers that call the host count a
     * typical host's work; those that concern all viewers count many viewers. */
    static const struct {
        void (*handle)(VncState *vs, const VncMessage *message);
        unsigned units;
    } handlers[VNC_MESSAGE_KINDS] = {
        [VNC_MESSAGE_SET_PIXEL_FORMAT] = {set_pixel_format, 20},
        [VNC_MESSAGE_SET_ENCODINGS] = {set_encodings, 20},
        [VNC_MESSAGE_UPDATE_REQUEST] = {update_request, 10},
        [VNC_MESSAGE_KEY] = {input, VNC_INPUT_UNITS},
        [VNC_MESSAGE_POINTER] = {input, VNC_INPUT_UNITS},
        [VNC_MESSAGE_CUT_TEXT] = {cut_text, 300},
        [VNC_MESSAGE_CLIPBOARD] = {clipboard, 300},
        [VNC_MESSAGE_SET_DESKTOP_SIZE] = {set_desktop_size, 2000},
        [VNC_MESSAGE_AUDIO_ENABLE] = {audio, 200},
        [VNC_MESSAGE_AUDIO_DISABLE] = {audio, 200},
        [VNC_MESSAGE_AUDIO_FORMAT] = {audio, 200},
        [VNC_MESSAGE_XVP] = {xvp, 1000},
    };
    unsigned units = handlers[message->kind].units;

    switch (message->kind) {
    case VNC_MESSAGE_SET_ENCODINGS:
        units += message->encodings.count / 10;
        break;
    case VNC_MESSAGE_UPDATE_REQUEST:
        units += message->update_request.incremental ? 0 : vs->picture.damage.rows / 20;
        break;
    case VNC_MESSAGE_CUT_TEXT:
        units += message->cut_text.len / TEXT_BYTES_A_UNIT;
        break;
    case VNC_MESSAGE_CLIPBOARD:
        units += message->clipboard.len / TEXT_BYTES_A_UNIT;
        break;
    default:
        break;
    }
    handlers[message->kind].handle(vs, message);
    return units;
}
