/*
 * The list of viewers.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. A loop that tells viewers something walks through a copy of the list: viewers may
 * leave when they are told.
 */
#include "ui/server/server-private.h"

/* A copy of the list, with a reference to each viewer. */
static GPtrArray *copy_list(const VncServer *server)
{
    GPtrArray *viewers =
        g_ptr_array_new_full(server->viewers->len, (GDestroyNotify)vnc_state_unref);

    for (unsigned i = 0; i < server->viewers->len; i++) {
        g_ptr_array_add(viewers, vnc_state_ref(g_ptr_array_index(server->viewers, i)));
    }
    return viewers;
}

void vnc_server_for_each(VncServer *server, void (*each)(VncState *vs, void *opaque), void *opaque)
{
    g_autoptr(GPtrArray) viewers = copy_list(server);

    for (unsigned i = 0; i < viewers->len; i++) {
        each(g_ptr_array_index(viewers, i), opaque);
    }
}

void vnc_server_tell(VncServer *server, void (*tell)(VncState *vs))
{
    g_autoptr(GPtrArray) viewers = copy_list(server);

    for (unsigned i = 0; i < viewers->len; i++) {
        tell(g_ptr_array_index(viewers, i));
    }
}

VncState *vnc_server_find_viewer(const VncServer *server, uint64_t id)
{
    for (unsigned i = 0; i < server->viewers->len; i++) {
        VncState *vs = g_ptr_array_index(server->viewers, i);

        if (vnc_state_id(vs) == id) {
            return vs;
        }
    }
    return NULL;
}

unsigned vnc_server_count_initialized(const VncServer *server)
{
    unsigned n = 0;

    for (unsigned i = 0; i < server->viewers->len; i++) {
        n += vnc_state_is_initialized(g_ptr_array_index(server->viewers, i));
    }
    return n;
}

bool vnc_server_has_viewer(const VncServer *server, bool (*test)(const VncState *vs))
{
    for (unsigned i = 0; i < server->viewers->len; i++) {
        if (test(g_ptr_array_index(server->viewers, i))) {
            return true;
        }
    }
    return false;
}
