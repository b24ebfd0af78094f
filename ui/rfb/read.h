/*
 * Client messages: bytes in, one tagged message out.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pure: no socket, no state. Any thread.
 */
#ifndef UI_RFB_READ_H
#define UI_RFB_READ_H

#include "ui/base/pixel.h"
#include "ui/rfb/proto.h"
#include "ui/vnc-types.h"

/**
 * VncLayoutScreen: one screen of a desktop's layout, as sent.
 */
typedef struct VncLayoutScreen {
    uint32_t id, flags;
    VncRect rect; /* 0..65535 each */
} VncLayoutScreen;

/**
 * VncMessage: one message of a viewer. Its pointers point into the bytes that it was read from.
 */
typedef struct VncMessage {
    enum VncMessageKind {
        VNC_MESSAGE_SET_PIXEL_FORMAT,
        VNC_MESSAGE_SET_ENCODINGS,
        VNC_MESSAGE_UPDATE_REQUEST,
        VNC_MESSAGE_KEY,
        VNC_MESSAGE_POINTER,
        VNC_MESSAGE_CUT_TEXT,
        VNC_MESSAGE_CLIPBOARD,
        VNC_MESSAGE_SET_DESKTOP_SIZE,
        VNC_MESSAGE_AUDIO_ENABLE,
        VNC_MESSAGE_AUDIO_DISABLE,
        VNC_MESSAGE_AUDIO_FORMAT,
        VNC_MESSAGE_XVP,
        VNC_MESSAGE_KINDS, /* the number of kinds */
    } kind;
    union {
        VncPixelFormat pixel_format; /* has passed vnc_pixel_format_check() */
        struct {
            const uint8_t *list; /* `count` big-endian S32, unaligned: see vnc_message_encoding() */
            unsigned count;
        } encodings;
        struct {
            bool incremental;
            VncRect rect; /* as sent: 0..65535 each, maybe outside the screen */
        } update_request;
        struct {
            bool down;
            uint32_t keysym;
            uint32_t keycode; /* from an extended key event; 0 for a plain one */
        } key;
        struct {
            unsigned buttons; /* VncButtons: 7 bits, or 9 if the extended form was used */
            uint16_t x, y;
            bool extended; /* ExtendedMouseButtons' form */
        } pointer;
        struct {
            const uint8_t *text; /* Latin-1, len bytes, no terminator */
            uint32_t len;
        } cut_text;
        struct {
            uint32_t flags;      /* VncClipboardFlags, as sent */
            const uint8_t *data; /* the rest of the message, len bytes */
            uint32_t len;
        } clipboard; /* the extended form of ClientCutText */
        struct {
            uint16_t width, height;
            unsigned screens;      /* number of screens */
            VncLayoutScreen first; /* zero if there is none */
        } desktop_size;
        VncAudioFormat audio_format; /* all values have been checked */
        struct {
            uint8_t version, code; /* as sent */
        } xvp;
    };
} VncMessage;

/* The extensions that a viewer has been told it may use: they change how its bytes are read. */
typedef struct VncReadFeatures {
    bool extended_key_event;     /* -258: message 255/0 is legal */
    bool extended_mouse_buttons; /* -316: bit 7 of a pointer event's mask means a 7-byte form */
    bool extended_clipboard;     /* 0xc0a1e5ce: a negative length of ClientCutText is legal */
    bool audio;                  /* -259: message 255/1 is legal */
    bool xvp;                    /* -309: message 250 is legal */
} VncReadFeatures;

typedef enum VncReadResult {
    VNC_READ_MESSAGE, /* *message is filled, *used bytes belong to it */
    VNC_READ_MORE,    /* the message is incomplete; *used is 0 */
    VNC_READ_ERROR,   /* the message is wrong; *why says how */
} VncReadResult;

/**
 * vnc_read_message: read the message at the start of @bytes. A message that is cut off, at any
 * byte, gives MORE. A wrong message gives an error as soon as the wrong byte is seen.
 *
 * @why: on error a text for the log, which the caller frees: the message, the field, its value, the
 *       allowed values
 */
VncReadResult vnc_read_message(const VncReadFeatures *features, const uint8_t *bytes, size_t len,
                               VncMessage *message, size_t *used, char **why);

/* The @index-th encoding number of a SetEncodings message. */
int32_t vnc_message_encoding(const VncMessage *message, unsigned index);

/* The longest message that vnc_read_message() accepts, bytes: the bound of an input buffer. */
#define VNC_MAX_CLIENT_MESSAGE (8 + VNC_MAX_CUT_TEXT)

#endif
