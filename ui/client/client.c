/*
 * A viewer's life, from the accepted stream to the last reference.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. This file handles the events of the stream, timers, logins and the job queue;
 * notices.c handles the server's. Each event changes a part of the viewer and marks the viewer. In
 * its turn the viewer's messages are handled; then the viewer is settled, once: due updates and
 * messages are sent, and a broken viewer is ended.
 */
#include "ui/client/client.h"

#include "ui/client/client-private.h"

#include "ui/net/address.h"
#include "ui/rfb/write.h"

/* Work, in VncTurns' units: for one viewer's messages before others have their turn; for a read or
 * write of a stream; for a step of a login. A written byte may have to be encrypted, and is counted
 * as with the slowest cipher: VNC_WRITE_CHUNK bytes are an iteration's whole work. */
#define LISTEN_UNITS       1000
#define CALL_UNITS         30
#define LOGIN_UNITS        500
#define READ_BYTES_A_UNIT  256
#define WRITE_BYTES_A_UNIT (VNC_WRITE_CHUNK / VNC_TURNS_BUDGET)

static inline VncState *from_owner(VncJobOwner *owner)
{
    return (VncState *)owner; /* the first member */
}

static unsigned spend(VncState *vs, unsigned units)
{
    return vnc_turns_spend(vs->context.turns, units);
}

static void log_line(const VncState *vs, const char *text)
{
    const VncClientContext *context = &vs->context;
    g_autofree char *peer = vnc_address_info_to_string(&context->peer);

    vnc_log_limited(vs->initialized ? context->viewers_log : context->strangers_log,
                    context->source, "viewer %s: %s", peer, text);
}

/* --- the end --- */

/* Have the viewer ended when it is settled. @why: as to vnc_state_disconnect(); the first one
 * counts */
static void leave(VncState *vs, const char *why)
{
    if (vs->phase < VNC_STATE_LEAVING) {
        vs->phase = VNC_STATE_LEAVING;
        vs->why = g_strdup(why);
        vnc_state_mark(vs);
    }
}

static void end(VncState *vs, const char *why)
{
    const VncClientContext *context = &vs->context;

    vnc_state_ref(vs);
    VNC_TRACE_VIEWER(context, CLIENT_DISCONNECT_START, "why=%s", why ? why : "no fault");
    vs->phase = VNC_STATE_GONE;
    vs->input.barred = vs->cut_text.barred = true;
    vnc_turns_unmark(context->turns, &vs->turn);
    vnc_picture_end_request(&vs->picture);
    vnc_login_flow_end(&vs->login);
    vnc_idle_watch(&vs->idle, 0);
    vnc_stream_close(vs->wire.stream);
    vnc_job_abort(context->queue, &vs->owner);
    context->ops->left(context->server, vs);
    /* The calls below reach the host, which may call the server: both must find this viewer
     * gone. */
    if (why) {
        log_line(vs, why);
    }
    vnc_input_release(&vs->input);
    vnc_audio_end(&vs->audio);
    context->ops->disconnected(context->server, vs);
    vnc_state_unref(vs);
}

void vnc_state_disconnect(VncState *vs, const char *why)
{
    VNC_MAIN();
    if (vs->phase != VNC_STATE_GONE) {
        end(vs, why);
    }
}

/* Write nothing more. Told why, the host may call functions that would write. */
static void fall_silent(VncState *vs, const char *why)
{
    bool told = vs->wire.mute;

    vs->wire.mute = true;
    vnc_picture_end_request(&vs->picture);
    if (why && !told) {
        log_line(vs, why);
    }
}

static bool has_typed_ahead(const VncState *vs)
{
    return vnc_state_is_in(vs) && !vnc_ahead_is_empty(&vs->input.ahead);
}

/* The viewer has closed the connection: the viewer stays until its typed keys are passed on. */
static void hang_up(VncState *vs, const char *why)
{
    if (has_typed_ahead(vs)) {
        vs->left = true;
        fall_silent(vs, why);
    } else {
        leave(vs, vs->wire.mute ? NULL : why);
    }
}

/* Writing has failed. If the viewer has typed ahead, the rest of its input is still to be read. */
static void note_write_fault(VncState *vs)
{
    g_autofree char *fault = g_steal_pointer(&vs->wire.fault);

    if (!fault) {
        return;
    }
    if (has_typed_ahead(vs) || (vnc_state_is_in(vs) && vs->wire.whole)) {
        fall_silent(vs, fault);
    } else {
        leave(vs, fault);
    }
}

/* --- a turn --- */

/* Whether the viewer's messages have to wait: for its login, or for keys that wait already. */
static bool is_deaf(const VncState *vs)
{
    return vs->left || vnc_ahead_is_full(&vs->input.ahead) || vnc_login_flow_is_deaf(&vs->login);
}

static bool may_read(const VncState *vs)
{
    if (vs->phase == VNC_STATE_HANDSHAKE) {
        return vnc_login_flow_may_read(&vs->login);
    }
    return vnc_state_is_in(vs) && !is_deaf(vs) && !vs->wire.whole;
}

static void begin_session(VncState *vs)
{
    const VncClientContext *context = &vs->context;
    const VncScreen *screen = context->screen;
    VncBuffer answer = {0};
    const char *why;

    vs->view_only |= vs->login.login.view_only;
    vs->input.barred = vs->cut_text.barred = vs->view_only;
    why = context->ops->admit(context->server, vs);
    if (why) {
        leave(vs, why);
    }
    if (vs->phase != VNC_STATE_HANDSHAKE) {
        return;
    }
    vnc_login_flow_done(&vs->login);
    vnc_idle_act(&vs->idle);
    vnc_idle_watch(&vs->idle, vnc_screen_idle_timeout(screen));
    vs->phase = VNC_STATE_NORMAL;
    vs->initialized = true;
    vs->wire.whole = true;
    vnc_picture_begin(&vs->picture, screen->surface);
    vnc_write_server_init(&answer, vs->picture.width, vs->picture.height, &vs->wishes.format,
                          screen->name);
    VNC_TRACE_VIEWER(context, CLIENT_INIT, "shared=%d view_only=%d size=%dx%d",
                     vs->login.handshake.shared, vs->view_only, vs->picture.width,
                     vs->picture.height);
    /* The answer goes before all messages that the host's next calls cause. */
    vnc_wire_send(&vs->wire, &answer);
    vnc_buffer_clear(&answer);
    context->ops->initialized(context->server, vs);
}

static void log_in(VncState *vs)
{
    VncLoginOutcome outcome = vnc_login_flow_advance(&vs->login);

    spend(vs, LOGIN_UNITS);
    if (outcome == VNC_LOGIN_FAILED) {
        leave(vs, vs->login.fault);
    } else if (outcome == VNC_LOGIN_ADMITTED) {
        begin_session(vs);
    } else if (!vnc_login_flow_is_deaf(&vs->login) &&
               vs->wire.input.len >= vs->context.options->login_bytes) {
        leave(vs, "has sent more than login-bytes= allows before it has logged in");
    }
}

/* Handle all complete messages, or as many as this turn has time for. */
static void handle_messages(VncState *vs)
{
    VncBuffer *input = &vs->wire.input;
    unsigned units = 0;

    while (vnc_state_is_in(vs) && vs->wire.whole && units < LISTEN_UNITS &&
           !vnc_ahead_is_full(&vs->input.ahead)) {
        VncMessage message;
        size_t used;
        g_autofree char *why = NULL;
        VncReadResult result = vnc_read_message(&vs->wishes.read, vnc_buffer_bytes(input),
                                                input->len, &message, &used, &why);

        if (result == VNC_READ_MESSAGE) {
            units += vnc_state_handle(vs, &message);
            vnc_buffer_consume(input, used);
        } else {
            vs->wire.whole = false;
            vnc_buffer_trim(input, VNC_READ_CHUNK);
        }
        if (result == VNC_READ_ERROR) {
            leave(vs, why);
        }
    }
    spend(vs, units);
}

/* Handle the input read so far. */
static void understand(VncState *vs)
{
    if (vs->phase == VNC_STATE_HANDSHAKE) {
        log_in(vs);
    }
    handle_messages(vs);
    if (vs->left && vnc_state_is_in(vs) && !vs->wire.whole && !has_typed_ahead(vs)) {
        leave(vs, NULL);
    }
}

/* Why the viewer closed the connection, for the log; NULL: the viewer was free to do so. */
static const char *why_closed(const VncState *vs)
{
    if (vs->phase == VNC_STATE_HANDSHAKE) {
        return vs->login.state == VNC_LOGIN_WORKS
                   ? "closed the connection while its login was looked at"
                   : "closed the connection in its handshake";
    }
    return vs->wire.input.len > 0 ? "closed the connection within a message" : NULL;
}

static void read_input(VncState *vs)
{
    size_t most = VNC_READ_CHUNK, read = 0;

    if (vs->phase == VNC_STATE_HANDSHAKE) {
        most = MIN(most, vs->context.options->login_bytes - vs->wire.input.len);
    }
    switch (vnc_wire_read(&vs->wire, most, &read)) {
    case VNC_WIRE_END:
        hang_up(vs, why_closed(vs));
        break;
    case VNC_WIRE_FAILED:
        hang_up(vs, vs->wire.fault);
        break;
    case VNC_WIRE_NOTHING:
    case VNC_WIRE_BYTES:
        break;
    }
    spend(vs, CALL_UNITS + read / READ_BYTES_A_UNIT);
}

/* Returns how many of @most bytes were not used. */
static size_t write_output(VncState *vs, size_t most)
{
    size_t written = vnc_wire_flush(&vs->wire, most);

    spend(vs, written > 0 ? CALL_UNITS + written / WRITE_BYTES_A_UNIT : 0);
    note_write_fault(vs);
    return most - written;
}

/* Send all that is due; end the viewer if it leaves. */
static void settle(VncState *vs)
{
    size_t left;

    if (vs->phase == VNC_STATE_GONE) {
        return;
    }
    if (vs->phase == VNC_STATE_LEAVING) {
        vs->wire.blocked = false; /* the last chance: the stream may have opened meanwhile */
    }
    left = write_output(vs, VNC_WRITE_CHUNK);
    if (vnc_state_is_in(vs)) {
        spend(vs, vnc_state_update(vs));
        write_output(vs, left);
    }
    if (vs->phase == VNC_STATE_LEAVING) {
        end(vs, vs->why);
    }
    if (vs->phase == VNC_STATE_GONE) {
        return;
    }
    vnc_wire_watch(&vs->wire, may_read(vs));
    if ((vs->wire.whole && vnc_state_is_in(vs) && !is_deaf(vs)) ||
        (vnc_login_flow_waits_for_write(&vs->login) && vnc_wire_backlog(&vs->wire) == 0)) {
        vnc_state_mark(vs);
    }
}

void vnc_state_have_turn(VncTurn *turn)
{
    VncState *vs = (VncState *)(void *)((char *)turn - G_STRUCT_OFFSET(VncState, turn));

    VNC_MAIN();
    vnc_state_ref(vs);
    understand(vs);
    if (vs->wire.readable && may_read(vs)) {
        read_input(vs);
        understand(vs);
    }
    settle(vs);
    vnc_state_unref(vs);
}

/* --- events --- */

static void stream_ready(void *opaque, GIOCondition condition)
{
    VncState *vs = opaque;
    VncTurns *turns = vs->context.turns;

    (void)condition;
    vnc_state_mark(vs);
    vnc_turns_run(turns);
}

static void login_happened(void *opaque)
{
    vnc_state_mark(opaque);
}

static void idle_expired(void *opaque)
{
    leave(opaque, "nobody has typed or pointed for as long as idle-timeout= allows");
}

static void job_home(VncJobOwner *owner, VncJob *job)
{
    VncState *vs = from_owner(owner);

    VNC_MAIN();
    vnc_encoder_states_take_back(&vs->states, job->encoder, g_steal_pointer(&job->state));
    vs->job = job;
    if (job->outcome == VNC_JOB_DONE) {
        vnc_screen_count_sent(vs->context.screen, vs->context.id, job);
        vnc_picture_sent(&vs->picture, vs->context.screen, job);
        vnc_state_mark(vs);
    } else if (job->outcome == VNC_JOB_CANCELLED && vnc_state_is_in(vs)) {
        VNC_TRACE_VIEWER(&vs->context, JOB_CANCEL, "rects=%u", job->rects->len);
        vnc_picture_take_back(&vs->picture, job);
        vnc_news_take_back(&vs->news);
    } else {
        vnc_picture_landed(&vs->picture);
    }
    vnc_job_reset(job);
}

static void job_progress(VncJobOwner *owner)
{
    vnc_state_mark(from_owner(owner));
}

/* --- the server's calls --- */

static void owner_ref(VncJobOwner *owner)
{
    vnc_state_ref(from_owner(owner));
}

static void owner_unref(VncJobOwner *owner)
{
    vnc_state_unref(from_owner(owner));
}

static const VncJobOwnerOps owner_ops = {
    .ref = owner_ref,
    .unref = owner_unref,
    .home = job_home,
    .progress = job_progress,
};

static void trace_connect(const VncClientContext *context)
{
    if (VNC_TRACE_WANTED(&context->tracer, CLIENT_CONNECT)) {
        g_autofree char *peer = vnc_address_info_to_string(&context->peer);
        g_autofree char *local = vnc_address_info_to_string(&context->local);

        vnc_trace(&context->tracer, VNC_TRACE_CLIENT_CONNECT, "peer=%s local=%s websocket=%d", peer,
                  local, context->websocket);
    }
}

static void init_context(VncState *vs, const VncClientContext *from, const VncStream *stream,
                         uint64_t id)
{
    VncClientContext *context = &vs->context;

    *context = *from;
    vnc_options_ref(from->options);
    context->source = g_strdup(from->source);
    context->viewer = vs;
    context->id = id;
    vnc_tracer_init(&context->tracer, from->host_ops, from->host, id);
    vnc_address_info_copy(&context->local, &stream->local);
    vnc_address_info_copy(&context->peer, &stream->peer);
}

VncState *vnc_state_new(const VncClientContext *context, VncStream *stream, uint64_t id)
{
    VncState *vs = g_new0(VncState, 1);

    VNC_MAIN();
    vs->refs = 1;
    init_context(vs, context, stream, id);
    context = &vs->context;
    vnc_job_owner_init(&vs->owner, &owner_ops);
    vs->owner.tracer = context->tracer;
    vs->view_only = context->screen->options->view_only;
    vs->job = vnc_job_new(&vs->owner);
    vnc_wire_init(&vs->wire, context, stream, &vs->owner.output, stream_ready, vs);
    vnc_wishes_init(&vs->wishes);
    vnc_picture_init(&vs->picture);
    vnc_input_init(&vs->input, context);
    vnc_audio_init(&vs->audio, context, &vs->wire);
    vnc_cut_text_init(&vs->cut_text, context, &vs->wishes, &vs->news);
    vnc_idle_init(&vs->idle, context->main_context, idle_expired, vs);
    trace_connect(context);
    vnc_login_flow_begin(&vs->login, context, &vs->wire, login_happened, vs);
    /* The main loop sends the greeting: the server does not know this viewer yet. */
    vnc_state_mark(vs);
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
    vnc_login_flow_clear(&vs->login);
    vnc_wire_clear(&vs->wire);
    vnc_input_clear(&vs->input);
    vnc_audio_clear(&vs->audio);
    vnc_picture_clear(&vs->picture);
    vnc_news_clear(&vs->news);
    VNC_TRACE_VIEWER(&vs->context, CLIENT_DISCONNECT_FINISH, "initialized=%d", vs->initialized);
    vnc_job_owner_clear(&vs->owner);
    vnc_address_info_clear(&vs->context.local);
    vnc_address_info_clear(&vs->context.peer);
    vnc_options_unref(vs->context.options);
    g_free(vs->context.source);
    g_free(vs->why);
    g_free(vs);
}

void vnc_state_refuse_text(VncState *vs, const char *why)
{
    VNC_MAIN();
    if (vnc_cut_text_refuse(&vs->cut_text)) {
        g_autofree char *line =
            g_strdup_printf("the clipboard's text is refused: it is %s (said once)", why);

        log_line(vs, line);
    }
}
