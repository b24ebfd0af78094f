/*
 * Passwords: from the options, and as the host sets them.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread.
 */
#include "ui/server/server-private.h"

#include "ui/auth/auth.h"
#include "ui/base/log.h"

#include <string.h>

static void warn_of_length(VncServer *server, const char *password)
{
    if (password && strlen(password) > VNC_PASSWORD_BYTES && server->settings->vnc_auth) {
        vnc_log(
            server->ops, server->host,
            "the password has more than %d bytes: VNC authentication looks at the first %d only",
            VNC_PASSWORD_BYTES, VNC_PASSWORD_BYTES);
    }
}

/* Store the text of secret @id in *@text; NULL if @id is NULL. */
static bool look_up(VncServer *server, const char *option, const char *id, char **text,
                    GError **error)
{
    g_autoptr(GError) cause = NULL;

    *text = NULL;
    if (!id) {
        return true;
    }
    if (server->ops->secret) {
        *text = server->ops->secret(server->host, id, &cause);
    }
    if (!*text) {
        g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "option '%s': '%s': %s",
                    option, id, cause ? cause->message : "there are no secret objects here");
        return false;
    }
    return true;
}

bool vnc_options_ask_for_passwords(const VncOptions *options)
{
    return options->password || options->password_secret || options->view_only_password_secret;
}

bool vnc_server_read_passwords(VncServer *server, const VncOptions *options,
                               VncPasswords *passwords, GError **error)
{
    if (options->password && options->password_secret) {
        g_set_error_literal(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                            "option 'password-secret' gives the password: it does not go with "
                            "'password', which waits for the monitor to set it");
        return false;
    }
    if (vnc_options_ask_for_passwords(options) && options->vnc_auth &&
        !vnc_auth_vnc_available(error)) {
        return false;
    }
    return look_up(server, "password-secret", options->password_secret, &passwords->full, error) &&
           look_up(server, "view-only-password-secret", options->view_only_password_secret,
                   &passwords->view_only, error);
}

void vnc_server_use_passwords(VncServer *server, const VncPasswords *passwords)
{
    if (passwords->full) {
        vnc_passwords_set(&server->passwords.full, passwords->full);
    }
    vnc_passwords_set(&server->passwords.view_only, passwords->view_only);
}

void vnc_server_log_passwords(VncServer *server, const VncPasswords *passwords)
{
    warn_of_length(server, passwords->full);
    warn_of_length(server, passwords->view_only);
}

bool vnc_server_set_password(VncServer *server, const char *password, GError **error)
{
    VNC_MAIN();
    if (!server->settings->password) {
        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED,
                            "nobody is asked for a password: start with the option password=on");
        return false;
    }
    vnc_passwords_set(&server->passwords.full, password);
    warn_of_length(server, password);
    return true;
}

void vnc_server_set_password_expiry(VncServer *server, int64_t time)
{
    VNC_MAIN();
    server->passwords.expires = time;
}
