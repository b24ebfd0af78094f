/*
 * The bytes that wait to be sent to one viewer.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Worker and main thread. Each function takes and releases the output lock (see job.h), and nobody
 * else does. No byte is copied on its way through, but for small messages.
 */
#ifndef UI_JOBS_OUTPUT_H
#define UI_JOBS_OUTPUT_H

#include "ui/base/chunks.h"
#include "ui/base/thread.h"

/**
 * VncOutput: updates from the worker and messages from the main thread, whole and in order.
 */
typedef struct VncOutput {
    VncLock lock;
    /* output lock */
    VncChunks pending;
    bool updating;    /* the worker has appended the beginning of an update, and not yet its end */
    VncChunks behind; /* messages that wait for that end */
} VncOutput;

void vnc_output_init(VncOutput *output);
void vnc_output_clear(VncOutput *output); /* when no thread uses it any more */

/* Main thread: append whole messages, behind the update that is being appended, if one is; empties
 * @messages. */
void vnc_output_append(VncOutput *output, VncBuffer *messages);

/* Main thread: the same, but the stream gets them by a write of their own. */
void vnc_output_append_alone(VncOutput *output, VncBuffer *messages);

/**
 * vnc_output_append_part: worker: append a part of an update; empties @part.
 *
 * @end: it is the last one: the messages that have waited follow it
 */
void vnc_output_append_part(VncOutput *output, VncBuffer *part, bool end);

/* Main thread: take what shall be written next; @to, which must be empty, gives its memory for it.
 * Returns false if there is nothing that may be written now. */
bool vnc_output_take(VncOutput *output, VncBuffer *to);

/* Main thread: how many bytes wait, those behind an update included. */
size_t vnc_output_backlog(VncOutput *output);

/* Main thread: free memory that is kept to be used again. */
void vnc_output_trim(VncOutput *output);

#endif
