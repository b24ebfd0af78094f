/*
 * JPEG by TurboJPEG, straight from a view's rows.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pure; any thread. A compressor is part of the scratch.
 */
#ifndef UI_ENC_JPEG_H
#define UI_ENC_JPEG_H

#include "ui/enc/encoder.h"

/**
 * VncJpeg: a compressor, made at its first use. A zeroed VncJpeg is ready for use.
 */
typedef struct VncJpeg {
    void *handle; /* tjhandle */
} VncJpeg;

void vnc_jpeg_clear(VncJpeg *jpeg);

/**
 * vnc_jpeg_encode: append @rect as a JFIF stream.
 *
 * @quality: JPEG's; below 1 counts as 1
 *
 * Returns false when the library fails; @out is then as before.
 */
bool vnc_jpeg_encode(VncJpeg *jpeg, const VncView *view, const VncRect *rect, int quality,
                     VncSubsampling subsampling, VncBuffer *out);

#endif
