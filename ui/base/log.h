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

/* Replace control characters in @line, line feeds too, by '?'. Any thread. */
void vnc_log_clean(char *line);

/* One line: cleaned. */
void vnc_log(const VncHostOps *ops, void *host, const char *format, ...) G_GNUC_PRINTF(3, 4);

#endif
