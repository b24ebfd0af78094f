/*
 * The code that security types share: how a login passes or fails, work off the main thread, TLS.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread, except for run_work(); no lock: VncOffload hands over.
 */
#include "ui/auth/auth.h"

#include "ui/base/thread.h"
#include "ui/net/tls.h"

VncAuth *vnc_auth_new(const VncAuthType *type, VncLogin *login)
{
    VncAuth *auth = g_malloc0(type->size);

    VNC_MAIN();
    auth->type = type;
    auth->login = login;
    return auth;
}

VncAuthResult vnc_auth_step(VncAuth *auth)
{
    VNC_MAIN();

    return auth->type->step(auth);
}

VncStream *vnc_auth_upgrade(VncAuth *auth, VncStream *lower)
{
    VNC_MAIN();

    return auth->type->upgrade(auth, lower);
}

void vnc_auth_free(VncAuth *auth)
{
    VNC_MAIN();

    if (auth) {
        if (auth->type->clear) {
            auth->type->clear(auth);
        }
        g_free(auth);
    }
}

void vnc_login_clear(VncLogin *login)
{
    VNC_MAIN();

    vnc_auth_settings_unref(login->settings);
    g_free(login->broken);
    g_free(login->reason);
    g_free(login->why);
    g_free(login->tried);
    g_free(login->user);
    *login = (VncLogin){0};
}

VncAuthResult vnc_auth_refuse(VncAuth *auth, const char *reason, char *why)
{
    VNC_MAIN();

    g_free(auth->login->reason);
    auth->login->reason = g_strdup(reason);
    g_free(auth->login->why);
    auth->login->why = why;
    return VNC_AUTH_REFUSED;
}

bool vnc_auth_begin_guess(VncAuth *auth)
{
    const VncLogin *login = auth->login;
    const char *why_not;

    VNC_MAIN();
    why_not = login->guess ? login->guess(login->opaque) : NULL;
    if (why_not) {
        vnc_auth_refuse(auth, why_not, NULL);
    }
    return !why_not;
}

VncAuthResult vnc_auth_judge(VncAuth *auth, bool full, bool view_only)
{
    const VncPasswords *passwords;

    VNC_MAIN();
    passwords = auth->login->passwords;
    if (!full && !view_only) {
        auth->login->guessed = (passwords->full && passwords->full[0]) ||
                               (passwords->view_only && passwords->view_only[0]);
        return vnc_auth_refuse(auth,
                               auth->login->guessed ? "Wrong password"
                                                    : "No password has been set: nobody can log in",
                               NULL);
    }
    /* Only a viewer that knows the password is told that it has expired. */
    if (vnc_passwords_expired(passwords)) {
        return vnc_auth_refuse(auth, "The password has expired", NULL);
    }
    auth->login->view_only = !full;
    return VNC_AUTH_PASSED;
}

/* --- work off the main thread --- */

static void run_work(void *opaque)
{
    VncAuthWork *work = opaque;

    VNC_WORKER();
    work->run(work);
}

static void work_done(void *opaque)
{
    VncAuthWork *work = opaque;

    work->running = false;
    if (work->login) {
        work->login->wake(work->login->opaque);
    } else {
        work->free(work);
    }
}

VncAuthResult vnc_auth_run(VncAuth *auth, VncAuthWork *work)
{
    VNC_MAIN();

    work->login = auth->login;
    work->running = true;
    vnc_offload_run(auth->login->offload, work->kind, auth->login->source, run_work, work_done,
                    work);
    return VNC_AUTH_BUSY;
}

void vnc_auth_work_free(VncAuthWork *work)
{
    VNC_MAIN();

    if (!work) {
        return;
    }
    if (work->running && vnc_offload_cancel(work->login->offload, work)) {
        work->running = false;
    }
    work->login = NULL;
    if (!work->running) {
        work->free(work);
    }
}

/* --- TLS --- */

static void tls_done(void *opaque, const GError *error)
{
    VncLogin *login = opaque;

    login->opening = false;
    if (error) {
        login->broken = g_strdup(error->message);
    }
    login->wake(login->opaque);
}

VncStream *vnc_login_lay_tls(VncLogin *login, VncStream *lower)
{
    VNC_MAIN();

    VNC_TRACE(&login->tracer, CLIENT_IO_WRAP, "type=tls");
    login->opening = true;
    login->tls = vnc_tls_stream_new(lower, login->settings->tls, login->offload, login->source,
                                    login->context, tls_done, login);
    return login->tls;
}

bool vnc_login_check_certificate(const VncLogin *login, char **reason, char **why)
{
    const char *id, *dname;
    g_autoptr(GError) error = NULL;

    VNC_MAIN();
    id = login->settings->tls_authz;
    dname = vnc_tls_stream_dname(login->tls);
    if (!vnc_tls_stream_verify(login->tls, &error)) {
        *reason = g_strdup_printf("Not accepted: %s", error->message);
        *why = dname ? g_strdup_printf("%s (%s)", error->message, dname) : NULL;
        return false;
    }
    if (!id) {
        return true;
    }
    if (!dname) {
        *reason = g_strdup("Not accepted: a certificate is needed to get in here");
        *why = g_strdup_printf("no certificate whose name tls-authz '%s' could allow", id);
        return false;
    }
    if (login->host_ops->authorize && login->host_ops->authorize(login->host, id, dname, &error)) {
        return true;
    }
    *reason = g_strdup("Not authorized");
    *why = g_strdup_printf("certificate of %s: not allowed by tls-authz '%s'%s%s", dname, id,
                           error ? ": " : "", error ? error->message : "");
    return false;
}
