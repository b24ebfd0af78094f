/*
 * A viewer that measures: it reads updates as fast as they come, and paints nothing.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 *   bench-viewer PORT PID WARM-UP SECONDS GRACE ENCODING[,ENCODING...]
 *
 * Connects to 127.0.0.1:PORT and asks for the encodings, numbers as in SetEncodings. Each request
 * but the first is incremental, and the next one is sent as soon as an update begins to arrive, so
 * that one request is always outstanding. Updates within SECONDS after WARM-UP are counted, from
 * the end of one update to the end of another, so that no half update is paid for and not counted.
 * When no update ends within GRACE seconds after either moment, the clock decides.
 *
 * `begin` is printed when counting begins, and the counts, as JSON, when it ends:
 *
 *   seconds, updates, bytes
 *   pixels, copied      in rectangles with pixels, in CopyRect
 *   gap_p99_ms          from one update's end to the next one's; null with less than two updates
 *   main_ms, worker_ms  processor time of PID's main thread, and of all others but those of the
 *                       virtual processors and of the monitor (with QEMU's -name debug-threads=on)
 *
 * PORT 0: no connection; measures what PID uses without a viewer.
 */
#include "tests/bench/rects.h"

#include <errno.h>
#include <math.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { ENCODINGS_MAX = 16, REQUEST_SIZE = 10 };
enum { MSG_UPDATE = 0, MSG_BELL = 2 };           /* from the server */
enum { MSG_SET_ENCODINGS = 2, MSG_REQUEST = 3 }; /* to the server */

typedef struct Sample {
    double time; /* seconds */
    double main_ms, worker_ms;
    uint64_t bytes;
} Sample;

typedef struct Bench {
    int pid;
    double begin, end, grace; /* when to count; `begin` and `end` are moved to an update's end */
    bool counting, done;
    Sample first, last;
    unsigned updates;
    RectCounts counts;
    GArray *times; /* double: the ends of updates; counting begins with the first of them */
} Bench;

static void G_GNUC_NORETURN G_GNUC_PRINTF(1, 2) die(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    exit(1);
}

static double now(void)
{
    return g_get_monotonic_time() / 1e6;
}

static double thread_ms(const char *task)
{
    g_autofree char *path = g_build_filename(task, "schedstat", NULL);
    g_autofree char *text = NULL;

    if (!g_file_get_contents(path, &text, NULL, NULL)) {
        return 0; /* it has just ended */
    }
    return (double)g_ascii_strtoull(text, NULL, 10) / 1e6;
}

static bool is_server(const char *task)
{
    g_autofree char *path = g_build_filename(task, "comm", NULL);
    g_autofree char *text = NULL;

    return g_file_get_contents(path, &text, NULL, NULL) && !g_str_has_prefix(text, "CPU ") &&
           !g_str_has_prefix(text, "IO mon_");
}

static Sample take_sample(const Bench *bench, uint64_t bytes)
{
    g_autofree char *tasks = g_strdup_printf("/proc/%d/task", bench->pid);
    g_autoptr(GDir) dir = g_dir_open(tasks, 0, NULL);
    Sample sample = {.time = now(), .bytes = bytes};
    const char *name;

    while (dir && (name = g_dir_read_name(dir))) {
        g_autofree char *task = g_build_filename(tasks, name, NULL);

        if (atoi(name) == bench->pid) {
            sample.main_ms += thread_ms(task);
        } else if (is_server(task)) {
            sample.worker_ms += thread_ms(task);
        }
    }
    return sample;
}

/* Begin or end counting, if it is time to for @late seconds already. */
static void look_at_clock(Bench *bench, uint64_t bytes, double late)
{
    if (!bench->counting && now() >= bench->begin + late) {
        bench->counting = true;
        bench->first = take_sample(bench, bytes);
        bench->end += bench->first.time - bench->begin;
        printf("begin\n");
        fflush(stdout);
    } else if (bench->counting && now() >= bench->end + late) {
        bench->done = true;
        bench->last = take_sample(bench, bytes);
    }
}

/* Wait for something to read, or, when fd is -1, for the end. */
static bool wait_readable(Reader *reader, void *opaque)
{
    Bench *bench = opaque;

    while (!bench->done) {
        double until = (bench->counting ? bench->end : bench->begin) + bench->grace;
        int ms = (int)ceil((until - now()) * 1000);
        struct pollfd p = {.fd = reader->fd, .events = POLLIN};

        if (poll(&p, 1, MAX(0, ms)) > 0) {
            return true;
        }
        look_at_clock(bench, reader->bytes, bench->grace);
    }
    return false;
}

static void send_all(int fd, const uint8_t *bytes, size_t len)
{
    while (len > 0) {
        ssize_t n = send(fd, bytes, len, MSG_NOSIGNAL);

        if (n < 0 && errno == EINTR) {
            continue;
        }
        if (n <= 0) {
            die("cannot send: %s", g_strerror(errno));
        }
        bytes += n;
        len -= (size_t)n;
    }
}

static const uint8_t *take(Reader *reader, size_t len)
{
    const uint8_t *p = reader_take(reader, len);

    if (!p) {
        die("the server says nothing");
    }
    return p;
}

static int connect_to(int port)
{
    struct sockaddr_in address = {.sin_family = AF_INET,
                                  .sin_port = htons((uint16_t)port),
                                  .sin_addr = {htonl(INADDR_LOOPBACK)}};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), one = 1;

    if (fd < 0 || connect(fd, (struct sockaddr *)&address, sizeof(address)) < 0 ||
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)) < 0) {
        die("cannot connect to port %d: %s", port, g_strerror(errno));
    }
    return fd;
}

/* RFB 3.8, None, shared; the screen's size goes into the request. */
static void shake_hands(Reader *reader, uint8_t request[REQUEST_SIZE])
{
    const uint8_t *p;

    take(reader, 12);
    send_all(reader->fd, (const uint8_t *)"RFB 003.008\n", 12);
    take(reader, *take(reader, 1)); /* security types: there is None, or what follows fails */
    send_all(reader->fd, (const uint8_t *)"\1", 1);
    if (get_u32(take(reader, 4)) != 0) {
        die("the server wants more than None");
    }
    send_all(reader->fd, (const uint8_t *)"\1", 1);
    p = take(reader, 24);
    if (p[4] != 32 || p[5] != 24) {
        die("%d bits a pixel, depth %d: 32 and 24 are expected", p[4], p[5]);
    }
    memcpy(request + 6, p, 4);
    reader_skip(reader, get_u32(p + 20));
}

static void set_encodings(int fd, char **names)
{
    unsigned n = g_strv_length(names);
    g_autofree uint8_t *message = g_malloc0(4 + 4 * n);

    message[0] = MSG_SET_ENCODINGS;
    message[2] = (uint8_t)(n >> 8);
    message[3] = (uint8_t)n;
    for (unsigned i = 0; i < n; i++) {
        uint32_t encoding = GUINT32_TO_BE((uint32_t)atoi(names[i]));

        memcpy(message + 4 + 4 * i, &encoding, 4);
    }
    send_all(fd, message, 4 + 4 * n);
}

/* An update has ended that has pixels. */
static void count_update(Bench *bench, const Reader *reader, const RectCounts *counts)
{
    bool counting = bench->counting;

    look_at_clock(bench, reader->bytes, 0);
    if (counting) {
        bench->counts.pixels += counts->pixels;
        bench->counts.copied += counts->copied;
        bench->updates++;
    }
    if (bench->counting) {
        double time = bench->done ? bench->last.time : now();

        g_array_append_val(bench->times, time);
    }
}

static void watch(Bench *bench, int port, char **encodings)
{
    uint8_t request[REQUEST_SIZE] = {MSG_REQUEST};
    Reader reader;

    reader_init(&reader, connect_to(port), wait_readable, bench);
    shake_hands(&reader, request);
    set_encodings(reader.fd, encodings);
    send_all(reader.fd, request, sizeof(request));
    request[1] = 1; /* incremental */
    while (!bench->done) {
        const uint8_t *type = reader_take(&reader, 1);
        RectCounts counts = {0};

        if (!type) {
            break;
        }
        if (*type == MSG_BELL) {
            continue;
        }
        if (*type != MSG_UPDATE) {
            die("a message that nobody asked for: %d", *type);
        }
        send_all(reader.fd, request, sizeof(request));
        if (!rects_read(&reader, &counts)) {
            break;
        }
        if (counts.pixels > 0 || counts.copied > 0) {
            count_update(bench, &reader, &counts);
        }
    }
    close(reader.fd);
    reader_free(&reader);
}

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

/* The gap that 99 of 100 do not exceed. */
static void print_gap(const GArray *times)
{
    unsigned n = times->len > 0 ? times->len - 1 : 0;
    g_autofree double *gaps = g_new(double, n);

    if (n == 0) {
        printf("\"gap_p99_ms\": null, ");
        return;
    }
    for (unsigned i = 0; i < n; i++) {
        gaps[i] = g_array_index(times, double, i + 1) - g_array_index(times, double, i);
    }
    qsort(gaps, n, sizeof(*gaps), compare_doubles);
    printf("\"gap_p99_ms\": %.2f, ", 1000 * gaps[(n * 99 + 99) / 100 - 1]);
}

static void print_result(const Bench *bench)
{
    printf("{\"seconds\": %.4f, \"updates\": %u, \"bytes\": %" G_GUINT64_FORMAT
           ", \"pixels\": %" G_GUINT64_FORMAT ", \"copied\": %" G_GUINT64_FORMAT ", ",
           bench->last.time - bench->first.time, bench->updates,
           bench->last.bytes - bench->first.bytes, bench->counts.pixels, bench->counts.copied);
    print_gap(bench->times);
    printf("\"main_ms\": %.3f, \"worker_ms\": %.3f}\n", bench->last.main_ms - bench->first.main_ms,
           bench->last.worker_ms - bench->first.worker_ms);
}

int main(int argc, char **argv)
{
    g_autoptr(GArray) times = g_array_new(false, false, sizeof(double));
    g_auto(GStrv) encodings = NULL;
    Bench bench = {.times = times};
    Reader nobody = {.fd = -1};

    if (argc != 7) {
        die("usage: bench-viewer PORT PID WARM-UP SECONDS GRACE ENCODING[,ENCODING...]");
    }
    bench.pid = atoi(argv[2]);
    bench.begin = now() + g_ascii_strtod(argv[3], NULL);
    bench.end = bench.begin + g_ascii_strtod(argv[4], NULL);
    bench.grace = g_ascii_strtod(argv[5], NULL);
    encodings = g_strsplit(argv[6], ",", ENCODINGS_MAX);
    if (atoi(argv[1]) > 0) {
        watch(&bench, atoi(argv[1]), encodings);
    } else {
        wait_readable(&nobody, &bench);
    }
    print_result(&bench);
    return 0;
}
