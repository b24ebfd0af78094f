/*
 * Listening sockets.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread.
 */
#ifndef UI_NET_LISTENER_H
#define UI_NET_LISTENER_H

#include "ui/net/address.h"

/* Connections that may wait to be accepted. */
#define VNC_LISTEN_BACKLOG 128

/* A viewer has connected; take a reference on @socket to keep it. */
typedef void VncListenerAccept(void *opaque, GSocket *socket);

/* A line for the log. It may free the listener. */
typedef void VncListenerComplain(void *opaque, const char *line);

/**
 * VncListener: the sockets for one VncAddress: one, or one for each address that its host name
 * resolves to.
 */
typedef struct VncListener VncListener;

/**
 * vnc_listener_new: bind and listen; accept on @context.
 *
 * TCP: tries display numbers from address->display to max(address->display, @to), and takes the
 * first on which no resolved address is in use. Of several resolved addresses, those that the
 * machine lacks are passed over. ":d" is one dual-stack socket where the system has IPv6, else an
 * IPv4 socket. "[::]:d" is a dual-stack socket always. SO_REUSEADDR is set. Name look-up is
 * synchronous.
 * UNIX: replaces a socket file that no process has bound. Any other file is left alone, and is an
 * error. vnc_listener_free() removes the file, unless another one has taken its place.
 *
 * When a connection cannot be accepted (no file descriptor is left), the listener complains, once a
 * minute at most, and the socket rests for a moment.
 *
 * @accept: may free the listener; called once in a turn of the main loop
 *
 * Fails with G_IO_ERROR; the message names the address and the cause. G_IO_ERROR_ADDRESS_IN_USE:
 * another socket is bound to the address, listening or not.
 */
VncListener *vnc_listener_new(const VncAddress *address, unsigned to, GMainContext *context,
                              VncListenerAccept *accept, VncListenerComplain *complain,
                              void *opaque, GError **error);
void vnc_listener_free(VncListener *listener); /* accepts NULL; drops pending connections */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VncListener, vnc_listener_free)

/* Whether @listener is as vnc_listener_new(@address, @to) would make it. */
bool vnc_listener_matches(const VncListener *listener, const VncAddress *address, unsigned to);
/* Whether @listener may be the reason why vnc_listener_new(@address, @to) finds the address in
 * use. */
bool vnc_listener_clashes(const VncListener *listener, const VncAddress *address, unsigned to);
/* Close the sockets, and open them again at the same place; fails as vnc_listener_new() does. */
void vnc_listener_suspend(VncListener *listener);
bool vnc_listener_resume(VncListener *listener, GError **error);

/* VncAddress.websocket of the listener's address. */
bool vnc_listener_is_websocket(const VncListener *listener);
/* The sockets' own addresses, with numeric ports: at least one, unless suspended. */
unsigned vnc_listener_n_sockets(const VncListener *listener);
const VncAddressInfo *vnc_listener_socket_info(const VncListener *listener, unsigned index);

#endif
