/*
 * RSA keys in a build without Nettle: every key is refused.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread; owns nothing; no lock.
 */
#include "ui/auth/rsa-key.h"

#include "ui/base/thread.h"

#include <gio/gio.h>

VncRsaKey *vnc_rsa_key_load(G_GNUC_UNUSED const char *file, GError **error)
{
    VNC_MAIN();

    g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                        "RSA-AES needs Nettle, which this build lacks");
    return NULL;
}

VncRsaKey *vnc_rsa_key_ref(VncRsaKey *key)
{
    VNC_MAIN();

    return key;
}

char *vnc_rsa_key_fingerprint(G_GNUC_UNUSED const VncRsaKey *key)
{
    return g_strdup("none");
}

void vnc_rsa_key_unref(G_GNUC_UNUSED VncRsaKey *key)
{
    VNC_MAIN();
}
