/*
 * Security types: which are offered, and which logins each accepts. libvncclient computes the
 * answers.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One thread.
 */
#include "tests/lib/rows.h"
#include "ui/auth/types.h"
#include "ui/auth/vencrypt.h"

/* libvncclient's; its header does not go with all of ours. */
extern void rfbClientEncryptBytes(unsigned char *bytes, char *password);

typedef struct Login {
    VncPasswords passwords;
    VncBuffer in, out;
    VncLogin login;
    VncAuth *auth;
} Login;

static void login_init(Login *login, const VncAuthType *type)
{
    *login = (Login){0};
    vnc_passwords_init(&login->passwords);
    login->login = (VncLogin){
        .settings = vnc_auth_settings_new(),
        .passwords = &login->passwords,
        .in = &login->in,
        .out = &login->out,
    };
    login->auth = vnc_auth_new(type, &login->login);
}

static void login_clear(Login *login)
{
    vnc_auth_free(login->auth);
    vnc_login_clear(&login->login);
    vnc_passwords_clear(&login->passwords);
    vnc_buffer_clear(&login->in);
    vnc_buffer_clear(&login->out);
}

static void test_find(void)
{
    g_assert_true(vnc_auth_find(VNC_SECURITY_NONE) == &vnc_auth_none);
    g_assert_true(vnc_auth_find(VNC_SECURITY_VNC) == &vnc_auth_vnc);
    g_assert_cmpstr(vnc_auth_none.name, ==, "none");
    g_assert_cmpstr(vnc_auth_vnc.name, ==, "vnc");
    for (unsigned number = 0; number < 300; number++) {
        const VncAuthType *type = vnc_auth_find(number);
        bool rsa_aes = number == 5 || number == 6 || number == 129 || number == 130;

#ifndef VNC_HAVE_RSA_AES
        rsa_aes = false;
#endif
        g_assert_true(!type || type->number == number);
        if (number != VNC_SECURITY_SASL) {
            g_assert_true(
                !type == (number != 1 && number != 2 && number != 19 && number != 256 && !rsa_aes));
        }
    }
}

/* None lets everybody in at once, says nothing, and leaves what the viewer has already sent. */
static void test_none(void)
{
    Login login;

    login_init(&login, &vnc_auth_none);
    vnc_buffer_append_u8(&login.in, 1);
    g_assert_cmpint(vnc_auth_step(login.auth), ==, VNC_AUTH_PASSED);
    g_assert_cmpuint(login.in.len, ==, 1);
    g_assert_cmpuint(login.out.len, ==, 0);
    g_assert_false(login.login.view_only);
    login_clear(&login);
}

/* One login by VNC authentication: libvncclient answers the challenge by @password, and is cut into
 * pieces of @piece bytes. */
static VncAuthResult log_in(Login *login, const char *password, unsigned piece)
{
    g_autofree char *copy = g_strdup(password);
    uint8_t answer[16];
    VncAuthResult result = vnc_auth_step(login->auth);

    g_assert_cmpint(result, ==, VNC_AUTH_MORE);
    g_assert_cmpuint(login->out.len, ==, sizeof(answer));
    memcpy(answer, vnc_buffer_bytes(&login->out), sizeof(answer));
    rfbClientEncryptBytes(answer, copy);
    for (unsigned at = 0; at < sizeof(answer); at += piece) {
        g_assert_cmpint(result, ==, VNC_AUTH_MORE);
        vnc_buffer_append(&login->in, answer + at, MIN(piece, sizeof(answer) - at));
        result = vnc_auth_step(login->auth);
    }
    g_assert_cmpuint(login->out.len, ==, sizeof(answer));
    g_assert_cmpuint(login->in.len, ==, 0);
    return result;
}

static void test_vnc(void)
{
    static const struct {
        const char *full, *view_only;
        int64_t expires;
        const char *given;
        const char *reason; /* a part of it; NULL: let in */
        bool guessed, looks;
    } cases[] = {
        {"secret", NULL, INT64_MAX, "secret", NULL, false, false},
        {"12345678", NULL, INT64_MAX, "12345678", NULL, false, false},
        {"12345678tail", NULL, INT64_MAX, "12345678", NULL, false, false},
        {"\303\244\377", NULL, INT64_MAX, "\303\244\377", NULL, false, false},
        {"secret", NULL, INT64_MAX, "Secret", "Wrong password", true, false},
        {"secret", NULL, INT64_MAX, "", "Wrong password", true, false},
        {"secret", "look", INT64_MAX, "look", NULL, false, true},
        {"secret", "look", INT64_MAX, "secret", NULL, false, false},
        {"same", "same", INT64_MAX, "same", NULL, false, false},
        {"secret", "look", INT64_MAX, "else", "Wrong password", true, false},
        {NULL, "look", INT64_MAX, "look", NULL, false, true},
        {NULL, NULL, INT64_MAX, "", "No password", false, false},
        {NULL, NULL, INT64_MAX, "secret", "No password", false, false},
        {"", NULL, INT64_MAX, "", "No password", false, false},
        {"", "", INT64_MAX, "", "No password", false, false},
        {"secret", NULL, 0, "secret", "expired", false, false},
        {"secret", NULL, 1000000000, "secret", "expired", false, false},
        {"secret", NULL, 1000000000, "guess", "Wrong password", true, false},
        {"secret", NULL, G_MAXINT32 * G_GINT64_CONSTANT(2), "secret", NULL, false, false},
    };

    FOR_ROWS (i, cases) {
        for (unsigned piece = 1; piece <= 16; piece += 5) {
            Login login;
            VncAuthResult result;

            login_init(&login, &vnc_auth_vnc);
            vnc_passwords_set(&login.passwords.full, cases[i].full);
            vnc_passwords_set(&login.passwords.view_only, cases[i].view_only);
            login.passwords.expires = cases[i].expires;
            result = log_in(&login, cases[i].given, piece);
            if (cases[i].reason) {
                g_assert_cmpint(result, ==, VNC_AUTH_REFUSED);
                g_assert_nonnull(strstr(login.login.reason, cases[i].reason));
                g_assert_true(login.login.guessed == cases[i].guessed);
            } else {
                g_assert_cmpint(result, ==, VNC_AUTH_PASSED);
                g_assert_true(login.login.view_only == cases[i].looks);
            }
            login_clear(&login);
        }
    }
}

/* No challenge twice; an answer to another one does not count. */
static void test_challenges(void)
{
    Login first, second;

    login_init(&first, &vnc_auth_vnc);
    login_init(&second, &vnc_auth_vnc);
    vnc_auth_step(first.auth);
    vnc_auth_step(second.auth);
    g_assert_cmpint(memcmp(vnc_buffer_bytes(&first.out), vnc_buffer_bytes(&second.out), 16), !=, 0);
    login_clear(&first);
    login_clear(&second);
}

/* A password set while the viewer makes up its answer is the one that counts. */
static void test_change(void)
{
    Login login;

    login_init(&login, &vnc_auth_vnc);
    vnc_passwords_set(&login.passwords.full, "before");
    g_assert_cmpint(vnc_auth_step(login.auth), ==, VNC_AUTH_MORE);
    vnc_passwords_set(&login.passwords.full, "after");
    g_assert_cmpint(log_in(&login, "before", 16), ==, VNC_AUTH_REFUSED);
    login_clear(&login);
}

/* What is offered for which options; the numbers of both lists, the best first, ended by 0. */
static void test_offers(void)
{
    enum { NO_TLS, ANONYMOUS, WEBSOCKET }; /* the last: TLS is there already */
    static const struct {
        bool password, sasl, plain;
        int tls;
        uint8_t types[5];
        uint32_t subtypes[5];
    } cases[] = {
        {false, false, false, NO_TLS, {1}, {0}},
        {false, false, true, NO_TLS, {0}, {0}},
        {true, false, true, NO_TLS, {2}, {0}},
        {true, false, false, NO_TLS, {2}, {0}},
        {false, true, false, NO_TLS, {20}, {0}},
        {true, true, false, NO_TLS, {20, 2}, {0}},
        {false, false, false, ANONYMOUS, {19}, {257}},
        {true, false, false, ANONYMOUS, {19}, {258}},
        {false, true, false, ANONYMOUS, {19}, {264}},
        {false, false, true, ANONYMOUS, {19}, {259}},
        {true, true, true, ANONYMOUS, {19}, {264, 259, 258}},
        {false, false, true, WEBSOCKET, {19}, {256}},
        {true, true, true, WEBSOCKET, {20, 19, 2}, {256}},
        {true, true, false, WEBSOCKET, {20, 2}, {0}},
        {false, false, false, WEBSOCKET, {1}, {0}},
    };
    const VncTlsObject object = {0};

    FOR_ROWS (i, cases) {
        g_autoptr(VncAuthSettings) made = vnc_auth_settings_new();
        g_autoptr(VncAuthSettings) settings = NULL;
        uint8_t types[VNC_MAX_SECURITY_TYPES + 1] = {0};
        uint32_t subtypes[VNC_MAX_SECURITY_TYPES + 1] = {0};
        bool tls = cases[i].tls == WEBSOCKET;
        unsigned n;

#ifndef VNC_HAVE_SASL
        if (cases[i].sasl) {
            continue;
        }
#endif
        made->password = cases[i].password;
        made->sasl = cases[i].sasl;
        made->plain = cases[i].plain;
        made->tls = cases[i].tls ? vnc_tls_credentials_new(&object, NULL) : NULL;
        made->sasl_authz = g_strdup("list");
        settings = vnc_auth_settings_copy(made);
        g_assert_cmpstr(settings->sasl_authz, ==, "list");
        n = vnc_auth_offer(settings, tls, types);
        g_assert_cmpmem(types, n + 1, cases[i].types, n + 1);
        n = vnc_auth_vencrypt_offer(settings, tls, subtypes);
        g_assert_cmpmem(subtypes, (n + 1) * 4, cases[i].subtypes, (n + 1) * 4);
    }
}

static void test_available(void)
{
    g_autoptr(GError) error = NULL;

    g_assert_true(vnc_auth_vnc_available(&error));
    g_assert_no_error(error);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/auth/find", test_find);
    g_test_add_func("/auth/none", test_none);
    g_test_add_func("/auth/vnc", test_vnc);
    g_test_add_func("/auth/challenges", test_challenges);
    g_test_add_func("/auth/change", test_change);
    g_test_add_func("/auth/offers", test_offers);
    g_test_add_func("/auth/available", test_available);
    return g_test_run();
}
