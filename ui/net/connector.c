/*
 * Connecting to a listening viewer.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread; owns the socket until it is connected, its source and the timer; no lock. A
 * cancelled look-up still calls back later, and holds a reference until then.
 */
#include "ui/net/connector.h"

#include "ui/base/source.h"
#include "ui/base/thread.h"

#include <gio/gunixsocketaddress.h>
#include <string.h>

struct VncConnector {
    /* immutable */
    VncAddress *address;
    GMainContext *context;
    VncConnectorDone *done;
    void *opaque;
    char *text; /* of the address, for messages */
    unsigned timeout;
    GSocketAddressEnumerator *addresses;
    GCancellable *cancellable; /* of the look-up */
    /* main thread */
    unsigned refs;   /* the owner's and the look-up's */
    bool over;       /* `done` has been called, or the owner has freed it */
    GSource *timer;  /* of the attempt as a whole */
    GSocket *socket; /* connecting to one of the addresses */
    GSource *source; /* until `socket` is connected */
    GError *failure; /* of the first address that has failed */
};

static void try_next(VncConnector *connector);

static void end(VncConnector *connector)
{
    connector->over = true;
    vnc_source_clear(&connector->timer);
    vnc_source_clear(&connector->source);
    g_cancellable_cancel(connector->cancellable);
}

static void connector_unref(VncConnector *connector)
{
    if (--connector->refs == 0) {
        g_clear_object(&connector->socket);
        g_clear_error(&connector->failure);
        g_clear_object(&connector->addresses);
        g_object_unref(connector->cancellable);
        vnc_address_free(connector->address);
        g_main_context_unref(connector->context);
        g_free(connector->text);
        g_free(connector);
    }
}

static void fail(VncConnector *connector, const char *cause)
{
    g_autoptr(GError) error = g_error_new(G_IO_ERROR, G_IO_ERROR_FAILED,
                                          "cannot connect to '%s': %s", connector->text, cause);

    end(connector);
    connector->done(connector->opaque, NULL, error);
}

static gboolean out_of_time(gpointer opaque)
{
    VncConnector *connector = opaque;
    g_autofree char *cause = g_strdup_printf("no answer within %u s", connector->timeout);

    fail(connector, cause);
    return G_SOURCE_REMOVE;
}

/* The attempt at one address has ended: connected, or failed with @error. */
static void tried(VncConnector *connector, const GError *error)
{
    if (!error) {
        end(connector);
        connector->done(connector->opaque, connector->socket, NULL);
        return;
    }
    if (!connector->failure) {
        connector->failure = g_error_copy(error);
    }
    g_clear_object(&connector->socket);
    try_next(connector);
}

static gboolean answered(GSocket *socket, GIOCondition condition G_GNUC_UNUSED, gpointer opaque)
{
    VncConnector *connector = opaque;
    g_autoptr(GError) error = NULL;

    vnc_source_clear(&connector->source);
    g_socket_check_connect_result(socket, &error);
    connector->refs++;
    tried(connector, error);
    connector_unref(connector);
    return G_SOURCE_REMOVE;
}

static void try_address(VncConnector *connector, GSocketAddress *address)
{
    g_autoptr(GError) error = NULL;

    connector->socket = g_socket_new(g_socket_address_get_family(address), G_SOCKET_TYPE_STREAM,
                                     G_SOCKET_PROTOCOL_DEFAULT, &error);
    if (connector->socket) {
        g_socket_set_blocking(connector->socket, FALSE);
        g_socket_connect(connector->socket, address, NULL, &error);
    }
    if (!g_error_matches(error, G_IO_ERROR, G_IO_ERROR_PENDING)) {
        tried(connector, error);
        return;
    }
    connector->source = g_socket_create_source(connector->socket, G_IO_OUT, NULL);
    g_source_set_callback(connector->source, G_SOURCE_FUNC(answered), connector, NULL);
    g_source_attach(connector->source, connector->context);
}

static bool is_allowed(const VncConnector *connector, GSocketAddress *address)
{
    GSocketFamily family = g_socket_address_get_family(address);

    return !(family == G_SOCKET_FAMILY_IPV4 && connector->address->no_ipv4) &&
           !(family == G_SOCKET_FAMILY_IPV6 && connector->address->no_ipv6);
}

static void found(GObject *addresses, GAsyncResult *result, gpointer opaque)
{
    VncConnector *connector = opaque;
    g_autoptr(GError) error = NULL;
    g_autoptr(GSocketAddress) address = g_socket_address_enumerator_next_finish(
        G_SOCKET_ADDRESS_ENUMERATOR(addresses), result, &error);

    if (connector->over) {
        /* nobody waits for it */
    } else if (!address) {
        const GError *cause = connector->failure ? connector->failure : error;

        fail(connector, cause ? cause->message : "the host has no such address");
    } else if (is_allowed(connector, address)) {
        try_address(connector, address);
    } else {
        try_next(connector);
    }
    connector_unref(connector);
}

static void try_next(VncConnector *connector)
{
    connector->refs++;
    g_main_context_push_thread_default(connector->context);
    g_socket_address_enumerator_next_async(connector->addresses, connector->cancellable, found,
                                           connector);
    g_main_context_pop_thread_default(connector->context);
}

/* What to connect to. *@text: its name, for messages. */
static GSocketConnectable *find_connectable(const VncAddress *address, char **text, GError **error)
{
    g_autoptr(GSocketAddress) file = NULL;
    unsigned port;
    bool v6;

    if (address->kind == VNC_ADDRESS_TCP) {
        port = vnc_address_port(address);
        v6 = strchr(address->host, ':');
        *text = g_strdup_printf("%s%s%s:%u", v6 ? "[" : "", address->host, v6 ? "]" : "", port);
        return g_network_address_new(address->host, port);
    }
    *text = g_strdup_printf("unix:%s", address->path);
    file = g_unix_socket_address_new(address->path);
    /* GIO truncates a path that is too long. */
    if (g_unix_socket_address_get_path_len(G_UNIX_SOCKET_ADDRESS(file)) < strlen(address->path)) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_FILENAME_TOO_LONG,
                    "cannot connect to '%s': the path is too long", *text);
        return NULL;
    }
    return G_SOCKET_CONNECTABLE(g_steal_pointer(&file));
}

VncConnector *vnc_connector_new(const VncAddress *address, unsigned timeout, GMainContext *context,
                                VncConnectorDone *done, void *opaque, GError **error)
{
    g_autofree char *text = NULL;
    g_autoptr(GSocketConnectable) connectable = NULL;
    VncConnector *connector;

    VNC_MAIN();
    connectable = find_connectable(address, &text, error);
    if (!connectable) {
        return NULL;
    }
    connector = g_new0(VncConnector, 1);
    connector->address = vnc_address_copy(address);
    connector->context = g_main_context_ref(context);
    connector->done = done;
    connector->opaque = opaque;
    connector->text = g_steal_pointer(&text);
    connector->timeout = timeout;
    connector->addresses = g_socket_connectable_enumerate(connectable);
    connector->cancellable = g_cancellable_new();
    connector->refs = 1;
    connector->timer = g_timeout_source_new(timeout * 1000);
    g_source_set_callback(connector->timer, out_of_time, connector, NULL);
    g_source_attach(connector->timer, context);
    try_next(connector);
    return connector;
}

void vnc_connector_free(VncConnector *connector)
{
    VNC_MAIN();

    if (connector) {
        end(connector);
        connector_unref(connector);
    }
}
