/*
 * Keys of the viewers, on their way to the guest.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * BQL. Owns a display's keyboard layout and the state of its keys.
 *
 * A viewer that tells which key was hit is taken at its word. For all others the layout (-k), which is to be the
 * guest's, says which key types the symbol, and what is held with it is made so for that moment: a
 * viewer that sends a bare symbol, or whose keyboard has it elsewhere, gets that symbol.
 */
#include "qemu/osdep.h"
#include "host.h"

#include "trace/trace-ui.h"
#include "ui/vnc-keysym.h"

enum {
    KEYSYM_SPACE = 0x20,
    KEYSYM_ALT_R = 0xffea,
    KEYSYM_ISO_LEVEL3_SHIFT = 0xfe03,
    KEYSYM_MODE_SWITCH = 0xff7e,
    KEYSYM_TAB = 0xff09,
    KEYSYM_KP_HOME = 0xff95, /* first of those that a keypad sends without Num Lock */
    KEYSYM_KP_DELETE = 0xff9f,
    KEYSYM_KP_SEPARATOR = 0xffac,
    KEYSYM_KP_DECIMAL = 0xffae,
    KEYSYM_KP_0 = 0xffb0,
    KEYSYM_KP_9 = 0xffb9,
    KEYSYM_ISO_LEFT_TAB = 0xfe20,
};

/* Modifiers that are changed for one key, to be changed back. */
typedef struct Undo {
    struct {
        QKeyCode key;
        bool down; /* what it is to be again */
    } keys[4];
    unsigned count;
} Undo;

bool vnc_host_keys_init(VncHost *host, Error **errp)
{
    const char *layout = keyboard_layout ? keyboard_layout : "en-us";

    trace_vnc_key_map_init(layout);
    host->layout = vnc_layout_new(layout, errp);
    host->typed = g_hash_table_new(NULL, NULL);
    return host->layout != NULL;
}

void vnc_host_keys_clear(VncHost *host)
{
    g_clear_pointer(&host->kbd, qkbd_state_free);
    g_clear_pointer(&host->typed, g_hash_table_unref);
    g_clear_pointer(&host->layout, vnc_layout_free);
}

static void lift_all(VncHost *host)
{
    qkbd_state_lift_all_keys(host->kbd);
    g_hash_table_remove_all(host->typed);
}

void vnc_host_keys_reset(VncHost *host)
{
    if (host->kbd) {
        lift_all(host);
    }
    g_clear_pointer(&host->kbd, qkbd_state_free);
    host->kbd = qkbd_state_init(host->dcl.con);
    qkbd_state_set_delay(host->kbd, host->options->key_delay_ms);
}

static bool is_held(VncHost *host, QKbdModifier modifier)
{
    return qkbd_state_modifier_get(host->kbd, modifier);
}

/* --- which key types a symbol ------------------------------------------------------------- */

/* Names that keyboards and files have for the same key. */
static uint32_t other_name(uint32_t keysym)
{
    switch (keysym) {
    case KEYSYM_ISO_LEFT_TAB:
        return KEYSYM_TAB;
    case KEYSYM_ALT_R:
    case KEYSYM_MODE_SWITCH:
        return KEYSYM_ISO_LEVEL3_SHIFT;
    case KEYSYM_ISO_LEVEL3_SHIFT:
        return KEYSYM_ALT_R;
    default:
        return 0;
    }
}

static bool is_letter(uint32_t character)
{
    return g_unichar_tolower(character) != g_unichar_toupper(character);
}

/* Whether Shift has to be held for @key to type @character now. */
static bool wants_shift(VncHost *host, const VncLayoutKey *key, uint32_t character)
{
    return key->shift != (is_letter(character) && is_held(host, QKBD_MOD_CAPSLOCK));
}

/* The key for @keysym that needs the fewest other ones; NULL: there is none. */
static const VncLayoutKey *find_key(VncHost *host, uint32_t keysym)
{
    uint32_t character = vnc_keysym_to_unicode(keysym);
    const VncLayoutKey *keys, *best = NULL;
    int least = INT_MAX;
    unsigned count;

    keys = vnc_layout_find(host->layout, keysym, &count);
    if (!keys && other_name(keysym)) {
        keys = vnc_layout_find(host->layout, other_name(keysym), &count);
    }
    for (unsigned i = 0; i < count; i++) {
        int changes = (wants_shift(host, &keys[i], character) != is_held(host, QKBD_MOD_SHIFT)) +
                      (keys[i].altgr != is_held(host, QKBD_MOD_ALTGR));

        if (changes < least) {
            best = &keys[i];
            least = changes;
        }
    }
    return best;
}

/* A character that takes two keys: *@dead, then the one whose keysym is returned. 0: it does not. */
static uint32_t decompose(uint32_t character, uint32_t *dead)
{
    static const struct {
        uint16_t mark, alone, keysym; /* combining, by itself, and X11's dead key */
    } marks[] = {
        {0x300, '`', 0xfe50},   {0x301, 0xb4, 0xfe51},  {0x302, '^', 0xfe52},
        {0x303, '~', 0xfe53},   {0x304, 0xaf, 0xfe54},  {0x306, 0x2d8, 0xfe55},
        {0x307, 0x2d9, 0xfe56}, {0x308, 0xa8, 0xfe57},  {0x30a, 0xb0, 0xfe58},
        {0x30b, 0x2dd, 0xfe59}, {0x30c, 0x2c7, 0xfe5a}, {0x327, 0xb8, 0xfe5b},
        {0x328, 0x2db, 0xfe5c},
    };
    gunichar base = 0, mark = 0;

    if (!g_unichar_decompose(character, &base, &mark)) {
        mark = 0;
    }
    for (unsigned i = 0; i < ARRAY_SIZE(marks); i++) {
        if (mark == marks[i].mark || character == marks[i].alone) {
            *dead = marks[i].keysym;
            /* All that take a mark have keysyms that are their code points. */
            return mark ? base : KEYSYM_SPACE;
        }
    }
    return 0;
}

/* --- how it is typed ---------------------------------------------------------------------- */

static void change(VncHost *host, QKeyCode key, bool down, Undo *undo)
{
    undo->keys[undo->count].key = key;
    undo->keys[undo->count++].down = !down;
    qkbd_state_key_event(host->kbd, key, down);
}

static void change_back(VncHost *host, Undo *undo)
{
    while (undo->count > 0) {
        undo->count--;
        qkbd_state_key_event(host->kbd, undo->keys[undo->count].key, undo->keys[undo->count].down);
    }
}

/* Have Shift and AltGr held as @key needs them to type @character. */
static void hold(VncHost *host, const VncLayoutKey *key, uint32_t character, Undo *undo)
{
    static const QKeyCode shifts[] = {Q_KEY_CODE_SHIFT, Q_KEY_CODE_SHIFT_R};
    bool shift = wants_shift(host, key, character);

    if (shift && !is_held(host, QKBD_MOD_SHIFT)) {
        change(host, Q_KEY_CODE_SHIFT, true, undo);
    }
    for (unsigned i = 0; i < ARRAY_SIZE(shifts) && !shift; i++) {
        if (qkbd_state_key_get(host->kbd, shifts[i])) {
            change(host, shifts[i], false, undo);
        }
    }
    if (key->altgr != is_held(host, QKBD_MOD_ALTGR)) {
        change(host, Q_KEY_CODE_ALT_R, key->altgr, undo);
    }
}

/* Whether what is held makes a command of a symbol, so that its keys are left as they are. */
static bool is_command(VncHost *host)
{
    return is_held(host, QKBD_MOD_CTRL) || is_held(host, QKBD_MOD_ALT) ||
           qkbd_state_key_get(host->kbd, Q_KEY_CODE_META_L) ||
           qkbd_state_key_get(host->kbd, Q_KEY_CODE_META_R);
}

/* Press @key for @keysym; returns its code. */
static QKeyCode press(VncHost *host, const VncLayoutKey *key, uint32_t keysym)
{
    uint32_t character = vnc_keysym_to_unicode(keysym);
    QKeyCode code = qemu_input_key_number_to_qcode(key->number);
    Undo undo = {.count = 0};

    if (g_unichar_isgraph(character) && !is_command(host)) {
        hold(host, key, character, &undo);
    }
    qkbd_state_key_event(host->kbd, code, true);
    change_back(host, &undo);
    return code;
}

/* A dead key, down and up. */
static void tap_dead(VncHost *host, const VncLayoutKey *key)
{
    QKeyCode code = qemu_input_key_number_to_qcode(key->number);
    Undo undo = {.count = 0};

    hold(host, key, 0, &undo);
    qkbd_state_key_event(host->kbd, code, true);
    qkbd_state_key_event(host->kbd, code, false);
    change_back(host, &undo);
}

/* The symbol has been typed at the viewer; what is pressed for it is held until it is let go. */
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

    if (host->options->display || key < Q_KEY_CODE_1 || key > Q_KEY_CODE_9 ||
        !is_held(host, QKBD_MOD_CTRL) || !is_held(host, QKBD_MOD_ALT)) {
        return false;
    }
    con = vnc_compat_select_console(host->dcl.con, key - Q_KEY_CODE_1, host->kbd);
    g_hash_table_remove_all(host->typed);
    if (con != host->dcl.con) {
        vnc_host_show_console(host, con);
    }
    return true;
}

static void sync_lock(VncHost *host, QKbdModifier modifier, QKeyCode key, bool on)
{
    if (is_held(host, modifier) != on) {
        if (key == Q_KEY_CODE_NUM_LOCK) {
            trace_vnc_key_sync_numlock(on);
        } else {
            trace_vnc_key_sync_capslock(on);
        }
        qkbd_state_key_event(host->kbd, key, true);
        qkbd_state_key_event(host->kbd, key, false);
    }
}

/* The viewer's lock keys show in what its keyboard has made of the key; make the guest's alike. */
static void sync_locks(VncHost *host, uint32_t keysym)
{
    bool shift = is_held(host, QKBD_MOD_SHIFT);

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

/* The key that a viewer has named, or that the layout has for its symbol. */
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
        qkbd_state_key_event(host->kbd, key, true);
    }
}

static void key_up(VncHost *host, const VncKeyEvent *event, QKeyCode key)
{
    gpointer typed;

    /* The layout may have another key for it by now, with other ones held. */
    if (!event->keycode &&
        g_hash_table_steal_extended(host->typed, GUINT_TO_POINTER(event->keysym), NULL, &typed)) {
        key = GPOINTER_TO_UINT(typed);
    }
    if (key != Q_KEY_CODE_UNMAPPED) {
        qkbd_state_key_event(host->kbd, key, false);
    }
}

/* As QEMU's own server: a key code of the viewer's, or what was found for its symbol. */
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

void vnc_host_key(void *opaque, const VncKeyEvent *event)
{
    VncHost *host = opaque;
    bool graphic = qemu_console_is_graphic(host->dcl.con);
    QKeyCode key;

    if (host->ending || !host->kbd) {
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
        vnc_host_text_key(host->dcl.con, event->keysym, is_held(host, QKBD_MOD_CTRL));
    }
}
