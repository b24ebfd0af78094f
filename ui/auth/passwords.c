/*
 * The passwords of VNC authentication.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread; owns the texts; no lock.
 */
#include "ui/auth/passwords.h"

#include "ui/base/thread.h"
#include "ui/base/wipe.h"

void vnc_passwords_init(VncPasswords *passwords)
{
    VNC_MAIN();

    *passwords = (VncPasswords){.expires = INT64_MAX};
}

void vnc_passwords_clear(VncPasswords *passwords)
{
    VNC_MAIN();

    vnc_passwords_set(&passwords->full, NULL);
    vnc_passwords_set(&passwords->view_only, NULL);
}

void vnc_passwords_set(char **field, const char *password)
{
    char *old = *field;

    VNC_MAIN();
    *field = g_strdup(password);
    vnc_wipe_free(&old, -1);
}

bool vnc_passwords_expired(const VncPasswords *passwords)
{
    VNC_MAIN();

    return passwords->expires <= g_get_real_time() / G_USEC_PER_SEC;
}
