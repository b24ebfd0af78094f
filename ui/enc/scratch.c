/*
 * A worker's own memory, which the encoders need while they work on one rectangle.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pure; any thread.
 */
#include "ui/enc/scratch.h"

VncScratch *vnc_scratch_new(void)
{
    VncScratch *scratch = g_new0(VncScratch, 1);

    vnc_palette_init(&scratch->palette);
    vnc_palette_init(&scratch->previous);
    return scratch;
}

void vnc_scratch_free(VncScratch *scratch)
{
    if (scratch) {
        vnc_buffer_clear(&scratch->pixels);
        vnc_buffer_clear(&scratch->rows);
        vnc_buffer_clear(&scratch->indexes);
        vnc_jpeg_clear(&scratch->jpeg);
#ifdef VNC_HAVE_PNG
        vnc_png_clear(&scratch->png);
#endif
        g_free(scratch);
    }
}

void vnc_convert_rect(const VncConverter *converter, const VncView *view, const VncRect *rect,
                      uint8_t *dst)
{
    const uint32_t *src = vnc_view_at(view, rect->x, rect->y);

    if (rect->w == view->stride) {
        converter->row(converter, dst, src, (size_t)rect->w * rect->h);
        return;
    }
    for (int y = 0; y < rect->h; y++) {
        converter->row(converter, dst, src, rect->w);
        dst += (size_t)rect->w * converter->bytes;
        src += view->stride;
    }
}
