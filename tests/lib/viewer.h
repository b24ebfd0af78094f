/*
 * A viewer for stress tests, on a thread of its own with a blocking socket.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TESTS_LIB_VIEWER_H
#define TESTS_LIB_VIEWER_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct Viewer {
    int fd;
    int width, height; /* as last told */
    /* Of all updates read so far: */
    unsigned updates;
    uint64_t pixels;
    unsigned resizes;
} Viewer;

/* Shake hands (RFB 3.8, None, shared) and read ServerInit. False: the server has closed. */
bool viewer_handshake(Viewer *viewer);

/* @encoding (Raw, Zlib or ZRLE), DesktopSize, CompressLevel @level. */
bool viewer_set_encodings(Viewer *viewer, int32_t encoding, int level);

/* Request the whole screen as the viewer knows it. */
bool viewer_request(Viewer *viewer, bool incremental);

/* Read one FramebufferUpdate and count what is in it. False: closed or nonsense. */
bool viewer_read_update(Viewer *viewer);

bool viewer_write(Viewer *viewer, const void *bytes, size_t len);
bool viewer_read(Viewer *viewer, void *bytes, size_t len);

#endif
