/*
 * The scene: a synthetic desktop, its state and how it is painted.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. Owns its pictures, borrows a canvas to paint on. No lock.
 *
 * A change of the state notes the rectangles that now look different. Painting these makes a
 * picture of the old state one of the new state: the picture depends on the state alone.
 */
#ifndef UI_HOST_DEMO_DESKTOP_H
#define UI_HOST_DEMO_DESKTOP_H

#include "ui/host-demo/canvas.h"

typedef struct DemoDesktop DemoDesktop;

/* @fps: frames in which the moving parts move as far as in one second */
DemoDesktop *demo_desktop_new(int width, int height, unsigned fps);
void demo_desktop_free(DemoDesktop *desktop); /* accepts NULL */

/* Lay out anew. All is damaged. */
void demo_desktop_resize(DemoDesktop *desktop, int width, int height);

/* Place the moving parts as in @frame, counted from the start. */
void demo_desktop_set_frame(DemoDesktop *desktop, uint64_t frame);

void demo_desktop_key(DemoDesktop *desktop, bool down, uint32_t keysym, uint32_t keycode);
void demo_desktop_point(DemoDesktop *desktop, int x, int y, unsigned buttons);
void demo_desktop_point_by(DemoDesktop *desktop, int dx, int dy, unsigned buttons);
void demo_desktop_set_leds(DemoDesktop *desktop, unsigned leds);
void demo_desktop_set_viewers(DemoDesktop *desktop, unsigned viewers);

/* A line of news in the terminal. */
void demo_desktop_notice(DemoDesktop *desktop, const char *text);

/* Move one damaged rectangle out, within the desktop. Returns false if none is left. */
bool demo_desktop_take_damage(DemoDesktop *desktop, VncRect *rect);

/* Paint the clip of @canvas, which has the desktop's size. */
void demo_desktop_paint(const DemoDesktop *desktop, const DemoCanvas *canvas);

#endif
