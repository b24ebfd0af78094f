/*
 * Pixels sent with loss, and since when, against a model of one time a cell.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One thread; the test sets the time.
 */
#include "tests/lib/rows.h"
#include "ui/client/lossy.h"

#define WIDTH   150
#define HEIGHT  70
#define COLUMNS ((WIDTH + VNC_CELL - 1) / VNC_CELL)
#define ROWS    ((HEIGHT + VNC_CELL - 1) / VNC_CELL)

/* When each cell was marked; -1: it is exact. */
typedef struct Model {
    int64_t marked[ROWS][COLUMNS];
} Model;

static void model_set(Model *model, const VncRect *rect, int64_t time)
{
    for (int row = 0; row < ROWS; row++) {
        for (int column = 0; column < COLUMNS; column++) {
            if (column * VNC_CELL < rect->x + rect->w && rect->x < (column + 1) * VNC_CELL &&
                row * VNC_CELL < rect->y + rect->h && rect->y < (row + 1) * VNC_CELL) {
                model->marked[row][column] = time;
            }
        }
    }
}

static bool is_in(const VncDamage *map, int column, int row)
{
    return vnc_damage_get(map, column * VNC_CELL, row * VNC_CELL);
}

/* In how many maps the cell is. */
static int count_maps(const VncLossy *lossy, int column, int row)
{
    int count = 0;

    for (int i = 0; i < VNC_LOSSY_AGES; i++) {
        count += is_in(&lossy->ages[i], column, row);
    }
    return count;
}

/* @late: how late vnc_lossy_age() may have been called, each time */
static void check(VncLossy *lossy, const Model *model, int64_t now, int64_t quiet, int64_t late)
{
    for (int row = 0; row < ROWS; row++) {
        for (int column = 0; column < COLUMNS; column++) {
            VncRect pixel = {column * VNC_CELL, row * VNC_CELL, 1, 1};
            int64_t marked = model->marked[row][column], age = now - marked;
            bool is_quiet = is_in(vnc_lossy_quiet(lossy), column, row);

            g_assert_cmpint(count_maps(lossy, column, row), ==, marked >= 0);
            g_assert(vnc_lossy_overlaps(lossy, &pixel) == (marked >= 0));
            if (marked < 0 || age < quiet) {
                g_assert_false(is_quiet);
            } else if (age >= quiet + quiet / 4 + 5 * late) {
                g_assert_true(is_quiet);
            }
        }
    }
}

static VncRect random_rect(void)
{
    int x = g_test_rand_int_range(0, WIDTH), y = g_test_rand_int_range(0, HEIGHT);

    return (VncRect){x, y, g_test_rand_int_range(1, WIDTH - x + 1),
                     g_test_rand_int_range(1, HEIGHT - y + 1)};
}

/* Marks and exact pixels come at any time; the clock is looked at every @step us or less. */
static void check_ages(int64_t start, int64_t quiet, int64_t step)
{
    VncLossy lossy = {0};
    VncDamage exact = {0};
    Model model;
    VncRect all = {0, 0, WIDTH, HEIGHT};
    int64_t now = start;

    vnc_damage_init(&exact, WIDTH, HEIGHT);
    model_set(&model, &all, -1);
    for (int i = 0; i < 500; i++) {
        VncRect rect = random_rect();

        switch (g_test_rand_int_range(0, 30)) {
        case 0:
        case 1:
            vnc_lossy_add(&lossy, WIDTH, HEIGHT, &rect);
            model_set(&model, &rect, now);
            break;
        case 2:
            vnc_lossy_remove(&lossy, &rect);
            model_set(&model, &rect, -1);
            break;
        case 3:
            vnc_damage_remove_all(&exact);
            vnc_damage_add(&exact, &rect);
            vnc_lossy_subtract(&lossy, &exact);
            model_set(&model, &rect, -1);
            break;
        default:
            break;
        }
        now += g_test_rand_int_range(0, (int)step + 1);
        vnc_lossy_age(&lossy, now, quiet);
        check(&lossy, &model, now, quiet, step);
    }
    vnc_lossy_clear(&lossy);
    vnc_damage_clear(&exact);
    for (int i = 0; i < VNC_LOSSY_AGES; i++) {
        g_assert_null(lossy.ages[i].bits);
    }
}

static void test_ages(void)
{
    static const int64_t quiets[] = {1000, 50000, 2000000, INT64_C(3600000000)};
    static const int64_t starts[] = {0, 1, INT64_C(1) << 42};

    FOR_ROWS (i, quiets) {
        FOR_ROWS (j, starts) {
            for (int parts = 1; parts <= 64; parts *= 4) {
                check_ages(starts[j], quiets[i], MIN(quiets[i] / parts, G_MAXINT - 1));
            }
        }
    }
}

/* What is quiet stays so, however long nobody has time for it. */
static void test_stays_quiet(void)
{
    VncLossy lossy = {0};
    VncRect first = {0, 0, VNC_CELL, VNC_CELL};
    VncRect second = {4 * VNC_CELL, 2 * VNC_CELL, VNC_CELL, VNC_CELL};
    int64_t now = 1;

    vnc_lossy_add(&lossy, WIDTH, HEIGHT, &first);
    for (int i = 0; i < 100; i++) {
        now += 500;
        vnc_lossy_age(&lossy, now, 2000);
        if (i == 50) {
            vnc_lossy_add(&lossy, WIDTH, HEIGHT, &second);
        }
        g_assert(is_in(vnc_lossy_quiet(&lossy), 0, 0) == (now >= 2501));
    }
    g_assert_true(is_in(vnc_lossy_quiet(&lossy), second.x / VNC_CELL, second.y / VNC_CELL));

    /* Sent with loss again: it begins anew. */
    vnc_lossy_add(&lossy, WIDTH, HEIGHT, &first);
    g_assert_false(is_in(vnc_lossy_quiet(&lossy), 0, 0));
    g_assert_true(is_in(vnc_lossy_quiet(&lossy), second.x / VNC_CELL, second.y / VNC_CELL));
    /* After a pause one call is one step, no more. */
    vnc_lossy_age(&lossy, now + 1000000, 2000);
    g_assert_false(is_in(vnc_lossy_quiet(&lossy), 0, 0));
    vnc_lossy_clear(&lossy);
}

/* Before the first mark, and at another size. */
static void test_sizes(void)
{
    VncLossy lossy = {0};
    VncRect all = {0, 0, 8192, 8192}, pixel = {0, 0, 1, 1};

    g_assert_false(vnc_lossy_overlaps(&lossy, &all));
    vnc_lossy_remove(&lossy, &all);
    for (int i = 0; i < 10; i++) {
        vnc_lossy_age(&lossy, i * 1000, 1000);
        g_assert_true(vnc_damage_is_empty(vnc_lossy_quiet(&lossy)));
    }
    vnc_lossy_add(&lossy, WIDTH, HEIGHT, &pixel);
    g_assert_true(vnc_lossy_overlaps(&lossy, &all));
    g_assert_cmpint(vnc_lossy_quiet(&lossy)->width, ==, WIDTH);

    /* What was lossy on another screen says nothing of this one. */
    vnc_lossy_add(&lossy, 20, 300, &(VncRect){0, 290, 1, 1});
    g_assert_false(vnc_lossy_overlaps(&lossy, &pixel));
    g_assert_true(vnc_lossy_overlaps(&lossy, &all));
    g_assert_cmpint(vnc_lossy_quiet(&lossy)->height, ==, 300);
    vnc_lossy_add(&lossy, 20, 310, &pixel);
    g_assert_cmpint(vnc_lossy_quiet(&lossy)->height, ==, 310);
    vnc_lossy_clear(&lossy);
    g_assert_cmpint(lossy.turned, ==, 0);
    g_assert_false(vnc_lossy_overlaps(&lossy, &all));
    vnc_lossy_clear(&lossy);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/lossy/ages", test_ages);
    g_test_add_func("/lossy/stays-quiet", test_stays_quiet);
    g_test_add_func("/lossy/sizes", test_sizes);
    return g_test_run();
}
