/*
 * When the screen is compared next.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread; owns nothing.
 */
#include "ui/server/pace.h"

#include <glib.h>

void vnc_pace_changed(VncPace *pace, unsigned cells, unsigned all, int64_t now)
{
    pace->large = cells * VNC_REFRESH_LITTLE > all;
    pace->rest_until = now + VNC_REFRESH_REST_MS * 1000;
    pace->event_at = now;
}

void vnc_pace_expect(VncPace *pace, int64_t now)
{
    pace->large = false;
    pace->event_at = now;
}

unsigned vnc_pace_interval(const VncPace *pace, bool awaited, int64_t now)
{
    bool unhurried = pace->large || pace->dozing;

    if (now < pace->rest_until) {
        return VNC_REFRESH_REST_MS;
    }
    if (pace->dozing && awaited) {
        return VNC_REFRESH_WAKE_MS;
    }
    if (pace->damaged && !pace->dozing) {
        return VNC_REFRESH_KEEN_MS;
    }
    return CLAMP((now - pace->event_at) / 1000 / VNC_REFRESH_PART,
                 unhurried ? VNC_REFRESH_REST_MS : VNC_REFRESH_KEEN_MS, VNC_REFRESH_SLOW_MS);
}
