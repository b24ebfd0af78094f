/*
 * The server's RSA key: GnuTLS reads all the file formats, Nettle computes with the numbers.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread; a key owns its numbers; no lock.
 */
#include "ui/auth/rsa-key.h"

#include "ui/auth/rsa-key-private.h"
#include "ui/base/buffer.h"
#include "ui/base/thread.h"
#include "ui/base/wipe.h"

#include <gio/gio.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <nettle/sha1.h>

static bool fail(GError **error, const char *cause)
{
    g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, cause);
    return false;
}

static void wipe(mpz_t number)
{
    size_t limbs = mpz_size(number);

    vnc_wipe(mpz_limbs_modify(number, limbs), limbs * sizeof(mp_limb_t));
    mpz_limbs_finish(number, 0);
}

/* Move the number in @datum to an mpz, and wipe @datum. */
static void take(mpz_t number, gnutls_datum_t *datum)
{
    nettle_mpz_set_str_256_u(number, datum->size, datum->data);
    vnc_wipe(datum->data, datum->size);
    gnutls_free(datum->data);
}

/* Compute the numbers that Nettle needs besides: d mod p - 1, d mod q - 1, and 1 / q mod p. */
static bool complete(VncRsaKey *key)
{
    struct rsa_private_key *private = &key->private;
    mpz_t less;
    bool invertible;

    mpz_init(less);
    mpz_sub_ui(less, private->p, 1);
    mpz_fdiv_r(private->a, private->d, less);
    mpz_sub_ui(less, private->q, 1);
    mpz_fdiv_r(private->b, private->d, less);
    invertible = mpz_invert(private->c, private->q, private->p) != 0;
    wipe(less);
    mpz_clear(less);
    return invertible && rsa_public_key_prepare(&key->public) && rsa_private_key_prepare(private) &&
           private->size == key->public.size;
}

static void write_message(VncRsaKey *key, unsigned bits)
{
    size_t size = key->public.size;
    VncBuffer message = {0};

    vnc_buffer_append_u32(&message, bits);
    key->message_len = message.len + 2 * size;
    key->message = g_malloc(key->message_len);
    memcpy(key->message, vnc_buffer_bytes(&message), message.len);
    nettle_mpz_get_str_256(size, key->message + message.len, key->public.n);
    nettle_mpz_get_str_256(size, key->message + message.len + size, key->public.e);
    vnc_buffer_clear(&message);
}

static bool fill(VncRsaKey *key, gnutls_x509_privkey_t from, GError **error)
{
    gnutls_datum_t n, e, d, p, q, u;
    unsigned bits = 0;
    int code;

    if (gnutls_x509_privkey_get_pk_algorithm2(from, &bits) != GNUTLS_PK_RSA) {
        return fail(error, "no RSA key");
    }
    if (bits < VNC_RSA_KEY_MIN_BITS || bits > VNC_RSA_KEY_MAX_BITS) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                    "a key of %u bits: %u to %u are possible", bits, VNC_RSA_KEY_MIN_BITS,
                    VNC_RSA_KEY_MAX_BITS);
        return false;
    }
    code = gnutls_x509_privkey_export_rsa_raw(from, &n, &e, &d, &p, &q, &u);
    if (code < 0) {
        return fail(error, gnutls_strerror(code));
    }
    take(key->public.n, &n);
    take(key->public.e, &e);
    take(key->private.d, &d);
    take(key->private.p, &p);
    take(key->private.q, &q);
    take(key->private.c, &u);
    if (!complete(key)) {
        return fail(error, "a key whose numbers do not go together");
    }
    write_message(key, bits);
    return true;
}

VncRsaKey *vnc_rsa_key_load(const char *file, GError **error)
{
    g_autofree char *text = NULL;
    g_autoptr(VncRsaKey) key = NULL;
    gnutls_x509_privkey_t from;
    gnutls_datum_t pem;
    size_t len;
    bool filled;
    int code;

    VNC_MAIN();
    if (!g_file_get_contents(file, &text, &len, error)) {
        return NULL;
    }
    pem = (gnutls_datum_t){(unsigned char *)text, (unsigned)len};
    if (gnutls_x509_privkey_init(&from) < 0) {
        g_error("RSA: no memory");
    }
    code = gnutls_x509_privkey_import(from, &pem, GNUTLS_X509_FMT_PEM);
    if (code >= 0) {
        code = gnutls_x509_privkey_verify_params(from);
    }
    vnc_wipe(text, len);
    key = g_new0(VncRsaKey, 1);
    key->refs = 1;
    rsa_public_key_init(&key->public);
    rsa_private_key_init(&key->private);
    if (code < 0) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                    "no private key in unencrypted PEM: %s", gnutls_strerror(code));
    }
    filled = code >= 0 && fill(key, from, error);
    gnutls_x509_privkey_deinit(from);
    return filled ? g_steal_pointer(&key) : NULL;
}

VncRsaKey *vnc_rsa_key_ref(VncRsaKey *key)
{
    VNC_MAIN();

    key->refs++;
    return key;
}

char *vnc_rsa_key_fingerprint(const VncRsaKey *key)
{
    GString *text = g_string_new(NULL);
    struct sha1_ctx hash;
    uint8_t digest[8];

    sha1_init(&hash);
    sha1_update(&hash, key->message_len, key->message);
    sha1_digest(&hash, sizeof(digest), digest);
    for (unsigned i = 0; i < sizeof(digest); i++) {
        g_string_append_printf(text, "%s%02x", i > 0 ? "-" : "", digest[i]);
    }
    return g_string_free(text, FALSE);
}

void vnc_rsa_key_unref(VncRsaKey *key)
{
    VNC_MAIN();

    if (key && --key->refs == 0) {
        wipe(key->private.d);
        wipe(key->private.p);
        wipe(key->private.q);
        wipe(key->private.a);
        wipe(key->private.b);
        wipe(key->private.c);
        rsa_private_key_clear(&key->private);
        rsa_public_key_clear(&key->public);
        g_free(key->message);
        g_free(key);
    }
}
