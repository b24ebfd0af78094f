/*
 * A tone for viewers that take sound.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. Owns its timer and the list of listeners. No lock.
 */
#include "ui/host-demo/tone.h"

#include <math.h>

#define PERIOD_MS 20

/* The most frames made at once: after a pause of the whole program more are of no use. */
#define MAX_FRAMES 4800

typedef struct Listener {
    uint64_t viewer;
    VncAudioFormat format;
    uint64_t played; /* frames */
    int64_t since;   /* monotonic, us: when the next frame was due */
} Listener;

static int sine(const Listener *listener, uint64_t n, unsigned hz)
{
    unsigned frequency = listener->format.frequency;
    double phase = (double)(n * hz % frequency) / frequency;

    return (int)lround(DEMO_TONE_PEAK * sin(2 * G_PI * phase));
}

/* Write the 16-bit @value as a sample; returns where the next sample goes. */
static uint8_t *put_sample(uint8_t *to, VncAudioSample sample, int value)
{
    uint32_t bits = (uint32_t)value << 16;
    unsigned bytes = 1U << sample / 2;

    if (sample == VNC_AUDIO_U8 || sample == VNC_AUDIO_U16 || sample == VNC_AUDIO_U32) {
        bits ^= 1U << 31;
    }
    bits >>= 32 - 8 * bytes;
    for (unsigned i = 0; i < bytes; i++) {
        *to++ = (uint8_t)(bits >> 8 * i);
    }
    return to;
}

static void play(DemoTone *tone, Listener *listener, unsigned frames)
{
    size_t len = frames * vnc_audio_frame_size(&listener->format);
    g_autofree uint8_t *bytes = g_malloc(len);
    uint8_t *to = bytes;

    for (unsigned i = 0; i < frames; i++, listener->played++) {
        for (unsigned channel = 0; channel < listener->format.channels; channel++) {
            to = put_sample(to, listener->format.sample,
                            sine(listener, listener->played, DEMO_TONE_HZ << channel));
        }
    }
    vnc_server_audio(tone->server, listener->viewer, bytes, len);
}

static void play_what_is_due(DemoTone *tone, Listener *listener)
{
    int64_t now = g_get_monotonic_time();
    int64_t due = (now - listener->since) * listener->format.frequency / G_USEC_PER_SEC;

    if (due > MAX_FRAMES) {
        due = MAX_FRAMES;
        listener->since = now;
    } else {
        listener->since += due * G_USEC_PER_SEC / listener->format.frequency;
    }
    if (due > 0) {
        play(tone, listener, (unsigned)due);
    }
}

static gboolean tick(gpointer opaque)
{
    DemoTone *tone = opaque;

    for (unsigned i = 0; i < tone->listeners->len; i++) {
        play_what_is_due(tone, g_ptr_array_index(tone->listeners, i));
    }
    return G_SOURCE_CONTINUE;
}

static void run_timer(DemoTone *tone)
{
    bool wanted = tone->listeners->len > 0 && !tone->off;

    if (wanted && !tone->timer) {
        tone->timer = g_timeout_add_full(G_PRIORITY_DEFAULT, PERIOD_MS, tick, tone, NULL);
    } else if (!wanted) {
        g_clear_handle_id(&tone->timer, g_source_remove);
    }
}

void demo_tone_init(DemoTone *tone, VncServer *server)
{
    tone->server = server;
    tone->listeners = g_ptr_array_new_with_free_func(g_free);
}

void demo_tone_clear(DemoTone *tone)
{
    g_clear_handle_id(&tone->timer, g_source_remove);
    g_clear_pointer(&tone->listeners, g_ptr_array_unref);
}

void demo_tone_start(DemoTone *tone, uint64_t viewer, const VncAudioFormat *format)
{
    Listener *listener = g_new(Listener, 1);

    *listener = (Listener){viewer, *format, 0, g_get_monotonic_time()};
    g_ptr_array_add(tone->listeners, listener);
    run_timer(tone);
}

void demo_tone_stop(DemoTone *tone, uint64_t viewer)
{
    for (unsigned i = 0; i < tone->listeners->len; i++) {
        const Listener *listener = g_ptr_array_index(tone->listeners, i);

        if (listener->viewer == viewer) {
            g_ptr_array_remove_index(tone->listeners, i);
            break;
        }
    }
    run_timer(tone);
}

void demo_tone_switch(DemoTone *tone, bool on)
{
    tone->off = !on;
    for (unsigned i = 0; i < tone->listeners->len; i++) {
        Listener *listener = g_ptr_array_index(tone->listeners, i);

        listener->since = g_get_monotonic_time();
        if (!on) {
            vnc_server_audio_pause(tone->server, listener->viewer);
        }
    }
    run_timer(tone);
}
