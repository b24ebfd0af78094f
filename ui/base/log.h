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

/* Bytes of a line; what is longer is cut. */
#define VNC_LOG_BYTES 1024

/* Whether it can be seen, and does nothing to what stands beside it: no control character, no mark
 * of writing direction or other invisible one, no end of a line. Any thread. */
bool vnc_log_shows(gunichar c);

/* Replace in @line, which it may shorten, all that does not show, and what is no UTF-8, by '?'. Any
 * thread. */
void vnc_log_clean(char *line);

/* One line: cleaned, and cut. */
void vnc_log(const VncHostOps *ops, void *host, const char *format, ...) G_GNUC_PRINTF(3, 4);

#endif
