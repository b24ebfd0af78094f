/*
 * Has a part of the picture moved, and how far?
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread; pure functions. The answer is a guess from samples: the caller compares every pixel
 * before using it.
 */
#ifndef UI_BASE_MOTION_H
#define UI_BASE_MOTION_H

#include "ui/vnc-types.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * VncMotion: the pixel that is now at (x, y) was at (x - dx, y - dy). {0, 0}: no motion.
 */
typedef struct VncMotion {
    int dx, dy; /* pixels */
} VncMotion;

/**
 * VncPicturePair: a screen before and after a change. Only the low 24 bits of a pixel count. Others
 * may write to @after at any time.
 */
typedef struct VncPicturePair {
    const uint32_t *before, *after;
    ptrdiff_t before_stride, after_stride; /* pixels */
    int width, height;
} VncPicturePair;

/**
 * vnc_motion_find: find the motion that explains most of the differences within @area.
 *
 * The search covers any distance up to VNC_MOTION_STRAIGHT straight up, down, left or right, and
 * any other up to VNC_MOTION_ASKEW either way. It takes some tenths of a millisecond.
 *
 * @hint: tried first, because a thing that moves mostly moves on
 *
 * Returns false if nothing seems to have moved, or too little.
 */
bool vnc_motion_find(const VncPicturePair *pair, const VncRect *area, const VncMotion *hint,
                     VncMotion *motion);

#define VNC_MOTION_STRAIGHT 1024
#define VNC_MOTION_ASKEW    64

#endif
