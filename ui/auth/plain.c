/*
 * VeNCrypt's Plain: a name and a password as they are, within TLS.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread; a login owns its check; no lock.
 */
#include "ui/auth/checkpass.h"

typedef struct VncAuthPlain {
    VncAuth auth;
    VncCheckpass *check;
} VncAuthPlain;

static VncAuthResult plain_step(VncAuth *auth)
{
    VncAuthPlain *self = (VncAuthPlain *)auth;
    VncLogin *login = auth->login;
    const uint8_t *bytes = vnc_buffer_bytes(login->in);
    size_t user_len, password_len;

    if (self->check) {
        return vnc_checkpass_step(auth, self->check);
    }
    if (login->in->len < 8) {
        return VNC_AUTH_MORE;
    }
    user_len = vnc_get_u32(bytes);
    password_len = vnc_get_u32(bytes + 4);
    if (user_len > VNC_CHECKPASS_MAX || password_len > VNC_CHECKPASS_MAX) {
        return vnc_auth_refuse(auth, "The user name or the password is too long", NULL);
    }
    if (login->in->len < 8 + user_len + password_len) {
        return VNC_AUTH_MORE;
    }
    self->check = vnc_checkpass_new(auth, bytes + 8, user_len, bytes + 8 + user_len, password_len);
    vnc_buffer_consume(login->in, 8 + user_len + password_len);
    return vnc_checkpass_step(auth, self->check);
}

static void plain_clear(VncAuth *auth)
{
    vnc_checkpass_free(((VncAuthPlain *)auth)->check);
}

const VncAuthType vnc_auth_plain = {
    .number = VNC_VENCRYPT_PLAIN,
    .name = "plain",
    .size = sizeof(VncAuthPlain),
    .step = plain_step,
    .clear = plain_clear,
};
