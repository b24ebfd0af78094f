/*
 * TightPNG (-260): Tight with a PNG file in place of all data that goes through deflate.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pure; any thread. Rectangles do not depend on each other.
 */
#include "ui/base/predict.h"
#include "ui/enc/scratch.h"
#include "ui/enc/tight-common.h"

#define RGB VNC_PREDICT_BYTES

/* PNG's pixel format, whatever the viewer's is. */
static VncConverter rgb_converter(void)
{
    VncConverter converter;

    vnc_converter_init(&converter, &vnc_pixel_format_native, VNC_LAYOUT_TPIXEL);
    return converter;
}

static VncMethod put_png(const VncTight *tight, VncPngImage *image, int level)
{
    image->width = tight->rect->w;
    image->height = tight->rect->h;
    vnc_buffer_append_u8(tight->out, VNC_TIGHT_PNG);
    size_t mark = vnc_tight_begin_data(tight);
    vnc_png_write(&tight->scratch->png, image, level, tight->out);
    vnc_tight_end_data(tight, mark);
    return VNC_METHOD_PNG;
}

static unsigned bits_for(unsigned colours)
{
    return colours <= 2 ? 1 : colours <= 4 ? 2 : colours <= 16 ? 4 : 8;
}

static VncMethod put_indexed(const VncTight *tight, const uint8_t *indexes)
{
    const VncPalette *palette = &tight->scratch->palette;
    const VncConverter converter = rgb_converter();
    const VncRect *rect = tight->rect;
    unsigned bits = bits_for(palette->count);
    size_t row_size = 1 + ((size_t)rect->w * bits + 7) / 8;
    uint8_t colours[VNC_PALETTE_MAX * RGB];

    vnc_buffer_reset(&tight->scratch->pixels);
    uint8_t *rows = vnc_buffer_reserve(&tight->scratch->pixels, row_size * rect->h);
    for (int y = 0; y < rect->h; y++) {
        uint8_t *row = rows + y * row_size;
        row[0] = VNC_PNG_FILTER_NONE;
        if (bits == 8) {
            memcpy(row + 1, indexes, rect->w);
        } else {
            vnc_pack_indexes(row + 1, indexes, rect->w, bits);
        }
        indexes += rect->w;
    }
    converter.row(&converter, colours, palette->colours, palette->count);
    return put_png(tight,
                   &(VncPngImage){.bits = bits,
                                  .palette = colours,
                                  .colours = palette->count,
                                  .rows = rows,
                                  .size = row_size * rect->h},
                   tight->params->compress_level);
}

/* The filter makes all content smaller that ISA-L compresses, by a tenth to a third. zlib, at its
 * higher levels, finds repetitions in drawn content better without the filter. */
static bool filter_wins(VncContent content, int level)
{
    return level > 0 && (content != VNC_CONTENT_OTHER || level <= VNC_TIGHT_PREDICTED_MAX_LEVEL);
}

static VncMethod put_rgb(const VncTight *tight, VncContent content)
{
    const VncConverter converter = rgb_converter();
    const VncRect *rect = tight->rect;
    int level = tight->params->compress_level;
    bool filter = filter_wins(content, level);
    size_t row_size = 1 + (size_t)rect->w * RGB;

    vnc_buffer_reset(&tight->scratch->pixels);
    uint8_t *rows = vnc_buffer_reserve(&tight->scratch->pixels, row_size * rect->h);
    VncTightRows pair = vnc_tight_rows_begin(tight);
    for (int y = 0; y < rect->h; y++) {
        uint8_t *row = rows + y * row_size;
        row[0] = filter ? VNC_PNG_FILTER_PAETH : VNC_PNG_FILTER_NONE;
        if (filter) {
            vnc_tight_predict_row(tight, &pair, &converter, vnc_predict_paeth, y, row + 1);
        } else {
            converter.row(&converter, row + 1, vnc_view_at(tight->view, rect->x, rect->y + y),
                          rect->w);
        }
    }
    return put_png(tight, &(VncPngImage){.bits = 24, .rows = rows, .size = row_size * rect->h},
                   content != VNC_CONTENT_OTHER ? MIN(level, VNC_TIGHT_PREDICTED_MAX_LEVEL)
                                                : level);
}

static VncMethod tight_png_encode(void *state G_GNUC_UNUSED, const VncEncodeParams *params,
                                  const VncView *view, const VncPiece *piece, VncScratch *scratch,
                                  VncBuffer *out)
{
    const VncTight tight = {params, view, piece, &piece->rect, scratch, out};
    uint8_t *indexes;
    VncContent content = vnc_tight_classify(&tight, VNC_PALETTE_MAX, true, &indexes);

    if (content == VNC_CONTENT_MANY) {
        return VNC_METHOD_MIXED;
    }
    if (content == VNC_CONTENT_SOLID) {
        vnc_tight_put_fill(&tight);
        return VNC_METHOD_SOLID;
    }
    if (vnc_tight_try_jpeg(&tight, content)) {
        return VNC_METHOD_JPEG;
    }
    return scratch->palette.count > 0 ? put_indexed(&tight, indexes) : put_rgb(&tight, content);
}

const VncEncoder vnc_encoder_tight_png = {
    .number = VNC_ENCODING_TIGHT_PNG,
    .name = "TightPNG",
    .flags = VNC_ENCODER_STATELESS | VNC_ENCODER_LOSSY | VNC_ENCODER_SPLITS,
    .max_width = VNC_TIGHT_MAX_WIDTH,
    .max_pixels = VNC_TIGHT_MAX_PIXELS,
    .align = VNC_TIGHT_ALIGN,
    .gap = 8,
    .encode = tight_png_encode,
};
