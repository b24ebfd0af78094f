/*
 * A viewer's part in the clipboard: when the viewer hears of a text, when it gets the text, and how
 * its own messages are handled.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One thread; the test plays the server, and makes a text's messages on demand.
 */
#include "tests/lib/expect.h"
#include "ui/client/cut-text.h"

typedef struct Fixture {
    VncScreen screen;
    VncClientContext context;
    VncWishes wishes;
    VncNews news;
    VncCutText text;
    VncBuffer out;
    /* calls */
    unsigned wanted;
    GString *log; /* of the others */
} Fixture;

static char viewer; /* its address is what counts */
#define VIEWER ((VncState *)&viewer)

/* As flags in the protocol. */
#define TEXT    0x00000001
#define RTF     0x00000002
#define CAPS    0x01000000
#define REQUEST 0x02000000
#define PEEK    0x04000000
#define NOTIFY  0x08000000
#define PROVIDE 0x10000000

/* As messages. */
#define TELL_TEXT   "\3\0\0\0\xff\xff\xff\xfc\x08\0\0\1"
#define TELL_NONE   "\3\0\0\0\xff\xff\xff\xfc\x08\0\0\0"
#define ASK         "\3\0\0\0\xff\xff\xff\xfc\x02\0\0\1"
#define TELL_CAPS   "\3\0\0\0\xff\xff\xff\xf8\x1f\0\0\1\0\0\0\0"
#define TELL_BARRED "\3\0\0\0\xff\xff\xff\xfc\x01\0\0\0"

/* The text's own, by which they are known. */
#define PLAIN    "plain"
#define PACKED   "packed"
#define WIRE_LEN 10

static void text_offered(void *server, VncState *vs, bool available)
{
    Fixture *f = server;

    g_assert_true(vs == VIEWER);
    g_string_append_printf(f->log, "offered %d;", available);
}

static void text_given(void *server, VncState *vs, VncTextForm form, const uint8_t *bytes,
                       size_t len)
{
    Fixture *f = server;

    g_assert_true(vs == VIEWER);
    g_string_append_printf(f->log, "given %s %.*s;", form == VNC_TEXT_ZLIB ? "zlib" : "latin1",
                           (int)len, (const char *)bytes);
}

static void text_wanted(void *server)
{
    ((Fixture *)server)->wanted++;
}

static const VncClientOps ops = {
    .text_offered = text_offered,
    .text_given = text_given,
    .text_wanted = text_wanted,
};

static void setup(Fixture *f, gconstpointer row)
{
    (void)row;
    f->log = g_string_new("");
    f->context = (VncClientContext){
        .ops = &ops,
        .server = f,
        .screen = &f->screen,
        .viewer = VIEWER,
    };
    vnc_wishes_init(&f->wishes);
    f->wishes.read.extended_clipboard = true;
    vnc_cut_text_init(&f->text, &f->context, &f->wishes, &f->news);
    vnc_buffer_append(&f->screen.clipboard.cut_text, PLAIN, strlen(PLAIN));
    vnc_buffer_append(&f->screen.clipboard.provide, PACKED, strlen(PACKED));
    f->screen.clipboard.wire_len = WIRE_LEN;
}

static void teardown(Fixture *f, gconstpointer row)
{
    (void)row;
    vnc_buffer_clear(&f->screen.clipboard.cut_text);
    vnc_buffer_clear(&f->screen.clipboard.provide);
    vnc_buffer_clear(&f->out);
    vnc_news_clear(&f->news);
    g_string_free(f->log, TRUE);
}

static void expect_written(Fixture *f, const char *bytes, size_t len)
{
    vnc_cut_text_write(&f->text, &f->out);
    expect(&f->out, bytes, len);
    g_assert_cmphex(f->news.pending, ==, 0);
    vnc_cut_text_write(&f->text, &f->out);
    g_assert_cmpuint(f->out.len, ==, 0);
}
#define EXPECT_WRITTEN(f, literal) expect_written(f, literal, sizeof(literal) - 1)

static void expect_log(Fixture *f, const char *log)
{
    g_assert_cmpstr(f->log->str, ==, log);
    g_string_truncate(f->log, 0);
}

static void set_text(Fixture *f, enum VncClipboardSource source, VncState *owner)
{
    f->screen.clipboard.source = source;
    f->screen.clipboard.owner = owner;
    vnc_cut_text_changed(&f->text);
}

static void send_message(Fixture *f, uint32_t flags, const char *data, size_t len)
{
    const VncMessage message = {
        .kind = VNC_MESSAGE_CLIPBOARD,
        .clipboard = {.flags = flags, .data = (const uint8_t *)data, .len = (uint32_t)len},
    };

    vnc_cut_text_message(&f->text, &message);
}

static void send_caps(Fixture *f, uint32_t flags, uint32_t max_text)
{
    const char size[4] = {(char)(max_text >> 24), (char)(max_text >> 16), (char)(max_text >> 8),
                          (char)max_text};

    send_message(f, CAPS | flags, size, sizeof(size));
}

/* --- another text --- */

typedef struct Change {
    const char *name;
    bool plain;              /* the viewer does not know the extended clipboard */
    uint32_t caps, max_text; /* 0: it has sent none */
    enum { NOBODYS, HOSTS, OTHERS, OWN } whose;
    bool asked;       /* the viewer has asked for the text that was there before */
    const char *told; /* at once */
    size_t told_len;
    bool wanted; /* the server is to make its messages: after which is sent */
    const char *sent;
    size_t sent_len;
} Change;

#define BYTES(literal) literal, sizeof(literal) - 1
static const Change changes[] = {
    {"plain", true, 0, 0, HOSTS, false, BYTES(""), true, BYTES(PLAIN)},
    {"plain-other", true, 0, 0, OTHERS, false, BYTES(""), true, BYTES(PLAIN)},
    {"plain-own", true, 0, 0, OWN, false, BYTES(""), false, BYTES("")},
    {"plain-nobody", true, 0, 0, NOBODYS, false, BYTES(""), false, BYTES("")},

    {"eager", false, 0, 0, HOSTS, false, BYTES(""), true, BYTES(PACKED)},
    {"eager-other", false, 0, 0, OTHERS, false, BYTES(""), true, BYTES(PACKED)},
    {"own", false, 0, 0, OWN, false, BYTES(""), false, BYTES("")},
    {"nobody", false, 0, 0, NOBODYS, false, BYTES(TELL_NONE), false, BYTES("")},

    /* A text of that length is too long, and a viewer that takes none is told of it. */
    {"fits", false, TEXT | NOTIFY | PROVIDE, WIRE_LEN + 1, HOSTS, false, BYTES(""), true,
     BYTES(PACKED)},
    {"too-long", false, TEXT | NOTIFY | PROVIDE, WIRE_LEN, HOSTS, false, BYTES(""), true,
     BYTES(TELL_TEXT)},
    {"too-long-untold", false, TEXT | PROVIDE, WIRE_LEN, HOSTS, false, BYTES(""), true, BYTES("")},
    {"takes-none", false, TEXT | NOTIFY | PROVIDE, 0, HOSTS, false, BYTES(TELL_TEXT), false,
     BYTES("")},
    {"no-provide", false, TEXT | NOTIFY, 1000, HOSTS, false, BYTES(TELL_TEXT), false, BYTES("")},
    {"no-notify", false, TEXT, 1000, HOSTS, false, BYTES(""), false, BYTES("")},
    {"no-text", false, RTF | NOTIFY | PROVIDE, 1000, HOSTS, false, BYTES(""), false, BYTES("")},
    {"nobody-no-notify", false, TEXT | PROVIDE, 1000, NOBODYS, false, BYTES(""), false, BYTES("")},

    /* What has been asked for is sent, however long; of another text the viewer is told, too. */
    {"asked", false, TEXT | NOTIFY, 0, HOSTS, true, BYTES(TELL_TEXT), true, BYTES(PACKED)},
    {"asked-too-long", false, TEXT | NOTIFY | PROVIDE, WIRE_LEN, HOSTS, true, BYTES(TELL_TEXT),
     true, BYTES(PACKED)},
    {"asked-nobody", false, TEXT | NOTIFY, 0, NOBODYS, true, BYTES(TELL_NONE), false, BYTES("")},
    {"asked-own", false, TEXT | NOTIFY, 0, OWN, true, BYTES(""), false, BYTES("")},
};

static void test_change(Fixture *f, gconstpointer data)
{
    static const enum VncClipboardSource sources[] = {
        VNC_CLIPBOARD_OF_NOBODY, VNC_CLIPBOARD_OF_HOST, VNC_CLIPBOARD_OF_VIEWER,
        VNC_CLIPBOARD_OF_VIEWER};
    const Change *change = data;
    static char other;

    f->wishes.read.extended_clipboard = !change->plain;
    if (change->asked) {
        f->screen.clipboard.source = VNC_CLIPBOARD_OF_HOST;
        send_message(f, REQUEST | TEXT, NULL, 0);
        g_assert_true(vnc_cut_text_is_wanted(&f->text));
    }
    if (change->caps) {
        send_caps(f, change->caps, change->max_text);
    }
    f->wanted = 0;
    set_text(f, sources[change->whose],
             change->whose == OWN      ? VIEWER
             : change->whose == OTHERS ? (VncState *)&other
                                       : NULL);
    expect_written(f, change->told, change->told_len);
    g_assert_cmpint(vnc_cut_text_is_wanted(&f->text), ==, change->wanted);
    vnc_cut_text_ready(&f->text);
    g_assert_false(vnc_cut_text_is_wanted(&f->text));
    expect_written(f, change->sent, change->sent_len);
    g_assert_false(vnc_cut_text_is_wanted(&f->text));
    /* Whoever has changed the text looks who wants it. */
    g_assert_cmpuint(f->wanted, ==, 0);
}

/* While a text waits to be written it is replaced: it is not sent, and the next one is. */
static void test_replaced(Fixture *f, gconstpointer row)
{
    (void)row;
    set_text(f, VNC_CLIPBOARD_OF_HOST, NULL);
    vnc_cut_text_ready(&f->text);
    set_text(f, VNC_CLIPBOARD_OF_HOST, NULL);
    g_assert_true(vnc_cut_text_is_wanted(&f->text));
    EXPECT_WRITTEN(f, "");
    vnc_cut_text_ready(&f->text);
    vnc_cut_text_ready(&f->text);
    EXPECT_WRITTEN(f, PACKED);

    set_text(f, VNC_CLIPBOARD_OF_HOST, NULL);
    vnc_cut_text_ready(&f->text);
    set_text(f, VNC_CLIPBOARD_OF_NOBODY, NULL);
    EXPECT_WRITTEN(f, TELL_NONE);

    /* What it is told and what it has told itself are not mixed up. */
    set_text(f, VNC_CLIPBOARD_OF_NOBODY, NULL);
    set_text(f, VNC_CLIPBOARD_OF_VIEWER, VIEWER);
    EXPECT_WRITTEN(f, "");
}

/* While the text was made ready, the viewer has said that it does not take it. */
static void test_caps_meanwhile(Fixture *f, gconstpointer row)
{
    (void)row;
    set_text(f, VNC_CLIPBOARD_OF_HOST, NULL);
    send_caps(f, TEXT | NOTIFY, 1000);
    vnc_cut_text_ready(&f->text);
    EXPECT_WRITTEN(f, TELL_TEXT);

    send_caps(f, TEXT | NOTIFY | PROVIDE, 1000);
    set_text(f, VNC_CLIPBOARD_OF_HOST, NULL);
    send_caps(f, TEXT | NOTIFY | PROVIDE, 0);
    vnc_cut_text_ready(&f->text);
    EXPECT_WRITTEN(f, TELL_TEXT);
}

/* It does not list the extended clipboard any more. */
static void test_not_listed_any_more(Fixture *f, gconstpointer row)
{
    (void)row;
    set_text(f, VNC_CLIPBOARD_OF_HOST, NULL);
    vnc_cut_text_ready(&f->text);
    vnc_cut_text_ask(&f->text);
    vnc_news_add(&f->news, VNC_NEWS_CLIPBOARD | VNC_NEWS_CLIPBOARD_CAPS);
    f->wishes.read.extended_clipboard = false;
    EXPECT_WRITTEN(f, PLAIN);
}

static void test_order(Fixture *f, gconstpointer row)
{
    (void)row;
    set_text(f, VNC_CLIPBOARD_OF_HOST, NULL);
    vnc_cut_text_ready(&f->text);
    vnc_cut_text_ask(&f->text);
    vnc_news_add(&f->news, VNC_NEWS_CLIPBOARD | VNC_NEWS_CLIPBOARD_CAPS);
    EXPECT_WRITTEN(f, TELL_CAPS ASK TELL_TEXT PACKED);
}

/* --- its messages --- */

typedef struct Sent {
    const char *name;
    uint32_t flags;
    bool has_text;   /* there is one to be had */
    const char *log; /* what the server hears */
    const char *told;
    size_t told_len;
    bool wanted; /* the text is to be made ready, which the server is told */
} Sent;

static const Sent messages[] = {
    {"request", REQUEST | TEXT, true, "", BYTES(""), true},
    {"request-both", REQUEST | TEXT | RTF, true, "", BYTES(""), true},
    {"request-none", REQUEST | TEXT, false, "", BYTES(TELL_NONE), false},
    {"request-rtf", REQUEST | RTF, true, "", BYTES(""), false},
    {"peek", PEEK, true, "", BYTES(TELL_TEXT), false},
    {"peek-none", PEEK, false, "", BYTES(TELL_NONE), false},
    {"notify", NOTIFY | TEXT, true, "offered 1;", BYTES(""), false},
    {"notify-rtf", NOTIFY | RTF, true, "offered 0;", BYTES(""), false},
    {"notify-none", NOTIFY, true, "offered 0;", BYTES(""), false},
    {"provide", PROVIDE | TEXT, true, "given zlib data;", BYTES(""), false},
    {"provide-rtf", PROVIDE | RTF, true, "", BYTES(""), false},
    {"no-action", TEXT, true, "", BYTES(""), false},
    {"unknown-action", 0x20000000 | TEXT, true, "", BYTES(""), false},
    {"two-actions", REQUEST | PEEK | TEXT, true, "", BYTES(""), false},
    {"caps-first", CAPS | REQUEST | NOTIFY | PROVIDE | TEXT, true, "", BYTES(""), false},
};

static void test_message(Fixture *f, gconstpointer data)
{
    const Sent *sent = data;

    f->screen.clipboard.source = sent->has_text ? VNC_CLIPBOARD_OF_HOST : VNC_CLIPBOARD_OF_NOBODY;
    send_message(f, sent->flags, "data", 4);
    expect_log(f, sent->log);
    expect_written(f, sent->told, sent->told_len);
    g_assert_cmpint(vnc_cut_text_is_wanted(&f->text), ==, sent->wanted);
    g_assert_cmpuint(f->wanted, ==, sent->wanted);
}

/* It has the text itself. */
static void test_request_own(Fixture *f, gconstpointer row)
{
    (void)row;
    set_text(f, VNC_CLIPBOARD_OF_VIEWER, VIEWER);
    send_message(f, REQUEST | TEXT, NULL, 0);
    EXPECT_WRITTEN(f, TELL_NONE);
    send_message(f, PEEK, NULL, 0);
    EXPECT_WRITTEN(f, TELL_NONE);
    g_assert_false(vnc_cut_text_is_wanted(&f->text));
    g_assert_cmpuint(f->wanted, ==, 0);
}

/* It is answered once for what it has asked many times. */
static void test_requests(Fixture *f, gconstpointer row)
{
    (void)row;
    f->screen.clipboard.source = VNC_CLIPBOARD_OF_HOST;
    send_caps(f, TEXT | NOTIFY, 0);
    for (int i = 0; i < 100; i++) {
        send_message(f, REQUEST | TEXT, NULL, 0);
        send_message(f, PEEK, NULL, 0);
        vnc_cut_text_ready(&f->text);
    }
    EXPECT_WRITTEN(f, TELL_TEXT PACKED);
    send_message(f, REQUEST | TEXT, NULL, 0);
    vnc_cut_text_ready(&f->text);
    EXPECT_WRITTEN(f, PACKED);
}

static void test_caps(Fixture *f, gconstpointer row)
{
    (void)row;
    send_caps(f, TEXT | NOTIFY | PROVIDE, 0x12345678);
    g_assert_cmphex(f->text.caps.flags, ==, CAPS | TEXT | NOTIFY | PROVIDE);
    g_assert_cmphex(f->text.caps.max_text, ==, 0x12345678);
    /* A size is missing. */
    send_message(f, CAPS | TEXT | NOTIFY | PROVIDE, "\1\2\3", 3);
    g_assert_cmphex(f->text.caps.max_text, ==, 0);
}

static void test_given(Fixture *f, gconstpointer row)
{
    const VncMessage message = {
        .kind = VNC_MESSAGE_CUT_TEXT,
        .cut_text = {.text = (const uint8_t *)"some text", .len = 4},
    };

    (void)row;
    vnc_cut_text_given(&f->text, &message);
    expect_log(f, "given latin1 some;");
    EXPECT_WRITTEN(f, "");
}

/* --- what it is asked, and may --- */

static void test_ask(Fixture *f, gconstpointer row)
{
    (void)row;
    vnc_cut_text_ask(&f->text);
    vnc_cut_text_ask(&f->text);
    EXPECT_WRITTEN(f, ASK);
    send_caps(f, TEXT | NOTIFY | PROVIDE, 1000);
    vnc_cut_text_ask(&f->text);
    EXPECT_WRITTEN(f, "");
    send_caps(f, TEXT | REQUEST, 0);
    vnc_cut_text_ask(&f->text);
    EXPECT_WRITTEN(f, ASK);
    f->wishes.read.extended_clipboard = false;
    vnc_cut_text_ask(&f->text);
    EXPECT_WRITTEN(f, "");
}

static void test_refuse(Fixture *f, gconstpointer row)
{
    (void)row;
    g_assert_true(vnc_cut_text_refuse(&f->text));
    g_assert_false(vnc_cut_text_refuse(&f->text));
    g_assert_false(vnc_cut_text_refuse(&f->text));
}

/* It may only look from now on: what it was to be told is not told, and it is told that it has no
 * part in it. Then it has one again. */
static void test_barred(Fixture *f, gconstpointer row)
{
    (void)row;
    set_text(f, VNC_CLIPBOARD_OF_HOST, NULL);
    vnc_cut_text_ready(&f->text);
    vnc_news_add(&f->news, VNC_NEWS_CLIPBOARD | VNC_NEWS_CLIPBOARD_REQUEST | VNC_NEWS_NAME);
    vnc_cut_text_bar(&f->text, true);
    g_assert_cmphex(f->news.pending, ==, VNC_NEWS_CLIPBOARD_CAPS | VNC_NEWS_NAME);
    vnc_news_drop(&f->news, VNC_NEWS_NAME);
    EXPECT_WRITTEN(f, TELL_BARRED);
    /* Whoever had it made ready may not want it any more. */
    g_assert_cmpuint(f->wanted, ==, 1);

    set_text(f, VNC_CLIPBOARD_OF_HOST, NULL);
    set_text(f, VNC_CLIPBOARD_OF_NOBODY, NULL);
    set_text(f, VNC_CLIPBOARD_OF_HOST, NULL);
    g_assert_false(vnc_cut_text_is_wanted(&f->text));
    vnc_cut_text_ready(&f->text);
    EXPECT_WRITTEN(f, "");

    vnc_cut_text_bar(&f->text, false);
    EXPECT_WRITTEN(f, TELL_CAPS);
    g_assert_true(vnc_cut_text_is_wanted(&f->text));
    g_assert_cmpuint(f->wanted, ==, 2);
    vnc_cut_text_ready(&f->text);
    EXPECT_WRITTEN(f, PACKED);
}

static void test_barred_plain(Fixture *f, gconstpointer row)
{
    (void)row;
    f->wishes.read.extended_clipboard = false;
    set_text(f, VNC_CLIPBOARD_OF_HOST, NULL);
    vnc_cut_text_ready(&f->text);
    vnc_cut_text_bar(&f->text, true);
    EXPECT_WRITTEN(f, "");
    vnc_cut_text_bar(&f->text, false);
    vnc_cut_text_ready(&f->text);
    EXPECT_WRITTEN(f, PLAIN);
}

static void add(const char *folder, const char *name, const void *row,
                void (*test)(Fixture *f, gconstpointer row))
{
    g_autofree char *path = g_strdup_printf("/cut-text/%s/%s", folder, name);

    g_test_add(path, Fixture, row, setup, test, teardown);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    for (unsigned i = 0; i < G_N_ELEMENTS(changes); i++) {
        add("change", changes[i].name, &changes[i], test_change);
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(messages); i++) {
        add("message", messages[i].name, &messages[i], test_message);
    }
    add("written", "replaced", NULL, test_replaced);
    add("written", "caps-meanwhile", NULL, test_caps_meanwhile);
    add("written", "not-listed-any-more", NULL, test_not_listed_any_more);
    add("written", "order", NULL, test_order);
    add("message", "request-own", NULL, test_request_own);
    add("message", "requests", NULL, test_requests);
    add("message", "caps", NULL, test_caps);
    add("message", "plain", NULL, test_given);
    add("server", "ask", NULL, test_ask);
    add("server", "refuse", NULL, test_refuse);
    add("server", "barred", NULL, test_barred);
    add("server", "barred-plain", NULL, test_barred_plain);
    return g_test_run();
}
