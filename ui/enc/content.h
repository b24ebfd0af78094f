/*
 * What does a rectangle contain? Looked at once, so that an encoder can choose.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pure; any thread.
 */
#ifndef UI_ENC_CONTENT_H
#define UI_ENC_CONTENT_H

#include "ui/enc/encoder.h"
#include "ui/enc/palette.h"

typedef enum VncContent {
    VNC_CONTENT_SOLID,   /* one colour */
    VNC_CONTENT_MONO,    /* two */
    VNC_CONTENT_INDEXED, /* few enough for a palette, and drawn */
    VNC_CONTENT_PHOTO,   /* a photo throughout */
    VNC_CONTENT_SMOOTH,  /* no photo, but nothing drawn either: a shaded background */
    VNC_CONTENT_OTHER,
    VNC_CONTENT_MANY, /* more colours than a palette may have; not looked at further */
} VncContent;

/* How far to look. */
typedef enum VncDepth {
    VNC_DEPTH_SPLIT, /* many colours are VNC_CONTENT_MANY */
    /* photos and smooth content become VNC_CONTENT_INDEXED or VNC_CONTENT_OTHER */
    VNC_DEPTH_COLOUR,
    VNC_DEPTH_ALL,
} VncDepth;

/**
 * vnc_classify: find the colours of @rect, then, as far as @depth goes, what they show.
 *
 * @max: colours that a palette may have, 2 to VNC_PALETTE_MAX
 * @palette, @indexes: as vnc_palette_scan() fills them. palette->count is 0 if there are more than
 * @max colours; a photo or smooth content may have fewer
 *
 * Blocks of 16x16 pixels are judged by pairs of horizontal neighbours. Drawn content (text, lines,
 * icons) has edges among many equal pairs; a photo has few equal pairs. A rectangle with more than
 * one drawn block in 16 counts as drawn. Otherwise it is a photo if more than half of its blocks
 * are natural, and smooth if not.
 */
VncContent vnc_classify(const VncView *view, const VncRect *rect, unsigned max, VncDepth depth,
                        VncPalette *palette, uint8_t *indexes);

#endif
