/*
 * Lines for the host's log.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread.
 */
#ifndef UI_BASE_LOG_H
#define UI_BASE_LOG_H

#include "ui/vnc-host.h"

/* One line: control characters in it, line feeds too, are replaced by '?'. */
void vnc_log(const VncHostOps *ops, void *host, const char *format, ...) G_GNUC_PRINTF(3, 4);

#endif
