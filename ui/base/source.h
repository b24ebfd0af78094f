/*
 * Sources of a main loop: one that any thread may wake, and the removal of any source.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread, except vnc_source_wake().
 */
#ifndef UI_BASE_SOURCE_H
#define UI_BASE_SOURCE_H

#include <glib.h>

/**
 * vnc_source_new_wake: create a source attached to @context. It calls @func once after any number
 * of vnc_source_wake().
 *
 * @name: static, for debuggers
 */
GSource *vnc_source_new_wake(GMainContext *context, const char *name, void (*func)(void *opaque),
                             void *opaque);

/* Any thread. */
void vnc_source_wake(GSource *source);

/* Remove *source, of any kind, so that it is called no more, and drop the reference. *source may be
 * NULL, and is NULL afterwards. */
void vnc_source_clear(GSource **source);

#endif
