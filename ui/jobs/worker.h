/*
 * The worker: encodes one job.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef UI_JOBS_WORKER_H
#define UI_JOBS_WORKER_H

#include "ui/jobs/job.h"

/**
 * VncWorkerOps: the calls from the worker to its queue. No lock is held.
 */
typedef struct VncWorkerOps {
    /* Between two slices: whether to go on; false ends the job. */
    bool (*may_go_on)(void *queue, VncJob *job);
    /* A part of the update has been appended, and more will follow. */
    void (*progress)(void *queue);
} VncWorkerOps;

/**
 * vnc_worker_encode: encode @job and append the update, part by part, to its owner's output.
 * Worker; holds no lock on entry or return. Sets job->outcome to DONE or ABORTED.
 */
void vnc_worker_encode(VncJob *job, VncScratch *scratch, const VncWorkerOps *ops, void *queue);

#endif
