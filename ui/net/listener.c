/*
 * Listening sockets.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread; owns the listening sockets, their sources and the socket file; no lock.
 */
#include "ui/base/source.h"
#include "ui/base/thread.h"
#include "ui/net/listener.h"

#include <errno.h>
#include <fcntl.h>
#include <gio/gnetworking.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>

/* The rest of a socket that cannot accept. Without descriptors it stays readable all the time. */
#define ACCEPT_REST_MS 100
/* The shortest time from one complaint to the next. */
#define COMPLAIN_US (60 * (int64_t)G_USEC_PER_SEC)

typedef struct ListenerSocket {
    VncListener *listener; /* holds us */
    GSocket *socket;
    GSource *source;    /* accepting, or resting */
    int64_t complained; /* monotonic, us; 0: never */
    VncAddressInfo info;
} ListenerSocket;

struct VncListener {
    /* immutable */
    GMainContext *context;
    VncListenerAccept *accept;
    VncListenerComplain *complain;
    void *opaque;
    VncAddress *address; /* as asked for */
    /* main thread */
    unsigned display;   /* TCP: the display number taken; a port if the address is raw */
    GPtrArray *sockets; /* ListenerSocket * */
    char *path;         /* the socket file, absolute; NULL on TCP */
    GStatBuf identity;  /* of the socket file when it was made */
};

static void listener_socket_watch(ListenerSocket *self);

static void listener_socket_free(ListenerSocket *self)
{
    vnc_source_clear(&self->source);
    g_socket_close(self->socket, NULL);
    g_object_unref(self->socket);
    vnc_address_info_clear(&self->info);
    g_free(self);
}

static gboolean rested(gpointer opaque)
{
    ListenerSocket *self = opaque;

    vnc_source_clear(&self->source);
    listener_socket_watch(self);
    return G_SOURCE_REMOVE;
}

static void rest(ListenerSocket *self, const GError *error)
{
    int64_t now = g_get_monotonic_time();

    vnc_source_clear(&self->source);
    self->source = g_timeout_source_new(ACCEPT_REST_MS);
    g_source_set_callback(self->source, rested, self, NULL);
    g_source_attach(self->source, self->listener->context);
    /* Strangers that take all descriptors can make accept() fail and recover at will. */
    if (!self->complained || now - self->complained >= COMPLAIN_US) {
        g_autofree char *text = vnc_address_info_to_string(&self->info);
        g_autofree char *line =
            g_strdup_printf("cannot accept a viewer on %s: %s", text, error->message);

        self->complained = now;
        /* May free the listener. */
        self->listener->complain(self->listener->opaque, line);
    }
}

/* Accept one connection a turn of the main loop, to leave room for other sources. */
static gboolean incoming(GSocket *socket, GIOCondition condition G_GNUC_UNUSED, gpointer opaque)
{
    ListenerSocket *self = opaque;
    g_autoptr(GError) error = NULL;
    g_autoptr(GSocket) viewer = g_socket_accept(socket, NULL, &error);

    if (viewer) {
        /* May free the listener, or suspend it: either frees @self. */
        self->listener->accept(self->listener->opaque, viewer);
    } else if (!g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK)) {
        rest(self, error);
    }
    return G_SOURCE_CONTINUE;
}

static void listener_socket_watch(ListenerSocket *self)
{
    self->source = g_socket_create_source(self->socket, G_IO_IN, NULL);
    g_source_set_callback(self->source, G_SOURCE_FUNC(incoming), self, NULL);
    g_source_attach(self->source, self->listener->context);
}

static bool listener_add(VncListener *listener, GSocket *socket, GError **error)
{
    g_autoptr(GSocketAddress) address = g_socket_get_local_address(socket, error);
    ListenerSocket *self;

    if (!address) {
        return false;
    }
    self = g_new0(ListenerSocket, 1);
    self->listener = listener;
    self->socket = g_object_ref(socket);
    vnc_address_info_init(&self->info, address);
    g_ptr_array_add(listener->sockets, self);
    return true;
}

/* Have bind() make the file with @mode, as far as the umask allows, so that the file is never more
 * open than @mode. Not every system can. */
static void set_mode_to_be(GSocket *socket, unsigned mode)
{
#ifdef G_OS_UNIX
    fchmod(g_socket_get_fd(socket), mode);
#endif
}

/* Add permissions that the umask has removed. Comes before listen(): nobody can connect until
 * then. */
static bool set_mode(GSocketAddress *address, unsigned mode, GError **error)
{
    const char *path = g_unix_socket_address_get_path(G_UNIX_SOCKET_ADDRESS(address));
    GStatBuf file;
    int cause;

    if (g_lstat(path, &file) == 0 && (file.st_mode & 0777) == mode) {
        return true;
    }
#ifdef G_OS_UNIX
    /* The owner of the directory may have put a link in the file's place. */
    if (fchmodat(AT_FDCWD, path, mode, AT_SYMLINK_NOFOLLOW) == 0) {
        return true;
    }
#else
    if (g_chmod(path, mode) == 0) {
        return true;
    }
#endif
    cause = errno;
    g_unlink(path);
    g_set_error(error, G_IO_ERROR, g_io_error_from_errno(cause), "cannot set the file's mode: %s",
                g_strerror(cause));
    return false;
}

/* @dual: an IPv6 socket takes IPv4 connections too. @mode: of a unix socket's file, or 0. */
static GSocket *listen_on(GSocketAddress *address, bool dual, unsigned mode, GError **error)
{
    GSocketFamily family = g_socket_address_get_family(address);
    g_autoptr(GSocket) socket =
        g_socket_new(family, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, error);

    if (!socket) {
        return NULL;
    }
    g_socket_set_blocking(socket, FALSE);
    g_socket_set_listen_backlog(socket, VNC_LISTEN_BACKLOG);
    if (family == G_SOCKET_FAMILY_IPV6 &&
        !g_socket_set_option(socket, IPPROTO_IPV6, IPV6_V6ONLY, !dual, error)) {
        return NULL;
    }
    if (mode) {
        set_mode_to_be(socket, mode);
    }
    if (!g_socket_bind(socket, address, TRUE, error) || (mode && !set_mode(address, mode, error)) ||
        !g_socket_listen(socket, error)) {
        return NULL;
    }
    return g_steal_pointer(&socket);
}

static bool is_in_use(const GError *error)
{
    return g_error_matches(error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
}

static GSocketAddress *with_port(GInetSocketAddress *host, unsigned port)
{
    GInetAddress *inet = g_inet_socket_address_get_address(host);
    bool v6 = g_inet_address_get_family(inet) == G_SOCKET_FAMILY_IPV6;

    return g_object_new(G_TYPE_INET_SOCKET_ADDRESS, "address", inet, "port", port, "scope-id",
                        v6 ? g_inet_socket_address_get_scope_id(host) : 0, NULL);
}

/* A name may resolve to addresses that this machine lacks (::1 where IPv6 is off). One address that
 * can be bound is enough, unless another one is in use. */
static bool listen_each(VncListener *listener, const GPtrArray *hosts, bool dual, unsigned port,
                        GError **error)
{
    g_autoptr(GError) first_error = NULL;

    for (unsigned i = 0; i < hosts->len; i++) {
        g_autoptr(GSocketAddress) address = with_port(hosts->pdata[i], port);
        g_autoptr(GError) this_error = NULL;
        g_autoptr(GSocket) socket = listen_on(address, dual && hosts->len == 1, 0, &this_error);

        if (socket) {
            listener_add(listener, socket, &this_error);
        }
        if (is_in_use(this_error)) {
            g_ptr_array_set_size(listener->sockets, 0);
            g_propagate_error(error, g_steal_pointer(&this_error));
            return false;
        }
        if (this_error && !first_error) {
            first_error = g_steal_pointer(&this_error);
        }
    }
    if (listener->sockets->len == 0) {
        g_propagate_error(error, g_steal_pointer(&first_error));
        return false;
    }
    return true;
}

/* GIO resolves "localhost" by itself, maybe to other addresses than the system does. */
static bool look_up_localhost(GPtrArray *hosts, GError **error)
{
    const struct addrinfo hints = {.ai_flags = AI_PASSIVE, .ai_socktype = SOCK_STREAM};
    struct addrinfo *found;
    int failure = getaddrinfo("localhost", NULL, &hints, &found);

    if (failure) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s", gai_strerror(failure));
        return false;
    }
    for (const struct addrinfo *i = found; i; i = i->ai_next) {
        GSocketAddress *address = g_socket_address_new_from_native(i->ai_addr, i->ai_addrlen);

        if (address) {
            g_ptr_array_add(hosts, address);
        }
    }
    freeaddrinfo(found);
    return true;
}

/* Look @name up by GIO, which gives each address once. */
static bool look_up(const char *name, GPtrArray *hosts, GError **error)
{
    g_autoptr(GResolver) resolver = g_resolver_get_default();
    g_autolist(GInetAddress) found = g_resolver_lookup_by_name(resolver, name, NULL, error);

    for (GList *l = found; l; l = l->next) {
        g_ptr_array_add(hosts, g_inet_socket_address_new(l->data, 0));
    }
    return found;
}

static void add_any(GPtrArray *hosts, GSocketFamily family)
{
    g_autoptr(GInetAddress) any = g_inet_address_new_any(family);

    g_ptr_array_add(hosts, g_inet_socket_address_new(any, 0));
}

/* The addresses of host @name: GInetSocketAddress *, port 0. */
static GPtrArray *resolve(const char *name, GError **error)
{
    g_autoptr(GPtrArray) hosts = g_ptr_array_new_with_free_func(g_object_unref);
    GSocketAddress *number = g_inet_socket_address_new_from_string(name, 0);

    if (number) {
        g_ptr_array_add(hosts, number);
    } else if (!name[0]) {
        /* Two sockets, so that the monitor lists 0.0.0.0, too, for tools that look for it. */
        add_any(hosts, G_SOCKET_FAMILY_IPV4);
        add_any(hosts, G_SOCKET_FAMILY_IPV6);
    } else if (strcmp(name, "localhost") == 0 ? !look_up_localhost(hosts, error)
                                              : !look_up(name, hosts, error)) {
        return NULL;
    }
    return g_steal_pointer(&hosts);
}

/* Drop addresses of a family that @address forbids. @error: none is left. */
static void drop_families(GPtrArray *hosts, const VncAddress *address, GError **error)
{
    for (unsigned i = hosts->len; i-- > 0;) {
        bool v6 = g_socket_address_get_family(hosts->pdata[i]) == G_SOCKET_FAMILY_IPV6;

        if (v6 ? address->no_ipv6 : address->no_ipv4) {
            g_ptr_array_remove_index(hosts, i);
        }
    }
    if (hosts->len == 0) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "the host has no %s address",
                    address->no_ipv4 ? "IPv6" : "IPv4");
    }
}

static bool listen_tcp(VncListener *listener, const VncAddress *address, unsigned to,
                       GError **error)
{
    unsigned first, last = CLAMP(to, address->display, 65535 - address->base);
    g_autoptr(GError) cause = NULL;
    g_autoptr(GPtrArray) hosts = NULL;
    g_autofree char *range = NULL;
    bool v6 = strchr(address->host, ':');
    bool rfb = address->base == VNC_PORT_BASE;

    hosts = resolve(address->host, &cause);
    if (hosts) {
        drop_families(hosts, address, &cause);
    }
    if (!cause) {
        for (unsigned display = address->display; display <= last; display++) {
            unsigned port = address->base + display;

            g_clear_error(&cause);
            if (listen_each(listener, hosts, !address->no_ipv4, port, &cause)) {
                listener->display = display;
                return true;
            }
            if (!is_in_use(cause)) {
                break;
            }
        }
    }
    last += rfb ? 0 : address->base;
    first = address->display + (rfb ? 0 : address->base);
    range = last > first ? g_strdup_printf(" to %u", last) : g_strdup("");
    g_set_error(error, G_IO_ERROR, is_in_use(cause) ? G_IO_ERROR_ADDRESS_IN_USE : G_IO_ERROR_FAILED,
                "cannot listen on '%s%s%s:%u'%s: %s", v6 ? "[" : "", address->host, v6 ? "]" : "",
                first, range, cause->message);
    return false;
}

static bool is_socket(const GStatBuf *file)
{
#ifdef S_ISSOCK
    return S_ISSOCK(file->st_mode);
#else
    return file != NULL;
#endif
}

/* Remove an old socket file at @path, but only if no process has bound it. A datagram socket tries
 * to connect: ECONNREFUSED then means that the file is unbound. A bound stream socket gives another
 * error, a wrong type, whether it listens already or not, and does not notice. */
static bool remove_stale(const char *path, GSocketAddress *address, GError **error)
{
    GStatBuf file;
    g_autoptr(GError) cause = NULL;
    g_autoptr(GSocket) probe = NULL;

    if (g_lstat(path, &file) != 0) {
        return true; /* if anything is wrong with @path, bind() says so */
    }
    if (!is_socket(&file)) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_EXISTS, "a file that is no socket is there");
        return false;
    }
    probe = g_socket_new(G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_DATAGRAM, G_SOCKET_PROTOCOL_DEFAULT,
                         error);
    if (!probe) {
        return false;
    }
    if (g_socket_connect(probe, address, NULL, &cause) ||
        g_error_matches(cause, G_IO_ERROR, g_io_error_from_errno(EPROTOTYPE))) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE,
                    "already in use: somebody has a socket there");
        return false;
    }
    if (!g_error_matches(cause, G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED)) {
        g_propagate_error(error, g_steal_pointer(&cause));
        return false;
    }
    g_unlink(path);
    return true;
}

static GSocket *listen_unix(VncListener *listener, const char *path, unsigned mode, GError **error)
{
    g_autoptr(GSocketAddress) address = g_unix_socket_address_new(path);
    GUnixSocketAddress *unix_address = G_UNIX_SOCKET_ADDRESS(address);
    size_t len = g_unix_socket_address_get_path_len(unix_address);
    g_autoptr(GSocket) socket = NULL;

    /* GIO truncates a path that is too long. */
    if (len < strlen(path)) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_FILENAME_TOO_LONG,
                    "the path has %zu bytes; a socket's has at most %zu", strlen(path), len);
        return NULL;
    }
    if (!remove_stale(path, address, error)) {
        return NULL;
    }
    socket = listen_on(address, false, mode, error);
    if (socket && g_lstat(path, &listener->identity) == 0) {
        /* The host may change its working directory before the file is removed. */
        listener->path = g_canonicalize_filename(path, NULL);
    }
    return g_steal_pointer(&socket);
}

static bool listen_path(VncListener *listener, const char *path, unsigned mode, GError **error)
{
    g_autoptr(GError) cause = NULL;
    g_autoptr(GSocket) socket = listen_unix(listener, path, mode, &cause);

    if (socket && listener_add(listener, socket, &cause)) {
        return true;
    }
    g_set_error(error, G_IO_ERROR, cause->code, "cannot listen on 'unix:%s': %s", path,
                cause->message);
    return false;
}

static bool listener_open(VncListener *listener, const VncAddress *address, unsigned to,
                          GError **error)
{
    bool listening = address->kind == VNC_ADDRESS_TCP
                         ? listen_tcp(listener, address, to, error)
                         : listen_path(listener, address->path, address->mode, error);

    for (unsigned i = 0; listening && i < listener->sockets->len; i++) {
        listener_socket_watch(listener->sockets->pdata[i]);
    }
    return listening;
}

VncListener *vnc_listener_new(const VncAddress *address, unsigned to, GMainContext *context,
                              VncListenerAccept *accept, VncListenerComplain *complain,
                              void *opaque, GError **error)
{
    g_autoptr(VncListener) listener = g_new0(VncListener, 1);

    VNC_MAIN();
    g_assert(address->kind != VNC_ADDRESS_NONE);

    listener->context = context ? g_main_context_ref(context) : g_main_context_ref_thread_default();
    listener->accept = accept;
    listener->complain = complain;
    listener->opaque = opaque;
    listener->address = vnc_address_copy(address);
    listener->sockets = g_ptr_array_new_with_free_func((GDestroyNotify)listener_socket_free);
    if (!listener_open(listener, address, to, error)) {
        return NULL;
    }
    return g_steal_pointer(&listener);
}

static void remove_own_file(const VncListener *listener)
{
    GStatBuf file;

    if (listener->path && g_lstat(listener->path, &file) == 0 &&
        file.st_dev == listener->identity.st_dev && file.st_ino == listener->identity.st_ino) {
        g_unlink(listener->path);
    }
}

void vnc_listener_suspend(VncListener *listener)
{
    VNC_MAIN();

    /* While the socket is open, no other file has the inode number of its file. */
    remove_own_file(listener);
    g_clear_pointer(&listener->path, g_free);
    g_ptr_array_set_size(listener->sockets, 0);
}

bool vnc_listener_resume(VncListener *listener, GError **error)
{
    VncAddress address;

    VNC_MAIN();
    address = *listener->address;
    address.display = listener->display;
    return listener_open(listener, &address, 0, error);
}

void vnc_listener_free(VncListener *listener)
{
    VNC_MAIN();

    if (!listener) {
        return;
    }
    vnc_listener_suspend(listener);
    g_ptr_array_unref(listener->sockets);
    g_main_context_unref(listener->context);
    vnc_address_free(listener->address);
    g_free(listener);
}

static bool is_in_range(const VncListener *listener, const VncAddress *address, unsigned to)
{
    unsigned port = listener->address->base + listener->display;

    return port >= vnc_address_port(address) && port <= address->base + MAX(address->display, to);
}

bool vnc_listener_matches(const VncListener *listener, const VncAddress *address, unsigned to)
{
    const VncAddress *own = listener->address;

    VNC_MAIN();
    return own->kind == address->kind && g_strcmp0(own->path, address->path) == 0 &&
           g_strcmp0(own->host, address->host) == 0 && own->websocket == address->websocket &&
           vnc_address_port(own) == vnc_address_port(address) && own->no_ipv4 == address->no_ipv4 &&
           own->no_ipv6 == address->no_ipv6 && own->mode == address->mode &&
           (own->kind == VNC_ADDRESS_UNIX || is_in_range(listener, address, to));
}

bool vnc_listener_clashes(const VncListener *listener, const VncAddress *address, unsigned to)
{
    const VncAddress *own = listener->address;

    VNC_MAIN();
    return own->kind == address->kind &&
           (own->kind == VNC_ADDRESS_UNIX ? strcmp(own->path, address->path) == 0
                                          : is_in_range(listener, address, to));
}

bool vnc_listener_is_websocket(const VncListener *listener)
{
    VNC_MAIN();

    return listener->address->websocket;
}

unsigned vnc_listener_n_sockets(const VncListener *listener)
{
    VNC_MAIN();

    return listener->sockets->len;
}

const VncAddressInfo *vnc_listener_socket_info(const VncListener *listener, unsigned index)
{
    const ListenerSocket *self;

    VNC_MAIN();
    self = listener->sockets->pdata[index];
    return &self->info;
}
