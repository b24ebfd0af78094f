/*
 * The fast row kernels.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Any thread.
 */
#include "ui/base/convert.h"
#include "ui/base/clones.h"

#include <glib.h>
#include <string.h>

/* How many pixels a kernel of two passes holds between the passes. */
#define BLOCK 256

/* The places of three whole bytes, copied out of the converter, because dst could alias it. */
typedef struct Places {
    unsigned left[3];
} Places;

static inline Places places_of(const VncConverter *converter)
{
    return (Places){{converter->left[0], converter->left[1], converter->left[2]}};
}

static inline uint32_t placed(const Places *places, uint32_t rgb)
{
    return (rgb >> 16 & 255) << places->left[0] | (rgb >> 8 & 255) << places->left[1] |
           (rgb & 255) << places->left[2];
}

/**
 * Scale: what a channel of any size needs: (c * max + 127) / 255 by way of a fixed-point factor,
 * rounded up. With 16 bits of fraction the error is below 1/255, and the product fits 32 bits even
 * at max 65535.
 */
typedef struct Scale {
    unsigned left[3];
    uint32_t factor[3];
} Scale;

#define FRACTION 16
#define HALF     ((UINT32_C(127) << FRACTION) / 255)

static inline Scale scale_of(const VncConverter *converter)
{
    Scale scale;

    for (int i = 0; i < 3; i++) {
        scale.left[i] = converter->left[i];
        scale.factor[i] = (uint32_t)((((uint64_t)converter->max[i] << FRACTION) + 254) / 255);
    }
    return scale;
}

static inline uint32_t scaled_channel(const Scale *scale, int i, uint32_t rgb)
{
    return ((rgb >> (16 - 8 * i) & 255) * scale->factor[i] + HALF) >> FRACTION << scale->left[i];
}

static inline uint32_t scaled(const Scale *scale, uint32_t rgb)
{
    return scaled_channel(scale, 0, rgb) | scaled_channel(scale, 1, rgb) |
           scaled_channel(scale, 2, rgb);
}

void vnc_convert_copy(const VncConverter *converter G_GNUC_UNUSED, void *dst, const uint32_t *src,
                      size_t count)
{
    memcpy(dst, src, count * 4);
}

VNC_CLONES
void vnc_convert_32(const VncConverter *converter, void *restrict dst, const uint32_t *restrict src,
                    size_t count)
{
    Places places = places_of(converter);
    uint8_t *out = dst;
    size_t x;

    for (x = 0; x < count; x++) {
        uint32_t pixel = placed(&places, src[x]);

        memcpy(out + x * 4, &pixel, 4);
    }
}

VNC_CLONES
void vnc_convert_32_swapped(const VncConverter *converter, void *restrict dst,
                            const uint32_t *restrict src, size_t count)
{
    Places places = places_of(converter);
    uint8_t *out = dst;
    size_t x;

    for (x = 0; x < count; x++) {
        uint32_t pixel = GUINT32_SWAP_LE_BE(placed(&places, src[x]));

        memcpy(out + x * 4, &pixel, 4);
    }
}

VNC_CLONES
void vnc_convert_8(const VncConverter *converter, void *restrict dst, const uint32_t *restrict src,
                   size_t count)
{
    Scale scale = scale_of(converter);
    uint8_t *out = dst;
    size_t x;

    for (x = 0; x < count; x++) {
        out[x] = (uint8_t)scaled(&scale, src[x]);
    }
}

/* The low three bytes of a pixel: lowest first here, highest first in the next function. */
static inline uint32_t wire_24(uint32_t pixel)
{
    return GUINT32_TO_LE(pixel);
}

static inline uint32_t wire_24_reversed(uint32_t pixel)
{
    return GUINT32_TO_BE(pixel << 8);
}

/* Three bytes a pixel. Each store of four bytes spills one into the next pixel's place, which the
 * next store overwrites. */
static inline void pack_24(uint8_t *restrict out, const uint32_t *restrict pixels, size_t count)
{
    size_t x = 0;
    uint32_t wire;

    for (; x + 4 < count; x += 4) {
        int i;

        for (i = 0; i < 4; i++) {
            wire = wire_24(pixels[x + i]);
            memcpy(out + (x + i) * 3, &wire, 4);
        }
    }
    for (; x < count; x++) {
        wire = wire_24(pixels[x]);
        memcpy(out + x * 3, &wire, 3);
    }
}

static inline void pack_24_reversed(uint8_t *restrict out, const uint32_t *restrict pixels,
                                    size_t count)
{
    size_t x = 0;
    uint32_t wire;

    for (; x + 4 < count; x += 4) {
        int i;

        for (i = 0; i < 4; i++) {
            wire = wire_24_reversed(pixels[x + i]);
            memcpy(out + (x + i) * 3, &wire, 4);
        }
    }
    for (; x < count; x++) {
        wire = wire_24_reversed(pixels[x]);
        memcpy(out + x * 3, &wire, 3);
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

/* Write @count <= BLOCK pixels as the wire wants them; spoils @pixels. */
static void pack(const VncConverter *converter, uint8_t *restrict out, uint32_t *restrict pixels,
                 size_t count)
{
    bool big_endian = converter->big_endian;
    size_t x;

    switch (converter->bytes) {
    case 2:
        for (x = 0; x < count; x++) {
            uint16_t pixel = (uint16_t)pixels[x];

            pixel = big_endian ? GUINT16_TO_BE(pixel) : GUINT16_TO_LE(pixel);
            memcpy(out + x * 2, &pixel, 2);
        }
        break;
    case 3:
        if ((converter->first_byte == 1) != big_endian) {
            for (x = 0; x < count; x++) {
                pixels[x] >>= 8;
            }
        }
        if (big_endian) {
            pack_24_reversed(out, pixels, count);
        } else {
            pack_24(out, pixels, count);
        }
        break;
    default:
        for (x = 0; x < count; x++) {
            uint32_t pixel = big_endian ? GUINT32_TO_BE(pixels[x]) : GUINT32_TO_LE(pixels[x]);

            memcpy(out + x * 4, &pixel, 4);
        }
        break;
    }
}

VNC_CLONES
void vnc_convert_24(const VncConverter *converter, void *restrict dst, const uint32_t *restrict src,
                    size_t count)
{
    Places places = places_of(converter);
    uint8_t *out = dst;
    uint32_t pixels[BLOCK];
    size_t done, n, x;

    for (done = 0; done < count; done += n) {
        n = MIN(count - done, BLOCK);
        for (x = 0; x < n; x++) {
            pixels[x] = placed(&places, src[done + x]);
        }
        pack(converter, out + done * 3, pixels, n);
    }
}

VNC_CLONES
void vnc_convert_any(const VncConverter *converter, void *restrict dst,
                     const uint32_t *restrict src, size_t count)
{
    Scale scale = scale_of(converter);
    uint8_t *out = dst;
    uint32_t pixels[BLOCK];
    size_t done, n, x;

    for (done = 0; done < count; done += n) {
        n = MIN(count - done, BLOCK);
        for (x = 0; x < n; x++) {
            pixels[x] = scaled(&scale, src[done + x]);
        }
        pack(converter, out + done * converter->bytes, pixels, n);
    }
}
