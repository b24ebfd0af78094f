/*
 * Deflate streams, whatever library makes them.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pure; any thread. A stream belongs to the encoder's state, or to the scratch, that embeds it.
 */
#ifndef UI_ENC_DEFLATE_H
#define UI_ENC_DEFLATE_H

#include "ui/base/buffer.h"

/**
 * VncDeflateLibrary: what a compression library does: blocks of RFC 1951. What RFC 1950 puts
 * around them is deflate.c's, so a stream that never ends has no checksum to keep.
 */
typedef struct VncDeflateLibrary {
    const char *name;

    /* The library's state for one stream that begins at @level. */
    void *(*open)(int level);
    void (*close)(void *stream);

    /**
     * write: compress @len >= 1 bytes at @level, or as near to it as the library has, flush to a
     * byte boundary and append all of it to @out: a reader of @out so far can inflate all that
     * has been written so far. @level may differ from the one before.
     */
    void (*write)(void *stream, int level, const uint8_t *bytes, size_t len, VncBuffer *out);

    /* whole: the same for blocks that begin and end with @bytes; forgets what came before. */
    void (*whole)(void *stream, int level, const uint8_t *bytes, size_t len, VncBuffer *out);

    uint32_t (*adler32)(const uint8_t *bytes, size_t len);
} VncDeflateLibrary;

extern const VncDeflateLibrary vnc_deflate_zlib;
#ifdef VNC_HAVE_ISAL
extern const VncDeflateLibrary vnc_deflate_isal;
#endif

/* The library that serves a stream which begins at @level. */
const VncDeflateLibrary *vnc_deflate_library(int level);

/**
 * VncDeflate: one stream, in zlib's format (RFC 1950), never ended, never reset. It takes its
 * memory at the first write, and then keeps the library that the first level chose.
 */
typedef struct VncDeflate {
    const VncDeflateLibrary *library; /* NULL until the first write */
    void *stream;
} VncDeflate;

/* A zeroed VncDeflate is ready for use. */
void vnc_deflate_clear(VncDeflate *deflate);

/**
 * vnc_deflate: compress @bytes, flush, append to @out.
 *
 * @level: 0 (stored) to 9
 * @len: at least 1
 */
void vnc_deflate(VncDeflate *deflate, int level, const uint8_t *bytes, size_t len, VncBuffer *out);

/**
 * vnc_deflate_whole: append a stream that holds @bytes and ends. @deflate is memory to work
 * with, taken again and again, but never by vnc_deflate().
 */
void vnc_deflate_whole(VncDeflate *deflate, int level, const uint8_t *bytes, size_t len,
                       VncBuffer *out);

#endif
