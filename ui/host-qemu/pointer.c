/*
 * The pointer of the viewers, on its way to the guest.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * BQL.
 */
#include "qemu/osdep.h"
#include "host.h"

void vnc_host_pointer_reset(VncHost *host)
{
    vnc_server_set_pointer_absolute(host->server, vnc_compat_input_is_absolute(host->dcl.con));
}

static void on_mouse_mode(Notifier *notifier, void *data)
{
    vnc_host_pointer_reset(container_of(notifier, VncHost, mouse_mode));
}

void vnc_host_pointer_init(VncHost *host)
{
    host->mouse_mode.notify = on_mouse_mode;
    qemu_add_mouse_mode_change_notifier(&host->mouse_mode);
    vnc_host_pointer_reset(host);
}

void vnc_host_pointer_clear(VncHost *host)
{
    qemu_remove_mouse_mode_change_notifier(&host->mouse_mode);
}

/* Whether pointer events go to the guest: a text console has no use for them. */
static bool reaches_guest(VncHost *host)
{
    return !host->ending && host->options && qemu_console_is_graphic(host->dcl.con);
}

static void put_buttons(VncHost *host, unsigned buttons)
{
    uint32_t map[INPUT_BUTTON__MAX] = {
        [INPUT_BUTTON_LEFT] = VNC_BUTTON_LEFT,
        [INPUT_BUTTON_MIDDLE] = VNC_BUTTON_MIDDLE,
        [INPUT_BUTTON_RIGHT] = VNC_BUTTON_RIGHT,
        [INPUT_BUTTON_WHEEL_UP] = VNC_BUTTON_WHEEL_UP,
        [INPUT_BUTTON_WHEEL_DOWN] = VNC_BUTTON_WHEEL_DOWN,
        [INPUT_BUTTON_WHEEL_LEFT] = VNC_BUTTON_WHEEL_LEFT,
        [INPUT_BUTTON_WHEEL_RIGHT] = VNC_BUTTON_WHEEL_RIGHT,
        [INPUT_BUTTON_SIDE] = VNC_BUTTON_BACK,
        [INPUT_BUTTON_EXTRA] = VNC_BUTTON_FORWARD,
    };

    if (buttons != host->buttons) {
        qemu_input_update_buttons(host->dcl.con, map, host->buttons, buttons);
        host->buttons = buttons;
    }
}

/* A point within the pixel: from its first quarter at one edge of the screen to its last quarter at
 * the other. So the guest finds this pixel whether it scales by the screen's width and rounds down,
 * or scales by one less and rounds. */
static void queue_position(VncHost *host, InputAxis axis, int64_t pixel, int64_t pixels)
{
    int64_t last = MAX(pixels - 1, 1), range = 4 * last * pixels;
    int64_t point = 4 * last * pixel + 2 * pixel + last;
    int place = (point * INPUT_EVENT_ABS_MAX + range / 2) / range;

    qemu_input_queue_abs(host->dcl.con, axis, place, INPUT_EVENT_ABS_MIN, INPUT_EVENT_ABS_MAX);
}

void vnc_host_pointer_absolute(void *opaque, int x, int y, unsigned buttons)
{
    VncHost *host = opaque;

    if (!reaches_guest(host)) {
        return;
    }
    queue_position(host, INPUT_AXIS_X, x, host->width);
    queue_position(host, INPUT_AXIS_Y, y, host->height);
    put_buttons(host, buttons);
    qemu_input_event_sync();
}

void vnc_host_pointer_relative(void *opaque, int dx, int dy, unsigned buttons)
{
    VncHost *host = opaque;

    if (!reaches_guest(host)) {
        return;
    }
    if (dx) {
        qemu_input_queue_rel(host->dcl.con, INPUT_AXIS_X, dx);
    }
    if (dy) {
        qemu_input_queue_rel(host->dcl.con, INPUT_AXIS_Y, dy);
    }
    put_buttons(host, buttons);
    qemu_input_event_sync();
}
