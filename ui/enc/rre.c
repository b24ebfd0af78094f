/*
 * RRE (2): a background with subrectangles.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pure; any thread. RRE has no other shape to fall back to: busy content takes up to one
 * subrectangle per pixel. So rectangles are small: each has a background of its own, and its size
 * has a bound.
 */
#include "ui/enc/cover.h"

#define PLACE_BYTES 8 /* x, y, w, h, two bytes each */

/* The four bytes of a pixel may be written beyond the last subrectangle. */
#define BLOCK_BYTES (VNC_BLOCK_PIXELS * (4 + PLACE_BYTES) + 4)

/* Every SAMPLE-th pixel of every SAMPLE-th row is in the sample. */
#define SAMPLE 4

/* The most frequent colour of a sample; colours beyond the first 256 do not count. */
static uint32_t choose_background(VncPalette *palette, const VncView *view, const VncRect *rect)
{
    unsigned counts[VNC_PALETTE_MAX] = {0};
    unsigned best = 0;

    vnc_palette_reset(palette);
    for (int y = 0; y < rect->h; y += SAMPLE) {
        /* Take other columns in each row, because pictures have vertical lines. */
        const uint32_t *row = vnc_view_at(view, rect->x, rect->y + y);
        for (int x = y / SAMPLE % SAMPLE; x < rect->w; x += SAMPLE) {
            int index = vnc_palette_add(palette, row[x], VNC_PALETTE_MAX);
            if (index >= 0) {
                counts[index]++;
            }
        }
    }
    for (unsigned i = 1; i < palette->count; i++) {
        if (counts[i] > counts[best]) {
            best = i;
        }
    }
    return palette->colours[best];
}

static inline uint8_t *put_u16(unsigned value, uint8_t *dst)
{
    *dst++ = value >> 8;
    *dst++ = value & 0xff;
    return dst;
}

/* @x, @y: the block's place in the rectangle. */
static uint8_t *put_subrects(const VncConverter *converter, VncSubrects *subrects, int x, int y,
                             uint8_t *dst)
{
    const uint8_t *pixels = subrects->pixels;

    converter->row(converter, subrects->pixels, subrects->colours, subrects->count);
    for (unsigned i = 0; i < subrects->count; i++) {
        const struct VncSubrect *rect = &subrects->rects[i];
        memcpy(dst, pixels, 4);
        pixels += converter->bytes;
        dst = put_u16(x + rect->x, dst + converter->bytes);
        dst = put_u16(y + rect->y, dst);
        dst = put_u16(rect->w, dst);
        dst = put_u16(rect->h, dst);
    }
    return dst;
}

/* Cover one block and append its subrectangles. Returns how many there are. */
static unsigned put_block(const VncConverter *converter, const VncView *view, const VncRect *rect,
                          const VncRect *within, uint32_t background, VncSubrects *subrects,
                          VncBuffer *out)
{
    VncBlock block;
    VncBlockMask todo;

    block.pixels = vnc_view_at(view, rect->x, rect->y);
    block.stride = view->stride;
    block.w = rect->w;
    block.h = rect->h;
    if (!vnc_block_differs(&block, background, todo)) {
        return 0;
    }
    vnc_block_find_changes(&block);
    vnc_block_cover(&block, todo, VNC_BLOCK_PIXELS, subrects);
    uint8_t *start = vnc_buffer_reserve(out, BLOCK_BYTES);
    uint8_t *end =
        put_subrects(converter, subrects, rect->x - within->x, rect->y - within->y, start);
    vnc_buffer_commit(out, end - start);
    return subrects->count;
}

static VncMethod rre_encode(void *state G_GNUC_UNUSED, const VncEncodeParams *params,
                            const VncView *view, const VncPiece *piece, VncScratch *scratch,
                            VncBuffer *out)
{
    const VncRect *rect = &piece->rect;
    const VncConverter *converter = &params->pixel;
    uint32_t background = choose_background(&scratch->palette, view, rect);
    size_t start = out->len;
    unsigned count = 0;

    vnc_buffer_append_u32(out, 0);
    converter->row(converter, vnc_buffer_reserve(out, converter->bytes), &background, 1);
    vnc_buffer_commit(out, converter->bytes);
    for (int y = 0; y < rect->h; y += VNC_BLOCK) {
        for (int x = 0; x < rect->w; x += VNC_BLOCK) {
            VncRect block = {
                .x = rect->x + x,
                .y = rect->y + y,
                .w = MIN(VNC_BLOCK, rect->w - x),
                .h = MIN(VNC_BLOCK, rect->h - y),
            };
            count += put_block(converter, view, &block, rect, background, &scratch->subrects, out);
        }
    }
    vnc_buffer_patch_u32(out, start, count);
    return VNC_METHOD_TILES;
}

const VncEncoder vnc_encoder_rre = {
    .number = VNC_ENCODING_RRE,
    .name = "RRE",
    .flags = VNC_ENCODER_STATELESS,
    .max_width = 512,
    .max_pixels = 64 * 1024,
    .align = VNC_BLOCK,
    .encode = rre_encode,
};
