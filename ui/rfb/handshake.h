/*
 * The handshake: from ProtocolVersion to ClientInit, without a socket.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A pure state machine: bytes in, bytes out. Main thread.
 */
#ifndef UI_RFB_HANDSHAKE_H
#define UI_RFB_HANDSHAKE_H

#include "ui/base/buffer.h"
#include "ui/rfb/proto.h"

/**
 * VncHandshake: one viewer's way to ClientInit.
 *
 * The server sends ProtocolVersion 003.008. The viewer may answer 003.003 (also 003.004, 003.005),
 * 003.007 or 003.008. Any other version is refused, in the form of the nearest version, and ends
 * the handshake.
 */
typedef struct VncHandshake {
    enum {
        VNC_HANDSHAKE_VERSION,     /* waiting for ProtocolVersion */
        VNC_HANDSHAKE_SECURITY,    /* waiting for the chosen security type */
        VNC_HANDSHAKE_AUTH,        /* the security type runs */
        VNC_HANDSHAKE_CLIENT_INIT, /* waiting for ClientInit */
        VNC_HANDSHAKE_DONE,
        VNC_HANDSHAKE_FAILED,
    } state;
    int minor;                               /* 3, 7 or 8, once known */
    uint8_t offered[VNC_MAX_SECURITY_TYPES]; /* in order of preference */
    unsigned n_offered;
    /* set by the caller after init: offer nothing, for this reason; or NULL */
    const char *refusal;
    const char *refusal_why; /* the same for the log; NULL: `refusal` serves */
    uint8_t chosen;          /* valid from AUTH on; one of offered */
    bool shared;             /* valid when DONE: ClientInit's flag */
    char *why;               /* FAILED: what happened, for the log; owned */
} VncHandshake;

/* Begin: write the server's ProtocolVersion to @out. With RFB 3.3 the server chooses: it takes the
 * first of @offered that 3.3 knows (None, VNC). */
void vnc_handshake_init(VncHandshake *handshake, const uint8_t *offered, unsigned n_offered,
                        VncBuffer *out);
void vnc_handshake_clear(VncHandshake *handshake);

/**
 * vnc_handshake_read: advance as far as @bytes allow, and write answers to @out. Stops in state
 * AUTH (the caller runs the security type, then calls vnc_handshake_auth_done()), DONE, or FAILED
 * (send @out, then close).
 *
 * Returns how many bytes were used.
 */
size_t vnc_handshake_read(VncHandshake *handshake, const uint8_t *bytes, size_t len,
                          VncBuffer *out);

/**
 * vnc_handshake_auth_done: the security type has ended. Writes SecurityResult if the version has
 * one (after None: 3.8 only), with the reason if the version has that (3.8).
 *
 * @failure: NULL for success; else the reason that the viewer may read
 * @why: the same for the log; NULL: @failure serves
 */
void vnc_handshake_auth_done(VncHandshake *handshake, const char *failure, const char *why,
                             VncBuffer *out);

#endif
