/*
 * What the monitors can ask for: set_password, add_client, display-update and so on.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * BQL.
 */
#include "qemu/osdep.h"
#include "host.h"

#include "qapi/error.h"
#include "qemu/error-report.h"

/* The callers say "Could not set password" of any error. */
int vnc_display_password(const char *id, const char *password)
{
    VncHost *host = vnc_host_find(id);

    return host && vnc_server_set_password(host->server, password, NULL) ? 0 : -EINVAL;
}

/* @expires: seconds since 1970; 0 is "now", TIME_MAX "never". */
int vnc_display_pw_expire(const char *id, time_t expires)
{
    VncHost *host = vnc_host_find(id);

    if (!host) {
        return -EINVAL;
    }
    vnc_server_set_password_expiry(host->server, expires == TIME_MAX ? INT64_MAX : expires);
    return 0;
}

/* Takes over @fd. */
static GSocket *wrap_stream(int fd, GError **error)
{
    g_autoptr(GSocket) socket = g_socket_new_from_fd(fd, error);

    if (!socket) {
        close(fd);
        return NULL;
    }
    if (g_socket_get_socket_type(socket) != G_SOCKET_TYPE_STREAM ||
        !g_socket_is_connected(socket)) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_NOT_CONNECTED,
                    "it is no connected stream socket");
        return NULL;
    }
    return g_steal_pointer(&socket);
}

void vnc_display_add_client(const char *id, int csock, bool skipauth)
{
    VncHost *host = vnc_host_find(id);
    g_autoptr(GError) error = NULL;
    g_autoptr(GSocket) socket = wrap_stream(csock, &error);

    if (!socket) {
        error_report("vnc: cannot take over the client's socket: %s", error->message);
    } else if (!host) {
        error_report("vnc: there is no display for the client");
    } else {
        vnc_server_add_viewer(host->server, socket, skipauth);
    }
}

bool vnc_display_reload_certs(const char *id, Error **errp)
{
    VncHost *host = vnc_host_find(id);
    g_autoptr(GError) error = NULL;

    if (!host) {
        error_setg(errp, "Can not find vnc display");
    } else if (!vnc_server_reload_tls(host->server, &error)) {
        error_setg(errp, "%s",
                   g_error_matches(error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED)
                       ? "vnc tls is not enabled"
                       : error->message);
    }
    return !error && host;
}

bool vnc_display_update(DisplayUpdateOptionsVNC *arg, Error **errp)
{
    error_setg(errp, "changing the addresses of a vnc display is not supported");
    return false;
}
