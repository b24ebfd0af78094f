/*
 * The guest's sound, captured for each viewer in the viewer's format.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * BQL. Owns the captures. Calls into the server from a capture must not lead back here: QEMU's list
 * of captures must not change while QEMU walks through it.
 */
#include "qemu/osdep.h"
#include "host.h"

#include "qemu/error-report.h"

struct VncCapture {
    VncHost *host;
    uint64_t viewer;
    CaptureVoiceOut *voice; /* NULL: QEMU's audio has ended */
    QLIST_ENTRY(VncCapture) next;
};

/* QEMU sends no start notice to a capture that joins another of the same format: such a capture
 * begins with sound. */
static void notify(void *opaque, audcnotification_e what)
{
    VncCapture *capture = opaque;

    if (what == AUD_CNOTIFY_DISABLE) {
        vnc_server_audio_pause(capture->host->server, capture->viewer);
    }
}

static void forward(void *opaque, const void *frames, int len)
{
    VncCapture *capture = opaque;

    vnc_server_audio(capture->host->server, capture->viewer, frames, len);
}

static void destroyed(void *opaque)
{
    VncCapture *capture = opaque;

    capture->voice = NULL;
}

void vnc_host_audio_start(void *opaque, uint64_t viewer, const VncAudioFormat *format)
{
    static const AudioFormat samples[] = {
        [VNC_AUDIO_U8] = AUDIO_FORMAT_U8,   [VNC_AUDIO_S8] = AUDIO_FORMAT_S8,
        [VNC_AUDIO_U16] = AUDIO_FORMAT_U16, [VNC_AUDIO_S16] = AUDIO_FORMAT_S16,
        [VNC_AUDIO_U32] = AUDIO_FORMAT_U32, [VNC_AUDIO_S32] = AUDIO_FORMAT_S32,
    };
    VncHost *host = opaque;
    VncCapture *capture = g_new0(VncCapture, 1);
    struct audio_capture_ops ops = {notify, forward, destroyed};
    struct audsettings settings = {
        .freq = format->frequency,
        .nchannels = format->channels,
        .fmt = samples[format->sample],
        .endianness = 0,
    };

    capture->host = host;
    capture->viewer = viewer;
    capture->voice = AUD_add_capture(host->audio, &settings, &ops, capture);
    if (!capture->voice) {
        warn_report("vnc: a viewer will hear nothing: the audio backend cannot be captured");
    }
    QLIST_INSERT_HEAD(&host->captures, capture, next);
}

void vnc_host_audio_stop(void *opaque, uint64_t viewer)
{
    VncHost *host = opaque;
    VncCapture *capture;

    QLIST_FOREACH(capture, &host->captures, next)
    {
        if (capture->viewer == viewer) {
            break;
        }
    }
    g_assert(capture);
    QLIST_REMOVE(capture, next);
    /* At its exit QEMU ends its audio before the displays. */
    if (capture->voice && !host->ending) {
        AUD_del_capture(capture->voice, capture);
    }
    g_free(capture);
}
