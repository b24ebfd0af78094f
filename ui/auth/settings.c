/*
 * The security options of a server.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread; no lock.
 */
#include "ui/auth/settings.h"

#include "ui/base/thread.h"

VncAuthSettings *vnc_auth_settings_new(void)
{
    VncAuthSettings *settings = g_new0(VncAuthSettings, 1);

    VNC_MAIN();
    settings->refs = 1;
    settings->vnc_auth = true;
    return settings;
}

VncAuthSettings *vnc_auth_settings_copy(const VncAuthSettings *settings)
{
    VncAuthSettings *copy;

    VNC_MAIN();
    copy = vnc_auth_settings_new();
    copy->password = settings->password;
    copy->vnc_auth = settings->vnc_auth;
    copy->sasl = settings->sasl;
    copy->plain = settings->plain;
    copy->tls = settings->tls ? vnc_tls_credentials_ref(settings->tls) : NULL;
    copy->tls_authz = g_strdup(settings->tls_authz);
    copy->rsa = settings->rsa ? vnc_rsa_key_ref(settings->rsa) : NULL;
    copy->sasl_authz = g_strdup(settings->sasl_authz);
    return copy;
}

VncAuthSettings *vnc_auth_settings_ref(VncAuthSettings *settings)
{
    VNC_MAIN();

    settings->refs++;
    return settings;
}

void vnc_auth_settings_unref(VncAuthSettings *settings)
{
    VNC_MAIN();

    if (settings && --settings->refs == 0) {
        vnc_tls_credentials_unref(settings->tls);
        g_free(settings->tls_authz);
        vnc_rsa_key_unref(settings->rsa);
        g_free(settings->sasl_authz);
        g_free(settings);
    }
}
