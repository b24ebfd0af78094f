/*
 * Read rectangles by their lengths, without looking at pixels.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One thread; a Reader owns its buffer. All lengths are from the RFB protocol's specification.
 */
#include "tests/bench/rects.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { BUFFER_SIZE = 1 << 20, TAKE_MAX = 1 << 16, PIXEL = 4, TPIXEL = 3 };

enum {
    ENC_RAW = 0,
    ENC_COPYRECT = 1,
    ENC_HEXTILE = 5,
    ENC_ZLIB = 6,
    ENC_TIGHT = 7,
    ENC_ZRLE = 16,
    ENC_LASTRECT = -224,
    ENC_TIGHTPNG = -260,
};

/* Of a tile in Hextile. */
enum { RAW = 1, BACKGROUND = 2, FOREGROUND = 4, SUBRECTS = 8, COLOURED = 16, TILE = 16 };

/* Tight: the control byte's upper half, filters, and what is too short to be compressed. */
enum { FILL = 8, JPEG = 9, PNG = 10, HAS_FILTER = 4, TIGHT_UNCOMPRESSED = 12 };
enum { FILTER_COPY, FILTER_PALETTE, FILTER_GRADIENT };

static void G_GNUC_NORETURN G_GNUC_PRINTF(1, 2) fail(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    exit(1);
}

void reader_init(Reader *reader, int fd, bool (*wait)(Reader *, void *), void *opaque)
{
    *reader = (Reader){.fd = fd, .buf = g_malloc(BUFFER_SIZE), .wait = wait, .opaque = opaque};
}

void reader_free(Reader *reader)
{
    g_free(reader->buf);
}

/* Read what there is, into an empty buffer or behind what is left. */
static bool fill(Reader *reader)
{
    ssize_t n;

    if (!reader->wait(reader, reader->opaque)) {
        return false;
    }
    do {
        n = recv(reader->fd, reader->buf + reader->end, BUFFER_SIZE - reader->end, 0);
    } while (n < 0 && errno == EINTR);
    if (n <= 0) {
        fail("the server has closed the connection");
    }
    reader->end += (size_t)n;
    return true;
}

const uint8_t *reader_take(Reader *reader, size_t len)
{
    const uint8_t *p;

    g_assert(len <= TAKE_MAX);
    if (reader->end - reader->start < len) {
        memmove(reader->buf, reader->buf + reader->start, reader->end - reader->start);
        reader->end -= reader->start;
        reader->start = 0;
        while (reader->end < len) {
            if (!fill(reader)) {
                return NULL;
            }
        }
    }
    p = reader->buf + reader->start;
    reader->start += len;
    reader->bytes += len;
    return p;
}

bool reader_skip(Reader *reader, uint64_t len)
{
    for (;;) {
        size_t n = MIN(len, reader->end - reader->start);

        reader->start += n;
        reader->bytes += n;
        len -= n;
        if (len == 0) {
            return true;
        }
        reader->start = reader->end = 0;
        if (!fill(reader)) {
            return false;
        }
    }
}

static bool read_zlib(Reader *reader)
{
    const uint8_t *p = reader_take(reader, 4);

    return p && reader_skip(reader, get_u32(p));
}

static bool read_hextile_tile(Reader *reader, unsigned w, unsigned h)
{
    const uint8_t *p = reader_take(reader, 1);
    unsigned kind, n;

    if (!p) {
        return false;
    }
    kind = *p;
    if (kind & RAW) {
        return reader_skip(reader, (uint64_t)w * h * PIXEL);
    }
    n = (kind & BACKGROUND ? PIXEL : 0) + (kind & FOREGROUND ? PIXEL : 0);
    if (!(kind & SUBRECTS)) {
        return reader_skip(reader, n);
    }
    p = reader_take(reader, n + 1);
    return p && reader_skip(reader, p[n] * (kind & COLOURED ? PIXEL + 2u : 2u));
}

static bool read_hextile(Reader *reader, unsigned w, unsigned h)
{
    for (unsigned y = 0; y < h; y += TILE) {
        for (unsigned x = 0; x < w; x += TILE) {
            if (!read_hextile_tile(reader, MIN(TILE, w - x), MIN(TILE, h - y))) {
                return false;
            }
        }
    }
    return true;
}

/* A length of 1 to 3 bytes, and as many bytes. */
static bool read_compact(Reader *reader)
{
    uint32_t len = 0;

    for (int i = 0; i < 3; i++) {
        const uint8_t *p = reader_take(reader, 1);

        if (!p) {
            return false;
        }
        len |= i < 2 ? (uint32_t)(*p & 0x7f) << 7 * i : (uint32_t)*p << 14;
        if (i < 2 && !(*p & 0x80)) {
            break;
        }
    }
    return reader_skip(reader, len);
}

/* Pixels through a filter and zlib. */
static bool read_tight_basic(Reader *reader, unsigned kind, unsigned w, unsigned h)
{
    uint64_t size = (uint64_t)w * h * TPIXEL;
    const uint8_t *p;

    if (kind & HAS_FILTER) {
        unsigned filter, colours;

        if (!(p = reader_take(reader, 1))) {
            return false;
        }
        filter = *p;
        if (filter == FILTER_PALETTE) {
            if (!(p = reader_take(reader, 1))) {
                return false;
            }
            colours = *p + 1u;
            size = colours > 2 ? (uint64_t)w * h : (uint64_t)((w + 7) / 8) * h;
            if (!reader_skip(reader, colours * TPIXEL)) {
                return false;
            }
        } else if (filter > FILTER_GRADIENT) {
            fail("Tight: no such filter: %u", filter);
        }
    }
    return size < TIGHT_UNCOMPRESSED ? reader_skip(reader, size) : read_compact(reader);
}

static bool read_tight(Reader *reader, unsigned w, unsigned h, bool png)
{
    const uint8_t *p = reader_take(reader, 1);
    unsigned kind;

    if (!p) {
        return false;
    }
    kind = *p >> 4;
    if (kind == FILL) {
        return reader_skip(reader, TPIXEL);
    }
    if (kind == JPEG || (kind == PNG && png)) {
        return read_compact(reader);
    }
    if (kind > JPEG || png) {
        fail("Tight: no such compression: %u", kind);
    }
    return read_tight_basic(reader, kind, w, h);
}

static bool read_pixels(Reader *reader, int encoding, unsigned w, unsigned h)
{
    switch (encoding) {
    case ENC_RAW:
        return reader_skip(reader, (uint64_t)w * h * PIXEL);
    case ENC_COPYRECT:
        return reader_skip(reader, 4);
    case ENC_HEXTILE:
        return read_hextile(reader, w, h);
    case ENC_ZLIB:
    case ENC_ZRLE:
        return read_zlib(reader);
    case ENC_TIGHT:
    case ENC_TIGHTPNG:
        return read_tight(reader, w, h, encoding == ENC_TIGHTPNG);
    default:
        fail("an encoding that nobody asked for: %d", encoding);
    }
}

bool rects_read(Reader *reader, RectCounts *counts)
{
    const uint8_t *p = reader_take(reader, 3);

    if (!p) {
        return false;
    }
    for (unsigned n = get_u16(p + 1); n > 0; n--) {
        unsigned w, h;
        int encoding;

        if (!(p = reader_take(reader, 12))) {
            return false;
        }
        w = get_u16(p + 4);
        h = get_u16(p + 6);
        encoding = (int)get_u32(p + 8);
        if (encoding == ENC_LASTRECT) {
            return true;
        }
        if (!read_pixels(reader, encoding, w, h)) {
            return false;
        }
        *(encoding == ENC_COPYRECT ? &counts->copied : &counts->pixels) += (uint64_t)w * h;
    }
    return true;
}
