/*
 * The messages that a viewer may send again and again.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pure. All numbers are from the RFB protocol's specification.
 */
#include "tests/lib/floods.h"

#include <string.h>
#include <zlib.h>

enum { CAPS = 1 << 24, REQUEST = 1 << 25, PEEK = 1 << 26, NOTIFY = 1 << 27, PROVIDE = 1 << 28 };
enum { TEXT = 1, LONGEST_TEXT = 1 << 20, MOST_ENCODINGS = 65535 };

static void put(GByteArray *out, unsigned bytes, uint32_t value)
{
    uint8_t big_endian[4];

    for (unsigned i = 0; i < bytes; i++) {
        big_endian[i] = (uint8_t)(value >> 8 * (bytes - 1 - i));
    }
    g_byte_array_append(out, big_endian, bytes);
}

static void put_key(GByteArray *out, bool down)
{
    put(out, 4, 4u << 24 | (uint32_t)down << 16);
    put(out, 4, 'a');
}

static void keys(GByteArray *out)
{
    put_key(out, true);
    put_key(out, false);
}

static void put_pointer(GByteArray *out, unsigned buttons, unsigned x, unsigned y)
{
    put(out, 2, 5u << 8 | buttons);
    put(out, 2, x);
    put(out, 2, y);
}

static void pointer(GByteArray *out)
{
    put_pointer(out, 0, 10, 10);
    put_pointer(out, 1, 500, 500);
}

static void put_request(GByteArray *out, bool incremental, unsigned side)
{
    put(out, 2, 3u << 8 | incremental);
    put(out, 4, 0);
    put(out, 2, side);
    put(out, 2, side);
}

static void full_requests(GByteArray *out)
{
    put_request(out, false, 65535);
}

static void requests(GByteArray *out)
{
    put_request(out, true, 65535);
}

/* A map of colours is told, and a pixel is asked for. */
static void pixel_formats(GByteArray *out)
{
    static const uint8_t mapped[20] = {0, 0, 0, 0, 8, 8};
    static const uint8_t rgb565[20] = {0, 0, 0, 0, 16, 16, 0, 1, 0, 31, 0, 63, 0, 31, 11, 5};

    g_byte_array_append(out, mapped, sizeof(mapped));
    put_request(out, false, 1);
    g_byte_array_append(out, rgb565, sizeof(rgb565));
}

/* All that there is to be told of, and an encoding. */
static void encodings(GByteArray *out)
{
    static const int32_t list[] = {7,    16,          0,    -223, -224, -239, -240,
                                   -314, -258,        -316, -259, -261, -307, -308,
                                   -309, -1063131698, -257, -232, 1,    -250, -27};

    put(out, 4, 2u << 24 | G_N_ELEMENTS(list));
    for (size_t i = 0; i < G_N_ELEMENTS(list); i++) {
        put(out, 4, (uint32_t)list[i]);
    }
}

static void encodings_and_requests(GByteArray *out)
{
    encodings(out);
    put_request(out, true, 65535);
}

static void most_encodings(GByteArray *out)
{
    put(out, 4, 2u << 24 | MOST_ENCODINGS);
    for (int i = 0; i < MOST_ENCODINGS - 1; i++) {
        put(out, 4, 0x12345678);
    }
    /* Without it the next notice of the mix were an error. */
    put(out, 4, 0xc0a1e5ce);
}

static void put_cut_text(GByteArray *out, uint32_t len)
{
    put(out, 4, 6u << 24);
    put(out, 4, len);
    g_byte_array_set_size(out, out->len + len);
    memset(out->data + out->len - len, 0xe4, len);
}

static void empty_cut_texts(GByteArray *out)
{
    put_cut_text(out, 0);
}

static void longest_cut_texts(GByteArray *out)
{
    put_cut_text(out, LONGEST_TEXT / 2);
}

static void put_clipboard(GByteArray *out, uint32_t flags, const void *data, size_t len)
{
    put(out, 4, 6u << 24);
    put(out, 4, -(uint32_t)(4 + len));
    put(out, 4, flags);
    g_byte_array_append(out, data, (guint)len);
}

static void notices(GByteArray *out)
{
    put_clipboard(out, NOTIFY | TEXT, NULL, 0);
}

/* A text, and that there is none any more. */
static void notices_by_turns(GByteArray *out)
{
    notices(out);
    put_clipboard(out, NOTIFY, NULL, 0);
}

static void peeks(GByteArray *out)
{
    put_clipboard(out, PEEK, NULL, 0);
}

static void clipboard_requests(GByteArray *out)
{
    put_clipboard(out, REQUEST | TEXT, NULL, 0);
}

/* A kilobyte on the wire that is a megabyte of text. */
static void provides(GByteArray *out)
{
    enum { LEN = 4 + LONGEST_TEXT };
    g_autofree uint8_t *text = g_malloc(LEN);
    uLongf len = compressBound(LEN);
    g_autofree uint8_t *packed = g_malloc(len);

    memset(text, 'a', LEN);
    memcpy(text, (const uint8_t[]){0, LONGEST_TEXT >> 16, 0, 0}, 4);
    if (compress(packed, &len, text, LEN) != Z_OK) {
        g_error("no zlib");
    }
    put_clipboard(out, PROVIDE | TEXT, packed, len);
}

static void put_size(GByteArray *out, unsigned width, unsigned height)
{
    put(out, 2, 251u << 8);
    put(out, 4, width << 16 | height);
    put(out, 2, 1u << 8);
    put(out, 4, 0);
    put(out, 4, 0);
    put(out, 4, width << 16 | height);
    put(out, 4, 0);
}

static void sizes(GByteArray *out)
{
    put_size(out, 1000, 700);
}

static void audio(GByteArray *out)
{
    put(out, 4, 0xff010000);
    put(out, 4, 0xff010001);
}

static void power(GByteArray *out)
{
    put(out, 4, 0xfa000103);
}

static void mix(GByteArray *out)
{
    static void (*const all[])(GByteArray * out) = {
        notices, keys,    empty_cut_texts,    full_requests, peeks,   pixel_formats, encodings,
        sizes,   pointer, clipboard_requests, requests,      notices, audio,         power,
    };

    for (size_t i = 0; i < G_N_ELEMENTS(all); i++) {
        all[i](out);
    }
}

const Flood floods[] = {
    {"clipboard: notices", notices},
    {"clipboard: a text, none", notices_by_turns},
    {"clipboard: peeks", peeks},
    {"clipboard: requests", clipboard_requests},
    {"clipboard: megabytes, packed", provides},
    {"cut texts of 0 bytes", empty_cut_texts},
    {"cut texts of 512 KiB", longest_cut_texts},
    {"full requests", full_requests},
    {"incremental requests", requests},
    {"pixel formats, request", pixel_formats},
    {"SetEncodings", encodings},
    {"SetEncodings, request", encodings_and_requests},
    {"SetEncodings of 65535", most_encodings},
    {"SetDesktopSize", sizes},
    {"pointer", pointer},
    {"keys", keys},
    {"audio: on, off", audio},
    {"power control", power},
    {"mix", mix},
    {0},
};

const Flood *floods_find(const char *name)
{
    const Flood *flood = floods;

    while (flood->name && strcmp(flood->name, name) != 0) {
        flood++;
    }
    if (!flood->name) {
        g_error("there is no flood '%s'", name);
    }
    return flood;
}

GByteArray *floods_beginning(void)
{
    static const char greeting[] = "RFB 003.008\n\1\1";
    static const uint8_t no_sizes[4] = {0};
    GByteArray *out = g_byte_array_new();

    g_byte_array_append(out, (const guint8 *)greeting, strlen(greeting));
    encodings(out);
    put_clipboard(out, CAPS | REQUEST | PEEK | NOTIFY | PROVIDE | TEXT, no_sizes, sizeof(no_sizes));
    put_request(out, true, 65535);
    return out;
}
