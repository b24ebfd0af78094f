/*
 * Pictures to encode, painted by rule: the same in each run.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tests/lib/enc-pictures.h"

#include <math.h>

#define CELL_W 8
#define CELL_H 16

const char *picture_name(Picture picture)
{
    static const char *const names[PICTURES] = {
        "solid",    "two-colours", "16-colours", "200-colours", "100-bands", "noise",
        "gradient", "text",        "mosaic",     "photo",       "caption",   "desktop",
    };
    return names[picture];
}

/* A number that depends on all bits of x and y. */
static uint32_t hash(uint32_t x, uint32_t y)
{
    uint32_t h = x * 0x9e3779b1u ^ (y + 0x7f4a7c15u) * 0x85ebca6bu;

    h ^= h >> 15;
    h *= 0x2c1b3c6du;
    h ^= h >> 12;
    h *= 0x297a2d39u;
    return h ^ h >> 15;
}

static uint32_t rgb(int red, int green, int blue)
{
    return (uint32_t)CLAMP(red, 0, 255) << 16 | (uint32_t)CLAMP(green, 0, 255) << 8 |
           (uint32_t)CLAMP(blue, 0, 255);
}

/* How much ink (0 to 3) falls on a pixel of the glyph: strokes on a 4x4 raster. */
static unsigned glyph_ink(uint32_t glyph, int x, int y)
{
    int column = (x - 1) / 2, row = (y - 3) / 3;

    if (x < 1 || x > 6 || y < 3 || y > 12) {
        return 0;
    }
    uint32_t strokes = hash(glyph, 77);
    bool upright = (x - 1) % 2 == 0 && strokes >> column & 1;
    bool level = (y - 3) % 3 == 0 && strokes >> (4 + row) & 1;
    if (upright || level) {
        return 3;
    }
    bool near_upright = (x - 1) % 2 == 1 && strokes >> column & 1;
    return near_upright && strokes >> 9 & 1 ? 1 : 0;
}

static uint32_t text_pixel(int x, int y)
{
    static const uint32_t inks[4] = {0x00cccccc, 0x0066cc66, 0x00cccccc, 0x00dd8844};
    int column = x / CELL_W, line = y / CELL_H;
    int length = hash(line, 3) % 100 + 8;
    uint32_t glyph = hash(column * 3 + 1, line) % 70;
    bool space = glyph < 12 || column > length;
    uint32_t ink = inks[hash(column / 9, line + 1000) & 3];
    uint32_t paper = 0x00101418;

    if (space) {
        return paper;
    }
    switch (glyph_ink(glyph, x % CELL_W, y % CELL_H)) {
    case 0:
        return paper;
    case 1:
        return (ink >> 1 & 0x007f7f7f) + (paper >> 1 & 0x007f7f7f);
    default:
        return ink;
    }
}

static uint32_t photo_pixel(int x, int y)
{
    int grain = (int)(hash(x, y) % 7) - 3;
    double u = x / 97.0, v = y / 71.0;

    return rgb(128 + (int)(90 * sin(u + 0.3 * v)) + grain,
               120 + (int)(80 * sin(v * 1.3 - u * 0.2)) + grain,
               110 + (int)(70 * cos(u * 0.7 + v)) + grain);
}

/* Fields of three tiles by two: between two of a kind with the same colours lies another. */
static uint32_t mosaic_pixel(int x, int y)
{
    uint32_t paper = 0x00204060, ink = 0x00ffe0a0;

    switch (hash(x / 48, y / 32) % 8) {
    case 0:
        return paper;
    case 1:
        return hash(x, y) & 0x00ffffff;
    case 2:
        return hash(x / 2, y / 2) % 5 == 0 ? ink : paper;
    case 3:
        return hash(x / 3, y) % 6 == 0 ? ink : paper;
    case 4:
        return hash(x / 4, y / 4) % 4 == 0 ? hash(x / 4, 3) & 0x00ffffff : paper;
    case 5:
        return hash(x / 2, y / 5) % 7 == 0 ? 0x0000ff00 : paper;
    case 6:
        return hash(x / 3, y / 3) % 6 == 0 ? 0 : paper;
    default:
        return ink;
    }
}

static uint32_t desktop_pixel(int x, int y)
{
    static const VncRect windows[] = {
        {900, 300, 900, 640}, {90, 30, 760, 560}, {500, 480, 640, 400}};

    for (size_t i = 0; i < G_N_ELEMENTS(windows); i++) {
        int wx = x - windows[i].x, wy = y - windows[i].y;
        if (wx >= 0 && wy >= 0 && wx < windows[i].w && wy < windows[i].h) {
            if (wx < 2 || wx >= windows[i].w - 2 || wy >= windows[i].h - 2) {
                return 0x00405060;
            }
            if (wy < 26) {
                return rgb(70 - wy, 90 - wy, 130 - wy);
            }
            return i == 1 ? text_pixel(wx, wy)
                          : (text_pixel(wx + 3000, wy) == 0x00101418 ? 0x00ffffff : 0x00202020);
        }
    }
    return rgb(30 + y / 12, 60 + y / 10 + x / 64, 110 + y / 9);
}

static uint32_t picture_pixel(Picture picture, int x, int y)
{
    switch (picture) {
    case PICTURE_SOLID:
        return 0x00347a9c;
    case PICTURE_TWO_COLOURS:
        return hash(x / 3, y / 2) & 1 ? 0x00ffffff : 0x00204060;
    case PICTURE_16_COLOURS:
        return hash(hash(x / 5, y / 4) & 15, 5) & 0x00ffffff;
    case PICTURE_200_COLOURS:
        return hash(hash(x, y) % 200, 9) & 0x00ffffff;
    case PICTURE_100_BANDS:
        return hash((x / 11 + y) % 100, 11) & 0x00ffffff;
    case PICTURE_NOISE:
        return hash(x, y) & 0x00ffffff;
    case PICTURE_GRADIENT:
        return rgb(x * 255 / 320, y * 255 / 80, (x + y) * 255 / 400);
    case PICTURE_TEXT:
        return text_pixel(x, y);
    case PICTURE_MOSAIC:
        return mosaic_pixel(x, y);
    case PICTURE_PHOTO:
        return photo_pixel(x, y);
    case PICTURE_CAPTION:
        return x % 160 >= 80 && y % 80 >= 40 ? text_pixel(x, y) : photo_pixel(x, y);
    default:
        return desktop_pixel(x, y);
    }
}

void picture_paint(Picture picture, uint32_t *pixels, ptrdiff_t stride, int width, int height)
{
    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
            pixels[y * stride + x] = picture_pixel(picture, x, y);
        }
    }
}
