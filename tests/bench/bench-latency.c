/*
 * The main thread: how long it is held while the worker encodes a slow 4K picture, how fast it
 * takes over a frame, and how much memory a server and a viewer take.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Each call is made while a job is known to be running, and the call's duration is taken:
 *   refresh     of a small change: the worker has the display, so it must come back at once
 *   disconnect  of the viewer whose update is being encoded
 *   switch      to another size
 * For comparison, the time of the encode itself is given, from request to the last byte.
 *
 * A frame is taken over with all of it damaged: an unchanged frame is compared with memcmp(), a
 * frame that is all new with memcmp() and memcpy(), on the same memory. Then follow frames in
 * several pixel formats, with a part damaged: a cell, a column of cells, all. --refresh runs only
 * these.
 */
#include "ui/vnc-server.h"
#include "tests/lib/deaf-host.h"
#include "tests/lib/viewer.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { WIDTH = 3840, HEIGHT = 2160, CELL = 8, ROUNDS = 9 };

typedef struct Bench {
    VncServer *server;
    VncSurface *surface;
} Bench;

static void on_log(void *host, const char *line)
{
    (void)host;
    (void)line;
}

static const VncHostOps host_ops = {
    DEAF_HOST,
    .log = on_log,
};

static VncSurface *noise_surface(int width, int height)
{
    VncSurface *surface = vnc_surface_new(width, height);
    uint32_t noise = 1;

    for (int y = 0; y < height; y++) {
        uint32_t *row = (uint32_t *)(void *)(surface->data + y * surface->stride);

        for (int x = 0; x < width; x++) {
            noise = noise * 1664525 + 1013904223;
            row[x] = noise & 0x3f3f3f;
        }
    }
    return surface;
}

typedef struct Script {
    int fd;
    int64_t begun, ended;
    int done; /* atomic */
} Script;

static gpointer read_one(gpointer opaque)
{
    Script *script = opaque;
    Viewer viewer = {.fd = script->fd};

    if (viewer_handshake(&viewer) && viewer_set_encodings(&viewer, 16, 9) &&
        viewer_request(&viewer, false)) {
        script->begun = g_get_monotonic_time();
        while (viewer.pixels < (uint64_t)WIDTH * HEIGHT && viewer_read_update(&viewer)) {
        }
        script->ended = g_get_monotonic_time();
    }
    g_atomic_int_set(&script->done, 1);
    return NULL;
}

/* The viewer's end of a new connection. */
static int connect_viewer(Bench *bench)
{
    g_autoptr(GSocket) socket = NULL;
    int fds[2];

    if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds) != 0) {
        g_error("no socket pair");
    }
    socket = g_socket_new_from_fd(fds[0], NULL);
    vnc_server_add_viewer(bench->server, socket, false);
    return fds[1];
}

static GThread *connect_reader(Bench *bench, Script *script)
{
    *script = (Script){.fd = connect_viewer(bench)};
    return g_thread_new("viewer", read_one, script);
}

static void wait_watched(Bench *bench)
{
    while (!vnc_server_watched(bench->server)) {
        g_main_context_iteration(NULL, TRUE);
    }
}

/* Turn the main loop until a full update is being encoded. */
static void wait_for_encode(Bench *bench)
{
    VncRect all = {0, 0, WIDTH, HEIGHT};

    wait_watched(bench);
    vnc_server_damage(bench->server, &all);
    for (int i = 0; i < 50; i++) {
        g_main_context_iteration(NULL, FALSE);
        vnc_server_refresh(bench->server);
        g_usleep(1000);
    }
}

static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

static void print(const char *what, int64_t *us, unsigned n)
{
    qsort(us, n, sizeof(*us), compare);
    printf("%-12s median %8.3f ms   worst %8.3f ms\n", what, us[n / 2] / 1e3, us[n - 1] / 1e3);
}

static void finish(Bench *bench, Script *script, GThread *thread)
{
    while (vnc_server_watched(bench->server)) {
        g_main_context_iteration(NULL, FALSE);
        vnc_server_refresh(bench->server);
    }
    g_thread_join(thread);
    close(script->fd);
}

/* Refresh all of what is shown, @frames times, each time from the other of two pictures. */
static double refresh_ms(Bench *bench, VncSurface *const pictures[2], int frames)
{
    VncRect all = {0, 0, WIDTH, HEIGHT};
    int64_t start = g_get_monotonic_time();

    for (int i = 0; i < frames; i++) {
        vnc_server_set_surface(bench->server, pictures[i % 2]);
        vnc_server_damage(bench->server, &all);
        vnc_server_refresh(bench->server);
    }
    return (g_get_monotonic_time() - start) / 1e3 / frames;
}

/* The least that can be done, on other memory of the same size and layout. */
static double bare_ms(VncSurface *ours, VncSurface *const pictures[2], bool copy, int frames)
{
    int64_t start = g_get_monotonic_time();
    unsigned differing = 0;

    for (int i = 0; i < frames; i++) {
        for (int y = 0; y < HEIGHT; y++) {
            uint8_t *to = ours->data + y * ours->stride;
            const uint8_t *from = pictures[i % 2]->data + y * pictures[i % 2]->stride;

            if (copy) {
                /* All of it is read, as a comparison that finds nothing would. */
                differing += memcmp(from, from + WIDTH * 2, WIDTH * 2) != 0;
                differing += memcmp(to, to + WIDTH * 2, WIDTH * 2) != 0;
                memcpy(to, from, WIDTH * 4);
            } else {
                differing += memcmp(to, from, WIDTH * 4) != 0;
            }
        }
    }
    if (differing > (unsigned)frames * HEIGHT * 2) {
        abort();
    }
    return (g_get_monotonic_time() - start) / 1e3 / frames;
}

static int compare_double(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* Medians of interleaved rounds. */
static void print_refresh(const char *what, Bench *bench, VncSurface *const pictures[2], bool copy)
{
    enum { FRAMES = 16 };
    g_autoptr(VncSurface) other = vnc_surface_new(WIDTH, HEIGHT);
    double ours[ROUNDS], bare[ROUNDS];

    memcpy(other->data, pictures[1]->data, other->stride * HEIGHT);
    refresh_ms(bench, pictures, 2);
    for (int i = 0; i < ROUNDS; i++) {
        ours[i] = refresh_ms(bench, pictures, FRAMES);
        bare[i] = bare_ms(other, pictures, copy, FRAMES);
    }
    qsort(ours, ROUNDS, sizeof(double), compare_double);
    qsort(bare, ROUNDS, sizeof(double), compare_double);
    printf("%-12s refresh %6.3f ms   bare %6.3f ms   %3.0f %% of its speed\n", what,
           ours[ROUNDS / 2], bare[ROUNDS / 2], 100 * bare[ROUNDS / 2] / ours[ROUNDS / 2]);
}

static size_t memory(void)
{
    struct mallinfo2 info = mallinfo2();

    return info.uordblks + info.hblkhd;
}

/* A viewer that has been greeted, and asks for nothing. */
static int connect_silent(Bench *bench)
{
    int fd = connect_viewer(bench);

    if (write(fd, "RFB 003.008\n\1\1", 14) != 14) {
        g_error("no greeting");
    }
    wait_watched(bench);
    return fd;
}

/* Ask for the last pixel, which never changes. */
static void request_corner(int fd)
{
    static const uint8_t request[] = {
        3, 1, (WIDTH - 1) >> 8, (WIDTH - 1) & 255, (HEIGHT - 1) >> 8, (HEIGHT - 1) & 255, 0, 1,
        0, 1};

    if (write(fd, request, sizeof(request)) != sizeof(request)) {
        g_error("no request");
    }
}

/* Have the viewer wait for ever: it is sent the corner once. */
static void make_wait(Bench *bench, int fd)
{
    enum { GREETING = 12 + 2 + 4 + 24, UPDATE = 4 + 12 + 4 };
    uint8_t bytes[GREETING + UPDATE];

    request_corner(fd);
    while (recv(fd, bytes, sizeof(bytes), MSG_PEEK | MSG_DONTWAIT) < (ssize_t)sizeof(bytes)) {
        g_main_context_iteration(NULL, FALSE);
        vnc_server_refresh(bench->server);
    }
    request_corner(fd);
    while (g_main_context_iteration(NULL, FALSE)) {
    }
}

/* The best of many refreshes, us, with @rect damaged and nothing changed. */
static int64_t refresh_us(VncServer *server, const VncRect *rect)
{
    int64_t best = G_MAXINT64;

    for (int i = 0; i < 50; i++) {
        int64_t start;

        vnc_server_damage(server, rect);
        start = g_get_monotonic_time();
        vnc_server_refresh(server);
        best = MIN(best, g_get_monotonic_time() - start);
    }
    return best;
}

static void bench_damage(void)
{
    static const struct {
        const char *name;
        pixman_format_code_t format;
    } formats[] = {
        {"x8r8g8b8", PIXMAN_x8r8g8b8}, {"b8g8r8x8", PIXMAN_b8g8r8x8}, {"r5g6b5", PIXMAN_r5g6b5},
        {"x1r5g5b5", PIXMAN_x1r5g5b5}, {"r8g8b8", PIXMAN_r8g8b8},
    };
    VncRect cell = {1000, 1000, 8, 8}, column = {1000, 0, 8, HEIGHT}, all = {0, 0, WIDTH, HEIGHT};

    printf("damaged, us        a cell   a column        all\n");
    for (size_t i = 0; i < G_N_ELEMENTS(formats); i++) {
        g_autofree void *data = g_malloc0((size_t)WIDTH * 4 * HEIGHT);
        g_autoptr(VncSurface) surface =
            vnc_surface_new_for_data(WIDTH, HEIGHT, WIDTH * 4, formats[i].format, data, NULL, NULL);
        Bench bench = {.server = vnc_server_new(&host_ops, NULL)};

        vnc_server_set_surface(bench.server, surface);
        int fd = connect_silent(&bench);
        make_wait(&bench, fd);
        printf("%-12s", formats[i].name);
        printf(" %12" G_GINT64_FORMAT, refresh_us(bench.server, &cell));
        printf(" %10" G_GINT64_FORMAT, refresh_us(bench.server, &column));
        printf(" %10" G_GINT64_FORMAT "\n", refresh_us(bench.server, &all));
        close(fd);
        vnc_server_free(bench.server);
    }
}

static void bench_refresh(void)
{
    VncSurface *a = noise_surface(WIDTH, HEIGHT), *b = vnc_surface_new(WIDTH, HEIGHT);
    double screen = (double)a->stride * HEIGHT;
    size_t before = memory();
    Bench bench = {.server = vnc_server_new(&host_ops, NULL)};

    vnc_server_set_surface(bench.server, a);
    size_t with_server = memory();
    int fd = connect_silent(&bench);
    size_t with_viewer = memory();

    /* What waits for the corner sees no change. */
    uint8_t *corner = b->data + (HEIGHT - CELL) * b->stride + (WIDTH - CELL) * 4;
    for (int y = 0; y < CELL; y++) {
        memcpy(corner + y * b->stride, corner + y * b->stride - b->data + a->data, CELL * 4);
    }
    printf("memory       server %.2f screens, idle viewer %.0f KiB\n",
           (with_server - before) / screen, (with_viewer - with_server) / 1024.0);
    make_wait(&bench, fd);
    print_refresh("unchanged", &bench, (VncSurface *const[]){a, a}, false);
    print_refresh("changed", &bench, (VncSurface *const[]){a, b}, true);
    close(fd);
    vnc_server_free(bench.server);
    vnc_surface_unref(a);
    vnc_surface_unref(b);
}

int main(int argc, char **argv)
{
    if (argc > 1 && strcmp(argv[1], "--refresh") == 0) {
        bench_refresh();
        bench_damage();
        return 0;
    }
    int64_t refresh[ROUNDS], gone[ROUNDS], change[ROUNDS], encode[ROUNDS];
    VncRect small = {100, 100, 16, 16};

    for (int i = 0; i < ROUNDS; i++) {
        Bench bench = {.server = vnc_server_new(&host_ops, NULL)};
        g_autoptr(VncSurface) other = vnc_surface_new(1024, 768);
        Script script;
        GThread *thread;
        int64_t t;

        bench.surface = noise_surface(WIDTH, HEIGHT);
        vnc_server_set_surface(bench.server, bench.surface);

        /* The whole encode, undisturbed. */
        thread = connect_reader(&bench, &script);
        wait_for_encode(&bench);
        while (!g_atomic_int_get(&script.done)) {
            g_main_context_iteration(NULL, FALSE);
            g_usleep(500);
        }
        encode[i] = script.ended - script.begun;
        shutdown(script.fd, SHUT_RDWR);
        finish(&bench, &script, thread);

        thread = connect_reader(&bench, &script);
        wait_for_encode(&bench);
        request_corner(script.fd);
        while (g_main_context_iteration(NULL, FALSE)) {
        }
        vnc_server_damage(bench.server, &small);
        t = g_get_monotonic_time();
        vnc_server_refresh(bench.server);
        refresh[i] = g_get_monotonic_time() - t;

        shutdown(script.fd, SHUT_RDWR);
        t = g_get_monotonic_time();
        while (vnc_server_watched(bench.server)) {
            g_main_context_iteration(NULL, TRUE);
        }
        gone[i] = g_get_monotonic_time() - t;
        finish(&bench, &script, thread);

        thread = connect_reader(&bench, &script);
        wait_for_encode(&bench);
        t = g_get_monotonic_time();
        vnc_server_set_surface(bench.server, other);
        change[i] = g_get_monotonic_time() - t;
        shutdown(script.fd, SHUT_RDWR);
        finish(&bench, &script, thread);

        vnc_server_free(bench.server);
        vnc_surface_unref(bench.surface);
    }
    printf("%dx%d noise, ZRLE level 9, %d rounds\n", WIDTH, HEIGHT, ROUNDS);
    print("encode", encode, ROUNDS);
    print("refresh", refresh, ROUNDS);
    print("disconnect", gone, ROUNDS);
    print("switch", change, ROUNDS);
    bench_refresh();
    bench_damage();
    return 0;
}
