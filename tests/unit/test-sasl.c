/*
 * Logins by SASL, against Cyrus SASL's client.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread, and VncOffload's threads.
 */
#include "tests/lib/sasl-login.h"
#include "tests/lib/rows.h"

#include <gnutls/gnutls.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAX_DATA (64 * 1024)

static void skip_offer(Login *login)
{
    g_free(login_begin(login));
}

static void test_logins(void)
{
    static const struct {
        bool sheltered;
        const char *mechanism;
        bool encrypts;
    } ways[] = {
        {false, "DIGEST-MD5", true},  {true, "DIGEST-MD5", true}, {true, "SCRAM-SHA-256", false},
        {true, "SCRAM-SHA-1", false}, {true, "CRAM-MD5", false},  {true, "PLAIN", false},
    };
    static const struct {
        const char *user, *password;
        bool passes;
    } users[] = {
        {USER, PASSWORD, true},
        {USER, "Sesame", false},
        {USER, "", false},
        {NOBODY, PASSWORD, false},
    };

    FOR_CASES (i, G_N_ELEMENTS(ways) * G_N_ELEMENTS(users)) {
        size_t way = i / G_N_ELEMENTS(users), user = i % G_N_ELEMENTS(users);

        for (size_t piece = 1; piece <= 1000; piece *= 31) {
            g_autoptr(Login) login = login_new(&vnc_auth_sasl, ways[way].sheltered);
            Client client;
            VncAuthResult result;

            g_test_message("%s %s %s", ways[way].mechanism, users[user].user, users[user].password);
            client_init(&client, users[user].user, users[user].password, 8192);
            result = log_in(login, &client, ways[way].mechanism, piece);
            if (users[user].passes) {
                g_assert_cmpint(result, ==, VNC_AUTH_PASSED);
                g_assert_cmpstr(login->login.user, ==, USER);
                g_assert_true(login->login.upgrades == ways[way].encrypts);
            } else {
                g_assert_cmpint(result, ==, VNC_AUTH_REFUSED);
                g_assert_cmpstr(login->login.reason, ==, "Wrong user name or password");
                g_assert_nonnull(login->login.why);
                g_assert_null(strstr(login->login.why, PASSWORD));
                g_assert_true(login->login.guessed);
                g_assert_false(login->login.upgrades);
                g_assert_null(login->login.user);
            }
            client_clear(&client);
        }
    }
}

/* What does not encrypt is not there for TCP, and what lets anybody in is not there at all. */
static void test_offered(void)
{
    g_autoptr(Login) bare = login_new(&vnc_auth_sasl, false);
    g_autoptr(Login) sheltered = login_new(&vnc_auth_sasl, true);
    g_autofree char *few = login_begin(bare), *many = login_begin(sheltered);
    g_auto(GStrv) names = g_strsplit(many, ",", -1);

    g_assert_cmpstr(few, ==, "DIGEST-MD5");
    g_assert_true(g_strv_contains((const char *const *)names, "PLAIN"));
    g_assert_false(g_strv_contains((const char *const *)names, "ANONYMOUS"));
}

/* Without initial data, which is not the same as empty data. */
static void test_no_data(void)
{
    g_autoptr(Login) login = login_new(&vnc_auth_sasl, true);
    VncBuffer message = {0};

    skip_offer(login);
    append_mechanism(&message, "PLAIN", 5);
    append_data(&message, NULL, 0);
    g_assert_cmpint(login_give(login, vnc_buffer_bytes(&message), message.len, 1), ==,
                    VNC_AUTH_MORE);
    g_assert_cmpuint(login->out.data[login->out.len - 1], ==, 0);
    vnc_buffer_reset(&message);
    append_data(&message, "\0" USER "\0" PASSWORD, strlen(USER) + strlen(PASSWORD) + 2);
    g_assert_cmpint(login_give(login, vnc_buffer_bytes(&message), message.len, 1), ==,
                    VNC_AUTH_PASSED);
    g_assert_cmpstr(login->login.user, ==, USER);
    vnc_buffer_clear(&message);
}

/* A user may not act for another. */
static void test_proxy(void)
{
    static const char data[] = NOBODY "\0" USER "\0" PASSWORD;
    g_autoptr(Login) login = login_new(&vnc_auth_sasl, true);
    VncBuffer message = {0};

    skip_offer(login);
    append_mechanism(&message, "PLAIN", 5);
    append_data(&message, data, sizeof(data) - 1);
    g_assert_cmpint(login_give(login, vnc_buffer_bytes(&message), message.len, 1000), ==,
                    VNC_AUTH_REFUSED);
    g_assert_null(login->login.user);
    vnc_buffer_clear(&message);
}

static void test_not_offered(void)
{
    static const struct {
        bool sheltered;
        const char *name;
        size_t len;
    } cases[] = {
        {false, "PLAIN", 5},
        {false, "SCRAM-SHA-256", 13},
        {false, "DIGEST-MD5\0", 11},
        {false, "DIGEST-MD5\0X", 12},
        {false, "DIGEST", 6},
        {false, "digest-md5", 10},
        {false, "", 0},
        {true, "ANONYMOUS", 9},
        {true, "PLAIN,DIGEST-MD5", 16},
        {true, "\377\377\377\377", 4},
    };

    FOR_ROWS (i, cases) {
        g_autoptr(Login) login = login_new(&vnc_auth_sasl, cases[i].sheltered);
        VncBuffer message = {0};

        skip_offer(login);
        append_mechanism(&message, cases[i].name, cases[i].len);
        append_data(&message, NULL, 0);
        vnc_buffer_append(&login->in, vnc_buffer_bytes(&message), message.len);
        g_assert_cmpint(login_step(login), ==, VNC_AUTH_REFUSED);
        g_assert_cmpstr(login->login.reason, ==, "That SASL mechanism was not offered");
        vnc_buffer_clear(&message);
    }
}

/* Refused as soon as the length is there. */
static void test_too_long(void)
{
    static const uint32_t too_long[] = {MAX_DATA + 1, 1 << 20, INT32_MAX, UINT32_MAX};

    FOR_ROWS (i, too_long) {
        g_autoptr(Login) name = login_new(&vnc_auth_sasl, false);
        g_autoptr(Login) data = login_new(&vnc_auth_sasl, false);
        g_autoptr(Login) later = login_new(&vnc_auth_sasl, false);

        skip_offer(name);
        skip_offer(data);
        skip_offer(later);
        vnc_buffer_append_u32(&name->in, i == 0 ? 101 : too_long[i]);
        g_assert_cmpint(login_step(name), ==, VNC_AUTH_REFUSED);

        append_mechanism(&data->in, "DIGEST-MD5", 10);
        vnc_buffer_append_u32(&data->in, too_long[i]);
        g_assert_cmpint(login_step(data), ==, VNC_AUTH_REFUSED);

        append_mechanism(&later->in, "DIGEST-MD5", 10);
        append_data(&later->in, NULL, 0);
        g_assert_cmpint(login_step(later), ==, VNC_AUTH_MORE);
        vnc_buffer_append_u32(&later->in, too_long[i]);
        g_assert_cmpint(login_step(later), ==, VNC_AUTH_REFUSED);
    }
}

/* As long as may be, which SASL looks at; and without the NUL, which it does not. */
static void test_long(void)
{
    g_autofree char *bytes = g_strnfill(MAX_DATA - 1, 'x');

    for (unsigned with_nul = 0; with_nul < 2; with_nul++) {
        g_autoptr(Login) login = login_new(&vnc_auth_sasl, true);

        skip_offer(login);
        append_mechanism(&login->in, "SCRAM-SHA-256", 13);
        append_data(&login->in, bytes, MAX_DATA - 1);
        login->in.data[login->in.start + login->in.len - 1] = !with_nul;
        g_assert_cmpint(login_step(login), ==, VNC_AUTH_REFUSED);
        g_assert_true(login->login.guessed == with_nul);
    }
}

static void test_authorize(void)
{
    static const char *const ids[] = {"allows-fred", "allows-nobody"};

    FOR_ROWS (i, ids) {
        g_autoptr(Login) login = login_new(&vnc_auth_sasl, true);
        Client client;
        VncAuthResult result;

        login->login.settings->sasl_authz = g_strdup(ids[i]);
        client_init(&client, USER, PASSWORD, 8192);
        result = log_in(login, &client, "SCRAM-SHA-256", 1000);
        g_assert_cmpuint(login->asked, ==, 1);
        if (i == 0) {
            g_assert_cmpint(result, ==, VNC_AUTH_PASSED);
        } else {
            g_assert_cmpint(result, ==, VNC_AUTH_REFUSED);
            g_assert_cmpstr(login->login.reason, ==, "Not authorized");
            g_assert_nonnull(strstr(login->login.why, USER));
            g_assert_nonnull(strstr(login->login.why, ids[i]));
            g_assert_nonnull(strstr(login->login.why, "the list says no"));
            g_assert_false(login->login.guessed);
            g_assert_null(login->login.user);
        }
        client_clear(&client);
    }
}

static gpointer tls_client(gpointer opaque)
{
    gnutls_session_t session;
    gnutls_anon_client_credentials_t anon;
    char byte;

    gnutls_anon_allocate_client_credentials(&anon);
    gnutls_init(&session, GNUTLS_CLIENT);
    gnutls_priority_set_direct(session, "NORMAL:+ANON-ECDH:+ANON-DH", NULL);
    gnutls_credentials_set(session, GNUTLS_CRD_ANON, anon);
    gnutls_transport_set_int(session, GPOINTER_TO_INT(opaque));
    g_assert_cmpint(gnutls_handshake(session), ==, 0);
    gnutls_record_recv(session, &byte, 1);
    gnutls_deinit(session);
    gnutls_anon_free_client_credentials(anon);
    return NULL;
}

/* Within TLS there are mechanisms that do not encrypt over TCP too, and none encrypts once more. */
static void test_tls(void)
{
    static const char *const mechanisms[] = {"PLAIN", "SCRAM-SHA-256", "DIGEST-MD5"};
    const VncTlsObject object = {0};

    FOR_ROWS (i, mechanisms) {
        g_autoptr(Login) login = login_new(&vnc_auth_sasl, false);
        g_autoptr(GSocket) socket = NULL;
        GThread *thread;
        VncStream *stream;
        Client client;
        int fds[2];

        g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), ==, 0);
        socket = g_socket_new_from_fd(fds[0], NULL);
        thread = g_thread_new("client", tls_client, GINT_TO_POINTER(fds[1]));
        login->login.settings->tls = vnc_tls_credentials_new(&object, NULL);
        stream = vnc_login_lay_tls(&login->login, vnc_stream_new_socket(socket, NULL));
        while (login->login.opening) {
            g_main_context_iteration(NULL, TRUE);
        }
        g_assert_null(login->login.broken);
        client_init(&client, USER, PASSWORD, 8192);
        g_assert_cmpint(log_in(login, &client, mechanisms[i], 1000), ==, VNC_AUTH_PASSED);
        g_assert_cmpstr(login->login.user, ==, USER);
        g_assert_false(login->login.upgrades);
        client_clear(&client);
        vnc_stream_free(stream);
        g_thread_join(thread);
        close(fds[1]);
    }
}

/* A viewer that goes while SASL is at work leaves it the connection. */
static void test_leave(void)
{
    for (unsigned i = 0; i < 20; i++) {
        Login *login = login_new(&vnc_auth_sasl, true);

        g_assert_cmpint(vnc_auth_step(login->auth), ==, VNC_AUTH_BUSY);
        /* Being asked again does not disturb it. */
        g_assert_cmpint(vnc_auth_step(login->auth), ==, VNC_AUTH_BUSY);
        if (i % 2) {
            while (!login->woken) {
                g_main_context_iteration(NULL, TRUE);
            }
            skip_offer(login);
            append_mechanism(&login->in, "PLAIN", 5);
            append_data(&login->in, "\0" USER "\0" PASSWORD, strlen(USER) + strlen(PASSWORD) + 2);
            g_assert_cmpint(vnc_auth_step(login->auth), ==, VNC_AUTH_BUSY);
        }
        login_free(login);
    }
}

int main(int argc, char **argv)
{
    int failed;

    g_test_init(&argc, &argv, NULL);
    users_make();
    g_test_add_func("/sasl/logins", test_logins);
    g_test_add_func("/sasl/offered", test_offered);
    g_test_add_func("/sasl/no-data", test_no_data);
    g_test_add_func("/sasl/proxy", test_proxy);
    g_test_add_func("/sasl/not-offered", test_not_offered);
    g_test_add_func("/sasl/too-long", test_too_long);
    g_test_add_func("/sasl/long", test_long);
    g_test_add_func("/sasl/authorize", test_authorize);
    g_test_add_func("/sasl/tls", test_tls);
    g_test_add_func("/sasl/leave", test_leave);
    failed = g_test_run();
    users_clear();
    return failed;
}
