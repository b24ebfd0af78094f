/*
 * Layers: streams over streams. The code that all kinds share.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread; owns the stream below, the buffers and a source; no lock.
 */
#include "ui/net/layer.h"

#include "ui/base/source.h"
#include "ui/base/thread.h"
#include "ui/net/address.h"

static bool is_readable(const VncLayer *layer)
{
    return layer->plain.len > 0 || layer->more || layer->ended;
}

/* Whether the layer takes no more bytes in this turn of the main loop. */
static bool is_spent(const VncLayer *layer)
{
    return layer->taken >= layer->share;
}

/* The wanted directions that are ready without news from the stream below. */
static GIOCondition due(const VncLayer *layer)
{
    return layer->wanted & ((is_readable(layer) ? G_IO_IN : 0) |
                            (is_spent(layer) && layer->out.len == 0 ? G_IO_OUT : 0));
}

static gboolean go_on(gpointer opaque)
{
    VncLayer *layer = opaque;
    GIOCondition news = due(layer);

    vnc_source_clear(&layer->again);
    layer->taken = 0;
    vnc_layer_rewatch(layer);
    if (news) {
        layer->stream.ready(layer->stream.ready_opaque, news);
    }
    return G_SOURCE_REMOVE;
}

void vnc_layer_rewatch(VncLayer *layer)
{
    bool readable = is_readable(layer);
    bool writing = (layer->wanted & G_IO_OUT) && !layer->opening && !is_spent(layer);

    VNC_MAIN();
    if (layer->opening && layer->ops->await) {
        layer->ops->await(layer);
        return;
    }
    if (due(layer)) {
        if (!layer->again) {
            layer->again = g_idle_source_new();
            g_source_set_priority(layer->again, G_PRIORITY_DEFAULT);
            g_source_set_callback(layer->again, go_on, layer, NULL);
            g_source_attach(layer->again, layer->context);
        }
    } else {
        vnc_source_clear(&layer->again);
    }
    /* Read no more while decoded bytes wait to be read. */
    vnc_stream_watch(layer->lower, (readable ? 0 : layer->wanted & G_IO_IN) |
                                       (writing || layer->out.len ? G_IO_OUT : 0));
}

bool vnc_layer_flush(VncLayer *layer, GError **error)
{
    VNC_MAIN();

    for (;;) {
        gssize n;

        if (layer->out.len == 0 && layer->ops->release) {
            layer->ops->release(layer);
        }
        if (layer->out.len == 0) {
            return true;
        }
        n = vnc_stream_write(layer->lower, vnc_buffer_bytes(&layer->out), layer->out.len, error);
        if (n < 0) {
            return false;
        }
        vnc_buffer_consume(&layer->out, n);
    }
}

gssize vnc_layer_fill(VncLayer *layer, GError **error)
{
    uint8_t *room;
    gssize n;

    VNC_MAIN();
    room = vnc_buffer_reserve(&layer->in, VNC_LAYER_CHUNK);
    n = vnc_stream_read(layer->lower, room, VNC_LAYER_CHUNK, error);
    if (n > 0) {
        vnc_buffer_commit(&layer->in, n);
    }
    return n;
}

/* The stream below is ready: flush the layer's own bytes, then tell its user of wanted news. */
static void lower_ready(void *opaque, GIOCondition condition)
{
    VncLayer *layer = opaque;
    GIOCondition news = condition & ~G_IO_OUT;

    if (condition & G_IO_OUT) {
        g_autoptr(GError) error = NULL;

        layer->taken = 0;
        if (vnc_layer_flush(layer, &error)) {
            news |= layer->wanted & G_IO_OUT;
        } else if (!g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK)) {
            /* The stream below takes nothing any more; the next read or write says so. */
            vnc_buffer_reset(&layer->out);
            news |= G_IO_ERR;
        }
        vnc_layer_rewatch(layer);
    }
    if (news & (layer->wanted | G_IO_HUP | G_IO_ERR)) {
        layer->stream.ready(layer->stream.ready_opaque, news);
    }
}

static gssize take_plain(VncLayer *layer, void *bytes, size_t len)
{
    size_t n = MIN(len, layer->plain.len);

    memcpy(bytes, vnc_buffer_bytes(&layer->plain), n);
    vnc_buffer_consume(&layer->plain, n);
    vnc_buffer_trim(&layer->plain, VNC_LAYER_CHUNK);
    return n;
}

static gssize not_yet(GError **error)
{
    g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "not yet");
    return -1;
}

static gssize layer_read(VncStream *stream, void *bytes, size_t len, GError **error)
{
    VncLayer *layer = (VncLayer *)stream;
    gssize n = -1;

    if (layer->opening && layer->ops->await) {
        return not_yet(error);
    }
    if (layer->plain.len == 0 && !layer->ended) {
        n = layer->more ? 1 : vnc_layer_fill(layer, error);
        layer->more = false;
        if (n == 0) {
            layer->ended = true;
        } else if (n < 0 || !layer->ops->decode(layer, error)) {
            return -1;
        }
        vnc_buffer_trim(&layer->in, 0);
        /* Send answers. What cannot be sent at once is sent when the stream below is ready. */
        vnc_layer_flush(layer, NULL);
    }
    if (layer->plain.len > 0) {
        n = take_plain(layer, bytes, len);
    } else if (layer->ended) {
        n = 0;
    } else {
        n = not_yet(error);
    }
    vnc_layer_rewatch(layer);
    return n;
}

static gssize layer_write(VncStream *stream, const void *bytes, size_t len, GError **error)
{
    VncLayer *layer = (VncLayer *)stream;
    gssize n = -1;

    if (layer->opening || is_spent(layer)) {
        not_yet(error);
    } else if (layer->ops->write) {
        n = layer->ops->write(layer, bytes, MIN(len, layer->share - layer->taken), error);
    } else if (vnc_layer_flush(layer, error)) {
        n = layer->ops->encode(layer, bytes, MIN(len, layer->share - layer->taken), error);
        if (n > 0) {
            vnc_layer_flush(layer, NULL);
        }
    }
    layer->taken += MAX(n, 0);
    vnc_layer_rewatch(layer);
    return n;
}

static void layer_watch(VncStream *stream, GIOCondition condition)
{
    VncLayer *layer = (VncLayer *)stream;

    layer->wanted = condition;
    vnc_layer_rewatch(layer);
}

static void layer_close(VncStream *stream)
{
    VncLayer *layer = (VncLayer *)stream;

    layer->wanted = 0;
    vnc_source_clear(&layer->again);
    if (layer->ops->goodbye) {
        layer->ops->goodbye(layer);
    }
    vnc_layer_flush(layer, NULL);
    vnc_stream_close(layer->lower);
}

static void layer_free(VncStream *stream)
{
    VncLayer *layer = (VncLayer *)stream;

    layer->wanted = 0;
    vnc_source_clear(&layer->again);
    if (layer->ops->clear) {
        layer->ops->clear(layer);
    }
    vnc_stream_free(layer->lower);
    vnc_buffer_clear(&layer->in);
    vnc_buffer_clear(&layer->plain);
    vnc_buffer_clear(&layer->out);
    vnc_address_info_clear(&layer->stream.local);
    vnc_address_info_clear(&layer->stream.peer);
    g_main_context_unref(layer->context);
    g_free(layer);
}

static const VncStreamOps layer_ops = {
    .read = layer_read,
    .write = layer_write,
    .watch = layer_watch,
    .close = layer_close,
    .free = layer_free,
};

void vnc_layer_init(VncLayer *layer, const VncLayerOps *ops, VncStream *lower,
                    GMainContext *context)
{
    VNC_MAIN();
    layer->stream.ops = &layer_ops;
    vnc_address_info_copy(&layer->stream.local, &lower->local);
    vnc_address_info_copy(&layer->stream.peer, &lower->peer);
    layer->ops = ops;
    layer->share = ops->share;
    layer->lower = lower;
    layer->in.secret = layer->plain.secret = true;
    layer->context = context ? g_main_context_ref(context) : g_main_context_ref_thread_default();
    vnc_stream_set_ready(lower, lower_ready, layer);
}
