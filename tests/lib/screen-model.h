/*
 * A screen that changes at random, and the changes that a refresh finds.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pure: no server, no clock. All randomness follows from a seed.
 */
#ifndef TESTS_LIB_SCREEN_MODEL_H
#define TESTS_LIB_SCREEN_MODEL_H

#include "ui/client/screen.h"

typedef struct Image {
    int width, height;
    uint32_t *pixels;
} Image;

Image image_copy(const Image *image);
void image_clear(Image *image);

static inline uint32_t *image_pixel(const Image *image, int x, int y)
{
    return &image->pixels[(size_t)y * image->width + x];
}

static inline uint32_t *surface_pixel(const VncSurface *surface, int x, int y)
{
    return (uint32_t *)(void *)(surface->data + y * surface->stride) + x;
}

typedef struct ScreenModel {
    GRand *random;
    VncScreen screen;
    VncOptions options; /* the screen's */
    VncDamage changed, moved;
    int64_t now; /* clock, us */
} ScreenModel;

/* Noise of this size. */
void screen_model_init(ScreenModel *model, unsigned seed, int width, int height);
void screen_model_clear(ScreenModel *model);
void screen_model_set_size(ScreenModel *model, int width, int height);

/* Draw something, scroll something, or do nothing, in a moment. The change is valid until the next
 * call. */
VncChange screen_model_draw(ScreenModel *model);

/* So long passes, and nothing changes. */
VncChange screen_model_rest(ScreenModel *model, int64_t us);

int screen_model_below(ScreenModel *model, int n); /* 0 <= the result < n */
bool screen_model_one_in(ScreenModel *model, int n);
VncRect screen_model_rect(ScreenModel *model, int width, int height);
void screen_model_noise(ScreenModel *model, const Image *image, const VncRect *area);

#endif
