/*
 * Security types: which there are, and that each keeps to its contract.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One thread.
 */
#include "ui/auth/auth.h"
#include "ui/rfb/handshake.h"

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(VncBuffer, vnc_buffer_clear)
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(VncHandshake, vnc_handshake_clear)

static void test_find(void)
{
    g_assert_true(vnc_auth_find(VNC_SECURITY_NONE) == &vnc_auth_none);
    g_assert_cmpuint(vnc_auth_none.number, ==, 1);
    g_assert_cmpstr(vnc_auth_none.name, ==, "none");
    for (unsigned number = 0; number < 256; number++) {
        const VncAuthType *type = vnc_auth_find((uint8_t)number);

        if (type) {
            g_assert_cmpuint(type->number, ==, number);
            g_assert_nonnull(type->name);
            g_assert_nonnull(type->read);
        } else {
            g_assert_cmpuint(number, !=, VNC_SECURITY_NONE);
        }
    }
    g_assert_null(vnc_auth_find(VNC_SECURITY_INVALID));
}

/* None lets everybody in at once, says nothing, and leaves what the viewer has already sent. */
static void test_none(void)
{
    g_auto(VncBuffer) out = {0};
    const char *reason = NULL;
    const uint8_t client_init[] = {1};
    size_t used = 99;

    g_assert_cmpint(vnc_auth_none.read(NULL, 0, &used, &out, &reason), ==, VNC_AUTH_PASSED);
    g_assert_cmpuint(used, ==, 0);
    used = 99;
    g_assert_cmpint(vnc_auth_none.read(client_init, 1, &used, &out, &reason), ==, VNC_AUTH_PASSED);
    g_assert_cmpuint(used, ==, 0);
    g_assert_cmpuint(out.len, ==, 0);
    g_assert_null(reason);
}

/* The whole way to ClientInit, by the type's number alone, with all sent in one piece. */
static void test_with_handshake(void)
{
    static const char viewer[] = "RFB 003.008\n\1\1";
    const uint8_t *bytes = (const uint8_t *)viewer;
    const size_t len = sizeof(viewer) - 1;
    g_auto(VncBuffer) out = {0};
    g_auto(VncHandshake) handshake;
    const VncAuthType *type;
    const char *reason = NULL;
    size_t done, used = 99;

    vnc_handshake_init(&handshake, &vnc_auth_none.number, 1, &out);
    done = vnc_handshake_read(&handshake, bytes, len, &out);
    g_assert_cmpint(handshake.state, ==, VNC_HANDSHAKE_AUTH);
    type = vnc_auth_find(handshake.chosen);
    g_assert_nonnull(type);
    g_assert_cmpint(type->read(bytes + done, len - done, &used, &out, &reason), ==,
                    VNC_AUTH_PASSED);
    done += used;
    vnc_handshake_auth_done(&handshake, reason, &out);
    done += vnc_handshake_read(&handshake, bytes + done, len - done, &out);
    g_assert_cmpint(handshake.state, ==, VNC_HANDSHAKE_DONE);
    g_assert_cmpuint(done, ==, len);
    g_assert_cmpmem(vnc_buffer_bytes(&out), out.len, "RFB 003.008\n\1\1\0\0\0\0", 18);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/auth/find", test_find);
    g_test_add_func("/auth/none", test_none);
    g_test_add_func("/auth/with-handshake", test_with_handshake);
    return g_test_run();
}
