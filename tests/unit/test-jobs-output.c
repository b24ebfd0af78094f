/*
 * Output that waits for a viewer: whole messages, in order, and none inside an update.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tests/lib/worker-part.h"

static void setup(VncOutput *output, gconstpointer data)
{
    (void)data;
    vnc_output_init(output);
    g_assert_cmpuint(vnc_output_backlog(output), ==, 0);
}

static void teardown(VncOutput *output, gconstpointer data)
{
    (void)data;
    vnc_output_clear(output);
}

static void append(VncOutput *output, const char *text)
{
    g_auto(VncBuffer) messages = {0};

    vnc_buffer_append(&messages, text, strlen(text));
    vnc_output_append(output, &messages);
    g_assert_cmpuint(messages.len, ==, 0);
}

static void append_alone(VncOutput *output, const char *text)
{
    g_auto(VncBuffer) messages = {0};

    vnc_buffer_append(&messages, text, strlen(text));
    vnc_output_append_alone(output, &messages);
    g_assert_cmpuint(messages.len, ==, 0);
}

static void append_part(VncOutput *output, const char *text, bool end)
{
    g_auto(VncBuffer) part = {0};

    vnc_buffer_append(&part, text, strlen(text));
    worker_append_part(output, &part, end);
    g_assert_cmpuint(part.len, ==, 0);
}

/* What is taken at once is @expected; NULL: nothing. */
static void assert_taken(VncOutput *output, const char *expected)
{
    g_auto(VncBuffer) taken = {0};
    size_t before = vnc_output_backlog(output);

    g_assert_true(vnc_output_take(output, &taken) == (expected != NULL));
    if (expected) {
        g_assert_cmpmem(vnc_buffer_bytes(&taken), taken.len, expected, strlen(expected));
    }
    g_assert_cmpuint(vnc_output_backlog(output), ==, before - taken.len);
}

/* Small messages go together. */
static void test_order(VncOutput *output, gconstpointer data)
{
    (void)data;
    assert_taken(output, NULL);
    append(output, "one ");
    append(output, "two");
    g_assert_cmpuint(vnc_output_backlog(output), ==, 7);
    assert_taken(output, "one two");
    assert_taken(output, NULL);
}

/* Nothing gets in between the parts of an update, and what has waited follows its end. */
static void test_behind_update(VncOutput *output, gconstpointer data)
{
    (void)data;
    append(output, "before ");
    append_part(output, "begin ", false);
    append(output, "behind ");
    g_assert_cmpuint(vnc_output_backlog(output), ==, 20);
    assert_taken(output, "before begin ");
    assert_taken(output, NULL);
    append_part(output, "middle ", false);
    append(output, "it ");
    assert_taken(output, "middle ");
    append_part(output, "end ", true);
    g_assert_cmpuint(vnc_output_backlog(output), ==, 14);
    append(output, "after");
    assert_taken(output, "end ");
    assert_taken(output, "behind it after");
    assert_taken(output, NULL);
}

/* Neither what is there nor what comes goes along, within an update neither. */
static void test_alone(VncOutput *output, gconstpointer data)
{
    (void)data;
    for (int updating = 0; updating < 2; updating++) {
        if (updating) {
            append_part(output, "begin", false);
        }
        append(output, "before");
        append_alone(output, "alone");
        append_alone(output, "too");
        append(output, "after");
        if (updating) {
            append_part(output, " end", true);
            assert_taken(output, "begin end");
        }
        assert_taken(output, "before");
        assert_taken(output, "alone");
        assert_taken(output, "too");
        assert_taken(output, "after");
        assert_taken(output, NULL);
    }
}

/* Memory goes round, until it is trimmed: what waits stays. */
static void test_trim(VncOutput *output, gconstpointer data)
{
    (void)data;
    append_alone(output, "one");
    append_alone(output, "two");
    append_part(output, "begin", false);
    append(output, "behind");
    assert_taken(output, "one");
    g_assert_cmpuint(output->pending.n_spare, ==, 1);
    vnc_output_trim(output);
    g_assert_cmpuint(output->pending.n_spare, ==, 0);
    g_assert_cmpuint(output->behind.n_spare, ==, 0);
    append_part(output, "end", true);
    assert_taken(output, "two");
    assert_taken(output, "beginend");
    assert_taken(output, "behind");
    assert_taken(output, NULL);
}

#define MANY 20000

/* Updates of three parts, each of a byte that counts them. */
static gpointer append_updates(gpointer opaque)
{
    VncOutput *output = opaque;
    g_auto(VncBuffer) part = {0};

    vnc_thread_become_worker();
    for (unsigned i = 0; i < MANY; i++) {
        for (unsigned j = 0; j < 3; j++) {
            vnc_buffer_append_u8(&part, 1 + j);
            vnc_output_append_part(output, &part, j == 2);
        }
    }
    return NULL;
}

/* Both threads at once: no update is torn, nothing is lost. */
static void test_threads(VncOutput *output, gconstpointer data)
{
    GThread *worker = g_thread_new("worker", append_updates, output);
    g_auto(VncBuffer) message = {0}, taken = {0};
    unsigned updates = 0, messages = 0, sent = 0, within = 0;

    (void)data;
    while (updates < MANY || messages < MANY) {
        if (sent < MANY) {
            vnc_buffer_append_u8(&message, 0xff);
            vnc_output_append(output, &message);
            sent++;
        }
        if (!vnc_output_take(output, &taken)) {
            g_thread_yield();
        }
        for (size_t i = 0; i < taken.len; i++) {
            uint8_t byte = vnc_buffer_bytes(&taken)[i];

            if (within > 0 || byte != 0xff) {
                g_assert_cmpuint(byte, ==, within + 1);
                within = byte % 3;
                updates += within == 0;
            } else {
                messages++;
            }
        }
        vnc_buffer_reset(&taken);
    }
    g_thread_join(worker);
    g_assert_cmpuint(updates, ==, MANY);
    g_assert_cmpuint(messages, ==, MANY);
    assert_taken(output, NULL);
}

/* Rule 1 of job.h: the lock is taken by whoever asks for the backlog. */
static void test_no_nesting(VncOutput *output, gconstpointer data)
{
    (void)data;
    if (g_test_subprocess()) {
        VncLock other;

        vnc_lock_init(&other);
        vnc_lock(&other);
        vnc_output_backlog(output);
        return;
    }
    g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
    g_test_trap_assert_failed();
    g_test_trap_assert_stderr("*never nest*");
}

/* Only the worker has parts. */
static void test_regimes(VncOutput *output, gconstpointer data)
{
    (void)data;
    if (g_test_subprocess()) {
        VncBuffer part = {0};

        vnc_output_append_part(output, &part, true);
        return;
    }
    g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
    g_test_trap_assert_failed();
    g_test_trap_assert_stderr("*vnc_output_append_part*");
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*test)(VncOutput *output, gconstpointer data);
    } tests[] = {
        {"/jobs-output/order", test_order},     {"/jobs-output/alone", test_alone},
        {"/jobs-output/trim", test_trim},       {"/jobs-output/behind-update", test_behind_update},
        {"/jobs-output/threads", test_threads}, {"/jobs-output/no-nesting", test_no_nesting},
        {"/jobs-output/regimes", test_regimes},
    };

    g_test_init(&argc, &argv, NULL);
    for (unsigned i = 0; i < G_N_ELEMENTS(tests); i++) {
        g_test_add(tests[i].name, VncOutput, NULL, setup, tests[i].test, teardown);
    }
    return g_test_run();
}
