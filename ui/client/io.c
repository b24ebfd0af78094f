/*
 * A viewer's bytes: from the stream to messages, from the output to the stream.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread.
 */
#include "ui/client/client-private.h"

void vnc_state_send(VncState *vs, VncBuffer *messages)
{
    vnc_output_append(&vs->owner.output, messages);
}

size_t vnc_state_backlog(VncState *vs)
{
    return vs->sending.len + vnc_output_backlog(&vs->owner.output);
}

/* Whether there is something in vs->sending after this. */
static bool take_output(VncState *vs)
{
    return vs->sending.len > 0 || vnc_output_take(&vs->owner.output, &vs->sending);
}

/* Whether to read. A viewer whose login waits for others is read from, though nothing is made of it yet: else nobody
 * would notice that it has gone. */
static bool may_read(const VncState *vs)
{
    return !vnc_state_is_deaf(vs) ||
           (vs->busy && !vs->upgrading && vs->input.len < vs->context.options->login_bytes);
}

/* Watch the stream for all that there is to do. One that is mute is looked at whatever happens. */
static void watch(VncState *vs)
{
    bool more = vs->mute ? may_read(vs) : take_output(vs);

    if (vs->phase != VNC_STATE_GONE) {
        vnc_stream_watch(vs->stream, (may_read(vs) ? G_IO_IN : 0) | (more ? G_IO_OUT : 0));
    }
}

/* Nothing more is written. The host, when it is told why, may call what would write. */
static void fall_silent(VncState *vs, const char *why)
{
    bool told = vs->mute;

    vs->mute = true;
    vs->requested = (VncRect){0, 0, 0, 0};
    if (why && !told) {
        vnc_state_log(vs, why);
    }
}

/* The connection has ended, by the viewer's doing: it stays until what it has typed is passed on. @why: as to
 * vnc_state_disconnect() */
static void leave(VncState *vs, const char *why)
{
    if (vs->phase != VNC_STATE_NORMAL || !vnc_state_is_ahead(vs)) {
        vnc_state_disconnect(vs, vs->mute ? NULL : why);
        return;
    }
    vs->left = true;
    fall_silent(vs, why);
    watch(vs);
}

static void read_failed(VncState *vs, const GError *error)
{
    VNC_TRACE_VIEWER(vs, CLIENT_IO_ERROR, "error=%s", error->message);
    leave(vs, error->message);
}

/* The viewer is gone. Of one that has typed ahead the rest is still to be read. */
static void write_failed(VncState *vs, const GError *error)
{
    VNC_TRACE_VIEWER(vs, CLIENT_IO_ERROR, "error=%s", error->message);
    if (vs->phase == VNC_STATE_NORMAL && vnc_state_is_ahead(vs)) {
        fall_silent(vs, error->message);
    } else {
        vnc_state_disconnect(vs, error->message);
    }
}

void vnc_state_flush(VncState *vs)
{
    size_t room = VNC_WRITE_CHUNK;

    VNC_MAIN();
    while (vs->phase != VNC_STATE_GONE && !vs->mute && room > 0 && take_output(vs)) {
        g_autoptr(GError) error = NULL;
        gssize n = vnc_stream_write(vs->stream, vnc_buffer_bytes(&vs->sending),
                                    MIN(vs->sending.len, room), &error);

        if (n < 0) {
            if (!g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK)) {
                write_failed(vs, error);
            }
            break;
        }
        vnc_buffer_consume(&vs->sending, n);
        room -= n;
    }
    watch(vs);
}

void vnc_state_write_later(VncState *vs)
{
    watch(vs);
}

void vnc_state_trim(VncState *vs)
{
    vnc_buffer_trim(&vs->sending, VNC_BUFFER_KEEP);
    vnc_buffer_trim(&vs->job->out, VNC_BUFFER_KEEP);
    vnc_output_trim(&vs->owner.output);
}

static void read_messages(VncState *vs)
{
    while (vs->phase == VNC_STATE_NORMAL && vs->input.len > 0 && !vnc_state_is_far_ahead(vs)) {
        VncMessage message;
        size_t used;
        g_autofree char *why = NULL;
        VncReadResult result = vnc_read_message(&vs->read_features, vnc_buffer_bytes(&vs->input),
                                                vs->input.len, &message, &used, &why);

        if (result == VNC_READ_MORE) {
            break;
        }
        if (result == VNC_READ_ERROR) {
            vnc_state_disconnect(vs, why);
            break;
        }
        vnc_state_handle(vs, &message);
        vnc_buffer_consume(&vs->input, used);
    }
}

void vnc_state_take_input(VncState *vs)
{
    if (vs->phase == VNC_STATE_HANDSHAKE) {
        vnc_state_login(vs);
    }
    if (vs->phase == VNC_STATE_HANDSHAKE && vs->input.len >= vs->context.options->login_bytes) {
        vnc_state_disconnect(vs, "has sent more than login-bytes= allows before it has logged in");
    }
    read_messages(vs);
    vnc_buffer_trim(&vs->input, VNC_READ_CHUNK);
}

void vnc_state_listen_again(VncState *vs)
{
    read_messages(vs);
    if (vs->left) {
        leave(vs, NULL);
    } else {
        watch(vs);
    }
}

/* For the log, when the viewer closes the connection; NULL if it was free to do so. */
static const char *why_closed(const VncState *vs)
{
    if (vs->phase == VNC_STATE_HANDSHAKE) {
        return vs->busy ? "closed the connection while its login was looked at"
                        : "closed the connection in its handshake";
    }
    return vs->input.len > 0 ? "closed the connection within a message" : NULL;
}

static void read_input(VncState *vs)
{
    g_autoptr(GError) error = NULL;
    size_t most = VNC_READ_CHUNK;
    gssize n;

    if (vs->phase == VNC_STATE_HANDSHAKE) {
        most = MIN(most, vs->context.options->login_bytes - vs->input.len);
    }
    n = vnc_stream_read(vs->stream, vnc_buffer_reserve(&vs->input, most), most, &error);

    if (n <= 0) {
        if (n == 0) {
            VNC_TRACE_VIEWER(vs, CLIENT_EOF, "unread=%zu", vs->input.len);
            leave(vs, why_closed(vs));
        } else if (vs->mute || !g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK)) {
            read_failed(vs, error);
        }
        return;
    }
    vnc_buffer_commit(&vs->input, n);
    if (!vs->busy) {
        vnc_state_take_input(vs);
    }
    if (vs->busy || vnc_state_is_far_ahead(vs)) {
        watch(vs);
    }
}

static void stream_ready(void *opaque, GIOCondition condition)
{
    VncState *vs = vnc_state_ref(opaque);

    if (condition & G_IO_OUT) {
        vnc_state_flush(vs);
        vnc_state_try_upgrade(vs);
        vnc_state_update(vs);
    }
    if (vs->phase != VNC_STATE_GONE && may_read(vs) &&
        (vs->mute || (condition & (G_IO_IN | G_IO_HUP | G_IO_ERR)))) {
        read_input(vs);
    }
    vnc_state_unref(vs);
}

void vnc_state_use_stream(VncState *vs)
{
    vnc_stream_set_ready(vs->stream, stream_ready, vs);
    watch(vs);
}

void vnc_state_start_io(VncState *vs)
{
    vnc_state_start_login(vs);
    vnc_state_use_stream(vs);
    /* The server does not know this viewer yet. */
    vnc_state_write_later(vs);
}
