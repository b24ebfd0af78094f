/*
 * PNG files, in memory.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pure; any thread. A writer is part of the scratch.
 */
#ifndef UI_ENC_PNG_H
#define UI_ENC_PNG_H

#include "ui/enc/deflate.h"

/* The filter's number, the byte before each row. */
enum {
    VNC_PNG_FILTER_NONE = 0,
    VNC_PNG_FILTER_PAETH = 4,
};

/**
 * VncPng: a writer and its memory, made at its first use. A zeroed VncPng is ready for use.
 */
typedef struct VncPng {
    void *writer; /* png_structp */
    VncDeflate deflate;
    VncBuffer packed;
} VncPng;

/**
 * VncPngImage: an image to be written.
 */
typedef struct VncPngImage {
    int width, height;
    unsigned bits;          /* per pixel: 1, 2, 4 or 8 for indexes, 24 for red, green, blue */
    const uint8_t *palette; /* red, green, blue; NULL: the pixels are no indexes */
    unsigned colours;       /* in the palette, at most 1 << bits */
    const uint8_t *rows;    /* each row: the filter's byte, then the filtered pixels */
    size_t size;            /* of rows */
} VncPngImage;

void vnc_png_clear(VncPng *png);

/* Append @image to @out, compressed at @level, 0 to 9. */
void vnc_png_write(VncPng *png, const VncPngImage *image, int level, VncBuffer *out);

#endif
