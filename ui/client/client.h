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

#include "ui/client/context.h"
#include "ui/net/stream.h"

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

/* Have the viewer's turn: what VncClientContext.turns calls. */
void vnc_state_have_turn(VncTurn *turn);

/* The server surface has been replaced by one of another size: all is damaged. @by: the viewer
 * whose wish it was, or NULL. */
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

/* VncScreen.clipboard has changed. */
void vnc_state_clipboard_changed(VncState *vs);
/* Whether the messages of VncScreen.clipboard are to be made for this viewer; they are there. */
bool vnc_state_wants_text(const VncState *vs);
void vnc_state_text_ready(VncState *vs);
/* Ask the viewer for what it has offered; what has come is not taken: @why, for the log. */
void vnc_state_ask_text(VncState *vs);
void vnc_state_refuse_text(VncState *vs, const char *why);

/* What options say of viewers that are in has changed in VncScreen: view_only, idle_timeout, lossy,
 * power_control. */
void vnc_state_options_changed(VncState *vs);

/* Whether some of what the viewer has typed or pointed at waits for the host to take it; pass on
 * what comes up to the next key, and that: false if the host takes nothing now. */
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
/* How far its login has got: 0: it has said nothing yet, or is refused; 1: it knows what there is
 * to choose from, or opens TLS; 2: it has been asked who it is; 3: all is well. */
unsigned vnc_state_progress(const VncState *vs);
/* Whether it wants to be alone, and may: who may only look, or has hung up, shares, whatever it has
 * asked for. */
bool vnc_state_excludes_others(const VncState *vs);
/* Whether the viewer waits for an update, and has read enough of what it was sent before. With a
 * job in flight it does, too: what is found meanwhile goes out right after that. */
bool vnc_state_is_waiting(VncState *vs);

#endif
