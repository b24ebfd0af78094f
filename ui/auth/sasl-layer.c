/*
 * The encryption of a SASL mechanism, over a stream.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread; a layer owns its SASL connection; no lock.
 *
 * The length of each packet stands before the packet. SASL keeps an incomplete packet, no longer
 * than the connection's maxbufsize.
 */
#include "ui/auth/sasl-layer.h"

#include "ui/base/thread.h"
#include "ui/net/layer.h"

/* Written in one turn of the main loop. The viewer sets the longest packet; a very short packet
 * costs as much as a long one, 8 microseconds. */
#define SHARE_PACKETS 32
#define SHARE         (64 * 1024)
/* Read in one turn: the shortest packets have some 20 bytes. */
#define DECODE_BYTES 8192

typedef struct SaslLayer {
    VncLayer layer; /* first */
    sasl_conn_t *conn;
    unsigned packet_bytes; /* the most the viewer takes, without SASL's overhead */
} SaslLayer;

static bool fail(SaslLayer *self, GError **error)
{
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "SASL: %s", sasl_errdetail(self->conn));
    return false;
}

static bool decode(VncLayer *layer, GError **error)
{
    SaslLayer *self = (SaslLayer *)layer;
    const char *plain = NULL;
    unsigned n = (unsigned)MIN(layer->in.len, DECODE_BYTES), len = 0;

    if (sasl_decode(self->conn, (const char *)vnc_buffer_bytes(&layer->in), n, &plain, &len) !=
        SASL_OK) {
        return fail(self, error);
    }
    vnc_buffer_consume(&layer->in, n);
    layer->more = layer->in.len > 0;
    if (len > 0) {
        vnc_buffer_append(&layer->plain, plain, len);
    }
    return true;
}

static gssize encode(VncLayer *layer, const void *bytes, size_t len, GError **error)
{
    SaslLayer *self = (SaslLayer *)layer;
    const char *rest = bytes;
    size_t taken = 0;

    while (taken < len) {
        unsigned n = MIN(len - taken, self->packet_bytes);
        const char *packet = NULL;
        unsigned packet_len = 0;

        if (sasl_encode(self->conn, rest + taken, n, &packet, &packet_len) != SASL_OK) {
            fail(self, error);
            return -1;
        }
        vnc_buffer_append(&layer->out, packet, packet_len);
        taken += n;
    }
    return taken;
}

static void clear(VncLayer *layer)
{
    sasl_dispose(&((SaslLayer *)layer)->conn);
}

static const VncLayerOps sasl_ops = {
    .share = SHARE,
    .decode = decode,
    .encode = encode,
    .clear = clear,
};

VncStream *vnc_sasl_layer_new(VncStream *lower, sasl_conn_t *conn, GMainContext *context)
{
    SaslLayer *self = g_new0(SaslLayer, 1);
    const void *packet_bytes = NULL;

    VNC_MAIN();
    vnc_layer_init(&self->layer, &sasl_ops, lower, context);
    self->conn = conn;
    if (sasl_getprop(conn, SASL_MAXOUTBUF, &packet_bytes) == SASL_OK && packet_bytes) {
        self->packet_bytes = *(const unsigned *)packet_bytes;
    }
    /* Some mechanisms set no limit: they take packets of any length. */
    if (self->packet_bytes == 0) {
        self->packet_bytes = SHARE;
    }
    self->layer.share = MIN(SHARE, (size_t)SHARE_PACKETS * self->packet_bytes);
    return &self->layer.stream;
}
