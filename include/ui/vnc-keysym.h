/*
 * X11 keysyms: the names of keys and symbols that viewers send.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * For hosts that look for the key that types a symbol. Any thread.
 */
#ifndef UI_VNC_KEYSYM_H
#define UI_VNC_KEYSYM_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The keysym called @name: a name of X11's keysymdef.h without XK_, or "U" and a code point in
 * hexadecimal. 0: there is none. */
uint32_t vnc_keysym_from_name(const char *name);

/**
 * vnc_keysym_to_unicode: the code point of the character that @keysym stands for. X11 has two
 * keysyms for many characters: 0x6c1, Cyrillic_a, is the same as 0x1000430. 0: @keysym is no
 * character, or a key of the keypad or a function key, whatever that types.
 */
uint32_t vnc_keysym_to_unicode(uint32_t keysym);

#ifdef __cplusplus
}
#endif

#endif
