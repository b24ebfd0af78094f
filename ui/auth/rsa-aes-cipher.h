/*
 * The messages of RSA-AES.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Any thread: changes nothing but the caller's cipher.
 *
 * A message is a 16-bit length, that many bytes of ciphertext, and a tag. AES runs in EAX mode. The
 * nonce is the number of the message in its direction; the length is authenticated, too (rfbproto,
 * RSA-AES security type).
 */
#ifndef UI_AUTH_RSA_AES_CIPHER_H
#define UI_AUTH_RSA_AES_CIPHER_H

#include <nettle/aes.h>
#include <nettle/eax.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VNC_RSA_AES_HEADER    2
#define VNC_RSA_AES_OVERHEAD  (VNC_RSA_AES_HEADER + EAX_DIGEST_SIZE)
#define VNC_RSA_AES_KEY_BYTES 32 /* the longest */

/**
 * VncRsaAesCipher: one direction of a connection. A plain value: after a copy, only the copy is
 * used.
 */
typedef struct VncRsaAesCipher {
    union {
        struct aes128_ctx aes128;
        struct aes256_ctx aes256;
    } aes;
    nettle_cipher_func *encrypt; /* encrypts a block by the member of `aes` in use */
    struct eax_key key;
    uint8_t counter[EAX_IV_SIZE]; /* of messages, little endian */
} VncRsaAesCipher;

/* @len: bytes of @key, 16 or 32. */
void vnc_rsa_aes_init(VncRsaAesCipher *cipher, const uint8_t *key, size_t len);

/* Encrypt @len <= 65535 bytes as one message: @len + VNC_RSA_AES_OVERHEAD bytes at @message. */
void vnc_rsa_aes_seal(VncRsaAesCipher *cipher, const uint8_t *bytes, size_t len, uint8_t *message);

/* Decrypt a complete message to @bytes, as many as its length says. Returns false if the message is
 * not authentic; @bytes is undefined then. */
bool vnc_rsa_aes_open(VncRsaAesCipher *cipher, const uint8_t *message, uint8_t *bytes);

#endif
