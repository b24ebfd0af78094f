/*
 * Client messages: every message cut at every byte, every limit of a value, random bytes.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One thread. Input is copied to memory of exactly its length, so that a sanitizer sees a
 * read past its end.
 */
#include "tests/lib/rows.h"
#include "ui/rfb/read.h"

#include <string.h>

static const VncReadFeatures plain = {0};
static const VncReadFeatures clipboard = {.extended_clipboard = true};
static const VncReadFeatures all = {
    .extended_key_event = true,
    .extended_mouse_buttons = true,
    .audio = true,
    .xvp = true,
};

typedef struct Outcome {
    VncReadResult result;
    VncMessage message; /* pointers lead into the bytes given to read_bytes() */
    size_t used;
    char *why;
} Outcome;

static void outcome_clear(Outcome *outcome)
{
    g_clear_pointer(&outcome->why, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Outcome, outcome_clear)

static Outcome read_bytes(const VncReadFeatures *features, const uint8_t *bytes, size_t len)
{
    g_autofree uint8_t *exact = g_malloc(len); /* NULL for 0 */
    Outcome outcome = {.used = 12345};

    memset(&outcome.message, 0xa5, sizeof(outcome.message)); /* so that each field must be set */
    if (len) {
        memcpy(exact, bytes, len);
    }
    outcome.result =
        vnc_read_message(features, exact, len, &outcome.message, &outcome.used, &outcome.why);
    switch (outcome.result) {
    case VNC_READ_MESSAGE:
        g_assert_cmpuint(outcome.used, >, 0);
        g_assert_cmpuint(outcome.used, <=, len);
        g_assert_null(outcome.why);
        break;
    case VNC_READ_MORE:
        g_assert_cmpuint(outcome.used, ==, 0);
        g_assert_null(outcome.why);
        break;
    case VNC_READ_ERROR:
        g_assert_cmpuint(outcome.used, ==, 0);
        g_assert_nonnull(outcome.why);
        break;
    default:
        g_assert_not_reached();
    }
    if (outcome.result == VNC_READ_MESSAGE) {
        g_assert_cmpuint(outcome.message.kind, <, VNC_MESSAGE_KINDS);
        if (outcome.message.kind == VNC_MESSAGE_SET_ENCODINGS) {
            size_t offset = (size_t)(outcome.message.encodings.list - exact);

            g_assert_cmpuint(offset + 4u * outcome.message.encodings.count, <=, outcome.used);
            outcome.message.encodings.list = bytes + offset;
        } else if (outcome.message.kind == VNC_MESSAGE_CUT_TEXT) {
            size_t offset = (size_t)(outcome.message.cut_text.text - exact);

            g_assert_cmpuint(offset + outcome.message.cut_text.len, <=, outcome.used);
            outcome.message.cut_text.text = bytes + offset;
        } else if (outcome.message.kind == VNC_MESSAGE_CLIPBOARD) {
            size_t offset = (size_t)(outcome.message.clipboard.data - exact);

            g_assert_cmpuint(offset + outcome.message.clipboard.len, ==, outcome.used);
            outcome.message.clipboard.data = bytes + offset;
        }
    }
    return outcome;
}

/* A message that is whole: every proper prefix wants more, and what follows is left alone. */
static Outcome read_whole(const VncReadFeatures *features, const uint8_t *bytes, size_t len)
{
    g_autofree uint8_t *longer = g_malloc(len + 5);

    for (size_t cut = 0; cut < len; cut++) {
        g_auto(Outcome) prefix = read_bytes(features, bytes, cut);

        g_assert_cmpint(prefix.result, ==, VNC_READ_MORE);
    }
    memcpy(longer, bytes, len);
    memset(longer + len, 0xff, 5);
    g_auto(Outcome) more = read_bytes(features, longer, len + 5);
    g_assert_cmpint(more.result, ==, VNC_READ_MESSAGE);
    g_assert_cmpuint(more.used, ==, len);

    Outcome outcome = read_bytes(features, bytes, len);
    g_assert_cmpint(outcome.result, ==, VNC_READ_MESSAGE);
    g_assert_cmpuint(outcome.used, ==, len);
    return outcome;
}

/* Wrong bytes: the first @right of them could still become a message, one more is an error
 * that says all of @words (separated by |). */
static void expect_error(const VncReadFeatures *features, const uint8_t *bytes, size_t len,
                         size_t right, const char *words)
{
    g_auto(GStrv) wanted = g_strsplit(words, "|", -1);

    for (size_t cut = 0; cut <= right; cut++) {
        g_auto(Outcome) prefix = read_bytes(features, bytes, cut);

        g_assert_cmpint(prefix.result, ==, VNC_READ_MORE);
    }
    for (size_t cut = right + 1; cut <= len; cut++) {
        g_auto(Outcome) outcome = read_bytes(features, bytes, cut);

        g_assert_cmpint(outcome.result, ==, VNC_READ_ERROR);
        if (cut < len) {
            continue;
        }
        for (size_t i = 0; wanted[i]; i++) {
            if (!strstr(outcome.why, wanted[i])) {
                g_error("\"%s\" lacks \"%s\"", outcome.why, wanted[i]);
            }
        }
    }
}

/* message-type and padding, then PIXEL_FORMAT of 32 bits, 8:8:8 at 16, 8, 0 */
static const uint8_t set_pixel_format[20] = {
    0, 1, 2, 3, 32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0, 7, 8, 9,
};

static void test_set_pixel_format(void)
{
    uint8_t bytes[20];
    const VncPixelFormat wanted = {32, 24, false, true, 255, 255, 255, 16, 8, 0};
    Outcome outcome = read_whole(&plain, set_pixel_format, 20);

    g_assert_cmpint(outcome.message.kind, ==, VNC_MESSAGE_SET_PIXEL_FORMAT);
    g_assert_true(vnc_pixel_format_equal(&outcome.message.pixel_format, &wanted));

    /* Flags are true whatever bit is set; each channel has a value of its own. */
    const uint8_t odd[20] = {0, 0, 0, 0, 16, 16, 0x80, 0x40, 0, 31, 0, 63, 0, 7, 11, 5, 0, 0, 0, 0};
    const VncPixelFormat odd_format = {16, 16, true, true, 31, 63, 7, 11, 5, 0};
    outcome = read_whole(&plain, odd, 20);
    g_assert_true(vnc_pixel_format_equal(&outcome.message.pixel_format, &odd_format));
    g_assert_true(outcome.message.pixel_format.big_endian);

    /* A colour map has no channels: whatever stands there is not looked at. */
    memset(bytes, 0xfe, sizeof(bytes));
    bytes[0] = 0;
    bytes[4] = 8;
    bytes[5] = 8;
    bytes[7] = 0;
    outcome = read_whole(&plain, bytes, 20);
    g_assert_false(outcome.message.pixel_format.true_colour);
    g_assert_cmpuint(outcome.message.pixel_format.bits_per_pixel, ==, 8);

    /* 10 bits a channel */
    const uint8_t deep[20] = {0, 0, 0, 0, 32, 32, 0, 1, 3, 255, 3, 255, 3, 255, 20, 10, 0, 0, 0, 0};
    outcome = read_whole(&plain, deep, 20);
    g_assert_cmpuint(outcome.message.pixel_format.red_max, ==, 1023);
    g_assert_cmpuint(outcome.message.pixel_format.green_shift, ==, 10);
}

static void test_bits_per_pixel(void)
{
    for (unsigned bits = 0; bits < 256; bits++) {
        uint8_t bytes[20] = {0, 0, 0, 0, (uint8_t)bits, 8, 0, 1, 0, 7, 0, 7, 0, 3, 5, 2, 0};
        g_autofree char *words = g_strdup_printf("SetPixelFormat|bits-per-pixel %u,|32", bits);

        if (bits == 8 || bits == 16 || bits == 32) {
            g_auto(Outcome) outcome = read_whole(&plain, bytes, 20);
            g_assert_cmpuint(outcome.message.pixel_format.bits_per_pixel, ==, bits);
        } else {
            expect_error(&plain, bytes, 20, 4, words);
        }
    }
}

/* @set: pairs of offset and value, put into the good message. */
static void expect_bad_format(const uint8_t *set, size_t pairs, size_t right, const char *words)
{
    uint8_t bytes[20];

    memcpy(bytes, set_pixel_format, sizeof(bytes));
    for (size_t i = 0; i < pairs; i++) {
        bytes[set[2 * i]] = set[2 * i + 1];
    }
    expect_error(&plain, bytes, sizeof(bytes), right, words);
}
#define BAD_FORMAT(right, words, ...)                                                             \
    expect_bad_format((const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}) / 2, \
                      right, words)

static void test_pixel_format_errors(void)
{
    for (unsigned depth = 33; depth < 257; depth++) {
        BAD_FORMAT(5, "depth", 5, (uint8_t)depth); /* 256 becomes 0 */
    }
    BAD_FORMAT(5, "depth 17", 4, 16, 5, 17);
    BAD_FORMAT(7, "true-colour-flag 0", 7, 0);
    /* 2^n - 1, n at least 1; a high byte can be right or wrong by itself */
    BAD_FORMAT(9, "red-max 0", 9, 0);
    BAD_FORMAT(9, "red-max 254", 9, 254);
    BAD_FORMAT(8, "red-max 767", 8, 2);
    BAD_FORMAT(9, "red-max 256", 8, 1, 9, 0);
    BAD_FORMAT(11, "green-max 5", 11, 5);
    BAD_FORMAT(13, "blue-max 128", 13, 128);
    /* channels too wide for the pixel, before any shift is known */
    BAD_FORMAT(12, "blue-max 65535", 10, 1, 12, 255);
    BAD_FORMAT(9, "red-max 255", 4, 8, 5, 8);
    /* outside of the pixel, and over one another */
    BAD_FORMAT(14, "red-shift 25", 14, 25);
    BAD_FORMAT(14, "red-shift 255", 14, 255);
    BAD_FORMAT(15, "green-shift 9", 15, 9);
    BAD_FORMAT(16, "blue-shift 8", 16, 8);
    BAD_FORMAT(16, "blue-shift 32", 16, 32);
    /* red in the middle leaves no room for two of twelve bits */
    BAD_FORMAT(14, "red-shift 13", 10, 15, 11, 255, 12, 15, 13, 255, 14, 13);
}

/* The log line names each field that has come, with its value. */
static void test_pixel_format_text(void)
{
    const uint8_t bytes[20] = {0, 0, 0, 0, 16, 15, 2, 1, 2, 3, 1, 1, 1, 3, 11, 12, 13, 14, 0, 0};
    g_auto(Outcome) whole = read_bytes(&plain, bytes, 20);
    g_auto(Outcome) cut = read_bytes(&plain, bytes, 9);

    g_assert_cmpint(whole.result, ==, VNC_READ_ERROR);
    g_assert_true(g_str_has_prefix(whole.why, "SetPixelFormat: "));
    g_assert_true(g_str_has_suffix(
        whole.why, ": bits-per-pixel 16, depth 15, big-endian-flag 2, true-colour-flag 1, "
                   "red-max 515, green-max 257, blue-max 259, red-shift 11, green-shift 12, "
                   "blue-shift 13"));
    g_assert_cmpint(cut.result, ==, VNC_READ_ERROR);
    g_assert_true(g_str_has_suffix(cut.why, ", true-colour-flag 1, red-max of at least 512"));
}

/* Where vnc_pixel_format_check() says no, the whole message is an error, and the other way. */
static void test_pixel_format_agrees(void)
{
    static const uint8_t bits[] = {8, 16, 32, 32, 24};
    unsigned good = 0;

    for (int round = 0; round < 20000; round++) {
        uint8_t b[20] = {0};
        unsigned max[3];
        VncPixelFormat format;

        b[4] = bits[g_test_rand_int_range(0, G_N_ELEMENTS(bits))];
        b[5] = (uint8_t)g_test_rand_int_range(0, 34);
        b[7] = (uint8_t)(g_test_rand_int_range(0, 8) > 0);
        for (int i = 0; i < 3; i++) {
            max[i] = (1u << g_test_rand_int_range(0, 9)) - (g_test_rand_int_range(0, 20) > 0);
            b[8 + 2 * i] = (uint8_t)(max[i] >> 8);
            b[9 + 2 * i] = (uint8_t)max[i];
            b[14 + i] = (uint8_t)g_test_rand_int_range(0, b[4] + 1);
        }
        format = (VncPixelFormat){
            b[4],  b[5],  false, b[7] != 0, (uint16_t)max[0], (uint16_t)max[1], (uint16_t)max[2],
            b[14], b[15], b[16]};
        g_auto(Outcome) outcome = read_bytes(&plain, b, 20);
        if (vnc_pixel_format_check(&format)) {
            g_assert_cmpint(outcome.result, ==, VNC_READ_ERROR);
        } else {
            g_auto(Outcome) whole = read_whole(&plain, b, 20);

            g_assert_true(vnc_pixel_format_equal(&whole.message.pixel_format, &format));
            good++;
        }
    }
    g_assert_cmpuint(good, >, 200);
}

/* Whether some values of the shifts from @known on make @format right: by trying all of them. */
static bool can_be_right(VncPixelFormat *format, int known)
{
    uint8_t *shifts[] = {&format->red_shift, &format->green_shift, &format->blue_shift};

    if (known == 3) {
        return !vnc_pixel_format_check(format);
    }
    for (uint8_t shift = 0; shift < format->bits_per_pixel; shift++) {
        *shifts[known] = shift;
        if (can_be_right(format, known + 1)) {
            return true;
        }
    }
    return false;
}

/* Cut within the shifts: an error if and only if no rest can make it right. */
static void test_shifts_cut(void)
{
    static const uint8_t bits[] = {8, 16, 32};
    unsigned wrong = 0;

    for (int round = 0; round < 3000; round++) {
        uint8_t b[20] = {0};
        int known = g_test_rand_int_range(0, 3);
        int width = 0;
        VncPixelFormat format = {.true_colour = true};

        b[4] = b[5] = bits[g_test_rand_int_range(0, G_N_ELEMENTS(bits))];
        b[7] = 1;
        for (int i = 0; i < 3; i++) {
            int most = MAX(1, MIN(16, b[4] - width - 1));
            int n = g_test_rand_int_range(1, most + 1);

            width += n;
            b[8 + 2 * i] = (uint8_t)(((1u << n) - 1) >> 8);
            b[9 + 2 * i] = (uint8_t)((1u << n) - 1);
            b[14 + i] = (uint8_t)g_test_rand_int_range(0, b[4]);
        }
        format.bits_per_pixel = format.depth = b[4];
        format.red_max = (uint16_t)(b[8] << 8 | b[9]);
        format.green_max = (uint16_t)(b[10] << 8 | b[11]);
        format.blue_max = (uint16_t)(b[12] << 8 | b[13]);
        format.red_shift = b[14];
        format.green_shift = b[15];
        g_auto(Outcome) outcome = read_bytes(&plain, b, 14 + (size_t)known);
        if (can_be_right(&format, known)) {
            g_assert_cmpint(outcome.result, ==, VNC_READ_MORE);
        } else {
            g_assert_cmpint(outcome.result, ==, VNC_READ_ERROR);
            wrong++;
        }
    }
    g_assert_cmpuint(wrong, >, 300);
    g_assert_cmpuint(wrong, <, 2700);
}

static void test_set_encodings(void)
{
    const uint8_t none[] = {2, 9, 0, 0};
    const uint8_t some[] = {2, 0, 0, 3, 0, 0, 0, 16, 0xff, 0xff, 0xff, 0x11, 0x80, 0, 0, 1};
    const size_t full_len = 4 + 65535 * 4;
    g_autofree uint8_t *full = g_malloc(full_len);
    Outcome outcome = read_whole(&plain, none, sizeof(none));

    g_assert_cmpint(outcome.message.kind, ==, VNC_MESSAGE_SET_ENCODINGS);
    g_assert_cmpuint(outcome.message.encodings.count, ==, 0);

    outcome = read_whole(&plain, some, sizeof(some));
    g_assert_cmpuint(outcome.message.encodings.count, ==, 3);
    g_assert_cmpint(vnc_message_encoding(&outcome.message, 0), ==, VNC_ENCODING_ZRLE);
    g_assert_cmpint(vnc_message_encoding(&outcome.message, 1), ==, VNC_ENCODING_CURSOR);
    g_assert_cmpint(vnc_message_encoding(&outcome.message, 2), ==, -2147483647);

    memset(full, 0xff, full_len);
    full[0] = 2;
    for (unsigned i = 0; i < 65535; i++) {
        full[4 + 4 * i + 2] = (uint8_t)(i >> 8);
        full[4 + 4 * i + 3] = (uint8_t)i;
    }
    g_auto(Outcome) cut = read_bytes(&plain, full, full_len - 1);
    g_assert_cmpint(cut.result, ==, VNC_READ_MORE);
    outcome = read_bytes(&plain, full, full_len);
    g_assert_cmpint(outcome.result, ==, VNC_READ_MESSAGE);
    g_assert_cmpuint(outcome.used, ==, full_len);
    g_assert_cmpuint(outcome.message.encodings.count, ==, 65535);
    for (unsigned i = 0; i < 65535; i++) {
        g_assert_cmpint(vnc_message_encoding(&outcome.message, i), ==, (int)i - 65536);
    }
}

static void test_update_request(void)
{
    const uint8_t bytes[] = {3, 0, 1, 2, 3, 4, 0xff, 0xfe, 0xfd, 0xfc};
    uint8_t other[sizeof(bytes)];
    Outcome outcome = read_whole(&plain, bytes, sizeof(bytes));

    g_assert_cmpint(outcome.message.kind, ==, VNC_MESSAGE_UPDATE_REQUEST);
    g_assert_false(outcome.message.update_request.incremental);
    g_assert_cmpint(outcome.message.update_request.rect.x, ==, 0x0102);
    g_assert_cmpint(outcome.message.update_request.rect.y, ==, 0x0304);
    g_assert_cmpint(outcome.message.update_request.rect.w, ==, 0xfffe);
    g_assert_cmpint(outcome.message.update_request.rect.h, ==, 0xfdfc);

    memcpy(other, bytes, sizeof(other));
    other[1] = 0x80;
    outcome = read_whole(&plain, other, sizeof(other));
    g_assert_true(outcome.message.update_request.incremental);
}

static void test_key_event(void)
{
    const uint8_t down[] = {4, 1, 0xaa, 0xbb, 0x01, 0x00, 0xff, 0x0d};
    const uint8_t up[] = {4, 0, 0xaa, 0xbb, 0, 0, 0, 0x61};
    Outcome outcome = read_whole(&all, down, sizeof(down));

    g_assert_cmpint(outcome.message.kind, ==, VNC_MESSAGE_KEY);
    g_assert_true(outcome.message.key.down);
    g_assert_cmphex(outcome.message.key.keysym, ==, 0x0100ff0d);
    g_assert_cmphex(outcome.message.key.keycode, ==, 0);

    outcome = read_whole(&plain, up, sizeof(up));
    g_assert_false(outcome.message.key.down);
    g_assert_cmphex(outcome.message.key.keysym, ==, 0x61);
}

static void test_extended_key_event(void)
{
    uint8_t bytes[] = {255, 0, 0, 1, 0, 0, 0xff, 0x53, 0x12, 0x34, 0x56, 0xcd};
    Outcome outcome = read_whole(&all, bytes, sizeof(bytes));

    g_assert_cmpint(outcome.message.kind, ==, VNC_MESSAGE_KEY);
    g_assert_true(outcome.message.key.down);
    g_assert_cmphex(outcome.message.key.keysym, ==, 0xff53);
    g_assert_cmphex(outcome.message.key.keycode, ==, 0x123456cd);

    bytes[2] = 1;
    bytes[3] = 0;
    outcome = read_whole(&all, bytes, sizeof(bytes));
    g_assert_true(outcome.message.key.down);
    bytes[2] = 0;
    outcome = read_whole(&all, bytes, sizeof(bytes));
    g_assert_false(outcome.message.key.down);

    expect_error(&(VncReadFeatures){.audio = true}, bytes, sizeof(bytes), 1,
                 "submessage-type 0,|told of 1 (audio)");
    for (unsigned type = 2; type < 256; type++) {
        g_autofree char *words =
            g_strdup_printf("QEMU|submessage-type %u,|0 (extended key event) and 1 (audio)", type);

        bytes[1] = (uint8_t)type;
        expect_error(&all, bytes, sizeof(bytes), 1, words);
    }
    bytes[1] = 0;
    expect_error(&plain, bytes, sizeof(bytes), 0, "message type 255|not been told");
    expect_error(&(VncReadFeatures){.extended_mouse_buttons = true}, bytes, sizeof(bytes), 0,
                 "message type 255");
}

static void test_audio(void)
{
    const VncReadFeatures keys = {.extended_key_event = true};
    const VncReadFeatures audio = {.audio = true};
    uint8_t bytes[] = {255, 1, 0, 0};
    Outcome outcome = read_whole(&audio, bytes, sizeof(bytes));

    g_assert_cmpint(outcome.message.kind, ==, VNC_MESSAGE_AUDIO_ENABLE);
    bytes[3] = 1;
    outcome = read_whole(&all, bytes, sizeof(bytes));
    g_assert_cmpint(outcome.message.kind, ==, VNC_MESSAGE_AUDIO_DISABLE);

    expect_error(&plain, bytes, sizeof(bytes), 0, "message type 255|not been told");
    expect_error(&keys, bytes, sizeof(bytes), 1, "submessage-type 1,|told of 0 (extended key");
    for (unsigned operation = 3; operation < 256; operation++) {
        g_autofree char *words = g_strdup_printf("audio|operation %u,|0 to 2", operation);

        bytes[3] = (uint8_t)operation;
        expect_error(&audio, bytes, sizeof(bytes), 3, words);
    }
    bytes[2] = 1;
    expect_error(&audio, bytes, 3, 2, "operation of at least 256,|0 to 2");
}

static void test_audio_format(void)
{
    static const unsigned good[] = {1, 255, 256, 8000, 44100, 47999, 48000};

    for (unsigned sample = 0; sample < 6; sample++) {
        for (unsigned channels = 1; channels <= 2; channels++) {
            FOR_ROWS (i, good) {
                const uint8_t bytes[] = {255,
                                         1,
                                         0,
                                         2,
                                         (uint8_t)sample,
                                         (uint8_t)channels,
                                         0,
                                         0,
                                         (uint8_t)(good[i] >> 8),
                                         (uint8_t)good[i]};
                Outcome outcome = read_whole(&all, bytes, sizeof(bytes));

                g_assert_cmpint(outcome.message.kind, ==, VNC_MESSAGE_AUDIO_FORMAT);
                g_assert_cmpint(outcome.message.audio_format.sample, ==, sample);
                g_assert_cmpuint(outcome.message.audio_format.channels, ==, channels);
                g_assert_cmpuint(outcome.message.audio_format.frequency, ==, good[i]);
                g_assert_cmpuint(vnc_audio_frame_size(&outcome.message.audio_format), ==,
                                 channels * (sample < 2   ? 1
                                             : sample < 4 ? 2
                                                          : 4));
            }
        }
    }
    g_assert_cmpint(VNC_AUDIO_S16, ==, 3);
    g_assert_cmpint(VNC_AUDIO_U32, ==, 4);
}

/* @offset of the good message gets @value: @right bytes are right before it is seen. */
static void expect_bad_audio(size_t offset, uint8_t value, size_t right, const char *words)
{
    uint8_t bytes[] = {255, 1, 0, 2, 3, 2, 0, 0, 0xac, 0x44};

    bytes[offset] = value;
    expect_error(&all, bytes, sizeof(bytes), right, words);
}

static void test_audio_format_errors(void)
{
    const uint8_t silent[] = {255, 1, 0, 2, 3, 2, 0, 0, 0, 0};
    const uint8_t one_more[] = {255, 1, 0, 2, 3, 2, 0, 0, 0xbb, 0x81};

    for (unsigned value = 6; value < 256; value++) {
        expect_bad_audio(4, (uint8_t)value, 4, "audio|sample-format|0 to 5");
    }
    for (unsigned value = 3; value < 257; value++) {
        expect_bad_audio(5, (uint8_t)value, 5, "audio|nchannels|1 to 2"); /* 256 becomes 0 */
    }
    expect_bad_audio(6, 1, 6, "frequency 16821316,|1 to 48000");
    expect_bad_audio(6, 255, 6, "frequency 4278234180,|1 to 48000");
    expect_bad_audio(7, 1, 7, "frequency 109636,|1 to 48000");
    expect_bad_audio(8, 0xbc, 8, "frequency 48196,|1 to 48000");
    expect_error(&all, one_more, sizeof(one_more), 9, "frequency 48001,|1 to 48000");
    expect_error(&all, silent, sizeof(silent), 9, "frequency 0,|1 to 48000");
}

static void test_xvp(void)
{
    const VncReadFeatures xvp = {.xvp = true};
    uint8_t bytes[] = {250, 7, 0, 0};

    for (unsigned value = 0; value < 65536; value += 51) {
        bytes[2] = (uint8_t)(value >> 8);
        bytes[3] = (uint8_t)value;
        Outcome outcome = read_whole(&xvp, bytes, sizeof(bytes));
        g_assert_cmpint(outcome.message.kind, ==, VNC_MESSAGE_XVP);
        g_assert_cmpuint(outcome.message.xvp.version, ==, value >> 8);
        g_assert_cmpuint(outcome.message.xvp.code, ==, value & 0xff);
    }
    expect_error(&plain, bytes, sizeof(bytes), 0, "message type 250|xvp|not been told");
    expect_error(&(VncReadFeatures){.audio = true, .extended_key_event = true}, bytes,
                 sizeof(bytes), 0, "message type 250");
}

static void test_pointer_event(void)
{
    const VncReadFeatures keys_only = {.extended_key_event = true};

    for (unsigned mask = 0; mask < 256; mask++) {
        const uint8_t bytes[] = {5, (uint8_t)mask, 0x12, 0x34, 0xfe, 0xdc};
        Outcome outcome = read_whole(&plain, bytes, sizeof(bytes));

        g_assert_cmpint(outcome.message.kind, ==, VNC_MESSAGE_POINTER);
        g_assert_cmphex(outcome.message.pointer.buttons, ==, mask);
        g_assert_cmphex(outcome.message.pointer.x, ==, 0x1234);
        g_assert_cmphex(outcome.message.pointer.y, ==, 0xfedc);
        g_assert_false(outcome.message.pointer.extended);

        outcome = read_whole(&keys_only, bytes, sizeof(bytes));
        g_assert_cmphex(outcome.message.pointer.buttons, ==, mask);

        if (mask < 128) {
            outcome = read_whole(&all, bytes, sizeof(bytes));
            g_assert_cmphex(outcome.message.pointer.buttons, ==, mask);
            g_assert_false(outcome.message.pointer.extended);
        }
    }
}

static void test_extended_pointer_event(void)
{
    for (unsigned mask = 128; mask < 256; mask++) {
        for (unsigned more = 0; more < 256; more += mask == 128 ? 1 : 51) {
            const uint8_t bytes[] = {5, (uint8_t)mask, 0x12, 0x34, 0xfe, 0xdc, (uint8_t)more};
            unsigned wanted = (mask & 0x7f) | (more & 3) << 7;
            Outcome outcome = read_whole(&all, bytes, sizeof(bytes));

            g_assert_true(outcome.message.pointer.extended);
            g_assert_cmphex(outcome.message.pointer.buttons, ==, wanted);
            g_assert_cmphex(outcome.message.pointer.x, ==, 0x1234);
            g_assert_cmphex(outcome.message.pointer.y, ==, 0xfedc);
        }
    }
    g_assert_cmphex(VNC_BUTTON_BACK, ==, 1 << 7);
    g_assert_cmphex(VNC_BUTTON_FORWARD, ==, 1 << 8);
}

static void test_cut_text(void)
{
    const uint8_t empty[] = {6, 1, 2, 3, 0, 0, 0, 0};
    const uint8_t text[] = {6, 0, 0, 0, 0, 0, 0, 5, 'h', 0xe9, 0, '\n', 'z'};
    g_autofree uint8_t *full = g_malloc0(VNC_MAX_CLIENT_MESSAGE);
    Outcome outcome = read_whole(&plain, empty, sizeof(empty));

    g_assert_cmpint(outcome.message.kind, ==, VNC_MESSAGE_CUT_TEXT);
    g_assert_cmpuint(outcome.message.cut_text.len, ==, 0);

    outcome = read_whole(&plain, text, sizeof(text));
    g_assert_cmpmem(outcome.message.cut_text.text, outcome.message.cut_text.len, text + 8, 5);

    full[0] = 6;
    full[5] = VNC_MAX_CUT_TEXT >> 16;
    g_auto(Outcome) cut = read_bytes(&plain, full, VNC_MAX_CLIENT_MESSAGE - 1);
    g_assert_cmpint(cut.result, ==, VNC_READ_MORE);
    outcome = read_bytes(&plain, full, VNC_MAX_CLIENT_MESSAGE);
    g_assert_cmpint(outcome.result, ==, VNC_READ_MESSAGE);
    g_assert_cmpuint(outcome.used, ==, VNC_MAX_CLIENT_MESSAGE);
    g_assert_cmpuint(outcome.message.cut_text.len, ==, VNC_MAX_CUT_TEXT);
}

static void test_cut_text_errors(void)
{
    const uint8_t one_more[] = {6, 0, 0, 0, 0, 0x10, 0, 1};
    const uint8_t more[] = {6, 0, 0, 0, 0, 0x11, 0, 0};
    const uint8_t large[] = {6, 0, 0, 0, 0x7f, 0xff, 0xff, 0xff};
    const uint8_t negative[] = {6, 0, 0, 0, 0xff, 0xff, 0xff, 0xfc, 1, 2, 3, 4};
    const uint8_t smallest[] = {6, 0, 0, 0, 0x80, 0, 0, 0};

    expect_error(&plain, one_more, sizeof(one_more), 7, "ClientCutText|length 1048577|1048576");
    expect_error(&plain, more, sizeof(more), 5, "ClientCutText|length 1114112|1048576");
    expect_error(&plain, more, 6, 5, "length of at least 1114112|1048576");
    expect_error(&plain, large, sizeof(large), 4, "length 2147483647");
    g_auto(Outcome) positive = read_bytes(&plain, large, sizeof(large));
    g_assert_cmpstr(positive.why, ==, "ClientCutText: length 2147483647, allowed are 0 to 1048576");
    expect_error(&all, negative, sizeof(negative), 4, "length -4|extended clipboard|1048576");
    expect_error(&all, smallest, sizeof(smallest), 4, "length -2147483648");
}

static void test_clipboard(void)
{
    const uint8_t peek[] = {6, 1, 2, 3, 0xff, 0xff, 0xff, 0xfc, 4, 0, 0, 0};
    const uint8_t caps[] = {6, 0, 0, 0, 0xff, 0xff, 0xff, 0xf8, 0x1f, 0, 0, 1, 0, 1, 2, 3};
    const uint8_t plain_text[] = {6, 0, 0, 0, 0, 0, 0, 1, 'x'};
    g_autofree uint8_t *full = g_malloc0(VNC_MAX_CLIENT_MESSAGE);
    Outcome outcome = read_whole(&clipboard, peek, sizeof(peek));

    g_assert_cmpint(outcome.message.kind, ==, VNC_MESSAGE_CLIPBOARD);
    g_assert_cmphex(outcome.message.clipboard.flags, ==, VNC_CLIPBOARD_PEEK);
    g_assert_cmpuint(outcome.message.clipboard.len, ==, 0);

    outcome = read_whole(&clipboard, caps, sizeof(caps));
    g_assert_cmphex(outcome.message.clipboard.flags, ==, 0x1f000001);
    g_assert_cmpmem(outcome.message.clipboard.data, outcome.message.clipboard.len, caps + 12, 4);

    outcome = read_whole(&clipboard, plain_text, sizeof(plain_text));
    g_assert_cmpint(outcome.message.kind, ==, VNC_MESSAGE_CUT_TEXT);

    memcpy(full, (const uint8_t[]){6, 0, 0, 0, 0xff, 0xf0, 0, 0}, 8);
    g_auto(Outcome) cut = read_bytes(&clipboard, full, VNC_MAX_CLIENT_MESSAGE - 1);
    g_assert_cmpint(cut.result, ==, VNC_READ_MORE);
    outcome = read_bytes(&clipboard, full, VNC_MAX_CLIENT_MESSAGE);
    g_assert_cmpint(outcome.result, ==, VNC_READ_MESSAGE);
    g_assert_cmpuint(outcome.message.clipboard.len, ==, VNC_MAX_CUT_TEXT - 4);
}

static void test_clipboard_errors(void)
{
    const uint8_t smallest[] = {6, 0, 0, 0, 0x80, 0, 0, 0};
    const uint8_t one_more[] = {6, 0, 0, 0, 0xff, 0xef, 0xff, 0xff};
    const uint8_t more[] = {6, 0, 0, 0, 0xff, 0xee, 0xff, 0xff};

    expect_error(&clipboard, smallest, sizeof(smallest), 4,
                 "ClientCutText|length -2147483648|-1048576");
    expect_error(&clipboard, smallest, 5, 4, "length of at least -2130706433|-1048576");
    expect_error(&clipboard, one_more, sizeof(one_more), 5, "length -1048577|-4 to -1048576");
    expect_error(&clipboard, more, 6, 5, "length of at least -1114113|");
    for (uint8_t length = 1; length < 4; length++) {
        const uint8_t no_flags[] = {6, 0, 0, 0, 0xff, 0xff, 0xff, (uint8_t)-length, 0, 0, 0};

        expect_error(&clipboard, no_flags, sizeof(no_flags), 7, "extended clipboard|-4 to");
    }
}

static void test_set_desktop_size(void)
{
    for (unsigned screens = 0; screens < 256; screens++) {
        uint8_t bytes[8 + 255 * 16];

        memset(bytes, 0xee, sizeof(bytes));
        memcpy(bytes, (const uint8_t[]){251, 1, 0x05, 0x56, 0x03, 0, (uint8_t)screens, 1}, 8);
        size_t len = 8 + screens * 16;
        g_auto(Outcome) cut = read_bytes(&plain, bytes, len - 1);
        g_assert_cmpint(cut.result, ==, VNC_READ_MORE);
        Outcome outcome =
            screens < 10 ? read_whole(&plain, bytes, len) : read_bytes(&plain, bytes, len);
        g_assert_cmpuint(outcome.used, ==, len);
        g_assert_cmpint(outcome.message.kind, ==, VNC_MESSAGE_SET_DESKTOP_SIZE);
        g_assert_cmpuint(outcome.message.desktop_size.width, ==, 1366);
        g_assert_cmpuint(outcome.message.desktop_size.height, ==, 768);
        g_assert_cmpuint(outcome.message.desktop_size.screens, ==, screens);
        g_assert_cmphex(outcome.message.desktop_size.first.id, ==, screens ? 0xeeeeeeee : 0);
    }
}

static void test_screen_of_set_desktop_size(void)
{
    static const uint8_t bytes[] = {251, 0, 5, 0x56, 3, 0,    1, 0,    0x12, 0x34, 0x56, 0x78,
                                    0,   1, 2, 3,    5, 0x56, 3, 0x21, 0x80, 0,    0,    9};
    Outcome outcome = read_whole(&plain, bytes, sizeof(bytes));
    const VncLayoutScreen *screen = &outcome.message.desktop_size.first;

    g_assert_cmpuint(outcome.message.desktop_size.screens, ==, 1);
    g_assert_cmphex(screen->id, ==, 0x12345678);
    g_assert_cmphex(screen->flags, ==, 0x80000009);
    g_assert_cmpint(screen->rect.x, ==, 1);
    g_assert_cmpint(screen->rect.y, ==, 0x203);
    g_assert_cmpint(screen->rect.w, ==, 0x556);
    g_assert_cmpint(screen->rect.h, ==, 0x321);
}

static void test_message_types(void)
{
    static const uint8_t known[] = {0, 2, 3, 4, 5, 6, 250, 251, 255};

    for (unsigned type = 0; type < 256; type++) {
        const uint8_t bytes[] = {(uint8_t)type, 0, 0, 0};
        g_autofree char *words = g_strdup_printf("message type %u |unknown", type);

        if (memchr(known, (int)type, sizeof(known))) {
            g_auto(Outcome) outcome = read_bytes(&all, bytes, 1);
            g_assert_cmpint(outcome.result, ==, VNC_READ_MORE);
        } else {
            expect_error(&all, bytes, sizeof(bytes), 0, words);
        }
    }
    g_auto(Outcome) nothing = read_bytes(&all, NULL, 0);
    g_assert_cmpint(nothing.result, ==, VNC_READ_MORE);
}

/* Whatever comes: once the answer is a message or an error, more bytes do not change it. */
static void test_random(void)
{
    static const uint8_t types[] = {0, 2, 3, 4, 5, 6, 250, 251, 255};
    unsigned results[3] = {0};

    for (int round = 0; round < 30000; round++) {
        const VncReadFeatures features = {g_test_rand_bit(), g_test_rand_bit(), g_test_rand_bit(),
                                          g_test_rand_bit(), g_test_rand_bit()};
        uint8_t bytes[64];
        size_t len = (size_t)g_test_rand_int_range(1, sizeof(bytes) + 1);
        VncReadResult settled = VNC_READ_MORE;
        size_t used = 0;

        for (size_t i = 0; i < len; i++) {
            bytes[i] = (uint8_t)(g_test_rand_bit() ? g_test_rand_int() : g_test_rand_int() & 3);
        }
        if (round % 8) {
            bytes[0] = types[g_test_rand_int_range(0, G_N_ELEMENTS(types))];
        }
        if (round % 4) {
            memcpy(bytes + 1, set_pixel_format + 1, MIN(len - 1, 7));
        }
        for (size_t cut = 0; cut <= len; cut++) {
            g_auto(Outcome) outcome = read_bytes(&features, bytes, cut);

            if (settled == VNC_READ_MORE) {
                settled = outcome.result;
                used = outcome.used;
                if (settled == VNC_READ_MESSAGE) {
                    g_assert_cmpuint(used, ==, cut);
                }
            }
            g_assert_cmpint(outcome.result, ==, settled);
            g_assert_cmpuint(outcome.used, ==, used);
        }
        results[settled]++;
    }
    g_assert_cmpuint(results[VNC_READ_MESSAGE], >, 1000);
    g_assert_cmpuint(results[VNC_READ_MORE], >, 100);
    g_assert_cmpuint(results[VNC_READ_ERROR], >, 1000);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rfb/read/set-pixel-format", test_set_pixel_format);
    g_test_add_func("/rfb/read/bits-per-pixel", test_bits_per_pixel);
    g_test_add_func("/rfb/read/pixel-format-errors", test_pixel_format_errors);
    g_test_add_func("/rfb/read/pixel-format-text", test_pixel_format_text);
    g_test_add_func("/rfb/read/pixel-format-agrees", test_pixel_format_agrees);
    g_test_add_func("/rfb/read/shifts-cut", test_shifts_cut);
    g_test_add_func("/rfb/read/set-encodings", test_set_encodings);
    g_test_add_func("/rfb/read/update-request", test_update_request);
    g_test_add_func("/rfb/read/key-event", test_key_event);
    g_test_add_func("/rfb/read/extended-key-event", test_extended_key_event);
    g_test_add_func("/rfb/read/audio", test_audio);
    g_test_add_func("/rfb/read/audio-format", test_audio_format);
    g_test_add_func("/rfb/read/audio-format-errors", test_audio_format_errors);
    g_test_add_func("/rfb/read/xvp", test_xvp);
    g_test_add_func("/rfb/read/pointer-event", test_pointer_event);
    g_test_add_func("/rfb/read/extended-pointer-event", test_extended_pointer_event);
    g_test_add_func("/rfb/read/cut-text", test_cut_text);
    g_test_add_func("/rfb/read/cut-text-errors", test_cut_text_errors);
    g_test_add_func("/rfb/read/clipboard", test_clipboard);
    g_test_add_func("/rfb/read/clipboard-errors", test_clipboard_errors);
    g_test_add_func("/rfb/read/set-desktop-size", test_set_desktop_size);
    g_test_add_func("/rfb/read/set-desktop-size/screen", test_screen_of_set_desktop_size);
    g_test_add_func("/rfb/read/message-types", test_message_types);
    g_test_add_func("/rfb/read/random", test_random);
    return g_test_run();
}
