/*
 * Listeners: opened, kept and closed as the options say.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread.
 */
#include "ui/server/server-private.h"

#include "ui/base/log.h"

typedef struct Opening {
    VncServer *server;
    unsigned to;
    GPtrArray *addresses; /* VncAddress * */
    GPtrArray *kept;      /* VncListener * of the server's, or NULL, for each of addresses */
    GPtrArray *opened;    /* VncListener *, ours, or NULL, for each of addresses */
    GPtrArray *suspended; /* VncListener * of the server's */
    VncConnector *connector;
    bool keep_websockets; /* whatever the addresses are */
} Opening;

/* Takes over @address. */
static void add_address(Opening *opening, const VncOptions *options, VncAddress *address)
{
    address->mode = options->unix_mode;
    address->no_ipv4 =
        options->ipv4 == VNC_OFF || (options->ipv6 == VNC_ON && options->ipv4 != VNC_ON);
    address->no_ipv6 =
        options->ipv6 == VNC_OFF || (options->ipv4 == VNC_ON && options->ipv6 != VNC_ON);
    g_ptr_array_add(opening->addresses, address);
}

static bool read_websockets(Opening *opening, const VncOptions *options, GError **error)
{
    const VncAddress *sole = NULL;

    if (opening->addresses->len == 1) {
        sole = g_ptr_array_index(opening->addresses, 0);
        sole = sole->kind == VNC_ADDRESS_TCP ? sole : NULL;
    }
    for (unsigned i = 0; i < options->websockets->len; i++) {
        const char *text = g_ptr_array_index(options->websockets, i);
        VncAddress *address = vnc_address_parse_websocket(text, error);

        if (!address) {
            return false;
        }
        if (address->base && !sole) {
            g_set_error(
                error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                "option 'websocket': '%s' takes its display number from the only TCP address; "
                "give a port: websocket=PORT",
                text);
            vnc_address_free(address);
            return false;
        }
        if (address->base) {
            address->display = sole->display;
        }
        if (address->kind == VNC_ADDRESS_TCP && !address->host[0] && sole) {
            g_free(address->host);
            address->host = g_strdup(sole->host);
        }
        add_address(opening, options, address);
    }
    return true;
}

static bool read_addresses(Opening *opening, const VncOptions *options, GError **error)
{
    if (!vnc_options_check(options, error)) {
        return false;
    }
    for (unsigned i = 0; i < options->addresses->len; i++) {
        VncAddress *address = vnc_address_parse(options->addresses->pdata[i],
                                                options->raw_ports || options->reverse, error);

        if (!address) {
            return false;
        }
        if (address->kind == VNC_ADDRESS_NONE) {
            vnc_address_free(address);
        } else {
            add_address(opening, options, address);
        }
    }
    return read_websockets(opening, options, error);
}

/* `to` counts displays. An address that is a port has no range. */
static unsigned last_display(const Opening *opening, const VncAddress *address)
{
    return address->websocket && !address->base ? 0 : opening->to;
}

/* Whether @listener, one of the server's, stays. */
static bool is_kept(const Opening *opening, VncListener *listener)
{
    return g_ptr_array_find(opening->kept, listener, NULL) ||
           (opening->keep_websockets && vnc_listener_is_websocket(listener));
}

/* The server's listener that is as @address asks, unless another address has claimed it. */
static VncListener *find_kept(const Opening *opening, const VncAddress *address)
{
    for (unsigned i = 0; i < opening->server->listeners->len; i++) {
        VncListener *listener = g_ptr_array_index(opening->server->listeners, i);

        if (vnc_listener_matches(listener, address, last_display(opening, address)) &&
            !is_kept(opening, listener)) {
            return listener;
        }
    }
    return NULL;
}

/* Suspend those of the server's listeners that are in the way of @address and no longer wanted. */
static bool make_room(Opening *opening, const VncAddress *address)
{
    bool made = false;

    for (unsigned i = 0; i < opening->server->listeners->len; i++) {
        VncListener *listener = g_ptr_array_index(opening->server->listeners, i);

        if (vnc_listener_clashes(listener, address, last_display(opening, address)) &&
            !is_kept(opening, listener) && !g_ptr_array_find(opening->suspended, listener, NULL)) {
            vnc_listener_suspend(listener);
            g_ptr_array_add(opening->suspended, listener);
            made = true;
        }
    }
    return made;
}

static void complain(void *opaque, const char *line)
{
    VncServer *server = opaque;

    vnc_log(server->ops, server->host, "%s", line);
}

static VncListener *try_one(Opening *opening, const VncAddress *address, GError **error)
{
    VncServer *server = opening->server;

    return vnc_listener_new(address, last_display(opening, address), server->context,
                            address->websocket ? vnc_server_accept_websocket : vnc_server_accept,
                            complain, server, error);
}

static VncListener *open_one(Opening *opening, const VncAddress *address, GError **error)
{
    g_autoptr(GError) cause = NULL;
    VncListener *listener = try_one(opening, address, &cause);

    if (!listener && g_error_matches(cause, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE) &&
        make_room(opening, address)) {
        return try_one(opening, address, error);
    }
    if (cause) {
        g_propagate_error(error, g_steal_pointer(&cause));
    }
    return listener;
}

/* How long a listening viewer may take to answer, seconds. */
#define REVERSE_TIMEOUT 30

static void reverse_done(void *opaque, GSocket *socket, const GError *error)
{
    VncServer *server = opaque;

    g_clear_pointer(&server->connector, vnc_connector_free);
    if (socket) {
        vnc_server_accept(server, socket);
    } else {
        vnc_log(server->ops, server->host, "reverse: %s", error->message);
    }
}

/* Connect to a viewer in place of listening: `reverse=`. */
static bool call_viewer(Opening *opening, GError **error)
{
    VncServer *server = opening->server;

    opening->connector = vnc_connector_new(opening->addresses->pdata[0], REVERSE_TIMEOUT,
                                           server->context, reverse_done, server, error);
    g_ptr_array_set_size(opening->addresses, 0);
    return opening->connector != NULL;
}

static bool open_all(Opening *opening, GError **error)
{
    /* First find the listeners to keep: make_room() must spare them. */
    for (unsigned i = 0; i < opening->addresses->len; i++) {
        g_ptr_array_add(opening->kept,
                        find_kept(opening, g_ptr_array_index(opening->addresses, i)));
    }
    for (unsigned i = 0; i < opening->addresses->len; i++) {
        VncListener *listener = NULL;

        if (!g_ptr_array_index(opening->kept, i)) {
            listener = open_one(opening, g_ptr_array_index(opening->addresses, i), error);
            if (!listener) {
                return false;
            }
        }
        g_ptr_array_add(opening->opened, listener);
    }
    return true;
}

static void trace_listener(const VncServer *server, const VncListener *listener)
{
    if (!VNC_TRACE_WANTED(&server->tracer, SERVER_LISTEN)) {
        return;
    }
    for (unsigned i = 0; i < vnc_listener_n_sockets(listener); i++) {
        g_autofree char *address =
            vnc_address_info_to_string(vnc_listener_socket_info(listener, i));

        vnc_trace(&server->tracer, VNC_TRACE_SERVER_LISTEN, "address=%s websocket=%d", address,
                  vnc_listener_is_websocket(listener));
    }
}

/* All is open: move the kept listeners to the new list, and close the rest of the old one. */
static void take_over(Opening *opening)
{
    VncServer *server = opening->server;
    GPtrArray *listeners = g_ptr_array_new_with_free_func((GDestroyNotify)vnc_listener_free);

    for (unsigned i = 0; i < opening->addresses->len; i++) {
        VncListener *kept = g_ptr_array_index(opening->kept, i);
        unsigned index;

        if (kept && g_ptr_array_find(server->listeners, kept, &index)) {
            g_ptr_array_add(listeners, g_ptr_array_steal_index(server->listeners, index));
        } else {
            trace_listener(server, opening->opened->pdata[i]);
            g_ptr_array_add(listeners, g_steal_pointer(&opening->opened->pdata[i]));
        }
    }
    for (unsigned i = server->listeners->len; opening->keep_websockets && i-- > 0;) {
        if (vnc_listener_is_websocket(g_ptr_array_index(server->listeners, i))) {
            g_ptr_array_add(listeners, g_ptr_array_steal_index(server->listeners, i));
        }
    }
    g_ptr_array_unref(server->listeners);
    server->listeners = listeners;
    vnc_connector_free(server->connector);
    server->connector = opening->connector;
}

/* Undo all of it before the host is told: the host may then open the server again. */
static void give_up(Opening *opening)
{
    g_autoptr(GPtrArray) lines = g_ptr_array_new_with_free_func(g_free);

    g_ptr_array_set_size(opening->opened, 0);
    for (unsigned i = 0; i < opening->suspended->len; i++) {
        g_autoptr(GError) error = NULL;

        if (!vnc_listener_resume(g_ptr_array_index(opening->suspended, i), &error)) {
            g_ptr_array_add(lines, g_strdup(error->message));
        }
    }
    for (unsigned i = 0; i < lines->len; i++) {
        vnc_log(opening->server->ops, opening->server->host, "%s", (char *)lines->pdata[i]);
    }
}

bool vnc_server_listen_on(VncServer *server, const VncOptions *options, bool keep_websockets,
                          GError **error)
{
    Opening opening = {
        .server = server,
        .to = options->to,
        .addresses = g_ptr_array_new_with_free_func((GDestroyNotify)vnc_address_free),
        .kept = g_ptr_array_new(),
        .opened = g_ptr_array_new_with_free_func((GDestroyNotify)vnc_listener_free),
        .suspended = g_ptr_array_new(),
        .keep_websockets = keep_websockets,
    };
    bool ok;

    if (server->ending) {
        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_CLOSED, "the server is ending");
    }
    ok = !server->ending && read_addresses(&opening, options, error) &&
         (options->reverse ? call_viewer(&opening, error) : open_all(&opening, error));
    if (ok) {
        take_over(&opening);
    } else {
        give_up(&opening);
    }
    g_ptr_array_unref(opening.addresses);
    g_ptr_array_unref(opening.kept);
    g_ptr_array_unref(opening.opened);
    g_ptr_array_unref(opening.suspended);
    return ok;
}

bool vnc_server_listen(VncServer *server, const VncOptions *options, GError **error)
{
    VNC_MAIN();
    return vnc_server_listen_on(server, options, options->websockets->len == 0, error);
}
