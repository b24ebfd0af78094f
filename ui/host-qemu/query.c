/*
 * Answers and events for the monitors: query-vnc, query-vnc-servers and the VNC events.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * BQL. The types are those of QEMU's qapi/ui.json. Lists have the order of QEMU's own server, the
 * last entry first: scripts may depend on the order.
 */
#include "qemu/osdep.h"
#include "host.h"

#include "hw/qdev-core.h"
#include "qapi/error.h"
#include "qapi/qapi-commands-ui.h"
#include "qapi/qapi-events-ui.h"
#include "qapi/util.h"

static NetworkAddressFamily family_of(const VncAddressInfo *address)
{
    switch (address->family) {
    case VNC_FAMILY_IPV4:
        return NETWORK_ADDRESS_FAMILY_IPV4;
    case VNC_FAMILY_IPV6:
        return NETWORK_ADDRESS_FAMILY_IPV6;
    case VNC_FAMILY_UNIX:
        return NETWORK_ADDRESS_FAMILY_UNIX;
    case VNC_FAMILY_UNKNOWN:
        break;
    }
    return NETWORK_ADDRESS_FAMILY_UNKNOWN;
}

static void fill_basic_info(VncBasicInfo *info, const VncAddressInfo *address, bool websocket)
{
    info->host = g_strdup(address->host);
    info->service = g_strdup(address->service);
    info->family = family_of(address);
    info->websocket = websocket;
}

static VncClientInfo *new_client_info(const VncViewerInfo *viewer)
{
    VncClientInfo *info = g_new0(VncClientInfo, 1);

    fill_basic_info(qapi_VncClientInfo_base(info), &viewer->address, viewer->websocket);
    info->x509_dname = g_strdup(viewer->x509_dname);
    if (info->x509_dname) {
        VNC_COMPAT_SET_HAS(info, x509_dname);
    }
    info->sasl_username = g_strdup(viewer->sasl_username);
    if (info->sasl_username) {
        VNC_COMPAT_SET_HAS(info, sasl_username);
    }
    return info;
}

static VncPrimaryAuth primary_auth(const char *name)
{
    return qapi_enum_parse(&VncPrimaryAuth_lookup, name, VNC_PRIMARY_AUTH_NONE, &error_abort);
}

static VncVencryptSubAuth sub_auth(const char *name)
{
    return qapi_enum_parse(&VncVencryptSubAuth_lookup, name, VNC_VENCRYPT_SUB_AUTH_PLAIN,
                           &error_abort);
}

/* Both types in one text: "vnc", "vencrypt+tls+none". To be freed. */
static char *full_auth(const char *auth, const char *vencrypt)
{
    return vencrypt ? g_strdelimit(g_strdup_printf("%s-%s", auth, vencrypt), "-", '+')
                    : g_strdup(auth);
}

static VncClientInfoList *list_clients(const VncServerStatus *status)
{
    VncClientInfoList *list = NULL;

    for (unsigned i = 0; i < status->viewers->len; i++) {
        QAPI_LIST_PREPEND(list, new_client_info(g_ptr_array_index(status->viewers, i)));
    }
    return list;
}

static VncServerInfo2List *list_servers(const VncServerStatus *status)
{
    VncServerInfo2List *list = NULL;

    for (unsigned i = 0; i < status->listeners->len; i++) {
        const VncListenerInfo *listener = g_ptr_array_index(status->listeners, i);
        VncServerInfo2 *info = g_new0(VncServerInfo2, 1);

        fill_basic_info(qapi_VncServerInfo2_base(info), &listener->address, listener->websocket);
        info->auth = primary_auth(listener->auth);
        if (listener->vencrypt) {
            info->has_vencrypt = true;
            info->vencrypt = sub_auth(listener->vencrypt);
        }
        QAPI_LIST_PREPEND(list, info);
    }
    return list;
}

VncInfo *qmp_query_vnc(Error **errp)
{
    g_autoptr(VncServerStatus) status = NULL;
    VncInfo *info = g_new0(VncInfo, 1);
    VncHost *host = vnc_host_find(NULL);
    const VncListenerInfo *listener;

    if (!host) {
        return info;
    }
    status = vnc_server_get_status(host->server);
    if (status->listeners->len == 0) {
        return info;
    }
    listener = g_ptr_array_index(status->listeners, 0);
    info->enabled = true;
    info->host = g_strdup(listener->address.host);
    VNC_COMPAT_SET_HAS(info, host);
    info->service = g_strdup(listener->address.service);
    VNC_COMPAT_SET_HAS(info, service);
    info->family = family_of(&listener->address);
    info->has_family = true;
    info->auth = full_auth(listener->auth, listener->vencrypt);
    VNC_COMPAT_SET_HAS(info, auth);
    info->clients = list_clients(status);
    info->has_clients = true;
    return info;
}

/* The id of the device whose console @host shows; NULL: @host belongs to no device. */
static const char *device_id(const VncHost *host)
{
    Object *device;

    if (!host->dcl.con) {
        return NULL;
    }
    device = object_property_get_link(OBJECT(host->dcl.con), "device", NULL);
    return device ? DEVICE(device)->id : NULL;
}

VncInfo2List *qmp_query_vnc_servers(Error **errp)
{
    VncInfo2List *list = NULL;

    for (VncHost *host = vnc_host_next(NULL); host; host = vnc_host_next(host)) {
        g_autoptr(VncServerStatus) status = vnc_server_get_status(host->server);
        VncInfo2 *info = g_new0(VncInfo2, 1);

        info->id = g_strdup(host->id);
        info->server = list_servers(status);
        info->clients = list_clients(status);
        info->auth = primary_auth(status->auth);
        if (status->vencrypt) {
            info->has_vencrypt = true;
            info->vencrypt = sub_auth(status->vencrypt);
        }
        info->display = g_strdup(device_id(host));
        if (info->display) {
            VNC_COMPAT_SET_HAS(info, display);
        }
        QAPI_LIST_PREPEND(list, info);
    }
    return list;
}

/* How well @listener fits @local, the server's end of a connection; 0: not at all. A listener on
 * all addresses has another host, and maybe another IP family. */
static int fits(const VncAddressInfo *listener, const VncAddressInfo *local)
{
    bool is_unix = listener->family == VNC_FAMILY_UNIX;

    if (strcmp(listener->service, local->service) != 0 ||
        is_unix != (local->family == VNC_FAMILY_UNIX)) {
        return 0;
    }
    return 1 + (listener->family == local->family) + 2 * (strcmp(listener->host, local->host) == 0);
}

/* The listener that accepted the viewer; NULL: none did (`reverse=` or add_client). */
static const VncListenerInfo *find_listener(const VncServerStatus *status,
                                            const VncAddressInfo *local)
{
    const VncListenerInfo *found = NULL;
    int best = 0;

    for (unsigned i = 0; i < status->listeners->len; i++) {
        const VncListenerInfo *listener = g_ptr_array_index(status->listeners, i);
        int fit = fits(&listener->address, local);

        if (fit > best) {
            best = fit;
            found = listener;
        }
    }
    return found;
}

static VncServerInfo *new_server_info(const VncServerStatus *status, const VncAddressInfo *local)
{
    const VncListenerInfo *listener = find_listener(status, local);
    VncServerInfo *info = g_new0(VncServerInfo, 1);

    fill_basic_info(qapi_VncServerInfo_base(info), listener ? &listener->address : local,
                    listener && listener->websocket);
    info->auth = listener ? full_auth(listener->auth, listener->vencrypt)
                          : full_auth(status->auth, status->vencrypt);
    VNC_COMPAT_SET_HAS(info, auth);
    return info;
}

void vnc_host_tell_monitors(VncHost *host, VncViewerEvent event, const VncViewerInfo *viewer)
{
    g_autoptr(VncServerStatus) status = NULL;
    g_autoptr(VncServerInfo) server = NULL;
    g_autoptr(VncClientInfo) client = NULL;

    if (viewer->address.family == VNC_FAMILY_UNKNOWN) {
        return;
    }
    status = vnc_server_get_status(host->server);
    server = new_server_info(status, &viewer->local);
    client = new_client_info(viewer);
    switch (event) {
    case VNC_VIEWER_CONNECTED:
        qapi_event_send_vnc_connected(server, qapi_VncClientInfo_base(client));
        break;
    case VNC_VIEWER_INITIALIZED:
        qapi_event_send_vnc_initialized(server, client);
        break;
    case VNC_VIEWER_DISCONNECTED:
        qapi_event_send_vnc_disconnected(server, client);
        break;
    }
}
