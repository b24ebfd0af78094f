/*
 * The handshake: each version's conversation, cut at every byte; every refusal, and its form.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One thread.
 */
#include "tests/lib/rows.h"
#include "ui/rfb/handshake.h"

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(VncHandshake, vnc_handshake_clear)

/* A security type other than None: what it says between is not the handshake's business. */
#define OTHER_TYPE 2

typedef struct Script {
    const char *offered; /* security types, a byte each */
    const char *viewer;  /* all that the viewer sends */
    size_t viewer_len;
    const char *failure; /* what the security type says */
    int state;           /* where it ends */
    const char *server;  /* all that the server sends after its version */
    size_t server_len;
    const char *why; /* part of it */
    bool shared;
    int minor;
    uint8_t chosen;
} Script;

#define VIEWER(bytes) .viewer = bytes, .viewer_len = sizeof(bytes) - 1
#define SERVER(bytes) .server = bytes, .server_len = sizeof(bytes) - 1

static const char our_version[] = "RFB 003.008\n";

/* Feed bytes [from, to) in one piece; those unused stay for the next call. */
static size_t feed(VncHandshake *handshake, const Script *script, size_t from, size_t to,
                   VncBuffer *out)
{
    size_t done = from;

    for (;;) {
        size_t len = to - done;
        g_autofree uint8_t *exact = g_malloc(len);
        size_t used;

        if (len) {
            memcpy(exact, script->viewer + done, len);
        }
        used = vnc_handshake_read(handshake, exact, len, out);
        g_assert_cmpuint(used, <=, len);
        done += used;
        if (handshake->state != VNC_HANDSHAKE_AUTH) {
            return done;
        }
        g_assert_cmpuint(vnc_handshake_read(handshake, (const uint8_t *)"\1\1\1\1", 4, out), ==, 0);
        vnc_handshake_auth_done(handshake, script->failure, NULL, out);
    }
}

static void check(const VncHandshake *handshake, const Script *script, const VncBuffer *out)
{
    g_assert_cmpuint(out->len, >=, 12);
    g_assert_cmpmem(vnc_buffer_bytes(out), 12, our_version, 12);
    g_assert_cmpmem(vnc_buffer_bytes(out) + 12, out->len - 12, script->server, script->server_len);
    g_assert_cmpint(handshake->state, ==, script->state);
    if (script->state == VNC_HANDSHAKE_FAILED) {
        g_assert_nonnull(handshake->why);
        if (!strstr(handshake->why, script->why)) {
            g_error("\"%s\" lacks \"%s\"", handshake->why, script->why);
        }
        for (const char *c = handshake->why; *c; c++) {
            g_assert_true(g_ascii_isprint(*c));
        }
    } else {
        g_assert_null(handshake->why);
        g_assert_cmpint(handshake->minor, ==, script->minor);
        g_assert_cmpint(handshake->chosen, ==, script->chosen);
        g_assert_cmpint(handshake->shared, ==, script->shared);
    }
}

static void begin(VncHandshake *handshake, const Script *script, VncBuffer *out)
{
    vnc_handshake_init(handshake, (const uint8_t *)script->offered,
                       (unsigned)strlen(script->offered), out);
}

static void run(const Script *script)
{
    size_t whole;

    {
        g_auto(VncBuffer) out = {0};
        g_auto(VncHandshake) handshake;

        begin(&handshake, script, &out);
        whole = feed(&handshake, script, 0, script->viewer_len, &out);
        check(&handshake, script, &out);
        g_assert_cmpuint(feed(&handshake, script, whole, script->viewer_len, &out), ==, whole);
        check(&handshake, script, &out);
    }
    for (size_t cut = 0; cut <= script->viewer_len; cut++) {
        g_auto(VncBuffer) out = {0};
        g_auto(VncHandshake) handshake;
        size_t used;

        begin(&handshake, script, &out);
        used = feed(&handshake, script, 0, cut, &out);
        used = feed(&handshake, script, used, script->viewer_len, &out);
        check(&handshake, script, &out);
        g_assert_cmpuint(used, <=, whole);
    }
    {
        g_auto(VncBuffer) out = {0};
        g_auto(VncHandshake) handshake;
        size_t used = 0;

        begin(&handshake, script, &out);
        for (size_t to = 0; to <= script->viewer_len; to++) {
            used = feed(&handshake, script, used, to, &out);
        }
        check(&handshake, script, &out);
    }
}

static void run_all(const Script *scripts, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        run(&scripts[i]);
    }
}

static void test_none(void)
{
    const Script scripts[] = {
        {.offered = "\1",
         VIEWER("RFB 003.008\n\1\1"),
         SERVER("\1\1\0\0\0\0"),
         .state = VNC_HANDSHAKE_DONE,
         .shared = true,
         .minor = 8,
         .chosen = 1},
        {.offered = "\1",
         VIEWER("RFB 003.008\n\1\0"),
         SERVER("\1\1\0\0\0\0"),
         .state = VNC_HANDSHAKE_DONE,
         .shared = false,
         .minor = 8,
         .chosen = 1},
        {.offered = "\1",
         VIEWER("RFB 003.007\n\1\x80"),
         SERVER("\1\1"),
         .state = VNC_HANDSHAKE_DONE,
         .shared = true,
         .minor = 7,
         .chosen = 1},
        {.offered = "\1",
         VIEWER("RFB 003.003\n\1"),
         SERVER("\0\0\0\1"),
         .state = VNC_HANDSHAKE_DONE,
         .shared = true,
         .minor = 3,
         .chosen = 1},
        {.offered = "\1",
         VIEWER("RFB 003.004\n\0"),
         SERVER("\0\0\0\1"),
         .state = VNC_HANDSHAKE_DONE,
         .shared = false,
         .minor = 3,
         .chosen = 1},
        {.offered = "\1",
         VIEWER("RFB 003.005\n\1"),
         SERVER("\0\0\0\1"),
         .state = VNC_HANDSHAKE_DONE,
         .shared = true,
         .minor = 3,
         .chosen = 1},
    };

    run_all(scripts, G_N_ELEMENTS(scripts));
}

static void test_unfinished(void)
{
    const Script scripts[] = {
        {.offered = "\1", VIEWER("RFB 003.008"), SERVER(""), .state = VNC_HANDSHAKE_VERSION},
        {.offered = "\1",
         VIEWER("RFB 003.008\n"),
         SERVER("\1\1"),
         .state = VNC_HANDSHAKE_SECURITY,
         .minor = 8},
        {.offered = "\1",
         VIEWER("RFB 003.008\n\1"),
         SERVER("\1\1\0\0\0\0"),
         .state = VNC_HANDSHAKE_CLIENT_INIT,
         .minor = 8,
         .chosen = 1},
        {.offered = "\1",
         VIEWER("RFB 003.003\n"),
         SERVER("\0\0\0\1"),
         .state = VNC_HANDSHAKE_CLIENT_INIT,
         .minor = 3,
         .chosen = 1},
    };

    run_all(scripts, G_N_ELEMENTS(scripts));
}

static void test_other_type(void)
{
    const Script scripts[] = {
        {.offered = "\2\1",
         VIEWER("RFB 003.008\n\2\1"),
         SERVER("\2\2\1\0\0\0\0"),
         .state = VNC_HANDSHAKE_DONE,
         .shared = true,
         .minor = 8,
         .chosen = OTHER_TYPE},
        {.offered = "\2",
         VIEWER("RFB 003.007\n\2\1"),
         SERVER("\1\2\0\0\0\0"),
         .state = VNC_HANDSHAKE_DONE,
         .shared = true,
         .minor = 7,
         .chosen = OTHER_TYPE},
        {.offered = "\23\1",
         VIEWER("RFB 003.003\n\1"),
         SERVER("\0\0\0\1"),
         .state = VNC_HANDSHAKE_DONE,
         .shared = true,
         .minor = 3,
         .chosen = 1},
        {.offered = "\2\1",
         VIEWER("RFB 003.003\n\1"),
         SERVER("\0\0\0\2\0\0\0\0"),
         .state = VNC_HANDSHAKE_DONE,
         .shared = true,
         .minor = 3,
         .chosen = 2},
    };

    run_all(scripts, G_N_ELEMENTS(scripts));
}

static void test_auth_failure(void)
{
    const Script scripts[] = {
        {.offered = "\2",
         VIEWER("RFB 003.008\n\2\1"),
         .failure = "Wrong",
         SERVER("\1\2\0\0\0\1\0\0\0\5Wrong"),
         .state = VNC_HANDSHAKE_FAILED,
         .why = "security type 2: Wrong"},
        {.offered = "\2",
         VIEWER("RFB 003.007\n\2\1"),
         .failure = "Wrong",
         SERVER("\1\2\0\0\0\1"),
         .state = VNC_HANDSHAKE_FAILED,
         .why = "security type 2: Wrong"},
        {.offered = "\2",
         VIEWER("RFB 003.003\n\1"),
         .failure = "Wrong",
         SERVER("\0\0\0\2\0\0\0\1"),
         .state = VNC_HANDSHAKE_FAILED,
         .why = "security type 2: Wrong"},
        {.offered = "\1",
         VIEWER("RFB 003.008\n\1\1"),
         .failure = "Not you",
         SERVER("\1\1\0\0\0\1\0\0\0\7Not you"),
         .state = VNC_HANDSHAKE_FAILED,
         .why = "security type 1: Not you"},
        {.offered = "\1",
         VIEWER("RFB 003.007\n\1\1"),
         .failure = "Not you",
         SERVER("\1\1"),
         .state = VNC_HANDSHAKE_FAILED,
         .why = "security type 1: Not you"},
        {.offered = "\1",
         VIEWER("RFB 003.003\n\1"),
         .failure = "Not you",
         SERVER("\0\0\0\1"),
         .state = VNC_HANDSHAKE_FAILED,
         .why = "security type 1: Not you"},
    };

    run_all(scripts, G_N_ELEMENTS(scripts));
}

static void test_not_offered(void)
{
    for (int type = 0; type < 256; type++) {
        char viewer[] = "RFB 003.008\n?\1";
        g_autofree char *reason = g_strdup_printf("Security type %d was not offered", type);
        g_autofree char *why = g_strdup_printf("security type %d,", type);
        g_autoptr(GString) server = g_string_new_len("\1\1\0\0\0\1\0\0\0", 9);
        Script script = {.offered = "\1",
                         .viewer = viewer,
                         .viewer_len = 14,
                         .state = VNC_HANDSHAKE_FAILED,
                         .why = why};

        if (type == VNC_SECURITY_NONE) {
            continue;
        }
        viewer[12] = (char)type;
        g_string_append_c(server, (char)strlen(reason));
        g_string_append(server, reason);
        script.server = server->str;
        script.server_len = server->len;
        run(&script);

        viewer[10] = '7';
        script.server_len = 6;
        run(&script);
    }
}

static void test_sixteen_types(void)
{
    const Script script = {
        .offered = "\x10\x0f\x0e\x0d\x0c\x0b\x0a\x09\x08\x07\x06\x05\x04\x03\x02\x01",
        VIEWER("RFB 003.008\n\7\1"),
        SERVER("\x10\x10\x0f\x0e\x0d\x0c\x0b\x0a\x09\x08\x07\x06\x05\x04\x03\x02\x01\0\0\0\0"),
        .state = VNC_HANDSHAKE_DONE,
        .shared = true,
        .minor = 8,
        .chosen = 7,
    };

    run(&script);
}

/* The viewer is refused before any security type: in the form of @minor, and with a reason. */
static void expect_refusal(const char *offered, const char *viewer, size_t viewer_len, int minor,
                           const char *reason, const char *why)
{
    g_auto(VncBuffer) out = {0};
    g_auto(VncHandshake) handshake;
    const size_t head = minor == 3 ? 8 : 5; /* u32 0 or u8 0, then the reason's length */
    Script script = {.offered = offered,
                     .viewer = viewer,
                     .viewer_len = viewer_len,
                     .state = VNC_HANDSHAKE_FAILED,
                     .why = why};
    g_autofree char *text = NULL;
    const uint8_t *bytes;

    begin(&handshake, &script, &out);
    feed(&handshake, &script, 0, viewer_len, &out);
    bytes = vnc_buffer_bytes(&out) + 12;
    g_assert_cmpuint(out.len, >, 12 + head);
    g_assert_cmpmem(bytes, head - 1, "\0\0\0\0\0\0\0", head - 1);
    g_assert_cmpuint(bytes[head - 1], ==, out.len - 12 - head);
    text = g_strndup((const char *)bytes + head, bytes[head - 1]);
    if (!strstr(text, reason)) {
        g_error("\"%s\" lacks \"%s\"", text, reason);
    }
    script.server = (const char *)bytes;
    script.server_len = out.len - 12;
    run(&script);
}

static void test_no_type(void)
{
    expect_refusal("", "RFB 003.008\n\1\1", 14, 8, "no security type", "no security type");
    expect_refusal("", "RFB 003.007\n", 12, 7, "no security type", "no security type");
    expect_refusal("", "RFB 003.003\n", 12, 3, "no security type", "no security type");
    expect_refusal("\23", "RFB 003.003\n\1", 13, 3, "no security type", "RFB 3.3");
}

static void test_other_versions(void)
{
    static const int majors[] = {0, 1, 2, 3, 4, 5, 13, 30, 103, 999};

    FOR_ROWS (i, majors) {
        for (int minor = 0; minor < 1000; minor += majors[i] == 3 ? 1 : 37) {
            g_autofree char *viewer = g_strdup_printf("RFB %03d.%03d\n\1\1", majors[i], minor);
            g_autofree char *named = g_strdup_printf("%d.%d", majors[i], minor);
            bool old = majors[i] < 3 || (majors[i] == 3 && minor < 7);

            if (majors[i] == 3 && minor >= 3 && minor <= 8 && minor != 6) {
                continue;
            }
            expect_refusal("\1", viewer, 14, old ? 3 : 8, named, named);
        }
    }
}

static void test_no_version(void)
{
    static const uint8_t tls[] = {0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00};
    const char good[] = "RFB 003.008\n";
    const char *wanted = "RFB ProtocolVersion expected";

    expect_refusal("\1", "GET / HTTP/1.1\r\n\r\n", 18, 3, wanted, "\"G");
    expect_refusal("\1", (const char *)tls, sizeof(tls), 3, wanted, "\"\\x16");
    expect_refusal("\1", "RFB 003.008\r\n", 13, 3, wanted, "\"RFB 003.008\\x0d\"");
    expect_refusal("\1", "\"\\", 2, 3, wanted, "\"\\x22");
    /* Any other byte at any place is seen as soon as it is there. */
    for (size_t at = 0; at < 12; at++) {
        for (int byte = 0; byte < 256; byte++) {
            char viewer[12];

            if (byte == good[at] || (g_ascii_isdigit(good[at]) && g_ascii_isdigit(byte))) {
                continue;
            }
            memcpy(viewer, good, 12);
            viewer[at] = (char)byte;
            expect_refusal("\1", viewer, at + 1, 3, wanted, "is no ProtocolVersion");
        }
    }
}

/* The log shows the bytes that came, escaped, and no more than the 12 that were looked at. */
static void test_escapes(void)
{
    g_auto(VncBuffer) out = {0};
    g_auto(VncHandshake) handshake;

    vnc_handshake_init(&handshake, (const uint8_t *)"\1", 1, &out);
    g_assert_cmpuint(
        vnc_handshake_read(&handshake, (const uint8_t *)"RFB\0\xff\"\\ ~\x7f\n.more", 16, &out), ==,
        12);
    g_assert_cmpstr(handshake.why, ==,
                    "\"RFB\\x00\\xff\\x22\\x5c ~\\x7f\\x0a.\" is no ProtocolVersion, "
                    "expected is \"RFB xxx.yyy\\n\"");
}

/* Random bytes in random pieces: it ends or waits, and never says more than a screenful. */
static void test_random(void)
{
    for (int round = 0; round < 20000; round++) {
        g_auto(VncBuffer) out = {0};
        g_auto(VncHandshake) handshake;
        uint8_t bytes[20];
        const Script script = {.viewer = (const char *)bytes,
                               .failure = g_test_rand_bit() ? "no" : NULL};
        size_t done = 0;

        memcpy(bytes, "RFB 003.00", 10);
        for (size_t i = g_test_rand_bit() ? 10 : 0; i < sizeof(bytes); i++) {
            bytes[i] = (uint8_t)(g_test_rand_bit() ? g_test_rand_int()
                                                   : "378\n\1\2"[g_test_rand_int_range(0, 6)]);
        }
        bytes[11] = g_test_rand_int_range(0, 4) ? '\n' : bytes[11];
        vnc_handshake_init(&handshake, (const uint8_t *)"\2\1",
                           (unsigned)g_test_rand_int_range(0, 3), &out);
        for (size_t to = 0; to < sizeof(bytes);) {
            to += (size_t)g_test_rand_int_range(1, (int)(sizeof(bytes) - to) + 1);
            done = feed(&handshake, &script, done, to, &out);
        }
        g_assert_cmpuint(out.len, <, 200);
        g_assert_cmpint(handshake.why != NULL, ==, handshake.state == VNC_HANDSHAKE_FAILED);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rfb/handshake/none", test_none);
    g_test_add_func("/rfb/handshake/unfinished", test_unfinished);
    g_test_add_func("/rfb/handshake/other-type", test_other_type);
    g_test_add_func("/rfb/handshake/auth-failure", test_auth_failure);
    g_test_add_func("/rfb/handshake/not-offered", test_not_offered);
    g_test_add_func("/rfb/handshake/sixteen-types", test_sixteen_types);
    g_test_add_func("/rfb/handshake/no-type", test_no_type);
    g_test_add_func("/rfb/handshake/other-versions", test_other_versions);
    g_test_add_func("/rfb/handshake/no-version", test_no_version);
    g_test_add_func("/rfb/handshake/escapes", test_escapes);
    g_test_add_func("/rfb/handshake/random", test_random);
    return g_test_run();
}
