/*
 * One `-vnc` of QEMU: a VncServer, the console that it shows, and the input it takes.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * For the files of this folder. All but trace.c run under QEMU's big lock (BQL). QEMU's main loop
 * runs the server's callbacks; a vCPU's thread may run those of a device.
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
 * VncLayoutKey: a key, and the modifiers to hold with it.
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
    DisplayChangeListener dcl; /* dcl.con: the console that `display=` names, or NULL */
    VncCompatAudio *audio;     /* the backend that `audiodev=` names; NULL: the default one */
    GHashTable *typed;         /* held keysym -> QKeyCode that was pressed for it */

    /* BQL */
    uint64_t interval;                 /* ms from one dpy_refresh to the next */
    int width, height;                 /* of the surface shown */
    unsigned buttons;                  /* VncButtons held in the guest */
    VncCursor *cursor;                 /* the device's, or NULL */
    bool hidden;                       /* the device does not show its cursor */
    QemuClipboardInfo *clipboard_info; /* what QEMU has last announced; or NULL */
    QLIST_HEAD(, VncCapture) captures; /* one for each viewer that listens */
    bool ending;                       /* QEMU exits: devices and monitors are no longer told */
} VncHost;

/* list.c: append @host to the list of displays; remove it. */
void vnc_host_list(VncHost *host);
void vnc_host_unlist(VncHost *host);
/* The display with this @id; @id NULL: the first one. Returns NULL if there is none. */
VncHost *vnc_host_find(const char *id);
/* The display after @host; @host NULL: the first one. Returns NULL at the end. */
VncHost *vnc_host_next(const VncHost *host);

/* display.c: open @host, for the first time or again; on success it keeps a reference to @options.
 * @announce: print the address. On failure nothing changes. */
bool vnc_host_open(VncHost *host, const VncOptions *options, bool announce, Error **errp);

/* options.c: the -vnc options of display @id. NULL on failure. */
VncOptions *vnc_host_read_options(const char *id, bool *announce, Error **errp);
/* A -vnc without an id gets "default", "vnc2" and so on. */
void vnc_host_name_options(QemuOpts *opts);

/* screen.c. Show: from now on show @con, and send it pointer events; the caller directs keys.
 * Detach: stop this. */
void vnc_host_show_console(VncHost *host, QemuConsole *con);
void vnc_host_screen_detach(VncHost *host);
/* Have the device draw now. While no viewer watches the device is not asked to draw, so that even
 * the screen's size may be out of date when a viewer connects. */
void vnc_host_screen_poll(VncHost *host);
void vnc_host_set_refresh_interval(void *host, unsigned ms);
bool vnc_host_resize(void *host, int width, int height);

/* keys.c. vnc_host_keys_lift() releases all held keys. vnc_host_keys_reset() does, too, and then
 * directs keys to dcl.con. */
bool vnc_host_keys_init(VncHost *host, Error **errp);
void vnc_host_keys_lift(VncHost *host);
void vnc_host_keys_reset(VncHost *host);
void vnc_host_keys_clear(VncHost *host);
void vnc_host_key(void *host, const VncKeyEvent *event);
bool vnc_host_takes_input(void *host, bool key);

/* keyboard.c: whether the machine takes keys; a stopped one does not. */
bool vnc_keyboard_guest_listens(void);
/* The guest's keyboard. @ready: called when it is no longer busy. */
VncKeyboard *vnc_keyboard_new(void (*ready)(void *opaque), void *opaque);
void vnc_keyboard_free(VncKeyboard *keyboard); /* accepts NULL */
/* Send keys to @con from now on. Keys held at another console are released there. */
void vnc_keyboard_aim(VncKeyboard *keyboard, QemuConsole *con, unsigned delay_ms);
/* A key goes down, or repeats if it is down already, or comes up. */
void vnc_keyboard_event(VncKeyboard *keyboard, QKeyCode key, bool down);
bool vnc_keyboard_holds(const VncKeyboard *keyboard, QKeyCode key);
void vnc_keyboard_lift_all(VncKeyboard *keyboard);
/* Busy: the next event would have to wait. Waiting: some events wait. */
bool vnc_keyboard_is_busy(const VncKeyboard *keyboard);
bool vnc_keyboard_has_waiting(const VncKeyboard *keyboard);
/* Whether a lock key is on, as far as is known. @leds: VncLeds that the guest shows now. */
bool vnc_keyboard_is_locked(const VncKeyboard *keyboard, VncLockKey key);
void vnc_keyboard_set_leds(VncKeyboard *keyboard, unsigned leds);

/* layout.c: the layout that -k calls @language; NULL on failure. */
VncLayout *vnc_layout_new(const char *language, Error **errp);
void vnc_layout_free(VncLayout *layout); /* accepts NULL */
/* The *@count keys that type @keysym; NULL: no key does. */
const VncLayoutKey *vnc_layout_find(const VncLayout *layout, uint32_t keysym, unsigned *count);
/* Whether key @number types a symbol with AltGr. */
bool vnc_layout_uses_altgr(const VncLayout *layout, uint8_t number);

/* text-keys.c: press a key at a text console. @keysym: X11's. */
void vnc_host_text_key(QemuConsole *con, uint32_t keysym, bool ctrl);

/* pointer.c. vnc_host_pointer_reset() asks dcl.con for its kind of pointer. */
void vnc_host_pointer_init(VncHost *host);
void vnc_host_pointer_clear(VncHost *host);
void vnc_host_pointer_reset(VncHost *host);
void vnc_host_pointer_absolute(void *host, int x, int y, unsigned buttons);
void vnc_host_pointer_relative(void *host, int dx, int dy, unsigned buttons);

/* clipboard.c: see VncHostOps. */
void vnc_host_clipboard_init(VncHost *host);
void vnc_host_clipboard_clear(VncHost *host);
void vnc_host_clipboard_offered(void *host, bool available);
void vnc_host_clipboard_text(void *host, const char *text);
void vnc_host_clipboard_wanted(void *host);

/* audio.c, power.c: see VncHostOps. */
void vnc_host_audio_start(void *host, uint64_t viewer, const VncAudioFormat *format);
void vnc_host_audio_stop(void *host, uint64_t viewer);
bool vnc_host_power(void *host, VncPowerAction action);

/* objects.c: see VncHostOps. */
char *vnc_host_secret(void *host, const char *id, GError **error);
bool vnc_host_tls_object(void *host, const char *id, VncTlsObject *object, GError **error);
bool vnc_host_authorize(void *host, const char *id, const char *identity, GError **error);

/* trace.c: see VncHostOps. */
bool vnc_host_trace_wanted(void *host, VncTraceEvent event);
void vnc_host_trace(void *host, VncTraceEvent event, const char *text);

/* query.c: send the monitors VNC_CONNECTED and the like. */
void vnc_host_tell_monitors(VncHost *host, VncViewerEvent event, const VncViewerInfo *viewer);

#endif
