/*
 * The screen that all viewers of a server see.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread.
 */
#include "ui/client/screen.h"

void vnc_screen_count_sent(VncScreen *screen, uint64_t viewer, const VncJob *job)
{
    for (int i = 0; i < VNC_METHODS; i++) {
        const VncMethodCount *count = &job->counts[i];
        VncMethodCount *sent = &screen->sent[i];

        sent->rects += count->rects;
        sent->pixels += count->pixels;
        sent->bytes += count->bytes;
        if (count->rects > 0) {
            g_debug("viewer %" G_GUINT64_FORMAT " sent %s: %" G_GUINT64_FORMAT
                    " rectangles, %" G_GUINT64_FORMAT " pixels, %" G_GUINT64_FORMAT " bytes",
                    viewer, vnc_method_name(i), count->rects, count->pixels, count->bytes);
        }
    }
}
