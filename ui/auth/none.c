/*
 * Security type 1, None: whoever connects is welcome.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. Owns nothing, needs no lock.
 */
#include "ui/auth/auth.h"

static VncAuthResult none_read(G_GNUC_UNUSED const uint8_t *bytes, G_GNUC_UNUSED size_t len,
                               size_t *used, G_GNUC_UNUSED VncBuffer *out,
                               G_GNUC_UNUSED const char **reason)
{
    *used = 0;
    return VNC_AUTH_PASSED;
}

const VncAuthType vnc_auth_none = {
    .number = VNC_SECURITY_NONE,
    .name = "none",
    .read = none_read,
};
