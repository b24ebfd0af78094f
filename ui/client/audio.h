/*
 * Sound for a viewer, and the little of it that waits.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread.
 *
 * Sound goes at once if little else waits to be sent, and else ahead of the next update, so that
 * pictures do not starve it. Meanwhile the newest quarter of a second is kept: a viewer that cannot
 * keep up loses sound, not the connection. Where a stream begins and ends is told along with what
 * is sent, so that a viewer that does not read makes nothing grow.
 */
#ifndef UI_CLIENT_AUDIO_H
#define UI_CLIENT_AUDIO_H

#include "ui/client/context.h"
#include "ui/client/wire.h"
#include "ui/rfb/read.h"

/**
 * VncAudio: what one viewer hears.
 */
typedef struct VncAudio {
    const VncClientContext *context;
    VncWire *wire;
    VncAudioFormat format;
    bool listening; /* between the host's audio_start and audio_stop */
    bool begun; /* the viewer has been told that a stream has begun, and not that it has ended */
    bool over;  /* it has to be told that the stream has ended, ahead of anything else */
    VncBuffer waiting; /* frames */
    VncBuffer out;     /* empty, but while it is filled */
} VncAudio;

void vnc_audio_init(VncAudio *audio, const VncClientContext *context, VncWire *wire);
void vnc_audio_clear(VncAudio *audio);

/* The viewer has sent one of the audio messages. */
void vnc_audio_message(VncAudio *audio, const VncMessage *message);

/* The viewer is not to hear any more; or is leaving, and cannot be told. */
void vnc_audio_stop(VncAudio *audio);
void vnc_audio_end(VncAudio *audio);

/* The host's next frames, @len bytes of whole ones; the host's sound pauses. */
void vnc_audio_add(VncAudio *audio, const void *frames, size_t len);
void vnc_audio_pause(VncAudio *audio);

/* Append to the wire what waits: if little else does; in any case. */
void vnc_audio_try_send(VncAudio *audio);
void vnc_audio_send(VncAudio *audio);

#endif
