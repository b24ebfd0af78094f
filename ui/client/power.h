/*
 * The machine's power, in a viewer's hands (xvp): `power-control=`.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread.
 */
#ifndef UI_CLIENT_POWER_H
#define UI_CLIENT_POWER_H

#include "ui/client/context.h"
#include "ui/client/news.h"
#include "ui/client/wishes.h"
#include "ui/rfb/read.h"

bool vnc_power_is_offered(const VncClientContext *context);

/* Append the offer of power control, if it is due and the viewer still lists xvp. */
void vnc_power_offer(VncNews *news, const VncWishes *wishes, VncBuffer *out);

/* Have the host do what @message, of kind VNC_MESSAGE_XVP, asks for. Returns whether it does it. */
bool vnc_power_do(const VncClientContext *context, const VncMessage *message);

#endif
