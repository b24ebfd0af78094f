/*
 * The HTTP request that a websocket begins with, and its answer.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Any thread: what it changes is the caller's.
 */
#ifndef UI_NET_WEBSOCKET_UPGRADE_H
#define UI_NET_WEBSOCKET_UPGRADE_H

#include "ui/base/buffer.h"

/* A request's line and headers, bytes; browsers with many cookies send several KiB. */
#define VNC_WEBSOCKET_MAX_REQUEST 16384

/* Lines in it; browsers send some 20. */
#define VNC_WEBSOCKET_MAX_LINES 100

typedef enum VncUpgrade {
    VNC_UPGRADE_MORE,
    VNC_UPGRADE_DONE,
    VNC_UPGRADE_REFUSED,
} VncUpgrade;

/**
 * vnc_websocket_upgrade: read a request off the front of @in, once it is there as a whole, and
 * append the answer to @out. Looks at no more than VNC_WEBSOCKET_MAX_REQUEST bytes.
 *
 * @searched: bytes of @in that have been looked at, 0 at first; kept by the caller
 * @origins: as for vnc_websocket_stream_new()
 *
 * Refused: @out says so by HTTP, and @error why, in one printable line.
 */
VncUpgrade vnc_websocket_upgrade(VncBuffer *in, size_t *searched, const GPtrArray *origins,
                                 VncBuffer *out, GError **error);

#endif
