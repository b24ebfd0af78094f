/*
 * The options of -vnc: every option accepted and refused, and whole arguments.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One thread.
 */
#include "tests/lib/rows.h"
#include "ui/vnc-options.h"

#include <string.h>

static void assert_message(const GError *error, int code, const char *const parts[])
{
    g_test_message("%s", error ? error->message : "no error");
    g_assert_error(error, G_OPTION_ERROR, code);
    for (int i = 0; parts[i]; i++) {
        if (!strstr(error->message, parts[i])) {
            g_error("'%s' does not say '%s'", error->message, parts[i]);
        }
    }
}

static VncOptions *parse(const char *text)
{
    g_autoptr(GError) error = NULL;
    VncOptions *options = vnc_options_parse(text, &error);

    g_assert_no_error(error);
    g_assert_nonnull(options);
    return options;
}

static const char *address_at(const VncOptions *options, unsigned i)
{
    g_assert_cmpuint(i, <, options->addresses->len);
    return options->addresses->pdata[i];
}

static void test_defaults(void)
{
    g_autoptr(VncOptions) options = vnc_options_new();

    g_assert_cmpuint(options->addresses->len, ==, 0);
    g_assert_cmpstr(options->id, ==, "default");
    g_assert_cmpuint(options->to, ==, 0);
    g_assert_cmpint(options->share, ==, VNC_SHARE_ALLOW_EXCLUSIVE);
    g_assert_false(options->lossy);
    g_assert_false(options->non_adaptive);
    g_assert_cmpuint(options->lossless_refresh_ms, ==, 2000);
    g_assert_null(options->display);
    g_assert_cmpuint(options->head, ==, 0);
    g_assert_cmpuint(options->key_delay_ms, ==, 10);
    g_assert_true(options->lock_key_sync);
    g_assert_cmpuint(options->connections, ==, 32);
    g_assert_null(options->audiodev);
    g_assert_false(options->power_control);
    g_assert_false(options->reverse);
    g_assert_cmpuint(options->login_bytes, ==, 65536);
    g_assert_cmpuint(options->peer_timeout, ==, 300);
    g_assert_cmpuint(options->log_lines, ==, 60);
    g_assert_cmpuint(options->idle_timeout, ==, 0);
    g_assert_true(options->resize);
    g_assert_true(options->vnc_auth);
    vnc_options_unref(NULL);
}

static void test_all(void)
{
    g_autoptr(VncOptions) options = parse(
        "host:1,vnc=[::1]:2,id=second,to=99,share=force-shared,lossy=on,non-adaptive=on,"
        "lossless-refresh-ms=500,resize=off,display=vga0,head=1,key-delay-ms=0,lock-key-sync=off,"
        "connections=1,audiodev=snd0,power-control=on");

    g_assert_cmpuint(options->addresses->len, ==, 2);
    g_assert_cmpstr(address_at(options, 0), ==, "host:1");
    g_assert_cmpstr(address_at(options, 1), ==, "[::1]:2");
    g_assert_cmpstr(options->id, ==, "second");
    g_assert_cmpuint(options->to, ==, 99);
    g_assert_cmpint(options->share, ==, VNC_SHARE_FORCE_SHARED);
    g_assert_false(options->resize);
    g_assert_true(options->lossy);
    g_assert_true(options->non_adaptive);
    g_assert_cmpuint(options->lossless_refresh_ms, ==, 500);
    g_assert_cmpstr(options->display, ==, "vga0");
    g_assert_cmpuint(options->head, ==, 1);
    g_assert_cmpuint(options->key_delay_ms, ==, 0);
    g_assert_false(options->lock_key_sync);
    g_assert_cmpuint(options->connections, ==, 1);
    g_assert_cmpstr(options->audiodev, ==, "snd0");
    g_assert_true(options->power_control);
}

static void test_arguments(void)
{
    static const struct {
        const char *text, *address;
        bool lossy;
    } cases[] = {
        {":0", ":0", false},
        {"none", "none", false},
        {"none,to=5", "none", false},
        {":0,lossy", ":0", true},
        {":0,lossy,lossy=off", ":0", false},
        {":0,", ":0", false},
        {"vnc=:0", ":0", false},
        {"lossy=on,vnc=:0", ":0", true},
        {"unix:/a=b", "unix:/a=b", false},
        {"unix:a=b,lossy", "unix:a=b", true},
        {"unix:/a,,b", "unix:/a,b", false},
        {"unix:/a,,", "unix:/a,", false},
        {"unix:/a,,,lossy", "unix:/a,", true},
        {"unix:/a,,,,b", "unix:/a,,b", false},
        {"unix:/a,to=0", "unix:/a", false},
        {":0,display=a,,b", ":0", false},
    };

    FOR_ROWS (i, cases) {
        g_autoptr(VncOptions) options = parse(cases[i].text);

        g_test_message("%s", cases[i].text);
        g_assert_cmpuint(options->addresses->len, ==, 1);
        g_assert_cmpstr(address_at(options, 0), ==, cases[i].address);
        g_assert_cmpint(options->lossy, ==, cases[i].lossy);
        if (options->display) {
            g_assert_cmpstr(options->display, ==, "a,b");
        }
    }
}

static void test_bad_arguments(void)
{
    static const struct {
        const char *text;
        int code;
        const char *parts[3];
    } cases[] = {
        {"", G_OPTION_ERROR_BAD_VALUE, {"address ''", "HOST:DISPLAY"}},
        {"lossy=on", G_OPTION_ERROR_BAD_VALUE, {"address ''", "HOST:DISPLAY"}},
        {"lossy", G_OPTION_ERROR_BAD_VALUE, {"address 'lossy'", "HOST:DISPLAY"}},
        {",lossy", G_OPTION_ERROR_BAD_VALUE, {"address ''"}},
        {":0,,lossy", G_OPTION_ERROR_BAD_VALUE, {"display '0,lossy'"}},
        {":0,:1", G_OPTION_ERROR_UNKNOWN_OPTION, {"unknown option ':1'"}},
        {":0, ,lossy", G_OPTION_ERROR_UNKNOWN_OPTION, {"unknown option ' '"}},
        {":0,to", G_OPTION_ERROR_BAD_VALUE, {"option 'to' needs a value"}},
        {":0,vnc", G_OPTION_ERROR_BAD_VALUE, {"option 'vnc' needs a value"}},
        {":0,=x", G_OPTION_ERROR_UNKNOWN_OPTION, {"unknown option ''"}},
        {":0,Lossy", G_OPTION_ERROR_UNKNOWN_OPTION, {"unknown option 'Lossy'"}},
        {"foo=1,vnc=:0", G_OPTION_ERROR_UNKNOWN_OPTION, {"unknown option 'foo'"}},
        {"none,vnc=:0", G_OPTION_ERROR_BAD_VALUE, {"'none' does not go with"}},
        {":0,vnc=none", G_OPTION_ERROR_BAD_VALUE, {"'none' does not go with"}},
        {"unix:/a,to=5", G_OPTION_ERROR_BAD_VALUE, {"'to' (5)", "'unix:/a'"}},
        {"to=5,vnc=unix:/a", G_OPTION_ERROR_BAD_VALUE, {"'to' (5)", "'unix:/a'"}},
        {"host:1,to=5,reverse", G_OPTION_ERROR_BAD_VALUE, {"'to' (5)", "'reverse'"}},
        {":0,vnc=unix:/a,to=5", G_OPTION_ERROR_BAD_VALUE, {"'to' (5)", "'unix:/a'"}},
    };

    FOR_ROWS (i, cases) {
        g_autoptr(GError) error = NULL;

        g_test_message("%s", cases[i].text);
        g_assert_null(vnc_options_parse(cases[i].text, &error));
        assert_message(error, cases[i].code, cases[i].parts);
    }
}

static void test_websocket(void)
{
    static const char *const good[] = {
        "", "on", "1", "65535", "host:5700", ":80", "[::1]:443", "unix:/a",
    };
    static const char *const bad[] = {
        "off", "0", "65536", "-1", "host:", "host:0", "::1:80", "[host]:80", "unix:", " ",
    };
    static const char *const origins[] = {"https://example.org", "http://[::1]:80"};
    static const char *const bad_origins[] = {
        "", "example.org", "https://", "://host", "https://host/", "https://a,https://b", "*",
    };
    g_autoptr(VncOptions) options = parse(":0,websocket,websocket=5701");

    g_assert_cmpuint(options->websockets->len, ==, 2);
    g_assert_cmpstr(options->websockets->pdata[0], ==, "on");
    g_assert_cmpstr(options->websockets->pdata[1], ==, "5701");
    FOR_ROWS (i, good) {
        g_assert_true(vnc_options_set(options, "websocket", good[i], NULL));
        g_assert_cmpstr(options->websockets->pdata[2 + i], ==, good[i]);
    }
    FOR_ROWS (i, bad) {
        g_autofree char *named = g_strdup_printf("option 'websocket': address '%s'", bad[i]);
        const char *parts[] = {named, "expected on, PORT", NULL};
        g_autoptr(GError) error = NULL;

        g_assert_false(vnc_options_set(options, "websocket", bad[i], &error));
        assert_message(error, G_OPTION_ERROR_BAD_VALUE, parts);
    }
    g_assert_cmpuint(options->websockets->len, ==, 2 + G_N_ELEMENTS(good));
    FOR_ROWS (i, origins) {
        g_assert_true(vnc_options_set(options, "websocket-origin", origins[i], NULL));
        g_assert_cmpstr(options->websocket_origins->pdata[i], ==, origins[i]);
    }
    FOR_ROWS (i, bad_origins) {
        const char *parts[] = {"option 'websocket-origin'", "https://example.org", NULL};
        g_autoptr(GError) error = NULL;

        g_assert_false(vnc_options_set(options, "websocket-origin", bad_origins[i], &error));
        assert_message(error, G_OPTION_ERROR_BAD_VALUE, parts);
    }
}

static void test_trust(void)
{
    static const char *const good[] = {"127.0.0.1", "10.0.0.0/8", "::1", "fd00::/8", "unix"};
    static const char *const bad[] = {"", "localhost", "10.0.0.1/8", "unix:/run/vnc"};
    static const char *const parts[] = {"option 'login-trust'", "10.0.0.0/8", "unix", NULL};
    g_autoptr(VncOptions) options = vnc_options_parse(":1,login-trust=192.0.2.1", NULL);

    g_assert_cmpstr(options->login_trust->pdata[0], ==, "192.0.2.1");
    FOR_ROWS (i, good) {
        g_assert_true(vnc_options_set(options, "login-trust", good[i], NULL));
        g_assert_cmpstr(options->login_trust->pdata[1 + i], ==, good[i]);
    }
    FOR_ROWS (i, bad) {
        g_autoptr(GError) error = NULL;

        g_assert_false(vnc_options_set(options, "login-trust", bad[i], &error));
        assert_message(error, G_OPTION_ERROR_BAD_VALUE, parts);
    }
    g_assert_cmpuint(options->login_trust->len, ==, 1 + G_N_ELEMENTS(good));
}

/* One that nobody knows is told by name, with all that there are. "acl" has gone from QEMU, too. */
static void test_unknown(void)
{
    static const char *const parts[] = {
        "unknown option 'acl'",
        "known: vnc, websocket, websocket-origin, id, to, ipv4, ipv6, unix-mode, reverse, share, "
        "lossy, non-adaptive, lossless-refresh-ms, resize, display, head, key-delay-ms, "
        "lock-key-sync, connections",
        NULL,
    };
    g_autoptr(VncOptions) options = vnc_options_new();
    g_autoptr(GError) error = NULL;

    g_assert_false(vnc_options_set(options, "acl", "off", &error));
    assert_message(error, G_OPTION_ERROR_UNKNOWN_OPTION, parts);
}

static void test_families(void)
{
    g_autoptr(VncOptions) options = vnc_options_parse(":1,ipv4,ipv6=off", NULL);
    g_autoptr(GError) error = NULL;

    g_assert_nonnull(options);
    g_assert_cmpint(options->ipv4, ==, VNC_ON);
    g_assert_cmpint(options->ipv6, ==, VNC_OFF);
    g_assert_false(vnc_options_set(options, "ipv4", "off", &error));
    g_assert_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE);
    g_assert_cmpint(options->ipv4, ==, VNC_ON);
}

static void check_boolean(const char *name, size_t offset)
{
    static const char *const on[] = {"on", "yes", "true", "y"};
    static const char *const off[] = {"off", "no", "false", "n"};
    static const char *const bad[] = {"", "1", "ON", "onn", "maybe"};
    g_autofree char *named = g_strdup_printf("option '%s'", name);
    const char *const parts[] = {named, "on or off", NULL};
    g_autoptr(VncOptions) options = vnc_options_new();
    bool *field = G_STRUCT_MEMBER_P(options, offset);

    FOR_ROWS (i, on) {
        g_assert_true(vnc_options_set(options, name, on[i], NULL));
        g_assert_true(*field);
        g_assert_true(vnc_options_set(options, name, off[i], NULL));
        g_assert_false(*field);
    }
    FOR_ROWS (i, bad) {
        g_autofree char *value = g_strdup_printf("'%s'", bad[i]);
        g_autoptr(GError) error = NULL;

        *field = i % 2;
        g_assert_false(vnc_options_set(options, name, bad[i], &error));
        assert_message(error, G_OPTION_ERROR_BAD_VALUE, parts);
        g_assert_nonnull(strstr(error->message, value));
        g_assert_cmpint(*field, ==, i % 2);
    }
}

static void test_booleans(void)
{
    check_boolean("reverse", offsetof(VncOptions, reverse));
    check_boolean("lossy", offsetof(VncOptions, lossy));
    check_boolean("non-adaptive", offsetof(VncOptions, non_adaptive));
    check_boolean("lock-key-sync", offsetof(VncOptions, lock_key_sync));
    check_boolean("power-control", offsetof(VncOptions, power_control));
    check_boolean("resize", offsetof(VncOptions, resize));
    check_boolean("vnc-auth", offsetof(VncOptions, vnc_auth));
}

static void test_numbers(void)
{
    static const struct {
        const char *name;
        size_t offset;
        const char *min, *max, *below, *above;
    } cases[] = {
        {"to", offsetof(VncOptions, to), "0", "2147483647", "-1", "2147483648"},
        {"head", offsetof(VncOptions, head), "0", "2147483647", "-1", "2147483648"},
        {"key-delay-ms", offsetof(VncOptions, key_delay_ms), "0", "2147483647", "-1", "2147483648"},
        {"lossless-refresh-ms", offsetof(VncOptions, lossless_refresh_ms), "0", "3600000", "-1",
         "3600001"},
        {"connections", offsetof(VncOptions, connections), "1", "2147483647", "0", "2147483648"},
        {"peer-timeout", offsetof(VncOptions, peer_timeout), "0", "3600", "-1", "3601"},
        {"idle-timeout", offsetof(VncOptions, idle_timeout), "0", "604800", "-1", "604801"},
    };

    FOR_ROWS (i, cases) {
        const char *const bad[] = {
            cases[i].below,
            cases[i].above,
            "",
            " 2",
            "2 ",
            "2x",
            "+2",
            "-2",
            "0x2",
            "2.0",
            "on",
            "18446744073709551618",
            "99999999999999999999999999",
        };
        const char *const good[] = {cases[i].min, cases[i].max, "7", "0000000000000000000008"};
        g_autofree char *named = g_strdup_printf("option '%s': ", cases[i].name);
        g_autofree char *range =
            g_strdup_printf("a number from %s to %s", cases[i].min, cases[i].max);
        const char *parts[] = {named, range, NULL};
        g_autoptr(VncOptions) options = vnc_options_new();
        unsigned *field = G_STRUCT_MEMBER_P(options, cases[i].offset);

        FOR_ROWS (j, good) {
            g_assert_true(vnc_options_set(options, cases[i].name, good[j], NULL));
            g_assert_cmpuint(*field, ==, g_ascii_strtoull(good[j], NULL, 10));
        }
        FOR_ROWS (j, bad) {
            g_autofree char *value = g_strdup_printf("'%s'", bad[j]);
            g_autoptr(GError) error = NULL;

            g_assert_false(vnc_options_set(options, cases[i].name, bad[j], &error));
            assert_message(error, G_OPTION_ERROR_BAD_VALUE, parts);
            g_assert_nonnull(strstr(error->message, value));
            g_assert_cmpuint(*field, ==, 8);
        }
    }
}

static void test_share(void)
{
    static const char *const parts[] = {"option 'share'", "'force'",
                                        "allow-exclusive, force-shared or ignore", NULL};
    g_autoptr(VncOptions) options = vnc_options_new();
    g_autoptr(GError) error = NULL;

    g_assert_true(vnc_options_set(options, "share", "ignore", NULL));
    g_assert_cmpint(options->share, ==, VNC_SHARE_IGNORE);
    g_assert_true(vnc_options_set(options, "share", "allow-exclusive", NULL));
    g_assert_cmpint(options->share, ==, VNC_SHARE_ALLOW_EXCLUSIVE);
    g_assert_true(vnc_options_set(options, "share", "force-shared", NULL));
    g_assert_cmpint(options->share, ==, VNC_SHARE_FORCE_SHARED);
    g_assert_false(vnc_options_set(options, "share", "force", &error));
    assert_message(error, G_OPTION_ERROR_BAD_VALUE, parts);
    g_assert_cmpint(options->share, ==, VNC_SHARE_FORCE_SHARED);
}

static void test_strings(void)
{
    static const char *const names[] = {"id", "display", "audiodev"};
    g_autoptr(VncOptions) options = vnc_options_new();

    FOR_ROWS (i, names) {
        const char *const parts[] = {names[i], "empty", NULL};
        g_autoptr(GError) error = NULL;

        g_assert_true(vnc_options_set(options, names[i], "a", NULL));
        g_assert_true(vnc_options_set(options, names[i], "b", NULL));
        g_assert_false(vnc_options_set(options, names[i], "", &error));
        assert_message(error, G_OPTION_ERROR_BAD_VALUE, parts);
    }
    g_assert_cmpstr(options->id, ==, "b");
    g_assert_cmpstr(options->display, ==, "b");
    g_assert_cmpstr(options->audiodev, ==, "b");
}

/* In any order: what goes with what is known at the end. */
static void test_check(void)
{
    static const struct {
        const char *address, *more, *name, *value, *part; /* of the message; NULL: it is good */
    } cases[] = {
        {":0", NULL, "to", "5", NULL},
        {"bad", NULL, "to", "0", "address 'bad'"},
        {":0", "none", "to", "0", "'none' does not go with another"},
        {"unix:/a", NULL, "to", "0", NULL},
        {":0", "unix:/a", "to", "5", "'to' (5) is a range of displays"},
        {"host:65535", NULL, "reverse", "on", NULL},
        {"[::1]:5500", NULL, "reverse", "on", NULL},
        {"unix:/a", NULL, "reverse", "on", NULL},
        {"host:65535", NULL, "reverse", "off", "display '65535'"},
        {"host:65536", NULL, "reverse", "on", "port '65536' is not a number from 0 to 65535"},
        {"host:0", NULL, "reverse", "on", "'host:0' is no listening viewer"},
        {":5500", NULL, "reverse", "on", "':5500' is no listening viewer"},
        {"none", NULL, "reverse", "on", "'none' is no listening viewer"},
        {"host:1", "host:2", "reverse", "on", "one address, not to 2"},
    };

    FOR_ROWS (i, cases) {
        g_autoptr(VncOptions) options = vnc_options_new();
        g_autoptr(GError) error = NULL;

        g_test_message("%s %s=%s", cases[i].address, cases[i].name, cases[i].value);
        g_assert_true(vnc_options_set(options, "vnc", cases[i].address, NULL));
        if (cases[i].more) {
            g_assert_true(vnc_options_set(options, "vnc", cases[i].more, NULL));
        }
        g_assert_true(vnc_options_set(options, cases[i].name, cases[i].value, NULL));
        g_assert_cmpint(vnc_options_check(options, &error), ==, !cases[i].part);
        if (cases[i].part) {
            const char *const parts[] = {cases[i].part, NULL};

            assert_message(error, G_OPTION_ERROR_BAD_VALUE, parts);
        }
    }
}

static void test_reverse_to_nobody(void)
{
    g_autoptr(VncOptions) options = vnc_options_new();
    g_autoptr(GError) error = NULL;

    options->reverse = true;
    g_assert_false(vnc_options_check(options, &error));
    g_assert_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE);
}

/* What a host may know of each before it is read: all are there, and what is listed can be set. */
static void test_describe(void)
{
    static const char *const values[] = {
        [VNC_OPTION_TEXT] = "no value",
        [VNC_OPTION_BOOL] = "on",
        [VNC_OPTION_NUMBER] = "12",
    };
    unsigned count = 0, types[3] = {0};
    VncOptionInfo info;

    for (; vnc_options_describe(count, &info); count++) {
        g_autoptr(VncOptions) options = vnc_options_new();
        g_autoptr(GError) error = NULL;
        bool set = vnc_options_set(options, info.name, values[info.type], &error);

        g_test_message("%s", info.name);
        types[info.type]++;
        g_assert_false(g_error_matches(error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION));
        g_assert_true(set || info.type == VNC_OPTION_TEXT);
    }
    g_assert_cmpuint(count, ==, 42);
    g_assert_cmpuint(types[VNC_OPTION_BOOL], ==, 13);
    g_assert_cmpuint(types[VNC_OPTION_NUMBER], ==, 14);
    g_assert_false(vnc_options_describe(count + 1, &info));
}

/* They live as long as anybody holds them. */
static void test_references(void)
{
    const VncOptions *options = parse(":1,id=one"), *held = vnc_options_ref(options);

    g_assert_true(held == options);
    vnc_options_unref(options);
    g_assert_cmpstr(held->id, ==, "one");
    vnc_options_unref(held);
}

static void test_raw_ports(void)
{
    g_autoptr(VncOptions) options = vnc_options_new();
    g_autoptr(GError) error = NULL;

    options->raw_ports = true;
    vnc_options_set(options, "vnc", ":65535", NULL);
    g_assert_true(vnc_options_check(options, NULL));
    vnc_options_set(options, "vnc", ":65536", NULL);
    g_assert_false(vnc_options_check(options, &error));
    g_assert_nonnull(strstr(error->message, "expected HOST:PORT"));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/options/defaults", test_defaults);
    g_test_add_func("/options/all", test_all);
    g_test_add_func("/options/arguments", test_arguments);
    g_test_add_func("/options/bad-arguments", test_bad_arguments);
    g_test_add_func("/options/families", test_families);
    g_test_add_func("/options/websocket", test_websocket);
    g_test_add_func("/options/unknown", test_unknown);
    g_test_add_func("/options/trust", test_trust);
    g_test_add_func("/options/booleans", test_booleans);
    g_test_add_func("/options/numbers", test_numbers);
    g_test_add_func("/options/share", test_share);
    g_test_add_func("/options/strings", test_strings);
    g_test_add_func("/options/check", test_check);
    g_test_add_func("/options/reverse-to-nobody", test_reverse_to_nobody);
    g_test_add_func("/options/describe", test_describe);
    g_test_add_func("/options/references", test_references);
    g_test_add_func("/options/raw-ports", test_raw_ports);
    return g_test_run();
}
