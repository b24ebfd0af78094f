/*
 * An independent viewer, libvncclient, on its own thread: it reads one message at each request.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * libvncclient only decodes: after the handshake the test sends the viewer's messages. Only the
 * thread that owns the Decoder may call the functions.
 */
#ifndef TESTS_STRESS_DECODER_H
#define TESTS_STRESS_DECODER_H

#include "ui/vnc-surface.h"

#include <rfb/rfbclient.h>

typedef struct Decoder {
    int fd;   /* the viewer's end of the connection: the owner writes, the thread reads */
    int gate; /* a byte in here: one more message */
    unsigned let;
    GThread *thread;
    /* atomic */
    int handled; /* messages read; the handshake counts as the first */
    /* the thread's; the owner's while decoder_is_hungry() */
    rfbClient *client;
    GotCopyRectProc copy_rect; /* libvncclient's own */
    int thread_gate;
    bool ended; /* the connection, or libvncclient's patience */
    unsigned copies;
    int cursor_x, cursor_y; /* hot spot of the last cursor shape; -1: none yet */
} Decoder;

/* Shake hands over @fd, which it takes over, and wait for decoder_feed(). */
void decoder_start(Decoder *decoder, int fd);

/* Whether it has read all that it was told to. */
bool decoder_is_hungry(const Decoder *decoder);

/* Have it read one more message; only if it is hungry. */
void decoder_feed(Decoder *decoder);

/* Close the connection and free all. */
void decoder_stop(Decoder *decoder);

/* Forget its pixels of @area; only if it is hungry. */
void decoder_lose(Decoder *decoder, const VncRect *area);

/* How many of the pixels that both have differ from @surface, 0x??RRGGBB; and the rectangle around
 * them. */
unsigned decoder_difference(const Decoder *decoder, const VncSurface *surface, VncRect *around);

/* What a viewer says. */
void decoder_set_encodings(Decoder *decoder, const int32_t *encodings, unsigned count);
void decoder_request(Decoder *decoder, bool incremental, const VncRect *area);

#endif
