/*
 * The wallpaper and the photo-like picture of the synthetic desktop.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. A wallpaper owns its tables. No lock.
 */
#include "ui/host-demo/scenery.h"

#include <math.h>

/* Heights are fractions of the screen's height; the first layer is the sky. */
static const struct {
    float level, swing, bend, shift;
    uint32_t top, bottom;
} layers[1 + DEMO_WAVES] = {
    {0.00f, 0.000f, 0.0f, 0.0f, 0x1b2150, 0xe386a4},
    {0.52f, 0.085f, 4.1f, 0.4f, 0xb6608e, 0x6a3f7c},
    {0.63f, 0.075f, 5.3f, 2.2f, 0x80508f, 0x463a76},
    {0.75f, 0.065f, 3.7f, 4.3f, 0x54458a, 0x2a3063},
    {0.87f, 0.050f, 4.9f, 1.1f, 0x363a72, 0x171f42},
};

/* A colour ramp runs from the layer's highest crest to well below the next one's. */
static uint32_t *ramp_new(int layer, int height, int diagonals)
{
    uint32_t *ramp = g_new(uint32_t, diagonals);
    float from = (layers[layer].level - layers[layer].swing) * height;
    float length = (layer == 0 ? 0.60f : 0.30f) * height + (diagonals - height);

    for (int d = 0; d < diagonals; d++) {
        float t = CLAMP((d - from) / length, 0, 1);

        ramp[d] = demo_mix(layers[layer].top, layers[layer].bottom, (unsigned)(t * 255));
    }
    return ramp;
}

static int *crest_new(int layer, int width, int height)
{
    int *crest = g_new(int, width);

    for (int x = 0; x < width; x++) {
        float t = (float)x / width;
        float swing = sinf(t * layers[layer].bend + layers[layer].shift) +
                      0.35f * sinf(t * 2.6f * layers[layer].bend + 1.7f * layers[layer].shift);

        crest[x] = (int)((layers[layer].level + layers[layer].swing * swing) * height * 256);
    }
    return crest;
}

void demo_wallpaper_init(DemoWallpaper *wallpaper, int width, int height)
{
    int diagonals = height + width / 4 + 1;

    for (int i = 0; i <= DEMO_WAVES; i++) {
        wallpaper->ramp[i] = ramp_new(i, height, diagonals);
    }
    for (int i = DEMO_WAVES - 1; i >= 0; i--) {
        wallpaper->crest[i] = crest_new(i + 1, width, height);
        for (int x = 0; i < DEMO_WAVES - 1 && x < width; x++) {
            wallpaper->crest[i][x] = MIN(wallpaper->crest[i][x], wallpaper->crest[i + 1][x]);
        }
    }
}

void demo_wallpaper_clear(DemoWallpaper *wallpaper)
{
    for (int i = 0; i < DEMO_WAVES; i++) {
        g_clear_pointer(&wallpaper->crest[i], g_free);
    }
    for (int i = 0; i <= DEMO_WAVES; i++) {
        g_clear_pointer(&wallpaper->ramp[i], g_free);
    }
}

void demo_wallpaper_paint(const DemoWallpaper *wallpaper, const DemoCanvas *canvas)
{
    const VncRect *clip = &canvas->clip;

    for (int y = clip->y; y < clip->y + clip->h; y++) {
        uint32_t *row = demo_canvas_row(canvas, y);
        int bottom = (y + 1) * 256;
        int wave = 0; /* as in the column before: it seldom changes along a row */

        for (int x = clip->x; x < clip->x + clip->w; x++) {
            int diagonal = y + x / 4;
            uint32_t colour;

            while (wave < DEMO_WAVES && wallpaper->crest[wave][x] < bottom) {
                wave++;
            }
            while (wave > 0 && wallpaper->crest[wave - 1][x] >= bottom) {
                wave--;
            }
            colour = wallpaper->ramp[wave][diagonal];
            if (wave > 0 && bottom - wallpaper->crest[wave - 1][x] < 256) {
                colour = demo_mix(wallpaper->ramp[wave - 1][diagonal], colour,
                                  (unsigned)(bottom - wallpaper->crest[wave - 1][x]));
            }
            row[x] = colour;
        }
    }
}

typedef struct Colour {
    float r, g, b; /* 0 to 1 */
} Colour;

static float mix(float a, float b, float t)
{
    return a + (b - a) * t;
}

static Colour colour_mix(Colour a, Colour b, float t)
{
    return (Colour){mix(a.r, b.r, t), mix(a.g, b.g, t), mix(a.b, b.b, t)};
}

static float smooth(float from, float to, float value)
{
    float t = CLAMP((value - from) / (to - from), 0, 1);

    return t * t * (3 - 2 * t);
}

/* A number from 0 to 1 that belongs to a point of the lattice. */
static float lattice(int x, int y)
{
    uint32_t h = (uint32_t)x * 0x9e3779b1u ^ (uint32_t)y * 0x85ebca77u;

    h = (h ^ (h >> 15)) * 0x2c1b3c6du;
    h = (h ^ (h >> 12)) * 0x297a2d39u;
    return (h >> 8) / (float)(1 << 24);
}

static float noise(float x, float y)
{
    int ix = (int)floorf(x), iy = (int)floorf(y);
    float tx = smooth(0, 1, x - ix), ty = smooth(0, 1, y - iy);

    return mix(mix(lattice(ix, iy), lattice(ix + 1, iy), tx),
               mix(lattice(ix, iy + 1), lattice(ix + 1, iy + 1), tx), ty);
}

/* Noise with ever finer noise on top; 0 to 1. */
static float rough_noise(float x, float y, int octaves)
{
    float sum = 0, weight = 0.5f;

    for (int i = 0; i < octaves; i++, weight /= 2) {
        sum += weight * noise(x, y);
        x = 2 * x + 17;
        y = 2 * y + 31;
    }
    return sum;
}

static const struct {
    float level, height, scale;
    Colour colour;
} ridges[] = {
    {0.56f, 0.34f, 2.6f, {0.55f, 0.56f, 0.72f}},
    {0.60f, 0.26f, 3.7f, {0.36f, 0.40f, 0.55f}},
    {0.64f, 0.19f, 5.1f, {0.19f, 0.27f, 0.34f}},
    {0.67f, 0.11f, 8.3f, {0.08f, 0.16f, 0.16f}},
};

#define SHORE 0.67f

static Colour sky_at(float u, float v)
{
    const Colour zenith = {0.13f, 0.32f, 0.62f}, horizon = {0.98f, 0.76f, 0.55f};
    const Colour sun = {1, 0.95f, 0.78f}, cloud = {1, 0.93f, 0.90f};
    float away = hypotf((u - 0.70f) * 1.5f, v - 0.40f);
    Colour sky = colour_mix(zenith, horizon, smooth(0, 0.62f, v));
    float cover = rough_noise(u * 3.4f + v * 2.2f, v * 9 - u * 1.4f + 3, 5);

    sky = colour_mix(sky, cloud, 0.75f * smooth(0.47f, 0.72f, cover));
    sky = colour_mix(sky, sun, 0.65f * expf(-6 * away));
    return away < 0.045f ? colour_mix(sun, sky, smooth(0.035f, 0.045f, away)) : sky;
}

/* The land above the lake. */
static Colour land_at(float u, float v)
{
    const Colour haze = {0.93f, 0.74f, 0.62f}, snow = {0.97f, 0.96f, 0.99f};

    for (int i = G_N_ELEMENTS(ridges) - 1; i >= 0; i--) {
        float shape = rough_noise(u * ridges[i].scale + 40 * i, 3.7f * i, 6);
        float top = ridges[i].level - ridges[i].height * (shape - 0.25f);
        float grain, depth;
        Colour rock;

        if (v < top) {
            continue;
        }
        grain = rough_noise(u * 34 + 5 * i, v * 50, 4);
        depth = smooth(0, 0.30f, v - top);
        rock = colour_mix(ridges[i].colour, haze, (0.5f - 0.12f * i) * depth);
        rock = colour_mix(rock, (Colour){0.03f, 0.05f, 0.08f}, 0.55f * smooth(0.35f, 0.7f, grain));
        if (i == 0) {
            rock = colour_mix(rock, snow, smooth(0.10f, 0.0f, v - top) * smooth(0.3f, 0.5f, grain));
        }
        return rock;
    }
    return sky_at(u, v);
}

static Colour lake_at(float u, float v)
{
    const Colour deep = {0.05f, 0.16f, 0.25f};
    float near = (v - SHORE) / (1 - SHORE);
    float ripple = rough_noise(u * 22 / (0.25f + near), near * 60, 3) - 0.45f;
    float mirrored = SHORE - (v - SHORE) * 1.25f + ripple * (0.02f + 0.05f * near);
    Colour reflection = land_at(u + ripple * 0.012f, MIN(mirrored, SHORE));

    return colour_mix(reflection, deep, 0.22f + 0.50f * near);
}

static uint32_t channel(float value, float grain)
{
    return (uint32_t)(CLAMP(value + grain, 0, 1) * 255 + 0.5f);
}

uint32_t *demo_photo_new(int width, int height)
{
    uint32_t *pixels = g_new(uint32_t, (size_t)width * height);

    for (int y = 0; y < height; y++) {
        for (int x = 0; x < width; x++) {
            float u = (x + 0.5f) / width, v = (y + 0.5f) / height;
            Colour c = v < SHORE ? land_at(u, v) : lake_at(u, v);
            float grain = (lattice(x + 911, y + 353) - 0.5f) * 0.03f;

            pixels[(size_t)y * width + x] =
                channel(c.r, grain) << 16 | channel(c.g, grain) << 8 | channel(c.b, grain);
        }
    }
    return pixels;
}
