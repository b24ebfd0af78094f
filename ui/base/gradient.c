/*
 * Differences from a prediction.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Any thread.
 */
#include "ui/base/gradient.h"
#include "ui/base/clones.h"

VNC_CLONES
void vnc_gradient_row(uint8_t *restrict dst, const uint8_t *restrict row,
                      const uint8_t *restrict above, size_t count)
{
    const uint8_t *left = row - VNC_GRADIENT_BYTES, *corner = above - VNC_GRADIENT_BYTES;

    for (size_t i = 0; i < count * VNC_GRADIENT_BYTES; i++) {
        int16_t predicted = (int16_t)(left[i] + above[i] - corner[i]);
        predicted = predicted < 0 ? 0 : predicted;
        predicted = predicted > 255 ? 255 : predicted;
        dst[i] = (uint8_t)(row[i] - predicted);
    }
}

void vnc_gradient_row_reference(uint8_t *dst, const uint8_t *row, const uint8_t *above,
                                size_t count)
{
    for (size_t x = 0; x < count; x++) {
        for (int channel = 0; channel < VNC_GRADIENT_BYTES; channel++) {
            const uint8_t *here = row + channel, *over = above + channel;
            int predicted = here[-VNC_GRADIENT_BYTES] + over[0] - over[-VNC_GRADIENT_BYTES];
            if (predicted < 0) {
                predicted = 0;
            } else if (predicted > 255) {
                predicted = 255;
            }
            *dst++ = (here[0] - predicted) & 0xff;
        }
        row += VNC_GRADIENT_BYTES;
        above += VNC_GRADIENT_BYTES;
    }
}
