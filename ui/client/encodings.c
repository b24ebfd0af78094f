/*
 * What a viewer can take: SetPixelFormat and SetEncodings.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. Both take effect with the next job: one in flight has its own copy.
 */
#include "ui/client/client-private.h"

/* The parameters of the next job, from what the viewer has asked for. */
static void settle_params(VncState *vs)
{
    vnc_encode_params_init(&vs->params, &vs->format, vs->compress_level,
                           vs->context.screen->lossy ? vs->quality : -1);
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
    settle_params(vs);
}

/* A pseudo-encoding: note it, and what the viewer is to be told because of it. */
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
    case VNC_ENCODING_EXTENDED_KEY_EVENT:
        vs->read_features.extended_key_event = true;
        vs->pending |= VNC_PENDING_KEY_EVENT_ACK;
        break;
    case VNC_ENCODING_EXTENDED_MOUSE_BUTTONS:
        vs->read_features.extended_mouse_buttons = true;
        vs->pending |= VNC_PENDING_MOUSE_BUTTONS_ACK;
        break;
    default:
        if (number >= VNC_ENCODING_QUALITY_0 && number <= VNC_ENCODING_QUALITY_9) {
            vs->quality = vnc_quality_from_level(number - VNC_ENCODING_QUALITY_0);
        } else if (number >= VNC_ENCODING_COMPRESS_0 && number <= VNC_ENCODING_COMPRESS_9) {
            vs->compress_level = number - VNC_ENCODING_COMPRESS_0;
        }
        break;
    }
}

void vnc_state_set_encodings(VncState *vs, const VncMessage *message)
{
    const VncEncoder *encoder = NULL;

    vs->features = (VncFeatures){0};
    vs->read_features = (VncReadFeatures){0};
    vs->compress_level = VNC_DEFAULT_COMPRESS_LEVEL;
    vs->quality = -1;
    vs->pending &= VNC_PENDING_SIZES | VNC_PENDING_COLOUR_MAP;

    for (unsigned i = 0; i < message->encodings.count; i++) {
        int32_t number = vnc_message_encoding(message, i);

        if (!encoder) {
            encoder = vnc_encoder_find(number);
        }
        list_feature(vs, number);
    }
    vs->encoder = encoder ? encoder : &vnc_encoder_raw;
    if (vs->width != vs->context.screen->surface->width ||
        vs->height != vs->context.screen->surface->height) {
        vs->pending |= VNC_PENDING_SIZE;
    }
    settle_params(vs);
    vnc_state_update(vs);
}
