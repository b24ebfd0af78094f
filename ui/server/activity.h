/*
 * Which parts of the screen change many times a second?
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. Pure: it looks at what has changed, and at the time that it is told.
 */
#ifndef UI_SERVER_ACTIVITY_H
#define UI_SERVER_ACTIVITY_H

#include "ui/base/damage.h"

/* Side of a block, cells. */
#define VNC_ACTIVITY_CELLS 8

/**
 * VncActivity: how often each block of the screen changes.
 */
typedef struct VncActivity {
    int columns, rows; /* of blocks */
    uint8_t *heat;     /* columns * rows */
    uint8_t *hot;      /* likewise, if all has changed that was damaged since the last look */
    int64_t cooled_at; /* clock, us */
} VncActivity;

/* Begin anew for a screen of this size, pixels. */
void vnc_activity_init(VncActivity *activity, int width, int height);
void vnc_activity_clear(VncActivity *activity); /* free */

/* The screen has been looked at: @changed has. Fill @fast, of the same size, with the blocks that
 * change fast. */
void vnc_activity_note(VncActivity *activity, const VncDamage *changed, int64_t now,
                       VncDamage *fast);
/* It has not been looked at. What is damaged again and again meanwhile has, if it is found changed
 * in the end, changed as often. */
void vnc_activity_note_unseen(VncActivity *activity, const VncDamage *suspect, int64_t now);

#endif
