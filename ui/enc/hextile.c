/*
 * Hextile (5): tiles of 16x16, each raw or a background with subrectangles.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pure; any thread. Colours are carried from tile to tile within one rectangle alone.
 */
#include "ui/enc/cover.h"
#include "ui/enc/mask.h"

#define TILE        16
#define TILE_PIXELS (TILE * TILE)

enum {
    HEXTILE_RAW = 1,
    HEXTILE_BACKGROUND = 2,
    HEXTILE_FOREGROUND = 4,
    HEXTILE_SUBRECTS = 8,
    HEXTILE_COLOURED = 16,
};

/* Room for mask, background, foreground and count, and for all that a tile may write before it
 * turns out to be larger than raw. Pixels are copied as four bytes, whatever their size. */
#define TILE_BYTES (1 + 4 + 4 + 1 + TILE_PIXELS * 4 + 16)

/* The colours that the viewer remembers from the tiles before. */
typedef struct Carry {
    bool background_valid, foreground_valid;
    uint32_t background, foreground;
} Carry;

/* The first pixel under the mask, which is not empty. */
static uint32_t first_masked(const VncBlock *tile, const VncBlockMask mask)
{
    int y = 0;

    while (mask[y] == 0) {
        y++;
    }
    return tile->pixels[y * tile->stride + __builtin_ctzll(mask[y])];
}

/* Whether all pixels under the mask have @colour, so that the tile has two colours. */
static bool is_mono(const VncBlock *tile, const VncBlockMask mask, uint32_t colour)
{
    const uint32_t *row = tile->pixels;

    for (int y = 0; y < tile->h; y++) {
        if (mask[y] & vnc_mask_colour(row, tile->w, colour)) {
            return false;
        }
        row += tile->stride;
    }
    return true;
}

/* Choose the most frequent of a few likely colours; @todo becomes the pixels that differ from
 * it. */
static void choose_background(const VncBlock *tile, const Carry *carry, uint32_t *background,
                              unsigned least, VncBlockMask todo)
{
    uint32_t candidates[] = {
        carry->background_valid ? carry->background : tile->pixels[tile->w - 1],
        tile->pixels[(tile->h - 1) * tile->stride],
        tile->pixels[tile->h / 2 * tile->stride + tile->w / 2],
    };

    for (size_t i = 0; i < G_N_ELEMENTS(candidates); i++) {
        if (candidates[i] != *background) {
            VncBlockMask mask;
            vnc_block_differs(tile, candidates[i], mask);
            unsigned count = vnc_block_count(tile, mask);
            if (count < least) {
                least = count;
                *background = candidates[i];
                memcpy(todo, mask, tile->h * sizeof(mask[0]));
            }
        }
    }
}

static inline uint8_t *put_colour(const VncConverter *converter, uint8_t *dst, uint32_t colour)
{
    converter->row(converter, dst, &colour, 1);
    return dst + converter->bytes;
}

/* Convert all pixels at once, not row by row: with rows this short, the cost of a call matters. */
static uint8_t *put_raw(const VncConverter *converter, const VncBlock *tile, Carry *carry,
                        uint8_t *dst)
{
    const uint32_t *row = tile->pixels;
    uint32_t pixels[TILE_PIXELS];

    for (int y = 0; y < tile->h; y++) {
        if (tile->w == TILE) {
            memcpy(pixels + y * TILE, row, TILE * 4);
        } else {
            memcpy(pixels + y * tile->w, row, tile->w * 4);
        }
        row += tile->stride;
    }
    *dst++ = HEXTILE_RAW;
    converter->row(converter, dst, pixels, tile->w * tile->h);
    *carry = (Carry){0};
    return dst + (size_t)tile->w * tile->h * converter->bytes;
}

/* Write the mask, and the colours that the viewer does not remember. */
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

static inline uint8_t *put_place(const struct VncSubrect *rect, uint8_t *dst)
{
    *dst++ = rect->x << 4 | rect->y;
    *dst++ = (rect->w - 1) << 4 | (rect->h - 1);
    return dst;
}

static uint8_t *put_mono(const VncSubrects *subrects, uint8_t *dst)
{
    *dst++ = subrects->count;
    for (unsigned i = 0; i < subrects->count; i++) {
        dst = put_place(&subrects->rects[i], dst);
    }
    return dst;
}

static uint8_t *put_coloured(const VncConverter *converter, VncSubrects *subrects, uint8_t *dst)
{
    const uint8_t *pixels = subrects->pixels;

    converter->row(converter, subrects->pixels, subrects->colours, subrects->count);
    *dst++ = subrects->count;
    for (unsigned i = 0; i < subrects->count; i++) {
        memcpy(dst, pixels, 4);
        pixels += converter->bytes;
        dst = put_place(&subrects->rects[i], dst + converter->bytes);
    }
    return dst;
}

/* The most subrectangles, of @bytes each, with which a tile is still smaller than a raw one. */
static unsigned subrect_limit(const VncBlock *tile, const VncConverter *converter, unsigned bytes)
{
    return (tile->w * tile->h * converter->bytes - 1) / bytes;
}

static uint8_t *put_tile_mono(const VncConverter *converter, VncBlock *tile, Carry *carry,
                              uint32_t background, VncBlockMask todo, VncSubrects *subrects,
                              uint8_t *dst)
{
    uint32_t foreground = first_masked(tile, todo);

    if (vnc_block_count(tile, todo) * 2 > (unsigned)(tile->w * tile->h)) {
        uint32_t other = background;
        background = foreground;
        foreground = other;
        for (int y = 0; y < tile->h; y++) {
            todo[y] ^= (UINT64_C(1) << tile->w) - 1;
        }
    }
    vnc_block_no_changes(tile);
    if (!vnc_block_cover(tile, todo, subrect_limit(tile, converter, 2), subrects)) {
        return put_raw(converter, tile, carry, dst);
    }
    dst = put_head(converter, carry, HEXTILE_SUBRECTS, background, foreground, dst);
    return put_mono(subrects, dst);
}

static uint8_t *put_tile(const VncConverter *converter, VncBlock *tile, Carry *carry,
                         VncSubrects *subrects, uint8_t *dst)
{
    unsigned limit = subrect_limit(tile, converter, converter->bytes + 2);
    uint32_t background = tile->pixels[0];
    VncBlockMask todo;

    if (!vnc_block_differs(tile, background, todo)) {
        return put_head(converter, carry, 0, background, 0, dst);
    }
    if (is_mono(tile, todo, first_masked(tile, todo))) {
        return put_tile_mono(converter, tile, carry, background, todo, subrects, dst);
    }

    unsigned n_todo = vnc_block_count(tile, todo);
    vnc_block_find_changes(tile);
    /* A subrectangle of n pixels uses up at least n - 1 pairs of equal neighbours. With more pixels
     * than this, too many subrectangles would be needed for sure. */
    if (n_todo > vnc_block_equal_pairs(tile) + limit) {
        return put_raw(converter, tile, carry, dst);
    }
    choose_background(tile, carry, &background, n_todo, todo);
    if (!vnc_block_cover(tile, todo, limit, subrects)) {
        return put_raw(converter, tile, carry, dst);
    }
    dst = put_head(converter, carry, HEXTILE_SUBRECTS | HEXTILE_COLOURED, background, 0, dst);
    return put_coloured(converter, subrects, dst);
}

static VncMethod hextile_encode(void *state G_GNUC_UNUSED, const VncEncodeParams *params,
                                const VncView *view, const VncPiece *piece, VncScratch *scratch,
                                VncBuffer *out)
{
    const VncRect *rect = &piece->rect;
    size_t columns = (rect->w + TILE - 1) / TILE;
    Carry carry = {0};
    VncBlock tile;

    tile.stride = view->stride;
    for (int y = 0; y < rect->h; y += TILE) {
        uint8_t *start = vnc_buffer_reserve(out, columns * TILE_BYTES);
        uint8_t *dst = start;
        for (int x = 0; x < rect->w; x += TILE) {
            tile.pixels = vnc_view_at(view, rect->x + x, rect->y + y);
            tile.w = MIN(TILE, rect->w - x);
            tile.h = MIN(TILE, rect->h - y);
            dst = put_tile(&params->pixel, &tile, &carry, &scratch->subrects, dst);
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
