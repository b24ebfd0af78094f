/*
 * Connecting to a viewer that listens.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. Never blocks: names are looked up by threads of GIO's.
 */
#ifndef UI_NET_CONNECTOR_H
#define UI_NET_CONNECTOR_H

#include "ui/net/address.h"

/* Called once, unless the connector is freed before: @socket is connected; take a reference to
 * keep it. NULL: it is not, and @error says why, with the address. It may free the connector. */
typedef void VncConnectorDone(void *opaque, GSocket *socket, const GError *error);

/**
 * VncConnector: one attempt to connect to an address, in which a name may stand for several.
 */
typedef struct VncConnector VncConnector;

/**
 * vnc_connector_new: begin.
 *
 * @address: TCP, with a host and a port, or UNIX; its no_ipv4 and no_ipv6 hold
 * @timeout: of the attempt as a whole, seconds
 * @context: where @done is called, not before this returns; the calling thread's to run
 *
 * Fails with G_IO_ERROR_FILENAME_TOO_LONG for such a path.
 */
VncConnector *vnc_connector_new(const VncAddress *address, unsigned timeout, GMainContext *context,
                                VncConnectorDone *done, void *opaque, GError **error);
/* Ends an attempt that is going on. Accepts NULL. */
void vnc_connector_free(VncConnector *connector);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VncConnector, vnc_connector_free)

#endif
