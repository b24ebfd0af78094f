/*
 * Who may knock: what the server makes of its records of guesses.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread; owns nothing; no lock.
 */
#include "ui/server/server-private.h"

#define LOCKED_TEXT "Too many wrong passwords from your address: try again later"

char *vnc_server_source(const VncServer *server, const VncAddressInfo *peer,
                        const VncAddressInfo *local)
{
    const GPtrArray *trusted = server->screen.options->login_trust;

    for (unsigned i = 0; i < trusted->len; i++) {
        if (vnc_address_info_within(peer, trusted->pdata[i])) {
            return NULL;
        }
    }
    return vnc_guess_source(peer, local);
}

void vnc_server_thin_out(VncServer *server)
{
    unsigned n = 0;
    g_autofree VncHalfOpen *logins = g_new(VncHalfOpen, server->viewers->len);
    g_autofree VncState **viewers = g_new(VncState *, server->viewers->len);
    const VncOptions *options = server->screen.options;
    unsigned most = options->half_open ? options->half_open : options->connections;
    int victim;

    for (unsigned i = 0; i < server->viewers->len; i++) {
        VncState *vs = server->viewers->pdata[i];

        /* Whom the host itself has let in is nobody's victim. */
        if (!vnc_state_is_initialized(vs) && !vnc_state_is_invited(vs)) {
            logins[n] = (VncHalfOpen){vnc_state_source(vs), vnc_state_progress(vs)};
            viewers[n++] = vs;
        }
    }
    /* The host has been told of the new one, and may have ended it. */
    victim = n > 0 ? vnc_half_open_drop(logins, n, most, &server->random) : -1;
    if (victim >= 0) {
        vnc_state_disconnect(viewers[victim], "dropped: too many connections in their handshake");
    }
}

const char *vnc_server_refuses(VncServer *server, const char *source)
{
    return source && vnc_guesses_locked(server->guesses, source) ? LOCKED_TEXT : NULL;
}

const char *vnc_server_guess(void *opaque, VncState *vs)
{
    VncServer *server = opaque;
    const char *source = vnc_state_source(vs);

    switch (source ? vnc_guesses_begin(server->guesses, source) : VNC_GUESS_GO) {
    case VNC_GUESS_LOCKED:
        return LOCKED_TEXT;
    case VNC_GUESS_TOO_MANY:
        return "Too many logins from your address at once: try again later";
    default:
        return NULL;
    }
}

void vnc_server_guessed(void *opaque, VncState *vs, VncGuessResult result, const char *user)
{
    VncServer *server = opaque;
    const char *source = vnc_state_source(vs);

    if (source) {
        vnc_guesses_end(server->guesses, source, result, user);
    }
}
