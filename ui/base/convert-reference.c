/*
 * The reference kernel: it defines what a converted pixel is.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Any thread.
 */
#include "ui/base/convert.h"

static uint32_t channel(const VncConverter *converter, int i, uint32_t rgb)
{
    uint32_t value = rgb >> (16 - 8 * i) & 255;

    return (value * converter->max[i] + 127) / 255 << converter->left[i];
}

void vnc_convert_reference(const VncConverter *converter, void *dst, const uint32_t *src,
                           size_t count)
{
    uint8_t *out = dst;
    unsigned size = converter->bytes == 3 ? 4 : converter->bytes;
    unsigned end = converter->first_byte + converter->bytes;
    size_t x;

    for (x = 0; x < count; x++) {
        uint32_t pixel = channel(converter, 0, src[x]) | channel(converter, 1, src[x]) |
                         channel(converter, 2, src[x]);
        unsigned i;

        for (i = converter->first_byte; i < end; i++) {
            *out++ = pixel >> 8 * (converter->big_endian ? size - 1 - i : i) & 255;
        }
    }
}
