/*
 * Random drawing, as a guest might change its screen.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "drawing.h"

#include "tests/lib/enc-pictures.h"
#include "ui/base/rect.h"

#include <string.h>

#define PAGE_WIDTH  900
#define PAGE_HEIGHT 700

struct DrawingBook {
    uint32_t text[PAGE_WIDTH * PAGE_HEIGHT];
    uint32_t photo[PAGE_WIDTH * PAGE_HEIGHT];
};

DrawingBook *drawing_book_new(void)
{
    DrawingBook *book = g_new(DrawingBook, 1);

    picture_paint(PICTURE_TEXT, book->text, PAGE_WIDTH, PAGE_WIDTH, PAGE_HEIGHT);
    picture_paint(PICTURE_PHOTO, book->photo, PAGE_WIDTH, PAGE_WIDTH, PAGE_HEIGHT);
    return book;
}

void drawing_book_free(DrawingBook *book)
{
    g_free(book);
}

static VncRect screen_of(const Drawing *d)
{
    return (VncRect){0, 0, d->surface->width, d->surface->height};
}

/* Tell the server; sometimes of more than has changed, in pieces, or by turns of both. */
static void damage(const Drawing *d, const VncRect *rect)
{
    VncRect screen = screen_of(d);
    VncRect upper = *rect, lower = *rect;

    switch (drawing_random(d, 0, 7)) {
    case 0:
        vnc_server_damage(d->server, &screen);
        break;
    case 1:
        upper.h = drawing_random(d, 0, rect->h);
        lower.y += upper.h;
        lower.h -= upper.h;
        vnc_server_damage(d->server, &lower);
        vnc_server_damage(d->server, &upper);
        break;
    default:
        vnc_server_damage(d->server, rect);
        break;
    }
}

/* Any size is as likely as any other, up to @max pixels a side. */
static VncRect random_rect(const Drawing *d, int max)
{
    int w = drawing_random(d, 1, MIN(max, d->surface->width));
    int h = drawing_random(d, 1, MIN(max, d->surface->height));

    return (VncRect){drawing_random(d, 0, d->surface->width - w),
                     drawing_random(d, 0, d->surface->height - h), w, h};
}

static void fill(const Drawing *d, const VncRect *rect, uint32_t colour)
{
    for (int y = rect->y; y < rect->y + rect->h; y++) {
        uint32_t *row = drawing_row(d, y);

        for (int x = rect->x; x < rect->x + rect->w; x++) {
            row[x] = colour;
        }
    }
}

static void noise(const Drawing *d, const VncRect *rect)
{
    uint32_t state = g_rand_int(d->random);

    for (int y = rect->y; y < rect->y + rect->h; y++) {
        uint32_t *row = drawing_row(d, y);

        for (int x = rect->x; x < rect->x + rect->w; x++) {
            state = state * 1664525 + 1013904223;
            row[x] = state;
        }
    }
}

/* A piece of a page, in other colours each time unless it is a photo. */
static void piece(const Drawing *d, const VncRect *rect, bool photo)
{
    const uint32_t *page = photo ? d->book->photo : d->book->text;
    uint32_t tint = photo ? 0 : g_rand_int(d->random) & 0x3f3f3f;
    int left = drawing_random(d, 0, PAGE_WIDTH - 1), top = drawing_random(d, 0, PAGE_HEIGHT - 1);

    for (int y = 0; y < rect->h; y++) {
        uint32_t *row = drawing_row(d, rect->y + y) + rect->x;
        const uint32_t *from = page + (size_t)((top + y) % PAGE_HEIGHT) * PAGE_WIDTH;

        for (int x = 0; x < rect->w; x++) {
            row[x] = from[(left + x) % PAGE_WIDTH] ^ tint;
        }
    }
}

static void show(Drawing *d, VncSurface *surface)
{
    vnc_surface_unref(d->surface);
    d->surface = surface;
    vnc_server_set_surface(d->server, surface);
}

void drawing_resize(Drawing *d, int width, int height)
{
    show(d, vnc_surface_new(width, height));

    VncRect screen = screen_of(d);
    piece(d, &screen, d->photos);
    vnc_server_damage(d->server, &screen);
}

void drawing_flip(Drawing *d)
{
    VncSurface *surface = vnc_surface_new(d->surface->width, d->surface->height);

    memcpy(surface->data, d->surface->data, (size_t)surface->stride * surface->height);
    show(d, surface);
}

void drawing_paint(Drawing *d)
{
    VncRect rect = random_rect(d, drawing_random(d, 0, 3) == 0 ? VNC_MAX_SIDE : 100);

    switch (drawing_random(d, 0, 5)) {
    case 0:
        fill(d, &rect, g_rand_int(d->random));
        break;
    case 1:
        noise(d, &rect);
        break;
    case 2:
        rect.w = rect.h = 1;
        noise(d, &rect);
        break;
    default:
        piece(d, &rect, drawing_random(d, 0, 9) < (d->photos ? 8 : 1));
        break;
    }
    damage(d, &rect);
}

static int random_distance(const Drawing *d)
{
    static const int reach[] = {3, 17, 40, 60, 200};

    int max = reach[drawing_random(d, 0, (int)G_N_ELEMENTS(reach) - 1)];
    return drawing_random(d, -max, max);
}

/* What @rect shows, @dx and @dy further, as far as that is on the screen. */
static VncRect move_pixels(const Drawing *d, const VncRect *rect, int dx, int dy)
{
    VncRect screen = screen_of(d);
    VncRect whole = {rect->x + dx, rect->y + dy, rect->w, rect->h};
    VncRect to = vnc_rect_intersect(&whole, &screen);

    for (int i = 0; i < to.h; i++) {
        int y = dy > 0 ? to.y + to.h - 1 - i : to.y + i;

        memmove(drawing_row(d, y) + to.x, drawing_row(d, y - dy) + to.x - dx,
                to.w * sizeof(uint32_t));
    }
    return to;
}

void drawing_piece(Drawing *d, const VncRect *rect, bool photo)
{
    piece(d, rect, photo);
    vnc_server_damage(d->server, rect);
}

void drawing_move_rect(Drawing *d, const VncRect *rect, int dx, int dy)
{
    VncRect to = move_pixels(d, rect, dx, dy);

    fill(d, rect, g_rand_int(d->random));
    vnc_server_damage(d->server, rect);
    vnc_server_damage(d->server, &to);
}

void drawing_move(Drawing *d)
{
    VncRect rect = drawing_random(d, 0, 2) == 0 ? screen_of(d) : random_rect(d, VNC_MAX_SIDE);
    int dx = 0, dy = 0;

    switch (drawing_random(d, 0, 4)) {
    case 0: /* lines of a terminal */
        dy = drawing_random(d, -4, 4) * 16;
        break;
    case 1:
        dy = random_distance(d);
        break;
    case 2:
        dx = random_distance(d);
        break;
    default:
        dx = random_distance(d);
        dy = random_distance(d);
        break;
    }
    VncRect to = move_pixels(d, &rect, dx, dy);

    /* What comes into view behind a straight motion. */
    VncRect behind = rect;
    if (dx == 0) {
        behind.h = MIN(ABS(dy), rect.h);
        behind.y = dy > 0 ? rect.y : rect.y + rect.h - behind.h;
    } else {
        behind.w = MIN(ABS(dx), rect.w);
        behind.x = dx > 0 ? rect.x : rect.x + rect.w - behind.w;
    }
    switch (drawing_random(d, 0, 2)) {
    case 0:
        piece(d, &behind, d->photos);
        break;
    case 1:
        fill(d, &behind, g_rand_int(d->random));
        break;
    default: /* it stays */
        break;
    }
    VncRect both = vnc_rect_union(&behind, &to);
    damage(d, &both);
}
