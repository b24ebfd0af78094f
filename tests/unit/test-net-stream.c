/*
 * The socket stream: bytes both ways, readiness, and every way to end, from outside and from within
 * the stream's own callback.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One thread; nothing waits for a clock.
 */
#include "tests/lib/rows.h"
#include "ui/net/stream.h"

#include <gio/gnetworking.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>

typedef struct Fixture {
    GMainContext *context;
    VncStream *stream;
    GSocket *socket; /* the stream's */
    GSocket *peer;   /* blocking */
    unsigned ready;
    GIOCondition conditions;               /* all that was reported */
    void (*then)(struct Fixture *fixture); /* what the callback does */
} Fixture;

static void ready(void *opaque, GIOCondition condition)
{
    Fixture *fixture = opaque;

    fixture->ready++;
    fixture->conditions |= condition;
    if (fixture->then) {
        fixture->then(fixture);
    }
}

static void connect_pair(GSocketAddress *address, GSocket **server, GSocket **client)
{
    GSocketFamily family = g_socket_address_get_family(address);
    g_autoptr(GError) error = NULL;
    g_autoptr(GSocketAddress) bound = NULL;
    g_autoptr(GSocket) listener =
        g_socket_new(family, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, &error);

    g_assert_no_error(error);
    g_socket_bind(listener, address, TRUE, &error);
    g_assert_no_error(error);
    g_socket_listen(listener, &error);
    g_assert_no_error(error);
    bound = g_socket_get_local_address(listener, &error);
    g_assert_no_error(error);
    *client = g_socket_new(family, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, &error);
    g_assert_no_error(error);
    g_socket_connect(*client, bound, NULL, &error);
    g_assert_no_error(error);
    *server = g_socket_accept(listener, NULL, &error);
    g_assert_no_error(error);
}

static void set_up(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GSocketAddress) any_port = g_inet_socket_address_new_from_string("127.0.0.1", 0);

    fixture->context = g_main_context_new();
    connect_pair(any_port, &fixture->socket, &fixture->peer);
    fixture->stream = vnc_stream_new_socket(fixture->socket, fixture->context);
    vnc_stream_set_ready(fixture->stream, ready, fixture);
}

static void tear_down(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    vnc_stream_free(fixture->stream);
    g_object_unref(fixture->socket);
    g_object_unref(fixture->peer);
    g_main_context_unref(fixture->context);
}

/* How many descriptors the context polls, its own wake-up among them. */
static int n_polled(GMainContext *context)
{
    GPollFD fds[16];
    int priority, timeout, n;

    g_assert_true(g_main_context_acquire(context));
    g_main_context_prepare(context, &priority);
    n = g_main_context_query(context, priority, &timeout, fds, G_N_ELEMENTS(fds));
    g_main_context_release(context);
    return n;
}

static void wait_ready(Fixture *fixture)
{
    unsigned before = fixture->ready;

    while (fixture->ready == before) {
        g_main_context_iteration(fixture->context, TRUE);
    }
}

static void peer_send(Fixture *fixture, const char *bytes)
{
    g_autoptr(GError) error = NULL;

    g_assert_cmpint(g_socket_send(fixture->peer, bytes, strlen(bytes), NULL, &error), ==,
                    strlen(bytes));
    g_assert_no_error(error);
}

static void assert_would_block(Fixture *fixture)
{
    g_autoptr(GError) error = NULL;
    char byte;

    g_assert_cmpint(vnc_stream_read(fixture->stream, &byte, 1, &error), ==, -1);
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
}

static void test_read(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    char bytes[16];

    assert_would_block(fixture);
    vnc_stream_watch(fixture->stream, G_IO_IN);
    peer_send(fixture, "hello");
    wait_ready(fixture);
    g_assert_cmpint(fixture->conditions, ==, G_IO_IN);
    g_assert_cmpint(vnc_stream_read(fixture->stream, bytes, 2, NULL), ==, 2);
    g_assert_cmpmem(bytes, 2, "he", 2);
    g_assert_cmpint(vnc_stream_read(fixture->stream, bytes, sizeof(bytes), NULL), ==, 3);
    g_assert_cmpmem(bytes, 3, "llo", 3);
    assert_would_block(fixture);
}

static void test_end(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GError) error = NULL;
    char byte;

    peer_send(fixture, "x");
    g_socket_shutdown(fixture->peer, FALSE, TRUE, NULL);
    vnc_stream_watch(fixture->stream, G_IO_IN);
    wait_ready(fixture);
    g_assert_cmpint(vnc_stream_read(fixture->stream, &byte, 1, &error), ==, 1);
    wait_ready(fixture);
    g_assert_cmpint(vnc_stream_read(fixture->stream, &byte, 1, &error), ==, 0);
    g_assert_no_error(error);
}

/* Returns how much fitted. */
static size_t fill(Fixture *fixture)
{
    g_autofree char *zeros = g_malloc0(1 << 20);
    g_autoptr(GError) error = NULL;
    size_t total = 0;
    gssize n;

    while ((n = vnc_stream_write(fixture->stream, zeros, 1 << 20, &error)) > 0) {
        total += n;
    }
    g_assert_cmpint(n, ==, -1);
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
    return total;
}

static void test_write(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *bytes = g_malloc(1 << 16);
    size_t left = fill(fixture);

    g_assert_cmpuint(left, >, 0);
    vnc_stream_watch(fixture->stream, G_IO_OUT);
    g_main_context_iteration(fixture->context, FALSE);
    g_assert_cmpuint(fixture->ready, ==, 0);
    while (left > 0) {
        gssize n = g_socket_receive(fixture->peer, bytes, 1 << 16, NULL, NULL);

        g_assert_cmpint(n, >, 0);
        left -= n;
    }
    wait_ready(fixture);
    g_assert_cmpint(fixture->conditions, ==, G_IO_OUT);
    g_assert_cmpint(vnc_stream_write(fixture->stream, "x", 1, NULL), ==, 1);
}

static void test_one_source(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    static const struct {
        GIOCondition condition;
        int polled;
    } steps[] = {
        {G_IO_IN, 2},
        {G_IO_IN | G_IO_OUT, 2},
        {G_IO_IN | G_IO_OUT, 2},
        {G_IO_OUT, 2},
        {0, 1},
        {0, 1},
        {G_IO_IN, 2},
        {0, 1},
    };

    g_assert_cmpint(n_polled(fixture->context), ==, 1);
    FOR_ROWS (i, steps) {
        vnc_stream_watch(fixture->stream, steps[i].condition);
        g_assert_cmpint(n_polled(fixture->context), ==, steps[i].polled);
    }

    /* Readable, but nobody asks. */
    peer_send(fixture, "x");
    g_assert_true(g_socket_condition_wait(fixture->socket, G_IO_IN, NULL, NULL));
    g_assert_false(g_main_context_iteration(fixture->context, FALSE));
    g_assert_cmpuint(fixture->ready, ==, 0);
    vnc_stream_watch(fixture->stream, G_IO_IN);
    wait_ready(fixture);
}

static void test_both_ways(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    peer_send(fixture, "x");
    g_assert_true(g_socket_condition_wait(fixture->socket, G_IO_IN, NULL, NULL));
    vnc_stream_watch(fixture->stream, G_IO_IN | G_IO_OUT);
    wait_ready(fixture);
    g_assert_cmpuint(fixture->ready, ==, 1);
    g_assert_cmpint(fixture->conditions, ==, G_IO_IN | G_IO_OUT);
}

/* Closing with bytes unread resets the connection. */
static void reset_by_peer(Fixture *fixture)
{
    g_assert_cmpint(vnc_stream_write(fixture->stream, "unread", 6, NULL), ==, 6);
    g_assert_true(g_socket_condition_wait(fixture->peer, G_IO_IN, NULL, NULL));
    g_socket_close(fixture->peer, NULL);
    g_assert_true(g_socket_condition_wait(fixture->socket, G_IO_HUP, NULL, NULL));
}

static void test_hang_up(Fixture *fixture, gconstpointer data)
{
    GIOCondition condition = GPOINTER_TO_INT(data);
    g_autoptr(GError) error = NULL;
    char byte;

    reset_by_peer(fixture);
    vnc_stream_watch(fixture->stream, condition);
    wait_ready(fixture);
    g_assert_cmpint(fixture->conditions, ==, condition);
    if (condition == G_IO_IN) {
        g_assert_cmpint(vnc_stream_read(fixture->stream, &byte, 1, &error), <=, 0);
    } else {
        g_assert_cmpint(vnc_stream_write(fixture->stream, "x", 1, &error), ==, -1);
        g_assert_nonnull(error);
        g_assert_false(g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK));
    }
}

static void test_no_sigpipe(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    /* GIO ignores the signal for the whole process; a host may have its own mind. */
    void (*before)(int) = signal(SIGPIPE, SIG_DFL);

    reset_by_peer(fixture);
    for (int i = 0; i < 3; i++) {
        g_assert_cmpint(vnc_stream_write(fixture->stream, "x", 1, NULL), ==, -1);
    }
    signal(SIGPIPE, before);
}

static void test_close(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GError) read_error = NULL;
    g_autoptr(GError) write_error = NULL;
    char byte;

    vnc_stream_watch(fixture->stream, G_IO_IN | G_IO_OUT);
    vnc_stream_close(fixture->stream);
    vnc_stream_close(fixture->stream);
    g_assert_cmpint(n_polled(fixture->context), ==, 1);
    g_assert_cmpint(g_socket_receive(fixture->peer, &byte, 1, NULL, NULL), ==, 0);
    g_assert_cmpint(vnc_stream_read(fixture->stream, &byte, 1, &read_error), ==, -1);
    g_assert_error(read_error, G_IO_ERROR, G_IO_ERROR_CLOSED);
    g_assert_cmpint(vnc_stream_write(fixture->stream, "x", 1, &write_error), ==, -1);
    g_assert_error(write_error, G_IO_ERROR, G_IO_ERROR_CLOSED);
    vnc_stream_watch(fixture->stream, G_IO_IN);
    g_assert_cmpint(n_polled(fixture->context), ==, 1);
    g_assert_false(g_main_context_iteration(fixture->context, FALSE));
    g_assert_cmpuint(fixture->ready, ==, 0);
}

static void then_free(Fixture *fixture)
{
    g_clear_pointer(&fixture->stream, vnc_stream_free);
}

static void then_close(Fixture *fixture)
{
    vnc_stream_close(fixture->stream);
}

static void then_unwatch(Fixture *fixture)
{
    vnc_stream_watch(fixture->stream, 0);
}

static void then_watch_in(Fixture *fixture)
{
    vnc_stream_watch(fixture->stream, G_IO_IN);
}

/* Watched for writing, always ready: what the callback does must be the end of it. */
static void test_from_callback(Fixture *fixture, gconstpointer data)
{
    void (*const thens[])(Fixture *) = {then_free, then_close, then_unwatch, then_watch_in};
    unsigned i = GPOINTER_TO_UINT(data);

    fixture->then = thens[i];
    vnc_stream_watch(fixture->stream, G_IO_OUT);
    wait_ready(fixture);
    g_assert_cmpint(n_polled(fixture->context), ==, thens[i] == then_watch_in ? 2 : 1);
    g_assert_false(g_main_context_iteration(fixture->context, FALSE));
    g_assert_cmpuint(fixture->ready, ==, 1);
    if (thens[i] == then_watch_in) {
        fixture->then = then_free;
        peer_send(fixture, "x");
        wait_ready(fixture);
        g_assert_null(fixture->stream);
    }
}

static void test_tcp(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GSocketAddress) local = g_socket_get_local_address(fixture->peer, NULL);
    g_autofree char *port =
        g_strdup_printf("%u", g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(local)));
    int no_delay = 0;

    g_assert_false(g_socket_get_blocking(fixture->socket));
    g_assert_true(g_socket_get_option(fixture->socket, IPPROTO_TCP, TCP_NODELAY, &no_delay, NULL));
    g_assert_cmpint(no_delay, !=, 0);
    g_assert_cmpint(fixture->stream->peer.family, ==, VNC_FAMILY_IPV4);
    g_assert_cmpstr(fixture->stream->peer.host, ==, "127.0.0.1");
    g_assert_cmpstr(fixture->stream->peer.service, ==, port);
}

static void test_unix(void)
{
    g_autofree char *dir = g_dir_make_tmp("vnc-stream-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(dir, "socket", NULL);
    g_autoptr(GSocketAddress) address = g_unix_socket_address_new(path);
    g_autoptr(GSocket) server = NULL;
    g_autoptr(GSocket) client = NULL;
    VncStream *stream;
    char byte;

    connect_pair(address, &server, &client);
    stream = vnc_stream_new_socket(server, NULL);
    g_assert_cmpint(stream->peer.family, ==, VNC_FAMILY_UNIX);
    g_assert_cmpstr(stream->peer.host, ==, "");
    g_assert_cmpstr(stream->peer.service, ==, "");
    g_assert_cmpint(vnc_stream_write(stream, "x", 1, NULL), ==, 1);
    g_assert_cmpint(g_socket_receive(client, &byte, 1, NULL, NULL), ==, 1);
    g_assert_cmpint(byte, ==, 'x');
    vnc_stream_free(stream);
    g_assert_cmpint(g_socket_receive(client, &byte, 1, NULL, NULL), ==, 0);
    g_unlink(path);
    g_rmdir(dir);
}

static void test_free_null(void)
{
    vnc_stream_free(NULL);
}

static void add(const char *path, gconstpointer data, void (*func)(Fixture *, gconstpointer))
{
    g_test_add(path, Fixture, data, set_up, func, tear_down);
}

static int option(GSocket *socket, int level, int name)
{
    int value = -1;

    g_assert_true(g_socket_get_option(socket, level, name, &value, NULL));
    return value;
}

/* What the kernel is told of a viewer's machine that may vanish, and may not be. */
static void test_peer_timeout(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    static const struct {
        unsigned seconds;
        int idle, interval;
    } cases[] = {{1, 1, 1}, {7, 3, 1}, {300, 150, 37}, {3600, 1800, 450}};

    vnc_socket_set_peer_timeout(fixture->socket, 0);
    g_assert_false(g_socket_get_keepalive(fixture->socket));
    FOR_ROWS (i, cases) {
        vnc_socket_set_peer_timeout(fixture->socket, cases[i].seconds);
        g_assert_true(g_socket_get_keepalive(fixture->socket));
#ifdef TCP_KEEPIDLE
        g_assert_cmpint(option(fixture->socket, IPPROTO_TCP, TCP_KEEPIDLE), ==, cases[i].idle);
#endif
#ifdef TCP_KEEPINTVL
        g_assert_cmpint(option(fixture->socket, IPPROTO_TCP, TCP_KEEPINTVL), ==, cases[i].interval);
#endif
#ifdef TCP_KEEPCNT
        g_assert_cmpint(option(fixture->socket, IPPROTO_TCP, TCP_KEEPCNT), ==, 4);
#endif
#ifdef TCP_USER_TIMEOUT
        g_assert_cmpint(option(fixture->socket, IPPROTO_TCP, TCP_USER_TIMEOUT), ==,
                        cases[i].seconds * 1000);
#endif
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add("/net-stream/read", NULL, test_read);
    add("/net-stream/end", NULL, test_end);
    add("/net-stream/write", NULL, test_write);
    add("/net-stream/one-source", NULL, test_one_source);
    add("/net-stream/both-ways", NULL, test_both_ways);
    add("/net-stream/hang-up/in", GINT_TO_POINTER(G_IO_IN), test_hang_up);
    add("/net-stream/hang-up/out", GINT_TO_POINTER(G_IO_OUT), test_hang_up);
    add("/net-stream/no-sigpipe", NULL, test_no_sigpipe);
    add("/net-stream/close", NULL, test_close);
    add("/net-stream/callback/frees", GUINT_TO_POINTER(0), test_from_callback);
    add("/net-stream/callback/closes", GUINT_TO_POINTER(1), test_from_callback);
    add("/net-stream/callback/unwatches", GUINT_TO_POINTER(2), test_from_callback);
    add("/net-stream/callback/watches-other", GUINT_TO_POINTER(3), test_from_callback);
    add("/net-stream/tcp", NULL, test_tcp);
    add("/net-stream/peer-timeout", NULL, test_peer_timeout);
    g_test_add_func("/net-stream/unix", test_unix);
    g_test_add_func("/net-stream/free-null", test_free_null);
    return g_test_run();
}
