/*
 * The numbers of an RSA key, for the files that compute with them.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Immutable once loaded.
 */
#ifndef UI_AUTH_RSA_KEY_PRIVATE_H
#define UI_AUTH_RSA_KEY_PRIVATE_H

#include <nettle/rsa.h>
#include <stddef.h>
#include <stdint.h>

struct VncRsaKey {
    int refs;
    struct rsa_public_key public;
    struct rsa_private_key private;
    /* The public key as sent to viewers: its length in bits, modulus, exponent. */
    uint8_t *message;
    size_t message_len;
};

#endif
