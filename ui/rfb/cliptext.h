/*
 * Clipboard texts: from their forms on the wire, and to them.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pure; any thread. Within the server a text is valid UTF-8, ends at a NUL and has line feeds as
 * line ends. To compress or inflate a megabyte takes milliseconds: not on the main thread.
 */
#ifndef UI_RFB_CLIPTEXT_H
#define UI_RFB_CLIPTEXT_H

#include "ui/base/buffer.h"

/* The longest text within the server, bytes of UTF-8 without the NUL. QEMU's own server has the
 * same limit. */
#define VNC_MAX_CLIPBOARD (1024 * 1024)

/* The longest text on the wire, bytes: each line feed may have become two bytes, and a NUL ends the
 * text. */
#define VNC_MAX_CLIPBOARD_WIRE (2 * VNC_MAX_CLIPBOARD + 1)

/**
 * VncClipboardCaps: what a viewer accepts. vnc_clipboard_caps_init() sets what the specification
 * assumes until the viewer says so.
 */
typedef struct VncClipboardCaps {
    uint32_t flags;    /* VncClipboardFlags: formats and actions */
    uint32_t max_text; /* the viewer accepts a text shorter than this unasked; bytes on the wire */
} VncClipboardCaps;

void vnc_clipboard_caps_init(VncClipboardCaps *caps);

/* Read a message with VNC_CLIPBOARD_CAPS. A missing size counts as 0. */
void vnc_clipboard_read_caps(VncClipboardCaps *caps, uint32_t flags, const uint8_t *data,
                             size_t len);

/**
 * VncTextForm: the form in which a text comes.
 */
typedef enum VncTextForm {
    VNC_TEXT_UTF8,   /* from a host */
    VNC_TEXT_LATIN1, /* from a ClientCutText */
    VNC_TEXT_ZLIB,   /* from a VNC_CLIPBOARD_PROVIDE whose first format is the text */
} VncTextForm;

/**
 * vnc_clipboard_read_text: read the text in @bytes, up to a NUL. Invalid UTF-8 becomes U+FFFD.
 * Inflating ends at VNC_MAX_CLIPBOARD_WIRE bytes, whatever follows.
 *
 * Returns the text, to be freed. Returns NULL with @why, static, if the text is too long or the
 * bytes hold none.
 */
char *vnc_clipboard_read_text(VncTextForm form, const uint8_t *bytes, size_t len, const char **why);

/* Append a ServerCutText with @text; '?' replaces characters that Latin-1 lacks. */
void vnc_write_text_latin1(VncBuffer *out, const char *text);

/* Append a VNC_CLIPBOARD_PROVIDE with @text. Returns the text's length on the wire, which max_text
 * limits. */
size_t vnc_write_text_zlib(VncBuffer *out, const char *text);

#endif
