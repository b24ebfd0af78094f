/*
 * One login's connection to Cyrus SASL, and what all that use it have in common.
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

/* As QEMU's own server: an unprotected connection gets at least DES' 56 bits from SASL itself,
 * packets of at most 8 KiB. */
#define VNC_SASL_MIN_SSF    56
#define VNC_SASL_MAX_PACKET 8192

/**
 * VncSaslConn: a sasl_conn_t, and what it is made from: copies, so that it can be opened off the
 * main thread.
 */
typedef struct VncSaslConn {
    char *local, *peer;   /* "IP;PORT"; NULL: not TCP */
    char *dname;          /* in the viewer's certificate, which has been checked; NULL: none */
    sasl_ssf_t tls_ssf;   /* 0: no TLS */
    bool sheltered;       /* by TLS, or on no wire */
    sasl_conn_t *library; /* NULL: not open */
} VncSaslConn;

void vnc_sasl_conn_init(VncSaslConn *conn, const VncLogin *login);
void vnc_sasl_conn_clear(VncSaslConn *conn);

/* It may wait, as it asks for this machine's name: off the main thread. Returns SASL's code. */
int vnc_sasl_conn_open(VncSaslConn *conn);

/* The end of a login that @library has let in: its user, and whether sasl-authz lets that one in,
 * too. */
VncAuthResult vnc_sasl_pass(VncAuth *auth, sasl_conn_t *library);

/* The end of one that it has not, with @code. @library may be NULL. */
VncAuthResult vnc_sasl_refuse(VncAuth *auth, sasl_conn_t *library, int code);

#endif
