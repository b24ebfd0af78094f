/*
 * Lines for the host's log.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread, but for vnc_log_clean().
 */
#include "ui/base/log.h"

#include "ui/base/thread.h"

void vnc_log_clean(char *line)
{
    for (char *c = line; *c; c++) {
        if (g_ascii_iscntrl(*c)) {
            *c = '?';
        }
    }
}

void vnc_log(const VncHostOps *ops, void *host, const char *format, ...)
{
    g_autofree char *line = NULL;
    va_list args;

    VNC_MAIN();
    va_start(args, format);
    line = g_strdup_vprintf(format, args);
    va_end(args);
    vnc_log_clean(line);
    if (ops->log) {
        ops->log(host, line);
    } else {
        g_printerr("vnc: %s\n", line);
    }
}
