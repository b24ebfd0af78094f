/*
 * Wrong passwords: counted for each source, which is locked after too many.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. A source is a set of viewers that are counted together: see vnc_guess_source(). A
 * guess begins before a password is checked, and ends with the result. A source with too many wrong
 * guesses is locked: no password from it is checked until the lock's time is over.
 */
#ifndef UI_SERVER_GUESSES_H
#define UI_SERVER_GUESSES_H

#include "ui/base/clock.h"
#include "ui/client/client.h"

/* Sources remembered. An attacker that has more of them gains nothing that a limit could stop. */
#define VNC_GUESS_SOURCES 1024

/* Users of a source whose wrong guesses are counted apart, and bytes of the longest name. */
#define VNC_GUESS_USERS      4
#define VNC_GUESS_USER_BYTES 255

/* The longest lock, us, unless `login-ban` itself is longer: many people may share one address, and
 * one of them locks out all. Failures are remembered for this time after the last lock, too. */
#define VNC_GUESS_LONGEST_LOCK (300 * (int64_t)1000000)

typedef struct VncGuesses VncGuesses;

typedef enum VncGuessStart {
    VNC_GUESS_GO, /* vnc_guesses_end() has to follow */
    VNC_GUESS_LOCKED,
    VNC_GUESS_TOO_MANY, /* so many are under way that another one could exceed the limit */
} VncGuessStart;

/* @clock: outlives the result */
VncGuesses *vnc_guesses_new(const VncClock *clock);
void vnc_guesses_free(VncGuesses *guesses);

/* @failures: wrong guesses until a source is locked; 0: never. @ban: seconds of the first lock;
 * each further wrong guess doubles it. */
void vnc_guesses_limit(VncGuesses *guesses, unsigned failures, unsigned ban);

/* The source of @peer, connected to our @local; to be freed. It is an IPv4 address, or the /64 of
 * an IPv6 address, as one machine can use all of a /64. All peers without an IP address that
 * connect to one listener are one source. */
char *vnc_guess_source(const VncAddressInfo *peer, const VncAddressInfo *local);

/* Whether @source is locked now. */
bool vnc_guesses_locked(VncGuesses *guesses, const char *source);

/* Begin a guess. A source may have as many guesses under way as wrong ones are left until it is
 * locked; one, after a lock. */
VncGuessStart vnc_guesses_begin(VncGuesses *guesses, const char *source);

/* End a guess. @user: the owner of the password; NULL: the password of VNC authentication. A right
 * guess cancels the wrong ones for the same user. */
void vnc_guesses_end(VncGuesses *guesses, const char *source, VncGuessResult result,
                     const char *user);

#endif
