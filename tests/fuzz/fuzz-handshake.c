/*
 * Fuzz the handshake.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One thread. Input: a byte for the server (bits 0 and 1: how many security types the server
 * offers, bit 2: the security type refuses), then a viewer's bytes. The bytes are fed in one piece,
 * byte by byte and in pieces of three; the outcome must be the same.
 */
#include "tests/fuzz/fuzz.h"
#include "ui/rfb/handshake.h"

typedef struct Run {
    VncHandshake handshake;
    VncBuffer out;
    size_t used;
} Run;

static void run(Run *run, uint8_t server, const uint8_t *bytes, size_t len, size_t piece)
{
    static const uint8_t offered[] = {2, 1, 19};
    VncHandshake *handshake = &run->handshake;

    run->out = (VncBuffer){0};
    run->used = 0;
    vnc_handshake_init(handshake, offered, server & 3, &run->out);
    for (size_t here = 0; here < len;) {
        here = MIN(len, here + piece);
        for (;;) {
            size_t given = here - run->used;
            g_autofree uint8_t *exact = g_malloc(given); /* NULL for 0 */
            size_t used;

            if (given) {
                memcpy(exact, bytes + run->used, given);
            }
            used = vnc_handshake_read(handshake, exact, given, &run->out);
            g_assert(used <= given);
            run->used += used;
            if (handshake->state != VNC_HANDSHAKE_AUTH) {
                break;
            }
            g_assert(memchr(offered, handshake->chosen, server & 3));
            vnc_handshake_auth_done(handshake, server & 4 ? "Refused" : NULL, NULL, &run->out);
        }
    }
    g_assert((handshake->why != NULL) == (handshake->state == VNC_HANDSHAKE_FAILED));
}

static void check(const Run *a, const Run *b)
{
    g_assert(a->out.len == b->out.len);
    g_assert(memcmp(vnc_buffer_bytes(&a->out), vnc_buffer_bytes(&b->out), a->out.len) == 0);
    g_assert(a->handshake.state == b->handshake.state);
    g_assert(a->handshake.minor == b->handshake.minor);
    g_assert(a->handshake.chosen == b->handshake.chosen);
    g_assert(a->handshake.shared == b->handshake.shared);
    if (a->handshake.state != VNC_HANDSHAKE_FAILED) {
        g_assert(a->used == b->used);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    static const size_t pieces[] = {SIZE_MAX / 2, 1, 3};
    Run runs[G_N_ELEMENTS(pieces)];

    if (len == 0) {
        return 0;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(pieces); i++) {
        run(&runs[i], bytes[0], bytes + 1, len - 1, pieces[i]);
        check(&runs[0], &runs[i]);
    }
    for (size_t i = 0; i < G_N_ELEMENTS(pieces); i++) {
        vnc_handshake_clear(&runs[i].handshake);
        vnc_buffer_clear(&runs[i].out);
    }
    return 0;
}
