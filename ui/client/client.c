/*
 * A viewer's life: from the accepted stream to the last reference.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. Owns the stream, the buffers, the encoders' states.
 */
#include "ui/client/client-private.h"

#include "ui/net/address.h"

static void owner_ref(VncJobOwner *owner)
{
    vnc_state_ref(vnc_state_from_owner(owner));
}

static void owner_unref(VncJobOwner *owner)
{
    vnc_state_unref(vnc_state_from_owner(owner));
}

static const VncJobOwnerOps owner_ops = {
    .ref = owner_ref,
    .unref = owner_unref,
    .home = vnc_state_job_home,
    .progress = vnc_state_job_progress,
};

static void trace_connect(const VncState *vs)
{
    if (VNC_TRACE_WANTED(&vs->owner.tracer, CLIENT_CONNECT)) {
        g_autofree char *peer = vnc_address_info_to_string(&vs->peer);
        g_autofree char *local = vnc_address_info_to_string(&vs->local);

        vnc_trace(&vs->owner.tracer, VNC_TRACE_CLIENT_CONNECT, "peer=%s local=%s websocket=%d",
                  peer, local, vs->context.websocket);
    }
}

VncState *vnc_state_new(const VncClientContext *context, VncStream *stream, uint64_t id)
{
    VncState *vs = g_new0(VncState, 1);

    VNC_MAIN();
    vnc_job_owner_init(&vs->owner, &owner_ops);
    vnc_tracer_init(&vs->owner.tracer, context->host_ops, context->host, id);
    vs->context = *context;
    vnc_options_ref(context->options);
    vs->id = id;
    vs->source = g_strdup(context->source);
    vs->refs = 1;
    vs->input.secret = true;
    vs->ahead.secret = true;
    vs->stream = stream;
    vnc_address_info_copy(&vs->local, &stream->local);
    vnc_address_info_copy(&vs->peer, &stream->peer);
    vs->encoder = &vnc_encoder_raw;
    vs->copies = g_array_new(FALSE, FALSE, sizeof(VncCopy));
    vs->sent_copies = g_array_new(FALSE, FALSE, sizeof(VncCopy));
    vs->answers = g_array_new(FALSE, FALSE, sizeof(VncSizeAnswer));
    vs->compress_level = VNC_DEFAULT_COMPRESS_LEVEL;
    vs->quality = -1;
    vs->audio.format = (VncAudioFormat){VNC_AUDIO_S16, 2, 44100};
    vs->told_absolute = true;
    vnc_clipboard_caps_init(&vs->caps);
    vs->pointer_x = vs->pointer_y = -1;
    vs->pointed = INT64_MIN / 2;
    vs->job = vnc_job_new(&vs->owner);
    vnc_state_set_pixel_format(vs, &vnc_pixel_format_native);
    trace_connect(vs);
    vnc_state_start_io(vs);
    return vs;
}

VncState *vnc_state_ref(VncState *vs)
{
    VNC_MAIN();
    vs->refs++;
    return vs;
}

void vnc_state_unref(VncState *vs)
{
    VNC_MAIN();
    if (!vs || --vs->refs > 0) {
        return;
    }
    g_assert(vs->phase == VNC_STATE_GONE);
    vnc_encoder_states_clear(&vs->states);
    vnc_job_free(vs->job);
    vnc_stream_free(vs->stream);
    vnc_login_clear(&vs->login);
    vnc_handshake_clear(&vs->handshake);
    vnc_address_info_clear(&vs->local);
    vnc_address_info_clear(&vs->peer);
    vnc_options_unref(vs->context.options);
    g_free(vs->source);
    g_free(vs->dname);
    vnc_buffer_clear(&vs->input);
    vnc_buffer_clear(&vs->ahead);
    vnc_buffer_clear(&vs->sending);
    vnc_buffer_clear(&vs->audio.waiting);
    vnc_buffer_clear(&vs->audio.out);
    vnc_damage_clear(&vs->damage);
    vnc_damage_clear(&vs->flying);
    vnc_lossy_clear(&vs->lossy);
    g_array_free(vs->copies, TRUE);
    g_array_free(vs->sent_copies, TRUE);
    g_array_free(vs->answers, TRUE);
    VNC_TRACE_VIEWER(vs, CLIENT_DISCONNECT_FINISH, "initialized=%d", vs->initialized);
    vnc_job_owner_clear(&vs->owner);
    g_free(vs);
}

void vnc_state_log(VncState *vs, const char *text)
{
    g_autofree char *peer = vnc_address_info_to_string(&vs->peer);

    vnc_log_limited(vs->initialized ? vs->context.viewers_log : vs->context.strangers_log,
                    vs->source, "viewer %s: %s", peer, text);
}

void vnc_state_disconnect(VncState *vs, const char *why)
{
    VNC_MAIN();
    if (vs->phase == VNC_STATE_GONE) {
        return;
    }
    vnc_state_ref(vs);
    VNC_TRACE_VIEWER(vs, CLIENT_DISCONNECT_START, "why=%s", why ? why : "no fault");
    vs->phase = VNC_STATE_GONE;
    vs->requested = (VncRect){0, 0, 0, 0};
    vnc_state_end_login(vs);
    vnc_state_end_idle(vs);
    vnc_stream_close(vs->stream);
    vnc_job_abort(vs->context.queue, &vs->owner);
    vs->context.ops->left(vs->context.server, vs);
    /* The host is called from here on, and may call the server: this viewer must be gone for both. */
    if (why) {
        vnc_state_log(vs, why);
    }
    vnc_state_release_input(vs);
    vnc_state_end_audio(vs);
    vs->context.ops->disconnected(vs->context.server, vs);
    vnc_state_unref(vs);
}

static void settle_view_only(VncState *vs)
{
    bool view_only = vs->context.screen->options->view_only || vs->login.view_only;

    if (vs->view_only == view_only || vs->phase == VNC_STATE_GONE) {
        return;
    }
    vs->view_only = view_only;
    vnc_state_allow_clipboard(vs);
    if (view_only) {
        vnc_state_release_input(vs);
    }
}

void vnc_state_options_changed(VncState *vs)
{
    VNC_MAIN();
    settle_view_only(vs);
    if (vs->phase != VNC_STATE_NORMAL) {
        return;
    }
    vnc_state_watch_idle(vs);
    vnc_state_settle_params(vs);
    if (!vs->context.screen->options->lossy) {
        vnc_lossy_to_damage(&vs->lossy, &vs->damage);
    }
    if (vs->features.xvp) {
        vnc_state_list_xvp(vs);
    }
    vnc_state_update(vs);
}

uint64_t vnc_state_id(const VncState *vs)
{
    return vs->id;
}

const char *vnc_state_source(const VncState *vs)
{
    return vs->source;
}

void vnc_state_get_info(const VncState *vs, VncViewerInfo *info)
{
    *info = (VncViewerInfo){
        .address = vs->peer,
        .local = vs->local,
        .x509_dname = vs->dname,
        .sasl_username = vs->login.user,
        .id = vs->id,
        .initialized = vnc_state_is_initialized(vs),
        .shared = vs->handshake.shared,
        .view_only = vs->view_only,
        .websocket = vs->websocket,
    };
}

bool vnc_state_is_view_only(const VncState *vs)
{
    return vs->view_only;
}

bool vnc_state_is_initialized(const VncState *vs)
{
    return vs->initialized;
}

bool vnc_state_is_invited(const VncState *vs)
{
    return vs->context.login.invited;
}

bool vnc_state_excludes_others(const VncState *vs)
{
    return !vs->handshake.shared && !vs->view_only && !vs->left;
}
