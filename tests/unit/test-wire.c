/*
 * A viewer's bytes, both ways: output is sent in whatever pieces the stream takes, and leaves
 * little memory behind; input arrives in the buffer; faults are noted.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The stream is the test's own; no viewer, no server.
 */
#include "tests/lib/fake-stream.h"
#include "tests/lib/worker-part.h"
#include "tests/lib/rows.h"
#include "ui/client/wire.h"

typedef struct Fixture {
    VncClientContext context;
    VncOutput output;
    VncWire wire;
    FakeStream *fake;
    unsigned ready; /* calls */
} Fixture;

static void ready(void *opaque, GIOCondition condition)
{
    Fixture *f = opaque;

    (void)condition;
    f->ready++;
}

static void setup(Fixture *f, gconstpointer data)
{
    (void)data;
    vnc_output_init(&f->output);
    f->fake = fake_stream_new();
    vnc_wire_init(&f->wire, &f->context, &f->fake->stream, &f->output, ready, f);
}

static void teardown(Fixture *f, gconstpointer data)
{
    (void)data;
    vnc_wire_clear(&f->wire);
    vnc_output_clear(&f->output);
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

static void append(Fixture *f, size_t first, size_t len, bool end)
{
    VncBuffer part = counting(first, len);

    worker_append_part(&f->output, &part, end);
    vnc_buffer_clear(&part);
}

/* Turn by turn, in each of which the stream takes up to @room: while something is left, the viewer
 * waits for room, and else it does not. */
static void drain(Fixture *f, size_t total, size_t room)
{
    unsigned turns = 0;

    vnc_wire_watch(&f->wire, true);
    while (f->fake->out->len < total) {
        size_t before = f->fake->out->len;

        g_assert_cmpint(f->fake->watched, ==, G_IO_IN | G_IO_OUT);
        f->fake->room = room;
        f->fake->stream.ready(f->fake->stream.ready_opaque, G_IO_OUT);
        vnc_wire_flush(&f->wire, VNC_WRITE_CHUNK);
        vnc_wire_watch(&f->wire, true);
        g_assert_cmpuint(f->fake->out->len - before, ==,
                         MIN(MIN(room, VNC_WRITE_CHUNK), total - before));
        turns++;
    }
    g_assert_cmpint(f->fake->watched, ==, G_IO_IN);
    g_assert_cmpuint(vnc_wire_backlog(&f->wire), ==, 0);
    g_assert_cmpuint(turns, >=, total / VNC_WRITE_CHUNK);
}

/* Three chunks: the end of the first, or of the second, is where a turn ends, or nearly so. */
static void check_boundary(Fixture *f, size_t first, size_t second, size_t room)
{
    const size_t sizes[] = {first, second, 50000};
    VncBuffer expected;
    size_t total = 0;

    FOR_ROWS (i, sizes) {
        append(f, total, sizes[i], true);
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
    FOR_ROWS (i, rooms) {
        FOR_ROWS (j, ends) {
            for (int off = -1; off <= 1; off++) {
                check_boundary(f, ends[j] + off, 2000, rooms[i]);
                check_boundary(f, 2000, ends[j] - 2000 + off, rooms[i]);
                check_boundary(f, ends[j] - 1, ends[j] + 1 + off, rooms[i]);
            }
        }
    }
}

/* Messages that come within updates, for as long as a viewer listens: their memory is not kept for
 * ever. */
static void test_memory(Fixture *f, gconstpointer data)
{
    VncOutput *output = &f->output;

    (void)data;
    for (int i = 0; i < 10 * VNC_CHUNKS_SPARE; i++) {
        VncBuffer sound = counting(0, 2000);

        append(f, 0, 5000, false);
        vnc_wire_send(&f->wire, &sound);
        vnc_buffer_clear(&sound);
        g_assert_cmpuint(output->behind.len, ==, 2000);
        append(f, 5000, 5000, true);
        g_assert_cmpuint(output->behind.len, ==, 0);
        drain(f, 12000, SIZE_MAX);
        g_byte_array_set_size(f->fake->out, 0);
        g_assert_cmpuint(output->pending.n_spare, <=, VNC_CHUNKS_SPARE);
        g_assert_cmpuint(output->behind.n_spare, ==, 0);
    }
    g_assert_cmpuint(output->pending.n_spare, >, 0);
    vnc_wire_trim(&f->wire);
    g_assert_cmpuint(output->pending.n_spare, ==, 0);
}

static void test_read(Fixture *f, gconstpointer data)
{
    size_t read;

    (void)data;
    vnc_wire_watch(&f->wire, true);
    g_assert_cmpint(vnc_wire_read(&f->wire, 100, &read), ==, VNC_WIRE_NOTHING);
    g_byte_array_append(f->fake->in, (const uint8_t *)"seven bytes", 11);
    f->fake->stream.ready(f->fake->stream.ready_opaque, G_IO_IN);
    g_assert_cmpuint(f->ready, ==, 1);
    g_assert_true(f->wire.readable);
    g_assert_cmpint(vnc_wire_read(&f->wire, 5, &read), ==, VNC_WIRE_BYTES);
    g_assert_cmpuint(read, ==, 5);
    g_assert_false(f->wire.readable);
    g_assert_true(f->wire.whole);
    g_assert_cmpint(vnc_wire_read(&f->wire, 100, &read), ==, VNC_WIRE_BYTES);
    g_assert_cmpmem(vnc_buffer_bytes(&f->wire.input), f->wire.input.len, "seven bytes", 11);
    g_assert_null(f->wire.fault);
}

/* A stream that takes nothing is not asked again before it says so. */
static void test_blocked(Fixture *f, gconstpointer data)
{
    (void)data;
    f->fake->room = 10;
    append(f, 0, 100, true);
    g_assert_cmpuint(vnc_wire_flush(&f->wire, VNC_WRITE_CHUNK), ==, 10);
    f->fake->room = SIZE_MAX;
    g_assert_cmpuint(vnc_wire_flush(&f->wire, VNC_WRITE_CHUNK), ==, 0);
    g_assert_cmpuint(vnc_wire_backlog(&f->wire), ==, 90);
    f->fake->stream.ready(f->fake->stream.ready_opaque, G_IO_OUT);
    g_assert_cmpuint(vnc_wire_flush(&f->wire, VNC_WRITE_CHUNK), ==, 90);
}

/* It is read until there is nothing, which is its end: the stream need not say so. */
static void test_mute(Fixture *f, gconstpointer data)
{
    size_t read;

    (void)data;
    append(f, 0, 100, true);
    f->wire.mute = true;
    g_assert_cmpuint(vnc_wire_flush(&f->wire, VNC_WRITE_CHUNK), ==, 0);
    vnc_wire_watch(&f->wire, false);
    g_assert_cmpint(f->fake->watched, ==, 0);
    vnc_wire_watch(&f->wire, true);
    g_assert_cmpint(f->fake->watched, ==, G_IO_IN | G_IO_OUT);
    f->fake->stream.ready(f->fake->stream.ready_opaque, G_IO_OUT);
    g_assert_true(f->wire.readable);
    g_assert_cmpint(vnc_wire_read(&f->wire, 10, &read), ==, VNC_WIRE_FAILED);
}

/* A viewer that has more than a little to read gets no update, and its memory is given back when it
 * rests. */
static void test_keeps_up(Fixture *f, gconstpointer data)
{
    (void)data;
    append(f, 0, VNC_OUTPUT_LOW, true);
    g_assert_true(vnc_wire_keeps_up(&f->wire));
    append(f, 0, 1, true);
    g_assert_false(vnc_wire_keeps_up(&f->wire));
    vnc_wire_flush(&f->wire, VNC_WRITE_CHUNK);
    g_assert_true(vnc_wire_keeps_up(&f->wire));
}

static void test_rest(Fixture *f, gconstpointer data)
{
    (void)data;
    g_assert_false(vnc_wire_rest(&f->wire, 10 * VNC_TRIM_US));
    f->wire.used = true;
    g_assert_false(vnc_wire_rest(&f->wire, 20 * VNC_TRIM_US));
    g_assert_false(vnc_wire_rest(&f->wire, 21 * VNC_TRIM_US));
    g_assert_true(vnc_wire_rest(&f->wire, 21 * VNC_TRIM_US + 1));
    g_assert_false(vnc_wire_rest(&f->wire, 30 * VNC_TRIM_US));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add("/wire/boundaries", Fixture, NULL, setup, test_boundaries, teardown);
    g_test_add("/wire/memory", Fixture, NULL, setup, test_memory, teardown);
    g_test_add("/wire/read", Fixture, NULL, setup, test_read, teardown);
    g_test_add("/wire/blocked", Fixture, NULL, setup, test_blocked, teardown);
    g_test_add("/wire/mute", Fixture, NULL, setup, test_mute, teardown);
    g_test_add("/wire/keeps-up", Fixture, NULL, setup, test_keeps_up, teardown);
    g_test_add("/wire/rest", Fixture, NULL, setup, test_rest, teardown);
    return g_test_run();
}
