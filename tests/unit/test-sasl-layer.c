/*
 * The encryption of SASL mechanisms, against Cyrus SASL's client.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread, and VncOffload's threads.
 */
#include "tests/lib/sasl-login.h"
#include "tests/lib/rows.h"

#include <sys/socket.h>
#include <unistd.h>

typedef struct Wire {
    Login *login;
    Client client;
    VncStream *stream; /* the server's end */
    int fd;            /* the viewer's */
    VncBuffer echo;    /* what the server has read and not yet written */
    bool failed;
} Wire;

static void echo(void *opaque, G_GNUC_UNUSED GIOCondition condition)
{
    Wire *wire = opaque;
    g_autoptr(GError) error = NULL;
    uint8_t *room = vnc_buffer_reserve(&wire->echo, 16384);
    gssize n = vnc_stream_read(wire->stream, room, 16384, &error);

    if (n > 0) {
        vnc_buffer_commit(&wire->echo, n);
    }
    wire->failed |= n < 0 && !g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
    if (wire->echo.len > 0) {
        n = vnc_stream_write(wire->stream, vnc_buffer_bytes(&wire->echo), wire->echo.len, NULL);
        vnc_buffer_consume(&wire->echo, MAX(n, 0));
    }
    vnc_stream_watch(wire->stream, wire->failed ? 0 : G_IO_IN | (wire->echo.len ? G_IO_OUT : 0));
}

static void wire_init(Wire *wire, unsigned max_packet)
{
    g_autoptr(GSocket) socket = NULL;
    int fds[2];

    *wire = (Wire){.login = login_new(&vnc_auth_sasl, false)};
    client_init(&wire->client, USER, PASSWORD, max_packet);
    g_assert_cmpint(log_in(wire->login, &wire->client, "DIGEST-MD5", 1000), ==, VNC_AUTH_PASSED);
    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), ==, 0);
    socket = g_socket_new_from_fd(fds[0], NULL);
    wire->fd = fds[1];
    wire->stream = vnc_auth_upgrade(wire->login->auth, vnc_stream_new_socket(socket, NULL));
    /* The layer outlives the login. */
    g_clear_pointer(&wire->login, login_free);
    vnc_stream_set_ready(wire->stream, echo, wire);
    vnc_stream_watch(wire->stream, G_IO_IN);
}

static void wire_clear(Wire *wire)
{
    vnc_stream_free(wire->stream);
    vnc_buffer_clear(&wire->echo);
    client_clear(&wire->client);
    close(wire->fd);
}

/* Write @len bytes as they are. */
static void send_raw(Wire *wire, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t n = write(wire->fd, bytes, len);

        if (n > 0) {
            bytes += n;
            len -= n;
        } else {
            g_main_context_iteration(NULL, FALSE);
        }
    }
}

/* Whatever the server has to say: decoded into @plain. */
static void receive(Wire *wire, VncBuffer *plain)
{
    char bytes[5000];
    ssize_t n = read(wire->fd, bytes, sizeof(bytes));
    const char *decoded = NULL;
    unsigned len = 0;

    if (n > 0) {
        g_assert_cmpint(sasl_decode(wire->client.conn, bytes, n, &decoded, &len), ==, SASL_OK);
        vnc_buffer_append(plain, decoded, len);
    }
    g_main_context_iteration(NULL, FALSE);
}

/* Whatever is sent comes back, cut at each byte on its way to the server. */
static void test_cuts(void)
{
    static const char text[] = "as quick as a fox, over the lazy dog";
    Wire wire;
    size_t cuts = 1;

    wire_init(&wire, 8192);
    for (size_t cut = 0; cut < cuts; cut++) {
        const char *packet = NULL;
        unsigned len = 0;
        VncBuffer plain = {0};

        g_assert_cmpint(sasl_encode(wire.client.conn, text, sizeof(text), &packet, &len), ==,
                        SASL_OK);
        g_assert_cmpuint(len, >, sizeof(text));
        g_assert_null(g_strstr_len(packet, len, "quick"));
        cuts = len;
        send_raw(&wire, packet, cut);
        while (g_main_context_iteration(NULL, FALSE)) {
        }
        send_raw(&wire, packet + cut, len - cut);
        while (plain.len < sizeof(text)) {
            receive(&wire, &plain);
        }
        g_assert_cmpmem(vnc_buffer_bytes(&plain), plain.len, text, sizeof(text));
        vnc_buffer_clear(&plain);
    }
    g_assert_false(wire.failed);
    wire_clear(&wire);
}

/* Much, to a viewer that takes large packets, and to one that takes small ones. */
static void test_volume(void)
{
    static const unsigned sizes[] = {65536, 8192, 64};
    const size_t total = 300 * 1000;
    g_autofree char *bytes = g_malloc(total);

    for (size_t i = 0; i < total; i++) {
        bytes[i] = i * 7 + (i >> 9);
    }
    FOR_ROWS (i, sizes) {
        VncBuffer plain = {0};
        Wire wire;

        wire_init(&wire, sizes[i]);
        for (size_t at = 0; at < total; at += 5000) {
            const char *packet = NULL;
            unsigned len = 0;

            g_assert_cmpint(sasl_encode(wire.client.conn, bytes + at, 5000, &packet, &len), ==,
                            SASL_OK);
            send_raw(&wire, packet, len);
            receive(&wire, &plain);
        }
        while (plain.len < total) {
            receive(&wire, &plain);
        }
        g_assert_cmpmem(vnc_buffer_bytes(&plain), plain.len, bytes, total);
        vnc_buffer_clear(&plain);
        wire_clear(&wire);
    }
}

/* In one turn of the main loop only so many packets are read, and written. */
static void test_share(void)
{
    VncBuffer packets = {0};
    g_autofree uint8_t *bytes = g_malloc0(65536);
    g_autoptr(GError) error = NULL;
    size_t got = 0;
    unsigned reads = 0;
    Wire wire;
    gssize n;

    wire_init(&wire, 64);
    vnc_stream_watch(wire.stream, 0);
    for (unsigned i = 0; i < 1000; i++) {
        const char *packet = NULL;
        unsigned len = 0;

        g_assert_cmpint(sasl_encode(wire.client.conn, "x", 1, &packet, &len), ==, SASL_OK);
        vnc_buffer_append(&packets, packet, len);
    }
    g_assert_cmpint(write(wire.fd, vnc_buffer_bytes(&packets), packets.len), ==, packets.len);
    while (got < 1000) {
        n = vnc_stream_read(wire.stream, bytes, 65536, NULL);
        g_assert_cmpint(n, >, 0);
        g_assert_cmpint(n, <=, 8192 / 20);
        got += n;
        reads++;
    }
    g_assert_cmpuint(reads, >=, 3);
    n = vnc_stream_write(wire.stream, bytes, 65536, NULL);
    g_assert_cmpint(n, >, 0);
    g_assert_cmpint(n, <=, 32 * 64);
    g_assert_cmpint(vnc_stream_write(wire.stream, bytes, 65536, &error), ==, -1);
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
    vnc_buffer_clear(&packets);
    wire_clear(&wire);
}

/* A packet that was changed on its way, one longer than we take, and no packet at all end the
 * stream. */
static void test_broken(void)
{
    for (unsigned i = 0; i < 3; i++) {
        char bytes[100] = {0};
        const char *packet = NULL;
        unsigned len = 0;
        Wire wire;

        wire_init(&wire, 8192);
        g_assert_cmpint(sasl_encode(wire.client.conn, "secret", 6, &packet, &len), ==, SASL_OK);
        g_assert_cmpuint(len, <=, sizeof(bytes));
        memcpy(bytes, packet, len);
        switch (i) {
        case 0:
            bytes[6] ^= 1;
            break;
        case 1:
            bytes[1] = 1;
            break;
        default:
            memcpy(bytes, "\377\377\377\377", 4);
            break;
        }
        send_raw(&wire, bytes, len);
        while (!wire.failed) {
            g_main_context_iteration(NULL, TRUE);
        }
        g_assert_cmpuint(wire.echo.len, ==, 0);
        wire_clear(&wire);
    }
}

int main(int argc, char **argv)
{
    int failed;

    g_test_init(&argc, &argv, NULL);
    users_make();
    g_test_add_func("/sasl-layer/cuts", test_cuts);
    g_test_add_func("/sasl-layer/volume", test_volume);
    g_test_add_func("/sasl-layer/share", test_share);
    g_test_add_func("/sasl-layer/broken", test_broken);
    failed = g_test_run();
    users_clear();
    return failed;
}
