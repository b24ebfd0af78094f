/*
 * A server's life, and the properties that the host sets.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread, but for wake_main().
 */
#include "ui/server/server-private.h"

#include "ui/base/source.h"

/* Worker: have the main thread collect finished jobs. */
static void wake_main(void *opaque)
{
    VncServer *server = opaque;

    vnc_source_wake(server->wake);
}

/* Main thread, woken by the worker. */
static void woken(void *opaque)
{
    VncServer *server = opaque;

    vnc_job_queue_collect(server->queue);
    vnc_turns_run(server->turns);
    if (server->refresh_late) {
        vnc_server_refresh(server);
    }
}

static void use_options(VncServer *server, const VncOptions *options)
{
    vnc_options_ref(options);
    vnc_options_unref(server->screen.options);
    server->screen.options = options;
    vnc_log_limit_set(server->strangers_log, options->log_lines);
    vnc_log_limit_set(server->viewers_log, options->log_lines);
    vnc_doorman_use_options(&server->doorman, options);
}

VncServer *vnc_server_new(const VncHostOps *ops, void *host)
{
    g_autoptr(VncOptions) defaults = vnc_options_new();
    VncServer *server = g_new0(VncServer, 1);

    VNC_MAIN();
    server->ops = ops;
    server->host = host;
    vnc_tracer_init(&server->tracer, ops, host, VNC_TRACE_NOBODY);
    server->context = g_main_context_ref_thread_default();
    server->viewers = g_ptr_array_new();
    server->listeners = g_ptr_array_new_with_free_func((GDestroyNotify)vnc_listener_free);
    vnc_passwords_init(&server->passwords);
    server->settings = vnc_auth_settings_new();
    server->offload = vnc_offload_new(server->context);
    vnc_doorman_init(&server->doorman, &server->clock);
    server->strangers_log = vnc_log_limit_new(&server->clock, ops, host, server->context,
                                              "connections that were not let in");
    server->viewers_log = vnc_log_limit_new(&server->clock, ops, host, server->context, "viewers");
    use_options(server, defaults);
    server->screen.name = g_strdup("");
    server->screen.absolute = true;
    server->screen.pointer_x = server->screen.pointer_y = -1;
    vnc_display_lock_init(&server->screen.display);
    vnc_server_refresh_init(server);
    server->wake = vnc_source_new_wake(server->context, "vnc-worker-done", woken, server);
    server->queue = vnc_job_queue_new(wake_main, server);
    server->turns = vnc_turns_new(server->context, vnc_state_have_turn);
    return server;
}

void vnc_server_free(VncServer *server)
{
    if (!server) {
        return;
    }
    VNC_MAIN();
    server->ending = true;
    /* First all that calls the host: the host may call the server, which must still be whole. */
    g_ptr_array_set_size(server->listeners, 0);
    g_clear_pointer(&server->connector, vnc_connector_free);
    vnc_server_drop_viewers(server);
    vnc_log_limit_flush(server->strangers_log);
    vnc_log_limit_flush(server->viewers_log);
    vnc_server_input_clear(server);
    vnc_server_set_surface(server, NULL);
    vnc_job_queue_free(server->queue);
    vnc_offload_free(server->offload);
    vnc_server_clipboard_clear(server);
    vnc_source_clear(&server->wake);
    g_assert(server->viewers->len == 0);
    vnc_turns_free(server->turns);
    g_ptr_array_unref(server->viewers);
    g_ptr_array_unref(server->listeners);
    vnc_passwords_clear(&server->passwords);
    vnc_auth_settings_unref(server->settings);
    vnc_log_limit_free(server->strangers_log);
    vnc_log_limit_free(server->viewers_log);
    vnc_doorman_clear(&server->doorman);
    vnc_server_refresh_clear(server);
    vnc_options_unref(server->screen.options);
    vnc_display_lock_clear(&server->screen.display);
    vnc_cursor_unref(server->screen.cursor);
    g_free(server->screen.name);
    g_main_context_unref(server->context);
    g_free(server);
}

static void tell_options(VncState *vs, void *opaque)
{
    vnc_state_options_changed(vs);
    /* A view-only viewer has no part in the clipboard. */
    if (vnc_state_is_view_only(vs)) {
        vnc_server_clipboard_left(opaque, vs);
    }
}

static void trace_auth(const VncServer *server)
{
    const char *subauth, *auth = vnc_server_auth_name(server, false, &subauth);

    VNC_TRACE(&server->tracer, AUTH_INIT, "auth=%s subauth=%s", auth, subauth ? subauth : "none");
}

bool vnc_server_open(VncServer *server, const VncOptions *options, GError **error)
{
    VncPasswords passwords = {0};
    g_autoptr(VncAuthSettings) settings = NULL;
    bool ok;

    VNC_MAIN();
    settings = vnc_server_read_settings(server, options, error);
    ok = settings && vnc_server_read_passwords(server, options, &passwords, error) &&
         vnc_server_listen_on(server, options, false, error);
    if (ok) {
        vnc_server_use_settings(server, settings);
        trace_auth(server);
        vnc_server_use_passwords(server, &passwords);
        use_options(server, options);
        vnc_server_for_each(server, tell_options, server);
        vnc_server_log_settings(server, settings);
        vnc_server_log_passwords(server, &passwords);
    }
    vnc_passwords_clear(&passwords);
    return ok;
}

void vnc_server_set_name(VncServer *server, const char *name)
{
    VNC_MAIN();
    g_free(server->screen.name);
    server->screen.name = g_utf8_make_valid(name, -1);
    vnc_server_tell(server, vnc_state_name_changed);
}

void vnc_server_set_cursor(VncServer *server, VncCursor *cursor)
{
    VNC_MAIN();
    if (cursor) {
        vnc_cursor_ref(cursor);
    }
    vnc_cursor_unref(server->screen.cursor);
    server->screen.cursor = cursor;
    vnc_server_tell(server, vnc_state_cursor_changed);
}

void vnc_server_set_pointer_absolute(VncServer *server, bool absolute)
{
    VNC_MAIN();
    if (server->screen.absolute != absolute) {
        server->screen.absolute = absolute;
        vnc_server_tell(server, vnc_state_pointer_type_changed);
    }
}

void vnc_server_set_audio(VncServer *server, bool available)
{
    VNC_MAIN();
    if (server->screen.audio != available) {
        server->screen.audio = available;
        vnc_server_tell(server, vnc_state_audio_changed);
    }
}

void vnc_server_audio(VncServer *server, uint64_t viewer, const void *frames, size_t len)
{
    VncState *vs = vnc_server_find_viewer(server, viewer);

    VNC_MAIN();
    if (vs) {
        vnc_state_audio(vs, frames, len);
    }
}

void vnc_server_audio_pause(VncServer *server, uint64_t viewer)
{
    VncState *vs = vnc_server_find_viewer(server, viewer);

    VNC_MAIN();
    if (vs) {
        vnc_state_pause_audio(vs);
    }
}

void vnc_server_set_pointer_position(VncServer *server, int x, int y)
{
    VncScreen *screen = &server->screen;

    VNC_MAIN();
    x = MAX(x, 0);
    y = MAX(y, 0);
    if (screen->pointer_x != x || screen->pointer_y != y) {
        screen->pointer_x = x;
        screen->pointer_y = y;
        vnc_server_tell(server, vnc_state_pointer_moved);
        vnc_server_hurry(server);
    }
}

void vnc_server_set_leds(VncServer *server, unsigned leds)
{
    VNC_MAIN();
    if (server->screen.leds != leds) {
        server->screen.leds = leds;
        vnc_server_tell(server, vnc_state_leds_changed);
    }
}
