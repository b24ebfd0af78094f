/*
 * Sound for a viewer, and the little of it that waits.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. Owns the frames that wait; what is sent is appended to the output, as whole messages.
 *
 * Sound goes at once if little else waits to be sent, and else ahead of the next update, so that pictures do
 * not starve it. Meanwhile the newest quarter of a second is kept: a viewer that cannot keep up loses
 * sound, not the connection. Where a stream begins and ends is told along with what is sent, so that a viewer
 * that does not read makes nothing grow.
 */
#include "ui/client/client-private.h"

#include "ui/rfb/write.h"

/* Of a second: what is kept, and what may wait to be sent with more following at once. */
#define KEEP_PART 4

static size_t keep_bytes(const VncAudio *audio)
{
    return vnc_audio_frame_size(&audio->format) *
           ((audio->format.frequency + KEEP_PART - 1) / KEEP_PART);
}

void vnc_state_send_audio(VncState *vs)
{
    VncAudio *audio = &vs->audio;

    if (audio->over) {
        VNC_TRACE_VIEWER(vs, MSG_SERVER_AUDIO_END, "waiting=%zu", audio->waiting.len);
        vnc_write_audio_end(&audio->out);
        audio->over = audio->begun = false;
    }
    if (audio->waiting.len > 0) {
        if (!audio->begun) {
            VNC_TRACE_VIEWER(vs, MSG_SERVER_AUDIO_BEGIN, "waiting=%zu", audio->waiting.len);
            vnc_write_audio_begin(&audio->out);
            audio->begun = true;
        }
        VNC_TRACE_VIEWER(vs, MSG_SERVER_AUDIO_DATA, "bytes=%zu", audio->waiting.len);
        vnc_write_audio_data(&audio->out, vnc_buffer_bytes(&audio->waiting), audio->waiting.len);
        vnc_buffer_reset(&audio->waiting);
    }
    if (audio->out.len > 0) {
        vnc_state_send(vs, &audio->out);
        vnc_state_write_later(vs);
    }
}

void vnc_state_try_audio(VncState *vs)
{
    const VncAudio *audio = &vs->audio;

    if ((audio->over || audio->waiting.len > 0) && vnc_state_backlog(vs) <= keep_bytes(audio)) {
        vnc_state_send_audio(vs);
    }
}

void vnc_state_audio(VncState *vs, const void *frames, size_t len)
{
    VncAudio *audio = &vs->audio;

    if (!audio->listening) {
        return;
    }
    g_assert(len % vnc_audio_frame_size(&audio->format) == 0);
    vnc_buffer_append(&audio->waiting, frames, len);
    vnc_state_try_audio(vs);
    if (audio->waiting.len > keep_bytes(audio)) {
        VNC_TRACE_VIEWER(vs, CLIENT_THROTTLE_AUDIO, "dropped=%zu",
                         audio->waiting.len - keep_bytes(audio));
        vnc_buffer_consume(&audio->waiting, audio->waiting.len - keep_bytes(audio));
    }
}

void vnc_state_pause_audio(VncState *vs)
{
    vnc_buffer_reset(&vs->audio.waiting);
    vs->audio.over = vs->audio.begun;
    vnc_state_try_audio(vs);
}

static void start_listening(VncState *vs)
{
    if (vs->phase == VNC_STATE_NORMAL && !vs->audio.listening && vs->context.screen->audio) {
        vs->audio.listening = true;
        vs->context.host_ops->audio_start(vs->context.host, vs->id, &vs->audio.format);
    }
}

void vnc_state_end_audio(VncState *vs)
{
    if (vs->audio.listening) {
        vs->audio.listening = false;
        vs->context.host_ops->audio_stop(vs->context.host, vs->id);
    }
}

void vnc_state_stop_audio(VncState *vs)
{
    vnc_state_end_audio(vs);
    vnc_state_pause_audio(vs);
}

static void trace_message(const VncState *vs, const VncMessage *message)
{
    const VncAudioFormat *format = &message->audio_format;

    switch (message->kind) {
    case VNC_MESSAGE_AUDIO_ENABLE:
        VNC_TRACE_VIEWER(vs, MSG_CLIENT_AUDIO_ENABLE, "listening=%d", vs->audio.listening);
        break;
    case VNC_MESSAGE_AUDIO_DISABLE:
        VNC_TRACE_VIEWER(vs, MSG_CLIENT_AUDIO_DISABLE, "listening=%d", vs->audio.listening);
        break;
    default:
        VNC_TRACE_VIEWER(vs, MSG_CLIENT_AUDIO_FORMAT, "fmt=%d channels=%u freq=%u", format->sample,
                         format->channels, format->frequency);
        break;
    }
}

void vnc_state_audio_message(VncState *vs, const VncMessage *message)
{
    bool listening = vs->audio.listening;

    trace_message(vs, message);
    if (message->kind == VNC_MESSAGE_AUDIO_ENABLE) {
        start_listening(vs);
        return;
    }
    vnc_state_stop_audio(vs);
    if (message->kind == VNC_MESSAGE_AUDIO_FORMAT) {
        vs->audio.format = message->audio_format;
        if (listening) {
            start_listening(vs);
        }
    }
}

void vnc_state_list_audio(VncState *vs)
{
    vs->features.audio = true;
    if (vs->context.screen->audio) {
        vs->read_features.audio = true;
        vs->pending |= VNC_PENDING_AUDIO_ACK;
    }
}

void vnc_state_audio_changed(VncState *vs)
{
    if (!vs->context.screen->audio) {
        vnc_state_stop_audio(vs);
    } else if (vs->features.audio && vs->phase == VNC_STATE_NORMAL) {
        vnc_state_list_audio(vs);
        vnc_state_update(vs);
    }
}
