/*
 * Keys and pointer of one viewer: which events the host gets, and which wait until the host takes
 * more.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One thread; no server, no stream. The test plays the host and sets the clock.
 */
#include "tests/lib/rows.h"
#include "ui/client/input.h"

#define ORIGIN 0x7fff /* distances are counted from here */

typedef struct Fixture {
    VncScreen screen;
    VncClientContext context;
    VncInput input;
    GString
        *said; /* "+KEYSYM.KEYCODE " pressed, "-..." let go, "(X,Y,BUTTONS)", "[DX,DY,BUTTONS]" */
    int keys;  /* so many more are taken */
    bool no_pointer;     /* is taken */
    bool bars;           /* whoever asks whether something is taken is barred */
    unsigned active;     /* calls */
    unsigned leds_known; /* keys with this flag */
} Fixture;

static void on_key(void *host, const VncKeyEvent *event)
{
    Fixture *f = host;

    f->keys--;
    f->leds_known += event->leds_known;
    g_string_append_printf(f->said, "%c%x.%x ", event->down ? '+' : '-', event->keysym,
                           event->keycode);
}

static void on_absolute(void *host, int x, int y, unsigned buttons)
{
    g_string_append_printf(((Fixture *)host)->said, "(%d,%d,%u)", x, y, buttons);
}

static void on_relative(void *host, int dx, int dy, unsigned buttons)
{
    g_string_append_printf(((Fixture *)host)->said, "[%d,%d,%u]", dx, dy, buttons);
}

static bool on_takes_input(void *host, bool key)
{
    Fixture *f = host;

    f->input.barred |= f->bars;
    return key ? f->keys > 0 : !f->no_pointer;
}

static void on_active(void *server)
{
    ((Fixture *)server)->active++;
}

static const VncHostOps host_ops = {
    .key = on_key,
    .pointer_absolute = on_absolute,
    .pointer_relative = on_relative,
    .takes_input = on_takes_input,
};
static const VncClientOps client_ops = {.active = on_active};

static void set_screen(Fixture *f, int width, int height)
{
    vnc_surface_unref(f->screen.surface);
    f->screen.surface = vnc_surface_new(width, height);
}

static void setup(Fixture *f, gconstpointer data)
{
    (void)data;
    *f = (Fixture){.said = g_string_new(NULL), .keys = 1000};
    f->screen.absolute = true;
    f->screen.pointer_x = f->screen.pointer_y = -1;
    set_screen(f, 100, 50);
    f->context = (VncClientContext){
        .ops = &client_ops,
        .server = f,
        .screen = &f->screen,
        .host_ops = &host_ops,
        .host = f,
    };
    vnc_input_init(&f->input, &f->context);
}

static void teardown(Fixture *f, gconstpointer data)
{
    (void)data;
    vnc_input_clear(&f->input);
    vnc_surface_unref(f->screen.surface);
    g_string_free(f->said, TRUE);
}

static void renew(Fixture *f)
{
    teardown(f, NULL);
    setup(f, NULL);
}

static void expect(Fixture *f, const char *said)
{
    g_assert_cmpstr(f->said->str, ==, said);
    g_string_truncate(f->said, 0);
}

static void type(Fixture *f, bool down, uint32_t keysym, uint32_t keycode)
{
    VncInputEvent event = {.is_key = true, .down = down, .keysym = keysym, .keycode = keycode};

    vnc_input_take(&f->input, &event);
}

static void point(Fixture *f, int x, int y, unsigned buttons)
{
    VncInputEvent event = {.x = x, .y = y, .buttons = buttons};

    vnc_input_take(&f->input, &event);
}

static void test_events(Fixture *f, gconstpointer data)
{
    static const struct {
        const char *name;
        uint32_t sent, keycode;
    } cases[] = {{"none", 0, 0},
                 {"plain", 30, 30},
                 {"last", 255, 255},
                 {"too long", 256, 0},
                 {"far too long", UINT32_MAX, 0}};
    VncMessage message = {.kind = VNC_MESSAGE_POINTER,
                          .pointer = {.x = 1, .y = 2, .buttons = 0x1ff}};
    VncInputEvent event = vnc_input_event(&message);

    (void)f;
    (void)data;
    g_assert_false(event.is_key);
    g_assert_cmpuint(event.x, ==, 1);
    g_assert_cmpuint(event.y, ==, 2);
    g_assert_cmpuint(event.buttons, ==, 0x1ff);
    FOR_ROWS (i, cases) {
        g_test_message("%s", cases[i].name);
        message = (VncMessage){.kind = VNC_MESSAGE_KEY,
                               .key = {.down = i % 2, .keysym = 0x61, .keycode = cases[i].sent}};
        event = vnc_input_event(&message);
        g_assert_true(event.is_key);
        g_assert_true(event.down == i % 2);
        g_assert_cmpuint(event.keysym, ==, 0x61);
        g_assert_cmpuint(event.keycode, ==, cases[i].keycode);
    }
}

/* --- keys --- */

static void test_held(Fixture *f, gconstpointer data)
{
    static const struct {
        const char *name;
        struct {
            bool down;
            uint32_t keysym, keycode;
        } keys[6]; /* up to one without a keysym */
        const char *said, *released;
    } cases[] = {
        {"one", {{true, 0x61, 30}}, "+61.1e ", "-61.1e "},
        {"let go", {{true, 0x61, 30}, {false, 0x61, 30}}, "+61.1e -61.1e ", ""},
        {"by keysym", {{true, 0x61, 0}, {false, 0x61, 0}}, "+61.0 -61.0 ", ""},
        {"another keysym", {{true, 0x61, 0}, {false, 0x41, 0}}, "+61.0 -41.0 ", "-61.0 "},
        {"another keysym, same code", {{true, 0x61, 30}, {false, 0x41, 30}}, "+61.1e -41.1e ", ""},
        {"another code", {{true, 0x61, 30}, {false, 0x61, 31}}, "+61.1e -61.1f ", "-61.1e "},
        {"without its code", {{true, 0x61, 30}, {false, 0x61, 0}}, "+61.1e -61.0 ", "-61.1e "},
        {"with a code suddenly", {{true, 0x61, 0}, {false, 0x61, 30}}, "+61.0 -61.1e ", "-61.0 "},
        {"repeated", {{true, 0x61, 30}, {true, 0x61, 30}}, "+61.1e +61.1e ", "-61.1e "},
        {"let go only", {{false, 0x61, 30}}, "-61.1e ", ""},
        {"two", {{true, 0xffe1, 0}, {true, 0x61, 0}}, "+ffe1.0 +61.0 ", "-61.0 -ffe1.0 "},
        {"the first of three let go",
         {{true, 1, 0}, {true, 2, 0}, {true, 3, 0}, {false, 1, 0}},
         "+1.0 +2.0 +3.0 -1.0 ",
         "-2.0 -3.0 "},
    };

    (void)data;
    FOR_ROWS (i, cases) {
        unsigned n = 0;

        g_test_message("%s", cases[i].name);
        for (; cases[i].keys[n].keysym; n++) {
            type(f, cases[i].keys[n].down, cases[i].keys[n].keysym, cases[i].keys[n].keycode);
        }
        expect(f, cases[i].said);
        g_assert_cmpuint(f->active, ==, n);
        vnc_input_release(&f->input);
        expect(f, cases[i].released);
        vnc_input_release(&f->input);
        expect(f, "");
        renew(f);
    }
}

/* More than anybody has fingers are passed on all the same. */
static void test_many_held(Fixture *f, gconstpointer data)
{
    (void)data;
    for (unsigned i = 1; i <= VNC_MAX_HELD_KEYS + 6; i++) {
        g_autofree char *said = g_strdup_printf("+%x.0 ", i);

        type(f, true, i, 0);
        expect(f, said);
    }
    /* One that is not remembered changes nothing when it is let go; another makes room. */
    type(f, false, VNC_MAX_HELD_KEYS + 1, 0);
    type(f, false, 1, 0);
    type(f, true, 0xfff, 0);
    expect(f, "-41.0 -1.0 +fff.0 ");
    f->keys = VNC_MAX_HELD_KEYS;
    vnc_input_release(&f->input);
    g_assert_cmpint(f->keys, ==, 0);
    g_assert_true(g_str_has_prefix(f->said->str, "-fff.0 -3f.0 "));
}

static void test_leds(Fixture *f, gconstpointer data)
{
    (void)data;
    type(f, true, 0x61, 0);
    g_assert_cmpuint(f->leds_known, ==, 0);
    f->input.knows_leds = true;
    type(f, false, 0x61, 0);
    g_assert_cmpuint(f->leds_known, ==, 1);
}

/* --- pointer --- */

static void test_pointer(Fixture *f, gconstpointer data)
{
    static const struct {
        const char *name;
        bool absolute;                  /* the guest's */
        bool knows_type, told_absolute; /* the viewer */
        struct {
            int x, y;
            unsigned buttons;
        } events[3];
        unsigned n;
        const char *said;
    } cases[] = {
        {"position", true, false, true, {{1, 2, 0}, {3, 4, 5}}, 2, "(1,2,0)(3,4,5)"},
        {"outside", true, false, true, {{100, 50, 1}, {65535, 0, 0}}, 2, "(99,49,1)(99,0,0)"},
        {"outside, for a mouse",
         false,
         false,
         true,
         {{200, 300, 0}, {99, 49, 0}, {300, 48, 0}},
         3,
         "[0,0,0][0,0,0][0,-1,0]"},
        {"position for a mouse",
         false,
         false,
         true,
         {{10, 10, 0}, {13, 8, 1}, {0, 49, 0}},
         3,
         "[0,0,0][3,-2,1][-13,41,0]"},
        {"distance for a mouse",
         false,
         true,
         false,
         {{ORIGIN + 3, ORIGIN - 2, 1}, {ORIGIN, ORIGIN + 1, 0}},
         2,
         "[3,-2,1][0,1,0]"},
        {"distance, and no position yet", true, true, false, {{ORIGIN + 3, ORIGIN, 1}}, 1, ""},
        {"distance after a position",
         true,
         true,
         false,
         {{10, 20, 0}, {ORIGIN + 3, ORIGIN, 1}},
         2,
         "(10,20,0)(10,20,1)"},
        {"like a distance, of one who knows none",
         true,
         false,
         true,
         {{ORIGIN + 3, ORIGIN, 1}},
         1,
         "(99,49,1)"},
        {"position, late, for a mouse",
         false,
         true,
         false,
         {{20, 20, 0}, {25, 20, 0}},
         2,
         "[0,0,0][5,0,0]"},
        {"distance, late, for a tablet",
         true,
         true,
         true,
         {{5, 5, 0}, {ORIGIN + 3, ORIGIN, 2}},
         2,
         "(5,5,0)(5,5,2)"},
        {"a long distance", false, true, false, {{VNC_MAX_SIDE, 20, 0}}, 1, "[-24575,-32747,0]"},
        {"a far position", true, true, true, {{VNC_MAX_SIDE, 20, 0}}, 1, "(99,20,0)"},
        {"nearly as far as a screen",
         false,
         true,
         true,
         {{ORIGIN - 8191, ORIGIN + 8191, 0}},
         1,
         "[-8191,8191,0]"},
        {"as far as a screen", false, true, true, {{ORIGIN - 8192, ORIGIN, 0}}, 1, "[0,0,0]"},
    };

    (void)data;
    FOR_ROWS (i, cases) {
        g_test_message("%s", cases[i].name);
        f->screen.absolute = cases[i].absolute;
        f->input.knows_pointer_type = cases[i].knows_type;
        f->input.told_absolute = cases[i].told_absolute;
        g_assert_true(vnc_input_is_relative(&f->input) ==
                      (cases[i].knows_type && !cases[i].told_absolute));
        for (unsigned j = 0; j < cases[i].n; j++) {
            point(f, cases[i].events[j].x, cases[i].events[j].y, cases[i].events[j].buttons);
        }
        expect(f, cases[i].said);
        renew(f);
    }
}

static void test_buttons(Fixture *f, gconstpointer data)
{
    (void)data;
    point(f, 90, 40, 0);
    expect(f, "(90,40,0)");
    vnc_input_release(&f->input);
    expect(f, "");
    /* Where it points, on a screen that has shrunk since. */
    point(f, 90, 40, 5);
    set_screen(f, 50, 20);
    g_string_truncate(f->said, 0);
    vnc_input_release(&f->input);
    expect(f, "(49,19,0)");
    vnc_input_release(&f->input);
    expect(f, "");
    /* It points nowhere any more. */
    point(f, 1, 1, 1);
    vnc_input_forget_position(&f->input);
    g_string_truncate(f->said, 0);
    vnc_input_release(&f->input);
    expect(f, "[0,0,0]");
    f->screen.absolute = false;
    point(f, 1, 1, 1);
    point(f, 2, 1, 1);
    expect(f, "[0,0,1][1,0,1]");
    vnc_input_release(&f->input);
    expect(f, "[0,0,0]");
}

/* --- the guest's pointer --- */

static void guest_points(Fixture *f, int x, int y)
{
    f->screen.pointer_x = x;
    f->screen.pointer_y = y;
    f->input.guest_pointed = true;
}

static void test_follow(Fixture *f, gconstpointer data)
{
    const int64_t now = 5000000;

    (void)data;
    g_assert_false(vnc_input_follow(&f->input, now));
    guest_points(f, 10, 20);
    g_assert_true(vnc_input_follow(&f->input, now));
    g_assert_false(vnc_input_follow(&f->input, now));
    guest_points(f, -1, -1);
    g_assert_false(vnc_input_follow(&f->input, now));
    /* What comes soon after the viewer has pointed comes of that. */
    point(f, 30, 30, 0);
    guest_points(f, 31, 30);
    g_assert_false(vnc_input_follow(&f->input, now));
    g_assert_false(vnc_input_follow(&f->input, now + VNC_POINTER_ECHO_US - 1));
    g_assert_true(vnc_input_follow(&f->input, now + VNC_POINTER_ECHO_US));
    /* It counts from the last time. */
    point(f, 30, 30, 0);
    vnc_input_follow(&f->input, now);
    point(f, 30, 30, 0);
    vnc_input_follow(&f->input, now + 1000);
    guest_points(f, 31, 30);
    g_assert_false(vnc_input_follow(&f->input, now + VNC_POINTER_ECHO_US));
    g_assert_true(vnc_input_follow(&f->input, now + 1000 + VNC_POINTER_ECHO_US));
    /* Where the viewer points anyway is no news. */
    guest_points(f, 30, 30);
    g_assert_false(vnc_input_follow(&f->input, now + G_USEC_PER_SEC));
    guest_points(f, -1, -1);
    g_assert_false(vnc_input_follow(&f->input, now + G_USEC_PER_SEC));
    /* One that sends distances does not know where the pointer is. */
    f->input.knows_pointer_type = true;
    f->input.told_absolute = false;
    point(f, ORIGIN, ORIGIN, 0);
    guest_points(f, 30, 30);
    g_assert_true(vnc_input_follow(&f->input, now));
}

static void test_tell(Fixture *f, gconstpointer data)
{
    int x, y;

    (void)data;
    guest_points(f, 10, 20);
    g_assert_true(vnc_input_follow(&f->input, 0));
    g_assert_true(vnc_input_tell_position(&f->input, &x, &y));
    g_assert_cmpint(x, ==, 10);
    g_assert_cmpint(y, ==, 20);
    /* The viewer's pointer is there now. */
    guest_points(f, 10, 20);
    g_assert_false(vnc_input_follow(&f->input, 0));
    f->screen.absolute = false;
    point(f, 12, 20, 0);
    expect(f, "[2,0,0]");
    /* It has pointed elsewhere meanwhile: later. */
    guest_points(f, 500, 500);
    vnc_input_follow(&f->input, 0);
    g_assert_true(vnc_input_follow(&f->input, VNC_POINTER_ECHO_US));
    point(f, 13, 20, 0);
    g_assert_false(vnc_input_tell_position(&f->input, &x, &y));
    g_assert_false(vnc_input_follow(&f->input, 0));
    g_assert_true(vnc_input_follow(&f->input, VNC_POINTER_ECHO_US));
    g_assert_true(vnc_input_tell_position(&f->input, &x, &y));
    g_assert_cmpint(x, ==, 99);
    g_assert_cmpint(y, ==, 49);
    /* Distances are told at once, and are counted from nowhere. */
    f->input.knows_pointer_type = true;
    f->input.told_absolute = false;
    point(f, ORIGIN + 1, ORIGIN, 0);
    g_assert_true(vnc_input_tell_position(&f->input, &x, &y));
    g_assert_cmpint(f->input.pointer_x, ==, 99);
}

/* --- what waits --- */

static void pass_all(Fixture *f)
{
    while (vnc_input_pass_ahead(&f->input) > 0) {
    }
}

/* Whatever the host does not take, the order stays. */
static void test_order(Fixture *f, gconstpointer data)
{
    (void)data;
    f->keys = 0;
    point(f, 1, 1, 0);
    expect(f, "(1,1,0)");
    type(f, true, 1, 0);
    point(f, 2, 2, 0);
    type(f, false, 1, 0);
    expect(f, "");
    g_assert_cmpuint(vnc_input_pass_ahead(&f->input), ==, 0);
    f->keys = 1;
    pass_all(f);
    expect(f, "+1.0 (2,2,0)");
    f->keys = 1000;
    f->no_pointer = true;
    point(f, 3, 3, 1);
    type(f, true, 2, 0);
    /* One key at a time. */
    g_assert_cmpuint(vnc_input_pass_ahead(&f->input), ==, 1);
    expect(f, "-1.0 ");
    g_assert_cmpuint(vnc_input_pass_ahead(&f->input), ==, 0);
    f->no_pointer = false;
    g_assert_cmpuint(vnc_input_pass_ahead(&f->input), ==, 2);
    expect(f, "(3,3,1)+2.0 ");
    g_assert_true(vnc_ahead_is_empty(&f->input.ahead));
    g_assert_cmpuint(f->active, ==, 6);
    f->keys = 0;
    type(f, false, 2, 0);
    type(f, true, 3, 0);
    f->keys = 2;
    g_assert_cmpuint(vnc_input_pass_ahead(&f->input), ==, 1);
    expect(f, "-2.0 ");
    g_assert_cmpuint(vnc_input_pass_ahead(&f->input), ==, 1);
    expect(f, "+3.0 ");
    f->keys = 1;
    type(f, false, 3, 0);
    expect(f, "-3.0 ");
}

static void test_portions(Fixture *f, gconstpointer data)
{
    (void)data;
    f->no_pointer = true;
    for (int i = 0; i < 40; i++) {
        point(f, i, i, i % 2);
    }
    f->no_pointer = false;
    g_assert_cmpuint(vnc_input_pass_ahead(&f->input), ==, 32);
    g_assert_cmpuint(vnc_input_pass_ahead(&f->input), ==, 8);
    g_assert_cmpuint(vnc_input_pass_ahead(&f->input), ==, 0);
    g_assert_true(g_str_has_suffix(f->said->str, "(38,38,0)(39,39,1)"));
}

static void test_coalesced(Fixture *f, gconstpointer data)
{
    static const VncInputEvent here = {.x = 1, .y = 1}, there = {.x = 2, .y = 2},
                               pressed = {.x = 2, .y = 2, .buttons = 1}, key = {.is_key = true},
                               distance = {.x = ORIGIN, .y = ORIGIN},
                               half = {.x = 1, .y = VNC_MAX_SIDE},
                               other_half = {.x = VNC_MAX_SIDE, .y = 1};
    static const struct {
        const char *name;
        const VncInputEvent *first, *second;
        bool one; /* only the second is left */
    } cases[] = {
        {"moved", &here, &there, true},
        {"pressed", &here, &pressed, false},
        {"let go", &pressed, &there, false},
        {"drawn", &pressed, &pressed, true},
        {"keys", &key, &key, false},
        {"moved and key", &here, &key, false},
        {"key and moved", &key, &here, false},
        {"distances", &distance, &distance, false},
        {"distance", &here, &distance, false},
        {"after a distance", &distance, &here, false},
        {"half a distance", &half, &half, false},
        {"the other half", &other_half, &other_half, false},
    };

    (void)f;
    (void)data;
    FOR_ROWS (i, cases) {
        VncAhead ahead;
        VncInputEvent left;

        g_test_message("%s", cases[i].name);
        vnc_ahead_init(&ahead);
        vnc_ahead_add(&ahead, cases[i].first);
        vnc_ahead_add(&ahead, cases[i].second);
        if (!cases[i].one) {
            left = vnc_ahead_first(&ahead);
            g_assert_cmpmem(&left, sizeof(left), cases[i].first, sizeof(left));
            vnc_ahead_drop_first(&ahead);
        }
        left = vnc_ahead_first(&ahead);
        g_assert_cmpmem(&left, sizeof(left), cases[i].second, sizeof(left));
        vnc_ahead_drop_first(&ahead);
        g_assert_true(vnc_ahead_is_empty(&ahead));
        vnc_ahead_clear(&ahead);
    }
}

static void test_bound(Fixture *f, gconstpointer data)
{
    (void)data;
    f->keys = 0;
    for (unsigned i = 0; i < VNC_MAX_AHEAD; i++) {
        g_assert_false(vnc_ahead_is_full(&f->input.ahead));
        type(f, true, 1, 0);
    }
    g_assert_true(vnc_ahead_is_full(&f->input.ahead));
    f->keys = 1;
    vnc_input_pass_ahead(&f->input);
    g_assert_false(vnc_ahead_is_full(&f->input.ahead));
}

/* One that may not touch: nothing is passed on, not even what has waited or is asked about. */
static void test_barred(Fixture *f, gconstpointer data)
{
    (void)data;
    f->keys = 0;
    type(f, true, 1, 0);
    point(f, 1, 1, 1);
    f->keys = 1000;
    f->input.barred = true;
    pass_all(f);
    type(f, true, 2, 0);
    point(f, 2, 2, 2);
    vnc_input_release(&f->input);
    expect(f, "");
    g_assert_true(vnc_ahead_is_empty(&f->input.ahead));
    g_assert_cmpuint(f->active, ==, 0);
    f->input.barred = false;
    f->bars = true;
    type(f, true, 3, 0);
    expect(f, "");
    g_assert_cmpuint(f->input.n_held, ==, 0);
    /* What it holds is released all the same. */
    f->input.barred = f->bars = false;
    type(f, true, 4, 0);
    f->input.barred = true;
    vnc_input_release(&f->input);
    expect(f, "+4.0 -4.0 ");
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*test)(Fixture *f, gconstpointer data);
    } tests[] = {
        {"/input/events", test_events},       {"/input/held", test_held},
        {"/input/many-held", test_many_held}, {"/input/leds", test_leds},
        {"/input/pointer", test_pointer},     {"/input/buttons", test_buttons},
        {"/input/follow", test_follow},       {"/input/tell", test_tell},
        {"/input/order", test_order},         {"/input/portions", test_portions},
        {"/input/coalesced", test_coalesced}, {"/input/bound", test_bound},
        {"/input/barred", test_barred},
    };

    g_test_init(&argc, &argv, NULL);
    for (unsigned i = 0; i < G_N_ELEMENTS(tests); i++) {
        g_test_add(tests[i].name, Fixture, NULL, setup, tests[i].test, teardown);
    }
    return g_test_run();
}
