/*
 * RSA-AES: right and wrong logins of the tests' own viewer, written with Nettle, and the layer
 * after them.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One thread, and VncOffload's threads.
 */
#include "tests/lib/rsa-viewer.h"
#include "tests/lib/rows.h"

#include "ui/auth/types.h"

#include <glib/gstdio.h>
#include <sys/socket.h>
#include <unistd.h>

#define VIEWER_BITS  1024
#define VIEWER_BYTES (VIEWER_BITS / 8)

static char *directory;

static const uint32_t numbers[] = {129, 5, 130, 6};

static void test_passwords(void)
{
    static const struct {
        const char *full, *view_only;
        int64_t expires;
        const char *user, *given;
        const char *reason; /* a part of it; NULL: let in */
        bool guessed, looks;
    } cases[] = {
        {"secret", NULL, INT64_MAX, "", "secret", NULL, false, false},
        {"more than 8 bytes", NULL, INT64_MAX, "", "more than 8 bytes", NULL, false, false},
        {"more than 8 bytes", NULL, INT64_MAX, "", "more than 8 bits", "Wrong password", true,
         false},
        {"more than 8 bytes", NULL, INT64_MAX, "", "more tha", "Wrong password", true, false},
        {"secret", NULL, INT64_MAX, "", "secret ", "Wrong password", true, false},
        {"secret", NULL, INT64_MAX, "me", "secret", NULL, false, false},
        {"secret", NULL, INT64_MAX, "secret", "", "Wrong password", true, false},
        {"secret", "look", INT64_MAX, "", "look", NULL, false, true},
        {"same", "same", INT64_MAX, "", "same", NULL, false, false},
        {NULL, "look", INT64_MAX, "", "look", NULL, false, true},
        {NULL, NULL, INT64_MAX, "", "secret", "No password", false, false},
        {"", NULL, INT64_MAX, "", "", "No password", false, false},
        {"secret", NULL, 1000000000, "", "secret", "expired", false, false},
        {"secret", NULL, 1000000000, "", "guess", "Wrong password", true, false},
    };

    FOR_CASES (i, G_N_ELEMENTS(cases) * G_N_ELEMENTS(numbers)) {
        const size_t c = i / G_N_ELEMENTS(numbers);
        Talk talk;

        talk_init(&talk, numbers[i % G_N_ELEMENTS(numbers)]);
        vnc_passwords_set(&talk.passwords.full, cases[c].full);
        vnc_passwords_set(&talk.passwords.view_only, cases[c].view_only);
        talk.passwords.expires = cases[c].expires;
        talk_through(&talk, NOTHING, cases[c].user, cases[c].given);
        if (cases[c].reason) {
            g_assert_cmpint(talk_verdict(&talk), ==, VNC_AUTH_REFUSED);
            g_assert_nonnull(strstr(talk.login.reason, cases[c].reason));
            g_assert_true(talk.login.guessed == cases[c].guessed);
        } else {
            g_assert_cmpint(talk_verdict(&talk), ==, VNC_AUTH_PASSED);
            g_assert_true(talk.login.view_only == cases[c].looks);
        }
        talk_clear(&talk);
    }
}

/* The longest password that a viewer can send. */
static void test_longest(void)
{
    g_autofree char *longest = g_strnfill(255, 'x');
    Talk talk;

    talk_init(&talk, 129);
    vnc_passwords_set(&talk.passwords.full, longest);
    talk_through(&talk, NOTHING, longest, longest);
    g_assert_cmpint(talk_verdict(&talk), ==, VNC_AUTH_PASSED);
    talk_clear(&talk);
}

static void test_spoilt(void)
{
    FOR_ROWS (i, numbers) {
        for (Spoil spoil = NOTHING + 1; spoil < N_SPOILS; spoil++) {
            Talk talk;

            talk_init(&talk, numbers[i]);
            g_test_message("type %u, spoilt %u", numbers[i], spoil);
            talk_through(&talk, spoil, "", "more than 8 bytes");
            if (spoil == LOGIN_USER_LENGTH || spoil == LOGIN_PASSWORD_LENGTH) {
                talk_verdict(&talk);
            }
            g_assert_cmpint(talk.result, ==, VNC_AUTH_REFUSED);
            g_assert_nonnull(strstr(talk.login.reason, complaints[spoil]));
            g_assert_false(talk.login.guessed);
            talk_clear(&talk);
        }
    }
}

/* Byte by byte, and gone after each. */
static void test_cut(void)
{
    bool through = false;

    for (ssize_t cut = 0; !through; cut++) {
        Talk talk;

        talk_init(&talk, cut % 2 ? 129 : 6);
        talk.piece = 1;
        talk.cut = cut;
        through = talk_through(&talk, NOTHING, "", "more than 8 bytes");
        if (!through) {
            g_assert_cmpint(talk.result, ==, VNC_AUTH_MORE);
        } else {
            g_assert_cmpint(talk_verdict(&talk), ==, VNC_AUTH_PASSED);
            g_assert_cmpint(cut, >, 4 + 2 * VIEWER_BYTES + 2 + 256);
        }
        talk_clear(&talk);
    }
}

/* The viewer goes while RSA works for it; and the server ends, before that has begun or while it
 * runs. */
static void test_gone_at_work(void)
{
    for (unsigned way = 0; way < 3; way++) {
        Talk talk;
        VncBuffer key = {0};

        talk_init(&talk, 5);
        talk_begin(&talk);
        rsa_viewer_key(NOTHING, &key);
        vnc_buffer_move(&talk.in, &key);
        g_assert_cmpint(vnc_auth_step(talk.auth), ==, VNC_AUTH_BUSY);
        if (way == 0) {
            g_clear_pointer(&talk.auth, vnc_auth_free);
            g_assert_false(talk.woken);
        } else if (way == 1) {
            vnc_offload_free(talk.offload);
            talk.offload = vnc_offload_new(NULL);
            g_assert_true(talk.woken);
            talk.result = vnc_auth_step(talk.auth);
            g_assert_true(talk.result == VNC_AUTH_REFUSED || talk.out.len == 2 + VIEWER_BYTES);
        }
        talk_clear(&talk);
        vnc_buffer_clear(&key);
    }
}

/* --- the layer ---------------------------------------------------------------------------- */

typedef struct Layer {
    Talk talk;
    VncStream *stream;
    int fd; /* the viewer's end */
} Layer;

static void ready(void *opaque, GIOCondition condition)
{
    (void)opaque, (void)condition;
}

static void layer_init(Layer *layer, uint32_t number)
{
    g_autoptr(GSocket) socket = NULL;
    int fds[2];

    talk_init(&layer->talk, number);
    g_assert_true(talk_through(&layer->talk, NOTHING, "", "more than 8 bytes"));
    g_assert_cmpint(layer->talk.result, ==, VNC_AUTH_UPGRADE);
    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), ==, 0);
    socket = g_socket_new_from_fd(fds[0], NULL);
    layer->fd = fds[1];
    layer->stream = vnc_auth_upgrade(layer->talk.auth, vnc_stream_new_socket(socket, NULL));
    vnc_stream_set_ready(layer->stream, ready, layer);
    talk_step(&layer->talk);
    g_assert_cmpint(layer->talk.result, ==, VNC_AUTH_PASSED);
    /* What is encrypted after the login is not the login's any more. */
    g_clear_pointer(&layer->talk.auth, vnc_auth_free);
}

static void layer_clear(Layer *layer)
{
    vnc_stream_free(layer->stream);
    close(layer->fd);
    talk_clear(&layer->talk);
}

static void write_all(int fd, const uint8_t *bytes, size_t len)
{
    g_assert_cmpint(write(fd, bytes, len), ==, len);
}

/* Read from the server's end what is there, appended to @to; whether the stream is still good. */
static bool read_all(VncStream *stream, VncBuffer *to, char **why)
{
    for (;;) {
        g_autoptr(GError) error = NULL;
        gssize n = vnc_stream_read(stream, vnc_buffer_reserve(to, 5000), 5000, &error);

        if (n > 0) {
            vnc_buffer_commit(to, n);
        } else if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK)) {
            return true;
        } else {
            *why = g_strdup(error ? error->message : "the end");
            return false;
        }
    }
}

/* Of many small messages only so many are read in one turn of the main loop. */
static void test_layer_share(void)
{
    Layer layer;
    VncBuffer messages = {0}, got = {0};
    unsigned reads = 0;

    layer_init(&layer, 129);
    for (unsigned i = 0; i < 3000; i++) {
        side_seal(&layer.talk.sends, (const uint8_t *)"x", 1, &messages);
    }
    write_all(layer.fd, vnc_buffer_bytes(&messages), messages.len);
    while (got.len < 3000) {
        gssize n = vnc_stream_read(layer.stream, vnc_buffer_reserve(&got, 5000), 5000, NULL);

        g_assert_cmpint(n, >, 0);
        g_assert_cmpint(n, <=, 1024);
        vnc_buffer_commit(&got, n);
        reads++;
    }
    g_assert_cmpuint(reads, ==, 3);
    vnc_buffer_clear(&messages);
    vnc_buffer_clear(&got);
    layer_clear(&layer);
}

static void test_layer_reads(void)
{
    static const size_t lens[] = {0, 1, 15, 16, 17, 300, 0, 8192, 65535};
    g_autofree uint8_t *bytes = g_malloc(65535);

    fill_random(NULL, 65535, bytes);
    FOR_CASES (i, 2 * G_N_ELEMENTS(lens)) {
        size_t len = lens[i / 2];
        Layer layer;
        VncBuffer message = {0}, got = {0};
        char *why = NULL;

        layer_init(&layer, i % 2 ? 5 : 129);
        side_seal(&layer.talk.sends, bytes, len, &message);
        /* Each byte by itself; of a long message the last ones. */
        for (size_t at = 0; at < message.len;) {
            size_t n = at + 100 < message.len ? MIN(message.len - at - 100, 10000) : 1;

            if (len <= 300) {
                n = 1;
            }
            g_assert_cmpuint(got.len, ==, 0);
            write_all(layer.fd, vnc_buffer_bytes(&message) + at, n);
            at += n;
            g_assert_true(read_all(layer.stream, &got, &why));
        }
        g_assert_cmpmem(vnc_buffer_bytes(&got), got.len, bytes, len);
        /* Several at a time, and a part of one. */
        vnc_buffer_reset(&message);
        vnc_buffer_reset(&got);
        side_seal(&layer.talk.sends, bytes, 100, &message);
        side_seal(&layer.talk.sends, bytes + 100, 0, &message);
        side_seal(&layer.talk.sends, bytes + 100, 200, &message);
        write_all(layer.fd, vnc_buffer_bytes(&message), message.len - 1);
        g_assert_true(read_all(layer.stream, &got, &why));
        g_assert_cmpmem(vnc_buffer_bytes(&got), got.len, bytes, 100);
        write_all(layer.fd, vnc_buffer_bytes(&message) + message.len - 1, 1);
        g_assert_true(read_all(layer.stream, &got, &why));
        g_assert_cmpmem(vnc_buffer_bytes(&got), got.len, bytes, 300);
        vnc_buffer_clear(&message);
        vnc_buffer_clear(&got);
        layer_clear(&layer);
    }
}

/* One wrong bit anywhere, or a message a second time, ends it. */
static void test_layer_forged(void)
{
    static const uint8_t bytes[20] = "twenty bytes of text";

    for (size_t bad = 0; bad <= sizeof(bytes) + 18; bad++) {
        Layer layer;
        VncBuffer message = {0}, got = {0};
        char *why = NULL;

        layer_init(&layer, bad % 2 ? 5 : 129);
        side_seal(&layer.talk.sends, bytes, sizeof(bytes), &message);
        if (bad == message.len) {
            write_all(layer.fd, vnc_buffer_bytes(&message), message.len);
            g_assert_true(read_all(layer.stream, &got, &why));
            g_assert_cmpmem(vnc_buffer_bytes(&got), got.len, bytes, sizeof(bytes));
            vnc_buffer_reset(&got);
        } else {
            message.data[bad] ^= 1 << bad % 8;
        }
        write_all(layer.fd, vnc_buffer_bytes(&message), message.len);
        /* A length that is not its own may make it wait for more. */
        if (bad < 2) {
            g_autofree uint8_t *more = g_malloc0(65536);

            write_all(layer.fd, more, 65536);
        }
        g_assert_false(read_all(layer.stream, &got, &why));
        g_assert_cmpstr(why, ==, "RSA-AES: a message is not authentic");
        g_assert_cmpuint(got.len, ==, 0);
        g_free(why);
        vnc_buffer_clear(&message);
        vnc_buffer_clear(&got);
        layer_clear(&layer);
    }
}

/* What is written comes in messages of at most 8 KiB, in order, also when the viewer reads late. */
static void test_layer_writes(void)
{
    const size_t total = 1000003;
    g_autofree uint8_t *bytes = g_malloc(total), *plain = g_malloc(65535);

    fill_random(NULL, total, bytes);
    for (size_t i = 0; i < 2; i++) {
        size_t written = 0, seen = 0;
        VncBuffer got = {0};
        Layer layer;

        layer_init(&layer, i ? 5 : 129);
        while (seen < total) {
            gssize n = written < total ? vnc_stream_write(layer.stream, bytes + written,
                                                          MIN(total - written, 300000), NULL)
                                       : 0;

            written += MAX(n, 0);
            vnc_stream_watch(layer.stream, G_IO_OUT);
            g_main_context_iteration(NULL, FALSE);
            n = recv(layer.fd, vnc_buffer_reserve(&got, 7001), 7001, MSG_DONTWAIT);
            vnc_buffer_commit(&got, MAX(n, 0));
            while (got.len >= 18 && got.len >= 18u + vnc_get_u16(vnc_buffer_bytes(&got))) {
                size_t len = side_open(&layer.talk.receives, &got, plain);

                g_assert_cmpuint(len, >, 0);
                g_assert_cmpuint(len, <=, 8192);
                g_assert_cmpuint(seen + len, <=, written);
                g_assert_cmpmem(plain, len, bytes + seen, len);
                seen += len;
            }
        }
        g_assert_cmpuint(got.len, ==, 0);
        vnc_buffer_clear(&got);
        layer_clear(&layer);
    }
}

/* --- offers and keys ---------------------------------------------------------------------- */

static void check_offer(bool rsa, bool tls, bool over_tls, bool plain, bool vnc_auth,
                        const char *wanted)
{
    VncTlsObject object = {0};
    g_autoptr(VncAuthSettings) settings = vnc_auth_settings_new();
    g_autoptr(VncAuthSettings) copy = NULL;
    uint8_t offered[VNC_MAX_SECURITY_TYPES];
    g_autoptr(GString) text = g_string_new(NULL);
    unsigned n;

    settings->password = !plain;
    settings->vnc_auth = vnc_auth;
    settings->plain = plain;
    settings->rsa = rsa ? vnc_rsa_key_ref(rsa_server_key()) : NULL;
    settings->tls = tls ? vnc_tls_credentials_new(&object, NULL) : NULL;
    copy = vnc_auth_settings_copy(settings);
    n = vnc_auth_offer(copy, over_tls, offered);
    for (unsigned i = 0; i < n; i++) {
        g_string_append_printf(text, "%s%u", i > 0 ? " " : "", offered[i]);
    }
    g_assert_cmpstr(text->str, ==, wanted);
}

static void test_offers(void)
{
    check_offer(false, false, false, false, true, "2");
    check_offer(true, false, false, false, true, "129 5 130 6 2");
    check_offer(false, true, false, false, true, "19");
    check_offer(true, true, false, false, true, "19");
    check_offer(true, true, true, false, true, "129 5 130 6 2");
    check_offer(true, false, true, false, true, "129 5 130 6 2");
    check_offer(false, false, false, true, true, "");
    check_offer(true, false, false, true, true, "129 5 130 6");
    check_offer(true, true, false, true, true, "19");
    check_offer(true, true, true, true, true, "129 5 130 6 19");
    check_offer(true, false, false, false, false, "129 5 130 6");
    /* Options that mean this are refused; nobody gets in without a password all the same. */
    check_offer(false, false, false, false, false, "");
}

/* A key of this kind in a file of this name. */
static char *new_key(const char *name, gnutls_pk_algorithm_t kind, unsigned bits, bool pkcs8,
                     const char *password)
{
    char *path = g_build_filename(directory, name, NULL);

    rsa_write_key(path, kind, bits, pkcs8, password);
    return path;
}

static void check_bad_key(char *path, const char *wanted)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(vnc_rsa_key_load(path, &error));
    g_assert_nonnull(error);
    g_test_message("%s", error->message);
    g_assert_nonnull(strstr(error->message, wanted));
    g_unlink(path);
    g_free(path);
}

static void test_keys(void)
{
    char *path = new_key("pkcs8.pem", GNUTLS_PK_RSA, 2048, true, NULL);
    g_autoptr(VncRsaKey) key = vnc_rsa_key_load(path, NULL);
    g_autofree char *fingerprint = NULL, *other = vnc_rsa_key_fingerprint(rsa_server_key());
    char *text;

    g_assert_nonnull(key);
    fingerprint = vnc_rsa_key_fingerprint(key);
    g_assert_true(g_regex_match_simple("^([0-9a-f]{2}-){7}[0-9a-f]{2}$", fingerprint, 0, 0));
    g_assert_cmpstr(fingerprint, !=, other);

    check_bad_key(g_build_filename(directory, "none.pem", NULL), "none.pem");
    check_bad_key(new_key("short.pem", GNUTLS_PK_RSA, 1024, false, NULL), "1024 bits");
    check_bad_key(new_key("ec.pem", GNUTLS_PK_ECDSA,
                          GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), false, NULL),
                  "no RSA key");
    check_bad_key(new_key("secret.pem", GNUTLS_PK_RSA, 2048, true, "secret"), "unencrypted PEM");
    /* Cut in the middle. */
    g_assert_true(g_file_get_contents(path, &text, NULL, NULL));
    g_assert_true(g_file_set_contents(path, text, 500, NULL));
    g_free(text);
    check_bad_key(path, "unencrypted PEM");
}

int main(int argc, char **argv)
{
    char *path;
    int result;

    g_test_init(&argc, &argv, NULL);
    directory = g_dir_make_tmp("vnc-rsa-XXXXXX", NULL);
    path = new_key("server.pem", GNUTLS_PK_RSA, 2048, false, NULL);
    rsa_viewer_init(path);
    g_unlink(path);
    g_free(path);

    g_test_add_func("/rsa-aes/passwords", test_passwords);
    g_test_add_func("/rsa-aes/longest", test_longest);
    g_test_add_func("/rsa-aes/spoilt", test_spoilt);
    g_test_add_func("/rsa-aes/cut", test_cut);
    g_test_add_func("/rsa-aes/gone-at-work", test_gone_at_work);
    g_test_add_func("/rsa-aes/layer-reads", test_layer_reads);
    g_test_add_func("/rsa-aes/layer-share", test_layer_share);
    g_test_add_func("/rsa-aes/layer-forged", test_layer_forged);
    g_test_add_func("/rsa-aes/layer-writes", test_layer_writes);
    g_test_add_func("/rsa-aes/offers", test_offers);
    g_test_add_func("/rsa-aes/keys", test_keys);
    result = g_test_run();
    rsa_viewer_clear();
    rmdir(directory);
    g_free(directory);
    return result;
}
