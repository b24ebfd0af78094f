/*
 * Layers: streams over streams. TLS, websocket, and the encryption of some security types.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. A layer is a VncStream that owns the stream below it. All layers share this code:
 * the buffers, and when which stream is watched.
 */
#ifndef UI_NET_LAYER_H
#define UI_NET_LAYER_H

#include "ui/base/buffer.h"
#include "ui/net/stream.h"

/* Bytes read from the stream below in one go. A layer holds at most this and one unit of its own (a
 * record, a packet). */
#define VNC_LAYER_CHUNK (64 * 1024)

typedef struct VncLayer VncLayer;

/**
 * VncLayerOps: one kind of layer. Errors end the stream. None of these functions but write may fail
 * with G_IO_ERROR_WOULD_BLOCK.
 */
typedef struct VncLayerOps {
    /* Most bytes written in one turn of the main loop: they cost some tenths of a millisecond. The
     * rest waits for the next turn. */
    size_t share;
    /* Decode all complete units in layer->in, and append to layer->plain. Bytes of an incomplete
     * unit stay in layer->in. May append answers to layer->out. May set layer->ended when the peer
     * has said goodbye. Many small units must not hold up the main loop: after a number of them the
     * function sets layer->more and returns, and is called again in the next turn. */
    bool (*decode)(VncLayer *layer, GError **error);
    /* Encode some of the @len bytes, which are within the share, into layer->out. Returns how many
     * (> 0), or -1 with @error. Only called while layer->out is empty. NULL: write takes its
     * place. */
    gssize (*encode)(VncLayer *layer, const void *bytes, size_t len, GError **error);
    /* In place of encode: write to layer->lower directly, after vnc_layer_flush(). Returns as
     * VncStreamOps.write, and may fail with G_IO_ERROR_WOULD_BLOCK. */
    gssize (*write)(VncLayer *layer, const void *bytes, size_t len, GError **error);
    /* While opening: watch the stream below for whatever the layer itself waits for. The layer's
     * user can neither read nor write yet. NULL: the layer opens within decode. */
    void (*await)(VncLayer *layer);
    /* layer->out is empty: append the bytes that had to wait for this, if they may go now. May be
     * NULL. */
    void (*release)(VncLayer *layer);
    /* Say goodbye to the peer, if this needs no waiting. May be NULL. */
    void (*goodbye)(VncLayer *layer);
    void (*clear)(VncLayer *layer); /* free the members of this kind; may be NULL */
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
    VncBuffer in;        /* received, not decoded; may hold secrets, as `plain` may */
    VncBuffer plain;     /* decoded, not read */
    VncBuffer out;       /* encoded, not taken by the stream below */
    bool more;           /* decode has more to do */
    bool ended;          /* the peer sends nothing more */
    bool opening;        /* the handshake is under way: nothing can be written yet */
    size_t share;        /* as in ops, or less */
    size_t taken;        /* bytes of the share written in this turn */
    GIOCondition wanted; /* what the layer's user watches */
    GSource *again;      /* goes on in the next turn, without news from the stream below */
    GMainContext *context;
};

/**
 * vnc_layer_init: put @layer over @lower, which is taken over, and set its `ready`. The caller has
 * allocated the struct that embeds @layer, zeroed; vnc_stream_free() frees it.
 */
void vnc_layer_init(VncLayer *layer, const VncLayerOps *ops, VncStream *lower,
                    GMainContext *context);

/* Write as much of layer->out to the stream below as it takes. Returns false with @error on
 * failure: G_IO_ERROR_WOULD_BLOCK if bytes are left. */
bool vnc_layer_flush(VncLayer *layer, GError **error);

/* Read from the stream below into layer->in. Returns as VncStreamOps.read. */
gssize vnc_layer_fill(VncLayer *layer, GError **error);

/* Watch the stream below anew, after a change of layer->out or layer->plain from outside the
 * ops. */
void vnc_layer_rewatch(VncLayer *layer);

#endif
