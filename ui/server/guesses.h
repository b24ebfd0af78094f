/*
 * Who guesses at passwords, and is kept out for a while.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. A source is whoever counts as one: see vnc_guess_source(). A guess lasts from when a
 * password is about to be looked at to what has come of it. A source that has been wrong too often
 * is locked: nothing of it is looked at until the lock's time is over.
 */
#ifndef UI_SERVER_GUESSES_H
#define UI_SERVER_GUESSES_H

#include "ui/base/clock.h"
#include "ui/client/client.h"

/* Sources remembered; who has more of them than that is not held up by this anyway. */
#define VNC_GUESS_SOURCES 1024

/* Users of a source whose wrong guesses are known as theirs, and the longest name of one. */
#define VNC_GUESS_USERS      4
#define VNC_GUESS_USER_BYTES 255

/* The longest lock, unless `login-ban` itself is longer: many may come from one address, and one of
 * them locks out all. For so long after the last lock are failures remembered, too. */
#define VNC_GUESS_LONGEST_LOCK (300 * (int64_t)1000000)

typedef struct VncGuesses VncGuesses;

typedef enum VncGuessStart {
    VNC_GUESS_GO, /* vnc_guesses_end() has to follow */
    VNC_GUESS_LOCKED,
    VNC_GUESS_TOO_MANY, /* are being looked at, which would be too many if all were wrong */
} VncGuessStart;

/* @clock: outlives it */
VncGuesses *vnc_guesses_new(const VncClock *clock);
void vnc_guesses_free(VncGuesses *guesses);

/* @failures: wrong guesses until a source is locked; 0: never. @ban: for so many seconds, doubled
 * by each further one. */
void vnc_guesses_limit(VncGuesses *guesses, unsigned failures, unsigned ban);

/* The source that @peer, connected to our @local, belongs to: an IPv4 address; the /64 of an IPv6
 * address, of which whoever has one has all; all peers of a listener whose peers have no address.
 * To be freed. */
char *vnc_guess_source(const VncAddressInfo *peer, const VncAddressInfo *local);

/* Whether nothing of @source is looked at now. */
bool vnc_guesses_locked(VncGuesses *guesses, const char *source);

/* Of one source no more guesses are under way than may be wrong before it is locked; after a lock
 * it is one. */
VncGuessStart vnc_guesses_begin(VncGuesses *guesses, const char *source);

/* @user: whose password it is; NULL: that of VNC authentication. A right guess makes up for wrong
 * ones at the same user's. */
void vnc_guesses_end(VncGuesses *guesses, const char *source, VncGuessResult result,
                     const char *user);

#endif
