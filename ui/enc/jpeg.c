/*
 * JPEG by TurboJPEG, straight from a view's rows.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pure; any thread. Owns the library's handle.
 */
#include "ui/enc/jpeg.h"

#include <turbojpeg.h>

/* Where the loss of 4:2:0 is visible, 4:4:4 takes a sixth to a half more bytes and half as much
 * time again. It improves edges between saturated colours by 7 dB and more, photos by less than
 * 1 dB. So it is used only from this quality on, at which pictures are meant to be looked at, and
 * only if there are such edges. */
#define FULL_COLOUR_QUALITY 75
#define SMALL_PIXELS        (64 * 64) /* too few bytes to be worth a look */
#define ROW_STEP            8         /* one row in so many is looked at */
#define COLOUR_EDGE         64        /* of the difference of two channels */
#define ONE_EDGE_IN         128       /* pairs of neighbours */

static int channel(uint32_t pixel, unsigned shift)
{
    return pixel >> shift & 0xff;
}

static bool has_colour_edges(const VncView *view, const VncRect *rect)
{
    unsigned edges = 0, pairs = 0;

    for (int y = 0; y < rect->h; y += ROW_STEP) {
        const uint32_t *row = vnc_view_at(view, rect->x, rect->y + y);
        for (int x = 0; x + 1 < rect->w; x++) {
            int green = channel(row[x + 1], 8) - channel(row[x], 8);
            int red = channel(row[x + 1], 16) - channel(row[x], 16) - green;
            int blue = channel(row[x + 1], 0) - channel(row[x], 0) - green;
            edges += ABS(red) >= COLOUR_EDGE || ABS(blue) >= COLOUR_EDGE;
        }
        pairs += rect->w - 1;
    }
    return edges * ONE_EDGE_IN > pairs;
}

static VncSubsampling find_best(const VncView *view, const VncRect *rect, int quality)
{
    bool full = quality >= FULL_COLOUR_QUALITY &&
                ((size_t)rect->w * rect->h <= SMALL_PIXELS || has_colour_edges(view, rect));

    return full ? VNC_SUBSAMPLING_444 : VNC_SUBSAMPLING_420;
}

/* TurboJPEG's coarsest subsampling has one colour for 4 pixels. */
static int samples_of(VncSubsampling subsampling)
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

    if (subsampling == VNC_SUBSAMPLING_AUTO) {
        subsampling = find_best(view, rect, quality);
    }
    int samples = samples_of(subsampling);
    unsigned long size = tjBufSize(rect->w, rect->h, samples);
    unsigned char *dst = vnc_buffer_reserve(out, size);
    /* The fast transform is no faster where there are vector instructions, and larger at high
     * quality. */
    int result =
        tjCompress2(jpeg->handle, (const unsigned char *)vnc_view_at(view, rect->x, rect->y),
                    rect->w, view->stride * (int)sizeof(uint32_t), rect->h, PIXEL_FORMAT, &dst,
                    &size, samples, CLAMP(quality, 1, 100), TJFLAG_NOREALLOC | TJFLAG_ACCURATEDCT);
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
