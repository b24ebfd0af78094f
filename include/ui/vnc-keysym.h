/*
 * X11 keysyms: the names of keys and symbols that viewers send.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * For hosts that find out which key types a symbol. Any thread.
 */
#ifndef UI_VNC_KEYSYM_H
#define UI_VNC_KEYSYM_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The keysym called @name, as in X11's keysymdef.h without XK_, or "U" and a code point in hexadecimal; 0: there is none. */
uint32_t vnc_keysym_from_name(const char *name);

/**
 * vnc_keysym_to_unicode: the code point of the character that @keysym stands for, whichever of X11's two ways
 * names it (0x6c1, Cyrillic_a, is the same as 0x1000430). 0: it is none, or a key of the keypad or of the
 * functions, whatever it types.
 */
uint32_t vnc_keysym_to_unicode(uint32_t keysym);

#ifdef __cplusplus
}
#endif

#endif
