/*
 * Listeners on TCP: the port, the address family, and a limited number of accepts a turn.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One thread; nothing waits for a clock. The ports used are free ones.
 */
#include "tests/lib/rows.h"
#include "ui/net/listener.h"

#include <errno.h>
#include <fcntl.h>
#include <net/if.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#define FIRST_DISPLAY 20000
#define LAST_DISPLAY  24000

static GString *complaints;
static unsigned n_complaints;

typedef struct Fixture {
    GMainContext *context;
    VncListener *listener;
    GPtrArray *accepted; /* GSocket * */
    bool reopen;         /* the callback frees the listener and opens another */
    unsigned display;    /* on which */
} Fixture;

static void set_up(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    complaints = g_string_new(NULL);
    n_complaints = 0;
    fixture->context = g_main_context_new();
    fixture->accepted = g_ptr_array_new_with_free_func(g_object_unref);
}

static void tear_down(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    vnc_listener_free(fixture->listener);
    g_ptr_array_unref(fixture->accepted);
    g_main_context_unref(fixture->context);
    g_string_free(complaints, TRUE);
}

static VncListener *listen_text(Fixture *fixture, const char *text, unsigned to, GError **error);

static void on_accept(void *opaque, GSocket *socket)
{
    Fixture *fixture = opaque;

    g_ptr_array_add(fixture->accepted, g_object_ref(socket));
    if (fixture->reopen) {
        g_autofree char *text = g_strdup_printf("127.0.0.1:%u", fixture->display);
        g_autoptr(GError) error = NULL;

        fixture->reopen = false;
        vnc_listener_free(fixture->listener);
        fixture->listener = listen_text(fixture, text, 0, &error);
        g_assert_no_error(error);
    }
}

static void on_complain(void *opaque G_GNUC_UNUSED, const char *line)
{
    g_string_append(complaints, line);
    n_complaints++;
}

static VncListener *listen_text(Fixture *fixture, const char *text, unsigned to, GError **error)
{
    g_autoptr(VncAddress) address = vnc_address_parse(text, false, error);

    return address ? vnc_listener_new(address, to, fixture->context, on_accept, on_complain,
                                      fixture, error)
                   : NULL;
}

/* Listen on some free display of @host; returns its number. */
static unsigned listen_free(Fixture *fixture, const char *host, VncListener **listener)
{
    g_autofree char *text = g_strdup_printf("%s:%u", host, FIRST_DISPLAY);
    g_autoptr(GError) error = NULL;
    const VncAddressInfo *info;

    *listener = listen_text(fixture, text, LAST_DISPLAY, &error);
    g_assert_no_error(error);
    info = vnc_listener_socket_info(*listener, 0);
    return g_ascii_strtoull(info->service, NULL, 10) - VNC_PORT_BASE;
}

static GSocket *connect_tcp(const char *host, unsigned display, GError **error)
{
    g_autoptr(GSocketAddress) address =
        g_inet_socket_address_new_from_string(host, VNC_PORT_BASE + display);
    g_autoptr(GSocket) socket =
        g_socket_new(g_socket_address_get_family(address), G_SOCKET_TYPE_STREAM,
                     G_SOCKET_PROTOCOL_DEFAULT, error);

    if (!socket || !g_socket_connect(socket, address, NULL, error)) {
        return NULL;
    }
    return g_steal_pointer(&socket);
}

static void wait_accepted(Fixture *fixture, unsigned n)
{
    while (fixture->accepted->len < n) {
        g_main_context_iteration(fixture->context, TRUE);
    }
}

/* Connect to @host and see the connection arrive at the listener. */
static void assert_reachable(Fixture *fixture, const char *host, unsigned display)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GSocket) client = connect_tcp(host, display, &error);
    unsigned before = fixture->accepted->len;
    char byte;

    g_assert_no_error(error);
    wait_accepted(fixture, before + 1);
    g_assert_cmpint(g_socket_send(fixture->accepted->pdata[before], "x", 1, NULL, NULL), ==, 1);
    g_assert_cmpint(g_socket_receive(client, &byte, 1, NULL, NULL), ==, 1);
}

static void assert_refused(const char *host, unsigned display)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GSocket) client = connect_tcp(host, display, &error);

    g_assert_null(client);
    g_assert_nonnull(error);
}

static bool have_ipv6(void)
{
    g_autoptr(GSocketAddress) address = g_inet_socket_address_new_from_string("::1", 0);
    g_autoptr(GSocket) socket =
        g_socket_new(G_SOCKET_FAMILY_IPV6, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, NULL);

    return socket && g_socket_bind(socket, address, TRUE, NULL);
}

/* How many descriptors the context polls, its own wake-up among them. */
static int n_polled(GMainContext *context)
{
    GPollFD fds[16];
    int priority, timeout, n;

    g_assert_true(g_main_context_acquire(context));
    g_main_context_prepare(context, &priority);
    n = g_main_context_query(context, priority, &timeout, fds, G_N_ELEMENTS(fds));
    g_main_context_release(context);
    return n;
}

/* A resolver that knows "several.test": an address twice, and one that no machine has. */
typedef GResolver TestResolver;
typedef GResolverClass TestResolverClass;
GType test_resolver_get_type(void);
G_DEFINE_TYPE(TestResolver, test_resolver, G_TYPE_RESOLVER)

static GList *look_up(GResolver *resolver G_GNUC_UNUSED, const char *name,
                      GCancellable *cancellable G_GNUC_UNUSED, GError **error)
{
    static const char *const numbers[] = {"127.0.0.1", "192.0.2.1", "127.0.0.1"};
    GList *found = NULL;

    if (strcmp(name, "several.test") != 0) {
        g_set_error(error, G_RESOLVER_ERROR, G_RESOLVER_ERROR_NOT_FOUND, "no such name");
        return NULL;
    }
    FOR_ROWS (i, numbers) {
        found = g_list_append(found, g_inet_address_new_from_string(numbers[i]));
    }
    return found;
}

static void test_resolver_class_init(TestResolverClass *class)
{
    class->lookup_by_name = look_up;
}

static void test_resolver_init(TestResolver *resolver G_GNUC_UNUSED)
{
}

static GResolver *install_resolver(void)
{
    GResolver *before = g_resolver_get_default();
    g_autoptr(GResolver) resolver = g_object_new(test_resolver_get_type(), NULL);

    g_resolver_set_default(resolver);
    return before;
}

static void restore_resolver(GResolver *before)
{
    g_resolver_set_default(before);
    g_object_unref(before);
}

static void test_ipv4(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    unsigned display = listen_free(fixture, "127.0.0.1", &fixture->listener);
    const VncAddressInfo *info = vnc_listener_socket_info(fixture->listener, 0);

    g_assert_cmpuint(vnc_listener_n_sockets(fixture->listener), ==, 1);
    g_assert_cmpint(info->family, ==, VNC_FAMILY_IPV4);
    g_assert_cmpstr(info->host, ==, "127.0.0.1");
    assert_reachable(fixture, "127.0.0.1", display);
    assert_reachable(fixture, "127.0.0.1", display);
    g_clear_pointer(&fixture->listener, vnc_listener_free);
    g_assert_cmpint(n_polled(fixture->context), ==, 1);
    assert_refused("127.0.0.1", display);
}

static void test_ipv6(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    const VncAddressInfo *info;
    unsigned display;

    if (!have_ipv6()) {
        g_test_skip("this system has no ::1");
        return;
    }
    display = listen_free(fixture, "[::1]", &fixture->listener);
    info = vnc_listener_socket_info(fixture->listener, 0);
    g_assert_cmpuint(vnc_listener_n_sockets(fixture->listener), ==, 1);
    g_assert_cmpint(info->family, ==, VNC_FAMILY_IPV6);
    g_assert_cmpstr(info->host, ==, "::1");
    assert_reachable(fixture, "::1", display);
}

/* An address that is unique on its interface only. */
static void test_scope(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    unsigned index = if_nametoindex("lo");
    g_autofree char *host = g_strdup_printf("[::1%%%u]", index);
    GResolver *before;
    unsigned display;

    if (!have_ipv6() || index == 0) {
        g_test_skip("this system has no ::1 on an interface named lo");
        return;
    }
    /* No resolver keeps the scope. */
    before = install_resolver();
    display = listen_free(fixture, host, &fixture->listener);
    restore_resolver(before);
    assert_reachable(fixture, "::1", display);
}

static void test_all_interfaces(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    unsigned display = listen_free(fixture, "", &fixture->listener);
    const VncAddressInfo *info = vnc_listener_socket_info(fixture->listener, 0);

    g_assert_cmpint(info->family, ==, VNC_FAMILY_IPV4);
    g_assert_cmpstr(info->host, ==, "0.0.0.0");
    assert_reachable(fixture, "127.0.0.1", display);
    if (!have_ipv6()) {
        g_test_skip("this system has no ::1");
        return;
    }
    g_assert_cmpuint(vnc_listener_n_sockets(fixture->listener), ==, 2);
    info = vnc_listener_socket_info(fixture->listener, 1);
    g_assert_cmpint(info->family, ==, VNC_FAMILY_IPV6);
    g_assert_cmpstr(info->host, ==, "::");
    assert_reachable(fixture, "::1", display);
}

static void test_ipv4_only(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    unsigned display = listen_free(fixture, "0.0.0.0", &fixture->listener);

    assert_reachable(fixture, "127.0.0.1", display);
    if (have_ipv6()) {
        assert_refused("::1", display);
    }
}

static void test_name(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    unsigned display = listen_free(fixture, "localhost", &fixture->listener);

    for (unsigned i = 0; i < vnc_listener_n_sockets(fixture->listener); i++) {
        const VncAddressInfo *info = vnc_listener_socket_info(fixture->listener, i);

        g_assert_cmpuint(g_ascii_strtoull(info->service, NULL, 10), ==, VNC_PORT_BASE + display);
        assert_reachable(fixture, info->host, display);
    }
}

static void test_several(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    GResolver *before = install_resolver();
    g_autoptr(GError) error = NULL;
    unsigned display = listen_free(fixture, "several.test", &fixture->listener);

    g_assert_cmpuint(vnc_listener_n_sockets(fixture->listener), ==, 1);
    assert_reachable(fixture, "127.0.0.1", display);
    g_assert_null(listen_text(fixture, "none.test:0", 0, &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_FAILED);
    g_assert_cmpstr(error->message, ==, "cannot listen on 'none.test:0': no such name");
    restore_resolver(before);
}

static void test_taken(Fixture *fixture, gconstpointer data)
{
    const char *host = data;
    g_autoptr(VncListener) taken = NULL;
    unsigned display = listen_free(fixture, "127.0.0.1", &taken);
    g_autofree char *text = g_strdup_printf("%s:%u", host, display);
    g_autoptr(GError) error = NULL;

    g_assert_null(listen_text(fixture, text, 0, &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
    g_assert_nonnull(strstr(error->message, text));
    g_assert_nonnull(strstr(error->message, g_strerror(EADDRINUSE)));
    g_clear_error(&error);

    /* A range that ends below its start is the start alone. */
    g_assert_null(listen_text(fixture, text, display - 1, &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
    /* Nothing is left of what failed. */
    g_assert_cmpint(n_polled(fixture->context), ==, 2);
}

/* Not even half of all interfaces may be another's. */
static void test_taken_ipv6(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(VncListener) taken = NULL;
    g_autofree char *text = NULL;
    g_autoptr(GError) error = NULL;

    if (!have_ipv6()) {
        g_test_skip("this system has no ::1");
        return;
    }
    text = g_strdup_printf(":%u", listen_free(fixture, "[::1]", &taken));
    g_assert_null(listen_text(fixture, text, 0, &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
}

static void test_range(Fixture *fixture, gconstpointer data)
{
    const char *host = data;
    g_autoptr(VncListener) taken = NULL;
    g_autoptr(VncListener) next = NULL;
    unsigned display = listen_free(fixture, "127.0.0.1", &taken);
    g_autofree char *text = g_strdup_printf("%s:%u", host, display);
    g_autofree char *next_text = g_strdup_printf("%s:%u", host, display + 1);
    g_autofree char *range = g_strdup_printf("'%s' to %u: ", text, display + 1);
    g_autoptr(GError) error = NULL;
    const VncAddressInfo *info;

    fixture->listener = listen_text(fixture, text, LAST_DISPLAY, &error);
    g_assert_no_error(error);
    info = vnc_listener_socket_info(fixture->listener, 0);
    g_assert_cmpuint(g_ascii_strtoull(info->service, NULL, 10), >, VNC_PORT_BASE + display);
    g_clear_pointer(&fixture->listener, vnc_listener_free);

    /* Where this fails, somebody else has the port, which is as good. */
    next = listen_text(fixture, next_text, 0, NULL);
    g_assert_null(listen_text(fixture, text, display + 1, &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
    g_assert_nonnull(strstr(error->message, range));
}

static void test_not_here(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    const char *text = "192.0.2.1:20000"; /* for documentation: nobody's */
    g_autoptr(GError) error = NULL;

    g_assert_null(listen_text(fixture, text, LAST_DISPLAY, &error));
    g_test_message("%s", error->message);
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_FAILED);
    g_assert_nonnull(strstr(error->message, text));
}

static void connect_many(GSocket **clients, unsigned n, unsigned display)
{
    for (unsigned i = 0; i < n; i++) {
        g_autoptr(GError) error = NULL;

        clients[i] = connect_tcp("127.0.0.1", display, &error);
        g_assert_no_error(error);
    }
}

static void test_storm(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    unsigned display = listen_free(fixture, "127.0.0.1", &fixture->listener);
    GSocket *clients[60];

    connect_many(clients, G_N_ELEMENTS(clients), display);
    while (fixture->accepted->len < G_N_ELEMENTS(clients)) {
        unsigned before = fixture->accepted->len;

        g_main_context_iteration(fixture->context, TRUE);
        g_assert_cmpuint(fixture->accepted->len - before, <=, 1);
    }
    for (unsigned i = 0; i < G_N_ELEMENTS(clients); i++) {
        g_object_unref(clients[i]);
    }
}

static void test_free_in_callback(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    GSocket *clients[5];
    unsigned alive = 0;

    fixture->display = listen_free(fixture, "127.0.0.1", &fixture->listener);
    connect_many(clients, G_N_ELEMENTS(clients), fixture->display);
    fixture->reopen = true;
    wait_accepted(fixture, 1);
    g_assert_cmpint(n_polled(fixture->context), ==, 2);
    g_assert_false(g_main_context_iteration(fixture->context, FALSE));
    g_assert_cmpuint(fixture->accepted->len, ==, 1);
    g_assert_cmpstr(complaints->str, ==, "");
    /* Those that waited are dropped, the one accepted lives. */
    g_assert_cmpint(g_socket_send(fixture->accepted->pdata[0], "x", 1, NULL, NULL), ==, 1);
    for (unsigned i = 0; i < G_N_ELEMENTS(clients); i++) {
        char byte;

        alive += g_socket_receive(clients[i], &byte, 1, NULL, NULL) == 1;
        g_object_unref(clients[i]);
    }
    g_assert_cmpuint(alive, ==, 1);
    assert_reachable(fixture, "127.0.0.1", fixture->display);
}

/* While no descriptor is left, the listening socket is not polled: it would stay readable. */
static void run_out(Fixture *fixture)
{
    g_autoptr(GArray) hoard = g_array_new(FALSE, FALSE, sizeof(int));
    unsigned accepted = fixture->accepted->len;
    struct rlimit before, few;
    int fd;

    g_assert_cmpint(getrlimit(RLIMIT_NOFILE, &before), ==, 0);
    few = before;
    few.rlim_cur = MIN(before.rlim_cur, 256);
    g_assert_cmpint(setrlimit(RLIMIT_NOFILE, &few), ==, 0);
    while ((fd = open("/dev/null", O_RDONLY)) >= 0) {
        g_array_append_val(hoard, fd);
    }
    g_assert_cmpint(errno, ==, EMFILE);

    /* Twice: the second time after its rest. */
    for (int i = 0; i < 2; i++) {
        while (n_polled(fixture->context) == 2) {
            g_main_context_iteration(fixture->context, TRUE);
        }
        g_assert_cmpuint(fixture->accepted->len, ==, accepted);
        while (n_polled(fixture->context) == 1) {
            g_main_context_iteration(fixture->context, TRUE);
        }
    }
    for (unsigned i = 0; i < hoard->len; i++) {
        close(g_array_index(hoard, int, i));
    }
    setrlimit(RLIMIT_NOFILE, &before);
    wait_accepted(fixture, accepted + 1);
    g_assert_cmpint(n_polled(fixture->context), ==, 2);
}

/* It is told once, not each time. */
static void test_no_descriptors(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    unsigned display = listen_free(fixture, "127.0.0.1", &fixture->listener);
    GSocket *clients[2];

    for (unsigned i = 0; i < G_N_ELEMENTS(clients); i++) {
        connect_many(&clients[i], 1, display);
        run_out(fixture);
    }
    g_assert_true(g_str_has_prefix(complaints->str, "cannot accept a viewer on 127.0.0.1:"));
    g_assert_nonnull(strstr(complaints->str, g_strerror(EMFILE)));
    g_assert_null(strchr(complaints->str, '\n'));
    g_assert_cmpuint(n_complaints, ==, 1);
    for (unsigned i = 0; i < G_N_ELEMENTS(clients); i++) {
        g_object_unref(clients[i]);
    }
}

static void test_free_null(void)
{
    vnc_listener_free(NULL);
}

static void add(const char *path, const char *data, void (*func)(Fixture *, gconstpointer))
{
    g_test_add(path, Fixture, data, set_up, func, tear_down);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add("/net-listener/ipv4", NULL, test_ipv4);
    add("/net-listener/ipv6", NULL, test_ipv6);
    add("/net-listener/scope", NULL, test_scope);
    add("/net-listener/all-interfaces", NULL, test_all_interfaces);
    add("/net-listener/ipv4-only", NULL, test_ipv4_only);
    add("/net-listener/name", NULL, test_name);
    add("/net-listener/taken/same", "127.0.0.1", test_taken);
    add("/net-listener/taken/all-interfaces", "", test_taken);
    add("/net-listener/taken/name", "localhost", test_taken);
    add("/net-listener/taken/ipv6", NULL, test_taken_ipv6);
    add("/net-listener/range/same", "127.0.0.1", test_range);
    add("/net-listener/range/all-interfaces", "", test_range);
    add("/net-listener/range/name", "localhost", test_range);
    add("/net-listener/several", NULL, test_several);
    add("/net-listener/not-here", NULL, test_not_here);
    add("/net-listener/storm", NULL, test_storm);
    add("/net-listener/free-in-callback", NULL, test_free_in_callback);
    add("/net-listener/no-descriptors", NULL, test_no_descriptors);
    g_test_add_func("/net-listener/free-null", test_free_null);
    return g_test_run();
}
