/*
 * Connecting to a listening viewer.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. Never blocks: GIO's threads look up names.
 */
#ifndef UI_NET_CONNECTOR_H
#define UI_NET_CONNECTOR_H

#include "ui/net/address.h"

/* Called once, unless the connector is freed before. @socket: connected; take a reference to keep
 * it. NULL: the attempt has failed, and @error says why, with the address. May free the
 * connector. */
typedef void VncConnectorDone(void *opaque, GSocket *socket, const GError *error);

/**
 * VncConnector: one attempt to connect to an address. A name in it may resolve to several, which
 * are tried in turn.
 */
typedef struct VncConnector VncConnector;

/**
 * vnc_connector_new: begin.
 *
 * @address: TCP, with a host and a port, or UNIX; its no_ipv4 and no_ipv6 hold
 * @timeout: of the attempt as a whole, seconds
 * @context: calls @done, never before this function returns; run by the calling thread
 *
 * Fails with G_IO_ERROR_FILENAME_TOO_LONG if a unix socket's path is too long.
 */
VncConnector *vnc_connector_new(const VncAddress *address, unsigned timeout, GMainContext *context,
                                VncConnectorDone *done, void *opaque, GError **error);
/* Cancels an attempt that is under way. Accepts NULL. */
void vnc_connector_free(VncConnector *connector);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VncConnector, vnc_connector_free)

#endif
