/*
 * Layers: how much work a layer does in one turn of the main loop.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One thread. The test makes the layer. Its units are single bytes, passed on unchanged.
 */
#include "tests/lib/fake-stream.h"
#include "ui/net/layer.h"

#define SHARE 1000
#define UNITS 10 /* read in one turn */

typedef struct Test {
    VncLayer *layer;
    FakeStream *lower;
    uint8_t bytes[64 * 1024];
    GIOCondition wanted;
    size_t written, got;
    unsigned turns; /* in which the layer has said that it is ready */
    size_t most;    /* bytes written, and bytes read, in one of them */
} Test;

static bool decode(VncLayer *layer, G_GNUC_UNUSED GError **error)
{
    size_t n = MIN(layer->in.len, UNITS);

    vnc_buffer_append(&layer->plain, vnc_buffer_bytes(&layer->in), n);
    vnc_buffer_consume(&layer->in, n);
    layer->more = layer->in.len > 0;
    return true;
}

static gssize encode(VncLayer *layer, const void *bytes, size_t len, G_GNUC_UNUSED GError **error)
{
    g_assert_cmpuint(len, <=, SHARE);
    vnc_buffer_append(&layer->out, bytes, len);
    return len;
}

static const VncLayerOps ops = {.share = SHARE, .decode = decode, .encode = encode};

/* As long as the stream takes them. */
static void write_bytes(Test *test)
{
    size_t before = test->written;
    gssize n;

    do {
        n = vnc_stream_write(&test->layer->stream, test->bytes + test->written,
                             MIN(sizeof(test->bytes) - test->written, 300), NULL);
        test->written += MAX(n, 0);
    } while (n > 0 && test->written < sizeof(test->bytes));
    test->most = MAX(test->most, test->written - before);
}

static void read_bytes(Test *test)
{
    uint8_t bytes[4096];
    gssize n = vnc_stream_read(&test->layer->stream, bytes, sizeof(bytes), NULL);

    g_assert_cmpint(n, >, 0);
    g_assert_cmpmem(bytes, n, test->bytes + test->got, n);
    test->got += n;
    test->most = MAX(test->most, (size_t)n);
}

static void ready(void *opaque, GIOCondition condition)
{
    Test *test = opaque;

    g_assert_cmpuint(condition & ~test->wanted, ==, 0);
    test->turns++;
    if (condition & G_IO_OUT) {
        write_bytes(test);
    }
    if (condition & G_IO_IN) {
        read_bytes(test);
    }
}

static void init(Test *test, GIOCondition wanted)
{
    *test = (Test){.layer = g_new0(VncLayer, 1), .lower = fake_stream_new(), .wanted = wanted};
    for (size_t i = 0; i < sizeof(test->bytes); i++) {
        test->bytes[i] = (uint8_t)(i * 7 + (i >> 9));
    }
    vnc_layer_init(test->layer, &ops, &test->lower->stream, NULL);
    vnc_stream_set_ready(&test->layer->stream, ready, test);
    vnc_stream_watch(&test->layer->stream, wanted);
}

static void test_write(void)
{
    Test test;

    init(&test, G_IO_OUT);
    write_bytes(&test);
    g_assert_cmpuint(test.written, ==, SHARE);
    /* Nobody below is asked whether there is room: it would say so at once. */
    g_assert_cmpuint(test.lower->watched, ==, 0);
    while (test.written < sizeof(test.bytes)) {
        g_assert_true(g_main_context_iteration(NULL, FALSE));
    }
    g_assert_cmpuint(test.most, ==, SHARE);
    g_assert_cmpuint(test.turns, ==, sizeof(test.bytes) / SHARE);
    g_assert_cmpmem(test.lower->out->data, test.lower->out->len, test.bytes, sizeof(test.bytes));
    vnc_stream_free(&test.layer->stream);
}

/* The stream below is full in the middle of a share: it says when to go on. */
static void test_full(void)
{
    Test test;

    init(&test, G_IO_OUT);
    test.lower->room = SHARE - 1;
    write_bytes(&test);
    g_assert_cmpuint(test.written, ==, SHARE);
    g_assert_cmpuint(test.lower->watched, ==, G_IO_OUT);
    g_assert_false(g_main_context_iteration(NULL, FALSE));
    test.lower->room = SIZE_MAX;
    test.lower->stream.ready(test.lower->stream.ready_opaque, G_IO_OUT);
    g_assert_cmpuint(test.written, ==, 2 * SHARE);
    vnc_stream_free(&test.layer->stream);
}

static void test_read(void)
{
    Test test;

    init(&test, G_IO_IN);
    g_byte_array_append(test.lower->in, test.bytes, sizeof(test.bytes));
    test.lower->stream.ready(test.lower->stream.ready_opaque, G_IO_IN);
    g_assert_cmpuint(test.got, ==, UNITS);
    /* Nothing more is taken in until this has been read. */
    g_assert_cmpuint(test.lower->watched, ==, 0);
    while (test.got < sizeof(test.bytes)) {
        g_assert_true(g_main_context_iteration(NULL, FALSE));
    }
    g_assert_cmpuint(test.most, ==, UNITS);
    g_assert_cmpuint(test.lower->watched, ==, G_IO_IN);
    g_assert_false(g_main_context_iteration(NULL, FALSE));
    vnc_stream_free(&test.layer->stream);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/layer/write", test_write);
    g_test_add_func("/layer/full", test_full);
    g_test_add_func("/layer/read", test_read);
    return g_test_run();
}
