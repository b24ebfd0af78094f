/*
 * The stream over a connected socket.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread; owns a reference on the socket and one source; no lock.
 */
#include "ui/base/source.h"
#include "ui/base/thread.h"
#include "ui/net/address.h"
#include "ui/net/stream.h"

#include <gio/gnetworking.h>

typedef struct SocketStream {
    VncStream stream;
    /* immutable */
    GSocket *socket;
    GMainContext *context;
    /* main thread */
    GSource *source; /* NULL while nothing is watched */
    GIOCondition watched;
} SocketStream;

static gssize socket_read(VncStream *stream, void *bytes, size_t len, GError **error)
{
    SocketStream *self = (SocketStream *)stream;

    return g_socket_receive_with_blocking(self->socket, bytes, len, FALSE, NULL, error);
}

static gssize socket_write(VncStream *stream, const void *bytes, size_t len, GError **error)
{
    SocketStream *self = (SocketStream *)stream;

    return g_socket_send_with_blocking(self->socket, bytes, len, FALSE, NULL, error);
}

static gboolean socket_ready(GSocket *socket G_GNUC_UNUSED, GIOCondition condition, gpointer opaque)
{
    SocketStream *self = opaque;

    /* The next read or write gets the error. */
    if (condition & (G_IO_HUP | G_IO_ERR | G_IO_NVAL)) {
        condition = self->watched;
    }
    g_assert(self->stream.ready);
    self->stream.ready(self->stream.ready_opaque, condition);
    /* If the stream has been freed, its source is destroyed, whatever is returned. */
    return G_SOURCE_CONTINUE;
}

static void socket_watch(VncStream *stream, GIOCondition condition)
{
    SocketStream *self = (SocketStream *)stream;

    if (g_socket_is_closed(self->socket) || condition == self->watched) {
        return;
    }
    vnc_source_clear(&self->source);
    self->watched = condition;
    if (condition) {
        self->source = g_socket_create_source(self->socket, condition, NULL);
        g_source_set_callback(self->source, G_SOURCE_FUNC(socket_ready), self, NULL);
        g_source_attach(self->source, self->context);
    }
}

static void socket_close(VncStream *stream)
{
    SocketStream *self = (SocketStream *)stream;

    socket_watch(stream, 0);
    g_socket_close(self->socket, NULL);
}

static void socket_free(VncStream *stream)
{
    SocketStream *self = (SocketStream *)stream;

    socket_close(stream);
    g_object_unref(self->socket);
    g_main_context_unref(self->context);
    vnc_address_info_clear(&self->stream.local);
    vnc_address_info_clear(&self->stream.peer);
    g_free(self);
}

static const VncStreamOps socket_ops = {
    .read = socket_read,
    .write = socket_write,
    .watch = socket_watch,
    .close = socket_close,
    .free = socket_free,
};

void vnc_socket_set_peer_timeout(GSocket *socket, unsigned seconds)
{
    VNC_MAIN();

    if (seconds == 0 || g_socket_get_family(socket) == G_SOCKET_FAMILY_UNIX) {
        return;
    }
    /* On an idle connection: four probes in the second half of the time. */
    g_socket_set_keepalive(socket, TRUE);
#ifdef TCP_KEEPIDLE
    g_socket_set_option(socket, IPPROTO_TCP, TCP_KEEPIDLE, MAX(seconds / 2, 1), NULL);
#endif
#ifdef TCP_KEEPINTVL
    g_socket_set_option(socket, IPPROTO_TCP, TCP_KEEPINTVL, MAX(seconds / 8, 1), NULL);
#endif
#ifdef TCP_KEEPCNT
    g_socket_set_option(socket, IPPROTO_TCP, TCP_KEEPCNT, 4, NULL);
#endif
#ifdef TCP_USER_TIMEOUT
    g_socket_set_option(socket, IPPROTO_TCP, TCP_USER_TIMEOUT, seconds * 1000, NULL);
#endif
}

VncStream *vnc_stream_new_socket(GSocket *socket, GMainContext *context)
{
    SocketStream *self = g_new0(SocketStream, 1);
    g_autoptr(GSocketAddress) local = NULL;
    g_autoptr(GSocketAddress) peer = NULL;

    VNC_MAIN();
    local = g_socket_get_local_address(socket, NULL);
    peer = g_socket_get_remote_address(socket, NULL);
    self->stream.ops = &socket_ops;
    vnc_address_info_init(&self->stream.local, local);
    vnc_address_info_init(&self->stream.peer, peer);
    self->socket = g_object_ref(socket);
    self->context = context ? g_main_context_ref(context) : g_main_context_ref_thread_default();
    g_socket_set_blocking(socket, FALSE);
    if (g_socket_get_family(socket) != G_SOCKET_FAMILY_UNIX) {
        g_socket_set_option(socket, IPPROTO_TCP, TCP_NODELAY, 1, NULL);
    }
    return &self->stream;
}
