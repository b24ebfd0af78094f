/*
 * The code that Tight and TightPNG share: one colour, JPEG, lengths.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pure; any thread.
 */
#include "ui/enc/scratch.h"
#include "ui/enc/tight-common.h"

/* A length takes up to three bytes: 7 bits, 7 bits, 8 bits, the lowest first. */
#define LENGTH_BYTES 3

/* JPEG's own tables take some 600 bytes: small rectangles are smaller without them. */
#define JPEG_MIN_PIXELS 1024

/* The specification has no JPEG for 8 bits. */
static bool jpeg_allowed(const VncTight *tight)
{
    return tight->params->quality >= 0 && !tight->piece->exact &&
           tight->params->format.bits_per_pixel > 8 && vnc_tight_pixels(tight) >= JPEG_MIN_PIXELS;
}

static VncDepth choose_depth(const VncTight *tight, bool deep)
{
    if (tight->piece->may_split) {
        return VNC_DEPTH_SPLIT;
    }
    return deep || jpeg_allowed(tight) ? VNC_DEPTH_ALL : VNC_DEPTH_COLOUR;
}

VncContent vnc_tight_classify(const VncTight *tight, unsigned max, bool deep, uint8_t **indexes)
{
    VncBuffer *buffer = &tight->scratch->indexes;

    vnc_buffer_reset(buffer);
    /* vnc_pack_indexes() reads 8 bytes further. */
    *indexes = vnc_buffer_reserve(buffer, vnc_tight_pixels(tight) + 8);
    return vnc_classify(tight->view, tight->rect, max, choose_depth(tight, deep),
                        &tight->scratch->palette, *indexes);
}

size_t vnc_tight_begin_data(const VncTight *tight)
{
    size_t mark = tight->out->len;

    vnc_buffer_reserve(tight->out, LENGTH_BYTES);
    vnc_buffer_commit(tight->out, LENGTH_BYTES);
    return mark;
}

void vnc_tight_end_data(const VncTight *tight, size_t mark)
{
    VncBuffer *out = tight->out;
    uint8_t *bytes = out->data + out->start + mark;
    size_t length = out->len - mark - LENGTH_BYTES;
    size_t count = length <= 0x7f ? 1 : length <= 0x3fff ? 2 : LENGTH_BYTES;

    g_assert(length < 1 << 22);
    bytes[0] = (length & 0x7f) | (count > 1 ? 0x80 : 0);
    bytes[1] = (length >> 7 & 0x7f) | (count > 2 ? 0x80 : 0);
    bytes[2] = length >> 14;
    /* A length may have more bytes than it needs, but moving short data costs nothing. */
    if (count < LENGTH_BYTES) {
        memmove(bytes + count, bytes + LENGTH_BYTES, length);
        out->len -= LENGTH_BYTES - count;
    }
}

VncTightRows vnc_tight_rows_begin(const VncTight *tight)
{
    size_t size = (size_t)(1 + tight->rect->w) * VNC_PREDICT_BYTES;
    VncBuffer *buffer = &tight->scratch->rows;

    vnc_buffer_reset(buffer);
    uint8_t *memory = vnc_buffer_reserve(buffer, 2 * size);
    memset(memory, 0, 2 * size);
    return (VncTightRows){memory + VNC_PREDICT_BYTES, memory + size + VNC_PREDICT_BYTES};
}

void vnc_tight_predict_row(const VncTight *tight, const VncTightRows *rows,
                           const VncConverter *converter, VncPredictRow *predict, int y,
                           uint8_t *dst)
{
    const VncRect *rect = tight->rect;
    uint8_t *row = y & 1 ? rows->odd : rows->even;

    converter->row(converter, row, vnc_view_at(tight->view, rect->x, rect->y + y), rect->w);
    predict(dst, row, y & 1 ? rows->even : rows->odd, rect->w);
}

void vnc_tight_put_colours(const VncTight *tight, const uint32_t *colours, unsigned count)
{
    const VncConverter *converter = &tight->params->tpixel;
    size_t size = count * converter->bytes;

    converter->row(converter, vnc_buffer_reserve(tight->out, size), colours, count);
    vnc_buffer_commit(tight->out, size);
}

void vnc_tight_put_fill(const VncTight *tight)
{
    vnc_buffer_append_u8(tight->out, VNC_TIGHT_FILL);
    vnc_tight_put_colours(tight, vnc_view_at(tight->view, tight->rect->x, tight->rect->y), 1);
}

bool vnc_tight_try_jpeg(const VncTight *tight, VncContent content)
{
    const VncEncodeParams *params = tight->params;
    VncBuffer *out = tight->out;
    size_t before = out->len;

    if (!jpeg_allowed(tight) ||
        !(content == VNC_CONTENT_PHOTO || (content == VNC_CONTENT_SMOOTH && tight->piece->fast))) {
        return false;
    }
    vnc_buffer_append_u8(out, VNC_TIGHT_JPEG);
    size_t mark = vnc_tight_begin_data(tight);
    if (!vnc_jpeg_encode(&tight->scratch->jpeg, tight->view, tight->rect, params->quality,
                         params->subsampling, out)) {
        out->len = before;
        return false;
    }
    vnc_tight_end_data(tight, mark);
    return true;
}
