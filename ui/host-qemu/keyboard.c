/*
 * The guest's keyboard, as the viewers of a display use it.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * BQL. Owns the state of all keys, the believed state of the lock keys, and the waiting key events.
 *
 * Between two key events key-delay-ms pass in the guest's time. Events that come earlier wait here,
 * and not in QEMU's queue: QEMU does not tell the queue's length, and drops events when it is full.
 */
#include "qemu/osdep.h"
#include "host.h"

#include "qemu/timer.h"

/* While so many events wait, no key goes down. Viewers are held back before that; a Ctrl-Alt-Del by
 * power control is not. */
#define MAX_WAITING 256

typedef struct KeyEvent {
    QemuConsole *con;
    QKeyCode key;
    bool down;
} KeyEvent;

struct VncKeyboard {
    /* immutable */
    void (*ready)(void *opaque);
    void *opaque;
    QEMUTimer *timer; /* pending while the pause after an event lasts */

    /* BQL */
    QemuConsole *con;
    unsigned delay_ms;
    DECLARE_BITMAP(down, Q_KEY_CODE__MAX); /* keys down at the viewers */
    DECLARE_BITMAP(told, Q_KEY_CODE__MAX); /* keys down as the guest was told */
    GArray *waiting;                       /* KeyEvent, oldest first */
    VncLocks locks;
};

static void pause_over(void *opaque);

VncKeyboard *vnc_keyboard_new(void (*ready)(void *opaque), void *opaque)
{
    VncKeyboard *keyboard = g_new0(VncKeyboard, 1);

    keyboard->ready = ready;
    keyboard->opaque = opaque;
    /* Like QEMU's own key timer, not recorded for replay: the user's key is, the moment of sending
     * is not. */
    keyboard->timer = timer_new_full(NULL, QEMU_CLOCK_VIRTUAL, SCALE_MS, QEMU_TIMER_ATTR_EXTERNAL,
                                     pause_over, keyboard);
    keyboard->waiting = g_array_new(FALSE, FALSE, sizeof(KeyEvent));
    return keyboard;
}

void vnc_keyboard_free(VncKeyboard *keyboard)
{
    if (keyboard) {
        timer_free(keyboard->timer);
        g_array_free(keyboard->waiting, TRUE);
        g_free(keyboard);
    }
}

bool vnc_keyboard_guest_listens(void)
{
    return runstate_is_running() || runstate_check(RUN_STATE_SUSPENDED);
}

/* The guest's time, in milliseconds. */
static int64_t now(void)
{
    return qemu_clock_get_ms(QEMU_CLOCK_VIRTUAL);
}

static void begin_pause(VncKeyboard *keyboard)
{
    timer_mod(keyboard->timer, now() + keyboard->delay_ms);
}

/* QEMU learns of the pause as well: its monitor types keys, too. */
static void send_event(VncKeyboard *keyboard, const KeyEvent *event)
{
    qemu_input_event_send_key_qcode(event->con, event->key, event->down);
    if (keyboard->delay_ms) {
        qemu_input_event_send_key_delay(keyboard->delay_ms);
        begin_pause(keyboard);
    }
}

static void pause_over(void *opaque)
{
    VncKeyboard *keyboard = opaque;

    while (keyboard->waiting->len > 0 && !timer_pending(keyboard->timer)) {
        KeyEvent event = g_array_index(keyboard->waiting, KeyEvent, 0);

        g_array_remove_index(keyboard->waiting, 0);
        send_event(keyboard, &event);
    }
    if (!vnc_keyboard_is_busy(keyboard)) {
        keyboard->ready(keyboard->opaque);
    }
}

/* A stopped machine learns of released keys when it goes on. */
static void tell(VncKeyboard *keyboard, QKeyCode key, bool down)
{
    KeyEvent event = {keyboard->con, key, down};

    if (vnc_keyboard_is_busy(keyboard) || !vnc_keyboard_guest_listens()) {
        g_array_append_val(keyboard->waiting, event);
        if (!vnc_keyboard_is_busy(keyboard)) {
            begin_pause(keyboard);
        }
    } else {
        send_event(keyboard, &event);
    }
}

static void note_lock(VncKeyboard *keyboard, QKeyCode key)
{
    if (key == Q_KEY_CODE_CAPS_LOCK || key == Q_KEY_CODE_NUM_LOCK) {
        vnc_locks_press(&keyboard->locks,
                        key == Q_KEY_CODE_CAPS_LOCK ? VNC_LOCK_KEY_CAPS : VNC_LOCK_KEY_NUM, now());
    }
}

void vnc_keyboard_event(VncKeyboard *keyboard, QKeyCode key, bool down)
{
    if (!down && !test_bit(key, keyboard->down)) {
        return;
    }
    if (down) {
        set_bit(key, keyboard->down);
    } else {
        clear_bit(key, keyboard->down);
    }
    if (down && qemu_console_is_graphic(keyboard->con) && vnc_keyboard_guest_listens() &&
        keyboard->waiting->len < MAX_WAITING) {
        set_bit(key, keyboard->told);
        note_lock(keyboard, key);
        tell(keyboard, key, true);
    } else if (!down && test_and_clear_bit(key, keyboard->told)) {
        tell(keyboard, key, false);
    }
}

bool vnc_keyboard_holds(const VncKeyboard *keyboard, QKeyCode key)
{
    return test_bit(key, keyboard->down);
}

void vnc_keyboard_lift_all(VncKeyboard *keyboard)
{
    for (int key = 0; key < Q_KEY_CODE__MAX; key++) {
        vnc_keyboard_event(keyboard, key, false);
    }
}

void vnc_keyboard_aim(VncKeyboard *keyboard, QemuConsole *con, unsigned delay_ms)
{
    if (keyboard->con != con) {
        vnc_keyboard_lift_all(keyboard);
    }
    keyboard->con = con;
    keyboard->delay_ms = delay_ms;
}

bool vnc_keyboard_is_busy(const VncKeyboard *keyboard)
{
    return timer_pending(keyboard->timer);
}

bool vnc_keyboard_has_waiting(const VncKeyboard *keyboard)
{
    return keyboard->waiting->len > 0;
}

bool vnc_keyboard_is_locked(const VncKeyboard *keyboard, VncLockKey key)
{
    return keyboard->locks.keys[key].on;
}

void vnc_keyboard_set_leds(VncKeyboard *keyboard, unsigned leds)
{
    vnc_locks_see(&keyboard->locks, VNC_LOCK_KEY_CAPS, leds & VNC_LED_CAPS, now());
    vnc_locks_see(&keyboard->locks, VNC_LOCK_KEY_NUM, leds & VNC_LED_NUM, now());
}
