/*
 * Deflate streams, from one of two compression libraries.
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
 * VncDeflateLibrary: the functions of a compression library, which writes blocks of RFC 1951.
 * deflate.c adds the frame of RFC 1950, so a stream that never ends needs no checksum.
 */
typedef struct VncDeflateLibrary {
    const char *name;

    /* Create the library's state for one stream that begins at @level. */
    void *(*open)(int level);
    void (*close)(void *stream);

    /**
     * write: compress @len >= 1 bytes at @level, or at the nearest level that the library has.
     * Flush to a byte boundary and append all output to @out, so that a reader can inflate all
     * bytes written so far. @level may differ from the one before.
     */
    void (*write)(void *stream, int level, const uint8_t *bytes, size_t len, VncBuffer *out);

    /* whole: the same for blocks that begin and end with @bytes; earlier bytes are forgotten. */
    void (*whole)(void *stream, int level, const uint8_t *bytes, size_t len, VncBuffer *out);

    uint32_t (*adler32)(const uint8_t *bytes, size_t len);
} VncDeflateLibrary;

extern const VncDeflateLibrary vnc_deflate_zlib;
#ifdef VNC_HAVE_ISAL
extern const VncDeflateLibrary vnc_deflate_isal;
#endif

/* The library for a stream that begins at @level. */
const VncDeflateLibrary *vnc_deflate_library(int level);

/**
 * VncDeflate: one stream in zlib's format (RFC 1950), never ended, never reset. The first write
 * allocates its memory and, by its level, chooses the library for good.
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
 * vnc_deflate_whole: append a whole stream that holds @bytes. @deflate is working memory, used
 * again and again, but never by vnc_deflate().
 */
void vnc_deflate_whole(VncDeflate *deflate, int level, const uint8_t *bytes, size_t len,
                       VncBuffer *out);

#endif
