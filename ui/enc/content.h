/*
 * Is it a photo, or has somebody drawn it? What JPEG may have and what it would blur.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pure; worker.
 */
#ifndef UI_ENC_PHOTO_H
#define UI_ENC_PHOTO_H

#include "ui/enc/encoder.h"

/**
 * vnc_is_photo: whether @rect looks like a photo throughout.
 *
 * Blocks of 16x16 pixels are judged by pairs of horizontal neighbours: what is drawn (text,
 * lines, icons) has edges among many equal pairs; a photo has few equal pairs. One drawn
 * block in 16 is too many; so is a surplus of flat ones.
 */
bool vnc_is_photo(const VncView *view, const VncRect *rect);

#endif
