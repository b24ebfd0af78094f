/*
 * What the monitors are told: query-vnc, query-vnc-servers and the VNC events.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * BQL. The shapes are those of QEMU's qapi/ui.json.
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

static void fill_basic_info(VncBasicInfo *info, const VncAddressInfo *address)
{
    info->host = g_strdup(address->host);
    info->service = g_strdup(address->service);
    info->family = family_of(address);
}

static VncClientInfo *new_client_info(const VncViewerInfo *viewer)
{
    VncClientInfo *info = g_new0(VncClientInfo, 1);

    fill_basic_info(qapi_VncClientInfo_base(info), &viewer->address);
    return info;
}

static VncPrimaryAuth primary_auth(const char *name)
{
    return qapi_enum_parse(&VncPrimaryAuth_lookup, name, VNC_PRIMARY_AUTH_NONE, &error_abort);
}

static VncClientInfoList *list_clients(const VncServerStatus *status)
{
    VncClientInfoList *list = NULL, **tail = &list;

    for (unsigned i = 0; i < status->viewers->len; i++) {
        QAPI_LIST_APPEND(tail, new_client_info(g_ptr_array_index(status->viewers, i)));
    }
    return list;
}

static VncServerInfo2List *list_servers(const VncServerStatus *status)
{
    VncServerInfo2List *list = NULL, **tail = &list;

    for (unsigned i = 0; i < status->listeners->len; i++) {
        const VncListenerInfo *listener = g_ptr_array_index(status->listeners, i);
        VncServerInfo2 *info = g_new0(VncServerInfo2, 1);

        fill_basic_info(qapi_VncServerInfo2_base(info), &listener->address);
        info->auth = primary_auth(listener->auth);
        QAPI_LIST_APPEND(tail, info);
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
    info->auth = g_strdup(listener->auth);
    VNC_COMPAT_SET_HAS(info, auth);
    info->clients = list_clients(status);
    info->has_clients = true;
    return info;
}

/* The id of the device whose console @host shows; NULL: of none in particular. */
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
    VncInfo2List *list = NULL, **tail = &list;

    for (VncHost *host = vnc_host_next(NULL); host; host = vnc_host_next(host)) {
        g_autoptr(VncServerStatus) status = vnc_server_get_status(host->server);
        VncInfo2 *info = g_new0(VncInfo2, 1);

        info->id = g_strdup(host->id);
        info->server = list_servers(status);
        info->clients = list_clients(status);
        info->auth = primary_auth(status->auth);
        info->display = g_strdup(device_id(host));
        if (info->display) {
            VNC_COMPAT_SET_HAS(info, display);
        }
        QAPI_LIST_APPEND(tail, info);
    }
    return list;
}

static VncServerInfo *new_server_info(const VncListenerInfo *listener)
{
    VncServerInfo *info = g_new0(VncServerInfo, 1);

    fill_basic_info(qapi_VncServerInfo_base(info), &listener->address);
    info->auth = g_strdup(listener->auth);
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
    if (status->listeners->len == 0) {
        return;
    }
    server = new_server_info(g_ptr_array_index(status->listeners, 0));
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
