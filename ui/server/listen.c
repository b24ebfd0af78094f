/*
 * Listeners, and what can be told of them and the viewers.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread.
 */
#include "ui/server/server-private.h"

#include "ui/auth/auth.h"

bool vnc_server_open(VncServer *server, const VncOptions *options, GError **error)
{
    g_autoptr(GPtrArray) listeners =
        g_ptr_array_new_with_free_func((GDestroyNotify)vnc_listener_free);
    g_auto(VncNewPasswords) passwords = {0};

    VNC_MAIN();
    if (!vnc_server_read_passwords(server, options, &passwords, error)) {
        return false;
    }
    for (unsigned i = 0; i < options->addresses->len; i++) {
        g_autoptr(VncAddress) address =
            vnc_address_parse(g_ptr_array_index(options->addresses, i), error);
        VncListener *listener;

        if (!address) {
            return false;
        }
        if (address->kind == VNC_ADDRESS_NONE) {
            continue;
        }
        listener = vnc_listener_new(address, options->to, server->context, vnc_server_accept,
                                    server, error);
        if (!listener) {
            return false;
        }
        g_ptr_array_add(listeners, listener);
    }

    g_ptr_array_unref(server->listeners);
    server->listeners = g_steal_pointer(&listeners);
    server->share = options->share;
    server->connections = options->connections;
    vnc_server_use_passwords(server, &passwords);
    server->view_only = options->view_only;
    server->half_open = options->half_open ? options->half_open : options->connections;
    server->login_timeout = options->login_timeout;
    server->login_delay_ms = options->login_delay_ms;
    server->login_failures = options->login_failures;
    server->login_ban = options->login_ban;
    server->screen.lossy = options->lossy;
    server->screen.adaptive = !options->non_adaptive;
    server->screen.lossless_refresh = (int64_t)options->lossless_refresh_ms * 1000;
    return true;
}

static void listener_info_free(gpointer opaque)
{
    VncListenerInfo *info = opaque;

    vnc_address_info_clear(&info->address);
    g_free(info);
}

static void viewer_info_free(gpointer opaque)
{
    VncViewerInfo *info = opaque;

    vnc_address_info_clear(&info->address);
    g_free(info);
}

VncServerStatus *vnc_server_get_status(VncServer *server)
{
    VncServerStatus *status = g_new0(VncServerStatus, 1);

    VNC_MAIN();
    status->auth = server->password ? vnc_auth_vnc.name : vnc_auth_none.name;
    status->listeners = g_ptr_array_new_with_free_func(listener_info_free);
    status->viewers = g_ptr_array_new_with_free_func(viewer_info_free);
    for (unsigned i = 0; i < server->listeners->len; i++) {
        const VncListener *listener = g_ptr_array_index(server->listeners, i);

        for (unsigned j = 0; j < vnc_listener_n_sockets(listener); j++) {
            VncListenerInfo *info = g_new0(VncListenerInfo, 1);

            vnc_address_info_copy(&info->address, vnc_listener_socket_info(listener, j));
            info->auth = status->auth;
            g_ptr_array_add(status->listeners, info);
        }
    }
    for (unsigned i = 0; i < server->viewers->len; i++) {
        VncViewerInfo *info = g_new0(VncViewerInfo, 1);
        VncViewerInfo borrowed;

        vnc_state_get_info(g_ptr_array_index(server->viewers, i), &borrowed);
        *info = borrowed;
        vnc_address_info_copy(&info->address, &borrowed.address);
        g_ptr_array_add(status->viewers, info);
    }
    return status;
}

GArray *vnc_server_get_methods(VncServer *server)
{
    GArray *methods = g_array_new(FALSE, FALSE, sizeof(VncMethodInfo));

    VNC_MAIN();
    for (int i = 0; i < VNC_METHODS; i++) {
        const VncMethodCount *sent = &server->screen.sent[i];
        VncMethodInfo info = {vnc_method_name(i), sent->rects, sent->pixels, sent->bytes};

        g_array_append_val(methods, info);
    }
    return methods;
}

void vnc_server_status_free(VncServerStatus *status)
{
    if (status) {
        g_ptr_array_unref(status->listeners);
        g_ptr_array_unref(status->viewers);
        g_free(status);
    }
}
