/*
 * The table of -vnc's options.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Any thread; the table is constant.
 */
#ifndef UI_BASE_OPTIONS_H
#define UI_BASE_OPTIONS_H

#include "ui/vnc-options.h"

/* What values an option takes, and the type of its member in VncOptions. */
typedef enum VncOptionKind {
    VNC_OPTION_KIND_BOOL,      /* bool */
    VNC_OPTION_KIND_NUMBER,    /* unsigned, from `min` to `max` */
    VNC_OPTION_KIND_STRING,    /* char *, never empty */
    VNC_OPTION_KIND_FAMILY,    /* VncTristate: whether addresses of a family are used */
    VNC_OPTION_KIND_MODE,      /* unsigned, given in octal: permissions of a file */
    VNC_OPTION_KIND_SHARE,     /* VncSharePolicy, by name */
    VNC_OPTION_KIND_ADDRESS,   /* this and all below: GPtrArray of char *; each value adds one */
    VNC_OPTION_KIND_WEBSOCKET, /* an address or a port */
    VNC_OPTION_KIND_ORIGIN,    /* the origin of a web page */
    VNC_OPTION_KIND_TRUST,     /* a range of addresses */
    VNC_OPTION_KINDS,
} VncOptionKind;

/**
 * VncOptionSpec: one option.
 */
typedef struct VncOptionSpec {
    const char *name;
    VncOptionKind kind;
    size_t offset;              /* of the member of VncOptions */
    unsigned initial, min, max; /* of a bool or a number: `initial` is the default */
} VncOptionSpec;

/* All options; the last entry has no name. */
extern const VncOptionSpec vnc_option_specs[];

#endif
