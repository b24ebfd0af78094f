/*
 * Logins by VeNCrypt's Plain.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread, and VncOffload's threads.
 */
#include "tests/lib/sasl-login.h"
#include "tests/lib/rows.h"

static void append_plain(VncBuffer *message, const char *user, size_t user_len,
                         const char *password, size_t password_len)
{
    vnc_buffer_append_u32(message, user_len);
    vnc_buffer_append_u32(message, password_len);
    vnc_buffer_append(message, user, user_len);
    vnc_buffer_append(message, password, password_len);
}

static void test_logins(void)
{
    static const struct {
        const char *user, *password;
        size_t user_len, password_len;
        bool passes;
    } cases[] = {
        {USER, PASSWORD, 4, 6, true},
        {USER, "Sesame", 4, 6, false},
        {USER, PASSWORD, 4, 5, false},
        {USER, PASSWORD "\0", 4, 7, false},
        {USER, PASSWORD "\0x", 4, 8, false},
        {USER "\0", PASSWORD, 5, 6, false},
        {USER "\0bar", PASSWORD, 8, 6, false},
        {NOBODY, PASSWORD, 6, 6, false},
        {"", "", 0, 0, false},
        {"", PASSWORD, 0, 6, false},
        {USER, "", 4, 0, false},
        {"@", PASSWORD, 1, 6, false},
        {"\377\377", "\377\377", 2, 2, false},
    };

    FOR_ROWS (i, cases) {
        for (size_t piece = 1; piece <= 1000; piece *= 31) {
            g_autoptr(Login) login = login_new(&vnc_auth_plain, true);
            VncBuffer message = {0};
            VncAuthResult result;

            g_assert_cmpint(login_step(login), ==, VNC_AUTH_MORE);
            append_plain(&message, cases[i].user, cases[i].user_len, cases[i].password,
                         cases[i].password_len);
            result = login_give(login, vnc_buffer_bytes(&message), message.len, piece);
            g_assert_cmpuint(login->out.len, ==, 0);
            if (cases[i].passes) {
                g_assert_cmpint(result, ==, VNC_AUTH_PASSED);
                g_assert_cmpstr(login->login.user, ==, USER);
            } else {
                g_assert_cmpint(result, ==, VNC_AUTH_REFUSED);
                g_assert_cmpstr(login->login.reason, ==, "Wrong user name or password");
                g_assert_true(login->login.guessed);
                g_assert_null(login->login.user);
            }
            vnc_buffer_clear(&message);
        }
    }
}

/* What was read stays nowhere in the buffer. */
static void test_wiped(void)
{
    g_autoptr(Login) login = login_new(&vnc_auth_plain, true);

    append_plain(&login->in, USER, strlen(USER), PASSWORD, strlen(PASSWORD));
    vnc_buffer_append_u8(&login->in, 1);
    g_assert_nonnull(memmem(login->in.data, login->in.capacity, PASSWORD, strlen(PASSWORD)));
    g_assert_cmpint(login_step(login), ==, VNC_AUTH_PASSED);
    g_assert_cmpuint(login->in.len, ==, 1);
    g_assert_null(memmem(login->in.data, login->in.start + 1, PASSWORD, strlen(PASSWORD)));
}

static void test_too_long(void)
{
    static const uint32_t lengths[][2] = {{1025, 1}, {1, 1025}, {UINT32_MAX, 9}, {9, UINT32_MAX}};

    FOR_ROWS (i, lengths) {
        g_autoptr(Login) login = login_new(&vnc_auth_plain, true);

        vnc_buffer_append_u32(&login->in, lengths[i][0]);
        vnc_buffer_append_u32(&login->in, lengths[i][1]);
        g_assert_cmpint(login_step(login), ==, VNC_AUTH_REFUSED);
        g_assert_nonnull(strstr(login->login.reason, "too long"));
        g_assert_false(login->login.guessed);
    }
}

static void test_authorize(void)
{
    g_autoptr(Login) login = login_new(&vnc_auth_plain, true);

    login->login.settings->sasl_authz = g_strdup("allows-nobody");
    append_plain(&login->in, USER, strlen(USER), PASSWORD, strlen(PASSWORD));
    g_assert_cmpint(login_step(login), ==, VNC_AUTH_REFUSED);
    g_assert_cmpstr(login->login.reason, ==, "Not authorized");
    g_assert_cmpuint(login->asked, ==, 1);
}

static void test_leave(void)
{
    for (unsigned i = 0; i < 20; i++) {
        Login *login = login_new(&vnc_auth_plain, true);

        append_plain(&login->in, USER, strlen(USER), PASSWORD, strlen(PASSWORD));
        g_assert_cmpint(vnc_auth_step(login->auth), ==, VNC_AUTH_BUSY);
        login_free(login);
    }
}

int main(int argc, char **argv)
{
    int failed;

    g_test_init(&argc, &argv, NULL);
    users_make();
    g_test_add_func("/plain/logins", test_logins);
    g_test_add_func("/plain/wiped", test_wiped);
    g_test_add_func("/plain/too-long", test_too_long);
    g_test_add_func("/plain/authorize", test_authorize);
    g_test_add_func("/plain/leave", test_leave);
    failed = g_test_run();
    users_clear();
    return failed;
}
