/*
 * Whether a user's password is right: asked of SASL, off the main thread.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. For security types that bring the password to the server.
 */
#ifndef UI_AUTH_CHECKPASS_H
#define UI_AUTH_CHECKPASS_H

#include "ui/auth/auth.h"

/* Bytes of a user's name, or of his password. */
#define VNC_CHECKPASS_MAX 1024

typedef struct VncCheckpass VncCheckpass;

/* Which @user, and which @password; both are copied, and wiped after use. Without SASL, NULL is
 * returned, which the others below accept. */
VncCheckpass *vnc_checkpass_new(VncAuth *auth, const void *user, size_t user_len,
                                const void *password, size_t password_len);

/* Begin, or end: called again by step() until it is no longer VNC_AUTH_BUSY. PASSED: login->user is
 * set, and sasl-authz lets him in. */
VncAuthResult vnc_checkpass_step(VncAuth *auth, VncCheckpass *check);

void vnc_checkpass_free(VncCheckpass *check);

#endif
