/*
 * The host: connects scene, framebuffer and VNC server, and drives the refresh.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread; the trace on the worker, too. Owns the server, the desktop, the screen and the
 * timer. No lock.
 */
#include "ui/host-demo/host.h"

#include "ui/host-demo/cursors.h"
#include "ui/host-demo/picture.h"

#include <xkbcommon/xkbcommon-keysyms.h>

static void G_GNUC_PRINTF(2, 3) tell(DemoHost *host, const char *format, ...)
{
    va_list args;
    g_autofree char *line = NULL;

    if (host->event) {
        va_start(args, format);
        line = g_strdup_vprintf(format, args);
        va_end(args);
        host->event(host->opaque, line);
    }
}

const char *demo_family_name(VncFamily family)
{
    switch (family) {
    case VNC_FAMILY_IPV4:
        return "ipv4";
    case VNC_FAMILY_IPV6:
        return "ipv6";
    case VNC_FAMILY_UNIX:
        return "unix";
    case VNC_FAMILY_UNKNOWN:
        break;
    }
    return "unknown";
}

static void damage(DemoHost *host, const VncRect *rect)
{
    demo_screen_present(&host->screen, rect);
    if (host->shown) {
        vnc_server_damage(host->server, rect);
    }
}

static void show(DemoHost *host)
{
    host->shown = true;
    vnc_server_set_surface(host->server, host->screen.surface);
}

static void paint_scene(DemoHost *host, const VncRect *rect)
{
    DemoCanvas part = demo_canvas_clipped(&host->screen.canvas, rect);

    demo_desktop_paint(host->desktop, &part);
}

void demo_host_update(DemoHost *host)
{
    VncRect rect;

    while (demo_desktop_take_damage(host->desktop, &rect)) {
        if (!host->by_hand) {
            paint_scene(host, &rect);
            damage(host, &rect);
        }
    }
}

static void animate(DemoHost *host)
{
    if (!host->still && !host->by_hand) {
        int64_t elapsed = g_get_monotonic_time() - host->frame_0;

        host->frame = (uint64_t)elapsed * host->fps / G_USEC_PER_SEC;
        demo_desktop_set_frame(host->desktop, host->frame);
    }
}

static gboolean refresh(gpointer opaque)
{
    DemoHost *host = opaque;

    animate(host);
    demo_host_update(host);
    vnc_server_refresh(host->server);
    return G_SOURCE_CONTINUE;
}

static void on_interval(void *opaque, unsigned ms)
{
    DemoHost *host = opaque;

    tell(host, "interval %u", ms);
    if (ms == host->interval) {
        return;
    }
    host->interval = ms;
    g_clear_handle_id(&host->timer, g_source_remove);
    if (ms > 0) {
        host->timer = g_timeout_add_full(G_PRIORITY_DEFAULT, ms, refresh, host, NULL);
    }
}

/* Toggle a lock key's LED, as a guest does by itself. */
static void toggle_lock(DemoHost *host, uint32_t keysym)
{
    unsigned lock = keysym == XKB_KEY_Caps_Lock     ? VNC_LED_CAPS
                    : keysym == XKB_KEY_Num_Lock    ? VNC_LED_NUM
                    : keysym == XKB_KEY_Scroll_Lock ? VNC_LED_SCROLL
                                                    : 0;

    if (lock) {
        demo_host_set_leds(host, host->leds ^ lock);
    }
}

static void on_key(void *opaque, const VncKeyEvent *event)
{
    DemoHost *host = opaque;

    tell(host, "key %s %x %x %d", event->down ? "down" : "up", event->keysym, event->keycode,
         event->leds_known);
    demo_desktop_key(host->desktop, event->down, event->keysym, event->keycode);
    if (!host->event && event->down) {
        toggle_lock(host, event->keysym);
    }
}

static void on_pointer_absolute(void *opaque, int x, int y, unsigned buttons)
{
    DemoHost *host = opaque;
    const VncSurface *screen = host->screen.surface;

    /* A failure here prints a complaint, which tests look for. */
    g_return_if_fail(x >= 0 && x < screen->width && y >= 0 && y < screen->height);
    tell(host, "pointer abs %d %d %x", x, y, buttons);
    demo_desktop_point(host->desktop, x, y, buttons);
}

static void on_pointer_relative(void *opaque, int dx, int dy, unsigned buttons)
{
    DemoHost *host = opaque;

    tell(host, "pointer rel %d %d %x", dx, dy, buttons);
    demo_desktop_point_by(host->desktop, dx, dy, buttons);
}

static void on_viewer(void *opaque, VncViewerEvent event, const VncViewerInfo *info)
{
    static const char *const names[] = {
        [VNC_VIEWER_CONNECTED] = "connected",
        [VNC_VIEWER_INITIALIZED] = "initialized",
        [VNC_VIEWER_DISCONNECTED] = "disconnected",
    };
    DemoHost *host = opaque;
    const VncAddressInfo *address = &info->address;
    g_autofree char *news = NULL;

    tell(host, "viewer %s %" G_GUINT64_FORMAT " %s %s %s %d", names[event], info->id,
         demo_family_name(address->family), address->host[0] ? address->host : "-",
         address->service[0] ? address->service : "-", info->shared);

    if (event == VNC_VIEWER_INITIALIZED) {
        host->viewers++;
    } else if (event == VNC_VIEWER_DISCONNECTED && info->initialized && host->viewers > 0) {
        host->viewers--;
    } else {
        return;
    }
    if (!host->event) {
        news = g_strdup_printf("[viewer %s %s]", address->host[0] ? address->host : "here",
                               event == VNC_VIEWER_INITIALIZED ? "joined" : "left");
        demo_desktop_notice(host->desktop, news);
        demo_desktop_set_viewers(host->desktop, host->viewers);
    }
}

/* The demo has no clipboard of its own: tests see received texts, and set texts to send. */
static void on_clipboard_offered(void *opaque, bool available)
{
    DemoHost *host = opaque;

    tell(host, "clipboard %s", available ? "offered" : "withdrawn");
    if (available) {
        vnc_server_request_clipboard(host->server);
    }
}

static void on_clipboard_text(void *opaque, const char *text)
{
    g_autofree char *line = g_strescape(text, NULL);

    tell(opaque, "clipboard text %s", line);
}

static void on_clipboard_wanted(void *opaque)
{
    DemoHost *host = opaque;

    tell(host, "clipboard wanted");
    vnc_server_give_clipboard(host->server, host->clipboard);
}

static bool on_resize(void *opaque, int width, int height)
{
    DemoHost *host = opaque;

    g_return_val_if_fail(width >= 1 && width <= VNC_MAX_SIDE, false);
    g_return_val_if_fail(height >= 1 && height <= VNC_MAX_SIDE, false);
    tell(host, "resize %d %d", width, height);
    if (host->resizing == DEMO_RESIZING_NOW) {
        demo_host_resize(host, width, height);
    }
    return host->resizing != DEMO_RESIZING_NEVER;
}

static void on_log(void *opaque, const char *line)
{
    tell(opaque, "log %s", line);
}

static char *on_secret(void *opaque, const char *id, GError **error)
{
    DemoHost *host = opaque;

    return demo_objects_secret(host->objects, id, error);
}

static bool on_tls_object(void *opaque, const char *id, VncTlsObject *object, GError **error)
{
    DemoHost *host = opaque;

    return demo_objects_tls(host->objects, id, object, error);
}

static bool on_authorize(void *opaque, const char *id, const char *identity, GError **error)
{
    DemoHost *host = opaque;

    return demo_objects_authorize(host->objects, id, identity, error);
}

static bool on_power(void *opaque, VncPowerAction action)
{
    static const char *const names[] = {
        [VNC_POWER_SHUTDOWN] = "shutdown",
        [VNC_POWER_REBOOT] = "reboot",
        [VNC_POWER_RESET] = "reset",
    };
    DemoHost *host = opaque;
    g_autofree char *news = g_strdup_printf("[a viewer asks for %s]", names[action]);

    tell(host, "power %s", names[action]);
    if (!host->event) {
        demo_desktop_notice(host->desktop, news);
    }
    return true;
}

static void on_audio_start(void *opaque, uint64_t viewer, const VncAudioFormat *format)
{
    DemoHost *host = opaque;

    tell(host, "audio start %" G_GUINT64_FORMAT " %d %u %u", viewer, format->sample,
         format->channels, format->frequency);
    demo_tone_start(&host->tone, viewer, format);
}

static void on_audio_stop(void *opaque, uint64_t viewer)
{
    DemoHost *host = opaque;

    tell(host, "audio stop %" G_GUINT64_FORMAT, viewer);
    demo_tone_stop(&host->tone, viewer);
}

/* The next two functions run on the worker, too. */
static bool on_trace_wanted(void *opaque, VncTraceEvent event)
{
    const DemoHost *host = opaque;

    return host->trace->wanted[event];
}

static void on_trace(void *opaque, VncTraceEvent event, const char *text)
{
    const DemoHost *host = opaque;

    demo_trace_print(host->trace, event, text);
}

void demo_host_init(DemoHost *host, DemoObjects *objects, const DemoTrace *trace, int width,
                    int height, unsigned fps, bool still, DemoEventFunc *event, void *opaque)
{
    VncCursor *cursor;

    host->ops = (VncHostOps){
        .key = on_key,
        .pointer_absolute = on_pointer_absolute,
        .pointer_relative = on_pointer_relative,
        .set_refresh_interval = on_interval,
        .resize = on_resize,
        .viewer = on_viewer,
        .secret = on_secret,
        .tls_object = on_tls_object,
        .authorize = on_authorize,
        .clipboard_offered = event ? on_clipboard_offered : NULL,
        .clipboard_text = on_clipboard_text,
        .clipboard_wanted = on_clipboard_wanted,
        .power = on_power,
        .audio_start = on_audio_start,
        .audio_stop = on_audio_stop,
        .log = event ? on_log : NULL,
        .trace_wanted = trace->any ? on_trace_wanted : NULL,
        .trace = trace->any ? on_trace : NULL,
    };
    host->objects = objects;
    host->trace = trace;
    host->fps = fps;
    host->still = still;
    host->frame_0 = g_get_monotonic_time();
    host->event = event;
    host->opaque = opaque;
    host->desktop = demo_desktop_new(width, height, fps);
    demo_screen_init(&host->screen, width, height);
    host->server = vnc_server_new(&host->ops, host);
    demo_tone_init(&host->tone, host->server);
    vnc_server_set_audio(host->server, true);
    demo_host_update(host);
    show(host);
    demo_cursor_new("arrow", &cursor);
    vnc_server_set_cursor(host->server, cursor);
    vnc_cursor_unref(cursor);
}

void demo_host_clear(DemoHost *host)
{
    /* The server calls back while it ends, so host->server stays valid until then. */
    vnc_server_free(host->server);
    host->server = NULL;
    demo_tone_clear(&host->tone);
    g_clear_handle_id(&host->timer, g_source_remove);
    g_clear_pointer(&host->desktop, demo_desktop_free);
    demo_screen_clear(&host->screen);
    g_free(host->clipboard);
}

void demo_host_resize(DemoHost *host, int width, int height)
{
    host->shown = false;
    demo_screen_resize(&host->screen, width, height);
    demo_desktop_resize(host->desktop, width, height);
    if (host->by_hand && host->has_seed) {
        demo_host_picture(host, host->seed);
    } else {
        host->by_hand = false;
        demo_host_update(host);
    }
    show(host);
}

void demo_host_replace(DemoHost *host, pixman_format_code_t format)
{
    demo_host_update(host);
    demo_screen_replace(&host->screen, format);
    show(host);
}

void demo_host_no_surface(DemoHost *host)
{
    host->shown = false;
    vnc_server_set_surface(host->server, NULL);
}

/* Paint the scene's last changes: they stay beneath later painting by hand. */
static void by_hand(DemoHost *host)
{
    demo_host_update(host);
    host->by_hand = true;
}

void demo_host_picture(DemoHost *host, uint32_t seed)
{
    by_hand(host);
    host->has_seed = true;
    host->seed = seed;
    demo_picture_paint(&host->screen.canvas, seed);
    damage(host, &host->screen.canvas.clip);
}

void demo_host_fill(DemoHost *host, const VncRect *rect, uint32_t colour)
{
    by_hand(host);
    demo_canvas_fill(&host->screen.canvas, rect, colour);
    damage(host, rect);
}

void demo_host_noise(DemoHost *host, const VncRect *rect, uint32_t seed)
{
    by_hand(host);
    demo_noise_paint(&host->screen.canvas, rect, seed);
    damage(host, rect);
}

void demo_host_stop(DemoHost *host)
{
    host->still = true;
}

void demo_host_go(DemoHost *host)
{
    host->still = false;
    host->frame_0 = g_get_monotonic_time() - (int64_t)(host->frame * G_USEC_PER_SEC / host->fps);
    if (host->by_hand) {
        host->by_hand = false;
        host->has_seed = false;
        paint_scene(host, &host->screen.canvas.clip);
        damage(host, &host->screen.canvas.clip);
    }
}

void demo_host_set_leds(DemoHost *host, unsigned leds)
{
    host->leds = leds;
    vnc_server_set_leds(host->server, leds);
    demo_desktop_set_leds(host->desktop, leds);
}
