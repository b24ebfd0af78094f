/*
 * The machine's power, controlled by a viewer (xvp): `power-control=`.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread.
 */
#include "ui/client/power.h"

#include "ui/rfb/write.h"

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

bool vnc_power_is_offered(const VncClientContext *context)
{
    return context->screen->options->power_control && context->host_ops->power;
}

void vnc_power_offer(VncNews *news, const VncWishes *wishes, VncBuffer *out)
{
    if (vnc_news_take(news, VNC_NEWS_XVP_INIT) && vnc_wishes_have(wishes, VNC_FEATURE_XVP)) {
        vnc_write_xvp(out, VNC_XVP_VERSION, VNC_XVP_INIT);
        news->told_xvp = true;
    }
}

bool vnc_power_do(const VncClientContext *context, const VncMessage *message)
{
    VncPowerAction action;

    VNC_MAIN();
    return vnc_power_is_offered(context) && find_action(message, &action) &&
           context->host_ops->power(context->host, action);
}
