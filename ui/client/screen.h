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

#include "ui/base/damage.h"
#include "ui/base/motion.h"
#include "ui/client/clipboard.h"
#include "ui/jobs/job.h"
#include "ui/vnc-options.h"
#include "ui/vnc-surface.h"

typedef struct VncScreen {
    const VncOptions *options; /* of now; a reference */
    VncSurface *surface;       /* the server surface: 0x00RRGGBB; its pixels: display lock */
    VncDisplay display;
    char *name;
    VncCursor *cursor;        /* NULL: viewers draw their own */
    unsigned leds;            /* VncLeds */
    bool absolute;            /* the guest's pointer */
    bool audio;               /* there is sound */
    int pointer_x, pointer_y; /* where the guest shows it, pixels; -1: unknown */
    VncClipboard clipboard;
    VncDamage fast;                        /* cells that change many times a second */
    VncDamage work, fast_work, split_work; /* scratch of a function */
    VncMethodCount sent[VNC_METHODS];      /* to all viewers together */
} VncScreen;

/* us without a key, pointer or clipboard message that a viewer may stay; 0: any */
static inline int64_t vnc_screen_idle_timeout(const VncScreen *screen)
{
    return (int64_t)screen->options->idle_timeout * G_USEC_PER_SEC;
}

/* Count what an update to this viewer was made of. */
void vnc_screen_count_sent(VncScreen *screen, uint64_t viewer, const VncJob *job);

/**
 * VncChange: what a refresh has found.
 */
typedef struct VncChange {
    const VncDamage *changed;
    const VncDamage *moved; /* cells whose pixels were elsewhere before; changed or not */
    VncMotion motion;
    bool looked; /* false: nobody waited for it, and there may be more */
    int64_t now; /* clock, us */
} VncChange;

#endif
