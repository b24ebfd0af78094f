/*
 * Websockets: RFC 6455, the server's side.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. Limits of time are the caller's: it frees the stream.
 */
#ifndef UI_NET_WEBSOCKET_H
#define UI_NET_WEBSOCKET_H

#include "ui/net/stream.h"

/* The longest frame that a viewer may send: longer than any message of RFB. */
#define VNC_WEBSOCKET_MAX_FRAME (16u << 20)

/* The longest frame that is sent. A browser hands on nothing of a frame that is not complete. */
#define VNC_WEBSOCKET_MAX_SENT 65535

/**
 * vnc_websocket_stream_new: expect a request for a websocket on @lower, which is taken over. Any
 * path will do.
 *
 * The request is read and answered within reads of the stream, and nothing is written before: the
 * user just uses it. A bad request is answered by HTTP, and is an error of that read. What is read
 * is the payload of binary frames; what is written goes out in such.
 *
 * @origins: char *, the values of Origin that are let in ("https://example.org"); without any, or
 *           with NULL, all are. A request without Origin comes from no page and is let in. Takes a
 *           reference.
 */
VncStream *vnc_websocket_stream_new(VncStream *lower, GPtrArray *origins, GMainContext *context);

#endif
