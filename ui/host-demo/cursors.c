/*
 * Pointer shapes.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. Owns nothing. No lock.
 */
#include "ui/host-demo/cursors.h"

#include <math.h>
#include <string.h>

#define ARROW_WIDTH  13
#define ARROW_HEIGHT 20
#define GLOW_SIDE    32

/* clang-format off */
static const char arrow[ARROW_HEIGHT][ARROW_WIDTH + 1] = {
    "#            ",
    "##           ",
    "#.#          ",
    "#..#         ",
    "#...#        ",
    "#....#       ",
    "#.....#      ",
    "#......#     ",
    "#.......#    ",
    "#........#   ",
    "#.........#  ",
    "#..........# ",
    "#.......#####",
    "#...#...#    ",
    "#..##...#    ",
    "#.#  #...#   ",
    "##   #...#   ",
    "#     #...#  ",
    "      #..##  ",
    "       ##    ",
};
/* clang-format on */

static VncCursor *arrow_new(void)
{
    uint32_t pixels[ARROW_WIDTH * ARROW_HEIGHT];

    for (int i = 0; i < ARROW_WIDTH * ARROW_HEIGHT; i++) {
        char ch = arrow[i / ARROW_WIDTH][i % ARROW_WIDTH];

        pixels[i] = ch == '#' ? 0xff101018 : ch == '.' ? 0xffffffff : 0;
    }
    return vnc_cursor_new(ARROW_WIDTH, ARROW_HEIGHT, 0, 0, pixels);
}

static VncCursor *glow_new(void)
{
    uint32_t pixels[GLOW_SIDE * GLOW_SIDE];
    const float centre = (GLOW_SIDE - 1) / 2.0f;

    for (int i = 0; i < GLOW_SIDE * GLOW_SIDE; i++) {
        float away = hypotf(i % GLOW_SIDE - centre, i / GLOW_SIDE - centre);
        float near = CLAMP(1 - away / (GLOW_SIDE / 2.0f), 0, 1);

        pixels[i] = (uint32_t)(255 * near) << 24 | 0xff9020;
    }
    return vnc_cursor_new(GLOW_SIDE, GLOW_SIDE, GLOW_SIDE / 2, GLOW_SIDE / 2, pixels);
}

bool demo_cursor_new(const char *name, VncCursor **cursor)
{
    const uint32_t nothing = 0;

    *cursor = NULL;
    if (strcmp(name, "arrow") == 0) {
        *cursor = arrow_new();
    } else if (strcmp(name, "alpha") == 0) {
        *cursor = glow_new();
    } else if (strcmp(name, "hidden") == 0) {
        *cursor = vnc_cursor_new(0, 0, 0, 0, &nothing);
    } else if (strcmp(name, "none") != 0) {
        return false;
    }
    return true;
}
