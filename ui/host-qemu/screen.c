/*
 * A console's picture, on its way to the server.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * BQL; a device may call in from a vCPU's thread. Owns a reference to the pixman image of
 * the surface shown, until the next one.
 */
#include "qemu/osdep.h"
#include "host.h"

#include "qemu/error-report.h"

static VncHost *host_of(DisplayChangeListener *dcl)
{
    return container_of(dcl, VncHost, dcl);
}

static void refresh(DisplayChangeListener *dcl)
{
    VncServer *server = host_of(dcl)->server;

    if (vnc_server_watched(server)) {
        graphic_hw_update(dcl->con);
    }
    vnc_server_refresh(server);
}

void vnc_host_screen_poll(VncHost *host)
{
    if (host->dcl.ds) {
        graphic_hw_update(host->dcl.con);
    }
}

static void damage(DisplayChangeListener *dcl, int x, int y, int w, int h)
{
    VncRect rect = {x, y, w, h};

    vnc_server_damage(host_of(dcl)->server, &rect);
}

static void unref_image(void *image)
{
    qemu_pixman_image_unref(image);
}

/* NULL: the console shows nothing, as with a vmware-svga before the guest sets a size. */
static VncSurface *wrap_surface(DisplaySurface *surface)
{
    int width = surface_width(surface);
    int height = surface_height(surface);

    if (width < 1 || height < 1) {
        return NULL;
    }
    if (width > VNC_MAX_SIDE || height > VNC_MAX_SIDE) {
        warn_report("vnc: a screen of %dx%d: shown is its upper left part, up to %dx%d", width,
                    height, VNC_MAX_SIDE, VNC_MAX_SIDE);
    }
    return vnc_surface_new_for_data(MIN(width, VNC_MAX_SIDE), MIN(height, VNC_MAX_SIDE),
                                    surface_stride(surface), surface_format(surface),
                                    surface_data(surface), unref_image,
                                    pixman_image_ref(surface->image));
}

static void switch_surface(DisplayChangeListener *dcl, DisplaySurface *new_surface)
{
    VncHost *host = host_of(dcl);
    g_autoptr(VncSurface) surface = new_surface ? wrap_surface(new_surface) : NULL;

    if (surface) {
        host->width = surface_width(new_surface);
        host->height = surface_height(new_surface);
    }
    vnc_server_set_surface(host->server, surface);
}

static void show_cursor(VncHost *host)
{
    const uint32_t nothing = 0;
    g_autoptr(VncCursor) none = NULL;

    /* If the device has defined no shape, the viewers keep their own. */
    if (host->hidden && host->cursor) {
        none = vnc_cursor_new(0, 0, 0, 0, &nothing);
    }
    vnc_server_set_cursor(host->server, none ? none : host->cursor);
}

static void define_cursor(DisplayChangeListener *dcl, QEMUCursor *cursor)
{
    VncHost *host = host_of(dcl);

    vnc_cursor_unref(host->cursor);
    host->cursor =
        vnc_cursor_new(cursor->width, cursor->height, cursor->hot_x, cursor->hot_y, cursor->data);
    show_cursor(host);
}

/* The device shows its cursor at @x, @y, whether a viewer or the guest has moved it. */
static void move_cursor(DisplayChangeListener *dcl, int x, int y, VncCompatMouseOn on)
{
    VncHost *host = host_of(dcl);

    if (host->hidden != !on) {
        host->hidden = !on;
        show_cursor(host);
    }
    if (on) {
        vnc_server_set_pointer_position(host->server, x, y);
    }
}

static const DisplayChangeListenerOps dcl_ops = {
    .dpy_name = "vnc",
    .dpy_refresh = refresh,
    .dpy_gfx_update = damage,
    .dpy_gfx_switch = switch_surface,
    .dpy_gfx_check_format = qemu_pixman_check_format,
    .dpy_mouse_set = move_cursor,
    .dpy_cursor_define = define_cursor,
};

static void apply_interval(VncHost *host)
{
    if (host->dcl.ds) {
        update_displaychangelistener(&host->dcl, host->interval);
    }
}

void vnc_host_set_refresh_interval(void *opaque, unsigned ms)
{
    VncHost *host = opaque;

    host->interval = ms ? ms : GUI_REFRESH_INTERVAL_IDLE;
    apply_interval(host);
}

/* Pass on the viewer's wish; the guest decides. */
bool vnc_host_resize(void *opaque, int width, int height)
{
    VncHost *host = opaque;
    QemuUIInfo info = {.width = width, .height = height};

    return !host->ending && host->dcl.ds && dpy_ui_info_supported(host->dcl.con) &&
           dpy_set_ui_info(host->dcl.con, &info, false) == 0;
}

void vnc_host_screen_detach(VncHost *host)
{
    if (host->dcl.ds) {
        unregister_displaychangelistener(&host->dcl);
        vnc_server_set_surface(host->server, NULL);
    }
}

static void attach(VncHost *host, QemuConsole *con)
{
    host->dcl.ops = &dcl_ops;
    host->dcl.con = con;
    register_displaychangelistener(&host->dcl);
    if (!host->interval) {
        host->interval = GUI_REFRESH_INTERVAL_IDLE;
    }
    apply_interval(host);
}

void vnc_host_show_console(VncHost *host, QemuConsole *con)
{
    vnc_host_screen_detach(host);
    attach(host, con);
    vnc_host_pointer_reset(host);
}
