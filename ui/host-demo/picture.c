/*
 * Test pictures: the same seed gives the same pixels, on each machine.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. Owns nothing. No lock.
 */
#include "ui/host-demo/picture.h"

#include "ui/host-demo/font.h"

/* An area is not divided further if its sides are below about this many pixels. */
#define AREA_SIDE 150

typedef struct Random {
    uint64_t state;
} Random;

static uint32_t next_bits(Random *random)
{
    uint64_t z = random->state += 0x9e3779b97f4a7c15u;

    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return (uint32_t)((z ^ (z >> 31)) >> 32);
}

static int next_below(Random *random, int bound)
{
    return (int)(next_bits(random) % (uint32_t)bound);
}

static uint32_t next_colour(Random *random)
{
    return next_bits(random) & 0xffffff;
}

static void noise(const DemoCanvas *canvas, const VncRect *rect, Random *random)
{
    VncRect r = demo_rect_intersect(&canvas->clip, rect);

    for (int y = r.y; y < r.y + r.h; y++) {
        uint32_t *row = demo_canvas_row(canvas, y);

        for (int x = r.x; x < r.x + r.w; x++) {
            row[x] = next_colour(random);
        }
    }
}

static void solid(const DemoCanvas *canvas, const VncRect *rect, Random *random)
{
    demo_canvas_fill(canvas, rect, next_colour(random));
}

static void text(const DemoCanvas *canvas, const VncRect *rect, Random *random)
{
    DemoCanvas part = demo_canvas_clipped(canvas, rect);
    uint32_t paper = next_colour(random), ink = next_colour(random);

    demo_canvas_fill(&part, rect, paper);
    for (int y = rect->y; y < rect->y + rect->h; y += DEMO_FONT_HEIGHT) {
        for (int x = rect->x; x < rect->x + rect->w; x += DEMO_FONT_WIDTH) {
            int ch = next_below(random, DEMO_FONT_LAST - DEMO_FONT_FIRST + 20);

            if (ch <= DEMO_FONT_LAST - DEMO_FONT_FIRST) {
                demo_font_glyph(&part, x, y, (char)(DEMO_FONT_FIRST + ch), ink, false);
            }
        }
    }
}

/* Small rectangles in @colours colours. */
static void patches(const DemoCanvas *canvas, const VncRect *rect, Random *random, int colours)
{
    DemoCanvas part = demo_canvas_clipped(canvas, rect);
    uint32_t palette[256];

    for (int i = 0; i < colours; i++) {
        palette[i] = next_colour(random);
    }
    demo_canvas_fill(&part, rect, palette[0]);
    for (int i = rect->w * rect->h / 150; i >= 0; i--) {
        const VncRect patch = {rect->x + next_below(random, rect->w),
                               rect->y + next_below(random, rect->h), 1 + next_below(random, 20),
                               1 + next_below(random, 12)};

        demo_canvas_fill(&part, &patch, palette[next_below(random, colours)]);
    }
}

static void gradient(const DemoCanvas *canvas, const VncRect *rect, Random *random)
{
    VncRect r = demo_rect_intersect(&canvas->clip, rect);
    uint32_t from = next_colour(random), to = next_colour(random), down = next_colour(random);

    for (int y = r.y; y < r.y + r.h; y++) {
        uint32_t *row = demo_canvas_row(canvas, y);
        unsigned t = (y - rect->y) * 255 / rect->h;

        for (int x = r.x; x < r.x + r.w; x++) {
            row[x] = demo_mix(demo_mix(from, to, (x - rect->x) * 255 / rect->w), down, t);
        }
    }
}

static void area(const DemoCanvas *canvas, const VncRect *rect, Random *random)
{
    switch (next_below(random, 8)) {
    case 0:
        solid(canvas, rect, random);
        break;
    case 1:
    case 2:
        text(canvas, rect, random);
        break;
    case 3:
        patches(canvas, rect, random, 2);
        break;
    case 4:
        patches(canvas, rect, random, 3 + next_below(random, 14));
        break;
    case 5:
        patches(canvas, rect, random, 256);
        break;
    case 6:
        gradient(canvas, rect, random);
        break;
    default:
        noise(canvas, rect, random);
        break;
    }
}

static void divide(const DemoCanvas *canvas, const VncRect *rect, Random *random)
{
    VncRect first = *rect, second = *rect;

    if (MAX(rect->w, rect->h) < AREA_SIDE) {
        area(canvas, rect, random);
        return;
    }
    if (rect->w >= rect->h) {
        first.w = rect->w / 4 + next_below(random, rect->w / 2);
        second.x += first.w;
        second.w -= first.w;
    } else {
        first.h = rect->h / 4 + next_below(random, rect->h / 2);
        second.y += first.h;
        second.h -= first.h;
    }
    divide(canvas, &first, random);
    divide(canvas, &second, random);
}

void demo_picture_paint(const DemoCanvas *canvas, uint32_t seed)
{
    const VncRect all = {0, 0, canvas->width, canvas->height};
    Random random = {seed};

    divide(canvas, &all, &random);
}

void demo_noise_paint(const DemoCanvas *canvas, const VncRect *rect, uint32_t seed)
{
    Random random = {seed};

    noise(canvas, rect, &random);
}
