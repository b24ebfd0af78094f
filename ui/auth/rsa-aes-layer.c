/*
 * RSA-AES over a stream, once a login has agreed on keys.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread; owns the stream below and the ciphers; no lock.
 */
#include "ui/auth/rsa-aes-layer.h"

#include "ui/base/thread.h"
#include "ui/base/wipe.h"
#include "ui/net/layer.h"

#include <gnutls/gnutls.h>

/* Plain bytes in one message, as TigerVNC sends them. Longer messages would save less than 0.3 % of
 * the bytes. */
#define MESSAGE_BYTES 8192
/* Nettle takes 0.45 ms for twice as many bytes. */
#define SHARE (128 * 1024)
/* Messages read in one turn: the smallest ones cost a sixth of a microsecond each. */
#define DECODE_MESSAGES 1024

typedef struct RsaAesLayer {
    VncLayer layer; /* first */
    VncRsaAesCipher in, out;
} RsaAesLayer;

/* The length of the message at the beginning of @in; 0: the message is not complete. */
static size_t whole_message(const VncBuffer *in)
{
    size_t len;

    if (in->len < VNC_RSA_AES_OVERHEAD) {
        return 0;
    }
    len = vnc_get_u16(vnc_buffer_bytes(in)) + VNC_RSA_AES_OVERHEAD;
    return in->len < len ? 0 : len;
}

static bool decode(VncLayer *layer, GError **error)
{
    VncRsaAesCipher *cipher = &((RsaAesLayer *)layer)->in;
    unsigned messages = 0;
    size_t len;

    while ((len = whole_message(&layer->in)) > 0) {
        size_t plain = len - VNC_RSA_AES_OVERHEAD;
        uint8_t *room;

        if (messages++ == DECODE_MESSAGES) {
            layer->more = true;
            break;
        }
        room = vnc_buffer_reserve(&layer->plain, plain);
        if (!vnc_rsa_aes_open(cipher, vnc_buffer_bytes(&layer->in), room)) {
            g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                                "RSA-AES: a message is not authentic");
            return false;
        }
        vnc_buffer_commit(&layer->plain, plain);
        vnc_buffer_consume(&layer->in, len);
    }
    return true;
}

static gssize encode(VncLayer *layer, const void *bytes, size_t len, G_GNUC_UNUSED GError **error)
{
    VncRsaAesCipher *cipher = &((RsaAesLayer *)layer)->out;
    const uint8_t *from = bytes;
    size_t taken = 0;

    vnc_buffer_reserve(&layer->out, len + (len / MESSAGE_BYTES + 1) * VNC_RSA_AES_OVERHEAD);
    while (taken < len) {
        size_t plain = MIN(len - taken, MESSAGE_BYTES);
        uint8_t *room = vnc_buffer_reserve(&layer->out, plain + VNC_RSA_AES_OVERHEAD);

        vnc_rsa_aes_seal(cipher, from + taken, plain, room);
        vnc_buffer_commit(&layer->out, plain + VNC_RSA_AES_OVERHEAD);
        taken += plain;
    }
    return taken;
}

static void clear(VncLayer *layer)
{
    RsaAesLayer *self = (RsaAesLayer *)layer;

    vnc_wipe(&self->in, sizeof(self->in));
    vnc_wipe(&self->out, sizeof(self->out));
}

static const VncLayerOps layer_ops = {
    .share = SHARE,
    .decode = decode,
    .encode = encode,
    .clear = clear,
};

VncStream *vnc_rsa_aes_layer_new(VncStream *lower, GMainContext *context, const VncRsaAesCipher *in,
                                 const VncRsaAesCipher *out)
{
    RsaAesLayer *self = g_new0(RsaAesLayer, 1);

    VNC_MAIN();
    vnc_layer_init(&self->layer, &layer_ops, lower, context);
    self->in = *in;
    self->out = *out;
    return &self->layer.stream;
}
