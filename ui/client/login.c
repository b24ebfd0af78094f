/*
 * A viewer's way in: the handshake, the security type, and the time that they may take.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread.
 */
#include "ui/client/login.h"

#include "ui/auth/types.h"
#include "ui/base/log.h"
#include "ui/base/source.h"
#include "ui/net/tls.h"
#include "ui/net/websocket.h"
#include "ui/rfb/write.h"

static void set_timer(VncLoginFlow *flow, unsigned ms, GSourceFunc function)
{
    vnc_source_clear(&flow->timer);
    flow->timer = g_timeout_source_new(ms);
    g_source_set_callback(flow->timer, function, flow, NULL);
    g_source_attach(flow->timer, flow->context->main_context);
}

/* @why: a constant text, or the login's */
static void fail(VncLoginFlow *flow, const char *why)
{
    if (!flow->fault) {
        flow->fault = g_strdup(why);
    }
}

static const char *begin_guess(void *opaque)
{
    VncLoginFlow *flow = opaque;
    const VncClientContext *context = flow->context;
    const char *why_not =
        flow->guessing ? NULL : context->ops->guess(context->server, context->viewer);

    flow->guessing = !why_not;
    return why_not;
}

static void end_guess(VncLoginFlow *flow, VncGuessResult result, const char *user)
{
    const VncClientContext *context = flow->context;

    if (flow->guessing) {
        flow->guessing = false;
        context->ops->guessed(context->server, context->viewer, result, user);
    }
}

static void refuse(VncLoginFlow *flow, VncBuffer *answer)
{
    const VncLogin *login = &flow->login;

    VNC_TRACE_VIEWER(flow->context, AUTH_FAIL, "method=%u why=%s", flow->handshake.chosen,
                     login->why ? login->why : login->reason);
    vnc_handshake_auth_done(&flow->handshake, login->reason, login->why, answer);
    g_clear_pointer(&flow->auth, vnc_auth_free);
}

static void pass(VncLoginFlow *flow, VncBuffer *answer)
{
    const VncLogin *login = &flow->login;

    VNC_TRACE_VIEWER(flow->context, AUTH_PASS, "method=%u view_only=%d", flow->handshake.chosen,
                     login->view_only);
    vnc_handshake_auth_done(&flow->handshake, NULL, NULL, answer);
    if (login->upgrades) {
        flow->state = VNC_LOGIN_UPGRADES;
    } else {
        g_clear_pointer(&flow->auth, vnc_auth_free);
    }
    end_guess(flow, login->view_only ? VNC_GUESS_NEITHER : VNC_GUESS_RIGHT, login->tried);
}

/* Refuse outside of vnc_login_flow_advance(), which then finds the handshake failed. */
static void refuse_now(VncLoginFlow *flow)
{
    VncBuffer answer = {0};

    flow->state = VNC_LOGIN_READS;
    refuse(flow, &answer);
    vnc_wire_send(flow->wire, &answer);
    vnc_buffer_clear(&answer);
}

static gboolean delayed_refusal(gpointer opaque)
{
    VncLoginFlow *flow = opaque;

    vnc_source_clear(&flow->timer);
    refuse_now(flow);
    flow->happened(flow->opaque);
    return G_SOURCE_REMOVE;
}

static gboolean out_of_time(gpointer opaque)
{
    VncLoginFlow *flow = opaque;

    vnc_source_clear(&flow->timer);
    if (flow->handshake.state == VNC_HANDSHAKE_AUTH && flow->auth &&
        flow->state == VNC_LOGIN_READS) {
        vnc_auth_refuse(flow->auth, "The login has taken too long", NULL);
        refuse_now(flow);
    } else {
        fail(flow, "has not logged in within login-timeout=");
    }
    flow->happened(flow->opaque);
    return G_SOURCE_REMOVE;
}

/* The host, asked during the step, may disconnect the viewer. */
static VncAuthResult step(VncLoginFlow *flow, VncBuffer *answer)
{
    VncAuthResult result;

    flow->login.out = answer;
    flow->stepping = true;
    result = vnc_auth_step(flow->auth);
    flow->stepping = false;
    if (flow->state == VNC_LOGIN_ENDED) {
        g_clear_pointer(&flow->auth, vnc_auth_free);
        result = VNC_AUTH_MORE;
    }
    return result;
}

/* Let the chosen security type read and answer. Returns whether to go on. */
static bool authenticate(VncLoginFlow *flow, VncBuffer *answer)
{
    const VncClientContext *context = flow->context;

    if (!flow->auth) {
        flow->auth = vnc_auth_new(vnc_auth_find(flow->handshake.chosen), &flow->login);
        VNC_TRACE_VIEWER(context, AUTH_START, "method=%u (%s) rfb=3.%d", flow->handshake.chosen,
                         flow->auth->type->name, flow->handshake.minor);
    }
    switch (step(flow, answer)) {
    case VNC_AUTH_MORE:
        end_guess(flow, VNC_GUESS_NEITHER, NULL);
        return false;
    case VNC_AUTH_BUSY:
        flow->state = VNC_LOGIN_WORKS;
        return false;
    case VNC_AUTH_UPGRADE:
        flow->state = VNC_LOGIN_UPGRADES;
        return false;
    case VNC_AUTH_PASSED:
        pass(flow, answer);
        return flow->state == VNC_LOGIN_READS;
    case VNC_AUTH_REFUSED:
        break;
    }
    end_guess(flow, flow->login.guessed ? VNC_GUESS_WRONG : VNC_GUESS_NEITHER, flow->login.tried);
    if (flow->login.guessed && context->options->login_delay_ms > 0) {
        flow->state = VNC_LOGIN_HOLDS;
        set_timer(flow, context->options->login_delay_ms, delayed_refusal);
        return false;
    }
    refuse(flow, answer);
    return true;
}

/* The TLS below a websocket is open. A viewer with a bad certificate gets its refusal by RFB. */
static void check_certificate(VncLoginFlow *flow)
{
    VncLogin *login = &flow->login;

    flow->checks = false;
    if (!vnc_login_check_certificate(login, &login->reason, &login->why)) {
        flow->handshake.refusal = login->reason;
        flow->handshake.refusal_why = login->why;
    }
}

/* Hosts show the name, some of them without escaping it. */
static void note_certificate(VncLoginFlow *flow)
{
    if (!flow->dname && flow->login.tls && !flow->login.opening) {
        flow->dname = g_strdup(vnc_tls_stream_dname(flow->login.tls));
        if (flow->dname) {
            vnc_log_clean(flow->dname);
        }
    }
}

/* A task of the security type has ended, or TLS has opened or failed. */
static void wake(void *opaque)
{
    VncLoginFlow *flow = opaque;

    if (flow->state == VNC_LOGIN_ENDED) {
        return;
    }
    if (flow->state == VNC_LOGIN_WORKS) {
        flow->state = VNC_LOGIN_READS;
    }
    note_certificate(flow);
    flow->checks = flow->websocket && flow->login.tls;
    if (flow->login.broken) {
        fail(flow, flow->login.broken);
    }
    flow->happened(flow->opaque);
}

/* Put the security type's encryption over the wire, once all output has been written. Returns
 * whether to go on. */
static bool upgrade(VncLoginFlow *flow)
{
    VncWire *wire = flow->wire;

    if (vnc_wire_backlog(wire) > 0) {
        return false;
    }
    if (wire->input.len > 0) {
        fail(flow, "has sent more before the encryption that it asked for: refused");
        return false;
    }
    flow->state = VNC_LOGIN_READS;
    vnc_wire_use_stream(wire, vnc_auth_upgrade(flow->auth, wire->stream));
    if (flow->handshake.state != VNC_HANDSHAKE_AUTH) {
        g_clear_pointer(&flow->auth, vnc_auth_free);
    }
    return true;
}

/* One step of the handshake or the security type. Returns whether to go on. */
static bool go_on(VncLoginFlow *flow, VncBuffer *answer)
{
    VncBuffer *input = &flow->wire->input;
    bool refused = flow->handshake.state == VNC_HANDSHAKE_FAILED; /* by the security type */
    size_t used = vnc_handshake_read(&flow->handshake, vnc_buffer_bytes(input), input->len, answer);

    vnc_buffer_consume(input, used);
    if (flow->handshake.state == VNC_HANDSHAKE_FAILED && !refused) {
        VNC_TRACE_VIEWER(flow->context, AUTH_REJECT, "why=%s", flow->handshake.why);
    }
    return flow->handshake.state == VNC_HANDSHAKE_AUTH && authenticate(flow, answer);
}

VncLoginOutcome vnc_login_flow_advance(VncLoginFlow *flow)
{
    VncBuffer answer = {0};
    bool going = !flow->fault && flow->handshake.state != VNC_HANDSHAKE_FAILED;

    VNC_MAIN();
    if (going && flow->checks && flow->handshake.state == VNC_HANDSHAKE_VERSION) {
        check_certificate(flow);
    }
    if (going && flow->state == VNC_LOGIN_UPGRADES) {
        going = upgrade(flow);
    }
    while (going && flow->state == VNC_LOGIN_READS) {
        going = go_on(flow, &answer);
    }
    vnc_wire_send(flow->wire, &answer);
    vnc_buffer_clear(&answer);
    if (flow->state == VNC_LOGIN_ENDED) {
        return VNC_LOGIN_MORE;
    }
    if (flow->handshake.state == VNC_HANDSHAKE_FAILED) {
        fail(flow, flow->handshake.why);
    }
    if (flow->fault) {
        return VNC_LOGIN_FAILED;
    }
    return flow->handshake.state == VNC_HANDSHAKE_DONE && flow->state == VNC_LOGIN_READS
               ? VNC_LOGIN_ADMITTED
               : VNC_LOGIN_MORE;
}

static void lay_websocket(VncLoginFlow *flow)
{
    VNC_TRACE_VIEWER(flow->context, CLIENT_IO_WRAP, "type=websocket");
    flow->websocket = true;
    if (flow->login.settings->tls) {
        flow->wire->stream = vnc_login_lay_tls(&flow->login, flow->wire->stream);
    }
    vnc_wire_use_stream(flow->wire,
                        vnc_websocket_stream_new(flow->wire->stream,
                                                 flow->context->options->websocket_origins,
                                                 flow->context->main_context));
}

void vnc_login_flow_begin(VncLoginFlow *flow, const VncClientContext *context, VncWire *wire,
                          void (*happened)(void *opaque), void *opaque)
{
    const VncLoginRules *rules = &context->login;
    uint8_t offered[VNC_MAX_SECURITY_TYPES];
    VncBuffer greeting = {0};

    VNC_MAIN();
    *flow = (VncLoginFlow){
        .context = context,
        .wire = wire,
        .happened = happened,
        .opaque = opaque,
    };
    flow->login = (VncLogin){
        .settings = vnc_auth_settings_ref(rules->settings),
        .passwords = rules->passwords,
        .offload = rules->offload,
        .source = context->source,
        .context = context->main_context,
        .host_ops = context->host_ops,
        .host = context->host,
        .tracer = context->tracer,
        .local = &context->local,
        .peer = &context->peer,
        .guess = begin_guess,
        .wake = wake,
        .opaque = flow,
        .in = &wire->input,
    };
    if (context->websocket) {
        lay_websocket(flow);
    }
    vnc_handshake_init(&flow->handshake, offered,
                       vnc_auth_offer(rules->settings, flow->login.tls != NULL, offered),
                       &greeting);
    flow->handshake.refusal = rules->refusal;
    vnc_wire_send(wire, &greeting);
    vnc_buffer_clear(&greeting);
    if (context->options->login_timeout > 0) {
        set_timer(flow, context->options->login_timeout * 1000, out_of_time);
    }
}

bool vnc_login_flow_is_deaf(const VncLoginFlow *flow)
{
    return flow->state == VNC_LOGIN_WORKS || flow->state == VNC_LOGIN_HOLDS ||
           flow->state == VNC_LOGIN_UPGRADES;
}

bool vnc_login_flow_may_read(const VncLoginFlow *flow)
{
    return !vnc_login_flow_is_deaf(flow) ||
           (flow->state == VNC_LOGIN_WORKS &&
            flow->wire->input.len < flow->context->options->login_bytes);
}

unsigned vnc_login_flow_progress(const VncLoginFlow *flow)
{
    switch (flow->handshake.state) {
    case VNC_HANDSHAKE_SECURITY:
        return 1;
    case VNC_HANDSHAKE_AUTH:
        if (flow->state == VNC_LOGIN_HOLDS) {
            return 0;
        }
        return flow->login.opening || (!flow->login.tls && flow->login.settings->tls) ? 1 : 2;
    case VNC_HANDSHAKE_CLIENT_INIT:
    case VNC_HANDSHAKE_DONE:
        return 3;
    default:
        return 0;
    }
}

void vnc_login_flow_done(VncLoginFlow *flow)
{
    vnc_source_clear(&flow->timer);
    flow->state = VNC_LOGIN_ENDED;
}

void vnc_login_flow_end(VncLoginFlow *flow)
{
    VNC_MAIN();
    vnc_source_clear(&flow->timer);
    flow->state = VNC_LOGIN_ENDED;
    /* A viewer that leaves before the answer has guessed, too. */
    end_guess(flow, VNC_GUESS_WRONG, NULL);
    if (!flow->stepping) {
        g_clear_pointer(&flow->auth, vnc_auth_free);
    }
}

void vnc_login_flow_clear(VncLoginFlow *flow)
{
    vnc_login_clear(&flow->login);
    vnc_handshake_clear(&flow->handshake);
    g_free(flow->dname);
    g_free(flow->fault);
}
