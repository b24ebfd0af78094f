/*
 * Fuzz the client message reader.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One thread. Input: a byte of VncReadFeatures (bits 0 to 4), then a viewer's bytes, read message
 * by message to the end or to the first error.
 */
#include "tests/fuzz/fuzz.h"
#include "ui/rfb/cliptext.h"
#include "ui/rfb/read.h"

#include <string.h>

/* What a text is read as must be one, and be read as itself. */
static void check_text(VncTextForm form, const uint8_t *bytes, size_t len)
{
    const char *why = NULL;
    g_autofree char *text = vnc_clipboard_read_text(form, bytes, len, &why);
    g_autofree char *again = NULL;

    g_assert(text || why);
    if (text) {
        g_assert(strlen(text) <= VNC_MAX_CLIPBOARD && g_utf8_validate(text, -1, NULL));
        again = vnc_clipboard_read_text(VNC_TEXT_UTF8, (const uint8_t *)text, strlen(text), &why);
        g_assert(strcmp(text, again) == 0);
    }
}

/* Read from memory of exactly @len bytes, so that a sanitizer sees a read past its end. */
static VncReadResult read_exact(const VncReadFeatures *features, const uint8_t *bytes, size_t len,
                                VncMessage *message, size_t *used)
{
    g_autofree uint8_t *exact = g_malloc(len); /* NULL for 0 */
    g_autofree char *why = NULL;
    VncReadResult result;

    if (len) {
        memcpy(exact, bytes, len);
    }
    *used = SIZE_MAX;
    result = vnc_read_message(features, exact, len, message, used, &why);
    g_assert((why != NULL) == (result == VNC_READ_ERROR));
    g_assert(result == VNC_READ_MESSAGE ? *used >= 1 && *used <= len : *used == 0);
    if (result == VNC_READ_MESSAGE) {
        /* The pointers must lead into the message. */
        if (message->kind == VNC_MESSAGE_SET_ENCODINGS) {
            g_assert(message->encodings.list == exact + 4);
            g_assert(*used == 4 + 4 * (size_t)message->encodings.count);
            for (unsigned i = 0; i < message->encodings.count; i++) {
                vnc_message_encoding(message, i);
            }
        } else if (message->kind == VNC_MESSAGE_CUT_TEXT) {
            g_assert(message->cut_text.text == exact + 8);
            g_assert(*used == 8 + (size_t)message->cut_text.len);
            g_assert(message->cut_text.len <= VNC_MAX_CUT_TEXT);
            check_text(VNC_TEXT_LATIN1, message->cut_text.text, message->cut_text.len);
            check_text(VNC_TEXT_UTF8, message->cut_text.text, message->cut_text.len);
        } else if (message->kind == VNC_MESSAGE_CLIPBOARD) {
            g_assert(features->extended_clipboard);
            g_assert(message->clipboard.data == exact + 12);
            g_assert(*used == 12 + (size_t)message->clipboard.len);
            check_text(VNC_TEXT_ZLIB, message->clipboard.data, message->clipboard.len);
        }
        g_assert(*used <= VNC_MAX_CLIENT_MESSAGE);
    }
    return result;
}

static void check_message(const VncReadFeatures *features, const VncMessage *message)
{
    switch (message->kind) {
    case VNC_MESSAGE_SET_PIXEL_FORMAT:
        g_assert(!vnc_pixel_format_check(&message->pixel_format));
        break;
    case VNC_MESSAGE_POINTER:
        g_assert(message->pointer.buttons < (message->pointer.extended ? 0x200 : 0x100));
        g_assert(!message->pointer.extended || features->extended_mouse_buttons);
        break;
    case VNC_MESSAGE_KEY:
        g_assert(message->key.keycode == 0 || features->extended_key_event);
        break;
    case VNC_MESSAGE_UPDATE_REQUEST:
        g_assert(message->update_request.rect.x >= 0 && message->update_request.rect.w <= 65535);
        break;
    case VNC_MESSAGE_AUDIO_FORMAT:
        g_assert(message->audio_format.sample <= VNC_AUDIO_S32);
        g_assert(message->audio_format.channels == 1 || message->audio_format.channels == 2);
        g_assert(message->audio_format.frequency >= 1);
        g_assert(message->audio_format.frequency <= VNC_AUDIO_MAX_FREQUENCY);
        g_assert(features->audio);
        break;
    case VNC_MESSAGE_AUDIO_ENABLE:
    case VNC_MESSAGE_AUDIO_DISABLE:
        g_assert(features->audio);
        break;
    case VNC_MESSAGE_XVP:
        g_assert(features->xvp);
        break;
    case VNC_MESSAGE_SET_ENCODINGS:
    case VNC_MESSAGE_CUT_TEXT:
    case VNC_MESSAGE_CLIPBOARD:
    case VNC_MESSAGE_SET_DESKTOP_SIZE:
        break;
    default:
        g_assert_not_reached();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    VncReadFeatures features;

    if (len == 0) {
        return 0;
    }
    features.extended_key_event = bytes[0] & 1;
    features.extended_mouse_buttons = bytes[0] & 2;
    features.audio = bytes[0] & 4;
    features.xvp = bytes[0] & 8;
    features.extended_clipboard = bytes[0] & 16;
    bytes++;
    len--;
    for (;;) {
        VncMessage message, other;
        size_t used, used_cut;
        VncReadResult result = read_exact(&features, bytes, len, &message, &used);

        if (result == VNC_READ_MESSAGE) {
            check_message(&features, &message);
            /* Nothing but its own bytes makes a message, and each of them is needed. */
            g_assert(read_exact(&features, bytes, used, &other, &used_cut) == VNC_READ_MESSAGE);
            g_assert(used_cut == used && other.kind == message.kind);
            for (size_t cut = used > 24 ? used - 24 : 0; cut < used; cut++) {
                g_assert(read_exact(&features, bytes, cut, &other, &used_cut) == VNC_READ_MORE);
            }
            bytes += used;
            len -= used;
            continue;
        }
        if (result == VNC_READ_MORE) {
            /* It must end some time: the input buffer's bound is what the length promises. */
            g_assert(len < VNC_MAX_CLIENT_MESSAGE);
            if (len >= 8 && bytes[0] == VNC_CLIENT_CUT_TEXT) {
                int32_t length = (int32_t)((uint32_t)bytes[4] << 24 | (uint32_t)bytes[5] << 16 |
                                           (uint32_t)bytes[6] << 8 | bytes[7]);

                g_assert(length <= 1 << 20 && length >= -(1 << 20));
                g_assert(length >= 0 || (features.extended_clipboard && length <= -4));
            }
            for (size_t cut = 0; cut < MIN(len, 24); cut++) {
                g_assert(read_exact(&features, bytes, cut, &other, &used_cut) == VNC_READ_MORE);
            }
        }
        return 0;
    }
}
