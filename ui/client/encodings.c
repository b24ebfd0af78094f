/*
 * What a viewer can take: SetPixelFormat and SetEncodings.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. Both take effect with the next job: one in flight has its own copy.
 */
#include "ui/client/client-private.h"

void vnc_state_settle_params(VncState *vs)
{
    vnc_encode_params_init(&vs->params, &vs->format, vs->compress_level,
                           vs->context.screen->options->lossy ? vs->quality : -1);
    vs->params.subsampling = vs->subsampling;
    /* Viewers that list TightPNG are web pages, and some of them give up at a gradient. */
    vs->params.gradient = !vs->features.tight_png;
}

void vnc_state_set_pixel_format(VncState *vs, const VncPixelFormat *format)
{
    vs->format = *format;
    if (!format->true_colour) {
        vs->pending |= VNC_PENDING_COLOUR_MAP;
    } else {
        vs->pending &= ~VNC_PENDING_COLOUR_MAP;
    }
    /* The cursor's pixels are in the viewer's format too. */
    if (vs->features.cursor) {
        vs->pending |= VNC_PENDING_CURSOR;
    }
    vnc_state_settle_params(vs);
}

/* A pseudo-encoding by which the viewer may send other messages: note it, and that it is to be told so. */
static void list_messages(VncState *vs, int32_t number)
{
    switch (number) {
    case VNC_ENCODING_EXTENDED_KEY_EVENT:
        vs->read_features.extended_key_event = true;
        vs->pending |= VNC_PENDING_KEY_EVENT_ACK;
        break;
    case VNC_ENCODING_EXTENDED_MOUSE_BUTTONS:
        vs->read_features.extended_mouse_buttons = true;
        vs->pending |= VNC_PENDING_MOUSE_BUTTONS_ACK;
        break;
    case VNC_ENCODING_EXTENDED_CLIPBOARD:
        vs->read_features.extended_clipboard = true;
        vs->pending |= VNC_PENDING_CLIPBOARD_CAPS;
        break;
    case VNC_ENCODING_AUDIO:
        vnc_state_list_audio(vs);
        break;
    case VNC_ENCODING_XVP:
        vnc_state_list_xvp(vs);
        break;
    default:
        break;
    }
}

/* Another one: note it, and what the viewer is to be told because of it. */
static void list_feature(VncState *vs, int32_t number)
{
    VncFeatures *features = &vs->features;

    switch (number) {
    case VNC_ENCODING_DESKTOP_SIZE:
        features->desktop_size = true;
        break;
    case VNC_ENCODING_EXTENDED_DESKTOP_SIZE:
        features->extended_desktop_size = true;
        break;
    case VNC_ENCODING_CURSOR:
        features->cursor = true;
        vs->pending |= VNC_PENDING_CURSOR;
        break;
    case VNC_ENCODING_X_CURSOR:
        features->x_cursor = true;
        vs->pending |= VNC_PENDING_CURSOR;
        break;
    case VNC_ENCODING_POINTER_POSITION:
        features->pointer_position = true;
        vs->guest_pointed = true;
        break;
    case VNC_ENCODING_CURSOR_WITH_ALPHA:
        features->cursor_with_alpha = true;
        vs->pending |= VNC_PENDING_CURSOR;
        break;
    case VNC_ENCODING_POINTER_TYPE_CHANGE:
        features->pointer_type = true;
        vs->pending |= VNC_PENDING_POINTER_TYPE;
        break;
    case VNC_ENCODING_LED_STATE:
        features->led_state = true;
        vs->pending |= VNC_PENDING_LEDS;
        break;
    case VNC_ENCODING_DESKTOP_NAME:
        features->desktop_name = true;
        vs->pending |= VNC_PENDING_NAME;
        break;
    case VNC_ENCODING_COPY_RECT:
        features->copy_rect = true;
        break;
    case VNC_ENCODING_LAST_RECT:
        /* Some viewers of RFB 3.3, which are all old, list it and do not know it when it comes. */
        features->last_rect = vs->handshake.minor > 3;
        break;
    case VNC_ENCODING_TIGHT_PNG:
        features->tight_png = true;
        break;
    default:
        list_messages(vs, number);
        break;
    }
}

/* What a viewer says of how to encode: levels and qualities. */
typedef struct Wishes {
    int quality, fine_quality; /* JPEG's; -1: not said */
    int compress_level;
    VncSubsampling subsampling;
} Wishes;

static bool is_within(int32_t number, int32_t first, int32_t last)
{
    return number >= first && number <= last;
}

static void note_wish(Wishes *wishes, int32_t number)
{
    if (is_within(number, VNC_ENCODING_QUALITY_0, VNC_ENCODING_QUALITY_9)) {
        wishes->quality = vnc_quality_from_level(number - VNC_ENCODING_QUALITY_0);
    } else if (is_within(number, VNC_ENCODING_COMPRESS_0, VNC_ENCODING_COMPRESS_9)) {
        wishes->compress_level = number - VNC_ENCODING_COMPRESS_0;
    } else if (is_within(number, VNC_ENCODING_FINE_QUALITY_0, VNC_ENCODING_FINE_QUALITY_100)) {
        wishes->fine_quality = number - VNC_ENCODING_FINE_QUALITY_0;
    } else if (is_within(number, VNC_ENCODING_SUBSAMPLING_444, VNC_ENCODING_SUBSAMPLING_16X)) {
        wishes->subsampling = VNC_SUBSAMPLING_444 + number - VNC_ENCODING_SUBSAMPLING_444;
    }
}

/* The first encoding listed that there is. */
static const VncEncoder *choose_encoder(const VncMessage *message)
{
    for (unsigned i = 0; i < message->encodings.count; i++) {
        const VncEncoder *encoder = vnc_encoder_find(vnc_message_encoding(message, i));

        if (encoder) {
            return encoder;
        }
    }
    return &vnc_encoder_raw;
}

void vnc_state_set_encodings(VncState *vs, const VncMessage *message)
{
    Wishes wishes = {-1, -1, VNC_DEFAULT_COMPRESS_LEVEL, VNC_SUBSAMPLING_AUTO};

    vs->features = (VncFeatures){0};
    vs->read_features = (VncReadFeatures){0};
    vs->pending &= VNC_PENDING_SIZES | VNC_PENDING_MESSAGES;

    for (unsigned i = 0; i < message->encodings.count; i++) {
        int32_t number = vnc_message_encoding(message, i);

        list_feature(vs, number);
        note_wish(&wishes, number);
    }
    vs->compress_level = wishes.compress_level;
    vs->encoder = choose_encoder(message);
    vs->quality = wishes.quality;
    if (wishes.fine_quality >= 0 && !(vs->encoder->flags & VNC_ENCODER_QUALITY_LEVEL)) {
        vs->quality = wishes.fine_quality;
    }
    vs->subsampling = wishes.subsampling;
    if (!vs->features.copy_rect) {
        vnc_state_drop_copies(vs);
    }
    if (vs->width != vs->context.screen->surface->width ||
        vs->height != vs->context.screen->surface->height) {
        vs->pending |= VNC_PENDING_SIZE;
    }
    vnc_state_settle_params(vs);
    VNC_TRACE_VIEWER(vs, MSG_CLIENT_SET_ENCODINGS,
                     "listed=%u encoding=%s compress=%d quality=%d last_rect=%d copy_rect=%d",
                     message->encodings.count, vs->encoder->name, vs->compress_level, vs->quality,
                     vs->features.last_rect, vs->features.copy_rect);
    if (!vs->features.audio) {
        vnc_state_stop_audio(vs);
    }
    vnc_state_update(vs);
}
