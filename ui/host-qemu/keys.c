/*
 * Keys of the viewers, on their way to the guest.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * BQL. Owns a display's keyboard layout, and a table of the key pressed for each held symbol.
 *
 * If a viewer sends a key code, that key is pressed. For all other viewers the layout (-k), which
 * should be the guest's, gives the key that types the symbol. Modifiers that this key needs are
 * held, and others released, for that moment. So the guest gets the symbol even if the viewer sends
 * no modifiers, or its keyboard types the symbol in another way. But a key named by its plain
 * symbol is pressed with whatever modifiers the viewer holds.
 */
#include "qemu/osdep.h"
#include "host.h"

#include "trace/trace-ui.h"
#include "ui/vnc-keysym.h"

#include <xkbcommon/xkbcommon-keysyms.h>

/* Modifiers changed for one key, to be changed back. */
typedef struct Undo {
    struct {
        QKeyCode key;
        bool down; /* the state to restore */
    } keys[4];
    unsigned count;
} Undo;

/* All displays share QEMU's one key queue. Each display has its turn, this one last. */
static void keyboard_ready(void *opaque)
{
    VncHost *host = opaque;

    do {
        host = vnc_host_next(host);
        if (host) {
            vnc_server_input_ready(host->server);
        }
    } while (host != opaque);
}

bool vnc_host_keys_init(VncHost *host, Error **errp)
{
    const char *layout = keyboard_layout ? keyboard_layout : "en-us";

    trace_vnc_key_map_init(layout);
    host->layout = vnc_layout_new(layout, errp);
    if (!host->layout) {
        return false;
    }
    host->keyboard = vnc_keyboard_new(keyboard_ready, host);
    host->typed = g_hash_table_new(NULL, NULL);
    return true;
}

void vnc_host_keys_clear(VncHost *host)
{
    g_clear_pointer(&host->keyboard, vnc_keyboard_free);
    g_clear_pointer(&host->typed, g_hash_table_unref);
    g_clear_pointer(&host->layout, vnc_layout_free);
}

void vnc_host_keys_lift(VncHost *host)
{
    vnc_keyboard_lift_all(host->keyboard);
    g_hash_table_remove_all(host->typed);
}

void vnc_host_keys_reset(VncHost *host)
{
    vnc_host_keys_lift(host);
    vnc_keyboard_aim(host->keyboard, host->dcl.con, host->options->key_delay_ms);
}

static bool is_held(VncHost *host, QKeyCode key)
{
    return vnc_keyboard_holds(host->keyboard, key);
}

static bool has_shift(VncHost *host)
{
    return is_held(host, Q_KEY_CODE_SHIFT) || is_held(host, Q_KEY_CODE_SHIFT_R);
}

static bool has_ctrl(VncHost *host)
{
    return is_held(host, Q_KEY_CODE_CTRL) || is_held(host, Q_KEY_CODE_CTRL_R);
}

static bool has_altgr(VncHost *host)
{
    return is_held(host, Q_KEY_CODE_ALT_R);
}

/* Whether a held modifier turns symbols into commands, so that the other modifiers stay as they
 * are. */
static bool is_command(VncHost *host)
{
    return has_ctrl(host) || is_held(host, Q_KEY_CODE_ALT) || is_held(host, Q_KEY_CODE_META_L) ||
           is_held(host, Q_KEY_CODE_META_R);
}

/* --- which key types a symbol ------------------------------------------------------------- */

/* The other name of @keysym: keyboards and keymap files may name the same key differently; 0:
 * none. */
static uint32_t other_name(uint32_t keysym)
{
    switch (keysym) {
    case XKB_KEY_ISO_Left_Tab:
        return XKB_KEY_Tab;
    case XKB_KEY_Alt_R:
    case XKB_KEY_Mode_switch:
        return XKB_KEY_ISO_Level3_Shift;
    case XKB_KEY_ISO_Level3_Shift:
        return XKB_KEY_Alt_R;
    default:
        return 0;
    }
}

static bool is_letter(uint32_t character)
{
    return g_unichar_tolower(character) != g_unichar_toupper(character);
}

/* Whether Shift has to be held for @key to type @character, with Caps Lock as it is. */
static bool wants_shift(VncHost *host, const VncLayoutKey *key, uint32_t character)
{
    return key->shift !=
           (is_letter(character) && vnc_keyboard_is_locked(host->keyboard, VNC_LOCK_KEY_CAPS));
}

/* The 102nd key, beside the left Shift: keyboards with a US layout lack it. */
static bool is_102nd(const VncLayoutKey *key)
{
    return key->number == 0x56;
}

/* Whether one of @keys is on every keyboard, and the same in every guest's version of the layout:
 * those versions differ on AltGr. */
static bool have_common(const VncLayoutKey *keys, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        if (!is_102nd(&keys[i]) && !keys[i].altgr) {
            return true;
        }
    }
    return false;
}

/* The key for @keysym that needs the fewest modifiers; NULL: none types it. */
static const VncLayoutKey *find_key(VncHost *host, uint32_t keysym)
{
    uint32_t character = vnc_keysym_to_unicode(keysym);
    const VncLayoutKey *keys, *best = NULL;
    int least = INT_MAX;
    unsigned count;
    bool common;

    keys = vnc_layout_find(host->layout, keysym, &count);
    if (!keys && other_name(keysym)) {
        keys = vnc_layout_find(host->layout, other_name(keysym), &count);
    }
    common = have_common(keys, count);
    for (unsigned i = 0; i < count; i++) {
        int changes = (wants_shift(host, &keys[i], character) != has_shift(host)) +
                      (keys[i].altgr != has_altgr(host));

        if (changes < least && !(common && is_102nd(&keys[i]))) {
            best = &keys[i];
            least = changes;
        }
    }
    return best;
}

/* The two keys that type a character: *@dead, then the returned keysym. 0: two keys do not type
 * it. */
static uint32_t decompose(uint32_t character, uint32_t *dead)
{
    static const struct {
        uint16_t mark, alone, keysym; /* combining mark, mark by itself, X11's dead key */
    } marks[] = {
        {0x300, '`', XKB_KEY_dead_grave},      {0x301, 0xb4, XKB_KEY_dead_acute},
        {0x302, '^', XKB_KEY_dead_circumflex}, {0x303, '~', XKB_KEY_dead_tilde},
        {0x304, 0xaf, XKB_KEY_dead_macron},    {0x306, 0x2d8, XKB_KEY_dead_breve},
        {0x307, 0x2d9, XKB_KEY_dead_abovedot}, {0x308, 0xa8, XKB_KEY_dead_diaeresis},
        {0x30a, 0xb0, XKB_KEY_dead_abovering}, {0x30b, 0x2dd, XKB_KEY_dead_doubleacute},
        {0x30c, 0x2c7, XKB_KEY_dead_caron},    {0x327, 0xb8, XKB_KEY_dead_cedilla},
        {0x328, 0x2db, XKB_KEY_dead_ogonek},
    };
    gunichar base = 0, mark = 0;

    if (!g_unichar_decompose(character, &base, &mark)) {
        mark = 0;
    }
    for (unsigned i = 0; i < ARRAY_SIZE(marks); i++) {
        if (mark == marks[i].mark || character == marks[i].alone) {
            *dead = marks[i].keysym;
            /* All letters that take a mark have their code points as keysyms. */
            return mark ? base : XKB_KEY_space;
        }
    }
    return 0;
}

/* --- how a symbol is typed ---------------------------------------------------------------- */

static void change(VncHost *host, QKeyCode key, bool down, Undo *undo)
{
    undo->keys[undo->count].key = key;
    undo->keys[undo->count++].down = !down;
    vnc_keyboard_event(host->keyboard, key, down);
}

static void change_back(VncHost *host, Undo *undo)
{
    while (undo->count > 0) {
        undo->count--;
        vnc_keyboard_event(host->keyboard, undo->keys[undo->count].key,
                           undo->keys[undo->count].down);
    }
}

/* Hold or release Shift and AltGr as @key needs them to type @character. */
static void hold(VncHost *host, const VncLayoutKey *key, uint32_t character, Undo *undo)
{
    static const QKeyCode shifts[] = {Q_KEY_CODE_SHIFT, Q_KEY_CODE_SHIFT_R};
    bool shift = wants_shift(host, key, character);

    if (shift && !has_shift(host)) {
        change(host, Q_KEY_CODE_SHIFT, true, undo);
    }
    for (unsigned i = 0; i < ARRAY_SIZE(shifts) && !shift; i++) {
        if (is_held(host, shifts[i])) {
            change(host, shifts[i], false, undo);
        }
    }
    if (key->altgr != has_altgr(host)) {
        change(host, Q_KEY_CODE_ALT_R, key->altgr, undo);
    }
}

/* Whether the viewer names @key by its plain symbol while it holds Shift or AltGr, as in "Shift and
 * 2". With AltGr this counts only if @key has an AltGr symbol; otherwise AltGr is how the viewer's
 * own keyboard makes the symbol. */
static bool is_named(VncHost *host, const VncLayoutKey *key)
{
    return !key->shift && !key->altgr &&
           (has_shift(host) ||
            (has_altgr(host) && vnc_layout_uses_altgr(host->layout, key->number)));
}

/* Press @key for @keysym; returns the key's code. */
static QKeyCode press(VncHost *host, const VncLayoutKey *key, uint32_t keysym)
{
    uint32_t character = vnc_keysym_to_unicode(keysym);
    QKeyCode code = qemu_input_key_number_to_qcode(key->number);
    Undo undo = {.count = 0};

    if (g_unichar_isgraph(character) && !is_command(host) && !is_named(host, key)) {
        hold(host, key, character, &undo);
    }
    vnc_keyboard_event(host->keyboard, code, true);
    change_back(host, &undo);
    return code;
}

/* Press and release a dead key. */
static void tap_dead(VncHost *host, const VncLayoutKey *key)
{
    QKeyCode code = qemu_input_key_number_to_qcode(key->number);
    Undo undo = {.count = 0};

    hold(host, key, 0, &undo);
    vnc_keyboard_event(host->keyboard, code, true);
    vnc_keyboard_event(host->keyboard, code, false);
    change_back(host, &undo);
}

/* The viewer has pressed the symbol's key. The key pressed for it here stays down until the
 * viewer's is released. */
static void type_symbol(VncHost *host, uint32_t keysym)
{
    const VncLayoutKey *key = find_key(host, keysym), *dead = NULL;
    uint32_t mark = 0, base = 0, symbol = keysym;

    if (!key) {
        base = decompose(vnc_keysym_to_unicode(keysym), &mark);
        dead = base ? find_key(host, mark) : NULL;
        key = dead ? find_key(host, base) : NULL;
    }
    if (key && dead) {
        tap_dead(host, dead);
        symbol = base;
    }
    if (key) {
        QKeyCode code = press(host, key, symbol);

        g_hash_table_insert(host->typed, GUINT_TO_POINTER(keysym), GUINT_TO_POINTER(code));
    }
}

/* Ctrl-Alt-1 to -9 choose a console. */
static bool switch_console(VncHost *host, QKeyCode key)
{
    QemuConsole *con;

    if (host->options->display || key < Q_KEY_CODE_1 || key > Q_KEY_CODE_9 || !has_ctrl(host) ||
        !is_held(host, Q_KEY_CODE_ALT)) {
        return false;
    }
    vnc_host_keys_lift(host);
    con = vnc_compat_select_console(host->dcl.con, key - Q_KEY_CODE_1);
    vnc_keyboard_aim(host->keyboard, con, host->options->key_delay_ms);
    if (con != host->dcl.con) {
        vnc_host_show_console(host, con);
    }
    return true;
}

static void sync_lock(VncHost *host, VncLockKey lock, bool on)
{
    QKeyCode key = lock == VNC_LOCK_KEY_NUM ? Q_KEY_CODE_NUM_LOCK : Q_KEY_CODE_CAPS_LOCK;

    if (vnc_keyboard_is_locked(host->keyboard, lock) != on) {
        if (lock == VNC_LOCK_KEY_NUM) {
            trace_vnc_key_sync_numlock(on);
        } else {
            trace_vnc_key_sync_capslock(on);
        }
        vnc_keyboard_event(host->keyboard, key, true);
        vnc_keyboard_event(host->keyboard, key, false);
    }
}

static bool is_latin(uint32_t keysym)
{
    return (keysym >= 'A' && keysym <= 'Z') || (keysym >= 'a' && keysym <= 'z');
}

/* The keysym shows the state of the viewer's lock keys; set the guest's lock keys alike. But not by
 * the letter of a shortcut: many viewers send Ctrl-Shift-T with a small letter. */
static void sync_locks(VncHost *host, uint32_t keysym)
{
    bool shift = has_shift(host);

    if (is_latin(keysym)) {
        if (!is_command(host) && !has_altgr(host)) {
            sync_lock(host, VNC_LOCK_KEY_CAPS, g_ascii_isupper(keysym) != shift);
        }
    } else if ((keysym >= XKB_KEY_KP_0 && keysym <= XKB_KEY_KP_9) || keysym == XKB_KEY_KP_Decimal ||
               keysym == XKB_KEY_KP_Separator) {
        sync_lock(host, VNC_LOCK_KEY_NUM, true);
    } else if (keysym >= XKB_KEY_KP_Home && keysym <= XKB_KEY_KP_Delete && !shift) {
        /* With Shift held, a keypad with Num Lock on sends these keysyms, too. */
        sync_lock(host, VNC_LOCK_KEY_NUM, false);
    }
}

/* A repeated lock key would toggle the believed state with each repetition. */
static bool is_repeated_lock(VncHost *host, QKeyCode key)
{
    return (key == Q_KEY_CODE_CAPS_LOCK || key == Q_KEY_CODE_NUM_LOCK) && is_held(host, key);
}

/* The key that the viewer's key code names, or that types the symbol in the layout. */
static QKeyCode name_key(VncHost *host, const VncKeyEvent *event)
{
    const VncLayoutKey *key;

    if (event->keycode) {
        return qemu_input_key_number_to_qcode(event->keycode);
    }
    key = find_key(host, event->keysym);
    return key ? qemu_input_key_number_to_qcode(key->number) : Q_KEY_CODE_UNMAPPED;
}

static void key_down(VncHost *host, const VncKeyEvent *event, QKeyCode key)
{
    if (!event->keycode) {
        type_symbol(host, event->keysym);
    } else if (key != Q_KEY_CODE_UNMAPPED) {
        vnc_keyboard_event(host->keyboard, key, true);
    }
}

static void key_up(VncHost *host, const VncKeyEvent *event, QKeyCode key)
{
    gpointer typed;

    /* By now the layout may find another key for the symbol, as other modifiers are held. */
    if (!event->keycode &&
        g_hash_table_steal_extended(host->typed, GUINT_TO_POINTER(event->keysym), NULL, &typed)) {
        key = GPOINTER_TO_UINT(typed);
    }
    if (key != Q_KEY_CODE_UNMAPPED) {
        vnc_keyboard_event(host->keyboard, key, false);
    }
}

/* Trace as QEMU's own server does: the viewer's key code, or the key found for the symbol. */
static void trace_key(const VncKeyEvent *event, QKeyCode key)
{
    unsigned number =
        key < qemu_input_map_qcode_to_qnum_len ? qemu_input_map_qcode_to_qnum[key] : 0;

    if (event->keycode) {
        trace_vnc_key_event_ext(event->down, event->keysym, event->keycode, QKeyCode_str(key));
    } else {
        trace_vnc_key_event_map(event->down, event->keysym, number, QKeyCode_str(key));
    }
}

/* A stopped machine has no time to wait for: its keys go nowhere, or to the monitor. Pointer events
 * wait only for keys that the guest has not yet received: one may be the Shift that belongs to a
 * symbol. */
bool vnc_host_takes_input(void *opaque, bool key)
{
    if (!vnc_keyboard_guest_listens()) {
        return true;
    }
    for (VncHost *host = vnc_host_next(NULL); host; host = vnc_host_next(host)) {
        if (key ? vnc_keyboard_is_busy(host->keyboard) : vnc_keyboard_has_waiting(host->keyboard)) {
            return false;
        }
    }
    return true;
}

void vnc_host_key(void *opaque, const VncKeyEvent *event)
{
    VncHost *host = opaque;
    bool graphic = qemu_console_is_graphic(host->dcl.con);
    QKeyCode key;

    if (host->ending) {
        return;
    }
    key = name_key(host, event);
    trace_key(event, key);
    if (!event->down) {
        key_up(host, event, key);
        return;
    }
    if (switch_console(host, key) || is_repeated_lock(host, key)) {
        return;
    }
    if (graphic && host->options->lock_key_sync && !event->leds_known) {
        sync_locks(host, event->keysym);
    }
    key_down(host, event, key);
    if (!graphic) {
        vnc_host_text_key(host->dcl.con, event->keysym, has_ctrl(host));
    }
}
