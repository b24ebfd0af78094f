/*
 * The framebuffer: a canvas to paint on, and the surface that shows it.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. Owns the canvas' pixels and a reference to the surface. No lock.
 *
 * Painting is always done in PIXMAN_x8r8g8b8; presenting converts to the
 * surface's format.
 */
#ifndef UI_HOST_DEMO_SCREEN_H
#define UI_HOST_DEMO_SCREEN_H

#include "ui/host-demo/canvas.h"
#include "ui/vnc-surface.h"

typedef struct DemoScreen {
    DemoCanvas canvas;
    VncSurface *surface;
} DemoScreen;

/* Black; PIXMAN_x8r8g8b8. */
void demo_screen_init(DemoScreen *screen, int width, int height);
void demo_screen_clear(DemoScreen *screen);

/* A black canvas and a surface of another size; the format stays. */
void demo_screen_resize(DemoScreen *screen, int width, int height);

/* Another surface, in @format, that shows the same. */
void demo_screen_replace(DemoScreen *screen, pixman_format_code_t format);

/* Copy @rect from the canvas to the surface. */
void demo_screen_present(DemoScreen *screen, const VncRect *rect);

/* A pixman format by its name ("r5g6b5") or a short form ("16", "32be"). */
bool demo_screen_format(const char *name, pixman_format_code_t *format);

/* Write the surface's picture as a binary PPM. Fails with G_FILE_ERROR. */
bool demo_screen_dump(const DemoScreen *screen, const char *path, GError **error);

#endif
