/*
 * Painting on a canvas: rectangles, gradients, soft edges, all clipped.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. Owns nothing. No lock.
 */
#include "ui/host-demo/canvas.h"

#include <math.h>
#include <string.h>

VncRect demo_rect_intersect(const VncRect *a, const VncRect *b)
{
    int x0 = MAX(a->x, b->x), y0 = MAX(a->y, b->y);
    int x1 = MIN(a->x + a->w, b->x + b->w), y1 = MIN(a->y + a->h, b->y + b->h);

    if (x0 >= x1 || y0 >= y1) {
        return (VncRect){0, 0, 0, 0};
    }
    return (VncRect){x0, y0, x1 - x0, y1 - y0};
}

VncRect demo_rect_union(const VncRect *a, const VncRect *b)
{
    int x0 = MIN(a->x, b->x), y0 = MIN(a->y, b->y);
    int x1 = MAX(a->x + a->w, b->x + b->w), y1 = MAX(a->y + a->h, b->y + b->h);

    if (demo_rect_is_empty(a)) {
        return *b;
    }
    if (demo_rect_is_empty(b)) {
        return *a;
    }
    return (VncRect){x0, y0, x1 - x0, y1 - y0};
}

VncRect demo_rect_grow(const VncRect *rect, int by)
{
    return (VncRect){rect->x - by, rect->y - by, rect->w + 2 * by, rect->h + 2 * by};
}

uint32_t demo_mix(uint32_t a, uint32_t b, unsigned t)
{
    uint32_t part = t + (t >> 7); /* 0 to 256, so that both ends are exact */
    uint32_t rb = (a & 0xff00ff) * (256 - part) + (b & 0xff00ff) * part;
    uint32_t g = (a & 0x00ff00) * (256 - part) + (b & 0x00ff00) * part;

    return ((rb >> 8) & 0xff00ff) | ((g >> 8) & 0x00ff00);
}

DemoCanvas demo_canvas_clipped(const DemoCanvas *canvas, const VncRect *clip)
{
    DemoCanvas clipped = *canvas;

    clipped.clip = demo_rect_intersect(&canvas->clip, clip);
    return clipped;
}

void demo_canvas_fill(const DemoCanvas *canvas, const VncRect *rect, uint32_t colour)
{
    VncRect r = demo_rect_intersect(&canvas->clip, rect);

    for (int y = r.y; y < r.y + r.h; y++) {
        uint32_t *row = demo_canvas_row(canvas, y);

        for (int x = r.x; x < r.x + r.w; x++) {
            row[x] = colour;
        }
    }
}

void demo_canvas_blend(const DemoCanvas *canvas, const VncRect *rect, uint32_t colour,
                       unsigned alpha)
{
    VncRect r = demo_rect_intersect(&canvas->clip, rect);

    for (int y = r.y; y < r.y + r.h; y++) {
        uint32_t *row = demo_canvas_row(canvas, y);

        for (int x = r.x; x < r.x + r.w; x++) {
            row[x] = demo_mix(row[x], colour, alpha);
        }
    }
}

/* How far the centre of pixel @p is beyond the straight part of a side. The side runs from 0 to
 * @length, and is rounded off over @radius at both ends. */
static float beyond(int p, int length, int radius)
{
    float centre = p + 0.5f;

    return fmaxf(0, fmaxf(radius - centre, centre - (length - radius)));
}

void demo_canvas_round_rect(const DemoCanvas *canvas, const VncRect *rect, int radius, uint32_t top,
                            uint32_t bottom)
{
    VncRect r = demo_rect_intersect(&canvas->clip, rect);

    for (int y = r.y; y < r.y + r.h; y++) {
        uint32_t *row = demo_canvas_row(canvas, y);
        unsigned t = rect->h > 1 ? (y - rect->y) * 255 / (rect->h - 1) : 0;
        uint32_t colour = demo_mix(top, bottom, t);
        float dy = beyond(y - rect->y, rect->h, radius);

        if (dy == 0) {
            demo_canvas_fill(canvas, &(VncRect){rect->x, y, rect->w, 1}, colour);
            continue;
        }
        for (int x = r.x; x < r.x + r.w; x++) {
            float dx = beyond(x - rect->x, rect->w, radius);
            float covered = dx == 0 ? 1 : radius + 0.5f - sqrtf(dx * dx + dy * dy);

            row[x] = demo_mix(row[x], colour, (unsigned)(CLAMP(covered, 0, 1) * 255));
        }
    }
}

void demo_canvas_disc(const DemoCanvas *canvas, int x, int y, int radius, uint32_t colour)
{
    VncRect square = {x - radius, y - radius, 2 * radius, 2 * radius};

    demo_canvas_round_rect(canvas, &square, radius, colour, colour);
}

/* A shadow's alpha, by the square of the distance from the shape that casts the shadow. */
static void shadow_table(uint8_t table[DEMO_SHADOW * DEMO_SHADOW])
{
    for (int i = 0; i < DEMO_SHADOW * DEMO_SHADOW; i++) {
        float near = 1 - sqrtf(i) / DEMO_SHADOW;

        table[i] = (uint8_t)(90 * near * near);
    }
}

void demo_canvas_shadow(const DemoCanvas *canvas, const VncRect *rect, int radius)
{
    VncRect outer = demo_rect_grow(rect, DEMO_SHADOW);
    VncRect r = demo_rect_intersect(&canvas->clip, &outer);
    VncRect inner = demo_rect_grow(rect, -radius);
    VncRect hidden = demo_rect_intersect(&r, &inner);
    uint8_t alpha[DEMO_SHADOW * DEMO_SHADOW];

    if (r.w == hidden.w && r.h == hidden.h) {
        return;
    }
    shadow_table(alpha);
    for (int y = r.y; y < r.y + r.h; y++) {
        uint32_t *row = demo_canvas_row(canvas, y);
        int dy = MAX(MAX(rect->y - y, y - (rect->y + rect->h - 1)), 0);
        bool skips = y >= inner.y && y < inner.y + inner.h;

        for (int x = r.x; x < r.x + r.w; x++) {
            int dx = MAX(MAX(rect->x - x, x - (rect->x + rect->w - 1)), 0);
            int d = dx * dx + dy * dy;

            if (skips && dx == 0) {
                x = MIN(r.x + r.w, rect->x + rect->w) - 1;
            } else if (d < DEMO_SHADOW * DEMO_SHADOW) {
                row[x] = demo_mix(row[x], 0, alpha[d]);
            }
        }
    }
}

void demo_canvas_blit(const DemoCanvas *canvas, int x, int y, const uint32_t *pixels, int width,
                      int height)
{
    VncRect rect = {x, y, width, height};
    VncRect r = demo_rect_intersect(&canvas->clip, &rect);

    for (int row = r.y; row < r.y + r.h; row++) {
        memcpy(demo_canvas_row(canvas, row) + r.x, pixels + (size_t)(row - y) * width + (r.x - x),
               (size_t)r.w * sizeof(*pixels));
    }
}
