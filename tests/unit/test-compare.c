/*
 * Rows compared: what counts as different, what is taken over, what is left alone.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One thread.
 */
#include "ui/base/compare.h"

#include <string.h>

static const struct {
    const char *name;
    VncCompareRow *run;
} kernels[] = {
    {"fast", vnc_compare_row},
    {"reference", vnc_compare_row_reference},
};

static bool bit(const uint64_t *bits, int i)
{
    return bits[i / 64] >> (i % 64) & 1;
}

static void set_bit(uint64_t *bits, int i)
{
    bits[i / 64] |= UINT64_C(1) << (i % 64);
}

/* A single pixel differs, at every place, in every bit; with its cell a candidate or not. */
static void check_one_pixel(VncCompareRow *run, int width)
{
    int words = (width + VNC_CELL * 64 - 1) / (VNC_CELL * 64);
    g_autofree uint32_t *ours = g_new0(uint32_t, width);
    g_autofree uint32_t *theirs = g_new0(uint32_t, width);
    g_autofree uint64_t *candidates = g_new0(uint64_t, words);
    g_autofree uint64_t *changed = g_new0(uint64_t, words);
    int x, i;

    for (x = 0; x < width; x++) {
        uint32_t flip = 1u << (x * 5 % 32);
        bool candidate = x % 3 != 0;
        int cell = x / VNC_CELL, cells = (width + VNC_CELL - 1) / VNC_CELL;

        for (i = 0; i < width; i++) {
            ours[i] = (uint32_t)i * 2654435761u & 0xffffff;
            theirs[i] = ours[i] | (uint32_t)i << 24;
        }
        theirs[x] ^= flip;
        memset(candidates, 0, words * sizeof(uint64_t));
        memset(changed, 0, words * sizeof(uint64_t));
        if (candidate) {
            set_bit(candidates, cell);
        }
        set_bit(candidates, (cell + 1) % cells);
        run(ours, theirs, width, candidates, changed);
        for (i = 0; i < cells; i++) {
            bool visible = flip <= 0xffffff;

            g_assert(bit(changed, i) == (i == cell && visible && bit(candidates, cell)));
        }
        for (i = 0; i < width; i++) {
            uint32_t old = (uint32_t)i * 2654435761u & 0xffffff;

            g_assert_cmphex(ours[i], ==,
                            i == x && bit(candidates, cell) ? old ^ (flip & 0xffffff) : old);
        }
    }
}

static void test_one_pixel(void)
{
    static const int widths[] = {1, 2, 15, 16, 17, 31, 33, 63, 1023, 1024, 1025, 1040, 1366};
    size_t i, k;

    for (k = 0; k < G_N_ELEMENTS(kernels); k++) {
        for (i = 0; i < G_N_ELEMENTS(widths); i++) {
            check_one_pixel(kernels[k].run, widths[i]);
        }
    }
}

/* Bits that are set already stay, and nothing is marked that is not a candidate. */
static void test_bits_kept(void)
{
    size_t k;

    for (k = 0; k < G_N_ELEMENTS(kernels); k++) {
        uint32_t ours[100] = {0}, theirs[100];
        uint64_t candidates = 0, changed = 0x28;

        memset(theirs, 0x5a, sizeof(theirs));
        kernels[k].run(ours, theirs, 100, &candidates, &changed);
        g_assert_cmphex(changed, ==, 0x28);
        g_assert_cmphex(ours[0], ==, 0);
        candidates = 0x1001;
        kernels[k].run(ours, theirs, 100, &candidates, &changed);
        g_assert_cmphex(changed, ==, 0x1029);
        g_assert_cmphex(ours[7], ==, 0x5a5a5a);
        g_assert_cmphex(ours[8], ==, 0);
        g_assert_cmphex(ours[99], ==, 0x5a5a5a);
    }
}

static void test_no_width(void)
{
    size_t k;

    for (k = 0; k < G_N_ELEMENTS(kernels); k++) {
        kernels[k].run(NULL, NULL, 0, NULL, NULL);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/compare/one-pixel", test_one_pixel);
    g_test_add_func("/compare/bits-kept", test_bits_kept);
    g_test_add_func("/compare/no-width", test_no_width);
    return g_test_run();
}
