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
 * vnc_worker_encode: encode @job and append the update to its owner's output.
 * Worker; holds no lock on entry or return. Sets job->outcome to DONE or ABORTED.
 *
 * @may_go_on: asked without a lock between two slices; false ends the job
 */
void vnc_worker_encode(VncJob *job, VncScratch *scratch,
                       bool (*may_go_on)(void *opaque, VncJob *job), void *opaque);

#endif
