/*
 * Listeners on socket files: which files are replaced, left alone, removed.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One thread. Files are in the test's own directory.
 */
#include "tests/lib/rows.h"
#include "ui/net/listener.h"

#include <errno.h>
#include <gio/gunixsocketaddress.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/inotify.h>
#endif

typedef struct Fixture {
    GMainContext *context;
    VncListener *listener;
    unsigned accepted;
    char *dir;
    char *path; /* of a socket in it */
} Fixture;

static void set_up(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    fixture->context = g_main_context_new();
    fixture->dir = g_dir_make_tmp("vnc-path-XXXXXX", NULL);
    fixture->path = g_build_filename(fixture->dir, "socket", NULL);
}

static void tear_down(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    vnc_listener_free(fixture->listener);
    g_main_context_unref(fixture->context);
    g_unlink(fixture->path);
    g_assert_cmpint(g_rmdir(fixture->dir), ==, 0);
    g_free(fixture->dir);
    g_free(fixture->path);
}

static void on_accept(void *opaque, GSocket *socket G_GNUC_UNUSED)
{
    Fixture *fixture = opaque;

    fixture->accepted++;
}

static VncListener *listen_path(Fixture *fixture, const char *path, GError **error)
{
    VncAddress address = {.kind = VNC_ADDRESS_UNIX, .path = (char *)path};

    return vnc_listener_new(&address, 0, fixture->context, on_accept, NULL, fixture, error);
}

static GSocket *connect_path(const char *path, GError **error)
{
    g_autoptr(GSocketAddress) address = g_unix_socket_address_new(path);
    g_autoptr(GSocket) socket =
        g_socket_new(G_SOCKET_FAMILY_UNIX, G_SOCKET_TYPE_STREAM, G_SOCKET_PROTOCOL_DEFAULT, error);

    if (!socket || !g_socket_connect(socket, address, NULL, error)) {
        return NULL;
    }
    return g_steal_pointer(&socket);
}

static void assert_path_reachable(Fixture *fixture)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GSocket) client = connect_path(fixture->path, &error);
    unsigned before = fixture->accepted;

    g_assert_no_error(error);
    g_assert_nonnull(client);
    while (fixture->accepted == before) {
        g_main_context_iteration(fixture->context, TRUE);
    }
}

static bool exists(const char *path)
{
    GStatBuf file;

    return g_lstat(path, &file) == 0;
}

static void test_plain(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GError) error = NULL;
    const VncAddressInfo *info;

    fixture->listener = listen_path(fixture, fixture->path, &error);
    g_assert_no_error(error);
    g_assert_cmpuint(vnc_listener_n_sockets(fixture->listener), ==, 1);
    info = vnc_listener_socket_info(fixture->listener, 0);
    g_assert_cmpint(info->family, ==, VNC_FAMILY_UNIX);
    g_assert_cmpstr(info->host, ==, "");
    g_assert_cmpstr(info->service, ==, fixture->path);
    assert_path_reachable(fixture);
    g_clear_pointer(&fixture->listener, vnc_listener_free);
    g_assert_false(exists(fixture->path));
}

/* A daemon goes to "/" after it has opened its sockets. */
static void test_relative(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *before = g_get_current_dir();
    g_autoptr(GError) error = NULL;

    g_assert_cmpint(g_chdir(fixture->dir), ==, 0);
    fixture->listener = listen_path(fixture, "socket", &error);
    g_assert_cmpint(g_chdir(before), ==, 0);
    g_assert_no_error(error);
    assert_path_reachable(fixture);
    g_clear_pointer(&fixture->listener, vnc_listener_free);
    g_assert_false(exists(fixture->path));
}

static GSocket *bind_path(const char *path, GSocketType type)
{
    g_autoptr(GSocketAddress) address = g_unix_socket_address_new(path);
    g_autoptr(GError) error = NULL;
    GSocket *socket = g_socket_new(G_SOCKET_FAMILY_UNIX, type, G_SOCKET_PROTOCOL_DEFAULT, &error);

    g_assert_no_error(error);
    g_socket_bind(socket, address, TRUE, &error);
    g_assert_no_error(error);
    return socket;
}

static void test_stale(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GError) error = NULL;

    g_object_unref(bind_path(fixture->path, G_SOCKET_TYPE_STREAM));
    g_assert_true(exists(fixture->path));
    fixture->listener = listen_path(fixture, fixture->path, &error);
    g_assert_no_error(error);
    assert_path_reachable(fixture);
}

/* Somebody has bound @other at the path: we leave it alone, and it notices nothing. */
static void assert_left_alone(Fixture *fixture, GSocket *other)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(listen_path(fixture, fixture->path, &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
    g_assert_nonnull(strstr(error->message, fixture->path));
    g_assert_nonnull(strstr(error->message, "already in use"));
    g_assert_true(exists(fixture->path));
    g_assert_cmpint(g_socket_condition_check(other, G_IO_IN), ==, 0);
}

static void test_alive(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GSocket) other = bind_path(fixture->path, G_SOCKET_TYPE_STREAM);
    g_autoptr(GSocket) client = NULL;

    g_socket_set_listen_backlog(other, 0);
    g_assert_true(g_socket_listen(other, NULL));
    assert_left_alone(fixture, other);
    client = connect_path(fixture->path, NULL);
    g_assert_nonnull(client);
    /* Now nobody more may wait. */
    g_assert_cmpint(g_socket_condition_check(other, G_IO_IN), ==, G_IO_IN);
    g_assert_null(listen_path(fixture, fixture->path, NULL));
    g_object_unref(g_socket_accept(other, NULL, NULL));
    assert_left_alone(fixture, other);
}

/* Another server on its way to listen(). */
static void test_bound(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GSocket) other = bind_path(fixture->path, G_SOCKET_TYPE_STREAM);
    g_autoptr(GSocket) client = NULL;
    g_autoptr(GError) error = NULL;

    g_assert_null(listen_path(fixture, fixture->path, &error));
    g_assert_error(error, G_IO_ERROR, G_IO_ERROR_ADDRESS_IN_USE);
    g_assert_true(g_socket_listen(other, NULL));
    client = connect_path(fixture->path, NULL);
    g_assert_nonnull(client);
}

#ifdef __linux__
/* The mode is the file's from the beginning, unless the umask is in the way: it is never more open,
 * and what somebody puts in its place is never touched. */
static void test_mode(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    static const struct {
        mode_t umask;
        unsigned mode;
        bool changed; /* after it has been made */
    } cases[] = {{0, 0600, false},  {0, 0666, false},   {022, 0700, false},
                 {022, 0666, true}, {0777, 0600, true}, {077, 0600, false}};

    FOR_ROWS (i, cases) {
        VncAddress address = {
            .kind = VNC_ADDRESS_UNIX, .path = fixture->path, .mode = cases[i].mode};
        mode_t before = umask(cases[i].umask);
        int events = inotify_init1(IN_NONBLOCK);
        g_autoptr(GError) error = NULL;
        char told[4096];
        GStatBuf file;
        ssize_t len;

        g_assert_cmpint(inotify_add_watch(events, fixture->dir, IN_ATTRIB), >=, 0);
        fixture->listener =
            vnc_listener_new(&address, 0, fixture->context, on_accept, NULL, fixture, &error);
        umask(before);
        g_assert_no_error(error);
        g_assert_cmpint(g_lstat(fixture->path, &file), ==, 0);
        g_assert_cmpint(file.st_mode & 0777, ==, cases[i].mode);
        len = read(events, told, sizeof(told));
        g_assert_true((len > 0) == cases[i].changed);
        close(events);
        g_clear_pointer(&fixture->listener, vnc_listener_free);
    }
}
#endif

static void assert_refused_path(Fixture *fixture, const char *path, int code, const char *cause)
{
    g_autoptr(GError) error = NULL;

    g_assert_null(listen_path(fixture, path, &error));
    g_test_message("%s", error->message);
    g_assert_error(error, G_IO_ERROR, code);
    g_assert_nonnull(strstr(error->message, path));
    g_assert_nonnull(strstr(error->message, cause));
}

static void test_no_socket(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *link = g_build_filename(fixture->dir, "link", NULL);
    g_autofree char *text = NULL;

    g_assert_true(g_file_set_contents(fixture->path, "precious", -1, NULL));
    assert_refused_path(fixture, fixture->path, G_IO_ERROR_EXISTS, "no socket");
    g_assert_true(g_file_get_contents(fixture->path, &text, NULL, NULL));
    g_assert_cmpstr(text, ==, "precious");
    g_unlink(fixture->path);

    assert_refused_path(fixture, fixture->dir, G_IO_ERROR_EXISTS, "no socket");
    g_assert_true(g_file_test(fixture->dir, G_FILE_TEST_IS_DIR));

    /* Not even through a link. */
    g_object_unref(bind_path(fixture->path, G_SOCKET_TYPE_STREAM));
    g_assert_cmpint(symlink("socket", link), ==, 0);
    assert_refused_path(fixture, link, G_IO_ERROR_EXISTS, "no socket");
    g_assert_true(exists(link));
    g_assert_true(exists(fixture->path));
    g_unlink(link);
}

static void test_datagram(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autoptr(GSocket) other = bind_path(fixture->path, G_SOCKET_TYPE_DATAGRAM);

    assert_left_alone(fixture, other);
}

static void test_too_long(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *name = g_strnfill(200, 'x');
    g_autofree char *path = g_build_filename(fixture->dir, name, NULL);

    assert_refused_path(fixture, path, G_IO_ERROR_FILENAME_TOO_LONG, "the path has ");
}

static void test_bad_dir(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    g_autofree char *path = g_build_filename(fixture->dir, "missing", "socket", NULL);
    bool is_root = geteuid() == 0;

    assert_refused_path(fixture, path, G_IO_ERROR_NOT_FOUND, g_strerror(ENOENT));

    g_assert_cmpint(g_chmod(fixture->dir, 0555), ==, 0);
    /* Root may write anywhere. */
    g_assert_cmpint(is_root ? seteuid(65534) : 0, ==, 0);
    assert_refused_path(fixture, fixture->path, G_IO_ERROR_PERMISSION_DENIED, g_strerror(EACCES));
    g_assert_cmpint(is_root ? seteuid(0) : 0, ==, 0);
    g_assert_cmpint(g_chmod(fixture->dir, 0755), ==, 0);
}

/* Another has removed our file and listens in its place. */
static void test_not_ours(Fixture *fixture, gconstpointer data G_GNUC_UNUSED)
{
    VncListener *first = listen_path(fixture, fixture->path, NULL);

    g_assert_nonnull(first);
    g_assert_cmpint(g_unlink(fixture->path), ==, 0);
    fixture->listener = listen_path(fixture, fixture->path, NULL);
    g_assert_nonnull(fixture->listener);
    vnc_listener_free(first);
    assert_path_reachable(fixture);
}

static void add(const char *path, void (*func)(Fixture *, gconstpointer))
{
    g_test_add(path, Fixture, NULL, set_up, func, tear_down);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add("/net-path/plain", test_plain);
    add("/net-path/relative", test_relative);
    add("/net-path/stale", test_stale);
    add("/net-path/alive", test_alive);
    add("/net-path/bound", test_bound);
#ifdef __linux__
    add("/net-path/mode", test_mode);
#endif
    add("/net-path/no-socket", test_no_socket);
    add("/net-path/datagram", test_datagram);
    add("/net-path/too-long", test_too_long);
    add("/net-path/bad-dir", test_bad_dir);
    add("/net-path/not-ours", test_not_ours);
    return g_test_run();
}
