/*
 * Which viewers may try to log in, by the options that limit logins and the records of guesses.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. Pure: a viewer is known by its source, see vnc_guess_source().
 */
#ifndef UI_SERVER_DOORMAN_H
#define UI_SERVER_DOORMAN_H

#include "ui/server/guesses.h"
#include "ui/server/half-open.h"
#include "ui/vnc-options.h"

/**
 * VncDoorman: what the server remembers of viewers that have tried to log in.
 */
typedef struct VncDoorman {
    VncGuesses *guesses;
    VncRandom random; /* picks the login to drop */
} VncDoorman;

/* @clock: outlives @doorman */
void vnc_doorman_init(VncDoorman *doorman, const VncClock *clock);
void vnc_doorman_clear(VncDoorman *doorman); /* free */
void vnc_doorman_use_options(VncDoorman *doorman, const VncOptions *options);

/* The source of a viewer whose connection has these ends, to be freed. NULL: by login-trust the
 * viewer belongs to no source, and no limit holds for it. */
char *vnc_doorman_source(const VncOptions *options, const VncAddressInfo *peer,
                         const VncAddressInfo *local);

/* A viewer has connected: the last of @logins, all viewers in their login, oldest first. Returns
 * the index of the viewer to drop because they are too many; -1: none. */
int vnc_doorman_drop(const VncDoorman *doorman, const VncOptions *options,
                     const VncHalfOpen *logins, unsigned n);

/* NULL, or why no viewer of @source may log in now: a static text for the viewer. @source: NULL is
 * never refused. */
const char *vnc_doorman_refuses(VncDoorman *doorman, const char *source);

/* See guess() and guessed() of VncClientOps; @source is the viewer's. */
const char *vnc_doorman_guess(VncDoorman *doorman, const char *source);
void vnc_doorman_guessed(VncDoorman *doorman, const char *source, VncGuessResult result,
                         const char *user);

#endif
