/*
 * The options of -vnc, independent of the host that reads them.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#ifndef UI_VNC_OPTIONS_H
#define UI_VNC_OPTIONS_H

#include "ui/vnc-types.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What an exclusive or a shared viewer means to the others: `share=`. One that may only look counts as shared. */
typedef enum VncSharePolicy {
    /* an exclusive viewer disconnects the others; while it is there, shared ones are refused */
    VNC_SHARE_ALLOW_EXCLUSIVE,
    VNC_SHARE_FORCE_SHARED, /* exclusive viewers are refused */
    VNC_SHARE_IGNORE,       /* everybody shares, whatever a viewer asks */
} VncSharePolicy;

/* A boolean that may be left open. */
typedef enum VncTristate { VNC_UNSET, VNC_OFF, VNC_ON } VncTristate;

/* RFB over TCP: display N listens on port VNC_PORT_BASE + N. */
#define VNC_PORT_BASE 5900
/* The same for RFB over websockets. */
#define VNC_WEBSOCKET_PORT_BASE 5700

/* What is held of a viewer's input before it has logged in: no message of a login is as long. */
#define VNC_LOGIN_BYTES 65536

/**
 * VncOptions: plain values, filled by vnc_options_set().
 */
struct VncOptions {
    GPtrArray *addresses;  /* char *, as given: "host:d", ":d", "[v6]:d", "unix:path", "none" */
    GPtrArray *websockets; /* char *, as given: "", "on", "port", "host:port", "unix:path" */
    GPtrArray *websocket_origins; /* char *: pages of these alone are let in; empty: of all */
    char *id;                     /* default "default" */
    unsigned to;                  /* `to=`: highest display number to try; 0: only the given one */
    bool reverse;   /* default off: connect to a viewer that listens at the address "host:port" */
    bool raw_ports; /* addresses, and `to`, have ports instead of displays; no name: for a host */
    /* `ipv4=`, `ipv6=`: only the one that is on, if the other is not; off: not that one. Not both
     * are off. Default unset: both, where there are. */
    VncTristate ipv4, ipv6;
    unsigned unix_mode;   /* of socket files; default 0: as the umask says */
    VncSharePolicy share; /* default VNC_SHARE_ALLOW_EXCLUSIVE */
    bool lossy;           /* default off: JPEG is never used */
    bool non_adaptive;    /* default off: what changes fast may be lossy though it is no photo */
    unsigned
        lossless_refresh_ms; /* default 2000: what was lossy is sent exactly when it has been quiet
                                   * for so long; 0: never */
    bool resize;             /* default on: viewers may ask for another size of the desktop */
    char *display;           /* `display=`: the host's device id, or NULL */
    unsigned head;           /* default 0 */
    unsigned key_delay_ms;   /* default 10 */
    bool lock_key_sync;      /* default on */
    unsigned connections;    /* default 32 */
    char *audiodev;          /* the host's audio backend, or NULL: its default one */
    bool power_control;      /* default off: viewers may shut down, reboot and reset the machine */

    /* who gets in */
    bool password;                   /* default off: VNC authentication */
    char *password_secret;           /* the host's secret object with the password, or NULL */
    char *view_only_password_secret; /* the same for those who may only look, or NULL */
    bool view_only;                  /* default off: nobody may do more than look */
    char *tls_creds;                 /* the host's tls-creds object, or NULL: no TLS */
    char *tls_authz;  /* its authorization object for names in certificates, or NULL */
    char *rsa_key;    /* file of the private key for RSA-AES, or NULL */
    bool vnc_auth;    /* default on; off: passwords are asked for by RSA-AES alone */
    bool sasl;        /* default off: whatever SASL asks for */
    bool plain;       /* default off: name and password, encrypted, checked by SASL */
    char *sasl_authz; /* the host's authorization object for names of SASL's users, or NULL */
    unsigned
        half_open; /* viewers in their login, three quarters of them of one address; default 0: as many as
                             * connections */
    unsigned login_timeout;  /* default 120 s, 0: any time */
    unsigned login_delay_ms; /* default 1000: from a wrong password to the answer */
    unsigned login_failures; /* default 5: wrong passwords until an address is kept out; 0: never */
    unsigned login_ban; /* default 10 s: for so long, doubled by each further one, up to 5 min */
    GPtrArray *
        login_trust; /* char *: addresses that are never kept out, "A.B.C.D[/BITS]", IPv6 likewise, "unix" */
    unsigned login_bytes; /* default VNC_LOGIN_BYTES: held of a viewer before it has logged in */
    /* Default 60: a minute, about those who are not let in, and as many about viewers; 0: any. */
    unsigned log_lines;
    unsigned peer_timeout; /* default 300 s without an answer by TCP; 0: as the system has it */
    unsigned idle_timeout; /* seconds without key, pointer or clipboard message; default 0: any */
};

VncOptions *vnc_options_new(void);
void vnc_options_free(VncOptions *options); /* accepts NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VncOptions, vnc_options_free)

/**
 * vnc_options_set: set one option by its name, in any order. "vnc", an address, "websocket",
 * "websocket-origin" and "login-trust" may be set several times; what addresses say is for vnc_options_check(). Booleans take
 * on/off, yes/no, true/false, y/n.
 *
 * Fails with G_OPTION_ERROR, BAD_VALUE or UNKNOWN_OPTION; the message names the
 * option, the value and what would work.
 */
bool vnc_options_set(VncOptions *options, const char *name, const char *value, GError **error);

/**
 * vnc_options_next_item: cut the first item off a text of QEMU's form "ITEM,ITEM...", where two
 * commas stand for one within an item. Returns it, to be freed; *@text moves behind its comma.
 */
char *vnc_options_next_item(const char **text);

/**
 * vnc_options_check: whether the addresses can be read, and go with each other and with the
 * options. vnc_options_parse() and vnc_server_open() do it. @error as of vnc_options_set().
 */
bool vnc_options_check(const VncOptions *options, GError **error);

/**
 * vnc_options_parse: a whole -vnc argument, "ADDRESS[,NAME=VALUE|,NAME]...";
 * two commas stand for one; a bare NAME of a boolean means on.
 *
 * Returns NULL with @error set as by vnc_options_set().
 */
VncOptions *vnc_options_parse(const char *text, GError **error);

#ifdef __cplusplus
}
#endif

#endif
