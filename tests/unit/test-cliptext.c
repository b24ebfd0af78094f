/*
 * A clipboard's text: output is checked by zlib itself, input against the allowed sizes and forms.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One thread.
 */
#include "ui/rfb/cliptext.h"
#include "ui/rfb/proto.h"

#include <zlib.h>

#define UMLAUT "\xc3\xa4"         /* in Latin-1 */
#define EURO   "\xe2\x82\xac"     /* not there */
#define EMOJI  "\xf0\x9f\x98\x80" /* beyond 16 bits */
#define BROKEN "\xef\xbf\xbd"     /* U+FFFD */

/* What @bytes are read as, from memory of exactly their length. */
static char *read_text(VncTextForm form, const void *bytes, size_t len, const char **why)
{
    g_autofree uint8_t *exact = g_malloc(len); /* NULL for 0 */

    if (len > 0) {
        memcpy(exact, bytes, len);
    }
    *why = NULL;
    return vnc_clipboard_read_text(form, exact, len, why);
}

static void expect_text(VncTextForm form, const void *bytes, size_t len, const char *expected)
{
    const char *why;
    g_autofree char *text = read_text(form, bytes, len, &why);

    g_assert_cmpstr(text, ==, expected);
}
#define EXPECT_TEXT(form, literal, expected) \
    expect_text(form, literal, sizeof(literal) - 1, expected)

static void expect_refusal(VncTextForm form, const void *bytes, size_t len, const char *word)
{
    const char *why;
    g_autofree char *text = read_text(form, bytes, len, &why);

    g_assert_null(text);
    g_assert_nonnull(strstr(why, word));
}

/* A size and data, deflated. */
static GByteArray *pack(uint32_t size, const void *data, size_t len)
{
    g_autofree uint8_t *plain = g_malloc(len + 4);
    uLongf packed = compressBound(len + 4);
    GByteArray *out = g_byte_array_new();

    size = GUINT32_TO_BE(size);
    memcpy(plain, &size, 4);
    memcpy(plain + 4, data, len);
    g_byte_array_set_size(out, packed);
    g_assert_cmpint(compress2(out->data, &packed, plain, len + 4, 9), ==, Z_OK);
    g_byte_array_set_size(out, packed);
    return out;
}

static void expect_packed(const char *wire, size_t len, const char *expected)
{
    g_autoptr(GByteArray) packed = pack(len, wire, len);

    expect_text(VNC_TEXT_ZLIB, packed->data, packed->len, expected);
}

static void test_line_ends(void)
{
    EXPECT_TEXT(VNC_TEXT_UTF8, "a\nb\r\nc\rd\r\r\n\n\r", "a\nb\nc\nd\n\n\n\n");
    EXPECT_TEXT(VNC_TEXT_LATIN1, "a\nb\r\nc\rd", "a\nb\nc\nd");
    EXPECT_TEXT(VNC_TEXT_UTF8, "\r", "\n");
    expect_packed("a\r\nb\nc\r", 8, "a\nb\nc\n");
}

static void test_nul(void)
{
    EXPECT_TEXT(VNC_TEXT_UTF8, "", "");
    EXPECT_TEXT(VNC_TEXT_LATIN1, "", "");
    EXPECT_TEXT(VNC_TEXT_UTF8, "a\0b", "a");
    EXPECT_TEXT(VNC_TEXT_LATIN1, "a\0b", "a");
    expect_packed("a", 2, "a");
    expect_packed("a", 1, "a"); /* the NUL is missing */
    expect_packed("a\0b", 4, "a");
    expect_packed("", 1, "");
    expect_packed("", 0, "");
}

static void test_characters(void)
{
    EXPECT_TEXT(VNC_TEXT_LATIN1, "gr\xfc\xdf \xa0\xff\x7f\x80",
                "gr\xc3\xbc\xc3\x9f \xc2\xa0\xc3\xbf\x7f\xc2\x80");
    EXPECT_TEXT(VNC_TEXT_UTF8, UMLAUT EURO EMOJI, UMLAUT EURO EMOJI);
    EXPECT_TEXT(VNC_TEXT_UTF8,
                "a\xff"
                "b\xe2\x82",
                "a" BROKEN "b" BROKEN BROKEN);
    EXPECT_TEXT(VNC_TEXT_UTF8, "\xed\xa0\x80", BROKEN BROKEN BROKEN); /* half of a pair */
    expect_packed("\xc0\xaf" UMLAUT, 5, BROKEN BROKEN UMLAUT);        /* an overlong '/' */
}

/* As long as allowed, and by one byte longer; as UTF-8 counts. */
static void test_lengths(void)
{
    g_autofree char *long_text = g_strnfill(VNC_MAX_CLIPBOARD_WIRE + 1, 'x');
    g_autofree char *longest = g_strnfill(VNC_MAX_CLIPBOARD, 'x');
    g_autofree char *ends = g_malloc(VNC_MAX_CLIPBOARD_WIRE);
    g_autofree char *lines = g_strnfill(VNC_MAX_CLIPBOARD, '\n');

    for (VncTextForm form = VNC_TEXT_UTF8; form <= VNC_TEXT_LATIN1; form++) {
        expect_text(form, long_text, VNC_MAX_CLIPBOARD, longest);
        expect_refusal(form, long_text, VNC_MAX_CLIPBOARD + 1, "1 MiB");
        expect_refusal(form, long_text, VNC_MAX_CLIPBOARD_WIRE + 1, "1 MiB");
    }
    memset(long_text, 0xe4, VNC_MAX_CLIPBOARD);
    expect_refusal(VNC_TEXT_LATIN1, long_text, VNC_MAX_CLIPBOARD / 2 + 1, "1 MiB");
    expect_refusal(VNC_TEXT_UTF8, long_text, VNC_MAX_CLIPBOARD / 3 + 1, "1 MiB");

    for (size_t i = 0; i < VNC_MAX_CLIPBOARD; i++) {
        memcpy(ends + 2 * i, "\r\n", 2);
    }
    ends[VNC_MAX_CLIPBOARD_WIRE - 1] = '\0';
    expect_packed(ends, VNC_MAX_CLIPBOARD_WIRE, lines);
}

/* A viewer's zlib data: it inflates to no more than it may, and breaks nothing. */
static void test_bombs(void)
{
    g_autofree char *zeros = g_malloc0(64 << 20);
    g_autoptr(GByteArray) too_long = pack(VNC_MAX_CLIPBOARD_WIRE + 1, zeros, 64 << 20);
    g_autoptr(GByteArray) longest = pack(VNC_MAX_CLIPBOARD_WIRE, zeros, 64 << 20);
    g_autoptr(GByteArray) huge = pack(UINT32_MAX, "x", 1);
    g_autoptr(GByteArray) of_files = NULL;

    g_assert_cmpuint(longest->len, <, 1 << 17);
    expect_refusal(VNC_TEXT_ZLIB, too_long->data, too_long->len, "1 MiB");
    expect_refusal(VNC_TEXT_ZLIB, huge->data, huge->len, "1 MiB");
    expect_text(VNC_TEXT_ZLIB, longest->data, longest->len,
                ""); /* NULs; the rest is not looked at */
    memset(zeros, 'x', VNC_MAX_CLIPBOARD + 1);
    of_files = pack(VNC_MAX_CLIPBOARD + 1, zeros, VNC_MAX_CLIPBOARD + 1);
    expect_refusal(VNC_TEXT_ZLIB, of_files->data, of_files->len, "1 MiB");
}

static void test_broken(void)
{
    static const char text[] = "something that is deflated, and so on, and so on";
    g_autoptr(GByteArray) whole = pack(sizeof(text), text, sizeof(text));
    g_autoptr(GByteArray) promise = pack(sizeof(text) + 1, text, sizeof(text));
    const char *why;
    size_t enough = 0;

    expect_refusal(VNC_TEXT_ZLIB, promise->data, promise->len, "inflate");
    for (size_t cut = 0; cut <= whole->len; cut++) {
        g_autofree char *got = read_text(VNC_TEXT_ZLIB, whole->data, cut, &why);

        g_assert_cmpstr(got, ==, got ? text : NULL);
        g_assert_true(got || strstr(why, "inflate"));
        enough += got == NULL;
    }
    /* The stream's end and checksum are all that may lack. */
    g_assert_cmpuint(enough, >=, whole->len - 6);
    for (unsigned i = 0; i < 8 * whole->len; i++) {
        g_autofree char *got = NULL;

        whole->data[i / 8] ^= 1 << i % 8;
        got = read_text(VNC_TEXT_ZLIB, whole->data, whole->len, &why);
        g_assert_true(got ? g_utf8_validate(got, -1, NULL) : why != NULL);
        whole->data[i / 8] ^= 1 << i % 8;
    }
}

static void test_write_latin1(void)
{
    static const char expected[] = "\3\0\0\0\0\0\0\7a\n\xe4??\x7f\xff";
    g_auto(VncBuffer) out = {0};

    vnc_write_text_latin1(&out, "a\n" UMLAUT EURO EMOJI "\x7f\xc3\xbf");
    g_assert_cmpmem(vnc_buffer_bytes(&out), out.len, expected, sizeof(expected) - 1);
}

static void test_write_zlib(void)
{
    static const char expected[] = "\0\0\0\x11" UMLAUT "\r\n\r\n" EURO EMOJI "\r\nx";
    g_auto(VncBuffer) out = {0};
    uint8_t plain[100];
    uLongf len = sizeof(plain);

    g_assert_cmpuint(vnc_write_text_zlib(&out, UMLAUT "\n\n" EURO EMOJI "\nx"), ==, 17);
    g_assert_cmpmem(vnc_buffer_bytes(&out), 4, "\3\0\0\0", 4);
    g_assert_cmpint((int32_t)vnc_get_u32(vnc_buffer_bytes(&out) + 4), ==, -(int32_t)(out.len - 8));
    g_assert_cmphex(vnc_get_u32(vnc_buffer_bytes(&out) + 8), ==, 0x10000001);
    g_assert_cmpint(uncompress(plain, &len, vnc_buffer_bytes(&out) + 12, out.len - 12), ==, Z_OK);
    g_assert_cmpmem(plain, len, expected, sizeof(expected)); /* the NUL is there */
}

/* Whatever text is written is read again, by its own form. */
static void test_round_trip(void)
{
    static const char *const parts[] = {"a", "\n", UMLAUT, EURO, EMOJI, BROKEN, "some words "};

    for (int round = 0; round < 500; round++) {
        g_autoptr(GString) text = g_string_new(NULL);
        g_auto(VncBuffer) out = {0};

        for (int i = g_test_rand_int_range(0, 200); i > 0; i--) {
            g_string_append(text, parts[g_test_rand_int_range(0, G_N_ELEMENTS(parts))]);
        }
        vnc_write_text_zlib(&out, text->str);
        expect_text(VNC_TEXT_ZLIB, vnc_buffer_bytes(&out) + 12, out.len - 12, text->str);
    }
}

static void test_caps(void)
{
    VncClipboardCaps caps;

    vnc_clipboard_caps_init(&caps);
    g_assert_cmphex(caps.flags, ==, 0x1a000001);
    g_assert_cmpuint(caps.max_text, ==, 20 * 1024 * 1024);
    vnc_clipboard_read_caps(&caps, 0x1f000005, (const uint8_t *)"\0\1\2\3\7\7\7\7", 8);
    g_assert_cmphex(caps.flags, ==, 0x1f000005);
    g_assert_cmphex(caps.max_text, ==, 0x10203);
    vnc_clipboard_read_caps(&caps, 0x1f000004, (const uint8_t *)"\0\1\2\3",
                            4); /* another format's */
    g_assert_cmpuint(caps.max_text, ==, 0);
    for (size_t len = 0; len < 4; len++) {
        vnc_clipboard_read_caps(&caps, 0x1f000001, (const uint8_t *)"\1\1\1\1", len);
        g_assert_cmpuint(caps.max_text, ==, 0);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/cliptext/line-ends", test_line_ends);
    g_test_add_func("/cliptext/nul", test_nul);
    g_test_add_func("/cliptext/characters", test_characters);
    g_test_add_func("/cliptext/lengths", test_lengths);
    g_test_add_func("/cliptext/bombs", test_bombs);
    g_test_add_func("/cliptext/broken", test_broken);
    g_test_add_func("/cliptext/write-latin1", test_write_latin1);
    g_test_add_func("/cliptext/write-zlib", test_write_zlib);
    g_test_add_func("/cliptext/round-trip", test_round_trip);
    g_test_add_func("/cliptext/caps", test_caps);
    return g_test_run();
}
