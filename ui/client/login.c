/*
 * A viewer's way in: the handshake, the security type, and the time that they may take.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. Owns the login and its timer.
 */
#include "ui/client/client-private.h"

#include "ui/auth/types.h"
#include "ui/base/log.h"
#include "ui/net/tls.h"
#include "ui/net/websocket.h"
#include "ui/rfb/write.h"

static void forget_timer(VncState *vs)
{
    if (vs->login_timer) {
        g_source_destroy(vs->login_timer);
        g_clear_pointer(&vs->login_timer, g_source_unref);
    }
}

static void set_timer(VncState *vs, unsigned ms, GSourceFunc function)
{
    forget_timer(vs);
    vs->login_timer = g_timeout_source_new(ms);
    g_source_set_callback(vs->login_timer, function, vs, NULL);
    g_source_attach(vs->login_timer, vs->context.main_context);
}

/* Send @answer, and end what has failed. */
static void finish_step(VncState *vs, VncBuffer *answer)
{
    vnc_state_send(vs, answer);
    vnc_buffer_clear(answer);
    vnc_state_flush(vs);
    if (vs->phase != VNC_STATE_GONE && vs->handshake.state == VNC_HANDSHAKE_FAILED) {
        vnc_state_disconnect(vs, vs->handshake.why);
    }
    vnc_state_try_upgrade(vs);
}

static const char *begin_guess(void *opaque)
{
    VncState *vs = opaque;
    const char *why_not = vs->guessing ? NULL : vs->context.ops->guess(vs->context.server, vs);

    vs->guessing = !why_not;
    return why_not;
}

static void end_guess(VncState *vs, VncGuessResult result, const char *user)
{
    if (vs->guessing) {
        vs->guessing = false;
        vs->context.ops->guessed(vs->context.server, vs, result, user);
    }
}

static void refuse(VncState *vs, VncBuffer *answer)
{
    const VncLogin *login = &vs->login;

    VNC_TRACE_VIEWER(vs, AUTH_FAIL, "method=%u why=%s", vs->handshake.chosen,
                     login->why ? login->why : login->reason);
    vnc_handshake_auth_done(&vs->handshake, vs->login.reason, vs->login.why, answer);
    g_clear_pointer(&vs->auth, vnc_auth_free);
}

static void pass(VncState *vs, VncBuffer *answer)
{
    VNC_TRACE_VIEWER(vs, AUTH_PASS, "method=%u view_only=%d", vs->handshake.chosen,
                     vs->login.view_only);
    vs->view_only |= vs->login.view_only;
    vnc_handshake_auth_done(&vs->handshake, NULL, NULL, answer);
    if (vs->login.upgrades) {
        vs->upgrading = true;
    } else {
        g_clear_pointer(&vs->auth, vnc_auth_free);
    }
    end_guess(vs, vs->login.view_only ? VNC_GUESS_NEITHER : VNC_GUESS_RIGHT, vs->login.tried);
}

static gboolean delayed_refusal(gpointer opaque)
{
    VncState *vs = vnc_state_ref(opaque);
    VncBuffer answer = {0};

    forget_timer(vs);
    refuse(vs, &answer);
    finish_step(vs, &answer);
    vnc_state_unref(vs);
    return G_SOURCE_REMOVE;
}

static gboolean out_of_time(gpointer opaque)
{
    VncState *vs = vnc_state_ref(opaque);
    VncBuffer answer = {0};

    forget_timer(vs);
    if (vs->handshake.state == VNC_HANDSHAKE_AUTH && vs->auth && !vs->busy && !vs->upgrading) {
        vnc_auth_refuse(vs->auth, "The login has taken too long", NULL);
        refuse(vs, &answer);
        finish_step(vs, &answer);
    } else {
        vnc_state_disconnect(vs, "has not logged in within login-timeout=");
    }
    vnc_state_unref(vs);
    return G_SOURCE_REMOVE;
}

/* The host, when it is asked, may call what has the viewer disconnected. */
static VncAuthResult step(VncState *vs, VncBuffer *answer)
{
    VncAuthResult result;

    vs->login.out = answer;
    vs->stepping = true;
    result = vnc_auth_step(vs->auth);
    vs->stepping = false;
    if (vs->phase == VNC_STATE_GONE) {
        vnc_state_end_login(vs);
        result = VNC_AUTH_MORE;
    }
    return result;
}

/* The security type that was chosen has the word. Returns whether to go on. */
static bool authenticate(VncState *vs, VncBuffer *answer)
{
    if (!vs->auth) {
        vs->auth = vnc_auth_new(vnc_auth_find(vs->handshake.chosen), &vs->login);
        VNC_TRACE_VIEWER(vs, AUTH_START, "method=%u (%s) rfb=3.%d", vs->handshake.chosen,
                         vs->auth->type->name, vs->handshake.minor);
    }
    switch (step(vs, answer)) {
    case VNC_AUTH_MORE:
        end_guess(vs, VNC_GUESS_NEITHER, NULL);
        return false;
    case VNC_AUTH_BUSY:
        vs->busy = true;
        return false;
    case VNC_AUTH_UPGRADE:
        vs->upgrading = true;
        return false;
    case VNC_AUTH_PASSED:
        pass(vs, answer);
        return !vs->upgrading;
    case VNC_AUTH_REFUSED:
        break;
    }
    end_guess(vs, vs->login.guessed ? VNC_GUESS_WRONG : VNC_GUESS_NEITHER, vs->login.tried);
    if (vs->login.guessed && vs->context.options->login_delay_ms > 0) {
        vs->refused = true;
        set_timer(vs, vs->context.options->login_delay_ms, delayed_refusal);
        return false;
    }
    refuse(vs, answer);
    return true;
}

/* The TLS below a websocket is open. Whoever is not to get in is told so by RFB. */
static void check_certificate(VncState *vs)
{
    if (!vnc_login_check_certificate(&vs->login, &vs->login.reason, &vs->login.why)) {
        vs->handshake.refusal = vs->login.reason;
        vs->handshake.refusal_why = vs->login.why;
    }
}

/* Hosts show it, and some show it as it is. */
static void note_certificate(VncState *vs)
{
    if (!vs->dname && vs->login.tls && !vs->login.opening) {
        vs->dname = g_strdup(vnc_tls_stream_dname(vs->login.tls));
        if (vs->dname) {
            vnc_log_clean(vs->dname);
        }
    }
}

/* What the security type waited for is done, or TLS. */
static void wake(void *opaque)
{
    VncState *vs = opaque;

    if (vs->phase == VNC_STATE_GONE) {
        return;
    }
    vnc_state_ref(vs);
    vs->busy = false;
    note_certificate(vs);
    if (vs->login.broken) {
        vnc_state_disconnect(vs, vs->login.broken);
    } else {
        if (vs->websocket && vs->login.tls && vs->handshake.state == VNC_HANDSHAKE_VERSION) {
            check_certificate(vs);
        }
        vnc_state_take_input(vs);
    }
    vnc_state_unref(vs);
}

void vnc_state_try_upgrade(VncState *vs)
{
    if (!vs->upgrading || vs->phase == VNC_STATE_GONE || vnc_state_backlog(vs) > 0) {
        return;
    }
    if (vs->input.len > 0) {
        vnc_state_disconnect(vs, "has sent more before the encryption that it asked for: refused");
        return;
    }
    vs->upgrading = false;
    vs->stream = vnc_auth_upgrade(vs->auth, vs->stream);
    if (vs->handshake.state != VNC_HANDSHAKE_AUTH) {
        g_clear_pointer(&vs->auth, vnc_auth_free);
    }
    vnc_state_use_stream(vs);
    vnc_state_login(vs);
}

static void enter_normal(VncState *vs, VncBuffer *answer)
{
    const VncScreen *screen = vs->context.screen;
    const char *why = vs->context.ops->admit(vs->context.server, vs);

    if (why) {
        vnc_state_disconnect(vs, why);
    }
    if (vs->phase == VNC_STATE_GONE) {
        return;
    }
    forget_timer(vs);
    vnc_state_act(vs);
    vnc_state_watch_idle(vs);
    vs->phase = VNC_STATE_NORMAL;
    vs->initialized = true;
    vs->needs_refresh = true;
    vs->width = screen->surface->width;
    vs->height = screen->surface->height;
    vnc_damage_init(&vs->damage, vs->width, vs->height);
    vnc_damage_add_all(&vs->damage);
    vnc_damage_init(&vs->flying, vs->width, vs->height);
    vnc_write_server_init(answer, vs->width, vs->height, &vs->format, screen->name);
    VNC_TRACE_VIEWER(vs, CLIENT_INIT, "shared=%d view_only=%d size=%dx%d", vs->handshake.shared,
                     vs->view_only, vs->width, vs->height);
    /* Ahead of whatever comes of what the host does now. */
    vnc_state_send(vs, answer);
    vs->context.ops->initialized(vs->context.server, vs);
}

void vnc_state_login(VncState *vs)
{
    VncBuffer answer = {0};
    bool go_on = !vnc_state_is_deaf(vs);

    while (go_on && vs->phase == VNC_STATE_HANDSHAKE) {
        bool failed = vs->handshake.state == VNC_HANDSHAKE_FAILED; /* at what it has been told */
        size_t used = vnc_handshake_read(&vs->handshake, vnc_buffer_bytes(&vs->input),
                                         vs->input.len, &answer);

        vnc_buffer_consume(&vs->input, used);
        switch (vs->handshake.state) {
        case VNC_HANDSHAKE_AUTH:
            go_on = authenticate(vs, &answer);
            break;
        case VNC_HANDSHAKE_DONE:
            enter_normal(vs, &answer);
            break;
        case VNC_HANDSHAKE_FAILED:
            if (!failed) {
                VNC_TRACE_VIEWER(vs, AUTH_REJECT, "why=%s", vs->handshake.why);
            }
            go_on = false;
            break;
        default:
            go_on = false;
            break;
        }
    }
    finish_step(vs, &answer);
}

static void lay_websocket(VncState *vs)
{
    VNC_TRACE_VIEWER(vs, CLIENT_IO_WRAP, "type=websocket");
    vs->websocket = true;
    if (vs->login.settings->tls) {
        vs->stream = vnc_login_lay_tls(&vs->login, vs->stream);
    }
    vs->stream = vnc_websocket_stream_new(vs->stream, vs->context.options->websocket_origins,
                                          vs->context.main_context);
}

void vnc_state_start_login(VncState *vs)
{
    const VncLoginRules *rules = &vs->context.login;
    uint8_t offered[VNC_MAX_SECURITY_TYPES];
    VncBuffer greeting = {0};

    vs->view_only = vs->context.screen->options->view_only;
    vs->login = (VncLogin){
        .settings = vnc_auth_settings_ref(rules->settings),
        .passwords = rules->passwords,
        .offload = rules->offload,
        .source = vs->source,
        .context = vs->context.main_context,
        .host_ops = vs->context.host_ops,
        .host = vs->context.host,
        .tracer = vs->owner.tracer,
        .local = &vs->local,
        .peer = &vs->peer,
        .guess = begin_guess,
        .wake = wake,
        .opaque = vs,
        .in = &vs->input,
    };
    if (vs->context.websocket) {
        lay_websocket(vs);
    }
    vnc_handshake_init(&vs->handshake, offered,
                       vnc_auth_offer(rules->settings, vs->login.tls != NULL, offered), &greeting);
    vs->handshake.refusal = rules->refusal;
    vnc_state_send(vs, &greeting);
    vnc_buffer_clear(&greeting);
    if (vs->context.options->login_timeout > 0) {
        set_timer(vs, vs->context.options->login_timeout * 1000, out_of_time);
    }
}

unsigned vnc_state_progress(const VncState *vs)
{
    switch (vs->handshake.state) {
    case VNC_HANDSHAKE_SECURITY:
        return 1;
    case VNC_HANDSHAKE_AUTH:
        if (vs->refused) {
            return 0;
        }
        return vs->login.opening || (!vs->login.tls && vs->login.settings->tls) ? 1 : 2;
    case VNC_HANDSHAKE_CLIENT_INIT:
    case VNC_HANDSHAKE_DONE:
        return 3;
    default:
        return 0;
    }
}

void vnc_state_end_login(VncState *vs)
{
    forget_timer(vs);
    /* To leave before the answer is no way to guess for nothing. */
    end_guess(vs, VNC_GUESS_WRONG, NULL);
    if (!vs->stepping) {
        g_clear_pointer(&vs->auth, vnc_auth_free);
    }
}
