/*
 * Byte streams: one connection to a viewer each.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. Never blocks.
 */
#ifndef UI_NET_STREAM_H
#define UI_NET_STREAM_H

#include "ui/vnc-info.h"

#include <gio/gio.h>

typedef struct VncStream VncStream;

/* Tells that a stream is ready for a direction that it watches. May close or free the stream. */
typedef void VncStreamReady(void *opaque, GIOCondition condition);

/**
 * VncStreamOps: one kind of stream.
 */
typedef struct VncStreamOps {
    /* Returns bytes read (> 0); 0 at the end of the stream; -1 with @error. G_IO_ERROR_WOULD_BLOCK:
     * try again when the stream is ready. Nothing has been received, or the received bytes would
     * take too long for one turn of the main loop. */
    gssize (*read)(VncStream *stream, void *bytes, size_t len, GError **error);
    /* Returns bytes taken (> 0), maybe fewer than @len; -1 with @error as above. The bytes not
     * taken must come first in the next writes, in whatever portions: a layer may have announced
     * them to the peer. */
    gssize (*write)(VncStream *stream, const void *bytes, size_t len, GError **error);
    /* Watch for G_IO_IN and/or G_IO_OUT; 0: for neither. A watched stream reports errors and
     * hang-ups, too. */
    void (*watch)(VncStream *stream, GIOCondition condition);
    void (*close)(VncStream *stream); /* at once, both directions; also stops watching */
    void (*free)(VncStream *stream);  /* closes first */
} VncStreamOps;

/**
 * VncStream: embedded first in each kind.
 */
struct VncStream {
    /* immutable */
    const VncStreamOps *ops;
    VncAddressInfo local, peer; /* the two ends of the connection */
    /* main thread */
    VncStreamReady *ready;
    void *ready_opaque;
};

/* A stream over a connected socket, which is made non-blocking; TCP_NODELAY is set on TCP.
 * Sources go to @context. Takes a reference on @socket. */
VncStream *vnc_stream_new_socket(GSocket *socket, GMainContext *context);

/* Have a TCP connection break when the peer has not answered for @seconds, even if nothing is being
 * sent, or when it has taken no data for @seconds. 0: the system's default, which may be never. */
void vnc_socket_set_peer_timeout(GSocket *socket, unsigned seconds);

void vnc_stream_set_ready(VncStream *stream, VncStreamReady *ready, void *opaque);
gssize vnc_stream_read(VncStream *stream, void *bytes, size_t len, GError **error);
gssize vnc_stream_write(VncStream *stream, const void *bytes, size_t len, GError **error);
void vnc_stream_watch(VncStream *stream, GIOCondition condition);
void vnc_stream_close(VncStream *stream);
void vnc_stream_free(VncStream *stream); /* accepts NULL */

#endif
