/*
 * The messages that a viewer may send again and again.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TESTS_LIB_FLOODS_H
#define TESTS_LIB_FLOODS_H

#include <glib.h>
#include <stdbool.h>
#include <stdint.h>

typedef struct Flood {
    const char *name;
    void (*append)(GByteArray *out); /* one unit: a message, or a few that belong together */
} Flood;

/* Ends with a name of NULL. */
extern const Flood floods[];

/* There must be one of this name. */
const Flood *floods_find(const char *name);

/* All that a viewer says at its beginning: RFB 3.8, without a password, shared. It takes no text of
 * the clipboard that it has not asked for, as TigerVNC does not, and waits for an update. */
GByteArray *floods_beginning(void);

#endif
