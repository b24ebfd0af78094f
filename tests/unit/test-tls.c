/*
 * TLS streams against GnuTLS's client.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tests/lib/rows.h"
#include "ui/net/tls.h"

#include "ui/base/buffer.h"
#include "ui/base/thread.h"

#include <glib/gstdio.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <sys/socket.h>
#include <unistd.h>

#define ECHO_BYTES    (1024 * 1024)
#define SMALL_RECORDS 1500

typedef struct Client {
    int fd;
    void (*talk)(gnutls_session_t session); /* once the handshake is done */
    GMutex *gate;     /* or NULL: what it holds back of the client's first words */
    GByteArray *held; /* or NULL: where its words go instead */
} Client;

static ssize_t client_push(gnutls_transport_ptr_t opaque, const void *bytes, size_t len)
{
    Client *self = opaque;
    size_t first = self->gate ? 10 : len;

    if (self->held) {
        g_byte_array_append(self->held, bytes, (guint)len);
        return (ssize_t)len;
    }
    g_assert_cmpint(write(self->fd, bytes, first), ==, first);
    if (self->gate) {
        g_mutex_lock(self->gate);
        g_mutex_unlock(self->gate);
        self->gate = NULL;
        g_assert_cmpint(write(self->fd, (const char *)bytes + first, len - first), ==, len - first);
    }
    return (ssize_t)len;
}

static ssize_t client_pull(gnutls_transport_ptr_t opaque, void *bytes, size_t len)
{
    return read(((Client *)opaque)->fd, bytes, len);
}

static int client_pull_timeout(gnutls_transport_ptr_t opaque G_GNUC_UNUSED,
                               unsigned ms G_GNUC_UNUSED)
{
    return 1;
}

static void send_and_hear(gnutls_session_t session)
{
    g_autofree uint8_t *sent = g_malloc(ECHO_BYTES), *got = g_malloc(16384);

    for (size_t i = 0; i < ECHO_BYTES; i++) {
        sent[i] = i * 7 + (i >> 9);
    }
    for (size_t at = 0; at < ECHO_BYTES; at += 16384) {
        g_assert_cmpint(gnutls_record_send(session, sent + at, 16384), ==, 16384);
        for (size_t n = 0; n < 16384;) {
            ssize_t more = gnutls_record_recv(session, got + n, 16384 - n);

            g_assert_cmpint(more, >, 0);
            n += more;
        }
        g_assert_cmpmem(sent + at, 16384, got, 16384);
    }
    gnutls_bye(session, GNUTLS_SHUT_WR);
}

static void send_small_records(gnutls_session_t session)
{
    Client *self = gnutls_transport_get_ptr(session);
    g_autoptr(GByteArray) held = g_byte_array_new();

    /* A socket has room for few messages, however small. */
    self->held = held;
    for (unsigned i = 0; i < SMALL_RECORDS; i++) {
        g_assert_cmpint(gnutls_record_send(session, "x", 1), ==, 1);
    }
    self->held = NULL;
    g_assert_cmpint(write(self->fd, held->data, held->len), ==, held->len);
}

static gpointer client(gpointer opaque)
{
    gnutls_session_t session;
    gnutls_anon_client_credentials_t anon;

    gnutls_anon_allocate_client_credentials(&anon);
    gnutls_init(&session, GNUTLS_CLIENT);
    gnutls_priority_set_direct(session, "NORMAL:+ANON-ECDH:+ANON-DH", NULL);
    gnutls_credentials_set(session, GNUTLS_CRD_ANON, anon);
    gnutls_transport_set_ptr(session, opaque);
    gnutls_transport_set_push_function(session, client_push);
    gnutls_transport_set_pull_function(session, client_pull);
    gnutls_transport_set_pull_timeout_function(session, client_pull_timeout);
    g_assert_cmpint(gnutls_handshake(session), ==, 0);
    ((Client *)opaque)->talk(session);
    gnutls_deinit(session);
    gnutls_anon_free_client_credentials(anon);
    return NULL;
}

typedef struct Echo {
    VncStream *stream;
    VncBuffer said; /* read, not yet written */
    bool done, ended;
} Echo;

static void echo_clear(Echo *test)
{
    vnc_buffer_clear(&test->said);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(Echo, echo_clear)

static void echo(void *opaque, G_GNUC_UNUSED GIOCondition condition)
{
    Echo *test = opaque;
    gssize n = 0;

    if (test->said.len == 0) {
        n = vnc_stream_read(test->stream, vnc_buffer_reserve(&test->said, 16384), 16384, NULL);
        test->ended = n == 0;
        vnc_buffer_commit(&test->said, MAX(n, 0));
    }
    if (test->said.len > 0) {
        n = vnc_stream_write(test->stream, vnc_buffer_bytes(&test->said), test->said.len, NULL);
        vnc_buffer_consume(&test->said, MAX(n, 0));
    }
    vnc_stream_watch(test->stream, test->said.len > 0 ? G_IO_OUT : G_IO_IN);
}

static void done(void *opaque, const GError *error)
{
    Echo *test = opaque;

    g_assert_no_error(error);
    test->done = true;
    vnc_stream_set_ready(test->stream, echo, test);
    vnc_stream_watch(test->stream, G_IO_IN);
}

static void test_anon(void)
{
    VncTlsObject object = {0};
    g_autoptr(VncTlsCredentials) credentials = vnc_tls_credentials_new(&object, NULL);
    VncOffload *offload = vnc_offload_new(NULL);
    g_auto(Echo) test = {0};
    Client viewer = {0};
    int fds[2];
    GThread *thread;
    g_autoptr(GSocket) socket = NULL;

    g_assert_nonnull(credentials);
    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), ==, 0);
    socket = g_socket_new_from_fd(fds[0], NULL);
    test.stream = vnc_tls_stream_new(vnc_stream_new_socket(socket, NULL), credentials, offload,
                                     NULL, NULL, done, &test);
    viewer = (Client){.fd = fds[1], .talk = send_and_hear};
    thread = g_thread_new("client", client, &viewer);
    while (!test.ended) {
        g_main_context_iteration(NULL, TRUE);
    }
    g_assert_true(test.done);
    g_assert_cmpuint(vnc_tls_stream_ssf(test.stream), >=, 128);
    g_thread_join(thread);
    vnc_stream_free(test.stream);
    vnc_offload_free(offload);
    close(fds[1]);
}

/* Of many small records only so many are read in one turn of the main loop. */
static void test_share(void)
{
    VncTlsObject object = {0};
    g_autoptr(VncTlsCredentials) credentials = vnc_tls_credentials_new(&object, NULL);
    VncOffload *offload = vnc_offload_new(NULL);
    g_auto(Echo) test = {0};
    Client viewer = {0};
    int fds[2];
    GThread *thread;
    g_autoptr(GSocket) socket = NULL;
    uint8_t bytes[SMALL_RECORDS];
    unsigned reads = 0;

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), ==, 0);
    socket = g_socket_new_from_fd(fds[0], NULL);
    test.stream = vnc_tls_stream_new(vnc_stream_new_socket(socket, NULL), credentials, offload,
                                     NULL, NULL, done, &test);
    viewer = (Client){.fd = fds[1], .talk = send_small_records};
    thread = g_thread_new("client", client, &viewer);
    while (!test.done) {
        g_main_context_iteration(NULL, TRUE);
    }
    vnc_stream_watch(test.stream, 0);
    g_thread_join(thread);
    for (size_t got = 0; got < SMALL_RECORDS; reads++) {
        gssize n = vnc_stream_read(test.stream, bytes, sizeof(bytes), NULL);

        g_assert_cmpint(n, >, 0);
        g_assert_cmpint(n, <=, 512);
        got += n;
    }
    g_assert_cmpuint(reads, >=, 3);
    vnc_stream_free(test.stream);
    vnc_offload_free(offload);
    close(fds[1]);
}

/* --- certificates ------------------------------------------------------------------------- */

typedef struct Signed {
    gnutls_x509_privkey_t key;
    gnutls_x509_crt_t crt;
} Signed;

/* A certificate for @name, valid from @from to @to (seconds from now), signed by @ca; NULL: a CA,
 * by itself. @purpose: the only one that it is for, or NULL. */
static Signed new_certificate(const char *name, const Signed *ca, long from, long to,
                              const char *purpose)
{
    static unsigned char serial;
    Signed made;

    serial++;
    gnutls_x509_privkey_init(&made.key);
    gnutls_x509_privkey_generate(made.key, GNUTLS_PK_ECDSA,
                                 GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0);
    gnutls_x509_crt_init(&made.crt);
    gnutls_x509_crt_set_version(made.crt, 3);
    gnutls_x509_crt_set_serial(made.crt, &serial, 1);
    gnutls_x509_crt_set_dn_by_oid(made.crt, GNUTLS_OID_X520_COMMON_NAME, 0, name, strlen(name));
    gnutls_x509_crt_set_key(made.crt, made.key);
    gnutls_x509_crt_set_activation_time(made.crt, time(NULL) + from);
    gnutls_x509_crt_set_expiration_time(made.crt, time(NULL) + to);
    gnutls_x509_crt_set_basic_constraints(made.crt, ca == NULL, -1);
    if (purpose) {
        gnutls_x509_crt_set_key_purpose_oid(made.crt, purpose, 0);
    }
    g_assert_cmpint(gnutls_x509_crt_sign2(made.crt, ca ? ca->crt : made.crt,
                                          ca ? ca->key : made.key, GNUTLS_DIG_SHA256, 0),
                    ==, 0);
    return made;
}

static void signed_clear(Signed *made)
{
    gnutls_x509_crt_deinit(made->crt);
    gnutls_x509_privkey_deinit(made->key);
}

static void write_file(const char *dir, const char *name, gnutls_datum_t pem)
{
    g_autofree char *path = g_build_filename(dir, name, NULL);

    g_assert_true(g_file_set_contents(path, (char *)pem.data, pem.size, NULL));
    gnutls_free(pem.data);
}

static void write_certificate(const char *dir, const char *name, const Signed *made)
{
    gnutls_datum_t pem;

    gnutls_x509_crt_export2(made->crt, GNUTLS_X509_FMT_PEM, &pem);
    write_file(dir, name, pem);
}

static void write_key(const char *dir, const char *name, const Signed *made)
{
    gnutls_datum_t pem;

    gnutls_x509_privkey_export2(made->key, GNUTLS_X509_FMT_PEM, &pem);
    write_file(dir, name, pem);
}

static void remove_dir(const char *dir)
{
    static const char *const names[] = {"ca-cert.pem", "ca-crl.pem", "server-cert.pem",
                                        "server-key.pem"};

    FOR_ROWS (i, names) {
        g_autofree char *path = g_build_filename(dir, names[i], NULL);

        g_unlink(path);
    }
    g_assert_cmpint(rmdir(dir), ==, 0);
}

typedef struct Viewer {
    int fd;
    const char *priority;
    const Signed *own;                /* NULL: none */
    const Signed *ca;                 /* whom it trusts; NULL: it wants no certificate */
    gnutls_cipher_algorithm_t cipher; /* that comes of it */
    gnutls_kx_algorithm_t kx;
    gnutls_group_t group;
    bool
        /* it says that its key is another one from now on, and goes on in the same breath */
        rekeys;
    GByteArray *held; /* what it is about to say; or NULL */
} Viewer;

static ssize_t viewer_push(gnutls_transport_ptr_t opaque, const void *bytes, size_t len)
{
    Viewer *self = opaque;

    if (self->held) {
        g_byte_array_append(self->held, bytes, len);
        return (ssize_t)len;
    }
    return write(self->fd, bytes, len);
}

/* It says one byte with a new key, and hears it. */
static void rekey(Viewer *self, gnutls_session_t session)
{
    g_autoptr(GByteArray) said = g_byte_array_new();
    char byte = 'y';

    self->held = said;
    g_assert_cmpint(gnutls_session_key_update(session, 0), ==, 0);
    g_assert_cmpint(gnutls_record_send(session, &byte, 1), ==, 1);
    self->held = NULL;
    g_assert_cmpint(write(self->fd, said->data, said->len), ==, said->len);
    g_assert_cmpint(gnutls_record_recv(session, &byte, 1), ==, 1);
}

/* One that checks the server's certificate, says one byte and waits for the end. */
static gpointer viewer_thread(gpointer opaque)
{
    Viewer *self = opaque;
    gnutls_session_t session;
    gnutls_certificate_credentials_t credentials;
    gnutls_anon_client_credentials_t anon;
    unsigned status = 99;
    char byte = 'x';

    gnutls_anon_allocate_client_credentials(&anon);
    gnutls_certificate_allocate_credentials(&credentials);
    /* Whoever issued it, it is sent. */
    gnutls_certificate_set_flags(credentials, GNUTLS_CERTIFICATE_SKIP_KEY_CERT_MATCH);
    if (self->own) {
        gnutls_certificate_set_x509_key(credentials, (gnutls_x509_crt_t *)&self->own->crt, 1,
                                        self->own->key);
    }
    gnutls_init(&session, GNUTLS_CLIENT | GNUTLS_FORCE_CLIENT_CERT);
    g_assert_cmpint(gnutls_priority_set_direct(session, self->priority, NULL), ==, 0);
    if (self->ca) {
        gnutls_certificate_set_x509_trust(credentials, (gnutls_x509_crt_t *)&self->ca->crt, 1);
        gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, credentials);
    } else {
        gnutls_credentials_set(session, GNUTLS_CRD_ANON, anon);
    }
    gnutls_transport_set_ptr2(session, GINT_TO_POINTER(self->fd), self);
    gnutls_transport_set_push_function(session, viewer_push);
    g_assert_cmpint(gnutls_handshake(session), ==, 0);
    self->cipher = gnutls_cipher_get(session);
    self->kx = gnutls_kx_get(session);
    self->group = gnutls_group_get(session);
    if (self->ca) {
        g_assert_cmpint(gnutls_certificate_verify_peers2(session, &status), ==, 0);
        g_assert_cmpuint(status, ==, 0);
    }
    if (self->rekeys) {
        rekey(self, session);
    }
    g_assert_cmpint(gnutls_record_send(session, &byte, 1), ==, 1);
    gnutls_bye(session, GNUTLS_SHUT_WR);
    while (gnutls_record_recv(session, &byte, 1) > 0) {
    }
    gnutls_deinit(session);
    gnutls_certificate_free_credentials(credentials);
    gnutls_anon_free_client_credentials(anon);
    return NULL;
}

/* @viewer comes, with a thread of its own, to a server of @credentials. Returns the server's end,
 * at the viewer's farewell; to be freed before viewer_end(). */
static VncStream *viewer_begin(Viewer *viewer, VncTlsCredentials *credentials, VncOffload *offload,
                               GThread **thread)
{
    g_autoptr(GSocket) socket = NULL;
    g_auto(Echo) test = {0};
    int fds[2];

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), ==, 0);
    socket = g_socket_new_from_fd(fds[0], NULL);
    viewer->fd = fds[1];
    test.stream = vnc_tls_stream_new(vnc_stream_new_socket(socket, NULL), credentials, offload,
                                     NULL, NULL, done, &test);
    *thread = g_thread_new("viewer", viewer_thread, viewer);
    while (!test.ended) {
        g_main_context_iteration(NULL, TRUE);
    }
    return test.stream;
}

static void viewer_end(Viewer *viewer, GThread *thread)
{
    g_thread_join(thread);
    close(viewer->fd);
}

/* What a viewer with the certificate @own is told by a server with the files in @dir: a part of it,
 * or NULL: it is accepted. */
static void check_viewer(const char *dir, const Signed *ca, const Signed *own, bool verify,
                         const char *fault)
{
    char *own_dir = (char *)dir;
    VncTlsObject object = {.x509 = true, .verify_peer = verify, .dir = own_dir};
    g_autoptr(GError) error = NULL;
    g_autoptr(VncTlsCredentials) credentials = vnc_tls_credentials_new(&object, &error);
    VncOffload *offload = vnc_offload_new(NULL);
    Viewer viewer = {.own = own, .ca = ca, .priority = "NORMAL", .rekeys = true};
    VncStream *stream;
    GThread *thread;

    g_assert_no_error(error);
    g_assert_true(vnc_tls_credentials_x509(credentials));
    stream = viewer_begin(&viewer, credentials, offload, &thread);
    g_assert_true(vnc_tls_stream_verify(stream, &error) == !fault);
    g_assert_true(!fault || strstr(error->message, fault));
    g_assert_cmpstr(vnc_tls_stream_dname(stream), ==, verify && own ? "CN=viewer" : NULL);
    vnc_stream_free(stream);
    viewer_end(&viewer, thread);
    vnc_offload_free(offload);
}

static void revoke_certificate(const char *dir, const Signed *ca, const Signed *revoked)
{
    gnutls_x509_crl_t crl;
    gnutls_datum_t pem;
    unsigned char number = 1;

    gnutls_x509_crl_init(&crl);
    gnutls_x509_crl_set_version(crl, 2);
    gnutls_x509_crl_set_crt(crl, revoked->crt, time(NULL) - 60);
    gnutls_x509_crl_set_this_update(crl, time(NULL) - 60);
    gnutls_x509_crl_set_next_update(crl, time(NULL) + 3600);
    gnutls_x509_crl_set_number(crl, &number, 1);
    g_assert_cmpint(gnutls_x509_crl_sign2(crl, ca->crt, ca->key, GNUTLS_DIG_SHA256, 0), ==, 0);
    gnutls_x509_crl_export2(crl, GNUTLS_X509_FMT_PEM, &pem);
    write_file(dir, "ca-crl.pem", pem);
    gnutls_x509_crl_deinit(crl);
}

static void test_x509(void)
{
    g_autofree char *dir = g_dir_make_tmp("vnc-tls-XXXXXX", NULL);
    Signed ca = new_certificate("ours", NULL, -3600, 3600, NULL);
    Signed other_ca = new_certificate("theirs", NULL, -3600, 3600, NULL);
    Signed server = new_certificate("server", &ca, -3600, 3600, NULL);
    Signed good = new_certificate("viewer", &ca, -3600, 3600, NULL);
    Signed late = new_certificate("viewer", &ca, -3600, -60, NULL);
    Signed early = new_certificate("viewer", &ca, 600, 3600, NULL);
    Signed foreign = new_certificate("viewer", &other_ca, -3600, 3600, NULL);
    Signed for_clients = new_certificate("viewer", &ca, -3600, 3600, GNUTLS_KP_TLS_WWW_CLIENT);
    Signed for_servers = new_certificate("viewer", &ca, -3600, 3600, GNUTLS_KP_TLS_WWW_SERVER);
    Signed for_any = new_certificate("viewer", &ca, -3600, 3600, GNUTLS_KP_ANY);

    write_certificate(dir, "ca-cert.pem", &ca);
    write_certificate(dir, "server-cert.pem", &server);
    write_key(dir, "server-key.pem", &server);
    check_viewer(dir, &ca, NULL, false, NULL);
    check_viewer(dir, &ca, &good, true, NULL);
    check_viewer(dir, &ca, NULL, true, "no certificate");
    check_viewer(dir, &ca, &late, true, "expired");
    check_viewer(dir, &ca, &early, true, "not yet valid");
    check_viewer(dir, &ca, &foreign, true, "not signed by our CA");
    check_viewer(dir, &ca, &for_clients, true, NULL);
    check_viewer(dir, &ca, &for_any, true, NULL);
    check_viewer(dir, &ca, &for_servers, true, "not for clients");
    revoke_certificate(dir, &ca, &good);
    check_viewer(dir, &ca, &good, true, "revoked");
    remove_dir(dir);
    signed_clear(&ca);
    signed_clear(&other_ca);
    signed_clear(&server);
    signed_clear(&good);
    signed_clear(&late);
    signed_clear(&early);
    signed_clear(&foreign);
    signed_clear(&for_clients);
    signed_clear(&for_servers);
    signed_clear(&for_any);
}

/* What is agreed on with viewers, by what they ask of GnuTLS. */
static void test_ciphers(void)
{
    static const char tigervnc[] = "NORMAL:+ANON-ECDH:+ANON-DH"; /* libvncclient, too */
    static const char gtk_vnc[] = "NORMAL:+ANON-DH";
    static const struct {
        bool x509;
        const char *server; /* the object's priority, or NULL */
        const char *viewer;
        gnutls_cipher_algorithm_t cipher;
        gnutls_kx_algorithm_t kx;
    } cases[] = {
        {false, NULL, tigervnc, GNUTLS_CIPHER_AES_256_GCM, GNUTLS_KX_ANON_DH},
        {false, NULL, gtk_vnc, GNUTLS_CIPHER_AES_256_GCM, GNUTLS_KX_ANON_DH},
        {false, NULL, "NORMAL:+ANON-DH:-AES-256-GCM", GNUTLS_CIPHER_AES_128_GCM, GNUTLS_KX_ANON_DH},
        {false, NULL, "NORMAL:+ANON-ECDH", GNUTLS_CIPHER_AES_256_CBC, GNUTLS_KX_ANON_ECDH},
        {true, NULL, "NORMAL", GNUTLS_CIPHER_AES_256_GCM, GNUTLS_KX_ECDHE_RSA},
        {true, NULL, "NORMAL:-VERS-TLS1.3", GNUTLS_CIPHER_AES_256_GCM, GNUTLS_KX_ECDHE_ECDSA},
        {true, NULL, "NORMAL:-VERS-TLS1.3:-CIPHER-ALL:+AES-256-CBC:+AES-128-GCM",
         GNUTLS_CIPHER_AES_128_GCM, GNUTLS_KX_ECDHE_ECDSA},
        {true, NULL, "NORMAL:-VERS-TLS1.3:-CIPHER-ALL:+AES-128-CBC", GNUTLS_CIPHER_AES_128_CBC,
         GNUTLS_KX_ECDHE_ECDSA},
        /* An administrator's own words stand. */
        {false, "NORMAL", tigervnc, GNUTLS_CIPHER_AES_256_CBC, GNUTLS_KX_ANON_ECDH},
        {false, "NORMAL:%SERVER_PRECEDENCE", tigervnc, GNUTLS_CIPHER_AES_256_GCM,
         GNUTLS_KX_ANON_DH},
        {false, "NORMAL:+ANON-ECDH:%SERVER_PRECEDENCE", gtk_vnc, GNUTLS_CIPHER_AES_256_GCM,
         GNUTLS_KX_ANON_DH},
        {false, "NORMAL:+ANON-ECDH:%SERVER_PRECEDENCE", tigervnc, GNUTLS_CIPHER_AES_256_CBC,
         GNUTLS_KX_ANON_ECDH},
        {true, "NORMAL:-CIPHER-ALL:+CHACHA20-POLY1305", "NORMAL", GNUTLS_CIPHER_CHACHA20_POLY1305,
         GNUTLS_KX_ECDHE_RSA},
    };
    g_autofree char *dir = g_dir_make_tmp("vnc-tls-XXXXXX", NULL);
    Signed ca = new_certificate("ours", NULL, -3600, 3600, NULL);
    Signed server = new_certificate("server", &ca, -3600, 3600, NULL);

    write_certificate(dir, "ca-cert.pem", &ca);
    write_certificate(dir, "server-cert.pem", &server);
    write_key(dir, "server-key.pem", &server);
    FOR_ROWS (i, cases) {
        VncTlsObject object = {.x509 = cases[i].x509,
                               .dir = cases[i].x509 ? dir : NULL,
                               .priority = (char *)cases[i].server};
        g_autoptr(VncTlsCredentials) credentials = vnc_tls_credentials_new(&object, NULL);
        VncOffload *offload = vnc_offload_new(NULL);
        Viewer viewer = {.ca = cases[i].x509 ? &ca : NULL, .priority = cases[i].viewer};
        GThread *thread;

        g_assert_nonnull(credentials);
        g_test_message("%u: %s", i, viewer.priority);
        vnc_stream_free(viewer_begin(&viewer, credentials, offload, &thread));
        viewer_end(&viewer, thread);
        g_assert_cmpstr(gnutls_cipher_get_name(viewer.cipher), ==,
                        gnutls_cipher_get_name(cases[i].cipher));
        g_assert_cmpstr(gnutls_kx_get_name(viewer.kx), ==, gnutls_kx_get_name(cases[i].kx));
        if (cases[i].x509 && !cases[i].server) {
            /* Who begins with another one would have to begin again: browsers begin with this. */
            g_assert_cmpint(viewer.group, ==, GNUTLS_GROUP_X25519);
        }
        vnc_offload_free(offload);
    }
    remove_dir(dir);
    signed_clear(&ca);
    signed_clear(&server);
}

/* The peer goes, or the stream is freed, in the midst of the handshake. */
static void broken(void *opaque, const GError *error)
{
    Echo *test = opaque;

    g_assert_nonnull(error);
    test->done = true;
}

static void test_broken_handshake(void)
{
    static const char hello[] = "\x16\x03\x01\x00\x20\x01\x00\x00\x1c garbage";

    for (unsigned cut = 0; cut < sizeof(hello); cut++) {
        VncTlsObject object = {0};
        g_autoptr(VncTlsCredentials) credentials = vnc_tls_credentials_new(&object, NULL);
        VncOffload *offload = vnc_offload_new(NULL);
        g_auto(Echo) test = {0};
        g_autoptr(GSocket) socket = NULL;
        int fds[2];

        g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), ==, 0);
        socket = g_socket_new_from_fd(fds[0], NULL);
        test.stream = vnc_tls_stream_new(vnc_stream_new_socket(socket, NULL), credentials, offload,
                                         NULL, NULL, broken, &test);
        g_assert_cmpint(write(fds[1], hello, cut), ==, cut);
        if (cut % 2) {
            g_main_context_iteration(NULL, TRUE);
        } else {
            close(fds[1]);
            while (!test.done) {
                g_main_context_iteration(NULL, TRUE);
            }
        }
        vnc_stream_free(test.stream);
        vnc_offload_free(offload);
        if (cut % 2) {
            close(fds[1]);
        }
    }
}

/* --- works that hold the threads ---------------------------------------------------------- */

typedef struct Hold {
    VncOffload *offload;
    GMutex gate;
    int begun; /* atomic */
    unsigned done;
} Hold;

static void hold_run(void *opaque)
{
    Hold *hold = opaque;

    g_atomic_int_inc(&hold->begun);
    g_mutex_lock(&hold->gate);
    g_mutex_unlock(&hold->gate);
}

static void hold_done(void *opaque)
{
    ((Hold *)opaque)->done++;
}

/* Nothing of a handshake is computed until hold_end(). */
static void hold_begin(Hold *hold, VncOffload *offload)
{
    int computers = CLAMP((int)g_get_num_processors() - 1, 1, VNC_OFFLOAD_COMPUTERS);

    *hold = (Hold){.offload = offload};
    g_mutex_init(&hold->gate);
    g_mutex_lock(&hold->gate);
    for (int i = 0; i < computers; i++) {
        vnc_offload_run(offload, VNC_OFFLOAD_COMPUTE, NULL, hold_run, hold_done, hold);
    }
    while (g_atomic_int_get(&hold->begun) < computers) {
        g_thread_yield();
    }
}

static void hold_end(Hold *hold)
{
    g_mutex_unlock(&hold->gate);
    while (hold->done < (unsigned)hold->begun) {
        g_main_context_iteration(NULL, TRUE);
    }
    g_mutex_clear(&hold->gate);
}

/* A viewer that goes while its handshake waits for its turn is noticed, and nothing is computed for
 * it. */
static void test_gone(void)
{
    static const char hello[] = "\x16\x03\x01\x00\x20\x01\x00\x00\x1c garbage";
    VncTlsObject object = {0};
    g_autoptr(VncTlsCredentials) credentials = vnc_tls_credentials_new(&object, NULL);
    VncOffload *offload = vnc_offload_new(NULL);
    g_autoptr(GSocket) socket = NULL;
    g_auto(Echo) test = {0};
    Hold hold;
    int fds[2];

    hold_begin(&hold, offload);
    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), ==, 0);
    socket = g_socket_new_from_fd(fds[0], NULL);
    test.stream = vnc_tls_stream_new(vnc_stream_new_socket(socket, NULL), credentials, offload,
                                     NULL, NULL, broken, &test);
    g_assert_cmpint(write(fds[1], hello, sizeof(hello)), ==, sizeof(hello));
    while (vnc_offload_waiting(offload) == 0) {
        g_main_context_iteration(NULL, TRUE);
    }
    close(fds[1]);
    while (!test.done) {
        g_main_context_iteration(NULL, TRUE);
    }
    vnc_stream_free(test.stream);
    g_assert_cmpuint(vnc_offload_waiting(offload), ==, 0);
    hold_end(&hold);
    vnc_offload_free(offload);
}

/* What comes while a step waits for its turn is for the next step. */
static void test_more_meanwhile(void)
{
    VncTlsObject object = {0};
    g_autoptr(VncTlsCredentials) credentials = vnc_tls_credentials_new(&object, NULL);
    VncOffload *offload = vnc_offload_new(NULL);
    g_autoptr(GSocket) socket = NULL;
    g_auto(Echo) test = {0};
    Client viewer = {0};
    GMutex gate;
    Hold hold;
    int fds[2];
    GThread *thread;

    hold_begin(&hold, offload);
    g_mutex_init(&gate);
    g_mutex_lock(&gate);
    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), ==, 0);
    socket = g_socket_new_from_fd(fds[0], NULL);
    viewer = (Client){.fd = fds[1], .talk = send_and_hear, .gate = &gate};
    test.stream = vnc_tls_stream_new(vnc_stream_new_socket(socket, NULL), credentials, offload,
                                     NULL, NULL, done, &test);
    thread = g_thread_new("client", client, &viewer);
    while (vnc_offload_waiting(offload) == 0) {
        g_main_context_iteration(NULL, TRUE);
    }
    g_mutex_unlock(&gate);
    /* The rest of its first words. */
    while (!g_main_context_iteration(NULL, TRUE)) {
    }
    g_assert_cmpuint(vnc_offload_waiting(offload), ==, 1);
    hold_end(&hold);
    while (!test.ended) {
        g_main_context_iteration(NULL, TRUE);
    }
    g_thread_join(thread);
    g_mutex_clear(&gate);
    vnc_stream_free(test.stream);
    vnc_offload_free(offload);
    close(fds[1]);
}

static void test_missing_file(void)
{
    g_autofree char *dir = g_dir_make_tmp("vnc-tls-XXXXXX", NULL);
    VncTlsObject object = {.x509 = true};
    g_autoptr(GError) error = NULL;

    g_assert_null(vnc_tls_credentials_new(&object, &error));
    g_assert_nonnull(strstr(error->message, "directory"));
    g_clear_error(&error);
    object.dir = dir;
    g_assert_null(vnc_tls_credentials_new(&object, &error));
    g_assert_nonnull(strstr(error->message, "ca-cert.pem"));
    rmdir(dir);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/tls/anonymous", test_anon);
    g_test_add_func("/tls/share", test_share);
    g_test_add_func("/tls/x509", test_x509);
    g_test_add_func("/tls/ciphers", test_ciphers);
    g_test_add_func("/tls/broken-handshake", test_broken_handshake);
    g_test_add_func("/tls/gone", test_gone);
    g_test_add_func("/tls/more-meanwhile", test_more_meanwhile);
    g_test_add_func("/tls/missing-file", test_missing_file);
    return g_test_run();
}
