/*
 * A queue of bytes, kept in the buffers in which they came.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Any thread; the owner's lock or regime protects it. Bytes are not copied on their way
 * through, and the memory of what has been read serves what is written next.
 */
#ifndef UI_BASE_CHUNKS_H
#define UI_BASE_CHUNKS_H

#include "ui/base/buffer.h"

typedef struct VncChunk VncChunk;

/* Empty buffers that are kept. Queues grow longer, and take buffers from other queues, which are
 * not given back: so what comes out of a queue may be more than ever goes into it again. */
#define VNC_CHUNKS_SPARE 16

/**
 * VncChunks: a queue of buffers, and empty ones to be used again. A zeroed VncChunks is empty.
 */
typedef struct VncChunks {
    VncChunk *first, *last;
    VncChunk *spare;
    unsigned n_spare;
    size_t len; /* bytes in the queue */
} VncChunks;

void vnc_chunks_clear(VncChunks *chunks); /* frees the memory; the queue is empty again */

/* Append all of @from, which gets memory that has served before, or none. */
void vnc_chunks_push(VncChunks *chunks, VncBuffer *from);

/* What is appended next begins a buffer. */
void vnc_chunks_seal(VncChunks *chunks);

/* Take the first buffer of the queue; @to, which must be empty, gives its memory for it. Returns
 * false if there is none. */
bool vnc_chunks_pop(VncChunks *chunks, VncBuffer *to);

/* Append all of @from and empty it. */
void vnc_chunks_move(VncChunks *to, VncChunks *from);

/* Free what is spare. */
void vnc_chunks_trim(VncChunks *chunks);

#endif
