/*
 * The passwords of VNC authentication, as options and monitor set them.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread.
 */
#ifndef UI_AUTH_PASSWORDS_H
#define UI_AUTH_PASSWORDS_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bytes of a password that VNC authentication looks at: the key of DES. */
#define VNC_PASSWORD_BYTES 8

/**
 * VncPasswords: one for full access, and one for view-only access. A password that is NULL or empty
 * lets nobody in.
 */
typedef struct VncPasswords {
    char *full, *view_only; /* NULL: none */
    int64_t expires;        /* of both: seconds since 1970; INT64_MAX: never */
} VncPasswords;

void vnc_passwords_init(VncPasswords *passwords);
void vnc_passwords_clear(VncPasswords *passwords);

/* Replace *@field, one of the two passwords, by a copy of @password, which may be NULL. Wipes the
 * old one. */
void vnc_passwords_set(char **field, const char *password);

bool vnc_passwords_expired(const VncPasswords *passwords);

#endif
