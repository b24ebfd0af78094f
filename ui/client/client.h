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

/* Listen to the viewer whose turn it is, and send it what is due: VncClientContext.turns call
 * it. */
void vnc_state_have_turn(VncTurn *turn);

/* The server surface has been replaced by one of another size: all of it is damaged. @by: the
 * viewer that asked for this size, or NULL. */
void vnc_state_surface_changed(VncState *vs, const VncState *by);

/* The screen has been refreshed. */
void vnc_state_refreshed(VncState *vs, const VncChange *change);
/* Whether the viewer could use VncChange.moved. */
bool vnc_state_takes_copies(const VncState *vs);

/* One member of VncScreen has changed. */
void vnc_state_cursor_changed(VncState *vs);
void vnc_state_leds_changed(VncState *vs);
void vnc_state_pointer_type_changed(VncState *vs);
void vnc_state_name_changed(VncState *vs);
void vnc_state_pointer_moved(VncState *vs);

/* VncScreen.clipboard has changed. */
void vnc_state_clipboard_changed(VncState *vs);
/* Whether this viewer waits for the messages of VncScreen.clipboard to be made. */
bool vnc_state_wants_text(const VncState *vs);
/* The messages of VncScreen.clipboard have been made. */
void vnc_state_text_ready(VncState *vs);
/* Ask the viewer for the text that it has offered. */
void vnc_state_ask_text(VncState *vs);
/* The text that the viewer has sent is refused; the log says so once. @why: for the log. */
void vnc_state_refuse_text(VncState *vs, const char *why);

/* VncScreen.options are others. */
void vnc_state_options_changed(VncState *vs);

/* Whether keys or pointer events of the viewer wait for the host to take them. */
bool vnc_state_is_ahead(const VncState *vs);
/* Pass waiting events on to the host, up to the next key and including it. Returns false if the
 * host takes none now. */
bool vnc_state_pass_input(VncState *vs);

/* VncScreen.audio has changed. */
void vnc_state_audio_changed(VncState *vs);
/* See vnc_server_audio() and vnc_server_audio_pause(). */
void vnc_state_audio(VncState *vs, const void *frames, size_t len);
void vnc_state_pause_audio(VncState *vs);

uint64_t vnc_state_id(const VncState *vs);
const char *vnc_state_source(const VncState *vs); /* VncClientContext.source */
/* Fill @info; its strings belong to the viewer. */
void vnc_state_get_info(const VncState *vs, VncViewerInfo *info);
bool vnc_state_is_initialized(const VncState *vs);
bool vnc_state_is_view_only(const VncState *vs);
bool vnc_state_is_invited(const VncState *vs); /* VncLoginRules.invited */
/* How far the viewer's login has come. 0: the viewer has said nothing yet, or is refused. 1: it has
 * been told the security types, or opens TLS. 2: it has been asked for its credentials. 3: it has
 * passed. */
unsigned vnc_state_progress(const VncState *vs);
/* Whether the viewer has asked to be the only one, and may be. A viewer that may only look, or has
 * hung up, counts as shared. */
bool vnc_state_excludes_others(const VncState *vs);
/* Whether the viewer waits for an update, and has read enough of what it was sent before. A viewer
 * with a job in flight may wait, too: its next update goes out right after that job's. */
bool vnc_state_is_waiting(VncState *vs);

#endif
