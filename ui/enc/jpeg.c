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

/* TurboJPEG has nothing coarser than a colour for 4 pixels. */
static int subsampling_of(VncSubsampling subsampling)
{
    switch (subsampling) {
    case VNC_SUBSAMPLING_444:
        return TJSAMP_444;
    case VNC_SUBSAMPLING_422:
        return TJSAMP_422;
    case VNC_SUBSAMPLING_GRAY:
        return TJSAMP_GRAY;
    default:
        return TJSAMP_420;
    }
}

/* 0x00RRGGBB in host byte order. */
#if G_BYTE_ORDER == G_LITTLE_ENDIAN
#define PIXEL_FORMAT TJPF_BGRX
#else
#define PIXEL_FORMAT TJPF_XRGB
#endif

bool vnc_jpeg_encode(VncJpeg *jpeg, const VncView *view, const VncRect *rect, int quality,
                     VncSubsampling subsampling, VncBuffer *out)
{
    if (!jpeg->handle) {
        jpeg->handle = tjInitCompress();
        if (!jpeg->handle) {
            return false;
        }
    }

    int samples = subsampling_of(subsampling);
    unsigned long size = tjBufSize(rect->w, rect->h, samples);
    unsigned char *dst = vnc_buffer_reserve(out, size);
    int result =
        tjCompress2(jpeg->handle, (const unsigned char *)vnc_view_at(view, rect->x, rect->y),
                    rect->w, view->stride * (int)sizeof(uint32_t), rect->h, PIXEL_FORMAT, &dst,
                    &size, samples, CLAMP(quality, 1, 100), TJFLAG_NOREALLOC | TJFLAG_FASTDCT);
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
