/*
 * The framebuffer: a canvas to paint on, and the surface that shows it.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. Owns the canvas' pixels and a reference to the surface. No lock.
 */
#include "ui/host-demo/screen.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <stdio.h>
#include <string.h>

#define ROW_ALIGN 64

static const struct {
    const char *name, *alias;
    pixman_format_code_t format;
} formats[] = {
    {"x8r8g8b8", "32", PIXMAN_x8r8g8b8}, {"b8g8r8x8", "32be", PIXMAN_b8g8r8x8},
    {"x8b8g8r8", NULL, PIXMAN_x8b8g8r8}, {"r8g8b8", "24", PIXMAN_r8g8b8},
    {"r5g6b5", "16", PIXMAN_r5g6b5},     {"x1r5g5b5", "15", PIXMAN_x1r5g5b5},
};

static VncSurface *surface_new(int width, int height, pixman_format_code_t format)
{
    size_t stride =
        ((size_t)width * PIXMAN_FORMAT_BPP(format) / 8 + ROW_ALIGN - 1) & ~(size_t)(ROW_ALIGN - 1);
    void *data = g_malloc0(stride * height);

    return vnc_surface_new_for_data(width, height, (ptrdiff_t)stride, format, data, g_free, data);
}

static void canvas_init(DemoCanvas *canvas, int width, int height)
{
    *canvas = (DemoCanvas){
        .pixels = g_new0(uint32_t, (size_t)width * height),
        .width = width,
        .height = height,
        .stride = width,
        .clip = {0, 0, width, height},
    };
}

static pixman_image_t *canvas_image(const DemoCanvas *canvas)
{
    return pixman_image_create_bits(PIXMAN_x8r8g8b8, canvas->width, canvas->height, canvas->pixels,
                                    (int)(canvas->stride * sizeof(uint32_t)));
}

static pixman_image_t *surface_image(const VncSurface *surface)
{
    return pixman_image_create_bits(surface->format, surface->width, surface->height,
                                    (uint32_t *)(void *)surface->data, (int)surface->stride);
}

void demo_screen_init(DemoScreen *screen, int width, int height)
{
    canvas_init(&screen->canvas, width, height);
    screen->surface = surface_new(width, height, PIXMAN_x8r8g8b8);
}

void demo_screen_clear(DemoScreen *screen)
{
    g_clear_pointer(&screen->canvas.pixels, g_free);
    g_clear_pointer(&screen->surface, vnc_surface_unref);
}

void demo_screen_resize(DemoScreen *screen, int width, int height)
{
    pixman_format_code_t format = screen->surface->format;

    demo_screen_clear(screen);
    canvas_init(&screen->canvas, width, height);
    screen->surface = surface_new(width, height, format);
}

void demo_screen_replace(DemoScreen *screen, pixman_format_code_t format)
{
    vnc_surface_unref(screen->surface);
    screen->surface = surface_new(screen->canvas.width, screen->canvas.height, format);
    demo_screen_present(screen, &screen->canvas.clip);
}

void demo_screen_present(DemoScreen *screen, const VncRect *rect)
{
    VncRect r = demo_rect_intersect(&screen->canvas.clip, rect);
    pixman_image_t *from, *to;

    if (demo_rect_is_empty(&r)) {
        return;
    }
    from = canvas_image(&screen->canvas);
    to = surface_image(screen->surface);
    pixman_image_composite32(PIXMAN_OP_SRC, from, NULL, to, r.x, r.y, 0, 0, r.x, r.y, r.w, r.h);
    pixman_image_unref(to);
    pixman_image_unref(from);
}

bool demo_screen_format(const char *name, pixman_format_code_t *format)
{
    for (size_t i = 0; i < G_N_ELEMENTS(formats); i++) {
        if (strcmp(name, formats[i].name) == 0 || g_strcmp0(name, formats[i].alias) == 0) {
            *format = formats[i].format;
            return true;
        }
    }
    return false;
}

static bool write_ppm(FILE *file, const VncSurface *surface)
{
    g_autofree uint32_t *pixels = g_new(uint32_t, surface->width);
    g_autofree uint8_t *bytes = g_malloc((size_t)surface->width * 3);
    pixman_image_t *from = surface_image(surface);
    pixman_image_t *to = pixman_image_create_bits(PIXMAN_x8r8g8b8, surface->width, 1, pixels,
                                                  surface->width * (int)sizeof(*pixels));
    bool ok = fprintf(file, "P6\n%d %d\n255\n", surface->width, surface->height) > 0;

    for (int y = 0; ok && y < surface->height; y++) {
        pixman_image_composite32(PIXMAN_OP_SRC, from, NULL, to, 0, y, 0, 0, 0, 0, surface->width,
                                 1);
        for (int x = 0; x < surface->width; x++) {
            bytes[3 * x] = (uint8_t)(pixels[x] >> 16);
            bytes[3 * x + 1] = (uint8_t)(pixels[x] >> 8);
            bytes[3 * x + 2] = (uint8_t)pixels[x];
        }
        ok = fwrite(bytes, 3, surface->width, file) == (size_t)surface->width;
    }
    pixman_image_unref(to);
    pixman_image_unref(from);
    return ok;
}

bool demo_screen_dump(const DemoScreen *screen, const char *path, GError **error)
{
    FILE *file = g_fopen(path, "wb");
    bool ok = file != NULL;

    if (file) {
        ok = write_ppm(file, screen->surface);
        ok = fclose(file) == 0 && ok;
    }
    if (!ok) {
        g_set_error(error, G_FILE_ERROR, g_file_error_from_errno(errno), "cannot write %s: %s",
                    path, g_strerror(errno));
    }
    return ok;
}
