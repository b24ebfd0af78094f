/*
 * The pixels that a viewer was sent with loss, and that are still to be sent exactly.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread; owns the maps.
 */
#include "ui/client/lossy.h"

void vnc_lossy_clear(VncLossy *lossy)
{
    for (int i = 0; i < VNC_LOSSY_AGES; i++) {
        vnc_damage_clear(&lossy->ages[i]);
    }
    *lossy = (VncLossy){0};
}

void vnc_lossy_add(VncLossy *lossy, int width, int height, const VncRect *rect)
{
    if (lossy->ages[0].width != width || lossy->ages[0].height != height) {
        for (int i = 0; i < VNC_LOSSY_AGES; i++) {
            vnc_damage_init(&lossy->ages[i], width, height);
        }
    }
    vnc_lossy_remove(lossy, rect);
    vnc_damage_add(&lossy->ages[lossy->newest], rect);
}

void vnc_lossy_remove(VncLossy *lossy, const VncRect *rect)
{
    for (int i = 0; i < VNC_LOSSY_AGES; i++) {
        vnc_damage_remove(&lossy->ages[i], rect);
    }
}

void vnc_lossy_subtract(VncLossy *lossy, const VncDamage *exact)
{
    for (int i = 0; i < VNC_LOSSY_AGES; i++) {
        if (lossy->ages[i].any) {
            vnc_damage_subtract(&lossy->ages[i], exact);
        }
    }
}

void vnc_lossy_to_damage(VncLossy *lossy, VncDamage *damage)
{
    for (int i = 0; i < VNC_LOSSY_AGES; i++) {
        if (lossy->ages[i].any) {
            vnc_damage_merge(damage, &lossy->ages[i]);
            vnc_damage_remove_all(&lossy->ages[i]);
        }
    }
}

bool vnc_lossy_overlaps(const VncLossy *lossy, const VncRect *rect)
{
    for (int i = 0; i < VNC_LOSSY_AGES; i++) {
        if (vnc_damage_overlaps(&lossy->ages[i], rect)) {
            return true;
        }
    }
    return false;
}

void vnc_lossy_age(VncLossy *lossy, int64_t now, int64_t quiet)
{
    /* In whole steps a cell passes through all maps from the newest to the last. */
    int64_t step = quiet / (VNC_LOSSY_AGES - 2);

    if (now - lossy->turned < step) {
        return;
    }
    lossy->turned = now;

    /* The map behind the last one becomes the newest; its cells go to the last map. */
    VncDamage *last = vnc_lossy_quiet(lossy);
    VncDamage *next = &lossy->ages[(lossy->newest + 2) % VNC_LOSSY_AGES];

    vnc_damage_merge(next, last);
    vnc_damage_remove_all(last);
    lossy->newest = (lossy->newest + 1) % VNC_LOSSY_AGES;
}
