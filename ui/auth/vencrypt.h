/*
 * VeNCrypt's subtypes.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Any thread: pure functions.
 */
#ifndef UI_AUTH_VENCRYPT_H
#define UI_AUTH_VENCRYPT_H

#include "ui/auth/settings.h"

#include <stdint.h>

/**
 * vnc_auth_vencrypt_offer: the subtypes that a viewer is offered, best first; a pure function.
 *
 * @tls: the viewer's stream is encrypted already, as a websocket may be
 * @numbers: room for VNC_MAX_SECURITY_TYPES
 *
 * Returns how many, which may be 0.
 */
unsigned vnc_auth_vencrypt_offer(const VncAuthSettings *settings, bool tls, uint32_t *numbers);

/* How query-vnc-servers names VeNCrypt's subtype @number, "tls-vnc" and so on. */
const char *vnc_auth_vencrypt_name(uint32_t number);

#endif
