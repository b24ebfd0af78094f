/*
 * --control: commands on stdin, answers and events on stdout, a line each.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. Owns its source on stdin. No lock.
 */
#ifndef UI_HOST_DEMO_CONTROL_H
#define UI_HOST_DEMO_CONTROL_H

#include "ui/host-demo/host.h"

typedef struct DemoControl {
    DemoHost *host;
    GMainLoop *loop; /* quit by `quit` and at the end of the input */
    GString *input;  /* read, not executed yet */
    guint source;    /* of stdin, or of the storm */
    bool quitting;
    /* A storm under way; the commands after it wait. */
    unsigned storm_left;
    int storm_size[2][2];
} DemoControl;

/* The part of --help on --control. */
extern const char demo_control_help[];

/* Begin to read. @control must be zeroed, and stay in place. */
void demo_control_init(DemoControl *control, DemoHost *host, GMainLoop *loop);
void demo_control_clear(DemoControl *control);

/* A DemoEventFunc: print the line. */
void demo_control_event(void *opaque, const char *line);

#endif
