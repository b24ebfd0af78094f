/*
 * The list of security types, and which of them a viewer is offered.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Any thread: pure functions, a constant table; no lock.
 */
#include "ui/auth/types.h"

/* clang-format off */
static const VncAuthType *const types[] = {
    &vnc_auth_none,
    &vnc_auth_vnc,
    &vnc_auth_vencrypt,
    &vnc_auth_plain,
#ifdef VNC_HAVE_RSA_AES
    &vnc_auth_ra2,
    &vnc_auth_ra2_256,
    &vnc_auth_ra2ne,
    &vnc_auth_ra2ne_256,
#endif
#ifdef VNC_HAVE_SASL
    &vnc_auth_sasl,
#endif
};
/* clang-format on */

const VncAuthType *vnc_auth_find(uint32_t number)
{
    for (size_t i = 0; i < G_N_ELEMENTS(types); i++) {
        if (types[i]->number == number) {
            return types[i];
        }
    }
    return NULL;
}

unsigned vnc_auth_offer(const VncAuthSettings *settings, bool tls, uint8_t *numbers)
{
    unsigned n = 0;

    /* TLS, and the certificates that it may require, cannot be bypassed. */
    if (settings->tls && !tls) {
        numbers[n++] = VNC_SECURITY_VENCRYPT;
        return n;
    }
    if (settings->rsa) {
        numbers[n++] = VNC_SECURITY_RA2_256;
        numbers[n++] = VNC_SECURITY_RA2;
        numbers[n++] = VNC_SECURITY_RA2NE_256;
        numbers[n++] = VNC_SECURITY_RA2NE;
    }
    if (settings->sasl) {
        numbers[n++] = VNC_SECURITY_SASL;
    }
    if (settings->plain && tls) {
        numbers[n++] = VNC_SECURITY_VENCRYPT;
    }
    if (settings->password && settings->vnc_auth) {
        numbers[n++] = VNC_SECURITY_VNC;
    }
    /* A login that needs a password is not replaced by None where nothing would encrypt it. */
    if (n == 0 && !settings->plain && !settings->password) {
        numbers[n++] = VNC_SECURITY_NONE;
    }
    return n;
}
