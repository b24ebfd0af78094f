/*
 * The host: ties scene, framebuffer and VNC server together, and drives the refresh.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. Owns the server, the desktop, the screen and the timer. No lock.
 *
 * The screen shows the desktop, until a command paints by hand. From then on the screen keeps the
 * painted picture, until demo_host_go().
 */
#ifndef UI_HOST_DEMO_HOST_H
#define UI_HOST_DEMO_HOST_H

#include "ui/host-demo/desktop.h"
#include "ui/host-demo/objects.h"
#include "ui/host-demo/screen.h"
#include "ui/host-demo/tone.h"
#include "ui/host-demo/trace.h"
#include "ui/vnc-server.h"

/* The answer to a viewer that asks for another size of the desktop. */
typedef enum DemoResizing {
    DEMO_RESIZING_NOW,   /* the desktop gets the size */
    DEMO_RESIZING_LATER, /* accepted, without effect yet, as by a slow guest */
    DEMO_RESIZING_NEVER, /* refused */
} DemoResizing;

/* Called with a line for each event; see the help of --control. */
typedef void DemoEventFunc(void *opaque, const char *line);

typedef struct DemoHost {
    VncHostOps ops;
    VncServer *server;
    DemoObjects *objects;   /* the caller's */
    const DemoTrace *trace; /* the caller's */
    DemoDesktop *desktop;
    DemoScreen screen;
    bool shown; /* the server has the surface */
    DemoTone tone;

    unsigned fps;
    bool still;    /* nothing moves by itself */
    bool by_hand;  /* a command has painted the picture on the screen */
    bool has_seed; /* ...and by demo_host_picture(), from @seed */
    uint32_t seed;
    uint64_t frame;  /* shown */
    int64_t frame_0; /* us: when frame 0 was shown, or would have been */
    unsigned leds;
    unsigned viewers;
    DemoResizing resizing;

    char *clipboard; /* offered to viewers, until they want it; or NULL */

    unsigned interval; /* milliseconds, as the server asked */
    guint timer;

    DemoEventFunc *event; /* NULL: no test watches; then lock keys work and notices show */
    void *opaque;
} DemoHost;

/* A server without listeners that shows the desktop. @host must be zeroed, and stay in place.
 * @objects, @trace: outlive it
 * @event: called with @opaque; may be NULL */
void demo_host_init(DemoHost *host, DemoObjects *objects, const DemoTrace *trace, int width,
                    int height, unsigned fps, bool still, DemoEventFunc *event, void *opaque);
void demo_host_clear(DemoHost *host);

/* Paint the changed parts of the scene, and damage them. */
void demo_host_update(DemoHost *host);

/* Resize: give the screen another size. Replace: show the same picture in another surface, in
 * @format. No surface: the server has none, until one of the two is called. */
void demo_host_resize(DemoHost *host, int width, int height);
void demo_host_replace(DemoHost *host, pixman_format_code_t format);
void demo_host_no_surface(DemoHost *host);

/* Paint by hand. */
void demo_host_picture(DemoHost *host, uint32_t seed);
void demo_host_fill(DemoHost *host, const VncRect *rect, uint32_t colour);
void demo_host_noise(DemoHost *host, const VncRect *rect, uint32_t seed);

void demo_host_stop(DemoHost *host);
void demo_host_go(DemoHost *host); /* the desktop, moving */

void demo_host_set_leds(DemoHost *host, unsigned leds);

/* "ipv4", "ipv6", "unix", "unknown" */
const char *demo_family_name(VncFamily family);

#endif
