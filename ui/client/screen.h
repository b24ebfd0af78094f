/*
 * What all viewers of a server see.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. Owned by the server; viewers look at it.
 */
#ifndef UI_CLIENT_SCREEN_H
#define UI_CLIENT_SCREEN_H

#include "ui/jobs/job.h"
#include "ui/vnc-surface.h"

typedef struct VncScreen {
    VncSurface *surface; /* the server surface: 0x00RRGGBB; its pixels: display lock */
    VncDisplay display;
    char *name;
    VncCursor *cursor; /* NULL: viewers draw their own */
    unsigned leds;     /* VncLeds */
    bool absolute;     /* the guest's pointer */
    bool lossy;        /* JPEG may be used */
} VncScreen;

#endif
