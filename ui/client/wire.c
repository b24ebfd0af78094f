/*
 * A viewer's bytes: from the stream to the input, and from the output to the stream.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread.
 */
#include "ui/client/wire.h"

/* A write may have ended early, so the stream is written to again each time it is ready. */
static void stream_ready(void *opaque, GIOCondition condition)
{
    VncWire *wire = opaque;

    if (condition & G_IO_OUT) {
        wire->blocked = false;
    }
    if (wire->mute || (condition & (G_IO_IN | G_IO_HUP | G_IO_ERR))) {
        wire->readable = true;
    }
    wire->ready(wire->opaque, condition);
}

void vnc_wire_init(VncWire *wire, const VncClientContext *context, VncStream *stream,
                   VncOutput *output, VncStreamReady *ready, void *opaque)
{
    VNC_MAIN();
    *wire = (VncWire){.context = context, .output = output, .ready = ready, .opaque = opaque};
    wire->input.secret = true;
    vnc_wire_use_stream(wire, stream);
}

void vnc_wire_clear(VncWire *wire)
{
    VNC_MAIN();
    vnc_stream_free(wire->stream);
    vnc_buffer_clear(&wire->input);
    vnc_buffer_clear(&wire->sending);
    g_free(wire->fault);
}

void vnc_wire_use_stream(VncWire *wire, VncStream *stream)
{
    VNC_MAIN();
    wire->stream = stream;
    wire->readable = wire->blocked = false;
    vnc_stream_set_ready(stream, stream_ready, wire);
}

void vnc_wire_send(VncWire *wire, VncBuffer *messages)
{
    vnc_output_append(wire->output, messages);
}

size_t vnc_wire_backlog(VncWire *wire)
{
    return wire->sending.len + vnc_output_backlog(wire->output);
}

static void fail(VncWire *wire, const GError *error)
{
    VNC_TRACE_VIEWER(wire->context, CLIENT_IO_ERROR, "error=%s", error->message);
    if (!wire->fault) {
        wire->fault = g_strdup(error->message);
    }
}

VncWireRead vnc_wire_read(VncWire *wire, size_t most, size_t *read)
{
    g_autoptr(GError) error = NULL;
    gssize n = vnc_stream_read(wire->stream, vnc_buffer_reserve(&wire->input, most), most, &error);

    VNC_MAIN();
    wire->readable = false;
    *read = MAX(n, 0);
    if (n > 0) {
        vnc_buffer_commit(&wire->input, n);
        wire->whole = true;
        return VNC_WIRE_BYTES;
    }
    if (n == 0) {
        VNC_TRACE_VIEWER(wire->context, CLIENT_EOF, "unread=%zu", wire->input.len);
        return VNC_WIRE_END;
    }
    if (!wire->mute && g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK)) {
        return VNC_WIRE_NOTHING;
    }
    fail(wire, error);
    return VNC_WIRE_FAILED;
}

/* Refill wire->sending if it is empty. Returns whether it holds anything. */
static bool take_output(VncWire *wire)
{
    if (wire->sending.len == 0) {
        vnc_output_take(wire->output, &wire->sending);
    }
    return wire->sending.len > 0;
}

size_t vnc_wire_flush(VncWire *wire, size_t most)
{
    size_t written = 0;

    VNC_MAIN();
    while (!wire->blocked && !wire->mute && !wire->fault && written < most && take_output(wire)) {
        g_autoptr(GError) error = NULL;
        size_t len = MIN(wire->sending.len, most - written);
        gssize n = vnc_stream_write(wire->stream, vnc_buffer_bytes(&wire->sending), len, &error);

        if (n >= 0) {
            vnc_buffer_consume(&wire->sending, n);
            written += n;
        } else if (g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK)) {
            wire->blocked = true;
        } else {
            fail(wire, error);
        }
    }
    return written;
}

/* One that is mute is read whatever happens, to find that nothing more comes: the stream need not
 * say so. */
void vnc_wire_watch(VncWire *wire, bool reading)
{
    bool writing = wire->mute ? reading : take_output(wire);

    VNC_MAIN();
    vnc_stream_watch(wire->stream, (reading ? G_IO_IN : 0) | (writing ? G_IO_OUT : 0));
}

void vnc_wire_trim(VncWire *wire)
{
    VNC_MAIN();
    vnc_buffer_trim(&wire->sending, VNC_BUFFER_KEEP);
    vnc_output_trim(wire->output);
}

bool vnc_wire_keeps_up(VncWire *wire)
{
    size_t backlog = vnc_wire_backlog(wire);
    bool throttled = backlog > VNC_OUTPUT_LOW;

    VNC_MAIN();
    if (throttled && !wire->throttled) {
        VNC_TRACE_VIEWER(wire->context, CLIENT_THROTTLE, "backlog=%zu", backlog);
    } else if (!throttled && wire->throttled) {
        VNC_TRACE_VIEWER(wire->context, CLIENT_UNTHROTTLE, "backlog=%zu", backlog);
    }
    wire->throttled = throttled;
    return !throttled;
}

bool vnc_wire_rest(VncWire *wire, int64_t now)
{
    if (wire->used) {
        wire->used = false;
        wire->rests = true;
        wire->rested_at = now;
    } else if (wire->rests && now - wire->rested_at > VNC_TRIM_US) {
        wire->rests = false;
        return true;
    }
    return false;
}
