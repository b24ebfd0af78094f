/*
 * What waits to be sent to a viewer: it goes out whatever its pieces and what the stream takes, and
 * leaves little memory behind.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A viewer over a stream of the test's making.
 */
#include "tests/lib/fake-stream.h"
#include "tests/lib/worker-part.h"
#include "tests/lib/deaf-host.h"
#include "ui/client/client-private.h"
#include "ui/server/server-private.h"

#include <sys/socket.h>
#include <unistd.h>

static const VncHostOps host_ops = {DEAF_HOST};

typedef struct Fixture {
    VncServer *server;
    int peer; /* of the stream that the server gave the viewer */
    VncState *vs;
    FakeStream *fake; /* that the viewer has in its place */
} Fixture;

static void setup(Fixture *f, gconstpointer data)
{
    g_autoptr(GSocket) socket = NULL;
    int fds[2];

    (void)data;
    f->server = vnc_server_new(&host_ops, NULL);
    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), ==, 0);
    f->peer = fds[1];
    socket = g_socket_new_from_fd(fds[0], NULL);
    vnc_server_add_viewer(f->server, socket, false);
    f->vs = g_ptr_array_index(f->server->viewers, 0);
    vnc_state_flush(f->vs);
    g_assert_cmpuint(vnc_state_backlog(f->vs), ==, 0);

    f->fake = fake_stream_new();
    vnc_stream_free(f->vs->stream);
    f->vs->stream = &f->fake->stream;
    vnc_state_use_stream(f->vs);
    g_assert_cmpint(f->fake->watched, ==, G_IO_IN);
}

static void teardown(Fixture *f, gconstpointer data)
{
    (void)data;
    vnc_server_free(f->server);
    close(f->peer);
}

/* @len bytes that count on from @first. */
static VncBuffer counting(size_t first, size_t len)
{
    VncBuffer buffer = {0};
    uint8_t *bytes = vnc_buffer_reserve(&buffer, len);

    for (size_t i = 0; i < len; i++) {
        bytes[i] = (first + i) * 7 >> 3;
    }
    vnc_buffer_commit(&buffer, len);
    return buffer;
}

static void append(VncState *vs, size_t first, size_t len, bool end)
{
    VncBuffer part = counting(first, len);

    worker_append_part(&vs->owner.output, &part, end);
    vnc_buffer_clear(&part);
}

/* Turn by turn, in each of which the stream takes up to @room: while something is left, the viewer waits
 * for room, and else it does not. */
static void drain(Fixture *f, size_t total, size_t room)
{
    unsigned turns = 0;

    vnc_state_write_later(f->vs);
    while (f->fake->out->len < total) {
        size_t before = f->fake->out->len;

        g_assert_cmpint(f->fake->watched, ==, G_IO_IN | G_IO_OUT);
        f->fake->room = room;
        f->fake->stream.ready(f->fake->stream.ready_opaque, G_IO_OUT);
        g_assert_cmpuint(f->fake->out->len - before, ==,
                         MIN(MIN(room, VNC_WRITE_CHUNK), total - before));
        turns++;
    }
    g_assert_cmpint(f->fake->watched, ==, G_IO_IN);
    g_assert_cmpuint(vnc_state_backlog(f->vs), ==, 0);
    g_assert_cmpuint(turns, >=, total / VNC_WRITE_CHUNK);
}

/* Three chunks: the end of the first, or of the second, is where a turn ends, or nearly so. */
static void check_boundary(Fixture *f, size_t first, size_t second, size_t room)
{
    const size_t sizes[] = {first, second, 50000};
    VncBuffer expected;
    size_t total = 0;

    for (unsigned i = 0; i < G_N_ELEMENTS(sizes); i++) {
        append(f->vs, total, sizes[i], true);
        total += sizes[i];
    }
    drain(f, total, room);
    expected = counting(0, total);
    g_assert_cmpuint(f->fake->out->len, ==, total);
    /* Not g_assert_cmpmem(), which prints both. */
    g_assert_true(memcmp(f->fake->out->data, vnc_buffer_bytes(&expected), total) == 0);
    vnc_buffer_clear(&expected);
    g_byte_array_set_size(f->fake->out, 0);
}

static void test_boundaries(Fixture *f, gconstpointer data)
{
    static const size_t ends[] = {VNC_WRITE_CHUNK / 2, VNC_WRITE_CHUNK, 2 * VNC_WRITE_CHUNK};
    static const size_t rooms[] = {SIZE_MAX, VNC_WRITE_CHUNK, VNC_WRITE_CHUNK / 2,
                                   VNC_WRITE_CHUNK / 2 + 1};

    (void)data;
    for (unsigned i = 0; i < G_N_ELEMENTS(rooms); i++) {
        for (unsigned j = 0; j < G_N_ELEMENTS(ends); j++) {
            for (int off = -1; off <= 1; off++) {
                check_boundary(f, ends[j] + off, 2000, rooms[i]);
                check_boundary(f, 2000, ends[j] - 2000 + off, rooms[i]);
                check_boundary(f, ends[j] - 1, ends[j] + 1 + off, rooms[i]);
            }
        }
    }
}

/* Messages that come within updates, for as long as a viewer listens: their memory is not kept for ever. */
static void test_memory(Fixture *f, gconstpointer data)
{
    VncOutput *output = &f->vs->owner.output;

    (void)data;
    for (int i = 0; i < 10 * VNC_CHUNKS_SPARE; i++) {
        VncBuffer sound = counting(0, 2000);

        append(f->vs, 0, 5000, false);
        vnc_state_send(f->vs, &sound);
        vnc_buffer_clear(&sound);
        g_assert_cmpuint(output->behind.len, ==, 2000);
        append(f->vs, 5000, 5000, true);
        g_assert_cmpuint(output->behind.len, ==, 0);
        drain(f, 12000, SIZE_MAX);
        g_byte_array_set_size(f->fake->out, 0);
        g_assert_cmpuint(output->pending.n_spare, <=, VNC_CHUNKS_SPARE);
        g_assert_cmpuint(output->behind.n_spare, ==, 0);
    }
    g_assert_cmpuint(output->pending.n_spare, >, 0);
    vnc_state_trim(f->vs);
    g_assert_cmpuint(output->pending.n_spare, ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/output/boundaries", Fixture, NULL, setup, test_boundaries, teardown);
    g_test_add("/output/memory", Fixture, NULL, setup, test_memory, teardown);
    return g_test_run();
}
