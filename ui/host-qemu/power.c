/*
 * The machine's power, as viewers control it: `power-control=`.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * BQL; owns nothing.
 */
#include "qemu/osdep.h"
#include "host.h"

/* No button of a machine makes its guest reboot: these three keys do. */
static bool press_ctrl_alt_del(VncHost *host)
{
    static const QKeyCode keys[] = {Q_KEY_CODE_CTRL, Q_KEY_CODE_ALT, Q_KEY_CODE_DELETE};

    if (!runstate_is_running()) {
        return false; /* QEMU drops the keys of a stopped machine */
    }
    vnc_host_keys_lift(host);
    for (int i = 0; i < ARRAY_SIZE(keys); i++) {
        vnc_keyboard_event(host->keyboard, keys[i], true);
    }
    for (int i = ARRAY_SIZE(keys); i-- > 0;) {
        vnc_keyboard_event(host->keyboard, keys[i], false);
    }
    return true;
}

bool vnc_host_power(void *opaque, VncPowerAction action)
{
    VncHost *host = opaque;

    if (host->ending) {
        return false;
    }
    switch (action) {
    case VNC_POWER_SHUTDOWN:
        qemu_system_powerdown_request();
        return true;
    case VNC_POWER_REBOOT:
        return press_ctrl_alt_del(host);
    case VNC_POWER_RESET:
        qemu_system_reset_request(SHUTDOWN_CAUSE_HOST_QMP_SYSTEM_RESET);
        return true;
    }
    return false;
}
