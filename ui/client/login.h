/*
 * A viewer's way in: the handshake, the security type, and the time that they may take.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. Owns the login and its timer; lays over the wire's stream what the security type
 * asks for.
 */
#ifndef UI_CLIENT_LOGIN_H
#define UI_CLIENT_LOGIN_H

#include "ui/client/context.h"
#include "ui/client/wire.h"
#include "ui/rfb/handshake.h"

/**
 * VncLoginFlow: the login of one viewer, and how far it has come.
 */
typedef struct VncLoginFlow {
    const VncClientContext *context;
    VncWire *wire;
    VncHandshake handshake;
    VncLogin login;
    VncAuth *auth; /* while the security type has the word */
    enum {
        VNC_LOGIN_READS,    /* the login goes on when more is read */
        VNC_LOGIN_WORKS,    /* the security type works elsewhere */
        VNC_LOGIN_HOLDS,    /* the answer to a wrong password is being held back */
        VNC_LOGIN_UPGRADES, /* as soon as everything is written, another stream is laid over */
        VNC_LOGIN_ENDED,    /* by success, failure, or vnc_login_flow_end() */
    } state;
    bool websocket; /* the wire's stream is one */
    bool stepping;  /* the security type is at work just now, and may have asked the host */
    bool guessing;  /* a password is being looked at, as the server has been told */
    bool checks;    /* TLS below a websocket has opened: the certificate is to be looked at */
    char *dname;    /* the distinguished name of the viewer's certificate, cleaned; or NULL */
    char *fault;    /* why the login has failed, for the log; or NULL */
    GSource *timer; /* of the login's time, or of a refusal that is held back; or NULL */
    void (*happened)(void *opaque);
    void *opaque;
} VncLoginFlow;

/**
 * vnc_login_flow_begin: greet the viewer.
 *
 * @happened: something has happened that vnc_login_flow_advance() is to be called for
 */
void vnc_login_flow_begin(VncLoginFlow *flow, const VncClientContext *context, VncWire *wire,
                          void (*happened)(void *opaque), void *opaque);

typedef enum VncLoginOutcome {
    VNC_LOGIN_MORE,     /* nothing more can be done now */
    VNC_LOGIN_ADMITTED, /* the viewer has sent ClientInit: what comes of that is the caller's */
    VNC_LOGIN_FAILED,   /* see flow->fault; what stands in the output is still to be written */
} VncLoginOutcome;

/* Go as far as the wire's input allows. */
VncLoginOutcome vnc_login_flow_advance(VncLoginFlow *flow);

/* Whether what the viewer sends has to wait. */
bool vnc_login_flow_is_deaf(const VncLoginFlow *flow);

/* Whether to read from the viewer. While a check works elsewhere this is so though the viewer has
 * to wait: otherwise nobody would notice that it has gone. */
bool vnc_login_flow_may_read(const VncLoginFlow *flow);

/* Whether vnc_login_flow_advance() is to be called when all has been written. */
static inline bool vnc_login_flow_waits_for_write(const VncLoginFlow *flow)
{
    return flow->state == VNC_LOGIN_UPGRADES;
}

/* As vnc_state_progress() says. */
unsigned vnc_login_flow_progress(const VncLoginFlow *flow);

/* The viewer has been admitted: its login needs no more time. */
void vnc_login_flow_done(VncLoginFlow *flow);

/* The viewer leaves. This may be called from within a call of the context's functions. */
void vnc_login_flow_end(VncLoginFlow *flow);

/* Free what the flow holds. No call of it may be on the stack. */
void vnc_login_flow_clear(VncLoginFlow *flow);

#endif
