/*
 * The VNC server, as a host drives it.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One server shows one surface to any number of viewers. It attaches its
 * sources to the thread-default GMainContext of the thread that creates it: the
 * *main thread*. It owns one worker thread, which encodes. No call waits for a
 * viewer or for the encoder, but vnc_server_free(), which joins the worker.
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
 * vnc_server_new: a server without listeners and with no surface yet: viewers see
 * a blank 640x480 screen until vnc_server_set_surface().
 *
 * @ops: must outlive the server
 * @host: passed to each of @ops
 */
VncServer *vnc_server_new(const VncHostOps *ops, void *host);

/**
 * vnc_server_free: close listeners, drop viewers, join the worker. Accepts NULL.
 * A running encode is abandoned at its next slice. It calls back for what viewers hold, see vnc-host.h.
 */
void vnc_server_free(VncServer *server);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VncServer, vnc_server_free)

/**
 * vnc_server_open: keep a reference to @options, which may not change any more, and listen on its addresses. Viewers
 * that are in stay; docs/options.rst says which options reach them, and when.
 *
 * All or nothing: on failure no listener and no option has changed. A listener that is
 * asked for again is kept, its socket stays open. One that is not is closed last, unless
 * it is in the way of one of @options: then it is closed first, and opened again on
 * failure. Name look-ups happen here, synchronously; not those of `reverse`, with which a viewer is called
 * in the background, and the log tells of a failure.
 *
 * Errors: G_OPTION_ERROR for an address that cannot be read, G_IO_ERROR for one
 * that cannot be listened on; the message names the address and the cause.
 */
bool vnc_server_open(VncServer *server, const VncOptions *options, GError **error);

/**
 * vnc_server_listen: the same for the addresses alone, and for what says how to listen: `to`, `ipv4`, `ipv6`,
 * `unix_mode`, `reverse`, `raw_ports`. All else stays as the last vnc_server_open() has left it, listeners for
 * websockets too unless @options name some.
 */
bool vnc_server_listen(VncServer *server, const VncOptions *options, GError **error);

/**
 * vnc_server_add_viewer: serve a connected stream socket; takes a reference.
 *
 * @skip_auth: it need not log in, whatever the options say
 */
void vnc_server_add_viewer(VncServer *server, GSocket *socket, bool skip_auth);

/**
 * vnc_server_set_password: the password of VNC authentication; NULL or "": none, so that nobody gets in.
 * Viewers that are in stay. Longer ones than 8 bytes are cut by the protocol: a line in the log says so.
 *
 * Fails with G_IO_ERROR_NOT_SUPPORTED if the options do not ask for passwords.
 */
bool vnc_server_set_password(VncServer *server, const char *password, GError **error);

/**
 * vnc_server_set_password_expiry: no password lets in from @time on: seconds since 1970; INT64_MAX: never (the
 * default). Viewers that are in stay.
 */
void vnc_server_set_password_expiry(VncServer *server, int64_t time);

/**
 * vnc_server_reload_tls: read the tls-creds object and its files again, for logins from now on. Viewers that are
 * in stay. On failure nothing changes; the message names the file and the cause.
 *
 * Fails with G_IO_ERROR_NOT_SUPPORTED if the options do not ask for TLS.
 */
bool vnc_server_reload_tls(VncServer *server, GError **error);

/**
 * vnc_server_set_surface: from now on @surface is shown; the server keeps a
 * reference until the next call. NULL shows a blank screen of the size shown before.
 * The old surface's memory is not touched after the return. A surface with
 * the same size and format is taken as a page flip: only what differs is sent.
 */
void vnc_server_set_surface(VncServer *server, VncSurface *surface);

/** vnc_server_damage: this part of the surface may have changed; clipped to it. */
void vnc_server_damage(VncServer *server, const VncRect *rect);

/**
 * vnc_server_refresh: compare what is damaged, and send each viewer what it lacks.
 * Call at the interval that VncHostOps.set_refresh_interval last asked for.
 */
void vnc_server_refresh(VncServer *server);

/**
 * vnc_server_watched: whether a viewer is there to see anything: the host need not
 * draw, nor poll its device, while false.
 */
bool vnc_server_watched(const VncServer *server);

/** vnc_server_set_name: the desktop's name, UTF-8; default "". */
void vnc_server_set_name(VncServer *server, const char *name);

/** vnc_server_set_cursor: the pointer's shape; NULL: viewers draw their own. */
void vnc_server_set_cursor(VncServer *server, VncCursor *cursor);

/** vnc_server_set_pointer_absolute: whether the guest has an absolute pointer; default true. */
void vnc_server_set_pointer_absolute(VncServer *server, bool absolute);

/**
 * vnc_server_set_pointer_position: the guest shows its pointer at pixel @x, @y: it follows a viewer, or has put it there
 * by itself. Viewers that want to know are told, but not of what follows from their own pointing.
 */
void vnc_server_set_pointer_position(VncServer *server, int x, int y);

/**
 * vnc_server_input_ready: takes_input() may say yes again. What waits is passed on from the main loop, by the viewers in
 * turn, until takes_input() says no.
 */
void vnc_server_input_ready(VncServer *server);

/** vnc_server_set_leds: the lock keys as the guest shows them, VncLeds. */
void vnc_server_set_leds(VncServer *server, unsigned leds);

/**
 * vnc_server_set_clipboard: the host has another text on its clipboard, UTF-8, or none (NULL). Viewers are sent
 * it or told that they can ask for it; what a viewer had offered is forgotten. Ends of lines may be any; a text
 * longer than 1 MiB counts as none, and the log says so.
 */
void vnc_server_set_clipboard(VncServer *server, const char *text);

/**
 * vnc_server_offer_clipboard: the same for a text that the host gets from elsewhere only when somebody wants
 * it: VncHostOps.clipboard_wanted asks for it. Viewers without the extended clipboard do so at once.
 */
void vnc_server_offer_clipboard(VncServer *server);

/** vnc_server_give_clipboard: the text that was offered; NULL: it cannot be had. Ignored if none is on offer. */
void vnc_server_give_clipboard(VncServer *server, const char *text);

/**
 * vnc_server_request_clipboard: ask for the text that VncHostOps.clipboard_offered has told of; it comes by
 * VncHostOps.clipboard_text, now or later. Nothing happens if there is none.
 */
void vnc_server_request_clipboard(VncServer *server);

/**
 * vnc_server_set_audio: whether there is sound to hear, which viewers are offered; default false. No longer:
 * those who listen are stopped.
 */
void vnc_server_set_audio(VncServer *server, bool available);

/**
 * vnc_server_audio: what is to be heard next, for a viewer between audio_start and audio_stop; for others
 * nothing happens. It is sent at once, or dropped if the viewer has not taken what was sent before: see
 * docs/hosts.rst. Calls nothing of the host's.
 *
 * @frames: whole ones, in the format of audio_start
 * @len: in bytes
 */
void vnc_server_audio(VncServer *server, uint64_t viewer, const void *frames, size_t len);

/** vnc_server_audio_pause: nothing is to be heard now, until the next vnc_server_audio(). */
void vnc_server_audio_pause(VncServer *server, uint64_t viewer);

#ifdef __cplusplus
}
#endif

#endif
