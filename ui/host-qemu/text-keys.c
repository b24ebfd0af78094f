/*
 * Keys for QEMU's text consoles: the monitor and serial lines in a window.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * BQL; owns nothing.
 */
#include "qemu/osdep.h"
#include "host.h"

enum {
    KEYSYM_BACKSPACE = 0xff08,
    KEYSYM_TAB = 0xff09,
    KEYSYM_RETURN = 0xff0d,
    KEYSYM_ESCAPE = 0xff1b,
    KEYSYM_HOME = 0xff50, /* then Left, Up, Right, Down, Page Up, Page Down, End */
    KEYSYM_END = 0xff57,
    KEYSYM_KP_ENTER = 0xff8d,
    KEYSYM_KP_HOME = 0xff95, /* in the same order */
    KEYSYM_KP_END = 0xff9c,
    KEYSYM_KP_DELETE = 0xff9f,
    KEYSYM_KP_ASCII = 0xff80, /* plus the character, from * to 9 */
    KEYSYM_DELETE = 0xffff,
};

static int navigation_key(unsigned index, bool ctrl)
{
    static const int keys[][2] = {
        {QEMU_KEY_HOME, QEMU_KEY_CTRL_HOME},
        {QEMU_KEY_LEFT, QEMU_KEY_CTRL_LEFT},
        {QEMU_KEY_UP, QEMU_KEY_CTRL_UP},
        {QEMU_KEY_RIGHT, QEMU_KEY_CTRL_RIGHT},
        {QEMU_KEY_DOWN, QEMU_KEY_CTRL_DOWN},
        {QEMU_KEY_PAGEUP, QEMU_KEY_CTRL_PAGEUP},
        {QEMU_KEY_PAGEDOWN, QEMU_KEY_CTRL_PAGEDOWN},
        {QEMU_KEY_END, QEMU_KEY_CTRL_END},
    };

    return keys[index][ctrl];
}

static int character_key(uint32_t c, bool ctrl)
{
    if (!ctrl) {
        return c;
    }
    /* ^A, ^[, ^@ and the like; a terminal takes ^Space for ^@. */
    if (c == ' ' || (c >= '@' && c <= '~')) {
        return c & 0x1f;
    }
    return -1;
}

/* A character or QEMU_KEY_*; -1 for a key that types nothing. */
static int text_key(uint32_t keysym, bool ctrl)
{
    switch (keysym) {
    case ' ' ... '~':
        return character_key(keysym, ctrl);
    case KEYSYM_BACKSPACE:
        return QEMU_KEY_BACKSPACE;
    case KEYSYM_TAB:
        return QEMU_KEY_TAB;
    case KEYSYM_RETURN:
    case KEYSYM_KP_ENTER:
        return '\r';
    case KEYSYM_ESCAPE:
        return '\033';
    case KEYSYM_DELETE:
    case KEYSYM_KP_DELETE:
        return QEMU_KEY_DELETE;
    case KEYSYM_HOME ... KEYSYM_END:
        return navigation_key(keysym - KEYSYM_HOME, ctrl);
    case KEYSYM_KP_HOME ... KEYSYM_KP_END:
        return navigation_key(keysym - KEYSYM_KP_HOME, ctrl);
    case KEYSYM_KP_ASCII + '*' ... KEYSYM_KP_ASCII + '9':
        return keysym - KEYSYM_KP_ASCII;
    default:
        return -1;
    }
}

void vnc_host_text_key(QemuConsole *con, uint32_t keysym, bool ctrl)
{
    int key = text_key(keysym, ctrl);

    if (key >= 0) {
        vnc_compat_text_put_keysym(con, key);
    }
}
