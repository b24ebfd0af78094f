/*
 * Who may knock: the options that limit logins, and the records of guesses.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. Pure: viewers are the sources that they count as, see vnc_guess_source().
 */
#ifndef UI_SERVER_DOORMAN_H
#define UI_SERVER_DOORMAN_H

#include "ui/server/guesses.h"
#include "ui/server/half-open.h"
#include "ui/vnc-options.h"

/**
 * VncDoorman: what is known of those who want to get in.
 */
typedef struct VncDoorman {
    VncGuesses *guesses;
    VncRandom random; /* picks who is dropped */
} VncDoorman;

/* @clock: outlives it */
void vnc_doorman_init(VncDoorman *doorman, const VncClock *clock);
void vnc_doorman_clear(VncDoorman *doorman); /* free */
void vnc_doorman_use_options(VncDoorman *doorman, const VncOptions *options);

/* Who counts as one with a viewer of these ends, to be freed; NULL: nobody, by login-trust. */
char *vnc_doorman_source(const VncOptions *options, const VncAddressInfo *peer,
                         const VncAddressInfo *local);

/* A viewer has come, the last of @logins, who are all in their login, oldest first. Returns the
 * index of the one that has to go as they are too many; -1: nobody. */
int vnc_doorman_drop(const VncDoorman *doorman, const VncOptions *options,
                     const VncHalfOpen *logins, unsigned n);

/* NULL, or why nobody of @source may log in now: a static text for the viewer. A @source of NULL
 * always may. */
const char *vnc_doorman_refuses(VncDoorman *doorman, const char *source);

/* As VncClientOps says of guess() and guessed(), for the viewer's source. */
const char *vnc_doorman_guess(VncDoorman *doorman, const char *source);
void vnc_doorman_guessed(VncDoorman *doorman, const char *source, VncGuessResult result,
                         const char *user);

#endif
