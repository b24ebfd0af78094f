/*
 * The security settings of a server.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. Immutable once the server uses them: other options, or reloaded certificates, make
 * new settings. A login keeps the settings that it began with.
 */
#ifndef UI_AUTH_SETTINGS_H
#define UI_AUTH_SETTINGS_H

#include "ui/auth/rsa-key.h"
#include "ui/net/tls-credentials.h"

typedef struct VncAuthSettings {
    int refs;
    bool password;          /* a password without a user name */
    bool vnc_auth;          /* `password` by VNC authentication, too, not by RSA-AES alone */
    bool sasl;              /* SASL */
    bool plain;             /* user name and password, within TLS or RSA-AES */
    VncTlsCredentials *tls; /* NULL: no TLS; else nobody gets in without TLS */
    char *tls_authz;        /* the host's authorization object for names in certificates, or NULL */
    VncRsaKey *rsa;         /* NULL: no RSA-AES */
    char *sasl_authz;       /* the same for SASL's users, by whichever security type; or NULL */
} VncAuthSettings;

/* Settings that let everybody in. */
VncAuthSettings *vnc_auth_settings_new(void);
VncAuthSettings *vnc_auth_settings_copy(const VncAuthSettings *settings);
VncAuthSettings *vnc_auth_settings_ref(VncAuthSettings *settings);
void vnc_auth_settings_unref(VncAuthSettings *settings); /* accepts NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VncAuthSettings, vnc_auth_settings_unref)

#endif
