/*
 * What a viewer has asked for: its pixel format, encoding, levels and features.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pure. It takes effect with the next job: one in flight has its own copy.
 */
#ifndef UI_CLIENT_WISHES_H
#define UI_CLIENT_WISHES_H

#include "ui/enc/encoder.h"
#include "ui/rfb/read.h"

/* What a viewer has said, by the pseudo-encodings that it has listed, that it knows. */
typedef enum VncFeature {
    VNC_FEATURE_DESKTOP_SIZE = 1 << 0,
    VNC_FEATURE_EXTENDED_DESKTOP_SIZE = 1 << 1,
    VNC_FEATURE_CURSOR = 1 << 2,
    VNC_FEATURE_CURSOR_WITH_ALPHA = 1 << 3,
    VNC_FEATURE_X_CURSOR = 1 << 4,
    VNC_FEATURE_POINTER_TYPE = 1 << 5,
    VNC_FEATURE_POINTER_POSITION = 1 << 6,
    VNC_FEATURE_LED_STATE = 1 << 7,
    VNC_FEATURE_DESKTOP_NAME = 1 << 8,
    VNC_FEATURE_COPY_RECT = 1 << 9,
    VNC_FEATURE_LAST_RECT = 1 << 10,
    VNC_FEATURE_TIGHT_PNG = 1 << 11,
    VNC_FEATURE_AUDIO = 1 << 12,
    VNC_FEATURE_XVP = 1 << 13,
    VNC_FEATURE_KEY_EVENT = 1 << 14,
    VNC_FEATURE_MOUSE_BUTTONS = 1 << 15,
    VNC_FEATURE_CLIPBOARD = 1 << 16,

    VNC_FEATURE_CURSORS = VNC_FEATURE_CURSOR | VNC_FEATURE_CURSOR_WITH_ALPHA | VNC_FEATURE_X_CURSOR,
    VNC_FEATURE_SIZES = VNC_FEATURE_DESKTOP_SIZE | VNC_FEATURE_EXTENDED_DESKTOP_SIZE,
} VncFeature;

/**
 * VncWishes: as one viewer has asked.
 */
typedef struct VncWishes {
    VncPixelFormat format;
    const VncEncoder *encoder;
    int compress_level; /* 0 to 9 */
    int quality;        /* JPEG's, as listed; -1 for none */
    VncSubsampling subsampling;
    unsigned features;      /* VncFeature */
    VncReadFeatures read;   /* which messages it may send */
    VncEncodeParams params; /* of the next job: all of this, as far as the server allows it */
} VncWishes;

/* As RFB has it for a viewer that has asked for nothing. */
void vnc_wishes_init(VncWishes *wishes);

/* SetPixelFormat. @lossy: see vnc_wishes_settle() */
void vnc_wishes_set_format(VncWishes *wishes, const VncPixelFormat *format, bool lossy);

/* Renew the parameters of the next job. @lossy: the server allows a loss of quality */
void vnc_wishes_settle(VncWishes *wishes, bool lossy);

/* Whether it has listed one of @features. */
static inline bool vnc_wishes_have(const VncWishes *wishes, unsigned features)
{
    return wishes->features & features;
}

/**
 * VncLevels: levels and qualities, as the numbers in one SetEncodings say them.
 */
typedef struct VncLevels {
    int quality, fine_quality; /* JPEG's; -1: not said */
    int compress_level;
    VncSubsampling subsampling;
} VncLevels;

#define VNC_LEVELS_INIT                                          \
    {                                                            \
        -1, -1, VNC_DEFAULT_COMPRESS_LEVEL, VNC_SUBSAMPLING_AUTO \
    }

/* Note what @number says, if it is one of those. */
void vnc_levels_note(VncLevels *levels, int32_t number);

/* Use @encoder, and @levels where it has them. vnc_wishes_settle() is left to the caller. */
void vnc_wishes_set_encoder(VncWishes *wishes, const VncEncoder *encoder, const VncLevels *levels);

#endif
