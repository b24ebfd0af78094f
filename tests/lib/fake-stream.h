/*
 * A stream that gives and takes as many bytes as a test says: the stream below a layer.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One thread.
 */
#ifndef TESTS_LIB_FAKE_STREAM_H
#define TESTS_LIB_FAKE_STREAM_H

#include "ui/net/stream.h"

typedef struct FakeStream {
    VncStream stream; /* first; vnc_stream_free() frees all */
    GByteArray *in;   /* to be read; when it is empty, a read would block */
    GByteArray *out;  /* that has been written */
    size_t piece;     /* given by one read at the most */
    size_t room;      /* left for writes */
    GIOCondition watched;
    bool closed;
} FakeStream;

/* Without limits. */
FakeStream *fake_stream_new(void);

#endif
