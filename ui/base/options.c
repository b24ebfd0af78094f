/*
 * The table of -vnc's options, and the life of their values.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Any thread; owns nothing; no lock.
 */
#include "ui/base/options.h"

#include "ui/base/wipe.h"

#include <limits.h>

#define SPEC(kind, member) VNC_OPTION_KIND_##kind, offsetof(VncOptions, member)

const VncOptionSpec vnc_option_specs[] = {
    {"vnc", SPEC(ADDRESS, addresses), 0, 0, 0},
    {"websocket", SPEC(WEBSOCKET, websockets), 0, 0, 0},
    {"websocket-origin", SPEC(ORIGIN, websocket_origins), 0, 0, 0},
    {"id", SPEC(STRING, id), 0, 0, 0},
    {"to", SPEC(NUMBER, to), 0, 0, INT_MAX}, /* no port above 65535 is tried */
    {"ipv4", SPEC(FAMILY, ipv4), 0, 0, 0},
    {"ipv6", SPEC(FAMILY, ipv6), 0, 0, 0},
    {"unix-mode", SPEC(MODE, unix_mode), 0, 0, 0},
    {"reverse", SPEC(BOOL, reverse), false, 0, 0},
    {"share", SPEC(SHARE, share), 0, 0, 0},
    {"lossy", SPEC(BOOL, lossy), false, 0, 0},
    {"non-adaptive", SPEC(BOOL, non_adaptive), false, 0, 0},
    {"lossless-refresh-ms", SPEC(NUMBER, lossless_refresh_ms), 2000, 0, 3600 * 1000},
    {"resize", SPEC(BOOL, resize), true, 0, 0},
    {"display", SPEC(STRING, display), 0, 0, 0},
    {"head", SPEC(NUMBER, head), 0, 0, INT_MAX},
    {"key-delay-ms", SPEC(NUMBER, key_delay_ms), 10, 0, INT_MAX},
    {"lock-key-sync", SPEC(BOOL, lock_key_sync), true, 0, 0},
    {"connections", SPEC(NUMBER, connections), 32, 1, INT_MAX},
    {"audiodev", SPEC(STRING, audiodev), 0, 0, 0},
    {"power-control", SPEC(BOOL, power_control), false, 0, 0},
    {"password", SPEC(BOOL, password), false, 0, 0},
    {"password-secret", SPEC(STRING, password_secret), 0, 0, 0},
    {"view-only", SPEC(BOOL, view_only), false, 0, 0},
    {"view-only-password-secret", SPEC(STRING, view_only_password_secret), 0, 0, 0},
    {"tls-creds", SPEC(STRING, tls_creds), 0, 0, 0},
    {"tls-authz", SPEC(STRING, tls_authz), 0, 0, 0},
    {"rsa-key", SPEC(STRING, rsa_key), 0, 0, 0},
    {"vnc-auth", SPEC(BOOL, vnc_auth), true, 0, 0},
    {"sasl", SPEC(BOOL, sasl), false, 0, 0},
    {"sasl-authz", SPEC(STRING, sasl_authz), 0, 0, 0},
    {"plain", SPEC(BOOL, plain), false, 0, 0},
    {"half-open", SPEC(NUMBER, half_open), 0, 0, INT_MAX},
    {"login-timeout", SPEC(NUMBER, login_timeout), 120, 0, 3600},
    {"login-delay-ms", SPEC(NUMBER, login_delay_ms), 1000, 0, 60000},
    {"login-failures", SPEC(NUMBER, login_failures), 5, 0, INT_MAX},
    {"login-ban", SPEC(NUMBER, login_ban), 10, 1, 86400},
    {"login-trust", SPEC(TRUST, login_trust), 0, 0, 0},
    {"login-bytes", SPEC(NUMBER, login_bytes), VNC_LOGIN_BYTES, 12, 16 * 1024 * 1024},
    {"peer-timeout", SPEC(NUMBER, peer_timeout), 300, 0, 3600},
    {"log-lines", SPEC(NUMBER, log_lines), 60, 0, INT_MAX},
    {"idle-timeout", SPEC(NUMBER, idle_timeout), 0, 0, 7 * 86400},
    {NULL, 0, 0, 0, 0, 0},
};

VncOptions *vnc_options_new(void)
{
    VncOptions *options = g_new0(VncOptions, 1);

    g_atomic_ref_count_init(&options->refs);
    for (const VncOptionSpec *spec = vnc_option_specs; spec->name; spec++) {
        void *member = G_STRUCT_MEMBER_P(options, spec->offset);

        if (spec->kind == VNC_OPTION_KIND_BOOL) {
            *(bool *)member = spec->initial;
        } else if (spec->kind == VNC_OPTION_KIND_NUMBER) {
            *(unsigned *)member = spec->initial;
        } else if (spec->kind >= VNC_OPTION_KIND_ADDRESS) {
            *(GPtrArray **)member = g_ptr_array_new_with_free_func(g_free);
        }
    }
    options->id = g_strdup("default");
    return options;
}

const VncOptions *vnc_options_ref(const VncOptions *options)
{
    g_atomic_ref_count_inc((gatomicrefcount *)&options->refs);
    return options;
}

void vnc_options_unref(const VncOptions *options)
{
    VncOptions *last = (VncOptions *)options;

    if (!last || !g_atomic_ref_count_dec(&last->refs)) {
        return;
    }
    for (const VncOptionSpec *spec = vnc_option_specs; spec->name; spec++) {
        void *member = G_STRUCT_MEMBER_P(last, spec->offset);

        if (spec->kind == VNC_OPTION_KIND_STRING) {
            /* The text may be a password. */
            vnc_wipe_free((char **)member, -1);
        } else if (spec->kind >= VNC_OPTION_KIND_ADDRESS) {
            g_ptr_array_unref(*(GPtrArray **)member);
        }
    }
    g_free(last);
}

bool vnc_options_read_bool(const char *value, bool *on)
{
    static const char *const yes[] = {"on", "yes", "true", "y", NULL};
    static const char *const no[] = {"off", "no", "false", "n", NULL};

    *on = g_strv_contains(yes, value);
    return *on || g_strv_contains(no, value);
}

bool vnc_options_describe(unsigned index, VncOptionInfo *info)
{
    const VncOptionSpec *spec = &vnc_option_specs[index];

    if (index >= G_N_ELEMENTS(vnc_option_specs) - 1) {
        return false;
    }
    info->name = spec->name;
    switch (spec->kind) {
    case VNC_OPTION_KIND_BOOL:
    case VNC_OPTION_KIND_FAMILY:
        info->type = VNC_OPTION_BOOL;
        break;
    case VNC_OPTION_KIND_NUMBER:
        info->type = VNC_OPTION_NUMBER;
        break;
    default:
        info->type = VNC_OPTION_TEXT;
        break;
    }
    return true;
}
