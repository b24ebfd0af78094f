/*
 * The text of a clipboard, from the forms that it has on the wire and into them.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pure; any thread. Within the server a text is valid UTF-8, ends at a NUL and has line feeds for
 * ends of lines. What a megabyte takes, compressed or inflated, is milliseconds: not for the main
 * thread.
 */
#ifndef UI_RFB_CLIPTEXT_H
#define UI_RFB_CLIPTEXT_H

#include "ui/base/buffer.h"

/* The longest text within the server, bytes of UTF-8 without the NUL; QEMU's own server has the
 * same limit. */
#define VNC_MAX_CLIPBOARD (1024 * 1024)

/* Those of a text on the wire: each line feed may have become two bytes, and a NUL ends it. */
#define VNC_MAX_CLIPBOARD_WIRE (2 * VNC_MAX_CLIPBOARD + 1)

/**
 * VncClipboardCaps: what a viewer takes. Until it says so the specification assumes what
 * vnc_clipboard_caps_init() does.
 */
typedef struct VncClipboardCaps {
    uint32_t flags; /* VncClipboardFlags: formats and actions */
    /* It takes a text shorter than this without having asked for it; bytes on the wire. */
    uint32_t max_text;
} VncClipboardCaps;

void vnc_clipboard_caps_init(VncClipboardCaps *caps);

/* What a message with VNC_CLIPBOARD_CAPS says. A size that is missing is 0. */
void vnc_clipboard_read_caps(VncClipboardCaps *caps, uint32_t flags, const uint8_t *data,
                             size_t len);

/**
 * VncTextForm: how a text is given.
 */
typedef enum VncTextForm {
    VNC_TEXT_UTF8,   /* by a host */
    VNC_TEXT_LATIN1, /* by a ClientCutText */
    VNC_TEXT_ZLIB,   /* by a VNC_CLIPBOARD_PROVIDE, whose first format is the text */
} VncTextForm;

/**
 * vnc_clipboard_read_text: the text that @bytes hold, up to a NUL. What is no UTF-8 becomes U+FFFD.
 * Inflating ends at VNC_MAX_CLIPBOARD_WIRE, whatever follows.
 *
 * Returns the text, to be freed; NULL with @why, static: it is too long, or is none.
 */
char *vnc_clipboard_read_text(VncTextForm form, const uint8_t *bytes, size_t len, const char **why);

/* Append a ServerCutText with @text, in which '?' stands for what Latin-1 lacks. */
void vnc_write_text_latin1(VncBuffer *out, const char *text);

/* Append a VNC_CLIPBOARD_PROVIDE with @text. Returns the text's length on the wire, as max_text
 * counts it. */
size_t vnc_write_text_zlib(VncBuffer *out, const char *text);

#endif
