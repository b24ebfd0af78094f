/*
 * An independent viewer: libvncclient, fed by a scripted server.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TESTS_LIB_ENC_VIEWER_H
#define TESTS_LIB_ENC_VIEWER_H

#include "ui/enc/encoder.h"

/**
 * ViewerScript: one connection: a screen, a pixel format, rectangles in order.
 */
typedef struct ViewerScript {
    VncPixelFormat format;
    int width, height;
    int quality_level; /* RFB's, which says how ZYWRLE is to be read; -1: the viewer has none */
    unsigned count;
    VncBuffer rects; /* @count rectangles, each with its head */

    /* Called after each rectangle with the viewer's framebuffer: width * height pixels as the
     * viewer keeps them, without padding. */
    void (*decoded)(void *opaque, unsigned index, const uint8_t *framebuffer);
    void *opaque;
} ViewerScript;

void viewer_script_add(ViewerScript *script, const VncRect *rect, int32_t encoding,
                       const VncBuffer *payload);

/* Play the script; false if the viewer gave up or complained of anything. */
bool viewer_run(ViewerScript *script);

void viewer_script_clear(ViewerScript *script);

#endif
