/*
 * Pixels: a host's framebuffer, and a pointer shape.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef UI_VNC_SURFACE_H
#define UI_VNC_SURFACE_H

#include "ui/vnc-types.h"

#include <pixman.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * VncSurface: a rectangle of pixels in memory. Reference counted, the count is
 * atomic; size, format and address never change after creation.
 */
struct VncSurface {
    /* immutable */
    int width, height;           /* pixels, 1 to VNC_MAX_SIDE */
    ptrdiff_t stride;            /* bytes from a row to the next; may be negative */
    pixman_format_code_t format; /* of one pixel */
    uint8_t *data;               /* first byte of the top row */
    GDestroyNotify release;      /* called with release_data by the last unref */
    void *release_data;
    /* atomic */
    int refs;
};

/**
 * vnc_surface_new: a surface in memory of its own: PIXMAN_x8r8g8b8, all bytes
 * zero, each row starting on a 64-byte boundary. Any thread.
 *
 * @width, @height: 1 to VNC_MAX_SIDE
 */
VncSurface *vnc_surface_new(int width, int height);

/**
 * vnc_surface_new_for_data: a surface over memory of the host's, which must stay
 * valid until @release is called. The memory may be written at any time (it can be
 * a guest's video memory): the core copies before it looks twice. Any thread.
 *
 * @stride: bytes
 * @release: called on the thread of the last unref; may be NULL
 */
VncSurface *vnc_surface_new_for_data(int width, int height, ptrdiff_t stride,
                                     pixman_format_code_t format, void *data,
                                     GDestroyNotify release, void *release_data);

/* Any thread. unref accepts NULL. */
VncSurface *vnc_surface_ref(VncSurface *surface);
void vnc_surface_unref(VncSurface *surface);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VncSurface, vnc_surface_unref)

/**
 * VncCursor: a pointer shape, at most VNC_CURSOR_MAX_SIDE pixels a side.
 * Reference counted; immutable after creation.
 */
#define VNC_CURSOR_MAX_SIDE 512

struct VncCursor {
    /* immutable */
    int width, height; /* pixels; 0x0 is the hidden cursor */
    int hot_x, hot_y;  /* the pixel that points */
    uint32_t *pixels;  /* width * height, PIXMAN_a8r8g8b8, alpha premultiplied */
    /* atomic */
    int refs;
};

/**
 * vnc_cursor_new: a copy of @pixels.
 *
 * @pixels: @width * @height pixels, 0xAARRGGBB, alpha *not* premultiplied (what
 *          QEMU's QEMUCursor holds); premultiplied on the way in
 *
 * A side outside 0..VNC_CURSOR_MAX_SIDE or a hot spot outside the shape is clamped.
 */
VncCursor *vnc_cursor_new(int width, int height, int hot_x, int hot_y, const uint32_t *pixels);
VncCursor *vnc_cursor_ref(VncCursor *cursor);
void vnc_cursor_unref(VncCursor *cursor);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VncCursor, vnc_cursor_unref)

#ifdef __cplusplus
}
#endif

#endif
