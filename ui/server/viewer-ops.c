/*
 * New viewers, and the calls of viewers to their server.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread.
 */
#include "ui/server/server-private.h"

static void report(VncServer *server, VncViewerEvent event, VncState *vs)
{
    if (server->ops->viewer) {
        VncViewerInfo info;

        /* The host may disconnect the viewer meanwhile. */
        vnc_state_ref(vs);
        vnc_state_get_info(vs, &info);
        server->ops->viewer(server->host, event, &info);
        vnc_state_unref(vs);
    }
}

static const char *guess(void *opaque, VncState *vs)
{
    VncServer *server = opaque;

    return vnc_doorman_guess(&server->doorman, vnc_state_source(vs));
}

static void guessed(void *opaque, VncState *vs, VncGuessResult result, const char *user)
{
    VncServer *server = opaque;

    vnc_doorman_guessed(&server->doorman, vnc_state_source(vs), result, user);
}

/* The oldest other viewer for which @test holds, or NULL. */
static VncState *find_other(VncServer *server, const VncState *vs,
                            bool (*test)(const VncState *other))
{
    for (unsigned i = 0; i < server->viewers->len; i++) {
        VncState *other = g_ptr_array_index(server->viewers, i);

        if (other != vs && test(other)) {
            return other;
        }
    }
    return NULL;
}

static bool is_exclusive(const VncState *vs)
{
    return vnc_state_is_initialized(vs) && vnc_state_excludes_others(vs);
}

static void make_way(VncState *vs, void *opaque)
{
    if (vs != opaque && vnc_state_is_initialized(vs)) {
        vnc_state_disconnect(vs, "disconnected for an exclusive viewer");
    }
}

static const char *admit(void *opaque, VncState *vs)
{
    VncServer *server = opaque;
    bool exclusive = vnc_state_excludes_others(vs);

    switch (server->screen.options->share) {
    case VNC_SHARE_ALLOW_EXCLUSIVE:
        if (exclusive) {
            vnc_server_for_each(server, make_way, vs);
        } else if (find_other(server, vs, is_exclusive)) {
            return "refused: an exclusive viewer is connected (share=allow-exclusive)";
        }
        break;
    case VNC_SHARE_FORCE_SHARED:
        if (exclusive) {
            return "refused: it wants to be the only viewer (share=force-shared)";
        }
        break;
    case VNC_SHARE_IGNORE:
        break;
    }
    if (vnc_server_count_initialized(server) >= server->screen.options->connections) {
        return "refused: as many viewers as connections= allows are connected";
    }
    return NULL;
}

static void initialized(void *opaque, VncState *vs)
{
    VncServer *server = opaque;

    report(server, VNC_VIEWER_INITIALIZED, vs);
    vnc_server_hurry(server);
}

static void left(void *opaque, VncState *vs)
{
    VncServer *server = opaque;

    g_ptr_array_remove(server->viewers, vs);
    vnc_state_unref(vs);
}

static void disconnected(void *opaque, VncState *vs)
{
    VncServer *server = opaque;

    report(server, VNC_VIEWER_DISCONNECTED, vs);
    vnc_server_clipboard_left(server, vs);
    vnc_server_pace(server);
}

static enum VncDesktopSizeStatus resize(void *opaque, VncState *vs, int width, int height)
{
    VncServer *server = opaque;
    const VncSurface *surface;
    bool accepted;

    if (!server->screen.options->resize || !server->ops->resize) {
        return VNC_DESKTOP_SIZE_PROHIBITED;
    }
    server->resizer = vs;
    accepted = server->ops->resize(server->host, width, height);
    server->resizer = NULL;
    if (!accepted) {
        return VNC_DESKTOP_SIZE_PROHIBITED;
    }
    surface = server->screen.surface;
    return surface->width == width && surface->height == height ? VNC_DESKTOP_SIZE_OK
                                                                : VNC_DESKTOP_SIZE_FORWARDED;
}

static void hurry(void *opaque)
{
    VncServer *server = opaque;

    vnc_pace_expect(&server->pace, vnc_clock_now(&server->clock));
    vnc_server_pace(server);
}

static const VncClientOps client_ops = {
    .guess = guess,
    .guessed = guessed,
    .admit = admit,
    .initialized = initialized,
    .left = left,
    .disconnected = disconnected,
    .wants_refresh = hurry,
    .resize = resize,
    .active = hurry,
    .text_offered = vnc_server_text_offered,
    .text_given = vnc_server_text_given,
    .text_wanted = vnc_server_text_wanted,
};

/* A viewer has connected. If too many viewers are in their login, drop one, which may be the new
 * one. */
static void thin_out(VncServer *server)
{
    unsigned n = 0;
    g_autofree VncHalfOpen *logins = g_new(VncHalfOpen, server->viewers->len);
    g_autofree VncState **viewers = g_new(VncState *, server->viewers->len);
    int victim;

    for (unsigned i = 0; i < server->viewers->len; i++) {
        VncState *vs = server->viewers->pdata[i];

        /* A viewer that the host itself has let in is never dropped. */
        if (!vnc_state_is_initialized(vs) && !vnc_state_is_invited(vs)) {
            logins[n] = (VncHalfOpen){vnc_state_source(vs), vnc_state_progress(vs)};
            viewers[n++] = vs;
        }
    }
    /* The new viewer may be gone already: the host, told of it, may have disconnected it. */
    victim = vnc_doorman_drop(&server->doorman, server->screen.options, logins, n);
    if (victim >= 0) {
        vnc_state_disconnect(viewers[victim], "dropped: too many connections in their handshake");
    }
}

static void add_viewer(VncServer *server, GSocket *socket, bool websocket, bool skip_auth)
{
    VncStream *stream = vnc_stream_new_socket(socket, server->context);
    g_autoptr(VncAuthSettings) free_entry = vnc_auth_settings_new();
    g_autofree char *source =
        vnc_doorman_source(server->screen.options, &stream->peer, &stream->local);
    VncClientContext context = {
        .ops = &client_ops,
        .server = server,
        .screen = &server->screen,
        .options = server->screen.options,
        .queue = server->queue,
        .turns = server->turns,
        .host_ops = server->ops,
        .host = server->host,
        .main_context = server->context,
        .login =
            {
                .settings = skip_auth ? free_entry : server->settings,
                .passwords = &server->passwords,
                .offload = server->offload,
                .invited = skip_auth,
            },
        .source = source,
        .strangers_log = server->strangers_log,
        .viewers_log = server->viewers_log,
        .websocket = websocket,
    };
    VncState *vs;

    vnc_socket_set_peer_timeout(socket, server->screen.options->peer_timeout);
    if (!skip_auth) {
        context.login.refusal = vnc_doorman_refuses(&server->doorman, source);
    }
    vs = vnc_state_new(&context, stream, server->next_id++);
    g_ptr_array_add(server->viewers, vs);
    vnc_state_ref(vs);
    report(server, VNC_VIEWER_CONNECTED, vs);

    if (!skip_auth) {
        thin_out(server);
    }
    vnc_state_unref(vs);
}

void vnc_server_accept(void *opaque, GSocket *socket)
{
    add_viewer(opaque, socket, false, false);
}

void vnc_server_accept_websocket(void *opaque, GSocket *socket)
{
    add_viewer(opaque, socket, true, false);
}

void vnc_server_add_viewer(VncServer *server, GSocket *socket, bool skip_auth)
{
    VNC_MAIN();
    if (server->ending) {
        g_socket_close(socket, NULL);
    } else {
        add_viewer(server, socket, false, skip_auth);
    }
}

static void drop(VncState *vs)
{
    vnc_state_disconnect(vs, NULL);
}

void vnc_server_drop_viewers(VncServer *server)
{
    vnc_server_tell(server, drop);
}
