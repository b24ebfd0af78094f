/*
 * A tone for viewers that listen.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. Owns its timer and the list of listeners. No lock.
 */
#ifndef UI_HOST_DEMO_TONE_H
#define UI_HOST_DEMO_TONE_H

#include "ui/vnc-server.h"

/* A sine of DEMO_TONE_HZ in the left channel, an octave higher in the right one. Sample n, from 0
 * when the viewer begins to listen, has 16 bits: DEMO_TONE_PEAK * sin(2 pi p), rounded to the
 * nearest, where p is (n * HZ modulo frequency) / frequency. A sample of 8 bits is its upper 8
 * bits; one of 32 bits has it in its upper 16 bits, followed by 0. */
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

/* See audio_start() and audio_stop() of VncHostOps. */
void demo_tone_start(DemoTone *tone, uint64_t viewer, const VncAudioFormat *format);
void demo_tone_stop(DemoTone *tone, uint64_t viewer);

/* Pause the tone, or resume where it stopped. */
void demo_tone_switch(DemoTone *tone, bool on);

#endif
