/*
 * Connecting to listening viewers: TCP, unix sockets, viewers that do not answer, giving up.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One thread. The system chooses the ports.
 */
#include "ui/net/connector.h"

#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <string.h>

/* Ends a hang. */
#define DEADLINE 60

typedef struct Fixture {
    GMainContext *context;
    VncConnector *connector;
    GSocket *listening;
    unsigned done; /* calls */
    GSocket *socket;
    GError *error;
} Fixture;

static void set_up(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    fixture->context = g_main_context_new();
}

static void tear_down(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    vnc_connector_free(fixture->connector);
    /* What was given up comes home. */
    while (g_main_context_iteration(fixture->context, FALSE)) {
    }
    g_clear_object(&fixture->listening);
    g_clear_object(&fixture->socket);
    g_clear_error(&fixture->error);
    g_main_context_unref(fixture->context);
}

static void on_done(void *opaque, GSocket *socket, const GError *error)
{
    Fixture *fixture = opaque;

    fixture->done++;
    g_assert_true(!socket == !!error);
    fixture->socket = socket ? g_object_ref(socket) : NULL;
    fixture->error = error ? g_error_copy(error) : NULL;
    g_clear_pointer(&fixture->connector, vnc_connector_free);
}

static void start(Fixture *fixture, const char *text, unsigned timeout)
{
    g_autoptr(VncAddress) address = vnc_address_parse(text, true, NULL);
    g_autoptr(GError) error = NULL;

    g_assert_nonnull(address);
    fixture->connector =
        vnc_connector_new(address, timeout, fixture->context, on_done, fixture, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(fixture->done, ==, 0);
}

static void run(Fixture *fixture)
{
    while (!fixture->done) {
        g_main_context_iteration(fixture->context, TRUE);
    }
    g_assert_cmpuint(fixture->done, ==, 1);
}

static void assert_failed(Fixture *fixture, const char *text, const char *part)
{
    g_autofree char *named = g_strdup_printf("cannot connect to '%s': ", text);

    run(fixture);
    g_assert_nonnull(fixture->error);
    g_test_message("%s", fixture->error->message);
    g_assert_true(g_str_has_prefix(fixture->error->message, named));
    g_assert_nonnull(strstr(fixture->error->message, part));
}

/* Returns the port on 127.0.0.1. */
static unsigned listen_tcp(Fixture *fixture, int backlog)
{
    g_autoptr(GSocketAddress) any = g_inet_socket_address_new_from_string("127.0.0.1", 0);
    g_autoptr(GSocketAddress) local = NULL;

    fixture->listening =
        g_socket_new(G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, NULL);
    g_socket_set_listen_backlog(fixture->listening, backlog);
    g_assert_true(g_socket_bind(fixture->listening, any, FALSE, NULL));
    g_assert_true(g_socket_listen(fixture->listening, NULL));
    local = g_socket_get_local_address(fixture->listening, NULL);
    return g_inet_socket_address_get_port(G_INET_SOCKET_ADDRESS(local));
}

static void test_tcp(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *text = g_strdup_printf("127.0.0.1:%u", listen_tcp(fixture, 5));
    g_autoptr(GSocket) accepted = NULL;
    char byte;

    start(fixture, text, DEADLINE);
    run(fixture);
    g_assert_nonnull(fixture->socket);
    /* It outlives the connector. */
    accepted = g_socket_accept(fixture->listening, NULL, NULL);
    g_assert_cmpint(g_socket_send(accepted, "x", 1, NULL, NULL), ==, 1);
    g_socket_set_blocking(fixture->socket, TRUE);
    g_assert_cmpint(g_socket_receive(fixture->socket, &byte, 1, NULL, NULL), ==, 1);
}

/* A name stands for several addresses: all but one are refused, or not asked for. */
static void test_name(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *text = g_strdup_printf("localhost:%u", listen_tcp(fixture, 5));

    start(fixture, text, DEADLINE);
    run(fixture);
    g_assert_nonnull(fixture->socket);
}

static void test_refused(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *text = g_strdup_printf("127.0.0.1:%u", listen_tcp(fixture, 5));

    g_socket_close(fixture->listening, NULL);
    start(fixture, text, DEADLINE);
    assert_failed(fixture, text, "refused");
}

static void test_family(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *text = g_strdup_printf("127.0.0.1:%u", listen_tcp(fixture, 5));
    g_autoptr(VncAddress) address = vnc_address_parse(text, true, NULL);

    address->no_ipv4 = true;
    fixture->connector =
        vnc_connector_new(address, DEADLINE, fixture->context, on_done, fixture, NULL);
    assert_failed(fixture, text, "no such address");
}

/* A full backlog is a listener that does not answer. Whoever gets into it stays there. */
static void test_no_answer(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    unsigned port = listen_tcp(fixture, 0);
    g_autofree char *text = g_strdup_printf("127.0.0.1:%u", port);
    g_autoptr(GPtrArray) waiting = g_ptr_array_new_with_free_func(g_object_unref);
    g_autoptr(GSocketAddress) address = g_inet_socket_address_new_from_string("127.0.0.1", port);

    for (int i = 0; i < 8; i++) {
        GSocket *socket = g_socket_new(G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM,
                                       G_SOCKET_PROTOCOL_DEFAULT, NULL);

        g_socket_set_blocking(socket, FALSE);
        g_socket_connect(socket, address, NULL, NULL);
        g_ptr_array_add(waiting, socket);
    }
    start(fixture, text, 1);
    assert_failed(fixture, text, "no answer within 1 s");
}

/* No callback comes, however far it had got. */
static void test_given_up(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *text = g_strdup_printf("127.0.0.1:%u", listen_tcp(fixture, 5));

    for (int turns = 0; turns < 4; turns++) {
        start(fixture, text, DEADLINE);
        for (int i = 0; i < turns && fixture->connector; i++) {
            g_main_context_iteration(fixture->context, FALSE);
        }
        if (fixture->connector) {
            g_clear_pointer(&fixture->connector, vnc_connector_free);
            while (g_main_context_iteration(fixture->context, FALSE)) {
            }
            g_assert_cmpuint(fixture->done, ==, 0);
        }
        g_clear_object(&fixture->socket);
        fixture->done = 0;
    }
}

static void test_unix(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *dir = g_dir_make_tmp("vnc-connector-XXXXXX", NULL);
    g_autofree char *path = g_build_filename(dir, "socket", NULL);
    g_autofree char *text = g_strdup_printf("unix:%s", path);
    g_autoptr(GSocketAddress) address = g_unix_socket_address_new(path);

    start(fixture, text, DEADLINE);
    assert_failed(fixture, text, "No such file");
    fixture->done = 0;
    g_clear_error(&fixture->error);
    fixture->listening =
        g_socket_new(G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, NULL);
    g_assert_true(g_socket_bind(fixture->listening, address, FALSE, NULL));
    g_assert_true(g_socket_listen(fixture->listening, NULL));
    start(fixture, text, DEADLINE);
    run(fixture);
    g_assert_nonnull(fixture->socket);
    g_unlink(path);
    g_rmdir(dir);
}

static void test_long_path(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *path = g_strnfill(200, 'x');
    VncAddress address = {.kind = VNC_ADDRESS_UNIX, .path = path};
    g_autoptr(GError) error = NULL;

    g_assert_null(vnc_connector_new(&address, 1, fixture->context, on_done, fixture, &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_FILENAME_TOO_LONG);
}

static void add(const char *name, void (*test)(Fixture *fixture, gconstpointer data))
{
    g_test_add(name, Fixture, NULL, set_up, test, tear_down);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add("/connector/tcp", test_tcp);
    add("/connector/name", test_name);
    add("/connector/refused", test_refused);
    add("/connector/family", test_family);
    add("/connector/no-answer", test_no_answer);
    add("/connector/given-up", test_given_up);
    add("/connector/unix", test_unix);
    add("/connector/long-path", test_long_path);
    return g_test_run();
}
