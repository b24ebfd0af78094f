/*
 * Websockets: RFC 6455, the server's side.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. The caller sets time limits, and frees the stream.
 */
#ifndef UI_NET_WEBSOCKET_H
#define UI_NET_WEBSOCKET_H

#include "ui/net/stream.h"

/* Payload bytes of the longest frame that a viewer may send: longer than any message of RFB. */
#define VNC_WEBSOCKET_MAX_FRAME (16u << 20)

/* Payload bytes of the longest frame sent. A browser passes on nothing of an incomplete frame. */
#define VNC_WEBSOCKET_MAX_SENT 65535

/**
 * vnc_websocket_stream_new: expect a websocket's request, of any path, on @lower, which is taken
 * over.
 *
 * Reads of the stream read and answer the request, and nothing can be written before. The stream's
 * user need not care. A bad request gets an HTTP answer, and that read fails. The stream reads the
 * payload of binary frames, and writes binary frames.
 *
 * @origins: char *, accepted values of Origin ("https://example.org"); empty or NULL: all. A
 *           request without Origin comes from no web page, and is accepted. Takes a reference.
 */
VncStream *vnc_websocket_stream_new(VncStream *lower, GPtrArray *origins, GMainContext *context);

#endif
