/*
 * Byte streams: calls through VncStreamOps.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread; owns nothing; no lock.
 */
#include "ui/base/thread.h"
#include "ui/net/stream.h"

void vnc_stream_set_ready(VncStream *stream, VncStreamReady *ready, void *opaque)
{
    VNC_MAIN();

    stream->ready = ready;
    stream->ready_opaque = opaque;
}

gssize vnc_stream_read(VncStream *stream, void *bytes, size_t len, GError **error)
{
    VNC_MAIN();
    /* A read of 0 bytes would look like the end of the stream. */
    g_assert(len > 0);

    return stream->ops->read(stream, bytes, len, error);
}

gssize vnc_stream_write(VncStream *stream, const void *bytes, size_t len, GError **error)
{
    VNC_MAIN();
    g_assert(len > 0);

    return stream->ops->write(stream, bytes, len, error);
}

void vnc_stream_watch(VncStream *stream, GIOCondition condition)
{
    VNC_MAIN();
    g_assert((condition & ~(G_IO_IN | G_IO_OUT)) == 0);

    stream->ops->watch(stream, condition);
}

void vnc_stream_close(VncStream *stream)
{
    VNC_MAIN();

    stream->ops->close(stream);
}

void vnc_stream_free(VncStream *stream)
{
    VNC_MAIN();

    if (stream) {
        stream->ops->free(stream);
    }
}
