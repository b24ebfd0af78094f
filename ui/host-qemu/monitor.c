/*
 * Commands of the monitors: set_password, add_client, display-update and so on.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * BQL.
 */
#include "qemu/osdep.h"
#include "host.h"

#include "crypto/tlscredsanon.h"
#include "monitor/monitor.h"
#include "qapi/error.h"
#include "qemu/error-report.h"

/* The callers say "Could not set password" of any error; a helpful text can be shown only to
 * people. */
int vnc_display_password(const char *id, const char *password)
{
    VncHost *host = vnc_host_find(id);

    if (!host) {
        return -EINVAL;
    }
    if (!vnc_server_set_password(host->server, password, NULL)) {
        error_printf_unless_qmp(
            "This display asks for no password: it takes -vnc ...,password=on\n");
        return -EINVAL;
    }
    return 0;
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

/* Anonymous credentials have no certificates. */
static Object *find_anonymous(const VncHost *host)
{
    const char *id = host->options ? host->options->tls_creds : NULL;
    Object *object = id ? object_resolve_path_component(object_get_objects_root(), id) : NULL;

    return object && object_dynamic_cast(object, TYPE_QCRYPTO_TLS_CREDS_ANON) ? object : NULL;
}

bool vnc_display_reload_certs(const char *id, Error **errp)
{
    VncHost *host = vnc_host_find(id);
    Object *anonymous = host ? find_anonymous(host) : NULL;
    g_autoptr(GError) error = NULL;

    if (!host) {
        error_setg(errp, "Can not find vnc display");
    } else if (anonymous) {
        error_setg(errp, "%s doesn't support to reload TLS credential",
                   object_get_typename(anonymous));
    } else if (!vnc_server_reload_tls(host->server, &error)) {
        error_setg(errp, "%s",
                   g_error_matches(error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED)
                       ? "vnc tls is not enabled"
                       : error->message);
    }
    return !error && host && !anonymous;
}

/* The address as -vnc spells it, with the port in place of the display; NULL with @errp set. */
static char *address_text(const SocketAddress *address, Error **errp)
{
    const InetSocketAddress *inet = &address->u.inet;

    switch (address->type) {
    case SOCKET_ADDRESS_TYPE_INET:
#ifdef HAVE_IPPROTO_MPTCP
        if (inet->has_mptcp && inet->mptcp) {
            error_setg(errp, "multi-path TCP is not supported");
            return NULL;
        }
#endif
        if (inet->has_keep_alive && inet->keep_alive) {
            error_setg(errp, "keep-alive is not supported for a socket that listens");
            return NULL;
        }
        return g_strdup_printf(strchr(inet->host, ':') ? "[%s]:%s" : "%s:%s", inet->host,
                               inet->port);
    case SOCKET_ADDRESS_TYPE_UNIX:
#ifdef CONFIG_LINUX
        if (address->u.q_unix.has_abstract && address->u.q_unix.abstract) {
            error_setg(errp, "abstract unix sockets are not supported");
            return NULL;
        }
#endif
        return g_strdup_printf("unix:%s", address->u.q_unix.path);
    default:
        error_setg(errp, "addresses of type '%s' are not supported",
                   SocketAddressType_str(address->type));
        return NULL;
    }
}

static bool set_family(VncOptions *options, const char *name, bool given, bool on, Error **errp)
{
    g_autoptr(GError) error = NULL;

    if (given && !vnc_options_set(options, name, on ? "on" : "off", &error)) {
        error_setg(errp, "%s", error->message);
        return false;
    }
    return true;
}

static bool same_range(const InetSocketAddress *a, const InetSocketAddress *b)
{
    return a->has_to == b->has_to && a->to == b->to && a->has_ipv4 == b->has_ipv4 &&
           a->ipv4 == b->ipv4 && a->has_ipv6 == b->has_ipv6 && a->ipv6 == b->ipv6;
}

/* Add @list to the addresses of @options, and set the options that hold for all of them. */
static bool read_addresses(VncOptions *options, const SocketAddressList *list, Error **errp)
{
    const InetSocketAddress *first = NULL;

    if (!list) {
        g_ptr_array_add(options->addresses, g_strdup("none"));
    }
    for (; list; list = list->next) {
        char *text = address_text(list->value, errp);

        if (!text) {
            return false;
        }
        g_ptr_array_add(options->addresses, text);
        if (list->value->type != SOCKET_ADDRESS_TYPE_INET) {
            continue;
        }
        if (first && !same_range(first, &list->value->u.inet)) {
            error_setg(errp, "'to', 'ipv4' and 'ipv6' must be the same for all addresses");
            return false;
        }
        first = &list->value->u.inet;
    }
    if (!first) {
        return true;
    }
    options->to = first->has_to ? first->to : 0;
    return set_family(options, "ipv4", first->has_ipv4, first->ipv4, errp) &&
           set_family(options, "ipv6", first->has_ipv6, first->ipv6, errp);
}

bool vnc_display_update(DisplayUpdateOptionsVNC *arg, Error **errp)
{
    VncHost *host = vnc_host_find(NULL);
    g_autoptr(VncOptions) options = vnc_options_new();
    g_autoptr(GError) error = NULL;

    if (!host || !host->options) {
        error_setg(errp, "Can not find vnc display");
        return false;
    }
    if (!arg->has_addresses) {
        return true;
    }
    options->raw_ports = true;
    /* Options that the command does not repeat stay as they are; a websocket's display may be that
     * of the address. */
    options->unix_mode = host->options->unix_mode;
    g_ptr_array_unref(options->websockets);
    options->websockets = g_ptr_array_ref(host->options->websockets);
    if (!read_addresses(options, arg->addresses, errp)) {
        return false;
    }
    if (!vnc_server_listen(host->server, options, &error)) {
        error_setg(errp, "%s", error->message);
        return false;
    }
    return true;
}
