/*
 * One viewer.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. What the worker sees of a viewer is its VncJobOwner alone.
 */
#ifndef UI_CLIENT_CLIENT_H
#define UI_CLIENT_CLIENT_H

#include "ui/auth/auth.h"
#include "ui/base/damage.h"
#include "ui/base/log-limit.h"
#include "ui/client/screen.h"
#include "ui/net/stream.h"
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
    /* A password is about to be looked at. Returns NULL, or why not now: a static text that the viewer may read. */
    const char *(*guess)(void *server, VncState *vs);
    /* What has come of it: once for each guess() that returned NULL. @user: whose password it is; NULL: that of
     * VNC authentication, or nobody knows. */
    void (*guessed)(void *server, VncState *vs, VncGuessResult result, const char *user);
    /* Past ClientInit: may this viewer stay? Returns NULL, or why not, for the log. May
     * disconnect other viewers. */
    const char *(*admit)(void *server, VncState *vs);
    /* Admitted: it is now sent what it asks for. */
    void (*initialized)(void *server, VncState *vs);
    /* Is no viewer any more, and in no list; the server drops its reference. What it holds is released next. */
    void (*left)(void *server, VncState *vs);
    /* All that it held has been released. */
    void (*disconnected)(void *server, VncState *vs);
    /* Waits for an update that shows the screen as it is, which the next vnc_state_refreshed() allows; refresh
     * soon. */
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
 * VncClientContext: what a viewer needs of its server, for as long as it is connected.
 */
typedef struct VncClientContext {
    const VncClientOps *ops;
    void *server;
    VncScreen *screen;
    /* Of when it came, by which it logs in; the viewer takes a reference. */
    const VncOptions *options;
    VncJobQueue *queue;
    const VncHostOps *host_ops;
    void *host;
    GMainContext *main_context;
    VncLoginRules login;
    const char *
        source; /* who counts as one in what is counted of logins, copied; NULL: nothing is counted */
    VncLogLimit *strangers_log; /* for lines about it before it is admitted */
    VncLogLimit *viewers_log;   /* and from then on */
    bool websocket;             /* it comes by one, over TLS if there are credentials */
} VncClientContext;

/**
 * vnc_state_new: serve @stream (taken over). Begins with the handshake. The caller owns the
 * reference.
 *
 * @id: unique within the server's life
 */
VncState *vnc_state_new(const VncClientContext *context, VncStream *stream, uint64_t id);
VncState *vnc_state_ref(VncState *vs);
void vnc_state_unref(VncState *vs); /* accepts NULL */

/**
 * vnc_state_disconnect: close at once, abort the job, release what the viewer holds down.
 * Never waits. Idempotent.
 *
 * @why: for the log; NULL: the viewer went by itself, nothing is logged
 */
void vnc_state_disconnect(VncState *vs, const char *why);

/* The server surface has been replaced by one of another size: all is damaged. @by: the viewer whose wish it was,
 * or NULL. */
void vnc_state_surface_changed(VncState *vs, const VncState *by);

/* The screen has been refreshed. */
void vnc_state_refreshed(VncState *vs, const VncChange *change);
/* Whether the viewer could use VncChange.moved. */
bool vnc_state_takes_copies(const VncState *vs);

/* One of these has changed in VncScreen. */
void vnc_state_cursor_changed(VncState *vs);
void vnc_state_leds_changed(VncState *vs);
void vnc_state_pointer_type_changed(VncState *vs);
void vnc_state_name_changed(VncState *vs);
void vnc_state_pointer_moved(VncState *vs);

/* clipboard.c: VncScreen.clipboard has changed. */
void vnc_state_clipboard_changed(VncState *vs);
/* Whether the messages of VncScreen.clipboard are to be made for this viewer; they are there. */
bool vnc_state_wants_text(const VncState *vs);
void vnc_state_text_ready(VncState *vs);
/* Ask the viewer for what it has offered; what has come is not taken: @why, for the log. */
void vnc_state_ask_text(VncState *vs);
void vnc_state_refuse_text(VncState *vs, const char *why);

/* VncScreen.options are others. */
void vnc_state_options_changed(VncState *vs);

/* Whether some of what the viewer has typed or pointed at waits for the host to take it; pass on what comes up to the
 * next key, and that: false if the host takes nothing now. */
bool vnc_state_is_ahead(const VncState *vs);
bool vnc_state_pass_input(VncState *vs);

/* VncScreen.audio has changed. */
void vnc_state_audio_changed(VncState *vs);
/* As vnc_server_audio() and vnc_server_audio_pause() say. */
void vnc_state_audio(VncState *vs, const void *frames, size_t len);
void vnc_state_pause_audio(VncState *vs);

uint64_t vnc_state_id(const VncState *vs);
const char *vnc_state_source(const VncState *vs); /* VncClientContext.source */
/* Fill @info; its strings belong to the viewer. */
void vnc_state_get_info(const VncState *vs, VncViewerInfo *info);
bool vnc_state_is_initialized(const VncState *vs);
bool vnc_state_is_view_only(const VncState *vs);
bool vnc_state_is_invited(const VncState *vs); /* VncLoginRules.invited */
/* How far its login has got: 0: it has said nothing yet, or is refused; 1: it knows what there is to choose from, or
 * opens TLS; 2: it has been asked who it is; 3: all is well. */
unsigned vnc_state_progress(const VncState *vs);
/* Whether it wants to be alone, and may: who may only look, or has hung up, shares, whatever it has asked for. */
bool vnc_state_excludes_others(const VncState *vs);
/* Whether the viewer waits for an update, and has read enough of what it was sent before. With a job in flight it
 * does, too: what is found meanwhile goes out right after that. */
bool vnc_state_is_waiting(VncState *vs);

#endif
