/*
 * Read rectangles by their lengths, without looking at pixels.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TESTS_BENCH_RECTS_H
#define TESTS_BENCH_RECTS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

/* What has come on a socket and has not been taken yet. */
typedef struct Reader {
    int fd;
    uint8_t *buf;
    size_t start, end;
    uint64_t bytes; /* taken so far */
    /* Returns once there is something to read; false: give up. */
    bool (*wait)(struct Reader *reader, void *opaque);
    void *opaque;
} Reader;

/* Pixels in rectangles: encoded, and moved by CopyRect. */
typedef struct RectCounts {
    uint64_t pixels, copied;
} RectCounts;

void reader_init(Reader *reader, int fd, bool (*wait)(Reader *, void *), void *opaque);
void reader_free(Reader *reader);

/* The next @len bytes, at most 64 KiB, until the next call; NULL: given up or closed. */
const uint8_t *reader_take(Reader *reader, size_t len);
bool reader_skip(Reader *reader, uint64_t len);

static inline unsigned get_u16(const uint8_t *p)
{
    return (unsigned)p[0] << 8 | p[1];
}

static inline uint32_t get_u32(const uint8_t *p)
{
    return (uint32_t)get_u16(p) << 16 | get_u16(p + 2);
}

/*
 * Read a FramebufferUpdate behind its type and add up what is in it: Raw, CopyRect, Hextile, Zlib,
 * Tight, TightPNG, ZRLE, LastRect, of 32 bits a pixel with depth 24. False: given up or closed;
 * what a server must not send ends the program with a message.
 */
bool rects_read(Reader *reader, RectCounts *counts);

#endif
