/*
 * The guest's pictures: a known one for a seed, and one that moves.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Drawn with integers only. The moving picture keeps its background in memory, to uncover it
 * behind the window that moves.
 */
#include "guest.h"
#include "ui/host-demo/glyphs.h"

enum { WINDOW_WIDTH = 420, WINDOW_HEIGHT = 190, TITLE_HEIGHT = 28, TYPED_MAX = 46 };

/* The window is painted here and shown when it is done, as a viewer may look at any moment. */
static uint32_t window_pixels[WINDOW_WIDTH * WINDOW_HEIGHT];

/* The background: 0x00RRGGBB, 1 to 8192 pixels a side; the machine has more memory than this. */
static uint32_t *const background = (uint32_t *)(16u << 20);

static char typed[TYPED_MAX + 1];
static int n_typed;
static int window_x, window_y;

uint32_t scene_hash(uint32_t x)
{
    x ^= x >> 16;
    x *= 0x7feb352d;
    x ^= x >> 15;
    x *= 0x846ca68b;
    return x ^ x >> 16;
}

static int mix(int a, int b, int weight)
{
    return a + (b - a) * weight / 256;
}

static uint32_t mix_colour(uint32_t a, uint32_t b, int weight)
{
    return (uint32_t)mix(a >> 16 & 255, b >> 16 & 255, weight) << 16 |
           (uint32_t)mix(a >> 8 & 255, b >> 8 & 255, weight) << 8 |
           (uint32_t)mix(a & 255, b & 255, weight);
}

static void put(const Screen *screen, int x, int y, uint32_t colour)
{
    size_t at = (size_t)y * screen->width + x;

    if (x < 0 || y < 0 || x >= screen->width || y >= screen->height) {
        return;
    }
    if (screen->bpp == 32) {
        ((uint32_t *)screen->pixels)[at] = colour;
    } else if (screen->bpp == 16) {
        ((uint16_t *)screen->pixels)[at] =
            (colour >> 8 & 0xf800) | (colour >> 5 & 0x07e0) | (colour >> 3 & 0x001f);
    } else {
        screen->pixels[3 * at] = colour;
        screen->pixels[3 * at + 1] = colour >> 8;
        screen->pixels[3 * at + 2] = colour >> 16;
    }
}

void scene_fill(const Screen *screen, int x, int y, int w, int h, uint32_t colour)
{
    for (int j = y; j < y + h; j++) {
        for (int i = x; i < x + w; i++) {
            put(screen, i, j, colour);
        }
    }
}

void scene_text(const Screen *screen, int x, int y, const char *line, uint32_t colour)
{
    for (; *line; line++, x += DEMO_FONT_WIDTH) {
        const uint8_t *rows =
            glyphs[*line < DEMO_FONT_FIRST || *line > DEMO_FONT_LAST ? 0 : *line - DEMO_FONT_FIRST];

        for (int j = 0; j < DEMO_FONT_HEIGHT; j++) {
            for (int i = 0; i < DEMO_FONT_WIDTH; i++) {
                if (rows[j] & 0x80 >> i) {
                    put(screen, x + i, y + j, colour);
                }
            }
        }
    }
}

/* Smooth noise, 0 to 255: random values on a grid of @step pixels, mixed in between. */
static int noise(uint32_t seed, int x, int y, int step)
{
    int gx = x / step, gy = y / step;
    int wx = x % step * 256 / step, wy = y % step * 256 / step;
    int a = scene_hash(seed + gx * 0x9e3779b1u + gy * 0x85ebca6bu) & 255;
    int b = scene_hash(seed + (gx + 1) * 0x9e3779b1u + gy * 0x85ebca6bu) & 255;
    int c = scene_hash(seed + gx * 0x9e3779b1u + (gy + 1) * 0x85ebca6bu) & 255;
    int d = scene_hash(seed + (gx + 1) * 0x9e3779b1u + (gy + 1) * 0x85ebca6bu) & 255;

    return mix(mix(a, b, wx), mix(c, d, wx), wy);
}

static uint32_t photo(uint32_t seed, int x, int y)
{
    int broad = noise(seed, x, y, 61), fine = noise(seed + 1, x, y, 7);
    int grain = scene_hash(seed + x * 7919u + y * 104729u) & 7;
    int light = (broad * 3 + fine) / 4;

    return mix_colour(0x10285a, 0xf0d8a0, light) ^ (uint32_t)grain;
}

/* A line of letters that depends on the seed. */
static void known_text(const Screen *screen, uint32_t seed, int x, int y, int columns, uint32_t ink)
{
    char line[2] = {0, 0};

    for (int i = 0; i < columns; i++) {
        uint32_t h = scene_hash(seed + (uint32_t)y * 131u + (uint32_t)i);

        line[0] = h % 6 == 0 ? ' ' : (char)('!' + h % 94);
        scene_text(screen, x + i * DEMO_FONT_WIDTH, y, line, ink);
    }
}

void scene_paint(const Screen *screen, uint32_t seed)
{
    int w = screen->width, h = screen->height;

    for (int y = 0; y < h; y++) {
        for (int x = 0; x < w; x++) {
            uint32_t colour =
                mix_colour(0x203050 + seed * 0x070503, 0xc08040, (x + y) * 256 / (w + h));

            if (x > w / 2 && y < h / 2) {
                colour = photo(seed, x, y);
            } else if (x > w / 2 && x < w * 3 / 4) {
                colour = scene_hash(seed + (uint32_t)(y * w + x)) & 0xffffff;
            } else if (x > w * 3 / 4) {
                colour = (x / 40 + y / 24) % 3 ? 0x204060 : 0xe0e0d0;
            }
            put(screen, x, y, colour);
        }
    }
    scene_fill(screen, w / 16, h / 16, w * 3 / 8, h * 3 / 4, 0x101418);
    for (int y = h / 16 + 8; y < h * 13 / 16 - 16; y += DEMO_FONT_HEIGHT) {
        known_text(screen, seed, w / 16 + 8, y, (w * 3 / 8 - 16) / DEMO_FONT_WIDTH,
                   y / 16 % 5 ? 0xd8d8d8 : 0x60d060);
    }
    scene_fill(screen, 0, 0, w, 1, 0xff0000);
    scene_fill(screen, 0, h - 1, w, 1, 0x00ff00);
    scene_fill(screen, 0, 0, 1, h, 0x0000ff);
    scene_fill(screen, w - 1, 0, 1, h, 0xffffff);
}

/* A landscape at dusk: sky, sun, three ranges of hills. */
static uint32_t landscape(const Screen *screen, int x, int y)
{
    static const uint32_t hills[3] = {0x6a4a7c, 0x40366a, 0x1c2048};
    int w = screen->width, h = screen->height;
    uint32_t colour =
        y < h * 5 / 8 ? mix_colour(0x18244c, 0xe88a70, y * 256 / (h * 5 / 8)) : 0xe88a70;
    int dx = x - w * 7 / 10, dy = y - h * 2 / 5;
    int distance = dx * dx + dy * dy;

    if (distance < h * h / 200) {
        colour = 0xfff0c0;
    } else if (distance < h * h / 60) {
        colour = mix_colour(0xfff0c0, colour, (distance - h * h / 200) / (h * h / 85 / 256 + 1));
    }
    for (int i = 0; i < 3; i++) {
        int top = h / 2 + i * h / 9 + (noise(40 + i, x, 0, w / (5 + 3 * i)) - 128) * h / 1400;

        if (y >= top) {
            colour = hills[i];
        }
    }
    return colour;
}

static void paint_window(const Screen *screen, uint32_t frame)
{
    static const char *const lines[] = {
        "This picture is painted by a guest in QEMU,",
        "and only what changes is sent.",
        "",
        "Type something:",
    };
    char number[24];
    uint32_t seconds = frame / TICKS_PER_SECOND;

    scene_fill(screen, 0, 0, WINDOW_WIDTH, TITLE_HEIGHT, 0x3a78d0);
    scene_fill(screen, 0, TITLE_HEIGHT, WINDOW_WIDTH, WINDOW_HEIGHT - TITLE_HEIGHT, 0xf6f4ee);
    scene_text(screen, 12, 6, "a guest of our own", 0xffffff);
    for (int i = 0; i < 4; i++) {
        scene_text(screen, 16, TITLE_HEIGHT + 12 + i * 20, lines[i], 0x303848);
    }
    scene_fill(screen, 12, 126, WINDOW_WIDTH - 24, 24, 0xffffff);
    scene_text(screen, 18, 130, typed, 0x103080);
    scene_text(screen, 16, 162, "frame", 0x808890);
    format_number(number, (int)frame);
    scene_text(screen, 64, 162, number, 0x303848);
    scene_text(screen, 160, 162, "seconds", 0x808890);
    format_number(number, (int)seconds);
    scene_text(screen, 224, 162, number, 0x303848);
    /* A bar that fills once a second. */
    scene_fill(screen, 300, 164, 104, 12, 0xd0d4dc);
    scene_fill(screen, 302, 166, (int)(frame % TICKS_PER_SECOND) * 100 / TICKS_PER_SECOND, 8,
               0x3a78d0);
}

static void show_window(const Screen *screen, uint32_t frame)
{
    Screen window = {WINDOW_WIDTH, WINDOW_HEIGHT, 32, (uint8_t *)window_pixels};

    paint_window(&window, frame);
    for (int y = 0; y < WINDOW_HEIGHT; y++) {
        for (int x = 0; x < WINDOW_WIDTH; x++) {
            put(screen, window_x + x, window_y + y, window_pixels[y * WINDOW_WIDTH + x]);
        }
    }
}

void scene_begin(const Screen *screen)
{
    for (int y = 0; y < screen->height; y++) {
        for (int x = 0; x < screen->width; x++) {
            uint32_t colour = landscape(screen, x, y);

            background[y * screen->width + x] = colour;
            put(screen, x, y, colour);
        }
    }
    window_x = window_y = 0;
    show_window(screen, 0);
}

/* Uncover the background where the window was and will not be. */
static void uncover(const Screen *screen, int old_x, int old_y)
{
    for (int y = old_y; y < old_y + WINDOW_HEIGHT && y < screen->height; y++) {
        for (int x = old_x; x < old_x + WINDOW_WIDTH && x < screen->width; x++) {
            bool covered = x >= window_x && x < window_x + WINDOW_WIDTH && y >= window_y &&
                           y < window_y + WINDOW_HEIGHT;

            if (!covered) {
                put(screen, x, y, background[y * screen->width + x]);
            }
        }
    }
}

/* There and back between 0 and @range, one pixel a step. */
int scene_bounce(uint32_t step, int range)
{
    int at = range > 0 ? (int)(step % (2u * (unsigned)range)) : 0;

    return at < range ? at : 2 * range - at;
}

void scene_frame(const Screen *screen, uint32_t frame)
{
    int old_x = window_x, old_y = window_y;

    window_x = scene_bounce(frame * 2, screen->width - WINDOW_WIDTH);
    window_y = scene_bounce(frame, screen->height - WINDOW_HEIGHT);
    uncover(screen, old_x, old_y);
    show_window(screen, frame);
}

void scene_type(char c)
{
    if (c == '\b') {
        n_typed -= n_typed > 0;
    } else if (c == '\n' || c == '\033') {
        n_typed = 0;
    } else if (c >= DEMO_FONT_FIRST && c <= DEMO_FONT_LAST && n_typed < TYPED_MAX) {
        typed[n_typed++] = c;
    }
    typed[n_typed] = 0;
}
