/*
 * Security types, one a file, and what a login is.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread.
 */
#ifndef UI_AUTH_AUTH_H
#define UI_AUTH_AUTH_H

#include "ui/auth/passwords.h"
#include "ui/base/buffer.h"
#include "ui/rfb/proto.h"

typedef enum VncAuthResult {
    VNC_AUTH_MORE, /* wants more bytes of the viewer */
    VNC_AUTH_PASSED,
    VNC_AUTH_REFUSED,
} VncAuthResult;

typedef struct VncAuth VncAuth;

/**
 * VncAuthType: one security type.
 */
typedef struct VncAuthType {
    uint8_t number;   /* enum VncSecurityType */
    const char *name; /* as query-vnc spells it */
    size_t size;      /* of its state, whose first member is a VncAuth */
    /**
     * step: go as far as auth->in allows, consuming what is used; answers go to auth->out. First
     * called with whatever has come, then each time that more has come.
     */
    VncAuthResult (*step)(VncAuth *auth);
} VncAuthType;

/**
 * VncAuth: one login.
 */
struct VncAuth {
    /* immutable */
    const VncAuthType *type;
    const VncPasswords *passwords; /* as they are when they are looked at */
    VncBuffer *in, *out;
    /* results */
    const char *reason; /* REFUSED: a static text that the viewer may read */
    bool guessed;       /* REFUSED: for a wrong password, which counts against the address */
    bool view_only;     /* PASSED: it may look, not touch */
};

extern const VncAuthType vnc_auth_none;
extern const VncAuthType vnc_auth_vnc;

/* The security type with this number, or NULL. */
const VncAuthType *vnc_auth_find(uint8_t number);

/* Begin a login, to be freed by g_free(); @passwords and the buffers outlive it. */
VncAuth *vnc_auth_new(const VncAuthType *type, const VncPasswords *passwords, VncBuffer *in,
                      VncBuffer *out);

/* Whether this machine's crypto library has what the type needs; else @error says what is missing. */
bool vnc_auth_vnc_available(GError **error);

#endif
