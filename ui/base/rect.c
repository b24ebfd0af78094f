/*
 * Arithmetic on rectangles. Any thread.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "ui/base/rect.h"

/* The far edges, in 64 bits because x + w may exceed an int. */
static int64_t right_of(const VncRect *r)
{
    return (int64_t)r->x + r->w;
}

static int64_t bottom_of(const VncRect *r)
{
    return (int64_t)r->y + r->h;
}

VncRect vnc_rect_intersect(const VncRect *a, const VncRect *b)
{
    VncRect none = {0, 0, 0, 0};
    int x = MAX(a->x, b->x);
    int y = MAX(a->y, b->y);
    int64_t w = MIN(right_of(a), right_of(b)) - x;
    int64_t h = MIN(bottom_of(a), bottom_of(b)) - y;

    if (vnc_rect_is_empty(a) || vnc_rect_is_empty(b) || w <= 0 || h <= 0) {
        return none;
    }
    return (VncRect){x, y, (int)w, (int)h};
}

VncRect vnc_rect_union(const VncRect *a, const VncRect *b)
{
    VncRect none = {0, 0, 0, 0};
    int x, y;
    int64_t w, h;

    if (vnc_rect_is_empty(a)) {
        return vnc_rect_is_empty(b) ? none : *b;
    }
    if (vnc_rect_is_empty(b)) {
        return *a;
    }
    x = MIN(a->x, b->x);
    y = MIN(a->y, b->y);
    w = MAX(right_of(a), right_of(b)) - x;
    h = MAX(bottom_of(a), bottom_of(b)) - y;
    return (VncRect){x, y, (int)MIN(w, G_MAXINT), (int)MIN(h, G_MAXINT)};
}

bool vnc_rect_contains(const VncRect *outer, const VncRect *inner)
{
    return inner->x >= outer->x && inner->y >= outer->y && right_of(inner) <= right_of(outer) &&
           bottom_of(inner) <= bottom_of(outer);
}
