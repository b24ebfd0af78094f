/*
 * The server's notices to a viewer, and its questions.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. A notice changes a part of the viewer and marks the viewer: nothing is sent, and no
 * viewer is ended, before its turn.
 */
#include "ui/client/client.h"

#include "ui/client/client-private.h"

#include "ui/client/encodings.h"

/* Adopt the viewer's present rights. */
static void settle_view_only(VncState *vs)
{
    bool view_only = vs->context.screen->options->view_only || vs->login.login.view_only;

    if (vs->view_only == view_only || vs->phase == VNC_STATE_GONE) {
        return;
    }
    vs->view_only = vs->input.barred = view_only;
    if (!vnc_state_is_in(vs)) {
        return; /* client.c bars it once it is in */
    }
    vnc_cut_text_bar(&vs->cut_text, view_only);
    if (view_only) {
        vnc_input_release(&vs->input);
    }
}

void vnc_state_options_changed(VncState *vs)
{
    const VncScreen *screen = vs->context.screen;

    VNC_MAIN();
    settle_view_only(vs);
    if (!vnc_state_is_in(vs)) {
        return;
    }
    vnc_idle_watch(&vs->idle, vnc_screen_idle_timeout(screen));
    vnc_wishes_settle(&vs->wishes, screen->options->lossy);
    if (!screen->options->lossy) {
        vnc_picture_drop_loss(&vs->picture);
    }
    vnc_encodings_power_changed(&vs->wishes, &vs->news, &vs->context);
    vnc_state_mark(vs);
}

void vnc_state_surface_changed(VncState *vs, const VncState *by)
{
    VNC_MAIN();
    if (!vnc_state_is_in(vs)) {
        return;
    }
    vnc_job_cancel(vs->context.queue, &vs->owner);
    vnc_picture_replace_screen(&vs->picture, vs->context.screen->surface);
    vnc_news_add(&vs->news, VNC_NEWS_SIZE);
    vs->news.other_resized = by && by != vs;
    /* The next refresh's update tells the viewer. */
}

/* Give memory back if nothing has been sent for a while. */
static void trim_when_idle(VncState *vs, int64_t now)
{
    if (vs->job && vnc_wire_rest(&vs->wire, now)) {
        vnc_wire_trim(&vs->wire);
        vnc_buffer_trim(&vs->job->out, VNC_BUFFER_KEEP);
    }
}

bool vnc_state_takes_copies(const VncState *vs)
{
    VNC_MAIN();
    return vnc_state_is_in(vs) && vnc_wishes_have(&vs->wishes, VNC_FEATURE_COPY_RECT) &&
           vnc_picture_fits(&vs->picture, vs->context.screen->surface);
}

void vnc_state_refreshed(VncState *vs, const VncChange *change)
{
    VNC_MAIN();
    if (!vnc_state_is_in(vs)) {
        return;
    }
    vnc_picture_note(&vs->picture, vs->context.screen, change,
                     vnc_wishes_have(&vs->wishes, VNC_FEATURE_COPY_RECT));
    if (vnc_input_follow(&vs->input, change->now) &&
        vnc_wishes_have(&vs->wishes, VNC_FEATURE_POINTER_POSITION)) {
        vnc_news_add(&vs->news, VNC_NEWS_POINTER_POSITION);
    }
    trim_when_idle(vs, change->now);
    vnc_state_mark(vs);
}

/* Note news for the viewer if it has listed one of @features. */
static void tell(VncState *vs, unsigned features, unsigned news)
{
    VNC_MAIN();
    if (vnc_state_is_in(vs) && vnc_wishes_have(&vs->wishes, features)) {
        vnc_news_add(&vs->news, news);
        vnc_state_mark(vs);
    }
}

void vnc_state_cursor_changed(VncState *vs)
{
    VNC_MAIN();
    tell(vs, VNC_FEATURE_CURSORS, VNC_NEWS_CURSOR);
}

void vnc_state_leds_changed(VncState *vs)
{
    VNC_MAIN();
    tell(vs, VNC_FEATURE_LED_STATE, VNC_NEWS_LEDS);
}

void vnc_state_pointer_type_changed(VncState *vs)
{
    VNC_MAIN();
    vnc_input_forget_position(&vs->input);
    tell(vs, VNC_FEATURE_POINTER_TYPE, VNC_NEWS_POINTER_TYPE);
}

void vnc_state_name_changed(VncState *vs)
{
    VNC_MAIN();
    tell(vs, VNC_FEATURE_DESKTOP_NAME, VNC_NEWS_NAME);
}

void vnc_state_pointer_moved(VncState *vs)
{
    VNC_MAIN();
    vs->input.guest_pointed = true;
}

void vnc_state_clipboard_changed(VncState *vs)
{
    VNC_MAIN();
    if (vnc_state_is_in(vs)) {
        vnc_cut_text_changed(&vs->cut_text);
        vnc_state_mark(vs);
    }
}

bool vnc_state_wants_text(const VncState *vs)
{
    VNC_MAIN();
    return vnc_state_is_in(vs) && vnc_cut_text_is_wanted(&vs->cut_text);
}

void vnc_state_text_ready(VncState *vs)
{
    VNC_MAIN();
    if (vnc_state_is_in(vs)) {
        vnc_cut_text_ready(&vs->cut_text);
        vnc_state_mark(vs);
    }
}

void vnc_state_ask_text(VncState *vs)
{
    VNC_MAIN();
    vnc_cut_text_ask(&vs->cut_text);
    vnc_state_mark(vs);
}

bool vnc_state_is_ahead(const VncState *vs)
{
    VNC_MAIN();
    return !vnc_ahead_is_empty(&vs->input.ahead);
}

bool vnc_state_pass_input(VncState *vs)
{
    unsigned passed;

    VNC_MAIN();
    passed = vnc_state_is_in(vs) ? vnc_input_pass_ahead(&vs->input) : 0;
    if (passed == 0) {
        return false;
    }
    vnc_turns_spend(vs->context.turns, passed * VNC_INPUT_UNITS);
    vnc_idle_act(&vs->idle);
    vnc_state_mark(vs);
    return true;
}

void vnc_state_audio_changed(VncState *vs)
{
    const VncScreen *screen = vs->context.screen;

    VNC_MAIN();
    if (!screen->audio) {
        vnc_audio_stop(&vs->audio);
    } else if (vnc_state_is_in(vs)) {
        vnc_encodings_audio_changed(&vs->wishes, &vs->news, &vs->context);
    }
    vnc_state_mark(vs);
}

void vnc_state_audio(VncState *vs, const void *frames, size_t len)
{
    VNC_MAIN();
    vnc_audio_add(&vs->audio, frames, len);
    vnc_state_mark(vs);
}

void vnc_state_pause_audio(VncState *vs)
{
    VNC_MAIN();
    vnc_audio_pause(&vs->audio);
    vnc_state_mark(vs);
}

/* --- the server's questions --- */

uint64_t vnc_state_id(const VncState *vs)
{
    VNC_MAIN();
    return vs->context.id;
}

const char *vnc_state_source(const VncState *vs)
{
    VNC_MAIN();
    return vs->context.source;
}

void vnc_state_get_info(const VncState *vs, VncViewerInfo *info)
{
    VNC_MAIN();
    *info = (VncViewerInfo){
        .address = vs->context.peer,
        .local = vs->context.local,
        .x509_dname = vs->login.dname,
        .sasl_username = vs->login.login.user,
        .id = vs->context.id,
        .initialized = vs->initialized,
        .shared = vs->login.handshake.shared,
        .view_only = vs->view_only,
        .websocket = vs->login.websocket,
    };
}

bool vnc_state_is_view_only(const VncState *vs)
{
    VNC_MAIN();
    return vs->view_only;
}

bool vnc_state_is_initialized(const VncState *vs)
{
    VNC_MAIN();
    return vs->initialized;
}

bool vnc_state_is_invited(const VncState *vs)
{
    VNC_MAIN();
    return vs->context.login.invited;
}

unsigned vnc_state_progress(const VncState *vs)
{
    VNC_MAIN();
    return vnc_login_flow_progress(&vs->login);
}

bool vnc_state_excludes_others(const VncState *vs)
{
    VNC_MAIN();
    return !vs->login.handshake.shared && !vs->view_only && !vs->left;
}

bool vnc_state_is_waiting(VncState *vs)
{
    VNC_MAIN();
    return vnc_state_is_in(vs) && vnc_picture_is_requested(&vs->picture) &&
           vnc_wire_keeps_up(&vs->wire);
}
