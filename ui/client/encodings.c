/*
 * SetEncodings: turn the list of numbers into the viewer's wishes, its features, and its news.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pure.
 */
#include "ui/client/encodings.h"

#include "ui/client/power.h"
#include "ui/client/pseudo.h"
#include "ui/enc/encoders.h"

void vnc_encodings_audio_changed(VncWishes *wishes, VncNews *news, const VncClientContext *context)
{
    if (vnc_wishes_have(wishes, VNC_FEATURE_AUDIO) && context->screen->audio) {
        wishes->read.audio = true;
        vnc_news_add(news, VNC_NEWS_AUDIO_ACK);
    }
}

void vnc_encodings_power_changed(VncWishes *wishes, VncNews *news, const VncClientContext *context)
{
    if (vnc_wishes_have(wishes, VNC_FEATURE_XVP) && vnc_power_is_offered(context)) {
        wishes->read.xvp = true;
        vnc_news_add(news, news->told_xvp ? 0 : VNC_NEWS_XVP_INIT);
    }
}

/* A viewer may send the messages of the features that it has listed. A feature that exists only at
 * times counts once the viewer has been told of it: the viewer may send the message even when the
 * feature is gone again, and gets an answer. */
static void settle_messages(VncWishes *wishes, VncNews *news, const VncClientContext *context)
{
    wishes->read = (VncReadFeatures){
        .extended_key_event = vnc_wishes_have(wishes, VNC_FEATURE_KEY_EVENT),
        .extended_mouse_buttons = vnc_wishes_have(wishes, VNC_FEATURE_MOUSE_BUTTONS),
        .extended_clipboard = vnc_wishes_have(wishes, VNC_FEATURE_CLIPBOARD),
        .audio = wishes->read.audio && vnc_wishes_have(wishes, VNC_FEATURE_AUDIO),
        .xvp = wishes->read.xvp && vnc_wishes_have(wishes, VNC_FEATURE_XVP),
    };
    vnc_encodings_audio_changed(wishes, news, context);
    vnc_encodings_power_changed(wishes, news, context);
}

void vnc_encodings_set(VncWishes *wishes, VncNews *news, const VncMessage *message, int minor,
                       const VncClientContext *context)
{
    /* The viewer is told of these two only if the host has sound, or power control. */
    const unsigned conditional = VNC_NEWS_AUDIO_ACK | VNC_NEWS_XVP_INIT;
    VncLevels levels = VNC_LEVELS_INIT;
    const VncEncoder *encoder = NULL;

    wishes->features = 0;
    vnc_news_relist(news);
    for (unsigned i = 0; i < message->encodings.count; i++) {
        int32_t number = vnc_message_encoding(message, i);

        vnc_news_add(news, vnc_pseudo_list(number, &wishes->features) & ~conditional);
        vnc_levels_note(&levels, number);
        if (!encoder) {
            encoder = vnc_encoder_find(number);
        }
    }
    /* Some viewers of RFB 3.3, all of them old, list LastRect and do not understand it. */
    if (minor <= 3) {
        wishes->features &= ~VNC_FEATURE_LAST_RECT;
    }
    vnc_wishes_set_encoder(wishes, encoder ? encoder : &vnc_encoder_raw, &levels);
    vnc_wishes_settle(wishes, context->screen->options->lossy);
    settle_messages(wishes, news, context);
}
