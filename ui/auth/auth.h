/*
 * Security types, one a file.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread.
 */
#ifndef UI_AUTH_AUTH_H
#define UI_AUTH_AUTH_H

#include "ui/base/buffer.h"
#include "ui/rfb/proto.h"

typedef enum VncAuthResult {
    VNC_AUTH_MORE, /* wants more bytes of the viewer */
    VNC_AUTH_PASSED,
    VNC_AUTH_REFUSED,
} VncAuthResult;

/**
 * VncAuthType: one security type.
 */
typedef struct VncAuthType {
    uint8_t number;   /* enum VncSecurityType */
    const char *name; /* as query-vnc spells it */
    /**
     * read: the viewer's bytes so far; first called with none.
     *
     * @used: how many were consumed
     * @out: what to answer
     * @reason: when REFUSED, a static text that the viewer may read
     */
    VncAuthResult (*read)(const uint8_t *bytes, size_t len, size_t *used, VncBuffer *out,
                          const char **reason);
} VncAuthType;

extern const VncAuthType vnc_auth_none;

/* The security type with this number, or NULL. */
const VncAuthType *vnc_auth_find(uint8_t number);

#endif
