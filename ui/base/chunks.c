/*
 * A queue of bytes, kept in the buffers in which they came.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Any thread; the owner's lock or regime protects the queue.
 */
#include "ui/base/chunks.h"

/* Copying up to so many bytes is cheaper than a chunk of their own. */
#define SMALL 1024

struct VncChunk {
    VncChunk *next;
    VncBuffer bytes;
    bool sealed; /* nothing is appended to it */
};

static void free_list(VncChunk *chunk)
{
    while (chunk) {
        VncChunk *next = chunk->next;

        vnc_buffer_clear(&chunk->bytes);
        g_free(chunk);
        chunk = next;
    }
}

void vnc_chunks_clear(VncChunks *chunks)
{
    free_list(chunks->first);
    free_list(chunks->spare);
    *chunks = (VncChunks){0};
}

void vnc_chunks_trim(VncChunks *chunks)
{
    free_list(g_steal_pointer(&chunks->spare));
    chunks->n_spare = 0;
}

static void append(VncChunks *chunks, VncChunk *first, VncChunk *last, size_t len)
{
    if (chunks->last) {
        chunks->last->next = first;
    } else {
        chunks->first = first;
    }
    chunks->last = last;
    chunks->len += len;
}

void vnc_chunks_push(VncChunks *chunks, VncBuffer *from)
{
    VncChunk *chunk;

    if (from->len == 0) {
        return;
    }
    if (chunks->last && !chunks->last->sealed && from->len <= SMALL) {
        chunks->len += from->len;
        vnc_buffer_move(&chunks->last->bytes, from);
        return;
    }
    if (chunks->spare) {
        chunk = chunks->spare;
        chunks->spare = chunk->next;
        chunks->n_spare--;
        chunk->next = NULL;
        chunk->sealed = false;
    } else {
        chunk = g_new0(VncChunk, 1);
    }
    append(chunks, chunk, chunk, from->len);
    vnc_buffer_move(&chunk->bytes, from);
}

void vnc_chunks_seal(VncChunks *chunks)
{
    if (chunks->last) {
        chunks->last->sealed = true;
    }
}

/* The buffer used last is the first to be used again: it is most likely in the cache. */
static void keep_spare(VncChunks *chunks, VncChunk *chunk)
{
    chunk->next = NULL;
    if (chunks->n_spare == VNC_CHUNKS_SPARE) {
        free_list(chunk);
        return;
    }
    chunk->next = chunks->spare;
    chunks->spare = chunk;
    chunks->n_spare++;
}

bool vnc_chunks_pop(VncChunks *chunks, VncBuffer *to)
{
    VncChunk *chunk = chunks->first;

    g_assert(to->len == 0);
    if (!chunk) {
        return false;
    }
    chunks->first = chunk->next;
    if (!chunks->first) {
        chunks->last = NULL;
    }
    chunks->len -= chunk->bytes.len;
    vnc_buffer_move(to, &chunk->bytes);
    keep_spare(chunks, chunk);
    return true;
}

void vnc_chunks_move(VncChunks *to, VncChunks *from)
{
    if (from->first) {
        append(to, from->first, from->last, from->len);
        from->first = from->last = NULL;
        from->len = 0;
    }
}
