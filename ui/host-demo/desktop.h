/*
 * The scene: a synthetic desktop, its state and how it is painted.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. Owns its pictures, borrows a canvas to paint on. No lock.
 *
 * A change of the state notes the rectangles that look different because of it.
 * Painting those makes a picture that showed the old state show the new one:
 * the picture is a function of the state alone, whatever led to it.
 */
#ifndef UI_HOST_DEMO_DESKTOP_H
#define UI_HOST_DEMO_DESKTOP_H

#include "ui/host-demo/canvas.h"

typedef struct DemoDesktop DemoDesktop;

/* @fps: how many frames the moving parts take for a second of their way */
DemoDesktop *demo_desktop_new(int width, int height, unsigned fps);
void demo_desktop_free(DemoDesktop *desktop); /* accepts NULL */

/* Lay out anew. All is damaged. */
void demo_desktop_resize(DemoDesktop *desktop, int width, int height);

/* Put what moves where it is at @frame, counted from the start. */
void demo_desktop_set_frame(DemoDesktop *desktop, uint64_t frame);

void demo_desktop_key(DemoDesktop *desktop, bool down, uint32_t keysym, uint32_t keycode);
void demo_desktop_point(DemoDesktop *desktop, int x, int y, unsigned buttons);
void demo_desktop_point_by(DemoDesktop *desktop, int dx, int dy, unsigned buttons);
void demo_desktop_set_leds(DemoDesktop *desktop, unsigned leds);
void demo_desktop_set_viewers(DemoDesktop *desktop, unsigned viewers);

/* A line of news in the terminal. */
void demo_desktop_notice(DemoDesktop *desktop, const char *text);

/* Move one damaged rectangle out, if there is any; within the desktop. */
bool demo_desktop_take_damage(DemoDesktop *desktop, VncRect *rect);

/* Paint the clip of @canvas, which has the desktop's size. */
void demo_desktop_paint(const DemoDesktop *desktop, const DemoCanvas *canvas);

#endif
