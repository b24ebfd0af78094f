/*
 * TLS: credentials, and the layer over a stream.
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
#include "ui/vnc-host.h"

/**
 * VncTlsCredentials: what the host's tls-creds object says, with the files that it names loaded. Reference
 * counted; each session keeps those that it began with.
 */
typedef struct VncTlsCredentials VncTlsCredentials;

/**
 * vnc_tls_credentials_new: load what @object names. A directory has ca-cert.pem, server-cert.pem,
 * server-key.pem, and may have ca-crl.pem and dh-params.pem.
 *
 * Fails with G_IO_ERROR; the message names the file and the cause.
 */
VncTlsCredentials *vnc_tls_credentials_new(const VncTlsObject *object, GError **error);
VncTlsCredentials *vnc_tls_credentials_ref(VncTlsCredentials *credentials);
void vnc_tls_credentials_unref(VncTlsCredentials *credentials); /* accepts NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VncTlsCredentials, vnc_tls_credentials_unref)

bool vnc_tls_credentials_x509(const VncTlsCredentials *credentials);

/* The handshake has ended, on the main thread from the main loop. @error: NULL: the stream is open; it
 * belongs to the callee. May free the stream. */
typedef void VncTlsDone(void *opaque, const GError *error);

/**
 * vnc_tls_stream_new: lay TLS over @lower, which is taken over, as its server. The handshake begins
 * by itself: until its end nothing can be read or written; the stream may be freed at any time, within it too. A viewer whose certificate
 * is not accepted gets through the handshake all the same, so that it can be told why:
 * see vnc_tls_stream_verify().
 *
 * @source: see vnc_offload_run(); outlives the stream
 */
VncStream *vnc_tls_stream_new(VncStream *lower, VncTlsCredentials *credentials, VncOffload *offload,
                              const char *source, GMainContext *context, VncTlsDone *done,
                              void *opaque);

/* After the handshake: whether the viewer's certificate is accepted, or none is asked for. The message says
 * what is wrong with it: expired, not signed by our CA, revoked, missing. */
bool vnc_tls_stream_verify(VncStream *stream, GError **error);

/* The distinguished name in the viewer's certificate; NULL: it sent none. */
const char *vnc_tls_stream_dname(VncStream *stream);

/* The strength of the cipher in bits, for SASL's security strength factor. */
unsigned vnc_tls_stream_ssf(VncStream *stream);

#endif
