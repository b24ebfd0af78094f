/*
 * The HTTP request at the start of a websocket, and its answer.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Any thread: changes nothing but the caller's buffers.
 */
#ifndef UI_NET_WEBSOCKET_UPGRADE_H
#define UI_NET_WEBSOCKET_UPGRADE_H

#include "ui/base/buffer.h"

/* Bytes of a request's line and headers. Browsers with many cookies send several KiB. */
#define VNC_WEBSOCKET_MAX_REQUEST 16384

/* Lines of a request. Browsers send some 20. */
#define VNC_WEBSOCKET_MAX_LINES 100

typedef enum VncUpgrade {
    VNC_UPGRADE_MORE,
    VNC_UPGRADE_DONE,
    VNC_UPGRADE_REFUSED,
} VncUpgrade;

/**
 * vnc_websocket_upgrade: consume a request at the front of @in, once it is complete, and append the
 * answer to @out. Reads VNC_WEBSOCKET_MAX_REQUEST bytes at most.
 *
 * @searched: bytes of @in searched so far, 0 at first; kept by the caller
 * @origins: as for vnc_websocket_stream_new()
 *
 * VNC_UPGRADE_REFUSED: @out has an HTTP error, and @error says why, in one printable line.
 */
VncUpgrade vnc_websocket_upgrade(VncBuffer *in, size_t *searched, const GPtrArray *origins,
                                 VncBuffer *out, GError **error);

#endif
