/*
 * Logins for tests: users known to Cyrus SASL on the server's side, its client on the other.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread, and VncOffload's threads.
 */
#include "tests/lib/sasl-login.h"

#include <glib/gstdio.h>

static char *directory; /* of qemu.conf and the users */
static char *hostname;  /* as SASL knows it: the realm of the users */
static VncOffload *offload;

/* --- the server's side -------------------------------------------------------------------- */

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

Login *login_new(const VncAuthType *type, bool sheltered)
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
    login->in.secret = true;
    login->auth = vnc_auth_new(type, &login->login);
    return login;
}

void login_free(Login *login)
{
    vnc_auth_free(login->auth);
    vnc_login_clear(&login->login);
    g_free(login->address.host);
    g_free(login->address.service);
    vnc_buffer_clear(&login->in);
    vnc_buffer_clear(&login->out);
    g_free(login);
}

VncAuthResult login_step(Login *login)
{
    VncAuthResult result = vnc_auth_step(login->auth);

    while (result == VNC_AUTH_BUSY) {
        login->woken = false;
        while (!login->woken) {
            g_main_context_iteration(NULL, TRUE);
        }
        result = vnc_auth_step(login->auth);
    }
    return result;
}

VncAuthResult login_give(Login *login, const void *bytes, size_t len, size_t piece)
{
    VncAuthResult result = VNC_AUTH_MORE;

    for (size_t at = 0; at < len; at += piece) {
        g_assert_cmpint(result, ==, VNC_AUTH_MORE);
        vnc_buffer_append(&login->in, (const uint8_t *)bytes + at, MIN(piece, len - at));
        result = login_step(login);
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

char *login_begin(Login *login)
{
    g_assert_cmpint(login_step(login), ==, VNC_AUTH_MORE);
    return take_text(login);
}

/* --- the viewer's side -------------------------------------------------------------------- */

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

void client_init(Client *client, const char *user, const char *password, unsigned max_packet)
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

void client_clear(Client *client)
{
    sasl_dispose(&client->conn);
    g_free(client->secret);
}

void append_data(VncBuffer *message, const char *data, unsigned len)
{
    vnc_buffer_append_u32(message, data ? len + 1 : 0);
    if (data) {
        vnc_buffer_append(message, data, len);
        vnc_buffer_append_u8(message, 0);
    }
}

void append_mechanism(VncBuffer *message, const char *name, size_t len)
{
    vnc_buffer_append_u32(message, len);
    vnc_buffer_append(message, name, len);
}

/* Take the server's answer and have the client look at it. Returns whether the server calls it
 * complete. */
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

VncAuthResult log_in(Login *login, Client *client, const char *mechanism, size_t piece)
{
    g_autofree char *offered = login_begin(login);
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
        result = login_give(login, vnc_buffer_bytes(&message), message.len, piece);
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

/* --- the users ---------------------------------------------------------------------------- */

/* qemu.conf in the directory, or the users. */
static char *path_of(const char *name)
{
    return g_build_filename(directory, name, NULL);
}

static void write_conf(void)
{
    g_autofree char *conf = path_of("qemu.conf"), *users = path_of("users");
    g_autofree char *text =
        g_strdup_printf("mech_list: DIGEST-MD5 SCRAM-SHA-256 SCRAM-SHA-1 CRAM-MD5 PLAIN ANONYMOUS\n"
                        "pwcheck_method: auxprop\nauxprop_plugin: sasldb\n"
                        "sasldb_path: %s\n",
                        users);

    g_assert_true(g_file_set_contents(conf, text, -1, NULL));
}

void users_make(void)
{
    g_autoptr(GError) error = NULL;
    sasl_conn_t *conn = NULL;
    const void *name = NULL;

    directory = g_dir_make_tmp("vnc-sasl-XXXXXX", NULL);
    g_assert_nonnull(directory);
    write_conf();
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
    offload = vnc_offload_new(NULL);
}

void users_clear(void)
{
    g_autofree char *conf = path_of("qemu.conf"), *users = path_of("users");

    vnc_offload_free(offload);
    g_unlink(users);
    g_unlink(conf);
    g_rmdir(directory);
    g_free(directory);
    g_free(hostname);
}
