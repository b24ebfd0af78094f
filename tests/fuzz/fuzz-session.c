/*
 * Fuzz whole sessions: a server with its threads, a host and up to three viewers.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread, and the server's own threads. The input sets the clock. Input: three bytes of
 * options, then steps: a viewer connects, sends a message, reads a little or not at all, leaves;
 * the host paints, resizes, plays sound, and so on; time passes. In the end all viewers leave, and
 * the host must have nothing left of them.
 */
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/session.h"

#include <errno.h>
#include <sys/socket.h>
#include <unistd.h>

#define MAX_STEPS 300

/* Turns of the main loop until it is idle: far more than there may be. */
#define PATIENCE 200000

static int64_t session_now(void *opaque)
{
    return ((World *)opaque)->now;
}

static void turn(int turns)
{
    while (turns-- > 0 && g_main_context_iteration(NULL, FALSE)) {
    }
}

static bool is_idle(World *world)
{
    VncServer *server = world->server;

    if (server->clipboard.working || server->refresh_late || g_main_context_pending(NULL)) {
        return false;
    }
    for (unsigned i = 0; i < server->viewers->len; i++) {
        VncState *vs = g_ptr_array_index(server->viewers, i);
        bool in_flight;

        vnc_lock_queue(server->queue);
        in_flight = vs->owner.in_flight > 0;
        vnc_unlock_queue(server->queue);
        if (in_flight || vs->login.state == VNC_LOGIN_WORKS) {
            return false;
        }
    }
    return true;
}

/* Turn the main loop until no thread has anything in hand. */
static void settle(World *world)
{
    for (int i = 0; !is_idle(world); i++) {
        g_assert(i < PATIENCE);
        if (!g_main_context_iteration(NULL, FALSE)) {
            g_usleep(50);
        }
    }
}

/* As much as the socket takes. */
static void say(World *world, int which, const void *bytes, size_t len)
{
    const uint8_t *at = bytes;

    for (int i = 0; len > 0 && world->fds[which] >= 0 && i < 100; i++) {
        ssize_t n = send(world->fds[which], at, len, MSG_DONTWAIT | MSG_NOSIGNAL);

        if (n > 0) {
            at += n;
            len -= n;
        } else if (n < 0 && errno != EAGAIN) {
            break;
        }
        turn(1);
    }
}

static void hear(World *world, int which, size_t most)
{
    static uint8_t bytes[65536];

    while (most > 0 && world->fds[which] >= 0) {
        ssize_t n = recv(world->fds[which], bytes, MIN(most, sizeof(bytes)), MSG_DONTWAIT);

        if (n <= 0) {
            break;
        }
        most -= n;
    }
}

/* How a viewer comes. */
enum {
    BY_WEBSOCKET = 1 << 0,
    SKIPS_LOGIN = 1 << 1,
    HOLDS_LITTLE = 1 << 2, /* its socket does */
    SILENT = 1 << 3,
    ALONE = 1 << 4,
    OLD = 1 << 5, /* RFB 3.3 */
};

static void greet(World *world, int which, unsigned how)
{
    static const char upgrade[] = "GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\n"
                                  "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                                  "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";
    const uint8_t shared = !(how & ALONE);

    if (how & BY_WEBSOCKET) {
        say(world, which, upgrade, strlen(upgrade));
    } else {
        say(world, which, how & OLD ? "RFB 003.003\n" : "RFB 003.008\n\1", how & OLD ? 12 : 13);
        say(world, which, &shared, 1);
    }
}

static void come(World *world, int which, unsigned how)
{
    g_autoptr(GSocket) socket = NULL;
    int fds[2], size = 4096;

    if (world->fds[which] >= 0) {
        return;
    }
    g_assert(socketpair(AF_UNIX, SOCK_STREAM, 0, fds) == 0);
    if (how & HOLDS_LITTLE) {
        g_assert(setsockopt(fds[0], SOL_SOCKET, SO_SNDBUF, &size, sizeof(size)) == 0);
    }
    world->fds[which] = fds[1];
    socket = g_socket_new_from_fd(fds[0], NULL);
    if (how & BY_WEBSOCKET) {
        vnc_server_accept_websocket(world->server, socket);
    } else {
        vnc_server_add_viewer(world->server, socket, how & SKIPS_LOGIN);
    }
    if (!(how & SILENT)) {
        greet(world, which, how);
    }
}

static void leave(World *world, int which)
{
    if (world->fds[which] >= 0) {
        close(world->fds[which]);
        world->fds[which] = -1;
    }
}

static void say_message(World *world, int which, Input *input)
{
    VncBuffer message = {0};

    session_take_message(input, &message);
    say(world, which, vnc_buffer_bytes(&message), message.len);
    vnc_buffer_clear(&message);
}

static void refresh(World *world, int64_t ms)
{
    world->now += ms * 1000;
    vnc_server_refresh(world->server);
}

static void step(World *world, Input *input)
{
    unsigned what = take_u8(input);
    int which = (what >> 4) % VIEWERS;

    switch (what & 15) {
    case 0:
    case 1:
    case 2:
    case 3:
    case 4:
        say_message(world, which, input);
        break;
    case 5:
    case 6:
    case 7:
        session_host_step(world, input);
        break;
    case 8:
        refresh(world, 16);
        break;
    case 9:
        refresh(world, take_u16(input));
        break;
    case 10:
        hear(world, which, take_u16(input));
        break;
    case 11:
        hear(world, which, SIZE_MAX);
        break;
    case 12:
        come(world, which, take_u8(input));
        break;
    case 13:
        if (take_u8(input) & 1) {
            leave(world, which);
        } else if (world->fds[which] >= 0) {
            shutdown(world->fds[which], SHUT_WR);
        }
        break;
    case 14:
        settle(world);
        break;
    default:
        break;
    }
    turn(what >> 6);
}

static void open_server(World *world, Input *input)
{
    g_autoptr(VncOptions) options = vnc_options_new();
    unsigned flags = take_u8(input), more = take_u8(input);
    g_autoptr(GError) error = NULL;

    g_ptr_array_add(options->addresses, g_strdup("none"));
    options->share = flags % 3;
    options->lossy = flags & 4;
    options->view_only = (flags & 0x18) == 0x18;
    options->power_control = flags & 0x20;
    options->resize = flags & 0x40;
    options->non_adaptive = flags & 0x80;
    options->password_secret = more & 1 ? g_strdup("secret") : NULL;
    options->connections = 1 + (more >> 1) % VIEWERS;
    options->half_open = more >> 3 & 3;
    options->lossless_refresh_ms = more & 0x20 ? 100 : 2000;
    options->login_timeout = 0;
    options->login_delay_ms = 0;
    if (!vnc_server_open(world->server, options, &error)) {
        g_error("%s", error->message);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    Input input = {bytes, len};
    World world = {.now = 1000000, .input = &input, .fds = {-1, -1, -1}};

    world.server = vnc_server_new(&session_host_ops, &world);
    world.server->clock = (VncClock){session_now, &world};
    vnc_server_set_audio(world.server, true);
    open_server(&world, &input);
    world.resizing = take_u8(&input) % RESIZINGS;
    session_set_size(&world, 320, 200);
    come(&world, 0, SKIPS_LOGIN);
    for (int i = 0; input.len > 0 && i < MAX_STEPS; i++) {
        step(&world, &input);
    }
    settle(&world);
    for (int i = 0; i < VIEWERS; i++) {
        leave(&world, i);
    }
    world.lazy = false;
    while (world.server->viewers->len > 0) {
        vnc_server_input_ready(world.server);
        settle(&world);
        refresh(&world, 16);
    }
    g_assert(world.connected == 0 && world.n_listeners == 0 && world.buttons == 0);
    vnc_server_free(world.server);
    vnc_surface_unref(world.surface);
    return 0;
}
