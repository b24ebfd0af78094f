/*
 * A viewer's wishes: from the listed numbers to the encoding, the features and the messages that
 * are read.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One thread; no viewer, no server. The test writes the protocol's numbers, not the tree's names
 * for them.
 */
#include "ui/client/encodings.h"
#include "ui/client/wishes.h"

#define MAX_LISTED 16

typedef struct Numbers {
    int32_t number[MAX_LISTED];
    unsigned count;
} Numbers;

#define LIST(...)                                                         \
    {                                                                     \
        {__VA_ARGS__}, sizeof((int32_t[]){__VA_ARGS__}) / sizeof(int32_t) \
    }

typedef struct Fixture {
    VncOptions options;
    VncHostOps host_ops;
    VncScreen screen;
    VncClientContext context;
    VncWishes wishes;
    VncNews news;
} Fixture;

static void setup(Fixture *f, gconstpointer row)
{
    (void)row;
    f->options.lossy = true;
    f->screen.options = &f->options;
    f->context.screen = &f->screen;
    f->context.host_ops = &f->host_ops;
    vnc_wishes_init(&f->wishes);
}

static void teardown(Fixture *f, gconstpointer row)
{
    (void)row;
    vnc_news_clear(&f->news);
}

static void list(Fixture *f, int minor, const Numbers *numbers)
{
    g_auto(VncBuffer) bytes = {0};
    VncMessage message = {.kind = VNC_MESSAGE_SET_ENCODINGS};

    for (unsigned i = 0; i < numbers->count; i++) {
        vnc_buffer_append_u32(&bytes, (uint32_t)numbers->number[i]);
    }
    message.encodings.list = vnc_buffer_bytes(&bytes);
    message.encodings.count = numbers->count;
    vnc_encodings_set(&f->wishes, &f->news, &message, minor, &f->context);
}

static void list_one(Fixture *f, int32_t number)
{
    list(f, 8, &(Numbers){{number}, 1});
}

static bool power(void *host, VncPowerAction action)
{
    (void)host;
    (void)action;
    return true;
}

/* --- encoders, levels, qualities --- */

typedef struct Level {
    const char *name;
    Numbers listed;
    const VncEncoder *encoder;
    int compress_level, quality;
    VncSubsampling subsampling;
    bool no_gradient;
} Level;

#define TIGHT &vnc_encoder_tight
static const Level levels[] = {
    {"nothing", {{0}, 0}, &vnc_encoder_raw, 1, -1, VNC_SUBSAMPLING_AUTO, false},
    {"raw", LIST(0, 7), &vnc_encoder_raw, 1, -1, VNC_SUBSAMPLING_AUTO, false},
    {"the-first", LIST(16, 7, 5), &vnc_encoder_zrle, 1, -1, VNC_SUBSAMPLING_AUTO, false},
    {"rre", LIST(2), &vnc_encoder_rre, 1, -1, VNC_SUBSAMPLING_AUTO, false},
    {"zlib", LIST(6), &vnc_encoder_zlib, 1, -1, VNC_SUBSAMPLING_AUTO, false},
    {"trle", LIST(15), &vnc_encoder_trle, 1, -1, VNC_SUBSAMPLING_AUTO, false},
    /* 1 is CopyRect, by which no pixels are encoded. */
    {"after-copy-rect", LIST(1, 5), &vnc_encoder_hextile, 1, -1, VNC_SUBSAMPLING_AUTO, false},
    {"after-unknown", LIST(4711, -4711, INT32_MIN, INT32_MAX, 3, 7), TIGHT, 1, -1,
     VNC_SUBSAMPLING_AUTO, false},
    {"unknown-alone", LIST(4711, -4711), &vnc_encoder_raw, 1, -1, VNC_SUBSAMPLING_AUTO, false},
#ifdef VNC_HAVE_PNG
    {"tight-png", LIST(-260), &vnc_encoder_tight_png, 1, -1, VNC_SUBSAMPLING_AUTO, true},
#endif
    {"tight-and-tight-png", LIST(7, -260), TIGHT, 1, -1, VNC_SUBSAMPLING_AUTO, true},

    {"compress-0", LIST(-256, 7), TIGHT, 0, -1, VNC_SUBSAMPLING_AUTO, false},
    {"compress-9", LIST(7, -247), TIGHT, 9, -1, VNC_SUBSAMPLING_AUTO, false},
    {"compress-last", LIST(7, -247, -254), TIGHT, 2, -1, VNC_SUBSAMPLING_AUTO, false},
    {"no-compress", LIST(7, -257, -246), TIGHT, 1, -1, VNC_SUBSAMPLING_AUTO, false},

    {"quality-0", LIST(7, -32), TIGHT, 1, 5, VNC_SUBSAMPLING_AUTO, false},
    {"quality-9", LIST(7, -23), TIGHT, 1, 80, VNC_SUBSAMPLING_AUTO, false},
    {"quality-last", LIST(7, -23, -32), TIGHT, 1, 5, VNC_SUBSAMPLING_AUTO, false},
    {"no-quality", LIST(7, -33, -22), TIGHT, 1, -1, VNC_SUBSAMPLING_AUTO, false},
    {"fine-0", LIST(7, -512), TIGHT, 1, 0, VNC_SUBSAMPLING_AUTO, false},
    {"fine-100", LIST(7, -412), TIGHT, 1, 100, VNC_SUBSAMPLING_AUTO, false},
    {"fine-before-level", LIST(7, -420, -32), TIGHT, 1, 92, VNC_SUBSAMPLING_AUTO, false},
    {"fine-after-level", LIST(-32, -420, 7), TIGHT, 1, 92, VNC_SUBSAMPLING_AUTO, false},
    {"no-fine", LIST(7, -513, -411), TIGHT, 1, -1, VNC_SUBSAMPLING_AUTO, false},
    /* Its viewers read it by the level. */
    {"zywrle-level", LIST(17, -32, -412), &vnc_encoder_zywrle, 1, 5, VNC_SUBSAMPLING_AUTO, false},
    {"zywrle-fine", LIST(17, -412), &vnc_encoder_zywrle, 1, -1, VNC_SUBSAMPLING_AUTO, false},

    {"subsampling-444", LIST(7, -768), TIGHT, 1, -1, VNC_SUBSAMPLING_444, false},
    {"subsampling-420", LIST(7, -767), TIGHT, 1, -1, VNC_SUBSAMPLING_420, false},
    {"subsampling-422", LIST(7, -766), TIGHT, 1, -1, VNC_SUBSAMPLING_422, false},
    {"subsampling-gray", LIST(7, -765), TIGHT, 1, -1, VNC_SUBSAMPLING_GRAY, false},
    {"subsampling-410", LIST(7, -764), TIGHT, 1, -1, VNC_SUBSAMPLING_410, false},
    {"subsampling-16x", LIST(7, -763), TIGHT, 1, -1, VNC_SUBSAMPLING_16X, false},
    {"no-subsampling", LIST(7, -769, -762), TIGHT, 1, -1, VNC_SUBSAMPLING_AUTO, false},
    {"all-kinds", LIST(-763, -470, -23, -251, 7), TIGHT, 5, 42, VNC_SUBSAMPLING_16X, false},
};

static void check_params(const Fixture *f, const Level *level, int quality)
{
    const VncEncodeParams *params = &f->wishes.params;

    g_assert_cmpint(params->compress_level, ==, level->compress_level);
    g_assert_cmpint(params->quality, ==, quality);
    g_assert_cmpint(params->subsampling, ==, level->subsampling);
    g_assert_cmpint(params->gradient, ==, !level->no_gradient);
    g_assert_cmpint(params->pixel.bytes, ==, 4);
}

/* What was listed before is forgotten; what may not be lossy is not, for as long as it may not. */
static void test_levels(Fixture *f, gconstpointer row)
{
    static const Numbers before = LIST(-260, 17, -251, -25, -440, -764);
    const Level *level = row;

    list(f, 8, &before);
    list(f, 8, &level->listed);
    g_assert_cmpstr(f->wishes.encoder->name, ==, level->encoder->name);
    check_params(f, level, level->quality);
    vnc_wishes_settle(&f->wishes, false);
    check_params(f, level, -1);
    vnc_wishes_settle(&f->wishes, true);
    check_params(f, level, level->quality);
    f->options.lossy = false;
    list(f, 8, &level->listed);
    check_params(f, level, -1);
}

/* All ten, which are no straight line. */
static void test_quality_levels(Fixture *f, gconstpointer row)
{
    static const int qualities[10] = {5, 10, 15, 25, 37, 50, 60, 70, 75, 80};

    (void)row;
    for (int i = 0; i < 10; i++) {
        list_one(f, -32 + i);
        g_assert_cmpint(f->wishes.quality, ==, qualities[i]);
        list_one(f, -256 + i);
        g_assert_cmpint(f->wishes.compress_level, ==, i);
    }
    for (int i = 0; i <= 100; i++) {
        list_one(f, -512 + i);
        g_assert_cmpint(f->wishes.quality, ==, i);
    }
}

/* As RFB has it before the first SetPixelFormat and SetEncodings; each leaves alone what the other
 * says. */
static void test_format(Fixture *f, gconstpointer row)
{
    static const VncPixelFormat rgb565 = {16, 16, true, true, 31, 63, 31, 11, 5, 0};
    static const Numbers listed = LIST(7, -23, -251, -763);

    (void)row;
    g_assert_cmpstr(f->wishes.encoder->name, ==, "Raw");
    g_assert_cmpint(f->wishes.params.format.bits_per_pixel, ==, 32);
    check_params(f, &levels[0], -1);
    list(f, 8, &listed);
    vnc_wishes_set_format(&f->wishes, &rgb565, true);
    g_assert_cmpmem(&f->wishes.params.format, sizeof(rgb565), &rgb565, sizeof(rgb565));
    g_assert_cmpint(f->wishes.params.pixel.bytes, ==, 2);
    g_assert_cmpint(f->wishes.params.quality, ==, 80);
    g_assert_cmpint(f->wishes.params.compress_level, ==, 5);
    vnc_wishes_set_format(&f->wishes, &rgb565, false);
    g_assert_cmpint(f->wishes.params.quality, ==, -1);
    g_assert_cmpint(f->wishes.quality, ==, 80);
    list_one(f, 5);
    g_assert_cmpint(f->wishes.params.pixel.bytes, ==, 2);
    g_assert_cmpint(f->wishes.params.format.red_shift, ==, 11);
}

/* --- features, and the messages that come with them --- */

typedef struct Feature {
    const char *name;
    int32_t number;
    VncFeature feature;
    VncNewsBits news; /* that listing it brings; 0: none */
    VncReadFeatures read;
    bool not_at_3; /* not to viewers of RFB 3.3 */
} Feature;

static const Feature features[] = {
    {"copy-rect", 1, VNC_FEATURE_COPY_RECT, 0, {0}, false},
    {"desktop-size", -223, VNC_FEATURE_DESKTOP_SIZE, 0, {0}, false},
    {"last-rect", -224, VNC_FEATURE_LAST_RECT, 0, {0}, true},
    /* Told when the pointer has moved. */
    {"pointer-position", -232, VNC_FEATURE_POINTER_POSITION, 0, {0}, false},
    {"cursor", -239, VNC_FEATURE_CURSOR, VNC_NEWS_CURSOR, {0}, false},
    {"x-cursor", -240, VNC_FEATURE_X_CURSOR, VNC_NEWS_CURSOR, {0}, false},
    {"pointer-type", -257, VNC_FEATURE_POINTER_TYPE, VNC_NEWS_POINTER_TYPE, {0}, false},
    {"key-event",
     -258,
     VNC_FEATURE_KEY_EVENT,
     VNC_NEWS_KEY_EVENT_ACK,
     {.extended_key_event = true},
     false},
    {"audio", -259, VNC_FEATURE_AUDIO, VNC_NEWS_AUDIO_ACK, {.audio = true}, false},
    {"tight-png", -260, VNC_FEATURE_TIGHT_PNG, 0, {0}, false},
    {"leds", -261, VNC_FEATURE_LED_STATE, VNC_NEWS_LEDS, {0}, false},
    {"name", -307, VNC_FEATURE_DESKTOP_NAME, VNC_NEWS_NAME, {0}, false},
    {"extended-size", -308, VNC_FEATURE_EXTENDED_DESKTOP_SIZE, 0, {0}, false},
    {"xvp", -309, VNC_FEATURE_XVP, VNC_NEWS_XVP_INIT, {.xvp = true}, false},
    {"cursor-alpha", -314, VNC_FEATURE_CURSOR_WITH_ALPHA, VNC_NEWS_CURSOR, {0}, false},
    {"mouse-buttons",
     -316,
     VNC_FEATURE_MOUSE_BUTTONS,
     VNC_NEWS_MOUSE_BUTTONS_ACK,
     {.extended_mouse_buttons = true},
     false},
    {"clipboard",
     (int32_t)0xc0a1e5ce,
     VNC_FEATURE_CLIPBOARD,
     VNC_NEWS_CLIPBOARD_CAPS,
     {.extended_clipboard = true},
     false},
};

static void check_read(const Fixture *f, const VncReadFeatures *read)
{
    g_assert_cmpmem(&f->wishes.read, sizeof(*read), read, sizeof(*read));
}

/* There is sound and power control. */
static void test_feature(Fixture *f, gconstpointer row)
{
    static const VncReadFeatures none;
    const Feature *feature = row;

    f->screen.audio = f->options.power_control = true;
    f->host_ops.power = power;
    for (int minor = 3; minor <= 8; minor++) {
        bool has = minor > 3 || !feature->not_at_3;

        list(f, minor, &(Numbers){{7, feature->number, -4711}, 3});
        g_assert_cmphex(f->wishes.features, ==, has ? feature->feature : 0);
        g_assert_cmpint(vnc_wishes_have(&f->wishes, feature->feature), ==, has);
        g_assert_cmphex(f->news.pending, ==, feature->news);
        check_read(f, &feature->read);

        /* Forgotten by a list without it; news, but for messages that are under way. */
        list_one(f, 7);
        g_assert_cmphex(f->wishes.features, ==, 0);
        g_assert_false(vnc_wishes_have(&f->wishes, ~0u));
        check_read(f, &none);
        g_assert_cmphex(f->news.pending & ~VNC_NEWS_MESSAGES, ==, 0);
        f->news.pending = 0;
    }
}

static void test_all_features(Fixture *f, gconstpointer row)
{
    static const VncReadFeatures all = {true, true, true, true, true};
    Numbers numbers = {.count = 0};
    unsigned known = 0, news = 0;

    (void)row;
    f->screen.audio = f->options.power_control = true;
    f->host_ops.power = power;
    /* The first cursor is left out for room. */
    for (unsigned i = G_N_ELEMENTS(features) - MAX_LISTED; i < G_N_ELEMENTS(features); i++) {
        numbers.number[numbers.count++] = features[i].number;
        known |= features[i].feature;
        news |= features[i].news;
    }
    list(f, 8, &numbers);
    g_assert_cmphex(f->wishes.features, ==, known);
    g_assert_cmphex(f->news.pending, ==, news);
    check_read(f, &all);
}

/* --- what is there only sometimes --- */

/* Sound, or power control: of which a viewer that has listed it is told when it is there. */
typedef struct Sometimes {
    int32_t number;
    VncNewsBits news;
    VncReadFeatures read;
    void (*set)(Fixture *f, bool there);
    void (*changed)(VncWishes *wishes, VncNews *news, const VncClientContext *context);
} Sometimes;

static void set_audio(Fixture *f, bool there)
{
    f->screen.audio = there;
}

static void set_power(Fixture *f, bool there)
{
    f->options.power_control = there;
    f->host_ops.power = power;
}

/* Allowed by the options, but the host cannot do it. */
static void set_powerless(Fixture *f, bool there)
{
    f->options.power_control = true;
    f->host_ops.power = there ? power : NULL;
}

static const Sometimes audio = {
    -259, VNC_NEWS_AUDIO_ACK, {.audio = true}, set_audio, vnc_encodings_audio_changed};
static const Sometimes xvp = {
    -309, VNC_NEWS_XVP_INIT, {.xvp = true}, set_power, vnc_encodings_power_changed};
static const Sometimes host_xvp = {
    -309, VNC_NEWS_XVP_INIT, {.xvp = true}, set_powerless, vnc_encodings_power_changed};

static void change(Fixture *f, const Sometimes *sometimes, bool there)
{
    sometimes->set(f, there);
    sometimes->changed(&f->wishes, &f->news, &f->context);
}

static void test_comes_later(Fixture *f, gconstpointer row)
{
    static const VncReadFeatures none;
    const Sometimes *sometimes = row;

    sometimes->set(f, false);
    list_one(f, sometimes->number);
    g_assert_cmphex(f->news.pending, ==, 0);
    check_read(f, &none);
    change(f, sometimes, false);
    g_assert_cmphex(f->news.pending, ==, 0);
    check_read(f, &none);
    change(f, sometimes, true);
    g_assert_cmphex(f->news.pending, ==, sometimes->news);
    check_read(f, &sometimes->read);
}

static void test_not_listed(Fixture *f, gconstpointer row)
{
    static const VncReadFeatures none;
    const Sometimes *sometimes = row;

    sometimes->set(f, false);
    list_one(f, 7);
    change(f, sometimes, true);
    g_assert_cmphex(f->news.pending, ==, 0);
    check_read(f, &none);
}

/* What a viewer has been told that it may send, it may go on sending for as long as it lists it. */
static void test_goes_away(Fixture *f, gconstpointer row)
{
    static const VncReadFeatures none;
    const Sometimes *sometimes = row;

    sometimes->set(f, true);
    list_one(f, sometimes->number);
    f->news.pending = 0;
    change(f, sometimes, false);
    check_read(f, &sometimes->read);
    list(f, 8, &(Numbers){{7, sometimes->number}, 2});
    check_read(f, &sometimes->read);
    g_assert_cmphex(f->news.pending, ==, 0);
    list_one(f, 7);
    check_read(f, &none);
    list_one(f, sometimes->number);
    check_read(f, &none);
}

/* Some viewers take a second XVP_INIT for an error. */
static void test_xvp_once(Fixture *f, gconstpointer row)
{
    (void)row;
    set_power(f, true);
    f->news.told_xvp = true;
    list_one(f, -309);
    g_assert_cmphex(f->news.pending, ==, 0);
    g_assert_true(f->wishes.read.xvp);
    vnc_encodings_power_changed(&f->wishes, &f->news, &f->context);
    g_assert_cmphex(f->news.pending, ==, 0);
}

static void add(const char *folder, const char *name, const void *row,
                void (*test)(Fixture *f, gconstpointer row))
{
    g_autofree char *path = g_strdup_printf("/wishes/%s/%s", folder, name);

    g_test_add(path, Fixture, row, setup, test, teardown);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (unsigned i = 0; i < G_N_ELEMENTS(levels); i++) {
        add("levels", levels[i].name, &levels[i], test_levels);
    }
    add("levels", "all", NULL, test_quality_levels);
    add("levels", "format", NULL, test_format);
    for (unsigned i = 0; i < G_N_ELEMENTS(features); i++) {
        add("features", features[i].name, &features[i], test_feature);
    }
    add("features", "all", NULL, test_all_features);
    add("comes-later", "audio", &audio, test_comes_later);
    add("comes-later", "xvp", &xvp, test_comes_later);
    add("comes-later", "host-xvp", &host_xvp, test_comes_later);
    add("not-listed", "audio", &audio, test_not_listed);
    add("not-listed", "xvp", &xvp, test_not_listed);
    add("goes-away", "audio", &audio, test_goes_away);
    add("goes-away", "xvp", &xvp, test_goes_away);
    add("goes-away", "host-xvp", &host_xvp, test_goes_away);
    add("xvp", "once", NULL, test_xvp_once);
    return g_test_run();
}
