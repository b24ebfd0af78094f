/*
 * A viewer's picture against a model: real pixels, on the screen and at the viewer.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pure: no queue, socket or clock. The screen is drawn on, scrolled and replaced; two viewers send
 * requests at random, and lose pixels. The picture makes their updates, and the model carries them
 * out: copies first, then rectangles, each with the pixels of its own moment. Whenever no copy
 * waits, a viewer has the screen's pixels everywhere except in its damage, at the latest when the
 * job in flight lands; and its lossy pixels are known as lossy.
 */
#include "tests/lib/screen-model.h"
#include "ui/base/rect.h"
#include "ui/client/picture.h"
#include "ui/rfb/write.h"

/* Rectangles in a job that is nearly full: as many as all of the largest screen is at least. */
#define FULL_ROOM 40

#define SEEDS     5
#define STEPS     700

/* In the viewers' pixels alone: this one came with loss. */
#define LOST_PRECISION 0x80000000

/* An update as the viewer gets it. */
typedef struct Update {
    GArray *copies; /* Copy */
    GArray *rects;  /* VncJobRect */
    GArray *pixels; /* uint32_t, of the rectangles, in their order */
} Update;

typedef struct Copy {
    VncRect rect;
    int x, y; /* from where */
} Copy;

typedef struct World World;

typedef struct Viewer {
    World *world;
    VncPicture picture;
    VncJobOwner owner;
    VncJob *job;
    bool flying;      /* the job is away; so many of its rectangles have been encoded: */
    unsigned encoded; /* as they stand in `update` */
    bool copies, hears_sizes;
    VncEncodeParams params;
    Image image;   /* what it shows */
    Image before;  /* and has shown before `update`; without pixels if that is no use any more */
    Update update; /* the last one, maybe in flight */
} Viewer;

/* How a world goes. */
typedef struct Kind {
    const char *name;
    int width, height; /* at first */
    int replaces;      /* so many of 1,000 steps replace the screen */
    int loses;         /* make a viewer lose pixels */
    bool full;         /* jobs have nearly no room */
} Kind;

/* What has been met with: else the kind says nothing about it. */
typedef struct Met {
    unsigned refined, cancelled; /* in each kind */
    unsigned copies;             /* where jobs are not full */
    unsigned lost_late;          /* where viewers lose something */
    unsigned beyond;             /* where the screen is replaced */
    unsigned left;               /* where jobs are full */
} Met;

struct World {
    const Kind *kind;
    Met *met;
    unsigned seed, step;
    ScreenModel model;
    VncEncoder encoder;
    Viewer viewers[2];
};

static int below(World *world, int n)
{
    return screen_model_below(&world->model, n);
}

static bool one_in(World *world, int n)
{
    return screen_model_one_in(&world->model, n);
}

#define EXPECT(viewer, condition, ...)             \
    do {                                           \
        if (!(condition)) {                        \
            fail(viewer, #condition, __VA_ARGS__); \
        }                                          \
    } while (0)

G_GNUC_NORETURN static void fail(const Viewer *viewer, const char *what, int x, int y)
{
    const World *world = viewer->world;

    g_error("%s, seed %u, step %u, viewer %d, at %d,%d: not %s", world->kind->name, world->seed,
            world->step, viewer == &world->viewers[1], x, y, what);
}

/* --- images and updates --- */

static void resize_image(Viewer *viewer, int width, int height)
{
    VncRect all = {0, 0, width, height};

    image_clear(&viewer->image);
    image_clear(&viewer->before);
    viewer->image = (Image){width, height, g_new(uint32_t, (size_t)width * height)};
    screen_model_noise(&viewer->world->model, &viewer->image, &all);
}

static void make_copy(const Image *image, const Copy *copy)
{
    VncRect all = {0, 0, image->width, image->height};
    VncRect source = {copy->x, copy->y, copy->rect.w, copy->rect.h};
    Image old = image_copy(image);

    g_assert_true(vnc_rect_contains(&all, &source) && vnc_rect_contains(&all, &copy->rect));
    for (int y = 0; y < source.h; y++) {
        memcpy(image_pixel(image, copy->rect.x, copy->rect.y + y),
               image_pixel(&old, source.x, source.y + y), source.w * sizeof(uint32_t));
    }
    image_clear(&old);
}

static void make_update(const Update *update, const Image *image)
{
    unsigned at = 0;

    for (unsigned i = 0; i < update->copies->len; i++) {
        make_copy(image, &g_array_index(update->copies, Copy, i));
    }
    for (unsigned i = 0; i < update->rects->len; i++) {
        const VncJobRect *piece = &g_array_index(update->rects, VncJobRect, i);
        const VncRect *rect = &piece->rect;

        for (int y = 0; y < rect->h; y++) {
            for (int x = 0; x < rect->w; x++) {
                *image_pixel(image, rect->x + x, rect->y + y) =
                    g_array_index(update->pixels, uint32_t, at++) |
                    (piece->flags & VNC_JOB_RECT_LOSSY ? LOST_PRECISION : 0);
            }
        }
    }
}

static void update_init(Update *update)
{
    *update = (Update){
        .copies = g_array_new(FALSE, FALSE, sizeof(Copy)),
        .rects = g_array_new(FALSE, FALSE, sizeof(VncJobRect)),
        .pixels = g_array_new(FALSE, FALSE, sizeof(uint32_t)),
    };
}

static void update_clear(Update *update)
{
    g_array_unref(update->copies);
    g_array_unref(update->rects);
    g_array_unref(update->pixels);
}

/* The job's rectangle number @i, with the pixels of this moment. */
static void encode(const VncJob *job, unsigned i, Update *update)
{
    VncJobRect piece = g_array_index(job->rects, VncJobRect, i);

    g_array_append_val(update->rects, piece);
    for (int y = piece.rect.y; y < piece.rect.y + piece.rect.h; y++) {
        g_array_append_vals(update->pixels, surface_pixel(job->surface, piece.rect.x, y),
                            piece.rect.w);
    }
}

/* --- what holds --- */

static VncRect known_area(const Viewer *viewer)
{
    const VncSurface *surface = viewer->world->model.screen.surface;

    return (VncRect){0, 0, MIN(viewer->image.width, surface->width),
                     MIN(viewer->image.height, surface->height)};
}

/* @settled: no job in flight, whose loss is open */
static void compare(Viewer *viewer, const Image *image, bool settled)
{
    VncPicture *picture = &viewer->picture;
    const VncSurface *surface = viewer->world->model.screen.surface;
    VncRect known = known_area(viewer);

    for (int y = 0; y < image->height; y++) {
        for (int x = 0; x < image->width; x++) {
            uint32_t pixel = *image_pixel(image, x, y);
            VncRect here = {x, y, 1, 1};

            if (!vnc_rect_contains(&known, &here)) {
                bool black =
                    pixel == 0 || picture->beyond || (x < surface->width && y < surface->height);
                EXPECT(viewer, black, x, y);
            } else if (!vnc_damage_get(&picture->damage, x, y)) {
                bool same = (pixel & 0xffffff) == *surface_pixel(surface, x, y);
                bool loss_known = !settled || !(pixel & LOST_PRECISION) ||
                                  vnc_lossy_overlaps(&picture->lossy, &here);

                EXPECT(viewer, same, x, y);
                EXPECT(viewer, loss_known, x, y);
            }
        }
    }
}

static void check(Viewer *viewer)
{
    VncPicture *picture = &viewer->picture;
    Image image;

    EXPECT(viewer, picture->copies.waiting->len <= VNC_MAX_COPIES, 0, 0);
    if (picture->copies.waiting->len > 0 || !vnc_rect_is_empty(&picture->lost)) {
        return;
    }
    image = image_copy(&viewer->image);
    if (viewer->flying) {
        Update update = {
            .copies = g_array_ref(viewer->update.copies),
            .rects = g_array_copy(viewer->update.rects),
            .pixels = g_array_copy(viewer->update.pixels),
        };

        for (unsigned i = viewer->encoded; i < viewer->job->rects->len; i++) {
            encode(viewer->job, i, &update);
        }
        make_update(&update, &image);
        update_clear(&update);
    }
    compare(viewer, &image, !viewer->flying);
    image_clear(&image);
}

/* A refresh. */
static void tell(World *world, const VncChange *change)
{
    for (int i = 0; i < 2; i++) {
        Viewer *viewer = &world->viewers[i];

        vnc_picture_note(&viewer->picture, &world->model.screen, change, viewer->copies);
        EXPECT(viewer, viewer->picture.needs_refresh == !change->looked, 0, 0);
        check(viewer);
    }
}

/* Nobody looks at the screen if nobody waits. */
static void refresh(World *world)
{
    VncChange change = screen_model_rest(&world->model, 0);

    change.looked = !one_in(world, 8);
    if (change.looked) {
        change = screen_model_draw(&world->model);
    }
    tell(world, &change);
}

/* --- the viewers --- */

static void enter(Viewer *viewer)
{
    World *world = viewer->world;

    vnc_picture_init(&viewer->picture);
    vnc_picture_begin(&viewer->picture, world->model.screen.surface);
    resize_image(viewer, world->model.screen.surface->width, world->model.screen.surface->height);
    viewer->copies = !world->kind->full && !one_in(world, 6);
    viewer->hears_sizes = !one_in(world, 3);
    vnc_encode_params_init(&viewer->params, &(VncPixelFormat){.bits_per_pixel = 32}, 1,
                           world->model.options.lossy && !one_in(world, 3) ? 50 : -1);
    check(viewer);
}

static void read_copies(Viewer *viewer)
{
    const VncJob *job = viewer->job;
    const VncMethodCount *count = &job->counts[VNC_METHOD_COPY];
    const uint8_t *at = vnc_buffer_bytes(&job->out) + 4;

    g_assert_cmpuint(job->out.len, ==, 4 + count->bytes);
    g_assert_cmpuint(count->bytes, ==, 16 * count->rects);
    g_array_set_size(viewer->update.copies, 0);
    viewer->world->met->copies += count->rects;
    for (; at < vnc_buffer_bytes(&job->out) + job->out.len; at += 16) {
        Copy copy = {
            {vnc_get_u16(at), vnc_get_u16(at + 2), vnc_get_u16(at + 4), vnc_get_u16(at + 6)},
            vnc_get_u16(at + 12),
            vnc_get_u16(at + 14),
        };

        g_assert_cmpuint(vnc_get_u32(at + 8), ==, VNC_ENCODING_COPY_RECT);
        g_array_append_val(viewer->update.copies, copy);
    }
}

/* The job has something for the viewer: it is on its way, or there, if it has no pixels. */
static void send(Viewer *viewer)
{
    read_copies(viewer);
    g_array_set_size(viewer->update.rects, 0);
    g_array_set_size(viewer->update.pixels, 0);
    viewer->encoded = 0;
    viewer->flying = viewer->job->rects->len > 0;
    if (!viewer->flying) {
        image_clear(&viewer->before);
        viewer->before = image_copy(&viewer->image);
        make_update(&viewer->update, &viewer->image);
    }
}

static void check_job(Viewer *viewer, int64_t refined)
{
    VncJob *job = viewer->job;
    VncRect known = known_area(viewer);

    viewer->world->met->refined += refined > 0;
    EXPECT(viewer, job->written + job->rects->len <= VNC_MAX_UPDATE_RECTS, 0, 0);
    for (unsigned i = 0; i < job->rects->len; i++) {
        const VncJobRect *piece = &g_array_index(job->rects, VncJobRect, i);

        EXPECT(viewer, vnc_rect_contains(&known, &piece->rect), piece->rect.x, piece->rect.y);
        if (piece->flags & VNC_JOB_RECT_LOSSLESS) {
            refined -= (int64_t)piece->rect.w * piece->rect.h;
        }
        if (piece->flags & VNC_JOB_RECT_FAST) {
            EXPECT(viewer, vnc_damage_overlaps(&viewer->world->model.screen.fast, &piece->rect), 0,
                   0);
        }
    }
    EXPECT(viewer, refined == 0, 0, 0);
}

/* Returns whether pixels are on their way. */
static bool fill(Viewer *viewer)
{
    World *world = viewer->world;
    VncPicture *picture = &viewer->picture;
    VncJob *job = viewer->job;
    bool fits = vnc_picture_fits(picture, world->model.screen.surface);
    const int full = VNC_MAX_UPDATE_RECTS - FULL_ROOM;
    bool has_something;

    if (viewer->hears_sizes && !fits) {
        vnc_picture_tell_size(picture, world->model.screen.surface->width,
                              world->model.screen.surface->height);
        resize_image(viewer, world->model.screen.surface->width,
                     world->model.screen.surface->height);
        check(viewer);
    }
    if (!vnc_picture_is_requested(picture) || picture->needs_refresh) {
        return false;
    }
    vnc_job_reset(job);
    vnc_job_begin(job);
    if (picture->beyond) {
        vnc_picture_fill_beyond(picture, &world->model.screen, &world->encoder, &viewer->params,
                                job);
        g_assert_cmpuint(job->rects->len, >, 0);
        world->met->beyond++;
    } else if (vnc_picture_has_news(picture) || one_in(world, 4)) {
        job->written = world->kind->full ? full + below(world, 9) : below(world, 2);
        VncRect asked = vnc_rect_intersect(
            &picture->requested, &(VncRect){0, 0, picture->damage.width, picture->damage.height});
        check_job(viewer, vnc_picture_fill(picture, &world->model.screen, &world->encoder,
                                           &viewer->params, job));
        has_something = job->written > 0 || job->rects->len > 0;
        world->met->left += has_something && vnc_damage_overlaps(&picture->damage, &asked);
        EXPECT(viewer, vnc_picture_is_requested(picture) == !has_something, 0, 0);
    }
    has_something = job->written > 0 || job->rects->len > 0;
    if (has_something) {
        send(viewer);
    }
    check(viewer);
    return viewer->flying;
}

/* The connection has ended, and another viewer comes. */
static void leave(Viewer *viewer)
{
    vnc_picture_landed(&viewer->picture);
    vnc_picture_clear(&viewer->picture);
    enter(viewer);
}

static void finish(Viewer *viewer)
{
    VncJob *job = viewer->job;

    while (viewer->encoded < job->rects->len) {
        encode(job, viewer->encoded++, &viewer->update);
    }
    for (unsigned i = 0; i < job->rects->len; i++) {
        VncJobRect *piece = &g_array_index(job->rects, VncJobRect, i);

        if (job->params.quality >= 0 && !(piece->flags & VNC_JOB_RECT_LOSSLESS) &&
            one_in(viewer->world, 2)) {
            piece->flags |= VNC_JOB_RECT_LOSSY;
        }
        g_array_index(viewer->update.rects, VncJobRect, i) = *piece;
    }
    image_clear(&viewer->before);
    viewer->before = image_copy(&viewer->image);
    make_update(&viewer->update, &viewer->image);
    vnc_picture_sent(&viewer->picture, &viewer->world->model.screen, job);
}

static void cancel(Viewer *viewer)
{
    viewer->world->met->cancelled++;
    image_clear(&viewer->before);
    vnc_picture_take_back(&viewer->picture, viewer->job);
    viewer->flying = false;
    vnc_job_reset(viewer->job);
}

static void go_on(Viewer *viewer)
{
    World *world = viewer->world;

    if (viewer->encoded == 0 && one_in(world, 5)) {
        cancel(viewer);
        EXPECT(viewer, vnc_picture_is_requested(&viewer->picture), 0, 0);
    } else if (viewer->encoded < viewer->job->rects->len && one_in(world, 4)) {
        encode(viewer->job, viewer->encoded++, &viewer->update);
    } else {
        viewer->flying = false;
        if (one_in(world, 20)) {
            leave(viewer);
        } else {
            finish(viewer);
        }
        vnc_job_reset(viewer->job);
    }
    check(viewer);
}

/* The viewer drops some of its pixels, now, or even before it has made its last update, and asks
 * for them anew. */
static void lose(Viewer *viewer)
{
    World *world = viewer->world;
    VncRect area = screen_model_rect(&world->model, viewer->image.width, viewer->image.height);

    if (!viewer->flying && viewer->before.pixels && one_in(world, 2)) {
        screen_model_noise(&world->model, &viewer->before, &area);
        world->met->lost_late += viewer->update.copies->len > 0;
        image_clear(&viewer->image);
        viewer->image = image_copy(&viewer->before);
        make_update(&viewer->update, &viewer->image);
    } else {
        screen_model_noise(&world->model, &viewer->image, &area);
    }
    vnc_picture_request(&viewer->picture, &area, false, world->model.screen.surface);
    EXPECT(viewer, viewer->picture.needs_refresh, 0, 0);
}

static void ask(Viewer *viewer)
{
    World *world = viewer->world;
    VncRect area = {0, 0, viewer->image.width, viewer->image.height};

    if (one_in(world, 8)) {
        area = screen_model_rect(&world->model, area.w, area.h);
    } else if (one_in(world, 9)) {
        area = (VncRect){0, 0, 0, 0};
    }
    vnc_picture_request(&viewer->picture, &area, !vnc_rect_is_empty(&area),
                        world->model.screen.surface);
    check(viewer);
}

/* What a viewer may be sent changes. */
static void change_habits(Viewer *viewer)
{
    World *world = viewer->world;

    if (!world->kind->full && one_in(world, 2)) {
        viewer->copies = !viewer->copies;
        if (!viewer->copies) {
            vnc_picture_drop_copies(&viewer->picture);
        }
    } else {
        viewer->params.quality = world->model.options.lossy && viewer->params.quality < 0 ? 50 : -1;
        vnc_picture_drop_loss(&viewer->picture);
    }
    check(viewer);
}

static void act(Viewer *viewer)
{
    World *world = viewer->world;

    if (below(world, 1000) < world->kind->loses) {
        lose(viewer);
    } else if (one_in(world, 60)) {
        change_habits(viewer);
    } else if (one_in(world, 3)) {
        ask(viewer);
    } else if (viewer->flying) {
        go_on(viewer);
    } else {
        fill(viewer);
    }
}

static void replace(World *world)
{
    static const int sides[] = {7, 8, 30, 64, 129, 200};

    screen_model_set_size(&world->model, sides[below(world, G_N_ELEMENTS(sides))],
                          1 + below(world, 90));
    for (int i = 0; i < 2; i++) {
        Viewer *viewer = &world->viewers[i];

        if (viewer->flying && viewer->encoded == 0) {
            cancel(viewer);
        }
        vnc_picture_replace_screen(&viewer->picture, world->model.screen.surface);
        image_clear(&viewer->before);
        check(viewer);
    }
}

static void change_world(World *world)
{
    if (below(world, 1000) < world->kind->replaces) {
        replace(world);
    }
    if (one_in(world, 20)) {
        const VncSurface *surface = world->model.screen.surface;
        VncRect rect = screen_model_rect(&world->model, surface->width, surface->height);

        vnc_damage_remove_all(&world->model.screen.fast);
        vnc_damage_add(&world->model.screen.fast, &rect);
    }
    if (one_in(world, 200)) {
        world->model.options.lossy = !world->model.options.lossy;
        for (int i = 0; i < 2 && !world->model.options.lossy; i++) {
            world->viewers[i].params.quality = -1;
            vnc_picture_drop_loss(&world->viewers[i].picture);
        }
    }
}

/* Nothing changes any more: the viewer gets all there is, in the end without loss. */
static void converge(Viewer *viewer)
{
    World *world = viewer->world;
    VncPicture *picture = &viewer->picture;
    VncRect known;

    for (int quiet = 0, rounds = 0; quiet < 8; rounds++) {
        VncRect all = {0, 0, viewer->image.width, viewer->image.height};
        VncChange change = screen_model_rest(&world->model, 100000);

        g_assert_cmpint(rounds, <, 1000);
        tell(world, &change);
        vnc_picture_request(picture, &all, true, world->model.screen.surface);
        quiet++;
        if (viewer->flying) {
            viewer->flying = false;
            finish(viewer);
            vnc_job_reset(viewer->job);
        }
        if (fill(viewer)) {
            quiet = 0;
        }
    }
    known = known_area(viewer);
    EXPECT(viewer, !vnc_damage_overlaps(&picture->damage, &known), 0, 0);
    for (int y = 0; y < known.h; y++) {
        for (int x = 0; x < known.w; x++) {
            bool exact = !(*image_pixel(&viewer->image, x, y) & LOST_PRECISION);

            EXPECT(viewer, exact, x, y);
        }
    }
}

static void viewer_clear(Viewer *viewer)
{
    vnc_picture_clear(&viewer->picture);
    vnc_job_free(viewer->job);
    vnc_job_owner_clear(&viewer->owner);
    update_clear(&viewer->update);
    image_clear(&viewer->image);
    image_clear(&viewer->before);
}

static const VncJobOwnerOps no_ops;

static void run(const Kind *kind, unsigned seed, Met *met)
{
    World world = {
        .kind = kind,
        .met = met,
        .seed = seed,
        .encoder = {.name = "model", .max_width = 64, .max_pixels = 2048, .align = 8, .gap = 1},
    };

    if (kind->full) {
        world.encoder.max_width = 32;
        world.encoder.max_pixels = 32 * 32;
    }
    screen_model_init(&world.model, seed, kind->width, kind->height);
    for (int i = 0; i < 2; i++) {
        Viewer *viewer = &world.viewers[i];

        viewer->world = &world;
        vnc_job_owner_init(&viewer->owner, &no_ops);
        viewer->job = vnc_job_new(&viewer->owner);
        update_init(&viewer->update);
        enter(viewer);
    }
    for (world.step = 0; world.step < STEPS; world.step++) {
        change_world(&world);
        if (one_in(&world, 7)) {
            refresh(&world);
        }
        act(&world.viewers[0]);
        act(&world.viewers[1]);
    }
    converge(&world.viewers[0]);
    converge(&world.viewers[1]);
    for (int i = 0; i < 2; i++) {
        viewer_clear(&world.viewers[i]);
    }
    screen_model_clear(&world.model);
}

static void test_kind(gconstpointer data)
{
    const Kind *kind = data;
    Met met = {0};

    for (unsigned seed = 1; seed <= SEEDS; seed++) {
        run(kind, seed, &met);
    }
    g_assert_true(met.copies > 0 || kind->full);
    g_assert_cmpuint(met.refined, >, 0);
    g_assert_cmpuint(met.cancelled, >, 0);
    g_assert_true(met.lost_late > 0 || kind->loses == 0 || kind->full);
    g_assert_true(met.beyond > 0 || kind->replaces == 0);
    g_assert_true(met.left > 0 || !kind->full);
}

int main(int argc, char **argv)
{
    static const Kind kinds[] = {
        {"small", 60, 40, 0, 0, false},     {"losing", 75, 50, 0, 30, false},
        {"replaced", 64, 64, 6, 10, false}, {"full", 250, 120, 0, 5, true},
        {"wide", 530, 20, 0, 20, false},    {"tall", 20, 300, 0, 20, false},
        {"all", 250, 100, 3, 20, true},
    };

    g_test_init(&argc, &argv, NULL);
    for (unsigned i = 0; i < G_N_ELEMENTS(kinds); i++) {
        g_autofree char *path = g_strdup_printf("/picture-model/%s", kinds[i].name);

        g_test_add_data_func(path, &kinds[i], test_kind);
    }
    return g_test_run();
}
