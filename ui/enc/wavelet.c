/*
 * ZYWRLE's wavelet: a tile of pixels becomes one of coefficients, most of them zero.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pure; any thread.
 *
 * Colours are split into brightness and two differences (JPEG 2000's reversible transform, with the
 * differences halved). Each plane goes through PLHaar, the piecewise-linear Haar transform
 * (Senecal, Lindstrom, Duchaineau, Joy: An Improved N-Bit to N-Bit Reversible Haar-Like Transform,
 * 2004). Its coefficients take no more bits than the pixels. Each of the four bands of a level is a
 * quarter of the plane; the next level works on the band of low frequencies. Bands are sent finest
 * first: diagonal, vertical and horizontal detail of each level, then the rest. The order, the
 * rounding and the place of each part were found by sending viewers single coefficients and looking
 * at what they show.
 */
#include "ui/enc/wavelet.h"

#define PIXELS VNC_ZRLE_TILE_PIXELS

/* PLHaar uses 8 bits without -128, because it cannot tell -128 from 128. */
#define MOST 127

enum {
    PLANE_Y,
    PLANE_U,
    PLANE_V,
};

/* Coefficients are rounded to multiples of a step. Steps are powers of 2 up to 128, which makes all
 * of them 0. They are coarser for fine detail and for colour. */
typedef struct Steps {
    uint8_t detail[VNC_WAVELET_LEVELS]; /* of level 1 and up, vertical and horizontal */
    uint8_t diagonal[VNC_WAVELET_LEVELS];
    uint8_t rest; /* low frequencies */
} Steps;

static const Steps steps[VNC_WAVELET_LEVELS + 1][2] = {
    [1] = {{{16}, {32}, 2}, {{16}, {32}, 4}},
    [2] = {{{32, 8}, {64, 16}, 2}, {{32, 16}, {64, 32}, 4}},
    [3] = {{{32, 16, 8}, {64, 32, 16}, 2}, {{64, 32, 16}, {128, 64, 32}, 4}},
};

unsigned vnc_wavelet_level(int quality)
{
    if (quality < 0 || quality > vnc_quality_from_level(8)) {
        return 0;
    }
    return quality > vnc_quality_from_level(5) ? 1 : quality > vnc_quality_from_level(2) ? 2 : 3;
}

bool vnc_wavelet_has_format(const VncPixelFormat *format)
{
    if (!format->true_colour) {
        return false;
    }
    if (format->bits_per_pixel == 32) {
        return format->red_max == 255 && format->green_max == 255 && format->blue_max == 255;
    }
    return format->bits_per_pixel == 16 && format->red_max == 31 && format->green_max == 63 &&
           format->blue_max == 31;
}

/* Split colours into planes of @w x @h pixels, row after row. */
static void split_colours(VncWavelet *wavelet, const VncView *view, const VncRect *rect, int w,
                          int h)
{
    for (int y = 0; y < h; y++) {
        const uint32_t *row = vnc_view_at(view, rect->x, rect->y + y);
        int16_t *py = wavelet->planes[PLANE_Y] + y * w;
        int16_t *pu = wavelet->planes[PLANE_U] + y * w;
        int16_t *pv = wavelet->planes[PLANE_V] + y * w;
        for (int x = 0; x < w; x++) {
            int16_t red = row[x] >> 16 & 255, green = row[x] >> 8 & 255, blue = row[x] & 255;
            int16_t u = (blue - green) >> 1, v = (red - green) >> 1;
            int16_t light = ((red + 2 * green + blue) >> 2) - 128;
            py[x] = MAX(light, -MOST);
            pu[x] = MAX(u, -MOST);
            pv[x] = MAX(v, -MOST);
        }
    }
}

/* If both neighbours have the same sign: the larger one and their difference. If not: their sum and
 * the larger one. */
static inline void haar(int16_t a, int16_t b, int16_t *low, int16_t *high)
{
    bool first = ABS(a) >= ABS(b);
    bool same = (a ^ b) >= 0;

    *low = same ? (first ? a : b) : a + b;
    *high = same ? a - b : (first ? a : -b);
}

/* One level: split @plane into four bands, each a quarter of @w x @h. */
static void split_bands(const int16_t *restrict plane, int w, int h, int16_t *restrict diagonal,
                        int16_t *restrict vertical, int16_t *restrict horizontal,
                        int16_t *restrict rest)
{
    for (int y = 0; y < h / 2; y++) {
        const int16_t *top = plane + 2 * y * w, *bottom = top + w;
        for (int x = 0; x < w / 2; x++) {
            int16_t low[2], high[2];
            int at = y * (w / 2) + x;
            haar(top[2 * x], top[2 * x + 1], &low[0], &high[0]);
            haar(bottom[2 * x], bottom[2 * x + 1], &low[1], &high[1]);
            haar(low[0], low[1], &rest[at], &vertical[at]);
            haar(high[0], high[1], &horizontal[at], &diagonal[at]);
        }
    }
}

/* Round to the nearest multiple of @step within the range. */
static void quantise(int16_t *band, int count, int step)
{
    int16_t mask = ~(step - 1), half = step / 2;

    for (int i = 0; i < count; i++) {
        int16_t size = MIN(ABS(band[i]) + half, MOST) & mask;
        band[i] = band[i] < 0 ? -size : size;
    }
}

/* Transform all levels of one plane, @w x @h. wavelet->bands gets the coefficients in the order
 * sent. */
static void transform_plane(VncWavelet *wavelet, int plane, int w, int h, unsigned level,
                            bool coarse)
{
    int least = !coarse ? 1 : plane == PLANE_Y ? 4 : 8;
    const Steps *step = &steps[level][plane != PLANE_Y];
    int16_t *in = wavelet->planes[plane], *rest = wavelet->rest;
    int16_t *band = wavelet->bands[plane];

    for (unsigned i = 0; i < level; i++) {
        int count = (w / 2) * (h / 2);
        split_bands(in, w, h, band, band + count, band + 2 * count, rest);
        quantise(band, count, MAX(step->diagonal[i], least));
        quantise(band + count, 2 * count, MAX(step->detail[i], least));
        band += 3 * count;
        w /= 2;
        h /= 2;
        int16_t *other = in;
        in = rest;
        rest = other;
    }
    memcpy(band, in, w * h * sizeof(band[0]));
    quantise(band, w * h, MAX(step->rest, least));
}

/* Keep the upper bits that a pixel of 5:6:5 has, and fill in lower bits, so that converting to
 * 5:6:5 gives the upper bits back. That divides by 255 / 31 and 255 / 63, which are no powers of
 * 2. */
static uint32_t widen(uint32_t upper)
{
    return upper | (upper >> 5 & 0x070007) | (upper >> 6 & 0x000300);
}

/* Write the pixels of a part of @rect as they are. */
static uint32_t *put_pixels(const VncView *view, const VncRect *rect, int x, int y, int w, int h,
                            uint32_t *dst)
{
    for (int i = 0; i < h; i++) {
        memcpy(dst, vnc_view_at(view, rect->x + x, rect->y + y + i), w * sizeof(*dst));
        dst += w;
    }
    return dst;
}

const uint32_t *vnc_wavelet_transform(VncWavelet *wavelet, const VncView *view, const VncRect *rect,
                                      unsigned level, bool coarse)
{
    int w = rect->w >> level << level, h = rect->h >> level << level;
    uint32_t *dst = wavelet->coefficients;

    if (w == 0 || h == 0) {
        w = h = 0; /* nothing is transformed: the whole tile is remainder */
    }
    split_colours(wavelet, view, rect, w, h);
    for (int plane = PLANE_Y; plane <= PLANE_V; plane++) {
        transform_plane(wavelet, plane, w, h, level, coarse);
    }
    for (int i = 0; i < w * h; i++) {
        uint32_t bits = (wavelet->bands[PLANE_V][i] & 255) << 16 |
                        (wavelet->bands[PLANE_Y][i] & 255) << 8 |
                        (wavelet->bands[PLANE_U][i] & 255);
        dst[i] = coarse ? widen(bits) : bits;
    }
    dst += w * h;
    dst = put_pixels(view, rect, w, 0, rect->w - w, h, dst);
    dst = put_pixels(view, rect, 0, h, w, rect->h - h, dst);
    put_pixels(view, rect, w, h, rect->w - w, rect->h - h, dst);
    return wavelet->coefficients;
}
