/*
 * Sound for a viewer, and the little sound that waits to be sent.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread.
 */
#include "ui/client/audio.h"

#include "ui/rfb/write.h"

/* A quarter of a second: so much sound is kept, and so much may wait while more follows. */
#define KEEP_PART 4

void vnc_audio_init(VncAudio *audio, const VncClientContext *context, VncWire *wire)
{
    *audio = (VncAudio){
        .context = context,
        .wire = wire,
        .format = {VNC_AUDIO_S16, 2, 44100},
    };
}

void vnc_audio_clear(VncAudio *audio)
{
    vnc_buffer_clear(&audio->waiting);
    vnc_buffer_clear(&audio->out);
}

static size_t keep_bytes(const VncAudio *audio)
{
    return vnc_audio_frame_size(&audio->format) *
           ((audio->format.frequency + KEEP_PART - 1) / KEEP_PART);
}

void vnc_audio_send(VncAudio *audio)
{
    VNC_MAIN();
    if (audio->over) {
        VNC_TRACE_VIEWER(audio->context, MSG_SERVER_AUDIO_END, "waiting=%zu", audio->waiting.len);
        vnc_write_audio_end(&audio->out);
        audio->over = audio->begun = false;
    }
    if (audio->waiting.len > 0) {
        if (!audio->begun) {
            VNC_TRACE_VIEWER(audio->context, MSG_SERVER_AUDIO_BEGIN, "waiting=%zu",
                             audio->waiting.len);
            vnc_write_audio_begin(&audio->out);
            audio->begun = true;
        }
        VNC_TRACE_VIEWER(audio->context, MSG_SERVER_AUDIO_DATA, "bytes=%zu", audio->waiting.len);
        vnc_write_audio_data(&audio->out, vnc_buffer_bytes(&audio->waiting), audio->waiting.len);
        vnc_buffer_reset(&audio->waiting);
    }
    if (audio->out.len > 0) {
        vnc_wire_send(audio->wire, &audio->out);
    }
}

void vnc_audio_try_send(VncAudio *audio)
{
    if ((audio->over || audio->waiting.len > 0) &&
        vnc_wire_backlog(audio->wire) <= keep_bytes(audio)) {
        vnc_audio_send(audio);
    }
}

void vnc_audio_add(VncAudio *audio, const void *frames, size_t len)
{
    VNC_MAIN();
    if (!audio->listening) {
        return;
    }
    g_assert(len % vnc_audio_frame_size(&audio->format) == 0);
    vnc_buffer_append(&audio->waiting, frames, len);
    vnc_audio_try_send(audio);
    if (audio->waiting.len > keep_bytes(audio)) {
        VNC_TRACE_VIEWER(audio->context, CLIENT_THROTTLE_AUDIO, "dropped=%zu",
                         audio->waiting.len - keep_bytes(audio));
        vnc_buffer_consume(&audio->waiting, audio->waiting.len - keep_bytes(audio));
    }
}

void vnc_audio_pause(VncAudio *audio)
{
    VNC_MAIN();
    vnc_buffer_reset(&audio->waiting);
    audio->over = audio->begun;
    vnc_audio_try_send(audio);
}

static void start(VncAudio *audio)
{
    const VncClientContext *context = audio->context;

    if (!audio->listening && context->screen->audio) {
        audio->listening = true;
        context->host_ops->audio_start(context->host, context->id, &audio->format);
    }
}

void vnc_audio_end(VncAudio *audio)
{
    const VncClientContext *context = audio->context;

    if (audio->listening) {
        audio->listening = false;
        context->host_ops->audio_stop(context->host, context->id);
    }
}

void vnc_audio_stop(VncAudio *audio)
{
    vnc_audio_end(audio);
    vnc_audio_pause(audio);
}

static void trace_message(const VncAudio *audio, const VncMessage *message)
{
    const VncAudioFormat *format = &message->audio_format;

    switch (message->kind) {
    case VNC_MESSAGE_AUDIO_ENABLE:
        VNC_TRACE_VIEWER(audio->context, MSG_CLIENT_AUDIO_ENABLE, "listening=%d", audio->listening);
        break;
    case VNC_MESSAGE_AUDIO_DISABLE:
        VNC_TRACE_VIEWER(audio->context, MSG_CLIENT_AUDIO_DISABLE, "listening=%d",
                         audio->listening);
        break;
    default:
        VNC_TRACE_VIEWER(audio->context, MSG_CLIENT_AUDIO_FORMAT, "fmt=%d channels=%u freq=%u",
                         format->sample, format->channels, format->frequency);
        break;
    }
}

void vnc_audio_message(VncAudio *audio, const VncMessage *message)
{
    bool listening = audio->listening;

    VNC_MAIN();
    trace_message(audio, message);
    if (message->kind == VNC_MESSAGE_AUDIO_ENABLE) {
        start(audio);
        return;
    }
    vnc_audio_stop(audio);
    if (message->kind == VNC_MESSAGE_AUDIO_FORMAT) {
        audio->format = message->audio_format;
        if (listening) {
            start(audio);
        }
    }
}
