/*
 * Tight (7): one colour, a palette with indexes, full colour through deflate, or JPEG.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Worker; owns three deflate streams, none of which is ever reset; no lock.
 */
#include "ui/enc/deflate.h"
#include "ui/enc/photo.h"
#include "ui/enc/scratch.h"

/* The compression-control byte. */
enum {
    TIGHT_STREAM_SHIFT = 4,
    TIGHT_EXPLICIT_FILTER = 0x40,
    TIGHT_FILL = 0x80,
    TIGHT_JPEG = 0x90,
};

#define TIGHT_FILTER_PALETTE 1

typedef enum TightStream {
    STREAM_FULL_COLOUR,
    STREAM_MONO,
    STREAM_INDEXED,
    STREAMS,
} TightStream;

/* A rectangle's size. The specification allows a width of 2048; but a compact one has fewer
 * colours, so a palette is found more often, and its distances in the stream are shorter. 512
 * makes 5 to 25 % more bytes, 128 fewer ones, but a strip of text takes half as long again. */
#define TIGHT_MAX_WIDTH       256
#define TIGHT_MAX_PIXELS      (64 * 1024)
#define TIGHT_ALIGN           16 /* rows: JPEG's blocks */

#define TIGHT_MIN_TO_COMPRESS 12 /* bytes; what is shorter is sent as it is */

/* JPEG's own tables take some 600 bytes: a few pixels are smaller without. */
#define JPEG_MIN_PIXELS 1024
/* As many colours as this are few enough to be drawn; no photo worth the name has fewer. */
#define JPEG_MIN_COLOURS 96

typedef struct VncTightState {
    VncDeflate streams[STREAMS];
} VncTightState;

/* What encode was called with. */
typedef struct Tight {
    VncTightState *state;
    const VncEncodeParams *params;
    const VncView *view;
    const VncRect *rect;
    VncScratch *scratch;
    VncBuffer *out;
} Tight;

static size_t pixel_count(const VncRect *rect)
{
    return (size_t)rect->w * rect->h;
}

/* 7 bits, 7 bits, 8 bits, the lowest first. */
static void put_compact_length(VncBuffer *out, size_t length)
{
    vnc_buffer_append_u8(out, (length & 0x7f) | (length > 0x7f ? 0x80 : 0));
    if (length > 0x7f) {
        vnc_buffer_append_u8(out, (length >> 7 & 0x7f) | (length > 0x3fff ? 0x80 : 0));
    }
    if (length > 0x3fff) {
        vnc_buffer_append_u8(out, length >> 14);
    }
}

static void put_packed(const Tight *tight)
{
    VncBuffer *packed = &tight->scratch->packed;

    put_compact_length(tight->out, packed->len);
    vnc_buffer_append(tight->out, vnc_buffer_bytes(packed), packed->len);
}

/* What a filter has made of the pixels. */
static void put_data(const Tight *tight, TightStream stream, const uint8_t *bytes, size_t len)
{
    if (len < TIGHT_MIN_TO_COMPRESS) {
        vnc_buffer_append(tight->out, bytes, len);
        return;
    }
    vnc_buffer_reset(&tight->scratch->packed);
    vnc_deflate(&tight->state->streams[stream], tight->params->compress_level, bytes, len,
                &tight->scratch->packed);
    put_packed(tight);
}

static void put_colours(const Tight *tight, const uint32_t *colours, unsigned count)
{
    const VncConverter *converter = &tight->params->tpixel;
    size_t size = count * converter->bytes;

    converter->row(converter, vnc_buffer_reserve(tight->out, size), colours, count);
    vnc_buffer_commit(tight->out, size);
}

static void put_fill(const Tight *tight)
{
    vnc_buffer_append_u8(tight->out, TIGHT_FILL);
    put_colours(tight, vnc_view_at(tight->view, tight->rect->x, tight->rect->y), 1);
}

static void put_palette(const Tight *tight, TightStream stream)
{
    const VncPalette *palette = &tight->scratch->palette;

    vnc_buffer_append_u8(tight->out, stream << TIGHT_STREAM_SHIFT | TIGHT_EXPLICIT_FILTER);
    vnc_buffer_append_u8(tight->out, TIGHT_FILTER_PALETTE);
    vnc_buffer_append_u8(tight->out, palette->count - 1);
    put_colours(tight, palette->colours, palette->count);
}

static size_t mono_size(const VncRect *rect)
{
    return (size_t)((rect->w + 7) / 8) * rect->h;
}

static void put_mono(const Tight *tight, const uint8_t *indexes)
{
    const VncRect *rect = tight->rect;
    size_t size = mono_size(rect);

    vnc_buffer_reset(&tight->scratch->pixels);
    uint8_t *bits = vnc_buffer_reserve(&tight->scratch->pixels, size);
    uint8_t *dst = bits;
    for (int y = 0; y < rect->h; y++) {
        dst += vnc_pack_indexes(dst, indexes, rect->w, 1);
        indexes += rect->w;
    }
    put_palette(tight, STREAM_MONO);
    put_data(tight, STREAM_MONO, bits, size);
}

static void put_indexed(const Tight *tight, const uint8_t *indexes)
{
    put_palette(tight, STREAM_INDEXED);
    put_data(tight, STREAM_INDEXED, indexes, pixel_count(tight->rect));
}

static void put_full_colour(const Tight *tight)
{
    const VncConverter *converter = &tight->params->tpixel;
    size_t size = pixel_count(tight->rect) * converter->bytes;

    vnc_buffer_reset(&tight->scratch->pixels);
    uint8_t *pixels = vnc_buffer_reserve(&tight->scratch->pixels, size);
    vnc_convert_rect(converter, tight->view, tight->rect, pixels);
    vnc_buffer_append_u8(tight->out, STREAM_FULL_COLOUR << TIGHT_STREAM_SHIFT);
    put_data(tight, STREAM_FULL_COLOUR, pixels, size);
}

/* @colours: as vnc_palette_scan() returned them. */
static bool try_jpeg(const Tight *tight, unsigned colours)
{
    VncScratch *scratch = tight->scratch;

    /* The specification has no JPEG for 8 bits. */
    if (tight->params->quality < 0 || tight->params->format.bits_per_pixel == 8 ||
        pixel_count(tight->rect) < JPEG_MIN_PIXELS || (colours > 0 && colours < JPEG_MIN_COLOURS) ||
        !vnc_is_photo(tight->view, tight->rect)) {
        return false;
    }
    vnc_buffer_reset(&scratch->packed);
    if (!vnc_jpeg_encode(&scratch->jpeg, tight->view, tight->rect, tight->params->quality,
                         &scratch->packed)) {
        return false;
    }
    vnc_buffer_append_u8(tight->out, TIGHT_JPEG);
    put_packed(tight);
    return true;
}

/* The most colours with which indexes and a palette are smaller than the pixels. */
static unsigned max_colours(const Tight *tight)
{
    size_t pixels = pixel_count(tight->rect);
    unsigned bytes = tight->params->tpixel.bytes;

    return MIN(pixels * (bytes - 1) / bytes, VNC_PALETTE_MAX);
}

static VncMethod tight_encode(void *opaque, const VncEncodeParams *params, const VncView *view,
                              const VncRect *rect, VncScratch *scratch, VncBuffer *out)
{
    const Tight tight = {opaque, params, view, rect, scratch, out};

    if (vnc_is_solid(view, rect)) {
        put_fill(&tight);
        return VNC_METHOD_SOLID;
    }

    size_t pixels = pixel_count(rect);
    unsigned most = max_colours(&tight);
    vnc_buffer_reset(&scratch->indexes);
    /* vnc_pack_indexes() looks 8 bytes further. */
    uint8_t *indexes = vnc_buffer_reserve(&scratch->indexes, pixels + 8);
    unsigned colours = vnc_palette_scan(&scratch->palette, view, rect, MAX(most, 2), indexes);

    if (colours == 2 &&
        2 + 2 * params->tpixel.bytes + mono_size(rect) < pixels * params->tpixel.bytes) {
        put_mono(&tight, indexes);
        return VNC_METHOD_MONO;
    }
    if (try_jpeg(&tight, colours)) {
        return VNC_METHOD_JPEG;
    }
    if (colours > 2 && colours <= most) {
        put_indexed(&tight, indexes);
        return VNC_METHOD_INDEXED;
    }
    put_full_colour(&tight);
    return VNC_METHOD_FULL_COLOUR;
}

static void tight_init(void *opaque)
{
    VncTightState *state = opaque;

    *state = (VncTightState){0};
}

static void tight_clear(void *opaque)
{
    VncTightState *state = opaque;

    for (int i = 0; i < STREAMS; i++) {
        vnc_deflate_clear(&state->streams[i]);
    }
}

const VncEncoder vnc_encoder_tight = {
    .number = VNC_ENCODING_TIGHT,
    .name = "Tight",
    .flags = VNC_ENCODER_LOSSY,
    .max_width = TIGHT_MAX_WIDTH,
    .max_pixels = TIGHT_MAX_PIXELS,
    .align = TIGHT_ALIGN,
    .state_size = sizeof(VncTightState),
    .init = tight_init,
    .clear = tight_clear,
    .encode = tight_encode,
};
