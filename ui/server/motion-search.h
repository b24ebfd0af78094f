/*
 * Scrolls and moved windows: found before a refresh, confirmed by it.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. Pure: it looks at two pictures.
 */
#ifndef UI_SERVER_MOTION_SEARCH_H
#define UI_SERVER_MOTION_SEARCH_H

#include "ui/base/damage.h"
#include "ui/base/motion.h"
#include "ui/vnc-surface.h"

/**
 * VncMotionSearch: whether something has moved, and how often it is worth a look.
 */
typedef struct VncMotionSearch {
    VncMotion motion; /* as last found */
    unsigned misses;  /* in a row */
    unsigned skip;    /* refreshes that go without a search */
} VncMotionSearch;

/* Look for a motion within what may differ between @before and @after, of 0x??RRGGBB and the same
 * size, into search->motion. false: there is none, or it is not worth a look. */
bool vnc_motion_search(VncMotionSearch *search, const VncDamage *suspect, const VncSurface *before,
                       const VncSurface *after);
/* After the refresh: @found cells have moved so. */
void vnc_motion_search_rate(VncMotionSearch *search, unsigned found);

#endif
