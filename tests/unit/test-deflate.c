/*
 * Deflate: zlib inflates the output of each library at once and to the last byte.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tests/lib/rows.h"
#include "ui/enc/deflate.h"

#include <zlib.h>

#define MOST (300 * 1024)

static const VncDeflateLibrary *const libraries[] = {
    &vnc_deflate_zlib,
#ifdef VNC_HAVE_ISAL
    &vnc_deflate_isal,
#endif
};

typedef enum Kind {
    KIND_ZEROS,
    KIND_TEXT,
    KIND_GRADIENT,
    KIND_NOISE, /* cannot be compressed */
    KINDS,
} Kind;

static void fill(Kind kind, uint8_t *bytes, size_t len)
{
    static const char words[] = "display guest pixel queue worker viewer update ";

    for (size_t i = 0; i < len; i++) {
        switch (kind) {
        case KIND_ZEROS:
            bytes[i] = 0;
            break;
        case KIND_TEXT:
            bytes[i] = g_test_rand_int_range(0, 20) ? words[i % (sizeof(words) - 1)]
                                                    : g_test_rand_int_range(32, 127);
            break;
        case KIND_GRADIENT:
            bytes[i] = i / 100 + g_test_rand_int_range(0, 4);
            break;
        default:
            bytes[i] = g_test_rand_int();
            break;
        }
    }
}

/* Inflate all that has been written to @out, which is emptied: it must be @bytes, and at the
 * byte's edge that a flush leaves. */
static void check_inflated(z_stream *z, VncBuffer *out, const uint8_t *bytes, size_t len,
                           int expected)
{
    static uint8_t inflated[MOST + 1];

    z->next_in = (Bytef *)vnc_buffer_bytes(out);
    z->avail_in = out->len;
    z->next_out = inflated;
    z->avail_out = len + 1;
    g_assert_cmpint(inflate(z, Z_SYNC_FLUSH), ==, expected);
    g_assert_cmpuint(z->avail_in, ==, 0);
    g_assert_cmpuint(z->avail_out, ==, 1);
    g_assert_cmpint(memcmp(inflated, bytes, len), ==, 0);
    vnc_buffer_reset(out);
}

static size_t odd_size(unsigned i)
{
    static const size_t sizes[] = {1,     1,     2,     3,      12,     255,   258, 259,
                                   4095,  32767, 32768, 32769,  65535,  65536, 1,   65537,
                                   98304, 13,    1000,  196608, 262145, 7,     1,   MOST};

    return sizes[i % G_N_ELEMENTS(sizes)];
}

#define ODD_SIZES 24

/* Many writes of odd sizes; @level below 0: another one at each write. */
static void write_stream(const VncDeflateLibrary *library, Kind kind, int level)
{
    static uint8_t bytes[MOST];
    void *stream = library->open(MAX(level, 1));
    VncBuffer out = {0};
    z_stream z = {0};

    g_assert_cmpint(inflateInit2(&z, -MAX_WBITS), ==, Z_OK);
    for (unsigned i = 0; i < 2 * ODD_SIZES; i++) {
        size_t len = odd_size(i);
        fill(kind, bytes, len);
        library->write(stream, level < 0 ? (int)(i * 7 % 10) : level, bytes, len, &out);
        g_assert_cmpuint(out.len, <=, len + len / 64 + 64);
        check_inflated(&z, &out, bytes, len, Z_OK);
    }
    inflateEnd(&z);
    library->close(stream);
    vnc_buffer_clear(&out);
}

static void test_stream(const void *opaque)
{
    for (int kind = 0; kind < KINDS; kind++) {
        for (int level = -1; level < 10; level++) {
            write_stream(opaque, kind, level);
        }
    }
}

/* Thousands of small writes, as a terminal makes them: past the window, past any buffer. */
static void test_small_writes(const void *opaque)
{
    const VncDeflateLibrary *library = opaque;
    void *stream = library->open(1);
    VncBuffer out = {0};
    z_stream z = {0};
    uint8_t bytes[200];

    g_assert_cmpint(inflateInit2(&z, -MAX_WBITS), ==, Z_OK);
    for (int i = 0; i < 20000; i++) {
        size_t len = g_test_rand_int_range(1, sizeof(bytes) + 1);
        fill(i % 5 ? KIND_TEXT : KIND_NOISE, bytes, len);
        library->write(stream, 1, bytes, len, &out);
        check_inflated(&z, &out, bytes, len, Z_OK);
    }
    inflateEnd(&z);
    library->close(stream);
    vnc_buffer_clear(&out);
}

/* What was written before is referred to: the same bytes again take little. */
static void test_history(const void *opaque)
{
    const VncDeflateLibrary *library = opaque;
    void *stream = library->open(1);
    VncBuffer out = {0};
    uint8_t bytes[10000];

    fill(KIND_NOISE, bytes, sizeof(bytes));
    library->write(stream, 1, bytes, sizeof(bytes), &out);
    g_assert_cmpuint(out.len, >=, sizeof(bytes));
    vnc_buffer_reset(&out);
    library->write(stream, 1, bytes, sizeof(bytes), &out);
    g_assert_cmpuint(out.len, <, sizeof(bytes) / 4);
    library->close(stream);
    vnc_buffer_clear(&out);
}

/* Output goes behind what is there already. */
static void test_append(const void *opaque)
{
    const VncDeflateLibrary *library = opaque;
    void *stream = library->open(1);
    VncBuffer out = {0};
    uint8_t bytes[1000];
    z_stream z = {0};

    g_assert_cmpint(inflateInit2(&z, -MAX_WBITS), ==, Z_OK);
    fill(KIND_NOISE, bytes, sizeof(bytes));
    vnc_buffer_append(&out, "before", 6);
    library->write(stream, 1, bytes, sizeof(bytes), &out);
    g_assert_cmpmem(vnc_buffer_bytes(&out), 6, "before", 6);
    vnc_buffer_consume(&out, 6);
    check_inflated(&z, &out, bytes, sizeof(bytes), Z_OK);
    inflateEnd(&z);
    library->close(stream);
    vnc_buffer_clear(&out);
}

/* zlib's header comes once, and a stream keeps the library that it began with. */
static void test_levels(void)
{
    static uint8_t bytes[MOST];
    VncBuffer out = {0};

    for (int first = 0; first < 10; first++) {
        VncDeflate deflate = {0};
        z_stream z = {0};
        g_assert_cmpint(inflateInit(&z), ==, Z_OK);
        for (unsigned i = 0; i < ODD_SIZES; i++) {
            size_t len = odd_size(i);
            fill(i % KINDS, bytes, len);
            vnc_deflate(&deflate, (first + (int)i) % 10, bytes, len, &out);
            check_inflated(&z, &out, bytes, len, Z_OK);
            g_assert_true(deflate.library == vnc_deflate_library(first));
        }
        inflateEnd(&z);
        vnc_deflate_clear(&deflate);
    }
    vnc_buffer_clear(&out);
}

/* Streams that end, checksum and all, one after the other from the same memory. */
static void test_whole(void)
{
    static uint8_t bytes[MOST];
    VncDeflate deflate = {0};
    VncBuffer out = {0};

    for (unsigned i = 0; i < 10 * ODD_SIZES; i++) {
        size_t len = odd_size(i);
        z_stream z = {0};
        g_assert_cmpint(inflateInit(&z), ==, Z_OK);
        fill(i / 3 % KINDS, bytes, len);
        vnc_deflate_whole(&deflate, i / 2 % 10, bytes, len, &out);
        check_inflated(&z, &out, bytes, len, Z_STREAM_END);
        inflateEnd(&z);
    }
    vnc_deflate_clear(&deflate);
    vnc_buffer_clear(&out);
}

static void test_choice(void)
{
    g_assert_cmpstr(vnc_deflate_library(0)->name, ==, "zlib");
#ifdef VNC_HAVE_ISAL
    g_assert_cmpstr(vnc_deflate_library(1)->name, ==, "ISA-L");
#else
    g_assert_cmpstr(vnc_deflate_library(1)->name, ==, "zlib");
#endif
    g_assert_cmpstr(vnc_deflate_library(6)->name, ==, "zlib");
    g_assert_cmpstr(vnc_deflate_library(9)->name, ==, "zlib");
}

static void add(const VncDeflateLibrary *library, const char *name, GTestDataFunc test)
{
    g_autofree char *path = g_strdup_printf("/deflate/%s/%s", library->name, name);

    g_test_add_data_func(path, library, test);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    FOR_ROWS (i, libraries) {
        add(libraries[i], "stream", test_stream);
        add(libraries[i], "small-writes", test_small_writes);
        add(libraries[i], "history", test_history);
        add(libraries[i], "append", test_append);
    }
    g_test_add_func("/deflate/choice", test_choice);
    g_test_add_func("/deflate/levels", test_levels);
    g_test_add_func("/deflate/whole", test_whole);
    return g_test_run();
}
