/*
 * The messages of RSA-AES: AES-EAX with counted nonces.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Any thread; the caller owns the ciphers; no lock.
 */
#include "ui/auth/rsa-aes-cipher.h"

#include "ui/base/buffer.h"

#include <gnutls/gnutls.h>

void vnc_rsa_aes_init(VncRsaAesCipher *cipher, const uint8_t *key, size_t len)
{
    *cipher = (VncRsaAesCipher){0};
    if (len == AES128_KEY_SIZE) {
        aes128_set_encrypt_key(&cipher->aes.aes128, key);
        cipher->encrypt = (nettle_cipher_func *)aes128_encrypt;
    } else {
        g_assert(len == AES256_KEY_SIZE);
        aes256_set_encrypt_key(&cipher->aes.aes256, key);
        cipher->encrypt = (nettle_cipher_func *)aes256_encrypt;
    }
    eax_set_key(&cipher->key, &cipher->aes, cipher->encrypt);
}

/* Begin the message whose length is at @header, and count it. */
static void begin(VncRsaAesCipher *cipher, struct eax_ctx *eax, const uint8_t *header)
{
    eax_set_nonce(eax, &cipher->key, &cipher->aes, cipher->encrypt, EAX_IV_SIZE, cipher->counter);
    eax_update(eax, &cipher->key, &cipher->aes, cipher->encrypt, VNC_RSA_AES_HEADER, header);
    for (unsigned i = 0; i < EAX_IV_SIZE && ++cipher->counter[i] == 0; i++) {
    }
}

void vnc_rsa_aes_seal(VncRsaAesCipher *cipher, const uint8_t *bytes, size_t len, uint8_t *message)
{
    uint8_t *text = message + VNC_RSA_AES_HEADER;
    struct eax_ctx eax;

    g_assert(len <= UINT16_MAX);
    message[0] = (uint8_t)(len >> 8);
    message[1] = (uint8_t)len;
    begin(cipher, &eax, message);
    eax_encrypt(&eax, &cipher->key, &cipher->aes, cipher->encrypt, len, text, bytes);
    eax_digest(&eax, &cipher->key, &cipher->aes, cipher->encrypt, EAX_DIGEST_SIZE, text + len);
}

bool vnc_rsa_aes_open(VncRsaAesCipher *cipher, const uint8_t *message, uint8_t *bytes)
{
    const uint8_t *text = message + VNC_RSA_AES_HEADER;
    size_t len = vnc_get_u16(message);
    uint8_t tag[EAX_DIGEST_SIZE];
    struct eax_ctx eax;

    begin(cipher, &eax, message);
    eax_decrypt(&eax, &cipher->key, &cipher->aes, cipher->encrypt, len, bytes, text);
    eax_digest(&eax, &cipher->key, &cipher->aes, cipher->encrypt, sizeof(tag), tag);
    return gnutls_memcmp(tag, text + len, sizeof(tag)) == 0;
}
