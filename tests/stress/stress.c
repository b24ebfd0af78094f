/*
 * The whole server under load, for the sanitizers: disconnects at every moment, changes of size
 * with pipelined requests, a viewer that never reads, the end of the server during an encode.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The test's main thread is the server's main thread. Each viewer runs on its own thread, and
 * reports its result when joined. Nothing here measures time.
 */
#include "tests/lib/deaf-host.h"
#include "ui/vnc-server.h"
#include "tests/lib/viewer.h"

#include <sys/socket.h>
#include <unistd.h>

#define RAW  0
#define ZLIB 6
#define ZRLE 16

typedef struct Desktop {
    VncServer *server;
    VncSurface *surface;
    GRand *random;
    uint32_t noise;
    unsigned disconnected; /* events */
    unsigned logged;
} Desktop;

static void on_viewer(void *host, VncViewerEvent event, const VncViewerInfo *info)
{
    (void)info;
    ((Desktop *)host)->disconnected += event == VNC_VIEWER_DISCONNECTED;
}

static void on_log(void *host, const char *line)
{
    (void)line;
    ((Desktop *)host)->logged++;
}

static const VncHostOps host_ops = {
    DEAF_HOST,
    .viewer = on_viewer,
    .log = on_log,
};

static void fill_noise(Desktop *d, const VncRect *rect)
{
    for (int y = rect->y; y < rect->y + rect->h; y++) {
        uint32_t *row = (uint32_t *)(void *)(d->surface->data + y * d->surface->stride);

        for (int x = rect->x; x < rect->x + rect->w; x++) {
            d->noise = d->noise * 1664525 + 1013904223;
            row[x] = d->noise;
        }
    }
    vnc_server_damage(d->server, rect);
}

static void switch_mode(Desktop *d, int width, int height)
{
    VncRect all = {0, 0, width, height};

    vnc_surface_unref(d->surface);
    d->surface = vnc_surface_new(width, height);
    vnc_server_set_surface(d->server, d->surface);
    fill_noise(d, &all);
}

static void desktop_init(Desktop *d, int width, int height)
{
    *d = (Desktop){.random = g_rand_new_with_seed(42)};
    d->server = vnc_server_new(&host_ops, d);
    switch_mode(d, width, height);
}

static void desktop_clear(Desktop *d)
{
    vnc_server_free(d->server);
    vnc_surface_unref(d->surface);
    g_rand_free(d->random);
}

/* A viewer's end of a new connection. */
static int connect_viewer(Desktop *d)
{
    g_autoptr(GSocket) socket = NULL;
    int fds[2];
    int small = 4096;

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), ==, 0);
    /* Little room in the kernel: most writes are partial, and meet a job in flight. */
    g_assert_cmpint(setsockopt(fds[0], SOL_SOCKET, SO_SNDBUF, &small, sizeof(small)), ==, 0);
    socket = g_socket_new_from_fd(fds[0], NULL);
    g_assert_nonnull(socket);
    vnc_server_add_viewer(d->server, socket, false);
    return fds[1];
}

/* A moment of the desktop: something moves, the main loop turns. */
static void tick(Desktop *d)
{
    VncRect rect = {g_rand_int_range(d->random, 0, d->surface->width),
                    g_rand_int_range(d->random, 0, d->surface->height), 40, 30};

    rect.w = MIN(rect.w, d->surface->width - rect.x);
    rect.h = MIN(rect.h, d->surface->height - rect.y);
    fill_noise(d, &rect);
    vnc_server_refresh(d->server);
    for (int i = 0; i < 8 && g_main_context_iteration(NULL, FALSE); i++) {
    }
    g_thread_yield();
}

/* A viewer's script. */
typedef struct Script {
    int fd;
    int32_t encoding;
    int level;
    unsigned cut;    /* close after so many bytes have been read behind ServerInit */
    unsigned rounds; /* updates to read */
    bool ok;
    int done; /* atomic */
    Viewer viewer;
} Script;

static gpointer run_and_cut(gpointer opaque)
{
    Script *script = opaque;
    Viewer viewer = {.fd = script->fd};
    uint8_t byte[256];
    unsigned left = script->cut;

    if (viewer_handshake(&viewer) &&
        viewer_set_encodings(&viewer, script->encoding, script->level)) {
        viewer_request(&viewer, false);
        viewer_request(&viewer, true);
        /* A request for whatever has come: the last bytes of an update are always followed by
         * one, so that another update comes. */
        while (left > 0) {
            ssize_t n = recv(viewer.fd, byte, MIN(left, sizeof(byte)), 0);

            if (n <= 0 || !viewer_request(&viewer, true)) {
                break;
            }
            left -= n;
        }
    }
    close(script->fd);
    g_atomic_int_set(&script->done, 1);
    return NULL;
}

/* Requests ahead, as a fast viewer does, and reads. */
static gpointer run_pipelined(gpointer opaque)
{
    Script *script = opaque;
    Viewer *viewer = &script->viewer;

    viewer->fd = script->fd;
    script->ok = viewer_handshake(viewer) &&
                 viewer_set_encodings(viewer, script->encoding, script->level) &&
                 viewer_request(viewer, false) && viewer_request(viewer, true) &&
                 viewer_request(viewer, true);
    for (unsigned i = 0; script->ok && i < script->rounds; i++) {
        script->ok = viewer_read_update(viewer) && viewer_request(viewer, i % 16 != 0);
    }
    close(script->fd);
    g_atomic_int_set(&script->done, 1);
    return NULL;
}

/* Cuts the connection before its handshake is over. */
static void cut_handshake(Desktop *d, unsigned at)
{
    static const char bytes[] = "RFB 003.008\n\1\1";
    Viewer viewer = {.fd = connect_viewer(d)};

    viewer_write(&viewer, bytes, at % sizeof(bytes));
    tick(d);
    close(viewer.fd);
}

static void test_disconnects(void)
{
    enum { VIEWERS = 1000, AT_ONCE = 4 };
    static const int32_t encodings[] = {RAW, ZLIB, ZRLE};
    Desktop d;
    Script scripts[AT_ONCE];
    GThread *threads[AT_ONCE] = {NULL};
    unsigned begun = 0, running = 0, cuts = 0;

    desktop_init(&d, 200, 150);
    while (begun < VIEWERS || running > 0) {
        for (unsigned i = 0; i < AT_ONCE; i++) {
            if (threads[i] && g_atomic_int_get(&scripts[i].done)) {
                g_thread_join(g_steal_pointer(&threads[i]));
                running--;
            }
            if (!threads[i] && begun < VIEWERS) {
                scripts[i] = (Script){
                    .fd = connect_viewer(&d),
                    .encoding = encodings[begun % G_N_ELEMENTS(encodings)],
                    .level = begun % 10,
                    .cut = begun * 137 % 150000,
                };
                threads[i] = g_thread_new("viewer", run_and_cut, &scripts[i]);
                begun++;
                running++;
                if (begun % 8 == 0) {
                    cut_handshake(&d, begun / 8);
                    cuts++;
                }
                if (begun % 50 == 0) {
                    switch_mode(&d, 160 + (int)begun % 97, 120 + (int)begun % 61);
                }
            }
        }
        tick(&d);
    }
    /* All leave, each with its event. */
    while (d.disconnected < VIEWERS + cuts) {
        tick(&d);
    }
    g_assert_false(vnc_server_watched(d.server));
    desktop_clear(&d);
}

static void test_mode_switch_storm(void)
{
    static const int32_t encodings[] = {RAW, ZRLE, ZLIB};
    Desktop d;
    Script scripts[3] = {0};
    GThread *threads[3];
    unsigned done = 0;

    desktop_init(&d, 320, 200);
    for (unsigned i = 0; i < 3; i++) {
        scripts[i] =
            (Script){.fd = connect_viewer(&d), .encoding = encodings[i], .level = 1, .rounds = 200};
        threads[i] = g_thread_new("viewer", run_pipelined, &scripts[i]);
    }
    /* Nobody freezes: each reads its 200 updates, however often the mode changes. */
    for (unsigned n = 0; done < 3; n++) {
        switch_mode(&d, 100 + (int)(n * 37 % 300), 100 + (int)(n * 23 % 200));
        tick(&d);
        done = 0;
        for (unsigned i = 0; i < 3; i++) {
            done += g_atomic_int_get(&scripts[i].done);
        }
    }
    for (unsigned i = 0; i < 3; i++) {
        g_thread_join(threads[i]);
        g_assert_true(scripts[i].ok);
        g_assert_cmpuint(scripts[i].viewer.updates, ==, 200);
        g_assert_cmpuint(scripts[i].viewer.resizes, >, 0);
        g_assert_cmpuint(scripts[i].viewer.pixels, >, 0);
    }
    desktop_clear(&d);
}

/* Reads what waits for it, from the server's first byte on, up to a whole screen. */
static gpointer read_at_last(gpointer opaque)
{
    Script *script = opaque;
    Viewer *viewer = &script->viewer;
    uint8_t greeting[12 + 2 + 4 + 24];

    script->ok = viewer_read(viewer, greeting, sizeof(greeting));
    while (script->ok && viewer->pixels < 640 * 480) {
        script->ok = viewer_read_update(viewer);
    }
    close(script->fd);
    g_atomic_int_set(&script->done, 1);
    return NULL;
}

static void test_never_reader(void)
{
    Desktop d;
    Script lazy = {.encoding = RAW};
    Script script = {.encoding = RAW, .rounds = 100};
    GThread *thread;

    desktop_init(&d, 640, 480);
    lazy.fd = connect_viewer(&d);
    /* All it has to say, and nothing is read. */
    lazy.viewer = (Viewer){.fd = lazy.fd, .width = 640, .height = 480};
    viewer_write(&lazy.viewer, "RFB 003.008\n\1\1", 14);
    viewer_set_encodings(&lazy.viewer, lazy.encoding, 0);
    for (int i = 0; i < 100; i++) {
        viewer_request(&lazy.viewer, false);
    }
    script.fd = connect_viewer(&d);
    thread = g_thread_new("viewer", run_pipelined, &script);
    while (!g_atomic_int_get(&script.done)) {
        tick(&d);
    }
    g_thread_join(thread);
    g_assert_true(script.ok);

    /* The first one is still there, and is served as soon as it reads. */
    g_assert_true(vnc_server_watched(d.server));
    thread = g_thread_new("lazy", read_at_last, &lazy);
    while (!g_atomic_int_get(&lazy.done)) {
        tick(&d);
    }
    g_thread_join(thread);
    g_assert_true(lazy.ok);
    desktop_clear(&d);
}

static void test_free_under_load(void)
{
    for (int round = 0; round < 20; round++) {
        Desktop d;
        Script scripts[2] = {0};
        GThread *threads[2];

        desktop_init(&d, 1500, 1000);
        for (unsigned i = 0; i < 2; i++) {
            scripts[i] =
                (Script){.fd = connect_viewer(&d), .encoding = ZRLE, .level = 9, .rounds = 1000};
            threads[i] = g_thread_new("viewer", run_pipelined, &scripts[i]);
        }
        while (!vnc_server_watched(d.server)) {
            tick(&d);
        }
        for (int i = 0; i < round; i++) {
            tick(&d);
        }
        desktop_clear(&d);
        for (unsigned i = 0; i < 2; i++) {
            g_thread_join(threads[i]);
            g_assert_false(scripts[i].ok);
        }
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/stress/disconnects", test_disconnects);
    g_test_add_func("/stress/mode-switch-storm", test_mode_switch_storm);
    g_test_add_func("/stress/never-reader", test_never_reader);
    g_test_add_func("/stress/free-under-load", test_free_under_load);
    return g_test_run();
}
