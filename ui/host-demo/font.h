/*
 * A bitmap font, 8x16 pixels, ASCII.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. Owns nothing. No lock.
 */
#ifndef UI_HOST_DEMO_FONT_H
#define UI_HOST_DEMO_FONT_H

#include "ui/host-demo/canvas.h"
#include "ui/host-demo/glyphs.h"

/* The rows of @ch, the top one first, bit 7 leftmost. A character that the font
 * lacks is a hollow box. */
const uint8_t *demo_font_rows(char ch);

/* Paint @ch with its top left at @x, @y, over the background. Bold strokes are two pixels wide. */
void demo_font_glyph(const DemoCanvas *canvas, int x, int y, char ch, uint32_t colour, bool bold);

/* A line of glyphs, each DEMO_FONT_WIDTH right of the one before. */
void demo_font_text(const DemoCanvas *canvas, int x, int y, const char *text, uint32_t colour,
                    bool bold);

#endif
