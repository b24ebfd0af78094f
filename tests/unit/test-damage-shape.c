/*
 * Coarser shapes of damage, against a model of one bool a cell.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One thread.
 */
#include "ui/base/damage.h"
#include "ui/base/rect.h"

#include <string.h>

enum { MAX_RECTS = 16384 };

/* What a test works on, and as it was. */
typedef struct Pair {
    VncDamage damage, before, scratch;
    VncRect screen;
} Pair;

static void pair_clear(Pair *pair)
{
    vnc_damage_clear(&pair->damage);
    vnc_damage_clear(&pair->before);
    vnc_damage_clear(&pair->scratch);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Pair, pair_clear)

static bool get(const VncDamage *damage, int column, int row)
{
    return vnc_damage_get(damage, column * VNC_CELL, row * VNC_CELL);
}

static int random_to(int max)
{
    return g_test_rand_int_range(0, max);
}

/* Of rectangles, of single cells, or of every so many'th one. */
static void scatter(VncDamage *damage, int kind)
{
    int step = 2 + random_to(12);

    for (int n = random_to(kind == 0 ? 40 : 400); kind < 2 && n > 0; n--) {
        VncRect rect = {random_to(damage->width + 60) - 30, random_to(damage->height + 60) - 30,
                        kind == 0 ? 1 + random_to(100) : 1, kind == 0 ? 1 + random_to(60) : 1};

        vnc_damage_add(damage, &rect);
    }
    for (int i = 0; kind == 2 && i < damage->columns * damage->rows; i += step) {
        VncRect cell = {i % damage->columns * VNC_CELL, i / damage->columns * VNC_CELL, 1, 1};

        vnc_damage_add(damage, &cell);
    }
}

static void pair_init(Pair *pair, int width, int height)
{
    *pair = (Pair){.screen = {0, 0, width, height}};
    vnc_damage_init(&pair->damage, width, height);
    vnc_damage_init(&pair->before, width, height);
    vnc_damage_init(&pair->scratch, width, height);
    scatter(&pair->damage, random_to(3));
    vnc_damage_copy(&pair->before, &pair->damage);
    /* What is there before is lost. */
    vnc_damage_add_all(&pair->scratch);
}

static void random_pair(Pair *pair)
{
    static const int some[] = {1, 17, 100, 511, 512, 515, 1366};

    pair_init(pair, some[random_to(G_N_ELEMENTS(some))], some[random_to(G_N_ELEMENTS(some))]);
}

static void assert_within_screen(const VncDamage *damage)
{
    uint64_t beyond = damage->columns % 64 ? UINT64_MAX << damage->columns % 64 : 0;

    for (int row = 0; row < damage->rows; row++) {
        g_assert_cmpuint(vnc_damage_row(damage, row)[damage->words - 1] & beyond, ==, 0);
    }
}

/* Of @count cells, each @stride behind the one before, fill the short gaps. */
static void model_close(bool *cells, int count, int stride, int gap)
{
    int last = -1;

    for (int i = 0; i < count; i++) {
        if (!cells[i * stride]) {
            continue;
        }
        for (int j = last + 1; last >= 0 && i - last - 1 <= gap && j < i; j++) {
            cells[j * stride] = true;
        }
        last = i;
    }
}

static void test_close(void)
{
    static const int gaps[] = {0, 1, 2, 3, 7, 8, 9, 63, 64, 65, 130, 2000};

    for (int round = 0; round < 500; round++) {
        g_auto(Pair) pair = {0};
        int gap = gaps[random_to(G_N_ELEMENTS(gaps))], columns, rows;
        g_autofree bool *cells = NULL;

        random_pair(&pair);
        columns = pair.damage.columns;
        rows = pair.damage.rows;
        cells = g_new0(bool, columns *rows);
        for (int i = 0; i < columns * rows; i++) {
            cells[i] = get(&pair.damage, i % columns, i / columns);
        }
        for (int row = 0; row < rows; row++) {
            model_close(cells + row * columns, columns, 1, gap);
        }
        for (int column = 0; column < columns; column++) {
            model_close(cells + column, rows, columns, gap);
        }
        vnc_damage_close(&pair.damage, gap);
        assert_within_screen(&pair.damage);
        for (int i = 0; i < columns * rows; i++) {
            g_assert(get(&pair.damage, i % columns, i / columns) == cells[i]);
        }
    }
}

/* The largest screen, corner to corner and edge to edge. */
static void test_close_largest(void)
{
    g_auto(Pair) pair = {0};
    VncRect corner = {0, 0, 1, 1}, other = {VNC_MAX_SIDE - 1, VNC_MAX_SIDE - 1, 1, 1};
    VncRect right = {VNC_MAX_SIDE - 1, 0, 1, 1};

    pair_init(&pair, VNC_MAX_SIDE, VNC_MAX_SIDE);
    vnc_damage_remove_all(&pair.damage);
    vnc_damage_add(&pair.damage, &corner);
    vnc_damage_add(&pair.damage, &other);
    vnc_damage_close(&pair.damage, VNC_MAX_SIDE);
    g_assert_cmpuint(vnc_damage_count(&pair.damage), ==, 2);
    vnc_damage_add(&pair.damage, &right);
    vnc_damage_close(&pair.damage, VNC_MAX_SIDE / VNC_CELL - 3);
    g_assert_cmpuint(vnc_damage_count(&pair.damage), ==, 3);
    vnc_damage_close(&pair.damage, VNC_MAX_SIDE / VNC_CELL - 2);
    g_assert_cmpuint(vnc_damage_count(&pair.damage), ==, 2 * VNC_MAX_SIDE / VNC_CELL - 1);
}

/* How many rectangles take finds, by itself. */
static unsigned count_rects(Pair *pair, const VncRect *within, VncRect *rects)
{
    int cursor = 0;
    unsigned n = 0;

    vnc_damage_copy(&pair->scratch, &pair->before);
    while (n < MAX_RECTS && vnc_damage_take(&pair->scratch, within, &cursor, &rects[n])) {
        n++;
    }
    g_assert_cmpuint(n, <, MAX_RECTS);
    return n;
}

/* The rectangles are what @damage says, and none lies over another. */
static void assert_covers(Pair *pair, const VncRect *rects, unsigned n)
{
    vnc_damage_remove_all(&pair->scratch);
    for (unsigned i = 0; i < n; i++) {
        g_assert_false(vnc_damage_overlaps(&pair->scratch, &rects[i]));
        g_assert_true(vnc_rect_contains(&pair->screen, &rects[i]));
        vnc_damage_add(&pair->scratch, &rects[i]);
    }
    vnc_damage_subtract(&pair->scratch, &pair->damage);
    g_assert_true(vnc_damage_is_empty(&pair->scratch));
    for (unsigned i = 0; i < n; i++) {
        vnc_damage_add(&pair->scratch, &rects[i]);
    }
    g_assert_cmpuint(vnc_damage_count(&pair->scratch), ==, vnc_damage_count(&pair->damage));
}

/* Nothing is left out that lies @within, and nothing that does not is in. */
static void assert_keeps(Pair *pair, const VncRect *within)
{
    vnc_damage_copy(&pair->scratch, &pair->before);
    vnc_damage_clip(&pair->scratch, within);
    vnc_damage_subtract(&pair->scratch, &pair->damage);
    g_assert_true(vnc_damage_is_empty(&pair->scratch));
    vnc_damage_copy(&pair->scratch, &pair->damage);
    vnc_damage_clip(&pair->scratch, within);
    g_assert_cmpuint(vnc_damage_count(&pair->scratch), ==, vnc_damage_count(&pair->damage));
}

static void test_split(void)
{
    static VncRect rects[MAX_RECTS], natural[MAX_RECTS];
    unsigned coarser = 0, exact = 0;

    for (int round = 0; round < 1000; round++) {
        g_auto(Pair) pair = {0};
        unsigned most = round % 2 ? 1 + random_to(20) : 1 + random_to(4000);
        VncRect within;
        unsigned n, wanted;

        random_pair(&pair);
        within = pair.screen;
        if (g_test_rand_bit()) {
            within.x = random_to(pair.screen.w);
            within.w = random_to(pair.screen.w);
            within.y = random_to(pair.screen.h) - 5;
        }
        wanted = count_rects(&pair, &within, natural);
        n = vnc_damage_split(&pair.damage, &within, &pair.scratch, rects, most);
        g_assert_cmpuint(n, <=, most);
        assert_covers(&pair, rects, n);
        assert_keeps(&pair, &within);
        assert_within_screen(&pair.damage);
        if (wanted <= most) {
            g_assert_cmpuint(n, ==, wanted);
            g_assert_cmpmem(rects, n * sizeof(*rects), natural, n * sizeof(*rects));
            exact++;
        } else {
            coarser++;
        }
    }
    g_assert_cmpuint(coarser, >, 100);
    g_assert_cmpuint(exact, >, 100);
}

/* What is no more than a step away from the limit is not made coarser than it must be. */
static void test_split_gently(void)
{
    static VncRect rects[MAX_RECTS];
    g_auto(Pair) pair = {0};
    unsigned n;

    /* A line from corner to corner: gaps are no help. */
    pair_init(&pair, 4096, 4096);
    vnc_damage_remove_all(&pair.damage);
    for (int i = 0; i < 4096; i += VNC_CELL) {
        VncRect cell = {i, i, 1, 1};

        vnc_damage_add(&pair.damage, &cell);
    }
    n = vnc_damage_split(&pair.damage, &pair.screen, &pair.scratch, rects, 511);
    g_assert_cmpuint(n, ==, 256);
    g_assert_cmpuint(vnc_damage_count(&pair.damage), ==, 256 * 4);

    /* A chessboard is one rectangle when its gaps are closed. */
    vnc_damage_remove_all(&pair.damage);
    for (int row = 0; row < pair.damage.rows; row++) {
        vnc_damage_row(&pair.damage, row)[3] = row % 2 ? 0x5555555555555555 : 0xaaaaaaaaaaaaaaaa;
    }
    pair.damage.any = true;
    n = vnc_damage_split(&pair.damage, &pair.screen, &pair.scratch, rects, 100);
    g_assert_cmpuint(n, ==, 1);
    g_assert_cmpint(rects[0].w, ==, 64 * VNC_CELL);
}

/* Whether a whole cell of @damage has a pixel within VNC_CELL of @x, @y, to the right and down. */
static bool touches(const VncDamage *damage, int x, int y)
{
    for (int i = 0; i < VNC_CELL; i++) {
        for (int j = 0; j < VNC_CELL; j++) {
            int column = x + i < 0 ? -1 : (x + i) / VNC_CELL;
            int row = y + j < 0 ? -1 : (y + j) / VNC_CELL;

            if (column >= 0 && row >= 0 && get(damage, column, row)) {
                return true;
            }
        }
    }
    return false;
}

static void test_subtract_moved(void)
{
    for (int round = 0; round < 500; round++) {
        g_auto(Pair) pair = {0}, other = {0};
        int dx = random_to(200) - 100, dy = random_to(200) - 100;
        unsigned left = 0;

        random_pair(&pair);
        pair_init(&other, pair.screen.w, pair.screen.h);
        if (round % 4 == 0) {
            dx = random_to(40) * VNC_CELL - 20 * VNC_CELL;
            dy = random_to(40) * VNC_CELL - 20 * VNC_CELL;
        }
        vnc_damage_subtract_moved(&pair.damage, &other.damage, dx, dy);
        for (int i = 0; i < pair.damage.columns * pair.damage.rows; i++) {
            int column = i % pair.damage.columns, row = i / pair.damage.columns;
            bool stays = get(&pair.before, column, row) &&
                         !touches(&other.damage, column * VNC_CELL - dx, row * VNC_CELL - dy);

            g_assert(get(&pair.damage, column, row) == stays);
            left += stays;
        }
        g_assert_cmpuint(vnc_damage_count(&pair.damage), ==, left);
    }
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/damage-shape/close", test_close);
    g_test_add_func("/damage-shape/close-largest", test_close_largest);
    g_test_add_func("/damage-shape/split", test_split);
    g_test_add_func("/damage-shape/split-gently", test_split_gently);
    g_test_add_func("/damage-shape/subtract-moved", test_subtract_moved);
    return g_test_run();
}
