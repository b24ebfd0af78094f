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

/* How a guess at a password has ended. */
typedef enum VncGuessResult {
    VNC_GUESS_WRONG,   /* or the viewer has left before the answer */
    VNC_GUESS_RIGHT,   /* and the viewer may do everything */
    VNC_GUESS_NEITHER, /* a right one that lets the viewer look only, or none was made */
} VncGuessResult;

/**
 * VncClientOps: what a viewer asks of its server. Main thread.
 */
typedef struct VncClientOps {
    /* The viewer's password is about to be checked. Returns NULL, or why it may not be checked now:
     * a static text for the viewer. */
    const char *(*guess)(void *server, VncState *vs);
    /* The check has ended: called once for each guess() that returned NULL. @user: the user whose
     * password it was; NULL: the password of VNC authentication, or an unknown user's. */
    void (*guessed)(void *server, VncState *vs, VncGuessResult result, const char *user);
    /* The viewer has sent ClientInit: may it stay? Returns NULL, or why not, for the log. May
     * disconnect other viewers. */
    const char *(*admit)(void *server, VncState *vs);
    /* The viewer has been admitted: from now on it is sent what it asks for. */
    void (*initialized)(void *server, VncState *vs);
    /* The viewer has gone: the server takes it off its list and drops its reference. Keys and
     * buttons that the viewer holds down are released next. */
    void (*left)(void *server, VncState *vs);
    /* The keys and buttons of a viewer that has gone have been released. */
    void (*disconnected)(void *server, VncState *vs);
    /* A viewer waits for an update that the next vnc_state_refreshed() allows: refresh soon. */
    void (*wants_refresh)(void *server);
    /* The viewer asks for another size of the desktop, 1 to VNC_MAX_SIDE a side. Returns what
     * becomes of it. */
    enum VncDesktopSizeStatus (*resize)(void *server, VncState *vs, int width, int height);
    /* A viewer has typed or pointed: the picture is likely to change. */
    void (*active)(void *server);
    /* The viewer has another text on its clipboard, which can be asked for; or no text any more. */
    void (*text_offered)(void *server, VncState *vs, bool available);
    /* The viewer sends a text, asked or not. */
    void (*text_given)(void *server, VncState *vs, VncTextForm form, const uint8_t *bytes,
                       size_t len);
    /* A viewer asks for the text of VncScreen.clipboard: see vnc_state_wants_text(). */
    void (*text_wanted)(void *server);
} VncClientOps;

/**
 * VncLoginRules: what a viewer has to pass to be admitted.
 */
typedef struct VncLoginRules {
    VncAuthSettings *settings;     /* the viewer takes a reference */
    const VncPasswords *passwords; /* the server's */
    VncOffload *offload;           /* the server's */
    const char *refusal;           /* static: why nobody of its source may log in now; or NULL */
    bool invited;                  /* the host itself has let the viewer in */
} VncLoginRules;

/**
 * VncClientContext: who a viewer is, and what it has of its server. It never changes, so that every
 * part of a viewer may look at it.
 */
typedef struct VncClientContext {
    const VncClientOps *ops;
    void *server;
    VncScreen *screen;
    /* The options of when the viewer came, by which it logs in; it takes a reference. */
    const VncOptions *options;
    VncJobQueue *queue;
    VncTurns *turns; /* they call vnc_state_have_turn() */
    const VncHostOps *host_ops;
    void *host;
    GMainContext *main_context;
    VncLoginRules login;
    /* Logins are counted by source: viewers of the same address, say, have the same. Copied;
     * NULL: the viewer's login is not counted. */
    char *source;
    VncLogLimit *strangers_log; /* for lines about the viewer before it is admitted */
    VncLogLimit *viewers_log;   /* for lines about it from then on */
    bool websocket;             /* the viewer speaks websocket, over TLS if there are credentials */

    /* Set by vnc_state_new(). */
    VncState *viewer; /* for the calls of `ops`: no part of a viewer looks into it */
    uint64_t id;
    VncTracer tracer;
    VncAddressInfo local, peer; /* the two ends of the connection */
} VncClientContext;

#define VNC_TRACE_VIEWER(context, ...) VNC_TRACE(&(context)->tracer, __VA_ARGS__)

#endif
