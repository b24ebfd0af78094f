/*
 * X11 keysyms, as libxkbcommon knows them.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Any thread; owns nothing; no lock.
 */
#include "ui/vnc-keysym.h"

#include <xkbcommon/xkbcommon.h>

/* Function, keypad and modifier keys: they count as keys, even if they type a character. */
#define FIRST_FUNCTION 0xff00
#define LAST_FUNCTION  0xffff

uint32_t vnc_keysym_from_name(const char *name)
{
    return xkb_keysym_from_name(name, XKB_KEYSYM_NO_FLAGS);
}

uint32_t vnc_keysym_to_unicode(uint32_t keysym)
{
    if (keysym >= FIRST_FUNCTION && keysym <= LAST_FUNCTION) {
        return 0;
    }
    return xkb_keysym_to_utf32(keysym);
}
