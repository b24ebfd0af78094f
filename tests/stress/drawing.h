/*
 * Random drawing, as a guest might change its screen.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TESTS_STRESS_DRAWING_H
#define TESTS_STRESS_DRAWING_H

#include "ui/vnc-server.h"

typedef struct Drawing {
    VncServer *server; /* is told what has been damaged */
    VncSurface *surface;
    GRand *random;
    const struct DrawingBook *book;
    bool photos; /* rather photos than text */
} Drawing;

/* Pictures to take pieces of. Read-only once it is made. */
typedef struct DrawingBook DrawingBook;
DrawingBook *drawing_book_new(void);
void drawing_book_free(DrawingBook *book);

/* Show a surface of this size, all painted. */
void drawing_resize(Drawing *d, int width, int height);

/* Show another surface of the same size with the same content. */
void drawing_flip(Drawing *d);

/* One of: a fill, noise, a piece of text or photo, a pixel. */
void drawing_paint(Drawing *d);

/* A rectangle moves, straight or askew; what is left behind is filled, or stays. */
void drawing_move(Drawing *d);

/* The same, of what and where as asked for: a piece of a photo or of text; a move, behind which one
 * colour stays. */
void drawing_piece(Drawing *d, const VncRect *rect, bool photo);
void drawing_move_rect(Drawing *d, const VncRect *rect, int dx, int dy);

static inline uint32_t *drawing_row(const Drawing *d, int y)
{
    return (uint32_t *)(void *)(d->surface->data + y * d->surface->stride);
}

/* @min to @max, both included. */
static inline int drawing_random(const Drawing *d, int min, int max)
{
    return g_rand_int_range(d->random, min, max + 1);
}

#endif
