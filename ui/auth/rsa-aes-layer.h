/*
 * RSA-AES over a stream, once a login has agreed on keys.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread.
 */
#ifndef UI_AUTH_RSA_AES_LAYER_H
#define UI_AUTH_RSA_AES_LAYER_H

#include "ui/auth/rsa-aes-cipher.h"
#include "ui/net/stream.h"

/* Lay RSA-AES over @lower, which is taken over. @in, @out: the ciphers of both directions, as the
 * login leaves them; copied. */
VncStream *vnc_rsa_aes_layer_new(VncStream *lower, GMainContext *context, const VncRsaAesCipher *in,
                                 const VncRsaAesCipher *out);

#endif
