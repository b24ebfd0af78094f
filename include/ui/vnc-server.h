/*
 * The VNC server, as a host drives it.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One server shows one surface to any number of viewers. It attaches its
 * sources to the thread-default GMainContext of the thread that creates it: the
 * *main thread*. It owns one worker thread, which encodes. No call waits for a
 * viewer or for the encoder, except vnc_server_free(), which joins the worker.
 */
#ifndef UI_VNC_SERVER_H
#define UI_VNC_SERVER_H

#include "ui/vnc-host.h"
#include "ui/vnc-info.h"
#include "ui/vnc-options.h"
#include "ui/vnc-surface.h"
#include "ui/vnc-types.h"

#include <gio/gio.h>

#ifdef __cplusplus
extern "C" {
#endif

/**
 * vnc_server_new: a server without listeners and without a surface. Viewers see a
 * blank 640x480 screen until vnc_server_set_surface().
 *
 * @ops: must outlive the server
 * @host: passed to each of @ops
 */
VncServer *vnc_server_new(const VncHostOps *ops, void *host);

/**
 * vnc_server_free: close listeners, drop viewers, join the worker. Accepts NULL.
 * A running encode is abandoned at its next slice. Callbacks release what viewers hold: see
 * vnc-host.h.
 */
void vnc_server_free(VncServer *server);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VncServer, vnc_server_free)

/**
 * vnc_server_open: keep a reference to @options, which must not change any more, and listen on
 * its addresses. Connected viewers stay; docs/options.rst says which options apply to them, and
 * when.
 *
 * All or nothing: on failure no listener and no option has changed. A listener that @options ask
 * for again is kept: its socket stays open. Other listeners are closed last. A listener that is in
 * the way of a new one is closed first, and opened again on failure. Names are looked up here,
 * synchronously. With `reverse` a viewer is called in the background instead, names included, and
 * the log tells of a failure.
 *
 * Errors: G_OPTION_ERROR for an address that cannot be read, G_IO_ERROR for one
 * that cannot be listened on; the message names the address and the cause.
 */
bool vnc_server_open(VncServer *server, const VncOptions *options, GError **error);

/**
 * vnc_server_listen: the same for the addresses, and for the options that say how to listen: `to`,
 * `ipv4`, `ipv6`, `unix_mode`, `reverse`, `raw_ports`. All other options stay as the last
 * vnc_server_open() has set them. Listeners for websockets stay, too, unless @options name some.
 */
bool vnc_server_listen(VncServer *server, const VncOptions *options, GError **error);

/**
 * vnc_server_add_viewer: serve a connected stream socket; takes a reference.
 *
 * @skip_auth: the viewer need not log in, whatever the options say
 */
void vnc_server_add_viewer(VncServer *server, GSocket *socket, bool skip_auth);

/**
 * vnc_server_set_password: set the password of VNC authentication. NULL or "": there is none, and
 * nobody gets in. Connected viewers stay. The protocol cuts a password after 8 bytes; a line in the
 * log says so.
 *
 * Fails with G_IO_ERROR_NOT_SUPPORTED if the options do not ask for passwords.
 */
bool vnc_server_set_password(VncServer *server, const char *password, GError **error);

/**
 * vnc_server_set_password_expiry: from @time on no password is accepted. @time is in seconds since
 * 1970; INT64_MAX, the default: passwords do not expire. Connected viewers stay.
 */
void vnc_server_set_password_expiry(VncServer *server, int64_t time);

/**
 * vnc_server_reload_tls: read the tls-creds object and its files again, for logins from now on.
 * Connected viewers stay. On failure nothing changes; the message names the file and the cause.
 *
 * Fails with G_IO_ERROR_NOT_SUPPORTED if the options do not ask for TLS.
 */
bool vnc_server_reload_tls(VncServer *server, GError **error);

/**
 * vnc_server_set_surface: show @surface from now on; the server keeps a reference
 * until the next call. NULL shows a blank screen of the size shown before. The
 * server does not touch the old surface's memory after the return. A surface of the
 * same size and format is a page flip: only what differs is sent.
 */
void vnc_server_set_surface(VncServer *server, VncSurface *surface);

/** vnc_server_damage: @rect of the surface may have changed. It is clipped to the surface. */
void vnc_server_damage(VncServer *server, const VncRect *rect);

/**
 * vnc_server_refresh: compare the damaged areas, and send each viewer what it lacks.
 * Call at the interval that VncHostOps.set_refresh_interval last asked for.
 */
void vnc_server_refresh(VncServer *server);

/**
 * vnc_server_watched: whether a viewer looks at the screen. While none does, the
 * host need not draw, nor poll its device.
 */
bool vnc_server_watched(const VncServer *server);

/** vnc_server_set_name: the desktop's name, UTF-8; default "". */
void vnc_server_set_name(VncServer *server, const char *name);

/** vnc_server_set_cursor: the pointer's shape; NULL: viewers draw their own. */
void vnc_server_set_cursor(VncServer *server, VncCursor *cursor);

/** vnc_server_set_pointer_absolute: whether the guest has an absolute pointer; default true. */
void vnc_server_set_pointer_absolute(VncServer *server, bool absolute);

/**
 * vnc_server_set_pointer_position: the guest shows its pointer at pixel @x, @y, because it follows
 * a viewer, or by itself. Viewers that want to know are told, but not of what follows from their
 * own pointing.
 */
void vnc_server_set_pointer_position(VncServer *server, int x, int y);

/**
 * vnc_server_input_ready: takes_input() may return true again. The main loop passes on the waiting
 * input, of one viewer after the other, until takes_input() returns false.
 */
void vnc_server_input_ready(VncServer *server);

/** vnc_server_set_leds: the lock keys as the guest shows them, VncLeds. */
void vnc_server_set_leds(VncServer *server, unsigned leds);

/**
 * vnc_server_set_clipboard: the host has another text on its clipboard, UTF-8, or none (NULL).
 * Viewers are sent the text, or told that they can ask for it. The server forgets what a viewer had
 * offered. Lines may end in any way. A text longer than 1 MiB counts as none, and the log says so.
 */
void vnc_server_set_clipboard(VncServer *server, const char *text);

/**
 * vnc_server_offer_clipboard: the same for a text that the host itself has still to fetch.
 * VncHostOps.clipboard_wanted asks for the text once a viewer wants it. A viewer without the
 * extended clipboard wants it at once.
 */
void vnc_server_offer_clipboard(VncServer *server);

/**
 * vnc_server_give_clipboard: the text that the host has offered; NULL: it cannot be had. Ignored if
 * no text is on offer.
 */
void vnc_server_give_clipboard(VncServer *server, const char *text);

/**
 * vnc_server_request_clipboard: ask for the text that VncHostOps.clipboard_offered has announced.
 * VncHostOps.clipboard_text brings it, now or later. Nothing happens if there is none.
 */
void vnc_server_request_clipboard(VncServer *server);

/**
 * vnc_server_set_audio: whether the server offers sound to viewers; default false. When it no
 * longer does, viewers that listen are stopped.
 */
void vnc_server_set_audio(VncServer *server, bool available);

/**
 * vnc_server_audio: the next sound for a viewer between audio_start and audio_stop; ignored for
 * other viewers. The sound is sent at once, or dropped if the viewer has not read what was sent
 * before: see docs/hosts.rst. Calls no function of the host.
 *
 * @frames: whole frames, in the format of audio_start
 * @len: in bytes
 */
void vnc_server_audio(VncServer *server, uint64_t viewer, const void *frames, size_t len);

/** vnc_server_audio_pause: silence, until the next vnc_server_audio(). */
void vnc_server_audio_pause(VncServer *server, uint64_t viewer);

#ifdef __cplusplus
}
#endif

#endif
