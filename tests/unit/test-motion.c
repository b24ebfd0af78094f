/*
 * Motion: which movements are found, which are not, and that no byte outside the pictures is read.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One thread. Pictures lie in memory of exactly their size, so that a sanitizer sees a read past
 * either end.
 */
#include "tests/lib/enc-pictures.h"
#include "tests/lib/rows.h"
#include "ui/base/damage.h"
#include "ui/base/motion.h"
#include "ui/base/rect.h"
#include "ui/host-demo/glyphs.h"

#include <string.h>

static const VncMotion none = {0, 0};

/* For what is found nearly always, and not always: the same at each run. */
static GRand *dice;

/* A screen before and after. */
typedef struct Pair {
    int width, height;
    uint32_t *before, *after;
} Pair;

static void pair_init(Pair *pair, int width, int height, Picture surrounding)
{
    size_t count = (size_t)width * height;

    pair->width = width;
    pair->height = height;
    pair->before = g_new(uint32_t, count);
    picture_paint(surrounding, pair->before, width, width, height);
    pair->after = g_memdup2(pair->before, count * sizeof(uint32_t));
}

static void pair_clear(Pair *pair)
{
    g_free(pair->before);
    g_free(pair->after);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Pair, pair_clear)

/* The smallest rectangle of whole cells around what differs, as a refresh has it. */
static VncRect changed_area(const Pair *pair)
{
    VncRect screen = {0, 0, pair->width, pair->height}, area = {0, 0, 0, 0};

    for (int y = 0; y < pair->height; y++) {
        for (int x = 0; x < pair->width; x++) {
            size_t i = (size_t)y * pair->width + x;

            if ((pair->before[i] ^ pair->after[i]) & 0xffffff) {
                VncRect cell = {x / VNC_CELL * VNC_CELL, y / VNC_CELL * VNC_CELL, VNC_CELL,
                                VNC_CELL};

                area = vnc_rect_union(&area, &cell);
                x |= VNC_CELL - 1;
            }
        }
    }
    return vnc_rect_intersect(&area, &screen);
}

static bool find(const Pair *pair, const VncRect *area, const VncMotion *hint, VncMotion *motion)
{
    VncPicturePair pictures = {
        .before = pair->before,
        .after = pair->after,
        .before_stride = pair->width,
        .after_stride = pair->width,
        .width = pair->width,
        .height = pair->height,
    };

    return vnc_motion_find(&pictures, area, hint, motion);
}

static bool is_found(const Pair *pair, const VncRect *area, int dx, int dy)
{
    VncMotion motion = {0, 0};

    return find(pair, area, &none, &motion) && motion.dx == dx && motion.dy == dy;
}

/* How often something was found. It is a guess from samples, and letters that stand elsewhere too
 * may lead it astray: nearly always will do. */
typedef struct Score {
    unsigned tried, found;
} Score;

static void score(Score *score, bool found)
{
    score->tried++;
    score->found += found;
}

static void assert_good(const Score *score, const char *what)
{
    g_test_message("%s: %u of %u found", what, score->found, score->tried);
    g_assert_cmpuint(score->tried, >, 0);
    g_assert_cmpuint(score->found * 100, >=, score->tried * 85);
}

/* Put a page of text on a part of a picture: at (0, 0) of the page stands what is at @x, @y. */
static void put_text(const Pair *pair, uint32_t *pixels, const uint32_t *page, const VncRect *rect)
{
    for (int y = 0; y < rect->h; y++) {
        memcpy(pixels + (size_t)(rect->y + y) * pair->width + rect->x, page + (size_t)y * rect->w,
               rect->w * sizeof(uint32_t));
    }
}

/* Words of small letters, light on dark. */
static void write_page(uint32_t *pixels, int width, int height)
{
    static const char letters[] = "eeeeetttaaaoooiiinnnsshhrrdlluucmwfgypbvkETAO  .,:1()    ";

    for (int top = 0; top < height; top += DEMO_FONT_HEIGHT) {
        for (int left = 0; left < width; left += DEMO_FONT_WIDTH) {
            char letter = letters[g_rand_int_range(dice, 0, sizeof(letters) - 1)];

            for (int y = top; y < MIN(top + DEMO_FONT_HEIGHT, height); y++) {
                uint8_t bits = glyphs[letter - DEMO_FONT_FIRST][y - top];

                for (int x = left; x < MIN(left + DEMO_FONT_WIDTH, width); x++) {
                    pixels[(size_t)y * width + x] =
                        bits << (x - left) & 0x80 ? 0x00cccccc : 0x00101418;
                }
            }
        }
    }
}

/* Windows that are dragged over what does not change. */

typedef struct Drag {
    Picture surrounding;
    int width, height; /* of the screen */
    int w, h;          /* of the window */
} Drag;

typedef struct DragTest {
    const Drag *drag;
    Pair pair;
    uint32_t *empty, *page; /* the screen without the window; the window */
} DragTest;

static bool drag_is_found(const DragTest *test, int x, int y, int dx, int dy)
{
    const Drag *drag = test->drag;
    const Pair *pair = &test->pair;
    size_t size = (size_t)pair->width * pair->height * sizeof(uint32_t);
    VncRect from = {x, y, drag->w, drag->h}, to = {x + dx, y + dy, drag->w, drag->h};

    memcpy(pair->before, test->empty, size);
    memcpy(pair->after, test->empty, size);
    put_text(pair, pair->before, test->page, &from);
    put_text(pair, pair->after, test->page, &to);
    VncRect area = changed_area(pair);
    return is_found(pair, &area, dx, dy);
}

/* From anywhere, distances of a pattern that has each dx and each dy. */
static void drag_askew(const DragTest *test)
{
    int room_x = test->drag->width - test->drag->w, room_y = test->drag->height - test->drag->h;
    Score askew = {0};

    for (int dx = -VNC_MOTION_ASKEW; dx <= VNC_MOTION_ASKEW; dx++) {
        for (int dy = -VNC_MOTION_ASKEW; dy <= VNC_MOTION_ASKEW; dy++) {
            int x = g_rand_int_range(dice, MAX(0, -dx), room_x - MAX(0, dx) + 1);
            int y = g_rand_int_range(dice, MAX(0, -dy), room_y - MAX(0, dy) + 1);

            if (dx && dy && (dx + 3 * dy) % 17 == 0) {
                score(&askew, drag_is_found(test, x, y, dx, dy));
            }
        }
    }
    assert_good(&askew, "askew");
}

/* So far that the window is still a third of what has changed. */
static void drag_straight(const DragTest *test)
{
    const Drag *drag = test->drag;
    Score straight = {0};

    for (int i = 1; i <= MIN(2 * drag->w, drag->width - drag->w); i += 3) {
        score(&straight, drag_is_found(test, 0, i % 19, i, 0));
        score(&straight, drag_is_found(test, i, i % 19, -i, 0));
    }
    for (int i = 1; i <= MIN(2 * drag->h, drag->height - drag->h); i += 3) {
        score(&straight, drag_is_found(test, i % 19, 0, 0, i));
        score(&straight, drag_is_found(test, i % 19, i, 0, -i));
    }
    assert_good(&straight, "straight");
}

static void test_drag(const void *data)
{
    DragTest test = {.drag = data};
    const Drag *drag = data;

    g_rand_set_seed(dice, 1);
    pair_init(&test.pair, drag->width, drag->height, drag->surrounding);
    test.empty = g_memdup2(test.pair.before, (size_t)drag->width * drag->height * sizeof(uint32_t));
    test.page = g_new(uint32_t, (size_t)drag->w * drag->h);
    write_page(test.page, drag->w, drag->h);
    drag_askew(&test);
    drag_straight(&test);
    g_free(test.page);
    g_free(test.empty);
    pair_clear(&test.pair);
}

/* Whole screens that scroll: what comes into view is something else. */

static bool scroll_is_found(const Pair *pair, const uint32_t *other, int dx, int dy)
{
    VncRect screen = {0, 0, pair->width, pair->height};

    for (int y = 0; y < pair->height; y++) {
        for (int x = 0; x < pair->width; x++) {
            size_t i = (size_t)y * pair->width + x;
            bool inside =
                x - dx >= 0 && x - dx < pair->width && y - dy >= 0 && y - dy < pair->height;

            /* The upper byte of what a guest writes is anything. */
            pair->after[i] =
                (inside ? pair->before[i - (ptrdiff_t)dy * pair->width - dx] : other[i]) |
                (uint32_t)i << 24;
        }
    }
    return is_found(pair, &screen, dx, dy);
}

static void test_scroll(void)
{
    static const VncMotion motions[] = {
        {1, 1},
        {-1, 1},
        {5, -17},
        {VNC_MOTION_ASKEW, VNC_MOTION_ASKEW},
        {-VNC_MOTION_ASKEW, -VNC_MOTION_ASKEW},
        {VNC_MOTION_ASKEW, -VNC_MOTION_ASKEW},
        {-VNC_MOTION_ASKEW, 1},
    };
    static const int distances[] = {1, 2, 3, 15, 16, 17, 48, 333, 500};
    static const VncMotion far[] = {
        {0, VNC_MOTION_STRAIGHT},
        {0, -VNC_MOTION_STRAIGHT},
        {VNC_MOTION_STRAIGHT, 0},
        {-VNC_MOTION_STRAIGHT, 0},
    };
    g_auto(Pair) pair = {0}, other = {0};
    Score straight = {0}, askew = {0}, farthest = {0};

    g_rand_set_seed(dice, 1);
    pair_init(&pair, 1600, 1500, PICTURE_SOLID);
    pair_init(&other, 1600, 1500, PICTURE_MOSAIC);
    write_page(pair.before, 1600, 1500);
    FOR_ROWS (i, motions) {
        score(&askew, scroll_is_found(&pair, other.before, motions[i].dx, motions[i].dy));
    }
    FOR_ROWS (i, distances) {
        score(&straight, scroll_is_found(&pair, other.before, 0, distances[i]));
        score(&straight, scroll_is_found(&pair, other.before, 0, -distances[i]));
        score(&straight, scroll_is_found(&pair, other.before, distances[i], 0));
        score(&straight, scroll_is_found(&pair, other.before, -distances[i], 0));
    }
    FOR_CASES (i, 3 * G_N_ELEMENTS(far)) {
        const VncMotion *motion = &far[i % G_N_ELEMENTS(far)];

        write_page(pair.before, 1600, 1500);
        score(&farthest, scroll_is_found(&pair, other.before, motion->dx, motion->dy));
    }
    assert_good(&straight, "straight");
    assert_good(&askew, "askew");
    assert_good(&farthest, "farthest");
}

/* A column as wide as a sample, at either edge of the screen. */
static void test_column(void)
{
    static const int lefts[] = {0, 400 - 16};
    g_autofree uint32_t *page = g_new(uint32_t, 16 * 600);
    Score column = {0};

    g_rand_set_seed(dice, 1);
    for (size_t i = 0; i < 100; i++) {
        g_auto(Pair) pair = {0};
        int dy = g_rand_int_range(dice, 1, 200);
        VncRect from = {lefts[i % 2], 0, 16, 400}, to = {lefts[i % 2], dy, 16, 400};

        pair_init(&pair, 400, 600, PICTURE_SOLID);
        write_page(page, 16, 600);
        put_text(&pair, pair.before, page, &from);
        put_text(&pair, pair.after, page, &to);
        VncRect area = changed_area(&pair);
        score(&column, is_found(&pair, &area, 0, dy));
    }
    assert_good(&column, "column");
}

/* What has not moved */

static void assert_none(const Pair *pair)
{
    VncRect screen = {0, 0, pair->width, pair->height};
    VncMotion motion, hint = {0, -16};

    g_assert_false(find(pair, &screen, &none, &motion));
    g_assert_false(find(pair, &screen, &hint, &motion));
}

static void fill_noise(uint32_t *pixels, size_t count)
{
    uint32_t state = g_test_rand_int();

    for (size_t i = 0; i < count; i++) {
        state = state * 1664525 + 1013904223;
        pixels[i] = state >> 8;
    }
}

static void test_none(void)
{
    for (int i = 0; i < PICTURES; i++) {
        g_auto(Pair) pair = {0}, other = {0};
        size_t count = 400 * 300;

        pair_init(&pair, 400, 300, i);
        pair_init(&other, 400, 300, PICTURE_SOLID);
        assert_none(&pair); /* no change */
        memcpy(pair.after, other.before, count * sizeof(uint32_t));
        assert_none(&pair); /* cleared */
        fill_noise(pair.after, count);
        assert_none(&pair);
        memcpy(pair.after, pair.before, count * sizeof(uint32_t));
        memcpy(pair.before, other.before, count * sizeof(uint32_t));
        assert_none(&pair); /* painted on one colour */
    }
    for (int i = 0; i < 50; i++) {
        g_auto(Pair) pair = {0};

        pair_init(&pair, 400, 300, PICTURE_SOLID);
        fill_noise(pair.before, 400 * 300);
        fill_noise(pair.after, 400 * 300);
        assert_none(&pair);
    }
}

/* Too far for a search, but not for whoever is told where to look. */
static void test_hint(void)
{
    static const VncMotion far = {100, 90}, wrong = {3, -5}, outside = {5000, -5000};
    const Drag drag = {PICTURE_PHOTO, 640, 480, 300, 200};
    VncRect from = {20, 30, drag.w, drag.h}, to = {20 + far.dx, 30 + far.dy, drag.w, drag.h};
    g_autofree uint32_t *page = g_new(uint32_t, (size_t)drag.w * drag.h);
    g_auto(Pair) pair = {0};
    VncMotion motion;

    g_rand_set_seed(dice, 1);
    write_page(page, drag.w, drag.h);
    pair_init(&pair, drag.width, drag.height, drag.surrounding);
    put_text(&pair, pair.before, page, &from);
    put_text(&pair, pair.after, page, &to);
    VncRect area = changed_area(&pair);
    g_assert_false(find(&pair, &area, &none, &motion));
    g_assert_false(find(&pair, &area, &wrong, &motion));
    g_assert_true(find(&pair, &area, &far, &motion));
    g_assert_cmpint(motion.dx, ==, far.dx);
    g_assert_cmpint(motion.dy, ==, far.dy);

    /* One that is wrong hides nothing, and may be where the answer goes. */
    memcpy(pair.after, pair.before, (size_t)pair.width * pair.height * sizeof(uint32_t));
    to = (VncRect){20, 30 - 7, drag.w, drag.h};
    put_text(&pair, pair.after, page, &to);
    area = changed_area(&pair);
    motion = wrong;
    g_assert_true(find(&pair, &area, &motion, &motion));
    g_assert_cmpint(motion.dx, ==, 0);
    g_assert_cmpint(motion.dy, ==, -7);
    motion = outside;
    g_assert_true(find(&pair, &area, &motion, &motion));
    g_assert_cmpint(motion.dx, ==, 0);
    g_assert_cmpint(motion.dy, ==, -7);
}

/* Any size, any area, any hint. */
static void check_bounds(int width, int height)
{
    static const Picture kinds[] = {PICTURE_TEXT, PICTURE_NOISE, PICTURE_TWO_COLOURS,
                                    PICTURE_PHOTO};
    Picture kind = kinds[g_test_rand_int_range(0, G_N_ELEMENTS(kinds))];
    g_auto(Pair) pair = {0};

    pair_init(&pair, width, height, kind);
    /* By a few pixels along the memory: much is found, up to all edges. */
    size_t count = (size_t)width * height, by = g_test_rand_int_range(0, MIN(count, 3000));
    memmove(pair.after + by, pair.before, (count - by) * sizeof(uint32_t));
    for (int i = 0; i < 4; i++) {
        int x = i ? g_test_rand_int_range(0, width) : 0;
        int y = i ? g_test_rand_int_range(0, height) : 0;
        VncRect area = {x, y, i ? g_test_rand_int_range(1, width - x + 1) : width,
                        i ? g_test_rand_int_range(1, height - y + 1) : height};
        VncMotion motion, hint = {g_test_rand_int_range(-2 * width, 2 * width),
                                  g_test_rand_int_range(-2 * height, 2 * height)};

        if (find(&pair, &area, i % 2 ? &hint : &none, &motion)) {
            g_assert_cmpint(ABS(motion.dx), <, width);
            g_assert_cmpint(ABS(motion.dy), <, height);
            g_assert_true(motion.dx || motion.dy);
        }
    }
}

static void test_bounds(void)
{
    for (int width = 1; width <= 40; width++) {
        for (int height = 1; height <= 40; height += 3) {
            check_bounds(width, height);
        }
        check_bounds(width, 1366);
        check_bounds(1366, width);
    }
    check_bounds(1366, 768);
}

int main(int argc, char **argv)
{
    static const Drag plain = {PICTURE_SOLID, 400, 300, 200, 150};
    static const Drag photo = {PICTURE_PHOTO, 400, 300, 220, 160};
    static const Drag text = {PICTURE_MOSAIC, 401, 301, 230, 160};
    static const Drag wide = {PICTURE_GRADIENT, 1366, 230, 350, 100};
    static const Drag high = {PICTURE_PHOTO, 300, 624, 160, 200};

    g_test_init(&argc, &argv, NULL);
    dice = g_rand_new();
    g_test_add_data_func("/motion/drag-over-a-colour", &plain, test_drag);
    g_test_add_data_func("/motion/drag-over-a-photo", &photo, test_drag);
    g_test_add_data_func("/motion/drag-over-a-mosaic", &text, test_drag);
    g_test_add_data_func("/motion/drag-far-sideways", &wide, test_drag);
    g_test_add_data_func("/motion/drag-far-up-and-down", &high, test_drag);
    g_test_add_func("/motion/scroll", test_scroll);
    g_test_add_func("/motion/column", test_column);
    g_test_add_func("/motion/none", test_none);
    g_test_add_func("/motion/hint", test_hint);
    g_test_add_func("/motion/bounds", test_bounds);
    int result = g_test_run();
    g_rand_free(dice);
    return result;
}
