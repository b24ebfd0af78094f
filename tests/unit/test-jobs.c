/*
 * The job queue, the worker and the rules on locks (ui/jobs/job.h).
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The test controls the encoder: it reports that it has begun, then waits for the test. So the test
 * can hold each moment without timing.
 */
#include "tests/lib/rows.h"
#include "ui/jobs/job.h"
#include "ui/rfb/write.h"

/* What test and worker tell each other. */
typedef struct Gate {
    VncLock lock;
    GCond cond;
    unsigned wakes; /* calls of wake */
} Gate;

static Gate gate;

static void gate_init(void)
{
    gate = (Gate){.wakes = 0};
    vnc_lock_init(&gate.lock);
    g_cond_init(&gate.cond);
}

static void gate_clear(void)
{
    g_cond_clear(&gate.cond);
    vnc_lock_clear(&gate.lock);
}

static void wake(void *opaque)
{
    (void)opaque;
    g_assert_true(vnc_lock_none_held());
    vnc_lock(&gate.lock);
    gate.wakes++;
    g_cond_broadcast(&gate.cond);
    vnc_unlock(&gate.lock);
}

/* Wait for a wake-up since @seen of them. */
static unsigned gate_wait_wake(unsigned seen)
{
    unsigned n;

    vnc_lock(&gate.lock);
    while (gate.wakes == seen) {
        vnc_lock_wait(&gate.lock, &gate.cond);
    }
    n = gate.wakes;
    vnc_unlock(&gate.lock);
    return n;
}

/* The encoder runs with the display lock held, so it cannot take another: it spins. */
static int spin_allowed;
static int spin_begun;

static VncMethod spin_encode(void *state, const VncEncodeParams *params, const VncView *view,
                             const VncPiece *piece, VncScratch *scratch, VncBuffer *out)
{
    int number = g_atomic_int_add(&spin_begun, 1);

    (void)params;
    (void)view;
    (void)piece;
    (void)scratch;
    if (state) {
        ++*(int *)state;
    }
    while (g_atomic_int_get(&spin_allowed) <= number) {
        g_thread_yield();
    }
    vnc_buffer_append_u8(out, 0x2a);
    return VNC_METHOD_RAW;
}

static void wait_spin_begun(int n)
{
    while (g_atomic_int_get(&spin_begun) < n) {
        g_thread_yield();
    }
}

static const VncEncoder spin_encoder = {
    .number = 99,
    .name = "spin",
    .max_width = 2048,
    .max_pixels = VNC_SLICE_PIXELS,
    .align = 16,
    .encode = spin_encode,
};

/* The same with a payload that is worth being appended alone. */
static VncMethod big_encode(void *state, const VncEncodeParams *params, const VncView *view,
                            const VncPiece *piece, VncScratch *scratch, VncBuffer *out)
{
    VncMethod method = spin_encode(state, params, view, piece, scratch, out);

    memset(vnc_buffer_reserve(out, VNC_APPEND_BYTES), 0x2a, VNC_APPEND_BYTES);
    vnc_buffer_commit(out, VNC_APPEND_BYTES);
    return method;
}

typedef struct Owner {
    VncJobOwner owner;
    int refs;
    unsigned homes, parts;
    VncJobOutcome outcome; /* of the last one */
    VncJob *job;           /* home again */
} Owner;

static void owner_ref(VncJobOwner *owner)
{
    ((Owner *)owner)->refs++;
}

static void owner_unref(VncJobOwner *owner)
{
    ((Owner *)owner)->refs--;
}

static void owner_home(VncJobOwner *owner, VncJob *job)
{
    Owner *o = (Owner *)owner;

    g_assert_false(vnc_thread_is_worker());
    o->homes++;
    o->outcome = job->outcome;
    g_assert_null(o->job);
    job->state = NULL;
    o->job = job;
}

static void owner_progress(VncJobOwner *owner)
{
    g_assert_false(vnc_thread_is_worker());
    ((Owner *)owner)->parts++;
}

static const VncJobOwnerOps owner_ops = {owner_ref, owner_unref, owner_home, owner_progress};

typedef struct Fixture {
    VncDisplay display;
    VncSurface *surface;
    VncJobQueue *queue;
    Owner a, b;
} Fixture;

static void owner_setup(Owner *o)
{
    vnc_job_owner_init(&o->owner, &owner_ops);
    o->refs = 1;
    o->job = vnc_job_new(&o->owner);
}

static void owner_teardown(Owner *o)
{
    g_assert_cmpint(o->refs, ==, 1);
    vnc_job_free(o->job);
    vnc_job_owner_clear(&o->owner);
}

static void setup(Fixture *f, gconstpointer data)
{
    (void)data;
    gate_init();
    g_atomic_int_set(&spin_allowed, 0);
    g_atomic_int_set(&spin_begun, 0);
    vnc_display_lock_init(&f->display);
    f->surface = vnc_surface_new(1024, 1024);
    f->queue = vnc_job_queue_new(wake, NULL);
    owner_setup(&f->a);
    owner_setup(&f->b);
}

static void teardown(Fixture *f, gconstpointer data)
{
    (void)data;
    g_atomic_int_set(&spin_allowed, G_MAXINT);
    vnc_job_queue_free(f->queue);
    owner_teardown(&f->a);
    owner_teardown(&f->b);
    g_assert_cmpint(f->surface->refs, ==, 1);
    vnc_surface_unref(f->surface);
    vnc_display_lock_clear(&f->display);
    gate_clear();
}

/* A job of @slices slices. */
static VncJob *make_job(Fixture *f, Owner *o, int slices)
{
    VncEncodeParams params;
    VncJob *job = g_steal_pointer(&o->job);

    vnc_encode_params_init(&params, &vnc_pixel_format_native, 1, -1);
    vnc_job_reset(job);
    vnc_job_begin(job);
    vnc_job_set_source(job, &f->display, f->surface, &spin_encoder, &params);
    for (int i = 0; i < slices; i++) {
        VncRect rect = {0, 256 * i, 1024, 256};

        g_assert_true(vnc_job_add_rect(job, &rect, 0));
    }
    return job;
}

/* Collect until @o's job is home. */
static void collect(Fixture *f, Owner *o)
{
    unsigned seen = 0;

    while (!o->job) {
        seen = gate_wait_wake(seen);
        vnc_job_queue_collect(f->queue);
    }
}

/* All that waits in @o's output. */
static VncBuffer take_output(Owner *o)
{
    VncBuffer all = {0}, part = {0};

    while (vnc_output_take(&o->owner.output, &part)) {
        vnc_buffer_move(&all, &part);
    }
    vnc_buffer_clear(&part);
    return all;
}

static void test_done(Fixture *f, gconstpointer data)
{
    static const uint8_t expected[] = {
        0, 0, 0, 2,                                /* FramebufferUpdate, 2 rectangles */
        0, 0, 0, 0, 4, 0, 1, 0, 0, 0, 0, 99, 0x2a, /* 1024x256 at 0, 0 */
        0, 0, 1, 0, 4, 0, 1, 0, 0, 0, 0, 99, 0x2a, /* 1024x256 at 0, 256 */
    };
    VncBuffer sent;

    (void)data;
    g_atomic_int_set(&spin_allowed, G_MAXINT);
    g_assert_true(vnc_job_push(f->queue, make_job(f, &f->a, 2)));
    g_assert_cmpint(f->a.refs, ==, 2);
    collect(f, &f->a);
    g_assert_cmpint(f->a.outcome, ==, VNC_JOB_DONE);
    sent = take_output(&f->a);
    g_assert_cmpmem(vnc_buffer_bytes(&sent), sent.len, expected, sizeof(expected));
    vnc_buffer_clear(&sent);
}

/* An update goes out part by part, and nothing gets in between. */
static void test_parts(Fixture *f, gconstpointer data)
{
    static const size_t part = 12 + 1 + VNC_APPEND_BYTES;
    VncEncoder big = spin_encoder;
    VncOutput *output = &f->a.owner.output;
    VncBuffer message = {0}, sent;
    VncJob *job = make_job(f, &f->a, 3);

    (void)data;
    big.encode = big_encode;
    job->encoder = &big;
    g_atomic_int_set(&spin_allowed, 1);
    g_assert_true(vnc_job_push(f->queue, job));
    wait_spin_begun(2);
    vnc_job_queue_collect(f->queue);
    g_assert_cmpuint(f->a.parts, ==, 1);
    g_assert_cmpuint(vnc_output_backlog(output), ==, 4 + part);

    vnc_buffer_append(&message, "whole", 5);
    vnc_output_append(output, &message);
    g_assert_cmpuint(message.len, ==, 0);
    g_atomic_int_set(&spin_allowed, G_MAXINT);
    collect(f, &f->a);
    g_assert_cmpint(f->a.outcome, ==, VNC_JOB_DONE);
    vnc_buffer_append(&message, "next", 4);
    vnc_output_append(output, &message);
    sent = take_output(&f->a);
    g_assert_cmpuint(sent.len, ==, 4 + 3 * part + 9);
    g_assert_cmpmem(vnc_buffer_bytes(&sent) + 4 + 3 * part, 9, "wholenext", 9);
    g_assert_cmpint(vnc_buffer_bytes(&sent)[3], ==, 3);
    vnc_buffer_clear(&sent);
    vnc_buffer_clear(&message);
    f->a.job->encoder = NULL;
}

/* An encoder that has what it gets cut first, into what vnc_split() makes of it. */
static VncMethod mixed_encode(void *state, const VncEncodeParams *params, const VncView *view,
                              const VncPiece *piece, VncScratch *scratch, VncBuffer *out)
{
    if (piece->may_split) {
        vnc_buffer_append(out, "this is taken back", 18);
        return VNC_METHOD_MIXED;
    }
    return spin_encode(state, params, view, piece, scratch, out);
}

/* Noise in the first 64 rows, black below: two parts each. */
static void paint_noise(VncSurface *surface)
{
    for (int y = 0; y < 64; y++) {
        uint32_t *row = (uint32_t *)(void *)(surface->data + y * surface->stride);

        for (int x = 0; x < surface->width; x++) {
            row[x] = g_test_rand_int() & 0xffffff;
        }
    }
}

static void test_last_rect(Fixture *f, gconstpointer data)
{
    static const uint8_t counted[] = {
        0, 0, 0, 1, 0, 0, 0, 0, 4, 0, 1, 0, 0, 0, 0, 99, 0x2a,
    };
    static const uint8_t open_ended[] = {
        0, 0, 0xff, 0xff,                                              /* not counted */
        0, 0, 0,    0,    4, 0, 0, 64,   0,    0,    0,    99,   0x2a, /* 1024x64 at 0, 0 */
        0, 0, 0,    64,   4, 0, 0, 0xc0, 0,    0,    0,    99,   0x2a, /* 1024x192 at 0, 64 */
        0, 0, 0,    0,    0, 0, 0, 0,    0xff, 0xff, 0xff, 0x20,       /* LastRect */
    };
    VncEncoder mixed = spin_encoder;

    (void)data;
    paint_noise(f->surface);
    mixed.encode = mixed_encode;
    mixed.flags = VNC_ENCODER_SPLITS;
    g_atomic_int_set(&spin_allowed, G_MAXINT);
    for (int last_rect = 0; last_rect < 2; last_rect++) {
        VncJob *job = make_job(f, &f->a, 1);
        VncBuffer sent;

        job->encoder = &mixed;
        job->last_rect = last_rect;
        g_assert_true(vnc_job_push(f->queue, job));
        collect(f, &f->a);
        sent = take_output(&f->a);
        if (last_rect) {
            g_assert_cmpmem(vnc_buffer_bytes(&sent), sent.len, open_ended, sizeof(open_ended));
        } else {
            g_assert_cmpmem(vnc_buffer_bytes(&sent), sent.len, counted, sizeof(counted));
        }
        g_assert_cmpuint(f->a.job->counts[VNC_METHOD_RAW].rects, ==, 1 + last_rect);
        vnc_buffer_clear(&sent);
    }
    f->a.job->encoder = NULL;
}

/* Rule 2: waking for nothing is harmless, and an empty queue is no exit order. */
static void test_spurious_wakeup(Fixture *f, gconstpointer data)
{
    (void)data;
    for (int i = 0; i < 1000; i++) {
        vnc_job_queue_poke(f->queue);
        if (i % 100 == 0) {
            g_thread_yield();
        }
    }
    g_atomic_int_set(&spin_allowed, G_MAXINT);
    g_assert_true(vnc_job_push(f->queue, make_job(f, &f->a, 1)));
    collect(f, &f->a);
    g_assert_cmpint(f->a.outcome, ==, VNC_JOB_DONE);
}

/* Rule 3: after the exit order, or an owner's abort, pushes are refused. */
static void test_refused_after_exit(Fixture *f, gconstpointer data)
{
    (void)data;
    vnc_jobs_join(f->queue);
    g_assert_true(vnc_job_queue_is_exiting(f->queue));
    g_assert_false(vnc_job_push(f->queue, make_job(f, &f->a, 1)));
    g_assert_cmpint(f->a.outcome, ==, VNC_JOB_REFUSED);
    g_assert_nonnull(f->a.job);
    g_assert_cmpint(g_atomic_int_get(&spin_begun), ==, 0);
}

static void test_refused_after_abort(Fixture *f, gconstpointer data)
{
    (void)data;
    vnc_job_abort(f->queue, &f->a.owner);
    g_assert_false(vnc_job_push(f->queue, make_job(f, &f->a, 1)));
    g_assert_cmpint(f->a.outcome, ==, VNC_JOB_REFUSED);

    g_atomic_int_set(&spin_allowed, G_MAXINT);
    g_assert_true(vnc_job_push(f->queue, make_job(f, &f->b, 1)));
    collect(f, &f->b);
    g_assert_cmpint(f->b.outcome, ==, VNC_JOB_DONE);
}

/* Rule 4: with the queue lock held here, a push that took it would abort. */
static void test_empty_job(Fixture *f, gconstpointer data)
{
    (void)data;
    vnc_lock_queue(f->queue);
    g_assert_false(vnc_job_push(f->queue, make_job(f, &f->a, 0)));
    vnc_unlock_queue(f->queue);
    g_assert_cmpint(f->a.outcome, ==, VNC_JOB_EMPTY);

    g_atomic_int_set(&spin_allowed, G_MAXINT);
    g_assert_true(vnc_job_push(f->queue, make_job(f, &f->a, 1)));
    collect(f, &f->a);
    g_assert_cmpint(f->a.outcome, ==, VNC_JOB_DONE);
    g_assert_cmpint(f->a.homes, ==, 2);
}

/* Rule 5: refresh gets the display between two slices, and the job goes on afterwards. */
static void test_handover(Fixture *f, gconstpointer data)
{
    unsigned seen = 0;

    (void)data;
    g_assert_true(vnc_job_push(f->queue, make_job(f, &f->a, 3)));
    wait_spin_begun(1);
    g_assert_false(vnc_trylock_display(&f->display));
    g_assert_false(vnc_job_queue_request_handover(f->queue));

    g_atomic_int_set(&spin_allowed, 1);
    gate_wait_wake(seen);
    /* The worker stands back within its limit, or has asked again: either way, in time. */
    while (!vnc_trylock_display(&f->display)) {
        g_assert_cmpint(g_atomic_int_get(&spin_begun), <, 3);
        g_thread_yield();
    }
    vnc_unlock_display(&f->display);
    vnc_job_queue_end_handover(f->queue);

    g_atomic_int_set(&spin_allowed, G_MAXINT);
    collect(f, &f->a);
    g_assert_cmpint(f->a.outcome, ==, VNC_JOB_DONE);
    g_assert_cmpint(g_atomic_int_get(&spin_begun), ==, 3);
}

/* An idle worker: the display is free, and a push does not change that until the handover ends. */
static void test_handover_idle(Fixture *f, gconstpointer data)
{
    (void)data;
    g_assert_true(vnc_job_queue_request_handover(f->queue));
    g_assert_true(vnc_job_push(f->queue, make_job(f, &f->a, 1)));
    for (int i = 0; i < 1000; i++) {
        g_assert_true(vnc_trylock_display(&f->display));
        vnc_unlock_display(&f->display);
        g_thread_yield();
    }
    g_assert_cmpint(g_atomic_int_get(&spin_begun), ==, 0);
    g_atomic_int_set(&spin_allowed, G_MAXINT);
    vnc_job_queue_end_handover(f->queue);
    collect(f, &f->a);
    g_assert_cmpint(f->a.outcome, ==, VNC_JOB_DONE);
}

/* Rule 5: a handover that nobody takes does not stop the worker for good. */
static void test_handover_forgotten(Fixture *f, gconstpointer data)
{
    (void)data;
    g_assert_true(vnc_job_push(f->queue, make_job(f, &f->a, 3)));
    wait_spin_begun(1);
    g_assert_false(vnc_job_queue_request_handover(f->queue));
    g_atomic_int_set(&spin_allowed, G_MAXINT);
    collect(f, &f->a);
    g_assert_cmpint(f->a.outcome, ==, VNC_JOB_DONE);
    vnc_job_queue_end_handover(f->queue);
}

/* Rule 5: what is queued behind a slow job comes back at once; the slow one runs on. */
static void test_cancel(Fixture *f, gconstpointer data)
{
    int state = 7;
    VncJob *job;

    (void)data;
    g_assert_true(vnc_job_push(f->queue, make_job(f, &f->a, 1)));
    wait_spin_begun(1);
    job = make_job(f, &f->b, 1);
    job->state = &state;
    g_assert_true(vnc_job_push(f->queue, job));
    vnc_job_cancel(f->queue, &f->b.owner);
    g_assert_cmpint(f->b.outcome, ==, VNC_JOB_CANCELLED);
    g_assert_cmpint(state, ==, 7);
    g_assert_cmpint(f->b.refs, ==, 1);

    vnc_job_cancel(f->queue, &f->a.owner);
    g_assert_cmpint(f->a.homes, ==, 0);
    g_assert_true(vnc_job_push(f->queue, make_job(f, &f->b, 1)));
    g_atomic_int_set(&spin_allowed, G_MAXINT);
    collect(f, &f->a);
    g_assert_cmpint(f->a.outcome, ==, VNC_JOB_DONE);
    collect(f, &f->b);
    g_assert_cmpint(f->b.outcome, ==, VNC_JOB_DONE);
}

/* Rules 5 and 6: a disconnect in mid-job returns at once; the job ends at its next slice, puts
 * nothing into the output, and holds owner and surface until it is home. */
static void test_abort_running(Fixture *f, gconstpointer data)
{
    (void)data;
    g_assert_true(vnc_job_push(f->queue, make_job(f, &f->a, 4)));
    wait_spin_begun(1);
    vnc_job_abort(f->queue, &f->a.owner);
    g_assert_cmpint(f->a.refs, ==, 2);
    g_assert_cmpint(f->surface->refs, ==, 2);
    g_assert_cmpint(f->a.homes, ==, 0);
    g_atomic_int_set(&spin_allowed, G_MAXINT);
    collect(f, &f->a);
    g_assert_cmpint(f->a.outcome, ==, VNC_JOB_ABORTED);
    g_assert_cmpint(g_atomic_int_get(&spin_begun), ==, 1);
    g_assert_cmpuint(vnc_output_backlog(&f->a.owner.output), ==, 0);
    vnc_job_reset(f->a.job);
}

/* Lets the encoder through once the exit order has been given. */
static gpointer open_after_exit(gpointer opaque)
{
    while (!vnc_job_queue_is_exiting(opaque)) {
        g_thread_yield();
    }
    g_atomic_int_set(&spin_allowed, G_MAXINT);
    return NULL;
}

/* The end of a queue under load: the running job stops at its next slice, the rest never begins,
 * and all are home before the queue is gone. */
static void test_free_under_load(Fixture *f, gconstpointer data)
{
    GThread *opener;

    (void)data;
    g_assert_true(vnc_job_push(f->queue, make_job(f, &f->a, 4)));
    wait_spin_begun(1);
    g_assert_true(vnc_job_push(f->queue, make_job(f, &f->b, 4)));
    opener = g_thread_new("opener", open_after_exit, f->queue);
    vnc_job_queue_free(g_steal_pointer(&f->queue));
    g_thread_join(opener);
    g_assert_cmpint(g_atomic_int_get(&spin_begun), ==, 1);
    g_assert_nonnull(f->a.job);
    g_assert_cmpint(f->a.outcome, ==, VNC_JOB_ABORTED);
    g_assert_nonnull(f->b.job);
    g_assert_cmpint(f->b.outcome, ==, VNC_JOB_CANCELLED);
    vnc_job_reset(f->a.job);
    vnc_job_reset(f->b.job);
}

/* Rule 1. */
static void test_no_nesting(Fixture *f, gconstpointer data)
{
    (void)data;
    if (g_test_subprocess()) {
        vnc_lock_queue(f->queue);
        vnc_output_backlog(&f->a.owner.output);
        return;
    }
    g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
    g_test_trap_assert_failed();
    g_test_trap_assert_stderr("*never nest*");
}

/* Rule 5, as an assert: the main thread may only try the display lock. */
static void test_main_never_waits(Fixture *f, gconstpointer data)
{
    (void)data;
    if (g_test_subprocess()) {
        vnc_lock_display(&f->display);
        return;
    }
    g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
    g_test_trap_assert_failed();
    g_test_trap_assert_stderr("*vnc_lock_display*");
}

/* Rule 7. */
static void test_one_job_in_flight(Fixture *f, gconstpointer data)
{
    (void)data;
    if (g_test_subprocess()) {
        vnc_job_push(f->queue, make_job(f, &f->a, 1));
        f->a.job = vnc_job_new(&f->a.owner);
        vnc_job_push(f->queue, make_job(f, &f->a, 1));
        return;
    }
    g_test_trap_subprocess(NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
    g_test_trap_assert_failed();
    g_test_trap_assert_stderr("*in_flight*");
}

/* Rectangles are cut to what the encoder takes, and every pixel stays covered once. */
static void test_pieces(Fixture *f, gconstpointer data)
{
    static const VncRect rects[] = {
        {0, 0, 1, 1},
        {3, 5, 8189, 8187},
        {0, 0, 8192, 8192},
        {100, 7, 2049, 300},
    };
    VncEncoder small = spin_encoder;
    VncEncodeParams params;

    (void)data;
    small.max_pixels = 65536;
    vnc_encode_params_init(&params, &vnc_pixel_format_native, 1, -1);
    FOR_ROWS (i, rects) {
        g_autofree uint8_t *seen = g_malloc0((size_t)8192 * 8192);
        size_t covered = 0;
        VncJob *job = f->a.job;

        vnc_job_reset(job);
        vnc_job_begin(job);
        vnc_job_set_source(job, &f->display, f->surface, &small, &params);
        g_assert_true(vnc_job_add_rect(job, &rects[i], 0));
        for (unsigned j = 0; j < job->rects->len; j++) {
            const VncRect *piece = &g_array_index(job->rects, VncJobRect, j).rect;

            g_assert_cmpint(piece->w, <=, small.max_width);
            g_assert_cmpint(piece->w * piece->h, <=, small.max_pixels);
            for (int y = piece->y; y < piece->y + piece->h; y++) {
                for (int x = piece->x; x < piece->x + piece->w; x++) {
                    g_assert_cmpint(seen[(size_t)y * 8192 + x]++, ==, 0);
                    covered++;
                }
            }
        }
        g_assert_cmpuint(covered, ==, (size_t)rects[i].w * rects[i].h);
    }
    vnc_job_reset(f->a.job);
}

/* No more than 65535 rectangles: a viewer's count has 16 bits, with LastRect too. */
static void test_rect_limit(Fixture *f, gconstpointer data)
{
    VncEncodeParams params;
    VncRect rect = {0, 0, 1, 1};
    VncJob *job = f->a.job;
    VncBuffer sent;

    (void)data;
    vnc_encode_params_init(&params, &vnc_pixel_format_native, 1, -1);
    vnc_job_begin(job);
    job->written = 1;
    vnc_job_set_source(job, &f->display, f->surface, &spin_encoder, &params);
    for (int i = 0; i < 65534; i++) {
        g_assert_true(vnc_job_add_rect(job, &rect, 0));
    }
    g_assert_false(vnc_job_add_rect(job, &rect, 0));

    g_atomic_int_set(&spin_allowed, G_MAXINT);
    g_assert_true(vnc_job_push(f->queue, g_steal_pointer(&f->a.job)));
    collect(f, &f->a);
    sent = take_output(&f->a);
    g_assert_cmpint(sent.len, ==, 4 + 65534 * 13);
    g_assert_cmpint(vnc_buffer_bytes(&sent)[2], ==, 0xff);
    g_assert_cmpint(vnc_buffer_bytes(&sent)[3], ==, 0xff);
    vnc_buffer_clear(&sent);
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*test)(Fixture *f, gconstpointer data);
    } tests[] = {
        {"/jobs/done", test_done},
        {"/jobs/parts", test_parts},
        {"/jobs/last-rect", test_last_rect},
        {"/jobs/spurious-wakeup", test_spurious_wakeup},
        {"/jobs/refused-after-exit", test_refused_after_exit},
        {"/jobs/refused-after-abort", test_refused_after_abort},
        {"/jobs/empty", test_empty_job},
        {"/jobs/handover", test_handover},
        {"/jobs/handover-idle", test_handover_idle},
        {"/jobs/handover-forgotten", test_handover_forgotten},
        {"/jobs/cancel", test_cancel},
        {"/jobs/abort-running", test_abort_running},
        {"/jobs/free-under-load", test_free_under_load},
        {"/jobs/no-nesting", test_no_nesting},
        {"/jobs/main-never-waits", test_main_never_waits},
        {"/jobs/one-in-flight", test_one_job_in_flight},
        {"/jobs/pieces", test_pieces},
        {"/jobs/rect-limit", test_rect_limit},
    };

    g_test_init(&argc, &argv, NULL);
    for (unsigned i = 0; i < G_N_ELEMENTS(tests); i++) {
        g_test_add(tests[i].name, Fixture, NULL, setup, tests[i].test, teardown);
    }
    return g_test_run();
}
