/*
 * The list of security types, and which of them a viewer is offered.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Any thread: pure functions.
 */
#ifndef UI_AUTH_TYPES_H
#define UI_AUTH_TYPES_H

#include "ui/auth/auth.h"

/* The security type with this number, or NULL. */
const VncAuthType *vnc_auth_find(uint32_t number);

/**
 * vnc_auth_offer: the security types that a viewer is offered, best first.
 *
 * @tls: the viewer's stream is encrypted already, as a websocket may be
 * @numbers: room for VNC_MAX_SECURITY_TYPES
 *
 * Returns how many; 0 if there is only `plain`, and nothing to encrypt it.
 */
unsigned vnc_auth_offer(const VncAuthSettings *settings, bool tls, uint8_t *numbers);

#endif
