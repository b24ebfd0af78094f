/*
 * PNG files read by libpng.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tests/lib/enc-png.h"

#ifdef VNC_HAVE_PNG
#include <glib.h>
#include <png.h>
#include <string.h>

const char *png_read(const uint8_t *bytes, size_t len, int w, int h, uint8_t *rgb, bool *indexed)
{
    static const uint8_t end[12] = {0, 0, 0, 0, 'I', 'E', 'N', 'D', 0xae, 0x42, 0x60, 0x82};
    png_image image = {.version = PNG_IMAGE_VERSION};
    const char *wrong = NULL;

    if (len < sizeof(end) || memcmp(bytes + len - sizeof(end), end, sizeof(end)) != 0) {
        return "png: does not end where it ends";
    }
    if (!png_image_begin_read_from_memory(&image, bytes, len)) {
        return "png: no such file";
    }
    *indexed = image.format & PNG_FORMAT_FLAG_COLORMAP;
    image.format = PNG_FORMAT_RGB;
    if ((int)image.width != w || (int)image.height != h) {
        wrong = "png: of the wrong size";
    } else if (!png_image_finish_read(&image, NULL, rgb, 0, NULL) || image.warning_or_error) {
        g_test_message("libpng: %s", image.message);
        wrong = "png: broken";
    }
    png_image_free(&image);
    return wrong;
}
#else
const char *png_read(const uint8_t *bytes, size_t len, int w, int h, uint8_t *rgb, bool *indexed)
{
    (void)bytes, (void)len, (void)w, (void)h, (void)rgb, (void)indexed;
    return "png: built without libpng";
}
#endif
