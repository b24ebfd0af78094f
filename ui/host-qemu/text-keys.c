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

#include <xkbcommon/xkbcommon-keysyms.h>

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
    /* Control characters: ^A, ^[, ^@ and the like; a terminal takes ^Space for ^@. */
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
    case XKB_KEY_BackSpace:
        return QEMU_KEY_BACKSPACE;
    case XKB_KEY_Tab:
        return QEMU_KEY_TAB;
    case XKB_KEY_Return:
    case XKB_KEY_KP_Enter:
        return '\r';
    case XKB_KEY_Escape:
        return '\033';
    case XKB_KEY_Delete:
    case XKB_KEY_KP_Delete:
        return QEMU_KEY_DELETE;
    case XKB_KEY_Home ... XKB_KEY_End: /* Home, Left, Up, Right, Down, Page Up, Page Down, End */
        return navigation_key(keysym - XKB_KEY_Home, ctrl);
    case XKB_KEY_KP_Home ... XKB_KEY_KP_End: /* in the same order */
        return navigation_key(keysym - XKB_KEY_KP_Home, ctrl);
    case XKB_KEY_KP_Multiply ... XKB_KEY_KP_9: /* in ASCII's order */
        return keysym - XKB_KEY_KP_Multiply + '*';
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
