/*
 * Surfaces and cursors. Any thread.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "ui/vnc-surface.h"

#define ROW_ALIGNMENT 64

VncSurface *vnc_surface_new_for_data(int width, int height, ptrdiff_t stride,
                                     pixman_format_code_t format, void *data,
                                     GDestroyNotify release, void *release_data)
{
    VncSurface *surface;

    g_return_val_if_fail(width >= 1 && width <= VNC_MAX_SIDE, NULL);
    g_return_val_if_fail(height >= 1 && height <= VNC_MAX_SIDE, NULL);
    g_return_val_if_fail(data, NULL);

    surface = g_new0(VncSurface, 1);
    surface->width = width;
    surface->height = height;
    surface->stride = stride;
    surface->format = format;
    surface->data = data;
    surface->release = release;
    surface->release_data = release_data;
    surface->refs = 1;
    return surface;
}

VncSurface *vnc_surface_new(int width, int height)
{
    size_t stride;
    char *memory, *data;

    g_return_val_if_fail(width >= 1 && width <= VNC_MAX_SIDE, NULL);
    g_return_val_if_fail(height >= 1 && height <= VNC_MAX_SIDE, NULL);

    stride = ((size_t)width * 4 + ROW_ALIGNMENT - 1) & ~(size_t)(ROW_ALIGNMENT - 1);
    memory = g_malloc0(stride * height + ROW_ALIGNMENT - 1);
    data = memory + (-(uintptr_t)memory & (ROW_ALIGNMENT - 1));
    return vnc_surface_new_for_data(width, height, (ptrdiff_t)stride, PIXMAN_x8r8g8b8, data, g_free,
                                    memory);
}

VncSurface *vnc_surface_ref(VncSurface *surface)
{
    g_atomic_int_inc(&surface->refs);
    return surface;
}

void vnc_surface_unref(VncSurface *surface)
{
    if (surface && g_atomic_int_dec_and_test(&surface->refs)) {
        if (surface->release) {
            surface->release(surface->release_data);
        }
        g_free(surface);
    }
}

static uint32_t premultiply(uint32_t argb)
{
    uint32_t alpha = argb >> 24;
    uint32_t red = ((argb >> 16 & 0xff) * alpha + 127) / 255;
    uint32_t green = ((argb >> 8 & 0xff) * alpha + 127) / 255;
    uint32_t blue = ((argb & 0xff) * alpha + 127) / 255;

    return alpha << 24 | red << 16 | green << 8 | blue;
}

VncCursor *vnc_cursor_new(int width, int height, int hot_x, int hot_y, const uint32_t *pixels)
{
    VncCursor *cursor = g_new0(VncCursor, 1);
    int x, y;

    cursor->refs = 1;
    if (width <= 0 || height <= 0) {
        return cursor;
    }
    cursor->width = MIN(width, VNC_CURSOR_MAX_SIDE);
    cursor->height = MIN(height, VNC_CURSOR_MAX_SIDE);
    cursor->hot_x = CLAMP(hot_x, 0, cursor->width - 1);
    cursor->hot_y = CLAMP(hot_y, 0, cursor->height - 1);
    cursor->pixels = g_new(uint32_t, (size_t)cursor->width * cursor->height);
    for (y = 0; y < cursor->height; y++) {
        const uint32_t *from = pixels + (size_t)y * width;
        uint32_t *to = cursor->pixels + (size_t)y * cursor->width;

        for (x = 0; x < cursor->width; x++) {
            to[x] = premultiply(from[x]);
        }
    }
    return cursor;
}

VncCursor *vnc_cursor_ref(VncCursor *cursor)
{
    g_atomic_int_inc(&cursor->refs);
    return cursor;
}

void vnc_cursor_unref(VncCursor *cursor)
{
    if (cursor && g_atomic_int_dec_and_test(&cursor->refs)) {
        g_free(cursor->pixels);
        g_free(cursor);
    }
}
