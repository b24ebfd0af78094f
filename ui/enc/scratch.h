/*
 * A worker's own memory: what the encoders need while they work on one rectangle.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One per worker thread, so no lock. It grows to the largest rectangle it has met and
 * stays there: no allocation per rectangle.
 */
#ifndef UI_ENC_SCRATCH_H
#define UI_ENC_SCRATCH_H

#include "ui/enc/encoder.h"

struct VncScratch {
    VncBuffer pixels; /* a rectangle in the viewer's pixels, before compression */
};

/**
 * vnc_convert_rect: convert the pixels of @rect, row after row without padding.
 *
 * @dst: room for w * h * converter->bytes bytes
 */
void vnc_convert_rect(const VncConverter *converter, const VncView *view, const VncRect *rect,
                      uint8_t *dst);

#endif
