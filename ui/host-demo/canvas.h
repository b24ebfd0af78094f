/*
 * Paint helpers: rectangles, gradients, soft edges, all clipped.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. A canvas borrows its pixels. No lock.
 *
 * Colours are 0xRRGGBB, alpha is 0 (nothing) to 255 (opaque).
 */
#ifndef UI_HOST_DEMO_CANVAS_H
#define UI_HOST_DEMO_CANVAS_H

#include "ui/vnc-types.h"

/* Pixels are painted as 0x00RRGGBB, and never outside the clip. */
typedef struct DemoCanvas {
    uint32_t *pixels; /* the top left one; in PIXMAN_x8r8g8b8 */
    int width, height;
    ptrdiff_t stride; /* pixels from a row to the next */
    VncRect clip;     /* within the canvas */
} DemoCanvas;

VncRect demo_rect_intersect(const VncRect *a, const VncRect *b);
VncRect demo_rect_union(const VncRect *a, const VncRect *b); /* ignores an empty one */
VncRect demo_rect_grow(const VncRect *rect, int by);

static inline bool demo_rect_is_empty(const VncRect *rect)
{
    return rect->w <= 0 || rect->h <= 0;
}

/* The colour @t / 255 of the way from @a to @b. */
uint32_t demo_mix(uint32_t a, uint32_t b, unsigned t);

/* A canvas on the same pixels that paints inside @clip only. */
DemoCanvas demo_canvas_clipped(const DemoCanvas *canvas, const VncRect *clip);

/* The row of the canvas at @y; the pixel at x is row[x]. */
static inline uint32_t *demo_canvas_row(const DemoCanvas *canvas, int y)
{
    return canvas->pixels + canvas->stride * y;
}

void demo_canvas_fill(const DemoCanvas *canvas, const VncRect *rect, uint32_t colour);
void demo_canvas_blend(const DemoCanvas *canvas, const VncRect *rect, uint32_t colour,
                       unsigned alpha);

/* A vertical gradient in a rectangle with round, smooth corners. */
void demo_canvas_round_rect(const DemoCanvas *canvas, const VncRect *rect, int radius, uint32_t top,
                            uint32_t bottom);

void demo_canvas_disc(const DemoCanvas *canvas, int x, int y, int radius, uint32_t colour);

/* A soft shadow around @rect, to be painted before @rect. Reaches DEMO_SHADOW pixels beyond each
 * side. */
#define DEMO_SHADOW 20
void demo_canvas_shadow(const DemoCanvas *canvas, const VncRect *rect, int radius);

/* @width x @height pixels, packed, their top left at @x, @y. */
void demo_canvas_blit(const DemoCanvas *canvas, int x, int y, const uint32_t *pixels, int width,
                      int height);

#endif
