/*
 * Security type 2, VNC authentication: a challenge, encrypted with the password.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread; a login owns its challenge; no lock.
 *
 * RFC 6143, 7.2.2: DES in ECB mode over 16 random bytes. The key is the password's first 8 bytes,
 * filled up with zeros, the bits of each byte in reverse order: DES takes the lowest bit for
 * parity, and would ignore a bit that tells letters apart.
 */
#include "ui/auth/auth.h"

#include "ui/base/thread.h"
#include "ui/base/wipe.h"

#include <gio/gio.h>
#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>

#define CHALLENGE_BYTES 16
#define BLOCK_BYTES     8

typedef struct VncAuthVnc {
    VncAuth auth;
    bool challenged;
    uint8_t challenge[CHALLENGE_BYTES];
} VncAuthVnc;

static uint8_t reverse_bits(uint8_t byte)
{
    uint8_t reversed = 0;

    for (int bit = 0; bit < 8; bit++) {
        reversed |= ((byte >> bit) & 1) << (7 - bit);
    }
    return reversed;
}

/* One block by CBC with a zero vector, which is ECB. Returns a GnuTLS error code. */
static int encrypt_block(const gnutls_datum_t *key, uint8_t *block)
{
    uint8_t zero[BLOCK_BYTES] = {0};
    const gnutls_datum_t vector = {zero, sizeof(zero)};
    gnutls_cipher_hd_t cipher;
    int result = gnutls_cipher_init(&cipher, GNUTLS_CIPHER_DES_CBC, key, &vector);

    if (result == 0) {
        result = gnutls_cipher_encrypt(cipher, block, BLOCK_BYTES);
        gnutls_cipher_deinit(cipher);
    }
    return result;
}

/* Compute the answer of a viewer that knows @password. Returns a GnuTLS error code. */
static int expect(const char *password, const uint8_t *challenge, uint8_t *answer)
{
    uint8_t bytes[VNC_PASSWORD_BYTES] = {0};
    const gnutls_datum_t key = {bytes, sizeof(bytes)};
    int result = 0;

    for (unsigned i = 0; i < sizeof(bytes) && password[i]; i++) {
        bytes[i] = reverse_bits((uint8_t)password[i]);
    }
    memcpy(answer, challenge, CHALLENGE_BYTES);
    for (unsigned i = 0; i < CHALLENGE_BYTES && result == 0; i += BLOCK_BYTES) {
        result = encrypt_block(&key, answer + i);
    }
    vnc_wipe(bytes, sizeof(bytes));
    return result;
}

/* Whether @answer belongs to @password. Takes the same time for each wrong answer. */
static bool matches(const VncAuthVnc *self, const char *password, const uint8_t *answer)
{
    uint8_t expected[CHALLENGE_BYTES];

    return password && password[0] && expect(password, self->challenge, expected) == 0 &&
           gnutls_memcmp(expected, answer, sizeof(expected)) == 0;
}

static VncAuthResult check(VncAuthVnc *self, const uint8_t *answer)
{
    const VncPasswords *passwords = self->auth.login->passwords;

    return vnc_auth_judge(&self->auth, matches(self, passwords->full, answer),
                          matches(self, passwords->view_only, answer));
}

static VncAuthResult vnc_step(VncAuth *auth)
{
    VncAuthVnc *self = (VncAuthVnc *)auth;
    VncLogin *login = auth->login;
    VncAuthResult result;

    if (!self->challenged) {
        if (gnutls_rnd(GNUTLS_RND_NONCE, self->challenge, CHALLENGE_BYTES) != 0) {
            return vnc_auth_refuse(auth, "The server has no random numbers", NULL);
        }
        vnc_buffer_append(login->out, self->challenge, CHALLENGE_BYTES);
        self->challenged = true;
    }
    if (login->in->len < CHALLENGE_BYTES) {
        return VNC_AUTH_MORE;
    }
    if (!vnc_auth_begin_guess(auth)) {
        return VNC_AUTH_REFUSED;
    }
    result = check(self, vnc_buffer_bytes(login->in));
    vnc_buffer_consume(login->in, CHALLENGE_BYTES);
    return result;
}

bool vnc_auth_vnc_available(GError **error)
{
    const uint8_t challenge[CHALLENGE_BYTES] = {0};
    uint8_t answer[CHALLENGE_BYTES];
    int result;

    VNC_MAIN();
    result = expect("password", challenge, answer);
    if (result != 0) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                    "VNC authentication needs DES, which GnuTLS does not do here: %s",
                    gnutls_strerror(result));
    }
    return result == 0;
}

const VncAuthType vnc_auth_vnc = {
    .number = VNC_SECURITY_VNC,
    .name = "vnc",
    .size = sizeof(VncAuthVnc),
    .step = vnc_step,
};
