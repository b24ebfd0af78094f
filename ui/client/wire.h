/*
 * A viewer's bytes: from the stream to what is to be understood, from the output to the stream.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. Owns the stream. It ends nobody: what goes wrong is noted for whoever looks.
 */
#ifndef UI_CLIENT_WIRE_H
#define UI_CLIENT_WIRE_H

#include "ui/base/buffer.h"
#include "ui/client/context.h"
#include "ui/jobs/output.h"
#include "ui/net/stream.h"

/* Bytes read from, or written to, a viewer in one turn. */
#define VNC_READ_CHUNK  (64 * 1024)
#define VNC_WRITE_CHUNK (256 * 1024)

/* A viewer gets its next update once no more than this waits to be sent to it. */
#define VNC_OUTPUT_LOW (128 * 1024)

/* Memory a viewer keeps in its buffers when nothing has been sent for a while. */
#define VNC_BUFFER_KEEP (128 * 1024)
#define VNC_TRIM_US     1000000

/**
 * VncWire: the transport of one viewer.
 */
typedef struct VncWire {
    const VncClientContext *context;
    VncStream *stream;
    VncOutput *output; /* what the viewer's job and its parts append to */
    VncBuffer input;   /* read, and not yet understood */
    VncBuffer sending; /* taken from the output, on its way into the stream */
    bool readable;     /* the stream has said, since it was last read, that it can be read */
    bool whole;        /* `input` may begin with a whole message */
    bool blocked;      /* the stream has taken less than it was given, and is not ready yet */
    bool mute;         /* nothing may be written any more */
    bool throttled;    /* more than VNC_OUTPUT_LOW has waited when vnc_wire_keeps_up() looked */
    bool used;         /* to send an update, since vnc_wire_rest() */
    bool rests;        /* and since `rested_at` it is not; its memory is not trimmed yet */
    int64_t rested_at; /* clock, us */
    char *fault;       /* the connection has failed: why; or NULL */
    VncStreamReady *ready;
    void *opaque;
} VncWire;

/**
 * vnc_wire_init: over @stream, which is taken over.
 *
 * @ready: called with @opaque when vnc_wire_watch() has found something to do, which @wire has
 *         noted
 */
void vnc_wire_init(VncWire *wire, const VncClientContext *context, VncStream *stream,
                   VncOutput *output, VncStreamReady *ready, void *opaque);
void vnc_wire_clear(VncWire *wire);

/* Use @stream, which has been laid over wire->stream, from now on. */
void vnc_wire_use_stream(VncWire *wire, VncStream *stream);

/* Append whole messages, which the next flush writes; empties @messages. */
void vnc_wire_send(VncWire *wire, VncBuffer *messages);

/* Bytes that wait to be sent. */
size_t vnc_wire_backlog(VncWire *wire);

typedef enum VncWireRead {
    VNC_WIRE_NOTHING, /* for now */
    VNC_WIRE_BYTES,
    VNC_WIRE_END,    /* the viewer has closed the connection */
    VNC_WIRE_FAILED, /* see wire->fault */
} VncWireRead;

/* Read once, at most @most bytes (> 0), to the end of wire->input. @read: how many. */
VncWireRead vnc_wire_read(VncWire *wire, size_t most, size_t *read);

/* Write what the stream takes, at most @most bytes. Returns how many. A failure sets
 * wire->fault. */
size_t vnc_wire_flush(VncWire *wire, size_t most);

/* Have wire->ready called when there is something to do: to read, if @reading is set, or to write
 * what waits. */
void vnc_wire_watch(VncWire *wire, bool reading);

/* Whether the viewer has read enough of what it was sent to be sent more. */
bool vnc_wire_keeps_up(VncWire *wire);

/* Free memory that only a busy viewer needs. */
void vnc_wire_trim(VncWire *wire);

/* A refresh, at @now (clock, us): whether no update has been sent for a while, so that memory is to
 * be given back, once. */
bool vnc_wire_rest(VncWire *wire, int64_t now);

#endif
