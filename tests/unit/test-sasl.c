/*
 * Logins by SASL and by Plain, against Cyrus SASL's client.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread, and VncOffload's. Its users and its qemu.conf are in a directory of its own.
 */
#include "ui/auth/auth.h"

#include <glib/gstdio.h>
#include <gnutls/gnutls.h>
#include <sasl/sasl.h>
#include <sys/socket.h>
#include <unistd.h>

#define USER     "fred"
#define PASSWORD "sesame"
#define NOBODY   "barney"

#define MAX_DATA (64 * 1024)

static char *hostname; /* as SASL knows it: the realm of the users */
static VncOffload *offload;

/* --- the server's side -------------------------------------------------------------------- */

typedef struct Login {
    VncPasswords passwords;
    VncAddressInfo address;
    VncHostOps ops;
    VncBuffer in, out;
    VncLogin login;
    VncAuth *auth;
    bool woken;
    unsigned asked; /* how often the host has been */
} Login;

static void wake(void *opaque)
{
    ((Login *)opaque)->woken = true;
}

static bool authorize(void *host, const char *id, const char *identity, GError **error)
{
    bool allowed = g_str_equal(identity, USER) && g_str_equal(id, "allows-fred");

    ((Login *)host)->asked++;
    if (!allowed) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED, "the list says no");
    }
    return allowed;
}

static Login *login_new(const VncAuthType *type, bool sheltered)
{
    Login *login = g_new0(Login, 1);

    login->ops.authorize = authorize;
    login->address = (VncAddressInfo){
        .family = sheltered ? VNC_FAMILY_UNIX : VNC_FAMILY_IPV4,
        .host = g_strdup(sheltered ? "" : "127.0.0.1"),
        .service = g_strdup(sheltered ? "/socket" : "5900"),
    };
    login->login = (VncLogin){
        .settings = vnc_auth_settings_new(),
        .passwords = &login->passwords,
        .offload = offload,
        .host_ops = &login->ops,
        .host = login,
        .local = &login->address,
        .peer = &login->address,
        .wake = wake,
        .opaque = login,
        .in = &login->in,
        .out = &login->out,
    };
    login->auth = vnc_auth_new(type, &login->login);
    return login;
}

static void login_free(Login *login)
{
    vnc_auth_free(login->auth);
    vnc_login_clear(&login->login);
    g_free(login->address.host);
    g_free(login->address.service);
    vnc_buffer_clear(&login->in);
    vnc_buffer_clear(&login->out);
    g_free(login);
}
G_DEFINE_AUTOPTR_CLEANUP_FUNC(Login, login_free)

/* One step, and those after work. */
static VncAuthResult step(Login *login)
{
    VncAuthResult result = login->auth->type->step(login->auth);

    while (result == VNC_AUTH_BUSY) {
        login->woken = false;
        while (!login->woken) {
            g_main_context_iteration(NULL, TRUE);
        }
        result = login->auth->type->step(login->auth);
    }
    return result;
}

/* Give it @len bytes in pieces; it is to want more until the last. */
static VncAuthResult give(Login *login, const void *bytes, size_t len, size_t piece)
{
    VncAuthResult result = VNC_AUTH_MORE;

    for (size_t at = 0; at < len; at += piece) {
        g_assert_cmpint(result, ==, VNC_AUTH_MORE);
        vnc_buffer_append(&login->in, (const uint8_t *)bytes + at, MIN(piece, len - at));
        result = step(login);
    }
    g_assert_cmpuint(login->in.len, ==, 0);
    return result;
}

static char *take_text(Login *login)
{
    uint32_t len;
    char *text;

    g_assert_cmpuint(login->out.len, >=, 4);
    len = vnc_get_u32(vnc_buffer_bytes(&login->out));
    g_assert_cmpuint(login->out.len, >=, 4 + len);
    text = g_strndup((const char *)vnc_buffer_bytes(&login->out) + 4, len);
    vnc_buffer_consume(&login->out, 4 + len);
    return text;
}

/* Until the mechanisms have come. */
static char *begin(Login *login)
{
    g_assert_cmpint(step(login), ==, VNC_AUTH_MORE);
    return take_text(login);
}

static void skip_offer(Login *login)
{
    g_free(begin(login));
}

/* --- the viewer's side -------------------------------------------------------------------- */

typedef struct Client {
    sasl_conn_t *conn;
    const char *user;
    sasl_secret_t *secret;
    sasl_callback_t callbacks[4];
} Client;

static int give_user(void *context, G_GNUC_UNUSED int id, const char **result, unsigned *len)
{
    *result = ((Client *)context)->user;
    if (len) {
        *len = strlen(*result);
    }
    return SASL_OK;
}

static int give_secret(G_GNUC_UNUSED sasl_conn_t *conn, void *context, G_GNUC_UNUSED int id,
                       sasl_secret_t **secret)
{
    *secret = ((Client *)context)->secret;
    return SASL_OK;
}

/* SASL's table has functions of all shapes. */
#define PROC(function) ((int (*)(void))(void (*)(void))(function))

static void client_init(Client *client, const char *user, const char *password, unsigned max_packet)
{
    const sasl_security_properties_t properties = {.max_ssf = 100000, .maxbufsize = max_packet};

    *client = (Client){
        .user = user,
        .secret = g_malloc(sizeof(sasl_secret_t) + strlen(password)),
        .callbacks = {{SASL_CB_USER, PROC(give_user), client},
                      {SASL_CB_AUTHNAME, PROC(give_user), client},
                      {SASL_CB_PASS, PROC(give_secret), client},
                      {SASL_CB_LIST_END, NULL, NULL}},
    };
    client->secret->len = strlen(password);
    memcpy(client->secret->data, password, strlen(password) + 1);
    g_assert_cmpint(sasl_client_new("vnc", hostname, "127.0.0.1;5900", "127.0.0.1;5900",
                                    client->callbacks, SASL_SUCCESS_DATA, &client->conn),
                    ==, SASL_OK);
    g_assert_cmpint(sasl_setprop(client->conn, SASL_SEC_PROPS, &properties), ==, SASL_OK);
}

static void client_clear(Client *client)
{
    sasl_dispose(&client->conn);
    g_free(client->secret);
}

/* As gtk-vnc does: a NUL at the end, and counted; nothing at all for no data. */
static void append_data(VncBuffer *message, const char *data, unsigned len)
{
    vnc_buffer_append_u32(message, data ? len + 1 : 0);
    if (data) {
        vnc_buffer_append(message, data, len);
        vnc_buffer_append_u8(message, 0);
    }
}

static void append_mechanism(VncBuffer *message, const char *name, size_t len)
{
    vnc_buffer_append_u32(message, len);
    vnc_buffer_append(message, name, len);
}

/* Take the server's answer and have the client look at it. Returns whether the server calls it complete. */
static bool client_step(Client *client, Login *login, VncBuffer *message)
{
    const uint8_t *bytes = vnc_buffer_bytes(&login->out);
    const char *answer = NULL;
    unsigned answer_len = 0;
    uint32_t len;
    bool complete;

    g_assert_cmpuint(login->out.len, >=, 5);
    len = vnc_get_u32(bytes);
    g_assert_cmpuint(login->out.len, ==, 5 + len);
    g_assert_true(len == 0 || bytes[4 + len - 1] == 0);
    complete = bytes[4 + len];
    if (!complete || len > 0) {
        g_assert_cmpint(sasl_client_step(client->conn, len ? (const char *)bytes + 4 : NULL,
                                         len ? len - 1 : 0, NULL, &answer, &answer_len),
                        >=, SASL_OK);
    }
    vnc_buffer_reset(&login->out);
    append_data(message, answer, answer_len);
    return complete;
}

/* A whole login. */
static VncAuthResult log_in(Login *login, Client *client, const char *mechanism, size_t piece)
{
    g_autofree char *offered = begin(login);
    VncBuffer message = {0};
    const char *data = NULL, *chosen = NULL;
    unsigned data_len = 0;
    VncAuthResult result;

    g_assert_nonnull(strstr(offered, mechanism));
    g_assert_cmpint(sasl_client_start(client->conn, mechanism, NULL, &data, &data_len, &chosen), >=,
                    SASL_OK);
    append_mechanism(&message, chosen, strlen(chosen));
    append_data(&message, data, data_len);
    for (;;) {
        result = give(login, vnc_buffer_bytes(&message), message.len, piece);
        vnc_buffer_reset(&message);
        if (result != VNC_AUTH_MORE) {
            break;
        }
        g_assert_false(client_step(client, login, &message));
    }
    if (!login->login.guessed) {
        g_assert_true(client_step(client, login, &message));
    } else {
        g_assert_cmpmem(vnc_buffer_bytes(&login->out), login->out.len, "\0\0\0\0\1", 5);
    }
    vnc_buffer_clear(&message);
    return result;
}

/* --- tests of SASL ------------------------------------------------------------------------ */

static void test_logins(void)
{
    static const struct {
        bool sheltered;
        const char *mechanism;
        bool encrypts;
    } ways[] = {
        {false, "DIGEST-MD5", true},  {true, "DIGEST-MD5", true}, {true, "SCRAM-SHA-256", false},
        {true, "SCRAM-SHA-1", false}, {true, "CRAM-MD5", false},  {true, "PLAIN", false},
    };
    static const struct {
        const char *user, *password;
        bool passes;
    } users[] = {
        {USER, PASSWORD, true},
        {USER, "Sesame", false},
        {USER, "", false},
        {NOBODY, PASSWORD, false},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(ways) * G_N_ELEMENTS(users); i++) {
        size_t way = i / G_N_ELEMENTS(users), user = i % G_N_ELEMENTS(users);

        for (size_t piece = 1; piece <= 1000; piece *= 31) {
            g_autoptr(Login) login = login_new(&vnc_auth_sasl, ways[way].sheltered);
            Client client;
            VncAuthResult result;

            g_test_message("%s %s %s", ways[way].mechanism, users[user].user, users[user].password);
            client_init(&client, users[user].user, users[user].password, 8192);
            result = log_in(login, &client, ways[way].mechanism, piece);
            if (users[user].passes) {
                g_assert_cmpint(result, ==, VNC_AUTH_PASSED);
                g_assert_cmpstr(login->login.user, ==, USER);
                g_assert_true(login->login.upgrades == ways[way].encrypts);
            } else {
                g_assert_cmpint(result, ==, VNC_AUTH_REFUSED);
                g_assert_cmpstr(login->login.reason, ==, "Wrong user name or password");
                g_assert_nonnull(login->login.why);
                g_assert_null(strstr(login->login.why, PASSWORD));
                g_assert_true(login->login.guessed);
                g_assert_false(login->login.upgrades);
                g_assert_null(login->login.user);
            }
            client_clear(&client);
        }
    }
}

/* What does not encrypt is not there for TCP, and what lets anybody in is not there at all. */
static void test_offered(void)
{
    g_autoptr(Login) bare = login_new(&vnc_auth_sasl, false);
    g_autoptr(Login) sheltered = login_new(&vnc_auth_sasl, true);
    g_autofree char *few = begin(bare), *many = begin(sheltered);
    g_auto(GStrv) names = g_strsplit(many, ",", -1);

    g_assert_cmpstr(few, ==, "DIGEST-MD5");
    g_assert_true(g_strv_contains((const char *const *)names, "PLAIN"));
    g_assert_false(g_strv_contains((const char *const *)names, "ANONYMOUS"));
}

/* Without initial data, which is not the same as empty data. */
static void test_no_data(void)
{
    g_autoptr(Login) login = login_new(&vnc_auth_sasl, true);
    VncBuffer message = {0};

    skip_offer(login);
    append_mechanism(&message, "PLAIN", 5);
    append_data(&message, NULL, 0);
    g_assert_cmpint(give(login, vnc_buffer_bytes(&message), message.len, 1), ==, VNC_AUTH_MORE);
    g_assert_cmpuint(login->out.data[login->out.len - 1], ==, 0);
    vnc_buffer_reset(&message);
    append_data(&message, "\0" USER "\0" PASSWORD, strlen(USER) + strlen(PASSWORD) + 2);
    g_assert_cmpint(give(login, vnc_buffer_bytes(&message), message.len, 1), ==, VNC_AUTH_PASSED);
    g_assert_cmpstr(login->login.user, ==, USER);
    vnc_buffer_clear(&message);
}

/* A user may not act for another. */
static void test_proxy(void)
{
    static const char data[] = NOBODY "\0" USER "\0" PASSWORD;
    g_autoptr(Login) login = login_new(&vnc_auth_sasl, true);
    VncBuffer message = {0};

    skip_offer(login);
    append_mechanism(&message, "PLAIN", 5);
    append_data(&message, data, sizeof(data) - 1);
    g_assert_cmpint(give(login, vnc_buffer_bytes(&message), message.len, 1000), ==,
                    VNC_AUTH_REFUSED);
    g_assert_null(login->login.user);
    vnc_buffer_clear(&message);
}

static void test_not_offered(void)
{
    static const struct {
        bool sheltered;
        const char *name;
        size_t len;
    } cases[] = {
        {false, "PLAIN", 5},
        {false, "SCRAM-SHA-256", 13},
        {false, "DIGEST-MD5\0", 11},
        {false, "DIGEST-MD5\0X", 12},
        {false, "DIGEST", 6},
        {false, "digest-md5", 10},
        {false, "", 0},
        {true, "ANONYMOUS", 9},
        {true, "PLAIN,DIGEST-MD5", 16},
        {true, "\377\377\377\377", 4},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autoptr(Login) login = login_new(&vnc_auth_sasl, cases[i].sheltered);
        VncBuffer message = {0};

        skip_offer(login);
        append_mechanism(&message, cases[i].name, cases[i].len);
        append_data(&message, NULL, 0);
        vnc_buffer_append(&login->in, vnc_buffer_bytes(&message), message.len);
        g_assert_cmpint(step(login), ==, VNC_AUTH_REFUSED);
        g_assert_cmpstr(login->login.reason, ==, "That SASL mechanism was not offered");
        vnc_buffer_clear(&message);
    }
}

/* Refused as soon as the length is there. */
static void test_too_long(void)
{
    static const uint32_t too_long[] = {MAX_DATA + 1, 1 << 20, INT32_MAX, UINT32_MAX};

    for (size_t i = 0; i < G_N_ELEMENTS(too_long); i++) {
        g_autoptr(Login) name = login_new(&vnc_auth_sasl, false);
        g_autoptr(Login) data = login_new(&vnc_auth_sasl, false);
        g_autoptr(Login) later = login_new(&vnc_auth_sasl, false);

        skip_offer(name);
        skip_offer(data);
        skip_offer(later);
        vnc_buffer_append_u32(&name->in, i == 0 ? 101 : too_long[i]);
        g_assert_cmpint(step(name), ==, VNC_AUTH_REFUSED);

        append_mechanism(&data->in, "DIGEST-MD5", 10);
        vnc_buffer_append_u32(&data->in, too_long[i]);
        g_assert_cmpint(step(data), ==, VNC_AUTH_REFUSED);

        append_mechanism(&later->in, "DIGEST-MD5", 10);
        append_data(&later->in, NULL, 0);
        g_assert_cmpint(step(later), ==, VNC_AUTH_MORE);
        vnc_buffer_append_u32(&later->in, too_long[i]);
        g_assert_cmpint(step(later), ==, VNC_AUTH_REFUSED);
    }
}

/* As long as may be, which SASL looks at; and without the NUL, which it does not. */
static void test_long(void)
{
    g_autofree char *bytes = g_strnfill(MAX_DATA - 1, 'x');

    for (unsigned with_nul = 0; with_nul < 2; with_nul++) {
        g_autoptr(Login) login = login_new(&vnc_auth_sasl, true);

        skip_offer(login);
        append_mechanism(&login->in, "SCRAM-SHA-256", 13);
        append_data(&login->in, bytes, MAX_DATA - 1);
        login->in.data[login->in.start + login->in.len - 1] = !with_nul;
        g_assert_cmpint(step(login), ==, VNC_AUTH_REFUSED);
        g_assert_true(login->login.guessed == with_nul);
    }
}

static void test_authorize(void)
{
    static const char *const ids[] = {"allows-fred", "allows-nobody"};

    for (size_t i = 0; i < G_N_ELEMENTS(ids); i++) {
        g_autoptr(Login) login = login_new(&vnc_auth_sasl, true);
        Client client;
        VncAuthResult result;

        login->login.settings->sasl_authz = g_strdup(ids[i]);
        client_init(&client, USER, PASSWORD, 8192);
        result = log_in(login, &client, "SCRAM-SHA-256", 1000);
        g_assert_cmpuint(login->asked, ==, 1);
        if (i == 0) {
            g_assert_cmpint(result, ==, VNC_AUTH_PASSED);
        } else {
            g_assert_cmpint(result, ==, VNC_AUTH_REFUSED);
            g_assert_cmpstr(login->login.reason, ==, "Not authorized");
            g_assert_nonnull(strstr(login->login.why, USER));
            g_assert_nonnull(strstr(login->login.why, ids[i]));
            g_assert_nonnull(strstr(login->login.why, "the list says no"));
            g_assert_false(login->login.guessed);
            g_assert_null(login->login.user);
        }
        client_clear(&client);
    }
}

static gpointer tls_client(gpointer opaque)
{
    gnutls_session_t session;
    gnutls_anon_client_credentials_t anon;
    char byte;

    gnutls_anon_allocate_client_credentials(&anon);
    gnutls_init(&session, GNUTLS_CLIENT);
    gnutls_priority_set_direct(session, "NORMAL:+ANON-ECDH:+ANON-DH", NULL);
    gnutls_credentials_set(session, GNUTLS_CRD_ANON, anon);
    gnutls_transport_set_int(session, GPOINTER_TO_INT(opaque));
    g_assert_cmpint(gnutls_handshake(session), ==, 0);
    gnutls_record_recv(session, &byte, 1);
    gnutls_deinit(session);
    gnutls_anon_free_client_credentials(anon);
    return NULL;
}

/* Within TLS there are mechanisms that do not encrypt over TCP too, and none encrypts once more. */
static void test_tls(void)
{
    static const char *const mechanisms[] = {"PLAIN", "SCRAM-SHA-256", "DIGEST-MD5"};
    const VncTlsObject object = {0};

    for (size_t i = 0; i < G_N_ELEMENTS(mechanisms); i++) {
        g_autoptr(Login) login = login_new(&vnc_auth_sasl, false);
        g_autoptr(GSocket) socket = NULL;
        GThread *thread;
        VncStream *stream;
        Client client;
        int fds[2];

        g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), ==, 0);
        socket = g_socket_new_from_fd(fds[0], NULL);
        thread = g_thread_new("client", tls_client, GINT_TO_POINTER(fds[1]));
        login->login.settings->tls = vnc_tls_credentials_new(&object, NULL);
        stream = vnc_login_lay_tls(&login->login, vnc_stream_new_socket(socket, NULL));
        while (login->login.opening) {
            g_main_context_iteration(NULL, TRUE);
        }
        g_assert_null(login->login.broken);
        client_init(&client, USER, PASSWORD, 8192);
        g_assert_cmpint(log_in(login, &client, mechanisms[i], 1000), ==, VNC_AUTH_PASSED);
        g_assert_cmpstr(login->login.user, ==, USER);
        g_assert_false(login->login.upgrades);
        client_clear(&client);
        vnc_stream_free(stream);
        g_thread_join(thread);
        close(fds[1]);
    }
}

/* A viewer that goes while SASL is at work leaves it the connection. */
static void test_leave(void)
{
    for (unsigned i = 0; i < 20; i++) {
        Login *login = login_new(&vnc_auth_sasl, true);

        g_assert_cmpint(login->auth->type->step(login->auth), ==, VNC_AUTH_BUSY);
        /* Being asked again does not disturb it. */
        g_assert_cmpint(login->auth->type->step(login->auth), ==, VNC_AUTH_BUSY);
        if (i % 2) {
            while (!login->woken) {
                g_main_context_iteration(NULL, TRUE);
            }
            skip_offer(login);
            append_mechanism(&login->in, "PLAIN", 5);
            append_data(&login->in, "\0" USER "\0" PASSWORD, strlen(USER) + strlen(PASSWORD) + 2);
            g_assert_cmpint(login->auth->type->step(login->auth), ==, VNC_AUTH_BUSY);
        }
        login_free(login);
    }
}

/* --- the layer ---------------------------------------------------------------------------- */

typedef struct Wire {
    Login *login;
    Client client;
    VncStream *stream; /* the server's end */
    int fd;            /* the viewer's */
    VncBuffer echo;    /* what the server has read and not yet written */
    bool failed;
} Wire;

static void echo(void *opaque, G_GNUC_UNUSED GIOCondition condition)
{
    Wire *wire = opaque;
    g_autoptr(GError) error = NULL;
    uint8_t *room = vnc_buffer_reserve(&wire->echo, 16384);
    gssize n = vnc_stream_read(wire->stream, room, 16384, &error);

    if (n > 0) {
        vnc_buffer_commit(&wire->echo, n);
    }
    wire->failed |= n < 0 && !g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
    if (wire->echo.len > 0) {
        n = vnc_stream_write(wire->stream, vnc_buffer_bytes(&wire->echo), wire->echo.len, NULL);
        vnc_buffer_consume(&wire->echo, MAX(n, 0));
    }
    vnc_stream_watch(wire->stream, wire->failed ? 0 : G_IO_IN | (wire->echo.len ? G_IO_OUT : 0));
}

static void wire_init(Wire *wire, unsigned max_packet)
{
    g_autoptr(GSocket) socket = NULL;
    int fds[2];

    *wire = (Wire){.login = login_new(&vnc_auth_sasl, false)};
    client_init(&wire->client, USER, PASSWORD, max_packet);
    g_assert_cmpint(log_in(wire->login, &wire->client, "DIGEST-MD5", 1000), ==, VNC_AUTH_PASSED);
    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, fds), ==, 0);
    socket = g_socket_new_from_fd(fds[0], NULL);
    wire->fd = fds[1];
    wire->stream =
        wire->login->auth->type->upgrade(wire->login->auth, vnc_stream_new_socket(socket, NULL));
    /* The layer outlives the login. */
    g_clear_pointer(&wire->login, login_free);
    vnc_stream_set_ready(wire->stream, echo, wire);
    vnc_stream_watch(wire->stream, G_IO_IN);
}

static void wire_clear(Wire *wire)
{
    vnc_stream_free(wire->stream);
    vnc_buffer_clear(&wire->echo);
    client_clear(&wire->client);
    close(wire->fd);
}

/* Write @len bytes as they are. */
static void send_raw(Wire *wire, const char *bytes, size_t len)
{
    while (len > 0) {
        ssize_t n = write(wire->fd, bytes, len);

        if (n > 0) {
            bytes += n;
            len -= n;
        } else {
            g_main_context_iteration(NULL, FALSE);
        }
    }
}

/* Whatever the server has to say: decoded into @plain. */
static void receive(Wire *wire, VncBuffer *plain)
{
    char bytes[5000];
    ssize_t n = read(wire->fd, bytes, sizeof(bytes));
    const char *decoded = NULL;
    unsigned len = 0;

    if (n > 0) {
        g_assert_cmpint(sasl_decode(wire->client.conn, bytes, n, &decoded, &len), ==, SASL_OK);
        vnc_buffer_append(plain, decoded, len);
    }
    g_main_context_iteration(NULL, FALSE);
}

/* Whatever is sent comes back, cut at each byte on its way to the server. */
static void test_layer_cuts(void)
{
    static const char text[] = "as quick as a fox, over the lazy dog";
    Wire wire;
    size_t cuts = 1;

    wire_init(&wire, 8192);
    for (size_t cut = 0; cut < cuts; cut++) {
        const char *packet = NULL;
        unsigned len = 0;
        VncBuffer plain = {0};

        g_assert_cmpint(sasl_encode(wire.client.conn, text, sizeof(text), &packet, &len), ==,
                        SASL_OK);
        g_assert_cmpuint(len, >, sizeof(text));
        g_assert_null(g_strstr_len(packet, len, "quick"));
        cuts = len;
        send_raw(&wire, packet, cut);
        while (g_main_context_iteration(NULL, FALSE)) {
        }
        send_raw(&wire, packet + cut, len - cut);
        while (plain.len < sizeof(text)) {
            receive(&wire, &plain);
        }
        g_assert_cmpmem(vnc_buffer_bytes(&plain), plain.len, text, sizeof(text));
        vnc_buffer_clear(&plain);
    }
    g_assert_false(wire.failed);
    wire_clear(&wire);
}

/* Much, to a viewer that takes large packets, and to one that takes small ones. */
static void test_layer_volume(void)
{
    static const unsigned sizes[] = {65536, 8192, 64};
    const size_t total = 300 * 1000;
    g_autofree char *bytes = g_malloc(total);

    for (size_t i = 0; i < total; i++) {
        bytes[i] = i * 7 + (i >> 9);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(sizes); i++) {
        VncBuffer plain = {0};
        Wire wire;

        wire_init(&wire, sizes[i]);
        for (size_t at = 0; at < total; at += 5000) {
            const char *packet = NULL;
            unsigned len = 0;

            g_assert_cmpint(sasl_encode(wire.client.conn, bytes + at, 5000, &packet, &len), ==,
                            SASL_OK);
            send_raw(&wire, packet, len);
            receive(&wire, &plain);
        }
        while (plain.len < total) {
            receive(&wire, &plain);
        }
        g_assert_cmpmem(vnc_buffer_bytes(&plain), plain.len, bytes, total);
        vnc_buffer_clear(&plain);
        wire_clear(&wire);
    }
}

/* A packet that was changed on its way, one longer than we take, and no packet at all end the stream. */
static void test_layer_broken(void)
{
    for (unsigned i = 0; i < 3; i++) {
        char bytes[100] = {0};
        const char *packet = NULL;
        unsigned len = 0;
        Wire wire;

        wire_init(&wire, 8192);
        g_assert_cmpint(sasl_encode(wire.client.conn, "secret", 6, &packet, &len), ==, SASL_OK);
        g_assert_cmpuint(len, <=, sizeof(bytes));
        memcpy(bytes, packet, len);
        switch (i) {
        case 0:
            bytes[6] ^= 1;
            break;
        case 1:
            bytes[1] = 1;
            break;
        default:
            memcpy(bytes, "\377\377\377\377", 4);
            break;
        }
        send_raw(&wire, bytes, len);
        while (!wire.failed) {
            g_main_context_iteration(NULL, TRUE);
        }
        g_assert_cmpuint(wire.echo.len, ==, 0);
        wire_clear(&wire);
    }
}

/* --- Plain -------------------------------------------------------------------------------- */

static void append_plain(VncBuffer *message, const char *user, size_t user_len,
                         const char *password, size_t password_len)
{
    vnc_buffer_append_u32(message, user_len);
    vnc_buffer_append_u32(message, password_len);
    vnc_buffer_append(message, user, user_len);
    vnc_buffer_append(message, password, password_len);
}

static void test_plain(void)
{
    static const struct {
        const char *user, *password;
        size_t user_len, password_len;
        bool passes;
    } cases[] = {
        {USER, PASSWORD, 4, 6, true},
        {USER, "Sesame", 4, 6, false},
        {USER, PASSWORD, 4, 5, false},
        {USER, PASSWORD "\0", 4, 7, false},
        {USER, PASSWORD "\0x", 4, 8, false},
        {USER "\0", PASSWORD, 5, 6, false},
        {USER "\0bar", PASSWORD, 8, 6, false},
        {NOBODY, PASSWORD, 6, 6, false},
        {"", "", 0, 0, false},
        {"", PASSWORD, 0, 6, false},
        {USER, "", 4, 0, false},
        {"@", PASSWORD, 1, 6, false},
        {"\377\377", "\377\377", 2, 2, false},
    };

    for (size_t i = 0; i < G_N_ELEMENTS(cases); i++) {
        for (size_t piece = 1; piece <= 1000; piece *= 31) {
            g_autoptr(Login) login = login_new(&vnc_auth_plain, true);
            VncBuffer message = {0};
            VncAuthResult result;

            g_assert_cmpint(step(login), ==, VNC_AUTH_MORE);
            append_plain(&message, cases[i].user, cases[i].user_len, cases[i].password,
                         cases[i].password_len);
            result = give(login, vnc_buffer_bytes(&message), message.len, piece);
            g_assert_cmpuint(login->out.len, ==, 0);
            if (cases[i].passes) {
                g_assert_cmpint(result, ==, VNC_AUTH_PASSED);
                g_assert_cmpstr(login->login.user, ==, USER);
            } else {
                g_assert_cmpint(result, ==, VNC_AUTH_REFUSED);
                g_assert_cmpstr(login->login.reason, ==, "Wrong user name or password");
                g_assert_true(login->login.guessed);
                g_assert_null(login->login.user);
            }
            vnc_buffer_clear(&message);
        }
    }
}

/* What was read stays nowhere in the buffer. */
static void test_plain_wiped(void)
{
    g_autoptr(Login) login = login_new(&vnc_auth_plain, true);

    append_plain(&login->in, USER, strlen(USER), PASSWORD, strlen(PASSWORD));
    vnc_buffer_append_u8(&login->in, 1);
    g_assert_nonnull(memmem(login->in.data, login->in.capacity, PASSWORD, strlen(PASSWORD)));
    g_assert_cmpint(step(login), ==, VNC_AUTH_PASSED);
    g_assert_cmpuint(login->in.len, ==, 1);
    g_assert_null(memmem(login->in.data, login->in.start + 1, PASSWORD, strlen(PASSWORD)));
}

static void test_plain_too_long(void)
{
    static const uint32_t lengths[][2] = {{1025, 1}, {1, 1025}, {UINT32_MAX, 9}, {9, UINT32_MAX}};

    for (size_t i = 0; i < G_N_ELEMENTS(lengths); i++) {
        g_autoptr(Login) login = login_new(&vnc_auth_plain, true);

        vnc_buffer_append_u32(&login->in, lengths[i][0]);
        vnc_buffer_append_u32(&login->in, lengths[i][1]);
        g_assert_cmpint(step(login), ==, VNC_AUTH_REFUSED);
        g_assert_nonnull(strstr(login->login.reason, "too long"));
        g_assert_false(login->login.guessed);
    }
}

static void test_plain_authorize(void)
{
    g_autoptr(Login) login = login_new(&vnc_auth_plain, true);

    login->login.settings->sasl_authz = g_strdup("allows-nobody");
    append_plain(&login->in, USER, strlen(USER), PASSWORD, strlen(PASSWORD));
    g_assert_cmpint(step(login), ==, VNC_AUTH_REFUSED);
    g_assert_cmpstr(login->login.reason, ==, "Not authorized");
    g_assert_cmpuint(login->asked, ==, 1);
}

static void test_plain_leave(void)
{
    for (unsigned i = 0; i < 20; i++) {
        Login *login = login_new(&vnc_auth_plain, true);

        append_plain(&login->in, USER, strlen(USER), PASSWORD, strlen(PASSWORD));
        g_assert_cmpint(login->auth->type->step(login->auth), ==, VNC_AUTH_BUSY);
        login_free(login);
    }
}

/* --- the users ---------------------------------------------------------------------------- */

static void make_users(const char *directory)
{
    g_autofree char *file = g_build_filename(directory, "qemu.conf", NULL);
    g_autofree char *text =
        g_strdup_printf("mech_list: DIGEST-MD5 SCRAM-SHA-256 SCRAM-SHA-1 CRAM-MD5 PLAIN ANONYMOUS\n"
                        "pwcheck_method: auxprop\nauxprop_plugin: sasldb\n"
                        "sasldb_path: %s/users\n",
                        directory);
    g_autoptr(GError) error = NULL;
    sasl_conn_t *conn = NULL;
    const void *name = NULL;

    g_assert_true(g_file_set_contents(file, text, -1, NULL));
    g_setenv("SASL_CONF_PATH", directory, TRUE);
    vnc_auth_sasl_available(&error);
    g_assert_no_error(error);
    /* Once more changes nothing. */
    vnc_auth_sasl_available(&error);
    g_assert_no_error(error);
    g_assert_cmpint(sasl_client_init(NULL), ==, SASL_OK);

    g_assert_cmpint(sasl_server_new("vnc", NULL, NULL, NULL, NULL, NULL, 0, &conn), ==, SASL_OK);
    g_assert_cmpint(sasl_getprop(conn, SASL_SERVERFQDN, &name), ==, SASL_OK);
    hostname = g_strdup(name);
    g_assert_cmpint(sasl_setpass(conn, USER, PASSWORD, strlen(PASSWORD), NULL, 0, SASL_SET_CREATE),
                    ==, SASL_OK);
    sasl_dispose(&conn);
}

int main(int argc, char **argv)
{
    g_autofree char *directory = g_dir_make_tmp("vnc-sasl-XXXXXX", NULL);
    g_autofree char *conf = g_build_filename(directory, "qemu.conf", NULL);
    g_autofree char *users = g_build_filename(directory, "users", NULL);
    int failed;

    g_test_init(&argc, &argv, NULL);
    make_users(directory);
    offload = vnc_offload_new(NULL);
    g_test_add_func("/sasl/logins", test_logins);
    g_test_add_func("/sasl/offered", test_offered);
    g_test_add_func("/sasl/no-data", test_no_data);
    g_test_add_func("/sasl/proxy", test_proxy);
    g_test_add_func("/sasl/not-offered", test_not_offered);
    g_test_add_func("/sasl/too-long", test_too_long);
    g_test_add_func("/sasl/long", test_long);
    g_test_add_func("/sasl/authorize", test_authorize);
    g_test_add_func("/sasl/tls", test_tls);
    g_test_add_func("/sasl/leave", test_leave);
    g_test_add_func("/sasl/layer/cuts", test_layer_cuts);
    g_test_add_func("/sasl/layer/volume", test_layer_volume);
    g_test_add_func("/sasl/layer/broken", test_layer_broken);
    g_test_add_func("/plain/logins", test_plain);
    g_test_add_func("/plain/wiped", test_plain_wiped);
    g_test_add_func("/plain/too-long", test_plain_too_long);
    g_test_add_func("/plain/authorize", test_plain_authorize);
    g_test_add_func("/plain/leave", test_plain_leave);
    failed = g_test_run();
    vnc_offload_free(offload);
    g_free(hostname);
    g_unlink(users);
    g_unlink(conf);
    g_rmdir(directory);
    return failed;
}
