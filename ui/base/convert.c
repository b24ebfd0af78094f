/*
 * The fast row kernels.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Any thread.
 */
#include "ui/base/convert.h"

#include <glib.h>
#include <string.h>

/* Pixels that a kernel of two passes holds between them. */
#define BLOCK 256

/* What a channel of up to 8 bits needs, copied out of the converter: dst could alias that. */
typedef struct Channels {
    unsigned right[3], left[3];
    uint32_t max[3];
} Channels;

static inline Channels channels_of(const VncConverter *converter)
{
    Channels channels;
    int i;

    for (i = 0; i < 3; i++) {
        channels.right[i] = converter->right[i];
        channels.left[i] = converter->left[i];
        channels.max[i] = converter->max[i];
    }
    return channels;
}

static inline uint32_t pixel_of(const Channels *c, uint32_t rgb)
{
    return (rgb >> c->right[0] & c->max[0]) << c->left[0] |
           (rgb >> c->right[1] & c->max[1]) << c->left[1] |
           (rgb >> c->right[2] & c->max[2]) << c->left[2];
}

void vnc_convert_copy(const VncConverter *converter G_GNUC_UNUSED, void *dst, const uint32_t *src,
                      size_t count)
{
    memcpy(dst, src, count * 4);
}

void vnc_convert_copy_swapped(const VncConverter *converter G_GNUC_UNUSED, void *restrict dst,
                              const uint32_t *restrict src, size_t count)
{
    uint8_t *out = dst;
    size_t x;

    for (x = 0; x < count; x++) {
        uint32_t pixel = GUINT32_SWAP_LE_BE(src[x]);

        memcpy(out + x * 4, &pixel, 4);
    }
}

void vnc_convert_32(const VncConverter *converter, void *restrict dst, const uint32_t *restrict src,
                    size_t count)
{
    Channels channels = channels_of(converter);
    uint8_t *out = dst;
    size_t x;

    for (x = 0; x < count; x++) {
        uint32_t pixel = pixel_of(&channels, src[x]);

        memcpy(out + x * 4, &pixel, 4);
    }
}

void vnc_convert_32_swapped(const VncConverter *converter, void *restrict dst,
                            const uint32_t *restrict src, size_t count)
{
    Channels channels = channels_of(converter);
    uint8_t *out = dst;
    size_t x;

    for (x = 0; x < count; x++) {
        uint32_t pixel = GUINT32_SWAP_LE_BE(pixel_of(&channels, src[x]));

        memcpy(out + x * 4, &pixel, 4);
    }
}

void vnc_convert_16(const VncConverter *converter, void *restrict dst, const uint32_t *restrict src,
                    size_t count)
{
    Channels channels = channels_of(converter);
    uint8_t *out = dst;
    size_t x;

    for (x = 0; x < count; x++) {
        uint16_t pixel = (uint16_t)pixel_of(&channels, src[x]);

        memcpy(out + x * 2, &pixel, 2);
    }
}

void vnc_convert_16_swapped(const VncConverter *converter, void *restrict dst,
                            const uint32_t *restrict src, size_t count)
{
    Channels channels = channels_of(converter);
    uint8_t *out = dst;
    size_t x;

    for (x = 0; x < count; x++) {
        uint32_t value = pixel_of(&channels, src[x]);
        uint16_t pixel = (uint16_t)(value >> 8 | value << 8);

        memcpy(out + x * 2, &pixel, 2);
    }
}

void vnc_convert_8(const VncConverter *converter, void *restrict dst, const uint32_t *restrict src,
                   size_t count)
{
    Channels channels = channels_of(converter);
    uint8_t *out = dst;
    size_t x;

    for (x = 0; x < count; x++) {
        out[x] = (uint8_t)pixel_of(&channels, src[x]);
    }
}

/* The low three bytes of each pixel, lowest first. */
static inline void pack_24(uint8_t *restrict out, const uint32_t *restrict src, size_t count)
{
    size_t x;

    for (x = 0; x + 4 <= count; x += 4) {
        uint32_t a = src[x] & 0xffffff, b = src[x + 1] & 0xffffff;
        uint32_t c = src[x + 2] & 0xffffff, d = src[x + 3] & 0xffffff;
        uint32_t words[3] = {
            GUINT32_TO_LE(a | b << 24),
            GUINT32_TO_LE(b >> 8 | c << 16),
            GUINT32_TO_LE(c >> 16 | d << 8),
        };

        memcpy(out + x * 3, words, 12);
    }
    for (; x < count; x++) {
        out[x * 3] = (uint8_t)src[x];
        out[x * 3 + 1] = (uint8_t)(src[x] >> 8);
        out[x * 3 + 2] = (uint8_t)(src[x] >> 16);
    }
}

/* The same, highest of the three first. */
static inline void pack_24_reversed(uint8_t *restrict out, const uint32_t *restrict src,
                                    size_t count)
{
    size_t x;

    for (x = 0; x + 4 <= count; x += 4) {
        uint32_t a = src[x] << 8, b = src[x + 1] << 8;
        uint32_t c = src[x + 2] << 8, d = src[x + 3] << 8;
        uint32_t words[3] = {
            GUINT32_TO_BE(a | b >> 24),
            GUINT32_TO_BE(b << 8 | c >> 16),
            GUINT32_TO_BE(c << 16 | d >> 8),
        };

        memcpy(out + x * 3, words, 12);
    }
    for (; x < count; x++) {
        out[x * 3] = (uint8_t)(src[x] >> 16);
        out[x * 3 + 1] = (uint8_t)(src[x] >> 8);
        out[x * 3 + 2] = (uint8_t)src[x];
    }
}

void vnc_convert_bgr(const VncConverter *converter G_GNUC_UNUSED, void *dst, const uint32_t *src,
                     size_t count)
{
    pack_24(dst, src, count);
}

void vnc_convert_rgb(const VncConverter *converter G_GNUC_UNUSED, void *dst, const uint32_t *src,
                     size_t count)
{
    pack_24_reversed(dst, src, count);
}

/* Write whole pixels as the wire wants them. */
static void pack(const VncConverter *converter, uint8_t *restrict out,
                 const uint32_t *restrict pixels, size_t count)
{
    unsigned bytes = converter->bytes;
    unsigned size = bytes == 3 ? 4 : bytes;
    unsigned shift[4];
    unsigned i;
    size_t x;

    for (i = 0; i < bytes; i++) {
        unsigned byte = converter->first_byte + i;

        shift[i] = 8 * (converter->big_endian ? size - 1 - byte : byte);
    }
    for (x = 0; x < count; x++) {
        for (i = 0; i < bytes; i++) {
            *out++ = (uint8_t)(pixels[x] >> shift[i]);
        }
    }
}

void vnc_convert_24(const VncConverter *converter, void *dst, const uint32_t *src, size_t count)
{
    Channels channels = channels_of(converter);
    /* The pixel's high three bytes are sent, not its low ones. */
    unsigned down = (converter->first_byte == 1) != converter->big_endian ? 8 : 0;
    uint8_t *out = dst;
    uint32_t pixels[BLOCK];
    size_t done, n, x;

    for (done = 0; done < count; done += n) {
        n = MIN(count - done, BLOCK);
        for (x = 0; x < n; x++) {
            pixels[x] = pixel_of(&channels, src[done + x]) >> down;
        }
        if (converter->big_endian) {
            pack_24_reversed(out + done * 3, pixels, n);
        } else {
            pack_24(out + done * 3, pixels, n);
        }
    }
}

void vnc_convert_wide(const VncConverter *converter, void *dst, const uint32_t *src, size_t count)
{
    Channels channels = channels_of(converter);
    uint32_t factor[3], half[3], fraction[3], mask[3];
    uint8_t *out = dst;
    uint32_t pixels[BLOCK];
    size_t done, n, x;
    int i;

    /* A wide channel is (c * max + 127) / 255 by way of a fixed-point factor, rounded up: with
     * 16 bits of fraction it errs by less than 1/255 and, at max 65535, still fits 32 bits. */
    for (i = 0; i < 3; i++) {
        bool wide = channels.max[i] > 255;

        factor[i] = wide ? (uint32_t)((((uint64_t)channels.max[i] << 16) + 254) / 255) : 1;
        half[i] = wide ? (127u << 16) / 255 : 0;
        fraction[i] = wide ? 16 : 0;
        mask[i] = wide ? 255 : channels.max[i];
    }
    for (done = 0; done < count; done += n) {
        n = MIN(count - done, BLOCK);
        for (x = 0; x < n; x++) {
            uint32_t rgb = src[done + x];
            uint32_t red = (rgb >> channels.right[0] & mask[0]) * factor[0] + half[0];
            uint32_t green = (rgb >> channels.right[1] & mask[1]) * factor[1] + half[1];
            uint32_t blue = (rgb >> channels.right[2] & mask[2]) * factor[2] + half[2];

            pixels[x] = red >> fraction[0] << channels.left[0] |
                        green >> fraction[1] << channels.left[1] |
                        blue >> fraction[2] << channels.left[2];
        }
        pack(converter, out + done * converter->bytes, pixels, n);
    }
}
