/*
 * Security types, one a file, and what a login is.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. What may wait or takes long (key exchanges, password checks) goes through
 * VncOffload, as a VncAuthWork or within a TLS stream.
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
    VNC_AUTH_MORE,    /* wants more bytes of the viewer */
    VNC_AUTH_BUSY,    /* work is under way: login->wake() comes when it is done */
    VNC_AUTH_UPGRADE, /* once `out` has been sent, call upgrade(), then step() again */
    VNC_AUTH_PASSED,
    VNC_AUTH_REFUSED,
} VncAuthResult;

/**
 * VncLogin: one viewer's login, whatever security types it goes through. Belongs to the viewer, and
 * lives as long as its stream.
 */
typedef struct VncLogin {
    /* immutable */
    VncAuthSettings *settings;     /* a reference */
    const VncPasswords *passwords; /* the server's, as they are when they are looked at */
    VncOffload *offload;
    const char *source; /* who counts as one where logins take turns; may be NULL */
    GMainContext *context;
    const VncHostOps *host_ops;
    void *host;
    VncTracer tracer;                   /* of the viewer */
    const VncAddressInfo *local, *peer; /* the two ends of the connection */
    /* A password is about to be looked at: NULL, or a static text for the viewer, why not now. May
     * be NULL: any time. */
    const char *(*guess)(void *opaque);
    void (*wake)(void *opaque); /* something is done: call step() again, or look at `broken` */
    void *opaque;

    /* what is said; `in` is secret: passwords come through it */
    VncBuffer *in, *out;

    /* what lies over the stream */
    VncStream *tls; /* the TLS layer that all goes through, or NULL */
    bool opening;   /* its handshake runs: nobody may touch the stream */
    char *broken;   /* it has failed: why, for the log */

    /* what has come out */
    char *reason;   /* REFUSED: a text that the viewer may read */
    char *why;      /* REFUSED: the same for the log, if that is to know more; never a secret */
    bool guessed;   /* REFUSED: for a wrong password, which counts against the address */
    char *tried;    /* the user whose password was asked for, as SASL has the name, or NULL */
    bool upgrades;  /* PASSED: upgrade() is to be called after SecurityResult */
    bool view_only; /* PASSED: it may look, not touch */
    char *user;     /* PASSED: its SASL user name, or NULL */
} VncLogin;

/* Forget what is said above of allocated things; the streams are not its own. */
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
     * step: go as far as login->in allows, consuming what is used; answers go to login->out. First
     * called with whatever has come, then each time that more has come, that work is done, and
     * after an upgrade.
     */
    VncAuthResult (*step)(VncAuth *auth);

    /**
     * upgrade: after VNC_AUTH_UPGRADE, and after SecurityResult if `upgrades` is set: lay something
     * over @lower, which is taken over. login->in is empty: what came before does not count after.
     * The last call of a login in the second case. NULL if the type never asks for it.
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

/* Refuse with a @reason that the viewer may read, and what the log is to know beyond that: @why,
 * taken over, or NULL. */
VncAuthResult vnc_auth_refuse(VncAuth *auth, const char *reason, char *why);

/* To be called before a password is looked at, once or several times. Returns whether it may be; if
 * not the login is refused. */
bool vnc_auth_begin_guess(VncAuth *auth);

/* What comes of a password, given that it is one of VncPasswords or neither. */
VncAuthResult vnc_auth_judge(VncAuth *auth, bool full, bool view_only);

/**
 * VncAuthWork: a security type's work off the main thread; first in what it works on. While it runs
 * that memory is its own; if the login ends meanwhile, it is freed when the work is done. What has
 * not begun then is not run.
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

/* Lay TLS over @lower, taken over: `opening` until login->wake(), then open or `broken`. */
VncStream *vnc_login_lay_tls(VncLogin *login, VncStream *lower);

/* Whether the viewer's certificate lets it go on, by verify-peer and tls-authz. If not: *@reason,
 * for the viewer, and *@why, for the log, are texts to be freed. */
bool vnc_login_check_certificate(const VncLogin *login, char **reason, char **why);

/* Whether this machine's crypto library, or its SASL, has what the type needs; else @error says
 * what is missing. SASL is started by it: to be called before anybody logs in. */
bool vnc_auth_vnc_available(GError **error);
bool vnc_auth_sasl_available(GError **error);

#endif
