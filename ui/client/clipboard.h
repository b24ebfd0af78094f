/*
 * The clipboard that all viewers of a server share.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. Owned by the server, which keeps it; viewers look at it, and send the messages.
 */
#ifndef UI_CLIENT_CLIPBOARD_H
#define UI_CLIENT_CLIPBOARD_H

#include "ui/base/buffer.h"

typedef struct VncState VncState;

typedef struct VncClipboard {
    enum VncClipboardSource {
        VNC_CLIPBOARD_OF_NOBODY, /* there is no text */
        VNC_CLIPBOARD_OF_HOST,
        VNC_CLIPBOARD_OF_VIEWER,
    } source;
    VncState *owner; /* the viewer that has it; NULL if it is gone, or it is none */

    /* The text, as whole messages that serve all viewers. Empty until a viewer wants it. */
    VncBuffer cut_text; /* ServerCutText */
    VncBuffer provide;  /* its extended form */
    size_t wire_len;    /* of the text within the extended form */
} VncClipboard;

#endif
