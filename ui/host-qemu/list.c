/*
 * The list of displays: QEMU's entry points ask for a display by its id, or for the first one.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * BQL. Owns the list, not what is in it.
 */
#include "qemu/osdep.h"
#include "host.h"

static QTAILQ_HEAD(, VncHost) displays = QTAILQ_HEAD_INITIALIZER(displays);

void vnc_host_list(VncHost *host)
{
    QTAILQ_INSERT_TAIL(&displays, host, next);
}

void vnc_host_unlist(VncHost *host)
{
    QTAILQ_REMOVE(&displays, host, next);
}

VncHost *vnc_host_find(const char *id)
{
    VncHost *host;

    if (!id) {
        return QTAILQ_FIRST(&displays);
    }
    QTAILQ_FOREACH(host, &displays, next)
    {
        if (strcmp(host->id, id) == 0) {
            return host;
        }
    }
    return NULL;
}

VncHost *vnc_host_next(const VncHost *host)
{
    return host ? QTAILQ_NEXT(host, next) : QTAILQ_FIRST(&displays);
}
