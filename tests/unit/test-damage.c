/*
 * Damage, against a model of one bool a cell.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One thread.
 */
#include "tests/lib/rows.h"
#include "ui/base/damage.h"
#include "ui/base/rect.h"

#include <string.h>

static const int sides[] = {0, 1, 15, 16, 17, 1023, 1024, 1025, 1366, VNC_MAX_SIDE};

/* One bool a cell. */
typedef struct Model {
    int columns, rows;
    bool *cells;
} Model;

typedef struct Both {
    VncDamage damage;
    Model model;
    VncRect screen;
} Both;

static void both_init(Both *both, int width, int height)
{
    memset(both, 0, sizeof(*both));
    vnc_damage_init(&both->damage, width, height);
    both->screen = (VncRect){0, 0, width, height};
    both->model.columns = (width + VNC_CELL - 1) / VNC_CELL;
    both->model.rows = (height + VNC_CELL - 1) / VNC_CELL;
    both->model.cells = g_new0(bool, (size_t)both->model.columns * both->model.rows);
}

static void model_fill(Model *model, bool value)
{
    int i;

    for (i = 0; i < model->columns * model->rows; i++) {
        model->cells[i] = value;
    }
}

static void both_clear(Both *both)
{
    vnc_damage_clear(&both->damage);
    g_clear_pointer(&both->model.cells, g_free);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Both, both_clear)

static bool *model_cell(const Model *model, int column, int row)
{
    return &model->cells[(size_t)row * model->columns + column];
}

/* Whether @rect and the cell have a pixel of the screen in common. */
static bool cell_overlaps(const Both *both, const VncRect *rect, int column, int row)
{
    VncRect cell = {column * VNC_CELL, row * VNC_CELL, VNC_CELL, VNC_CELL};
    VncRect r = vnc_rect_intersect(&cell, &both->screen);

    r = vnc_rect_intersect(&r, rect);
    return !vnc_rect_is_empty(&r);
}

static void both_add(Both *both, const VncRect *rect)
{
    int column, row;

    vnc_damage_add(&both->damage, rect);
    for (row = 0; row < both->model.rows; row++) {
        for (column = 0; column < both->model.columns; column++) {
            if (cell_overlaps(both, rect, column, row)) {
                *model_cell(&both->model, column, row) = true;
            }
        }
    }
}

static void both_remove(Both *both, const VncRect *rect)
{
    int column, row;

    vnc_damage_remove(&both->damage, rect);
    for (row = 0; row < both->model.rows; row++) {
        for (column = 0; column < both->model.columns; column++) {
            if (cell_overlaps(both, rect, column, row)) {
                *model_cell(&both->model, column, row) = false;
            }
        }
    }
}

static bool model_overlaps(const Both *both, const VncRect *rect)
{
    int column, row;

    for (row = 0; row < both->model.rows; row++) {
        for (column = 0; column < both->model.columns; column++) {
            if (*model_cell(&both->model, column, row) && cell_overlaps(both, rect, column, row)) {
                return true;
            }
        }
    }
    return false;
}

static void assert_same(Both *both)
{
    bool any = false;
    int column, row;
    size_t i, beyond = 0;

    for (row = 0; row < both->model.rows; row++) {
        for (column = 0; column < both->model.columns; column++) {
            bool set = *model_cell(&both->model, column, row);
            const uint64_t *bits = vnc_damage_row(&both->damage, row);

            any = any || set;
            g_assert(vnc_damage_get(&both->damage, column * VNC_CELL, row * VNC_CELL) == set);
            g_assert((bits[column / 64] >> (column % 64) & 1) == set);
        }
    }
    for (i = 0; i < (size_t)both->damage.rows * both->damage.words; i++) {
        int first = (int)(i % both->damage.words) * 64;

        if (both->damage.columns - first < 64) {
            beyond |= both->damage.bits[i] >> (both->damage.columns - first);
        }
    }
    g_assert_cmpuint(beyond, ==, 0);
    g_assert(any ? both->damage.any : true);
    g_assert(vnc_damage_is_empty(&both->damage) == !any);
    g_assert(both->damage.any == any);
}

static int random_to(int max)
{
    return max > 0 ? g_test_rand_int_range(0, max) : 0;
}

/* Anywhere, also partly or wholly outside. */
static VncRect random_rect(const VncRect *screen)
{
    VncRect r = {
        random_to(screen->w + 60) - 30,
        random_to(screen->h + 60) - 30,
        random_to(g_test_rand_bit() ? screen->w + 60 : 40) - 2,
        random_to(g_test_rand_bit() ? screen->h + 60 : 40) - 2,
    };
    return r;
}

static void test_add(void)
{
    FOR_CASES (i, G_N_ELEMENTS(sides) * G_N_ELEMENTS(sides)) {
        int width = sides[i % G_N_ELEMENTS(sides)];
        int height = sides[i / G_N_ELEMENTS(sides)];
        g_auto(Both) both = {0};
        int round;

        both_init(&both, width, height);
        assert_same(&both);
        for (round = 0; round < (width * height > 1 << 22 ? 2 : 10); round++) {
            VncRect r = random_rect(&both.screen);

            both_add(&both, &r);
            assert_same(&both);
        }
        g_assert_false(vnc_damage_get(&both.damage, -1, 0));
        g_assert_false(vnc_damage_get(&both.damage, 0, -1));
        g_assert_false(vnc_damage_get(&both.damage, width, 0));
        g_assert_false(vnc_damage_get(&both.damage, 0, height));
        vnc_damage_remove_all(&both.damage);
        model_fill(&both.model, false);
        assert_same(&both);
        vnc_damage_add_all(&both.damage);
        model_fill(&both.model, true);
        assert_same(&both);
    }
}

/* What the contract says comes next, cell by cell. */
static bool model_take(Both *both, const VncRect *within, VncRect *rect)
{
    const Model *model = &both->model;
    int column, row, right, bottom, i;

    for (i = 0; i < model->columns * model->rows; i++) {
        if (model->cells[i] &&
            cell_overlaps(both, within, i % model->columns, i / model->columns)) {
            break;
        }
    }
    if (i == model->columns * model->rows) {
        return false;
    }
    column = i % model->columns;
    row = i / model->columns;
    for (right = column; right < model->columns && *model_cell(model, right, row) &&
                         cell_overlaps(both, within, right, row);
         right++) {
    }
    for (bottom = row; bottom < model->rows && cell_overlaps(both, within, column, bottom);
         bottom++) {
        for (i = column; i < right && *model_cell(model, i, bottom); i++) {
        }
        if (i < right) {
            break;
        }
        for (i = column; i < right; i++) {
            *model_cell(model, i, bottom) = false;
        }
    }
    *rect = (VncRect){column * VNC_CELL, row * VNC_CELL, (right - column) * VNC_CELL,
                      (bottom - row) * VNC_CELL};
    *rect = vnc_rect_intersect(rect, &both->screen);
    return true;
}

static void take_all(Both *both, const VncRect *within)
{
    VncRect got, want;
    int cursor = 0;

    while (vnc_damage_take(&both->damage, within, &cursor, &got)) {
        g_assert_true(model_take(both, within, &want));
        g_assert_cmpint(got.x, ==, want.x);
        g_assert_cmpint(got.y, ==, want.y);
        g_assert_cmpint(got.w, ==, want.w);
        g_assert_cmpint(got.h, ==, want.h);
    }
    g_assert_false(model_take(both, within, &want));
    g_assert_false(vnc_damage_take(&both->damage, within, &cursor, &got));
}

static void test_take(void)
{
    static const int some[] = {1, 16, 17, 100, 1366, 2050};
    int round, n;

    FOR_CASES (i, G_N_ELEMENTS(some) * G_N_ELEMENTS(some)) {
        for (round = 0; round < 6; round++) {
            g_auto(Both) both = {0};
            VncRect r;

            both_init(&both, some[i % G_N_ELEMENTS(some)], some[i / G_N_ELEMENTS(some)]);
            for (n = 0; n < 1 << round; n++) {
                r = random_rect(&both.screen);
                both_add(&both, &r);
            }
            r = random_rect(&both.screen);
            take_all(&both, &r);
            assert_same(&both);
            take_all(&both, &both.screen);
            assert_same(&both);
            g_assert_true(vnc_damage_is_empty(&both.damage));
        }
    }
}

static void test_take_whole(void)
{
    static const int widths[] = {1, 17, 1366, VNC_MAX_SIDE};
    const VncRect everywhere = {G_MININT / 2, G_MININT / 2, G_MAXINT, G_MAXINT};

    FOR_ROWS (i, widths) {
        g_auto(Both) both = {0};
        VncRect got;
        int cursor = 0;

        both_init(&both, widths[i], widths[i]);
        vnc_damage_add_all(&both.damage);
        g_assert_true(vnc_damage_take(&both.damage, &everywhere, &cursor, &got));
        g_assert_cmpint(got.x, ==, 0);
        g_assert_cmpint(got.y, ==, 0);
        g_assert_cmpint(got.w, ==, widths[i]);
        g_assert_cmpint(got.h, ==, widths[i]);
        g_assert_false(vnc_damage_take(&both.damage, &everywhere, &cursor, &got));
        g_assert_true(vnc_damage_is_empty(&both.damage));
    }
}

/* Every other cell: as many rectangles as there can be. */
static void test_take_chequered(void)
{
    g_auto(Both) both = {0};
    VncRect got;
    int x, y, cursor = 0, count = 0;

    both_init(&both, VNC_MAX_SIDE, VNC_MAX_SIDE);
    for (y = 0; y < VNC_MAX_SIDE; y += VNC_CELL) {
        for (x = y & VNC_CELL; x < VNC_MAX_SIDE; x += 2 * VNC_CELL) {
            VncRect cell = {x + VNC_CELL - 1, y, 1, 1};

            vnc_damage_add(&both.damage, &cell);
        }
    }
    while (vnc_damage_take(&both.damage, &both.screen, &cursor, &got)) {
        g_assert_cmpint(got.w, ==, VNC_CELL);
        g_assert_cmpint(got.h, ==, VNC_CELL);
        g_assert_cmpint((got.x ^ got.y) & VNC_CELL, ==, 0);
        count++;
    }
    g_assert_cmpint(count, ==, (VNC_MAX_SIDE / VNC_CELL) * (VNC_MAX_SIDE / VNC_CELL) / 2);
    g_assert_true(vnc_damage_is_empty(&both.damage));
}

static void test_clip(void)
{
    static const int some[] = {1, 17, 100, 515, 1366};

    for (int round = 0; round < 200; round++) {
        g_auto(Both) both = {0};
        VncRect within;

        both_init(&both, some[random_to(5)], some[random_to(5)]);
        for (int n = random_to(5); n > 0; n--) {
            VncRect rect = random_rect(&both.screen);

            both_add(&both, &rect);
        }
        within = random_rect(&both.screen);
        vnc_damage_clip(&both.damage, &within);
        for (int i = 0; i < both.model.columns * both.model.rows; i++) {
            if (!cell_overlaps(&both, &within, i % both.model.columns, i / both.model.columns)) {
                both.model.cells[i] = false;
            }
        }
        assert_same(&both);
    }
}

static void test_merge(void)
{
    int round;

    for (round = 0; round < 50; round++) {
        g_auto(Both) a = {0}, b = {0};
        VncRect r;
        int i, n;

        both_init(&a, 1366, 77);
        both_init(&b, 1366, 77);
        for (n = 0; n < round % 4; n++) {
            r = random_rect(&a.screen);
            both_add(&a, &r);
        }
        for (n = 0; n < round / 4 % 4; n++) {
            r = random_rect(&b.screen);
            both_add(&b, &r);
        }
        vnc_damage_merge(&a.damage, &b.damage);
        for (i = 0; i < a.model.columns * a.model.rows; i++) {
            a.model.cells[i] = a.model.cells[i] || b.model.cells[i];
        }
        assert_same(&a);
        assert_same(&b);
        vnc_damage_copy(&a.damage, &b.damage);
        memcpy(a.model.cells, b.model.cells, (size_t)b.model.columns * b.model.rows);
        assert_same(&a);
        assert_same(&b);
    }
}

/* What is removed, and whether something is there, by turns with what is added. */
static void test_remove(void)
{
    static const int some[] = {1, 16, 17, 100, 1023, 1025, 1366, 2050};
    const VncRect outside[] = {{-50, -50, 50, 50}, {3000, 0, 10, 10}, {0, 0, 0, 9}, {5, 5, -3, 9}};
    int round;

    FOR_CASES (i, G_N_ELEMENTS(some) * G_N_ELEMENTS(some)) {
        g_auto(Both) both = {0};

        both_init(&both, some[i % G_N_ELEMENTS(some)], some[i / G_N_ELEMENTS(some)]);
        vnc_damage_remove(&both.damage, &both.screen);
        assert_same(&both);
        for (round = 0; round < 20; round++) {
            VncRect r = random_rect(&both.screen);

            if (g_test_rand_bit()) {
                both_add(&both, &r);
            } else {
                both_remove(&both, &r);
            }
            r = random_rect(&both.screen);
            g_assert(vnc_damage_overlaps(&both.damage, &r) == model_overlaps(&both, &r));
            if (round % 4 == 0) {
                assert_same(&both);
            }
        }
        vnc_damage_add_all(&both.damage);
        model_fill(&both.model, true);
        FOR_ROWS (n, outside) {
            g_assert_false(vnc_damage_overlaps(&both.damage, &outside[n]));
            both_remove(&both, &outside[n]);
        }
        assert_same(&both);
        both_remove(&both, &both.screen);
        assert_same(&both);
    }
}

/* A single cell: whoever touches a pixel of it sees it, and nobody else. */
static void test_overlaps_one(void)
{
    VncDamage damage = {0};
    VncRect cell = {62 * VNC_CELL, 3 * VNC_CELL, VNC_CELL, VNC_CELL};
    int x, y, w, h;

    vnc_damage_init(&damage, 1366, 77);
    for (cell.x = 62 * VNC_CELL; cell.x <= 66 * VNC_CELL; cell.x += VNC_CELL) {
        vnc_damage_remove_all(&damage);
        vnc_damage_add(&damage, &cell);
        for (x = cell.x - 2 * VNC_CELL; x < cell.x + 2 * VNC_CELL; x += 5) {
            for (y = 2 * VNC_CELL - 3; y < 77; y += 7) {
                for (w = 1; w < 40; w += 13) {
                    for (h = 1; h < 40; h += 13) {
                        VncRect r = {x, y, w, h}, cells;

                        /* the cells that it touches */
                        cells.x = x / VNC_CELL * VNC_CELL;
                        cells.y = y / VNC_CELL * VNC_CELL;
                        cells.w = (x + w + VNC_CELL - 1) / VNC_CELL * VNC_CELL - cells.x;
                        cells.h = (y + h + VNC_CELL - 1) / VNC_CELL * VNC_CELL - cells.y;
                        cells = vnc_rect_intersect(&cells, &cell);
                        g_assert(vnc_damage_overlaps(&damage, &r) == !vnc_rect_is_empty(&cells));
                    }
                }
            }
        }
    }
    vnc_damage_clear(&damage);
    g_assert_false(vnc_damage_overlaps(&damage, &cell));
    vnc_damage_remove(&damage, &cell);
}

/* Some rectangles into both, @n at most. */
static void add_some(Both *both, int n)
{
    for (; n > 0; n--) {
        VncRect r = random_rect(&both->screen);

        both_add(both, &r);
    }
}

static void test_subtract(void)
{
    int round, i;

    for (round = 0; round < 100; round++) {
        g_auto(Both) a = {0}, b = {0};

        both_init(&a, 1366, 77);
        both_init(&b, 1366, 77);
        add_some(&a, round % 4);
        add_some(&b, round / 4 % 4);
        vnc_damage_subtract(&a.damage, &b.damage);
        for (i = 0; i < a.model.columns * a.model.rows; i++) {
            a.model.cells[i] = a.model.cells[i] && !b.model.cells[i];
        }
        assert_same(&a);
        assert_same(&b);
        vnc_damage_subtract(&b.damage, &b.damage);
        g_assert_true(vnc_damage_is_empty(&b.damage));
    }
}

/* What stood in the result before is gone, also if one of the two is empty. */
static void test_intersect(void)
{
    int round, i;

    for (round = 0; round < 100; round++) {
        g_auto(Both) a = {0}, b = {0}, both = {0};

        both_init(&a, 1366, 77);
        both_init(&b, 1366, 77);
        both_init(&both, 1366, 77);
        add_some(&a, round % 4);
        add_some(&b, round / 4 % 4);
        add_some(&both, round / 16);
        vnc_damage_intersect(&both.damage, &a.damage, &b.damage);
        for (i = 0; i < a.model.columns * a.model.rows; i++) {
            both.model.cells[i] = a.model.cells[i] && b.model.cells[i];
        }
        assert_same(&both);
        assert_same(&a);
        assert_same(&b);
        vnc_damage_intersect(&a.damage, &a.damage, &b.damage);
        memcpy(a.model.cells, both.model.cells, (size_t)a.model.columns * a.model.rows);
        assert_same(&a);
    }
}

static void test_resize(void)
{
    VncDamage damage = {0};
    VncRect all = {0, 0, VNC_MAX_SIDE, VNC_MAX_SIDE}, corner = {96, 98, 1, 1}, got;
    int cursor = 0;

    g_assert_true(vnc_damage_is_empty(&damage));
    vnc_damage_add(&damage, &all);
    g_assert_false(vnc_damage_take(&damage, &all, &cursor, &got));
    vnc_damage_init(&damage, 100, 100);
    vnc_damage_add_all(&damage);
    vnc_damage_init(&damage, 97, 99);
    g_assert_true(vnc_damage_is_empty(&damage));
    vnc_damage_add(&damage, &corner);
    g_assert_cmpuint(vnc_damage_count(&damage), ==, 1);
    g_assert_cmpint(damage.width, ==, 97);
    vnc_damage_add_all(&damage);
    vnc_damage_init(&damage, 50, 200);
    g_assert_true(vnc_damage_is_empty(&damage));
    vnc_damage_add_all(&damage);
    g_assert_true(vnc_damage_take(&damage, &all, &cursor, &got));
    g_assert_cmpint(got.w, ==, 50);
    g_assert_cmpint(got.h, ==, 200);
    vnc_damage_clear(&damage);
    g_assert_null(damage.bits);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/damage/add", test_add);
    g_test_add_func("/damage/take", test_take);
    g_test_add_func("/damage/take-whole", test_take_whole);
    g_test_add_func("/damage/take-chequered", test_take_chequered);
    g_test_add_func("/damage/clip", test_clip);
    g_test_add_func("/damage/merge", test_merge);
    g_test_add_func("/damage/remove", test_remove);
    g_test_add_func("/damage/overlaps-one", test_overlaps_one);
    g_test_add_func("/damage/subtract", test_subtract);
    g_test_add_func("/damage/intersect", test_intersect);
    g_test_add_func("/damage/resize", test_resize);
    return g_test_run();
}
