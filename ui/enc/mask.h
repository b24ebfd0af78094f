/*
 * Masks: bit i says that pixel i differs.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pure; any thread. Encoders analyse pictures by masks, so that the cost follows the number of
 * changes, not of pixels.
 */
#ifndef UI_ENC_MASK_H
#define UI_ENC_MASK_H

#include <stdint.h>
#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>

/* 16 pixels in four vectors, either loaded or one colour throughout. */
typedef struct VncPixels16 {
    __m128i lanes[4];
} VncPixels16;

static inline VncPixels16 vnc_pixels_load(const uint32_t *pixels)
{
    const __m128i *lanes = (const __m128i *)pixels;

    return (VncPixels16){{_mm_loadu_si128(lanes), _mm_loadu_si128(lanes + 1),
                          _mm_loadu_si128(lanes + 2), _mm_loadu_si128(lanes + 3)}};
}

static inline VncPixels16 vnc_pixels_colour(uint32_t colour)
{
    __m128i lane = _mm_set1_epi32((int)colour);

    return (VncPixels16){{lane, lane, lane, lane}};
}

/* The results of the comparisons are narrowed from a word to a byte to a bit per pixel. */
static inline unsigned vnc_pixels_differ(VncPixels16 a, VncPixels16 b)
{
    __m128i low = _mm_packs_epi32(_mm_cmpeq_epi32(a.lanes[0], b.lanes[0]),
                                  _mm_cmpeq_epi32(a.lanes[1], b.lanes[1]));
    __m128i high = _mm_packs_epi32(_mm_cmpeq_epi32(a.lanes[2], b.lanes[2]),
                                   _mm_cmpeq_epi32(a.lanes[3], b.lanes[3]));

    return ~_mm_movemask_epi8(_mm_packs_epi16(low, high)) & 0xffff;
}

/* Write one byte per pixel: @same where @a and @b are equal, @other elsewhere. */
static inline void vnc_pixels_choose(VncPixels16 a, VncPixels16 b, uint8_t same, uint8_t other,
                                     uint8_t *dst)
{
    __m128i low = _mm_packs_epi32(_mm_cmpeq_epi32(a.lanes[0], b.lanes[0]),
                                  _mm_cmpeq_epi32(a.lanes[1], b.lanes[1]));
    __m128i high = _mm_packs_epi32(_mm_cmpeq_epi32(a.lanes[2], b.lanes[2]),
                                   _mm_cmpeq_epi32(a.lanes[3], b.lanes[3]));
    __m128i equal = _mm_packs_epi16(low, high);
    __m128i chosen = _mm_or_si128(_mm_and_si128(equal, _mm_set1_epi8((char)same)),
                                  _mm_andnot_si128(equal, _mm_set1_epi8((char)other)));

    _mm_storeu_si128((__m128i *)dst, chosen);
}

/* Each pixel replaced by the one before it, the first by @before. */
static inline VncPixels16 vnc_pixels_shift(VncPixels16 pixels, uint32_t before)
{
    __m128i carry = _mm_cvtsi32_si128((int)before);

    for (int i = 0; i < 4; i++) {
        __m128i lane = pixels.lanes[i];
        pixels.lanes[i] = _mm_or_si128(_mm_slli_si128(lane, 4), carry);
        carry = _mm_srli_si128(lane, 12);
    }
    return pixels;
}

#else

typedef struct VncPixels16 {
    uint32_t lanes[16];
} VncPixels16;

static inline VncPixels16 vnc_pixels_load(const uint32_t *pixels)
{
    VncPixels16 result;

    for (int i = 0; i < 16; i++) {
        result.lanes[i] = pixels[i];
    }
    return result;
}

static inline VncPixels16 vnc_pixels_colour(uint32_t colour)
{
    VncPixels16 result;

    for (int i = 0; i < 16; i++) {
        result.lanes[i] = colour;
    }
    return result;
}

static inline unsigned vnc_pixels_differ(VncPixels16 a, VncPixels16 b)
{
    unsigned mask = 0;

    for (int i = 0; i < 16; i++) {
        mask |= (unsigned)(a.lanes[i] != b.lanes[i]) << i;
    }
    return mask;
}

static inline void vnc_pixels_choose(VncPixels16 a, VncPixels16 b, uint8_t same, uint8_t other,
                                     uint8_t *dst)
{
    for (int i = 0; i < 16; i++) {
        dst[i] = a.lanes[i] == b.lanes[i] ? same : other;
    }
}

static inline VncPixels16 vnc_pixels_shift(VncPixels16 pixels, uint32_t before)
{
    memmove(pixels.lanes + 1, pixels.lanes, sizeof(pixels.lanes) - sizeof(pixels.lanes[0]));
    pixels.lanes[0] = before;
    return pixels;
}

#endif

/* Bit i: pixel i of @count <= 64 differs from @colour. */
static inline uint64_t vnc_mask_colour(const uint32_t *row, int count, uint32_t colour)
{
    uint64_t mask = 0;
    int i;

    if (count < 16) {
        for (i = 0; i < count; i++) {
            mask |= (uint64_t)(row[i] != colour) << i;
        }
        return mask;
    }
    for (i = 0; i < count; i += 16) {
        /* The last 16 are compared as a whole, some of them for the second time. */
        int at = i + 16 <= count ? i : count - 16;
        mask |= (uint64_t)vnc_pixels_differ(vnc_pixels_load(row + at), vnc_pixels_colour(colour))
                << at;
    }
    return mask;
}

/* Bit i: pixel i of @count <= 64 differs from the one before it; bit 0: it differs from @before. */
static inline uint64_t vnc_mask_changes(const uint32_t *row, int count, uint32_t before)
{
    uint64_t mask = 0;
    int i;

    if (count < 16) {
        for (i = 0; i < count; i++) {
            mask |= (uint64_t)(row[i] != before) << i;
            before = row[i];
        }
        return mask;
    }
    VncPixels16 pixels = vnc_pixels_load(row);
    mask = vnc_pixels_differ(pixels, vnc_pixels_shift(pixels, before));
    for (i = 16; i < count; i += 16) {
        /* The last 16 are compared as a whole, some of them for the second time. */
        int at = i + 16 <= count ? i : count - 16;
        mask |=
            (uint64_t)vnc_pixels_differ(vnc_pixels_load(row + at), vnc_pixels_load(row + at - 1))
            << at;
    }
    return mask;
}

/* Bit i: a[i] differs from b[i]; @count <= 64. */
static inline uint64_t vnc_mask_differ(const uint32_t *a, const uint32_t *b, int count)
{
    uint64_t mask = 0;
    int i;

    if (count < 16) {
        for (i = 0; i < count; i++) {
            mask |= (uint64_t)(a[i] != b[i]) << i;
        }
        return mask;
    }
    for (i = 0; i < count; i += 16) {
        int at = i + 16 <= count ? i : count - 16;
        mask |= (uint64_t)vnc_pixels_differ(vnc_pixels_load(a + at), vnc_pixels_load(b + at)) << at;
    }
    return mask;
}

/* How many bits are set. The compiler's builtin calls a library function where the processor has no
 * instruction for it. */
static inline unsigned vnc_mask_count(uint64_t mask)
{
    mask -= mask >> 1 & UINT64_C(0x5555555555555555);
    mask = (mask & UINT64_C(0x3333333333333333)) + (mask >> 2 & UINT64_C(0x3333333333333333));
    mask = (mask + (mask >> 4)) & UINT64_C(0x0f0f0f0f0f0f0f0f);
    return mask * UINT64_C(0x0101010101010101) >> 56;
}

#endif
