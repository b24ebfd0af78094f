/*
 * The list of security types.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. Constant data only, needs no lock.
 */
#include "ui/auth/auth.h"

static const VncAuthType *const types[] = {
    &vnc_auth_none,
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
