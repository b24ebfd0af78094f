/*
 * PNG files, in memory: libpng writes the file's chunks and their checksums, vnc_deflate_whole()
 * compresses the pixels.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pure; any thread. Owns libpng's structure and a deflate stream.
 *
 * libpng's own functions for whole images would allocate memory for each rectangle, and use zlib,
 * which takes ten times as long as ISA-L.
 */
#include "ui/enc/png.h"

#include <png.h>

G_STATIC_ASSERT((int)VNC_PNG_FILTER_NONE == PNG_FILTER_VALUE_NONE);
G_STATIC_ASSERT((int)VNC_PNG_FILTER_PAETH == PNG_FILTER_VALUE_PAETH);

/* Width, height, bits per channel, colour type; compression, filters and order have one value
 * each. */
#define HEADER_BYTES 13

static void on_bytes(png_structp writer, png_bytep bytes, size_t len)
{
    vnc_buffer_append(png_get_io_ptr(writer), bytes, len);
}

static void on_flush(png_structp writer G_GNUC_UNUSED)
{
}

/* Chunks with correct names and lengths cannot fail. */
G_NORETURN static void on_error(png_structp writer G_GNUC_UNUSED, png_const_charp message)
{
    g_error("libpng: %s", message);
}

static png_structp writer_of(VncPng *png, VncBuffer *out)
{
    if (!png->writer) {
        png->writer = png_create_write_struct(PNG_LIBPNG_VER_STRING, NULL, on_error, NULL);
        g_assert(png->writer);
    }
    png_set_write_fn(png->writer, out, on_bytes, on_flush);
    return png->writer;
}

static void put_header(png_structp writer, const VncPngImage *image)
{
    uint8_t header[HEADER_BYTES] = {0};

    png_save_uint_32(header, image->width);
    png_save_uint_32(header + 4, image->height);
    header[8] = image->palette ? image->bits : 8;
    header[9] = image->palette ? PNG_COLOR_TYPE_PALETTE : PNG_COLOR_TYPE_RGB;
    png_write_chunk(writer, (png_const_bytep) "IHDR", header, sizeof(header));
}

void vnc_png_write(VncPng *png, const VncPngImage *image, int level, VncBuffer *out)
{
    png_structp writer = writer_of(png, out);

    png_write_sig(writer);
    put_header(writer, image);
    if (image->palette) {
        png_write_chunk(writer, (png_const_bytep) "PLTE", image->palette,
                        (size_t)3 * image->colours);
    }
    vnc_buffer_reset(&png->packed);
    vnc_deflate_whole(&png->deflate, level, image->rows, image->size, &png->packed);
    png_write_chunk(writer, (png_const_bytep) "IDAT", vnc_buffer_bytes(&png->packed),
                    png->packed.len);
    png_write_chunk(writer, (png_const_bytep) "IEND", NULL, 0);
}

void vnc_png_clear(VncPng *png)
{
    if (png->writer) {
        png_structp writer = png->writer;
        png_destroy_write_struct(&writer, NULL);
        png->writer = NULL;
    }
    vnc_deflate_clear(&png->deflate);
    vnc_buffer_clear(&png->packed);
}
