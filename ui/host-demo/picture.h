/*
 * Test pictures: the same seed gives the same pixels, on each machine.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. Owns nothing. No lock.
 */
#ifndef UI_HOST_DEMO_PICTURE_H
#define UI_HOST_DEMO_PICTURE_H

#include "ui/host-demo/canvas.h"

/* Fill the canvas with areas of each kind that an encoder may meet: one colour, text, two colours,
 * a few colours, gradients, noise. Their edges lie anywhere. */
void demo_picture_paint(const DemoCanvas *canvas, uint32_t seed);

/* Fill @rect with noise of 2^24 colours. */
void demo_noise_paint(const DemoCanvas *canvas, const VncRect *rect, uint32_t seed);

#endif
