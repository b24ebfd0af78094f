/*
 * ZRLE (16): tiles of 64x64, each in the smallest of five shapes, through one deflate
 * stream.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Worker; owns the stream; no lock.
 */
#include "ui/enc/deflate.h"
#include "ui/enc/scratch.h"

#define TILE VNC_ZRLE_TILE

/* Subencodings; a palette's size is added to those that have one. */
enum {
    ZRLE_RAW = 0,
    ZRLE_SOLID = 1,
    ZRLE_PACKED = 0,
    ZRLE_PLAIN_RLE = 128,
    ZRLE_PALETTE_RLE = 128,
};

#define PACKED_MAX      16
#define PALETTE_RLE_MAX 127

/* Raw bounds a tile; the others may be written with a pixel's worth of slack. */
#define TILE_BYTES (1 + TILE * TILE * 4 + 16)

typedef struct VncZrleState {
    VncDeflate deflate;
} VncZrleState;

typedef enum TileShape {
    SHAPE_RAW,
    SHAPE_SOLID,
    SHAPE_PACKED,
    SHAPE_PLAIN_RLE,
    SHAPE_PALETTE_RLE,
} TileShape;

/* Runs go on from the end of a row to the beginning of the next. */
typedef struct TileRuns {
    VncZrleRuns *runs;
    unsigned count;
    unsigned singles;      /* runs of one pixel */
    unsigned length_bytes; /* what all lengths take */
    bool palette_full;     /* more colours than a palette can have: runs have no index */
} TileRuns;

static inline void add_run(TileRuns *tile, VncPalette *palette, uint32_t colour, unsigned length)
{
    unsigned i = tile->count++;

    tile->runs->colours[i] = colour;
    tile->runs->lengths[i] = length;
    tile->singles += length == 1;
    tile->length_bytes += (length - 1) / 255 + 1;
    if (!tile->palette_full) {
        int index = vnc_palette_add(palette, colour, PALETTE_RLE_MAX);
        tile->palette_full = index < 0;
        tile->runs->indexes[i] = index;
    }
}

/* Find the runs of @rect; false as soon as it is clear that raw is not larger. */
static bool find_runs(TileRuns *tile, VncPalette *palette, const VncView *view, const VncRect *rect,
                      unsigned bytes)
{
    const uint32_t *row = vnc_view_at(view, rect->x, rect->y);
    unsigned enough = rect->w * rect->h * bytes / (bytes + 1);
    uint32_t colour = row[0];
    unsigned length = 0;

    for (int y = 0; y < rect->h; y++) {
        for (int x = 0; x < rect->w; x++) {
            if (row[x] != colour) {
                add_run(tile, palette, colour, length);
                colour = row[x];
                length = 0;
            }
            length++;
        }
        if (tile->palette_full && tile->count >= enough) {
            return false;
        }
        row += view->stride;
    }
    add_run(tile, palette, colour, length);
    return true;
}

static unsigned packed_bits(unsigned colours)
{
    return colours <= 2 ? 1 : colours <= 4 ? 2 : 4;
}

static TileShape choose_shape(const TileRuns *tile, const VncPalette *palette, const VncRect *rect,
                              unsigned bytes)
{
    unsigned colours = palette->count;
    unsigned least = rect->w * rect->h * bytes;
    TileShape shape = SHAPE_RAW;

    if (tile->count == 1) {
        return SHAPE_SOLID;
    }
    unsigned plain = tile->count * bytes + tile->length_bytes;
    if (plain < least) {
        least = plain;
        shape = SHAPE_PLAIN_RLE;
    }
    if (!tile->palette_full) {
        unsigned indexed = colours * bytes + tile->count - tile->singles + tile->length_bytes;
        if (indexed < least) {
            least = indexed;
            shape = SHAPE_PALETTE_RLE;
        }
        if (colours <= PACKED_MAX) {
            unsigned row = (rect->w * packed_bits(colours) + 7) / 8;
            if (colours * bytes + row * rect->h < least) {
                shape = SHAPE_PACKED;
            }
        }
    }
    return shape;
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

static uint8_t *put_palette(const VncConverter *converter, const VncPalette *palette, uint8_t *dst)
{
    converter->row(converter, dst, palette->colours, palette->count);
    return dst + palette->count * converter->bytes;
}

static uint8_t *put_packed(const TileRuns *tile, unsigned colours, const VncRect *rect,
                           VncZrleRuns *runs, uint8_t *dst)
{
    uint8_t *expanded = runs->expanded;

    for (unsigned i = 0; i < tile->count; i++) {
        unsigned length = runs->lengths[i];
        uint8_t index = runs->indexes[i];
        for (unsigned j = 0; j < length; j++) {
            *expanded++ = index;
        }
    }
    for (int y = 0; y < rect->h; y++) {
        dst += vnc_pack_indexes(dst, runs->expanded + y * rect->w, rect->w, packed_bits(colours));
    }
    return dst;
}

static uint8_t *put_plain_rle(const VncConverter *converter, const TileRuns *tile, uint8_t *dst)
{
    uint8_t *pixels = tile->runs->pixels;

    converter->row(converter, pixels, tile->runs->colours, tile->count);
    for (unsigned i = 0; i < tile->count; i++) {
        memcpy(dst, pixels, 4);
        pixels += converter->bytes;
        dst = put_length(dst + converter->bytes, tile->runs->lengths[i]);
    }
    return dst;
}

static uint8_t *put_palette_rle(const TileRuns *tile, uint8_t *dst)
{
    for (unsigned i = 0; i < tile->count; i++) {
        unsigned length = tile->runs->lengths[i];
        uint8_t index = tile->runs->indexes[i];
        if (length == 1) {
            *dst++ = index;
        } else {
            *dst++ = index | 128;
            dst = put_length(dst, length);
        }
    }
    return dst;
}

static uint8_t *put_tile(const VncConverter *converter, const VncView *view, const VncRect *rect,
                         VncScratch *scratch, uint8_t *dst)
{
    VncPalette *palette = &scratch->palette;
    TileRuns tile = {.runs = &scratch->runs};
    TileShape shape = SHAPE_RAW;

    vnc_palette_reset(palette);
    if (find_runs(&tile, palette, view, rect, converter->bytes)) {
        shape = choose_shape(&tile, palette, rect, converter->bytes);
    }
    switch (shape) {
    case SHAPE_RAW:
        *dst++ = ZRLE_RAW;
        vnc_convert_rect(converter, view, rect, dst);
        return dst + (size_t)rect->w * rect->h * converter->bytes;
    case SHAPE_SOLID:
        *dst++ = ZRLE_SOLID;
        return put_palette(converter, palette, dst);
    case SHAPE_PACKED:
        *dst++ = ZRLE_PACKED + palette->count;
        dst = put_palette(converter, palette, dst);
        return put_packed(&tile, palette->count, rect, &scratch->runs, dst);
    case SHAPE_PLAIN_RLE:
        *dst++ = ZRLE_PLAIN_RLE;
        return put_plain_rle(converter, &tile, dst);
    case SHAPE_PALETTE_RLE:
        *dst++ = ZRLE_PALETTE_RLE + palette->count;
        dst = put_palette(converter, palette, dst);
        return put_palette_rle(&tile, dst);
    }
    g_assert_not_reached();
}

static void zrle_init(void *opaque)
{
    VncZrleState *state = opaque;

    *state = (VncZrleState){0};
}

static void zrle_clear(void *opaque)
{
    VncZrleState *state = opaque;

    vnc_deflate_clear(&state->deflate);
}

static VncMethod zrle_encode(void *opaque, const VncEncodeParams *params, const VncView *view,
                             const VncRect *rect, VncScratch *scratch, VncBuffer *out)
{
    VncZrleState *state = opaque;

    vnc_buffer_reset(&scratch->pixels);
    for (int y = 0; y < rect->h; y += TILE) {
        for (int x = 0; x < rect->w; x += TILE) {
            VncRect tile = {
                .x = rect->x + x,
                .y = rect->y + y,
                .w = MIN(TILE, rect->w - x),
                .h = MIN(TILE, rect->h - y),
            };
            uint8_t *dst = vnc_buffer_reserve(&scratch->pixels, TILE_BYTES);
            uint8_t *end = put_tile(&params->cpixel, view, &tile, scratch, dst);
            vnc_buffer_commit(&scratch->pixels, end - dst);
        }
    }

    size_t start = out->len;
    vnc_buffer_append_u32(out, 0);
    vnc_deflate(&state->deflate, params->compress_level, vnc_buffer_bytes(&scratch->pixels),
                scratch->pixels.len, out);
    vnc_buffer_patch_u32(out, start, out->len - start - 4);
    return VNC_METHOD_TILES;
}

/* Wide enough for most screens, and still a whole row of tiles within max_pixels. */
const VncEncoder vnc_encoder_zrle = {
    .number = VNC_ENCODING_ZRLE,
    .name = "ZRLE",
    .max_width = 4096,
    .max_pixels = 4096 * TILE,
    .align = TILE,
    .state_size = sizeof(VncZrleState),
    .init = zrle_init,
    .clear = zrle_clear,
    .encode = zrle_encode,
};
