/*
 * Tight and TightPNG: the choice of the compression for each content, and the quality of JPEG.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * libvncclient and TurboJPEG's decompressor judge JPEG; test-encoders.c shows that everything else
 * is exact.
 */
#include "tests/lib/enc-decode.h"
#include "tests/lib/enc-pictures.h"
#include "tests/lib/enc-viewer.h"
#include "tests/lib/rows.h"
#include "ui/enc/encoders.h"

#include <math.h>
#include <turbojpeg.h>

#define W 256
#define H 96

static const VncPixelFormat native = {32, 24, G_BYTE_ORDER == G_BIG_ENDIAN, true, 255, 255, 255, 16,
                                      8,  0};
static const VncPixelFormat bgr = {32, 24, false, true, 255, 255, 255, 0, 8, 16};
static const VncPixelFormat high = {16, 16, false, true, 31, 63, 31, 11, 5, 0};
static const VncPixelFormat low = {8, 8, false, true, 7, 7, 3, 5, 2, 0};

static const VncEncoder *const encoders[] = {
    &vnc_encoder_tight,
#ifdef VNC_HAVE_PNG
    &vnc_encoder_tight_png,
#endif
};

static uint32_t pixels[W * H];

/* Shaded, by steps of four equal pixels: hundreds of colours, no edge, no photo. */
static void paint_shade(void)
{
    for (int i = 0; i < W * H; i++) {
        int x = i % W / 4 * 4, y = i / W;
        pixels[i] = (uint32_t)(40 + x / 2) << 16 | (uint32_t)(60 + y) << 8 | (uint32_t)(x / 4 + y);
    }
}

/* A photo of sorts, torn into saturated red and blue. */
static void paint_patches(void)
{
    picture_paint(PICTURE_PHOTO, pixels, W, W, H);
    for (int i = 0; i < W * H; i++) {
        bool red = (i % W / 13 + i / W / 9) % 2;
        uint32_t grain = pixels[i] & 0x001f1f1f;
        pixels[i] = grain + (red ? 0x00d01010 : 0x001010d0);
    }
}

/* A connection of one rectangle. */
typedef struct Result {
    VncMethod method;
    DecoderCounts counts;
    VncBuffer payload;
} Result;

static void result_clear(Result *result)
{
    vnc_buffer_clear(&result->payload);
}

static VncEncodeParams params_of(const VncPixelFormat *format, int level, int quality)
{
    VncEncodeParams params;

    vnc_encode_params_init(&params, format, level, quality);
    return params;
}

/* Encode a piece at the top left of what is painted; what is lossless is compared. */
static Result encode_piece(const VncEncoder *encoder, const VncEncodeParams *params,
                           const VncPiece *piece)
{
    static uint32_t decoded[W * H];
    const int w = piece->rect.w, h = piece->rect.h;
    VncView view = {pixels, W, W, H};
    Decoder *decoder = decoder_new(&params->format);
    void *state = vnc_encoder_state_new(encoder);
    VncScratch *scratch = vnc_scratch_new();
    Result result = {0};

    result.method = encoder->encode(state, params, &view, piece, scratch, &result.payload);
    g_assert_cmpstr(decoder_run(decoder, encoder->number, w, h, vnc_buffer_bytes(&result.payload),
                                result.payload.len, decoded),
                    ==, NULL);
    result.counts = *decoder_counts(decoder);
    if (result.method != VNC_METHOD_JPEG && vnc_pixel_format_equal(&params->format, &native)) {
        for (int y = 0; y < h; y++) {
            g_assert_cmpmem(decoded + y * w, w * 4, pixels + y * W, w * 4);
        }
    }
    vnc_scratch_free(scratch);
    vnc_encoder_state_free(encoder, state);
    decoder_free(decoder);
    return result;
}

static Result encode(const VncEncoder *encoder, const VncEncodeParams *params)
{
    return encode_piece(encoder, params, &(VncPiece){.rect = {0, 0, W, H}});
}

static VncMethod method_of_piece(const VncEncoder *encoder, const VncEncodeParams *params,
                                 const VncPiece *piece)
{
    Result result = encode_piece(encoder, params, piece);

    g_assert_cmpuint(result.counts.tight_jpeg, ==, result.method == VNC_METHOD_JPEG);
    result_clear(&result);
    return result.method;
}

static VncMethod method_of(const VncEncoder *encoder, const VncEncodeParams *params)
{
    return method_of_piece(encoder, params, &(VncPiece){.rect = {0, 0, W, H}});
}

static void test_methods(void)
{
    static const struct {
        Picture picture;
        VncMethod plain, gradient;
    } cases[] = {
        {PICTURE_SOLID, VNC_METHOD_SOLID, VNC_METHOD_SOLID},
        {PICTURE_TWO_COLOURS, VNC_METHOD_MONO, VNC_METHOD_MONO},
        {PICTURE_16_COLOURS, VNC_METHOD_INDEXED, VNC_METHOD_INDEXED},
        {PICTURE_200_COLOURS, VNC_METHOD_INDEXED, VNC_METHOD_INDEXED},
        {PICTURE_TEXT, VNC_METHOD_INDEXED, VNC_METHOD_INDEXED},
        {PICTURE_NOISE, VNC_METHOD_FULL_COLOUR, VNC_METHOD_FULL_COLOUR},
        {PICTURE_MOSAIC, VNC_METHOD_FULL_COLOUR, VNC_METHOD_FULL_COLOUR},
        {PICTURE_PHOTO, VNC_METHOD_FULL_COLOUR, VNC_METHOD_GRADIENT},
        {PICTURE_GRADIENT, VNC_METHOD_FULL_COLOUR, VNC_METHOD_GRADIENT},
    };

    for (int level = 0; level < 10; level++) {
        FOR_ROWS (i, cases) {
            VncEncodeParams params = params_of(&native, level, -1);
            picture_paint(cases[i].picture, pixels, W, W, H);
            g_test_message("level %d: %s", level, picture_name(cases[i].picture));
            g_assert_cmpint(method_of(&vnc_encoder_tight, &params), ==, cases[i].plain);
            params.gradient = true;
            g_assert_cmpint(method_of(&vnc_encoder_tight, &params), ==,
                            level > 0 ? cases[i].gradient : cases[i].plain);
#ifdef VNC_HAVE_PNG
            g_assert_cmpint(method_of(&vnc_encoder_tight_png, &params), ==,
                            cases[i].plain == VNC_METHOD_SOLID ? VNC_METHOD_SOLID : VNC_METHOD_PNG);
#endif
        }
    }
}

/* The gradient filter is for pixels of three bytes, and pays where it is used. */
static void test_gradient(void)
{
    VncEncodeParams params = params_of(&high, 1, -1);

    picture_paint(PICTURE_PHOTO, pixels, W, W, H);
    params.gradient = true;
    g_assert_cmpint(method_of(&vnc_encoder_tight, &params), ==, VNC_METHOD_FULL_COLOUR);

    for (int level = 1; level < 10; level++) {
        params = params_of(&native, level, -1);
        Result plain = encode(&vnc_encoder_tight, &params);
        params.gradient = true;
        Result gradient = encode(&vnc_encoder_tight, &params);
        g_assert_cmpuint(gradient.payload.len, <, plain.payload.len * 3 / 4);
        result_clear(&plain);
        result_clear(&gradient);
    }
}

#ifdef VNC_HAVE_PNG
/* Indexes of all sizes, and rows that end within a byte. */
static void test_png(void)
{
    static const unsigned counts[] = {2, 3, 4, 5, 16, 17, 95, 96, 255, 256, 257};
    VncEncodeParams params = params_of(&native, 1, -1);

    FOR_ROWS (i, counts) {
        for (int w = 18; w < 36; w++) {
            for (int j = 0; j < w * 17; j++) {
                pixels[j / w * W + j % w] = (j % counts[i] + 1) * 0x00fedcb9u & 0x00ffffff;
            }
            Result result =
                encode_piece(&vnc_encoder_tight_png, &params, &(VncPiece){.rect = {0, 0, w, 17}});
            g_assert_cmpint(result.method, ==, VNC_METHOD_PNG);
            g_assert_cmpuint(result.counts.png_indexed, ==, counts[i] <= 256);
            g_assert_cmpuint(result.counts.png_rgb, ==, counts[i] > 256);
            result_clear(&result);
        }
    }
    picture_paint(PICTURE_PHOTO, pixels, W, W, H);
    Result best = encode(&vnc_encoder_tight_png, &params);
    params.compress_level = 0;
    Result stored = encode(&vnc_encoder_tight_png, &params);
    g_assert_cmpuint(stored.payload.len, >=, 3 * W * H);
    g_assert_cmpuint(best.payload.len, <, 3 * W * H * 2 / 3);
    result_clear(&best);
    result_clear(&stored);
}
#endif

static double psnr_of(double sum)
{
    return 10 * log10(255.0 * 255.0 / (sum / (3.0 * W * H) + 1e-9));
}

typedef struct Painted {
    const VncPixelFormat *format;
    double psnr;
} Painted;

static int stored_channel(uint32_t value, uint32_t max, unsigned shift)
{
    return ((value >> shift & max) * 255 + max / 2) / max;
}

static void on_painted(void *opaque, unsigned index G_GNUC_UNUSED, const uint8_t *framebuffer)
{
    Painted *painted = opaque;
    const VncPixelFormat *f = painted->format;
    size_t bytes = f->bits_per_pixel / 8;
    double sum = 0;

    for (int i = 0; i < W * H; i++) {
        uint32_t value = 0;
        for (size_t j = 0; j < bytes; j++) {
            value |= (uint32_t)framebuffer[i * bytes + (f->big_endian ? bytes - 1 - j : j)]
                     << 8 * j;
        }
        int red = stored_channel(value, f->red_max, f->red_shift) - (int)(pixels[i] >> 16 & 255);
        int green =
            stored_channel(value, f->green_max, f->green_shift) - (int)(pixels[i] >> 8 & 255);
        int blue = stored_channel(value, f->blue_max, f->blue_shift) - (int)(pixels[i] & 255);
        sum += red * red + green * green + blue * blue;
    }
    painted->psnr = psnr_of(sum);
}

/* How near to what is painted libvncclient comes with a payload of Tight. */
static double viewer_psnr(const VncPixelFormat *format, const VncBuffer *payload)
{
    const VncRect all = {0, 0, W, H};
    Painted painted = {format, 0};
    ViewerScript script = {*format, W, H, .decoded = on_painted, .opaque = &painted};

    viewer_script_add(&script, &all, VNC_ENCODING_TIGHT, payload);
    g_assert_true(viewer_run(&script));
    viewer_script_clear(&script);
    return painted.psnr;
}

static void test_quality(void)
{
    double psnr[10];
    size_t size[10];

    picture_paint(PICTURE_PHOTO, pixels, W, W, H);
    for (int level = 0; level < 10; level++) {
        VncEncodeParams params = params_of(&native, 1, vnc_quality_from_level(level));
        Result result = encode(&vnc_encoder_tight, &params);
        g_assert_cmpint(result.method, ==, VNC_METHOD_JPEG);
        psnr[level] = viewer_psnr(&native, &result.payload);
        size[level] = result.payload.len;
        g_test_message("quality level %d: %.1f dB, %zu bytes", level, psnr[level], size[level]);
        g_assert_cmpfloat(psnr[level], >, level > 0 ? psnr[level - 1] : 20);
        g_assert_cmpuint(size[level], >, level > 0 ? size[level - 1] : 0);
        result_clear(&result);
    }
    g_assert_cmpfloat(psnr[8], >, 30);
    g_assert_cmpfloat(psnr[9], >, psnr[0] + 5);
}

/* A JFIF stream knows nothing of the viewer's pixel format: it is the same for all, and what
 * libvncclient paints of it is right. For 8 bits there is none. */
static void test_formats(void)
{
    static const struct {
        const VncPixelFormat *format;
        double psnr;
    } cases[] = {{&native, 30}, {&bgr, 30}, {&high, 28}};

    picture_paint(PICTURE_PHOTO, pixels, W, W, H);
    FOR_ROWS (i, encoders) {
        VncEncodeParams params = params_of(&native, 1, 75);
        Result first = encode(encoders[i], &params);
        FOR_ROWS (j, cases) {
            params = params_of(cases[j].format, 1, 75);
            Result result = encode(encoders[i], &params);
            g_assert_cmpint(result.method, ==, VNC_METHOD_JPEG);
            g_assert_cmpmem(vnc_buffer_bytes(&result.payload), result.payload.len,
                            vnc_buffer_bytes(&first.payload), first.payload.len);
            g_assert_cmpfloat(viewer_psnr(cases[j].format, &result.payload), >, cases[j].psnr);
            result_clear(&result);
        }
        result_clear(&first);
        params = params_of(&low, 1, 75);
        g_assert_cmpint(method_of(encoders[i], &params), !=, VNC_METHOD_JPEG);
    }
}

/* What JPEG must not touch, however often it changes. */
static void test_never(void)
{
    static const Picture sharp[] = {
        PICTURE_SOLID,     PICTURE_TWO_COLOURS, PICTURE_16_COLOURS, PICTURE_TEXT,
        PICTURE_100_BANDS, PICTURE_DESKTOP,     PICTURE_CAPTION,    PICTURE_MOSAIC,
    };

    FOR_CASES (i, G_N_ELEMENTS(encoders) * G_N_ELEMENTS(sharp) * 2) {
        const VncEncoder *encoder = encoders[i % G_N_ELEMENTS(encoders)];
        Picture picture = sharp[i / G_N_ELEMENTS(encoders) % G_N_ELEMENTS(sharp)];
        VncEncodeParams params = params_of(&native, 1, 90);
        VncPiece piece = {.rect = {0, 0, W, H},
                          .fast = i / G_N_ELEMENTS(encoders) / G_N_ELEMENTS(sharp)};
        picture_paint(picture, pixels, W, W, H);
        g_test_message("%s: %s", encoder->name, picture_name(picture));
        g_assert_cmpint(method_of_piece(encoder, &params, &piece), !=, VNC_METHOD_JPEG);
    }
}

/* What is smooth and no photo may be blurred while it changes, if the viewer takes JPEG at all. */
static void test_fast(void)
{
    paint_shade();
    FOR_ROWS (i, encoders) {
        VncEncodeParams params = params_of(&native, 1, 75);
        VncPiece piece = {.rect = {0, 0, W, H}};
        g_assert_cmpint(method_of_piece(encoders[i], &params, &piece), !=, VNC_METHOD_JPEG);
        piece.fast = true;
        g_assert_cmpint(method_of_piece(encoders[i], &params, &piece), ==, VNC_METHOD_JPEG);
        piece.exact = true;
        g_assert_cmpint(method_of_piece(encoders[i], &params, &piece), !=, VNC_METHOD_JPEG);
        piece.exact = false;
        params.quality = -1;
        g_assert_cmpint(method_of_piece(encoders[i], &params, &piece), !=, VNC_METHOD_JPEG);
    }
}

/* A JPEG of the top left of what is painted, decompressed. */
typedef struct Jpeg {
    int sampling;
    size_t size;
    double psnr; /* of all */
} Jpeg;

static Jpeg jpeg_of(int w, int h, int quality, VncSubsampling subsampling)
{
    static uint32_t decoded[W * H];
    VncEncodeParams params = params_of(&native, 1, quality);
    tjhandle handle = tjInitDecompress();
    Jpeg jpeg;
    int width, height, space;
    double sum = 0;

    params.subsampling = subsampling;
    Result result = encode_piece(&vnc_encoder_tight, &params, &(VncPiece){.rect = {0, 0, w, h}});
    g_assert_cmpint(result.method, ==, VNC_METHOD_JPEG);
    /* The file begins with ff d8, which no byte of the length is mistaken for. */
    const uint8_t *bytes = vnc_buffer_bytes(&result.payload);
    size_t head = 1;
    while (bytes[head] != 0xff || bytes[head + 1] != 0xd8) {
        head++;
        g_assert_cmpuint(head, <=, 4);
    }
    jpeg.size = result.payload.len - head;
    g_assert_cmpint(tjDecompressHeader3(handle, bytes + head, jpeg.size, &width, &height,
                                        &jpeg.sampling, &space),
                    ==, 0);
    g_assert_cmpint(width, ==, w);
    g_assert_cmpint(height, ==, h);
    g_assert_cmpint(tjDecompress2(handle, bytes + head, jpeg.size, (unsigned char *)decoded, w,
                                  W * 4, h, G_BYTE_ORDER == G_BIG_ENDIAN ? TJPF_XRGB : TJPF_BGRX,
                                  0),
                    ==, 0);
    for (int i = 0; i < W * H; i++) {
        for (int shift = 0; shift < 24; shift += 8) {
            int error = (int)(pixels[i] >> shift & 255) - (int)(decoded[i] >> shift & 255);
            sum += error * error;
        }
    }
    jpeg.psnr = psnr_of(sum);
    tjDestroy(handle);
    result_clear(&result);
    return jpeg;
}

static void test_subsampling(void)
{
    static const struct {
        VncSubsampling wanted;
        int sampling;
    } cases[] = {
        {VNC_SUBSAMPLING_444, TJSAMP_444}, {VNC_SUBSAMPLING_422, TJSAMP_422},
        {VNC_SUBSAMPLING_420, TJSAMP_420}, {VNC_SUBSAMPLING_410, TJSAMP_420},
        {VNC_SUBSAMPLING_16X, TJSAMP_420}, {VNC_SUBSAMPLING_GRAY, TJSAMP_GRAY},
    };
    size_t before = SIZE_MAX;

    paint_patches();
    FOR_ROWS (i, cases) {
        Jpeg jpeg = jpeg_of(W, H, 75, cases[i].wanted);
        g_test_message("%d: %.1f dB, %zu bytes", cases[i].wanted, jpeg.psnr, jpeg.size);
        g_assert_cmpint(jpeg.sampling, ==, cases[i].sampling);
        g_assert_cmpuint(jpeg.size, <=, before);
        before = jpeg.size;
    }
    g_assert_cmpfloat(jpeg_of(W, H, 75, VNC_SUBSAMPLING_444).psnr, >,
                      jpeg_of(W, H, 75, VNC_SUBSAMPLING_420).psnr + 5);
}

static void test_subsampling_auto(void)
{
    paint_patches();
    g_assert_cmpint(jpeg_of(W, H, 75, VNC_SUBSAMPLING_AUTO).sampling, ==, TJSAMP_444);
    g_assert_cmpint(jpeg_of(W, H, 50, VNC_SUBSAMPLING_AUTO).sampling, ==, TJSAMP_420);
    picture_paint(PICTURE_PHOTO, pixels, W, W, H);
    g_assert_cmpint(jpeg_of(W, H, 75, VNC_SUBSAMPLING_AUTO).sampling, ==, TJSAMP_420);
    g_assert_cmpint(jpeg_of(40, 40, 75, VNC_SUBSAMPLING_AUTO).sampling, ==, TJSAMP_444);
    g_assert_cmpint(jpeg_of(40, 40, 50, VNC_SUBSAMPLING_AUTO).sampling, ==, TJSAMP_420);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tight/methods", test_methods);
    g_test_add_func("/tight/gradient", test_gradient);
#ifdef VNC_HAVE_PNG
    g_test_add_func("/tight/png", test_png);
#endif
    g_test_add_func("/tight/jpeg/quality", test_quality);
    g_test_add_func("/tight/jpeg/formats", test_formats);
    g_test_add_func("/tight/jpeg/never", test_never);
    g_test_add_func("/tight/jpeg/fast", test_fast);
    g_test_add_func("/tight/jpeg/subsampling", test_subsampling);
    g_test_add_func("/tight/jpeg/subsampling-auto", test_subsampling_auto);
    return g_test_run();
}
