/*
 * The host of a fuzzed server: it checks that all values from viewers are within bounds.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread; trace() on the worker as well.
 */
#include "tests/fuzz/session.h"

#define ALL_BUTTONS 0x1ff /* VncButtons */

void session_set_size(World *world, int width, int height)
{
    vnc_surface_unref(world->surface);
    world->surface = vnc_surface_new(width, height);
    vnc_server_set_surface(world->server, world->surface);
}

/* What a host may do within a callback: anything. */
static void meddle(World *world)
{
    if (world->meddles && !world->meddling && take_u8(world->input) & 1) {
        world->meddling = true;
        session_host_step(world, world->input);
        world->meddling = false;
    }
}

/* --- what the server says ----------------------------------------------------------------- */

static void on_key(void *host, const VncKeyEvent *event)
{
    g_assert(event->keycode <= 0xff); /* a keysym may be any */
    g_assert(((World *)host)->connected > 0);
    meddle(host);
}

static bool on_takes_input(void *host, bool key)
{
    World *world = host;

    (void)key;
    if (!world->lazy) {
        return true;
    }
    meddle(world);
    return take_u8(world->input) & 1;
}

static void on_position(void *host, int x, int y, unsigned buttons)
{
    World *world = host;

    g_assert(x >= 0 && x < world->surface->width && y >= 0 && y < world->surface->height);
    g_assert((buttons & ~ALL_BUTTONS) == 0);
    world->buttons = buttons;
    meddle(world);
}

static void on_distance(void *host, int dx, int dy, unsigned buttons)
{
    g_assert(ABS(dx) <= 0x8000 && ABS(dy) <= 0x8000);
    g_assert((buttons & ~ALL_BUTTONS) == 0);
    ((World *)host)->buttons = buttons;
    meddle(host);
}

static void on_interval(void *host, unsigned ms)
{
    g_assert(ms <= VNC_REFRESH_SLOW_MS);
    meddle(host);
}

static bool on_resize(void *host, int width, int height)
{
    World *world = host;

    g_assert(width >= 1 && width <= VNC_MAX_SIDE && height >= 1 && height <= VNC_MAX_SIDE);
    if (world->resizing == RESIZING_AT_ONCE) {
        session_set_size(world, MIN(width, MAX_WIDTH), MIN(height, MAX_HEIGHT));
    }
    return world->resizing != RESIZING_NEVER;
}

static void on_viewer(void *host, VncViewerEvent event, const VncViewerInfo *info)
{
    World *world = host;

    (void)info;
    if (event == VNC_VIEWER_CONNECTED) {
        world->connected++;
    } else if (event == VNC_VIEWER_DISCONNECTED) {
        world->connected--;
    }
    g_assert(world->connected >= 0 && world->connected <= VIEWERS);
    meddle(world);
}

static char *on_secret(void *host, const char *id, GError **error)
{
    (void)host;
    (void)error;
    return g_strdup(id);
}

static void on_clipboard_offered(void *host, bool available)
{
    World *world = host;

    if (available && world->asks) {
        vnc_server_request_clipboard(world->server);
    }
    meddle(world);
}

static void on_clipboard_text(void *host, const char *text)
{
    g_assert(strlen(text) <= 1 << 20);
    g_assert(g_utf8_validate(text, -1, NULL));
    meddle(host);
}

static void on_clipboard_wanted(void *host)
{
    World *world = host;

    if (world->asks) {
        vnc_server_give_clipboard(world->server, "wanted\n\xc3\xa4");
    }
    meddle(world);
}

static bool on_power(void *host, VncPowerAction action)
{
    meddle(host);
    g_assert(action == VNC_POWER_SHUTDOWN || action == VNC_POWER_REBOOT ||
             action == VNC_POWER_RESET);
    return action == VNC_POWER_RESET;
}

static unsigned find_listener(const World *world, uint64_t viewer)
{
    unsigned i = 0;

    while (i < world->n_listeners && world->listeners[i].viewer != viewer) {
        i++;
    }
    return i;
}

static void on_audio_start(void *host, uint64_t viewer, const VncAudioFormat *format)
{
    World *world = host;

    g_assert(find_listener(world, viewer) == world->n_listeners);
    g_assert(world->n_listeners < VIEWERS);
    g_assert(format->sample >= VNC_AUDIO_U8 && format->sample <= VNC_AUDIO_S32);
    g_assert(format->channels == 1 || format->channels == 2);
    g_assert(format->frequency >= 1 && format->frequency <= VNC_AUDIO_MAX_FREQUENCY);
    world->listeners[world->n_listeners++] = (Listener){viewer, *format};
    meddle(world);
}

static void on_audio_stop(void *host, uint64_t viewer)
{
    World *world = host;
    unsigned which = find_listener(world, viewer);

    g_assert(which < world->n_listeners);
    world->listeners[which] = world->listeners[--world->n_listeners];
    meddle(world);
}

static void check_line(const char *text)
{
    g_assert(g_utf8_validate(text, -1, NULL));
    for (; *text; text++) {
        g_assert(!g_ascii_iscntrl(*text));
    }
}

static void on_log(void *host, const char *line)
{
    check_line(line);
    meddle(host);
}

static bool on_trace_wanted(void *host, VncTraceEvent event)
{
    (void)host;
    (void)event;
    return true;
}

static void on_trace(void *host, VncTraceEvent event, const char *text)
{
    (void)host;
    (void)event;
    g_assert(strlen(text) < 512);
    check_line(text);
}

const VncHostOps session_host_ops = {
    .key = on_key,
    .takes_input = on_takes_input,
    .pointer_absolute = on_position,
    .pointer_relative = on_distance,
    .set_refresh_interval = on_interval,
    .resize = on_resize,
    .viewer = on_viewer,
    .secret = on_secret,
    .clipboard_offered = on_clipboard_offered,
    .clipboard_text = on_clipboard_text,
    .clipboard_wanted = on_clipboard_wanted,
    .power = on_power,
    .audio_start = on_audio_start,
    .audio_stop = on_audio_stop,
    .log = on_log,
    .trace_wanted = on_trace_wanted,
    .trace = on_trace,
};

/* --- what the host does ------------------------------------------------------------------- */

static uint32_t pattern(unsigned kind, int x, int y, uint32_t *seed)
{
    switch (kind % 5) {
    case 0: /* one colour */
        return *seed;
    case 1: /* noise */
        *seed = *seed * 1664525 + 1013904223;
        return *seed;
    case 2: /* a ramp of greys */
        return (uint32_t)((x * 3 + y * 5) & 255) * 0x010101;
    case 3: /* two colours */
        return (x ^ y) & 1 ? *seed : ~*seed;
    default: /* a palette */
        return (*seed >> (x & 7)) & 0x0f0f0f;
    }
}

static void paint(World *world, Input *input)
{
    VncSurface *surface = world->surface;
    unsigned kind = take_u8(input);
    uint32_t seed = take_u32(input);
    VncRect rect;

    take_area(input, surface->width, surface->height, &rect.x, &rect.y, &rect.w, &rect.h);
    for (int y = rect.y; y < rect.y + rect.h; y++) {
        uint32_t *row = (uint32_t *)(void *)(surface->data + y * surface->stride);

        for (int x = rect.x; x < rect.x + rect.w; x++) {
            row[x] = pattern(kind, x, y, &seed);
        }
    }
    vnc_server_damage(world->server, &rect);
}

/* What stands somewhere goes elsewhere, straight down. */
static void scroll(World *world, Input *input)
{
    VncSurface *surface = world->surface;
    int by = 1 + take_below(input, 64);
    VncRect all = {0, 0, surface->width, surface->height};

    for (int y = surface->height - 1; y >= by; y--) {
        memcpy(surface->data + y * surface->stride, surface->data + (y - by) * surface->stride,
               (size_t)surface->width * 4);
    }
    vnc_server_damage(world->server, &all);
}

static void damage_anything(World *world, Input *input)
{
    VncRect rect = {(int32_t)take_u32(input), (int32_t)take_u32(input), take_u16(input),
                    take_u16(input)};

    rect.x >>= 8; /* a sum of place and size is no overflow */
    rect.y >>= 8;
    vnc_server_damage(world->server, &rect);
}

/* Another format of pixels, or nothing. */
static void show(World *world, Input *input)
{
    static const pixman_format_code_t formats[] = {PIXMAN_x8r8g8b8, PIXMAN_r5g6b5, PIXMAN_b8g8r8x8,
                                                   PIXMAN_r8g8b8, PIXMAN_x1r5g5b5};
    unsigned which = take_u8(input) % (G_N_ELEMENTS(formats) + 1);
    int width = world->surface->width, height = world->surface->height;
    ptrdiff_t stride = (ptrdiff_t)width * 4;
    VncSurface *other;
    void *data;

    if (which == G_N_ELEMENTS(formats)) {
        vnc_server_set_surface(world->server, NULL);
        return;
    }
    data = g_malloc0((size_t)(stride * height));
    other = vnc_surface_new_for_data(width, height, stride, formats[which], data, g_free, data);
    vnc_server_set_surface(world->server, other);
    vnc_surface_unref(other);
}

static void set_cursor(World *world, Input *input)
{
    static uint32_t pixels[64 * 64];
    int width = take_u8(input) % 65, height = take_u8(input) % 65;
    g_autoptr(VncCursor) cursor = NULL;

    for (unsigned i = 0; i < 16; i++) {
        pixels[i * 17] = take_u32(input);
    }
    if (take_u8(input) & 7) {
        int hot_x = (int8_t)take_u8(input), hot_y = (int8_t)take_u8(input);

        cursor = vnc_cursor_new(width, height, hot_x, hot_y, pixels);
    }
    vnc_server_set_cursor(world->server, cursor);
}

static char *take_text(Input *input)
{
    char text[64] = "";

    take_bytes(input, (uint8_t *)text, take_u8(input) % sizeof(text));
    text[sizeof(text) - 1] = '\0';
    return g_utf8_make_valid(text, -1);
}

static void set_name(World *world, Input *input)
{
    g_autofree char *name = take_text(input);

    vnc_server_set_name(world->server, name);
}

static void use_clipboard(World *world, Input *input)
{
    g_autofree char *text = take_text(input);

    switch (take_u8(input) % 6) {
    case 0:
        vnc_server_set_clipboard(world->server, NULL);
        break;
    case 1:
        vnc_server_set_clipboard(world->server, text);
        break;
    case 2:
        vnc_server_offer_clipboard(world->server);
        break;
    case 3:
        vnc_server_give_clipboard(world->server, text);
        break;
    case 4:
        vnc_server_give_clipboard(world->server, NULL);
        break;
    default:
        vnc_server_request_clipboard(world->server);
        break;
    }
}

static void play(World *world, Input *input)
{
    static uint8_t frames[4096];

    if (take_u8(input) % 8 == 0) {
        vnc_server_set_audio(world->server, take_u8(input) & 1);
    }
    for (unsigned i = 0; i < world->n_listeners; i++) {
        const Listener *listener = &world->listeners[i];
        size_t frame = vnc_audio_frame_size(&listener->format);

        if (take_u8(input) % 8 == 0) {
            vnc_server_audio_pause(world->server, listener->viewer);
        } else {
            vnc_server_audio(world->server, listener->viewer, frames,
                             take_u16(input) % sizeof(frames) / frame * frame);
        }
    }
}

static void set_state(World *world, Input *input)
{
    switch (take_u8(input) % 5) {
    case 0:
        vnc_server_set_leds(world->server, take_u8(input) & 7);
        break;
    case 1:
        vnc_server_set_pointer_absolute(world->server, take_u8(input) & 1);
        break;
    case 2: {
        int x = (int16_t)take_u16(input), y = (int16_t)take_u16(input);

        vnc_server_set_pointer_position(world->server, x, y);
        break;
    }
    case 3:
        vnc_server_refresh(world->server);
        break;
    default: {
        unsigned how = take_u8(input);

        world->asks = how & 1;
        world->lazy = how & 2;
        world->meddles = take_u8(input) & 1;
        vnc_server_input_ready(world->server);
        break;
    }
    }
}

static void set_any_size(World *world, Input *input)
{
    int width = 1 + take_below(input, MAX_WIDTH), height = 1 + take_below(input, MAX_HEIGHT);

    session_set_size(world, width, height);
}

void session_host_step(World *world, Input *input)
{
    static void (*const steps[])(World * world, Input * input) = {
        paint,      paint,    paint,     scroll,        damage_anything, show,
        set_cursor, set_name, set_name,  use_clipboard, use_clipboard,   play,
        play,       play,     set_state, set_any_size,
    };

    steps[take_u8(input) % G_N_ELEMENTS(steps)](world, input);
}
