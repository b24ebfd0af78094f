/*
 * Run a fuzzer without libFuzzer: over each file of its corpus, then over a fixed number of
 * mutations of these files, the same in every run.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One thread. usage: fuzz-NAME CORPUS-DIRECTORY|FILE [MUTATIONS [SEED]]
 *
 * With VNC_FUZZ_KEEP=FILE in the environment each input is written to FILE before it is tried.
 * After an abort FILE holds the culprit, and can be an argument of the next run.
 */
#include "tests/fuzz/fuzz.h"

#include <glib.h>
#include <string.h>

#define MAX_LEN 8192

static void try_input(const GByteArray *input)
{
    const char *keep = g_getenv("VNC_FUZZ_KEEP");

    if (keep) {
        g_autoptr(GError) error = NULL;

        if (!g_file_set_contents(keep, (const char *)input->data, input->len, &error)) {
            g_error("%s", error->message);
        }
    }
    LLVMFuzzerTestOneInput(input->data, input->len);
}

static void load_file(GPtrArray *corpus, const char *path)
{
    g_autoptr(GError) error = NULL;
    char *text = NULL;
    size_t len;

    if (!g_file_get_contents(path, &text, &len, &error)) {
        g_error("%s", error->message);
    }
    g_ptr_array_add(corpus, g_byte_array_new_take((uint8_t *)text, len));
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* In the order of their names, so that the mutations are the same on each machine. */
static GPtrArray *load_corpus(const char *path)
{
    GPtrArray *corpus = g_ptr_array_new_with_free_func((GDestroyNotify)g_byte_array_unref);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GError) error = NULL;
    g_autoptr(GDir) dir = NULL;
    const char *name;

    if (!g_file_test(path, G_FILE_TEST_IS_DIR)) {
        load_file(corpus, path);
        return corpus;
    }
    dir = g_dir_open(path, 0, &error);
    if (!dir) {
        g_error("%s", error->message);
    }
    while ((name = g_dir_read_name(dir))) {
        g_ptr_array_add(names, g_build_filename(path, name, NULL));
    }
    g_ptr_array_sort(names, compare_names);
    for (unsigned i = 0; i < names->len; i++) {
        load_file(corpus, g_ptr_array_index(names, i));
    }
    return corpus;
}

static unsigned below(GRand *rand, unsigned end)
{
    return end ? g_rand_int(rand) % end : 0;
}

static void insert(GByteArray *input, unsigned at, const uint8_t *bytes, unsigned len)
{
    unsigned tail = input->len - at;

    g_byte_array_set_size(input, input->len + len);
    memmove(input->data + at + len, input->data + at, tail);
    memcpy(input->data + at, bytes, len);
}

/* One small change of @input. */
static void mutate(GRand *rand, GByteArray *input, const GPtrArray *corpus)
{
    static const uint8_t telling[] = {0, 1, 2, 3, 0x7f, 0x80, 0xfe, 0xff, 8, 16, 32, 251, 255};
    unsigned at = below(rand, input->len);
    unsigned some = 1 + below(rand, 16);
    unsigned len = MIN(some, input->len - at);
    const GByteArray *other = g_ptr_array_index(corpus, below(rand, corpus->len));
    unsigned from = below(rand, other->len);
    uint8_t random[16];

    for (size_t i = 0; i < sizeof(random); i++) {
        random[i] = (uint8_t)g_rand_int(rand);
    }
    switch (below(rand, 7)) {
    case 0: /* change a bit */
        if (len) {
            input->data[at] ^= (uint8_t)(1 << below(rand, 8));
        }
        break;
    case 1: /* change a byte */
        if (len) {
            input->data[at] = random[0];
        }
        break;
    case 2: /* a byte that often decides something */
        if (len) {
            input->data[at] = telling[below(rand, sizeof(telling))];
        }
        break;
    case 3: /* remove some */
        if (len) {
            g_byte_array_remove_range(input, at, len);
        }
        break;
    case 4: /* cut off the rest */
        g_byte_array_set_size(input, at);
        break;
    case 5: /* insert noise */
        insert(input, at, random, 1 + below(rand, sizeof(random)));
        break;
    default: /* insert a piece of another input */
        insert(input, at, other->data + from, below(rand, MIN(other->len - from, 256) + 1));
        break;
    }
}

int main(int argc, char **argv)
{
    unsigned mutations = argc > 2 ? (unsigned)g_ascii_strtoull(argv[2], NULL, 10) : 0;
    g_autoptr(GRand) rand =
        g_rand_new_with_seed(argc > 3 ? (guint32)g_ascii_strtoull(argv[3], NULL, 10) : 1);
    g_autoptr(GPtrArray) corpus = NULL;

    g_log_set_always_fatal((GLogLevelFlags)(G_LOG_LEVEL_CRITICAL | G_LOG_LEVEL_WARNING));
    if (argc < 2) {
        g_printerr("usage: %s CORPUS-DIRECTORY|FILE [MUTATIONS [SEED]]\n", argv[0]);
        return 2;
    }
    corpus = load_corpus(argv[1]);
    if (corpus->len == 0) {
        g_printerr("%s: no inputs\n", argv[1]);
        return 1;
    }
    for (unsigned i = 0; i < corpus->len; i++) {
        try_input(g_ptr_array_index(corpus, i));
    }
    for (unsigned i = 0; i < mutations; i++) {
        const GByteArray *from = g_ptr_array_index(corpus, below(rand, corpus->len));
        g_autoptr(GByteArray) input = g_byte_array_new();

        g_byte_array_append(input, from->data, from->len);
        for (unsigned changes = 1 + below(rand, 8); changes > 0; changes--) {
            mutate(rand, input, corpus);
        }
        if (input->len > MAX_LEN) {
            g_byte_array_set_size(input, MAX_LEN);
        }
        try_input(input);
    }
    g_print("%u inputs, %u mutations\n", corpus->len, mutations);
    return 0;
}
