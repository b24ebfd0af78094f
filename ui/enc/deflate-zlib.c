/*
 * Deflate by zlib: all levels, every machine.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pure; any thread. Owns zlib's state of each stream.
 */
#include "ui/enc/deflate.h"

#include <zlib.h>

/* Room for the output of a flush: an empty stored block and the bits before it. */
#define FLUSH_BYTES 16

/* zlib's default: 256 KiB a stream. More gains nothing on data that is flushed this often. */
#define MEM_LEVEL 8

typedef struct ZlibStream {
    z_stream z;
    int level;
} ZlibStream;

static void *zlib_alloc(void *opaque G_GNUC_UNUSED, unsigned items, unsigned size)
{
    return g_malloc_n(items, size);
}

static void zlib_release(void *opaque G_GNUC_UNUSED, void *memory)
{
    g_free(memory);
}

static void *zlib_open(int level)
{
    ZlibStream *stream = g_new0(ZlibStream, 1);

    stream->z.zalloc = zlib_alloc;
    stream->z.zfree = zlib_release;
    stream->level = level;
    /* A negative window: zlib writes blocks without a frame. */
    int result =
        deflateInit2(&stream->z, level, Z_DEFLATED, -MAX_WBITS, MEM_LEVEL, Z_DEFAULT_STRATEGY);
    g_assert(result == Z_OK);
    return stream;
}

static void zlib_close(void *opaque)
{
    ZlibStream *stream = opaque;

    deflateEnd(&stream->z);
    g_free(stream);
}

/* @flush: Z_SYNC_FLUSH or Z_FINISH */
static void compress_to(ZlibStream *stream, int level, const uint8_t *bytes, size_t len, int flush,
                        VncBuffer *out)
{
    z_stream *z = &stream->z;
    size_t room = deflateBound(z, len) + FLUSH_BYTES;

    z->next_out = vnc_buffer_reserve(out, room);
    z->avail_out = room;
    z->next_in = NULL;
    z->avail_in = 0;
    if (level != stream->level) {
        /* deflateParams() may write, although the last flush left nothing to write: so it comes
         * after the reserve. */
        int result = deflateParams(z, level, Z_DEFAULT_STRATEGY);
        g_assert(result == Z_OK);
        stream->level = level;
    }

    z->next_in = (Bytef *)bytes;
    z->avail_in = len;
    for (;;) {
        int result = deflate(z, flush);
        g_assert(result == Z_OK || result == Z_BUF_ERROR || result == Z_STREAM_END);
        vnc_buffer_commit(out, room - z->avail_out);
        if (z->avail_out > 0) {
            break;
        }
        /* deflateBound() promises nothing for a flush: only room that is left shows that the flush
         * is done. */
        room = FLUSH_BYTES + z->avail_in;
        z->next_out = vnc_buffer_reserve(out, room);
        z->avail_out = room;
    }
}

static void zlib_write(void *stream, int level, const uint8_t *bytes, size_t len, VncBuffer *out)
{
    compress_to(stream, level, bytes, len, Z_SYNC_FLUSH, out);
}

static void zlib_whole(void *opaque, int level, const uint8_t *bytes, size_t len, VncBuffer *out)
{
    ZlibStream *stream = opaque;

    deflateReset(&stream->z);
    compress_to(stream, level, bytes, len, Z_FINISH, out);
}

static uint32_t zlib_adler32(const uint8_t *bytes, size_t len)
{
    return adler32_z(1, bytes, len);
}

const VncDeflateLibrary vnc_deflate_zlib = {
    .name = "zlib",
    .open = zlib_open,
    .close = zlib_close,
    .write = zlib_write,
    .whole = zlib_whole,
    .adler32 = zlib_adler32,
};
