/*
 * A fuzzed server, its host and its viewers.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread.
 */
#ifndef TESTS_FUZZ_SESSION_H
#define TESTS_FUZZ_SESSION_H

#include "tests/fuzz/input.h"
#include "ui/client/client-private.h"
#include "ui/server/server-private.h"

#define MAX_WIDTH  700 /* of the host's screen */
#define MAX_HEIGHT 300
#define VIEWERS    3

/* What the host does when a viewer asks for another size. */
typedef enum Resizing {
    RESIZING_NEVER,
    RESIZING_AT_ONCE, /* within MAX_WIDTH and MAX_HEIGHT */
    RESIZING_LATER,
    RESIZINGS,
} Resizing;

typedef struct Listener {
    uint64_t viewer;
    VncAudioFormat format;
} Listener;

typedef struct World {
    VncServer *server;
    VncSurface *surface; /* as last shown; blank screens have its size */
    int64_t now;         /* of the server's clock, us */
    Resizing resizing;
    int fds[VIEWERS]; /* the viewers' ends; -1: none */
    Listener listeners[VIEWERS];
    unsigned n_listeners;
    int connected; /* viewers that the host knows of */
    unsigned buttons;
    Input *input;  /* what is left of it */
    bool meddles;  /* the host does something within callbacks, too */
    bool meddling; /* now */
    bool lazy;     /* it takes what is typed and pointed at by times */
    /* The host asks for every clipboard that is offered, and gives every one that is wanted. */
    bool asks;
} World;

/* session-host.c: asserts that all that it is told is within bounds. */
extern const VncHostOps session_host_ops;
void session_set_size(World *world, int width, int height);
/* Something that a host does. */
void session_host_step(World *world, Input *input);

/* session-message.c: a viewer's message, as a rule a good one, appended to @out. */
void session_take_message(Input *input, VncBuffer *out);

#endif
