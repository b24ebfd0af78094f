/*
 * Which viewers may try to log in, by the options that limit logins and the records of guesses.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread; no lock. Owns the records.
 */
#include "ui/server/doorman.h"

#include "ui/net/address.h"

#define LOCKED_TEXT "Too many wrong passwords from your address: try again later"

void vnc_doorman_init(VncDoorman *doorman, const VncClock *clock)
{
    *doorman = (VncDoorman){.guesses = vnc_guesses_new(clock)};
}

void vnc_doorman_clear(VncDoorman *doorman)
{
    g_clear_pointer(&doorman->guesses, vnc_guesses_free);
}

void vnc_doorman_use_options(VncDoorman *doorman, const VncOptions *options)
{
    vnc_guesses_limit(doorman->guesses, options->login_failures, options->login_ban);
}

char *vnc_doorman_source(const VncOptions *options, const VncAddressInfo *peer,
                         const VncAddressInfo *local)
{
    for (unsigned i = 0; i < options->login_trust->len; i++) {
        if (vnc_address_info_within(peer, g_ptr_array_index(options->login_trust, i))) {
            return NULL;
        }
    }
    return vnc_guess_source(peer, local);
}

int vnc_doorman_drop(const VncDoorman *doorman, const VncOptions *options,
                     const VncHalfOpen *logins, unsigned n)
{
    unsigned most = options->half_open ? options->half_open : options->connections;

    return n > 0 ? vnc_half_open_drop(logins, n, most, &doorman->random) : -1;
}

const char *vnc_doorman_refuses(VncDoorman *doorman, const char *source)
{
    return source && vnc_guesses_locked(doorman->guesses, source) ? LOCKED_TEXT : NULL;
}

const char *vnc_doorman_guess(VncDoorman *doorman, const char *source)
{
    switch (source ? vnc_guesses_begin(doorman->guesses, source) : VNC_GUESS_GO) {
    case VNC_GUESS_LOCKED:
        return LOCKED_TEXT;
    case VNC_GUESS_TOO_MANY:
        return "Too many logins from your address at once: try again later";
    default:
        return NULL;
    }
}

void vnc_doorman_guessed(VncDoorman *doorman, const char *source, VncGuessResult result,
                         const char *user)
{
    if (source) {
        vnc_guesses_end(doorman->guesses, source, result, user);
    }
}
