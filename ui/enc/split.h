/*
 * Cutting a rectangle where one kind of content ends and another begins.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pure; any thread.
 */
#ifndef UI_ENC_SPLIT_H
#define UI_ENC_SPLIT_H

#include "ui/enc/encoder.h"

/* The most parts of a rectangle. */
#define VNC_SPLIT_MAX 64

/**
 * vnc_split: cut @rect into parts of few colours and parts of many. Text in a window needs a
 * palette, and the wallpaper beside it cannot have one; nor could a rectangle that holds both.
 *
 * Blocks of 16x16 pixels are judged by some of their rows. A rectangle with too fine a mixture
 * stays whole.
 *
 * Returns how many @parts there are, 1 to VNC_SPLIT_MAX; together they cover @rect once.
 */
unsigned vnc_split(const VncView *view, const VncRect *rect, VncRect parts[VNC_SPLIT_MAX]);

#endif
