/*
 * Arithmetic on rectangles. Any thread.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef UI_BASE_RECT_H
#define UI_BASE_RECT_H

#include "ui/vnc-types.h"

static inline bool vnc_rect_is_empty(const VncRect *r)
{
    return r->w <= 0 || r->h <= 0;
}

/* No int value in @a or @b overflows. An empty result is {0,0,0,0}. */
VncRect vnc_rect_intersect(const VncRect *a, const VncRect *b);

/* The smallest rectangle that holds both; an empty one is ignored. */
VncRect vnc_rect_union(const VncRect *a, const VncRect *b);

bool vnc_rect_contains(const VncRect *outer, const VncRect *inner);

#endif
