/*
 * Colour analysis: how many colours are there, and which pixel has which?
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pure; any thread.
 */
#include "ui/enc/palette.h"
#include "ui/enc/mask.h"

void vnc_palette_init(VncPalette *palette)
{
    palette->count = 0;
    memset(palette->keys, 0xff, sizeof(palette->keys));
}

void vnc_palette_reset(VncPalette *palette)
{
    for (unsigned i = 0; i < palette->count; i++) {
        palette->keys[palette->slots[i]] = VNC_PALETTE_EMPTY;
    }
    palette->count = 0;
}

/* Whether @count pixels all have @colour. */
static inline bool is_run(const uint32_t *row, int count, uint32_t colour)
{
    uint32_t differs = 0;

    for (int i = 0; i < count; i++) {
        differs |= row[i] ^ colour;
    }
    return differs == 0;
}

/* How many rows from the top have only the first pixel's colour. */
static int solid_rows(const VncView *view, const VncRect *rect)
{
    const uint32_t *row = vnc_view_at(view, rect->x, rect->y);
    uint32_t colour = row[0];
    int y = 0;

    while (y < rect->h && is_run(row, rect->w, colour)) {
        row += view->stride;
        y++;
    }
    return y;
}

/* How many pixels are compared together. */
#define GROUP 16

/* The last two colours: drawn content has long stretches of two colours. */
typedef struct Pair {
    VncPixels16 colours[2];
    int indexes[2];
} Pair;

static void pair_set(Pair *pair, int i, uint32_t colour, int index)
{
    pair->colours[i] = vnc_pixels_colour(colour);
    pair->indexes[i] = index;
}

/* Scan a group in which the pixels at the bits of @others are not of the pair. Returns false if
 * there are more than @max colours. */
static bool scan_others(VncPalette *palette, Pair *pair, const uint32_t *row, unsigned others,
                        unsigned max, uint8_t *indexes)
{
    for (unsigned left = others; left; left &= left - 1) {
        int x = __builtin_ctz(left);
        int index = vnc_palette_add(palette, row[x], max);

        if (index < 0) {
            return false;
        }
        indexes[x] = index;
    }

    VncPixels16 last = vnc_pixels_colour(row[GROUP - 1]);
    unsigned before = vnc_pixels_differ(vnc_pixels_load(row), last);
    pair_set(pair, 0, row[GROUP - 1], indexes[GROUP - 1]);
    if (before) {
        int x = 31 - __builtin_clz(before);

        pair_set(pair, 1, row[x], indexes[x]);
    }
    return true;
}

/* Scan one row. Returns false if there are more than @max colours. */
static bool scan_row(VncPalette *palette, Pair *pair, const uint32_t *row, int w, unsigned max,
                     uint8_t *indexes)
{
    int x = 0;

    for (; x + GROUP <= w; x += GROUP) {
        VncPixels16 pixels = vnc_pixels_load(row + x);
        unsigned others = vnc_pixels_differ(pixels, pair->colours[0]) &
                          vnc_pixels_differ(pixels, pair->colours[1]);

        vnc_pixels_choose(pixels, pair->colours[0], pair->indexes[0], pair->indexes[1],
                          indexes + x);
        if (others && !scan_others(palette, pair, row + x, others, max, indexes + x)) {
            return false;
        }
    }
    for (; x < w; x++) {
        int index = vnc_palette_add(palette, row[x], max);

        if (index < 0) {
            return false;
        }
        indexes[x] = index;
    }
    return true;
}

unsigned vnc_palette_scan(VncPalette *palette, const VncView *view, const VncRect *rect,
                          unsigned max, uint8_t *indexes)
{
    const uint32_t *row = vnc_view_at(view, rect->x, rect->y);
    int y = solid_rows(view, rect);

    Pair pair;

    vnc_palette_reset(palette);
    vnc_palette_add(palette, row[0], max);
    if (y == rect->h) {
        return 1;
    }
    pair_set(&pair, 0, row[0], 0);
    pair_set(&pair, 1, row[0], 0);
    memset(indexes, 0, (size_t)rect->w * y);
    for (; y < rect->h; y++) {
        if (!scan_row(palette, &pair, row + y * view->stride, rect->w, max,
                      indexes + (size_t)rect->w * y)) {
            return 0;
        }
    }
    return palette->count;
}

/* Load eight bytes, the first one lowest. */
static inline uint64_t load_8(const uint8_t *bytes)
{
    uint64_t value;

    memcpy(&value, bytes, 8);
    return GUINT64_FROM_LE(value);
}

/* Each multiplication gathers the low bits of its bytes in the top of the product, the first byte's
 * highest. No two partial products meet in a bit. */
static inline uint8_t pack_8x1(uint64_t bytes)
{
    return (bytes * 0x8040201008040201u) >> 56;
}

static inline uint8_t pack_4x2(uint32_t bytes)
{
    return (bytes * 0x40100401u) >> 24;
}

static inline uint8_t pack_2x4(uint32_t bytes)
{
    return (bytes & 0x0f) << 4 | (bytes >> 8 & 0x0f);
}

size_t vnc_pack_indexes(uint8_t *dst, const uint8_t *indexes, size_t count, unsigned bits)
{
    size_t per_byte = 8 / bits;
    size_t whole = count / per_byte;
    size_t rest = count % per_byte;

    for (size_t i = 0; i < whole + (rest > 0); i++) {
        uint64_t bytes = load_8(indexes + i * per_byte);
        if (i == whole) {
            bytes &= (UINT64_C(1) << rest * 8) - 1;
        }
        switch (bits) {
        case 1:
            dst[i] = pack_8x1(bytes);
            break;
        case 2:
            dst[i] = pack_4x2(bytes);
            break;
        default:
            dst[i] = pack_2x4(bytes);
            break;
        }
    }
    return whole + (rest > 0);
}
