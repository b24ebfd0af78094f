/*
 * Addresses as -vnc spells them, and the numeric addresses of sockets.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Any thread: values, and pure functions.
 */
#ifndef UI_NET_ADDRESS_H
#define UI_NET_ADDRESS_H

#include "ui/vnc-info.h"
#include "ui/vnc-options.h"

#include <gio/gio.h>

#define VNC_DISPLAY_MAX (65535 - VNC_PORT_BASE)

/**
 * VncAddress: an address to listen on, or to connect to.
 */
typedef struct VncAddress {
    enum { VNC_ADDRESS_NONE, VNC_ADDRESS_TCP, VNC_ADDRESS_UNIX } kind;
    char *host;       /* TCP: name or number without brackets; "" for all interfaces */
    unsigned base;    /* TCP: port of display 0; 0: `display` is the port itself */
    unsigned display; /* TCP: port - base */
    bool no_ipv4;     /* TCP: not over IPv4 */
    bool no_ipv6;     /* TCP: not over IPv6 */
    char *path;       /* UNIX */
    unsigned mode;    /* UNIX: permissions of the file; 0: by the umask */
    bool websocket;   /* viewers that connect here speak websocket */
} VncAddress;

/**
 * vnc_address_parse: "none", "unix:PATH", "HOST:D", "[V6]:D", ":D", 0 <= D <= VNC_DISPLAY_MAX.
 *
 * @raw: D is the port itself, up to 65535
 *
 * Fails with G_OPTION_ERROR_BAD_VALUE; the message names the text and the valid forms.
 */
VncAddress *vnc_address_parse(const char *text, bool raw, GError **error);

/**
 * vnc_address_parse_websocket: "HOST:PORT", "[V6]:PORT", ":PORT", "PORT", "unix:PATH". "" and "on"
 * mean display 0, counted from VNC_WEBSOCKET_PORT_BASE, without a host. Fails as
 * vnc_address_parse() does.
 */
VncAddress *vnc_address_parse_websocket(const char *text, GError **error);
VncAddress *vnc_address_copy(const VncAddress *address);
void vnc_address_free(VncAddress *address); /* accepts NULL */
G_DEFINE_AUTOPTR_CLEANUP_FUNC(VncAddress, vnc_address_free)
unsigned vnc_address_port(const VncAddress *address); /* TCP */

/* Fill @info from a socket address; NULL gives VNC_FAMILY_UNKNOWN. */
void vnc_address_info_init(VncAddressInfo *info, GSocketAddress *address);
void vnc_address_info_copy(VncAddressInfo *to, const VncAddressInfo *from);
void vnc_address_info_clear(VncAddressInfo *info);
/* "127.0.0.1:5900", "[::1]:5900", "unix:/path"; to be freed. */
char *vnc_address_info_to_string(const VncAddressInfo *info);

/* The IP address of @info, to be unreferenced. An IPv4-mapped IPv6 address, as dual-stack sockets
 * give, becomes IPv4. NULL: @info has no IP address. */
GInetAddress *vnc_address_info_inet(const VncAddressInfo *info);

/**
 * vnc_address_range_check: whether @text names a range of addresses: an IPv4 or IPv6 address, one
 * with a prefix length ("10.0.0.0/8"), or "unix" for all that are no IP addresses. If not, @error
 * says why.
 */
bool vnc_address_range_check(const char *text, GError **error);
/* Whether @info is within @range, which vnc_address_range_check() has accepted. */
bool vnc_address_info_within(const VncAddressInfo *info, const char *range);

#endif
