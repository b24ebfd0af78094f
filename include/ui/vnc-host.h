/*
 * What the server asks of its host: callbacks.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * All but trace() and trace_wanted() are called on the main thread, from the main loop or from within a call
 * into vnc-server.h. Each of these may call any function of vnc-server.h and vnc-info.h but vnc_server_free(), as long
 * as it does not lead to itself without end; so may a surface's `release`. A vnc_server_refresh() within
 * another one is done from the main loop, when that has ended.
 *
 * Within vnc_server_free() viewers still leave by these callbacks. What they call does no harm, and has no effect:
 * nobody is let in any more, no surface is taken, and nothing is opened.
 *
 * Each is optional (NULL) unless its comment says otherwise.
 */
#ifndef UI_VNC_HOST_H
#define UI_VNC_HOST_H

#include "ui/vnc-info.h"
#include "ui/vnc-trace.h"
#include "ui/vnc-types.h"

#ifdef __cplusplus
extern "C" {
#endif

/**
 * VncKeyEvent: a key went down or up at a viewer.
 */
typedef struct VncKeyEvent {
    bool down;
    uint32_t keysym;  /* X11 keysym; 0 if unknown */
    uint32_t keycode; /* QEMU's extended key event: XT scan code set 1, with 0x80 set
                       * in place of an 0xe0 prefix, so 255 at the most; 0 if the viewer sent none */
    bool leds_known;  /* the viewer is told the LED state, so needs no lock-key sync */
} VncKeyEvent;

typedef enum VncViewerEvent {
    VNC_VIEWER_CONNECTED,    /* accepted; nothing said yet */
    VNC_VIEWER_INITIALIZED,  /* past ClientInit */
    VNC_VIEWER_DISCONNECTED, /* gone; its keys and buttons have been released */
} VncViewerEvent;

/**
 * VncTlsObject: what a tls-creds object of the host says. Strings belong to whoever asked.
 */
typedef struct VncTlsObject {
    bool x509;        /* false: anonymous */
    bool verify_peer; /* x509: a viewer must have a certificate of our CA */
    char *dir;        /* of the files; NULL: none (anonymous only) */
    char *priority;   /* GnuTLS priority string; NULL: NORMAL */
    char *password;   /* of an encrypted server-key.pem, or NULL */
} VncTlsObject;

/* Free the strings; the password is wiped. */
void vnc_tls_object_clear(VncTlsObject *object);

struct VncHostOps {
    /** key: required. A held key is released when its viewer leaves, whatever takes_input() says. */
    void (*key)(void *host, const VncKeyEvent *event);

    /**
     * takes_input: whether the host takes a key now (@key), or what is pointed at. If not, the server keeps it, and all that
     * this viewer types and points at afterwards, until the host calls vnc_server_input_ready(). A viewer whose
     * connection ends meanwhile stays until all of it has been taken. NULL: it always does.
     */
    bool (*takes_input)(void *host, bool key);

    /**
     * pointer_absolute: required. The pointer is at pixel @x, @y of the surface, and
     * @buttons (VncButtons) are held. 0 <= x < surface width, 0 <= y < surface height.
     * A wheel step arrives as its button pressed, then released.
     */
    void (*pointer_absolute)(void *host, int x, int y, unsigned buttons);

    /** pointer_relative: required. The same for a mouse: moved by @dx, @dy. */
    void (*pointer_relative)(void *host, int dx, int dy, unsigned buttons);

    /**
     * set_refresh_interval: required. The host shall call vnc_server_refresh()
     * every @ms milliseconds; 0: not needed until the next call (nobody watches).
     */
    void (*set_refresh_interval)(void *host, unsigned ms);

    /**
     * resize: a viewer asks for a desktop of @width x @height pixels, 1 to VNC_MAX_SIDE a side. Returns whether that
     * may happen: by vnc_server_set_surface() during the call, at any time later, or in the end not at all, if it
     * is a guest's decision. Without this function viewers are refused.
     */
    bool (*resize)(void *host, int width, int height);

    /** viewer: a viewer came or went. @info is valid for the call only. */
    void (*viewer)(void *host, VncViewerEvent event, const VncViewerInfo *info);

    /** secret: the text of the host's secret object @id, to be freed; NULL with @error. */
    char *(*secret)(void *host, const char *id, GError **error);

    /**
     * tls_object: fill @object, which is zeroed, with what the host's tls-creds object @id says. The server
     * clears it by vnc_tls_object_clear(), after a failure too. Returns false with @error.
     */
    bool (*tls_object)(void *host, const char *id, VncTlsObject *object, GError **error);

    /**
     * authorize: whether the host's authorization object @id allows @identity, a certificate's
     * distinguished name or a SASL user name. Asked at each login. If not, @error may say why: for the log.
     */
    bool (*authorize)(void *host, const char *id, const char *identity, GError **error);

    /**
     * clipboard_offered: @available: a viewer has another text on its clipboard, which
     * vnc_server_request_clipboard() asks for; the host's own is no longer what is last. Said again only when the
     * last one has been asked for. Not @available: it is gone.
     */
    void (*clipboard_offered)(void *host, bool available);

    /**
     * clipboard_text: the viewer's text, which the host has asked for: UTF-8 with line feeds, 1 MiB at the most;
     * valid for the call only. It comes once for each vnc_server_request_clipboard(), or not at all, if
     * clipboard_offered() says so before.
     */
    void (*clipboard_text)(void *host, const char *text);

    /**
     * clipboard_wanted: a viewer wants what vnc_server_offer_clipboard() has offered: answer by
     * vnc_server_give_clipboard(), now or later. Asked once for each offer.
     */
    void (*clipboard_wanted)(void *host);

    /**
     * power: a viewer, which may do more than look, asks for @action. Returns whether it is done: if not, the
     * viewer is told. NULL: `power-control=` has no effect.
     */
    bool (*power)(void *host, VncPowerAction action);

    /**
     * audio_start: a viewer wants to hear: from now on vnc_server_audio() takes sound for it, in @format.
     * Only if vnc_server_set_audio() has said that there is some; then required.
     * @viewer: VncViewerInfo.id
     */
    void (*audio_start)(void *host, uint64_t viewer, const VncAudioFormat *format);

    /** audio_stop: it does not any more, or is leaving. Comes once for each audio_start. */
    void (*audio_stop)(void *host, uint64_t viewer);

    /** log: one line of text without line feed, for the host's log. Default: stderr. */
    void (*log)(void *host, const char *line);

    /**
     * trace_wanted: whether trace() is to be called for @event now. Asked each time before its text is made, often: a
     * look at a table. Unlike all others, these two are called from the server's worker thread as well, at any time
     * from vnc_server_new() to the return of vnc_server_free(). They must not call the server, nor
     * wait for the main thread. Both or none.
     */
    bool (*trace_wanted)(void *host, VncTraceEvent event);

    /** trace: @event has happened. @text: one line, less than 512 bytes, valid for the call only. */
    void (*trace)(void *host, VncTraceEvent event, const char *text);
};

#ifdef __cplusplus
}
#endif

#endif
