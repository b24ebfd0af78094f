/*
 * How often each part of the screen changes.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. Pure: the caller passes the changes and the time.
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
    uint8_t *hot;      /* likewise, counting unseen damage as changes */
    int64_t cooled_at; /* clock, us */
} VncActivity;

/* Begin anew for a screen of this size, pixels. */
void vnc_activity_init(VncActivity *activity, int width, int height);
void vnc_activity_clear(VncActivity *activity); /* free */

/* The screen has been compared, and @changed differed. Fill @fast, of the same size, with the
 * blocks that change fast. @now: clock, us. */
void vnc_activity_note(VncActivity *activity, const VncDamage *changed, int64_t now,
                       VncDamage *fast);
/* The screen has been damaged, but not compared. Each such call counts as one change of a block, if
 * the next comparison finds the block changed. @now: clock, us. */
void vnc_activity_note_unseen(VncActivity *activity, const VncDamage *suspect, int64_t now);

#endif
