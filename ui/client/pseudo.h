/*
 * Pseudo-encodings: what a viewer says by listing one, and what it is told by one.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread; no socket, no queue.
 */
#ifndef UI_CLIENT_PSEUDO_H
#define UI_CLIENT_PSEUDO_H

#include "ui/client/cut-text.h"
#include "ui/client/input.h"
#include "ui/client/news.h"
#include "ui/client/picture.h"
#include "ui/client/wishes.h"

/**
 * VncPseudo: what one viewer is told, and those of its parts that know what that is.
 */
typedef struct VncPseudo {
    const VncClientContext *context;
    const VncWishes *wishes;
    VncNews *news;
    VncPicture *picture;
    VncInput *input;
    VncCutText *cut_text;
} VncPseudo;

/**
 * vnc_pseudo_list: the viewer has listed @number.
 *
 * @features: VncFeature: those that it stands for are added
 *
 * Returns what the viewer is to be told because of it: VncNewsBits.
 */
unsigned vnc_pseudo_list(int32_t number, unsigned *features);

/* Append what is to be told; it is told then. Each returns how many rectangles have been
 * written. */
unsigned vnc_pseudo_write_size(const VncPseudo *pseudo, VncBuffer *out);
unsigned vnc_pseudo_write_ack(const VncPseudo *pseudo, VncBuffer *out); /* one of them, or none */
unsigned vnc_pseudo_write(const VncPseudo *pseudo, VncBuffer *out);     /* all the others */

/* Messages of their own: VNC_NEWS_MESSAGES. */
void vnc_pseudo_write_messages(const VncPseudo *pseudo, VncBuffer *out);

#endif
