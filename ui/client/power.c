/*
 * The machine's power, in a viewer's hands (xvp): `power-control=`.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread.
 */
#include "ui/client/client-private.h"

#include "ui/rfb/write.h"

static bool is_offered(const VncState *vs)
{
    return vs->context.screen->options->power_control && vs->context.host_ops->power;
}

void vnc_state_list_xvp(VncState *vs)
{
    vs->features.xvp = true;
    if (is_offered(vs)) {
        vs->read_features.xvp = true;
        vs->pending |= vs->told_xvp ? 0 : VNC_PENDING_XVP_INIT;
    }
}

static bool find_action(const VncMessage *message, VncPowerAction *action)
{
    if (message->xvp.version != VNC_XVP_VERSION) {
        return false;
    }
    switch (message->xvp.code) {
    case VNC_XVP_SHUTDOWN:
        *action = VNC_POWER_SHUTDOWN;
        return true;
    case VNC_XVP_REBOOT:
        *action = VNC_POWER_REBOOT;
        return true;
    case VNC_XVP_RESET:
        *action = VNC_POWER_RESET;
        return true;
    default:
        return false;
    }
}

static bool act(VncState *vs, const VncMessage *message)
{
    VncPowerAction action;

    return !vs->view_only && is_offered(vs) && find_action(message, &action) &&
           vs->context.host_ops->power(vs->context.host, action);
}

void vnc_state_xvp_message(VncState *vs, const VncMessage *message)
{
    VncBuffer answer = {0};

    VNC_TRACE_VIEWER(vs, MSG_CLIENT_XVP, "version=%u code=%u", message->xvp.version,
                     message->xvp.code);
    if (act(vs, message) || vnc_state_backlog(vs) > VNC_OUTPUT_LOW) {
        return; /* who does not read is not answered: that would pile up */
    }
    vnc_write_xvp(&answer, message->xvp.version, VNC_XVP_FAIL);
    vnc_state_send(vs, &answer);
    vnc_buffer_clear(&answer);
    vnc_state_write_later(vs);
}
