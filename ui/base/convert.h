/*
 * The row kernels behind VncConverter, for pixel.c to choose from.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Any thread; pure functions. Private to ui/base.
 */
#ifndef UI_BASE_CONVERT_H
#define UI_BASE_CONVERT_H

#include "ui/base/pixel.h"

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
