/*
 * RSA-AES with a user name and a password, which SASL checks.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread, and VncOffload's threads.
 */
#include "tests/lib/rsa-viewer.h"
#include "tests/lib/sasl-login.h"
#include "tests/lib/rows.h"

#include <glib/gstdio.h>

static const uint32_t numbers[] = {129, 5, 130, 6};
static VncAddressInfo address = {
    .family = VNC_FAMILY_IPV4, .host = (char[]){"127.0.0.1"}, .service = (char[]){"5900"}};

/* The only list lets USER in, and nobody else. */
static bool authorize(G_GNUC_UNUSED void *host, const char *id, const char *identity,
                      G_GNUC_UNUSED GError **error)
{
    return g_str_equal(id, "users") && g_str_equal(identity, USER);
}

static void begin(Talk *talk, uint32_t number)
{
    static const VncHostOps ops = {.authorize = authorize};

    talk_init(talk, number);
    talk->login.settings->plain = true;
    talk->login.local = talk->login.peer = &address;
    talk->login.host_ops = &ops;
}

static void test_logins(void)
{
    g_autofree char *longest = g_strnfill(255, 'x');
    const struct {
        const char *user, *password, *authz;
        const char *reason; /* NULL: let in */
        bool guessed;
    } cases[] = {
        {USER, PASSWORD, NULL, NULL, false},
        {USER, PASSWORD, "users", NULL, false},
        {USER, PASSWORD, "others", "Not authorized", false},
        {USER, "Sesame", NULL, "Wrong user name or password", true},
        {USER, PASSWORD "s", "users", "Wrong user name or password", true},
        {USER, "", NULL, "Wrong user name or password", true},
        {NOBODY, PASSWORD, NULL, "Wrong user name or password", true},
        {"", PASSWORD, NULL, "Wrong user name or password", true},
        {longest, longest, NULL, "Wrong user name or password", true},
        /* VNC authentication's password is that of nobody. */
        {"", "more than 8 bytes", NULL, "Wrong user name or password", true},
        {USER, "more than 8 bytes", NULL, "Wrong user name or password", true},
    };

    FOR_CASES (i, G_N_ELEMENTS(cases) * G_N_ELEMENTS(numbers)) {
        const size_t c = i / G_N_ELEMENTS(numbers);
        Talk talk;

        begin(&talk, numbers[i % G_N_ELEMENTS(numbers)]);
        talk.login.settings->password = c % 2;
        talk.login.settings->sasl_authz = g_strdup(cases[c].authz);
        talk.piece = c % 2;
        g_assert_true(talk_through(&talk, NOTHING, cases[c].user, cases[c].password) ||
                      talk.result == VNC_AUTH_REFUSED);
        g_assert_cmpint(talk_verdict(&talk), ==,
                        cases[c].reason ? VNC_AUTH_REFUSED : VNC_AUTH_PASSED);
        g_assert_cmpstr(talk.login.reason, ==, cases[c].reason);
        g_assert_cmpstr(talk.login.user, ==, cases[c].reason ? NULL : USER);
        g_assert_true(talk.login.guessed == cases[c].guessed);
        talk_clear(&talk);
    }
}

/* A login that says other lengths than its message has asks nobody. */
static void test_spoilt(void)
{
    FOR_CASES (i, 2 * G_N_ELEMENTS(numbers)) {
        const Spoil spoil = i % 2 ? LOGIN_USER_LENGTH : LOGIN_PASSWORD_LENGTH;
        Talk talk;

        begin(&talk, numbers[i / 2]);
        talk_through(&talk, spoil, USER, PASSWORD);
        g_assert_cmpint(talk_verdict(&talk), ==, VNC_AUTH_REFUSED);
        g_assert_nonnull(strstr(talk.login.reason, complaints[spoil]));
        g_assert_false(talk.login.guessed);
        talk_clear(&talk);
    }
}

/* The viewer goes while SASL looks: the work after RSA's two. */
static void test_leave(void)
{
    for (unsigned i = 0; i < 20; i++) {
        Talk talk;

        begin(&talk, numbers[i % G_N_ELEMENTS(numbers)]);
        talk.leaves_at = 3;
        g_assert_false(talk_through(&talk, NOTHING, USER, PASSWORD));
        g_assert_null(talk.auth);
        g_assert_cmpuint(talk.in.len, ==, 0);
        g_assert_null(talk.login.reason);
        talk_clear(&talk);
    }
}

int main(int argc, char **argv)
{
    g_autofree char *path = NULL;
    int failed;

    g_test_init(&argc, &argv, NULL);
    path = g_strdup_printf("%s/vnc-rsa-plain-%d.pem", g_get_tmp_dir(), (int)getpid());
    rsa_write_key(path, GNUTLS_PK_RSA, 2048, false, NULL);
    rsa_viewer_init(path);
    g_unlink(path);
    users_make();
    g_test_add_func("/rsa-plain/logins", test_logins);
    g_test_add_func("/rsa-plain/spoilt", test_spoilt);
    g_test_add_func("/rsa-plain/leave", test_leave);
    failed = g_test_run();
    users_clear();
    rsa_viewer_clear();
    return failed;
}
