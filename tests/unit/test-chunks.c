/*
 * The queue of buffers: bytes come out as they went in, and memory is reused.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One thread.
 */
#include "tests/lib/rows.h"
#include "ui/base/chunks.h"

static void push(VncChunks *chunks, uint8_t first, size_t len)
{
    VncBuffer from = {0};
    uint8_t *bytes = vnc_buffer_reserve(&from, len);

    for (size_t i = 0; i < len; i++) {
        bytes[i] = first + i * 7;
    }
    vnc_buffer_commit(&from, len);
    vnc_chunks_push(chunks, &from);
    g_assert_cmpuint(from.len, ==, 0);
    vnc_buffer_clear(&from);
}

/* What has been pushed comes out in order, whatever its size. */
static void test_order(void)
{
    static const size_t sizes[] = {1, 5000, 10, 1024, 1025, 0, 3, 70000, 2, 2};
    VncChunks chunks = {0};
    VncBuffer got = {0};
    size_t total = 0, which = 0, offset = 0;

    FOR_ROWS (i, sizes) {
        push(&chunks, i, sizes[i]);
        total += sizes[i];
        g_assert_cmpuint(chunks.len, ==, total);
    }
    while (vnc_chunks_pop(&chunks, &got)) {
        for (size_t i = 0; i < got.len; i++) {
            while (offset == sizes[which]) {
                which++;
                offset = 0;
            }
            g_assert_cmpuint(vnc_buffer_bytes(&got)[i], ==, (uint8_t)(which + offset * 7));
            offset++;
        }
        total -= got.len;
        g_assert_cmpuint(chunks.len, ==, total);
        vnc_buffer_reset(&got);
    }
    g_assert_cmpuint(total, ==, 0);
    vnc_buffer_clear(&got);
    vnc_chunks_clear(&chunks);
}

static void test_move(void)
{
    VncChunks to = {0}, from = {0};
    VncBuffer got = {0};

    vnc_chunks_move(&to, &from);
    g_assert_false(vnc_chunks_pop(&to, &got));
    push(&from, 1, 2000);
    vnc_chunks_move(&to, &from);
    push(&from, 2, 3000);
    push(&from, 3, 1);
    vnc_chunks_move(&to, &from);
    g_assert_cmpuint(from.len, ==, 0);
    g_assert_null(from.first);
    g_assert_cmpuint(to.len, ==, 5001);
    g_assert_true(vnc_chunks_pop(&to, &got));
    g_assert_cmpuint(got.len, ==, 2000);
    vnc_buffer_reset(&got);
    g_assert_true(vnc_chunks_pop(&to, &got));
    g_assert_cmpuint(got.len, ==, 3001);
    g_assert_cmpuint(vnc_buffer_bytes(&got)[3000], ==, 3);
    vnc_buffer_clear(&got);
    vnc_chunks_clear(&to);
    vnc_chunks_clear(&from);
}

/* What is sealed stays as it is: small ones before and behind do not come out with it. */
static void test_seal(void)
{
    static const size_t sizes[] = {3, 5, 7 + 9};
    VncChunks chunks = {0};
    VncBuffer got = {0};

    for (int round = 0; round < 2; round++) { /* the second with buffers used before */
        vnc_chunks_seal(&chunks);
        push(&chunks, 0, 3);
        vnc_chunks_seal(&chunks);
        push(&chunks, 0, 5);
        vnc_chunks_seal(&chunks);
        push(&chunks, 0, 7);
        push(&chunks, 0, 9);
        FOR_ROWS (i, sizes) {
            g_assert_true(vnc_chunks_pop(&chunks, &got));
            g_assert_cmpuint(got.len, ==, sizes[i]);
            vnc_buffer_reset(&got);
        }
        g_assert_false(vnc_chunks_pop(&chunks, &got));
    }
    vnc_buffer_clear(&got);
    vnc_chunks_clear(&chunks);
}

/* One buffer on its way in, one in the queue, one on its way out: their memory goes round and
 * round. */
static void test_memory(void)
{
    VncChunks chunks = {0};
    VncBuffer in = {0}, out = {0};
    GHashTable *memories = g_hash_table_new(NULL, NULL);

    for (int i = 0; i < 100; i++) {
        vnc_buffer_reserve(&in, 100000);
        vnc_buffer_commit(&in, 100000);
        if (i > 10) {
            g_assert_true(g_hash_table_contains(memories, in.data));
        }
        g_hash_table_add(memories, in.data);
        vnc_chunks_push(&chunks, &in);
        g_assert_true(vnc_chunks_pop(&chunks, &out));
        vnc_buffer_reset(&out);
    }
    g_assert_cmpuint(g_hash_table_size(memories), <=, 3);
    vnc_chunks_trim(&chunks);
    g_assert_null(chunks.spare);
    g_hash_table_unref(memories);
    vnc_buffer_clear(&in);
    vnc_buffer_clear(&out);
    vnc_chunks_clear(&chunks);
}

/* How many of the queue's spare chunks there are. */
static unsigned count_spare(VncChunks *chunks)
{
    VncBuffer out = {0};
    unsigned spare = chunks->n_spare, n = 0;

    /* Each is used again before there is a new one. */
    while (chunks->n_spare > 0) {
        push(chunks, 0, 2000);
        n++;
    }
    g_assert_cmpuint(n, ==, spare);
    while (vnc_chunks_pop(chunks, &out)) {
        vnc_buffer_reset(&out);
    }
    vnc_buffer_clear(&out);
    return n;
}

/* What comes from another queue, and what has been many at once, is not kept for ever. */
static void test_spare(void)
{
    VncChunks to = {0}, from = {0};
    VncBuffer got = {0};

    for (int round = 0; round < 10; round++) {
        for (int i = 0; i < VNC_CHUNKS_SPARE / 2; i++) {
            push(&to, i, 2000);
            push(&from, i, 3000);
        }
        vnc_chunks_move(&to, &from);
        while (vnc_chunks_pop(&to, &got)) {
            vnc_buffer_reset(&got);
        }
        g_assert_cmpuint(count_spare(&to), ==, VNC_CHUNKS_SPARE);
        g_assert_cmpuint(count_spare(&from), ==, 0);
    }
    vnc_buffer_clear(&got);
    vnc_chunks_clear(&to);
    vnc_chunks_clear(&from);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/chunks/order", test_order);
    g_test_add_func("/chunks/move", test_move);
    g_test_add_func("/chunks/seal", test_seal);
    g_test_add_func("/chunks/memory", test_memory);
    g_test_add_func("/chunks/spare", test_spare);
    return g_test_run();
}
