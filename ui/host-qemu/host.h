/*
 * One `-vnc` of QEMU: a VncServer, the console that it shows, and the input it takes.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * For the files of this folder; all but trace.c run under QEMU's big lock (BQL): callbacks of the
 * server from QEMU's main loop, those of a device possibly from a vCPU's thread.
 * Include after "qemu/osdep.h".
 */
#ifndef UI_HOST_QEMU_HOST_H
#define UI_HOST_QEMU_HOST_H

#include "compat.h"
#include "locks.h"
#include "qemu/queue.h"
#include "ui/clipboard.h"
#include "ui/vnc-server.h"

/**
 * VncLayoutKey: a key, and what has to be held with it.
 */
typedef struct VncLayoutKey {
    uint8_t number; /* as VncKeyEvent.keycode */
    bool shift, altgr;
} VncLayoutKey;

typedef struct VncLayout VncLayout;
typedef struct VncKeyboard VncKeyboard;
typedef struct VncCapture VncCapture;

typedef struct VncHost {
    /* immutable */
    char *id;
    VncServer *server;
    VncLayout *layout;
    VncKeyboard *keyboard;
    QEMUPutLEDEntry *leds;
    VMChangeStateEntry *vm_state;
    Notifier mouse_mode;
    Notifier exit;
    QemuClipboardPeer clipboard;
    QTAILQ_ENTRY(VncHost) next;

    /* set by vnc_host_open() */
    const VncOptions *options; /* NULL before */
    DisplayChangeListener dcl; /* its con: what `display=` names, or NULL */
    VncCompatAudio *audio;     /* what `audiodev=` names; NULL: the default one */
    GHashTable *typed;         /* keysym that is held -> QKeyCode that was pressed for it */

    /* BQL */
    uint64_t interval;                 /* milliseconds between two dpy_refresh */
    int width, height;                 /* of the surface shown */
    unsigned buttons;                  /* VncButtons held in the guest */
    VncCursor *cursor;                 /* the device's, or NULL */
    bool hidden;                       /* the device does not show it */
    QemuClipboardInfo *clipboard_info; /* what QEMU has last announced; or NULL */
    QLIST_HEAD(, VncCapture) captures; /* one for each viewer that listens */
    bool ending;                       /* QEMU exits: devices and monitors are no longer told */
} VncHost;

/* list.c: @host is there from now on, the last one; it no longer is. */
void vnc_host_list(VncHost *host);
void vnc_host_unlist(VncHost *host);
/* The display with this @id; NULL: the first one. Returns NULL if there is none. */
VncHost *vnc_host_find(const char *id);
/* The one after @host, or the first one if NULL; NULL at the end. */
VncHost *vnc_host_next(const VncHost *host);

/* display.c: open @host, for the first time or again; on success it keeps a reference to @options.
 * @announce: print the address. On failure all is as before. */
bool vnc_host_open(VncHost *host, const VncOptions *options, bool announce, Error **errp);

/* options.c: what -vnc says of display @id. NULL on failure. */
VncOptions *vnc_host_read_options(const char *id, bool *announce, Error **errp);
/* A -vnc without an id gets "default", "vnc2" and so on. */
void vnc_host_name_options(QemuOpts *opts);

/* screen.c: show @con and point at it from now on; keys are for the caller to turn there. Then stop
 * that. */
void vnc_host_show_console(VncHost *host, QemuConsole *con);
void vnc_host_screen_detach(VncHost *host);
/* Have the device draw now: while nobody watches nobody asks it to, so that even the screen's
 * size may be out of date when a viewer comes. */
void vnc_host_screen_poll(VncHost *host);
void vnc_host_set_refresh_interval(void *host, unsigned ms);
bool vnc_host_resize(void *host, int width, int height);

/* keys.c. vnc_host_keys_lift() lets go of what is held; vnc_host_keys_reset() does, and aims at
 * dcl.con. */
bool vnc_host_keys_init(VncHost *host, Error **errp);
void vnc_host_keys_lift(VncHost *host);
void vnc_host_keys_reset(VncHost *host);
void vnc_host_keys_clear(VncHost *host);
void vnc_host_key(void *host, const VncKeyEvent *event);
bool vnc_host_takes_input(void *host, bool key);

/* keyboard.c: whether the machine takes keys, or is stopped. */
bool vnc_keyboard_guest_listens(void);
/* The guest's keyboard. @ready: called when it is no longer busy. */
VncKeyboard *vnc_keyboard_new(void (*ready)(void *opaque), void *opaque);
void vnc_keyboard_free(VncKeyboard *keyboard); /* accepts NULL */
/* Type at @con from now on; what is held at another one is lifted there. */
void vnc_keyboard_aim(VncKeyboard *keyboard, QemuConsole *con, unsigned delay_ms);
/* A key goes down, again if it is down, or comes up. */
void vnc_keyboard_event(VncKeyboard *keyboard, QKeyCode key, bool down);
bool vnc_keyboard_holds(const VncKeyboard *keyboard, QKeyCode key);
void vnc_keyboard_lift_all(VncKeyboard *keyboard);
/* Whether the next event would have to wait; whether some do. */
bool vnc_keyboard_is_busy(const VncKeyboard *keyboard);
bool vnc_keyboard_has_waiting(const VncKeyboard *keyboard);
/* Whether a lock key is on, as far as is known. @leds: as the guest shows them now, VncLeds. */
bool vnc_keyboard_is_locked(const VncKeyboard *keyboard, VncLockKey key);
void vnc_keyboard_set_leds(VncKeyboard *keyboard, unsigned leds);

/* layout.c: the layout that -k calls @language; NULL on failure. */
VncLayout *vnc_layout_new(const char *language, Error **errp);
void vnc_layout_free(VncLayout *layout); /* accepts NULL */
/* The keys that type @keysym, *@count of them; NULL: none does. */
const VncLayoutKey *vnc_layout_find(const VncLayout *layout, uint32_t keysym, unsigned *count);
/* Whether key @number types something with AltGr. */
bool vnc_layout_uses_altgr(const VncLayout *layout, uint8_t number);

/* text-keys.c: a key press at a text console. @keysym: X11's. */
void vnc_host_text_key(QemuConsole *con, uint32_t keysym, bool ctrl);

/* pointer.c. vnc_host_pointer_reset() asks dcl.con which kind of pointer it wants. */
void vnc_host_pointer_init(VncHost *host);
void vnc_host_pointer_clear(VncHost *host);
void vnc_host_pointer_reset(VncHost *host);
void vnc_host_pointer_absolute(void *host, int x, int y, unsigned buttons);
void vnc_host_pointer_relative(void *host, int dx, int dy, unsigned buttons);

/* clipboard.c: as VncHostOps says */
void vnc_host_clipboard_init(VncHost *host);
void vnc_host_clipboard_clear(VncHost *host);
void vnc_host_clipboard_offered(void *host, bool available);
void vnc_host_clipboard_text(void *host, const char *text);
void vnc_host_clipboard_wanted(void *host);

/* audio.c, power.c: as VncHostOps says */
void vnc_host_audio_start(void *host, uint64_t viewer, const VncAudioFormat *format);
void vnc_host_audio_stop(void *host, uint64_t viewer);
bool vnc_host_power(void *host, VncPowerAction action);

/* objects.c: as VncHostOps says */
char *vnc_host_secret(void *host, const char *id, GError **error);
bool vnc_host_tls_object(void *host, const char *id, VncTlsObject *object, GError **error);
bool vnc_host_authorize(void *host, const char *id, const char *identity, GError **error);

/* trace.c: as VncHostOps says */
bool vnc_host_trace_wanted(void *host, VncTraceEvent event);
void vnc_host_trace(void *host, VncTraceEvent event, const char *text);

/* query.c: VNC_CONNECTED and so on. */
void vnc_host_tell_monitors(VncHost *host, VncViewerEvent event, const VncViewerInfo *viewer);

#endif
