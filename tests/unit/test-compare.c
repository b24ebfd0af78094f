/*
 * Comparing rows: which pixels count as different, which are copied, which are left alone.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One thread.
 */
#include "tests/lib/rows.h"
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

    FOR_ROWS (k, kernels) {
        FOR_ROWS (i, widths) {
            check_one_pixel(kernels[k].run, widths[i]);
        }
    }
}

/* Bits that are set already stay, and nothing is marked that is not a candidate. */
static void test_bits_kept(void)
{
    FOR_ROWS (k, kernels) {
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
    FOR_ROWS (k, kernels) {
        kernels[k].run(NULL, NULL, 0, NULL, NULL);
    }
}

/* Rows matched */

static const struct {
    const char *name;
    VncMatchRow *run;
} matchers[] = {
    {"fast", vnc_match_row},
    {"reference", vnc_match_row_reference},
};

/* A single pixel differs, at every place: its cell is cleared, and only if it was set. */
static void check_one_other(VncMatchRow *run, int width)
{
    int cells = (width + VNC_CELL - 1) / VNC_CELL;
    int words = (cells + 63) / 64;
    g_autofree uint32_t *ours = g_new0(uint32_t, width);
    g_autofree uint32_t *from = g_new0(uint32_t, width);
    g_autofree uint64_t *bits = g_new0(uint64_t, words);
    int x, i;

    for (i = 0; i < width; i++) {
        from[i] = ours[i] = (uint32_t)i * 2654435761u & 0xffffff;
    }
    for (x = 0; x < width; x++) {
        int cell = x / VNC_CELL;

        from[x] ^= 1u << x % 24;
        memset(bits, 0, words * sizeof(uint64_t));
        for (i = 0; i < cells; i++) {
            if ((i + x) % 3) {
                set_bit(bits, i);
            }
        }
        run(ours, from, width, bits);
        for (i = 0; i < cells; i++) {
            g_assert(bit(bits, i) == ((i + x) % 3 && i != cell));
        }
        /* A cell that nobody asks for is none to be found. */
        memset(bits, 0, words * sizeof(uint64_t));
        run(ours, from, width, bits);
        for (i = 0; i < words; i++) {
            g_assert_cmphex(bits[i], ==, 0);
        }
        from[x] = ours[x];
    }
}

static void test_match_one_pixel(void)
{
    static const int widths[] = {1, 2, 15, 16, 17, 31, 33, 63, 1023, 1024, 1025, 1040, 1366};

    FOR_ROWS (k, matchers) {
        g_test_message("%s", matchers[k].name);
        FOR_ROWS (i, widths) {
            check_one_other(matchers[k].run, widths[i]);
        }
    }
}

/* What was elsewhere: cells are looked at one by one, so that those at the edge, whose pixels come
 * from outside, may be left out. */
static void test_match_moved(void)
{
    int dx, i;

    FOR_ROWS (k, matchers) {
        for (dx = -40; dx <= 40; dx++) {
            g_autofree uint32_t *before = g_new(uint32_t, 200);
            g_autofree uint32_t *after = g_new(uint32_t, 200);
            uint64_t cells = 0, want;

            for (i = 0; i < 200; i++) {
                before[i] = (uint32_t)i * 2654435761u & 0xffffff;
            }
            for (i = 0; i < 200; i++) {
                after[i] = i - dx < 0 || i - dx >= 200 ? 0x123456 : before[i - dx];
            }
            for (i = 0; i * VNC_CELL < 200; i++) {
                int left = i * VNC_CELL - dx, right = MIN((i + 1) * VNC_CELL, 200) - dx;

                cells |= (uint64_t)(left >= 0 && right <= 200) << i;
            }
            want = cells;
            matchers[k].run(after, before - dx, 200, &cells);
            g_assert_cmphex(cells, ==, want);
        }
    }
}

static void test_match_no_width(void)
{
    FOR_ROWS (k, matchers) {
        matchers[k].run(NULL, NULL, 0, NULL);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/compare/one-pixel", test_one_pixel);
    g_test_add_func("/compare/bits-kept", test_bits_kept);
    g_test_add_func("/compare/no-width", test_no_width);
    g_test_add_func("/match/one-pixel", test_match_one_pixel);
    g_test_add_func("/match/moved", test_match_moved);
    g_test_add_func("/match/no-width", test_match_no_width);
    return g_test_run();
}
