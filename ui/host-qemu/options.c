/*
 * -vnc on QEMU's command line.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread, at start. QEMU reads the options and shows their list; what they mean, and
 * which of them there are, is the library's to say.
 */
#include "qemu/osdep.h"
#include "host.h"

#include "qapi/error.h"
#include "qemu/config-file.h"
#include "qemu/help_option.h"
#include "qemu/module.h"
#include "qemu/option.h"

static QemuOptsList vnc_opts = {
    .name = "vnc",
    .implied_opt_name = "vnc",
    .head = QTAILQ_HEAD_INITIALIZER(vnc_opts.head),
    .desc =
        {
            {.name = "vnc", .type = QEMU_OPT_STRING},
            {.name = "websocket", .type = QEMU_OPT_STRING},
            {.name = "websocket-origin", .type = QEMU_OPT_STRING},
            {.name = "tls-creds", .type = QEMU_OPT_STRING},
            {.name = "share", .type = QEMU_OPT_STRING},
            {.name = "display", .type = QEMU_OPT_STRING},
            {.name = "head", .type = QEMU_OPT_NUMBER},
            {.name = "connections", .type = QEMU_OPT_NUMBER},
            {.name = "to", .type = QEMU_OPT_NUMBER},
            {.name = "ipv4", .type = QEMU_OPT_BOOL},
            {.name = "ipv6", .type = QEMU_OPT_BOOL},
            {.name = "unix-mode", .type = QEMU_OPT_STRING},
            {.name = "password", .type = QEMU_OPT_BOOL},
            {.name = "password-secret", .type = QEMU_OPT_STRING},
            {.name = "view-only", .type = QEMU_OPT_BOOL},
            {.name = "view-only-password-secret", .type = QEMU_OPT_STRING},
            {.name = "rsa-key", .type = QEMU_OPT_STRING},
            {.name = "vnc-auth", .type = QEMU_OPT_BOOL},
            {.name = "half-open", .type = QEMU_OPT_NUMBER},
            {.name = "login-timeout", .type = QEMU_OPT_NUMBER},
            {.name = "login-delay-ms", .type = QEMU_OPT_NUMBER},
            {.name = "login-failures", .type = QEMU_OPT_NUMBER},
            {.name = "login-ban", .type = QEMU_OPT_NUMBER},
            {.name = "login-trust", .type = QEMU_OPT_STRING},
            {.name = "login-bytes", .type = QEMU_OPT_NUMBER},
            {.name = "peer-timeout", .type = QEMU_OPT_NUMBER},
            {.name = "log-lines", .type = QEMU_OPT_NUMBER},
            {.name = "idle-timeout", .type = QEMU_OPT_NUMBER},
            {.name = "reverse", .type = QEMU_OPT_BOOL},
            {.name = "resize", .type = QEMU_OPT_BOOL},
            {.name = "lock-key-sync", .type = QEMU_OPT_BOOL},
            {.name = "key-delay-ms", .type = QEMU_OPT_NUMBER},
            {.name = "sasl", .type = QEMU_OPT_BOOL},
            {.name = "sasl-authz", .type = QEMU_OPT_STRING},
            {.name = "plain", .type = QEMU_OPT_BOOL},
            {.name = "tls-authz", .type = QEMU_OPT_STRING},
            {.name = "lossy", .type = QEMU_OPT_BOOL},
            {.name = "non-adaptive", .type = QEMU_OPT_BOOL},
            {.name = "lossless-refresh-ms", .type = QEMU_OPT_NUMBER},
            {.name = "audiodev", .type = QEMU_OPT_STRING},
            {.name = "power-control", .type = QEMU_OPT_BOOL},
            {/* end of list */},
        },
};

static void register_options(void)
{
    qemu_add_opts(&vnc_opts);
}

opts_init(register_options);

/* "default", then "vnc2", "vnc3", ... */
static char *unused_id(void)
{
    char *id = g_strdup("default");

    for (unsigned i = 2; qemu_opts_find(&vnc_opts, id); i++) {
        g_free(id);
        id = g_strdup_printf("vnc%u", i);
    }
    return id;
}

void vnc_host_name_options(QemuOpts *opts)
{
    if (!qemu_opts_id(opts)) {
        qemu_opts_set_id(opts, unused_id());
    }
}

void vnc_parse(const char *str)
{
    bool help = is_help_option(str);
    QemuOpts *opts = qemu_opts_parse_noisily(qemu_find_opts("vnc"), str, !help);

    if (!opts) {
        exit(help ? EXIT_SUCCESS : EXIT_FAILURE);
    }
    /* At once: what follows may say -set vnc.default.OPTION=VALUE. */
    vnc_host_name_options(opts);
}

static int set_option(void *opaque, const char *name, const char *value, Error **errp)
{
    g_autoptr(GError) error = NULL;

    if (!vnc_options_set(opaque, name, value, &error)) {
        error_setg(errp, "%s", error->message);
        return -1;
    }
    return 0;
}

VncOptions *vnc_host_read_options(const char *id, bool *announce, Error **errp)
{
    g_autoptr(VncOptions) options = vnc_options_new();
    QemuOpts *opts = qemu_opts_find(&vnc_opts, id);

    if (!opts) {
        error_setg(errp, "there is no -vnc with id=%s", id);
        return NULL;
    }
    if (set_option(options, "id", id, errp) < 0 ||
        qemu_opt_foreach(opts, set_option, options, errp) < 0) {
        return NULL;
    }
    *announce = qemu_opt_get(opts, "to") != NULL;
    return g_steal_pointer(&options);
}
