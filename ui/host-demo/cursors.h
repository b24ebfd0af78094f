/*
 * Pointer shapes.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. Owns nothing. No lock.
 */
#ifndef UI_HOST_DEMO_CURSORS_H
#define UI_HOST_DEMO_CURSORS_H

#include "ui/vnc-surface.h"

/* @name: "arrow" (two colours), "alpha" (every alpha there is), "hidden" (0x0) or "none"
 * (NULL: viewers draw their own). Returns false for another @name; else the caller owns
 * *@cursor. */
bool demo_cursor_new(const char *name, VncCursor **cursor);

#endif
