/*
 * Streams over streams: TLS, websocket, and what a login may lay over them.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. A layer is a VncStream that owns the one below it. What is common to all stands
 * here: buffers, and who is told when.
 */
#ifndef UI_NET_LAYER_H
#define UI_NET_LAYER_H

#include "ui/base/buffer.h"
#include "ui/net/stream.h"

/* Bytes read from the stream below in one go; a layer holds no more than this and one unit of
 * its own (a record, a packet). */
#define VNC_LAYER_CHUNK (64 * 1024)

typedef struct VncLayer VncLayer;

/**
 * VncLayerOps: one kind of layer. Errors end the stream; an error of G_IO_ERROR_WOULD_BLOCK must
 * not come from here.
 */
typedef struct VncLayerOps {
    /* Bytes that are written in one turn of the main loop at most: what costs some tenths of a
     * millisecond. The rest is for the next turn. */
    size_t share;
    /* Turn layer->in into layer->plain as far as it goes; bytes of a unit that is not complete
     * stay in layer->in. May append answers to layer->out. May set layer->ended when the peer has
     * said goodbye. Whoever sends many small units does not hold the main loop up: after a number
     * of them it sets layer->more, and is called again in the next turn. */
    bool (*decode)(VncLayer *layer, GError **error);
    /* Turn some of the @len bytes, which are within the share, into layer->out. Returns how many
     * (> 0), or -1 with @error. Not called while layer->out is not empty. NULL: write does it. */
    gssize (*encode)(VncLayer *layer, const void *bytes, size_t len, GError **error);
    /* In place of encode: write to layer->lower itself, after vnc_layer_flush(). As
     * VncStreamOps.write; here G_IO_ERROR_WOULD_BLOCK may come. */
    gssize (*write)(VncLayer *layer, const void *bytes, size_t len, GError **error);
    /* While opening: have the stream below watched for what the kind waits for itself, whatever its
     * user wants to read or write: that comes to nothing yet. NULL: it opens within decode. */
    void (*await)(VncLayer *layer);
    /* layer->out is empty: append what had to wait for that, if it may go now. May be NULL. */
    void (*release)(VncLayer *layer);
    /* The peer is told goodbye if that can be done without waiting, and kept from nothing. May
     * be NULL. */
    void (*goodbye)(VncLayer *layer);
    void (*clear)(VncLayer *layer); /* what the kind has allocated in itself; may be NULL */
} VncLayerOps;

/**
 * VncLayer: embedded first in each kind of layer.
 */
struct VncLayer {
    VncStream stream; /* first */

    /* immutable */
    const VncLayerOps *ops;
    VncStream *lower; /* owned */

    /* main thread */
    VncBuffer in;    /* came, not decoded; a secret, as the next is */
    VncBuffer plain; /* decoded, not read */
    VncBuffer out;   /* encoded, not taken by the stream below */
    bool more;       /* decode has more to do */
    bool ended;      /* nothing more comes */
    bool opening;    /* the peer is still being agreed with: no write is taken yet */
    size_t share;    /* as in ops, or less */
    size_t taken;    /* of it, in this turn */
    GIOCondition wanted;
    GSource *again; /* something can be done in the next turn without any news from below */
    GMainContext *context;
};

/**
 * vnc_layer_init: put @layer over @lower, whose `ready` it takes over. @size: of the kind's struct
 * is the caller's business: it allocates it zeroed, and vnc_stream_free() frees it.
 */
void vnc_layer_init(VncLayer *layer, const VncLayerOps *ops, VncStream *lower,
                    GMainContext *context);

/* Write layer->out to the stream below as far as that goes. Returns false with @error if that
 * fails: G_IO_ERROR_WOULD_BLOCK if something is left. */
bool vnc_layer_flush(VncLayer *layer, GError **error);

/* Read from the stream below into layer->in. As VncStreamOps.read. */
gssize vnc_layer_fill(VncLayer *layer, GError **error);

/* Have the stream below watched for what is needed now: after layer->out or layer->plain has been
 * touched from outside of the ops. */
void vnc_layer_rewatch(VncLayer *layer);

#endif
