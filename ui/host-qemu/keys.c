/*
 * Keys of the viewers, on their way to the guest.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * BQL. Owns a display's keyboard layout and the state of its keys.
 *
 * A viewer that tells which key was hit is taken at its word, unless -k says that its
 * keyboard is not the guest's: then, and for all other viewers, the layout says where the
 * typed symbol is.
 */
#include "qemu/osdep.h"
#include "host.h"

#include "ui/vnc_keysym.h"

enum {
    KEYSYM_TAB = 0xff09,
    KEYSYM_KP_HOME = 0xff95, /* first of those that a keypad sends without Num Lock */
    KEYSYM_KP_DELETE = 0xff9f,
    KEYSYM_KP_SEPARATOR = 0xffac,
    KEYSYM_KP_DECIMAL = 0xffae,
    KEYSYM_KP_0 = 0xffb0,
    KEYSYM_KP_9 = 0xffb9,
    KEYSYM_ISO_LEFT_TAB = 0xfe20,
    KEYSYM_UNICODE = 0x01000000, /* plus a code point */
};

bool vnc_host_keys_init(VncHost *host, Error **errp)
{
    host->layout =
        init_keyboard_layout(name2keysym, keyboard_layout ? keyboard_layout : "en-us", errp);
    return host->layout != NULL;
}

void vnc_host_keys_clear(VncHost *host)
{
    /* QEMU has no way to free a layout. */
    g_clear_pointer(&host->kbd, qkbd_state_free);
}

void vnc_host_keys_reset(VncHost *host)
{
    if (host->kbd) {
        qkbd_state_lift_all_keys(host->kbd);
    }
    vnc_host_keys_clear(host);
    host->kbd = qkbd_state_init(host->dcl.con);
    qkbd_state_set_delay(host->kbd, host->options->key_delay_ms);
}

/* The keysym that a layout lists for @keysym's key; 0: none does. */
static int layout_keysym(uint32_t keysym)
{
    if (keysym >= KEYSYM_UNICODE && keysym <= KEYSYM_UNICODE + 0xffff) {
        keysym -= KEYSYM_UNICODE;
    }
    if (keysym > 0xffff) {
        return 0;
    }
    if (keysym == KEYSYM_ISO_LEFT_TAB) {
        return KEYSYM_TAB;
    }
    return keysym <= 0x7f ? g_ascii_tolower(keysym) : keysym;
}

static QKeyCode find_key(VncHost *host, const VncKeyEvent *event)
{
    unsigned number = 0;

    if (event->keycode && !keyboard_layout) {
        number = event->keycode;
    } else {
        int keysym = layout_keysym(event->keysym);

        if (keysym) {
            number = keysym2scancode(host->layout, keysym, host->kbd, event->down);
            number &= SCANCODE_KEYMASK;
        }
    }
    return qemu_input_key_number_to_qcode(number);
}

/* Ctrl-Alt-1 to -9 choose a console. */
static bool switch_console(VncHost *host, QKeyCode key)
{
    if (host->options->display || key < Q_KEY_CODE_1 || key > Q_KEY_CODE_9 ||
        !qkbd_state_modifier_get(host->kbd, QKBD_MOD_CTRL) ||
        !qkbd_state_modifier_get(host->kbd, QKBD_MOD_ALT)) {
        return false;
    }
    /* The console left behind will not see them come up. */
    qkbd_state_lift_all_keys(host->kbd);
    vnc_compat_select_console(key - Q_KEY_CODE_1);
    return true;
}

static void sync_lock(VncHost *host, QKbdModifier modifier, QKeyCode key, bool on)
{
    if (qkbd_state_modifier_get(host->kbd, modifier) != on) {
        qkbd_state_key_event(host->kbd, key, true);
        qkbd_state_key_event(host->kbd, key, false);
    }
}

/* The viewer's lock keys show in what its keyboard has made of the key; make the guest's alike. */
static void sync_locks(VncHost *host, uint32_t keysym)
{
    bool shift = qkbd_state_modifier_get(host->kbd, QKBD_MOD_SHIFT);

    if (keysym >= 'A' && keysym <= 'Z') {
        sync_lock(host, QKBD_MOD_CAPSLOCK, Q_KEY_CODE_CAPS_LOCK, !shift);
    } else if (keysym >= 'a' && keysym <= 'z') {
        sync_lock(host, QKBD_MOD_CAPSLOCK, Q_KEY_CODE_CAPS_LOCK, shift);
    } else if ((keysym >= KEYSYM_KP_0 && keysym <= KEYSYM_KP_9) || keysym == KEYSYM_KP_DECIMAL ||
               keysym == KEYSYM_KP_SEPARATOR) {
        sync_lock(host, QKBD_MOD_NUMLOCK, Q_KEY_CODE_NUM_LOCK, true);
    } else if (keysym >= KEYSYM_KP_HOME && keysym <= KEYSYM_KP_DELETE && !shift) {
        /* With Shift it is a keypad with Num Lock that sends these. */
        sync_lock(host, QKBD_MOD_NUMLOCK, Q_KEY_CODE_NUM_LOCK, false);
    }
}

/* A lock key that repeats would toggle our idea of it with each repetition. */
static bool is_repeated_lock(VncHost *host, QKeyCode key)
{
    return (key == Q_KEY_CODE_CAPS_LOCK || key == Q_KEY_CODE_NUM_LOCK) &&
           qkbd_state_key_get(host->kbd, key);
}

void vnc_host_key(void *opaque, const VncKeyEvent *event)
{
    VncHost *host = opaque;
    bool graphic = qemu_console_is_graphic(host->dcl.con);
    QKeyCode key;

    if (host->ending || !host->kbd) {
        return;
    }
    key = find_key(host, event);
    if (event->down) {
        if (switch_console(host, key) || is_repeated_lock(host, key)) {
            return;
        }
        if (graphic && host->options->lock_key_sync && !event->leds_known) {
            sync_locks(host, event->keysym);
        }
    }
    if (key != Q_KEY_CODE_UNMAPPED) {
        qkbd_state_key_event(host->kbd, key, event->down);
    }
    if (event->down && !graphic) {
        vnc_host_text_key(host->dcl.con, event->keysym,
                          qkbd_state_modifier_get(host->kbd, QKBD_MOD_CTRL));
    }
}
