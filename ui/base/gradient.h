/*
 * Differences from a prediction: what is smooth becomes small numbers.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Any thread; pure functions.
 */
#ifndef UI_BASE_GRADIENT_H
#define UI_BASE_GRADIENT_H

#include <stddef.h>
#include <stdint.h>

/* Bytes a pixel: red, green, blue. */
#define VNC_GRADIENT_BYTES 3

/**
 * vnc_gradient_row: Tight's gradient filter for one row of pixels of three bytes. A channel is
 * predicted as left + above - above left, at least 0 and at most 255; the difference of the two
 * is what remains, modulo 256.
 *
 * @row, @above: @count pixels each; the three bytes before them are read as well: 0 where the
 * rectangle begins. @above is all 0 for the first row.
 * @dst: room for 3 * @count bytes, apart from the others
 */
typedef void VncGradientRow(uint8_t *dst, const uint8_t *row, const uint8_t *above, size_t count);
VncGradientRow vnc_gradient_row;

/* The same in plain C, channel by channel: what the other is tested against. */
VncGradientRow vnc_gradient_row_reference;

#endif
