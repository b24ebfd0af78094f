/*
 * Lines for the host's log.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread, unless said otherwise.
 */
#ifndef UI_BASE_LOG_H
#define UI_BASE_LOG_H

#include "ui/vnc-host.h"

/* The longest line, bytes; longer ones are cut. */
#define VNC_LOG_BYTES 1024

/* Whether @c is visible, and does nothing to the text beside it. Control characters, marks of
 * writing direction, other invisible characters and line ends are not. Any thread. */
bool vnc_log_shows(gunichar c);

/* Replace every character in @line that does not show, and every invalid byte of UTF-8, by '?'. May
 * shorten @line. Any thread. */
void vnc_log_clean(char *line);

/* Log one line, cleaned and cut. */
void vnc_log(const VncHostOps *ops, void *host, const char *format, ...) G_GNUC_PRINTF(3, 4);

#endif
