/*
 * Round trips: libvncclient, and decoders written from the specification, decode the encoders'
 * output, which is compared with a naive conversion.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tests/lib/enc-decode.h"
#include "tests/lib/enc-pictures.h"
#include "tests/lib/enc-viewer.h"
#include "tests/lib/rows.h"
#include "ui/enc/encoders.h"

#define SCREEN_W      320
#define SCREEN_H      80
#define SCREEN_STRIDE 331
#define OUTSIDE       0xa5c3e7f1u /* between the rows: must never be looked at */

#define HOST_BIG      (G_BYTE_ORDER == G_BIG_ENDIAN)

static const struct {
    const char *name;
    VncPixelFormat format;
} formats[] = {
    {"32-native", {32, 24, HOST_BIG, true, 255, 255, 255, 16, 8, 0}},
    {"32-big-endian", {32, 24, true, true, 255, 255, 255, 16, 8, 0}},
    {"32-bgr", {32, 24, false, true, 255, 255, 255, 0, 8, 16}},
    {"32-bgr-big-endian", {32, 24, true, true, 255, 255, 255, 0, 8, 16}},
    {"32-high", {32, 24, false, true, 255, 255, 255, 8, 16, 24}},
    {"32-high-rgb", {32, 24, false, true, 255, 255, 255, 24, 16, 8}},
    {"32-high-big-endian", {32, 24, true, true, 255, 255, 255, 8, 16, 24}},
    {"32-depth-32", {32, 32, false, true, 255, 255, 255, 16, 8, 0}},
    {"32-depth-30", {32, 30, false, true, 1023, 1023, 1023, 20, 10, 0}},
    {"32-depth-16", {32, 16, false, true, 31, 63, 31, 11, 5, 0}},
    {"16-565", {16, 16, false, true, 31, 63, 31, 11, 5, 0}},
    {"16-555-big-endian", {16, 15, true, true, 31, 31, 31, 10, 5, 0}},
    {"8-332", {8, 8, false, true, 7, 7, 3, 5, 2, 0}},
    {"8-bgr233", {8, 8, false, true, 7, 7, 3, 0, 3, 6}},
    {"8-colour-map", {8, 8, false, false, 0, 0, 0, 0, 0, 0}},
};

static const struct {
    int w, h;
} sizes[] = {
    {1, 1},   {2, 1},   {1, 2},   {3, 3},   {17, 1},  {1, 17},   {7, 5},    {16, 16},
    {15, 33}, {64, 64}, {65, 63}, {128, 3}, {31, 40}, {200, 16}, {300, 70}, {320, 80},
};

static const Picture contents[] = {
    PICTURE_SOLID,    PICTURE_TWO_COLOURS, PICTURE_16_COLOURS, PICTURE_200_COLOURS, PICTURE_NOISE,
    PICTURE_GRADIENT, PICTURE_TEXT,        PICTURE_100_BANDS,  PICTURE_MOSAIC,      PICTURE_PHOTO,
};

#define STEPS (G_N_ELEMENTS(sizes) * G_N_ELEMENTS(contents))

/* Compression levels of one connection, in turn, as long as there is another. */
static const int level_plans[][9] = {
    {1, 6, 9, 0, 9, 1, 0, 6, -1}, {0, -1}, {1, -1}, {6, -1}, {9, -1},
};

typedef struct Screen {
    uint32_t pixels[SCREEN_STRIDE * SCREEN_H];
} Screen;

static Screen screens[PICTURES];

static VncView screen_view(Picture picture)
{
    return (VncView){screens[picture].pixels, SCREEN_STRIDE, SCREEN_W, SCREEN_H};
}

static uint32_t expected_channel(uint32_t value, uint32_t max)
{
    return (value * max * 2 + 255) / 510;
}

/* The viewer's pixel as a number, by the letter of the specification. */
static uint32_t expected_pixel(const VncPixelFormat *format, uint32_t colour)
{
    VncPixelFormat map = {8, 8, false, true, 7, 7, 3, 5, 2, 0};
    const VncPixelFormat *f = format->true_colour ? format : &map;

    return expected_channel(colour >> 16 & 255, f->red_max) << f->red_shift |
           expected_channel(colour >> 8 & 255, f->green_max) << f->green_shift |
           expected_channel(colour & 255, f->blue_max) << f->blue_shift;
}

static uint32_t colour_bits(const VncPixelFormat *format)
{
    return expected_pixel(format, 0x00ffffff);
}

/* A pixel of a viewer's framebuffer as a number; bits that carry no colour are left out. */
static uint32_t stored_pixel(const VncPixelFormat *format, const uint8_t *framebuffer, size_t i)
{
    size_t bytes = format->bits_per_pixel / 8;
    uint32_t value = 0;

    for (size_t j = 0; j < bytes; j++) {
        size_t from = format->big_endian ? j : bytes - 1 - j;
        value = value << 8 | framebuffer[i * bytes + from];
    }
    return value & colour_bits(format);
}

/* One rectangle of a connection. */
typedef struct Step {
    VncRect rect;
    Picture picture;
} Step;

typedef struct Session {
    const VncEncoder *encoder;
    const VncPixelFormat *format;
    Step steps[STEPS];
    uint32_t shadow[SCREEN_W * SCREEN_H]; /* what the viewer's screen should hold */
    unsigned wrong;
} Session;

/* The probe's colour survives any format; its rectangle is larger than a tile. */
#define PROBE_COLOUR 0x00e04080

static void on_probe(void *opaque, unsigned index G_GNUC_UNUSED, const uint8_t *framebuffer)
{
    Session *session = opaque;

    for (size_t i = 0; i < SCREEN_W * SCREEN_H; i++) {
        session->wrong += stored_pixel(session->format, framebuffer, i) !=
                          expected_pixel(session->format, PROBE_COLOUR);
    }
}

static void put_bytes(VncBuffer *out, uint32_t value, int count, bool big_endian)
{
    for (int i = 0; i < count; i++) {
        vnc_buffer_append_u8(out, value >> 8 * (big_endian ? count - 1 - i : i));
    }
}

/* TRLE's or ZRLE's tiles, each solid. */
static void put_probe_tiles(const VncPixelFormat *format, int side, VncBuffer *out)
{
    uint32_t value = expected_pixel(format, PROBE_COLOUR), used = colour_bits(format);
    bool low = (used & 0xff000000) == 0, high = (used & 0xff) == 0;
    bool three = format->bits_per_pixel == 32 && format->depth <= 24 && (low || high);
    int bytes = three ? 3 : format->bits_per_pixel / 8;
    unsigned tiles = (SCREEN_W / side) * ((SCREEN_H + side - 1) / side);

    for (unsigned i = 0; i < tiles; i++) {
        vnc_buffer_append_u8(out, 1);
        put_bytes(out, three && !low ? value >> 8 : value, bytes, format->big_endian);
    }
}

/* ZRLE, made by hand: the stream of stored blocks, without a line of ours. */
static void put_probe_zrle(const VncPixelFormat *format, VncBuffer *out)
{
    VncBuffer tiles = {0};

    put_probe_tiles(format, 64, &tiles);
    vnc_buffer_append_u32(out, 2 + 5 + tiles.len);
    vnc_buffer_append_u16(out, 0x7801);
    vnc_buffer_append_u8(out, 0);
    put_bytes(out, tiles.len, 2, false);
    put_bytes(out, ~tiles.len, 2, false);
    vnc_buffer_append(out, vnc_buffer_bytes(&tiles), tiles.len);
    vnc_buffer_clear(&tiles);
}

static void put_probe_tight(const VncPixelFormat *format, VncBuffer *out)
{
    vnc_buffer_append_u8(out, 0x80);
    if (format->bits_per_pixel == 32 && format->depth == 24) {
        put_bytes(out, PROBE_COLOUR, 3, true);
    } else {
        put_bytes(out, expected_pixel(format, PROBE_COLOUR), format->bits_per_pixel / 8,
                  format->big_endian);
    }
}

/* Whether libvncclient reads this encoding in this format as the specification has it: shown
 * by a payload made by hand. TightPNG it has not at all. */
static bool viewer_knows(const VncEncoder *encoder, const VncPixelFormat *format)
{
    Session session = {.format = format};
    ViewerScript script = {
        *format, SCREEN_W, SCREEN_H, .quality_level = -1, .decoded = on_probe, .opaque = &session};
    VncRect all = {0, 0, SCREEN_W, SCREEN_H};
    VncBuffer payload = {0};

    if (encoder->number == VNC_ENCODING_TIGHT_PNG) {
        return false;
    }
    if (encoder->number == VNC_ENCODING_ZRLE || encoder->number == VNC_ENCODING_ZYWRLE) {
        put_probe_zrle(format, &payload);
    } else if (encoder->number == VNC_ENCODING_TRLE) {
        put_probe_tiles(format, 16, &payload);
    } else if (encoder->number == VNC_ENCODING_TIGHT) {
        put_probe_tight(format, &payload);
    } else {
        return true;
    }
    viewer_script_add(&script, &all, encoder->number, &payload);
    bool known = viewer_run(&script) && session.wrong == 0;
    viewer_script_clear(&script);
    vnc_buffer_clear(&payload);
    return known;
}

/* All contents in all sizes, never twice the same in a row, at places all over the screen. */
static void plan_steps(Step *steps)
{
    for (unsigned i = 0; i < STEPS; i++) {
        int w = sizes[i * 7 % G_N_ELEMENTS(sizes)].w, h = sizes[i * 7 % G_N_ELEMENTS(sizes)].h;
        unsigned round = i / G_N_ELEMENTS(sizes);
        steps[i].picture = contents[(i + round) % G_N_ELEMENTS(contents)];
        steps[i].rect =
            (VncRect){(int)(i * 37) % (SCREEN_W - w + 1), (int)(i * 11) % (SCREEN_H - h + 1), w, h};
    }
}

static void shadow_step(Session *session, const Step *step)
{
    const VncRect *r = &step->rect;

    for (int y = r->y; y < r->y + r->h; y++) {
        for (int x = r->x; x < r->x + r->w; x++) {
            session->shadow[y * SCREEN_W + x] = expected_pixel(
                session->format, screens[step->picture].pixels[y * SCREEN_STRIDE + x]);
        }
    }
}

static void on_decoded(void *opaque, unsigned index, const uint8_t *framebuffer)
{
    Session *session = opaque;
    const Step *step = &session->steps[index];

    shadow_step(session, step);
    for (size_t i = 0; i < SCREEN_W * SCREEN_H; i++) {
        uint32_t found = stored_pixel(session->format, framebuffer, i);
        if (found != session->shadow[i]) {
            if (session->wrong++ == 0) {
                g_test_message("%s, rectangle %u, %s %dx%d: pixel %zu,%zu is %x, not %x",
                               session->encoder->name, index, picture_name(step->picture),
                               step->rect.w, step->rect.h, i % SCREEN_W, i / SCREEN_W, found,
                               session->shadow[i]);
            }
        }
    }
}

/* How many Tight rectangles a decoder has met that an encoder calls @method. */
static unsigned count_of(const DecoderCounts *counts, VncMethod method)
{
    switch (method) {
    case VNC_METHOD_SOLID:
        return counts->tight_fill;
    case VNC_METHOD_MONO:
        return counts->tight_mono;
    case VNC_METHOD_INDEXED:
        return counts->tight_indexed;
    case VNC_METHOD_FULL_COLOUR:
        return counts->tight_full;
    case VNC_METHOD_GRADIENT:
        return counts->tight_gradient;
    case VNC_METHOD_JPEG:
        return counts->tight_jpeg;
    case VNC_METHOD_PNG:
        return counts->png_indexed + counts->png_rgb;
    default:
        return 0;
    }
}

/* Decode with the decoders of the specification; every bit counts. */
static void check_payload(Session *session, Decoder *decoder, const Step *step, VncMethod method,
                          const VncBuffer *payload)
{
    const VncRect *r = &step->rect;
    unsigned before = count_of(decoder_counts(decoder), method);
    g_autofree uint32_t *pixels = g_new0(uint32_t, (size_t)r->w * r->h);
    const char *wrong = decoder_run(decoder, session->encoder->number, r->w, r->h,
                                    vnc_buffer_bytes(payload), payload->len, pixels);

    if (wrong) {
        g_test_message("%s, %s %dx%d: %s", session->encoder->name, picture_name(step->picture),
                       r->w, r->h, wrong);
        g_test_fail();
        return;
    }
    if (session->encoder->number == VNC_ENCODING_TIGHT ||
        session->encoder->number == VNC_ENCODING_TIGHT_PNG) {
        g_assert_cmpuint(count_of(decoder_counts(decoder), method), ==, before + 1);
    }
    for (int y = 0; y < r->h; y++) {
        for (int x = 0; x < r->w; x++) {
            uint32_t colour = screens[step->picture].pixels[(r->y + y) * SCREEN_STRIDE + r->x + x];
            g_assert_cmphex(pixels[y * r->w + x], ==, expected_pixel(session->format, colour));
        }
    }
}

static void round_trip(Session *session, const int *levels, bool with_viewer, Decoder *decoder)
{
    const VncEncoder *encoder = session->encoder;
    ViewerScript script = {*session->format,      SCREEN_W,         SCREEN_H, .quality_level = -1,
                           .decoded = on_decoded, .opaque = session};
    void *state = vnc_encoder_state_new(encoder);
    VncScratch *scratch = vnc_scratch_new();
    VncBuffer payload = {0};
    unsigned n_levels = 0;

    while (levels[n_levels] >= 0) {
        n_levels++;
    }
    memset(session->shadow, 0, sizeof(session->shadow));
    session->wrong = 0;
    for (unsigned i = 0; i < STEPS; i++) {
        const Step *step = &session->steps[i];
        VncView view = screen_view(step->picture);
        VncEncodeParams params;
        vnc_encode_params_init(&params, session->format, levels[i % n_levels], -1);
        params.gradient = i % 3 > 0;
        vnc_buffer_reset(&payload);
        VncMethod method = encoder->encode(state, &params, &view, &(VncPiece){.rect = step->rect},
                                           scratch, &payload);
        check_payload(session, decoder, step, method, &payload);
        viewer_script_add(&script, &step->rect, encoder->number, &payload);
    }
    if (with_viewer) {
        g_assert_true(viewer_run(&script));
        g_assert_cmpuint(session->wrong, ==, 0);
    }
    viewer_script_clear(&script);
    vnc_buffer_clear(&payload);
    vnc_scratch_free(scratch);
    vnc_encoder_state_free(encoder, state);
}

typedef struct RoundTripCase {
    const VncEncoder *encoder;
    const VncPixelFormat *format;
} RoundTripCase;

static void check_png_counts(const DecoderCounts *counts)
{
    g_assert_cmpuint(counts->tight_fill, >, 0);
    g_assert_cmpuint(counts->png_indexed, >, 0);
    g_assert_cmpuint(counts->png_rgb, >, 0);
    g_assert_cmpuint(counts->tight_jpeg, ==, 0);
}

/* Each way to write a tile or a rectangle has been met. @level: the first of a connection. */
static void check_counts(const VncEncoder *encoder, const VncPixelFormat *format, int level,
                         const DecoderCounts *counts)
{
    if (encoder->number == VNC_ENCODING_RRE) {
        g_assert_cmpuint(counts->rre_solid, >, 0);
        g_assert_cmpuint(counts->rre_subrects, >, 0);
    } else if (encoder->number == VNC_ENCODING_HEXTILE) {
        g_assert_cmpuint(counts->hextile_raw, >, 0);
        g_assert_cmpuint(counts->hextile_solid, >, 0);
        g_assert_cmpuint(counts->hextile_mono, >, 0);
        g_assert_cmpuint(counts->hextile_coloured, >, 0);
        g_assert_cmpuint(counts->hextile_carried, >, 0);
    } else if (encoder->number == VNC_ENCODING_ZRLE || encoder->number == VNC_ENCODING_ZYWRLE ||
               encoder->number == VNC_ENCODING_TRLE) {
        bool raw = encoder->number != VNC_ENCODING_ZYWRLE || format->bits_per_pixel == 8;
        g_assert_cmpint(counts->zrle_raw > 0, ==, raw);
        g_assert_cmpuint(counts->zrle_solid, >, 0);
        g_assert_cmpuint(counts->zrle_packed, >, 0);
        g_assert_cmpuint(counts->zrle_palette_rle, >, 0);
        if (format->bits_per_pixel == 32) {
            g_assert_cmpuint(counts->zrle_plain_rle, >, 0);
        }
        bool reuse = encoder->number == VNC_ENCODING_TRLE;
        g_assert_cmpint(counts->trle_packed_reused > 0, ==, reuse);
        g_assert_cmpint(counts->trle_rle_reused > 0, ==, reuse);
    } else if (encoder->number == VNC_ENCODING_TIGHT) {
        g_assert_cmpuint(counts->tight_fill, >, 0);
        g_assert_cmpuint(counts->tight_mono, >, 0);
        g_assert_cmpuint(counts->tight_full, >, 0);
        g_assert_cmpuint(counts->tight_short, >, 0);
        g_assert_cmpuint(counts->tight_jpeg, ==, 0);
        g_assert_cmpuint(counts->tight_indexed > 0, ==, format->bits_per_pixel > 8);
        /* Pixels of three bytes, where anything is compressed. */
        g_assert_cmpuint(counts->tight_gradient > 0, ==,
                         format->bits_per_pixel == 32 && format->depth == 24 && level > 0);
    } else if (encoder->number == VNC_ENCODING_TIGHT_PNG) {
        check_png_counts(counts);
    }
}

static void test_round_trip(const void *opaque)
{
    const RoundTripCase *test = opaque;
    bool stateless = test->encoder->flags & VNC_ENCODER_STATELESS;
    bool with_viewer = viewer_knows(test->encoder, test->format);
    g_autofree Session *session = g_new0(Session, 1);

    session->encoder = test->encoder;
    session->format = test->format;
    plan_steps(session->steps);
    if (!with_viewer) {
        g_test_message("libvncclient misreads a payload made by hand, or has no such encoding: "
                       "it is not asked");
    }
    for (size_t i = 0; i < (stateless ? 1 : G_N_ELEMENTS(level_plans)); i++) {
        Decoder *decoder = decoder_new(test->format);
        round_trip(session, level_plans[i], with_viewer, decoder);
        check_counts(test->encoder, test->format, level_plans[i][0], decoder_counts(decoder));
        decoder_free(decoder);
    }
}

/* A rectangle as large as an encoder takes, in a view without a gap between its rows. */
static void test_largest(const void *opaque)
{
    const VncEncoder *encoder = opaque;
    int w = encoder->max_width, h = encoder->max_pixels / w;
    static const Picture pictures[] = {PICTURE_NOISE, PICTURE_TEXT, PICTURE_NOISE};
    g_autofree uint32_t *pixels = g_new(uint32_t, (size_t)w * h);
    g_autofree uint32_t *decoded = g_new(uint32_t, (size_t)w * h);
    VncView view = {pixels, w, w, h};
    VncRect all = {0, 0, w, h};
    Decoder *decoder = decoder_new(&vnc_pixel_format_native);
    void *state = vnc_encoder_state_new(encoder);
    VncScratch *scratch = vnc_scratch_new();
    VncBuffer payload = {0};
    VncEncodeParams params;

    vnc_encode_params_init(&params, &vnc_pixel_format_native, 1, -1);
    FOR_ROWS (i, pictures) {
        picture_paint(pictures[i], pixels, w, w, h);
        vnc_buffer_reset(&payload);
        encoder->encode(state, &params, &view, &(VncPiece){.rect = all}, scratch, &payload);
        g_assert_cmpstr(decoder_run(decoder, encoder->number, w, h, vnc_buffer_bytes(&payload),
                                    payload.len, decoded),
                        ==, NULL);
        g_assert_cmpmem(decoded, (size_t)w * h * 4, pixels, (size_t)w * h * 4);
    }
    vnc_buffer_clear(&payload);
    vnc_scratch_free(scratch);
    vnc_encoder_state_free(encoder, state);
    decoder_free(decoder);
}

static void test_table(void)
{
    static const int32_t numbers[] = {
        0,    2, 5, 6, 7, 15, 16, 17,
#ifdef VNC_HAVE_PNG
        -260,
#endif
    };
    unsigned count = 0;

    FOR_ROWS (i, numbers) {
        const VncEncoder *encoder = vnc_encoder_find(numbers[i]);
        g_assert_nonnull(encoder);
        g_assert_cmpint(encoder->number, ==, numbers[i]);
    }
    g_assert_null(vnc_encoder_find(1));
    g_assert_null(vnc_encoder_find(-239));
    for (; vnc_encoders[count]; count++) {
        const VncEncoder *encoder = vnc_encoders[count];
        bool stateless = encoder->flags & VNC_ENCODER_STATELESS;
        g_assert_true(vnc_encoder_find(encoder->number) == encoder);
        g_assert_cmpint(encoder->max_pixels, <=, 256 * 1024);
        g_assert_cmpint(encoder->max_pixels, >=, encoder->max_width * encoder->align);
        g_assert_cmpint(encoder->max_width, <=, VNC_MAX_SIDE);
        g_assert_cmpint(stateless, ==, encoder->state_size == 0);
        void *state = vnc_encoder_state_new(encoder);
        g_assert_cmpint(stateless, ==, state == NULL);
        vnc_encoder_state_free(encoder, state);
    }
    g_assert_cmpuint(count, ==, G_N_ELEMENTS(numbers));
    g_assert_cmpint(vnc_encoder_tight.max_width, <=, 2048);
}

static void paint_screens(void)
{
    for (int picture = 0; picture < PICTURES; picture++) {
        uint32_t *pixels = screens[picture].pixels;
        for (int i = 0; i < SCREEN_STRIDE * SCREEN_H; i++) {
            pixels[i] = OUTSIDE;
        }
        picture_paint(picture, pixels, SCREEN_STRIDE, SCREEN_W, SCREEN_H);
    }
}

int main(int argc, char **argv)
{
    static RoundTripCase cases[16 * G_N_ELEMENTS(formats)];
    unsigned n_cases = 0;

    g_test_init(&argc, &argv, NULL);
    paint_screens();
    g_test_add_func("/encoders/table", test_table);
    for (unsigned i = 0; vnc_encoders[i]; i++) {
        const VncEncoder *encoder = vnc_encoders[i];
        for (size_t j = 0; j < G_N_ELEMENTS(formats); j++) {
            g_autofree char *path =
                g_strdup_printf("/encoders/%s/%s", encoder->name, formats[j].name);
            g_assert_cmpuint(n_cases, <, G_N_ELEMENTS(cases));
            cases[n_cases] = (RoundTripCase){encoder, &formats[j].format};
            g_test_add_data_func(path, &cases[n_cases++], test_round_trip);
        }
        g_autofree char *path = g_strdup_printf("/encoders/%s/largest", encoder->name);
        g_test_add_data_func(path, encoder, test_largest);
    }
    return g_test_run();
}
