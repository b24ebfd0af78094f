/*
 * The worker: encodes one job, slice by slice.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Worker thread. Holds the display lock for a slice, or the output lock to append a finished part;
 * never both.
 */
#include "ui/jobs/worker.h"

#include "ui/enc/split.h"
#include "ui/rfb/write.h"

#include <inttypes.h>

/* All that it takes to encode a job. */
typedef struct Work {
    VncJob *job;
    VncView view;
    VncScratch *scratch;
    unsigned spare; /* by how many rectangles the update may exceed the job */
    size_t bytes;   /* appended */
} Work;

static VncMethod encode_piece(Work *work, const VncPiece *piece)
{
    VncJob *job = work->job;
    const VncEncoder *encoder = job->encoder;
    const VncRect *rect = &piece->rect;
    size_t before = job->out.len;

    vnc_write_rect_header(&job->out, rect, encoder->number);
    VncMethod method =
        encoder->encode(job->state, &job->params, &work->view, piece, work->scratch, &job->out);
    if (method == VNC_METHOD_MIXED) {
        job->out.len = before;
        return method;
    }
    VncMethodCount *count = &job->counts[method];
    count->rects++;
    count->pixels += (uint64_t)rect->w * rect->h;
    count->bytes += job->out.len - before;
    return method;
}

/* Encode @whole part by part. Returns the method of a lossy part, if there is one. */
static VncMethod encode_parts(Work *work, const VncPiece *whole)
{
    VncRect parts[VNC_SPLIT_MAX];
    unsigned n = vnc_split(&work->view, &whole->rect, parts);
    VncMethod result = VNC_METHOD_RAW;

    work->spare -= n - 1;
    for (unsigned i = 0; i < n; i++) {
        VncPiece part = {parts[i], whole->exact, whole->fast, .may_split = false};
        VncMethod method = encode_piece(work, &part);

        if (i == 0 || vnc_method_is_lossy(method)) {
            result = method;
        }
    }
    return result;
}

static void encode_rect(Work *work, VncJobRect *rect)
{
    VncPiece piece = {
        .rect = rect->rect,
        .exact = rect->flags & VNC_JOB_RECT_LOSSLESS,
        .fast = rect->flags & VNC_JOB_RECT_FAST,
        .may_split = work->spare >= VNC_SPLIT_MAX,
    };
    VncMethod method = encode_piece(work, &piece);

    if (method == VNC_METHOD_MIXED) {
        method = encode_parts(work, &piece);
    }
    if (vnc_method_is_lossy(method)) {
        rect->flags |= VNC_JOB_RECT_LOSSY;
    }
}

/* Encode rectangles from @next on, until a slice is full or enough bytes can be appended. Returns
 * the index of the next rectangle. */
static unsigned encode_slice(Work *work, unsigned next)
{
    VncJob *job = work->job;
    VncJobRect *rects = (VncJobRect *)(void *)job->rects->data;
    int64_t room = VNC_SLICE_PIXELS;

    vnc_lock_display(job->display);
    do {
        encode_rect(work, &rects[next]);
        room -= (int64_t)rects[next].rect.w * rects[next].rect.h;
        next++;
    } while (next < job->rects->len && job->out.len < VNC_APPEND_BYTES &&
             room >= (int64_t)rects[next].rect.w * rects[next].rect.h);
    vnc_unlock_display(job->display);
    return next;
}

/* Append the finished bytes; @end: as for vnc_output_append_part(). */
static void append(Work *work, bool end)
{
    VncJob *job = work->job;
    size_t bytes = job->out.len;

    work->bytes += bytes;
    vnc_output_append_part(&job->owner->output, &job->out, end);
    VNC_TRACE(&job->owner->tracer, JOB_APPEND, "bytes=%zu", bytes);
}

void vnc_worker_encode(VncJob *job, VncScratch *scratch, const VncWorkerOps *ops, void *queue)
{
    const VncSurface *surface = job->surface;
    Work work = {
        .job = job,
        .view =
            {
                .pixels = (const uint32_t *)(const void *)surface->data,
                .stride = surface->stride / (ptrdiff_t)sizeof(uint32_t),
                .width = surface->width,
                .height = surface->height,
            },
        .scratch = scratch,
    };

    const VncTracer *tracer = &job->owner->tracer;
    int64_t begun = tracer->ops ? g_get_monotonic_time() : 0;
    unsigned count = job->written + job->rects->len;
    /* LastRect counts as one of the rectangles that an update may have. */
    bool open_ended = job->last_rect && (job->encoder->flags & VNC_ENCODER_SPLITS) &&
                      count < VNC_MAX_UPDATE_RECTS - 1;

    VNC_WORKER();
    VNC_TRACE(tracer, JOB_START, "rects=%u", job->rects->len);
    if (open_ended) {
        work.spare = VNC_MAX_UPDATE_RECTS - 1 - count;
        count = VNC_MAX_UPDATE_RECTS;
    }
    vnc_buffer_patch_u16(&job->out, VNC_UPDATE_COUNT_OFFSET, count);
    for (unsigned next = 0; next < job->rects->len;) {
        if (!ops->may_go_on(queue, job)) {
            job->outcome = VNC_JOB_ABORTED;
            VNC_TRACE(tracer, JOB_ABORT, "rects=%u done=%u", job->rects->len, next);
            return;
        }
        if (job->out.len >= VNC_APPEND_BYTES) {
            append(&work, false);
            ops->progress(queue);
        }
        next = encode_slice(&work, next);
    }
    if (open_ended) {
        vnc_write_last_rect(&job->out);
    }
    append(&work, true);
    job->outcome = VNC_JOB_DONE;
    VNC_TRACE(tracer, JOB_DONE, "bytes=%zu us=%" PRId64, work.bytes,
              g_get_monotonic_time() - begun);
}
