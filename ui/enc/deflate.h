/*
 * Deflate streams, whatever library makes them.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Worker; a stream belongs to the encoder state that embeds it, so no lock.
 */
#ifndef UI_ENC_DEFLATE_H
#define UI_ENC_DEFLATE_H

#include "ui/base/buffer.h"

/**
 * VncDeflateLibrary: what a compression library does for a stream.
 */
typedef struct VncDeflateLibrary {
    const char *name;

    /* The library's state for one stream that begins at @level. */
    void *(*open)(int level);
    void (*close)(void *stream);

    /**
     * write: compress @len >= 1 bytes at @level, flush to a byte boundary and append all of it
     * to @out: a reader of @out so far can inflate all that has been written so far. @level may
     * differ from the one before.
     */
    void (*write)(void *stream, int level, const uint8_t *bytes, size_t len, VncBuffer *out);
} VncDeflateLibrary;

extern const VncDeflateLibrary vnc_deflate_zlib;

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

#endif
