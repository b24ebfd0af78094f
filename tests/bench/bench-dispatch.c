/*
 * One turn of the main loop: how much processor time does it take at most?
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Floods: viewers send one kind of message as fast as the server reads it. Other viewers are
 * connected, and throw away all that they are sent. Then damage: the cost of a refresh in which
 * every second cell has changed, and one cell in a hundred, with one waiting viewer and with eight.
 *
 * The main thread's processor time is counted, so that other work of the machine matters little.
 * The host does nothing. The tables are in RST: tests/bench/dispatch.py puts them into
 * docs/benchmarks.rst.
 */
#include "tests/lib/floods.h"
#include "tests/lib/deaf-host.h"
#include "tests/lib/viewer.h"
#include "ui/vnc-server.h"

#include <netinet/in.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MAX_VIEWERS = 64, MANY = 8, CELL = 8, FLOOD_BLOCK = 256 * 1024, REFRESH_MS = 16 };

static double seconds = 2;
static unsigned others = 31;

static void on_log(void *host, const char *line)
{
    (void)host;
    fprintf(stderr, "%s\n", line);
}

static const VncHostOps host_ops = {
    DEAF_HOST,
    DEAF_OFFERS,
    .log = on_log,
};

/* Of this thread, us. */
static double cpu_us(void)
{
    struct timespec t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return t.tv_sec * 1e6 + t.tv_nsec / 1e3;
}

/* What turns of the main loop took, us. */
typedef struct Turns {
    GArray *us; /* double */
    double sum;
} Turns;

static void turn(Turns *turns)
{
    double begun = cpu_us(), took;

    if (g_main_context_iteration(NULL, FALSE)) {
        took = cpu_us() - begun;
        g_array_append_val(turns->us, took);
        turns->sum += took;
    } else {
        g_usleep(50);
    }
}

static int compare_double(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* In ms: of so many of a hundred turns none took longer. */
static double percentile_ms(Turns *turns, double percent)
{
    if (turns->us->len == 0) {
        return 0;
    }
    g_array_sort(turns->us, compare_double);
    return g_array_index(turns->us, double, (guint)((turns->us->len - 1) * percent / 100)) / 1e3;
}

typedef struct Bench {
    VncServer *server;
    VncSurface *surface;
    GSource *refresh;
    int fds[MAX_VIEWERS];
    GThread *drains[MAX_VIEWERS];
    unsigned n_fds;
} Bench;

static gboolean on_refresh(gpointer server)
{
    vnc_server_refresh(server);
    return G_SOURCE_CONTINUE;
}

static void bench_begin(Bench *bench, int width, int height)
{
    g_autoptr(VncOptions) options = vnc_options_new();

    *bench = (Bench){.server = vnc_server_new(&host_ops, NULL)};
    g_ptr_array_add(options->addresses, g_strdup("none"));
    options->power_control = true;
    options->connections = MAX_VIEWERS;
    if (!vnc_server_open(bench->server, options, NULL)) {
        g_error("the server does not open");
    }
    bench->surface = vnc_surface_new(width, height);
    vnc_server_set_surface(bench->server, bench->surface);
    vnc_server_set_audio(bench->server, true);
}

/* The viewer's end of a new connection. */
static int bench_connect(Bench *bench)
{
    g_autoptr(GSocket) socket = NULL;
    int fds[2];

    if (socketpair(AF_UNIX, SOCK_STREAM, 0, fds) != 0) {
        g_error("no socket pair");
    }
    socket = g_socket_new_from_fd(fds[0], NULL);
    vnc_server_add_viewer(bench->server, socket, true);
    bench->fds[bench->n_fds++] = fds[1];
    return fds[1];
}

static void bench_end(Bench *bench)
{
    vnc_server_free(bench->server);
    vnc_surface_unref(bench->surface);
    for (unsigned i = 0; i < bench->n_fds; i++) {
        close(bench->fds[i]);
    }
}

/* Reads what a viewer is sent, until it has been cut off. Each has a thread, which is woken up by
 * what is written to it, as viewers are. */
static gpointer drain(gpointer fd)
{
    uint8_t waste[64 * 1024];

    while (recv(GPOINTER_TO_INT(fd), waste, sizeof(waste), 0) > 0) {
    }
    return NULL;
}

typedef struct Flooder {
    int fd;
    const GByteArray *block;
    uint64_t sent;
    int ended; /* atomic */
} Flooder;

static gpointer flood(gpointer opaque)
{
    Flooder *flooder = opaque;
    ssize_t n = 0;

    for (size_t at = 0;; at = (at + (size_t)n) % flooder->block->len) {
        n = send(flooder->fd, flooder->block->data + at, flooder->block->len - at, MSG_NOSIGNAL);
        if (n <= 0) {
            g_atomic_int_set(&flooder->ended, 1);
            return NULL;
        }
        flooder->sent += (uint64_t)n;
    }
}

/* As many whole units as fit into a block, or one. */
static GByteArray *flood_block(const Flood *kind, unsigned *unit)
{
    GByteArray *block = g_byte_array_new();

    kind->append(block);
    *unit = block->len;
    while (block->len + *unit <= FLOOD_BLOCK) {
        kind->append(block);
    }
    return block;
}

static void connect_all(Bench *bench, unsigned n)
{
    g_autoptr(GByteArray) beginning = floods_beginning();

    for (unsigned i = 0; i < n; i++) {
        int fd = bench_connect(bench);

        if (send(fd, beginning->data, beginning->len, 0) != (ssize_t)beginning->len) {
            g_error("no beginning");
        }
        while (g_main_context_iteration(NULL, FALSE)) {
        }
    }
}

static void turns_for(Turns *turns, double wanted)
{
    int64_t end = g_get_monotonic_time() + (int64_t)(wanted * 1e6);

    while (g_get_monotonic_time() < end) {
        turn(turns);
    }
}

static void turns_forget(Turns *turns)
{
    g_array_set_size(turns->us, 0);
    turns->sum = 0;
}

/* All are let in, and see the picture. */
static void bench_settle(Bench *bench, Turns *turns)
{
    for (unsigned i = 0; i < bench->n_fds; i++) {
        bench->drains[i] = g_thread_new("drain", drain, GINT_TO_POINTER(bench->fds[i]));
    }
    bench->refresh = g_timeout_source_new(REFRESH_MS);
    g_source_set_callback(bench->refresh, on_refresh, bench->server, NULL);
    g_source_attach(bench->refresh, NULL);
    turns_for(turns, 0.3);
    turns_forget(turns);
}

/* What has been sent until the time is over. */
static uint64_t run_flooders(Bench *bench, const GByteArray *block, unsigned n, Turns *turns)
{
    Flooder flooders[MAX_VIEWERS];
    GThread *threads[MAX_VIEWERS];
    uint64_t sent = 0;

    for (unsigned i = 0; i < n; i++) {
        flooders[i] = (Flooder){.fd = bench->fds[i], .block = block};
        threads[i] = g_thread_new("flood", flood, &flooders[i]);
    }
    turns_for(turns, seconds);
    for (unsigned i = 0; i < n; i++) {
        if (g_atomic_int_get(&flooders[i].ended)) {
            g_error("a viewer has been cut off");
        }
    }
    for (unsigned i = 0; i < bench->n_fds; i++) {
        shutdown(bench->fds[i], SHUT_RDWR);
        g_thread_join(bench->drains[i]);
    }
    for (unsigned i = 0; i < n; i++) {
        g_thread_join(threads[i]);
        sent += flooders[i].sent;
    }
    return sent;
}

static void bench_flood(const Flood *kind, unsigned n_flooders)
{
    unsigned unit;
    g_autoptr(GByteArray) block = flood_block(kind, &unit);
    Turns turns = {.us = g_array_new(FALSE, FALSE, sizeof(double))};
    uint64_t sent;
    Bench bench;

    bench_begin(&bench, 1920, 1080);
    connect_all(&bench, others + n_flooders);
    bench_settle(&bench, &turns);
    sent = run_flooders(&bench, block, n_flooders, &turns);
    printf("%-29s  %8u  %11.2f  %10.2f  %12.1f\n", kind->name, n_flooders,
           percentile_ms(&turns, 100), percentile_ms(&turns, 99),
           (double)sent / unit / turns.sum * 1e3);
    fflush(stdout);
    g_source_destroy(bench.refresh);
    g_source_unref(bench.refresh);
    bench_end(&bench);
    g_array_free(turns.us, TRUE);
}

static void print_floods(const char *only)
{
    static const char rule[] =
        "=============================  ========  ===========  ==========  ============\n";

    printf("%s%-29s  %8s  %11s  %10s  %12s\n%s", rule, "what floods", "viewers", "longest, ms",
           "99 %, ms", "units per ms", rule);
    for (const Flood *kind = floods; kind->name; kind++) {
        if (!only || strstr(kind->name, only)) {
            bench_flood(kind, 1);
        }
    }
    if (!only || strstr("mix", only)) {
        bench_flood(floods_find("mix"), MANY);
    }
    printf("%s\n", rule);
}

/* A viewer that waits for each update, and reads it. */
typedef struct Watcher {
    Viewer viewer;
    int32_t encoding;
    int asked; /* atomic: how many updates it has asked for */
} Watcher;

static gpointer watch(gpointer opaque)
{
    Watcher *watcher = opaque;
    Viewer *viewer = &watcher->viewer;

    if (viewer_handshake(viewer) && viewer_set_encodings(viewer, watcher->encoding, 1) &&
        viewer_request(viewer, true)) {
        do {
            g_atomic_int_inc(&watcher->asked);
        } while (viewer_read_update(viewer) && viewer_request(viewer, true));
    }
    return NULL;
}

/* Flip each cell of those that stand on so many'th columns of cells, a step further on in each such
 * row of them. */
static void change_cells(VncSurface *surface, int every, int shift)
{
    int rows = shift ? 1 : every;

    for (int row = 0; row < surface->height / CELL; row += rows) {
        for (int column = row * shift % every; column < surface->width / CELL; column += every) {
            for (int y = row * CELL; y < (row + 1) * CELL; y++) {
                uint8_t *line = surface->data + y * surface->stride;
                uint32_t *pixels = (uint32_t *)(void *)line + column * CELL;

                for (int x = 0; x < CELL; x++) {
                    pixels[x] ^= 0x404040;
                }
            }
        }
    }
}

/* Until each has asked for its @n-th update, and the server knows it. */
static void wait_asked(Watcher *watchers, unsigned viewers, int n, Turns *turns)
{
    for (unsigned i = 0; i < viewers; i++) {
        while (g_atomic_int_get(&watchers[i].asked) < n) {
            turn(turns);
        }
    }
    for (int i = 0; i < 20; i++) {
        turn(turns);
    }
}

typedef struct Picture {
    const char *name;
    int width, height;
    int32_t encoding;
    int every, shift; /* change_cells() */
} Picture;

/* Median of what a refresh takes, us; @turns: what follows it. */
static double refresh_us(const Picture *picture, unsigned viewers, unsigned rounds, Turns *turns)
{
    VncRect all = {0, 0, picture->width, picture->height};
    Watcher watchers[MAX_VIEWERS];
    GThread *threads[MAX_VIEWERS];
    g_autofree double *us = g_new(double, rounds);
    Bench bench;

    bench_begin(&bench, picture->width, picture->height);
    for (unsigned i = 0; i < viewers; i++) {
        watchers[i] =
            (Watcher){.viewer = {.fd = bench_connect(&bench)}, .encoding = picture->encoding};
        threads[i] = g_thread_new("viewer", watch, &watchers[i]);
    }
    wait_asked(watchers, viewers, 1, turns);
    vnc_server_refresh(bench.server);
    wait_asked(watchers, viewers, 2, turns);
    turns_forget(turns);
    for (unsigned i = 0; i < rounds; i++) {
        double begun;

        change_cells(bench.surface, picture->every, picture->shift);
        vnc_server_damage(bench.server, &all);
        begun = cpu_us();
        vnc_server_refresh(bench.server);
        us[i] = cpu_us() - begun;
        wait_asked(watchers, viewers, 3 + (int)i, turns);
    }
    for (unsigned i = 0; i < viewers; i++) {
        shutdown(bench.fds[i], SHUT_RDWR);
        g_thread_join(threads[i]);
    }
    bench_end(&bench);
    qsort(us, rounds, sizeof(*us), compare_double);
    return us[rounds / 2];
}

static void print_picture(const Picture *picture)
{
    enum { ROUNDS = 9 };
    Turns turns = {.us = g_array_new(FALSE, FALSE, sizeof(double))};
    double one = refresh_us(picture, 1, ROUNDS, &turns) / 1e3;
    double many = refresh_us(picture, MANY, ROUNDS, &turns) / 1e3;

    printf("%-29s  %12.2f  %8.2f  %12.2f  %11.2f\n", picture->name, one, many,
           (many - one) / (MANY - 1), percentile_ms(&turns, 100));
    fflush(stdout);
    g_array_free(turns.us, TRUE);
}

static void print_damage(void)
{
    static const char rule[] =
        "=============================  ============  ========  ============  ===========\n";
    static const Picture pictures[] = {
        {"4K, every 2nd cell, Raw", 3840, 2160, 0, 2, 1},
        {"4K, every 2nd cell, ZRLE", 3840, 2160, 16, 2, 1},
        {"4K, one in 100, Raw", 3840, 2160, 0, 10, 0},
        {"4K, one in 100, ZRLE", 3840, 2160, 16, 10, 0},
        {"8192x8192, every 2nd, ZRLE", 8192, 8192, 16, 2, 1},
        {"8192x8192, one in 100, ZRLE", 8192, 8192, 16, 10, 0},
    };

    printf("%s%-29s  %12s  %8s  %12s  %11s\n%s", rule, "refresh, ms", "one viewer", "eight",
           "for each one", "turn after", rule);
    for (size_t i = 0; i < G_N_ELEMENTS(pictures); i++) {
        print_picture(&pictures[i]);
    }
    printf("%s", rule);
}

/* Of a server elsewhere; the viewer's end. */
static int connect_port(unsigned port)
{
    struct sockaddr_in address = {
        .sin_family = AF_INET,
        .sin_port = htons((uint16_t)port),
        .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
    };
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) != 0) {
        g_error("port %u: no connection", port);
    }
    return fd;
}

/* Flood a server elsewhere until standard input ends; say how much of it was read, and how many
 * viewers were cut off before. */
static void attack(unsigned port, const char *name, unsigned viewers)
{
    const Flood *kind = floods_find(name);
    unsigned unit;
    g_autoptr(GByteArray) block = flood_block(kind, &unit);
    g_autoptr(GByteArray) beginning = floods_beginning();
    Flooder flooders[MAX_VIEWERS];
    GThread *threads[MAX_VIEWERS], *drains[MAX_VIEWERS];
    uint64_t sent = 0;
    unsigned cut_off = 0;

    for (unsigned i = 0; i < viewers; i++) {
        int fd = connect_port(port);

        if (send(fd, beginning->data, beginning->len, 0) != (ssize_t)beginning->len) {
            g_error("no beginning");
        }
        flooders[i] = (Flooder){.fd = fd, .block = block};
        drains[i] = g_thread_new("drain", drain, GINT_TO_POINTER(fd));
    }
    for (unsigned i = 0; i < viewers; i++) {
        threads[i] = g_thread_new("flood", flood, &flooders[i]);
    }
    printf("begun\n");
    fflush(stdout);
    while (getchar() != EOF) {
    }
    for (unsigned i = 0; i < viewers; i++) {
        cut_off += g_atomic_int_get(&flooders[i].ended);
        shutdown(flooders[i].fd, SHUT_RDWR);
        g_thread_join(drains[i]);
        g_thread_join(threads[i]);
        close(flooders[i].fd);
        sent += flooders[i].sent;
    }
    printf("%" G_GUINT64_FORMAT " %u\n", sent / unit, cut_off);
}

/* bench-dispatch [floods | damage | all] [PART OF A NAME] [SECONDS] [OTHERS]
 * bench-dispatch attack PORT NAME VIEWERS */
int main(int argc, char **argv)
{
    const char *what = argc > 1 ? argv[1] : "all";
    const char *only = argc > 2 && *argv[2] ? argv[2] : NULL;

    if (argc == 5 && strcmp(what, "attack") == 0) {
        attack((unsigned)atoi(argv[2]), argv[3], MIN((unsigned)atoi(argv[4]), MAX_VIEWERS));
        return 0;
    }
    if (argc > 3) {
        seconds = g_ascii_strtod(argv[3], NULL);
    }
    if (argc > 4) {
        others = MIN((unsigned)atoi(argv[4]), MAX_VIEWERS - MANY);
    }
    if (strcmp(what, "damage") != 0) {
        print_floods(only);
    }
    if (strcmp(what, "floods") != 0) {
        print_damage();
    }
    return 0;
}
