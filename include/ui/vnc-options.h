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

/* What an exclusive or a shared viewer means to the others: `share=`. A view-only viewer counts as
 * shared. */
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

/* Bytes of input held for a viewer that has not logged in: no message of a login is as long. */
#define VNC_LOGIN_BYTES 65536

/**
 * VncOptions: what -vnc says, as plain values. vnc_options_set() fills it while there is one
 * reference. It does not change after that, so whoever holds another reference may read it at any
 * time.
 */
struct VncOptions {
    gatomicrefcount refs; /* private */

    /* char *, as given: "host:d", ":d", "[v6]:d", "unix:path", "none" */
    GPtrArray *addresses;
    /* char *, as given: "", "on", "port", "host:port", "unix:path" */
    GPtrArray *websockets;
    /* char *: only pages from these are let in; empty: pages from anywhere */
    GPtrArray *websocket_origins;
    /* default "default" */
    char *id;
    /* highest display number to try; default 0: only the given one */
    unsigned to;
    /* default off: connect to a viewer that listens at the address "host:port" */
    bool reverse;
    /* addresses, and `to`, have ports instead of displays; no name: for a host */
    bool raw_ports;
    /* `ipv4=`, `ipv6=`: if one is on and the other is not, only that one; off: not that one. At
     * most one is off. Default unset: both, where the machine has both. */
    VncTristate ipv4, ipv6;
    /* of socket files; default 0: as the umask says */
    unsigned unix_mode;
    /* default VNC_SHARE_ALLOW_EXCLUSIVE */
    VncSharePolicy share;
    /* default off: JPEG is never used */
    bool lossy;
    /* default off: areas that change fast may be lossy, even if they are no photos */
    bool non_adaptive;
    /* default 2000: an area sent with loss is sent exactly when it has been quiet for so long; 0:
     * never */
    unsigned lossless_refresh_ms;
    /* default on: viewers may ask for another size of the desktop */
    bool resize;
    /* the host's device id, or NULL */
    char *display;
    /* default 0 */
    unsigned head;
    /* default 10 */
    unsigned key_delay_ms;
    /* default on */
    bool lock_key_sync;
    /* default 32 */
    unsigned connections;
    /* the host's audio backend, or NULL: its default one */
    char *audiodev;
    /* default off: viewers may shut down, reboot and reset the machine */
    bool power_control;

    /* who gets in */

    /* default off: VNC authentication */
    bool password;
    /* the host's secret object with the password, or NULL */
    char *password_secret;
    /* the same for view-only viewers, or NULL */
    char *view_only_password_secret;
    /* default off: all viewers are view-only */
    bool view_only;
    /* the host's tls-creds object, or NULL: no TLS */
    char *tls_creds;
    /* the host's authorization object for names in certificates, or NULL */
    char *tls_authz;
    /* file of the private key for RSA-AES, or NULL */
    char *rsa_key;
    /* default on; off: passwords are asked for by RSA-AES alone */
    bool vnc_auth;
    /* default off: log in by a mechanism of SASL */
    bool sasl;
    /* default off: user name and password, encrypted, which SASL checks */
    bool plain;
    /* the host's authorization object for names of SASL's users, or NULL */
    char *sasl_authz;
    /* viewers in their login, three quarters of them of one address; default 0: as many as
     * `connections` */
    unsigned half_open;
    /* default 120 s; 0: any time */
    unsigned login_timeout;
    /* default 1000: from a wrong password to the answer */
    unsigned login_delay_ms;
    /* default 5: wrong passwords until an address is kept out; 0: never */
    unsigned login_failures;
    /* default 10 s: how long an address is kept out; each further failure doubles it, up to
     * 5 min */
    unsigned login_ban;
    /* char *: addresses that are never kept out, "A.B.C.D[/BITS]", IPv6 likewise, "unix" */
    GPtrArray *login_trust;
    /* default VNC_LOGIN_BYTES: input held for a viewer that has not logged in */
    unsigned login_bytes;
    /* default 60: lines a minute about connections that are not let in, and as many about viewers;
     * 0: no limit */
    unsigned log_lines;
    /* default 300 s without an answer by TCP; 0: the system's setting */
    unsigned peer_timeout;
    /* seconds without a key, pointer or clipboard message; default 0: no limit */
    unsigned idle_timeout;
};

/* What a host's own parser may know of an option. */
typedef enum VncOptionType { VNC_OPTION_TEXT, VNC_OPTION_BOOL, VNC_OPTION_NUMBER } VncOptionType;

/**
 * VncOptionInfo: an option, see vnc_options_describe().
 */
typedef struct VncOptionInfo {
    const char *name;
    VncOptionType type;
} VncOptionInfo;

/**
 * vnc_options_describe: fill @info for the option of number @index, counted from 0. Returns false
 * if there are not so many.
 */
bool vnc_options_describe(unsigned index, VncOptionInfo *info);

/** vnc_options_new: the defaults, to be filled by whoever holds this one reference. */
VncOptions *vnc_options_new(void);
/* Any thread. */
const VncOptions *vnc_options_ref(const VncOptions *options);
void vnc_options_unref(const VncOptions *options); /* accepts NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VncOptions, vnc_options_unref)

/**
 * vnc_options_set: set one option by its name, in any order. "vnc", an address, "websocket",
 * "websocket-origin" and "login-trust" may be set several times; what addresses say is for
 * vnc_options_check(). Booleans are read by vnc_options_read_bool().
 *
 * Fails with G_OPTION_ERROR, BAD_VALUE or UNKNOWN_OPTION; the message names the option, the value
 * and what would work.
 */
bool vnc_options_set(VncOptions *options, const char *name, const char *value, GError **error);

/**
 * vnc_options_read_bool: what a boolean option's value says, into *@on: on/off, yes/no, true/false,
 * y/n. Returns false if it is none of these.
 */
bool vnc_options_read_bool(const char *value, bool *on);

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
