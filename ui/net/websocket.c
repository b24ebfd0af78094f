/*
 * Websockets: RFC 6455, the server's side.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread; owns control frames that wait for the end of a data frame; no lock.
 *
 * Payloads are never gathered. Received bytes are unmasked from one buffer into another. Sent bytes
 * are written from the caller's memory. So a frame may be sent in part, and control frames wait for
 * its end.
 */
#include "ui/net/websocket.h"

#include "ui/base/thread.h"
#include "ui/net/layer.h"
#include "ui/net/websocket-upgrade.h"

enum {
    OP_CONTINUATION = 0,
    OP_TEXT = 1,
    OP_BINARY = 2,
    OP_CLOSE = 8,
    OP_PING = 9,
    OP_PONG = 10,
};

enum {
    CLOSE_NORMAL = 1000,
    CLOSE_PROTOCOL_ERROR = 1002,
    CLOSE_UNSUPPORTED = 1003,
    CLOSE_TOO_BIG = 1009,
};

#define FIN         0x80
#define MASKED      0x80
#define MAX_CONTROL 125 /* payload of a control frame */

/* A payload of up to this many bytes is sent in one write with its head: copying it costs less than
 * a system call. */
#define COPIED 4096

/* A control frame that waits to be sent; a later one takes its place. */
typedef struct Control {
    uint8_t bytes[2 + MAX_CONTROL];
    size_t len; /* 0: none waits */
} Control;

typedef struct WebsocketStream {
    VncLayer layer; /* first */

    GPtrArray *origins; /* until it is open */
    size_t searched;    /* bytes of the request */

    /* received */
    uint64_t left;   /* bytes to come of a data frame's payload */
    uint8_t mask[4]; /* for the next byte of the payload, and the following ones */
    bool fragmented; /* a message has begun, and this is not its last frame */

    /* sent */
    size_t announced; /* bytes of the current frame that the stream below has not taken */
    Control pong, close;
    bool closing; /* a close frame has been sent, or waits */
} WebsocketStream;

typedef struct Head {
    uint8_t opcode;
    bool fin;
    uint64_t len; /* of the payload */
    size_t head;  /* bytes before the payload */
    uint8_t mask[4];
} Head;

/* --- sending ------------------------------------------------------------------------------ */

static void set_control(Control *control, uint8_t opcode, const uint8_t *bytes, size_t len)
{
    control->bytes[0] = FIN | opcode;
    control->bytes[1] = (uint8_t)len;
    if (len) {
        memcpy(control->bytes + 2, bytes, len);
    }
    control->len = 2 + len;
}

/* Queue a close frame with @code; 0: without a code. */
static void set_close(WebsocketStream *ws, unsigned code)
{
    const uint8_t bytes[2] = {code >> 8, code & 0xff};

    if (!ws->closing) {
        set_control(&ws->close, OP_CLOSE, bytes, code ? 2 : 0);
        ws->closing = true;
    }
}

static void release_control(WebsocketStream *ws, Control *control)
{
    vnc_buffer_append(&ws->layer.out, control->bytes, control->len);
    control->len = 0;
}

static void release(VncLayer *layer)
{
    WebsocketStream *ws = (WebsocketStream *)layer;

    if (ws->announced == 0) {
        release_control(ws, &ws->pong);
        release_control(ws, &ws->close);
    }
}

static void append_head(VncBuffer *out, size_t len)
{
    G_STATIC_ASSERT(VNC_WEBSOCKET_MAX_SENT <= UINT16_MAX);

    vnc_buffer_append_u8(out, FIN | OP_BINARY);
    if (len <= MAX_CONTROL) {
        vnc_buffer_append_u8(out, len);
    } else {
        vnc_buffer_append_u8(out, 126);
        vnc_buffer_append_u16(out, len);
    }
}

static gssize write_frame(VncLayer *layer, const void *bytes, size_t len, GError **error)
{
    WebsocketStream *ws = (WebsocketStream *)layer;
    gssize n;

    if (!vnc_layer_flush(layer, error)) {
        return -1;
    }
    if (ws->closing && ws->announced == 0) {
        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_CLOSED, "the websocket is closed");
        return -1;
    }
    if (ws->announced == 0) {
        len = MIN(len, VNC_WEBSOCKET_MAX_SENT);
        append_head(&layer->out, len);
        if (len <= COPIED) {
            vnc_buffer_append(&layer->out, bytes, len);
            vnc_layer_flush(layer, NULL);
            return len;
        }
        ws->announced = len;
        if (!vnc_layer_flush(layer, error)) {
            return -1;
        }
    }
    n = vnc_stream_write(layer->lower, bytes, MIN(len, ws->announced), error);
    if (n > 0) {
        ws->announced -= n;
        vnc_layer_flush(layer, NULL);
    }
    return n;
}

static void goodbye(VncLayer *layer)
{
    if (!layer->opening) {
        set_close((WebsocketStream *)layer, CLOSE_NORMAL);
    }
}

/* --- receiving ---------------------------------------------------------------------------- */

static bool fail(WebsocketStream *ws, unsigned code, const char *why, GError **error)
{
    set_close(ws, code);
    g_set_error(error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA, "websocket: %s", why);
    return false;
}

static bool wrong(WebsocketStream *ws, const char *why, GError **error)
{
    return fail(ws, CLOSE_PROTOCOL_ERROR, why, error);
}

/* Whether a frame of this kind may come here. */
static bool check_kind(WebsocketStream *ws, const Head *head, GError **error)
{
    switch (head->opcode) {
    case OP_CONTINUATION:
        return ws->fragmented || wrong(ws, "a continuation of nothing", error);
    case OP_BINARY:
        return !ws->fragmented || wrong(ws, "a message within a message", error);
    case OP_TEXT:
        return fail(ws, CLOSE_UNSUPPORTED, "text, where RFB is binary", error);
    case OP_CLOSE:
    case OP_PING:
    case OP_PONG:
        return (head->fin && head->len <= MAX_CONTROL) ||
               wrong(ws, "a control frame is long or in fragments", error);
    default:
        return wrong(ws, "a frame of unknown kind", error);
    }
}

/* Parse the head of a frame. head->head is 0 if the head is incomplete. */
static bool read_head(WebsocketStream *ws, Head *head, GError **error)
{
    const uint8_t *bytes = vnc_buffer_bytes(&ws->layer.in);
    size_t have = ws->layer.in.len, extra;

    head->head = 0;
    if (have < 2) {
        return true;
    }
    head->opcode = bytes[0] & 0x0f;
    head->fin = bytes[0] & FIN;
    head->len = bytes[1] & 0x7f;
    if (bytes[0] & 0x70) {
        return wrong(ws, "bits are set that have no meaning", error);
    }
    if (!(bytes[1] & MASKED)) {
        return wrong(ws, "a frame is not masked", error);
    }
    if (!check_kind(ws, head, error)) {
        return false;
    }
    extra = head->len == 127 ? 8 : head->len == 126 ? 2 : 0;
    if (have < 2 + extra + sizeof(head->mask)) {
        return true;
    }
    if (extra > 0) {
        head->len = 0;
        for (size_t i = 0; i < extra; i++) {
            head->len = head->len << 8 | bytes[2 + i];
        }
    }
    if (head->len >> 63) {
        return wrong(ws, "the length of a frame is negative", error);
    }
    if (head->len > VNC_WEBSOCKET_MAX_FRAME) {
        return fail(ws, CLOSE_TOO_BIG, "a frame is longer than 16 MiB", error);
    }
    memcpy(head->mask, bytes + 2 + extra, sizeof(head->mask));
    head->head = 2 + extra + sizeof(head->mask);
    return true;
}

static void unmask(uint8_t *restrict to, const uint8_t *restrict from, size_t len,
                   const uint8_t mask[4])
{
    uint64_t pattern;
    size_t i = 0;

    memcpy(&pattern, mask, 4);
    memcpy((uint8_t *)&pattern + 4, mask, 4);
    for (; i + 8 <= len; i += 8) {
        uint64_t word;

        memcpy(&word, from + i, 8);
        word ^= pattern;
        memcpy(to + i, &word, 8);
    }
    for (; i < len; i++) {
        to[i] = from[i] ^ mask[i & 3];
    }
}

static void read_payload(WebsocketStream *ws)
{
    VncBuffer *in = &ws->layer.in, *plain = &ws->layer.plain;
    size_t n = MIN(in->len, ws->left);
    uint8_t mask[4];

    unmask(vnc_buffer_reserve(plain, n), vnc_buffer_bytes(in), n, ws->mask);
    vnc_buffer_commit(plain, n);
    vnc_buffer_consume(in, n);
    ws->left -= n;
    for (size_t i = 0; i < sizeof(mask); i++) {
        mask[i] = ws->mask[(n + i) & 3];
    }
    memcpy(ws->mask, mask, sizeof(mask));
}

/* Whether a close frame may have this code. */
static bool is_close_code(unsigned code)
{
    return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
           (code >= 3000 && code <= 4999);
}

static bool handle_close(WebsocketStream *ws, const uint8_t *bytes, size_t len, GError **error)
{
    unsigned code = len >= 2 ? (unsigned)bytes[0] << 8 | bytes[1] : 0;

    if (len > 0 && !is_close_code(code)) {
        return wrong(ws, "a close frame with a bad code", error);
    }
    set_close(ws, code);
    ws->layer.ended = true;
    /* Bytes after a close frame are ignored. */
    vnc_buffer_reset(&ws->layer.in);
    return true;
}

/* Handle a complete control frame. */
static bool handle_control(WebsocketStream *ws, const Head *head, GError **error)
{
    uint8_t payload[MAX_CONTROL];

    unmask(payload, vnc_buffer_bytes(&ws->layer.in) + head->head, head->len, head->mask);
    vnc_buffer_consume(&ws->layer.in, head->head + head->len);
    if (head->opcode == OP_CLOSE) {
        return handle_close(ws, payload, head->len, error);
    }
    if (head->opcode == OP_PING) {
        /* Of several pings not answered yet, only the last needs an answer (RFC 6455, 5.5.3). */
        set_control(&ws->pong, OP_PONG, payload, head->len);
    }
    return true;
}

static bool decode(VncLayer *layer, GError **error)
{
    WebsocketStream *ws = (WebsocketStream *)layer;

    if (layer->opening) {
        switch (vnc_websocket_upgrade(&layer->in, &ws->searched, ws->origins, &layer->out, error)) {
        case VNC_UPGRADE_MORE:
            return true;
        case VNC_UPGRADE_REFUSED:
            return false;
        case VNC_UPGRADE_DONE:
            layer->opening = false;
            g_clear_pointer(&ws->origins, g_ptr_array_unref);
        }
    }
    while (layer->in.len > 0) {
        Head head;

        if (ws->left > 0) {
            read_payload(ws);
            continue;
        }
        if (!read_head(ws, &head, error)) {
            return false;
        }
        if (head.head == 0) {
            break;
        }
        if (head.opcode >= OP_CLOSE) {
            if (layer->in.len < head.head + head.len) {
                break;
            }
            if (!handle_control(ws, &head, error)) {
                return false;
            }
        } else {
            vnc_buffer_consume(&layer->in, head.head);
            ws->left = head.len;
            memcpy(ws->mask, head.mask, sizeof(ws->mask));
            ws->fragmented = !head.fin;
        }
    }
    return true;
}

static void clear(VncLayer *layer)
{
    g_clear_pointer(&((WebsocketStream *)layer)->origins, g_ptr_array_unref);
}

/* Writing copies next to nothing, and 64 KiB of the smallest frames are read within 0.2 ms. */
static const VncLayerOps websocket_ops = {
    .share = SIZE_MAX,
    .decode = decode,
    .write = write_frame,
    .release = release,
    .goodbye = goodbye,
    .clear = clear,
};

VncStream *vnc_websocket_stream_new(VncStream *lower, GPtrArray *origins, GMainContext *context)
{
    WebsocketStream *ws = g_new0(WebsocketStream, 1);

    VNC_MAIN();
    vnc_layer_init(&ws->layer, &websocket_ops, lower, context);
    ws->layer.opening = true;
    ws->origins = origins ? g_ptr_array_ref(origins) : NULL;
    return &ws->layer.stream;
}
