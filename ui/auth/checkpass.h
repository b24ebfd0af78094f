/*
 * Checking a user's password by SASL, off the main thread.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. For security types that bring the password to the server.
 */
#ifndef UI_AUTH_CHECKPASS_H
#define UI_AUTH_CHECKPASS_H

#include "ui/auth/auth.h"

/* Most bytes of a user's name, or of a password. */
#define VNC_CHECKPASS_MAX 1024

typedef struct VncCheckpass VncCheckpass;

/* Copies @user and @password, and wipes the copies after use. Returns NULL in a build without SASL;
 * the functions below accept NULL. */
VncCheckpass *vnc_checkpass_new(VncAuth *auth, const void *user, size_t user_len,
                                const void *password, size_t password_len);

/* Begin, or go on: step() calls this until the result is not VNC_AUTH_BUSY. VNC_AUTH_PASSED:
 * sasl-authz lets the user in, and login->user is set. */
VncAuthResult vnc_checkpass_step(VncAuth *auth, VncCheckpass *check);

void vnc_checkpass_free(VncCheckpass *check);

#endif
