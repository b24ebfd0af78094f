/*
 * Fuzz logins: a viewer that knows the protocol, and does not always follow it.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread, and the server's own threads. Input: the security type, the viewer's knowledge, and
 * a byte for each message: 0 leaves the message as it is, other values spoil it. A viewer whose
 * messages are all correct gets in; a viewer with a wrong password never does.
 */
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/login.h"
#include "ui/client/client-private.h"

#include <glib/gstdio.h>
#include <gnutls/x509.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

static const Way ways[] = {
    {VNC_SECURITY_VNC, 0, false},
    {VNC_SECURITY_RA2, 0, false},
    {VNC_SECURITY_RA2, 0, true},
    {VNC_SECURITY_RA2NE, 0, false},
    {VNC_SECURITY_RA2NE, 0, true},
    {VNC_SECURITY_RA2_256, 0, false},
    {VNC_SECURITY_RA2NE_256, 0, true},
    {VNC_SECURITY_SASL, 0, false},
    {VNC_SECURITY_VENCRYPT, VNC_VENCRYPT_TLS_NONE, false},
    {VNC_SECURITY_VENCRYPT, VNC_VENCRYPT_TLS_VNC, false},
    {VNC_SECURITY_VENCRYPT, VNC_VENCRYPT_TLS_PLAIN, true},
    {VNC_SECURITY_VENCRYPT, VNC_VENCRYPT_TLS_SASL, false},
    {VNC_SECURITY_VENCRYPT, VNC_VENCRYPT_X509_NONE, false},
    {VNC_SECURITY_VENCRYPT, VNC_VENCRYPT_X509_VNC, false},
    {VNC_SECURITY_VENCRYPT, VNC_VENCRYPT_X509_PLAIN, true},
    {VNC_SECURITY_VENCRYPT, VNC_VENCRYPT_X509_SASL, false},
};

/* --- what is there for all inputs --------------------------------------------------------- */

static char *directory; /* of keys and certificates */

static char *path_of(const char *name)
{
    return g_build_filename(directory, name, NULL);
}

/* A server's certificate that nobody else has signed, and its key. */
static void write_certificate(void)
{
    g_autofree char *crt_path = path_of("server-cert.pem"), *ca_path = path_of("ca-cert.pem");
    g_autofree char *key_path = path_of("server-key.pem");
    gnutls_x509_crt_t crt;
    gnutls_x509_privkey_t key;
    gnutls_datum_t pem;

    g_assert(gnutls_x509_privkey_init(&key) == 0);
    g_assert(gnutls_x509_privkey_generate(
                 key, GNUTLS_PK_ECDSA, GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0) == 0);
    g_assert(gnutls_x509_crt_init(&crt) == 0);
    gnutls_x509_crt_set_version(crt, 3);
    gnutls_x509_crt_set_serial(crt, "\1", 1);
    gnutls_x509_crt_set_dn_by_oid(crt, GNUTLS_OID_X520_COMMON_NAME, 0, "server", 6);
    gnutls_x509_crt_set_activation_time(crt, time(NULL) - 3600);
    gnutls_x509_crt_set_expiration_time(crt, time(NULL) + 86400);
    gnutls_x509_crt_set_basic_constraints(crt, 1, -1);
    g_assert(gnutls_x509_crt_set_key(crt, key) == 0);
    g_assert(gnutls_x509_crt_sign2(crt, crt, key, GNUTLS_DIG_SHA256, 0) == 0);
    g_assert(gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_PEM, &pem) == 0);
    g_assert(g_file_set_contents(crt_path, (char *)pem.data, pem.size, NULL));
    g_assert(g_file_set_contents(ca_path, (char *)pem.data, pem.size, NULL));
    gnutls_free(pem.data);
    g_assert(gnutls_x509_privkey_export2(key, GNUTLS_X509_FMT_PEM, &pem) == 0);
    g_assert(g_file_set_contents(key_path, (char *)pem.data, pem.size, NULL));
    gnutls_free(pem.data);
    gnutls_x509_crt_deinit(crt);
    gnutls_x509_privkey_deinit(key);
}

static void remove_files(void)
{
    static const char *const names[] = {"server-cert.pem", "ca-cert.pem", "server-key.pem",
                                        "rsa-key.pem"};

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        g_autofree char *path = path_of(names[i]);

        g_unlink(path);
    }
    g_rmdir(directory);
    g_free(directory);
    rsa_viewer_clear();
    users_clear();
}

static void prepare(void)
{
    g_autofree char *key = NULL;

    if (directory) {
        return;
    }
    directory = g_dir_make_tmp("vnc-fuzz-XXXXXX", NULL);
    g_assert(directory);
    write_certificate();
    key = path_of("rsa-key.pem");
    rsa_write_key(key, GNUTLS_PK_RSA, 2048, false, NULL);
    rsa_viewer_init(key);
    users_make();
    atexit(remove_files);
}

/* --- the host ----------------------------------------------------------------------------- */

static void on_key(void *host, const VncKeyEvent *event)
{
    (void)host;
    (void)event;
    g_assert_not_reached(); /* nobody types here */
}

static void on_position(void *host, int x, int y, unsigned buttons)
{
    (void)host;
    (void)x;
    (void)y;
    (void)buttons;
}

static void on_interval(void *host, unsigned ms)
{
    (void)host;
    (void)ms;
}

static void on_viewer(void *host, VncViewerEvent event, const VncViewerInfo *info)
{
    (void)info;
    ((Viewer *)host)->initialized |= event == VNC_VIEWER_INITIALIZED;
}

static char *on_secret(void *host, const char *id, GError **error)
{
    (void)host;
    (void)id;
    (void)error;
    return g_strdup(PASSWORD);
}

static bool on_tls_object(void *host, const char *id, VncTlsObject *object, GError **error)
{
    (void)host;
    (void)error;
    object->x509 = g_str_equal(id, "x509");
    object->dir = object->x509 ? g_strdup(directory) : NULL;
    return true;
}

static void on_log(void *host, const char *line)
{
    (void)host;
    g_assert(g_utf8_validate(line, -1, NULL));
    for (; *line; line++) {
        g_assert(!g_ascii_iscntrl(*line));
    }
}

static const VncHostOps host_ops = {
    .key = on_key,
    .pointer_absolute = on_position,
    .pointer_relative = on_position,
    .set_refresh_interval = on_interval,
    .viewer = on_viewer,
    .secret = on_secret,
    .tls_object = on_tls_object,
    .log = on_log,
};

static void open_server(Viewer *viewer)
{
    const Way *way = &viewer->way;
    g_autoptr(VncOptions) options = vnc_options_new();
    g_autoptr(GError) error = NULL;

    g_ptr_array_add(options->addresses, g_strdup("none"));
    options->plain = way->plain;
    options->sasl = way_uses_sasl(way);
    if (way->type == VNC_SECURITY_VENCRYPT) {
        options->tls_creds = g_strdup(way_uses_x509(way) ? "x509" : "anon");
    } else if (!options->sasl && way->type != VNC_SECURITY_VNC) {
        options->rsa_key = path_of("rsa-key.pem");
    }
    if (!options->sasl && !way->plain && !way_uses_nothing(way)) {
        options->password_secret = g_strdup("secret");
    }
    options->login_timeout = 0;
    options->login_delay_ms = 0;
    if (!vnc_server_open(viewer->server, options, &error)) {
        g_error("%s", error->message);
    }
}

static void connect_viewer(Viewer *viewer)
{
    g_autoptr(GSocket) socket = NULL;
    int fds[2];

    g_assert(socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == 0);
    socket = g_socket_new_from_fd(fds[0], NULL);
    vnc_server_add_viewer(viewer->server, socket, false);
    viewer->fd = fds[1];
}

static void clear(Viewer *viewer)
{
    if (viewer->tls) {
        gnutls_deinit(viewer->tls);
    }
    close(viewer->fd);
    while (viewer->server->viewers->len > 0) {
        g_main_context_iteration(NULL, TRUE);
    }
    vnc_server_free(viewer->server);
    if (viewer->client.conn) {
        client_clear(&viewer->client);
    }
    rsa_public_key_clear(&viewer->key);
    vnc_buffer_clear(&viewer->got);
    vnc_buffer_clear(&viewer->opened);
    vnc_buffer_clear(&viewer->server_message);
    vnc_buffer_clear(&viewer->own_message);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    Viewer viewer = {.input = {bytes, len}};
    bool knows, in;

    prepare();
    viewer.way = ways[take_u8(&viewer.input) % G_N_ELEMENTS(ways)];
    knows = !(take_u8(&viewer.input) & 1) || way_uses_nothing(&viewer.way);
    viewer.password = knows ? PASSWORD : "battery";
    rsa_public_key_init(&viewer.key);
    viewer.server = vnc_server_new(&host_ops, &viewer);
    open_server(&viewer);
    connect_viewer(&viewer);
    in = viewer_log_in(&viewer);
    g_assert(viewer.spoilt || (in == knows && viewer.initialized == knows));
    clear(&viewer);
    return 0;
}
