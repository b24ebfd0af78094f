/*
 * One login's connection to Cyrus SASL, and the end of a login by SASL.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread, unless said otherwise.
 */
#ifndef UI_AUTH_SASL_CONN_H
#define UI_AUTH_SASL_CONN_H

#include "ui/auth/auth.h"

#include <sasl/sasl.h>

/* As QEMU's own server: without TLS, SASL itself must encrypt with at least the 56 bits of DES, in
 * packets of at most 8 KiB. */
#define VNC_SASL_MIN_SSF    56
#define VNC_SASL_MAX_PACKET 8192

/**
 * VncSaslConn: a sasl_conn_t, and copies of its parameters, so that it can be opened off the main
 * thread.
 */
typedef struct VncSaslConn {
    char *local, *peer;   /* "IP;PORT"; NULL: not TCP */
    char *dname;          /* of the viewer's certificate, which has been checked; NULL: none */
    sasl_ssf_t tls_ssf;   /* 0: no TLS */
    bool sheltered;       /* protected by TLS, or not on a network */
    sasl_conn_t *library; /* NULL: not open */
} VncSaslConn;

void vnc_sasl_conn_init(VncSaslConn *conn, const VncLogin *login);
void vnc_sasl_conn_clear(VncSaslConn *conn);

/* Off the main thread: may wait, as it looks up this machine's name. Returns SASL's code. */
int vnc_sasl_conn_open(VncSaslConn *conn);

/* End a login that @library has let in: note its user, and ask sasl-authz about the user. */
VncAuthResult vnc_sasl_pass(VncAuth *auth, sasl_conn_t *library);

/* End a login that SASL has refused with @code. @library may be NULL. */
VncAuthResult vnc_sasl_refuse(VncAuth *auth, sasl_conn_t *library, int code);

#endif
