/*
 * The bytes that wait to be sent to one viewer.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Worker and main thread. Each function takes and releases the output lock (see job.h), and no
 * other code does. Bytes pass through without being copied, except small messages.
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
    bool updating;    /* the worker has appended the beginning of an update, but not its end */
    VncChunks behind; /* messages that wait for that end */
} VncOutput;

void vnc_output_init(VncOutput *output);
void vnc_output_clear(VncOutput *output); /* only when no thread uses it any more */

/* Main thread: append whole messages; empties @messages. They go behind the update that is being
 * appended, if there is one. */
void vnc_output_append(VncOutput *output, VncBuffer *messages);

/* Main thread: the same, but the stream gets the messages by a write of their own. */
void vnc_output_append_alone(VncOutput *output, VncBuffer *messages);

/**
 * vnc_output_append_part: worker: append a part of an update; empties @part.
 *
 * @end: this is the last part: the messages that have waited follow it
 */
void vnc_output_append_part(VncOutput *output, VncBuffer *part, bool end);

/* Main thread: take the bytes to be written next; @to, which must be empty, gives its memory in
 * exchange. Returns false if no bytes may be written now. */
bool vnc_output_take(VncOutput *output, VncBuffer *to);

/* Main thread: how many bytes wait, those behind an update included. */
size_t vnc_output_backlog(VncOutput *output);

/* Main thread: free the memory that is kept to be used again. */
void vnc_output_trim(VncOutput *output);

#endif
