/*
 * Checking a user's password by SASL, off the main thread.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread, but for run(), which may wait for saslauthd or a directory. A login owns its check;
 * the work owns its own data while it runs; no lock.
 */
#include "ui/auth/checkpass.h"

#include "ui/auth/sasl-conn.h"
#include "ui/base/thread.h"
#include "ui/base/wipe.h"

struct VncCheckpass {
    VncAuthWork work; /* first */
    VncSaslConn conn;
    char *user, *password; /* with a NUL behind; NULL once they have been looked at */
    size_t user_len, password_len;
    bool begun;
    int code; /* SASL's */
};

static void forget(VncCheckpass *check)
{
    vnc_wipe_free(&check->user, check->user_len);
    vnc_wipe_free(&check->password, check->password_len);
}

static void run(VncAuthWork *work)
{
    VncCheckpass *check = (VncCheckpass *)work;

    check->code = vnc_sasl_conn_open(&check->conn);
    if (check->code == SASL_OK) {
        check->code = sasl_checkpass(check->conn.library, check->user, check->user_len,
                                     check->password, check->password_len);
    }
    forget(check);
}

static void check_free(VncAuthWork *work)
{
    VncCheckpass *check = (VncCheckpass *)work;

    forget(check);
    vnc_sasl_conn_clear(&check->conn);
    g_free(check);
}

static char *copy(const void *bytes, size_t len)
{
    char *text = g_malloc(len + 1);

    memcpy(text, bytes, len);
    text[len] = 0;
    return text;
}

VncCheckpass *vnc_checkpass_new(VncAuth *auth, const void *user, size_t user_len,
                                const void *password, size_t password_len)
{
    VncCheckpass *check = g_new0(VncCheckpass, 1);

    VNC_MAIN();
    check->work.kind = VNC_OFFLOAD_WAIT;
    check->work.run = run;
    check->work.free = check_free;
    vnc_sasl_conn_init(&check->conn, auth->login);
    check->user = copy(user, user_len);
    check->user_len = user_len;
    check->password = copy(password, password_len);
    check->password_len = password_len;
    return check;
}

VncAuthResult vnc_checkpass_step(VncAuth *auth, VncCheckpass *check)
{
    VNC_MAIN();

    if (!check->begun) {
        check->begun = true;
        if (!vnc_auth_begin_guess(auth)) {
            return VNC_AUTH_REFUSED;
        }
        /* SASL would check the bytes before a NUL only, and take a length of 0 for unknown. */
        if (strlen(check->user) != check->user_len || check->user_len == 0 ||
            strlen(check->password) != check->password_len || check->password_len == 0) {
            return vnc_sasl_refuse(auth, NULL, SASL_BADAUTH);
        }
        /* At the server's end it may come back without having been run. */
        check->code = SASL_UNAVAIL;
        return vnc_auth_run(auth, &check->work);
    }
    if (check->work.running) {
        return VNC_AUTH_BUSY;
    }
    return check->code == SASL_OK ? vnc_sasl_pass(auth, check->conn.library)
                                  : vnc_sasl_refuse(auth, check->conn.library, check->code);
}

void vnc_checkpass_free(VncCheckpass *check)
{
    VNC_MAIN();

    vnc_auth_work_free(check ? &check->work : NULL);
}
