/*
 * Fuzz websockets.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One thread. Input: a byte that chooses the beginning (odd: a good request) and how many bytes a
 * viewer takes at a time; then a viewer's bytes. The bytes come in one piece, byte by byte and in
 * pieces of three; the server must read the same from each.
 */
#include "tests/fuzz/fuzz.h"
#include "tests/lib/fake-stream.h"
#include "ui/net/layer.h"
#include "ui/net/websocket.h"

static const char request[] = "GET / HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\n"
                              "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                              "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n";

typedef struct Run {
    GByteArray *plain;
    bool ended;
    GError *error;
} Run;

static void ready(void *opaque, GIOCondition condition)
{
    (void)opaque;
    (void)condition;
}

static bool would_block(const GError *error)
{
    return g_error_matches(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK);
}

/* What VncState does: echo what comes, in portions. */
static void echo(VncStream *stream, FakeStream *fake, size_t room, const uint8_t *bytes, size_t len)
{
    while (len > 0) {
        g_autoptr(GError) error = NULL;
        gssize n = vnc_stream_write(stream, bytes, len, &error);

        if (n < 0 && !would_block(error)) {
            break;
        }
        if (n > 0) {
            g_assert((size_t)n <= len);
            bytes += n;
            len -= n;
        }
        fake->room = room;
    }
}

static void run(Run *run, const uint8_t *bytes, size_t len, size_t piece)
{
    FakeStream *fake = fake_stream_new();
    VncStream *stream = vnc_websocket_stream_new(&fake->stream, NULL, NULL);
    size_t room = 1 + (bytes[0] >> 1);

    run->plain = g_byte_array_new();
    run->ended = false;
    run->error = NULL;
    vnc_stream_set_ready(stream, ready, NULL);
    if (bytes[0] & 1) {
        g_byte_array_append(fake->in, (const uint8_t *)request, strlen(request));
    }
    g_byte_array_append(fake->in, bytes + 1, len - 1);
    fake->piece = piece;
    fake->room = room;
    while (!run->ended && !run->error) {
        uint8_t room_for[1000];
        GError *error = NULL;
        gssize n = vnc_stream_read(stream, room_for, sizeof(room_for), &error);

        if (n > 0) {
            g_byte_array_append(run->plain, room_for, n);
            echo(stream, fake, room, room_for, n);
        } else if (n == 0) {
            run->ended = true;
        } else if (!would_block(error)) {
            run->error = error;
        } else {
            g_error_free(error);
            if (fake->in->len == 0) {
                break;
            }
        }
        fake->room = room;
    }
    g_assert(((VncLayer *)stream)->out.len <= VNC_LAYER_CHUNK);
    vnc_stream_close(stream);
    vnc_stream_free(stream);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static const size_t pieces[] = {SIZE_MAX / 2, 1, 3};
    Run runs[G_N_ELEMENTS(pieces)];

    if (len == 0) {
        return 0;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(pieces); i++) {
        run(&runs[i], bytes, len, pieces[i]);
        g_assert(runs[i].ended == runs[0].ended);
        g_assert((runs[i].error == NULL) == (runs[0].error == NULL));
        /* In front of an error more may have been read than in one piece, where it comes first. */
        g_assert(runs[i].plain->len >= runs[0].plain->len);
        g_assert(runs[0].error || runs[i].plain->len == runs[0].plain->len);
        g_assert(runs[0].plain->len == 0 ||
                 memcmp(runs[i].plain->data, runs[0].plain->data, runs[0].plain->len) == 0);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(pieces); i++) {
        g_byte_array_unref(runs[i].plain);
        g_clear_error(&runs[i].error);
    }
    return 0;
}
