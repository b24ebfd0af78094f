/*
 * A fuzzed viewer that knows how to log in, and does not always do so correctly.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread.
 */
#ifndef TESTS_FUZZ_LOGIN_H
#define TESTS_FUZZ_LOGIN_H

#include "tests/fuzz/input.h"
#include "tests/lib/rsa-viewer.h"
#include "tests/lib/sasl-login.h"
#include "ui/server/server-private.h"

#include <gnutls/gnutls.h>

/* A way to log in. */
typedef struct Way {
    uint8_t type;
    uint16_t subtype; /* of VeNCrypt */
    bool plain;       /* name and password, else a password */
} Way;

bool way_uses_sasl(const Way *way);
bool way_uses_x509(const Way *way);
bool way_uses_nothing(const Way *way);

typedef struct Viewer {
    VncServer *server;
    bool initialized; /* the host has been told that it is in */
    Input input;
    Way way;
    const char *password;
    bool spoilt; /* it has not said all as it should */

    int fd;
    gnutls_session_t tls; /* or NULL */
    VncBuffer got;        /* without TLS, and not yet taken */

    /* RSA-AES */
    bool wide, sealed;
    struct rsa_public_key key;
    VncBuffer server_message, own_message;
    Side sends, receives;
    VncBuffer opened; /* what was sealed, and is not yet taken */

    /* SASL */
    Client client;
    unsigned ssf;
} Viewer;

/* From ProtocolVersion to ServerInit, over viewer->fd. Returns whether it has got in. */
bool viewer_log_in(Viewer *viewer);

#endif
