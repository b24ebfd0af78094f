/*
 * The status of a server: its listeners, its viewers, and statistics.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread.
 */
#include "ui/server/server-private.h"

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
    vnc_address_info_clear(&info->local);
    g_free((char *)info->x509_dname);
    g_free((char *)info->sasl_username);
    g_free(info);
}

static VncViewerInfo *new_viewer_info(const VncState *vs)
{
    VncViewerInfo *info = g_new0(VncViewerInfo, 1);
    VncViewerInfo borrowed;

    vnc_state_get_info(vs, &borrowed);
    *info = borrowed;
    vnc_address_info_copy(&info->address, &borrowed.address);
    vnc_address_info_copy(&info->local, &borrowed.local);
    info->x509_dname = g_strdup(borrowed.x509_dname);
    info->sasl_username = g_strdup(borrowed.sasl_username);
    return info;
}

VncServerStatus *vnc_server_get_status(VncServer *server)
{
    VncServerStatus *status = g_new0(VncServerStatus, 1);

    VNC_MAIN();
    status->auth = vnc_server_auth_name(server, false, &status->vencrypt);
    status->listeners = g_ptr_array_new_with_free_func(listener_info_free);
    status->viewers = g_ptr_array_new_with_free_func(viewer_info_free);
    for (unsigned i = 0; i < server->listeners->len; i++) {
        const VncListener *listener = g_ptr_array_index(server->listeners, i);

        for (unsigned j = 0; j < vnc_listener_n_sockets(listener); j++) {
            VncListenerInfo *info = g_new0(VncListenerInfo, 1);

            vnc_address_info_copy(&info->address, vnc_listener_socket_info(listener, j));
            info->websocket = vnc_listener_is_websocket(listener);
            info->auth = vnc_server_auth_name(server, info->websocket && server->settings->tls,
                                              &info->vencrypt);
            g_ptr_array_add(status->listeners, info);
        }
    }
    for (unsigned i = 0; i < server->viewers->len; i++) {
        g_ptr_array_add(status->viewers, new_viewer_info(server->viewers->pdata[i]));
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
