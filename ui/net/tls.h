/*
 * TLS over a stream.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread; key exchanges run through VncOffload.
 */
#ifndef UI_NET_TLS_H
#define UI_NET_TLS_H

#include "ui/base/offload.h"
#include "ui/net/stream.h"
#include "ui/net/tls-credentials.h"

/* The handshake has ended. Called on the main thread from the main loop. @error: owned by the
 * caller; NULL: the stream is open. May free the stream. */
typedef void VncTlsDone(void *opaque, const GError *error);

/**
 * vnc_tls_stream_new: lay TLS over @lower, which is taken over, as its server. The handshake begins
 * by itself. Until its end nothing can be read or written. The stream may be freed at any time,
 * within the handshake, too. A viewer whose certificate is not accepted passes the handshake all
 * the same, so that it can be told why: see vnc_tls_stream_verify().
 *
 * @source: see vnc_offload_run(); must outlive the stream
 */
VncStream *vnc_tls_stream_new(VncStream *lower, VncTlsCredentials *credentials, VncOffload *offload,
                              const char *source, GMainContext *context, VncTlsDone *done,
                              void *opaque);

/* After the handshake: whether the viewer's certificate is accepted, or none is required. If not,
 * @error says why: expired, not signed by our CA, revoked, missing. */
bool vnc_tls_stream_verify(VncStream *stream, GError **error);

/* The distinguished name in the viewer's certificate; NULL: the viewer has sent none. */
const char *vnc_tls_stream_dname(VncStream *stream);

/* The strength of the cipher in bits, for SASL's security strength factor. */
unsigned vnc_tls_stream_ssf(VncStream *stream);

#endif
