/*
 * Sources of a main loop: one that any thread may wake, and the end of any.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread, but for vnc_source_wake().
 */
#ifndef UI_BASE_SOURCE_H
#define UI_BASE_SOURCE_H

#include <glib.h>

/**
 * vnc_source_new_wake: a source, attached to @context, that calls @func once after any number of
 * vnc_source_wake().
 *
 * @name: static, for debuggers
 */
GSource *vnc_source_new_wake(GMainContext *context, const char *name, void (*func)(void *opaque),
                             void *opaque);

/* Any thread. */
void vnc_source_wake(GSource *source);

/* End *source, of whatever kind, or NULL: it is called no more. Drops the reference. */
void vnc_source_clear(GSource **source);

#endif
