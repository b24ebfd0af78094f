/*
 * A build without Cyrus SASL.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Any thread; owns nothing; no lock.
 */
#include "ui/auth/checkpass.h"

#include "ui/base/thread.h"

#include <gio/gio.h>

bool vnc_auth_sasl_available(GError **error)
{
    VNC_MAIN();

    g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                        "this build of the server has no SASL");
    return false;
}

VncCheckpass *vnc_checkpass_new(G_GNUC_UNUSED VncAuth *auth, G_GNUC_UNUSED const void *user,
                                G_GNUC_UNUSED size_t user_len, G_GNUC_UNUSED const void *password,
                                G_GNUC_UNUSED size_t password_len)
{
    VNC_MAIN();

    return NULL;
}

VncAuthResult vnc_checkpass_step(VncAuth *auth, G_GNUC_UNUSED VncCheckpass *check)
{
    VNC_MAIN();

    return vnc_auth_refuse(auth, "The server has nobody to ask about passwords", NULL);
}

void vnc_checkpass_free(G_GNUC_UNUSED VncCheckpass *check)
{
    VNC_MAIN();
}
