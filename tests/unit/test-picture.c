/*
 * A viewer's picture, situation by situation: requests, updates, copies, losses, and the area
 * beyond the screen.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pure: no queue, socket or clock; test-picture-model checks the pixels.
 */
#include "tests/lib/rows.h"
#include "ui/base/rect.h"
#include "ui/client/picture.h"
#include "ui/rfb/write.h"

#define WIDTH  104
#define HEIGHT 72
#define CELLS  (WIDTH / VNC_CELL * (HEIGHT / VNC_CELL))

static const VncRect all = {0, 0, WIDTH, HEIGHT};

typedef struct Fixture {
    VncOptions options;
    VncScreen screen;
    VncDamage changed, moved;
    VncEncoder encoder;
    VncEncodeParams params;
    VncJobOwner owner;
    VncJob *job;
    VncPicture picture;
    int64_t now;
} Fixture;

static void set_screen(Fixture *f, int width, int height)
{
    vnc_surface_unref(f->screen.surface);
    f->screen.surface = vnc_surface_new(width, height);
    vnc_damage_init(&f->screen.work, width, height);
    vnc_damage_init(&f->screen.fast_work, width, height);
    vnc_damage_init(&f->screen.split_work, width, height);
    vnc_damage_init(&f->screen.fast, width, height);
    vnc_damage_init(&f->changed, width, height);
    vnc_damage_init(&f->moved, width, height);
}

static void note(Fixture *f, int dx, int dy, bool copies)
{
    VncChange change = {&f->changed, &f->moved, {dx, dy}, true, f->now};

    vnc_picture_note(&f->picture, &f->screen, &change, copies);
    vnc_damage_remove_all(&f->changed);
    vnc_damage_remove_all(&f->moved);
}

static void begin(Fixture *f)
{
    vnc_job_reset(f->job);
    vnc_job_begin(f->job);
}

static unsigned copies_in_job(const Fixture *f)
{
    return f->job->counts[VNC_METHOD_COPY].rects;
}

/* Returns how many pixels are refined. */
static int64_t fill(Fixture *f)
{
    int64_t refined;

    begin(f);
    refined = vnc_picture_fill(&f->picture, &f->screen, &f->encoder, &f->params, f->job);
    g_assert_cmpuint(f->job->written, ==, copies_in_job(f));
    return refined;
}

static int64_t fill_all(Fixture *f)
{
    vnc_picture_request(&f->picture, &all, true, f->screen.surface);
    return fill(f);
}

static void check_rect(const Fixture *f, unsigned i, const VncRect *expected)
{
    const VncRect *rect = &g_array_index(f->job->rects, VncJobRect, i).rect;

    g_assert_cmpuint(i, <, f->job->rects->len);
    g_assert_cmpmem(rect, sizeof(*rect), expected, sizeof(*expected));
}

/* @flags: of each rectangle */
static void finish(Fixture *f, unsigned flags)
{
    for (unsigned i = 0; i < f->job->rects->len; i++) {
        g_array_index(f->job->rects, VncJobRect, i).flags |= flags;
    }
    vnc_picture_sent(&f->picture, &f->screen, f->job);
}

static void send_all(Fixture *f, unsigned flags)
{
    note(f, 0, 0, true);
    fill_all(f);
    finish(f, flags);
    g_assert_true(vnc_damage_is_empty(&f->picture.damage));
}

static const VncJobOwnerOps no_ops;

/* The viewer has all there is. */
static void setup(Fixture *f, gconstpointer data)
{
    (void)data;
    f->options = (VncOptions){.lossy = true, .lossless_refresh_ms = 1000};
    f->screen.options = &f->options;
    f->encoder = (VncEncoder){.max_width = 8192, .max_pixels = 1 << 24, .align = 1};
    f->params.quality = 50;
    vnc_job_owner_init(&f->owner, &no_ops);
    f->job = vnc_job_new(&f->owner);
    set_screen(f, WIDTH, HEIGHT);
    vnc_picture_init(&f->picture);
    vnc_picture_begin(&f->picture, f->screen.surface);
    g_assert_cmpuint(vnc_damage_count(&f->picture.damage), ==, CELLS);
    g_assert_true(f->picture.needs_refresh);
    send_all(f, 0);
}

static void teardown(Fixture *f, gconstpointer data)
{
    (void)data;
    vnc_picture_clear(&f->picture);
    vnc_job_free(f->job);
    vnc_job_owner_clear(&f->owner);
    vnc_surface_unref(f->screen.surface);
    vnc_damage_clear(&f->screen.work);
    vnc_damage_clear(&f->screen.fast_work);
    vnc_damage_clear(&f->screen.split_work);
    vnc_damage_clear(&f->screen.fast);
    vnc_damage_clear(&f->changed);
    vnc_damage_clear(&f->moved);
}

/* --- requests and damage --- */

static void test_requests(Fixture *f, gconstpointer data)
{
    static const struct {
        const char *name;
        VncRect area;
        bool incremental;
        unsigned damaged; /* cells */
        bool waits;
    } cases[] = {
        {"incremental, of all", {0, 0, WIDTH, HEIGHT}, true, 0, true},
        {"incremental, of a part", {10, 10, 1, 1}, true, 0, true},
        {"full, of all", {0, 0, WIDTH, HEIGHT}, false, CELLS, true},
        {"full, of two cells", {8, 8, 16, 8}, false, 2, true},
        {"full, across cells", {7, 7, 2, 2}, false, 4, true},
        {"incremental, of nothing", {0, 0, 0, 0}, true, 0, false},
        {"full, of nothing", {0, 0, 0, 0}, false, 0, false},
    };

    (void)data;
    FOR_ROWS (i, cases) {
        VncPicture *picture = &f->picture;

        g_test_message("%s", cases[i].name);
        vnc_picture_request(picture, &cases[i].area, cases[i].incremental, f->screen.surface);
        g_assert_cmpuint(vnc_damage_count(&picture->damage), ==, cases[i].damaged);
        g_assert_true(picture->needs_refresh == (cases[i].damaged > 0));
        g_assert_true(vnc_picture_is_requested(picture) == cases[i].waits);
        g_assert_cmpmem(&picture->requested, sizeof(VncRect), &cases[i].area, sizeof(VncRect));
        send_all(f, 0);
        vnc_picture_end_request(picture);
        g_assert_false(vnc_picture_is_requested(picture));
    }
}

/* Two requests before an update ask for what is around both. */
static void test_two_requests(Fixture *f, gconstpointer data)
{
    static const VncRect first = {0, 0, 8, 8}, second = {40, 24, 8, 8}, both = {0, 0, 48, 32};

    (void)data;
    vnc_picture_request(&f->picture, &first, true, f->screen.surface);
    vnc_picture_request(&f->picture, &second, true, f->screen.surface);
    g_assert_cmpmem(&f->picture.requested, sizeof(VncRect), &both, sizeof(VncRect));
}

/* Only what is asked for is sent; the request is answered by that, and the rest comes with the
 * next. */
static void test_part(Fixture *f, gconstpointer data)
{
    static const VncRect here = {8, 8, 16, 8}, there = {48, 40, 8, 16}, nowhere = {80, 0, 8, 8};

    (void)data;
    vnc_damage_add(&f->changed, &here);
    vnc_damage_add(&f->changed, &there);
    note(f, 0, 0, true);
    g_assert_true(vnc_picture_has_news(&f->picture));
    vnc_picture_request(&f->picture, &nowhere, true, f->screen.surface);
    fill(f);
    g_assert_cmpuint(f->job->rects->len, ==, 0);
    g_assert_true(vnc_picture_is_requested(&f->picture));
    vnc_picture_end_request(&f->picture);
    vnc_picture_request(&f->picture, &there, true, f->screen.surface);
    fill(f);
    g_assert_cmpuint(f->job->rects->len, ==, 1);
    check_rect(f, 0, &there);
    g_assert_false(vnc_picture_is_requested(&f->picture));
    g_assert_true(vnc_picture_has_news(&f->picture));
    fill_all(f);
    g_assert_cmpuint(f->job->rects->len, ==, 1);
    check_rect(f, 0, &here);
    g_assert_false(vnc_picture_has_news(&f->picture));
}

static void test_full(Fixture *f, gconstpointer data)
{
    (void)data;
    for (int i = 0; i < 4; i++) {
        vnc_damage_add(&f->changed, &(VncRect){i * 24, i * 16, 8, 8});
    }
    note(f, 0, 0, true);
    vnc_picture_request(&f->picture, &all, true, f->screen.surface);
    begin(f);
    f->job->written = VNC_MAX_UPDATE_RECTS - 3;
    vnc_picture_fill(&f->picture, &f->screen, &f->encoder, &f->params, f->job);
    g_assert_cmpuint(f->job->rects->len, ==, 3);
    g_assert_cmpuint(vnc_damage_count(&f->picture.damage), ==, 1);
    fill_all(f);
    g_assert_cmpuint(f->job->rects->len, ==, 1);
    check_rect(f, 0, &(VncRect){72, 48, 8, 8});
}

/* What changes fast is told apart, if it may be lossy. */
static void test_fast(Fixture *f, gconstpointer data)
{
    static const VncRect rect = {8, 8, 24, 8}, fast = {16, 8, 8, 8};

    (void)data;
    vnc_damage_add(&f->screen.fast, &fast);
    vnc_damage_add(&f->changed, &rect);
    note(f, 0, 0, true);
    fill_all(f);
    g_assert_cmpuint(f->job->rects->len, ==, 3);
    check_rect(f, 0, &fast);
    for (unsigned i = 0; i < 3; i++) {
        g_assert_cmpuint(g_array_index(f->job->rects, VncJobRect, i).flags, ==,
                         i == 0 ? VNC_JOB_RECT_FAST : 0);
    }
    f->params.quality = -1;
    vnc_damage_add(&f->changed, &rect);
    note(f, 0, 0, true);
    fill_all(f);
    g_assert_cmpuint(f->job->rects->len, ==, 1);
    check_rect(f, 0, &rect);
}

static void test_take_back(Fixture *f, gconstpointer data)
{
    static const VncRect rect = {8, 8, 24, 8};
    static const VncRect target = {0, 40, 16, 8};

    (void)data;
    vnc_damage_add(&f->changed, &rect);
    note(f, 0, 0, true);
    fill_all(f);
    g_assert_cmpuint(vnc_damage_count(&f->picture.flying), ==, 3);
    vnc_picture_take_back(&f->picture, f->job);
    g_assert_true(vnc_damage_is_empty(&f->picture.flying));
    g_assert_cmpuint(vnc_damage_count(&f->picture.damage), ==, 3);
    g_assert_cmpmem(&f->picture.requested, sizeof(rect), &rect, sizeof(rect));
    send_all(f, 0);
    /* Of copies nobody knows any more which have been made. */
    vnc_damage_add(&f->changed, &target);
    vnc_damage_add(&f->moved, &target);
    vnc_damage_add(&f->changed, &rect);
    note(f, 0, 8, true);
    fill_all(f);
    g_assert_cmpuint(copies_in_job(f), >, 0);
    vnc_picture_take_back(&f->picture, f->job);
    g_assert_cmpuint(vnc_damage_count(&f->picture.damage), ==, CELLS);
    g_assert_true(vnc_picture_is_requested(&f->picture));
}

/* --- copies --- */

static void move(Fixture *f, const VncRect *target, int dx, int dy)
{
    vnc_damage_add(&f->changed, target);
    vnc_damage_add(&f->moved, target);
    note(f, dx, dy, true);
}

/* Two cells that have moved by 12, 5: their source overlaps three by two cells. */
static void test_sources(Fixture *f, gconstpointer data)
{
    static const VncRect target = {48, 40, 16, 8};
    static const struct {
        const char *name;
        VncRect damaged, flying;
        unsigned copied; /* cells */
    } cases[] = {
        {"all known", {0, 0, 0, 0}, {0, 0, 0, 0}, 2},
        {"the target damaged", {56, 40, 8, 8}, {0, 0, 0, 0}, 2},
        {"the target flying", {0, 0, 0, 0}, {56, 40, 16, 8}, 2},
        {"all damaged", {0, 0, WIDTH, HEIGHT}, {0, 0, 0, 0}, 0},
        {"the left damaged", {32, 32, 8, 8}, {0, 0, 0, 0}, 1},
        {"the middle damaged", {40, 40, 8, 8}, {0, 0, 0, 0}, 0},
        {"the right damaged", {48, 32, 8, 8}, {0, 0, 0, 0}, 1},
        {"the right flying", {0, 0, 0, 0}, {48, 32, 8, 8}, 1},
        {"damaged below", {32, 48, 24, 8}, {0, 0, 0, 0}, 2},
        {"damaged above", {32, 24, 24, 8}, {0, 0, 0, 0}, 2},
        {"left damaged, right flying", {32, 32, 8, 8}, {48, 32, 8, 8}, 0},
    };

    (void)data;
    FOR_ROWS (i, cases) {
        const VncMethodCount *count = &f->job->counts[VNC_METHOD_COPY];

        g_test_message("%s", cases[i].name);
        vnc_damage_add(&f->changed, &cases[i].flying);
        note(f, 0, 0, true);
        fill_all(f);
        vnc_damage_add(&f->changed, &cases[i].damaged);
        note(f, 0, 0, true);
        move(f, &target, 12, 5);
        finish(f, 0);
        fill_all(f);
        g_assert_cmpuint(count->pixels, ==, cases[i].copied * 64);
        g_assert_cmpuint(copies_in_job(f), ==, MIN(cases[i].copied, 1));
        send_all(f, 0);
    }
}

/* Who copies: a viewer that can, and knows the screen's size. */
static void test_copiers(Fixture *f, gconstpointer data)
{
    static const VncRect target = {48, 40, 16, 8};

    (void)data;
    vnc_damage_add(&f->changed, &target);
    vnc_damage_add(&f->moved, &target);
    note(f, 8, 0, false);
    fill_all(f);
    g_assert_cmpuint(copies_in_job(f), ==, 0);
    g_assert_cmpuint(f->job->rects->len, ==, 1);
    /* What looks as before needs no copy. */
    vnc_damage_add(&f->moved, &target);
    note(f, 8, 0, true);
    g_assert_false(vnc_picture_has_news(&f->picture));
    move(f, &target, 8, 0);
    vnc_picture_drop_copies(&f->picture);
    fill_all(f);
    g_assert_cmpuint(copies_in_job(f), ==, 0);
    g_assert_cmpuint(f->job->rects->len, ==, 1);
    vnc_picture_tell_size(&f->picture, WIDTH + 8, HEIGHT);
    send_all(f, 0);
    move(f, &target, 8, 0);
    fill_all(f);
    g_assert_cmpuint(copies_in_job(f), ==, 0);
    g_assert_cmpuint(f->job->rects->len, ==, 1);
}

/* No rectangle is written before all that are copied from there have been. */
static void test_order(Fixture *f, gconstpointer data)
{
    static const struct {
        const char *name;
        int dx, dy;
    } cases[] = {
        {"down", 0, 8},         {"up", 0, -8},          {"right", 16, 0},
        {"left", -16, 0},       {"down right", 12, 12}, {"up left", -12, -12},
        {"down left", -12, 12}, {"up right", 12, -12},
    };

    (void)data;
    FOR_ROWS (i, cases) {
        const uint8_t *at;
        VncRect targets[5];

        g_test_message("%s", cases[i].name);
        for (int row = 2; row < 7; row++) {
            /* Of several lengths, so that each is a rectangle of its own. */
            vnc_damage_add(&f->changed, &(VncRect){16 + row % 2 * 8, row * 8, 64 - row * 8, 8});
        }
        vnc_damage_merge(&f->moved, &f->changed);
        note(f, cases[i].dx, cases[i].dy, true);
        fill_all(f);
        g_assert_cmpuint(copies_in_job(f), ==, 5);
        at = vnc_buffer_bytes(&f->job->out) + 4;
        for (int j = 0; j < 5; j++, at += 16) {
            VncRect source = {vnc_get_u16(at + 12), vnc_get_u16(at + 14), vnc_get_u16(at + 4),
                              vnc_get_u16(at + 6)};

            targets[j] = (VncRect){vnc_get_u16(at), vnc_get_u16(at + 2), source.w, source.h};
            g_assert_cmpint(targets[j].x - source.x, ==, cases[i].dx);
            g_assert_cmpint(targets[j].y - source.y, ==, cases[i].dy);
            for (int k = 0; k < j; k++) {
                VncRect both = vnc_rect_intersect(&targets[k], &source);

                g_assert_true(vnc_rect_is_empty(&both));
            }
        }
        send_all(f, 0);
    }
}

/* A viewer that does not ask has no more than so many copies waiting. */
static void test_bound(Fixture *f, gconstpointer data)
{
    static const VncRect target = {48, 40, 16, 8};
    unsigned cells;

    (void)data;
    for (int i = 0; i < VNC_MAX_COPIES; i++) {
        move(f, &target, 8, 0);
    }
    g_assert_true(vnc_damage_is_empty(&f->picture.damage));
    move(f, &target, 8, 0);
    cells = vnc_damage_count(&f->picture.damage);
    g_assert_cmpuint(cells, ==, 2);
    fill_all(f);
    g_assert_cmpuint(copies_in_job(f), ==, 0);
    g_assert_cmpuint(f->job->rects->len, ==, 1);
    /* Of one refresh. */
    for (int row = 0; row < HEIGHT / 8; row++) {
        for (int column = row % 2; column < WIDTH / 8; column += 2) {
            vnc_damage_add(&f->changed, &(VncRect){column * 8, row * 8, 8, 8});
        }
    }
    vnc_damage_merge(&f->moved, &f->changed);
    cells = 0;
    vnc_damage_remove(&f->moved, &(VncRect){0, 0, 8, HEIGHT});
    note(f, 8, 0, true);
    fill_all(f);
    for (unsigned i = 0; i < f->job->rects->len; i++) {
        const VncRect *rect = &g_array_index(f->job->rects, VncJobRect, i).rect;

        cells += rect->w * rect->h / 64;
    }
    g_assert_cmpuint(copies_in_job(f), >, 20);
    g_assert_cmpuint(copies_in_job(f), <=, 64);
    g_assert_cmpuint(copies_in_job(f) + cells, ==, (CELLS + 1) / 2);
}

/* Copies come all, or none: as pixels where they are asked for. */
static void test_elsewhere(Fixture *f, gconstpointer data)
{
    static const VncRect here = {48, 40, 16, 8}, there = {0, 0, 8, 8};

    (void)data;
    move(f, &here, 8, 0);
    move(f, &there, -8, 0);
    vnc_picture_request(&f->picture, &here, true, f->screen.surface);
    fill(f);
    g_assert_cmpuint(copies_in_job(f), ==, 0);
    g_assert_cmpuint(f->job->rects->len, ==, 1);
    check_rect(f, 0, &here);
    g_assert_cmpuint(vnc_damage_count(&f->picture.damage), ==, 1);
}

/* What is lost is lost in each copy of it, and in copies of those. */
static void test_lost(Fixture *f, gconstpointer data)
{
    static const struct {
        const char *name;
        bool sent;         /* all copies have gone before it is lost; */
        bool asked, empty; /* and then the viewer has asked in vain */
        VncRect lost;
        unsigned damaged; /* cells, of the targets */
    } cases[] = {
        {"waiting, the source", false, false, false, {0, 0, 8, 8}, 2},
        {"waiting, the first target", false, false, false, {32, 0, 8, 8}, 2},
        {"waiting, the second target", false, false, false, {64, 0, 8, 8}, 1},
        {"waiting, something else", false, false, false, {0, 40, 8, 8}, 0},
        {"sent, the source", true, false, false, {0, 0, 8, 8}, 2},
        {"sent, something else", true, false, false, {0, 40, 8, 8}, 0},
        {"sent, and asked in vain", true, true, false, {0, 0, 8, 8}, 2},
        {"sent, and asked for nothing", true, true, true, {0, 0, 8, 8}, 2},
    };
    static const VncRect first = {32, 0, 8, 8}, second = {64, 0, 8, 8}, nothing = {0, 0, 0, 0};

    (void)data;
    FOR_ROWS (i, cases) {
        VncDamage *damage = &f->picture.damage;

        g_test_message("%s", cases[i].name);
        move(f, &first, 32, 0);
        move(f, &second, 32, 0);
        if (cases[i].sent) {
            fill_all(f);
            g_assert_cmpuint(copies_in_job(f), ==, 2);
            finish(f, 0);
        }
        if (cases[i].asked) {
            vnc_picture_request(&f->picture, cases[i].empty ? &nothing : &all, true,
                                f->screen.surface);
            fill(f);
            vnc_picture_end_request(&f->picture);
        }
        vnc_picture_request(&f->picture, &cases[i].lost, false, f->screen.surface);
        note(f, 0, 0, true);
        g_assert_cmpuint(vnc_damage_overlaps(damage, &first) + vnc_damage_overlaps(damage, &second),
                         ==, cases[i].damaged);
        send_all(f, 0);
    }
}

/* All that is lost before a refresh counts. */
static void test_lost_twice(Fixture *f, gconstpointer data)
{
    static const VncRect target = {32, 0, 8, 8}, source = {0, 0, 8, 8}, other = {0, 40, 8, 8};

    (void)data;
    move(f, &target, 32, 0);
    vnc_picture_request(&f->picture, &source, false, f->screen.surface);
    vnc_picture_request(&f->picture, &other, false, f->screen.surface);
    note(f, 0, 0, true);
    fill_all(f);
    g_assert_cmpuint(copies_in_job(f), ==, 0);
}

/* --- loss --- */

static void grow_old(Fixture *f)
{
    for (int i = 0; i < 12; i++) {
        f->now += 250000;
        note(f, 0, 0, true);
    }
}

/* What has had loss for a while is sent exactly, so much at a time, and less along with other
 * things. */
static void test_refine(Fixture *f, gconstpointer data)
{
    const int side = 1024;
    int64_t refined, left = (int64_t)side * side;
    VncRect area = {0, 0, side, side}, corner = {0, 0, 8, 8};

    (void)data;
    set_screen(f, side, side);
    vnc_picture_replace_screen(&f->picture, f->screen.surface);
    vnc_picture_tell_size(&f->picture, side, side);
    note(f, 0, 0, true);
    vnc_picture_request(&f->picture, &area, true, f->screen.surface);
    g_assert_cmpint(fill(f), ==, 0);
    finish(f, VNC_JOB_RECT_LOSSY);
    g_assert_false(vnc_picture_has_news(&f->picture));
    grow_old(f);
    g_assert_true(vnc_picture_has_news(&f->picture));

    vnc_damage_add(&f->changed, &corner);
    note(f, 0, 0, true);
    vnc_picture_request(&f->picture, &area, true, f->screen.surface);
    refined = fill(f);
    g_assert_cmpint(refined, ==, 16 * 1024);
    check_rect(f, 0, &corner);
    for (unsigned i = 1; i < f->job->rects->len; i++) {
        const VncJobRect *piece = &g_array_index(f->job->rects, VncJobRect, i);
        VncRect both = vnc_rect_intersect(&piece->rect, &corner);

        g_assert_cmpuint(piece->flags, ==, VNC_JOB_RECT_LOSSLESS);
        g_assert_true(vnc_rect_is_empty(&both));
    }
    finish(f, 0);
    left -= refined + 64;
    while (left > 0) {
        vnc_picture_request(&f->picture, &area, true, f->screen.surface);
        refined = fill(f);
        /* To the end of a cell. */
        g_assert_cmpint(refined, >=, MIN(left, 256 * 1024));
        g_assert_cmpint(refined, <, 256 * 1024 + 8 * side);
        finish(f, 0);
        left -= refined;
    }
    g_assert_cmpint(left, ==, 0);
    g_assert_false(vnc_picture_has_news(&f->picture));
}

/* What is copied from pixels with loss has lost as much; and is exact, if they are. */
static void test_copied_loss(Fixture *f, gconstpointer data)
{
    static const VncRect lossy = {0, 0, 8, 8}, target = {32, 0, 8, 8};

    (void)data;
    vnc_damage_add(&f->changed, &lossy);
    note(f, 0, 0, true);
    fill_all(f);
    finish(f, VNC_JOB_RECT_LOSSY);
    g_assert_true(vnc_lossy_overlaps(&f->picture.lossy, &lossy));
    move(f, &target, 32, 0);
    g_assert_true(vnc_lossy_overlaps(&f->picture.lossy, &target));
    fill_all(f);
    finish(f, 0);
    move(f, &target, -32, 0);
    g_assert_false(vnc_lossy_overlaps(&f->picture.lossy, &target));
    /* A job that was in flight meanwhile says nothing about what is copied there later. */
    vnc_damage_add(&f->changed, &target);
    vnc_picture_drop_copies(&f->picture);
    note(f, 0, 0, true);
    fill_all(f);
    move(f, &target, 32, 0);
    finish(f, 0);
    g_assert_true(vnc_lossy_overlaps(&f->picture.lossy, &target));
}

static void test_drop_loss(Fixture *f, gconstpointer data)
{
    static const VncRect rect = {8, 8, 24, 8};

    (void)data;
    for (int late = 0; late < 2; late++) {
        f->options.lossy = true;
        vnc_damage_add(&f->changed, &rect);
        note(f, 0, 0, true);
        fill_all(f);
        /* Before the job is home, or after. */
        f->options.lossy = !late;
        finish(f, VNC_JOB_RECT_LOSSY);
        if (!late) {
            g_assert_true(vnc_damage_is_empty(&f->picture.damage));
            vnc_picture_drop_loss(&f->picture);
        }
        g_assert_cmpuint(vnc_damage_count(&f->picture.damage), ==, 3);
        g_assert_false(vnc_lossy_overlaps(&f->picture.lossy, &rect));
        send_all(f, 0);
    }
}

/* --- sizes --- */

/* A viewer that is not told of another size sees what it has asked for, and black beyond. */
static void test_beyond(Fixture *f, gconstpointer data)
{
    static const struct {
        const char *name;
        int width, height; /* of the new screen */
        unsigned n;        /* rectangles beyond */
        VncRect beyond[2];
    } cases[] = {
        {"smaller", 40, 30, 2, {{40, 0, WIDTH - 40, HEIGHT}, {0, 30, 40, HEIGHT - 30}}},
        {"narrower", 40, HEIGHT, 1, {{40, 0, WIDTH - 40, HEIGHT}}},
        {"lower", WIDTH, 30, 1, {{0, 30, WIDTH, HEIGHT - 30}}},
        {"narrower and higher", 40, 100, 1, {{40, 0, WIDTH - 40, HEIGHT}}},
        {"larger", 200, 100, 0, {{0, 0, 0, 0}}},
    };

    (void)data;
    FOR_ROWS (i, cases) {
        VncPicture *picture = &f->picture;
        VncRect known = {0, 0, MIN(WIDTH, cases[i].width), MIN(HEIGHT, cases[i].height)};

        g_test_message("%s", cases[i].name);
        vnc_picture_request(picture, &all, true, f->screen.surface);
        set_screen(f, cases[i].width, cases[i].height);
        vnc_picture_replace_screen(picture, f->screen.surface);
        g_assert_false(vnc_picture_fits(picture, f->screen.surface));
        g_assert_true(picture->beyond == (cases[i].n > 0));
        g_assert_cmpint(picture->requested.w, ==, cases[i].width);
        g_assert_cmpint(picture->requested.h, ==, cases[i].height);
        /* Taken back, it comes again. */
        for (int again = 0; again < 2 && cases[i].n > 0; again++) {
            g_assert_true(picture->beyond);
            begin(f);
            vnc_picture_fill_beyond(picture, &f->screen, &f->encoder, &f->params, f->job);
            g_assert_false(picture->beyond);
            g_assert_cmpuint(f->job->rects->len, ==, cases[i].n);
            for (unsigned j = 0; j < cases[i].n; j++) {
                check_rect(f, j, &cases[i].beyond[j]);
            }
            if (!again) {
                vnc_picture_take_back(picture, f->job);
            } else {
                finish(f, 0);
            }
        }
        g_assert_false(picture->beyond);
        note(f, 0, 0, true);
        fill(f);
        g_assert_cmpuint(f->job->rects->len, ==, 1);
        check_rect(f, 0, &known);
        /* It is told in the end. */
        vnc_picture_tell_size(picture, cases[i].width, cases[i].height);
        g_assert_true(vnc_picture_fits(picture, f->screen.surface));
        g_assert_true(vnc_damage_get(&picture->damage, cases[i].width - 1, cases[i].height - 1));
        vnc_picture_tell_size(picture, WIDTH, HEIGHT);
    }
}

/* Nor is anything copied that has moved on another screen. */
static void test_old_copies(Fixture *f, gconstpointer data)
{
    static const VncRect target = {32, 0, 8, 8};

    (void)data;
    move(f, &target, 32, 0);
    set_screen(f, WIDTH, HEIGHT + 8);
    vnc_picture_replace_screen(&f->picture, f->screen.surface);
    note(f, 0, 0, true);
    fill_all(f);
    g_assert_cmpuint(copies_in_job(f), ==, 0);
}

/* A job that was made of another screen says nothing about this one. */
static void test_old_job(Fixture *f, gconstpointer data)
{
    static const VncRect rect = {8, 8, 24, 8};
    unsigned cells;

    (void)data;
    vnc_damage_add(&f->changed, &rect);
    note(f, 0, 0, true);
    fill_all(f);
    set_screen(f, WIDTH, HEIGHT + 8);
    vnc_picture_replace_screen(&f->picture, f->screen.surface);
    cells = vnc_damage_count(&f->picture.damage);
    finish(f, VNC_JOB_RECT_LOSSY);
    g_assert_cmpuint(vnc_damage_count(&f->picture.damage), ==, cells);
    g_assert_false(vnc_lossy_overlaps(&f->picture.lossy, &rect));
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*test)(Fixture *f, gconstpointer data);
    } tests[] = {
        {"requests", test_requests},
        {"two-requests", test_two_requests},
        {"part", test_part},
        {"full", test_full},
        {"fast", test_fast},
        {"take-back", test_take_back},
        {"sources", test_sources},
        {"copiers", test_copiers},
        {"order", test_order},
        {"bound", test_bound},
        {"elsewhere", test_elsewhere},
        {"lost", test_lost},
        {"refine", test_refine},
        {"copied-loss", test_copied_loss},
        {"drop-loss", test_drop_loss},
        {"beyond", test_beyond},
        {"old-job", test_old_job},
        {"old-copies", test_old_copies},
        {"lost-twice", test_lost_twice},
    };

    g_test_init(&argc, &argv, NULL);
    for (unsigned i = 0; i < G_N_ELEMENTS(tests); i++) {
        g_autofree char *path = g_strdup_printf("/picture/%s", tests[i].name);

        g_test_add(path, Fixture, NULL, setup, tests[i].test, teardown);
    }
    return g_test_run();
}
