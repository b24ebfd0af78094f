/*
 * Encoders at their limits: every small size, every number of colours, run lengths at the limits of
 * a byte, compression and quality levels, reused memory.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Only the decoders written from the specification are used here; test-encoders.c has the round
 * trips through a viewer.
 */
#include "tests/lib/enc-decode.h"
#include "tests/lib/enc-pictures.h"
#include "tests/lib/rows.h"
#include "ui/enc/encoders.h"

#define SIDE 320

static const VncPixelFormat formats[] = {
    {32, 24, false, true, 255, 255, 255, 16, 8, 0},
    {16, 16, true, true, 31, 63, 31, 11, 5, 0},
    {8, 8, false, true, 7, 7, 3, 5, 2, 0},
};

/* One viewer's worth of an encoder. */
typedef struct Bench {
    const VncEncoder *encoder;
    VncPixelFormat format;
    VncConverter converter;
    VncScratch *scratch;
    void *state;
    Decoder *decoder;
    VncBuffer payload;
    uint32_t decoded[SIDE * SIDE];
} Bench;

static Bench *bench_new(const VncEncoder *encoder, const VncPixelFormat *format)
{
    Bench *bench = g_new0(Bench, 1);

    bench->encoder = encoder;
    bench->format = *format;
    bench->scratch = vnc_scratch_new();
    bench->state = vnc_encoder_state_new(encoder);
    bench->decoder = decoder_new(format);
    vnc_converter_init_reference(&bench->converter, format, VNC_LAYOUT_PIXEL);
    return bench;
}

static void bench_free(Bench *bench)
{
    vnc_buffer_clear(&bench->payload);
    vnc_scratch_free(bench->scratch);
    vnc_encoder_state_free(bench->encoder, bench->state);
    decoder_free(bench->decoder);
    g_free(bench);
}

/* What the wire holds for @colour, as a number. */
static uint32_t expected(const Bench *bench, uint32_t colour)
{
    uint8_t bytes[4];
    uint32_t value = 0;
    unsigned count = bench->converter.bytes;

    bench->converter.row(&bench->converter, bytes, &colour, 1);
    for (unsigned i = 0; i < count; i++) {
        value = value << 8 | bytes[bench->format.big_endian ? i : count - 1 - i];
    }
    return value;
}

static void encode(Bench *bench, const VncView *view, const VncRect *rect, int level)
{
    VncEncodeParams params;

    vnc_encode_params_init(&params, &bench->format, level, -1);
    vnc_buffer_reset(&bench->payload);
    bench->encoder->encode(bench->state, &params, view, &(VncPiece){.rect = *rect}, bench->scratch,
                           &bench->payload);
}

static void check(Bench *bench, const VncView *view, const VncRect *rect, int level)
{
    encode(bench, view, rect, level);
    const char *wrong =
        decoder_run(bench->decoder, bench->encoder->number, rect->w, rect->h,
                    vnc_buffer_bytes(&bench->payload), bench->payload.len, bench->decoded);
    if (wrong) {
        g_error("%s %dx%d: %s", bench->encoder->name, rect->w, rect->h, wrong);
    }
    for (int y = 0; y < rect->h; y++) {
        for (int x = 0; x < rect->w; x++) {
            uint32_t found = bench->decoded[y * rect->w + x];
            uint32_t wanted = expected(bench, *vnc_view_at(view, rect->x + x, rect->y + y));
            if (found != wanted) {
                g_error("%s %dx%d: pixel %d,%d is %x, not %x", bench->encoder->name, rect->w,
                        rect->h, x, y, found, wanted);
            }
        }
    }
}

static void each_bench(void (*run)(Bench *bench))
{
    for (unsigned i = 0; vnc_encoders[i]; i++) {
        FOR_ROWS (j, formats) {
            Bench *bench = bench_new(vnc_encoders[i], &formats[j]);
            run(bench);
            bench_free(bench);
        }
    }
}

static VncView paint(Picture picture)
{
    static uint32_t pixels[SIDE * SIDE];

    picture_paint(picture, pixels, SIDE, SIDE, SIDE);
    return (VncView){pixels, SIDE, SIDE, SIDE};
}

static void run_small_sizes(Bench *bench)
{
    static const Picture pictures[] = {PICTURE_NOISE, PICTURE_TWO_COLOURS, PICTURE_16_COLOURS,
                                       PICTURE_TEXT};

    FOR_ROWS (i, pictures) {
        VncView view = paint(pictures[i]);
        for (int h = 1; h <= 20; h++) {
            for (int w = 1; w <= 20; w++) {
                check(bench, &view, &(VncRect){w, h, w, h}, 1);
            }
        }
    }
}

static void test_small_sizes(void)
{
    each_bench(run_small_sizes);
}

/* @count colours, each at least once, scattered or in runs. */
static void paint_colours(uint32_t *pixels, int w, int h, unsigned count, unsigned run)
{
    for (int i = 0; i < w * h; i++) {
        pixels[i] = (i / run % count + 1) * 0x00fedcb9u & 0x00ffffff;
    }
}

static void run_colour_counts(Bench *bench)
{
    static const unsigned runs[] = {1, 5, 13};
    static uint32_t pixels[67 * 64];
    const VncView view = {pixels, 67, 67, 64};

    for (unsigned count = 1; count <= 260; count++) {
        FOR_ROWS (i, runs) {
            paint_colours(pixels, 67, 64, count, runs[i]);
            check(bench, &view, &(VncRect){0, 0, 67, 64}, 1);
            check(bench, &view, &(VncRect){3, 1, 16, 16}, 1);
        }
    }
}

static void test_colour_counts(void)
{
    each_bench(run_colour_counts);
}

/* One ZRLE tile: runs of every length around the limits of a byte, in few or many colours. */
static void run_lengths(Bench *bench, unsigned colours)
{
    static const unsigned lengths[] = {254, 255, 256, 257, 509, 510, 511, 512, 1, 2};
    static uint32_t pixels[64 * 64];
    const VncView view = {pixels, 64, 64, 64};
    unsigned done = 0, run = 0;

    while (done < 64 * 64) {
        bool limit = run < G_N_ELEMENTS(lengths);
        unsigned length = MIN(limit ? lengths[run] : 1 + run % 4, 64 * 64 - done);
        uint32_t colour = (run % colours + 1) * 0x00fedcb9u & 0x00ffffff;
        for (unsigned i = 0; i < length; i++) {
            pixels[done++] = colour;
        }
        run++;
    }
    check(bench, &view, &(VncRect){0, 0, 64, 64}, 1);
}

static void test_run_lengths(void)
{
    Bench *bench = bench_new(&vnc_encoder_zrle, &formats[0]);

    for (unsigned colours = 17; colours < 200; colours++) {
        run_lengths(bench, colours);
    }
    g_assert_cmpuint(decoder_counts(bench->decoder)->zrle_palette_rle, >, 100);
    g_assert_cmpuint(decoder_counts(bench->decoder)->zrle_plain_rle, >, 60);
    bench_free(bench);
}

/* What a pixel of a tile of 16x16 is, by the tile's letter. */
static uint32_t tile_pixel(char kind, int x, int y)
{
    static const uint32_t colours[5] = {0x00102030, 0x00ffee00, 0x0000ff80, 0x00ff0000, 0x00808080};
    int i = y * 16 + x;

    switch (kind) {
    case 's': /* solid */
        return colours[0];
    case 't': /* solid, in another colour */
        return 0x00abcdef;
    case '2': /* so many colours, scattered */
    case '3':
    case '5':
        return colours[(i * 7 + y) % (kind - '0')];
    case 'l': /* two colours, in lines */
        return colours[y / 4 % 2];
    case 'b': /* 16 colours, a line each */
        return 0x00010203u * (y + 1);
    case 'm': /* 40 colours, each many times, scattered */
        return 0x00030201u * (i * 11 % 40 + 1);
    default: /* all pixels different */
        return 0x00fedcb9u * (i + 1) & 0x00ffffff;
    }
}

/* TRLE's subencodings of a row of tiles. */
static void check_tiles(Bench *bench, const char *kinds, const uint8_t *types)
{
    static uint32_t pixels[SIDE * 16];
    int count = strlen(kinds);
    const VncView view = {pixels, SIDE, SIDE, 16};

    g_assert_cmpint(count * 16, <=, SIDE);
    for (int i = 0; i < count * 256; i++) {
        int x = i / 16 % 16, y = i % 16;
        pixels[y * SIDE + i / 256 * 16 + x] = tile_pixel(kinds[i / 256], x, y);
    }
    check(bench, &view, &(VncRect){0, 0, count * 16, 16}, 1);
    const GByteArray *found = decoder_tile_types(bench->decoder);
    g_assert_cmpmem(found->data, found->len, types, count);
}

static void test_trle_tiles(void)
{
    static const struct {
        const char *kinds;
        uint8_t types[8];
    } rows[] = {
        {"s", {1}},
        {"2", {2}},
        {"5", {5}},
        {"l", {130}},
        {"b", {128}},
        {"m", {128 + 40}},
        {"n", {0}},
        /* the palette of the tile before, packed or in runs */
        {"22", {2, 127}},
        {"5552", {5, 127, 127, 2}},
        {"lll", {130, 129, 129}},
        {"l2", {130, 127}},
        {"2l", {2, 129}},
        {"32", {3, 2}}, /* packed in fewer bits, it is smaller with a palette of its own */
        {"mm", {168, 129}},
        {"ml", {168, 130}},
        /* one colour of that palette, and another */
        {"2s2", {2, 129, 127}},
        {"2t2", {2, 1, 2}},
        /* a tile without a palette leaves none behind */
        {"2n2", {2, 0, 2}},
        {"2b2", {2, 128, 2}},
        {"s2", {1, 2}},
    };
    Bench *bench = bench_new(&vnc_encoder_trle, &formats[0]);

    FOR_ROWS (i, rows) {
        g_test_message("%s", rows[i].kinds);
        check_tiles(bench, rows[i].kinds, rows[i].types);
    }
    bench_free(bench);
}

/* Figures on a ground that is nowhere near the first pixel's colour: each is one subrectangle, or
 * one a block of 64 pixels. */
static void test_rre_figures(void)
{
    static const VncRect figures[] = {
        {0, 0, 10, 10},   /* one */
        {20, 1, 3, 63},   /* one, higher than wide */
        {30, 20, 70, 2},  /* two: blocks end at 64 and 128 */
        {30, 30, 100, 1}, /* three */
        {70, 40, 5, 5},   /* one, and one at its side in another colour */
        {75, 40, 5, 5},
    };
    static uint32_t pixels[140 * 70];
    const VncView view = {pixels, 140, 140, 70};
    const VncRect all = {0, 0, 140, 70};
    Bench *bench = bench_new(&vnc_encoder_rre, &formats[0]);

    for (int i = 0; i < 140 * 70; i++) {
        pixels[i] = 0x00f0f0f0;
    }
    FOR_ROWS (i, figures) {
        const VncRect *f = &figures[i];
        for (int y = f->y; y < f->y + f->h; y++) {
            for (int x = f->x; x < f->x + f->w; x++) {
                pixels[y * 140 + x] = 0x00102030 * (i + 1);
            }
        }
    }
    check(bench, &view, &all, 1);
    g_assert_cmpuint(decoder_counts(bench->decoder)->rre_subrects, ==, 1 + 1 + 2 + 3 + 1 + 1);
    g_assert_cmpuint(bench->payload.len, ==, 4 + 4 + 9 * 12);
    bench_free(bench);
}

static void run_levels(Bench *bench)
{
    VncView view = paint(PICTURE_TEXT);
    VncRect all = {0, 0, SIDE, 200};
    size_t sizes[10];

    if (bench->encoder->flags & VNC_ENCODER_STATELESS) {
        return;
    }
    for (int level = 0; level < 10; level++) {
        /* A stream of its own: nothing of the same picture lies in the window. */
        Bench *fresh = bench_new(bench->encoder, &bench->format);
        check(fresh, &view, &all, level);
        sizes[level] = fresh->payload.len;
        bench_free(fresh);
    }
    g_assert_cmpuint(sizes[0], >, 2 * sizes[1]);
    g_assert_cmpuint(sizes[1], >, sizes[9]);

    /* A level that changes takes effect at once, and one that returns as well. */
    check(bench, &view, &all, 9);
    check(bench, &view, &all, 0);
    g_assert_cmpuint(bench->payload.len, >=, sizes[0] - 16);
    check(bench, &view, &all, 9);
    g_assert_cmpuint(bench->payload.len, <, sizes[0] / 2);
}

static void test_levels(void)
{
    each_bench(run_levels);
}

/* Scratch and state of one rectangle do not show in the next: all decodes, and a stateless encoder
 * writes the same bytes, whatever came before. Not those of TightPNG that ISA-L writes: of the very
 * same rows it makes, once in some hundred runs, a file that is a byte longer. */
static void run_reuse(Bench *bench)
{
    static const Picture pictures[] = {PICTURE_NOISE, PICTURE_SOLID,  PICTURE_TEXT,
                                       PICTURE_NOISE, PICTURE_MOSAIC, PICTURE_200_COLOURS,
                                       PICTURE_TEXT,  PICTURE_MOSAIC};

    FOR_ROWS (i, pictures) {
        VncView view = paint(pictures[i]);
        VncRect rect = {5, 3, 300 - 37 * (int)(i % 3), 200};
        check(bench, &view, &rect, 1);
        if (bench->encoder->flags & VNC_ENCODER_STATELESS &&
            bench->encoder->number != VNC_ENCODING_TIGHT_PNG) {
            Bench *fresh = bench_new(bench->encoder, &bench->format);
            encode(fresh, &view, &rect, 1);
            g_assert_cmpmem(vnc_buffer_bytes(&fresh->payload), fresh->payload.len,
                            vnc_buffer_bytes(&bench->payload), bench->payload.len);
            bench_free(fresh);
        }
    }
}

static void test_reuse(void)
{
    each_bench(run_reuse);
}

/* A payload is appended: what is in the buffer already stays as it is. */
static void test_append(void)
{
    VncView view = paint(PICTURE_TEXT);
    VncRect rect = {0, 0, 100, 50};
    VncEncodeParams params;

    vnc_encode_params_init(&params, &formats[0], 1, -1);
    for (unsigned i = 0; vnc_encoders[i]; i++) {
        Bench *alone = bench_new(vnc_encoders[i], &formats[0]);
        Bench *after = bench_new(vnc_encoders[i], &formats[0]);
        check(alone, &view, &rect, 1);
        vnc_buffer_append(&after->payload, "before", 6);
        after->encoder->encode(after->state, &params, &view, &(VncPiece){.rect = rect},
                               after->scratch, &after->payload);
        g_assert_cmpmem(vnc_buffer_bytes(&after->payload), 6, "before", 6);
        g_assert_cmpmem(vnc_buffer_bytes(&after->payload) + 6, after->payload.len - 6,
                        vnc_buffer_bytes(&alone->payload), alone->payload.len);
        bench_free(alone);
        bench_free(after);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/encoder-shapes/small-sizes", test_small_sizes);
    g_test_add_func("/encoder-shapes/colour-counts", test_colour_counts);
    g_test_add_func("/encoder-shapes/run-lengths", test_run_lengths);
    g_test_add_func("/encoder-shapes/trle-tiles", test_trle_tiles);
    g_test_add_func("/encoder-shapes/rre-figures", test_rre_figures);
    g_test_add_func("/encoder-shapes/levels", test_levels);
    g_test_add_func("/encoder-shapes/reuse", test_reuse);
    g_test_add_func("/encoder-shapes/append", test_append);
    return g_test_run();
}
