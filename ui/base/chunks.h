/*
 * A queue of bytes, kept in the buffers in which they came.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Any thread; the owner's lock or regime protects the queue. Bytes pass through without being
 * copied. The memory of buffers that have been read serves the bytes that are written next.
 */
#ifndef UI_BASE_CHUNKS_H
#define UI_BASE_CHUNKS_H

#include "ui/base/buffer.h"

typedef struct VncChunk VncChunk;

/* How many empty buffers a queue keeps. A queue that grows longer, or takes the buffers of other
 * queues, does not give them back: it may end with more buffers than it will ever hold again. */
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

/* Append all of @from. @from gets the memory of an empty buffer that is kept, or none. */
void vnc_chunks_push(VncChunks *chunks, VncBuffer *from);

/* Begin a new buffer with the next bytes that are appended. */
void vnc_chunks_seal(VncChunks *chunks);

/* Take the first buffer of the queue; @to, which must be empty, gives its memory in exchange.
 * Returns false if the queue is empty. */
bool vnc_chunks_pop(VncChunks *chunks, VncBuffer *to);

/* Append all of @from and empty it. */
void vnc_chunks_move(VncChunks *to, VncChunks *from);

/* Free the empty buffers that are kept. */
void vnc_chunks_trim(VncChunks *chunks);

#endif
