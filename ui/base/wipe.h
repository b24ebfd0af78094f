/*
 * Wiping secrets from memory.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Any thread. A VncBuffer that is `secret` wipes the bytes that have been read by itself.
 */
#ifndef UI_BASE_WIPE_H
#define UI_BASE_WIPE_H

#include <glib.h>
#include <stddef.h>

/* Overwrite @len bytes that nobody will read again. A compiler would leave out a memset(). */
void vnc_wipe(void *bytes, size_t len);

/* Wipe @len bytes (-1: a text, up to its NUL) and free them. *@bytes may be NULL, and is NULL
 * afterwards. */
void vnc_wipe_free(char **bytes, gssize len);

#endif
