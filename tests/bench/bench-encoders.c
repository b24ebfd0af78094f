/*
 * How fast each encoder is, and how small its output: fixed 1920x1080 pictures, compared with the
 * bare libraries on the same pixels.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Usage: bench-encoders [PICTURE [ENCODER [SECONDS]]]: "-" for any. CPU time of this thread.
 */
#include "tests/lib/enc-pictures.h"
#include "ui/enc/encoders.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <turbojpeg.h>
#include <zlib.h>
#ifdef VNC_HAVE_ISAL
#include <isa-l/igzip_lib.h>
#endif

#define WIDTH  1920
#define HEIGHT 1080

typedef struct Line {
    const char *name;
    double seconds; /* of measuring */
    const uint32_t *pixels;
} Line;

static double cpu_time(void)
{
    struct timespec time;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return time.tv_sec + time.tv_nsec * 1e-9;
}

static void print_line(const char *name, const char *detail, double seconds, unsigned frames,
                       size_t bytes)
{
    double pixels = (double)WIDTH * HEIGHT * frames;

    printf("  %-10s %-14s %8.1f Mpx/s %8.2f ms/Mpx %8.2f bits/px\n", name, detail,
           pixels / seconds / 1e6, seconds * 1e3 / (pixels / (1 << 20)), bytes * 8.0 / pixels);
}

static bool has_levels(const VncEncoder *encoder)
{
    return encoder->state_size > 0 || encoder->number == VNC_ENCODING_TIGHT_PNG;
}

/* A frame as a job cuts it. */
static void encode_frame(const VncEncoder *encoder, void *state, const VncEncodeParams *params,
                         const VncView *view, VncScratch *scratch, VncBuffer *out)
{
    int w = MIN(view->width, encoder->max_width);
    int rows = MAX(1, encoder->max_pixels / w);

    if (rows > encoder->align) {
        rows -= rows % encoder->align;
    }
    for (int y = 0; y < view->height; y += rows) {
        for (int x = 0; x < view->width; x += w) {
            VncPiece piece = {.rect = {x, y, MIN(w, view->width - x), MIN(rows, view->height - y)}};
            encoder->encode(state, params, view, &piece, scratch, out);
        }
    }
}

/* @quality: RFB's level, or -1 */
static void bench_encoder(const Line *line, const VncEncoder *encoder, int level, int quality,
                          bool gradient)
{
    VncView view = {line->pixels, WIDTH, WIDTH, HEIGHT};
    VncScratch *scratch = vnc_scratch_new();
    void *state = vnc_encoder_state_new(encoder);
    VncBuffer out = {0};
    VncEncodeParams params;
    char detail[32];
    unsigned frames = 0;
    size_t bytes = 0;

    vnc_encode_params_init(&params, &vnc_pixel_format_native, level,
                           quality < 0 ? -1 : vnc_quality_from_level(quality));
    params.gradient = gradient;
    encode_frame(encoder, state, &params, &view, scratch, &out);
    double start = cpu_time(), now = start;
    while (now - start < line->seconds) {
        vnc_buffer_reset(&out);
        encode_frame(encoder, state, &params, &view, scratch, &out);
        bytes += out.len;
        frames++;
        now = cpu_time();
    }
    if (quality >= 0) {
        snprintf(detail, sizeof(detail), "z%d quality %d", level, quality);
    } else if (has_levels(encoder)) {
        snprintf(detail, sizeof(detail), "z%d%s", level, gradient ? " gradient" : "");
    } else {
        detail[0] = '\0';
    }
    print_line(encoder->name, detail, now - start, frames, bytes);
    vnc_buffer_clear(&out);
    vnc_encoder_state_free(encoder, state);
    vnc_scratch_free(scratch);
}

#define RGB_SIZE ((size_t)WIDTH * HEIGHT * 3)

static uint8_t *rgb_of(const Line *line)
{
    uint8_t *rgb = g_malloc(RGB_SIZE);
    VncConverter converter;

    vnc_converter_init(&converter, &vnc_pixel_format_native, VNC_LAYOUT_TPIXEL);
    converter.row(&converter, rgb, line->pixels, (size_t)WIDTH * HEIGHT);
    return rgb;
}

static void bench_zlib(const Line *line, int level)
{
    g_autofree uint8_t *rgb = rgb_of(line);
    g_autofree uint8_t *out = g_malloc(compressBound(RGB_SIZE));
    char detail[32];
    unsigned frames = 0;
    size_t bytes = 0;

    double start = cpu_time(), now = start;
    while (now - start < line->seconds) {
        uLongf len = compressBound(RGB_SIZE);
        if (compress2(out, &len, rgb, RGB_SIZE, level) != Z_OK) {
            abort();
        }
        bytes += len;
        frames++;
        now = cpu_time();
    }
    snprintf(detail, sizeof(detail), "z%d, 24 bits", level);
    print_line("(zlib)", detail, now - start, frames, bytes);
}

#ifdef VNC_HAVE_ISAL
/* Its own level 1, with the buffers that it recommends. A thread: it leaves registers in a state
 * that would slow down what is measured next. */
static gpointer bench_isal(gpointer opaque)
{
    const Line *line = opaque;
    g_autofree struct isal_zstream *stream = g_new(struct isal_zstream, 1);
    g_autofree uint8_t *memory = g_malloc(ISAL_DEF_LVL1_DEFAULT);
    g_autofree uint8_t *rgb = rgb_of(line);
    g_autofree uint8_t *out = g_malloc(2 * RGB_SIZE);
    unsigned frames = 0;
    size_t bytes = 0;

    double start = cpu_time(), now = start;
    while (now - start < line->seconds) {
        isal_deflate_init(stream);
        stream->level = 1;
        stream->level_buf = memory;
        stream->level_buf_size = ISAL_DEF_LVL1_DEFAULT;
        stream->gzip_flag = IGZIP_ZLIB;
        stream->end_of_stream = 1;
        stream->next_in = rgb;
        stream->avail_in = RGB_SIZE;
        stream->next_out = out;
        stream->avail_out = 2 * RGB_SIZE;
        if (isal_deflate(stream) != COMP_OK || stream->avail_in > 0) {
            abort();
        }
        bytes += stream->total_out;
        frames++;
        now = cpu_time();
    }
    print_line("(ISA-L)", "1, 24 bits", now - start, frames, bytes);
    return NULL;
}
#endif

static void bench_jpeg(const Line *line)
{
    tjhandle handle = tjInitCompress();
    unsigned long len = tjBufSize(WIDTH, HEIGHT, TJSAMP_420);
    unsigned char *out = tjAlloc(len);
    unsigned frames = 0;
    size_t bytes = 0;

    double start = cpu_time(), now = start;
    while (now - start < line->seconds) {
        len = tjBufSize(WIDTH, HEIGHT, TJSAMP_420);
        if (tjCompress2(handle, (const unsigned char *)line->pixels, WIDTH, WIDTH * 4, HEIGHT,
                        TJPF_BGRX, &out, &len, TJSAMP_420, 75, TJFLAG_NOREALLOC) != 0) {
            abort();
        }
        bytes += len;
        frames++;
        now = cpu_time();
    }
    print_line("(jpeg)", "75, 4:2:0", now - start, frames, bytes);
    tjFree(out);
    tjDestroy(handle);
}

static bool wanted(const char *filter, const char *name)
{
    return g_str_equal(filter, "-") || g_ascii_strcasecmp(filter, name) == 0;
}

static void bench_picture(Picture picture, const char *filter, double seconds)
{
    static const int levels[] = {1, 6};
    static uint32_t pixels[WIDTH * HEIGHT];
    Line line = {picture_name(picture), seconds, pixels};

    picture_paint(picture, pixels, WIDTH, WIDTH, HEIGHT);
    printf("%s\n", line.name);
    for (unsigned i = 0; vnc_encoders[i]; i++) {
        const VncEncoder *encoder = vnc_encoders[i];
        if (!wanted(filter, encoder->name)) {
            continue;
        }
        for (size_t j = 0; j < (has_levels(encoder) ? G_N_ELEMENTS(levels) : 1); j++) {
            bench_encoder(&line, encoder, levels[j], -1, false);
            if (encoder == &vnc_encoder_tight) {
                bench_encoder(&line, encoder, levels[j], -1, true);
            }
        }
        if (encoder->flags & VNC_ENCODER_LOSSY) {
            for (int quality = 2; quality < 9; quality += 3) {
                bench_encoder(&line, encoder, 1, quality, false);
            }
        }
    }
    if (wanted(filter, "zlib")) {
        bench_zlib(&line, 1);
        bench_zlib(&line, 6);
    }
#ifdef VNC_HAVE_ISAL
    if (wanted(filter, "isal")) {
        g_thread_join(g_thread_new("isal", bench_isal, &line));
    }
#endif
    if (wanted(filter, "jpeg")) {
        bench_jpeg(&line);
    }
}

int main(int argc, char **argv)
{
    static const Picture pictures[] = {PICTURE_TEXT, PICTURE_PHOTO, PICTURE_DESKTOP, PICTURE_SOLID,
                                       PICTURE_NOISE};
    const char *picture = argc > 1 ? argv[1] : "-";
    const char *encoder = argc > 2 ? argv[2] : "-";
    double seconds = argc > 3 ? g_ascii_strtod(argv[3], NULL) : 0.5;

    for (size_t i = 0; i < G_N_ELEMENTS(pictures); i++) {
        if (wanted(picture, picture_name(pictures[i]))) {
            bench_picture(pictures[i], encoder, seconds);
        }
    }
    return 0;
}
