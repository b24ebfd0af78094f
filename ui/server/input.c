/*
 * Viewers that type faster than the host takes their keys: each passes on input in turn.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread.
 */
#include "ui/server/server-private.h"

#include "ui/base/source.h"

/* The waiting viewer whose turn it is, in the order of ids; or NULL. */
static VncState *next(const VncServer *server)
{
    VncState *first = NULL;

    for (unsigned i = 0; i < server->viewers->len; i++) {
        VncState *vs = g_ptr_array_index(server->viewers, i);

        if (vnc_state_is_ahead(vs)) {
            if (vnc_state_id(vs) >= server->turn) {
                return vs;
            }
            first = first ? first : vs;
        }
    }
    return first;
}

/* Have one viewer pass input on: the first from which the host takes any. Returns false if there
 * is none. */
static bool have_turn(VncServer *server)
{
    bool passed = false;

    for (unsigned i = 0; i < server->viewers->len && !passed; i++) {
        VncState *vs = next(server);

        if (!vs) {
            break;
        }
        server->turn = vnc_state_id(vs) + 1;
        vnc_state_ref(vs);
        passed = vnc_state_pass_input(vs);
        vnc_state_unref(vs);
    }
    return passed;
}

/* What is passed on is work of this iteration of the main loop, as all that viewers cause. Once one
 * viewer has had its turn, the others have theirs if there is work left: other viewers that flood
 * must not hold up keys. */
static gboolean pass_on(void *opaque)
{
    VncServer *server = opaque;
    bool more;

    vnc_server_input_clear(server);
    do {
        more = have_turn(server);
    } while (more && vnc_turns_spend(server->turns, 0) > 0);
    if (more) {
        vnc_server_input_ready(server);
    }
    return G_SOURCE_REMOVE;
}

void vnc_server_input_ready(VncServer *server)
{
    VNC_MAIN();
    if (!server->input && !server->ending && next(server)) {
        server->input = g_idle_source_new();
        g_source_set_priority(server->input, G_PRIORITY_DEFAULT);
        g_source_set_callback(server->input, pass_on, server, NULL);
        g_source_attach(server->input, server->context);
    }
}

void vnc_server_input_clear(VncServer *server)
{
    vnc_source_clear(&server->input);
}
