/*
 * Start the Cyrus SASL library, once in a process.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread; any thread takes SASL's mutexes. SASL is never ended: other parts of the process, or
 * abandoned logins, may still use it.
 *
 * SASL's mutexes are no VncLocks: SASL takes one mutex while it holds another, which a VncLock
 * forbids.
 */
#include "ui/auth/auth.h"

#include "ui/base/thread.h"

#include <gio/gio.h>
#include <sasl/sasl.h>

/* The name of QEMU's own server, so that its /etc/sasl2/qemu.conf applies here, too. */
#define APPLICATION "qemu"

static void *mutex_new(void)
{
    GMutex *mutex = g_new(GMutex, 1);

    g_mutex_init(mutex);
    return mutex;
}

static int mutex_lock(void *mutex)
{
    g_mutex_lock(mutex);
    return 0;
}

static int mutex_unlock(void *mutex)
{
    g_mutex_unlock(mutex);
    return 0;
}

static void mutex_free(void *mutex)
{
    g_mutex_clear(mutex);
    g_free(mutex);
}

bool vnc_auth_sasl_available(GError **error)
{
    int code;

    VNC_MAIN();
    /* If SASL runs already, this call has no effect, and the next one only counts. */
    sasl_set_mutex(mutex_new, mutex_lock, mutex_unlock, mutex_free);
    code = sasl_server_init(NULL, APPLICATION);
    if (code != SASL_OK) {
        g_set_error(error, G_IO_ERROR, G_IO_ERROR_NOT_SUPPORTED, "SASL does not start: %s",
                    sasl_errstring(code, NULL, NULL));
    }
    return code == SASL_OK;
}
