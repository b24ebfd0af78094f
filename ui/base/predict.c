/*
 * Differences from a prediction.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Any thread.
 */
#include "ui/base/predict.h"
#include "ui/base/clones.h"

#include <stdlib.h>

#define PIXEL VNC_PREDICT_BYTES

VNC_CLONES
void vnc_predict_gradient(uint8_t *restrict dst, const uint8_t *restrict row,
                          const uint8_t *restrict above, size_t count)
{
    const uint8_t *left = row - PIXEL, *corner = above - PIXEL;

    for (size_t i = 0; i < count * PIXEL; i++) {
        int16_t predicted = (int16_t)(left[i] + above[i] - corner[i]);
        predicted = predicted < 0 ? 0 : predicted;
        predicted = predicted > 255 ? 255 : predicted;
        dst[i] = (uint8_t)(row[i] - predicted);
    }
}

static inline int16_t absolute(int16_t value)
{
    return (int16_t)(value < 0 ? -value : value);
}

VNC_CLONES
void vnc_predict_paeth(uint8_t *restrict dst, const uint8_t *restrict row,
                       const uint8_t *restrict above, size_t count)
{
    const uint8_t *left = row - PIXEL, *corner = above - PIXEL;

    for (size_t i = 0; i < count * PIXEL; i++) {
        int16_t a = left[i], b = above[i], c = corner[i];
        int16_t from_a = absolute((int16_t)(b - c)), from_b = absolute((int16_t)(a - c));
        int16_t from_c = absolute((int16_t)(a + b - 2 * c));
        int16_t nearer = from_b <= from_c ? b : c;
        int16_t farther = from_b <= from_c ? from_b : from_c;
        dst[i] = (uint8_t)(row[i] - (from_a <= farther ? a : nearer));
    }
}

static int gradient(int left, int above, int corner)
{
    int predicted = left + above - corner;

    if (predicted < 0) {
        return 0;
    }
    return predicted > 255 ? 255 : predicted;
}

static int paeth(int left, int above, int corner)
{
    int aim = left + above - corner;

    if (abs(aim - left) <= abs(aim - above) && abs(aim - left) <= abs(aim - corner)) {
        return left;
    }
    return abs(aim - above) <= abs(aim - corner) ? above : corner;
}

void vnc_predict_gradient_reference(uint8_t *dst, const uint8_t *row, const uint8_t *above,
                                    size_t count)
{
    for (size_t i = 0; i < count * PIXEL; i++) {
        dst[i] = row[i] - gradient(row[(int)i - PIXEL], above[i], above[(int)i - PIXEL]);
    }
}

void vnc_predict_paeth_reference(uint8_t *dst, const uint8_t *row, const uint8_t *above,
                                 size_t count)
{
    for (size_t i = 0; i < count * PIXEL; i++) {
        dst[i] = row[i] - paeth(row[(int)i - PIXEL], above[i], above[(int)i - PIXEL]);
    }
}
