/*
 * Writing a tile in the smallest of ZRLE's or TRLE's shapes.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pure; any thread.
 */
#include "ui/enc/tile-rle.h"
#include "ui/enc/mask.h"
#include "ui/enc/wavelet.h"

/* Subencodings; those that have a palette add its size to the number. */
enum {
    TILE_RAW = 0,
    TILE_SOLID = 1,
    TILE_PACKED = 0,
    TILE_PACKED_REUSED = 127, /* uses the palette of the tile before; TRLE alone */
    TILE_PLAIN_RLE = 128,
    TILE_PALETTE_RLE = 128,
    TILE_PALETTE_RLE_REUSED = 129,
};

#define PACKED_MAX      16
#define PALETTE_RLE_MAX 127

typedef enum TileShape {
    SHAPE_RAW,
    SHAPE_SOLID,
    SHAPE_PACKED,
    SHAPE_PLAIN_RLE,
    SHAPE_PALETTE_RLE,
} TileShape;

/* A tile; its runs continue from the end of a row to the beginning of the next. */
typedef struct Tile {
    const VncRect *rect;
    unsigned pixels;
    unsigned raw_bytes;
    unsigned count;                  /* runs */
    unsigned singles;                /* runs of one pixel */
    unsigned length_bytes;           /* for all lengths */
    bool has_palette;                /* its colours fit a palette: runs have indexes */
    uint8_t places[PALETTE_RLE_MAX]; /* where the palette of the tile before has each colour */
} Tile;

typedef struct Choice {
    TileShape shape;
    bool reuse; /* use the palette of the tile before */
    unsigned bytes;
} Choice;

/* Set bit x of changes[y] where a run begins. Returns how many begin, not counting the first
 * one. */
static unsigned find_changes(uint64_t *changes, const VncView *view, const VncRect *rect)
{
    const uint32_t *row = vnc_view_at(view, rect->x, rect->y);
    uint32_t before = row[0];
    unsigned count = 0;

    for (int y = 0; y < rect->h; y++) {
        changes[y] = vnc_mask_changes(row, rect->w, before);
        count += vnc_mask_count(changes[y]);
        before = row[rect->w - 1];
        row += view->stride;
    }
    return count;
}

/* Whether nearly every run so far has brought a new colour: then more colours will come than a
 * palette holds. This is wrong for one in a hundred of the tiles with 127 scattered colours. */
static inline bool is_colourful(unsigned colours, unsigned runs)
{
    return runs >= 64 && colours * 8 > runs * 7;
}

/* List the runs: their colours, indexes into the palette, and starts; starts[count] is the end of
 * the tile. Returns false as soon as it is clear that raw is not larger. */
static bool list_runs(Tile *tile, VncTileRuns *runs, VncPalette *palette, const VncView *view,
                      bool plain_is_small)
{
    const uint32_t *row = vnc_view_at(view, tile->rect->x, tile->rect->y);
    uint64_t first = 1; /* the first pixel begins a run, although it differs from none */
    unsigned count = 0, base = 0;

    vnc_palette_reset(palette);
    tile->has_palette = true;
    for (int y = 0; y < tile->rect->h; y++) {
        unsigned before = count;
        for (uint64_t left = runs->changes[y] | first; left; left &= left - 1) {
            int x = __builtin_ctzll(left);
            runs->colours[count] = row[x];
            runs->starts[count++] = base + x;
        }
        for (unsigned i = before; i < count && tile->has_palette; i++) {
            int index = vnc_palette_add(palette, runs->colours[i], PALETTE_RLE_MAX);
            tile->has_palette = index >= 0;
            runs->indexes[i] = index;
        }
        if (!plain_is_small && (!tile->has_palette || is_colourful(palette->count, count))) {
            return false;
        }
        first = 0;
        base += tile->rect->w;
        row += view->stride;
    }
    runs->starts[count] = base;
    return true;
}

static void measure_lengths(Tile *tile, const VncTileRuns *runs)
{
    unsigned singles = 0, bytes = tile->count;

    for (unsigned i = 0; i < tile->count; i++) {
        unsigned length = runs->starts[i + 1] - runs->starts[i];
        singles += length == 1;
        bytes += (length - 1) / 255;
    }
    tile->singles = singles;
    tile->length_bytes = bytes;
}

/* Whether the palette of the tile before has all colours: places[] says where. */
static bool find_in_previous(const VncTileRle *rle, Tile *tile)
{
    if (!rle->previous_is_known || !tile->has_palette) {
        return false;
    }
    for (unsigned i = 0; i < rle->palette->count; i++) {
        int place = vnc_palette_add(rle->previous, rle->palette->colours[i], 0);
        if (place < 0) {
            return false;
        }
        tile->places[i] = place;
    }
    return true;
}

static unsigned packed_bits(unsigned colours)
{
    return colours <= 2 ? 1 : colours <= 4 ? 2 : 4;
}

static void consider(Choice *choice, TileShape shape, bool reuse, unsigned bytes)
{
    if (bytes < choice->bytes) {
        *choice = (Choice){shape, reuse, bytes};
    }
}

/* Consider both shapes with a palette of @colours, which takes @palette_bytes. */
static void consider_palette(Choice *choice, const Tile *tile, bool reuse, unsigned colours,
                             unsigned palette_bytes)
{
    unsigned runs = tile->count - tile->singles + tile->length_bytes;

    consider(choice, SHAPE_PALETTE_RLE, reuse, palette_bytes + runs);
    if (colours <= PACKED_MAX) {
        unsigned row = (tile->rect->w * packed_bits(colours) + 7) / 8;
        consider(choice, SHAPE_PACKED, reuse, palette_bytes + row * tile->rect->h);
    }
}

/* Choose the smallest shape. Of equally small ones, choose the one that a viewer paints fastest.
 * But a palette that is used again comes first, because the tiles that follow can still use it. */
static Choice choose_shape(const VncTileRle *rle, Tile *tile)
{
    unsigned bytes = rle->converter->bytes;
    Choice choice = {SHAPE_RAW, false, tile->raw_bytes};

    if (find_in_previous(rle, tile)) {
        consider_palette(&choice, tile, true, rle->previous->count, 0);
    }
    if (tile->count == 1) {
        consider(&choice, SHAPE_SOLID, false, bytes);
        return choice;
    }
    consider(&choice, SHAPE_PLAIN_RLE, false, tile->count * bytes + tile->length_bytes);
    if (tile->has_palette) {
        consider_palette(&choice, tile, false, rle->palette->count, rle->palette->count * bytes);
    }
    return choice;
}

static inline uint8_t *put_length(uint8_t *dst, unsigned length)
{
    length--;
    while (length >= 255) {
        *dst++ = 255;
        length -= 255;
    }
    *dst++ = length;
    return dst;
}

static uint8_t *put_packed(const Tile *tile, VncTileRuns *runs, unsigned colours, uint8_t *dst)
{
    const VncRect *rect = tile->rect;
    unsigned bits = packed_bits(colours);

    /* Write eight bytes at a time: the next run overwrites those that are too many. */
    for (unsigned i = 0; i < tile->count; i++) {
        uint8_t *end = runs->expanded + runs->starts[i + 1];
        for (uint8_t *at = runs->expanded + runs->starts[i]; at < end; at += 8) {
            memset(at, runs->indexes[i], 8);
        }
    }
    if (rect->w * bits % 8 == 0) {
        return dst + vnc_pack_indexes(dst, runs->expanded, tile->pixels, bits);
    }
    for (int y = 0; y < rect->h; y++) {
        dst += vnc_pack_indexes(dst, runs->expanded + y * rect->w, rect->w, bits);
    }
    return dst;
}

static uint8_t *put_plain_rle(const VncConverter *converter, const Tile *tile, VncTileRuns *runs,
                              uint8_t *dst)
{
    const uint8_t *pixels = runs->pixels;

    converter->row(converter, runs->pixels, runs->colours, tile->count);
    for (unsigned i = 0; i < tile->count; i++) {
        memcpy(dst, pixels, 4);
        pixels += converter->bytes;
        dst = put_length(dst + converter->bytes, runs->starts[i + 1] - runs->starts[i]);
    }
    return dst;
}

static uint8_t *put_palette_rle(const Tile *tile, const VncTileRuns *runs, uint8_t *dst)
{
    for (unsigned i = 0; i < tile->count; i++) {
        unsigned length = runs->starts[i + 1] - runs->starts[i];
        if (length == 1) {
            *dst++ = runs->indexes[i];
        } else {
            *dst++ = runs->indexes[i] | 128;
            dst = put_length(dst, length);
        }
    }
    return dst;
}

/* Write a tile within a tile: one of coefficients, which are as many as pixels. */
static uint8_t *put_wavelet(VncTileRle *rle, const VncView *view, const VncRect *rect, uint8_t *dst)
{
    VncView coefficients = {
        vnc_wavelet_transform(rle->wavelet, view, rect, rle->wavelet_level,
                              rle->converter->bytes == 2),
        rect->w,
        rect->w,
        rect->h,
    };

    rle->raw = VNC_TILE_RAW_PIXELS;
    dst = vnc_tile_rle_put(rle, &coefficients, &(VncRect){0, 0, rect->w, rect->h}, dst);
    rle->raw = VNC_TILE_RAW_WAVELET;
    rle->lossy = true;
    return dst;
}

static uint8_t *put_raw(VncTileRle *rle, const VncView *view, const Tile *tile, uint8_t *dst)
{
    *dst++ = TILE_RAW;
    if (rle->raw == VNC_TILE_RAW_WAVELET) {
        return put_wavelet(rle, view, tile->rect, dst);
    }
    vnc_convert_rect(rle->converter, view, tile->rect, dst);
    return dst + tile->raw_bytes;
}

static uint8_t *put_solid(const VncTileRle *rle, uint32_t colour, uint8_t *dst)
{
    *dst++ = TILE_SOLID;
    rle->converter->row(rle->converter, dst, &colour, 1);
    return dst + rle->converter->bytes;
}

/* Write the subencoding, and the palette unless the viewer has it. */
static uint8_t *put_palette_head(const VncTileRle *rle, bool reuse, unsigned reused, unsigned own,
                                 uint8_t *dst)
{
    const VncPalette *palette = rle->palette;

    if (reuse) {
        *dst++ = reused;
        return dst;
    }
    *dst++ = own + palette->count;
    rle->converter->row(rle->converter, dst, palette->colours, palette->count);
    return dst + palette->count * rle->converter->bytes;
}

static uint8_t *put_shape(VncTileRle *rle, const VncView *view, const Tile *tile, Choice choice,
                          uint8_t *dst)
{
    VncTileRuns *runs = rle->runs;
    unsigned colours = choice.reuse ? rle->previous->count : rle->palette->count;

    for (unsigned i = 0; choice.reuse && i < tile->count; i++) {
        runs->indexes[i] = tile->places[runs->indexes[i]];
    }
    switch (choice.shape) {
    case SHAPE_RAW:
        return put_raw(rle, view, tile, dst);
    case SHAPE_SOLID:
        return put_solid(rle, runs->colours[0], dst);
    case SHAPE_PLAIN_RLE:
        *dst++ = TILE_PLAIN_RLE;
        return put_plain_rle(rle->converter, tile, runs, dst);
    case SHAPE_PACKED:
        dst = put_palette_head(rle, choice.reuse, TILE_PACKED_REUSED, TILE_PACKED, dst);
        return put_packed(tile, runs, colours, dst);
    case SHAPE_PALETTE_RLE:
        dst = put_palette_head(rle, choice.reuse, TILE_PALETTE_RLE_REUSED, TILE_PALETTE_RLE, dst);
        return put_palette_rle(tile, runs, dst);
    }
    g_assert_not_reached();
}

/* Note what the viewer knows after a tile. The specification does not say that a tile without a
 * palette leaves the one before in place, so it is not used again. */
static void remember_palette(VncTileRle *rle, Choice choice)
{
    bool has_palette = choice.shape == SHAPE_PACKED || choice.shape == SHAPE_PALETTE_RLE;

    if (has_palette && !choice.reuse) {
        VncPalette *palette = rle->palette;
        rle->palette = rle->previous;
        rle->previous = palette;
    }
    rle->previous_is_known = has_palette;
}

uint8_t *vnc_tile_rle_put(VncTileRle *rle, const VncView *view, const VncRect *rect, uint8_t *dst)
{
    unsigned bytes = rle->converter->bytes;
    Tile tile = {.rect = rect, .pixels = rect->w * rect->h};
    Choice choice = {.shape = SHAPE_RAW};

    tile.raw_bytes = rle->raw == VNC_TILE_RAW_NEVER ? UINT_MAX : tile.pixels * bytes;
    tile.count = find_changes(rle->runs->changes, view, rect) + 1;
    if (tile.count == 1 && !rle->previous_is_known) {
        return put_solid(rle, *vnc_view_at(view, rect->x, rect->y), dst);
    }
    /* Each plain run takes a byte more than a pixel: with many runs, raw is not larger. */
    if (list_runs(&tile, rle->runs, rle->palette, view,
                  tile.count * (bytes + 1) < tile.raw_bytes)) {
        measure_lengths(&tile, rle->runs);
        choice = choose_shape(rle, &tile);
    }
    dst = put_shape(rle, view, &tile, choice, dst);
    if (rle->previous) {
        remember_palette(rle, choice);
    }
    return dst;
}

void vnc_tile_rle_put_all(VncTileRle *rle, const VncView *view, const VncRect *rect, int side,
                          VncBuffer *out)
{
    size_t columns = (rect->w + side - 1) / side;

    for (int y = 0; y < rect->h; y += side) {
        uint8_t *start = vnc_buffer_reserve(out, columns * VNC_TILE_RLE_BYTES(side));
        uint8_t *dst = start;
        for (int x = 0; x < rect->w; x += side) {
            VncRect tile = {
                .x = rect->x + x,
                .y = rect->y + y,
                .w = MIN(side, rect->w - x),
                .h = MIN(side, rect->h - y),
            };
            dst = vnc_tile_rle_put(rle, view, &tile, dst);
        }
        vnc_buffer_commit(out, dst - start);
    }
}

void vnc_tile_rle_init(VncTileRle *rle, const VncConverter *converter, VncScratch *scratch,
                       bool reuse)
{
    *rle = (VncTileRle){
        .converter = converter,
        .runs = &scratch->runs,
        .palette = &scratch->palette,
        .previous = reuse ? &scratch->previous : NULL,
    };
}
