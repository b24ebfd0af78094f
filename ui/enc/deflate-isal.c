/*
 * Deflate by ISA-L: two levels, at several times the speed of zlib's fastest.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pure; any thread. Owns ISA-L's state of each stream.
 */
#include "ui/enc/deflate.h"

#include <isa-l/igzip_lib.h>
#ifdef __x86_64__
#include <immintrin.h>
#endif

/* ISA-L's own level. On text, 3 is ten times slower than 2, and not smaller. */
static uint32_t own_level(int level)
{
    return level <= 1 ? 1 : 2;
}

/* The bytes that blocks, their heads and a flush add to incompressible input. */
#define OVERHEAD(len) ((len) / 64 + 1024)

typedef struct IsalStream {
    struct isal_zstream z;
    uint8_t memory[]; /* ISA-L's memory; its size depends on the level */
} IsalStream;

/* The memory's size decides how long a block is. Shorter blocks have better codes, by a hundredth,
 * but making codes takes a third of the time. */
static size_t memory_size(uint32_t level)
{
    return level == 1 ? ISAL_DEF_LVL1_DEFAULT : ISAL_DEF_LVL2_DEFAULT;
}

/* ISA-L returns with the upper halves of AVX registers in use. Until they are cleared, all SSE code
 * of this thread, zlib's and ours, takes up to twice as long. */
#ifdef __x86_64__
__attribute__((target("avx"))) static void zero_upper(void)
{
    _mm256_zeroupper();
}

static void leave_isal(void)
{
    if (__builtin_cpu_supports("avx")) {
        zero_upper();
    }
}
#else
static void leave_isal(void)
{
}
#endif

static void *isal_open(int level)
{
    size_t size = memory_size(own_level(level));
    IsalStream *stream = g_malloc(sizeof(*stream) + size);

    isal_deflate_init(&stream->z);
    stream->z.level = own_level(level);
    stream->z.level_buf = stream->memory;
    stream->z.level_buf_size = size;
    stream->z.gzip_flag = IGZIP_DEFLATE;
    stream->z.flush = SYNC_FLUSH;
    return stream;
}

/* The level stays as it was at the beginning: ISA-L does not promise that it may change. total_in
 * has 32 bits and wraps: nothing depends on it. */
static void isal_write(void *opaque, int level G_GNUC_UNUSED, const uint8_t *bytes, size_t len,
                       VncBuffer *out)
{
    struct isal_zstream *z = &((IsalStream *)opaque)->z;
    size_t room = len + OVERHEAD(len);

    g_assert(room <= UINT32_MAX);
    z->next_in = (uint8_t *)bytes;
    z->avail_in = len;
    for (;;) {
        z->next_out = vnc_buffer_reserve(out, room);
        z->avail_out = room;
        int result = isal_deflate(z);
        g_assert(result == COMP_OK);
        vnc_buffer_commit(out, room - z->avail_out);
        /* If room is left, all output is written and flushed. */
        if (z->avail_out > 0) {
            break;
        }
    }
    leave_isal();
}

static void isal_whole(void *opaque, int level, const uint8_t *bytes, size_t len, VncBuffer *out)
{
    struct isal_zstream *z = &((IsalStream *)opaque)->z;

    isal_deflate_reset(z);
    z->level = own_level(level);
    z->end_of_stream = 1;
    z->flush = NO_FLUSH;
    isal_write(opaque, level, bytes, len, out);
}

static uint32_t isal_adler32_of(const uint8_t *bytes, size_t len)
{
    uint32_t checksum = isal_adler32(1, bytes, len);

    leave_isal();
    return checksum;
}

const VncDeflateLibrary vnc_deflate_isal = {
    .name = "ISA-L",
    .open = isal_open,
    .close = g_free,
    .write = isal_write,
    .whole = isal_whole,
    .adler32 = isal_adler32_of,
};
