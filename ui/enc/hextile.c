/*
 * Hextile (5): tiles of 16x16, each raw or a background with subrectangles.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Worker; owns nothing: colours are carried from tile to tile within one rectangle
 * alone. No lock.
 */
#include "ui/enc/scratch.h"

#define TILE        16
#define TILE_PIXELS (TILE * TILE)

enum {
    HEXTILE_RAW = 1,
    HEXTILE_BACKGROUND = 2,
    HEXTILE_FOREGROUND = 4,
    HEXTILE_SUBRECTS = 8,
    HEXTILE_COLOURED = 16,
};

/* Mask, background, foreground, count, and what a tile may write before it is seen to be
 * larger than raw. Pixels are copied as four bytes, whatever their size. */
#define TILE_BYTES (1 + 4 + 4 + 1 + TILE_PIXELS * 4 + 16)

/* What the viewer remembers of the tiles before. */
typedef struct Carry {
    bool background_valid, foreground_valid;
    uint32_t background, foreground;
} Carry;

typedef struct Tile {
    const uint32_t *pixels;
    ptrdiff_t stride;
    int w, h;
} Tile;

/* Bit x of todo[y]: this pixel is not the background and not yet covered. */
typedef uint16_t TileMask[TILE];

/* Subrectangles of a tile in the order found; a pixel's worth of bytes may be copied from
 * beyond the last colour. */
typedef struct Subrects {
    unsigned count, limit; /* limit: with as many, raw is smaller */
    uint32_t colours[TILE_PIXELS];
    uint8_t position[TILE_PIXELS], size[TILE_PIXELS];
} Subrects;

static bool tile_is_solid(const Tile *tile)
{
    VncView view = {tile->pixels, tile->stride, tile->w, tile->h};

    return vnc_is_solid(&view, &(VncRect){0, 0, tile->w, tile->h});
}

/* Bit x: row[x] is not @colour. */
static inline unsigned row_differs(const uint32_t *row, int w, uint32_t colour)
{
    unsigned mask = 0;

    if (w == TILE) {
        for (int x = 0; x < TILE; x++) {
            mask |= (unsigned)(row[x] != colour) << x;
        }
    } else {
        for (int x = 0; x < w; x++) {
            mask |= (unsigned)(row[x] != colour) << x;
        }
    }
    return mask;
}

static unsigned tile_differs(const Tile *tile, uint32_t colour, TileMask mask)
{
    unsigned count = 0;

    for (int y = 0; y < tile->h; y++) {
        mask[y] = row_differs(tile->pixels + y * tile->stride, tile->w, colour);
        count += __builtin_popcount(mask[y]);
    }
    return count;
}

/* The first pixel under the mask, which is not empty. */
static uint32_t first_masked(const Tile *tile, const TileMask mask)
{
    int y = 0;

    while (mask[y] == 0) {
        y++;
    }
    return tile->pixels[y * tile->stride + __builtin_ctz(mask[y])];
}

/* How far a rectangle of the mask that begins at bit @x of row @y and is @w wide reaches down. */
static inline int mask_height(const TileMask mask, int h, int x, int y, int w)
{
    unsigned run = ((1u << w) - 1) << x;
    int end = y + 1;

    while (end < h && (mask[end] & run) == run) {
        end++;
    }
    return end - y;
}

static inline void mask_clear(TileMask mask, int x, int y, int w, int h)
{
    unsigned run = ((1u << w) - 1) << x;

    for (int i = y; i < y + h; i++) {
        mask[i] &= ~run;
    }
}

static inline void subrects_add(Subrects *subrects, uint32_t colour, int x, int y, int w, int h)
{
    unsigned i = subrects->count++;

    subrects->colours[i] = colour;
    subrects->position[i] = x << 4 | y;
    subrects->size[i] = (w - 1) << 4 | (h - 1);
}

/* Cover a mask of one colour: at its first pixel, the widest or the highest rectangle. */
static bool cover_mono(const Tile *tile, TileMask todo, Subrects *subrects)
{
    for (int y = 0; y < tile->h; y++) {
        while (todo[y]) {
            int x = __builtin_ctz(todo[y]);
            int wide_w = __builtin_ctz(~((unsigned)todo[y] >> x));
            int wide_h = mask_height(todo, tile->h, x, y, wide_w);
            int high_h = mask_height(todo, tile->h, x, y, 1);
            unsigned columns = todo[y];
            for (int i = y + 1; i < y + high_h; i++) {
                columns &= todo[i];
            }
            int high_w = __builtin_ctz(~(columns >> x));
            bool wide = wide_w * wide_h >= high_w * high_h;
            int w = wide ? wide_w : high_w;
            int h = wide ? wide_h : high_h;
            mask_clear(todo, x, y, w, h);
            subrects_add(subrects, 0, x, y, w, h);
            if (subrects->count >= subrects->limit) {
                return false;
            }
        }
    }
    return true;
}

static inline bool row_is(const uint32_t *row, int w, uint32_t colour)
{
    for (int x = 0; x < w; x++) {
        if (row[x] != colour) {
            return false;
        }
    }
    return true;
}

/* Cover pixels of many colours: the widest run, as far down as it goes. */
static bool cover_coloured(const Tile *tile, TileMask todo, Subrects *subrects)
{
    for (int y = 0; y < tile->h; y++) {
        const uint32_t *row = tile->pixels + y * tile->stride;
        while (todo[y]) {
            int x = __builtin_ctz(todo[y]);
            uint32_t colour = row[x];
            int end = x + 1;
            while (end < tile->w && row[end] == colour && (todo[y] >> end & 1)) {
                end++;
            }
            int reach = mask_height(todo, tile->h, x, y, end - x);
            int h = 1;
            while (h < reach && row_is(row + x + h * tile->stride, end - x, colour)) {
                h++;
            }
            mask_clear(todo, x, y, end - x, h);
            subrects_add(subrects, colour, x, y, end - x, h);
            if (subrects->count >= subrects->limit) {
                return false;
            }
        }
    }
    return true;
}

/* Whether covering @n_todo pixels takes more than @limit subrectangles for sure: one of n
 * pixels uses up at least n - 1 pairs of equal neighbours. */
static bool is_busy(const Tile *tile, unsigned n_todo, unsigned limit)
{
    const uint32_t *row = tile->pixels;
    unsigned pairs = 0;

    for (int y = 0; y < tile->h; y++) {
        for (int x = 0; x + 1 < tile->w; x++) {
            pairs += row[x] == row[x + 1];
        }
        row += tile->stride;
    }
    row = tile->pixels;
    for (int y = 0; y + 1 < tile->h; y++) {
        const uint32_t *next = row + tile->stride;
        for (int x = 0; x < tile->w; x++) {
            pairs += row[x] == next[x];
        }
        row = next;
    }
    return n_todo > pairs + limit;
}

/* The most frequent of a few colours that are likely; @todo becomes the pixels that differ. */
static void choose_background(const Tile *tile, const Carry *carry, uint32_t *background,
                              TileMask todo)
{
    uint32_t candidates[] = {
        carry->background_valid ? carry->background : tile->pixels[tile->w - 1],
        tile->pixels[(tile->h - 1) * tile->stride],
        tile->pixels[tile->h / 2 * tile->stride + tile->w / 2],
    };
    unsigned least = tile_differs(tile, *background, todo);

    for (size_t i = 0; i < G_N_ELEMENTS(candidates); i++) {
        if (candidates[i] != *background) {
            TileMask mask;
            unsigned count = tile_differs(tile, candidates[i], mask);
            if (count < least) {
                least = count;
                *background = candidates[i];
                memcpy(todo, mask, sizeof(mask));
            }
        }
    }
}

static inline uint8_t *put_colour(const VncConverter *converter, uint8_t *dst, uint32_t colour)
{
    converter->row(converter, dst, &colour, 1);
    return dst + converter->bytes;
}

static uint8_t *put_raw(const VncConverter *converter, const Tile *tile, Carry *carry, uint8_t *dst)
{
    VncView view = {tile->pixels, tile->stride, tile->w, tile->h};

    *dst++ = HEXTILE_RAW;
    vnc_convert_rect(converter, &view, &(VncRect){0, 0, tile->w, tile->h}, dst);
    carry->background_valid = false;
    carry->foreground_valid = false;
    return dst + (size_t)tile->w * tile->h * converter->bytes;
}

/* The mask and the colours that the viewer does not remember. */
static uint8_t *put_head(const VncConverter *converter, Carry *carry, unsigned mask,
                         uint32_t background, uint32_t foreground, uint8_t *dst)
{
    bool mono = (mask & HEXTILE_SUBRECTS) && !(mask & HEXTILE_COLOURED);
    uint8_t *head = dst++;

    if (!carry->background_valid || carry->background != background) {
        mask |= HEXTILE_BACKGROUND;
        dst = put_colour(converter, dst, background);
        carry->background = background;
        carry->background_valid = true;
    }
    if (mono && (!carry->foreground_valid || carry->foreground != foreground)) {
        mask |= HEXTILE_FOREGROUND;
        dst = put_colour(converter, dst, foreground);
        carry->foreground = foreground;
        carry->foreground_valid = true;
    }
    if (mask & HEXTILE_COLOURED) {
        carry->foreground_valid = false;
    }
    *head = mask;
    return dst;
}

static uint8_t *put_mono(const Subrects *subrects, uint8_t *dst)
{
    *dst++ = subrects->count;
    for (unsigned i = 0; i < subrects->count; i++) {
        *dst++ = subrects->position[i];
        *dst++ = subrects->size[i];
    }
    return dst;
}

static uint8_t *put_coloured(const VncConverter *converter, const Subrects *subrects, uint8_t *dst)
{
    uint8_t pixels[(TILE_PIXELS + 1) * 4];

    converter->row(converter, pixels, subrects->colours, subrects->count);
    *dst++ = subrects->count;
    for (unsigned i = 0; i < subrects->count; i++) {
        memcpy(dst, pixels + i * converter->bytes, 4);
        dst += converter->bytes;
        *dst++ = subrects->position[i];
        *dst++ = subrects->size[i];
    }
    return dst;
}

/* How many subrectangles of @bytes each make a tile as large as a raw one, or larger. */
static unsigned subrect_limit(const Tile *tile, const VncConverter *converter, unsigned bytes)
{
    return (tile->w * tile->h * converter->bytes - 1) / bytes;
}

static uint8_t *put_tile(const VncConverter *converter, const Tile *tile, Carry *carry,
                         uint8_t *dst)
{
    uint32_t background = tile->pixels[0];
    Subrects subrects;
    TileMask todo, second;

    if (tile_is_solid(tile)) {
        return put_head(converter, carry, 0, background, 0, dst);
    }

    unsigned n_todo = tile_differs(tile, background, todo);
    uint32_t foreground = first_masked(tile, todo);
    unsigned n_second = tile_differs(tile, foreground, second);
    subrects.count = 0;
    if (n_todo + n_second == (unsigned)(tile->w * tile->h)) {
        bool swap = n_todo > n_second;
        subrects.limit = subrect_limit(tile, converter, 2);
        if (!cover_mono(tile, swap ? second : todo, &subrects)) {
            return put_raw(converter, tile, carry, dst);
        }
        dst = put_head(converter, carry, HEXTILE_SUBRECTS, swap ? foreground : background,
                       swap ? background : foreground, dst);
        return put_mono(&subrects, dst);
    }

    subrects.limit = subrect_limit(tile, converter, converter->bytes + 2);
    if (is_busy(tile, MIN(n_todo, n_second), subrects.limit)) {
        return put_raw(converter, tile, carry, dst);
    }
    choose_background(tile, carry, &background, todo);
    if (!cover_coloured(tile, todo, &subrects)) {
        return put_raw(converter, tile, carry, dst);
    }
    dst = put_head(converter, carry, HEXTILE_SUBRECTS | HEXTILE_COLOURED, background, 0, dst);
    return put_coloured(converter, &subrects, dst);
}

static VncMethod hextile_encode(void *state G_GNUC_UNUSED, const VncEncodeParams *params,
                                const VncView *view, const VncRect *rect,
                                VncScratch *scratch G_GNUC_UNUSED, VncBuffer *out)
{
    size_t columns = (rect->w + TILE - 1) / TILE;
    Carry carry = {0};

    for (int y = 0; y < rect->h; y += TILE) {
        uint8_t *start = vnc_buffer_reserve(out, columns * TILE_BYTES);
        uint8_t *dst = start;
        for (int x = 0; x < rect->w; x += TILE) {
            Tile tile = {
                .pixels = vnc_view_at(view, rect->x + x, rect->y + y),
                .stride = view->stride,
                .w = MIN(TILE, rect->w - x),
                .h = MIN(TILE, rect->h - y),
            };
            dst = put_tile(&params->pixel, &tile, &carry, dst);
        }
        vnc_buffer_commit(out, dst - start);
    }
    return VNC_METHOD_TILES;
}

const VncEncoder vnc_encoder_hextile = {
    .number = VNC_ENCODING_HEXTILE,
    .name = "Hextile",
    .flags = VNC_ENCODER_STATELESS,
    .max_width = VNC_MAX_SIDE,
    .max_pixels = 256 * 1024,
    .align = TILE,
    .encode = hextile_encode,
};
