/*
 * Pseudo-encodings: which news each viewer gets, in which order, how often; byte for byte.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One thread; no viewer, no server. The test writes the protocol's numbers, not the tree's names
 * for them.
 */
#include "tests/lib/expect.h"
#include "ui/client/pseudo.h"

#define HEAD(encoding) "\0\0\0\0\0\0\0\0" encoding

typedef struct Fixture {
    VncScreen screen;
    VncClientContext context;
    VncWishes wishes;
    VncNews news;
    VncPicture picture;
    VncInput input;
    VncCutText cut_text;
    VncPseudo pseudo;
    VncBuffer out;
} Fixture;

/* Red, and nothing. */
static uint32_t pixels[2] = {0xffff0000, 0};
static VncCursor red_dot = {.width = 2, .height = 1, .hot_x = 1, .pixels = pixels, .refs = 1};

static void setup(Fixture *f, gconstpointer row)
{
    static const VncPixelFormat format = {32, 24, true, true, 255, 255, 255, 16, 8, 0};
    static char name[] = "abc";

    (void)row;
    f->screen.surface = vnc_surface_new(640, 480);
    f->screen.name = name;
    f->screen.leds = VNC_LED_CAPS;
    f->screen.cursor = &red_dot;
    f->screen.absolute = true;
    f->screen.pointer_x = 5;
    f->screen.pointer_y = 7;
    f->context.screen = &f->screen;
    vnc_wishes_init(&f->wishes);
    vnc_wishes_set_format(&f->wishes, &format, false);
    vnc_picture_init(&f->picture);
    vnc_picture_begin(&f->picture, f->screen.surface);
    vnc_input_init(&f->input, &f->context);
    vnc_cut_text_init(&f->cut_text, &f->context, &f->wishes, &f->news);
    f->pseudo = (VncPseudo){
        .context = &f->context,
        .wishes = &f->wishes,
        .news = &f->news,
        .picture = &f->picture,
        .input = &f->input,
        .cut_text = &f->cut_text,
    };
}

static void teardown(Fixture *f, gconstpointer row)
{
    (void)row;
    vnc_buffer_clear(&f->out);
    vnc_news_clear(&f->news);
    vnc_picture_clear(&f->picture);
    vnc_input_clear(&f->input);
    vnc_surface_unref(f->screen.surface);
}

/* The viewer lists @number, and is to be told what comes of it. */
static void list(Fixture *f, int32_t number)
{
    vnc_news_add(&f->news, vnc_pseudo_list(number, &f->wishes.features));
}

/* --- one by one --- */

typedef struct Row {
    const char *name;
    int32_t number;
    VncNewsBits news;
    enum { IN_UPDATE, ALONE, AS_MESSAGE } how;
    const char *bytes;
    size_t len;
} Row;

#define BYTES(literal) literal, sizeof(literal) - 1
static const Row rows[] = {
    {"pointer-type", -257, VNC_NEWS_POINTER_TYPE, IN_UPDATE,
     BYTES("\0\1\0\0\0\0\0\0\xff\xff\xfe\xff")},
    {"leds", -261, VNC_NEWS_LEDS, IN_UPDATE, BYTES(HEAD("\xff\xff\xfe\xfb") "\x04")},
    {"name", -307, VNC_NEWS_NAME, IN_UPDATE, BYTES(HEAD("\xff\xff\xfe\xcd") "\0\0\0\3abc")},
    {"pointer-position", -232, VNC_NEWS_POINTER_POSITION, IN_UPDATE,
     BYTES("\0\5\0\7\0\0\0\0\xff\xff\xff\x18")},
    {"cursor-alpha", -314, VNC_NEWS_CURSOR, IN_UPDATE,
     BYTES("\0\1\0\0\0\2\0\1\xff\xff\xfe\xc6\0\0\0\0\xff\0\0\xff\0\0\0\0")},
    {"cursor", -239, VNC_NEWS_CURSOR, IN_UPDATE,
     BYTES("\0\1\0\0\0\2\0\1\xff\xff\xff\x11\0\xff\0\0\0\0\0\0\x80")},
    {"x-cursor", -240, VNC_NEWS_CURSOR, IN_UPDATE,
     BYTES("\0\1\0\0\0\2\0\1\xff\xff\xff\x10\xff\0\0\0\0\0\x80\x80")},
    {"key-event", -258, VNC_NEWS_KEY_EVENT_ACK, ALONE, BYTES(HEAD("\xff\xff\xfe\xfe"))},
    {"mouse-buttons", -316, VNC_NEWS_MOUSE_BUTTONS_ACK, ALONE, BYTES(HEAD("\xff\xff\xfe\xc4"))},
    {"audio", -259, VNC_NEWS_AUDIO_ACK, ALONE, BYTES(HEAD("\xff\xff\xfe\xfd"))},
    {"xvp", -309, VNC_NEWS_XVP_INIT, AS_MESSAGE, BYTES("\xfa\0\1\1")},
};

/* Returns how many were written; messages count as one. */
static unsigned tell(Fixture *f, const Row *row)
{
    switch (row->how) {
    case IN_UPDATE:
        return vnc_pseudo_write(&f->pseudo, &f->out);
    case ALONE:
        return vnc_pseudo_write_ack(&f->pseudo, &f->out);
    default:
        vnc_pseudo_write_messages(&f->pseudo, &f->out);
        return f->out.len > 0;
    }
}

/* None but the one that @row belongs to writes it. */
static void tell_otherwise(Fixture *f, const Row *row)
{
    if (row->how != IN_UPDATE) {
        g_assert_cmpuint(vnc_pseudo_write(&f->pseudo, &f->out), ==, 0);
    }
    if (row->how != ALONE) {
        g_assert_cmpuint(vnc_pseudo_write_ack(&f->pseudo, &f->out), ==, 0);
    }
    if (row->how != AS_MESSAGE) {
        vnc_pseudo_write_messages(&f->pseudo, &f->out);
    }
    g_assert_cmpuint(vnc_pseudo_write_size(&f->pseudo, &f->out), ==, 0);
    g_assert_cmpuint(f->out.len, ==, 0);
}

/* What is listed is told, once; and again when it is news again. */
static void test_told(Fixture *f, gconstpointer data)
{
    const Row *row = data;

    list(f, row->number);
    if (row->number == -232) { /* told when the pointer has moved, not when it is listed */
        g_assert_cmphex(f->news.pending, ==, 0);
        vnc_news_add(&f->news, row->news);
    }
    for (int i = 0; i < 2; i++) {
        g_assert_cmphex(f->news.pending, ==, row->news);
        tell_otherwise(f, row);
        g_assert_cmphex(f->news.pending, ==, row->news);
        g_assert_cmpuint(tell(f, row), ==, 1);
        expect(&f->out, row->bytes, row->len);
        g_assert_cmphex(f->news.pending, ==, 0);
        g_assert_cmpuint(tell(f, row), ==, 0);
        vnc_news_add(&f->news, row->news);
    }
}

/* What was to be told, before the viewer changed its mind, is dropped. */
static void test_not_listed(Fixture *f, gconstpointer data)
{
    const Row *row = data;

    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        if (rows[i].news != row->news) {
            vnc_pseudo_list(rows[i].number, &f->wishes.features);
        }
    }
    vnc_news_add(&f->news, row->news);
    g_assert_cmpuint(tell(f, row), ==, 0);
    g_assert_cmpuint(f->out.len, ==, 0);
    g_assert_cmphex(f->news.pending, ==, 0);
}

/* A number that is no pseudo-encoding, and those that bring no news. */
static void test_nothing_to_tell(Fixture *f, gconstpointer row)
{
    static const struct {
        int32_t number;
        unsigned feature;
    } silent[] = {
        {-223, VNC_FEATURE_DESKTOP_SIZE},
        {-308, VNC_FEATURE_EXTENDED_DESKTOP_SIZE},
        {1, VNC_FEATURE_COPY_RECT},
        {-224, VNC_FEATURE_LAST_RECT},
        {-260, VNC_FEATURE_TIGHT_PNG},
        {0, 0},
        {7, 0},
        {-247, 0},
        {-32, 0},
        {INT32_MIN, 0},
        {INT32_MAX, 0},
    };

    (void)row;
    for (unsigned i = 0; i < G_N_ELEMENTS(silent); i++) {
        unsigned features = 0;

        g_test_message("number %d", silent[i].number);
        g_assert_cmphex(vnc_pseudo_list(silent[i].number, &features), ==, 0);
        g_assert_cmphex(features, ==, silent[i].feature);
    }
    f->news.pending = ~0u & ~(VNC_NEWS_SIZES | VNC_NEWS_ACKS | VNC_NEWS_MESSAGES);
    g_assert_cmpuint(vnc_pseudo_write(&f->pseudo, &f->out), ==, 0);
    g_assert_cmphex(f->news.pending, ==, 0);
}

/* --- several --- */

/* One update tells all; sizes, acks and messages are left to theirs. */
static void test_order(Fixture *f, gconstpointer row)
{
    static const unsigned elsewhere = VNC_NEWS_SIZES | VNC_NEWS_ACKS | VNC_NEWS_MESSAGES;

    (void)row;
    for (unsigned i = G_N_ELEMENTS(rows); i-- > 0;) {
        list(f, rows[i].number);
    }
    f->news.pending = ~0u;
    g_assert_cmpuint(vnc_pseudo_write(&f->pseudo, &f->out), ==, 5);
    for (unsigned i = 0; i < 5; i++) {
        g_assert_cmpuint(f->out.len, >=, rows[i].len);
        g_assert_cmpmem(vnc_buffer_bytes(&f->out), rows[i].len, rows[i].bytes, rows[i].len);
        vnc_buffer_consume(&f->out, rows[i].len);
    }
    g_assert_cmpuint(f->out.len, ==, 0);
    g_assert_cmphex(f->news.pending, ==, elsewhere);
}

/* One ack a call: each goes in an update of its own. */
static void test_acks(Fixture *f, gconstpointer row)
{
    (void)row;
    list(f, -259);
    list(f, -316);
    list(f, -258);
    g_assert_cmpuint(vnc_pseudo_write_ack(&f->pseudo, &f->out), ==, 1);
    EXPECT(&f->out, HEAD("\xff\xff\xfe\xfe"));
    g_assert_cmpuint(vnc_pseudo_write_ack(&f->pseudo, &f->out), ==, 1);
    EXPECT(&f->out, HEAD("\xff\xff\xfe\xc4"));
    g_assert_cmpuint(vnc_pseudo_write_ack(&f->pseudo, &f->out), ==, 1);
    EXPECT(&f->out, HEAD("\xff\xff\xfe\xfd"));
    g_assert_cmpuint(vnc_pseudo_write_ack(&f->pseudo, &f->out), ==, 0);
}

/* Of three ways to tell the cursor a viewer gets the best that it knows. */
static void test_cursors(Fixture *f, gconstpointer data)
{
    static const int32_t numbers[3] = {-314, -239, -240};

    (void)data;
    for (unsigned known = 0; known < 8; known++) {
        int best = 3;

        g_test_message("cursors 0x%x", known);
        f->wishes.features = 0;
        for (int i = 2; i >= 0; i--) {
            if (known >> i & 1) {
                list(f, numbers[i]);
                best = i;
            }
        }
        vnc_news_add(&f->news, VNC_NEWS_CURSOR);
        g_assert_cmpuint(vnc_pseudo_write(&f->pseudo, &f->out), ==, best < 3);
        if (best < 3) {
            const Row *row = &rows[4 + best];

            expect(&f->out, row->bytes, row->len);
        }
        g_assert_cmpuint(f->out.len, ==, 0);
        g_assert_cmphex(f->news.pending, ==, 0);

        /* There is no shape: the viewer keeps its own, and nothing is left to be told. */
        f->screen.cursor = NULL;
        vnc_news_add(&f->news, VNC_NEWS_CURSOR);
        g_assert_cmpuint(vnc_pseudo_write(&f->pseudo, &f->out), ==, 0);
        g_assert_cmpuint(f->out.len, ==, 0);
        g_assert_cmphex(f->news.pending, ==, 0);
        f->screen.cursor = &red_dot;
    }
}

/* Its pixels are in the viewer's format. */
static void test_cursor_format(Fixture *f, gconstpointer row)
{
    static const VncPixelFormat rgb565 = {16, 16, true, true, 31, 63, 31, 11, 5, 0};

    (void)row;
    vnc_wishes_set_format(&f->wishes, &rgb565, false);
    list(f, -239);
    g_assert_cmpuint(vnc_pseudo_write(&f->pseudo, &f->out), ==, 1);
    EXPECT(&f->out, "\0\1\0\0\0\2\0\1\xff\xff\xff\x11\xf8\0\0\0\x80");
}

static void test_pointer_type(Fixture *f, gconstpointer row)
{
    (void)row;
    list(f, -257);
    f->screen.absolute = false;
    g_assert_cmpuint(vnc_pseudo_write(&f->pseudo, &f->out), ==, 1);
    EXPECT(&f->out, "\0\0\0\0\0\0\0\0\xff\xff\xfe\xff");
    /* By which the viewer's own messages are read from now on. */
    g_assert_false(f->input.told_absolute);
    f->screen.absolute = true;
    g_assert_false(f->input.told_absolute);
    vnc_news_add(&f->news, VNC_NEWS_POINTER_TYPE);
    g_assert_cmpuint(vnc_pseudo_write(&f->pseudo, &f->out), ==, 1);
    EXPECT(&f->out, "\0\1\0\0\0\0\0\0\xff\xff\xfe\xff");
    g_assert_true(f->input.told_absolute);
}

/* The viewer has pointed elsewhere meanwhile: not now, but it is not forgotten. */
static void test_pointer_position(Fixture *f, gconstpointer row)
{
    (void)row;
    list(f, -232);
    f->input.has_pointed = true;
    vnc_news_add(&f->news, VNC_NEWS_POINTER_POSITION);
    g_assert_cmpuint(vnc_pseudo_write(&f->pseudo, &f->out), ==, 0);
    g_assert_cmpuint(f->out.len, ==, 0);
    g_assert_cmphex(f->news.pending, ==, 0);
    g_assert_true(f->input.guest_pointed);

    /* The screen may have shrunk. */
    f->input.has_pointed = false;
    f->screen.pointer_x = 1000;
    f->screen.pointer_y = 1000;
    vnc_news_add(&f->news, VNC_NEWS_POINTER_POSITION);
    g_assert_cmpuint(vnc_pseudo_write(&f->pseudo, &f->out), ==, 1);
    EXPECT(&f->out, "\x02\x7f\x01\xdf\0\0\0\0\xff\xff\xff\x18");
    g_assert_cmpint(f->input.pointer_x, ==, 639);
    g_assert_cmpint(f->input.pointer_y, ==, 479);
}

static void test_messages(Fixture *f, gconstpointer row)
{
    (void)row;
    list(f, -309);
    f->wishes.read.extended_clipboard = true;
    vnc_news_add(&f->news, VNC_NEWS_COLOUR_MAP | VNC_NEWS_CLIPBOARD_CAPS | VNC_NEWS_SIZE);
    vnc_pseudo_write_messages(&f->pseudo, &f->out);
    g_assert_cmpuint(f->out.len, ==, 6 + 256 * 6 + 16 + 4);
    g_assert_cmpmem(vnc_buffer_bytes(&f->out), 6, "\1\0\0\0\1\0", 6);
    vnc_buffer_consume(&f->out, 6 + 256 * 6);
    EXPECT(&f->out, "\3\0\0\0\xff\xff\xff\xf8\x1f\0\0\1\0\0\0\0\xfa\0\1\1");
    g_assert_true(f->news.told_xvp);
    g_assert_cmphex(f->news.pending, ==, VNC_NEWS_SIZE);
}

/* A viewer that does not list it any more has not been told. */
static void test_untold_xvp(Fixture *f, gconstpointer row)
{
    (void)row;
    vnc_news_add(&f->news, VNC_NEWS_XVP_INIT);
    vnc_pseudo_write_messages(&f->pseudo, &f->out);
    g_assert_cmpuint(f->out.len, ==, 0);
    g_assert_false(f->news.told_xvp);
}

/* --- the desktop's size: the screen has 640x480 --- */

#define DESKTOP_SIZE "\0\0\0\0\2\x80\1\xe0\xff\xff\xff\x21"
/* ExtendedDesktopSize with one screen; each argument is a literal. */
#define EXTENDED(reason, status, size, id, flags) \
    "\0" reason "\0" status size "\xff\xff\xfe\xcc\1\0\0\0" id "\0\0\0\0" size flags
#define SCREEN_SIZE           "\2\x80\1\xe0"
#define KNOWN_SIZE            "\3\x20\2\x58"
#define WHOLE(reason, status) EXTENDED(reason, status, SCREEN_SIZE, "\0\0\0\1", "\0\0\0\0")
#define KNOWN(reason, status) EXTENDED(reason, status, KNOWN_SIZE, "\0\0\0\1", "\0\0\0\0")

typedef struct Size {
    const char *name;
    int32_t listed[2];
    unsigned news;
    bool other_resized;
    bool knows; /* the screen's size; else it knows 800x600 */
    unsigned rects;
    const char *bytes;
    size_t len;
} Size;

static const Size sizes[] = {
    {"neither", {7, 7}, VNC_NEWS_SIZE | VNC_NEWS_SIZE_REQUEST, false, false, 0, BYTES("")},
    {"changed", {-223, 7}, VNC_NEWS_SIZE, false, false, 1, BYTES(DESKTOP_SIZE)},
    {"changed-back", {-223, 7}, VNC_NEWS_SIZE, true, true, 0, BYTES("")},
    {"asked", {-223, 7}, VNC_NEWS_SIZE_REQUEST, false, true, 0, BYTES("")},
    {"extended-changed", {-308, 7}, VNC_NEWS_SIZE, false, false, 1, BYTES(WHOLE("\0", "\0"))},
    {"extended-first", {-308, -223}, VNC_NEWS_SIZE, false, false, 1, BYTES(WHOLE("\0", "\0"))},
    {"extended-last", {-223, -308}, VNC_NEWS_SIZE, false, false, 1, BYTES(WHOLE("\0", "\0"))},
    {"extended-back", {-308, 7}, VNC_NEWS_SIZE, true, true, 0, BYTES("")},
    {"extended-asked", {-308, 7}, VNC_NEWS_SIZE_REQUEST, false, true, 1, BYTES(WHOLE("\0", "\0"))},
    {"extended-by-other", {-308, 7}, VNC_NEWS_SIZE, true, false, 1, BYTES(WHOLE("\2", "\0"))},
    /* Who has resized does not matter where nothing has changed. */
    {"asked-only", {-308, 7}, VNC_NEWS_SIZE_REQUEST, true, true, 1, BYTES(WHOLE("\0", "\0"))},
    {"asked-and-changed",
     {-308, 7},
     VNC_NEWS_SIZE | VNC_NEWS_SIZE_REQUEST,
     true,
     false,
     1,
     BYTES(WHOLE("\2", "\0"))},
};

/* The viewer knows 800x600, or the screen's size, and has all its pixels. */
static void set_known(Fixture *f, bool screen)
{
    f->picture.width = screen ? 640 : 800;
    f->picture.height = screen ? 480 : 600;
    vnc_damage_remove_all(&f->picture.damage);
    f->picture.beyond = !screen;
}

/* @told: the viewer knows the screen's size now; @lost: and its pixels are all due again */
static void check_picture(Fixture *f, bool told, bool lost)
{
    g_assert_cmphex(f->news.pending, ==, 0);
    g_assert_cmpuint(f->news.n_answers, ==, 0);
    g_assert_cmpint(vnc_picture_fits(&f->picture, f->screen.surface), ==, told);
    g_assert_cmpint(f->picture.beyond, ==, !told);
    g_assert_cmpuint(vnc_damage_count(&f->picture.damage), ==,
                     lost ? 640 * 480 / VNC_CELL / VNC_CELL : 0);
}

static void test_size(Fixture *f, gconstpointer data)
{
    const Size *size = data;
    bool told;

    list(f, size->listed[0]);
    list(f, size->listed[1]);
    told = size->knows || vnc_wishes_have(&f->wishes, VNC_FEATURE_SIZES);
    set_known(f, size->knows);
    f->news.other_resized = size->other_resized;
    vnc_news_add(&f->news, size->news);
    g_assert_cmpuint(vnc_pseudo_write_size(&f->pseudo, &f->out), ==, size->rects);
    expect(&f->out, size->bytes, size->len);
    check_picture(f, told, told && !size->knows);
}

/* --- answers to SetDesktopSize --- */

typedef struct Answer {
    const char *name;
    enum VncDesktopSizeStatus status;
    const char *bytes;
    size_t len;
} Answer;

/* All but a success repeat the size that the viewer knows, and the one screen of it. */
static const Answer answers[] = {
    {"ok", 0, BYTES(EXTENDED("\1", "\0", SCREEN_SIZE, "\xde\xad\0\7", "\0\0\1\2"))},
    {"prohibited", 1, BYTES(KNOWN("\1", "\1") WHOLE("\2", "\0"))},
    {"out-of-resources", 2, BYTES(KNOWN("\1", "\2") WHOLE("\2", "\0"))},
    {"invalid-layout", 3, BYTES(KNOWN("\1", "\3") WHOLE("\2", "\0"))},
    {"forwarded", 4, BYTES(KNOWN("\1", "\4") WHOLE("\2", "\0"))},
};

static void answer(Fixture *f, enum VncDesktopSizeStatus status, int width, int height)
{
    const VncSizeAnswer answer = {status, width, height, 0xdead0007, 0x102};

    vnc_news_answer_size(&f->news, &answer);
}

/* The screen has changed, too: by the viewer's own wish if that has been granted. */
static void test_answer(Fixture *f, gconstpointer data)
{
    const Answer *row = data;

    list(f, -308);
    set_known(f, false);
    f->news.other_resized = true;
    vnc_news_add(&f->news, VNC_NEWS_SIZE);
    answer(f, row->status, 640, 480);
    g_assert_cmpuint(vnc_pseudo_write_size(&f->pseudo, &f->out), ==, row->status ? 2 : 1);
    expect(&f->out, row->bytes, row->len);
    check_picture(f, true, true);
}

/* Each in its order, the last one leading to 800x600, which is not any more what there is. */
static void test_answers(Fixture *f, gconstpointer row)
{
    (void)row;
    list(f, -308);
    set_known(f, true);
    answer(f, VNC_DESKTOP_SIZE_INVALID_LAYOUT, 0, 0);
    answer(f, VNC_DESKTOP_SIZE_OK, 800, 600);
    answer(f, VNC_DESKTOP_SIZE_PROHIBITED, 9, 9);
    vnc_news_add(&f->news, VNC_NEWS_SIZE);
    g_assert_cmpuint(vnc_pseudo_write_size(&f->pseudo, &f->out), ==, 4);
    EXPECT(&f->out, WHOLE("\1", "\3") EXTENDED("\1", "\0", KNOWN_SIZE, "\xde\xad\0\7", "\0\0\1\2")
                        KNOWN("\1", "\1") WHOLE("\0", "\0"));
    check_picture(f, true, true);
    g_assert_cmpuint(vnc_pseudo_write_size(&f->pseudo, &f->out), ==, 0);
    g_assert_cmpuint(f->out.len, ==, 0);
}

/* Nothing has changed: the answer is all, and the viewer keeps its pixels. */
static void test_answer_alone(Fixture *f, gconstpointer row)
{
    (void)row;
    list(f, -308);
    set_known(f, true);
    answer(f, VNC_DESKTOP_SIZE_PROHIBITED, 1, 1);
    g_assert_cmpuint(vnc_pseudo_write_size(&f->pseudo, &f->out), ==, 1);
    EXPECT(&f->out, WHOLE("\1", "\1"));
    check_picture(f, true, false);
}

/* A viewer that has listed it no more is not answered, and as many as before may wait after
 * that. */
static void test_answer_not_listed(Fixture *f, gconstpointer row)
{
    (void)row;
    set_known(f, true);
    while (vnc_news_can_answer(&f->news)) {
        answer(f, VNC_DESKTOP_SIZE_OK, 800, 600);
    }
    g_assert_cmpuint(vnc_pseudo_write_size(&f->pseudo, &f->out), ==, 0);
    g_assert_cmpuint(f->out.len, ==, 0);
    check_picture(f, true, false);
    g_assert_true(vnc_news_can_answer(&f->news));
    list(f, -308);
    answer(f, VNC_DESKTOP_SIZE_PROHIBITED, 1, 1);
    g_assert_cmpuint(vnc_pseudo_write_size(&f->pseudo, &f->out), ==, 1);
    EXPECT(&f->out, WHOLE("\1", "\1"));
}

static void add(const char *folder, const char *name, const void *row,
                void (*test)(Fixture *f, gconstpointer row))
{
    g_autofree char *path = g_strdup_printf("/pseudo/%s/%s", folder, name);

    g_test_add(path, Fixture, row, setup, test, teardown);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (unsigned i = 0; i < G_N_ELEMENTS(rows); i++) {
        add("told", rows[i].name, &rows[i], test_told);
        if (rows[i].how != ALONE) {
            add("not-listed", rows[i].name, &rows[i], test_not_listed);
        }
    }
    add("several", "nothing-to-tell", NULL, test_nothing_to_tell);
    add("several", "order", NULL, test_order);
    add("several", "acks", NULL, test_acks);
    add("several", "cursors", NULL, test_cursors);
    add("several", "messages", NULL, test_messages);
    add("values", "cursor-format", NULL, test_cursor_format);
    add("values", "pointer-type", NULL, test_pointer_type);
    add("values", "pointer-position", NULL, test_pointer_position);
    add("values", "untold-xvp", NULL, test_untold_xvp);
    for (unsigned i = 0; i < G_N_ELEMENTS(sizes); i++) {
        add("size", sizes[i].name, &sizes[i], test_size);
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(answers); i++) {
        add("answer", answers[i].name, &answers[i], test_answer);
    }
    add("answer", "several", NULL, test_answers);
    add("answer", "alone", NULL, test_answer_alone);
    add("answer", "not-listed", NULL, test_answer_not_listed);
    return g_test_run();
}
