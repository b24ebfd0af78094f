/*
 * A rectangle cut where one kind of content ends and another begins.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pure; any thread.
 */
#ifndef UI_ENC_SPLIT_H
#define UI_ENC_SPLIT_H

#include "ui/enc/encoder.h"

/* Into so many parts at the most. */
#define VNC_SPLIT_MAX 64

/**
 * vnc_split: cut @rect into parts of few colours and parts of many: a window's text needs a
 * palette, the wallpaper beside it cannot have one, and a rectangle that holds both could not
 * either.
 *
 * Blocks of 16x16 pixels are judged by some of their rows. What is mixed too finely stays whole.
 *
 * Returns how many @parts there are, 1 to VNC_SPLIT_MAX; together they cover @rect once.
 */
unsigned vnc_split(const VncView *view, const VncRect *rect, VncRect parts[VNC_SPLIT_MAX]);

#endif
