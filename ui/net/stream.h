/*
 * Byte streams: what a viewer is read from and written to.
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

/* Says that a stream is ready for one of the directions that it was asked to watch. It may
 * close or free the stream. */
typedef void VncStreamReady(void *opaque, GIOCondition condition);

/**
 * VncStreamOps: one kind of stream.
 */
typedef struct VncStreamOps {
    /* Returns bytes read (> 0); 0 at the end of the stream; -1 with @error: G_IO_ERROR_WOULD_BLOCK
     * means later, when the stream says that it is ready: there is nothing yet, or what there is
     * would take too long for one turn of the main loop. */
    gssize (*read)(VncStream *stream, void *bytes, size_t len, GError **error);
    /* Returns bytes taken (> 0), maybe fewer than @len; -1 with @error as above. What was not taken
     * comes first in the next write, in whatever portions: a layer may have announced it. */
    gssize (*write)(VncStream *stream, const void *bytes, size_t len, GError **error);
    /* Watch for G_IO_IN and/or G_IO_OUT; 0 for neither. Errors and hang-ups are reported
     * with whichever is watched. */
    void (*watch)(VncStream *stream, GIOCondition condition);
    void (*close)(VncStream *stream); /* at once, both ways; also stops watching */
    void (*free)(VncStream *stream);  /* closes first */
} VncStreamOps;

/**
 * VncStream: embedded first in each kind.
 */
struct VncStream {
    /* immutable */
    const VncStreamOps *ops;
    VncAddressInfo local, peer; /* the two ends */
    /* main thread */
    VncStreamReady *ready;
    void *ready_opaque;
};

/* A stream over a connected socket, which is made non-blocking; TCP_NODELAY is set on TCP.
 * Sources go to @context. Takes a reference on @socket. */
VncStream *vnc_stream_new_socket(GSocket *socket, GMainContext *context);

/* Have a TCP connection break when the other end has not answered for @seconds, whether something
 * is being sent or nothing, or has taken nothing for as long; 0: as the system does by itself,
 * which may be never. */
void vnc_socket_set_peer_timeout(GSocket *socket, unsigned seconds);

void vnc_stream_set_ready(VncStream *stream, VncStreamReady *ready, void *opaque);
gssize vnc_stream_read(VncStream *stream, void *bytes, size_t len, GError **error);
gssize vnc_stream_write(VncStream *stream, const void *bytes, size_t len, GError **error);
void vnc_stream_watch(VncStream *stream, GIOCondition condition);
void vnc_stream_close(VncStream *stream);
void vnc_stream_free(VncStream *stream); /* accepts NULL */

#endif
