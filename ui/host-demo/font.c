/*
 * A bitmap font, 8x16 pixels, ASCII.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. Owns nothing. No lock.
 */
#include "ui/host-demo/font.h"

static const uint8_t box[DEMO_FONT_HEIGHT] = {
    0, 0, 0x7e, 0x42, 0x42, 0x42, 0x42, 0x42, 0x42, 0x42, 0x42, 0x7e, 0, 0, 0, 0,
};

const uint8_t *demo_font_rows(char ch)
{
    if (ch < DEMO_FONT_FIRST || ch > DEMO_FONT_LAST) {
        return box;
    }
    return glyphs[ch - DEMO_FONT_FIRST];
}

void demo_font_glyph(const DemoCanvas *canvas, int x, int y, char ch, uint32_t colour, bool bold)
{
    const uint8_t *rows = demo_font_rows(ch);
    VncRect cell = {x, y, DEMO_FONT_WIDTH, DEMO_FONT_HEIGHT};
    VncRect r = demo_rect_intersect(&canvas->clip, &cell);

    for (int py = r.y; py < r.y + r.h; py++) {
        uint32_t *row = demo_canvas_row(canvas, py);
        unsigned bits = rows[py - y];

        if (bold) {
            bits |= bits >> 1;
        }
        for (int px = r.x; px < r.x + r.w; px++) {
            if (bits & (0x80u >> (px - x))) {
                row[px] = colour;
            }
        }
    }
}

void demo_font_text(const DemoCanvas *canvas, int x, int y, const char *text, uint32_t colour,
                    bool bold)
{
    for (; *text; text++, x += DEMO_FONT_WIDTH) {
        demo_font_glyph(canvas, x, y, *text, colour, bold);
    }
}
