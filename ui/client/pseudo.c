/*
 * Pseudo-rectangles: what a viewer is told besides pixels.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread.
 */
#include "ui/client/client-private.h"

#include "ui/rfb/write.h"

void vnc_state_write_messages(VncState *vs, VncBuffer *out)
{
    if (vnc_state_take(vs, VNC_PENDING_COLOUR_MAP)) {
        vnc_write_colour_map_332(out);
    }
    vnc_state_write_clipboard(vs, out);
    if (vnc_state_take(vs, VNC_PENDING_XVP_INIT) && vs->features.xvp) {
        vnc_write_xvp(out, VNC_XVP_VERSION, VNC_XVP_INIT);
        vs->told_xvp = true;
    }
}

static void trace_extended_size(const VncState *vs, enum VncDesktopSizeReason reason,
                                enum VncDesktopSizeStatus status)
{
    VNC_TRACE_VIEWER(vs, MSG_SERVER_EXT_DESKTOP_RESIZE, "size=%dx%d reason=%d status=%d", vs->width,
                     vs->height, reason, status);
}

/* Answer what the viewer has asked for by SetDesktopSize. A success is a new size to it; all else repeats the one it
 * knows, for viewers that do not look at the status. */
static unsigned write_size_answers(VncState *vs, VncBuffer *out)
{
    unsigned n = vs->features.extended_desktop_size ? vs->answers->len : 0;

    for (unsigned i = 0; i < n; i++) {
        const VncSizeAnswer *answer = &g_array_index(vs->answers, VncSizeAnswer, i);
        bool ok = answer->status == VNC_DESKTOP_SIZE_OK;

        if (ok && (vs->width != answer->width || vs->height != answer->height)) {
            vs->width = answer->width;
            vs->height = answer->height;
            vnc_damage_add_all(&vs->damage);
        }
        trace_extended_size(vs, VNC_DESKTOP_SIZE_BY_THIS_VIEWER, answer->status);
        vnc_write_extended_desktop_size(
            out, VNC_DESKTOP_SIZE_BY_THIS_VIEWER, answer->status, vs->width, vs->height,
            ok ? answer->screen_id : VNC_SCREEN_ID, ok ? answer->screen_flags : 0);
    }
    g_array_set_size(vs->answers, 0);
    return n;
}

unsigned vnc_state_write_size(VncState *vs, VncBuffer *out)
{
    const VncSurface *surface = vs->context.screen->surface;
    int width = surface->width, height = surface->height;
    unsigned n = vnc_state_take(vs, VNC_PENDING_SIZE_ANSWER) ? write_size_answers(vs, out) : 0;
    bool differs = vs->width != width || vs->height != height;
    bool changed = vnc_state_take(vs, VNC_PENDING_SIZE) && differs;
    bool asked = vnc_state_take(vs, VNC_PENDING_SIZE_REQUEST);

    if (!vs->features.extended_desktop_size && !vs->features.desktop_size) {
        return 0;
    }
    vs->width = width;
    vs->height = height;
    vs->beyond = false;
    if (changed) {
        vnc_damage_add_all(&vs->damage);
    }
    if (!vs->features.extended_desktop_size) {
        if (changed) {
            VNC_TRACE_VIEWER(vs, MSG_SERVER_DESKTOP_RESIZE, "size=%dx%d", width, height);
            vnc_write_desktop_size(out, width, height);
            n++;
        }
        return n;
    }
    if (changed || asked) {
        enum VncDesktopSizeReason reason = changed && vs->other_resized
                                               ? VNC_DESKTOP_SIZE_BY_OTHER_VIEWER
                                               : VNC_DESKTOP_SIZE_BY_SERVER;

        trace_extended_size(vs, reason, VNC_DESKTOP_SIZE_OK);
        vnc_write_extended_desktop_size(out, reason, VNC_DESKTOP_SIZE_OK, width, height,
                                        VNC_SCREEN_ID, 0);
        n++;
    }
    return n;
}

/* Unless the viewer has pointed since. Its pointer is there then, so that it has not moved when it says so. */
static unsigned write_pointer_position(VncState *vs, VncBuffer *out)
{
    const VncScreen *screen = vs->context.screen;
    int x = CLAMP(screen->pointer_x, 0, screen->surface->width - 1);
    int y = CLAMP(screen->pointer_y, 0, screen->surface->height - 1);

    if (!vnc_state_points_relatively(vs)) {
        if (vs->pointed == INT64_MAX) {
            vs->guest_pointed = true;
            return 0;
        }
        vs->pointer_x = x;
        vs->pointer_y = y;
    }
    vnc_write_pointer_position(out, x, y);
    return 1;
}

unsigned vnc_state_write_ack(VncState *vs, VncBuffer *out)
{
    if (vnc_state_take(vs, VNC_PENDING_KEY_EVENT_ACK)) {
        vnc_write_extended_key_event(out);
    } else if (vnc_state_take(vs, VNC_PENDING_MOUSE_BUTTONS_ACK)) {
        vnc_write_extended_mouse_buttons(out);
    } else if (vnc_state_take(vs, VNC_PENDING_AUDIO_ACK)) {
        vnc_write_audio_ack(out);
    } else {
        return 0;
    }
    return 1;
}

unsigned vnc_state_write_pseudo(VncState *vs, VncBuffer *out)
{
    const VncScreen *screen = vs->context.screen;
    const VncFeatures *features = &vs->features;
    unsigned n = 0;

    /* What stands in a job that was cancelled may come up again after the viewer has changed its
     * mind, so each is checked against what is listed now. */
    if (vnc_state_take(vs, VNC_PENDING_POINTER_TYPE) && features->pointer_type) {
        vnc_write_pointer_type(out, screen->absolute);
        vs->told_absolute = screen->absolute;
        n++;
    }
    if (vnc_state_take(vs, VNC_PENDING_LEDS) && features->led_state) {
        vnc_write_led_state(out, screen->leds);
        n++;
    }
    if (vnc_state_take(vs, VNC_PENDING_NAME) && features->desktop_name) {
        vnc_write_desktop_name(out, screen->name);
        n++;
    }
    if (vnc_state_take(vs, VNC_PENDING_POINTER_POSITION) && features->pointer_position) {
        n += write_pointer_position(vs, out);
    }
    /* No shape: the viewer goes on with its own. */
    if (vnc_state_take(vs, VNC_PENDING_CURSOR) && screen->cursor) {
        if (features->cursor_with_alpha) {
            vnc_write_cursor_with_alpha(out, screen->cursor);
            n++;
        } else if (features->cursor) {
            vnc_write_cursor(out, screen->cursor, &vs->params.pixel);
            n++;
        } else if (features->x_cursor) {
            vnc_write_x_cursor(out, screen->cursor);
            n++;
        }
    }
    return n;
}

static void tell(VncState *vs, bool listed, unsigned what)
{
    if (listed && vs->phase == VNC_STATE_NORMAL) {
        vs->pending |= what;
        vnc_state_update(vs);
    }
}

void vnc_state_cursor_changed(VncState *vs)
{
    tell(vs, vs->features.cursor || vs->features.cursor_with_alpha || vs->features.x_cursor,
         VNC_PENDING_CURSOR);
}

void vnc_state_leds_changed(VncState *vs)
{
    tell(vs, vs->features.led_state, VNC_PENDING_LEDS);
}

void vnc_state_pointer_type_changed(VncState *vs)
{
    /* The last position means nothing in the other mode. */
    vs->pointer_x = vs->pointer_y = -1;
    tell(vs, vs->features.pointer_type, VNC_PENDING_POINTER_TYPE);
}

void vnc_state_name_changed(VncState *vs)
{
    tell(vs, vs->features.desktop_name, VNC_PENDING_NAME);
}
