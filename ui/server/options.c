/*
 * Reading the options of -vnc.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Any thread; owns nothing; no lock.
 */
#include "ui/base/options.h"
#include "ui/net/address.h"

#include <string.h>

static bool bad_value(const VncOptionSpec *spec, const char *value, const char *works,
                      GError **error)
{
    g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "option '%s': '%s' is not %s",
                spec->name, value, works);
    return false;
}

static bool read_bool(const VncOptionSpec *spec, const char *value, bool *on, GError **error)
{
    return vnc_options_read_bool(value, on) || bad_value(spec, value, "on or off", error);
}

static bool set_bool(const VncOptionSpec *spec, VncOptions *options, const char *value,
                     GError **error)
{
    bool on;

    if (!read_bool(spec, value, &on, error)) {
        return false;
    }
    *(bool *)G_STRUCT_MEMBER_P(options, spec->offset) = on;
    return true;
}

static bool set_family(const VncOptionSpec *spec, VncOptions *options, const char *value,
                       GError **error)
{
    VncTristate *field = G_STRUCT_MEMBER_P(options, spec->offset);
    VncTristate before = *field;
    bool on;

    if (!read_bool(spec, value, &on, error)) {
        return false;
    }
    *field = on ? VNC_ON : VNC_OFF;
    if (options->ipv4 == VNC_OFF && options->ipv6 == VNC_OFF) {
        *field = before;
        g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                    "option '%s': '%s' is not possible: ipv4 and ipv6 would both be off",
                    spec->name, value);
        return false;
    }
    return true;
}

static bool set_number(const VncOptionSpec *spec, VncOptions *options, const char *value,
                       GError **error)
{
    unsigned *field = G_STRUCT_MEMBER_P(options, spec->offset);
    guint64 number;

    if (!g_ascii_string_to_unsigned(value, 10, spec->min, spec->max, &number, NULL)) {
        g_autofree char *works = g_strdup_printf("a number from %u to %u", spec->min, spec->max);

        return bad_value(spec, value, works, error);
    }
    *field = number;
    return true;
}

static bool set_mode(const VncOptionSpec *spec, VncOptions *options, const char *value,
                     GError **error)
{
    guint64 mode;

    if (!g_ascii_string_to_unsigned(value, 8, 1, 0777, &mode, NULL)) {
        return bad_value(spec, value, "an octal number from 1 to 777", error);
    }
    options->unix_mode = mode;
    return true;
}

static bool set_string(const VncOptionSpec *spec, VncOptions *options, const char *value,
                       GError **error)
{
    char **field = G_STRUCT_MEMBER_P(options, spec->offset);

    if (!value[0]) {
        return bad_value(spec, value, "a name: it is empty", error);
    }
    g_free(*field);
    *field = g_strdup(value);
    return true;
}

static bool set_share(const VncOptionSpec *spec, VncOptions *options, const char *value,
                      GError **error)
{
    static const char *const names[] = {
        [VNC_SHARE_ALLOW_EXCLUSIVE] = "allow-exclusive",
        [VNC_SHARE_FORCE_SHARED] = "force-shared",
        [VNC_SHARE_IGNORE] = "ignore",
    };

    for (unsigned i = 0; i < G_N_ELEMENTS(names); i++) {
        if (strcmp(value, names[i]) == 0) {
            options->share = i;
            return true;
        }
    }
    return bad_value(spec, value, "allow-exclusive, force-shared or ignore", error);
}

/* Store the text only: its meaning depends on options that may follow. See vnc_options_check(). */
static bool set_address(const VncOptionSpec *spec G_GNUC_UNUSED, VncOptions *options,
                        const char *value, GError **error G_GNUC_UNUSED)
{
    g_ptr_array_add(options->addresses, g_strdup(value));
    return true;
}

static bool set_websocket(const VncOptionSpec *spec, VncOptions *options, const char *value,
                          GError **error)
{
    g_autoptr(GError) cause = NULL;
    g_autoptr(VncAddress) address = vnc_address_parse_websocket(value, &cause);

    if (!address) {
        g_propagate_prefixed_error(error, g_steal_pointer(&cause), "option '%s': ", spec->name);
        return false;
    }
    g_ptr_array_add(options->websockets, g_strdup(value));
    return true;
}

/* A browser sends SCHEME://HOST[:PORT] as its Origin, so nothing else can equal one. */
static bool set_origin(const VncOptionSpec *spec, VncOptions *options, const char *value,
                       GError **error)
{
    const char *host = strstr(value, "://");

    if (!host || host == value || !host[3] || host[3 + strcspn(host + 3, "/, \t")]) {
        return bad_value(spec, value, "of the form https://example.org[:PORT]", error);
    }
    g_ptr_array_add(options->websocket_origins, g_strdup(value));
    return true;
}

static bool set_trust(const VncOptionSpec *spec, VncOptions *options, const char *value,
                      GError **error)
{
    if (!vnc_address_range_check(value, NULL)) {
        return bad_value(spec, value,
                         "an IP address, the first of a range as in 10.0.0.0/8, or unix", error);
    }
    g_ptr_array_add(options->login_trust, g_strdup(value));
    return true;
}

typedef bool SetOption(const VncOptionSpec *spec, VncOptions *options, const char *value,
                       GError **error);

static SetOption *const setters[VNC_OPTION_KINDS] = {
    [VNC_OPTION_KIND_BOOL] = set_bool,       [VNC_OPTION_KIND_NUMBER] = set_number,
    [VNC_OPTION_KIND_STRING] = set_string,   [VNC_OPTION_KIND_FAMILY] = set_family,
    [VNC_OPTION_KIND_MODE] = set_mode,       [VNC_OPTION_KIND_SHARE] = set_share,
    [VNC_OPTION_KIND_ADDRESS] = set_address, [VNC_OPTION_KIND_WEBSOCKET] = set_websocket,
    [VNC_OPTION_KIND_ORIGIN] = set_origin,   [VNC_OPTION_KIND_TRUST] = set_trust,
};

static char *known_names(void)
{
    GString *names = g_string_new(NULL);

    for (const VncOptionSpec *spec = vnc_option_specs; spec->name; spec++) {
        g_string_append_printf(names, "%s%s", names->len > 0 ? ", " : "", spec->name);
    }
    return g_string_free(names, FALSE);
}

static const VncOptionSpec *find_spec(const char *name, GError **error)
{
    g_autofree char *known = NULL;

    for (const VncOptionSpec *spec = vnc_option_specs; spec->name; spec++) {
        if (strcmp(name, spec->name) == 0) {
            return spec;
        }
    }
    known = known_names();
    g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION,
                "unknown option '%s'; known: %s", name, known);
    return NULL;
}

bool vnc_options_set(VncOptions *options, const char *name, const char *value, GError **error)
{
    const VncOptionSpec *spec = find_spec(name, error);

    return spec && setters[spec->kind](spec, options, value, error);
}

char *vnc_options_next_item(const char **text)
{
    GString *item = g_string_new(NULL);
    const char *p = *text;

    while (*p && (p[0] != ',' || p[1] == ',')) {
        p += *p == ',';
        g_string_append_c(item, *p++);
    }
    *text = *p ? p + 1 : p;
    return g_string_free(item, FALSE);
}

/* The first item is an address unless it starts with NAME=. "unix:/a=b" is one. */
static bool is_address(const char *item)
{
    const char *equals = strchr(item, '=');

    return !equals || strcspn(item, ":/.[") < (size_t)(equals - item);
}

static bool parse_item(VncOptions *options, const char *item, bool first, GError **error)
{
    const char *equals = strchr(item, '=');
    g_autofree char *name = NULL;
    const VncOptionSpec *spec;

    if (first && is_address(item)) {
        return vnc_options_set(options, "vnc", item, error);
    }
    name = equals ? g_strndup(item, equals - item) : g_strdup(item);
    spec = find_spec(name, error);
    if (!spec) {
        return false;
    }
    if (!equals && spec->kind != VNC_OPTION_KIND_BOOL && spec->kind != VNC_OPTION_KIND_FAMILY &&
        spec->kind != VNC_OPTION_KIND_WEBSOCKET) {
        g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                    "option '%s' needs a value: %s=VALUE", name, name);
        return false;
    }
    return setters[spec->kind](spec, options, equals ? equals + 1 : "on", error);
}

static bool conflict(GError **error, const char *format, ...) G_GNUC_PRINTF(2, 3);

static bool conflict(GError **error, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    g_propagate_error(error,
                      g_error_new_valist(G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, format, args));
    va_end(args);
    return false;
}

static bool check_address(const VncOptions *options, const char *text, GError **error)
{
    g_autoptr(GError) cause = NULL;
    g_autoptr(VncAddress) address =
        vnc_address_parse(text, options->raw_ports || options->reverse, &cause);

    if (!address) {
        g_propagate_prefixed_error(error, g_steal_pointer(&cause), "option 'vnc': ");
        return false;
    }
    if (address->kind == VNC_ADDRESS_NONE && options->addresses->len > 1) {
        return conflict(error, "option 'vnc': 'none' does not go with another address");
    }
    if (address->kind == VNC_ADDRESS_UNIX && options->to > 0) {
        return conflict(error, "option 'to' (%u) is a range of displays and does not go with '%s'",
                        options->to, text);
    }
    if (options->reverse &&
        (address->kind == VNC_ADDRESS_NONE ||
         (address->kind == VNC_ADDRESS_TCP && (!address->host[0] || address->display == 0)))) {
        return conflict(error,
                        "option 'reverse': '%s' is no listening viewer; expected HOST:PORT, "
                        "[IPV6]:PORT or unix:PATH",
                        text);
    }
    return true;
}

bool vnc_options_check(const VncOptions *options, GError **error)
{
    for (unsigned i = 0; i < options->addresses->len; i++) {
        if (!check_address(options, options->addresses->pdata[i], error)) {
            return false;
        }
    }
    if (options->reverse && options->addresses->len != 1) {
        return conflict(error, "option 'reverse' connects to one address, not to %u",
                        options->addresses->len);
    }
    if (options->reverse && options->websockets->len > 0) {
        return conflict(error,
                        "option 'websocket' is for listeners: it does not go with 'reverse'");
    }
    if (options->reverse && options->to > 0) {
        return conflict(error, "option 'to' (%u) does not go with 'reverse'", options->to);
    }
    return true;
}

VncOptions *vnc_options_parse(const char *text, GError **error)
{
    g_autoptr(VncOptions) options = vnc_options_new();
    bool first = true;

    do {
        g_autofree char *item = vnc_options_next_item(&text);

        if (!parse_item(options, item, first, error)) {
            return NULL;
        }
        first = false;
    } while (*text);
    if (options->addresses->len == 0) {
        /* Fails, and its message lists the forms. */
        vnc_options_set(options, "vnc", "", NULL);
    }
    return vnc_options_check(options, error) ? g_steal_pointer(&options) : NULL;
}
