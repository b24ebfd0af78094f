/*
 * Scrolled and moved areas: found before a refresh, confirmed by it.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread; owns nothing. The caller holds the display lock: the server surface still shows the
 * picture before the refresh.
 */
#include "ui/server/motion-search.h"

#include "ui/base/rect.h"

/* Pixels. A smaller area is cheaper to send than to search. */
#define MIN_AREA (64 * 64)

/* After PATIENCE searches in vain one refresh in two has no search; after as many more, two in
 * three; at most MAX_SKIP in a row. */
#define PATIENCE 4
#define MAX_SKIP 15

/* The smallest rectangle around @suspect, pixels. */
static VncRect suspect_area(const VncDamage *suspect)
{
    int top = suspect->rows, bottom = 0, left = suspect->columns, right = 0;

    for (int row = 0; row < suspect->rows; row++) {
        const uint64_t *bits = vnc_damage_row(suspect, row);

        for (int word = 0; word < suspect->words; word++) {
            if (bits[word]) {
                top = MIN(top, row);
                bottom = row + 1;
                left = MIN(left, word * 64 + __builtin_ctzll(bits[word]));
                right = MAX(right, word * 64 + 64 - __builtin_clzll(bits[word]));
            }
        }
    }
    VncRect screen = {0, 0, suspect->width, suspect->height};
    VncRect area = {left * VNC_CELL, top * VNC_CELL, (right - left) * VNC_CELL,
                    (bottom - top) * VNC_CELL};
    return vnc_rect_intersect(&area, &screen);
}

bool vnc_motion_search(VncMotionSearch *search, const VncDamage *suspect, const VncSurface *before,
                       const VncSurface *after)
{
    VncRect area = suspect_area(suspect);
    VncPicturePair pair = {
        .before = (const uint32_t *)(const void *)before->data,
        .after = (const uint32_t *)(const void *)after->data,
        .before_stride = before->stride / (ptrdiff_t)sizeof(uint32_t),
        .after_stride = after->stride / (ptrdiff_t)sizeof(uint32_t),
        .width = before->width,
        .height = before->height,
    };

    if (area.w * area.h < MIN_AREA) {
        return false;
    }
    if (search->skip > 0) {
        search->skip--;
        return false;
    }
    if (!vnc_motion_find(&pair, &area, &search->motion, &search->motion)) {
        vnc_motion_search_rate(search, 0);
        return false;
    }
    return true;
}

void vnc_motion_search_rate(VncMotionSearch *search, unsigned found)
{
    if (found > 0) {
        search->misses = 0;
        return;
    }
    search->misses++;
    search->skip = MIN(search->misses / PATIENCE, MAX_SKIP);
}
