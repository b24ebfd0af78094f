/*
 * A screen that changes at random, and the changes that a refresh finds.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pure.
 */
#include "tests/lib/screen-model.h"

#include "ui/base/rect.h"

int screen_model_below(ScreenModel *model, int n)
{
    return g_rand_int_range(model->random, 0, n);
}

bool screen_model_one_in(ScreenModel *model, int n)
{
    return screen_model_below(model, n) == 0;
}

VncRect screen_model_rect(ScreenModel *model, int width, int height)
{
    int x = screen_model_below(model, width), y = screen_model_below(model, height);

    int w = 1 + screen_model_below(model, width - x);
    int h = 1 + screen_model_below(model, height - y);

    return (VncRect){x, y, w, h};
}

void image_clear(Image *image)
{
    g_clear_pointer(&image->pixels, g_free);
}

Image image_copy(const Image *image)
{
    size_t bytes = (size_t)image->width * image->height * sizeof(uint32_t);

    return (Image){image->width, image->height, g_memdup2(image->pixels, bytes)};
}

void screen_model_noise(ScreenModel *model, const Image *image, const VncRect *area)
{
    for (int y = area->y; y < area->y + area->h; y++) {
        for (int x = area->x; x < area->x + area->w; x++) {
            *image_pixel(image, x, y) = g_rand_int(model->random) & 0xffffff;
        }
    }
}

void screen_model_set_size(ScreenModel *model, int width, int height)
{
    VncRect all = {0, 0, width, height};
    VncScreen *screen = &model->screen;
    Image noise = {width, height, g_new(uint32_t, (size_t)width * height)};

    vnc_surface_unref(screen->surface);
    screen->surface = vnc_surface_new(width, height);
    screen_model_noise(model, &noise, &all);
    for (int y = 0; y < height; y++) {
        memcpy(surface_pixel(screen->surface, 0, y), image_pixel(&noise, 0, y),
               width * sizeof(uint32_t));
    }
    image_clear(&noise);
    vnc_damage_init(&screen->work, width, height);
    vnc_damage_init(&screen->fast_work, width, height);
    vnc_damage_init(&screen->split_work, width, height);
    vnc_damage_init(&screen->fast, width, height);
    vnc_damage_init(&model->changed, width, height);
    vnc_damage_init(&model->moved, width, height);
}

static Image screen_image(const VncSurface *surface)
{
    Image image = {surface->width, surface->height,
                   g_new(uint32_t, (size_t)surface->width * surface->height)};

    for (int y = 0; y < image.height; y++) {
        memcpy(image_pixel(&image, 0, y), surface_pixel(surface, 0, y), image.width * 4);
    }
    return image;
}

/* Noise, or one colour. */
static void paint(ScreenModel *model, const VncRect *rect)
{
    bool noise = screen_model_one_in(model, 2);
    uint32_t colour = screen_model_below(model, 3) * 0x400000;

    for (int y = rect->y; y < rect->y + rect->h; y++) {
        for (int x = rect->x; x < rect->x + rect->w; x++) {
            *surface_pixel(model->screen.surface, x, y) =
                noise ? g_rand_int(model->random) & 0xffffff : colour;
        }
    }
}

static void scroll(ScreenModel *model, const Image *old, const VncRect *area,
                   const VncMotion *motion)
{
    for (int y = area->y; y < area->y + area->h; y++) {
        for (int x = area->x; x < area->x + area->w; x++) {
            VncRect source = {x - motion->dx, y - motion->dy, 1, 1};

            *surface_pixel(model->screen.surface, x, y) =
                vnc_rect_contains(area, &source) ? *image_pixel(old, source.x, source.y)
                                                 : g_rand_int(model->random) & 0xffffff;
        }
    }
}

static VncMotion random_motion(ScreenModel *model)
{
    int far = screen_model_one_in(model, 3) ? 40 : 9;
    int dx = screen_model_below(model, 2 * far) - far;
    int dy = screen_model_below(model, 2 * far) - far;
    VncMotion motion = {dx, dy};

    if (screen_model_one_in(model, 2)) {
        *(screen_model_one_in(model, 2) ? &motion.dx : &motion.dy) = 0;
    }
    return motion;
}

/* Whether all pixels of the cell were elsewhere in the old picture. */
static bool has_moved(const VncSurface *surface, const Image *old, const VncRect *cell,
                      const VncMotion *motion)
{
    VncRect all = {0, 0, old->width, old->height};
    VncRect source = {cell->x - motion->dx, cell->y - motion->dy, cell->w, cell->h};

    if (!vnc_rect_contains(&all, &source)) {
        return false;
    }
    for (int y = 0; y < cell->h; y++) {
        if (memcmp(surface_pixel(surface, cell->x, cell->y + y),
                   image_pixel(old, source.x, source.y + y), cell->w * sizeof(uint32_t)) != 0) {
            return false;
        }
    }
    return true;
}

/* What a look at the screen finds; not each cell that has moved is found, as not each is looked
 * at. */
static void find_change(ScreenModel *model, const Image *old, const VncMotion *motion)
{
    const VncSurface *surface = model->screen.surface;
    static const VncMotion none = {0, 0};

    for (int y = 0; y < old->height; y += VNC_CELL) {
        for (int x = 0; x < old->width; x += VNC_CELL) {
            VncRect cell = {x, y, MIN(VNC_CELL, old->width - x), MIN(VNC_CELL, old->height - y)};

            if (!has_moved(surface, old, &cell, &none)) {
                vnc_damage_add(&model->changed, &cell);
            }
            if ((motion->dx || motion->dy) && !screen_model_one_in(model, 12) &&
                has_moved(surface, old, &cell, motion)) {
                vnc_damage_add(&model->moved, &cell);
            }
        }
    }
}

static VncChange begin_change(ScreenModel *model, int64_t us)
{
    vnc_damage_remove_all(&model->changed);
    vnc_damage_remove_all(&model->moved);
    model->now += us;
    return (VncChange){
        .changed = &model->changed,
        .moved = &model->moved,
        .looked = true,
        .now = model->now,
    };
}

VncChange screen_model_draw(ScreenModel *model)
{
    VncChange change = begin_change(model, screen_model_below(model, 50000));
    VncSurface *surface = model->screen.surface;
    VncRect area = screen_model_rect(model, surface->width, surface->height);
    Image old = screen_image(surface);

    if (!screen_model_one_in(model, 3)) {
        change.motion = random_motion(model);
        if (screen_model_one_in(model, 2)) {
            area = (VncRect){0, 0, surface->width, surface->height};
        }
        scroll(model, &old, &area, &change.motion);
    } else if (!screen_model_one_in(model, 4)) {
        paint(model, &area);
    }
    find_change(model, &old, &change.motion);
    image_clear(&old);
    return change;
}

VncChange screen_model_rest(ScreenModel *model, int64_t us)
{
    return begin_change(model, us);
}

void screen_model_init(ScreenModel *model, unsigned seed, int width, int height)
{
    *model = (ScreenModel){
        .random = g_rand_new_with_seed(seed),
        .options = {.lossy = true, .lossless_refresh_ms = 40},
        .now = G_USEC_PER_SEC,
    };
    model->screen.options = &model->options;
    screen_model_set_size(model, width, height);
}

void screen_model_clear(ScreenModel *model)
{
    vnc_surface_unref(model->screen.surface);
    vnc_damage_clear(&model->screen.work);
    vnc_damage_clear(&model->screen.fast_work);
    vnc_damage_clear(&model->screen.split_work);
    vnc_damage_clear(&model->screen.fast);
    vnc_damage_clear(&model->changed);
    vnc_damage_clear(&model->moved);
    g_rand_free(model->random);
}
