/*
 * Logins, and the security types that they go through.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. Work that may wait or takes long (key exchanges, password checks) goes through
 * VncOffload, as a VncAuthWork or within a TLS stream. Each security type has a file of its own.
 */
#ifndef UI_AUTH_AUTH_H
#define UI_AUTH_AUTH_H

#include "ui/auth/passwords.h"
#include "ui/auth/settings.h"
#include "ui/base/buffer.h"
#include "ui/base/offload.h"
#include "ui/base/trace.h"
#include "ui/net/stream.h"
#include "ui/rfb/proto.h"
#include "ui/vnc-host.h"

typedef enum VncAuthResult {
    VNC_AUTH_MORE,    /* wants more bytes from the viewer */
    VNC_AUTH_BUSY,    /* work is under way: login->wake() comes when it is done */
    VNC_AUTH_UPGRADE, /* once `out` has been sent, call upgrade(), then step() again */
    VNC_AUTH_PASSED,
    VNC_AUTH_REFUSED,
} VncAuthResult;

/**
 * VncLogin: one viewer's login, through one or more security types. Belongs to the viewer, and
 * lives as long as the viewer's stream.
 */
typedef struct VncLogin {
    /* immutable */
    VncAuthSettings *settings;     /* a reference */
    const VncPasswords *passwords; /* the server's; they may change during the login */
    VncOffload *offload;
    const char *source; /* see vnc_offload_run(); may be NULL */
    GMainContext *context;
    const VncHostOps *host_ops;
    void *host;
    VncTracer tracer;                   /* of the viewer */
    const VncAddressInfo *local, *peer; /* the two ends of the connection */
    /* A password is about to be checked. Returns NULL, or why it may not be checked now: a static
     * text for the viewer. NULL: always allowed. */
    const char *(*guess)(void *opaque);
    void (*wake)(void *opaque); /* something is done: call step() again, or look at `broken` */
    void *opaque;

    /* the viewer's bytes; `in` is secret: passwords come through it */
    VncBuffer *in, *out;

    /* what lies over the stream */
    VncStream *tls; /* the TLS layer below everything, or NULL */
    bool opening;   /* the TLS handshake runs: nobody may touch the stream */
    char *broken;   /* the TLS handshake has failed: why, for the log */

    /* the result */
    char *reason;   /* REFUSED: a text that the viewer may read */
    char *why;      /* REFUSED: a fuller text for the log, or NULL; never a secret */
    bool guessed;   /* REFUSED: for a wrong password, which counts against the address */
    char *tried;    /* the user whose password was asked for, as SASL has the name, or NULL */
    bool upgrades;  /* PASSED: upgrade() is to be called after SecurityResult */
    bool view_only; /* PASSED: the viewer may not send input */
    char *user;     /* PASSED: the viewer's SASL user name, or NULL */
} VncLogin;

/* Free the members; the login does not own its streams. */
void vnc_login_clear(VncLogin *login);

typedef struct VncAuth VncAuth;

/**
 * VncAuthType: one security type.
 */
typedef struct VncAuthType {
    uint32_t number;  /* enum VncSecurityType, or VNC_VENCRYPT_PLAIN */
    const char *name; /* as query-vnc spells it */
    size_t size;      /* of its state, whose first member is a VncAuth */

    /**
     * step: go as far as the bytes in login->in allow, and consume them; answers go to login->out.
     * Called at first with whatever has been received, then whenever more has been received, work
     * is done, or an upgrade is done.
     */
    VncAuthResult (*step)(VncAuth *auth);

    /**
     * upgrade: lay a layer over @lower, which is taken over. Called after VNC_AUTH_UPGRADE, and, as
     * the last call of a login, after SecurityResult if `upgrades` is set. login->in is empty:
     * bytes received before the upgrade are dropped. NULL if the type never asks for it.
     */
    VncStream *(*upgrade)(VncAuth *auth, VncStream *lower);

    void (*clear)(VncAuth *auth); /* free what the state holds; may be NULL */
} VncAuthType;

/**
 * VncAuth: a security type's part of a login.
 */
struct VncAuth {
    const VncAuthType *type;
    VncLogin *login;
};

extern const VncAuthType vnc_auth_none;
extern const VncAuthType vnc_auth_vnc;
extern const VncAuthType vnc_auth_vencrypt;
#ifdef VNC_HAVE_RSA_AES
extern const VncAuthType vnc_auth_ra2, vnc_auth_ra2_256;     /* all is encrypted */
extern const VncAuthType vnc_auth_ra2ne, vnc_auth_ra2ne_256; /* the login is */
#endif
extern const VncAuthType vnc_auth_plain;
extern const VncAuthType vnc_auth_sasl; /* if this build has SASL */

/* Begin a security type's part; @login outlives it. */
VncAuth *vnc_auth_new(const VncAuthType *type, VncLogin *login);
/* Call the type's function of this name. */
VncAuthResult vnc_auth_step(VncAuth *auth);
VncStream *vnc_auth_upgrade(VncAuth *auth, VncStream *lower);
void vnc_auth_free(VncAuth *auth); /* accepts NULL */

/* --- for the security types --- */

/* Refuse the login with a @reason that the viewer may read. @why: a fuller text for the log, taken
 * over, or NULL. */
VncAuthResult vnc_auth_refuse(VncAuth *auth, const char *reason, char *why);

/* Call this before checking a password, once or several times. Returns whether it may be checked;
 * if not, the login is refused. */
bool vnc_auth_begin_guess(VncAuth *auth);

/* The result of a password that equals VncPasswords.full, .view_only, or neither. */
VncAuthResult vnc_auth_judge(VncAuth *auth, bool full, bool view_only);

/**
 * VncAuthWork: a security type's work off the main thread; the first member of the struct that it
 * works on. That struct belongs to the work while it runs. If the login ends meanwhile, the struct
 * is freed when the work is done. Work that has not begun by then is not run.
 */
typedef struct VncAuthWork VncAuthWork;
struct VncAuthWork {
    /* immutable */
    VncOffloadKind kind;
    void (*run)(VncAuthWork *work);
    void (*free)(VncAuthWork *work);
    /* auth.c's */
    VncLogin *login; /* NULL: nobody waits for it any more */
    bool running;
};

/* Run @work; step() is called when it is done. Returns VNC_AUTH_BUSY. */
VncAuthResult vnc_auth_run(VncAuth *auth, VncAuthWork *work);
/* Free @work, now or when it is done. Accepts NULL. */
void vnc_auth_work_free(VncAuthWork *work);

/* --- TLS --- */

/* Lay TLS over @lower, which is taken over. login->opening is set until login->wake(); then TLS is
 * open, or login->broken says why not. */
VncStream *vnc_login_lay_tls(VncLogin *login, VncStream *lower);

/* Whether verify-peer and tls-authz accept the viewer's certificate. If not, *@reason, for the
 * viewer, and *@why, for the log, are texts to be freed. */
bool vnc_login_check_certificate(const VncLogin *login, char **reason, char **why);

/* Whether the crypto library, or SASL, of this machine has what the type needs; else @error says
 * what is missing. Starts SASL: call it before any login. */
bool vnc_auth_vnc_available(GError **error);
bool vnc_auth_sasl_available(GError **error);

#endif
