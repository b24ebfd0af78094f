/*
 * What a viewer was sent with loss, and has still to be sent exactly.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. Cells move from map to map as time goes by, so no cell needs a time of
 * its own.
 */
#ifndef UI_CLIENT_LOSSY_H
#define UI_CLIENT_LOSSY_H

#include "ui/base/damage.h"

#define VNC_LOSSY_AGES 6

/**
 * VncLossy: cells by the time since they were sent with loss. A zeroed VncLossy knows of none.
 */
typedef struct VncLossy {
    VncDamage ages[VNC_LOSSY_AGES]; /* a ring; 0x0 until the first mark */
    int newest;                     /* cells sent since `turned` */
    int64_t turned;                 /* clock, us */
} VncLossy;

void vnc_lossy_clear(VncLossy *lossy);

/* @rect of a screen of @width x @height has been sent with loss; or exactly. */
void vnc_lossy_add(VncLossy *lossy, int width, int height, const VncRect *rect);
void vnc_lossy_remove(VncLossy *lossy, const VncRect *rect);
void vnc_lossy_subtract(VncLossy *lossy, const VncDamage *exact); /* of the screen's size */

/* Whatever was sent with loss becomes @damage, which has the screen's size. */
void vnc_lossy_to_damage(VncLossy *lossy, VncDamage *damage);

/* Whether any cell that @rect overlaps was sent with loss. */
bool vnc_lossy_overlaps(const VncLossy *lossy, const VncRect *rect);

/**
 * vnc_lossy_age: it is @now (us). Cells get into vnc_lossy_quiet() no sooner than @quiet us
 * after they were marked, and no later than 1.25 times that, if called often.
 */
void vnc_lossy_age(VncLossy *lossy, int64_t now, int64_t quiet);

/* The cells that have been quiet; their size is 0x0 if there has never been a mark. */
static inline VncDamage *vnc_lossy_quiet(VncLossy *lossy)
{
    return &lossy->ages[(lossy->newest + 1) % VNC_LOSSY_AGES];
}

#endif
