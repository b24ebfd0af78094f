/*
 * Security type 1, None: lets every viewer in.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. Owns nothing, needs no lock.
 */
#include "ui/auth/auth.h"

static VncAuthResult none_step(G_GNUC_UNUSED VncAuth *auth)
{
    return VNC_AUTH_PASSED;
}

const VncAuthType vnc_auth_none = {
    .number = VNC_SECURITY_NONE,
    .name = "none",
    .size = sizeof(VncAuth),
    .step = none_step,
};
