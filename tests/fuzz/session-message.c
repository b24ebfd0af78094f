/*
 * A fuzzed viewer's messages. Most of them are valid, as pure noise gets no further than the
 * reader.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread.
 */
#include "tests/fuzz/session.h"

#include <zlib.h>

static void append_noise(Input *input, VncBuffer *out, size_t len)
{
    take_bytes(input, vnc_buffer_reserve(out, len + 1), len);
    vnc_buffer_commit(out, len);
}

static void append_zeros(VncBuffer *out, size_t len)
{
    memset(vnc_buffer_reserve(out, len), 0, len);
    vnc_buffer_commit(out, len);
}

static void pixel_format(Input *input, VncBuffer *out)
{
    static const uint8_t formats[][13] = {
        {32, 24, 0, 1, 0, 255, 0, 255, 0, 255, 16, 8, 0},
        {32, 24, 1, 1, 0, 255, 0, 255, 0, 255, 24, 16, 8},
        {32, 30, 0, 1, 3, 255, 3, 255, 3, 255, 20, 10, 0},
        {32, 32, 0, 1, 0, 255, 0, 255, 0, 255, 0, 8, 16},
        {16, 16, 0, 1, 0, 31, 0, 63, 0, 31, 11, 5, 0},
        {16, 15, 1, 1, 0, 31, 0, 31, 0, 31, 10, 5, 0},
        {8, 8, 0, 1, 0, 7, 0, 7, 0, 3, 0, 3, 6},
        {8, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0},
    };
    unsigned which = take_u8(input);

    vnc_buffer_append_u32(out, 0);
    if (which < 240) {
        vnc_buffer_append(out, formats[which % G_N_ELEMENTS(formats)], sizeof(formats[0]));
    } else {
        append_noise(input, out, sizeof(formats[0]));
    }
    append_zeros(out, 3);
}

static void encodings(Input *input, VncBuffer *out)
{
    static const int32_t known[] = {
        VNC_ENCODING_RAW,
        VNC_ENCODING_COPY_RECT,
        VNC_ENCODING_RRE,
        VNC_ENCODING_HEXTILE,
        VNC_ENCODING_ZLIB,
        VNC_ENCODING_TIGHT,
        VNC_ENCODING_TRLE,
        VNC_ENCODING_ZRLE,
        VNC_ENCODING_ZYWRLE,
        VNC_ENCODING_TIGHT_PNG,
        VNC_ENCODING_DESKTOP_SIZE,
        VNC_ENCODING_LAST_RECT,
        VNC_ENCODING_POINTER_POSITION,
        VNC_ENCODING_CURSOR,
        VNC_ENCODING_X_CURSOR,
        VNC_ENCODING_POINTER_TYPE_CHANGE,
        VNC_ENCODING_EXTENDED_KEY_EVENT,
        VNC_ENCODING_AUDIO,
        VNC_ENCODING_LED_STATE,
        VNC_ENCODING_DESKTOP_NAME,
        VNC_ENCODING_EXTENDED_DESKTOP_SIZE,
        VNC_ENCODING_XVP,
        VNC_ENCODING_CURSOR_WITH_ALPHA,
        VNC_ENCODING_EXTENDED_MOUSE_BUTTONS,
        VNC_ENCODING_EXTENDED_CLIPBOARD,
        VNC_ENCODING_COMPRESS_0,
        VNC_ENCODING_COMPRESS_9,
        VNC_ENCODING_QUALITY_0,
        VNC_ENCODING_QUALITY_9,
        VNC_ENCODING_FINE_QUALITY_0,
        VNC_ENCODING_SUBSAMPLING_444,
    };
    unsigned count = take_u8(input) % 32;

    vnc_buffer_append_u16(out, VNC_CLIENT_SET_ENCODINGS << 8);
    vnc_buffer_append_u16(out, count);
    for (unsigned i = 0; i < count; i++) {
        unsigned which = take_u8(input);

        vnc_buffer_append_u32(out, which < 248 ? (uint32_t)known[which % G_N_ELEMENTS(known)]
                                               : take_u32(input));
    }
}

static void request(Input *input, VncBuffer *out)
{
    unsigned flags = take_u8(input);

    vnc_buffer_append_u8(out, VNC_CLIENT_FRAMEBUFFER_UPDATE_REQUEST);
    vnc_buffer_append_u8(out, flags & 1);
    if (flags & 6) {
        append_zeros(out, 4);
        vnc_buffer_append_u32(out, UINT32_MAX);
    } else {
        append_noise(input, out, 8);
    }
}

static void key(Input *input, VncBuffer *out)
{
    if (take_u8(input) & 1) {
        vnc_buffer_append_u32(out, (uint32_t)VNC_CLIENT_KEY_EVENT << 24 | (take_u8(input) & 1)
                                                                              << 16);
        vnc_buffer_append_u32(out, take_u16(input));
    } else {
        vnc_buffer_append_u16(out, 255 << 8); /* QEMU's, a key */
        vnc_buffer_append_u16(out, take_u8(input) & 1);
        append_noise(input, out, 8);
    }
}

static void pointer(Input *input, VncBuffer *out)
{
    uint8_t buttons = take_u8(input);

    vnc_buffer_append_u8(out, VNC_CLIENT_POINTER_EVENT);
    vnc_buffer_append_u8(out, buttons);
    append_noise(input, out, buttons & 0x80 ? 5 : 4);
}

static void cut_text(Input *input, VncBuffer *out)
{
    unsigned len = take_u8(input);

    vnc_buffer_append_u32(out, (uint32_t)VNC_CLIENT_CUT_TEXT << 24);
    vnc_buffer_append_u32(out, len);
    append_noise(input, out, len);
}

/* The extended clipboard's: flags, and what stands behind them: a deflated text, or noise. */
static void clipboard(Input *input, VncBuffer *out)
{
    static const uint32_t actions[] = {1u << 24, 1u << 25, 1u << 26,
                                       1u << 27, 1u << 28, 0x1f000000};
    unsigned which = take_u8(input), len = take_u8(input);
    uint32_t flags = which < 248 ? actions[which % G_N_ELEMENTS(actions)] | 1 : take_u32(input);
    uint8_t text[4 + 255] = {0}, deflated[400];
    uLongf size = len;

    take_bytes(input, text + 4, len);
    if (flags & 1u << 28) {
        text[3] = (uint8_t)(len + (take_u8(input) ? 0 : 1));
        size = sizeof(deflated);
        g_assert(compress(deflated, &size, text, 4 + len) == Z_OK);
    } else {
        memcpy(deflated, text + 4, len);
    }
    vnc_buffer_append_u32(out, (uint32_t)VNC_CLIENT_CUT_TEXT << 24);
    vnc_buffer_append_u32(out, -(uint32_t)(4 + size));
    vnc_buffer_append_u32(out, flags);
    vnc_buffer_append(out, deflated, size);
}

static void desktop_size(Input *input, VncBuffer *out)
{
    uint16_t width = take_u16(input), height = take_u16(input);
    unsigned screens = take_u8(input) & 1 ? 1 : take_u8(input) % 4;

    vnc_buffer_append_u16(out, VNC_CLIENT_SET_DESKTOP_SIZE << 8);
    vnc_buffer_append_u16(out, width);
    vnc_buffer_append_u16(out, height);
    vnc_buffer_append_u16(out, screens << 8);
    for (unsigned i = 0; i < screens; i++) {
        append_noise(input, out, 8);
        vnc_buffer_append_u16(out, width);
        vnc_buffer_append_u16(out, height);
        append_zeros(out, 4);
    }
}

static void audio(Input *input, VncBuffer *out)
{
    unsigned operation = take_u8(input) % 4;

    vnc_buffer_append_u16(out, 255 << 8 | 1);
    vnc_buffer_append_u16(out, operation);
    if (operation == 2) {
        vnc_buffer_append_u8(out, take_u8(input) % 7);
        vnc_buffer_append_u8(out, take_u8(input) % 4);
        vnc_buffer_append_u32(out, take_u16(input));
    }
}

static void xvp(Input *input, VncBuffer *out)
{
    vnc_buffer_append_u16(out, VNC_CLIENT_XVP << 8);
    vnc_buffer_append_u8(out, take_u8(input) % 3);
    vnc_buffer_append_u8(out, take_u8(input) % 6);
}

static void noise(Input *input, VncBuffer *out)
{
    append_noise(input, out, take_u8(input) % 64);
}

void session_take_message(Input *input, VncBuffer *out)
{
    static void (*const kinds[])(Input * input, VncBuffer * out) = {
        request,  request,   request,   pixel_format, encodings, encodings, key, pointer, pointer,
        cut_text, clipboard, clipboard, desktop_size, audio,     audio,     xvp, noise,
    };

    kinds[take_u8(input) % G_N_ELEMENTS(kinds)](input, out);
}
