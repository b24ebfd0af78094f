/*
 * VncConverter, and the row kernels that pixel.c chooses from.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Any thread; pure functions.
 */
#ifndef UI_BASE_CONVERT_H
#define UI_BASE_CONVERT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * VncConverter: how to convert the server's pixels, 0x00RRGGBB in host byte order, to a viewer's.
 * Chosen once per job; a value, copied freely.
 *
 * A channel becomes c * max / 255, rounded to nearest: so the error after scaling back is smallest,
 * and even to both sides.
 */
typedef struct VncConverter VncConverter;
struct VncConverter {
    /* Convert @count pixels; dst holds count * bytes bytes, of any alignment. */
    void (*row)(const VncConverter *converter, void *dst, const uint32_t *src, size_t count);
    unsigned bytes; /* per pixel on the wire: 1, 2, 3 or 4 */
    /* for the kernels; red, green, blue */
    uint8_t left[3]; /* the channel's place in the pixel */
    uint32_t max[3];
    bool big_endian; /* the viewer's byte order */
    /* the first byte of the pixel that is sent: a CPIXEL of 3 bytes may leave out byte 0 */
    uint8_t first_byte;
};

typedef void VncConvertRow(const VncConverter *converter, void *dst, const uint32_t *src,
                           size_t count);

/* Any format and layout, pixel by pixel and byte by byte. */
VncConvertRow vnc_convert_reference;

/* The server's own pixel. */
VncConvertRow vnc_convert_copy;

/* Channels of 8 bits in 4 bytes, in the host's byte order or in the other. */
VncConvertRow vnc_convert_32;
VncConvertRow vnc_convert_32_swapped;

/* Channels of any size in 1 byte. */
VncConvertRow vnc_convert_8;

/* 3 bytes: blue, green, red; red, green, blue; and any channels of 8 bits. */
VncConvertRow vnc_convert_bgr;
VncConvertRow vnc_convert_rgb;
VncConvertRow vnc_convert_24;

/* Channels of any size in 2, 3 or 4 bytes. */
VncConvertRow vnc_convert_any;

#endif
