/*
 * Decoders written from the specification: strict where viewers are lenient.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tests/lib/enc-decode.h"
#include "tests/lib/enc-png.h"

#include <glib.h>
#include <string.h>
#include <zlib.h>

enum {
    STREAM_ZLIB = 4, /* 0 to 3 are Tight's */
    STREAM_ZRLE,
    STREAMS,
};

struct Decoder {
    VncPixelFormat format;
    DecoderCounts counts;
    GByteArray *tile_types;
    z_stream streams[STREAMS];
    uint8_t *inflated;
    size_t inflated_size;
};

typedef struct Reader {
    const uint8_t *bytes;
    size_t len;
    const char *wrong;
} Reader;

typedef struct Target {
    uint32_t *pixels; /* top left of the tile */
    int stride, w, h;
} Target;

static const uint8_t *take(Reader *reader, size_t len)
{
    static const uint8_t zeros[8 * 1024];
    const uint8_t *bytes = reader->bytes;

    if (len > reader->len) {
        reader->wrong = "payload too short";
        g_assert_cmpuint(len, <=, sizeof(zeros));
        return zeros;
    }
    reader->bytes += len;
    reader->len -= len;
    return bytes;
}

static uint8_t take_u8(Reader *reader)
{
    return *take(reader, 1);
}

static uint32_t get_pixel(const VncPixelFormat *format, const uint8_t *bytes)
{
    switch (format->bits_per_pixel) {
    case 8:
        return bytes[0];
    case 16:
        return format->big_endian ? bytes[0] << 8 | bytes[1] : bytes[1] << 8 | bytes[0];
    default:
        return format->big_endian
                   ? (uint32_t)bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3]
                   : (uint32_t)bytes[3] << 24 | bytes[2] << 16 | bytes[1] << 8 | bytes[0];
    }
}

static uint32_t take_pixel(const VncPixelFormat *format, Reader *reader)
{
    return get_pixel(format, take(reader, format->bits_per_pixel / 8));
}

/* CPIXEL: three of four bytes where the colours fit into the lower or upper three. */
static uint32_t take_cpixel(const VncPixelFormat *format, Reader *reader)
{
    uint32_t used = (uint32_t)format->red_max << format->red_shift |
                    (uint32_t)format->green_max << format->green_shift |
                    (uint32_t)format->blue_max << format->blue_shift;
    bool low = (used & 0xff000000) == 0, high = (used & 0xff) == 0;

    if (!format->true_colour || format->bits_per_pixel != 32 || format->depth > 24 ||
        !(low || high)) {
        return take_pixel(format, reader);
    }
    const uint8_t *bytes = take(reader, 3);
    uint32_t value = format->big_endian ? bytes[0] << 16 | bytes[1] << 8 | bytes[2]
                                        : bytes[2] << 16 | bytes[1] << 8 | bytes[0];
    return low ? value : value << 8;
}

static bool is_short_tpixel(const VncPixelFormat *format)
{
    return format->true_colour && format->bits_per_pixel == 32 && format->depth == 24 &&
           format->red_max == 255 && format->green_max == 255 && format->blue_max == 255;
}

static uint32_t take_tpixel(const VncPixelFormat *format, Reader *reader)
{
    if (!is_short_tpixel(format)) {
        return take_pixel(format, reader);
    }
    const uint8_t *bytes = take(reader, 3);
    return (uint32_t)bytes[0] << format->red_shift | (uint32_t)bytes[1] << format->green_shift |
           (uint32_t)bytes[2] << format->blue_shift;
}

/* Inflate @len bytes of @reader, which must make @size bytes, or at most that many. */
static Reader inflate_all(Decoder *decoder, int stream, Reader *reader, size_t len, size_t size,
                          bool exact)
{
    z_stream *z = &decoder->streams[stream];
    Reader result = {0};

    if (len > reader->len) {
        reader->wrong = "length beyond the payload";
        return result;
    }
    if (decoder->inflated_size < size + 1) {
        decoder->inflated_size = size + 1;
        g_free(decoder->inflated);
        decoder->inflated = g_malloc(decoder->inflated_size);
    }
    if (!z->state) {
        g_assert_cmpint(inflateInit(z), ==, Z_OK);
    }
    z->next_in = (Bytef *)take(reader, len);
    z->avail_in = len;
    z->next_out = decoder->inflated;
    z->avail_out = size + 1;
    int status = inflate(z, Z_SYNC_FLUSH);
    result.bytes = decoder->inflated;
    result.len = size + 1 - z->avail_out;
    if (status != Z_OK || z->avail_in > 0) {
        reader->wrong = "deflate stream broken";
    } else if (result.len > size || (exact && result.len != size)) {
        reader->wrong = "deflate stream of the wrong length";
    }
    return result;
}

static void fill(const Target *target, int x, int y, int w, int h, uint32_t value)
{
    for (int j = y; j < y + h; j++) {
        for (int i = x; i < x + w; i++) {
            target->pixels[j * target->stride + i] = value;
        }
    }
}

static void decode_raw(Decoder *decoder, Reader *reader, const Target *target)
{
    for (int y = 0; y < target->h && !reader->wrong; y++) {
        for (int x = 0; x < target->w; x++) {
            fill(target, x, y, 1, 1, take_pixel(&decoder->format, reader));
        }
    }
}

static size_t take_u32(Reader *reader)
{
    const uint8_t *bytes = take(reader, 4);

    return (size_t)bytes[0] << 24 | bytes[1] << 16 | bytes[2] << 8 | bytes[3];
}

static unsigned take_u16(Reader *reader)
{
    const uint8_t *bytes = take(reader, 2);

    return bytes[0] << 8 | bytes[1];
}

/* No pixel is painted twice, and none of a subrectangle in the background's colour. */
static void decode_rre(Decoder *decoder, Reader *reader, const Target *target)
{
    size_t count = take_u32(reader);
    uint32_t background = take_pixel(&decoder->format, reader);
    g_autofree bool *painted = g_new0(bool, (size_t)target->w * target->h);

    decoder->counts.rre_solid += count == 0;
    decoder->counts.rre_subrects += count;
    fill(target, 0, 0, target->w, target->h, background);
    if (count >= (size_t)target->w * target->h) {
        reader->wrong = "rre: a subrectangle for each pixel, and none is background";
    }
    for (size_t i = 0; i < count && !reader->wrong; i++) {
        uint32_t value = take_pixel(&decoder->format, reader);
        int x = take_u16(reader), y = take_u16(reader);
        int w = take_u16(reader), h = take_u16(reader);
        if (w == 0 || h == 0 || x + w > target->w || y + h > target->h) {
            reader->wrong = "rre: subrectangle empty or outside";
            return;
        }
        for (int j = y; j < y + h; j++) {
            for (int k = x; k < x + w; k++) {
                if (painted[j * target->w + k]) {
                    reader->wrong = "rre: subrectangles overlap";
                }
                painted[j * target->w + k] = true;
            }
        }
        fill(target, x, y, w, h, value);
    }
}

typedef struct Carry {
    bool background_valid, foreground_valid;
    uint32_t background, foreground;
} Carry;

static void decode_hextile_tile(Decoder *decoder, Reader *reader, const Target *target,
                                Carry *carry)
{
    const VncPixelFormat *format = &decoder->format;
    uint8_t mask = take_u8(reader);

    if (mask & 1) {
        decoder->counts.hextile_raw++;
        *carry = (Carry){0};
        decode_raw(decoder, reader, target);
        return;
    }
    if (mask & 2) {
        carry->background = take_pixel(format, reader);
        carry->background_valid = true;
    }
    if (mask & 4) {
        carry->foreground = take_pixel(format, reader);
        carry->foreground_valid = true;
    }
    if (!carry->background_valid || mask >> 5 || ((mask & 16) && (mask & 4 || !(mask & 8)))) {
        reader->wrong = "hextile: illegal mask";
        return;
    }
    decoder->counts.hextile_carried += !(mask & 2);
    fill(target, 0, 0, target->w, target->h, carry->background);
    if (!(mask & 8)) {
        decoder->counts.hextile_solid++;
        return;
    }
    decoder->counts.hextile_coloured += (mask & 16) > 0;
    decoder->counts.hextile_mono += (mask & 16) == 0;
    if (!(mask & 16) && !carry->foreground_valid) {
        reader->wrong = "hextile: no foreground to carry";
    }
    unsigned count = take_u8(reader);
    for (unsigned i = 0; i < count && !reader->wrong; i++) {
        uint32_t value = mask & 16 ? take_pixel(format, reader) : carry->foreground;
        uint8_t position = take_u8(reader), size = take_u8(reader);
        int x = position >> 4, y = position & 15, w = (size >> 4) + 1, h = (size & 15) + 1;
        if (x + w > target->w || y + h > target->h) {
            reader->wrong = "hextile: subrectangle outside its tile";
            return;
        }
        fill(target, x, y, w, h, value);
    }
    if (mask & 16) {
        carry->foreground_valid = false;
    }
}

static unsigned take_run_length(Reader *reader)
{
    unsigned length = 1;
    uint8_t byte;

    do {
        byte = take_u8(reader);
        length += byte;
    } while (byte == 255 && !reader->wrong);
    return length;
}

static void decode_zrle_packed(Reader *reader, const Target *target, const uint32_t *palette,
                               unsigned colours)
{
    unsigned bits = colours == 2 ? 1 : colours <= 4 ? 2 : 4;

    for (int y = 0; y < target->h; y++) {
        const uint8_t *row = take(reader, (target->w * bits + 7) / 8);
        for (int x = 0; x < target->w; x++) {
            unsigned shift = 8 - bits - x * bits % 8;
            unsigned index = row[x * bits / 8] >> shift & ((1 << bits) - 1);
            if (index >= colours) {
                reader->wrong = "zrle: index beyond the palette";
                return;
            }
            fill(target, x, y, 1, 1, palette[index]);
        }
    }
}

static void decode_zrle_runs(Decoder *decoder, Reader *reader, const Target *target,
                             const uint32_t *palette, unsigned colours)
{
    unsigned total = target->w * target->h, done = 0;

    while (done < total && !reader->wrong) {
        uint32_t value;
        unsigned length = 1;
        if (colours == 0) {
            value = take_cpixel(&decoder->format, reader);
            length = take_run_length(reader);
        } else {
            uint8_t index = take_u8(reader);
            if ((index & 127) >= colours) {
                reader->wrong = "zrle: index beyond the palette";
                return;
            }
            value = palette[index & 127];
            if (index & 128) {
                length = take_run_length(reader);
            }
        }
        if (length > total - done) {
            reader->wrong = "zrle: run beyond the tile";
            return;
        }
        for (; length > 0; length--, done++) {
            fill(target, done % target->w, done / target->w, 1, 1, value);
        }
    }
}

/* A palette that TRLE's next tile may use again. */
typedef struct Palette {
    unsigned count; /* 0: the tile before had none */
    uint32_t colours[127];
} Palette;

/* The palette of a tile of this type, or the one of the tile before. */
static void take_palette(Decoder *decoder, Reader *reader, uint8_t type, bool trle,
                         Palette *palette)
{
    bool packed = type == 127;

    if (trle && (packed || type == 129)) {
        decoder->counts.trle_packed_reused += packed;
        decoder->counts.trle_rle_reused += !packed;
        if (palette->count < 2 || (packed && palette->count > 16)) {
            reader->wrong = "trle: no palette to use again";
        }
        return;
    }
    palette->count = type & 127;
    for (unsigned i = 0; i < palette->count; i++) {
        palette->colours[i] = take_cpixel(&decoder->format, reader);
    }
}

static void decode_rle_tile(Decoder *decoder, Reader *reader, const Target *target, bool trle,
                            Palette *palette)
{
    uint8_t type = take_u8(reader);

    g_byte_array_append(decoder->tile_types, &type, 1);
    take_palette(decoder, reader, type, trle, palette);
    if (reader->wrong) {
        return;
    }
    if (type == 0) {
        decoder->counts.zrle_raw++;
        for (int i = 0; i < target->w * target->h && !reader->wrong; i++) {
            fill(target, i % target->w, i / target->w, 1, 1, take_cpixel(&decoder->format, reader));
        }
    } else if (type == 1) {
        decoder->counts.zrle_solid++;
        fill(target, 0, 0, target->w, target->h, palette->colours[0]);
        palette->count = 0;
    } else if (type <= 16 || (trle && type == 127)) {
        decoder->counts.zrle_packed++;
        decode_zrle_packed(reader, target, palette->colours, palette->count);
    } else if (type == 128) {
        decoder->counts.zrle_plain_rle++;
        decode_zrle_runs(decoder, reader, target, NULL, 0);
    } else if (type >= 130 || (trle && type == 129)) {
        decoder->counts.zrle_palette_rle++;
        decode_zrle_runs(decoder, reader, target, palette->colours, palette->count);
    } else {
        reader->wrong = "zrle: illegal subencoding";
    }
}

static size_t take_compact_length(Reader *reader)
{
    size_t length = 0;

    for (int i = 0; i < 3; i++) {
        uint8_t byte = take_u8(reader);
        length |= (size_t)(i < 2 ? byte & 127 : byte) << (7 * i);
        if (i < 2 && !(byte & 128)) {
            return length;
        }
    }
    return length;
}

/* The bytes that a filter made: @size of them. */
static Reader take_filtered(Decoder *decoder, Reader *reader, int stream, size_t size)
{
    if (size < 12) {
        decoder->counts.tight_short++;
        return (Reader){.bytes = take(reader, size), .len = size};
    }
    size_t length = take_compact_length(reader);
    return inflate_all(decoder, stream, reader, length, size, true);
}

static void decode_tight_palette(Decoder *decoder, Reader *reader, const Target *target, int stream)
{
    unsigned colours = take_u8(reader) + 1;
    uint32_t palette[256];
    size_t row = colours == 2 ? (target->w + 7) / 8 : target->w;

    if (colours < 2) {
        reader->wrong = "tight: palette of one colour";
        return;
    }
    for (unsigned i = 0; i < colours; i++) {
        palette[i] = take_tpixel(&decoder->format, reader);
    }
    decoder->counts.tight_mono += colours == 2;
    decoder->counts.tight_indexed += colours > 2;
    Reader indexes = take_filtered(decoder, reader, stream, row * target->h);
    for (int y = 0; y < target->h && !reader->wrong; y++) {
        for (int x = 0; x < target->w; x++) {
            unsigned index = colours == 2 ? indexes.bytes[y * row + x / 8] >> (7 - x % 8) & 1
                                          : indexes.bytes[y * row + x];
            if (index >= colours) {
                reader->wrong = "tight: index beyond the palette";
                return;
            }
            fill(target, x, y, 1, 1, palette[index]);
        }
    }
}

static void decode_tight_full(Decoder *decoder, Reader *reader, const Target *target, int stream)
{
    size_t bytes = is_short_tpixel(&decoder->format) ? 3 : decoder->format.bits_per_pixel / 8;
    Reader data = take_filtered(decoder, reader, stream, bytes * target->w * target->h);

    decoder->counts.tight_full++;
    for (int i = 0; i < target->w * target->h && !reader->wrong; i++) {
        fill(target, i % target->w, i / target->w, 1, 1, take_tpixel(&decoder->format, &data));
    }
}

/* The filter of the specification, on pixels of three bytes. */
static void decode_tight_gradient(Decoder *decoder, Reader *reader, const Target *target,
                                  int stream)
{
    const VncPixelFormat *format = &decoder->format;
    const unsigned shifts[3] = {format->red_shift, format->green_shift, format->blue_shift};

    if (!is_short_tpixel(format)) {
        reader->wrong = "tight: gradient of pixels that are not three bytes long";
        return;
    }
    Reader data = take_filtered(decoder, reader, stream, (size_t)3 * target->w * target->h);
    decoder->counts.tight_gradient++;
    for (int i = 0; i < target->w * target->h && !reader->wrong; i++) {
        int x = i % target->w, y = i / target->w;
        uint32_t *pixel = target->pixels + y * target->stride + x;
        uint32_t left = x > 0 ? pixel[-1] : 0, above = y > 0 ? pixel[-target->stride] : 0;
        uint32_t corner = x > 0 && y > 0 ? pixel[-target->stride - 1] : 0, value = 0;
        for (int j = 0; j < 3; j++) {
            int predicted = (int)(left >> shifts[j] & 255) + (int)(above >> shifts[j] & 255) -
                            (int)(corner >> shifts[j] & 255);
            predicted = CLAMP(predicted, 0, 255);
            value |= ((uint32_t)(predicted + take_u8(&data)) & 255) << shifts[j];
        }
        *pixel = value;
    }
}

/* The channel of a viewer's pixel for one of PNG's. */
static uint32_t scale_channel(uint8_t value, uint16_t max, uint8_t shift)
{
    return (value * max * 2u + 255) / 510 << shift;
}

static void decode_png(Decoder *decoder, Reader *reader, const Target *target)
{
    static const VncPixelFormat map = {8, 8, false, true, 7, 7, 3, 5, 2, 0};
    const VncPixelFormat *format = decoder->format.true_colour ? &decoder->format : &map;
    g_autofree uint8_t *rgb = g_malloc0((size_t)3 * target->w * target->h);
    bool indexed = false;

    reader->wrong = png_read(reader->bytes, reader->len, target->w, target->h, rgb, &indexed);
    reader->len = 0;
    decoder->counts.png_indexed += indexed;
    decoder->counts.png_rgb += !indexed;
    for (int i = 0; i < target->w * target->h; i++) {
        fill(target, i % target->w, i / target->w, 1, 1,
             scale_channel(rgb[i * 3], format->red_max, format->red_shift) |
                 scale_channel(rgb[i * 3 + 1], format->green_max, format->green_shift) |
                 scale_channel(rgb[i * 3 + 2], format->blue_max, format->blue_shift));
    }
}

static void decode_tight_basic(Decoder *decoder, Reader *reader, const Target *target,
                               uint8_t control)
{
    int stream = control >> 4 & 3;

    if (control & 0x80) {
        reader->wrong = "tight: illegal control byte";
        return;
    }
    switch (control & 0x40 ? take_u8(reader) : 0) {
    case 0:
        decode_tight_full(decoder, reader, target, stream);
        break;
    case 1:
        decode_tight_palette(decoder, reader, target, stream);
        break;
    case 2:
        decode_tight_gradient(decoder, reader, target, stream);
        break;
    default:
        reader->wrong = "tight: an unexpected filter";
        break;
    }
}

/* @png: TightPNG, which has a file where Tight has its streams. */
static void decode_tight(Decoder *decoder, Reader *reader, const Target *target, bool png)
{
    uint8_t control = take_u8(reader);

    if (target->w > 2048) {
        reader->wrong = "tight: too wide";
    } else if (control & 15) {
        reader->wrong = "tight: a stream is reset";
    } else if (control == 0x80) {
        decoder->counts.tight_fill++;
        fill(target, 0, 0, target->w, target->h, take_tpixel(&decoder->format, reader));
    } else if (control == 0x90 || (png && control == 0xa0)) {
        size_t length = take_compact_length(reader);
        if (length != reader->len) {
            reader->wrong = "tight: a file of the wrong length";
        } else if (control == 0xa0) {
            decode_png(decoder, reader, target);
        } else if (decoder->format.bits_per_pixel == 8) {
            reader->wrong = "tight: JPEG for 8 bits";
        } else {
            decoder->counts.tight_jpeg++;
            reader->len = 0;
        }
    } else if (png) {
        reader->wrong = "tight: no basic compression in TightPNG";
    } else {
        decode_tight_basic(decoder, reader, target, control);
    }
}

/* Hextile's, TRLE's or ZRLE's. */
static void each_tile(Decoder *decoder, Reader *reader, const Target *target, int32_t encoding)
{
    int side = encoding < 16 ? 16 : 64;
    size_t bytes = decoder->format.bits_per_pixel / 8;
    Carry carry = {0};
    Palette palette = {0};

    for (int y = 0; y < target->h; y += side) {
        for (int x = 0; x < target->w; x += side) {
            Target tile = {target->pixels + y * target->stride + x, target->stride,
                           MIN(side, target->w - x), MIN(side, target->h - y)};
            size_t before = reader->len, raw = tile.w * tile.h * bytes + 1;
            if (encoding == 5) {
                decode_hextile_tile(decoder, reader, &tile, &carry);
                raw += 2 * bytes + 1; /* colours and a count may be what tips the scales */
            } else {
                decode_rle_tile(decoder, reader, &tile, encoding == 15, &palette);
                raw += encoding == 17 ? tile.w * tile.h : 0;
            }
            if (before - reader->len > raw) {
                reader->wrong = "a tile larger than raw";
            }
            if (reader->wrong) {
                return;
            }
        }
    }
}

const char *decoder_run(Decoder *decoder, int32_t encoding, int w, int h, const uint8_t *payload,
                        size_t len, uint32_t *pixels)
{
    Reader reader = {.bytes = payload, .len = len}, inner = {0};
    Target target = {pixels, w, w, h};
    size_t raw = (size_t)w * h * (decoder->format.bits_per_pixel / 8);

    g_byte_array_set_size(decoder->tile_types, 0);
    switch (encoding) {
    case 0:
        decode_raw(decoder, &reader, &target);
        break;
    case 2:
        decode_rre(decoder, &reader, &target);
        break;
    case 5:
    case 15:
        each_tile(decoder, &reader, &target, encoding);
        break;
    case 6:
        inner = inflate_all(decoder, STREAM_ZLIB, &reader, take_u32(&reader), raw, true);
        if (!reader.wrong) {
            decode_raw(decoder, &inner, &target);
        }
        break;
    case 7:
        decode_tight(decoder, &reader, &target, false);
        break;
    case -260:
        decode_tight(decoder, &reader, &target, true);
        break;
    case 16:
    case 17: /* without a quality level, the same; no tile may be raw otherwise, but in runs */
        raw += encoding == 17 ? (size_t)w * h : 0;
        inner = inflate_all(decoder, STREAM_ZRLE, &reader, take_u32(&reader),
                            raw + (size_t)((w + 63) / 64) * ((h + 63) / 64), false);
        if (!reader.wrong) {
            each_tile(decoder, &inner, &target, encoding);
        }
        break;
    default:
        return "unknown encoding";
    }
    const char *wrong = reader.wrong ? reader.wrong : inner.wrong;
    if (!wrong && (reader.len > 0 || inner.len > 0)) {
        wrong = "bytes left over";
    }
    return wrong;
}

Decoder *decoder_new(const VncPixelFormat *format)
{
    Decoder *decoder = g_new0(Decoder, 1);

    decoder->format = *format;
    decoder->tile_types = g_byte_array_new();
    return decoder;
}

void decoder_free(Decoder *decoder)
{
    for (int i = 0; i < STREAMS; i++) {
        inflateEnd(&decoder->streams[i]);
    }
    g_byte_array_unref(decoder->tile_types);
    g_free(decoder->inflated);
    g_free(decoder);
}

const DecoderCounts *decoder_counts(const Decoder *decoder)
{
    return &decoder->counts;
}

const GByteArray *decoder_tile_types(const Decoder *decoder)
{
    return decoder->tile_types;
}
