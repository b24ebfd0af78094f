/*
 * A tone for those who listen.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. Owns its timer and the list of listeners. No lock.
 */
#ifndef UI_HOST_DEMO_TONE_H
#define UI_HOST_DEMO_TONE_H

#include "ui/vnc-server.h"

/* What is heard: a sine of so many Hz in the left channel, an octave above in the right one. Sample
 * number n, from 0 when the viewer begins to listen, is, with 16 bits: DEMO_TONE_PEAK * sin(2 pi
 * p), rounded to the nearest, where p is (n * HZ modulo frequency) / frequency. Of 8 bits it is the
 * upper ones, of 32 the upper ones too, followed by 0. */
#define DEMO_TONE_HZ   440
#define DEMO_TONE_PEAK 8000

typedef struct DemoTone {
    VncServer *server;
    GPtrArray *listeners; /* each heard since it began */
    guint timer;          /* while somebody listens and it is not off */
    bool off;
} DemoTone;

/* @tone: stays in place. */
void demo_tone_init(DemoTone *tone, VncServer *server);
void demo_tone_clear(DemoTone *tone);

/* As VncHostOps says. */
void demo_tone_start(DemoTone *tone, uint64_t viewer, const VncAudioFormat *format);
void demo_tone_stop(DemoTone *tone, uint64_t viewer);

/* Pause; go on where it was. */
void demo_tone_switch(DemoTone *tone, bool on);

#endif
