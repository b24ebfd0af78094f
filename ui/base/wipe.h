/*
 * Forgetting secrets.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Any thread. A VncBuffer that is `secret` wipes by itself what is read.
 */
#ifndef UI_BASE_WIPE_H
#define UI_BASE_WIPE_H

#include <glib.h>
#include <stddef.h>

/* Overwrite @len bytes that nobody will read. A compiler would leave out a memset(). */
void vnc_wipe(void *bytes, size_t len);

/* Wipe @len bytes (-1: a text, up to its NUL) and free them. *@bytes is NULL afterwards, and may be
 * before. */
void vnc_wipe_free(char **bytes, gssize len);

#endif
