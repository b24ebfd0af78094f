/*
 * Scrolled and moved areas: found before a refresh, confirmed by it.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. Pure: compares two pictures.
 */
#ifndef UI_SERVER_MOTION_SEARCH_H
#define UI_SERVER_MOTION_SEARCH_H

#include "ui/base/damage.h"
#include "ui/base/motion.h"
#include "ui/vnc-surface.h"

/**
 * VncMotionSearch: the last motion, and how often a search is worth its time.
 */
typedef struct VncMotionSearch {
    VncMotion motion; /* as last found */
    unsigned misses;  /* searches in a row that found nothing */
    unsigned skip;    /* refreshes to come without a search */
} VncMotionSearch;

/* Search @suspect for a motion between @before and @after, pixels 0x??RRGGBB of the same size, and
 * store it in search->motion. Returns false if none is found, or a search is not worth its time. */
bool vnc_motion_search(VncMotionSearch *search, const VncDamage *suspect, const VncSurface *before,
                       const VncSurface *after);
/* After the refresh: by this motion @found cells have moved. */
void vnc_motion_search_rate(VncMotionSearch *search, unsigned found);

#endif
