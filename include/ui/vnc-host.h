/*
 * What the server asks of its host: callbacks.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The server calls all of them except trace() and trace_wanted() on the main thread, from the main
 * loop or from within a function of vnc-server.h. These callbacks, and a surface's `release`, may
 * call any function of vnc-server.h and vnc-info.h except vnc_server_free(), as long as the calls
 * end. A vnc_server_refresh() within another one is done later, from the main loop.
 *
 * Within vnc_server_free() these callbacks still tell of viewers that leave. What they call then is
 * harmless and has no effect: no viewer is let in, no surface is taken, and nothing is opened.
 *
 * A callback is optional (NULL) unless its comment says otherwise.
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
    uint32_t keycode; /* QEMU's extended key event: XT scan code set 1, with 0x80 set instead of an
                       * 0xe0 prefix, so at most 255; 0 if the viewer sent none */
    bool leds_known;  /* the viewer is told the LED state, so it needs no lock-key sync */
} VncKeyEvent;

typedef enum VncViewerEvent {
    VNC_VIEWER_CONNECTED,    /* accepted; nothing said yet */
    VNC_VIEWER_INITIALIZED,  /* past ClientInit */
    VNC_VIEWER_DISCONNECTED, /* gone; its keys and buttons have been released */
} VncViewerEvent;

/**
 * VncTlsObject: what a tls-creds object of the host says. The caller owns the strings.
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
    /**
     * key: required. A held key is released when its viewer leaves, whatever takes_input() returns.
     */
    void (*key)(void *host, const VncKeyEvent *event);

    /**
     * takes_input: whether the host takes a key now (@key) or a pointer event (not @key). If not,
     * the server keeps the event, and all further ones of this viewer, until the host calls
     * vnc_server_input_ready(). A viewer whose connection ends meanwhile stays until the host has
     * taken all its events. NULL: the host always takes input.
     */
    bool (*takes_input)(void *host, bool key);

    /**
     * pointer_absolute: required. The pointer is at pixel @x, @y of the surface, and
     * @buttons (VncButtons) are held. 0 <= x < surface width, 0 <= y < surface height.
     * A wheel step arrives as its button pressed, then released.
     */
    void (*pointer_absolute)(void *host, int x, int y, unsigned buttons);

    /** pointer_relative: required. The same for a mouse that has moved by @dx, @dy. */
    void (*pointer_relative)(void *host, int dx, int dy, unsigned buttons);

    /**
     * set_refresh_interval: required. The host shall call vnc_server_refresh() every
     * @ms milliseconds; 0: nobody watches, and no refresh is needed until the next call.
     */
    void (*set_refresh_interval)(void *host, unsigned ms);

    /**
     * resize: a viewer asks for a desktop of @width x @height pixels, 1 to VNC_MAX_SIDE a side.
     * Returns whether that may happen: by vnc_server_set_surface() during the call or later, or not
     * at all in the end, if a guest decides. NULL: such requests are refused.
     */
    bool (*resize)(void *host, int width, int height);

    /** viewer: a viewer came or went. @info is valid for the call only. */
    void (*viewer)(void *host, VncViewerEvent event, const VncViewerInfo *info);

    /** secret: the text of the host's secret object @id, to be freed; NULL with @error. */
    char *(*secret)(void *host, const char *id, GError **error);

    /**
     * tls_object: fill @object, which is zeroed, with what the host's tls-creds object @id says.
     * The server clears @object by vnc_tls_object_clear(), also after a failure. Returns false with
     * @error.
     */
    bool (*tls_object)(void *host, const char *id, VncTlsObject *object, GError **error);

    /**
     * authorize: whether the host's authorization object @id allows @identity, a certificate's
     * distinguished name or a SASL user name. Called at each login. If not, @error may say why, for
     * the log.
     */
    bool (*authorize)(void *host, const char *id, const char *identity, GError **error);

    /**
     * clipboard_offered: @available: a viewer has a new text on its clipboard, newer than the
     * host's. vnc_server_request_clipboard() asks for it. The callback is not repeated before the
     * host has asked. Not @available: the text is gone.
     */
    void (*clipboard_offered)(void *host, bool available);

    /**
     * clipboard_text: the viewer's text, which the host has asked for: UTF-8 with line feeds, at
     * most 1 MiB, valid for the call only. Called once for each vnc_server_request_clipboard(), or
     * not at all if clipboard_offered() takes the text back before.
     */
    void (*clipboard_text)(void *host, const char *text);

    /**
     * clipboard_wanted: a viewer wants the text that vnc_server_offer_clipboard() has offered.
     * Answer by vnc_server_give_clipboard(), now or later. Called once for each offer.
     */
    void (*clipboard_wanted)(void *host);

    /**
     * power: a viewer that is not view-only asks for @action. Returns whether it is done; if not,
     * the viewer is told so. NULL: `power-control=` has no effect.
     */
    bool (*power)(void *host, VncPowerAction action);

    /**
     * audio_start: a viewer wants to hear. From now on vnc_server_audio() takes sound for it, in
     * @format. Required if the host calls vnc_server_set_audio(); not called otherwise.
     * @viewer: VncViewerInfo.id
     */
    void (*audio_start)(void *host, uint64_t viewer, const VncAudioFormat *format);

    /** audio_stop: the viewer no longer wants to hear, or leaves. Once for each audio_start. */
    void (*audio_stop)(void *host, uint64_t viewer);

    /** log: one line of text without a line feed, for the host's log. NULL: stderr. */
    void (*log)(void *host, const char *line);

    /**
     * trace_wanted: whether the server shall call trace() for @event now. The server asks each time
     * before it makes the text, so often that a look at a table is all that this should do. Unlike
     * all others, these two callbacks are called on the worker thread, too, at any time from
     * vnc_server_new() to the return of vnc_server_free(). They must not call the server, nor wait
     * for the main thread. Both or none.
     */
    bool (*trace_wanted)(void *host, VncTraceEvent event);

    /** trace: @event has happened. @text is one line of less than 512 bytes, for the call only. */
    void (*trace)(void *host, VncTraceEvent event, const char *text);
};

#ifdef __cplusplus
}
#endif

#endif
