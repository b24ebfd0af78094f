/*
 * The wallpaper and the photo-like picture of the synthetic desktop.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. No lock. Both are the same on each run.
 */
#ifndef UI_HOST_DEMO_SCENERY_H
#define UI_HOST_DEMO_SCENERY_H

#include "ui/host-demo/canvas.h"

/**
 * DemoWallpaper: soft waves under a slanting gradient. Cheap to paint in parts: the costly values
 * depend on the column or the diagonal only, and are computed once.
 */
#define DEMO_WAVES 4

typedef struct DemoWallpaper {
    /* By column: where a wave or one in front of it begins, in 1/256 rows. */
    int *crest[DEMO_WAVES];
    /* By y + x / 4: the colour, of the sky [0] and of each wave. */
    uint32_t *ramp[DEMO_WAVES + 1];
} DemoWallpaper;

void demo_wallpaper_init(DemoWallpaper *wallpaper, int width, int height);
void demo_wallpaper_clear(DemoWallpaper *wallpaper);
void demo_wallpaper_paint(const DemoWallpaper *wallpaper, const DemoCanvas *canvas);

/* A lake in the mountains, with clouds and film grain: many colours, no repeats.
 * @width * @height packed pixels, to be freed with g_free(). */
uint32_t *demo_photo_new(int width, int height);

#endif
