/*
 * A viewer's part in the clipboard: ClientCutText, ServerCutText, and the extended clipboard.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. What a viewer is to be told waits in its VncNews, and goes out when the viewer has
 * read what was sent to it before.
 *
 * A viewer that is to look only has no part in it: what is on the clipboard need not be on the
 * screen.
 */
#ifndef UI_CLIENT_CUT_TEXT_H
#define UI_CLIENT_CUT_TEXT_H

#include "ui/client/context.h"
#include "ui/client/news.h"
#include "ui/client/wishes.h"

/**
 * VncCutText: of one viewer.
 */
typedef struct VncCutText {
    const VncClientContext *context;
    const VncWishes *wishes;
    VncNews *news;
    VncClipboardCaps caps; /* as the viewer has sent them */
    enum {
        VNC_WANTS_NO_TEXT,
        VNC_WANTS_NEW_TEXT, /* it has not asked */
        VNC_WANTS_ASKED_TEXT,
    } wants;
    bool barred;  /* the viewer has no part in it */
    bool refused; /* vnc_cut_text_refuse() has been called */
} VncCutText;

void vnc_cut_text_init(VncCutText *text, const VncClientContext *context, const VncWishes *wishes,
                       VncNews *news);

/* ClientCutText, and its extended form. */
void vnc_cut_text_given(VncCutText *text, const VncMessage *message);
void vnc_cut_text_message(VncCutText *text, const VncMessage *message);

/* VncScreen.clipboard is another one. */
void vnc_cut_text_changed(VncCutText *text);

/* The viewer has a part in it from now on, or none any more. */
void vnc_cut_text_bar(VncCutText *text, bool barred);

/* Whether the messages of VncScreen.clipboard are to be made for this viewer; they are there. */
bool vnc_cut_text_is_wanted(const VncCutText *text);
void vnc_cut_text_ready(VncCutText *text);

/* Ask the viewer for what it has offered. */
void vnc_cut_text_ask(VncCutText *text);

/* What has come from it is not taken. Returns whether that is so for the first time. */
bool vnc_cut_text_refuse(VncCutText *text);

/* Append what is to be told of the clipboard. */
void vnc_cut_text_write(VncCutText *text, VncBuffer *out);

#endif
