/*
 * Lines for the host's log.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread, but for vnc_log_shows() and vnc_log_clean().
 */
#include "ui/base/log.h"

#include "ui/base/thread.h"

#include <string.h>

bool vnc_log_shows(gunichar c)
{
    GUnicodeType type = g_unichar_type(c);

    return g_unichar_isprint(c) && type != G_UNICODE_LINE_SEPARATOR &&
           type != G_UNICODE_PARAGRAPH_SEPARATOR;
}

void vnc_log_clean(char *line)
{
    const char *from = line;

    while (*from) {
        gunichar c = g_utf8_get_char_validated(from, -1);
        const char *next = c > 0x10ffff ? from + 1 : g_utf8_next_char(from);

        if (c > 0x10ffff || !vnc_log_shows(c)) {
            *line++ = '?';
        } else {
            memmove(line, from, (size_t)(next - from));
            line += next - from;
        }
        from = next;
    }
    *line = 0;
}

/* The line is cut before it is cleaned: cleaning takes time, and a peer may have chosen the
 * line. */
static void cut(char *line)
{
    const char *end = line + VNC_LOG_BYTES;

    if (strlen(line) > VNC_LOG_BYTES + strlen("...")) {
        while (end > line && ((uint8_t)*end & 0xc0) == 0x80) {
            end--;
        }
        strcpy(line + (end - line), "...");
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
    cut(line);
    vnc_log_clean(line);
    if (ops->log) {
        ops->log(host, line);
    } else {
        g_printerr("vnc: %s\n", line);
    }
}
