/*
 * The list of security types, and a login's life.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread; no lock.
 */
#include "ui/auth/auth.h"

static const VncAuthType *const types[] = {
    &vnc_auth_none,
    &vnc_auth_vnc,
};

const VncAuthType *vnc_auth_find(uint8_t number)
{
    for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
        if (types[i]->number == number) {
            return types[i];
        }
    }
    return NULL;
}

VncAuth *vnc_auth_new(const VncAuthType *type, const VncPasswords *passwords, VncBuffer *in,
                      VncBuffer *out)
{
    VncAuth *auth = g_malloc0(type->size);

    auth->type = type;
    auth->passwords = passwords;
    auth->in = in;
    auth->out = out;
    return auth;
}
