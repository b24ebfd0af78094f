/*
 * Buffers, against a GByteArray; and that buffers do not copy bytes without need.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One thread.
 */
#include "tests/lib/rows.h"
#include "ui/base/buffer.h"

#include "ui/base/wipe.h"

static void assert_bytes(const VncBuffer *buffer, const void *bytes, size_t len)
{
    g_assert_cmpmem(vnc_buffer_bytes(buffer), buffer->len, bytes, len);
}

static void test_values(void)
{
    g_auto(VncBuffer) buffer = {0};

    vnc_buffer_append_u8(&buffer, 0x01);
    vnc_buffer_append_u16(&buffer, 0x0203);
    vnc_buffer_append_u32(&buffer, 0x04050607);
    vnc_buffer_append(&buffer, NULL, 0);
    assert_bytes(&buffer, "\1\2\3\4\5\6\7", 7);

    vnc_buffer_consume(&buffer, 1);
    vnc_buffer_patch_u16(&buffer, 0, 0x1213);
    vnc_buffer_patch_u32(&buffer, 2, 0x14151617);
    assert_bytes(&buffer, "\x12\x13\x14\x15\x16\x17", 6);

    vnc_buffer_reset(&buffer);
    g_assert_cmpuint(buffer.len, ==, 0);
    g_assert_cmpuint(buffer.capacity, >, 0);
    vnc_buffer_clear(&buffer);
    g_assert_null(vnc_buffer_bytes(&buffer));
    g_assert_cmpuint(buffer.capacity, ==, 0);
}

static void test_reserve(void)
{
    g_auto(VncBuffer) buffer = {0};

    g_assert_nonnull(vnc_buffer_reserve(&buffer, 0));
    vnc_buffer_append(&buffer, "ab", 2);
    memcpy(vnc_buffer_reserve(&buffer, 100000), "cdef", 4);
    assert_bytes(&buffer, "ab", 2);
    vnc_buffer_commit(&buffer, 3);
    assert_bytes(&buffer, "abcde", 5);
    memset(vnc_buffer_reserve(&buffer, 99), 'x', 99);
    vnc_buffer_commit(&buffer, 0);
    assert_bytes(&buffer, "abcde", 5);
}

/* Nothing of a secret is left where it has been, as far as one may look. */
static void test_secret(void)
{
    static const uint8_t none[300];
    g_auto(VncBuffer) buffer = {.secret = true};
    g_auto(VncBuffer) other = {0};

    memset(vnc_buffer_reserve(&buffer, 256), 'x', 256);
    vnc_buffer_commit(&buffer, 256);
    vnc_buffer_consume(&buffer, 200);
    g_assert_cmpmem(buffer.data, 200, none, 200);
    g_assert_cmpuint(buffer.capacity, ==, 256);
    /* To the front, from where it was. */
    vnc_buffer_reserve(&buffer, 150);
    g_assert_cmpuint(buffer.capacity, ==, 256);
    g_assert_cmpmem(buffer.data + 56, 200, none, 200);
    vnc_buffer_append(&other, "y", 1);
    vnc_buffer_move(&other, &buffer);
    g_assert_cmpmem(buffer.data, 56, none, 56);
    vnc_buffer_append(&buffer, "zz", 2);
    vnc_buffer_reset(&buffer);
    g_assert_cmpmem(buffer.data, 2, none, 2);
    /* Each stays what it is when they exchange their memory. */
    vnc_buffer_move(&buffer, &other);
    g_assert_true(buffer.secret && !other.secret);
    vnc_buffer_clear(&buffer);
    g_assert_true(buffer.secret);
}

static void test_wipe(void)
{
    char bytes[] = "secret";
    char *text = g_strdup("secret"), *none = NULL;

    vnc_wipe(bytes, 3);
    g_assert_cmpmem(bytes, sizeof(bytes), "\0\0\0ret", sizeof(bytes));
    vnc_wipe(NULL, 0);
    vnc_wipe_free(&text, -1);
    g_assert_null(text);
    vnc_wipe_free(&none, -1);
}

/* Everything at random, with the same done to a GByteArray. */
static void test_model(void)
{
    VncBuffer buffers[2] = {{0}, {.secret = true}};
    GByteArray *models[2] = {g_byte_array_new(), g_byte_array_new()};
    uint8_t next = 0;
    int step;

    for (step = 0; step < 50000; step++) {
        int which = g_test_rand_int_range(0, 2);
        VncBuffer *buffer = &buffers[which];
        GByteArray *model = models[which];
        size_t len = g_test_rand_int_range(0, step % 100 ? 300 : 20000), i;
        uint32_t value = (uint32_t)g_test_rand_int(), wire = GUINT32_TO_BE(value);

        switch (g_test_rand_int_range(0, 8)) {
        case 0:
        case 1:
        case 2: {
            uint8_t *to = vnc_buffer_reserve(buffer, len);
            guint old = model->len;

            g_byte_array_set_size(model, old + (guint)len);
            for (i = 0; i < len; i++) {
                to[i] = model->data[old + i] = next++;
            }
            vnc_buffer_commit(buffer, len);
            break;
        }
        case 3:
        case 4:
        case 5:
            len = MIN(len, buffer->len);
            vnc_buffer_consume(buffer, len);
            g_byte_array_remove_range(model, 0, (guint)len);
            break;
        case 6:
            if (buffer->len >= 4) {
                len = g_test_rand_int_range(0, (int)buffer->len - 3);
                vnc_buffer_patch_u32(buffer, len, value);
                memcpy(model->data + len, &wire, 4);
            } else {
                vnc_buffer_trim(buffer, len);
            }
            break;
        default:
            vnc_buffer_move(buffer, &buffers[!which]);
            g_byte_array_append(model, models[!which]->data, models[!which]->len);
            g_byte_array_set_size(models[!which], 0);
            break;
        }
        for (i = 0; i < 2; i++) {
            assert_bytes(&buffers[i], models[i]->data, models[i]->len);
            g_assert_cmpuint(buffers[i].start + buffers[i].len, <=, buffers[i].capacity);
        }
    }
    for (step = 0; step < 2; step++) {
        vnc_buffer_clear(&buffers[step]);
        g_byte_array_unref(models[step]);
    }
}

static void test_move_exchanges(void)
{
    g_auto(VncBuffer) to = {0}, from = {0};
    const uint8_t *bytes, *memory;

    vnc_buffer_append(&from, "..from", 6);
    vnc_buffer_consume(&from, 2);
    memory = vnc_buffer_reserve(&to, 1);
    bytes = vnc_buffer_bytes(&from);
    vnc_buffer_move(&to, &from);
    g_assert_true(vnc_buffer_bytes(&to) == bytes);
    assert_bytes(&to, "from", 4);
    g_assert_cmpuint(from.len, ==, 0);
    g_assert_true(from.data == memory);

    vnc_buffer_append(&from, "more", 4);
    vnc_buffer_move(&to, &from);
    assert_bytes(&to, "frommore", 8);
    g_assert_cmpuint(from.len, ==, 0);
    vnc_buffer_move(&to, &from);
    assert_bytes(&to, "frommore", 8);
}

static void test_trim(void)
{
    g_auto(VncBuffer) buffer = {0};
    size_t capacity;

    vnc_buffer_reserve(&buffer, 5000);
    vnc_buffer_append_u8(&buffer, 1);
    vnc_buffer_trim(&buffer, 0);
    g_assert_cmpuint(buffer.len, ==, 1);
    vnc_buffer_consume(&buffer, 1);
    capacity = buffer.capacity;
    vnc_buffer_trim(&buffer, capacity);
    g_assert_nonnull(buffer.data);
    vnc_buffer_trim(&buffer, capacity - 1);
    g_assert_null(buffer.data);
    vnc_buffer_append_u8(&buffer, 2);
    assert_bytes(&buffer, "\2", 1);
}

/* A long backlog is read in small pieces: no piece moves the rest. */
static void test_consume_stays(void)
{
    g_auto(VncBuffer) buffer = {0};
    const uint8_t *first;
    size_t len = 1 << 20, i;

    memset(vnc_buffer_reserve(&buffer, len), 0, len);
    vnc_buffer_commit(&buffer, len);
    first = vnc_buffer_bytes(&buffer);
    for (i = 1; i < 1000; i++) {
        vnc_buffer_consume(&buffer, 7);
        g_assert_true(vnc_buffer_bytes(&buffer) == first + 7 * i);
    }
}

/* A queue that never runs dry keeps its memory small, and moves each byte once at most. */
static void test_steady_queue(void)
{
    g_auto(VncBuffer) buffer = {0};
    uint8_t chunk[1000] = {0};
    size_t moved = 0, i;

    vnc_buffer_append(&buffer, chunk, 600);
    for (i = 0; i < 100000; i++) {
        size_t start = buffer.start, len = buffer.len;

        vnc_buffer_append(&buffer, chunk, sizeof(chunk));
        if (buffer.start < start) {
            moved += len;
        }
        vnc_buffer_consume(&buffer, sizeof(chunk));
    }
    g_assert_cmpuint(buffer.capacity, <=, 8192);
    g_assert_cmpuint(moved, <=, i * sizeof(chunk));
}

static void test_misuse(void)
{
    static const char *const cases[] = {"commit", "consume", "patch", "reserve"};

    FOR_ROWS (i, cases) {
        g_autofree char *path = g_strdup_printf("/buffer/misuse/subprocess/%s", cases[i]);

        g_test_trap_subprocess(path, 0, 0);
        g_test_trap_assert_failed();
        g_test_trap_assert_stderr("*assertion failed*");
    }
}

static void misuse_commit(void)
{
    VncBuffer buffer = {0};

    vnc_buffer_reserve(&buffer, 1);
    vnc_buffer_commit(&buffer, buffer.capacity + 1);
}

static void misuse_consume(void)
{
    VncBuffer buffer = {0};

    vnc_buffer_append_u8(&buffer, 1);
    vnc_buffer_consume(&buffer, 2);
}

static void misuse_patch(void)
{
    VncBuffer buffer = {0};

    vnc_buffer_append_u32(&buffer, 1);
    vnc_buffer_patch_u32(&buffer, 1, 1);
}

static void misuse_reserve(void)
{
    VncBuffer buffer = {0};

    vnc_buffer_append_u32(&buffer, 1);
    vnc_buffer_reserve(&buffer, SIZE_MAX - 2);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/buffer/values", test_values);
    g_test_add_func("/buffer/reserve", test_reserve);
    g_test_add_func("/buffer/model", test_model);
    g_test_add_func("/buffer/secret", test_secret);
    g_test_add_func("/buffer/wipe", test_wipe);
    g_test_add_func("/buffer/move-exchanges", test_move_exchanges);
    g_test_add_func("/buffer/trim", test_trim);
    g_test_add_func("/buffer/consume-stays", test_consume_stays);
    g_test_add_func("/buffer/steady-queue", test_steady_queue);
    g_test_add_func("/buffer/misuse", test_misuse);
    g_test_add_func("/buffer/misuse/subprocess/commit", misuse_commit);
    g_test_add_func("/buffer/misuse/subprocess/consume", misuse_consume);
    g_test_add_func("/buffer/misuse/subprocess/patch", misuse_patch);
    g_test_add_func("/buffer/misuse/subprocess/reserve", misuse_reserve);
    return g_test_run();
}
