/*
 * TLS credentials, loaded from the files that the host's object names.
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

/* A type of GnuTLS, whose headers few files need. */
struct gnutls_session_int;

/**
 * VncTlsCredentials: the host's tls-creds object, with its files loaded. Reference counted; each
 * session keeps the credentials that it began with.
 */
typedef struct VncTlsCredentials VncTlsCredentials;

/**
 * vnc_tls_credentials_new: load the files of @object. Its directory has ca-cert.pem,
 * server-cert.pem and server-key.pem, and may have ca-crl.pem and dh-params.pem.
 *
 * Fails with G_IO_ERROR; the message names the file and the cause.
 */
VncTlsCredentials *vnc_tls_credentials_new(const VncTlsObject *object, GError **error);
VncTlsCredentials *vnc_tls_credentials_ref(VncTlsCredentials *credentials);
void vnc_tls_credentials_unref(VncTlsCredentials *credentials); /* accepts NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VncTlsCredentials, vnc_tls_credentials_unref)

/* Whether the credentials have certificates; otherwise they are anonymous. */
bool vnc_tls_credentials_x509(const VncTlsCredentials *credentials);
/* Whether viewers must send a certificate. Any thread. */
bool vnc_tls_credentials_verify_peer(const VncTlsCredentials *credentials);

/* Have @session use @credentials. @session: a gnutls_session_t of a server; the caller keeps a
 * reference to @credentials while @session lives. */
void vnc_tls_credentials_apply(VncTlsCredentials *credentials, struct gnutls_session_int *session);

#endif
