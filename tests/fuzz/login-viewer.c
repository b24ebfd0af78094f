/*
 * A fuzzed viewer's side of a login. The input may spoil each message.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread: while the viewer waits, it runs the server's main loop.
 */
#include "tests/fuzz/login.h"

#include <errno.h>
#include <gnutls/crypto.h>
#include <nettle/sha1.h>
#include <nettle/sha2.h>
#include <sys/socket.h>

/* How long the viewer waits for an answer: one that has said all as it should for as long as a slow
 * machine may take, any other until it is unlikely to come. */
#define PATIENCE_US (20 * G_USEC_PER_SEC)
#define HASTE_US    10000

bool way_uses_sasl(const Way *way)
{
    return way->type == VNC_SECURITY_SASL || way->subtype == VNC_VENCRYPT_TLS_SASL ||
           way->subtype == VNC_VENCRYPT_X509_SASL;
}

bool way_uses_x509(const Way *way)
{
    return way->subtype == VNC_VENCRYPT_X509_NONE || way->subtype == VNC_VENCRYPT_X509_VNC ||
           way->subtype == VNC_VENCRYPT_X509_PLAIN || way->subtype == VNC_VENCRYPT_X509_SASL;
}

bool way_uses_nothing(const Way *way)
{
    return way->subtype == VNC_VENCRYPT_TLS_NONE || way->subtype == VNC_VENCRYPT_X509_NONE;
}

/* --- bytes -------------------------------------------------------------------------------- */

static bool readable(const Viewer *viewer)
{
    uint8_t byte;

    return recv(viewer->fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) >= 0;
}

/* Turn the main loop until something has come. False: the viewer has waited long enough. */
static bool await(Viewer *viewer)
{
    int64_t end = g_get_monotonic_time() + (viewer->spoilt ? HASTE_US : PATIENCE_US);

    while (!readable(viewer)) {
        if (!g_main_context_iteration(NULL, FALSE)) {
            if (g_get_monotonic_time() > end) {
                return false;
            }
            g_usleep(50);
        }
    }
    return true;
}

/* What becomes of a message, by a byte of the input: nothing, if that is 0. */
static void spoil(Viewer *viewer, VncBuffer *message)
{
    unsigned how = take_u8(&viewer->input);
    uint8_t noise[64];
    size_t len;

    if (how == 0) {
        return;
    }
    viewer->spoilt = true;
    if (how & 1 && message->len > 0) {
        size_t at = (size_t)take_below(&viewer->input, (unsigned)message->len);

        message->data[message->start + at] ^= take_u8(&viewer->input);
    }
    if (how & 2) {
        len = take_u8(&viewer->input);
        message->len -= MIN(message->len, len);
    }
    if (how & 4) {
        len = take_u8(&viewer->input) % sizeof(noise);
        take_bytes(&viewer->input, noise, len);
        vnc_buffer_append(message, noise, len);
    }
    if (how & 8) {
        g_autofree uint8_t *copy = g_memdup2(vnc_buffer_bytes(message), message->len);

        vnc_buffer_append(message, copy, message->len);
    }
    if (how & 16) {
        vnc_buffer_reset(message);
    }
}

/* To the socket; all of it, or the server has closed. */
static void write_all(Viewer *viewer, const void *bytes, size_t len)
{
    const uint8_t *at = bytes;

    while (len > 0) {
        ssize_t n = send(viewer->fd, at, len, MSG_DONTWAIT | MSG_NOSIGNAL);

        if (n < 0 && errno != EAGAIN) {
            break;
        }
        at += MAX(n, 0);
        len -= MAX(n, 0);
        g_main_context_iteration(NULL, FALSE);
    }
}

static ssize_t push(gnutls_transport_ptr_t opaque, const void *bytes, size_t len)
{
    Viewer *viewer = opaque;
    VncBuffer record = {0};

    vnc_buffer_append(&record, bytes, len);
    spoil(viewer, &record);
    write_all(viewer, vnc_buffer_bytes(&record), record.len);
    vnc_buffer_clear(&record);
    return len;
}

static ssize_t pull(gnutls_transport_ptr_t opaque, void *bytes, size_t len)
{
    Viewer *viewer = opaque;
    ssize_t n = recv(viewer->fd, bytes, len, MSG_DONTWAIT);

    if (n < 0) {
        gnutls_transport_set_errno(viewer->tls, EAGAIN);
    }
    return n;
}

static int pull_timeout(gnutls_transport_ptr_t opaque, unsigned ms)
{
    (void)ms;
    return readable(opaque);
}

/* Take what is there: without TLS, and without what SASL lays under it. False: the end. */
static bool read_some(Viewer *viewer)
{
    uint8_t bytes[8192];
    ssize_t n = viewer->tls ? gnutls_record_recv(viewer->tls, bytes, sizeof(bytes))
                            : recv(viewer->fd, bytes, sizeof(bytes), MSG_DONTWAIT);

    if (n <= 0) {
        return viewer->tls && n == GNUTLS_E_AGAIN;
    }
    if (viewer->ssf > 0) {
        const char *plain;
        unsigned len;

        if (sasl_decode(viewer->client.conn, (char *)bytes, n, &plain, &len) != SASL_OK) {
            return false;
        }
        vnc_buffer_append(&viewer->got, plain, len);
    } else {
        vnc_buffer_append(&viewer->got, bytes, n);
    }
    return true;
}

/* Until so many bytes have come; they are not taken yet. */
static bool need(Viewer *viewer, size_t len)
{
    while (viewer->got.len < len) {
        bool there = viewer->tls && gnutls_record_check_pending(viewer->tls) > 0;

        if ((!there && !await(viewer)) || !read_some(viewer)) {
            return false;
        }
    }
    return true;
}

static bool receive(Viewer *viewer, void *bytes, size_t len)
{
    if (!need(viewer, len)) {
        return false;
    }
    memcpy(bytes, vnc_buffer_bytes(&viewer->got), len);
    vnc_buffer_consume(&viewer->got, len);
    return true;
}

/* By all that lies over the socket. Empties @message. */
static void say(Viewer *viewer, VncBuffer *message)
{
    spoil(viewer, message);
    if (viewer->sealed) {
        VncBuffer sealed = {0};

        side_seal(&viewer->sends, vnc_buffer_bytes(message), message->len, &sealed);
        vnc_buffer_reset(message);
        vnc_buffer_append(message, vnc_buffer_bytes(&sealed), sealed.len);
        vnc_buffer_clear(&sealed);
        spoil(viewer, message);
    } else if (viewer->ssf > 0 && message->len > 0) {
        const char *coded;
        unsigned len;

        g_assert(sasl_encode(viewer->client.conn, (const char *)vnc_buffer_bytes(message),
                             message->len, &coded, &len) == SASL_OK);
        vnc_buffer_reset(message);
        vnc_buffer_append(message, coded, len);
        spoil(viewer, message);
    }
    if (!viewer->tls) {
        write_all(viewer, vnc_buffer_bytes(message), message->len);
    } else if (message->len > 0) {
        gnutls_record_send(viewer->tls, vnc_buffer_bytes(message), message->len);
    }
    vnc_buffer_clear(message);
}

static void say_bytes(Viewer *viewer, const void *bytes, size_t len)
{
    VncBuffer message = {0};

    vnc_buffer_append(&message, bytes, len);
    say(viewer, &message);
}

static void say_u32(Viewer *viewer, uint32_t number)
{
    VncBuffer message = {0};

    vnc_buffer_append_u32(&message, number);
    say(viewer, &message);
}

/* --- what is said ------------------------------------------------------------------------- */

/* VNC authentication: the challenge by DES, whose key is the password with the bits of each byte
 * mirrored. */
static bool answer_challenge(Viewer *viewer)
{
    uint8_t key[8] = {0}, challenge[16];

    if (!receive(viewer, challenge, sizeof(challenge))) {
        return false;
    }
    for (size_t i = 0; i < sizeof(key) && viewer->password[i]; i++) {
        for (int bit = 0; bit < 8; bit++) {
            key[i] |= (viewer->password[i] >> bit & 1) << (7 - bit);
        }
    }
    for (size_t i = 0; i < sizeof(challenge); i += 8) {
        uint8_t zeros[8] = {0};
        gnutls_datum_t key_datum = {key, sizeof(key)}, iv = {zeros, sizeof(zeros)};
        gnutls_cipher_hd_t cipher;

        g_assert(gnutls_cipher_init(&cipher, GNUTLS_CIPHER_DES_CBC, &key_datum, &iv) == 0);
        gnutls_cipher_encrypt(cipher, challenge + i, 8);
        gnutls_cipher_deinit(cipher);
    }
    say_bytes(viewer, challenge, sizeof(challenge));
    return true;
}

static bool say_plain(Viewer *viewer)
{
    VncBuffer message = {0};

    vnc_buffer_append_u32(&message, strlen(USER));
    vnc_buffer_append_u32(&message, strlen(viewer->password));
    vnc_buffer_append(&message, USER, strlen(USER));
    vnc_buffer_append(&message, viewer->password, strlen(viewer->password));
    say(viewer, &message);
    return true;
}

static void say_data(Viewer *viewer, const char *mechanism, const char *data, unsigned len)
{
    VncBuffer message = {0};

    if (mechanism) {
        append_mechanism(&message, mechanism, strlen(mechanism));
    }
    append_data(&message, data, len);
    say(viewer, &message);
}

static bool log_in_by_sasl(Viewer *viewer)
{
    static const char *const mechanisms[] = {"SCRAM-SHA-256", "PLAIN", "DIGEST-MD5", "CRAM-MD5",
                                             "SCRAM-SHA-1"};
    const char *mechanism = mechanisms[take_u8(&viewer->input) % G_N_ELEMENTS(mechanisms)];
    const char *data = NULL, *chosen = NULL;
    g_autofree char *offered = NULL;
    unsigned data_len = 0;
    uint8_t head[4], complete = 0;

    if (!receive(viewer, head, 4) || !need(viewer, vnc_get_u32(head))) {
        return false;
    }
    offered = g_strndup((const char *)vnc_buffer_bytes(&viewer->got), vnc_get_u32(head));
    vnc_buffer_consume(&viewer->got, vnc_get_u32(head));
    if (!strstr(offered, mechanism)) {
        viewer->spoilt = true; /* it asks for what is not there */
    }
    client_init(&viewer->client, USER, viewer->password, 65536);
    if (sasl_client_start(viewer->client.conn, mechanism, NULL, &data, &data_len, &chosen) < 0) {
        viewer->spoilt = true; /* nothing that this machine's SASL knows */
        return false;
    }
    say_data(viewer, chosen, data, data_len);
    for (;;) {
        uint32_t len;

        if (!receive(viewer, head, 4) || !need(viewer, (len = vnc_get_u32(head)) + 1)) {
            return false;
        }
        complete = vnc_buffer_bytes(&viewer->got)[len];
        data = NULL;
        if ((!complete || len > 0) &&
            sasl_client_step(viewer->client.conn,
                             len ? (const char *)vnc_buffer_bytes(&viewer->got) : NULL,
                             len ? len - 1 : 0, NULL, &data, &data_len) < 0) {
            return false;
        }
        vnc_buffer_consume(&viewer->got, len + 1);
        if (complete) {
            return true;
        }
        say_data(viewer, NULL, data, data_len);
    }
}

static void hash(const Viewer *viewer, const void *first, size_t first_len, const void *second,
                 size_t second_len, uint8_t *digest)
{
    if (viewer->wide) {
        struct sha256_ctx context;

        sha256_init(&context);
        sha256_update(&context, first_len, first);
        sha256_update(&context, second_len, second);
        sha256_digest(&context, SHA256_DIGEST_SIZE, digest);
    } else {
        struct sha1_ctx context;

        sha1_init(&context);
        sha1_update(&context, first_len, first);
        sha1_update(&context, second_len, second);
        sha1_digest(&context, SHA1_DIGEST_SIZE, digest);
    }
}

/* One that has not said all as it should cannot read what comes. */
static bool receive_sealed(Viewer *viewer, uint8_t *bytes, size_t len)
{
    while (viewer->opened.len < len) {
        uint16_t size;

        if (viewer->spoilt || !need(viewer, 2)) {
            return false;
        }
        size = vnc_get_u16(vnc_buffer_bytes(&viewer->got));
        if (!need(viewer, 2 + size + 16)) {
            return false;
        }
        side_open(&viewer->receives, &viewer->got, vnc_buffer_reserve(&viewer->opened, size));
        vnc_buffer_commit(&viewer->opened, size);
    }
    memcpy(bytes, vnc_buffer_bytes(&viewer->opened), len);
    vnc_buffer_consume(&viewer->opened, len);
    return true;
}

static bool exchange_keys(Viewer *viewer)
{
    uint8_t bytes[4 + 2 * 256];
    VncBuffer message = {0};

    if (!receive(viewer, bytes, sizeof(bytes))) {
        return false;
    }
    vnc_buffer_append(&viewer->server_message, bytes, sizeof(bytes));
    nettle_mpz_set_str_256_u(viewer->key.n, 256, bytes + 4);
    nettle_mpz_set_str_256_u(viewer->key.e, 256, bytes + 4 + 256);
    g_assert(rsa_public_key_prepare(&viewer->key));
    rsa_viewer_key(NOTHING, &viewer->own_message);
    vnc_buffer_append(&message, vnc_buffer_bytes(&viewer->own_message), viewer->own_message.len);
    say(viewer, &message);
    return true;
}

static bool exchange_randoms(Viewer *viewer)
{
    size_t len = viewer->wide ? 32 : 16;
    uint8_t ours[32], theirs[32], key[32], bytes[2 + 256] = {1};
    mpz_t number;

    fill_random(NULL, len, ours);
    mpz_init(number);
    g_assert(rsa_encrypt(&viewer->key, NULL, fill_random, len, ours, number));
    nettle_mpz_get_str_256(256, bytes + 2, number);
    mpz_clear(number);
    say_bytes(viewer, bytes, sizeof(bytes));
    if (viewer->spoilt || !receive(viewer, bytes, 2 + VIEWER_BYTES)) {
        return false;
    }
    g_assert(vnc_get_u16(bytes) == VIEWER_BYTES);
    rsa_viewer_decrypt(bytes + 2, theirs, len);
    hash(viewer, theirs, len, ours, len, key);
    side_init(&viewer->sends, viewer->wide, key);
    hash(viewer, ours, len, theirs, len, key);
    side_init(&viewer->receives, viewer->wide, key);
    viewer->sealed = true;
    return true;
}

static bool log_in_by_rsa(Viewer *viewer)
{
    const VncBuffer *own = &viewer->own_message, *server = &viewer->server_message;
    uint8_t digest[32], had[32], subtype;
    size_t len;
    VncBuffer message = {0};

    viewer->wide =
        viewer->way.type == VNC_SECURITY_RA2_256 || viewer->way.type == VNC_SECURITY_RA2NE_256;
    len = viewer->wide ? SHA256_DIGEST_SIZE : SHA1_DIGEST_SIZE;
    if (!exchange_keys(viewer) || !exchange_randoms(viewer)) {
        return false;
    }
    hash(viewer, vnc_buffer_bytes(own), own->len, vnc_buffer_bytes(server), server->len, digest);
    say_bytes(viewer, digest, len);
    if (!receive_sealed(viewer, had, len) || !receive_sealed(viewer, &subtype, 1)) {
        return false;
    }
    hash(viewer, vnc_buffer_bytes(server), server->len, vnc_buffer_bytes(own), own->len, digest);
    g_assert(memcmp(had, digest, len) == 0);
    g_assert(subtype == (viewer->way.plain ? 1 : 2));
    vnc_buffer_append_u8(&message, viewer->way.plain ? strlen(USER) : 0);
    vnc_buffer_append(&message, USER, viewer->way.plain ? strlen(USER) : 0);
    vnc_buffer_append_u8(&message, strlen(viewer->password));
    vnc_buffer_append(&message, viewer->password, strlen(viewer->password));
    say(viewer, &message);
    viewer->sealed =
        viewer->way.type == VNC_SECURITY_RA2 || viewer->way.type == VNC_SECURITY_RA2_256;
    return true;
}

static bool open_tls(Viewer *viewer)
{
    static gnutls_anon_client_credentials_t anonymous;
    static gnutls_certificate_credentials_t trusting;
    int result;

    if (!anonymous) {
        gnutls_anon_allocate_client_credentials(&anonymous);
        gnutls_certificate_allocate_credentials(&trusting);
    }
    gnutls_init(&viewer->tls, GNUTLS_CLIENT | GNUTLS_NONBLOCK);
    gnutls_priority_set_direct(viewer->tls, "NORMAL:+ANON-ECDH:+ANON-DH", NULL);
    gnutls_credentials_set(viewer->tls, GNUTLS_CRD_ANON, anonymous);
    if (way_uses_x509(&viewer->way)) {
        gnutls_credentials_set(viewer->tls, GNUTLS_CRD_CERTIFICATE, trusting);
    }
    gnutls_transport_set_ptr(viewer->tls, viewer);
    gnutls_transport_set_push_function(viewer->tls, push);
    gnutls_transport_set_pull_function(viewer->tls, pull);
    gnutls_transport_set_pull_timeout_function(viewer->tls, pull_timeout);
    while ((result = gnutls_handshake(viewer->tls)) < 0) {
        if (gnutls_error_is_fatal(result) || (result == GNUTLS_E_AGAIN && !await(viewer))) {
            return false;
        }
    }
    return true;
}

static bool log_in_by_vencrypt(Viewer *viewer)
{
    const Way *way = &viewer->way;
    uint8_t answer[2];

    if (!receive(viewer, answer, 2)) {
        return false;
    }
    say_bytes(viewer, "\0\2", 2);
    if (!receive(viewer, answer, 2) || !need(viewer, answer[1] * 4)) {
        return false;
    }
    vnc_buffer_consume(&viewer->got, answer[1] * 4);
    say_u32(viewer, way->subtype);
    if (!receive(viewer, answer, 1) || answer[0] != 1 || !open_tls(viewer)) {
        return false;
    }
    if (way_uses_nothing(way)) {
        return true;
    }
    return way->plain ? say_plain(viewer)
                      : (way_uses_sasl(way) ? log_in_by_sasl(viewer) : answer_challenge(viewer));
}

static bool choose_type(Viewer *viewer)
{
    uint8_t version[12], n;

    if (!receive(viewer, version, sizeof(version))) {
        return false;
    }
    say_bytes(viewer, "RFB 003.008\n", 12);
    if (!receive(viewer, &n, 1) || !need(viewer, n)) {
        return false;
    }
    vnc_buffer_consume(&viewer->got, n);
    say_bytes(viewer, &viewer->way.type, 1);
    return true;
}

static bool pass_type(Viewer *viewer)
{
    switch (viewer->way.type) {
    case VNC_SECURITY_VNC:
        return answer_challenge(viewer);
    case VNC_SECURITY_SASL:
        return log_in_by_sasl(viewer);
    case VNC_SECURITY_VENCRYPT:
        return log_in_by_vencrypt(viewer);
    default:
        return log_in_by_rsa(viewer);
    }
}

/* SASL's layer, if it has agreed on one. */
static void lay_sasl(Viewer *viewer)
{
    const void *ssf;

    if (viewer->client.conn && !viewer->tls &&
        sasl_getprop(viewer->client.conn, SASL_SSF, &ssf) == SASL_OK) {
        viewer->ssf = *(const unsigned *)ssf;
    }
}

/* Whether the server lets it in, and all of ServerInit comes. */
static bool enter(Viewer *viewer)
{
    uint8_t result[4], init[24];
    VncBuffer message = {0};

    if (viewer->sealed ? !receive_sealed(viewer, result, 4) : !receive(viewer, result, 4)) {
        return false;
    }
    if (vnc_get_u32(result) != 0) {
        return false;
    }
    lay_sasl(viewer);
    vnc_buffer_append_u8(&message, 1);
    say(viewer, &message);
    return viewer->sealed ? receive_sealed(viewer, init, sizeof(init))
                          : receive(viewer, init, sizeof(init));
}

bool viewer_log_in(Viewer *viewer)
{
    return choose_type(viewer) && pass_type(viewer) && enter(viewer);
}
