/*
 * Addresses as -vnc spells them, and the numeric addresses of sockets.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Any thread; owns nothing; no lock.
 */
#include "ui/net/address.h"

#include "ui/base/log.h"

#include <gio/gunixsocketaddress.h>
#include <string.h>

/* The syntax of addresses for one purpose. */
typedef struct Spelling {
    const char *forms;
    const char *number; /* the name of the number after the colon */
    unsigned min, max;
} Spelling;

static const Spelling by_display = {
    "HOST:DISPLAY, :DISPLAY, [IPV6]:DISPLAY, unix:PATH or none",
    "display",
    0,
    VNC_DISPLAY_MAX,
};

static const Spelling by_port = {
    "HOST:PORT, :PORT, [IPV6]:PORT, unix:PATH or none",
    "port",
    0,
    65535,
};

static const Spelling by_websocket = {
    "on, PORT, HOST:PORT, :PORT, [IPV6]:PORT or unix:PATH",
    "port",
    1,
    65535,
};

static bool is_ipv6(const char *host)
{
    g_autofree char *number = g_strndup(host, strcspn(host, "%"));
    g_autoptr(GInetAddress) address = g_inet_address_new_from_string(number);

    return address && g_inet_address_get_family(address) == G_SOCKET_FAMILY_IPV6;
}

/* The host in @text without brackets, or NULL with @cause set. */
static char *parse_host(const char *text, size_t len, char **cause)
{
    g_autofree char *host = g_strndup(text, len);

    if (host[0] == '[') {
        g_autofree char *inner = g_strndup(host + 1, len - 1);
        size_t inner_len = strlen(inner);

        if (inner_len > 0 && inner[inner_len - 1] == ']') {
            inner[inner_len - 1] = '\0';
            if (is_ipv6(inner)) {
                return g_steal_pointer(&inner);
            }
        }
        *cause = g_strdup_printf("'%s' is not an IPv6 address in brackets", host);
        return NULL;
    }
    if (strchr(host, ':')) {
        *cause = g_strdup("an IPv6 address stands in brackets");
        return NULL;
    }
    if (host[strcspn(host, "[]/ \t\r\n")]) {
        *cause = g_strdup_printf("'%s' is not a host", host);
        return NULL;
    }
    return g_steal_pointer(&host);
}

static bool parse_number(VncAddress *address, const Spelling *spelling, const char *text,
                         char **cause)
{
    guint64 value;

    if (!g_ascii_string_to_unsigned(text, 10, spelling->min, spelling->max, &value, NULL)) {
        *cause = g_strdup_printf("%s '%s' is not a number from %u to %u", spelling->number, text,
                                 spelling->min, spelling->max);
        return false;
    }
    address->display = value;
    return true;
}

/* HOST:NUMBER or unix:PATH; *@cause may stay NULL on failure. */
static bool parse_socket(VncAddress *address, const Spelling *spelling, const char *text,
                         char **cause)
{
    const char *colon = strrchr(text, ':');

    if (g_str_has_prefix(text, "unix:")) {
        address->kind = VNC_ADDRESS_UNIX;
        address->path = g_strdup(text + strlen("unix:"));
        if (!address->path[0]) {
            *cause = g_strdup("the path is empty");
        }
        return !*cause;
    }
    if (!colon || strchr(colon, ']')) {
        return false;
    }
    address->kind = VNC_ADDRESS_TCP;
    address->host = parse_host(text, colon - text, cause);
    return address->host && parse_number(address, spelling, colon + 1, cause);
}

/* Returns @address, which is taken over, or NULL with @error. */
static VncAddress *finish(VncAddress *address, const Spelling *spelling, const char *text,
                          bool good, const char *cause, GError **error)
{
    if (good) {
        return address;
    }
    g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "address '%s': %s%sexpected %s",
                text, cause ? cause : "", cause ? "; " : "", spelling->forms);
    vnc_address_free(address);
    return NULL;
}

VncAddress *vnc_address_parse(const char *text, bool raw, GError **error)
{
    const Spelling *spelling = raw ? &by_port : &by_display;
    VncAddress *address = g_new0(VncAddress, 1);
    g_autofree char *cause = NULL;
    bool good;

    address->base = raw ? 0 : VNC_PORT_BASE;
    good = strcmp(text, "none") == 0 || parse_socket(address, spelling, text, &cause);
    return finish(address, spelling, text, good, cause, error);
}

VncAddress *vnc_address_parse_websocket(const char *text, GError **error)
{
    VncAddress *address = g_new0(VncAddress, 1);
    g_autofree char *cause = NULL;
    bool good = true;

    address->websocket = true;
    if (strchr(text, ':')) {
        good = parse_socket(address, &by_websocket, text, &cause);
    } else {
        address->kind = VNC_ADDRESS_TCP;
        address->host = g_strdup("");
        if (!text[0] || strcmp(text, "on") == 0) {
            address->base = VNC_WEBSOCKET_PORT_BASE;
        } else {
            good = parse_number(address, &by_websocket, text, &cause);
        }
    }
    return finish(address, &by_websocket, text, good, cause, error);
}

unsigned vnc_address_port(const VncAddress *address)
{
    return address->base + address->display;
}

VncAddress *vnc_address_copy(const VncAddress *address)
{
    VncAddress *copy = g_new(VncAddress, 1);

    *copy = *address;
    copy->host = g_strdup(address->host);
    copy->path = g_strdup(address->path);
    return copy;
}

void vnc_address_free(VncAddress *address)
{
    if (address) {
        g_free(address->host);
        g_free(address->path);
        g_free(address);
    }
}

static void init_inet(VncAddressInfo *info, GInetSocketAddress *address)
{
    GInetAddress *inet = g_inet_socket_address_get_address(address);
    bool v6 = g_inet_address_get_family(inet) == G_SOCKET_FAMILY_IPV6;
    guint32 scope = v6 ? g_inet_socket_address_get_scope_id(address) : 0;
    g_autofree char *number = g_inet_address_to_string(inet);

    info->family = v6 ? VNC_FAMILY_IPV6 : VNC_FAMILY_IPV4;
    info->host = scope ? g_strdup_printf("%s%%%u", number, scope) : g_steal_pointer(&number);
    info->service = g_strdup_printf("%u", g_inet_socket_address_get_port(address));
}

/* A peer chooses its own path, and the path ends up in logs. */
static char *printable_path(GUnixSocketAddress *address)
{
    const char *path = g_unix_socket_address_get_path(address);
    size_t len = g_unix_socket_address_get_path_len(address);

    if (!path || len == 0) {
        return g_strdup("");
    }
    if (!g_utf8_validate(path, -1, NULL)) {
        return g_strescape(path, NULL);
    }
    for (const char *p = path; *p; p = g_utf8_next_char(p)) {
        if (!vnc_log_shows(g_utf8_get_char(p))) {
            return g_strescape(path, NULL);
        }
    }
    return g_strdup(path);
}

void vnc_address_info_init(VncAddressInfo *info, GSocketAddress *address)
{
    if (G_IS_INET_SOCKET_ADDRESS(address)) {
        init_inet(info, G_INET_SOCKET_ADDRESS(address));
        return;
    }
    info->host = g_strdup("");
    if (G_IS_UNIX_SOCKET_ADDRESS(address)) {
        info->family = VNC_FAMILY_UNIX;
        info->service = printable_path(G_UNIX_SOCKET_ADDRESS(address));
    } else {
        info->family = VNC_FAMILY_UNKNOWN;
        info->service = g_strdup("");
    }
}

void vnc_address_info_copy(VncAddressInfo *to, const VncAddressInfo *from)
{
    to->family = from->family;
    to->host = g_strdup(from->host);
    to->service = g_strdup(from->service);
}

void vnc_address_info_clear(VncAddressInfo *info)
{
    g_clear_pointer(&info->host, g_free);
    g_clear_pointer(&info->service, g_free);
    info->family = VNC_FAMILY_UNKNOWN;
}

GInetAddress *vnc_address_info_inet(const VncAddressInfo *info)
{
    static const uint8_t mapped[12] = {[10] = 0xff, [11] = 0xff};
    bool inet = info->family == VNC_FAMILY_IPV4 || info->family == VNC_FAMILY_IPV6;
    g_autofree char *number = inet ? g_strndup(info->host, strcspn(info->host, "%")) : NULL;
    GInetAddress *address = number ? g_inet_address_new_from_string(number) : NULL;

    if (address && g_inet_address_get_family(address) == G_SOCKET_FAMILY_IPV6 &&
        memcmp(g_inet_address_to_bytes(address), mapped, sizeof(mapped)) == 0) {
        GInetAddress *within = g_inet_address_new_from_bytes(
            g_inet_address_to_bytes(address) + sizeof(mapped), G_SOCKET_FAMILY_IPV4);

        g_object_unref(address);
        return within;
    }
    return address;
}

bool vnc_address_range_check(const char *text, GError **error)
{
    const char *slash = strchr(text, '/');
    g_autoptr(GInetAddressMask) mask = NULL;

    if (strcmp(text, "unix") == 0) {
        return true;
    }
    /* GIO warns on stderr if the prefix is too long. */
    if (slash && !g_ascii_string_to_unsigned(slash + 1, 10, 0, 128, NULL, error)) {
        return false;
    }
    mask = g_inet_address_mask_new_from_string(text, error);
    return mask;
}

bool vnc_address_info_within(const VncAddressInfo *info, const char *range)
{
    g_autoptr(GInetAddress) address = vnc_address_info_inet(info);
    g_autoptr(GInetAddressMask) mask = NULL;

    if (!address) {
        return strcmp(range, "unix") == 0;
    }
    mask = g_inet_address_mask_new_from_string(range, NULL);
    return mask && g_inet_address_mask_matches(mask, address);
}

char *vnc_address_info_to_string(const VncAddressInfo *info)
{
    switch (info->family) {
    case VNC_FAMILY_IPV4:
        return g_strdup_printf("%s:%s", info->host, info->service);
    case VNC_FAMILY_IPV6:
        return g_strdup_printf("[%s]:%s", info->host, info->service);
    case VNC_FAMILY_UNIX:
        return g_strdup_printf("unix:%s", info->service);
    case VNC_FAMILY_UNKNOWN:
        break;
    }
    return g_strdup("unknown");
}
