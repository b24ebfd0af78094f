/*
 * Security type 20, SASL: the mechanisms that Cyrus SASL's configuration allows.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread, but for run(): SASL may wait there for a Kerberos, an LDAP or a password server. A
 * login owns its session, and a running task owns the session meanwhile; no lock.
 *
 * As in rfbproto: the server sends the list of mechanisms; the viewer sends the one that it
 * chooses, with its first data; then answers and data follow in turn. A length precedes the data,
 * and counts a NUL at its end. A length of 0 means no data, which SASL distinguishes from empty
 * data.
 */
#include "ui/auth/sasl-conn.h"
#include "ui/auth/sasl-layer.h"
#include "ui/base/wipe.h"

/* As QEMU's own server; RFC 4422 allows 20. */
#define MAX_NAME_BYTES 100
/* The longest data in use, a Kerberos ticket with the groups of a Windows domain, is shorter.
 * Before the login little memory is spent; QEMU's own server takes 1 MiB. */
#define MAX_DATA_BYTES (64 * 1024)

typedef struct Session {
    VncAuthWork work; /* first */
    VncSaslConn conn;
    int code;        /* SASL's result of the task */
    char *mechanism; /* to start; NULL: open the session, or continue */
    char *data;      /* the viewer's data, with a NUL behind, or NULL */
    size_t data_len;
    const char *answer; /* SASL's memory: the list of mechanisms, or data; may be NULL */
    unsigned answer_len;
} Session;

typedef struct VncAuthSasl {
    VncAuth auth;
    enum { BEGIN, OPENING, MECHANISM, ASKING, DATA } state;
    Session *session;
} VncAuthSasl;

/* --- SASL's part, on any thread ----------------------------------------------------------- */

static void open_session(Session *session)
{
    session->code = vnc_sasl_conn_open(&session->conn);
    if (session->code == SASL_OK) {
        session->code = sasl_listmech(session->conn.library, NULL, "", ",", "", &session->answer,
                                      &session->answer_len, NULL);
    }
}

static void forget_data(Session *session)
{
    vnc_wipe_free(&session->data, session->data_len);
    session->data_len = 0;
    g_clear_pointer(&session->mechanism, g_free);
}

static void run(VncAuthWork *work)
{
    Session *session = (Session *)work;
    sasl_conn_t *library = session->conn.library;

    if (!library) {
        open_session(session);
    } else if (session->mechanism) {
        session->code =
            sasl_server_start(library, session->mechanism, session->data, session->data_len,
                              &session->answer, &session->answer_len);
    } else {
        session->code = sasl_server_step(library, session->data, session->data_len,
                                         &session->answer, &session->answer_len);
    }
    forget_data(session);
}

static void session_free(VncAuthWork *work)
{
    Session *session = (Session *)work;

    forget_data(session);
    vnc_sasl_conn_clear(&session->conn);
    g_free(session);
}

/* --- the conversation --------------------------------------------------------------------- */

static VncAuthResult run_session(VncAuthSasl *self)
{
    Session *session = self->session;

    session->answer = NULL;
    session->answer_len = 0;
    /* When the server ends, the task may come back without having run. */
    session->code = SASL_UNAVAIL;
    return vnc_auth_run(&self->auth, &session->work);
}

static void say(VncAuthSasl *self, const char *data, unsigned len, bool complete)
{
    VncBuffer *out = self->auth.login->out;

    vnc_buffer_append_u32(out, data ? len + 1 : 0);
    if (data) {
        vnc_buffer_append(out, data, len);
        vnc_buffer_append_u8(out, 0);
    }
    vnc_buffer_append_u8(out, complete);
}

static VncAuthResult malformed(VncAuthSasl *self, const char *what)
{
    return vnc_auth_refuse(&self->auth, what, NULL);
}

static VncAuthResult begin(VncAuthSasl *self)
{
    self->session = g_new0(Session, 1);
    self->session->work.kind = VNC_OFFLOAD_WAIT;
    self->session->work.run = run;
    self->session->work.free = session_free;
    vnc_sasl_conn_init(&self->session->conn, self->auth.login);
    self->state = OPENING;
    return run_session(self);
}

/* The session is open: send the list of mechanisms. If SASL failed, an empty list is the answer
 * that viewers understand best here. */
static VncAuthResult offer_mechanisms(VncAuthSasl *self)
{
    Session *session = self->session;
    VncLogin *login = self->auth.login;

    if (session->code == SASL_OK && session->answer_len > 0) {
        VNC_TRACE(&login->tracer, AUTH_SASL_MECH_LIST, "mechs=%.*s", (int)session->answer_len,
                  session->answer);
        vnc_buffer_append_u32(login->out, session->answer_len);
        vnc_buffer_append(login->out, session->answer, session->answer_len);
        self->state = MECHANISM;
        return VNC_AUTH_MORE;
    }
    vnc_buffer_append_u32(login->out, 0);
    if (session->code != SASL_OK && session->code != SASL_NOMECH) {
        vnc_sasl_refuse(&self->auth, session->conn.library, session->code);
        login->guessed = false;
        return VNC_AUTH_REFUSED;
    }
    return vnc_auth_refuse(&self->auth, "The server has no SASL mechanism for this connection",
                           g_strdup(session->conn.sheltered
                                        ? "SASL has no mechanism: look at its qemu.conf"
                                        : "SASL has no mechanism that encrypts by itself, which "
                                          "it has to over TCP without tls-creds"));
}

/* Measure the text at @at, with the length before it. Returns the bytes of both; 0: not yet
 * complete; -1: longer than @max. */
static gssize measure(const VncBuffer *in, size_t at, size_t max)
{
    size_t len;

    if (in->len < at + 4) {
        return 0;
    }
    len = vnc_get_u32(vnc_buffer_bytes(in) + at);
    if (len > max) {
        return -1;
    }
    return in->len < at + 4 + len ? 0 : (gssize)(4 + len);
}

/* Pass data to SASL: the input from @at to @end. */
static VncAuthResult take_data(VncAuthSasl *self, size_t at, size_t end)
{
    VncLogin *login = self->auth.login;
    const char *data = (const char *)vnc_buffer_bytes(login->in) + at + 4;
    size_t len = end - at - 4;

    if (len > 0) {
        if (data[len - 1]) {
            return malformed(self, "SASL data has to end in a NUL");
        }
        self->session->data = g_memdup2(data, len);
        self->session->data_len = len - 1;
    }
    vnc_buffer_consume(login->in, end);
    /* Each of SASL's answers may tell whether the password was right. */
    if (!vnc_auth_begin_guess(&self->auth)) {
        say(self, NULL, 0, true);
        return VNC_AUTH_REFUSED;
    }
    self->state = ASKING;
    return run_session(self);
}

static VncAuthResult read_data(VncAuthSasl *self)
{
    gssize len = measure(self->auth.login->in, 0, MAX_DATA_BYTES);

    if (len < 0) {
        return malformed(self, "The SASL data is too long");
    }
    return len == 0 ? VNC_AUTH_MORE : take_data(self, 0, len);
}

/* Whether @name is on SASL's list. */
static bool is_offered(const Session *session, const char *name)
{
    g_autofree char *list = g_strndup(session->answer, session->answer_len);
    g_auto(GStrv) names = g_strsplit(list, ",", -1);

    return g_strv_contains((const char *const *)names, name);
}

static VncAuthResult read_mechanism(VncAuthSasl *self)
{
    const VncBuffer *in = self->auth.login->in;
    gssize name_len = measure(in, 0, MAX_NAME_BYTES);
    gssize data_len = name_len > 0 ? measure(in, name_len, MAX_DATA_BYTES) : 0;
    g_autofree char *name = NULL;

    if (name_len < 0) {
        return malformed(self, "The name of the SASL mechanism is too long");
    }
    if (data_len < 0) {
        return malformed(self, "The SASL data is too long");
    }
    if (name_len == 0 || data_len == 0) {
        return VNC_AUTH_MORE;
    }
    /* A name that contains a NUL is not on the list, whatever stands before the NUL. */
    name = g_strndup((const char *)vnc_buffer_bytes(in) + 4, name_len - 4);
    if (strlen(name) != (size_t)name_len - 4 || !is_offered(self->session, name)) {
        return malformed(self, "That SASL mechanism was not offered");
    }
    VNC_TRACE(&self->auth.login->tracer, AUTH_SASL_MECH_CHOOSE, "mech=%s", name);
    self->session->mechanism = g_steal_pointer(&name);
    return take_data(self, name_len, name_len + data_len);
}

/* --- the end ------------------------------------------------------------------------------ */

static VncAuthResult pass(VncAuthSasl *self)
{
    const VncSaslConn *conn = &self->session->conn;
    const void *ssf = NULL;
    sasl_ssf_t bits;

    if (sasl_getprop(conn->library, SASL_SSF, &ssf) != SASL_OK || !ssf) {
        return vnc_sasl_refuse(&self->auth, conn->library, SASL_FAIL);
    }
    bits = *(const sasl_ssf_t *)ssf;
    VNC_TRACE(&self->auth.login->tracer, AUTH_SASL_SSF, "bits=%u", bits);
    if (!conn->sheltered && bits < VNC_SASL_MIN_SSF) {
        return vnc_auth_refuse(
            &self->auth, "The SASL mechanism does not encrypt well enough",
            g_strdup_printf("SASL would encrypt by %u bits, not %d", bits, VNC_SASL_MIN_SSF));
    }
    self->auth.login->upgrades = bits > 0;
    return vnc_sasl_pass(&self->auth, conn->library);
}

/* SASL has finished a step. */
static VncAuthResult answer(VncAuthSasl *self)
{
    const Session *session = self->session;

    switch (session->code) {
    case SASL_CONTINUE:
        say(self, session->answer, session->answer_len, false);
        self->state = DATA;
        return VNC_AUTH_MORE;
    case SASL_OK:
        say(self, session->answer, session->answer_len, true);
        return pass(self);
    default:
        say(self, NULL, 0, true);
        return vnc_sasl_refuse(&self->auth, session->conn.library, session->code);
    }
}

static VncAuthResult sasl_step(VncAuth *auth)
{
    VncAuthSasl *self = (VncAuthSasl *)auth;
    VncAuthResult result = VNC_AUTH_MORE;

    if (self->session && self->session->work.running) {
        return VNC_AUTH_BUSY;
    }
    if (self->state == OPENING) {
        result = offer_mechanisms(self);
    } else if (self->state == ASKING) {
        result = answer(self);
    }
    if (result != VNC_AUTH_MORE) {
        return result;
    }
    switch (self->state) {
    case BEGIN:
        return begin(self);
    case MECHANISM:
        return read_mechanism(self);
    default:
        return read_data(self);
    }
}

static VncStream *sasl_upgrade(VncAuth *auth, VncStream *lower)
{
    VncSaslConn *conn = &((VncAuthSasl *)auth)->session->conn;

    VNC_TRACE(&auth->login->tracer, CLIENT_IO_WRAP, "type=sasl");
    return vnc_sasl_layer_new(lower, g_steal_pointer(&conn->library), auth->login->context);
}

static void sasl_clear(VncAuth *auth)
{
    Session *session = ((VncAuthSasl *)auth)->session;

    vnc_auth_work_free(session ? &session->work : NULL);
}

const VncAuthType vnc_auth_sasl = {
    .number = VNC_SECURITY_SASL,
    .name = "sasl",
    .size = sizeof(VncAuthSasl),
    .step = sasl_step,
    .upgrade = sasl_upgrade,
    .clear = sasl_clear,
};
