/*
 * The server as its host sees it: when the server wants to be called, and what a refresh sends.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One thread, a clock that the test sets, and a viewer at the other end of a socket pair.
 */
#include "tests/lib/worker-part.h"
#include "tests/lib/viewer.h"
#include "tests/lib/rows.h"
#include "ui/client/client-private.h"
#include "ui/server/server-private.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

typedef struct Fixture {
    VncServer *server;
    VncSurface *surface;
    int64_t now;        /* of the server's clock, us */
    unsigned interval;  /* as last asked for, ms */
    unsigned keys_down; /* key presses less releases */
    int pointer_x, pointer_y;
    unsigned buttons;
    GString *log;
    unsigned resets;
    bool no_power; /* the machine cannot do it */
    int listeners; /* starts less stops */
    uint64_t listener;
    Viewer viewer;
} Fixture;

static void on_key(void *host, const VncKeyEvent *event)
{
    ((Fixture *)host)->keys_down += event->down ? 1 : -1;
}

static void on_position(void *host, int x, int y, unsigned buttons)
{
    Fixture *f = host;

    g_assert(x >= 0 && x < f->surface->width && y >= 0 && y < f->surface->height);
    f->pointer_x = x;
    f->pointer_y = y;
    f->buttons = buttons;
}

static void on_distance(void *host, int dx, int dy, unsigned buttons)
{
    (void)dx;
    (void)dy;
    ((Fixture *)host)->buttons = buttons;
}

static void on_interval(void *host, unsigned ms)
{
    ((Fixture *)host)->interval = ms;
}

static void on_log(void *host, const char *line)
{
    g_string_append_printf(((Fixture *)host)->log, "%s\n", line);
}

static bool on_power(void *host, VncPowerAction action)
{
    ((Fixture *)host)->resets += action == VNC_POWER_RESET;
    return !((Fixture *)host)->no_power;
}

static void on_audio_start(void *host, uint64_t viewer, const VncAudioFormat *format)
{
    g_assert_cmpuint(vnc_audio_frame_size(format), ==, 1);
    ((Fixture *)host)->listeners++;
    ((Fixture *)host)->listener = viewer;
}

static void on_audio_stop(void *host, uint64_t viewer)
{
    g_assert_cmpuint(viewer, ==, ((Fixture *)host)->listener);
    ((Fixture *)host)->listeners--;
}

static const VncHostOps host_ops = {
    .key = on_key,
    .pointer_absolute = on_position,
    .pointer_relative = on_distance,
    .set_refresh_interval = on_interval,
    .power = on_power,
    .audio_start = on_audio_start,
    .audio_stop = on_audio_stop,
    .log = on_log,
};

static int64_t fixture_now(void *data)
{
    return ((Fixture *)data)->now;
}

static void paint(Fixture *f, int x, int y, uint32_t colour)
{
    uint32_t *row = (uint32_t *)(void *)(f->surface->data + y * f->surface->stride);
    VncRect rect = {x, y, 1, 1};

    row[x] = colour;
    vnc_server_damage(f->server, &rect);
}

static void setup(Fixture *f, gconstpointer data)
{
    (void)data;
    f->now = 1;
    f->log = g_string_new(NULL);
    f->server = vnc_server_new(&host_ops, f);
    f->server->clock = (VncClock){fixture_now, f};
    f->surface = vnc_surface_new(150, 100);
    vnc_server_set_surface(f->server, f->surface);
    f->viewer = (Viewer){.fd = -1};
}

static void teardown(Fixture *f, gconstpointer data)
{
    (void)data;
    vnc_server_free(f->server);
    vnc_surface_unref(f->surface);
    g_string_free(f->log, TRUE);
    if (f->viewer.fd >= 0) {
        close(f->viewer.fd);
    }
}

static bool readable(Fixture *f)
{
    struct pollfd fd = {.fd = f->viewer.fd, .events = POLLIN};

    return poll(&fd, 1, 0) == 1;
}

/* Turn the main loop until the viewer has something to read. */
static void pump_until_readable(Fixture *f)
{
    while (!readable(f)) {
        g_main_context_iteration(NULL, FALSE);
        g_thread_yield();
    }
}

static bool is_idle(Fixture *f)
{
    for (unsigned i = 0; i < f->server->viewers->len; i++) {
        VncState *vs = g_ptr_array_index(f->server->viewers, i);
        VncJobOwner *owner = (VncJobOwner *)vs;
        unsigned in_flight;

        vnc_lock_queue(f->server->queue);
        in_flight = owner->in_flight;
        vnc_unlock_queue(f->server->queue);
        if (in_flight > 0) {
            return false;
        }
    }
    return !g_main_context_pending(NULL);
}

/* Turn the main loop until all that was sent has been handled, and no job is left. */
static void settle(Fixture *f)
{
    do {
        while (g_main_context_iteration(NULL, FALSE)) {
        }
    } while (!is_idle(f));
}

static bool open_at(Fixture *f, const char *text)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(VncOptions) options = vnc_options_parse(text, &error);

    g_assert_no_error(error);
    return vnc_server_open(f->server, options, &error);
}

static void connect_viewer(Fixture *f)
{
    g_autoptr(GSocket) socket = NULL;
    uint8_t answers[12 + 2 + 4 + 24];
    int fds[2];

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), ==, 0);
    socket = g_socket_new_from_fd(fds[0], NULL);
    vnc_server_add_viewer(f->server, socket, false);
    f->viewer = (Viewer){.fd = fds[1]};
    g_assert_true(viewer_write(&f->viewer, "RFB 003.008\n\1\1", 14));
    settle(f);
    g_assert_true(viewer_read(&f->viewer, answers, sizeof(answers)));
    f->viewer.width = answers[18] << 8 | answers[19];
    f->viewer.height = answers[20] << 8 | answers[21];
    g_assert_true(viewer_set_encodings(&f->viewer, 0, 1));
}

/* An update, and how many pixels it had. */
static uint64_t read_update(Fixture *f)
{
    uint64_t before = f->viewer.pixels;

    pump_until_readable(f);
    g_assert_true(viewer_read_update(&f->viewer));
    settle(f);
    return f->viewer.pixels - before;
}

static void request(Fixture *f, bool incremental)
{
    g_assert_true(viewer_request(&f->viewer, incremental));
    settle(f);
}

static void refresh(Fixture *f)
{
    vnc_server_refresh(f->server);
    settle(f);
}

/* Nobody watches: no polling. */
static void test_unwatched(Fixture *f, gconstpointer data)
{
    (void)data;
    g_assert_cmpuint(f->interval, ==, 0);
    g_assert_false(vnc_server_watched(f->server));
    connect_viewer(f);
    g_assert_true(vnc_server_watched(f->server));
    g_assert_cmpuint(f->interval, ==, VNC_REFRESH_KEEN_MS);
    close(f->viewer.fd);
    f->viewer.fd = -1;
    settle(f);
    g_assert_false(vnc_server_watched(f->server));
    g_assert_cmpuint(f->interval, ==, 0);
}

/* A rest after a change, then looks that get rarer the longer nothing happens. */
static void test_pace(Fixture *f, gconstpointer data)
{
    static const uint8_t key[] = {4, 1, 0, 0, 0, 0, 0, 'a'};
    int64_t changed;
    unsigned before;

    (void)data;
    connect_viewer(f);
    request(f, false);
    paint(f, 1, 1, 0xffffff);
    refresh(f);
    g_assert_cmpuint(read_update(f), ==, 150 * 100);
    request(f, true);
    g_assert_cmpuint(f->interval, ==, VNC_REFRESH_REST_MS);

    changed = f->now;
    before = VNC_REFRESH_KEEN_MS;
    f->now += VNC_REFRESH_REST_MS * 1000;
    for (int i = 0; i < 100; i++) {
        refresh(f);
        g_assert_cmpuint(f->interval, >=, before);
        g_assert_cmpuint(f->interval, <=,
                         MAX(VNC_REFRESH_KEEN_MS, (f->now - changed) / 1000 / VNC_REFRESH_PART));
        before = f->interval;
        f->now += f->interval * 1000;
    }
    g_assert_cmpuint(f->interval, ==, VNC_REFRESH_SLOW_MS);
    f->now += INT64_C(3600) * G_USEC_PER_SEC;
    refresh(f);
    g_assert_cmpuint(f->interval, ==, VNC_REFRESH_SLOW_MS);

    /* The host says that something may have changed: it may be so, or not. */
    paint(f, 5, 5, 0);
    g_assert_cmpuint(f->interval, ==, VNC_REFRESH_KEEN_MS);
    refresh(f);
    g_assert_cmpuint(f->interval, ==, VNC_REFRESH_SLOW_MS);
    paint(f, 5, 5, 0x123456);
    refresh(f);
    g_assert_cmpuint(f->interval, ==, VNC_REFRESH_REST_MS);
    request(f, true);
    f->now += INT64_C(3600) * G_USEC_PER_SEC;
    refresh(f);
    g_assert_cmpuint(f->interval, ==, VNC_REFRESH_SLOW_MS);

    g_assert_true(viewer_write(&f->viewer, key, sizeof(key)));
    settle(f);
    g_assert_cmpuint(f->interval, ==, VNC_REFRESH_KEEN_MS);

    /* However much is typed: no two changes are sent in less than a rest. */
    paint(f, 6, 5, 0x123456);
    refresh(f);
    g_assert_cmpuint(f->interval, ==, VNC_REFRESH_REST_MS);
    g_assert_true(viewer_write(&f->viewer, key, sizeof(key)));
    settle(f);
    g_assert_cmpuint(f->interval, ==, VNC_REFRESH_REST_MS);
}

/* A full request shows what is on the screen at the next refresh, not before. */
static void test_full_request(Fixture *f, gconstpointer data)
{
    (void)data;
    connect_viewer(f);
    f->now += 60 * G_USEC_PER_SEC;
    refresh(f);
    g_assert_cmpuint(f->interval, ==, VNC_REFRESH_SLOW_MS);
    request(f, false);
    g_assert_cmpuint(f->interval, ==, VNC_REFRESH_WAKE_MS);
    g_assert_false(readable(f));
    refresh(f);
    g_assert_cmpuint(read_update(f), ==, 150 * 100);

    /* Once answered it is answered. */
    refresh(f);
    g_assert_false(readable(f));
}

/* Have the host paint and call for so long, as often as it is asked to; returns how many looks that
 * were. */
static unsigned count_looks(Fixture *f, int ms)
{
    const uint32_t *ours = (const uint32_t *)(const void *)f->server->screen.surface->data;
    int64_t end = f->now + INT64_C(1000) * ms;
    unsigned looks = 0;

    for (uint32_t i = 1; f->now < end; i++) {
        int x = i % 8 * VNC_CELL;

        paint(f, x, 0, i);
        refresh(f);
        looks += ours[x] == i;
        g_assert_cmpuint(f->interval, >, 0);
        f->now += f->interval * 1000;
    }
    return looks;
}

/* The screen is looked at when somebody can be sent what is found: then at once, and not before. */
static void test_doze(Fixture *f, gconstpointer data)
{
    (void)data;
    connect_viewer(f);
    request(f, false);
    refresh(f);
    read_update(f);
    f->now += VNC_REFRESH_REST_MS * 1000;
    g_assert_cmpuint(count_looks(f, 10000), ==, 0);
    g_assert_cmpuint(f->interval, >=, 1000);

    request(f, true);
    g_assert_cmpuint(f->interval, ==, VNC_REFRESH_WAKE_MS);
    g_assert_false(readable(f));
    refresh(f);
    g_assert_cmpuint(read_update(f), ==, 8 * VNC_CELL * VNC_CELL);
    g_assert_cmpuint(f->interval, ==, VNC_REFRESH_REST_MS);

    /* What is said without being asked waits for nobody: here the colours of a colour map. */
    static const uint8_t mapped[] = {0, 0, 0, 0, 8, 8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};

    f->now += VNC_REFRESH_REST_MS * 1000;
    refresh(f);
    g_assert_true(viewer_write(&f->viewer, mapped, sizeof(mapped)));
    settle(f);
    refresh(f);
    g_assert_true(f->server->pace.dozing);
    g_assert_true(readable(f));
}

/* For a viewer that asks on without reading there is no look either, until it has read. */
static void test_doze_behind(Fixture *f, gconstpointer data)
{
    enum { BEHIND = 1 << 20 };
    g_auto(VncBuffer) picture = {0};
    g_autofree uint8_t *bytes = g_malloc(BEHIND);
    VncState *vs;

    (void)data;
    connect_viewer(f);
    request(f, false);
    refresh(f);
    read_update(f);
    vs = g_ptr_array_index(f->server->viewers, 0);
    memset(vnc_buffer_reserve(&picture, BEHIND), 0, BEHIND);
    vnc_buffer_commit(&picture, BEHIND);
    vnc_wire_send(&vs->wire, &picture);
    vnc_wire_flush(&vs->wire, SIZE_MAX);
    request(f, true);
    g_assert_cmpuint(count_looks(f, 1000), ==, 0);

    for (ssize_t have = 0; have < BEHIND;) {
        pump_until_readable(f);
        have += recv(f->viewer.fd, bytes, BEHIND - have, 0);
    }
    settle(f);
    g_assert_cmpuint(f->interval, ==, VNC_REFRESH_WAKE_MS);
    refresh(f);
    g_assert_cmpuint(read_update(f), ==, 8 * VNC_CELL * VNC_CELL);
}

/* What a viewer has listed, but not any more when it could be told of it, it may not know. */
static void test_xvp_unlisted(Fixture *f, gconstpointer data)
{
    enum { BEHIND = 1 << 20 };
    static const uint8_t xvp[] = {2, 0, 0, 1, 0xff, 0xff, 0xfe, 0xcb}, none[] = {2, 0, 0, 0};
    g_auto(VncBuffer) picture = {0};
    g_autofree uint8_t *bytes = g_malloc(BEHIND);
    VncState *vs;

    (void)data;
    g_assert_true(open_at(f, "none,power-control"));
    connect_viewer(f);
    vs = g_ptr_array_index(f->server->viewers, 0);
    memset(vnc_buffer_reserve(&picture, BEHIND), 0, BEHIND);
    vnc_buffer_commit(&picture, BEHIND);
    vnc_wire_send(&vs->wire, &picture);
    vnc_wire_flush(&vs->wire, SIZE_MAX);
    g_assert_true(viewer_write(&f->viewer, xvp, sizeof(xvp)));
    settle(f);
    g_assert_true(viewer_write(&f->viewer, none, sizeof(none)));
    settle(f);
    for (ssize_t have = 0; have < BEHIND;) {
        pump_until_readable(f);
        have += recv(f->viewer.fd, bytes, BEHIND - have, 0);
    }
    settle(f);
    g_assert_false(readable(f));
}

/* What has changed fast meanwhile is known to, what has changed once is not taken for it. */
static void test_doze_activity(Fixture *f, gconstpointer data)
{
    const VncDamage *fast = &f->server->screen.fast;

    (void)data;
    g_assert_true(open_at(f, "none,lossy"));
    connect_viewer(f);
    request(f, false);
    refresh(f);
    read_update(f);
    f->now += VNC_REFRESH_REST_MS * 1000;
    paint(f, 140, 90, 0xffffff);
    g_assert_cmpuint(count_looks(f, 300), ==, 0);
    for (int i = 0; i < 20; i++) {
        /* Damaged, but the same as before. */
        paint(f, 70, 10, 0);
        refresh(f);
    }
    g_assert_false(fast->any);
    request(f, true);
    refresh(f);
    g_assert_cmpuint(read_update(f), ==, 9 * VNC_CELL * VNC_CELL);
    g_assert_true(vnc_damage_get(fast, 1, 1));
    g_assert_false(vnc_damage_get(fast, 140, 90));
    g_assert_false(vnc_damage_get(fast, 70, 10));
}

/* An incremental request waits for a change and gets the cells that changed, no more. */
static void test_incremental(Fixture *f, gconstpointer data)
{
    (void)data;
    connect_viewer(f);
    request(f, false);
    refresh(f);
    read_update(f);

    request(f, true);
    refresh(f);
    g_assert_false(readable(f));
    paint(f, 20, 20, 0xffffff);
    refresh(f);
    g_assert_cmpuint(read_update(f), ==, VNC_CELL * VNC_CELL);

    /* Damaged, but the same as before. */
    request(f, true);
    paint(f, 20, 20, 0xffffff);
    refresh(f);
    g_assert_false(readable(f));

    /* The unused byte is no change either. */
    paint(f, 20, 20, 0xaaffffff);
    refresh(f);
    g_assert_false(readable(f));
}

/* Another surface with the same size and content: only what differs is sent. */
static void test_page_flip(Fixture *f, gconstpointer data)
{
    VncSurface *other = vnc_surface_new(150, 100);

    (void)data;
    connect_viewer(f);
    request(f, false);
    refresh(f);
    read_update(f);
    request(f, true);

    vnc_server_set_surface(f->server, other);
    refresh(f);
    g_assert_false(readable(f));

    vnc_surface_unref(f->surface);
    f->surface = other;
    paint(f, 149, 99, 0x00ff00);
    refresh(f);
    g_assert_cmpuint(read_update(f), ==, (150 % VNC_CELL) * (100 % VNC_CELL));
}

/* Pixels of another format: as much is converted as may differ. */
static void test_conversion(Fixture *f, gconstpointer data)
{
    enum { WIDTH = 600, HEIGHT = 20 };
    static const VncRect cells[] = {{43, 9, 2, 2}, {590, 17, 1, 3}};
    static const uint32_t poison = 0x5a5a5a5a;
    uint16_t pixels[HEIGHT][WIDTH] = {{0}};
    VncRect screen = {0, 0, WIDTH, HEIGHT};

    (void)data;
    vnc_surface_unref(f->surface);
    f->surface = vnc_surface_new_for_data(WIDTH, HEIGHT, sizeof(pixels[0]), PIXMAN_r5g6b5, pixels,
                                          NULL, NULL);
    vnc_server_set_surface(f->server, f->surface);
    connect_viewer(f);
    request(f, false);
    refresh(f);
    read_update(f);

    memset(pixels, 0xff, sizeof(pixels));
    FOR_ROWS (i, cells) {
        int left = cells[i].x / VNC_CELL * VNC_CELL, right = left + VNC_CELL;
        uint32_t *band = pixman_image_get_data(f->server->band);

        for (int x = 0; x < WIDTH * VNC_CELL; x++) {
            band[x] = poison;
        }
        request(f, true);
        vnc_server_damage(f->server, &cells[i]);
        refresh(f);
        g_assert_cmpuint(read_update(f), ==,
                         VNC_CELL * MIN(VNC_CELL, HEIGHT - cells[i].y / VNC_CELL * VNC_CELL));
        for (int x = 0; x < WIDTH; x++) {
            g_assert_true(band[x] == poison || (x >= left && x < right));
        }
    }
    request(f, true);
    vnc_server_damage(f->server, &screen);
    refresh(f);
    read_update(f);
    for (int y = 0; y < HEIGHT; y++) {
        const VncSurface *ours = f->server->screen.surface;
        const uint32_t *row = (const uint32_t *)(const void *)(ours->data + y * ours->stride);

        for (int x = 0; x < WIDTH; x++) {
            g_assert_cmphex(row[x], ==, 0xffffff);
        }
    }
}

/* Another size: told in an update of its own, then everything. */
static void test_resize(Fixture *f, gconstpointer data)
{
    (void)data;
    connect_viewer(f);
    request(f, false);
    refresh(f);
    read_update(f);
    request(f, true);

    vnc_surface_unref(f->surface);
    f->surface = vnc_surface_new(50, 200);
    vnc_server_set_surface(f->server, f->surface);
    refresh(f);
    g_assert_cmpuint(read_update(f), ==, 0);
    g_assert_cmpuint(f->viewer.resizes, ==, 1);
    g_assert_cmpint(f->viewer.width, ==, 50);
    g_assert_cmpint(f->viewer.height, ==, 200);
    /* It had asked for 150x100, and gets what there is now. */
    g_assert_cmpuint(read_update(f), ==, 50 * 200);
}

/* Beyond 50x40 pixels: how many were encoded, and none in more memory than a row of them. */
static int black_pixels;

static VncMethod black_encode(void *state, const VncEncodeParams *params, const VncView *view,
                              const VncPiece *piece, VncScratch *scratch, VncBuffer *out)
{
    const VncRect *rect = &piece->rect;

    if (rect->x >= 50 || rect->y >= 40) {
        g_assert_cmpint(view->stride, ==, 0);
        for (int x = 0; x < view->width; x++) {
            g_assert_cmpuint(view->pixels[x], ==, 0);
        }
        g_atomic_int_add(&black_pixels, rect->w * rect->h);
    }
    return vnc_encoder_raw.encode(state, params, view, piece, scratch, out);
}

/* Beyond a screen that has shrunk all is black, however often a viewer asks, and takes no memory to
 * speak of. */
static void test_beyond(Fixture *f, gconstpointer data)
{
    const int beyond = 150 * 100 - 50 * 40;
    VncEncoder black = vnc_encoder_raw;
    VncState *vs;

    (void)data;
    black.encode = black_encode;
    black.state_of = &vnc_encoder_raw;
    connect_viewer(f);
    request(f, false);
    refresh(f);
    read_update(f);
    vs = g_ptr_array_index(f->server->viewers, 0);
    vs->wishes.features &= ~VNC_FEATURE_DESKTOP_SIZE; /* as if it had not listed it */
    vs->wishes.encoder = &black;
    vnc_surface_unref(f->surface);
    f->surface = vnc_surface_new(50, 40);
    vnc_server_set_surface(f->server, f->surface);
    for (int i = 1; i <= 3; i++) {
        request(f, false);
        refresh(f);
        g_assert_cmpuint(read_update(f), ==, beyond);
        g_assert_cmpuint(read_update(f), ==, 50 * 40);
        g_assert_cmpint(g_atomic_int_get(&black_pixels), ==, i * beyond);
    }
}

/* The old surface's memory may go as soon as another one is set. */
static void test_surface_is_let_go(Fixture *f, gconstpointer data)
{
    (void)data;
    connect_viewer(f);
    g_assert_cmpint(f->surface->refs, ==, 2);
    vnc_server_set_surface(f->server, NULL);
    g_assert_cmpint(f->surface->refs, ==, 1);
    request(f, false);
    refresh(f);
    g_assert_cmpuint(read_update(f), ==, 150 * 100);
}

/* What a viewer holds down is released when it goes. */
static void test_release_at_disconnect(Fixture *f, gconstpointer data)
{
    static const uint8_t input[] = {
        4, 1, 0, 0, 0, 0, 0,    'a',  /* a down */
        4, 1, 0, 0, 0, 0, 0xff, 0xe1, /* Shift_L down */
        5, 1, 0, 9, 0, 9,             /* left button */
    };

    (void)data;
    connect_viewer(f);
    g_assert_true(viewer_write(&f->viewer, input, sizeof(input)));
    settle(f);
    g_assert_cmpuint(f->keys_down, ==, 2);
    g_assert_cmpuint(f->buttons, ==, VNC_BUTTON_LEFT);
    close(f->viewer.fd);
    f->viewer.fd = -1;
    settle(f);
    g_assert_cmpuint(f->keys_down, ==, 0);
    g_assert_cmpuint(f->buttons, ==, 0);
    g_assert_cmpstr(f->log->str, ==, "");
}

/* Point at the lower right with a button held, and have the screen shrink. */
static void hold_beyond(Fixture *f)
{
    static const uint8_t hold[] = {5, 1, 0, 149, 0, 99};

    connect_viewer(f);
    g_assert_true(viewer_write(&f->viewer, hold, sizeof(hold)));
    settle(f);
    g_assert_cmpint(f->pointer_x, ==, 149);
    g_assert_cmpint(f->pointer_y, ==, 99);
    g_assert_cmpuint(f->buttons, ==, VNC_BUTTON_LEFT);
    vnc_surface_unref(f->surface);
    f->surface = vnc_surface_new(50, 40);
    vnc_server_set_surface(f->server, f->surface);
}

/* A button is let go of within the screen that there is then. */
static void test_release_beyond(Fixture *f, gconstpointer data)
{
    (void)data;
    hold_beyond(f);
    close(f->viewer.fd);
    f->viewer.fd = -1;
    settle(f);
    g_assert_cmpuint(f->buttons, ==, 0);
    g_assert_cmpint(f->pointer_x, ==, 49);
    g_assert_cmpint(f->pointer_y, ==, 39);
}

/* So it is by a viewer that tells distances, and has not yet read that the guest wants
 * positions. */
static void test_distance_beyond(Fixture *f, gconstpointer data)
{
    static const uint8_t list[] = {2, 0, 0, 1, 0xff, 0xff, 0xfe, 0xff};
    static const uint8_t let_go[] = {5, 0, 0x7f, 0xff, 0x7f, 0xff};

    (void)data;
    hold_beyond(f);
    g_assert_true(viewer_write(&f->viewer, list, sizeof(list)));
    g_assert_true(viewer_write(&f->viewer, let_go, sizeof(let_go)));
    settle(f);
    g_assert_cmpuint(f->buttons, ==, 0);
    g_assert_cmpint(f->pointer_x, ==, 49);
    g_assert_cmpint(f->pointer_y, ==, 39);
}

/* The addresses change, and nothing else. */
static void test_listen(Fixture *f, gconstpointer data)
{
    g_autoptr(VncOptions) options = vnc_options_parse("none", NULL);
    g_autoptr(GError) error = NULL;

    (void)data;
    g_assert_true(open_at(f, "127.0.0.1:3000,to=4000,connections=7,password=on"));
    g_assert_true(vnc_server_listen(f->server, options, &error));
    g_assert_cmpuint(f->server->listeners->len, ==, 0);
    g_assert_cmpuint(f->server->screen.options->connections, ==, 7);
    g_assert_true(f->server->settings->password);
    vnc_options_set(options, "vnc", "nonsense", NULL);
    g_assert_false(vnc_server_listen(f->server, options, &error));
    g_assert_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE);
}

static const char *port_of(Fixture *f, unsigned index)
{
    return vnc_listener_socket_info(f->server->listeners->pdata[index], 0)->service;
}

/* What is asked for again is the same socket; what is not goes. */
static void test_open_keeps(Fixture *f, gconstpointer data)
{
    g_autofree char *port = NULL;
    VncListener *listener;

    (void)data;
    g_assert_true(open_at(f, "127.0.0.1:3000,to=4000"));
    listener = f->server->listeners->pdata[0];
    port = g_strdup(port_of(f, 0));
    g_assert_true(open_at(f, "127.0.0.1:3001,to=4001,vnc=127.0.0.1:3000,share=ignore"));
    g_assert_cmpuint(f->server->listeners->len, ==, 2);
    g_assert_true(f->server->listeners->pdata[1] == listener);
    g_assert_cmpstr(port_of(f, 1), ==, port);
    g_assert_cmpint(f->server->screen.options->share, ==, VNC_SHARE_IGNORE);
    g_assert_true(open_at(f, "none"));
    g_assert_cmpuint(f->server->listeners->len, ==, 0);
}

/* Our own listener makes room; it is there again when something else fails. */
static void test_open_clash(Fixture *f, gconstpointer data)
{
    g_autofree char *wide = NULL;
    g_autofree char *fails = NULL;
    g_autofree char *port = NULL;
    VncListener *listener;
    int display;

    (void)data;
    g_assert_true(open_at(f, "127.0.0.1:5000,to=6000"));
    listener = f->server->listeners->pdata[0];
    port = g_strdup(port_of(f, 0));
    display = atoi(port) - VNC_PORT_BASE;
    fails = g_strdup_printf(":%d,vnc=unix:/nonexistent/socket", display);
    g_assert_false(open_at(f, fails));
    g_assert_cmpuint(f->server->listeners->len, ==, 1);
    g_assert_true(f->server->listeners->pdata[0] == listener);
    g_assert_cmpuint(vnc_listener_n_sockets(listener), ==, 1);
    g_assert_cmpstr(port_of(f, 0), ==, port);
    wide = g_strdup_printf(":%d", display);
    g_assert_true(open_at(f, wide));
    g_assert_cmpstr(port_of(f, 0), ==, port);
}

/* What the host cannot do is answered; the option takes effect at once. */
static void test_power(Fixture *f, gconstpointer data)
{
    static const uint8_t list[] = {2, 0, 0, 1, 0xff, 0xff, 0xfe, 0xcb};
    static const uint8_t reset[] = {250, 0, 1, 4};
    uint8_t answer[4];

    (void)data;
    g_assert_true(open_at(f, "none,power-control=on"));
    connect_viewer(f);
    g_assert_true(viewer_write(&f->viewer, list, sizeof(list)));
    settle(f);
    g_assert_true(viewer_read(&f->viewer, answer, sizeof(answer)));
    g_assert_cmpmem(answer, 4, "\xfa\0\1\1", 4);
    g_assert_true(viewer_write(&f->viewer, reset, sizeof(reset)));
    settle(f);
    g_assert_cmpuint(f->resets, ==, 1);
    g_assert_false(readable(f));

    f->no_power = true;
    g_assert_true(viewer_write(&f->viewer, reset, sizeof(reset)));
    settle(f);
    g_assert_cmpuint(f->resets, ==, 2);
    g_assert_true(viewer_read(&f->viewer, answer, sizeof(answer)));
    g_assert_cmpmem(answer, 4, "\xfa\0\1\0", 4);

    f->no_power = false;
    g_assert_true(open_at(f, "none"));
    g_assert_true(viewer_write(&f->viewer, reset, sizeof(reset)));
    settle(f);
    g_assert_cmpuint(f->resets, ==, 2);
    g_assert_true(viewer_read(&f->viewer, answer, sizeof(answer)));
}

/* One byte a frame, 4000 of them a second: so many are a quarter of a second. */
#define QUARTER 1000
#define PIECE   100

/* A viewer that listens, and does not read. */
static VncState *connect_listener(Fixture *f)
{
    static const uint8_t words[] = {
        2,   0, 0, 1, 0xff, 0xff, 0xfe, 0xfd,          /* list it */
        255, 1, 0, 2, 0,    1,    0,    0,    15, 160, /* U8, mono, 4000 Hz */
        255, 1, 0, 0,                                  /* enable */
    };
    static const uint8_t yes[] = {0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff, 0xfe, 0xfd};
    uint8_t answer[sizeof(yes)];

    vnc_server_set_audio(f->server, true);
    connect_viewer(f);
    g_assert_true(viewer_write(&f->viewer, words, sizeof(words)));
    settle(f);
    g_assert_cmpint(f->listeners, ==, 1);
    g_assert_true(viewer_read(&f->viewer, answer, sizeof(answer)));
    g_assert_cmpmem(answer, sizeof(answer), yes, sizeof(yes));
    return vnc_server_find_viewer(f->server, f->listener);
}

static void play(Fixture *f, uint8_t value)
{
    uint8_t frames[PIECE];

    memset(frames, value, sizeof(frames));
    vnc_server_audio(f->server, f->listener, frames, sizeof(frames));
    settle(f);
}

/* More than the socket holds. */
#define MANY 20000

/* A viewer that does not read misses sound, and what it reads in the end is the newest. */
static void test_audio_newest(Fixture *f, gconstpointer data)
{
    VncState *vs = connect_listener(f);
    unsigned pieces = 0;
    uint8_t bytes[8 + QUARTER], last = 0;

    (void)data;
    for (unsigned i = 0; i < MANY; i++) {
        play(f, (uint8_t)i);
        g_assert_cmpuint(vnc_wire_backlog(&vs->wire), <=, QUARTER + 8 + QUARTER);
        g_assert_cmpuint(vs->audio.waiting.len, <=, QUARTER);
    }
    g_assert_cmpuint(vs->audio.waiting.len, ==, QUARTER);
    g_assert_true(viewer_read(&f->viewer, bytes, 4));
    g_assert_cmpmem(bytes, 4, "\xff\1\0\1", 4);
    for (; readable(f); settle(f)) {
        uint32_t len;

        g_assert_true(viewer_read(&f->viewer, bytes, 8));
        g_assert_cmpmem(bytes, 4, "\xff\1\0\2", 4);
        len = vnc_get_u32(bytes + 4);
        g_assert_cmpuint(len, <=, QUARTER);
        g_assert_true(viewer_read(&f->viewer, bytes, len));
        pieces += len / PIECE;
        last = bytes[len - 1];
    }
    g_assert_cmpuint(pieces, <, MANY);
    g_assert_cmpuint(last, ==, (MANY - 1) % 256);
    g_assert_cmpmem(vnc_buffer_bytes(&vs->audio.waiting), vs->audio.waiting.len, "", 0);
}

/* Neither does anything gather for one that begins and ends streams. */
static void test_audio_switched(Fixture *f, gconstpointer data)
{
    static const uint8_t again[] = {255, 1, 0, 1, 255, 1, 0, 0};
    VncState *vs = connect_listener(f);

    (void)data;
    for (unsigned i = 0; i < MANY; i++) {
        play(f, 0);
        g_assert_true(viewer_write(&f->viewer, again, sizeof(again)));
        settle(f);
        g_assert_cmpuint(vnc_wire_backlog(&vs->wire), <=, 2 * QUARTER + 100);
        g_assert_cmpint(f->listeners, ==, 1);
    }
}

/* An update that is appended part by part is not interrupted. */
static void test_audio_behind_update(Fixture *f, gconstpointer data)
{
    VncState *vs = connect_listener(f);
    VncBuffer nothing = {0};
    uint8_t bytes[4 + 8 + PIECE];

    (void)data;
    worker_append_part(&vs->owner.output, &nothing, false);
    play(f, 1);
    g_assert_false(readable(f));
    worker_append_part(&vs->owner.output, &nothing, true);
    vnc_wire_watch(&vs->wire, true);
    settle(f);
    g_assert_true(viewer_read(&f->viewer, bytes, sizeof(bytes)));
}

/* However much of pictures waits to be sent: when there is to be more of them, sound comes
 * first. */
static void test_audio_ahead_of_update(Fixture *f, gconstpointer data)
{
    VncState *vs = connect_listener(f);
    g_auto(VncBuffer) picture = {0};

    (void)data;
    request(f, false);
    refresh(f);
    request(f, true);
    memset(vnc_buffer_reserve(&picture, 2 * QUARTER), 0, 2 * QUARTER);
    vnc_buffer_commit(&picture, 2 * QUARTER);
    vnc_wire_send(&vs->wire, &picture);
    vnc_server_audio(f->server, f->listener, "sound", 5);
    g_assert_cmpuint(vs->audio.waiting.len, ==, 5);
    paint(f, 1, 1, 0xffffff);
    vnc_server_refresh(f->server);
    g_assert_cmpuint(vs->audio.waiting.len, ==, 0);
    g_assert_null(vs->job);
    settle(f);
}

/* What is on its way when a viewer has left is for nobody. */
static void test_audio_of_nobody(Fixture *f, gconstpointer data)
{
    uint64_t gone;

    (void)data;
    connect_listener(f);
    gone = f->listener;
    close(f->viewer.fd);
    f->viewer.fd = -1;
    settle(f);
    g_assert_cmpint(f->listeners, ==, 0);
    vnc_server_audio(f->server, gone, "x", 1);
    vnc_server_audio_pause(f->server, gone);
    g_assert_cmpstr(f->log->str, ==, "");
}

/* One that says nothing; the other end of it. */
static int knock(Fixture *f, bool skip_auth)
{
    g_autoptr(GSocket) socket = NULL;
    int fds[2];

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), ==, 0);
    socket = g_socket_new_from_fd(fds[0], NULL);
    vnc_server_add_viewer(f->server, socket, skip_auth);
    return fds[1];
}

/* Whoever has begun to log in goes on as it has begun; who comes later has the options of then. */
static void test_login_as_begun(Fixture *f, gconstpointer data)
{
    const VncState *before, *after;
    int fds[2];

    (void)data;
    g_assert_true(open_at(f, "none,login-bytes=100,login-delay-ms=1"));
    fds[0] = knock(f, false);
    g_assert_true(open_at(f, "none,login-bytes=200,login-delay-ms=2"));
    fds[1] = knock(f, false);
    before = f->server->viewers->pdata[0];
    after = f->server->viewers->pdata[1];
    g_assert_cmpuint(before->context.options->login_bytes, ==, 100);
    g_assert_cmpuint(before->context.options->login_delay_ms, ==, 1);
    g_assert_cmpuint(before->context.screen->options->login_bytes, ==, 200);
    g_assert_true(after->context.options == f->server->screen.options);
    close(fds[0]);
    close(fds[1]);
}

/* Whom the host itself has let in makes no place for strangers, and takes none of theirs. */
static void test_half_open_spares_hosts_own(Fixture *f, gconstpointer data)
{
    g_autoptr(VncOptions) options = vnc_options_parse("none,half-open=1,log-lines=0", NULL);
    const VncState *own;
    int fds[20];

    (void)data;
    g_assert_true(vnc_server_open(f->server, options, NULL));
    for (unsigned i = 0; i < G_N_ELEMENTS(fds); i++) {
        fds[i] = knock(f, i == 0);
        own = f->server->viewers->pdata[0];
        g_assert_cmpuint(vnc_state_id(own), ==, 0);
        g_assert_cmpuint(f->server->viewers->len, ==, i == 0 ? 1 : 2);
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(fds); i++) {
        close(fds[i]);
    }
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*test)(Fixture *f, gconstpointer data);
    } tests[] = {
        {"/server/unwatched", test_unwatched},
        {"/server/pace", test_pace},
        {"/server/full-request", test_full_request},
        {"/server/incremental", test_incremental},
        {"/server/doze/unasked", test_doze},
        {"/server/doze/behind", test_doze_behind},
        {"/server/doze/activity", test_doze_activity},
        {"/server/xvp-unlisted", test_xvp_unlisted},
        {"/server/page-flip", test_page_flip},
        {"/server/conversion", test_conversion},
        {"/server/resize", test_resize},
        {"/server/beyond", test_beyond},
        {"/server/surface-is-let-go", test_surface_is_let_go},
        {"/server/release-at-disconnect", test_release_at_disconnect},
        {"/server/release/beyond", test_release_beyond},
        {"/server/release/distance-beyond", test_distance_beyond},
        {"/server/open/keeps", test_open_keeps},
        {"/server/listen", test_listen},
        {"/server/power", test_power},
        {"/server/audio/newest", test_audio_newest},
        {"/server/audio/switched", test_audio_switched},
        {"/server/audio/behind-update", test_audio_behind_update},
        {"/server/audio/ahead-of-update", test_audio_ahead_of_update},
        {"/server/audio/of-nobody", test_audio_of_nobody},
        {"/server/open/clash", test_open_clash},
        {"/server/login-as-begun", test_login_as_begun},
        {"/server/half-open/spares-hosts-own", test_half_open_spares_hosts_own},
    };

    g_test_init(&argc, &argv, NULL);
    for (unsigned i = 0; i < G_N_ELEMENTS(tests); i++) {
        g_test_add(tests[i].name, Fixture, NULL, setup, tests[i].test, teardown);
    }
    return g_test_run();
}
