/*
 * ZYWRLE's wavelet: a tile of pixels becomes one of coefficients, most of them zero.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pure; any thread.
 */
#ifndef UI_ENC_WAVELET_H
#define UI_ENC_WAVELET_H

#include "ui/enc/scratch.h"

#define VNC_WAVELET_LEVELS 3

/* The wavelet's level for a JPEG quality, 1 to VNC_WAVELET_LEVELS; 0: no wavelet. A viewer derives
 * its level in the same way from RFB's quality level: 0 to 2, 3 to 5, 6 to 8, and 9. */
unsigned vnc_wavelet_level(int quality);

/* Whether viewers take coefficients in this format: 32 bits with 8:8:8, or 16 with 5:6:5. */
bool vnc_wavelet_has_format(const VncPixelFormat *format);

/**
 * vnc_wavelet_transform: compute the coefficients of @rect, as many as pixels, in the order sent.
 *
 * @rect: at most VNC_ZRLE_TILE wide and high
 * @level: 1 to VNC_WAVELET_LEVELS
 * @coarse: for 5:6:5, which has only the upper bits of each coefficient: round to those
 *
 * Returns the coefficients as 0x00VVYYUU, as if they were red, green and blue. The columns and rows
 * beyond a multiple of 2^level, at the right and at the bottom, come last, as pixels.
 */
const uint32_t *vnc_wavelet_transform(VncWavelet *wavelet, const VncView *view, const VncRect *rect,
                                      unsigned level, bool coarse);

#endif
