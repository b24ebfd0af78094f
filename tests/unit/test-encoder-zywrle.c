/*
 * ZYWRLE: libvncclient's picture from the coefficients is near to the original, and nearer with a
 * higher quality; sharp parts stay exact.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * test-encoders.c shows that without a quality level ZYWRLE is ZRLE.
 */
#include "tests/lib/enc-decode.h"
#include "tests/lib/enc-pictures.h"
#include "tests/lib/enc-viewer.h"
#include "tests/lib/rows.h"
#include "ui/enc/encoders.h"

#include <math.h>

#define W     256
#define H     144
#define EXACT 100 /* dB: no pixel differs */

static const VncPixelFormat format_bgr = {32, 24, false, true, 255, 255, 255, 0, 8, 16};
static const VncPixelFormat format_565 = {16, 16, false, true, 31, 63, 31, 11, 5, 0};

/* One viewer, and the encoders' state for it. */
typedef struct Session {
    ViewerScript script;
    VncEncodeParams params;
    bool exact; /* as VncPiece.exact */
    void *state;
    VncScratch *scratch;
    VncBuffer payload;
    uint32_t *picture;     /* what the viewer should show at the end */
    double psnr;           /* of the whole screen, after the last rectangle */
    uint32_t shown[W * H]; /* 0x00RRGGBB */
} Session;

static uint32_t *paint(Picture picture)
{
    static uint32_t pixels[PICTURES][W * H];

    picture_paint(picture, pixels[picture], W, W, H);
    return pixels[picture];
}

static uint32_t channel(uint32_t value, uint32_t max, unsigned shift)
{
    return ((value >> shift & max) * 255 + max / 2) / max;
}

static void on_decoded(void *opaque, unsigned index G_GNUC_UNUSED, const uint8_t *framebuffer)
{
    Session *session = opaque;
    const VncPixelFormat *f = &session->script.format;
    unsigned bytes = f->bits_per_pixel / 8;
    double sum = 0;

    for (int i = 0; i < W * H; i++) {
        uint32_t value = 0;
        for (unsigned j = 0; j < bytes; j++) {
            value |= (uint32_t)framebuffer[i * bytes + j] << 8 * j;
        }
        session->shown[i] = channel(value, f->red_max, f->red_shift) << 16 |
                            channel(value, f->green_max, f->green_shift) << 8 |
                            channel(value, f->blue_max, f->blue_shift);
        for (int shift = 0; shift < 24; shift += 8) {
            int error =
                (int)(session->shown[i] >> shift & 255) - (int)(session->picture[i] >> shift & 255);
            sum += error * error;
        }
    }
    session->psnr = 10 * log10(255.0 * 255.0 / (sum / (3.0 * W * H) + 1e-9));
}

static Session *session_new(const VncPixelFormat *format, int level)
{
    Session *session = g_new0(Session, 1);

    session->script = (ViewerScript){
        *format, W, H, .quality_level = level, .decoded = on_decoded, .opaque = session};
    vnc_encode_params_init(&session->params, format, 1, vnc_quality_from_level(level));
    session->state = vnc_encoder_state_new(&vnc_encoder_zrle);
    session->scratch = vnc_scratch_new();
    return session;
}

/* Encode @rect of @picture, which the viewer is to show from then on. */
static VncMethod session_add(Session *session, const VncEncoder *encoder, uint32_t *picture,
                             VncRect rect)
{
    VncView view = {picture, W, W, H};
    VncPiece piece = {.rect = rect, .exact = session->exact};

    vnc_buffer_reset(&session->payload);
    VncMethod method = encoder->encode(session->state, &session->params, &view, &piece,
                                       session->scratch, &session->payload);
    viewer_script_add(&session->script, &rect, encoder->number, &session->payload);
    session->picture = picture;
    return method;
}

static double session_end(Session *session)
{
    g_assert_true(viewer_run(&session->script));
    double psnr = session->psnr;
    viewer_script_clear(&session->script);
    vnc_buffer_clear(&session->payload);
    vnc_scratch_free(session->scratch);
    vnc_encoder_state_free(&vnc_encoder_zrle, session->state);
    g_free(session);
    return psnr;
}

static const VncRect all = {0, 0, W, H};

static void test_quality(void)
{
    static const double least[10] = {28, 28, 28, 32, 32, 32, 35, 35, 35, EXACT};
    size_t sizes[10];

    for (int level = 0; level < 10; level++) {
        Session *session = session_new(&vnc_pixel_format_native, level);
        VncMethod method = session_add(session, &vnc_encoder_zywrle, paint(PICTURE_PHOTO), all);
        sizes[level] = session->payload.len;
        double psnr = session_end(session);
        g_test_message("quality %d: %.1f dB, %zu bytes", level, psnr, sizes[level]);
        g_assert_cmpint(method, ==, level < 9 ? VNC_METHOD_WAVELET : VNC_METHOD_TILES);
        g_assert_cmpfloat(psnr, >, least[level]);
    }
    g_assert_cmpuint(sizes[2] * 2, <, sizes[5]);
    g_assert_cmpuint(sizes[5] * 2, <, sizes[8]);
    g_assert_cmpuint(sizes[8] * 4, <, sizes[9]);
}

/* Tiles that are smallest in one of the other shapes lose nothing. */
static void test_sharp(void)
{
    static const Picture pictures[] = {PICTURE_SOLID, PICTURE_TWO_COLOURS, PICTURE_16_COLOURS,
                                       PICTURE_TEXT, PICTURE_100_BANDS};

    FOR_ROWS (i, pictures) {
        Session *session = session_new(&vnc_pixel_format_native, 0);
        VncMethod method = session_add(session, &vnc_encoder_zywrle, paint(pictures[i]), all);
        g_test_message("%s", picture_name(pictures[i]));
        g_assert_cmpint(method, ==, VNC_METHOD_TILES);
        g_assert_cmpfloat(session_end(session), >, EXACT);
    }
}

static void test_formats(void)
{
    static const struct {
        const VncPixelFormat *format;
        double least[3]; /* levels 2, 5, 8 */
    } formats[] = {
        {&vnc_pixel_format_native, {28, 32, 35}},
        {&format_bgr, {28, 32, 35}},
        {&format_565, {28, 30, 31}},
    };

    FOR_ROWS (i, formats) {
        for (int j = 0; j < 3; j++) {
            Session *session = session_new(formats[i].format, 2 + 3 * j);
            session_add(session, &vnc_encoder_zywrle, paint(PICTURE_PHOTO), all);
            double psnr = session_end(session);
            g_test_message("format %u, quality %d: %.1f dB", i, 2 + 3 * j, psnr);
            g_assert_cmpfloat(psnr, >, formats[i].least[j]);
        }
    }
}

static void check_exact(const VncPixelFormat *format, const uint32_t *picture,
                        const uint32_t *found)
{
    VncConverter converter;

    vnc_converter_init_reference(&converter, format, VNC_LAYOUT_PIXEL);
    for (int i = 0; i < W * H; i++) {
        uint8_t bytes[4];
        uint32_t wanted = 0;
        converter.row(&converter, bytes, &picture[i], 1);
        for (unsigned j = 0; j < converter.bytes; j++) {
            wanted |= (uint32_t)bytes[format->big_endian ? converter.bytes - 1 - j : j] << 8 * j;
        }
        g_assert_cmphex(found[i], ==, wanted);
    }
}

/* A viewer of 16 or 32 bits takes a raw tile for coefficients: where we have none, there is no raw
 * tile, and all is exact. */
static void test_other_formats(void)
{
    static const VncPixelFormat formats[] = {
        {32, 30, false, true, 1023, 1023, 1023, 20, 10, 0},
        {32, 16, false, true, 31, 63, 31, 11, 5, 0},
        {16, 15, true, true, 31, 31, 31, 10, 5, 0},
        {8, 8, false, true, 7, 7, 3, 5, 2, 0},
        {8, 8, false, false, 0, 0, 0, 0, 0, 0},
    };
    static const Picture pictures[] = {PICTURE_NOISE, PICTURE_PHOTO, PICTURE_TEXT};

    FOR_ROWS (i, formats) {
        Session *session = session_new(&formats[i], 2);
        Decoder *decoder = decoder_new(&formats[i]);
        FOR_ROWS (j, pictures) {
            uint32_t found[W * H];
            VncMethod method = session_add(session, &vnc_encoder_zywrle, paint(pictures[j]), all);
            g_assert_cmpint(method, ==, VNC_METHOD_TILES);
            g_assert_cmpstr(decoder_run(decoder, VNC_ENCODING_ZYWRLE, W, H,
                                        vnc_buffer_bytes(&session->payload), session->payload.len,
                                        found),
                            ==, NULL);
            if (formats[i].bits_per_pixel > 8) {
                g_assert_cmpuint(decoder_counts(decoder)->zrle_raw, ==, 0);
            }
            check_exact(&formats[i], session->picture, found);
        }
        decoder_free(decoder);
        viewer_script_clear(&session->script); /* libvncclient does not know these formats */
        session_end(session);
    }
}

/* How near the rectangle shown last is; what is beyond the multiple of @unit in a tile is exact. */
static double rect_psnr(const Session *session, const VncRect *rect, int unit)
{
    double sum = 0;

    for (int y = 0; y < rect->h; y++) {
        for (int x = 0; x < rect->w; x++) {
            int at = (rect->y + y) * W + rect->x + x;
            int tile_w = MIN(64, rect->w - x / 64 * 64), tile_h = MIN(64, rect->h - y / 64 * 64);
            if (x % 64 >= tile_w / unit * unit || y % 64 >= tile_h / unit * unit) {
                g_assert_cmphex(session->shown[at], ==, session->picture[at]);
            }
            int error =
                (int)(session->shown[at] >> 8 & 255) - (int)(session->picture[at] >> 8 & 255);
            sum += error * error;
        }
    }
    return 10 * log10(255.0 * 255.0 / (sum / (rect->w * rect->h) + 1e-9));
}

/* Rectangles of all sizes around a multiple of 8 and of a tile. In noise each coefficient in the
 * wrong place shows: two pictures of it are 8 dB from each other. */
static void test_sizes(void)
{
    static const int sides[] = {1, 2, 3, 7, 8, 9, 15, 16, 21, 63, 64, 65, 70, 130};
    static const struct {
        int level, unit;
        double least;
    } levels[] = {{2, 8, 15}, {5, 4, 19}, {8, 2, 24}};

    FOR_ROWS (i, levels) {
        FOR_CASES (j, G_N_ELEMENTS(sides) * G_N_ELEMENTS(sides)) {
            int w = sides[j % G_N_ELEMENTS(sides)], h = sides[j / G_N_ELEMENTS(sides)];
            VncRect rect = {(int)j % (W - w + 1), (int)(j * 3) % (H - h + 1), w, h};
            Session *session = session_new(&vnc_pixel_format_native, levels[i].level);
            session_add(session, &vnc_encoder_raw, paint(PICTURE_NOISE), all);
            session_add(session, &vnc_encoder_zywrle, paint(PICTURE_NOISE), rect);
            g_assert_true(viewer_run(&session->script));
            double psnr = rect_psnr(session, &rect, levels[i].unit);
            if (psnr <= levels[i].least) {
                g_test_message("level %d, %dx%d: %.1f dB", levels[i].level, w, h, psnr);
                g_test_fail();
            }
            session_end(session);
        }
    }
}

/* One stream for both encodings, as viewers have it. The other way round libvncclient does not do:
 * after a rectangle of ZRLE it reads ZYWRLE as if its quality level were 9. */
static void test_stream(void)
{
    Session *session = session_new(&vnc_pixel_format_native, 8);

    session_add(session, &vnc_encoder_zywrle, paint(PICTURE_PHOTO), all);
    session_add(session, &vnc_encoder_zywrle, paint(PICTURE_TEXT), all);
    session_add(session, &vnc_encoder_zrle, paint(PICTURE_NOISE), all);
    g_assert_cmpfloat(session_end(session), >, EXACT);
    g_assert_true(vnc_encoder_zywrle.state_of == &vnc_encoder_zrle);
}

/* What was sent at a low quality is sent again without loss, to a viewer that still has its
 * quality level. */
static void test_refresh(void)
{
    static const Picture pictures[] = {PICTURE_PHOTO, PICTURE_NOISE, PICTURE_TEXT};

    FOR_ROWS (i, pictures) {
        Session *session = session_new(&vnc_pixel_format_native, 2);
        session_add(session, &vnc_encoder_zywrle, paint(pictures[i]), all);
        session->exact = true;
        VncMethod method = session_add(session, &vnc_encoder_zywrle, paint(pictures[i]), all);
        g_assert_cmpint(method, ==, VNC_METHOD_TILES);
        g_assert_cmpfloat(session_end(session), >, EXACT);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/zywrle/quality", test_quality);
    g_test_add_func("/zywrle/sharp", test_sharp);
    g_test_add_func("/zywrle/formats", test_formats);
    g_test_add_func("/zywrle/other-formats", test_other_formats);
    g_test_add_func("/zywrle/sizes", test_sizes);
    g_test_add_func("/zywrle/stream", test_stream);
    g_test_add_func("/zywrle/refresh", test_refresh);
    return g_test_run();
}
