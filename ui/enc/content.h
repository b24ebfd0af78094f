/*
 * What is in a rectangle? Looked at once, so that an encoder can choose.
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
    VNC_CONTENT_INDEXED, /* few enough for a palette, and to be drawn */
    VNC_CONTENT_PHOTO,   /* a photo throughout */
    VNC_CONTENT_SMOOTH,  /* no photo, but nothing is drawn on it: a shaded background */
    VNC_CONTENT_OTHER,
    VNC_CONTENT_MANY, /* more colours than a palette may have; looked at no further */
} VncContent;

/* How far to look. */
typedef enum VncDepth {
    VNC_DEPTH_SPLIT,  /* many colours are VNC_CONTENT_MANY */
    VNC_DEPTH_COLOUR, /* photos and smooth things are VNC_CONTENT_INDEXED or VNC_CONTENT_OTHER */
    VNC_DEPTH_ALL,
} VncDepth;

/**
 * vnc_classify: find the colours of @rect, then, if @depth says so, what they show.
 *
 * @max: colours that a palette may have, 2 to VNC_PALETTE_MAX
 * @palette, @indexes: as vnc_palette_scan() fills them. palette->count is 0 when there are more
 * than @max colours; a photo or something smooth may have fewer.
 *
 * Blocks of 16x16 pixels are judged by pairs of horizontal neighbours: what is drawn (text,
 * lines, icons) has edges among many equal pairs; a photo has few equal pairs. One drawn
 * block in 16 is too many; a photo has no more flat ones than others.
 */
VncContent vnc_classify(const VncView *view, const VncRect *rect, unsigned max, VncDepth depth,
                        VncPalette *palette, uint8_t *indexes);

#endif
