/*
 * SetEncodings: from the list of numbers to what the viewer wishes, knows and is to be told.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pure.
 */
#ifndef UI_CLIENT_ENCODINGS_H
#define UI_CLIENT_ENCODINGS_H

#include "ui/client/context.h"
#include "ui/client/news.h"
#include "ui/client/wishes.h"

/**
 * vnc_encodings_set: the viewer has sent SetEncodings.
 *
 * @message: of kind VNC_MESSAGE_SET_ENCODINGS
 * @minor: of the protocol's version that the viewer speaks: 3, 7 or 8
 * @context: says what there is to be listed: sound, power control, a loss of quality
 */
void vnc_encodings_set(VncWishes *wishes, VncNews *news, const VncMessage *message, int minor,
                       const VncClientContext *context);

/* Sound, or power control, has come or gone: as if the viewer had listed its encodings again, for
 * these. */
void vnc_encodings_audio_changed(VncWishes *wishes, VncNews *news, const VncClientContext *context);
void vnc_encodings_power_changed(VncWishes *wishes, VncNews *news, const VncClientContext *context);

#endif
