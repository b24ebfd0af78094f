/*
 * Fuzz the encoders: independent decoders must get the painted pixels back.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One thread, and one for libvncclient. Input: an encoder, a pixel format, then rectangles of one
 * viewer: the painting before, the levels, the place. A strict decoder decodes each rectangle.
 * libvncclient decodes those without loss, too, in the formats that it reads correctly.
 */
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/input.h"
#include "tests/lib/enc-decode.h"
#include "tests/lib/enc-viewer.h"
#include "ui/enc/encoders.h"
#include "ui/enc/split.h"
#include "ui/rfb/proto.h"

#include <signal.h>

#define SIDE      160
#define MAX_RECTS 16

typedef struct Session {
    const VncEncoder *encoder;
    VncPixelFormat format;
    void *state;
    VncScratch *scratch;
    Decoder *decoder;
    uint32_t screen[SIDE * SIDE]; /* XRGB8888 */
    uint32_t shadow[SIDE * SIDE]; /* what the viewer has, as numbers in its format */
    uint32_t decoded[SIDE * SIDE], raw[SIDE * SIDE]; /* a rectangle's pixels */
    ViewerScript script;
    bool lossy; /* one was */
} Session;

static const VncPixelFormat formats[] = {
    {32, 24, false, true, 255, 255, 255, 16, 8, 0}, /* these two for libvncclient, too */
    {16, 16, false, true, 31, 63, 31, 11, 5, 0},
    {32, 24, true, true, 255, 255, 255, 16, 8, 0},
    {32, 24, false, true, 255, 255, 255, 0, 8, 16},
    {32, 24, false, true, 255, 255, 255, 8, 16, 24},
    {32, 24, true, true, 255, 255, 255, 24, 16, 8},
    {32, 32, false, true, 255, 255, 255, 16, 8, 0},
    {32, 30, false, true, 1023, 1023, 1023, 20, 10, 0},
    {16, 15, true, true, 31, 31, 31, 10, 5, 0},
    {8, 8, false, true, 7, 7, 3, 0, 3, 6},
    {8, 8, false, false, 0, 0, 0, 0, 0, 0},
    {8, 6, false, true, 3, 3, 3, 4, 2, 0},
};
#define WELL_KNOWN 2

/* A format of the table, or a made-up one; false: no viewer may ask for it. */
static bool take_format(Input *input, VncPixelFormat *format, bool *well_known)
{
    static const uint8_t bits[] = {8, 16, 32};
    unsigned number = take_u8(input);

    *well_known = number < 200 && number % G_N_ELEMENTS(formats) < WELL_KNOWN;
    if (number < 200) {
        *format = formats[number % G_N_ELEMENTS(formats)];
        return true;
    }
    format->bits_per_pixel = bits[take_u8(input) % 3];
    format->depth = 1 + take_u8(input) % 32;
    format->big_endian = take_u8(input) & 1;
    format->true_colour = true;
    format->red_max = (1u << (1 + take_u8(input) % 16)) - 1;
    format->green_max = (1u << (1 + take_u8(input) % 16)) - 1;
    format->blue_max = (1u << (1 + take_u8(input) % 16)) - 1;
    format->red_shift = take_u8(input) % 33;
    format->green_shift = take_u8(input) % 33;
    format->blue_shift = take_u8(input) % 33;
    return vnc_pixel_format_check(format) == NULL;
}

static uint32_t pattern(unsigned kind, int x, int y, uint32_t *seed, uint32_t before)
{
    unsigned variant = kind >> 3;

    switch (kind % 8) {
    case 0: /* one colour */
        return *seed;
    case 1: /* noise */
        *seed = *seed * 1664525 + 1013904223;
        return *seed >> 4;
    case 2: /* a ramp of greys */
        return (uint32_t)((x + y) & 255) * 0x010101;
    case 3: /* two colours */
        return (x * variant + y) % 3 ? *seed : ~*seed;
    case 4: /* a palette */
        return *seed + (uint32_t)(x * y % (2 + variant * 9)) * 77777;
    case 5: /* few colours, in runs */
        *seed += x % (1 + variant) == 0;
        return (*seed % 5) * 0x203040;
    case 6: /* what was there, changed */
        return before ^ *seed;
    default: /* a smooth picture */
        return (uint32_t)x << 16 | (uint32_t)y << 8 | ((x * 7 + y * 3) & 255);
    }
}

static void paint(Session *session, Input *input)
{
    int x, y, w, h;
    unsigned kind = take_u8(input);
    uint32_t seed = take_u32(input);

    take_area(input, SIDE, SIDE, &x, &y, &w, &h);
    for (int j = y; j < y + h; j++) {
        for (int i = x; i < x + w; i++) {
            uint32_t *pixel = &session->screen[j * SIDE + i];

            *pixel = pattern(kind, i, j, &seed, *pixel) & 0xffffff;
        }
    }
}

/* The bits of a pixel that say something. */
static uint32_t used_bits(const VncPixelFormat *format)
{
    return format->true_colour ? (uint32_t)format->red_max << format->red_shift |
                                     (uint32_t)format->green_max << format->green_shift |
                                     (uint32_t)format->blue_max << format->blue_shift
                               : 0xff;
}

/* Decode to @pixels. */
static void decode(Session *session, const VncEncoder *encoder, const VncRect *rect,
                   const VncBuffer *payload, uint32_t *pixels)
{
    const char *wrong = decoder_run(session->decoder, encoder->number, rect->w, rect->h,
                                    vnc_buffer_bytes(payload), payload->len, pixels);

    if (wrong) {
        g_error("%s %dx%d: %s", encoder->name, rect->w, rect->h, wrong);
    }
}

/* Keep what the viewer has now; without loss it is what it would have been as Raw. */
static void compare(Session *session, const VncEncodeParams *params, const VncView *view,
                    const VncRect *rect, VncMethod method)
{
    uint32_t used = used_bits(&session->format);
    VncBuffer raw = {0};

    vnc_encoder_raw.encode(NULL, params, view, &(VncPiece){.rect = *rect}, session->scratch, &raw);
    decode(session, &vnc_encoder_raw, rect, &raw, session->raw);
    vnc_buffer_clear(&raw);
    for (int i = 0; i < rect->w * rect->h; i++) {
        int at = (rect->y + i / rect->w) * SIDE + rect->x + i % rect->w;

        session->shadow[at] = session->raw[i] & used;
        if (!vnc_method_is_lossy(method) && (session->decoded[i] & used) != session->shadow[at]) {
            g_error("%s, %s: at %d of %dx%d %x instead of %x", session->encoder->name,
                    vnc_method_name(method), i, rect->w, rect->h, session->decoded[i],
                    session->shadow[at]);
        }
    }
}

/* Returns whether there are parts to be encoded instead. */
static bool encode(Session *session, const VncEncodeParams *params, const VncView *view,
                   const VncPiece *piece)
{
    const VncRect *rect = &piece->rect;
    VncBuffer out = {0};
    VncMethod method =
        session->encoder->encode(session->state, params, view, piece, session->scratch, &out);

    if (method == VNC_METHOD_MIXED) {
        g_assert(piece->may_split && out.len == 0);
        return true;
    }
    g_assert((params->quality >= 0 && !piece->exact) || !vnc_method_is_lossy(method));
    session->lossy |= vnc_method_is_lossy(method);
    if (method != VNC_METHOD_WAVELET) {
        decode(session, session->encoder, rect, &out, session->decoded);
        compare(session, params, view, rect, method);
    }
    viewer_script_add(&session->script, rect, session->encoder->number, &out);
    vnc_buffer_clear(&out);
    return false;
}

static void take_rect(Session *session, Input *input)
{
    const VncEncoder *encoder = session->encoder;
    const VncView view = {session->screen, SIDE, SIDE, SIDE};
    unsigned flags = take_u8(input), level = take_u8(input), quality = take_u8(input);
    VncEncodeParams params;
    VncRect parts[VNC_SPLIT_MAX];
    VncPiece piece;
    VncRect *rect = &piece.rect;

    vnc_encode_params_init(
        &params, &session->format, level % 10,
        flags & 1 && !(encoder->flags & VNC_ENCODER_QUALITY_LEVEL) ? (int)quality % 101 : -1);
    params.gradient = flags & 2;
    params.subsampling = VNC_SUBSAMPLING_AUTO + level / 10 % 7;
    piece.fast = flags & 4;
    piece.may_split = (flags & 8) && (encoder->flags & VNC_ENCODER_SPLITS);
    piece.exact = flags & 16;
    take_area(input, SIDE, SIDE, &rect->x, &rect->y, &rect->w, &rect->h);
    rect->w = MIN(rect->w, encoder->max_width);
    rect->h = MIN(rect->h, encoder->max_pixels / rect->w);
    if (encode(session, &params, &view, &piece)) {
        unsigned n = vnc_split(&view, rect, parts);

        g_assert(n >= 1 && n <= VNC_SPLIT_MAX);
        piece.may_split = false;
        for (unsigned i = 0; i < n; i++) {
            piece.rect = parts[i];
            encode(session, &params, &view, &piece);
        }
    }
}

/* What libvncclient has in the end. */
static void on_decoded(void *opaque, unsigned index, const uint8_t *framebuffer)
{
    Session *session = opaque;
    unsigned bytes = session->format.bits_per_pixel / 8;

    if (index + 1 < session->script.count) {
        return;
    }
    for (int i = 0; i < SIDE * SIDE; i++) {
        const uint8_t *at = framebuffer + (size_t)i * bytes;
        uint32_t have = at[0] | at[1] << 8 | (bytes == 4 ? (uint32_t)at[2] << 16 : 0);

        if (have != session->shadow[i]) {
            g_error("%s: libvncclient has %x at %d, instead of %x", session->encoder->name, have, i,
                    session->shadow[i]);
        }
    }
}

/* TightPNG it does not know. */
static bool libvncclient_knows(const Session *session)
{
    return session->encoder->number != VNC_ENCODING_TIGHT_PNG;
}

/* libvncclient gives up when libFuzzer's clock interrupts it. */
static bool run_undisturbed(ViewerScript *script)
{
    sigset_t clock, before;
    bool good;

    sigemptyset(&clock);
    sigaddset(&clock, SIGALRM);
    pthread_sigmask(SIG_BLOCK, &clock, &before);
    good = viewer_run(script);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    return good;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    Input input = {bytes, len};
    g_autofree Session *session = g_new0(Session, 1);
    unsigned n = 0;
    bool well_known;

    while (vnc_encoders[n]) {
        n++;
    }
    session->encoder = vnc_encoders[take_u8(&input) % n];
    if (!take_format(&input, &session->format, &well_known)) {
        return 0;
    }
    session->state = vnc_encoder_state_new(session->encoder);
    session->scratch = vnc_scratch_new();
    session->decoder = decoder_new(&session->format);
    session->script = (ViewerScript){
        .format = session->format,
        .width = SIDE,
        .height = SIDE,
        .quality_level = -1,
        .decoded = on_decoded,
        .opaque = session,
    };
    for (unsigned i = 0; input.len > 0 && i < MAX_RECTS; i++) {
        for (int paints = take_u8(&input) % 4; paints > 0; paints--) {
            paint(session, &input);
        }
        take_rect(session, &input);
    }
    if (well_known && !session->lossy && session->script.count > 0 && libvncclient_knows(session)) {
        g_assert(run_undisturbed(&session->script));
    }
    viewer_script_clear(&session->script);
    decoder_free(session->decoder);
    vnc_scratch_free(session->scratch);
    vnc_encoder_state_free(session->encoder, session->state);
    return 0;
}
