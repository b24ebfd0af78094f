/*
 * TLS credentials, for the TLS stream alone.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Immutable once loaded; the count is atomic.
 */
#ifndef UI_NET_TLS_CREDENTIALS_H
#define UI_NET_TLS_CREDENTIALS_H

#include "ui/net/tls.h"

#include <gnutls/gnutls.h>

struct VncTlsCredentials {
    gatomicrefcount refs;
    bool x509, verify_peer;
    gnutls_priority_t priority;
    gnutls_anon_server_credentials_t anon;
    gnutls_certificate_credentials_t certificate;
};

#endif
