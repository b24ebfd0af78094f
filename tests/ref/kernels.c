/*
 * The fast kernels against the reference kernels: random data, odd sizes, every alignment, guard
 * bytes. With --bench: how fast each is.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One thread. Sources lie in memory of exactly their size, so that a sanitizer sees a read past
 * either end.
 */
#include "ui/base/compare.h"
#include "ui/base/motion.h"
#include "ui/base/pixel.h"
#include "ui/base/predict.h"

#include <stdlib.h>
#include <string.h>

#define GUARD      64
#define GUARD_BYTE 0xa5

static const struct {
    const char *name;
    VncPixelLayout layout;
    VncPixelFormat format;
} formats[] = {
    {"32 native", VNC_LAYOUT_PIXEL, {32, 24, false, true, 255, 255, 255, 16, 8, 0}},
    {"32 big-endian", VNC_LAYOUT_PIXEL, {32, 24, true, true, 255, 255, 255, 16, 8, 0}},
    {"32 bgr", VNC_LAYOUT_PIXEL, {32, 24, false, true, 255, 255, 255, 0, 8, 16}},
    {"32 rgbx", VNC_LAYOUT_PIXEL, {32, 24, false, true, 255, 255, 255, 24, 16, 8}},
    {"32 bgr big-endian", VNC_LAYOUT_PIXEL, {32, 24, true, true, 255, 255, 255, 0, 8, 16}},
    {"32 6:5:7", VNC_LAYOUT_PIXEL, {32, 18, false, true, 63, 31, 127, 3, 13, 25}},
    {"32 10:10:10", VNC_LAYOUT_PIXEL, {32, 30, false, true, 1023, 1023, 1023, 20, 10, 0}},
    {"32 16:8:8 big-endian", VNC_LAYOUT_PIXEL, {32, 32, true, true, 65535, 255, 255, 0, 24, 16}},
    {"24 cpixel", VNC_LAYOUT_CPIXEL, {32, 24, false, true, 255, 255, 255, 16, 8, 0}},
    {"24 cpixel big-endian", VNC_LAYOUT_CPIXEL, {32, 24, true, true, 255, 255, 255, 16, 8, 0}},
    {"24 cpixel high", VNC_LAYOUT_CPIXEL, {32, 24, false, true, 255, 255, 255, 24, 16, 8}},
    {"24 cpixel high bgr", VNC_LAYOUT_CPIXEL, {32, 24, false, true, 255, 255, 255, 8, 16, 24}},
    {"24 cpixel high big-endian",
     VNC_LAYOUT_CPIXEL,
     {32, 24, true, true, 255, 255, 255, 24, 16, 8}},
    {"24 cpixel 5:6:5", VNC_LAYOUT_CPIXEL, {32, 16, false, true, 31, 63, 31, 11, 5, 0}},
    {"24 cpixel 5:6:5 high", VNC_LAYOUT_CPIXEL, {32, 16, true, true, 31, 63, 31, 11, 25, 17}},
    {"24 cpixel 12:6:6", VNC_LAYOUT_CPIXEL, {32, 24, true, true, 4095, 63, 63, 0, 12, 18}},
    {"24 tpixel", VNC_LAYOUT_TPIXEL, {32, 24, false, true, 255, 255, 255, 16, 8, 0}},
    {"16 5:6:5", VNC_LAYOUT_PIXEL, {16, 16, false, true, 31, 63, 31, 11, 5, 0}},
    {"16 5:6:5 big-endian", VNC_LAYOUT_PIXEL, {16, 16, true, true, 31, 63, 31, 11, 5, 0}},
    {"16 5:5:5", VNC_LAYOUT_PIXEL, {16, 15, false, true, 31, 31, 31, 10, 5, 0}},
    {"16 2:12:2", VNC_LAYOUT_PIXEL, {16, 16, true, true, 3, 4095, 3, 0, 2, 14}},
    {"8 3:3:2", VNC_LAYOUT_PIXEL, {8, 8, false, true, 7, 7, 3, 5, 2, 0}},
    {"8 2:3:3 bgr", VNC_LAYOUT_PIXEL, {8, 8, false, true, 7, 7, 3, 0, 3, 6}},
    {"8 colour map", VNC_LAYOUT_PIXEL, {8, 8, false, false, 0, 0, 0, 0, 0, 0}},
};

/* Fast enough to fill frames. */
static void fill_random(void *memory, size_t len)
{
    uint8_t *bytes = memory;
    uint64_t state = ((uint64_t)g_test_rand_int() << 32 | (uint32_t)g_test_rand_int()) | 1;
    size_t i;

    for (i = 0; i < len; i++) {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        bytes[i] = (uint8_t)(state >> 24);
    }
}

static void fill_pixels(uint32_t *pixels, size_t count)
{
    size_t i;

    fill_random(pixels, count * 4);
    for (i = 0; i < count; i++) {
        pixels[i] &= 0xffffff;
    }
}

static void check_convert(const VncConverter *fast, const VncConverter *reference, size_t count,
                          size_t offset)
{
    size_t len = count * reference->bytes;
    g_autofree uint8_t *got = g_malloc(len + offset + 2 * GUARD);
    g_autofree uint8_t *want = g_malloc(len + offset + 2 * GUARD);
    g_autofree uint32_t *memory = g_new(uint32_t, count + offset);
    uint32_t *pixels = memory + offset;

    memset(got, GUARD_BYTE, len + offset + 2 * GUARD);
    memset(want, GUARD_BYTE, len + offset + 2 * GUARD);
    fill_pixels(pixels, count);
    fast->row(fast, got + GUARD + offset, pixels, count);
    reference->row(reference, want + GUARD + offset, pixels, count);
    g_assert_cmpmem(got, len + offset + 2 * GUARD, want, len + offset + 2 * GUARD);
}

static void test_convert(const void *data)
{
    size_t i = GPOINTER_TO_SIZE(data), count;
    VncConverter fast, reference;

    g_assert_null(vnc_pixel_format_check(&formats[i].format));
    vnc_converter_init(&fast, &formats[i].format, formats[i].layout);
    vnc_converter_init_reference(&reference, &formats[i].format, formats[i].layout);
    g_assert_cmpuint(fast.bytes, ==, reference.bytes);
    for (count = 1; count < 150; count++) {
        check_convert(&fast, &reference, count, count % 8);
        check_convert(&fast, &reference, count, g_test_rand_int_range(0, 64));
    }
    for (count = 200; count < 9000; count += (size_t)g_test_rand_int_range(1, 700)) {
        check_convert(&fast, &reference, count, count % 64);
    }
}

typedef struct CompareRows {
    int width;
    size_t cells;
    uint32_t *ours, *theirs;        /* exactly width pixels */
    uint64_t *candidates, *changed; /* exactly as many words as there are */
} CompareRows;

static void rows_init(CompareRows *rows, int width, size_t offset)
{
    size_t words = ((size_t)width + VNC_CELL * 64 - 1) / (VNC_CELL * 64);

    rows->width = width;
    rows->cells = ((size_t)width + VNC_CELL - 1) / VNC_CELL;
    rows->ours = (uint32_t *)g_malloc((width + offset) * 4) + offset;
    rows->theirs = (uint32_t *)g_malloc((width + offset) * 4) + offset;
    rows->candidates = g_new(uint64_t, words);
    rows->changed = g_new0(uint64_t, words);
    fill_random(rows->candidates, words * 8);
    fill_random(rows->theirs, (size_t)width * 4);
    memset(rows->changed, 0, words * 8);
}

static void rows_clear(CompareRows *rows, size_t offset)
{
    g_free(rows->ours - offset);
    g_free(rows->theirs - offset);
    g_free(rows->candidates);
    g_free(rows->changed);
}

static void rows_check(CompareRows *rows)
{
    size_t words = (rows->cells + 63) / 64;
    g_autofree uint32_t *ours = g_memdup2(rows->ours, (size_t)rows->width * 4);
    g_autofree uint64_t *changed = g_memdup2(rows->changed, words * 8);

    vnc_compare_row(rows->ours, rows->theirs, rows->width, rows->candidates, rows->changed);
    vnc_compare_row_reference(ours, rows->theirs, rows->width, rows->candidates, changed);
    g_assert_cmpmem(rows->ours, (size_t)rows->width * 4, ours, (size_t)rows->width * 4);
    g_assert_cmpmem(rows->changed, words * 8, changed, words * 8);
}

/* A few pixels of a row that is else the same, or all; some candidates, all, or none. */
static void check_compare(int width, size_t offset)
{
    size_t words = ((size_t)width + VNC_CELL * 64 - 1) / (VNC_CELL * 64);
    CompareRows rows;
    int round, i;

    rows_init(&rows, width, offset);
    for (round = 0; round < 9; round++) {
        for (i = 0; i < width; i++) {
            rows.ours[i] = rows.theirs[i] & 0xffffff;
        }
        if (round % 3 == 2) {
            fill_pixels(rows.ours, (size_t)width);
        } else {
            for (i = 0; i < (round % 3) * (width / 20 + 1); i++) {
                rows.ours[g_test_rand_int_range(0, width)] ^= 1u << g_test_rand_int_range(0, 24);
            }
        }
        if (round / 3) {
            memset(rows.candidates, round / 3 == 1 ? 0 : 255, words * 8);
        } else {
            fill_random(rows.candidates, words * 8);
        }
        rows_check(&rows);
    }
    rows_clear(&rows, offset);
}

static void test_compare(void)
{
    int width;

    for (width = 1; width < 300; width++) {
        check_compare(width, (size_t)width % 16);
        check_compare(width, (size_t)g_test_rand_int_range(0, 16));
    }
    for (width = 300; width <= VNC_MAX_SIDE; width += g_test_rand_int_range(1, 200)) {
        check_compare(width, (size_t)g_test_rand_int_range(0, 16));
    }
    for (width = 1022; width < 1045; width++) {
        check_compare(width, 0);
    }
    check_compare(VNC_MAX_SIDE, 0);
}

/* Rows of @count pixels behind three bytes of 0, smooth or random. */
static void check_predict(VncPredictRow *fast, VncPredictRow *reference, size_t count,
                          size_t offset, bool smooth)
{
    size_t len = count * VNC_PREDICT_BYTES, i;
    g_autofree uint8_t *rows = g_malloc0(offset + VNC_PREDICT_BYTES + len);
    g_autofree uint8_t *rows_above = g_malloc0(offset + VNC_PREDICT_BYTES + len);
    g_autofree uint8_t *got = g_malloc(len + offset + 2 * GUARD);
    g_autofree uint8_t *want = g_malloc(len + offset + 2 * GUARD);
    uint8_t *row = rows + offset + VNC_PREDICT_BYTES;
    uint8_t *above = rows_above + offset + VNC_PREDICT_BYTES;

    fill_random(row, len);
    fill_random(above, len);
    for (i = 0; smooth && i < len; i++) {
        row[i] = (uint8_t)(i / 7 + row[i] % 4);
        above[i] = (uint8_t)(i / 7 + above[i] % 4);
    }
    memset(got, GUARD_BYTE, len + offset + 2 * GUARD);
    memset(want, GUARD_BYTE, len + offset + 2 * GUARD);
    fast(got + GUARD + offset, row, above, count);
    reference(want + GUARD + offset, row, above, count);
    g_assert_cmpmem(got, len + offset + 2 * GUARD, want, len + offset + 2 * GUARD);
}

static const struct {
    const char *name;
    VncPredictRow *fast, *reference;
} predictions[] = {
    {"gradient", vnc_predict_gradient, vnc_predict_gradient_reference},
    {"paeth", vnc_predict_paeth, vnc_predict_paeth_reference},
};

static void test_predict(const void *data)
{
    VncPredictRow *fast = predictions[GPOINTER_TO_SIZE(data)].fast;
    VncPredictRow *reference = predictions[GPOINTER_TO_SIZE(data)].reference;
    size_t count;

    for (count = 1; count < 300; count++) {
        check_predict(fast, reference, count, count % 32, true);
        check_predict(fast, reference, count, (size_t)g_test_rand_int_range(0, 32), false);
    }
    check_predict(fast, reference, 2048, 0, false);
}

/* Some pixels differ, or many, or all; some cells are asked for, all, or none. */
static void check_match(int width, size_t offset)
{
    size_t words = ((size_t)width + VNC_CELL * 64 - 1) / (VNC_CELL * 64);
    CompareRows rows;
    int round, i;

    rows_init(&rows, width, offset);
    for (round = 0; round < 12; round++) {
        g_autofree uint64_t *cells = g_new(uint64_t, words + 2 * GUARD / 8);
        g_autofree uint64_t *want = NULL;

        fill_pixels(rows.ours, (size_t)width);
        memcpy(rows.theirs, rows.ours, (size_t)width * 4);
        for (i = 0; i < (round % 4) * (width / 20 + 1); i++) {
            rows.theirs[g_test_rand_int_range(0, width)] ^= 1u << g_test_rand_int_range(0, 24);
        }
        memset(cells, GUARD_BYTE, words * 8 + 2 * GUARD);
        fill_random(cells + GUARD / 8, words * 8);
        if (round / 4 == 1) {
            memset(cells + GUARD / 8, 255, words * 8);
        }
        /* Bits beyond the last cell are no cells. */
        for (i = (int)rows.cells; i < (int)words * 64; i++) {
            cells[GUARD / 8 + i / 64] &= ~(UINT64_C(1) << i % 64);
        }
        want = g_memdup2(cells, words * 8 + 2 * GUARD);
        vnc_match_row(rows.ours, rows.theirs, width, cells + GUARD / 8);
        vnc_match_row_reference(rows.ours, rows.theirs, width, want + GUARD / 8);
        g_assert_cmpmem(cells, words * 8 + 2 * GUARD, want, words * 8 + 2 * GUARD);
    }
    rows_clear(&rows, offset);
}

static void test_match(void)
{
    int width;

    for (width = 1; width < 300; width++) {
        check_match(width, (size_t)g_test_rand_int_range(0, 16));
    }
    for (width = 300; width <= VNC_MAX_SIDE; width += g_test_rand_int_range(1, 200)) {
        check_match(width, (size_t)g_test_rand_int_range(0, 16));
    }
    for (width = 1022; width < 1045; width++) {
        check_match(width, 0);
    }
    check_match(VNC_MAX_SIDE, 0);
}

/* What is timed: one pass over a frame. */
typedef struct Pass {
    void (*run)(const struct Pass *pass);
    size_t width, height;
    const VncConverter *converter;
    VncCompareRow *compare;
    VncPredictRow *predict;
    const uint64_t *candidates;
    void *to;
    const uint32_t *from;
} Pass;

static void pass_convert(const Pass *pass)
{
    size_t y;

    for (y = 0; y < pass->height; y++) {
        pass->converter->row(pass->converter,
                             (uint8_t *)pass->to + y * pass->width * pass->converter->bytes,
                             pass->from + y * pass->width, pass->width);
    }
}

static void pass_compare(const Pass *pass)
{
    uint64_t changed[VNC_MAX_SIDE / VNC_CELL / 64];
    size_t y;

    for (y = 0; y < pass->height; y++) {
        memset(changed, 0, sizeof(changed));
        pass->compare((uint32_t *)pass->to + y * pass->width, pass->from + y * pass->width,
                      (int)pass->width, pass->candidates, changed);
    }
}

/* A volatile function pointer keeps the compiler from looking through. */
static int (*volatile call_memcmp)(const void *, const void *, size_t) = memcmp;
static void *(*volatile call_memcpy)(void *, const void *, size_t) = memcpy;

static void pass_memcmp(const Pass *pass)
{
    size_t y, row = pass->width * 4;

    for (y = 0; y < pass->height; y++) {
        call_memcmp((uint8_t *)pass->to + y * row, (const uint8_t *)pass->from + y * row, row);
    }
}

static void pass_memcpy(const Pass *pass)
{
    size_t y, row = pass->width * 4;

    for (y = 0; y < pass->height; y++) {
        call_memcpy((uint8_t *)pass->to + y * row, (const uint8_t *)pass->from + y * row, row);
    }
}

static void pass_memcmp_memcpy(const Pass *pass)
{
    size_t y, row = pass->width * 4;

    for (y = 0; y < pass->height; y++) {
        uint8_t *to = (uint8_t *)pass->to + y * row;
        const uint8_t *from = (const uint8_t *)pass->from + y * row;

        /* A row that differs at its start ends memcmp at once: compare one with itself. */
        call_memcmp(to, to, row);
        call_memcmp(from, from, row);
        call_memcpy(to, from, row);
    }
}

/* The best of several rounds, in pixels per microsecond; before each, @prepare. */
static double bench(const Pass *pass, void (*prepare)(const Pass *pass))
{
    int64_t best = G_MAXINT64;
    int round, repeat = prepare ? 1 : 4, i;

    for (round = 0; round < 15; round++) {
        int64_t start, took;

        if (prepare) {
            prepare(pass);
        }
        start = g_get_monotonic_time();
        for (i = 0; i < repeat; i++) {
            pass->run(pass);
        }
        took = g_get_monotonic_time() - start;
        best = MIN(best, MAX(took, 1));
    }
    return (double)(pass->width * pass->height) * repeat / (double)best;
}

static void bench_convert(void)
{
    const size_t width = 1920, height = 270;
    g_autofree uint32_t *from = g_new(uint32_t, width * height);
    g_autofree uint32_t *to = g_new0(uint32_t, width * height);
    size_t i;

    fill_pixels(from, width * height);
    g_print("%-28s %10s %10s\n", "convert, Mpx/s", "fast", "reference");
    for (i = 0; i < G_N_ELEMENTS(formats); i++) {
        VncConverter fast, reference;
        Pass pass = {.run = pass_convert, .width = width, .height = height, .to = to, .from = from};
        double speed;

        vnc_converter_init(&fast, &formats[i].format, formats[i].layout);
        vnc_converter_init_reference(&reference, &formats[i].format, formats[i].layout);
        pass.converter = &fast;
        speed = bench(&pass, NULL);
        pass.converter = &reference;
        g_print("%-28s %10.0f %10.0f\n", formats[i].name, speed, bench(&pass, NULL));
    }
}

static void pass_predict(const Pass *pass)
{
    size_t y, len = pass->width * VNC_PREDICT_BYTES;
    const uint8_t *row = (const uint8_t *)pass->from + len;

    for (y = 1; y < pass->height; y++) {
        pass->predict((uint8_t *)pass->to + y * len, row, row - len, pass->width);
        row += len;
    }
}

static void bench_predict(void)
{
    const size_t width = 1920, height = 270;
    g_autofree uint32_t *from = g_new(uint32_t, width * height);
    g_autofree uint32_t *to = g_new0(uint32_t, width * height);
    Pass pass = {.run = pass_predict, .width = width, .height = height, .to = to, .from = from};
    size_t i;

    fill_pixels(from, width * height);
    for (i = 0; i < G_N_ELEMENTS(predictions); i++) {
        double speed;

        pass.predict = predictions[i].fast;
        speed = bench(&pass, NULL);
        pass.predict = predictions[i].reference;
        g_print("%-28s %10.0f %10.0f\n", predictions[i].name, speed, bench(&pass, NULL));
    }
}

static void prepare_same(const Pass *pass)
{
    memcpy(pass->to, pass->from, pass->width * pass->height * 4);
}

static void prepare_different(const Pass *pass)
{
    uint32_t *to = pass->to;
    size_t i;

    for (i = 0; i < pass->width * pass->height; i++) {
        to[i] = ~pass->from[i] & 0xffffff;
    }
}

/* One pixel in one cell of eight. */
static void prepare_some(const Pass *pass)
{
    uint32_t *to = pass->to;
    size_t i;

    prepare_same(pass);
    for (i = 5; i < pass->width * pass->height; i += 8 * VNC_CELL) {
        to[i] ^= 0x010000;
    }
}

static void bench_frame(const char *name, size_t width, size_t height)
{
    uint64_t all[VNC_MAX_SIDE / VNC_CELL / 64], few[VNC_MAX_SIDE / VNC_CELL / 64];
    g_autofree uint32_t *from = g_new(uint32_t, width * height);
    g_autofree uint32_t *to = g_new0(uint32_t, width * height);
    Pass pass = {.width = width, .height = height, .to = to, .from = from, .candidates = all};
    double same, different, some, sparse;

    memset(all, 255, sizeof(all));
    memset(few, 0, sizeof(few));
    few[0] = 1;
    fill_pixels(from, width * height);
    g_print("\n%s, Mpx/s: %16s %10s %10s %12s\n", name, "unchanged", "changed", "1 in 8",
            "1 candidate");
    pass.run = pass_memcmp;
    same = bench(&pass, prepare_same);
    pass.run = pass_memcpy;
    different = bench(&pass, prepare_different);
    g_print("%-28s %10.0f\n%-28s %21.0f\n", "memcmp", same, "memcpy", different);
    pass.run = pass_memcmp_memcpy;
    different = bench(&pass, prepare_different);
    g_print("%-28s %21.0f\n", "both rows read, then memcpy", different);
    pass.run = pass_compare;
    for (pass.compare = vnc_compare_row; pass.compare;
         pass.compare = pass.compare == vnc_compare_row ? vnc_compare_row_reference : NULL) {
        pass.candidates = all;
        same = bench(&pass, prepare_same);
        different = bench(&pass, prepare_different);
        some = bench(&pass, prepare_some);
        pass.candidates = few;
        sparse = bench(&pass, prepare_same);
        g_print("%-28s %10.0f %10.0f %10.0f %12.0f\n",
                pass.compare == vnc_compare_row ? "fast" : "reference", same, different, some,
                sparse);
    }
}

/* Frame @time of a film: waves that go their own ways, and grain; with @shades colours a
 * channel. */
static void fill_film(uint32_t *pixels, int width, int height, int time, int shades)
{
    fill_random(pixels, (size_t)width * height * 4);
    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
            uint32_t *pixel = &pixels[(size_t)y * width + x];
            int grain = (int)(*pixel & 3);
            int red = ABS((x + 3 * time) % 510 - 255) + grain;
            int green = ABS((y * 2 + x / 3 - 5 * time) % 510 - 255) + grain;
            int blue = ABS((y - x + 2 * time) % 510 - 255) + grain;

            *pixel =
                (uint32_t)(MIN(red, 255) * shades / 256 << 16 |
                           MIN(green, 255) * shades / 256 << 8 | MIN(blue, 255) * shades / 256);
        }
    }
}

/* How long a search takes that ends with nothing, or with the motion that there is. */
static void bench_motion(const char *name, int width, int height)
{
    static const struct {
        const char *name;
        int shades; /* 0: noise */
        int dy;     /* how far it has scrolled; 0: another frame */
    } contents[] = {
        {"film", 256, 0},           {"dark film", 12, 0},         {"noise", 0, 0},
        {"scroll by 16", 256, -16}, {"scroll by 900", 256, -900},
    };
    size_t count = (size_t)width * height;
    g_autofree uint32_t *before = g_new(uint32_t, count);
    g_autofree uint32_t *after = g_new(uint32_t, count);
    VncPicturePair pair = {before, after, width, width, width, height};
    VncRect screen = {0, 0, width, height};
    VncMotion none = {0, 0}, motion;

    for (size_t i = 0; i < G_N_ELEMENTS(contents); i++) {
        int64_t best = G_MAXINT64;
        bool found = false;

        fill_film(before, width, height, 0, contents[i].shades);
        fill_film(after, width, height, 1, contents[i].shades);
        if (contents[i].shades == 0) {
            fill_pixels(before, count);
            fill_pixels(after, count);
        }
        size_t moved = (size_t)-contents[i].dy * width;
        if (moved > 0) {
            memcpy(after, before + moved, (count - moved) * sizeof(uint32_t));
        }
        for (int round = 0; round < 20; round++) {
            int64_t start = g_get_monotonic_time();

            found = vnc_motion_find(&pair, &screen, &none, &motion);
            best = MIN(best, g_get_monotonic_time() - start);
        }
        g_print("%-10s %-20s %6" G_GINT64_FORMAT " us, %s\n", name, contents[i].name, best,
                found ? "found" : "none");
    }
}

int main(int argc, char **argv)
{
    size_t i;

    g_test_init(&argc, &argv, NULL);
    if (argc > 1 && strcmp(argv[1], "--bench") == 0) {
        bench_convert();
        bench_predict();
        bench_frame("compare 640x360", 640, 360);
        bench_frame("compare 1920x1080", 1920, 1080);
        bench_frame("compare 3840x2160", 3840, 2160);
        g_print("\nmotion search:\n");
        bench_motion("1920x1080", 1920, 1080);
        bench_motion("3840x2160", 3840, 2160);
        return EXIT_SUCCESS;
    }
    for (i = 0; i < G_N_ELEMENTS(formats); i++) {
        g_autofree char *path = g_strdup_printf("/kernels/convert/%s", formats[i].name);

        g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_convert);
    }
    g_test_add_func("/kernels/compare", test_compare);
    for (i = 0; i < G_N_ELEMENTS(predictions); i++) {
        g_autofree char *path = g_strdup_printf("/kernels/predict/%s", predictions[i].name);

        g_test_add_data_func(path, GSIZE_TO_POINTER(i), test_predict);
    }
    g_test_add_func("/kernels/match", test_match);
    return g_test_run();
}
