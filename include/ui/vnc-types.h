/*
 * Types shared by all public headers of the VNC server.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Threads: every function of include/ui is called on the main thread (in QEMU:
 * with the BQL held), unless its comment says otherwise.
 */
#ifndef UI_VNC_TYPES_H
#define UI_VNC_TYPES_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* The largest screen, per side, in pixels. */
#define VNC_MAX_SIDE 8192

/**
 * VncRect: a rectangle of pixels, origin at the top left.
 *
 * Covers x <= px < x + w and y <= py < y + h. Empty if w <= 0 or h <= 0.
 */
typedef struct VncRect {
    int x, y, w, h;
} VncRect;

typedef struct VncServer VncServer;
typedef struct VncSurface VncSurface;
typedef struct VncCursor VncCursor;
typedef struct VncOptions VncOptions;
typedef struct VncHostOps VncHostOps;

/* Lock keys, the bits of the LED state pseudo-encoding. */
typedef enum VncLeds {
    VNC_LED_SCROLL = 1 << 0,
    VNC_LED_NUM = 1 << 1,
    VNC_LED_CAPS = 1 << 2,
} VncLeds;

/* Pointer buttons, the bits of PointerEvent's button mask (and of its
 * extended form: back and forward). */
typedef enum VncButtons {
    VNC_BUTTON_LEFT = 1 << 0,
    VNC_BUTTON_MIDDLE = 1 << 1,
    VNC_BUTTON_RIGHT = 1 << 2,
    VNC_BUTTON_WHEEL_UP = 1 << 3,
    VNC_BUTTON_WHEEL_DOWN = 1 << 4,
    VNC_BUTTON_WHEEL_LEFT = 1 << 5,
    VNC_BUTTON_WHEEL_RIGHT = 1 << 6,
    VNC_BUTTON_BACK = 1 << 7,
    VNC_BUTTON_FORWARD = 1 << 8,
} VncButtons;

/* A sample of sound, as QEMU's audio message numbers it. Samples of several bytes are little
 * endian. */
typedef enum VncAudioSample {
    VNC_AUDIO_U8,
    VNC_AUDIO_S8,
    VNC_AUDIO_U16,
    VNC_AUDIO_S16,
    VNC_AUDIO_U32,
    VNC_AUDIO_S32,
} VncAudioSample;

/* The highest frequency that a viewer can ask for, in Hz; the same as with QEMU's own server. */
#define VNC_AUDIO_MAX_FREQUENCY 48000

/**
 * VncAudioFormat: the format of the sound that a viewer hears. A frame has one sample of each
 * channel, left first.
 */
typedef struct VncAudioFormat {
    VncAudioSample sample; /* default S16 */
    unsigned channels;     /* 1 or 2; default 2 */
    unsigned frequency;    /* frames a second, 1 to VNC_AUDIO_MAX_FREQUENCY; default 44100 */
} VncAudioFormat;

/* Bytes of a frame. */
static inline size_t vnc_audio_frame_size(const VncAudioFormat *format)
{
    return ((size_t)1 << (format->sample / 2)) * format->channels;
}

/* What a viewer may do to the machine: `power-control=`. */
typedef enum VncPowerAction {
    VNC_POWER_SHUTDOWN, /* as its power button does */
    VNC_POWER_REBOOT,   /* as its user would: the guest shuts down first */
    VNC_POWER_RESET,    /* as its reset button does: the guest is not asked */
} VncPowerAction;

#ifdef __cplusplus
}
#endif

#endif
