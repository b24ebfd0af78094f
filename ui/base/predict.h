/*
 * Differences from a prediction: smooth pictures become small numbers.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Any thread; pure functions.
 */
#ifndef UI_BASE_PREDICT_H
#define UI_BASE_PREDICT_H

#include <stddef.h>
#include <stdint.h>

/* Bytes a pixel: red, green, blue. */
#define VNC_PREDICT_BYTES 3

/**
 * VncPredictRow: replace each channel of a row of pixels by its difference, modulo 256, from a
 * prediction. The prediction is made from the neighbours left, above, and above left.
 *
 * @row, @above: @count pixels each; the three bytes before them are read as well: 0 where the
 *               rectangle begins. @above is all 0 for the first row
 * @dst: room for 3 * @count bytes, which do not overlap the others
 */
typedef void VncPredictRow(uint8_t *dst, const uint8_t *row, const uint8_t *above, size_t count);

/* Tight's gradient filter: left + above - above left, at least 0 and at most 255. */
VncPredictRow vnc_predict_gradient;

/* PNG's Paeth filter: the neighbour nearest to left + above - above left. Of equally near ones it
 * takes the first in this order: left, above, above left. */
VncPredictRow vnc_predict_paeth;

/* The same in plain C, channel by channel, which the others are tested against. */
VncPredictRow vnc_predict_gradient_reference;
VncPredictRow vnc_predict_paeth_reference;

#endif
