/*
 * TLS credentials: what the host's object names, loaded.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread, unless said otherwise; immutable once loaded.
 */
#ifndef UI_NET_TLS_CREDENTIALS_H
#define UI_NET_TLS_CREDENTIALS_H

#include "ui/vnc-host.h"

#include <glib.h>
#include <stdbool.h>

/* GnuTLS's, whose headers only few need. */
struct gnutls_session_int;

/**
 * VncTlsCredentials: what the host's tls-creds object says, with the files that it names loaded.
 * Reference counted; each session keeps those that it began with.
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

/* Whether they have certificates; else they are anonymous. */
bool vnc_tls_credentials_x509(const VncTlsCredentials *credentials);
/* Whether a viewer is to show a certificate. Any thread. */
bool vnc_tls_credentials_verify_peer(const VncTlsCredentials *credentials);

/* Have @session, a gnutls_session_t of a server that keeps a reference, use them. */
void vnc_tls_credentials_apply(VncTlsCredentials *credentials, struct gnutls_session_int *session);

#endif
