/*
 * Pictures to encode, painted by rule: the same in each run.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TESTS_LIB_ENC_PICTURES_H
#define TESTS_LIB_ENC_PICTURES_H

#include "ui/enc/encoder.h"

typedef enum Picture {
    PICTURE_SOLID,
    PICTURE_TWO_COLOURS,
    PICTURE_16_COLOURS,
    PICTURE_200_COLOURS, /* scattered */
    PICTURE_100_BANDS,   /* as many colours, in long runs */
    PICTURE_NOISE,
    PICTURE_GRADIENT,
    PICTURE_TEXT,   /* a terminal: glyphs with two grey edges, few colours */
    PICTURE_MOSAIC, /* fields of all kinds, some colours in common */
    PICTURE_PHOTO,
    PICTURE_CAPTION, /* a photo with text over a quarter of it */
    PICTURE_DESKTOP, /* windows with text over a smooth wallpaper */
    PICTURES,
} Picture;

const char *picture_name(Picture picture);

/* Paint all of @width x @height; the pixels between width and stride are left alone. */
void picture_paint(Picture picture, uint32_t *pixels, ptrdiff_t stride, int width, int height);

#endif
