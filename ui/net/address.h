/*
 * Addresses as -vnc spells them, and one end of a socket in numbers.
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
 * VncAddress: where to listen, or whom to connect to.
 */
typedef struct VncAddress {
    enum { VNC_ADDRESS_NONE, VNC_ADDRESS_TCP, VNC_ADDRESS_UNIX } kind;
    char *host;       /* TCP: name or number without brackets; "" for all interfaces */
    unsigned base;    /* TCP: port of display 0; 0: `display` is the port itself */
    unsigned display; /* TCP: port - base */
    bool no_ipv4;     /* TCP: not over IPv4, nor (no_ipv6) over IPv6 */
    bool no_ipv6;
    char *path;     /* UNIX */
    unsigned mode;  /* UNIX: of the file; 0: as the umask says */
    bool websocket; /* who connects there speaks that */
} VncAddress;

/**
 * vnc_address_parse: "none", "unix:PATH", "HOST:D", "[V6]:D", ":D", 0 <= D <= VNC_DISPLAY_MAX.
 *
 * @raw: D is the port itself, up to 65535
 *
 * Fails with G_OPTION_ERROR_BAD_VALUE; the message names the text and the forms that work.
 */
VncAddress *vnc_address_parse(const char *text, bool raw, GError **error);

/**
 * vnc_address_parse_websocket: "HOST:PORT", "[V6]:PORT", ":PORT", "PORT", "unix:PATH"; also "" and
 * "on", for display 0, counted from VNC_WEBSOCKET_PORT_BASE, of no host. Fails as
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

/* The IP address, to be unreferenced; an IPv4 address within IPv6, which a socket for both hands
 * out, as IPv4. NULL: it has none. */
GInetAddress *vnc_address_info_inet(const VncAddressInfo *info);

/**
 * vnc_address_range_check: whether @text names addresses: an IPv4 or IPv6 address, one with the
 * number of the bits that count behind it ("10.0.0.0/8"), or "unix" for all that are no IP
 * addresses. @error says what is wrong with it.
 */
bool vnc_address_range_check(const char *text, GError **error);
/* Whether @info is one of those that @range, which has been checked, names. */
bool vnc_address_info_within(const VncAddressInfo *info, const char *range);

#endif
