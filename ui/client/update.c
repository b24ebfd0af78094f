/*
 * One viewer's updates: when to send one, and with which contents.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. An update begins when no job is in flight and little output waits. Until then damage
 * gathers, so a slow viewer gets fewer updates, never old ones.
 */
#include "ui/client/client-private.h"

#include "ui/rfb/write.h"

#include <inttypes.h>

/* The cost of an update, and of each of its rectangles, in VncTurns' units. */
#define UPDATE_UNITS 100
#define RECT_UNITS   1
/* An update walks through some maps of the whole screen: words of a map in one unit. */
#define MAP_WORDS_A_UNIT 16
/* Bytes of texts and cursors written in one unit, into fresh memory. */
#define WRITE_BYTES_A_UNIT 128

static VncPseudo pseudo_of(VncState *vs)
{
    return (VncPseudo){
        .context = &vs->context,
        .wishes = &vs->wishes,
        .news = &vs->news,
        .picture = &vs->picture,
        .input = &vs->input,
        .cut_text = &vs->cut_text,
    };
}

static void begin_job(VncJob *job)
{
    vnc_job_reset(job);
    vnc_job_begin(job);
}

/* An update without pixels needs no worker. */
static void send_without_pixels(VncState *vs, VncJob *job)
{
    vnc_buffer_patch_u16(&job->out, VNC_UPDATE_COUNT_OFFSET, job->written);
    vnc_screen_count_sent(vs->context.screen, vs->context.id, job);
    vnc_wire_send(&vs->wire, &job->out);
}

/* Send messages ahead of the update: the colours before the pixels. Returns the units of work. */
static unsigned send_messages(VncState *vs, const VncPseudo *pseudo)
{
    unsigned units;

    vnc_job_reset(vs->job);
    vnc_pseudo_write_messages(pseudo, &vs->job->out);
    units = vs->job->out.len / WRITE_BYTES_A_UNIT;
    vnc_wire_send(&vs->wire, &vs->job->out);
    return units;
}

/* The desktop's size goes in an update of its own: a viewer may drop its pixels when the size
 * changes. The update answers no request: pixels follow. */
static void send_size(VncState *vs, const VncPseudo *pseudo)
{
    begin_job(vs->job);
    vs->job->written = vnc_pseudo_write_size(pseudo, &vs->job->out);
    if (vs->job->written > 0) {
        send_without_pixels(vs, vs->job);
    }
}

/* An acknowledgement goes in an update of its own, written on its own, as soon as its encoding is
 * listed: noVNC 1.0.0 ignores the rest of a websocket frame behind -258. The update answers no
 * request either. */
static void send_acks(VncState *vs, const VncPseudo *pseudo)
{
    VncJob *job = vs->job;

    while (vnc_news_has(&vs->news, VNC_NEWS_ACKS)) {
        begin_job(job);
        vnc_buffer_patch_u16(&job->out, VNC_UPDATE_COUNT_OFFSET,
                             vnc_pseudo_write_ack(pseudo, &job->out));
        vnc_output_append_alone(&vs->owner.output, &job->out);
    }
}

static void trace_push(const VncTracer *tracer, const VncJob *job)
{
    if (VNC_TRACE_WANTED(tracer, JOB_ADD_RECT)) {
        for (unsigned i = 0; i < job->rects->len; i++) {
            const VncJobRect *piece = &g_array_index(job->rects, VncJobRect, i);

            vnc_trace(tracer, VNC_TRACE_JOB_ADD_RECT, "offset=%d,%d size=%dx%d%s%s", piece->rect.x,
                      piece->rect.y, piece->rect.w, piece->rect.h,
                      piece->flags & VNC_JOB_RECT_LOSSLESS ? " lossless" : "",
                      piece->flags & VNC_JOB_RECT_FAST ? " fast" : "");
        }
    }
    VNC_TRACE(tracer, JOB_PUSH, "rects=%u written=%u encoding=%s", job->rects->len, job->written,
              job->encoder->name);
}

/* Returns the units of work. */
static unsigned push(VncState *vs)
{
    VncJob *job = vs->job;
    unsigned units =
        UPDATE_UNITS + job->rects->len * RECT_UNITS + job->out.len / WRITE_BYTES_A_UNIT;

    trace_push(&vs->context.tracer, job);
    job->state = vnc_encoder_states_lend(&vs->states, job->encoder);
    vs->wire.used = true;
    vs->job = NULL;
    vnc_job_push(vs->context.queue, job);
    return units;
}

static unsigned send_beyond(VncState *vs)
{
    begin_job(vs->job);
    vnc_news_begin_silent_update(&vs->news);
    vnc_picture_fill_beyond(&vs->picture, vs->context.screen, vs->wishes.encoder,
                            &vs->wishes.params, vs->job);
    return push(vs);
}

/* One update carries all that is due. */
static unsigned send_update(VncState *vs, const VncPseudo *pseudo)
{
    VncJob *job = vs->job;
    int64_t refined;

    vnc_audio_send(&vs->audio);
    begin_job(job);
    vnc_news_begin_update(&vs->news);
    job->written = vnc_pseudo_write(pseudo, &job->out);
    job->last_rect = vnc_wishes_have(&vs->wishes, VNC_FEATURE_LAST_RECT);
    refined = vnc_picture_fill(&vs->picture, vs->context.screen, vs->wishes.encoder,
                               &vs->wishes.params, job);
    if (refined > 0) {
        VNC_TRACE_VIEWER(&vs->context, JOB_LOSSLESS, "pixels=%" PRId64, refined);
    }
    if (job->rects->len > 0) {
        return push(vs);
    }
    if (job->written > 0) {
        send_without_pixels(vs, job);
    }
    return UPDATE_UNITS;
}

static unsigned map_units(const VncDamage *map)
{
    return map->rows * map->words / MAP_WORDS_A_UNIT;
}

unsigned vnc_state_update(VncState *vs)
{
    const VncPseudo pseudo = pseudo_of(vs);
    bool waits = vnc_picture_is_requested(&vs->picture);
    unsigned units = 0;

    VNC_MAIN();
    vnc_audio_try_send(&vs->audio);
    if (!vnc_wire_keeps_up(&vs->wire)) {
        return 0; /* nor is the screen looked at for a viewer that does not read */
    }
    if (waits && vs->picture.needs_refresh) {
        vs->context.ops->wants_refresh(vs->context.server);
    }
    if (!vs->job) {
        return 0;
    }
    if (vnc_news_has(&vs->news, VNC_NEWS_SIZES)) {
        send_size(vs, &pseudo);
    }
    send_acks(vs, &pseudo);
    if (vnc_news_has(&vs->news, VNC_NEWS_MESSAGES)) {
        units += send_messages(vs, &pseudo);
    }
    if (!waits || vs->picture.needs_refresh) {
        return units;
    }
    if (vs->picture.beyond) {
        units += send_beyond(vs);
    } else if (vs->news.pending || vnc_picture_has_news(&vs->picture)) {
        units += send_update(vs, &pseudo) + map_units(&vs->picture.damage);
    }
    return units;
}
