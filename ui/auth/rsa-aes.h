/*
 * RSA-AES, for its own files alone: the key, the cipher, the layer.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A message is a 16-bit length, so many bytes of ciphertext, and a tag. AES in EAX mode; the nonce is the number of the
 * message in its direction, the length is authenticated too (rfbproto, RSA-AES security type).
 */
#ifndef UI_AUTH_RSA_AES_H
#define UI_AUTH_RSA_AES_H

#include "ui/auth/rsa-key.h"
#include "ui/net/stream.h"

#include <nettle/aes.h>
#include <nettle/eax.h>
#include <nettle/rsa.h>

#define VNC_RSA_KEY_MAX_BYTES (VNC_RSA_KEY_MAX_BITS / 8)

#define VNC_RSA_AES_HEADER    2
#define VNC_RSA_AES_OVERHEAD  (VNC_RSA_AES_HEADER + EAX_DIGEST_SIZE)
#define VNC_RSA_AES_KEY_BYTES 32 /* the longest */

struct VncRsaKey {
    int refs;
    struct rsa_public_key public;
    struct rsa_private_key private;
    /* The public one as viewers are sent it: its bits, modulus, exponent. */
    uint8_t *message;
    size_t message_len;
};

/**
 * VncRsaAesCipher: one direction of a connection. A plain value: whoever copies it goes on with the copy.
 */
typedef struct VncRsaAesCipher {
    union {
        struct aes128_ctx aes128;
        struct aes256_ctx aes256;
    } aes;
    nettle_cipher_func *encrypt; /* a block, by the one that is in use */
    struct eax_key key;
    uint8_t counter[EAX_IV_SIZE]; /* of messages, little endian */
} VncRsaAesCipher;

/* @len: bytes of @key, 16 or 32. */
void vnc_rsa_aes_init(VncRsaAesCipher *cipher, const uint8_t *key, size_t len);

/* Make a message of @len <= 65535 bytes: @len + VNC_RSA_AES_OVERHEAD bytes at @message. */
void vnc_rsa_aes_seal(VncRsaAesCipher *cipher, const uint8_t *bytes, size_t len, uint8_t *message);

/* Read a whole message: as many bytes as its length says, to @bytes. False: it is not authentic, and what is at @bytes
 * means nothing. */
bool vnc_rsa_aes_open(VncRsaAesCipher *cipher, const uint8_t *message, uint8_t *bytes);

/* Lay RSA-AES over @lower, taken over, with the ciphers of both directions as the login leaves them. */
VncStream *vnc_rsa_aes_layer_new(VncStream *lower, GMainContext *context, const VncRsaAesCipher *in,
                                 const VncRsaAesCipher *out);

#endif
