/*
 * One login's connection to Cyrus SASL, and the end of a login by SASL.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread, except for vnc_sasl_conn_open(); a login owns its connection; no lock.
 */
#include "ui/auth/sasl-conn.h"

#include "ui/base/log.h"
#include "ui/base/thread.h"
#include "ui/net/tls.h"

#include <string.h>

/* Part of the server's name in Kerberos: vnc/HOST@REALM. */
#define SERVICE "vnc"

/* Of a user's name. With a realm that SASL may add, the name fits into SASL's buffer of 1024 bytes.
 * SASL refuses longer names, too, but never frees its copy of them. */
#define MAX_USER_BYTES 512

static char *address_of(const VncAddressInfo *info)
{
    bool inet = info->family == VNC_FAMILY_IPV4 || info->family == VNC_FAMILY_IPV6;

    return inet ? g_strdup_printf("%s;%s", info->host, info->service) : NULL;
}

void vnc_sasl_conn_init(VncSaslConn *conn, const VncLogin *login)
{
    VNC_MAIN();

    *conn = (VncSaslConn){
        .local = address_of(login->local),
        .peer = address_of(login->peer),
        .sheltered = login->local->family == VNC_FAMILY_UNIX,
    };
    if (login->tls) {
        conn->dname = g_strdup(vnc_tls_stream_dname(login->tls));
        conn->tls_ssf = vnc_tls_stream_ssf(login->tls);
        conn->sheltered |= conn->tls_ssf >= VNC_SASL_MIN_SSF;
    }
}

void vnc_sasl_conn_clear(VncSaslConn *conn)
{
    VNC_MAIN();

    sasl_dispose(&conn->library);
    g_free(conn->local);
    g_free(conn->peer);
    g_free(conn->dname);
    *conn = (VncSaslConn){0};
}

/* SASL_CB_CANON_USER: the name is used as it is. */
static int take_user(G_GNUC_UNUSED sasl_conn_t *library, G_GNUC_UNUSED void *opaque,
                     const char *name, unsigned len, G_GNUC_UNUSED unsigned flags,
                     G_GNUC_UNUSED const char *realm, char *out, unsigned out_max,
                     unsigned *out_len)
{
    if (len > MAX_USER_BYTES || len >= out_max) {
        return SASL_BUFOVER;
    }
    memcpy(out, name, len);
    out[len] = '\0';
    *out_len = len;
    return SASL_OK;
}

int vnc_sasl_conn_open(VncSaslConn *conn)
{
    static const sasl_callback_t callbacks[] = {
        {SASL_CB_CANON_USER, (int (*)(void))(void (*)(void))take_user, NULL},
        {SASL_CB_LIST_END, NULL, NULL},
    };
    /* A second encryption inside TLS is of no use. Over a unix socket encryption is allowed, as
     * some viewers insist on one. Anonymous users are refused: who wants them does not ask for
     * SASL. */
    const sasl_security_properties_t properties = {
        .min_ssf = conn->sheltered ? 0 : VNC_SASL_MIN_SSF,
        .max_ssf = conn->tls_ssf >= VNC_SASL_MIN_SSF ? 0 : 100000,
        .maxbufsize = VNC_SASL_MAX_PACKET,
        .security_flags = SASL_SEC_NOANONYMOUS | (conn->sheltered ? 0 : SASL_SEC_NOPLAINTEXT),
    };
    int code;

    VNC_WORKER();
    code = sasl_server_new(SERVICE, NULL, NULL, conn->local, conn->peer, callbacks,
                           SASL_SUCCESS_DATA, &conn->library);
    if (code == SASL_OK && conn->tls_ssf > 0) {
        code = sasl_setprop(conn->library, SASL_SSF_EXTERNAL, &conn->tls_ssf);
    }
    if (code == SASL_OK && conn->dname) {
        code = sasl_setprop(conn->library, SASL_AUTH_EXTERNAL, conn->dname);
    }
    if (code == SASL_OK) {
        code = sasl_setprop(conn->library, SASL_SEC_PROPS, &properties);
    }
    return code;
}

/* Note the user whose password is given. SASL_USERNAME is the user as whom to act: somebody who
 * guesses another's password could put his own name there, and it would be counted instead. */
static void note_tried(VncLogin *login, sasl_conn_t *library)
{
    const void *user = NULL;

    if (sasl_getprop(library, SASL_AUTHUSER, &user) == SASL_OK) {
        g_free(login->tried);
        login->tried = g_strdup(user);
    }
}

VncAuthResult vnc_sasl_pass(VncAuth *auth, sasl_conn_t *library)
{
    VncLogin *login = auth->login;
    const char *id;
    const void *user = NULL;
    bool allowed;
    g_autoptr(GError) error = NULL;

    VNC_MAIN();
    id = login->settings->sasl_authz;
    if (sasl_getprop(library, SASL_USERNAME, &user) != SASL_OK || !user ||
        !((const char *)user)[0]) {
        return vnc_auth_refuse(auth, "Not authorized", g_strdup("SASL knows no name of the user"));
    }
    VNC_TRACE(&login->tracer, AUTH_SASL_USERNAME, "name=%s", (const char *)user);
    allowed = !id || (login->host_ops->authorize &&
                      login->host_ops->authorize(login->host, id, user, &error));
    VNC_TRACE(&login->tracer, AUTH_SASL_ACL, "allow=%d", allowed);
    if (!allowed) {
        return vnc_auth_refuse(auth, "Not authorized",
                               g_strdup_printf("user %s: not allowed by sasl-authz '%s'%s%s",
                                               (const char *)user, id, error ? ": " : "",
                                               error ? error->message : ""));
    }
    note_tried(login, library);
    g_free(login->user);
    login->user = g_strdup(user);
    /* Hosts show the name, some of them without escaping it. */
    vnc_log_clean(login->user);
    return VNC_AUTH_PASSED;
}

/* Whether SASL refuses what the viewer sent; if not, the server is at fault. */
static bool is_guess(int code)
{
    switch (code) {
    case SASL_NOMEM:
    case SASL_NOMECH:
    case SASL_NOTINIT:
    case SASL_UNAVAIL:
    case SASL_CONFIGERR:
        return false;
    default:
        return true;
    }
}

VncAuthResult vnc_sasl_refuse(VncAuth *auth, sasl_conn_t *library, int code)
{
    bool guess = is_guess(code);
    char *why;

    VNC_MAIN();
    why = g_strdup(library ? sasl_errdetail(library) : sasl_errstring(code, NULL, NULL));
    auth->login->guessed = guess;
    if (library) {
        /* Asking changes the text of sasl_errdetail(), so the text is taken before. */
        note_tried(auth->login, library);
    }
    /* The reason does not tell whether the user exists. */
    return vnc_auth_refuse(
        auth, guess ? "Wrong user name or password" : "SASL does not work on the server", why);
}
