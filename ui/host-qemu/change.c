/*
 * `change vnc ADDRESS[,OPTIONS]` in the monitor.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * BQL. QEMU's hmp_change() no longer supports this. The linker (--wrap=hmp_change, see replace-vnc)
 * redirects its callers to this file.
 */
#include "qemu/osdep.h"
#include "host.h"

#include "monitor/hmp.h"
#include "monitor/monitor.h"
#include "qapi/error.h"

/* QEMU's own function, and the one that its callers reach instead. The linker makes both names. */
void __real_hmp_change(Monitor *mon, const QDict *qdict);
void __wrap_hmp_change(Monitor *mon, const QDict *qdict);

static void change_options(const char *text, Error **errp)
{
    VncHost *host = vnc_host_find(NULL);
    g_autoptr(GError) error = NULL;
    g_autoptr(VncOptions) options = NULL;

    if (!host) {
        error_setg(errp, "there is no vnc display: start QEMU with -vnc none to have one");
        return;
    }
    options = vnc_options_parse(text, &error);
    if (!options) {
        error_setg(errp, "%s", error->message);
        return;
    }
    vnc_host_open(host, options, options->to > 0, errp);
}

static bool is_ours(const QDict *qdict)
{
    const char *target = qdict_get_str(qdict, "target");

    return strcmp(qdict_get_str(qdict, "device"), "vnc") == 0 && strcmp(target, "password") != 0 &&
           strcmp(target, "passwd") != 0 && !qdict_get_try_str(qdict, "arg");
}

void __wrap_hmp_change(Monitor *mon, const QDict *qdict)
{
    Error *err = NULL;

    if (!is_ours(qdict)) {
        __real_hmp_change(mon, qdict);
        return;
    }
    change_options(qdict_get_str(qdict, "target"), &err);
    hmp_handle_error(mon, err);
}
