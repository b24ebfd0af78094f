/*
 * JPEG by TurboJPEG, straight from a view's rows.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Worker; owns the library's handle; no lock.
 */
#include "ui/enc/jpeg.h"

#include <turbojpeg.h>

#define SUBSAMPLING TJSAMP_420

/* 0x00RRGGBB in host byte order. */
#if G_BYTE_ORDER == G_LITTLE_ENDIAN
#define PIXEL_FORMAT TJPF_BGRX
#else
#define PIXEL_FORMAT TJPF_XRGB
#endif

bool vnc_jpeg_encode(VncJpeg *jpeg, const VncView *view, const VncRect *rect, int quality,
                     VncBuffer *out)
{
    if (!jpeg->handle) {
        jpeg->handle = tjInitCompress();
        if (!jpeg->handle) {
            return false;
        }
    }

    unsigned long size = tjBufSize(rect->w, rect->h, SUBSAMPLING);
    unsigned char *dst = vnc_buffer_reserve(out, size);
    int result =
        tjCompress2(jpeg->handle, (const unsigned char *)vnc_view_at(view, rect->x, rect->y),
                    rect->w, view->stride * (int)sizeof(uint32_t), rect->h, PIXEL_FORMAT, &dst,
                    &size, SUBSAMPLING, CLAMP(quality, 1, 100), TJFLAG_NOREALLOC | TJFLAG_FASTDCT);
    if (result != 0) {
        return false;
    }
    vnc_buffer_commit(out, size);
    return true;
}

void vnc_jpeg_clear(VncJpeg *jpeg)
{
    if (jpeg->handle) {
        tjDestroy(jpeg->handle);
        jpeg->handle = NULL;
    }
}
