/*
 * Viewers that type faster than the host takes keys.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One thread. The viewers are at the other ends of socket pairs.
 */
#include "tests/lib/viewer.h"
#include "ui/client/client-private.h"
#include "ui/server/server-private.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#define ALL 1000000

typedef struct Fixture {
    VncServer *server;
    VncSurface *surface;
    int takes;      /* so many keys */
    bool no_mouse;  /* nor what is pointed at */
    unsigned keys;  /* taken */
    unsigned gone;  /* viewers */
    unsigned lines; /* of the log */
    bool meddles;   /* the host writes to viewers when it is told a line */
    GString *said;  /* what has been taken: "a" down, "A" up, "(x,y,buttons)" */
    Viewer viewers[2];
} Fixture;

static void on_key(void *host, const VncKeyEvent *event)
{
    Fixture *f = host;

    f->takes--;
    f->keys++;
    g_string_append_c(f->said,
                      event->down ? (char)event->keysym : g_ascii_toupper((char)event->keysym));
}

static void on_pointer(void *host, int x, int y, unsigned buttons)
{
    g_string_append_printf(((Fixture *)host)->said, "(%d,%d,%u)", x, y, buttons);
}

static bool on_takes_input(void *host, bool key)
{
    Fixture *f = host;

    return key ? f->takes > 0 : !f->no_mouse;
}

static void on_interval(void *host, unsigned ms)
{
    (void)host;
    (void)ms;
}

static void on_viewer(void *host, VncViewerEvent event, const VncViewerInfo *info)
{
    (void)info;
    ((Fixture *)host)->gone += event == VNC_VIEWER_DISCONNECTED;
}

static void on_log(void *host, const char *line)
{
    Fixture *f = host;

    g_test_message("%s", line);
    f->lines++;
    if (f->meddles) {
        /* Viewers are told at once that the text is gone. */
        vnc_server_set_clipboard(f->server, "text");
        vnc_server_set_clipboard(f->server, NULL);
    }
}

static const VncHostOps host_ops = {
    .key = on_key,
    .takes_input = on_takes_input,
    .pointer_absolute = on_pointer,
    .pointer_relative = on_pointer,
    .set_refresh_interval = on_interval,
    .viewer = on_viewer,
    .log = on_log,
};

static void settle(void)
{
    while (g_main_context_iteration(NULL, FALSE)) {
    }
}

static void connect_viewer(Fixture *f, Viewer *viewer, bool shared)
{
    g_autoptr(GSocket) socket = NULL;
    uint8_t answers[12 + 2 + 4 + 24];
    int fds[2];

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), ==, 0);
    socket = g_socket_new_from_fd(fds[0], NULL);
    vnc_server_add_viewer(f->server, socket, false);
    *viewer = (Viewer){.fd = fds[1]};
    g_assert_true(viewer_write(viewer, shared ? "RFB 003.008\n\1\1" : "RFB 003.008\n\1\0", 14));
    settle();
    g_assert_true(viewer_read(viewer, answers, sizeof(answers)));
    viewer->width = answers[18] << 8 | answers[19];
    viewer->height = answers[20] << 8 | answers[21];
    g_assert_true(viewer_set_encodings(viewer, 0, 1));
}

static void close_viewer(Viewer *viewer)
{
    if (viewer->fd >= 0) {
        close(viewer->fd);
        viewer->fd = -1;
    }
}

static void setup(Fixture *f, gconstpointer data)
{
    (void)data;
    f->said = g_string_new(NULL);
    f->server = vnc_server_new(&host_ops, f);
    f->surface = vnc_surface_new(100, 50);
    vnc_server_set_surface(f->server, f->surface);
    for (int i = 0; i < 2; i++) {
        connect_viewer(f, &f->viewers[i], true);
    }
}

static void teardown(Fixture *f, gconstpointer data)
{
    (void)data;
    vnc_server_free(f->server);
    vnc_surface_unref(f->surface);
    g_string_free(f->said, TRUE);
    for (int i = 0; i < 2; i++) {
        close_viewer(&f->viewers[i]);
    }
}

static void press(const Viewer *viewer, bool down, char key)
{
    uint8_t message[] = {4, down, 0, 0, 0, 0, 0, (uint8_t)key};

    g_assert_true(viewer_write((Viewer *)viewer, message, sizeof(message)));
}

static void type(const Viewer *viewer, const char *text)
{
    for (; *text; text++) {
        press(viewer, true, *text);
        press(viewer, false, *text);
    }
    settle();
}

static void point(const Viewer *viewer, uint8_t x, uint8_t y, uint8_t buttons)
{
    uint8_t message[] = {5, buttons, 0, x, 0, y};

    g_assert_true(viewer_write((Viewer *)viewer, message, sizeof(message)));
    settle();
}

/* The host takes so many keys now; what has been taken since the last call. */
static void expect(Fixture *f, int takes, const char *said)
{
    f->takes = takes;
    vnc_server_input_ready(f->server);
    settle();
    g_assert_cmpstr(f->said->str, ==, said);
    g_string_truncate(f->said, 0);
}

static void test_order(Fixture *f, gconstpointer data)
{
    Viewer *viewer = &f->viewers[0];

    (void)data;
    /* Who does not type ahead is not waited for. */
    point(viewer, 1, 1, 0);
    expect(f, 0, "(1,1,0)");
    f->takes = 1;
    type(viewer, "a");
    expect(f, 0, "a");
    /* What is pointed at waits for the keys before it; of what merely moves the last counts. */
    point(viewer, 2, 2, 0);
    point(viewer, 3, 3, 0);
    point(viewer, 3, 3, 1);
    point(viewer, 3, 3, 0);
    type(viewer, "b");
    point(viewer, 4, 4, 0);
    expect(f, 0, "");
    expect(f, 1, "A(3,3,0)(3,3,1)(3,3,0)");
    expect(f, 1, "b");
    f->no_mouse = true;
    expect(f, 1, "B");
    expect(f, 1, "");
    f->no_mouse = false;
    expect(f, 1, "(4,4,0)");
}

/* All else of what the viewer says overtakes it. */
static void test_update(Fixture *f, gconstpointer data)
{
    Viewer *viewer = &f->viewers[0];
    struct pollfd poll_viewer = {.fd = viewer->fd, .events = POLLIN};

    (void)data;
    type(viewer, "abc");
    g_assert_true(viewer_request(viewer, false));
    while (poll(&poll_viewer, 1, 1) == 0) {
        settle();
        vnc_server_refresh(f->server);
    }
    g_assert_true(viewer_read_update(viewer));
    g_assert_cmpuint(viewer->pixels, ==, 100 * 50);
    expect(f, ALL, "aAbBcC");
}

static void test_turns(Fixture *f, gconstpointer data)
{
    (void)data;
    type(&f->viewers[0], "abc");
    type(&f->viewers[1], "x");
    point(&f->viewers[1], 1, 2, 0);
    expect(f, 1, "a");
    expect(f, 1, "x");
    expect(f, 1, "A");
    expect(f, 2, "Xb(1,2,0)");
    /* One that comes later has its turn as soon. */
    type(&f->viewers[1], "y");
    expect(f, 2, "yB");
    expect(f, ALL, "YcC");
}

/* One that is too far ahead is not read from, and loses nothing; others are not held up. */
static void test_far_ahead(Fixture *f, gconstpointer data)
{
    const unsigned keys = VNC_MAX_AHEAD + 3000;
    g_autoptr(GByteArray) text = g_byte_array_new();
    VncState *vs = g_ptr_array_index(f->server->viewers, 0);

    (void)data;
    for (unsigned i = 0; i < keys; i++) {
        const uint8_t message[] = {4, 1, 0, 0, 0, 0, 0, "0123456789"[i % 10]};

        g_byte_array_append(text, message, sizeof(message));
        if (i == VNC_MAX_AHEAD || i == keys - 1) {
            g_assert_true(viewer_write(&f->viewers[0], text->data, text->len));
            g_byte_array_set_size(text, 0);
            settle();
        }
    }
    g_assert_cmpuint(vs->input.ahead.events.len, ==, VNC_MAX_AHEAD * sizeof(VncInputEvent));
    g_assert_true(vnc_ahead_is_full(&vs->input.ahead));
    type(&f->viewers[1], "x");
    expect(f, 1, "0");
    expect(f, 1, "x");
    f->takes = ALL;
    vnc_server_input_ready(f->server);
    /* Not all at once. */
    g_main_context_iteration(NULL, FALSE);
    g_assert_cmpuint(f->keys, >, 2);
    g_assert_cmpuint(f->keys, <, 1000);
    settle();
    g_assert_cmpuint(f->keys, ==, keys + 2);
    g_assert_cmpuint(vs->input.ahead.events.len, ==, 0);
    g_assert_false(vnc_ahead_is_full(&vs->input.ahead));
    for (unsigned i = 1, at = 0; i < keys; i++, at++) {
        at += f->said->str[at] == 'X';
        g_assert_cmpint(f->said->str[at], ==, "0123456789"[i % 10]);
    }
}

/* What has been pointed at meanwhile is no more work for one iteration than keys are. */
static void test_pointed_far_ahead(Fixture *f, gconstpointer data)
{
    const unsigned events = 4000;
    g_autoptr(GByteArray) text = g_byte_array_new();

    (void)data;
    press(&f->viewers[0], true, 'a');
    for (unsigned i = 0; i < events; i++) {
        const uint8_t message[] = {5, i % 2, 0, 1, 0, 1};

        g_byte_array_append(text, message, sizeof(message));
    }
    g_assert_true(viewer_write(&f->viewers[0], text->data, text->len));
    settle();
    g_assert_cmpuint(f->said->len, ==, 0);
    f->takes = ALL;
    vnc_server_input_ready(f->server);
    g_main_context_iteration(NULL, FALSE);
    g_assert_cmpuint(f->said->len, >, 1);
    g_assert_cmpuint(f->said->len, <, 500 * strlen("(1,1,0)"));
    settle();
    g_assert_cmpuint(f->said->len, ==, 1 + events * strlen("(1,1,0)"));
}

/* So much that it takes some turns to understand, by a tool that reads no answer and hangs up. */
static void test_leaves_at_once(Fixture *f, gconstpointer data)
{
    static const uint8_t encodings[] = {2, 0, 0, 1, 0xff, 0xff, 0xfe, 0xfe}; /* acknowledged */
    const unsigned keys = 4000;
    g_autoptr(GByteArray) text = g_byte_array_new();

    (void)data;
    g_byte_array_append(text, encodings, sizeof(encodings));
    for (unsigned i = 0; i < keys; i++) {
        const uint8_t message[] = {4, 1, 0, 0, 0, 0, 0, 'a'};

        g_byte_array_append(text, message, sizeof(message));
    }
    f->takes = ALL;
    g_assert_true(viewer_write(&f->viewers[0], text->data, text->len));
    close_viewer(&f->viewers[0]);
    settle();
    g_assert_cmpuint(f->keys, >=, keys);
    g_assert_cmpuint(f->gone, ==, 1);
}

/* A tool types, and hangs up. */
static void test_leaves(Fixture *f, gconstpointer data)
{
    VncRect all = {0, 0, 100, 50};

    (void)data;
    press(&f->viewers[0], true, 's');
    type(&f->viewers[0], "abc");
    g_assert_true(viewer_request(&f->viewers[0], true));
    settle();
    close_viewer(&f->viewers[0]);
    settle();
    memset(f->surface->data, 0x55, 100 * 4);
    vnc_server_damage(f->server, &all);
    vnc_server_refresh(f->server);
    vnc_server_set_name(f->server, "another");
    settle();
    g_assert_cmpuint(f->gone, ==, 0);
    expect(f, 3, "saA");
    g_assert_cmpuint(f->gone, ==, 0);
    /* What it held is let go. */
    expect(f, ALL, "bBcCS");
    g_assert_cmpuint(f->gone, ==, 1);
}

/* A tool that wanted to be alone keeps nobody out once it has hung up. */
static void test_left_alone(Fixture *f, gconstpointer data)
{
    (void)data;
    close_viewer(&f->viewers[0]);
    close_viewer(&f->viewers[1]);
    connect_viewer(f, &f->viewers[0], false);
    type(&f->viewers[0], "ab");
    close_viewer(&f->viewers[0]);
    settle();
    connect_viewer(f, &f->viewers[1], true);
    expect(f, ALL, "aAbB");
    g_assert_cmpuint(f->gone, ==, 3);
}

/* That a viewer is gone is said once, also to a host that has something sent to it then. */
static void test_said_once(Fixture *f, gconstpointer data)
{
    static const uint8_t extended_clipboard[] = {2, 0, 0, 1, 0xc0, 0xa1, 0xe5, 0xce};

    (void)data;
    g_assert_true(viewer_write(&f->viewers[0], extended_clipboard, sizeof(extended_clipboard)));
    type(&f->viewers[0], "a");
    close_viewer(&f->viewers[0]);
    vnc_server_set_clipboard(f->server, "text");
    f->meddles = true;
    vnc_server_set_clipboard(f->server, NULL);
    settle();
    g_assert_cmpuint(f->lines, ==, 1);
    g_assert_cmpuint(f->gone, ==, 0);
    expect(f, ALL, "aA");
    g_assert_cmpuint(f->lines, ==, 1);
    g_assert_cmpuint(f->gone, ==, 1);
}

/* One that is shown the door types no more. */
static void test_dropped(Fixture *f, gconstpointer data)
{
    (void)data;
    f->takes = 1;
    press(&f->viewers[0], true, 's');
    type(&f->viewers[0], "abc");
    expect(f, 0, "s");
    vnc_state_disconnect(g_ptr_array_index(f->server->viewers, 0), "not welcome");
    expect(f, ALL, "S");
    g_assert_cmpuint(f->gone, ==, 1);
}

/* One that may only look from now on types no more, either. */
static void test_view_only(Fixture *f, gconstpointer data)
{
    g_autoptr(VncOptions) options = vnc_options_parse("none,view-only", NULL);

    (void)data;
    f->takes = 1;
    press(&f->viewers[0], true, 's');
    type(&f->viewers[0], "abc");
    point(&f->viewers[0], 1, 1, 1);
    expect(f, 0, "s");
    g_assert_true(vnc_server_open(f->server, options, NULL));
    expect(f, ALL, "S");
    g_assert_false(vnc_state_is_ahead(g_ptr_array_index(f->server->viewers, 0)));
    g_assert_cmpuint(f->gone, ==, 0);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*test)(Fixture *f, gconstpointer data);
    } tests[] = {
        {"/ahead/order", test_order},
        {"/ahead/update", test_update},
        {"/ahead/turns", test_turns},
        {"/ahead/far", test_far_ahead},
        {"/ahead/pointed-far", test_pointed_far_ahead},
        {"/ahead/leaves-at-once", test_leaves_at_once},
        {"/ahead/leaves", test_leaves},
        {"/ahead/dropped", test_dropped},
        {"/ahead/view-only", test_view_only},
        {"/ahead/said-once", test_said_once},
        {"/ahead/left-alone", test_left_alone},
    };

    g_test_init(&argc, &argv, NULL);
    for (unsigned i = 0; i < G_N_ELEMENTS(tests); i++) {
        g_test_add(tests[i].name, Fixture, NULL, setup, tests[i].test, teardown);
    }
    return g_test_run();
}
