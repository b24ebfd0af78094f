/*
 * Who a viewer is, and what it has of its server.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread.
 */
#ifndef UI_CLIENT_CONTEXT_H
#define UI_CLIENT_CONTEXT_H

#include "ui/auth/auth.h"
#include "ui/base/log-limit.h"
#include "ui/base/turns.h"
#include "ui/client/screen.h"
#include "ui/rfb/cliptext.h"
#include "ui/vnc-host.h"

/* What has come of a guess at a password. */
typedef enum VncGuessResult {
    VNC_GUESS_WRONG, /* or the viewer has not waited for the answer */
    VNC_GUESS_RIGHT, /* and it lets the viewer do all */
    VNC_GUESS_NEITHER,
} VncGuessResult;

/**
 * VncClientOps: what a viewer asks of its server. Main thread.
 */
typedef struct VncClientOps {
    /* A password is about to be looked at. Returns NULL, or why not now: a static text that the
     * viewer may read. */
    const char *(*guess)(void *server, VncState *vs);
    /* What has come of it: once for each guess() that returned NULL. @user: whose password it is;
     * NULL: that of VNC authentication, or nobody knows. */
    void (*guessed)(void *server, VncState *vs, VncGuessResult result, const char *user);
    /* Past ClientInit: may this viewer stay? Returns NULL, or why not, for the log. May
     * disconnect other viewers. */
    const char *(*admit)(void *server, VncState *vs);
    /* Admitted: it is now sent what it asks for. */
    void (*initialized)(void *server, VncState *vs);
    /* Is no viewer any more, and in no list; the server drops its reference. What it holds is
     * released next. */
    void (*left)(void *server, VncState *vs);
    /* All that it held has been released. */
    void (*disconnected)(void *server, VncState *vs);
    /* Waits for an update that shows the screen as it is, which the next vnc_state_refreshed()
     * allows; refresh soon. */
    void (*wants_refresh)(void *server);
    /* Asks for another size of the desktop, 1 to VNC_MAX_SIDE a side: how does it go? */
    enum VncDesktopSizeStatus (*resize)(void *server, VncState *vs, int width, int height);
    /* Has typed or pointed: the picture is likely to change. */
    void (*active)(void *server);
    /* Another text is on the viewer's clipboard and can be asked for, or there is none any more. */
    void (*text_offered)(void *server, VncState *vs, bool available);
    /* The viewer sends a text, asked or not. */
    void (*text_given)(void *server, VncState *vs, VncTextForm form, const uint8_t *bytes,
                       size_t len);
    /* The viewer asks for VncScreen.clipboard's: see vnc_state_wants_text(). */
    void (*text_wanted)(void *server);
} VncClientOps;

/**
 * VncLoginRules: what a viewer must do to get in.
 */
typedef struct VncLoginRules {
    VncAuthSettings *settings;     /* the viewer takes a reference */
    const VncPasswords *passwords; /* the server's */
    VncOffload *offload;           /* the server's */
    const char *refusal;           /* static: nobody from there gets in now; or NULL */
    bool invited;                  /* the host itself has let it in */
} VncLoginRules;

/**
 * VncClientContext: who a viewer is, and what it has of its server. It never changes, so that every
 * part of a viewer may look at it.
 */
typedef struct VncClientContext {
    const VncClientOps *ops;
    void *server;
    VncScreen *screen;
    /* Of when it came, by which it logs in; the viewer takes a reference. */
    const VncOptions *options;
    VncJobQueue *queue;
    VncTurns *turns; /* its function is vnc_state_have_turn() */
    const VncHostOps *host_ops;
    void *host;
    GMainContext *main_context;
    VncLoginRules login;
    /* Who counts as one in what is counted of logins, copied; NULL: nothing is counted. */
    char *source;
    VncLogLimit *strangers_log; /* for lines about it before it is admitted */
    VncLogLimit *viewers_log;   /* and from then on */
    bool websocket;             /* it comes by one, over TLS if there are credentials */

    /* Set by vnc_state_new(). */
    VncState *viewer; /* for the calls of `ops`: no part of a viewer looks into it */
    uint64_t id;
    VncTracer tracer;
    VncAddressInfo local, peer; /* the two ends of the connection */
} VncClientContext;

#define VNC_TRACE_VIEWER(context, ...) VNC_TRACE(&(context)->tracer, __VA_ARGS__)

#endif
