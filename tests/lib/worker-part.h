/*
 * A call that only a worker may make, for tests that have no worker.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef TESTS_LIB_WORKER_PART_H
#define TESTS_LIB_WORKER_PART_H

#include "ui/jobs/output.h"

/* As vnc_output_append_part(), which a thread calls that has ended when this returns. */
void worker_append_part(VncOutput *output, VncBuffer *part, bool end);

#endif
