/*
 * PNG files read by libpng.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TESTS_LIB_ENC_PNG_H
#define TESTS_LIB_ENC_PNG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/**
 * png_read: read a file of @w x @h, checksums and all, that takes all of @len bytes.
 *
 * @rgb: red, green, blue of each pixel
 * @indexed: whether its pixels are indexes into a palette
 *
 * Returns NULL, or what is wrong.
 */
const char *png_read(const uint8_t *bytes, size_t len, int w, int h, uint8_t *rgb, bool *indexed);

#endif
