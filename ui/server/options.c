/*
 * The options of -vnc.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Any thread; owns nothing; no lock.
 */
#include "ui/net/address.h"
#include "ui/vnc-options.h"

#include <limits.h>
#include <string.h>

typedef struct OptionSpec OptionSpec;

struct OptionSpec {
    const char *name;
    bool (*set)(const OptionSpec *spec, VncOptions *options, const char *value, GError **error);
    size_t offset;     /* of the value in VncOptions */
    unsigned min, max; /* of a number */
};

static bool bad_value(const OptionSpec *spec, const char *value, const char *works, GError **error)
{
    g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "option '%s': '%s' is not %s",
                spec->name, value, works);
    return false;
}

static bool read_bool(const OptionSpec *spec, const char *value, bool *read, GError **error)
{
    static const char *const on[] = {"on", "yes", "true", "y", NULL};
    static const char *const off[] = {"off", "no", "false", "n", NULL};

    *read = g_strv_contains(on, value);
    return *read || g_strv_contains(off, value) || bad_value(spec, value, "on or off", error);
}

static bool set_bool(const OptionSpec *spec, VncOptions *options, const char *value, GError **error)
{
    bool on;

    if (!read_bool(spec, value, &on, error)) {
        return false;
    }
    *(bool *)G_STRUCT_MEMBER_P(options, spec->offset) = on;
    return true;
}

static bool set_family(const OptionSpec *spec, VncOptions *options, const char *value,
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

static bool set_number(const OptionSpec *spec, VncOptions *options, const char *value,
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

static bool set_mode(const OptionSpec *spec, VncOptions *options, const char *value, GError **error)
{
    guint64 mode;

    if (!g_ascii_string_to_unsigned(value, 8, 1, 0777, &mode, NULL)) {
        return bad_value(spec, value, "an octal number from 1 to 777", error);
    }
    options->unix_mode = mode;
    return true;
}

static bool set_string(const OptionSpec *spec, VncOptions *options, const char *value,
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

static bool set_share(const OptionSpec *spec, VncOptions *options, const char *value,
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

/* What it says depends on other options, which may come later: see vnc_options_check(). */
static bool set_address(const OptionSpec *spec G_GNUC_UNUSED, VncOptions *options,
                        const char *value, GError **error G_GNUC_UNUSED)
{
    g_ptr_array_add(options->addresses, g_strdup(value));
    return true;
}

static bool set_websocket(const OptionSpec *spec, VncOptions *options, const char *value,
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

/* SCHEME://HOST[:PORT] is all that a browser sends, and all that can be equal to it. */
static bool set_origin(const OptionSpec *spec, VncOptions *options, const char *value,
                       GError **error)
{
    const char *host = strstr(value, "://");

    if (!host || host == value || !host[3] || host[3 + strcspn(host + 3, "/, \t")]) {
        return bad_value(spec, value, "of the form https://example.org[:PORT]", error);
    }
    g_ptr_array_add(options->websocket_origins, g_strdup(value));
    return true;
}

static bool set_trust(const OptionSpec *spec, VncOptions *options, const char *value,
                      GError **error)
{
    if (!vnc_address_range_check(value, NULL)) {
        return bad_value(spec, value,
                         "an IP address, the first of a range as in 10.0.0.0/8, or unix", error);
    }
    g_ptr_array_add(options->login_trust, g_strdup(value));
    return true;
}

#define FIELD(name) offsetof(VncOptions, name)

static const OptionSpec specs[] = {
    {"vnc", set_address, FIELD(addresses), 0, 0},
    {"websocket", set_websocket, FIELD(websockets), 0, 0},
    {"websocket-origin", set_origin, FIELD(websocket_origins), 0, 0},
    {"id", set_string, FIELD(id), 0, 0},
    {"to", set_number, FIELD(to), 0, INT_MAX}, /* no port above 65535 is tried */
    {"ipv4", set_family, FIELD(ipv4), 0, 0},
    {"ipv6", set_family, FIELD(ipv6), 0, 0},
    {"unix-mode", set_mode, FIELD(unix_mode), 0, 0},
    {"reverse", set_bool, FIELD(reverse), 0, 0},
    {"share", set_share, FIELD(share), 0, 0},
    {"lossy", set_bool, FIELD(lossy), 0, 0},
    {"non-adaptive", set_bool, FIELD(non_adaptive), 0, 0},
    {"lossless-refresh-ms", set_number, FIELD(lossless_refresh_ms), 0, 3600 * 1000},
    {"resize", set_bool, FIELD(resize), 0, 0},
    {"display", set_string, FIELD(display), 0, 0},
    {"head", set_number, FIELD(head), 0, INT_MAX},
    {"key-delay-ms", set_number, FIELD(key_delay_ms), 0, INT_MAX},
    {"lock-key-sync", set_bool, FIELD(lock_key_sync), 0, 0},
    {"connections", set_number, FIELD(connections), 1, INT_MAX},
    {"audiodev", set_string, FIELD(audiodev), 0, 0},
    {"power-control", set_bool, FIELD(power_control), 0, 0},
    {"password", set_bool, FIELD(password), 0, 0},
    {"password-secret", set_string, FIELD(password_secret), 0, 0},
    {"view-only", set_bool, FIELD(view_only), 0, 0},
    {"view-only-password-secret", set_string, FIELD(view_only_password_secret), 0, 0},
    {"tls-creds", set_string, FIELD(tls_creds), 0, 0},
    {"tls-authz", set_string, FIELD(tls_authz), 0, 0},
    {"rsa-key", set_string, FIELD(rsa_key), 0, 0},
    {"vnc-auth", set_bool, FIELD(vnc_auth), 0, 0},
    {"sasl", set_bool, FIELD(sasl), 0, 0},
    {"sasl-authz", set_string, FIELD(sasl_authz), 0, 0},
    {"plain", set_bool, FIELD(plain), 0, 0},
    {"half-open", set_number, FIELD(half_open), 0, INT_MAX},
    {"login-timeout", set_number, FIELD(login_timeout), 0, 3600},
    {"login-delay-ms", set_number, FIELD(login_delay_ms), 0, 60000},
    {"login-failures", set_number, FIELD(login_failures), 0, INT_MAX},
    {"login-ban", set_number, FIELD(login_ban), 1, 86400},
    {"login-trust", set_trust, FIELD(login_trust), 0, 0},
    {"login-bytes", set_number, FIELD(login_bytes), 12, 16 * 1024 * 1024},
    {"peer-timeout", set_number, FIELD(peer_timeout), 0, 3600},
    {"log-lines", set_number, FIELD(log_lines), 0, INT_MAX},
    {"idle-timeout", set_number, FIELD(idle_timeout), 0, 7 * 86400},
};

static char *known_names(void)
{
    GString *names = g_string_new(NULL);

    for (unsigned i = 0; i < G_N_ELEMENTS(specs); i++) {
        g_string_append_printf(names, "%s%s", i > 0 ? ", " : "", specs[i].name);
    }
    return g_string_free(names, FALSE);
}

static const OptionSpec *find_spec(const char *name, GError **error)
{
    g_autofree char *known = NULL;

    for (unsigned i = 0; i < G_N_ELEMENTS(specs); i++) {
        if (strcmp(name, specs[i].name) == 0) {
            return &specs[i];
        }
    }
    known = known_names();
    g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_UNKNOWN_OPTION,
                "unknown option '%s'; known: %s", name, known);
    return NULL;
}

VncOptions *vnc_options_new(void)
{
    VncOptions *options = g_new0(VncOptions, 1);

    options->addresses = g_ptr_array_new_with_free_func(g_free);
    options->websockets = g_ptr_array_new_with_free_func(g_free);
    options->websocket_origins = g_ptr_array_new_with_free_func(g_free);
    options->login_trust = g_ptr_array_new_with_free_func(g_free);
    options->id = g_strdup("default");
    options->share = VNC_SHARE_ALLOW_EXCLUSIVE;
    options->lossless_refresh_ms = 2000;
    options->resize = true;
    options->key_delay_ms = 10;
    options->lock_key_sync = true;
    options->connections = 32;
    options->vnc_auth = true;
    options->login_timeout = 120;
    options->login_delay_ms = 1000;
    options->login_failures = 5;
    options->login_ban = 10;
    options->peer_timeout = 300;
    options->log_lines = 60;
    options->login_bytes = VNC_LOGIN_BYTES;
    return options;
}

void vnc_options_free(VncOptions *options)
{
    if (options) {
        g_ptr_array_unref(options->addresses);
        g_ptr_array_unref(options->websockets);
        g_ptr_array_unref(options->websocket_origins);
        g_ptr_array_unref(options->login_trust);
        g_free(options->id);
        g_free(options->display);
        g_free(options->audiodev);
        g_free(options->password_secret);
        g_free(options->view_only_password_secret);
        g_free(options->tls_creds);
        g_free(options->tls_authz);
        g_free(options->rsa_key);
        g_free(options->sasl_authz);
        g_free(options);
    }
}

bool vnc_options_set(VncOptions *options, const char *name, const char *value, GError **error)
{
    const OptionSpec *spec = find_spec(name, error);

    return spec && spec->set(spec, options, value, error);
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

/* A first item is an address unless it starts with a NAME= : "unix:/a=b" does not. */
static bool is_address(const char *item)
{
    const char *equals = strchr(item, '=');

    return !equals || strcspn(item, ":/.[") < (size_t)(equals - item);
}

static bool parse_item(VncOptions *options, const char *item, bool first, GError **error)
{
    const char *equals = strchr(item, '=');
    g_autofree char *name = NULL;
    const OptionSpec *spec;

    if (first && is_address(item)) {
        return vnc_options_set(options, "vnc", item, error);
    }
    name = equals ? g_strndup(item, equals - item) : g_strdup(item);
    spec = find_spec(name, error);
    if (!spec) {
        return false;
    }
    if (!equals && spec->set != set_bool && spec->set != set_family && spec->set != set_websocket) {
        g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                    "option '%s' needs a value: %s=VALUE", name, name);
        return false;
    }
    return spec->set(spec, options, equals ? equals + 1 : "on", error);
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
        /* Says which forms there are. */
        vnc_options_set(options, "vnc", "", NULL);
    }
    return vnc_options_check(options, error) ? g_steal_pointer(&options) : NULL;
}
