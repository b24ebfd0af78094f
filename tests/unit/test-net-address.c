/*
 * Addresses: every valid form, every kind of invalid one, and the way back to text.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One thread.
 */
#include "tests/lib/rows.h"
#include "ui/net/address.h"

#include <gio/gunixsocketaddress.h>
#include <string.h>

static void test_none(void)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(VncAddress) address = vnc_address_parse("none", false, &error);

    g_assert_no_error(error);
    g_assert_cmpint(address->kind, ==, VNC_ADDRESS_NONE);
}

static void test_tcp(void)
{
    static const struct {
        const char *text, *host;
        unsigned display;
    } cases[] = {
        {":0", "", 0},
        {":59635", "", 59635},
        {"localhost:1", "localhost", 1},
        {"127.0.0.1:07", "127.0.0.1", 7},
        {"[::1]:2", "::1", 2},
        {"[::]:2", "::", 2},
        {"[fe80::1%lo]:3", "fe80::1%lo", 3},
        {"[::ffff:10.0.0.1]:3", "::ffff:10.0.0.1", 3},
        {"none:4", "none", 4},
        {"a-host.example:5", "a-host.example", 5},
    };

    FOR_ROWS (i, cases) {
        g_autoptr(GError) error = NULL;
        g_autoptr(VncAddress) address = vnc_address_parse(cases[i].text, false, &error);

        g_assert_no_error(error);
        g_assert_cmpint(address->kind, ==, VNC_ADDRESS_TCP);
        g_assert_cmpstr(address->host, ==, cases[i].host);
        g_assert_cmpuint(address->display, ==, cases[i].display);
    }
}

static void test_unix(void)
{
    static const char *const paths[] = {"/tmp/x", "relative", "/with:colon", "/with=equals", ":0"};

    FOR_ROWS (i, paths) {
        g_autofree char *text = g_strconcat("unix:", paths[i], NULL);
        g_autoptr(GError) error = NULL;
        g_autoptr(VncAddress) address = vnc_address_parse(text, false, &error);

        g_assert_no_error(error);
        g_assert_cmpint(address->kind, ==, VNC_ADDRESS_UNIX);
        g_assert_cmpstr(address->path, ==, paths[i]);
    }
}

static void test_bad(void)
{
    static const struct {
        const char *text, *part; /* of the message */
    } cases[] = {
        {"", "address '': expected HOST:DISPLAY"},
        {"foo", "address 'foo': expected HOST:DISPLAY"},
        {"[::1]", "address '[::1]': expected HOST:DISPLAY"},
        {"[::1", "is not an IPv6 address in brackets"},
        {"NONE", "address 'NONE': expected HOST:DISPLAY"},
        {":", "display '' is not a number from 0 to 59635"},
        {"host:", "display '' is not a number"},
        {":59636", "display '59636' is not a number from 0 to 59635"},
        {":99999999999999999999999", "is not a number"},
        {":-1", "display '-1' is not a number"},
        {":+1", "display '+1' is not a number"},
        {": 1", "display ' 1' is not a number"},
        {":1 ", "display '1 ' is not a number"},
        {":1x", "display '1x' is not a number"},
        {":0x1", "display '0x1' is not a number"},
        {"::1:0", "stands in brackets"},
        {"::1", "stands in brackets"},
        {"[]:0", "is not an IPv6 address in brackets"},
        {"[]]:0", "is not an IPv6 address in brackets"},
        {"[127.0.0.1]:0", "is not an IPv6 address in brackets"},
        {"[::1]x:0", "is not an IPv6 address in brackets"},
        {"[::1:0", "is not an IPv6 address in brackets"},
        {"::1]:0", "stands in brackets"},
        {"a]:0", "'a]' is not a host"},
        {"a b:0", "'a b' is not a host"},
        {"http://a:0", "stands in brackets"},
        {"/tmp/x:0", "'/tmp/x' is not a host"},
        {"unix:", "the path is empty"},
    };

    FOR_ROWS (i, cases) {
        g_autofree char *named = g_strdup_printf("address '%s': ", cases[i].text);
        g_autoptr(GError) error = NULL;
        g_autoptr(VncAddress) address = vnc_address_parse(cases[i].text, false, &error);

        g_test_message("%s -> %s", cases[i].text, error ? error->message : "no error");
        g_assert_null(address);
        g_assert_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE);
        g_assert_true(g_str_has_prefix(error->message, named));
        g_assert_nonnull(strstr(error->message, cases[i].part));
        g_assert_nonnull(strstr(error->message, "[IPV6]:DISPLAY, unix:PATH or none"));
    }
}

static void check_info(GSocketAddress *address, VncFamily family, const char *host,
                       const char *service, const char *text)
{
    VncAddressInfo info, copy;
    g_autofree char *got = NULL;

    memset(&info, 0xff, sizeof(info));
    memset(&copy, 0xff, sizeof(copy));
    vnc_address_info_init(&info, address);
    vnc_address_info_copy(&copy, &info);
    vnc_address_info_clear(&info);
    g_assert_null(info.host);
    g_assert_null(info.service);

    g_assert_cmpint(copy.family, ==, family);
    g_assert_cmpstr(copy.host, ==, host);
    g_assert_cmpstr(copy.service, ==, service);
    got = vnc_address_info_to_string(&copy);
    g_assert_cmpstr(got, ==, text);
    vnc_address_info_clear(&copy);
}

static void test_info_inet(void)
{
    g_autoptr(GSocketAddress) v4 = g_inet_socket_address_new_from_string("127.0.0.1", 5900);
    g_autoptr(GSocketAddress) v6 = g_inet_socket_address_new_from_string("::1", 65535);
    g_autoptr(GInetAddress) link_local = g_inet_address_new_from_string("fe80::1");
    g_autoptr(GSocketAddress) scoped = g_object_new(G_TYPE_INET_SOCKET_ADDRESS, "address",
                                                    link_local, "port", 1, "scope-id", 7, NULL);

    check_info(v4, VNC_FAMILY_IPV4, "127.0.0.1", "5900", "127.0.0.1:5900");
    check_info(v6, VNC_FAMILY_IPV6, "::1", "65535", "[::1]:65535");
    check_info(scoped, VNC_FAMILY_IPV6, "fe80::1%7", "1", "[fe80::1%7]:1");
    check_info(NULL, VNC_FAMILY_UNKNOWN, "", "", "unknown");
}

static void test_info_unix(void)
{
    static const struct {
        const char *path, *shown;
    } cases[] = {
        {"/tmp/a b", "/tmp/a b"},
        {"/tmp/\xc3\xa9", "/tmp/\xc3\xa9"},
        {"", ""},
        /* What a hostile peer may have bound itself to. */
        {"/tmp/x\nvnc: forged", "/tmp/x\\nvnc: forged"},
        {"/tmp/\x1b[2J", "/tmp/\\033[2J"},
        {"/tmp/\xe2\x80\xa8x", "/tmp/\\342\\200\\250x"},
        {"/tmp/\xff", "/tmp/\\377"},
        {"/tmp/long\xc1\x81", "/tmp/long\\301\\201"},
    };

    FOR_ROWS (i, cases) {
        g_autoptr(GSocketAddress) address = g_unix_socket_address_new(cases[i].path);
        g_autofree char *text = g_strconcat("unix:", cases[i].shown, NULL);

        check_info(address, VNC_FAMILY_UNIX, "", cases[i].shown, text);
    }
}

static void test_within(void)
{
    static const struct {
        VncFamily family;
        const char *host, *range;
        bool within;
    } cases[] = {
        {VNC_FAMILY_IPV4, "127.0.0.1", "127.0.0.1", true},
        {VNC_FAMILY_IPV4, "127.0.0.2", "127.0.0.1", false},
        {VNC_FAMILY_IPV4, "10.1.2.3", "10.0.0.0/8", true},
        {VNC_FAMILY_IPV4, "11.1.2.3", "10.0.0.0/8", false},
        {VNC_FAMILY_IPV4, "10.1.2.3", "0.0.0.0/0", true},
        {VNC_FAMILY_IPV4, "10.1.2.3", "unix", false},
        {VNC_FAMILY_IPV6, "::1", "::1", true},
        {VNC_FAMILY_IPV6, "::1", "0.0.0.0/0", false},
        {VNC_FAMILY_IPV6, "fd00:1::1", "fd00::/8", true},
        {VNC_FAMILY_IPV6, "fe80::1%7", "fe80::/10", true},
        {VNC_FAMILY_IPV6, "2001:db8::1", "fd00::/8", false},
        {VNC_FAMILY_IPV6, "::ffff:10.1.2.3", "10.0.0.0/8", true},
        {VNC_FAMILY_UNIX, "", "unix", true},
        {VNC_FAMILY_UNIX, "", "0.0.0.0/0", false},
        {VNC_FAMILY_UNKNOWN, "", "unix", true},
    };
    static const char *const bad[] = {
        "",       "10.0.0.0/33", "10.0.0.1/8", "::1/129",     "localhost",
        "10.0.0", "unix:/run",   "[::1]",      "10.0.0.0/8 ", "127.0.0.1:5900"};

    FOR_ROWS (i, cases) {
        VncAddressInfo info = {cases[i].family, (char *)cases[i].host, (char *)"1"};

        g_test_message("%s in %s", cases[i].host, cases[i].range);
        g_assert_true(vnc_address_range_check(cases[i].range, NULL));
        g_assert_true(vnc_address_info_within(&info, cases[i].range) == cases[i].within);
    }
    FOR_ROWS (i, bad) {
        g_autoptr(GError) error = NULL;

        g_assert_false(vnc_address_range_check(bad[i], &error));
        g_assert_nonnull(error);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/net-address/none", test_none);
    g_test_add_func("/net-address/tcp", test_tcp);
    g_test_add_func("/net-address/unix", test_unix);
    g_test_add_func("/net-address/bad", test_bad);
    g_test_add_func("/net-address/info-inet", test_info_inet);
    g_test_add_func("/net-address/info-unix", test_info_unix);
    g_test_add_func("/net-address/within", test_within);
    return g_test_run();
}
