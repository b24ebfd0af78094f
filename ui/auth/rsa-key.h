/*
 * The server's RSA key, by which viewers recognize the server in RSA-AES.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread; immutable once loaded. Work off the main thread may use a key while the main thread
 * keeps a reference for it.
 */
#ifndef UI_AUTH_RSA_KEY_H
#define UI_AUTH_RSA_KEY_H

#include <glib.h>

/* An eavesdropper could break a shorter key; viewers refuse a longer one. */
#define VNC_RSA_KEY_MIN_BITS  2048
#define VNC_RSA_KEY_MAX_BITS  8192
#define VNC_RSA_KEY_MAX_BYTES (VNC_RSA_KEY_MAX_BITS / 8)

typedef struct VncRsaKey VncRsaKey;

/**
 * vnc_rsa_key_load: read a private RSA key, unencrypted PEM, of PKCS#1 or PKCS#8.
 *
 * Fails with G_IO_ERROR, G_FILE_ERROR; the message says the cause, and names a @file that cannot be
 * read. G_IO_ERROR_NOT_SUPPORTED: this build lacks RSA-AES.
 */
VncRsaKey *vnc_rsa_key_load(const char *file, GError **error);
VncRsaKey *vnc_rsa_key_ref(VncRsaKey *key);
void vnc_rsa_key_unref(VncRsaKey *key); /* accepts NULL */

/* The fingerprint that viewers show: the first 8 bytes of the key's SHA-1,
 * "01-23-45-67-89-ab-cd-ef". To be freed. */
char *vnc_rsa_key_fingerprint(const VncRsaKey *key);

G_DEFINE_AUTOPTR_CLEANUP_FUNC(VncRsaKey, vnc_rsa_key_unref)

#endif
