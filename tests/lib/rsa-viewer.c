/*
 * A viewer of RSA-AES, for the tests: written with Nettle alone, and able to make every mistake.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One thread, and VncOffload's threads.
 */
#include "tests/lib/rsa-viewer.h"

#include "ui/auth/types.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <nettle/sha1.h>
#include <nettle/sha2.h>

static VncRsaKey *server_key;
static struct rsa_public_key viewer_public;
static struct rsa_private_key viewer_private;

void fill_random(void *opaque, size_t len, uint8_t *bytes)
{
    (void)opaque;
    g_assert_cmpint(gnutls_rnd(GNUTLS_RND_NONCE, bytes, len), ==, 0);
}

/* --- the viewer's messages ---------------------------------------------------------------- */

void side_init(Side *side, bool wide, const uint8_t *key)
{
    *side = (Side){.wide = wide};
    if (wide) {
        EAX_SET_KEY(&side->aes256, aes256_set_encrypt_key, aes256_encrypt, key);
    } else {
        eax_aes128_set_key(&side->aes128, key);
    }
}

static void side_begin(Side *side, const uint8_t *header)
{
    uint8_t nonce[16] = {0};

    for (unsigned i = 0; i < 8; i++) {
        nonce[i] = (uint8_t)(side->count >> 8 * i);
    }
    side->count++;
    if (side->wide) {
        EAX_SET_NONCE(&side->aes256, aes256_encrypt, sizeof(nonce), nonce);
        EAX_UPDATE(&side->aes256, aes256_encrypt, 2, header);
    } else {
        eax_aes128_set_nonce(&side->aes128, sizeof(nonce), nonce);
        eax_aes128_update(&side->aes128, 2, header);
    }
}

void side_seal(Side *side, const uint8_t *bytes, size_t len, VncBuffer *to)
{
    uint8_t *message = vnc_buffer_reserve(to, len + 18);

    message[0] = (uint8_t)(len >> 8);
    message[1] = (uint8_t)len;
    side_begin(side, message);
    if (side->wide) {
        EAX_ENCRYPT(&side->aes256, aes256_encrypt, len, message + 2, bytes);
        EAX_DIGEST(&side->aes256, aes256_encrypt, 16, message + 2 + len);
    } else {
        eax_aes128_encrypt(&side->aes128, len, message + 2, bytes);
        eax_aes128_digest(&side->aes128, 16, message + 2 + len);
    }
    vnc_buffer_commit(to, len + 18);
}

size_t side_open(Side *side, VncBuffer *from, uint8_t *bytes)
{
    const uint8_t *message = vnc_buffer_bytes(from);
    size_t len = vnc_get_u16(message);
    uint8_t tag[16];

    g_assert_cmpuint(from->len, >=, len + 18);
    side_begin(side, message);
    if (side->wide) {
        EAX_DECRYPT(&side->aes256, aes256_encrypt, len, bytes, message + 2);
        EAX_DIGEST(&side->aes256, aes256_encrypt, 16, tag);
    } else {
        eax_aes128_decrypt(&side->aes128, len, bytes, message + 2);
        eax_aes128_digest(&side->aes128, 16, tag);
    }
    g_assert_cmpmem(tag, 16, message + 2 + len, 16);
    vnc_buffer_consume(from, len + 18);
    return len;
}

/* --- a login ------------------------------------------------------------------------------ */

static void wake(void *opaque)
{
    ((Talk *)opaque)->woken = true;
}

void talk_init(Talk *talk, uint32_t number)
{
    *talk = (Talk){.wide = number > 128, .cut = -1};
    vnc_passwords_init(&talk->passwords);
    vnc_passwords_set(&talk->passwords.full, "more than 8 bytes");
    talk->offload = vnc_offload_new(NULL);
    talk->login = (VncLogin){
        .settings = vnc_auth_settings_new(),
        .passwords = &talk->passwords,
        .offload = talk->offload,
        .wake = wake,
        .opaque = talk,
        .in = &talk->in,
        .out = &talk->out,
    };
    talk->login.settings->rsa = vnc_rsa_key_ref(server_key);
    talk->auth = vnc_auth_new(vnc_auth_find(number), &talk->login);
    g_assert_cmpuint(talk->auth->type->number, ==, number);
    rsa_public_key_init(&talk->server);
}

void talk_clear(Talk *talk)
{
    g_clear_pointer(&talk->auth, vnc_auth_free);
    vnc_offload_free(talk->offload);
    vnc_login_clear(&talk->login);
    vnc_passwords_clear(&talk->passwords);
    vnc_buffer_clear(&talk->in);
    vnc_buffer_clear(&talk->out);
    vnc_buffer_clear(&talk->server_message);
    vnc_buffer_clear(&talk->own_message);
    rsa_public_key_clear(&talk->server);
}

void talk_step(Talk *talk)
{
    talk->result = vnc_auth_step(talk->auth);
    while (talk->result == VNC_AUTH_BUSY) {
        if (talk->leaves_at > 0 && --talk->leaves_at == 0) {
            g_clear_pointer(&talk->auth, vnc_auth_free);
            talk->result = VNC_AUTH_REFUSED;
            return;
        }
        while (!talk->woken) {
            g_main_context_iteration(NULL, TRUE);
        }
        talk->woken = false;
        talk->result = vnc_auth_step(talk->auth);
    }
}

VncAuthResult talk_verdict(Talk *talk)
{
    if (talk->auth->type->number == 5 || talk->auth->type->number == 129) {
        g_assert_cmpint(talk->result, ==, VNC_AUTH_UPGRADE);
        talk_step(talk);
    }
    g_assert_cmpuint(talk->in.len, ==, 0);
    return talk->result;
}

/* Whether the login goes on, with all of @bytes sent. */
static bool say(Talk *talk, const VncBuffer *bytes)
{
    size_t len = talk->cut >= 0 ? MIN(bytes->len, (size_t)talk->cut) : bytes->len;
    size_t piece = talk->piece ? talk->piece : len;

    for (size_t at = 0; at < len; at += piece) {
        g_assert_cmpint(talk->result, ==, VNC_AUTH_MORE);
        vnc_buffer_append(&talk->in, vnc_buffer_bytes(bytes) + at, MIN(piece, len - at));
        talk_step(talk);
        if (talk->result == VNC_AUTH_REFUSED) {
            return false;
        }
    }
    talk->cut -= talk->cut >= 0 ? len : 0;
    return len == bytes->len;
}

static void hash(const Talk *talk, const VncBuffer *first, const VncBuffer *second, uint8_t *digest)
{
    if (talk->wide) {
        struct sha256_ctx context;

        sha256_init(&context);
        sha256_update(&context, first->len, vnc_buffer_bytes(first));
        sha256_update(&context, second->len, vnc_buffer_bytes(second));
        sha256_digest(&context, 32, digest);
    } else {
        struct sha1_ctx context;

        sha1_init(&context);
        sha1_update(&context, first->len, vnc_buffer_bytes(first));
        sha1_update(&context, second->len, vnc_buffer_bytes(second));
        sha1_digest(&context, 20, digest);
    }
}

static size_t hash_len(const Talk *talk)
{
    return talk->wide ? 32 : 20;
}

const char *const complaints[N_SPOILS] = {
    [KEY_SHORT] = "too short or too long",
    [KEY_LONG] = "too short or too long",
    [KEY_HUGE] = "too short or too long",
    [KEY_BITS] = "not valid",
    [KEY_ZERO] = "not valid",
    [KEY_EVEN] = "not valid",
    [KEY_OURS] = "key is the server's",
    [EXPONENT_ONE] = "not valid",
    [EXPONENT_EVEN] = "not valid",
    [EXPONENT_LONG] = "not valid",
    [RANDOM_SIZE] = "random number of the wrong length",
    [RANDOM_PADDING] = "not authentic",
    [RANDOM_ABOVE_MODULUS] = "not authentic",
    [RANDOM_LENGTH] = "not authentic",
    [RANDOM_OURS] = "random number is the server's",
    [HASH_OTHER] = "changed the keys",
    [HASH_TAG] = "not authentic",
    [HASH_TEXT] = "not authentic",
    [HASH_SIZE] = "message of the wrong length",
    [LOGIN_TAG] = "not authentic",
    [LOGIN_AGAIN] = "message of the wrong length", /* the hash once more */
    [LOGIN_SIZE_0] = "message of the wrong length",
    [LOGIN_SIZE_BIG] = "message of the wrong length",
    [LOGIN_USER_LENGTH] = "login of the wrong length",
    [LOGIN_PASSWORD_LENGTH] = "login of the wrong length",
};

void talk_begin(Talk *talk)
{
    const uint8_t *bytes;

    talk_step(talk);
    g_assert_cmpint(talk->result, ==, VNC_AUTH_MORE);
    g_assert_cmpuint(talk->out.len, ==, 4 + 2 * 256);
    bytes = vnc_buffer_bytes(&talk->out);
    g_assert_cmpuint(vnc_get_u32(bytes), ==, 2048);
    nettle_mpz_set_str_256_u(talk->server.n, 256, bytes + 4);
    nettle_mpz_set_str_256_u(talk->server.e, 256, bytes + 4 + 256);
    g_assert_true(rsa_public_key_prepare(&talk->server));
    vnc_buffer_move(&talk->server_message, &talk->out);
}

void rsa_viewer_key(Spoil spoil, VncBuffer *message)
{
    uint32_t bits = spoil == KEY_SHORT  ? 1023
                    : spoil == KEY_LONG ? 8193
                    : spoil == KEY_HUGE ? UINT32_MAX
                    : spoil == KEY_BITS ? VIEWER_BITS + 8
                                        : VIEWER_BITS;
    size_t size = spoil == KEY_BITS ? VIEWER_BYTES + 1 : VIEWER_BYTES;
    uint8_t *n, *e;

    vnc_buffer_append_u32(message, bits);
    n = vnc_buffer_reserve(message, 2 * size);
    e = n + size;
    nettle_mpz_get_str_256(size, n, viewer_public.n);
    nettle_mpz_get_str_256(size, e, viewer_public.e);
    if (spoil == KEY_ZERO) {
        memset(n, 0, size);
    } else if (spoil == KEY_EVEN) {
        n[size - 1] ^= 1;
    } else if (spoil == EXPONENT_LONG) {
        e[0] = 1;
    } else if (spoil == EXPONENT_ONE || spoil == EXPONENT_EVEN) {
        memset(e, 0, size);
        e[size - 1] = spoil == EXPONENT_ONE ? 1 : 4;
    }
    vnc_buffer_commit(message, 2 * size);
}

/* Whether the server cannot read the viewer's random number. */
static bool hides_random(Spoil spoil)
{
    return spoil == RANDOM_PADDING || spoil == RANDOM_ABOVE_MODULUS || spoil == RANDOM_LENGTH;
}

void rsa_viewer_decrypt(const uint8_t *bytes, uint8_t *number, size_t len)
{
    size_t got = len;
    mpz_t message;

    nettle_mpz_init_set_str_256_u(message, VIEWER_BYTES, bytes);
    g_assert_true(rsa_decrypt(&viewer_private, &got, number, message));
    g_assert_cmpuint(got, ==, len);
    mpz_clear(message);
}

static void read_random(Talk *talk)
{
    g_assert_cmpuint(talk->out.len, >=, 2 + VIEWER_BYTES);
    g_assert_cmpuint(vnc_get_u16(vnc_buffer_bytes(&talk->out)), ==, VIEWER_BYTES);
    rsa_viewer_decrypt(vnc_buffer_bytes(&talk->out) + 2, talk->theirs, talk->wide ? 32 : 16);
    vnc_buffer_consume(&talk->out, 2 + VIEWER_BYTES);
}

static bool send_random(Talk *talk, Spoil spoil)
{
    size_t len = talk->wide ? 32 : 16;
    VncBuffer message = {0};
    uint8_t *bytes;
    mpz_t number;
    bool on;

    if (spoil == RANDOM_OURS) {
        read_random(talk);
        memcpy(talk->ours, talk->theirs, len);
    } else {
        fill_random(NULL, len, talk->ours);
    }
    mpz_init(number);
    g_assert_true(rsa_encrypt(&talk->server, NULL, fill_random,
                              spoil == RANDOM_LENGTH ? len - 1 : len, talk->ours, number));
    vnc_buffer_append_u16(&message, spoil == RANDOM_SIZE ? 255 : 256);
    bytes = vnc_buffer_reserve(&message, 256);
    nettle_mpz_get_str_256(256, bytes, number);
    if (spoil == RANDOM_PADDING) {
        bytes[255] ^= 1;
    } else if (spoil == RANDOM_ABOVE_MODULUS) {
        memset(bytes, 0xff, 256);
    }
    vnc_buffer_commit(&message, 256);
    if (hides_random(spoil)) {
        /* What a server may take for the number that it could not read. */
        memset(talk->ours, 0, sizeof(talk->ours));
    }
    mpz_clear(number);
    on = say(talk, &message);
    vnc_buffer_clear(&message);
    return on;
}

static void make_keys(Talk *talk)
{
    size_t len = talk->wide ? 32 : 16;
    VncBuffer ours = {0}, theirs = {0};
    uint8_t key[32];

    vnc_buffer_append(&ours, talk->ours, len);
    vnc_buffer_append(&theirs, talk->theirs, len);
    hash(talk, &theirs, &ours, key);
    side_init(&talk->sends, talk->wide, key);
    hash(talk, &ours, &theirs, key);
    side_init(&talk->receives, talk->wide, key);
    vnc_buffer_clear(&ours);
    vnc_buffer_clear(&theirs);
}

static bool exchange_hashes(Talk *talk, Spoil spoil)
{
    uint8_t wanted[64], had[64];
    size_t len = hash_len(talk);
    VncBuffer message = {0};
    bool on;

    hash(talk, &talk->server_message, &talk->own_message, wanted);
    if (hides_random(spoil)) {
        vnc_buffer_reset(&talk->out); /* it has other keys */
    } else {
        g_assert_cmpuint(vnc_get_u16(vnc_buffer_bytes(&talk->out)), ==, len);
        g_assert_cmpuint(side_open(&talk->receives, &talk->out, had), ==, len);
        g_assert_cmpmem(had, len, wanted, len);
    }
    hash(talk, &talk->own_message, &talk->server_message, wanted);
    wanted[len - 1] ^= spoil == HASH_OTHER;
    side_seal(&talk->sends, wanted, spoil == HASH_SIZE ? len + 1 : len, &message);
    message.data[message.len - 1] ^= spoil == HASH_TAG;
    message.data[2] ^= spoil == HASH_TEXT;
    on = say(talk, &message);
    if (on && spoil == LOGIN_AGAIN) {
        message.data[1] = 1;
        on = say(talk, &message);
    }
    vnc_buffer_clear(&message);
    return on;
}

static bool log_in(Talk *talk, Spoil spoil, const char *user, const char *password)
{
    VncBuffer plain = {0}, message = {0};
    uint8_t subtype;
    bool on;

    g_assert_cmpuint(side_open(&talk->receives, &talk->out, &subtype), ==, 1);
    g_assert_cmpuint(subtype, ==, talk->login.settings->plain ? 1 : 2);
    g_assert_cmpuint(talk->out.len, ==, 0);
    vnc_buffer_append_u8(&plain, spoil == LOGIN_USER_LENGTH ? 255 : (uint8_t)strlen(user));
    vnc_buffer_append(&plain, user, strlen(user));
    vnc_buffer_append_u8(&plain, (uint8_t)strlen(password) + (spoil == LOGIN_PASSWORD_LENGTH));
    vnc_buffer_append(&plain, password, strlen(password));
    if (spoil == LOGIN_SIZE_BIG) {
        vnc_buffer_append(&plain, memset(g_alloca(600), 0, 600), 600);
    }
    side_seal(&talk->sends, vnc_buffer_bytes(&plain), spoil == LOGIN_SIZE_0 ? 0 : plain.len,
              &message);
    message.data[message.len - 1] ^= spoil == LOGIN_TAG;
    on = say(talk, &message);
    vnc_buffer_clear(&plain);
    vnc_buffer_clear(&message);
    return on;
}

bool talk_through(Talk *talk, Spoil spoil, const char *user, const char *password)
{
    talk_begin(talk);
    if (spoil == KEY_OURS) {
        vnc_buffer_append(&talk->own_message, vnc_buffer_bytes(&talk->server_message),
                          talk->server_message.len);
    } else {
        rsa_viewer_key(spoil, &talk->own_message);
    }
    if (!say(talk, &talk->own_message) || !send_random(talk, spoil)) {
        return false;
    }
    read_random(talk);
    make_keys(talk);
    return exchange_hashes(talk, spoil) && log_in(talk, spoil, user, password);
}

void rsa_write_key(const char *path, gnutls_pk_algorithm_t kind, unsigned bits, bool pkcs8,
                   const char *password)
{
    gnutls_x509_privkey_t key;
    char pem[16384];
    size_t len = sizeof(pem);

    gnutls_x509_privkey_init(&key);
    g_assert_cmpint(gnutls_x509_privkey_generate(key, kind, bits, 0), ==, 0);
    if (pkcs8) {
        g_assert_cmpint(gnutls_x509_privkey_export_pkcs8(
                            key, GNUTLS_X509_FMT_PEM, password,
                            password ? GNUTLS_PKCS_PBES2_AES_128 : GNUTLS_PKCS_PLAIN, pem, &len),
                        ==, 0);
    } else {
        g_assert_cmpint(gnutls_x509_privkey_export(key, GNUTLS_X509_FMT_PEM, pem, &len), ==, 0);
    }
    gnutls_x509_privkey_deinit(key);
    g_assert_true(g_file_set_contents(path, pem, len, NULL));
}

void rsa_viewer_init(const char *file)
{
    server_key = vnc_rsa_key_load(file, NULL);
    g_assert_nonnull(server_key);
    rsa_public_key_init(&viewer_public);
    rsa_private_key_init(&viewer_private);
    mpz_set_ui(viewer_public.e, 65537);
    g_assert_true(rsa_generate_keypair(&viewer_public, &viewer_private, NULL, fill_random, NULL,
                                       NULL, VIEWER_BITS, 0));
}

void rsa_viewer_clear(void)
{
    vnc_rsa_key_unref(server_key);
    rsa_public_key_clear(&viewer_public);
    rsa_private_key_clear(&viewer_private);
}

VncRsaKey *rsa_server_key(void)
{
    return server_key;
}
