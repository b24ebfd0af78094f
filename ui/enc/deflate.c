/*
 * Deflate streams: the choice of the library, and the frame of RFC 1950 around its blocks.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pure; any thread. Owns the library's state of each stream.
 */
#include "ui/enc/deflate.h"

/* Deflate with a window of 32 KiB. The level in the header is only information; it says the
 * lowest. */
#define RFC1950_HEADER 0x7801

/* The levels at which ISA-L is ten times as fast as zlib and, on photos, about as small. From level
 * 3 on, zlib is clearly smaller on drawn content: a viewer that asks for such a level wants
 * that. */
#define ISAL_MIN_LEVEL 1
#define ISAL_MAX_LEVEL 2

const VncDeflateLibrary *vnc_deflate_library(int level G_GNUC_UNUSED)
{
#ifdef VNC_HAVE_ISAL
    if (level >= ISAL_MIN_LEVEL && level <= ISAL_MAX_LEVEL) {
        return &vnc_deflate_isal;
    }
#endif
    return &vnc_deflate_zlib;
}

static void open_stream(VncDeflate *deflate, int level)
{
    deflate->library = vnc_deflate_library(level);
    deflate->stream = deflate->library->open(level);
}

void vnc_deflate(VncDeflate *deflate, int level, const uint8_t *bytes, size_t len, VncBuffer *out)
{
    if (!deflate->library) {
        open_stream(deflate, level);
        vnc_buffer_append_u16(out, RFC1950_HEADER);
    }
    deflate->library->write(deflate->stream, level, bytes, len, out);
}

void vnc_deflate_whole(VncDeflate *deflate, int level, const uint8_t *bytes, size_t len,
                       VncBuffer *out)
{
    if (deflate->library != vnc_deflate_library(level)) {
        vnc_deflate_clear(deflate);
        open_stream(deflate, level);
    }
    vnc_buffer_append_u16(out, RFC1950_HEADER);
    deflate->library->whole(deflate->stream, level, bytes, len, out);
    vnc_buffer_append_u32(out, deflate->library->adler32(bytes, len));
}

void vnc_deflate_clear(VncDeflate *deflate)
{
    if (deflate->library) {
        deflate->library->close(deflate->stream);
        deflate->stream = NULL;
        deflate->library = NULL;
    }
}
