/*
 * How often each part of the screen changes.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread; owns the arrays in VncActivity; no lock.
 */
#include "ui/server/activity.h"

/* A change warms its block, time cools it. A block that changes f times a second settles at a heat
 * of HEAT * f * COOL_US / 1e6 * COOL_PART. That is FAST at 8 changes a second. */
#define HEAT      16
#define COOL_US   100000
#define COOL_PART 8
#define FAST      102

void vnc_activity_init(VncActivity *activity, int width, int height)
{
    int side = VNC_ACTIVITY_CELLS * VNC_CELL;

    vnc_activity_clear(activity);
    activity->columns = (width + side - 1) / side;
    activity->rows = (height + side - 1) / side;
    activity->heat = g_malloc0((size_t)activity->columns * activity->rows);
    activity->hot = g_malloc0((size_t)activity->columns * activity->rows);
}

void vnc_activity_clear(VncActivity *activity)
{
    g_clear_pointer(&activity->heat, g_free);
    g_clear_pointer(&activity->hot, g_free);
}

static uint8_t cooler(uint8_t heat)
{
    return heat - (heat + COOL_PART - 1) / COOL_PART;
}

static uint8_t warmer(uint8_t heat)
{
    return MIN(heat + HEAT, UINT8_MAX);
}

static void cool(VncActivity *activity, int64_t now)
{
    size_t count = (size_t)activity->columns * activity->rows;
    int64_t steps = (now - activity->cooled_at) / COOL_US;

    if (steps <= 0) {
        return;
    }
    activity->cooled_at += steps * COOL_US;
    /* Each step takes an eighth. After 48 steps next to nothing is left. */
    for (steps = MIN(steps, 6 * COOL_PART); steps > 0; steps--) {
        for (size_t i = 0; i < count; i++) {
            activity->heat[i] = cooler(activity->heat[i]);
            activity->hot[i] = cooler(activity->hot[i]);
        }
    }
}

/* Whether one of a block's rows of cells has a bit within its columns. */
static bool block_has(const VncDamage *damage, int column, int row)
{
    int word = column * VNC_ACTIVITY_CELLS / 64;
    uint64_t mask = ((UINT64_C(1) << VNC_ACTIVITY_CELLS) - 1) << column * VNC_ACTIVITY_CELLS % 64;
    int end = MIN((row + 1) * VNC_ACTIVITY_CELLS, damage->rows);

    for (int y = row * VNC_ACTIVITY_CELLS; y < end; y++) {
        if (vnc_damage_row(damage, y)[word] & mask) {
            return true;
        }
    }
    return false;
}

void vnc_activity_note(VncActivity *activity, const VncDamage *changed, int64_t now,
                       VncDamage *fast)
{
    int side = VNC_ACTIVITY_CELLS * VNC_CELL;

    cool(activity, now);
    vnc_damage_remove_all(fast);
    for (int row = 0; row < activity->rows; row++) {
        for (int column = 0; column < activity->columns; column++) {
            uint8_t *heat = &activity->heat[row * activity->columns + column];
            uint8_t *hot = &activity->hot[row * activity->columns + column];

            if (changed->any && block_has(changed, column, row)) {
                *heat = warmer(*hot);
            }
            *hot = *heat;
            if (*heat >= FAST) {
                VncRect block = {column * side, row * side, side, side};

                vnc_damage_add(fast, &block);
            }
        }
    }
}

void vnc_activity_note_unseen(VncActivity *activity, const VncDamage *suspect, int64_t now)
{
    if (!suspect->any) {
        return;
    }
    cool(activity, now);
    for (int row = 0; row < activity->rows; row++) {
        for (int column = 0; column < activity->columns; column++) {
            uint8_t *hot = &activity->hot[row * activity->columns + column];

            if (block_has(suspect, column, row)) {
                *hot = warmer(*hot);
            }
        }
    }
}
