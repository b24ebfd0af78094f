/*
 * Clipboard texts: from their forms on the wire, and to them.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pure: no state, needs no lock. Any thread.
 */
#include "ui/rfb/cliptext.h"

#include "ui/rfb/proto.h"
#include "ui/rfb/write.h"

#include <zlib.h>

/* The specification's default for a viewer that names no size. */
#define DEFAULT_MAX_TEXT (20 * 1024 * 1024)

/* Each format's data begins with its size. */
#define SIZE_LEN 4

static const char too_long[] = "a text longer than 1 MiB";

void vnc_clipboard_caps_init(VncClipboardCaps *caps)
{
    caps->flags =
        VNC_CLIPBOARD_TEXT | VNC_CLIPBOARD_REQUEST | VNC_CLIPBOARD_NOTIFY | VNC_CLIPBOARD_PROVIDE;
    caps->max_text = DEFAULT_MAX_TEXT;
}

void vnc_clipboard_read_caps(VncClipboardCaps *caps, uint32_t flags, const uint8_t *data,
                             size_t len)
{
    caps->flags = flags;
    /* The text's bit is the lowest, so its size comes first. */
    caps->max_text = flags & VNC_CLIPBOARD_TEXT && len >= SIZE_LEN ? vnc_get_u32(data) : 0;
}

/* Make each CR LF, and each CR alone, an LF, in place. Returns the new length. */
static size_t unify_line_ends(char *text, size_t len)
{
    size_t to = 0;

    for (size_t from = 0; from < len; from++) {
        if (text[from] != '\r') {
            text[to++] = text[from];
        } else if (from + 1 == len || text[from + 1] != '\n') {
            text[to++] = '\n';
        }
    }
    text[to] = '\0';
    return to;
}

/* @text: UTF-8 with any line ends, and a NUL at @len; taken over */
static char *finish(char *text, size_t len, const char **why)
{
    if (unify_line_ends(text, len) > VNC_MAX_CLIPBOARD) {
        *why = too_long;
        g_clear_pointer(&text, g_free);
    }
    return text;
}

static char *from_utf8(const uint8_t *bytes, size_t len, const char **why)
{
    char *text = g_utf8_make_valid((const char *)bytes, (gssize)len);

    return finish(text, strlen(text), why);
}

static char *from_latin1(const uint8_t *bytes, size_t len, const char **why)
{
    char *text = g_malloc(2 * len + 1);
    char *to = text;

    for (size_t i = 0; i < len; i++) {
        if (bytes[i] < 0x80) {
            *to++ = (char)bytes[i];
        } else {
            *to++ = (char)(0xc0 | bytes[i] >> 6);
            *to++ = (char)(0x80 | (bytes[i] & 0x3f));
        }
    }
    *to = '\0';
    return finish(text, (size_t)(to - text), why);
}

static char *from_bytes(VncTextForm form, const uint8_t *bytes, size_t len, const char **why)
{
    const uint8_t *end = len > 0 ? memchr(bytes, 0, len) : NULL;

    len = end ? (size_t)(end - bytes) : len;
    if (len == 0) {
        return g_strdup("");
    }
    if (len > VNC_MAX_CLIPBOARD_WIRE) {
        *why = too_long;
        return NULL;
    }
    return form == VNC_TEXT_LATIN1 ? from_latin1(bytes, len, why) : from_utf8(bytes, len, why);
}

/* Inflate exactly @len bytes. */
static bool inflate_exactly(z_stream *stream, void *bytes, size_t len)
{
    int result = Z_OK;

    stream->next_out = bytes;
    stream->avail_out = (uInt)len;
    while (stream->avail_out > 0 && result == Z_OK) {
        result = inflate(stream, Z_SYNC_FLUSH);
    }
    return stream->avail_out == 0;
}

static char *from_zlib(const uint8_t *bytes, size_t len, const char **why)
{
    z_stream stream = {.next_in = (Bytef *)bytes, .avail_in = (uInt)len};
    uint8_t head[SIZE_LEN];
    g_autofree uint8_t *wire = NULL;
    char *text = NULL;
    uint32_t size;

    if (len > VNC_MAX_CUT_TEXT) {
        *why = too_long;
        return NULL;
    }
    if (inflateInit(&stream) != Z_OK) {
        *why = "a text that zlib has no memory for";
        return NULL;
    }
    *why = "a text that does not inflate";
    if (inflate_exactly(&stream, head, SIZE_LEN)) {
        size = vnc_get_u32(head);
        if (size > VNC_MAX_CLIPBOARD_WIRE) {
            *why = too_long;
        } else {
            wire = g_malloc(MAX(size, 1));
            if (inflate_exactly(&stream, wire, size)) {
                text = from_bytes(VNC_TEXT_UTF8, wire, size, why);
            }
        }
    }
    inflateEnd(&stream);
    return text;
}

char *vnc_clipboard_read_text(VncTextForm form, const uint8_t *bytes, size_t len, const char **why)
{
    return form == VNC_TEXT_ZLIB ? from_zlib(bytes, len, why) : from_bytes(form, bytes, len, why);
}

void vnc_write_text_latin1(VncBuffer *out, const char *text)
{
    g_autofree char *latin1 = g_malloc(strlen(text) + 1);
    size_t len = 0;

    for (; *text; text = g_utf8_next_char(text)) {
        gunichar character = g_utf8_get_char(text);

        latin1[len++] = (char)(character < 0x100 ? character : '?');
    }
    vnc_write_cut_text(out, latin1, len);
}

/* Append a size, then the text with CR LF and a NUL. */
static void append_wire_text(VncBuffer *out, const char *text)
{
    size_t start = out->len;

    vnc_buffer_append_u32(out, 0);
    for (const char *end; (end = strchr(text, '\n')); text = end + 1) {
        vnc_buffer_append(out, text, (size_t)(end - text));
        vnc_buffer_append(out, "\r\n", 2);
    }
    vnc_buffer_append(out, text, strlen(text) + 1);
    vnc_buffer_patch_u32(out, start, (uint32_t)(out->len - start - SIZE_LEN));
}

size_t vnc_write_text_zlib(VncBuffer *out, const char *text)
{
    VncBuffer wire = {0};
    g_autofree uint8_t *packed = NULL;
    uLongf packed_len;
    size_t len;
    int result;

    append_wire_text(&wire, text);
    len = wire.len - SIZE_LEN;
    packed_len = compressBound(wire.len);
    packed = g_malloc(packed_len);
    result = compress2(packed, &packed_len, vnc_buffer_bytes(&wire), wire.len, Z_BEST_SPEED);
    if (result != Z_OK) {
        g_error("zlib has no memory for a text");
    }
    vnc_write_clipboard(out, VNC_CLIPBOARD_PROVIDE | VNC_CLIPBOARD_TEXT, packed, packed_len);
    vnc_buffer_clear(&wire);
    return len;
}
