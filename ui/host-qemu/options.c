/*
 * -vnc on QEMU's command line.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread, at start. QEMU parses the options and shows their list. The library defines the
 * options and their meaning.
 */
#include "qemu/osdep.h"
#include "host.h"

#include "qapi/error.h"
#include "qemu/config-file.h"
#include "qemu/help_option.h"
#include "qemu/module.h"
#include "qemu/option.h"

static QemuOptsList *vnc_opts;

static enum QemuOptType type_of(VncOptionType type)
{
    switch (type) {
    case VNC_OPTION_BOOL:
        return QEMU_OPT_BOOL;
    case VNC_OPTION_NUMBER:
        return QEMU_OPT_NUMBER;
    case VNC_OPTION_TEXT:
        break;
    }
    return QEMU_OPT_STRING;
}

static void register_options(void)
{
    QemuOptDesc *desc;
    VncOptionInfo info;
    unsigned count = 0;

    while (vnc_options_describe(count, &info)) {
        count++;
    }
    /* One more, empty, ends the list. */
    vnc_opts = g_malloc0(sizeof(QemuOptsList) + (count + 1) * sizeof(QemuOptDesc));
    vnc_opts->name = "vnc";
    vnc_opts->implied_opt_name = "vnc";
    QTAILQ_INIT(&vnc_opts->head);
    desc = vnc_opts->desc;
    for (unsigned i = 0; vnc_options_describe(i, &info); i++) {
        /* QEMU adds an id to each of its lists itself. */
        if (strcmp(info.name, "id") != 0) {
            *desc++ = (QemuOptDesc){.name = info.name, .type = type_of(info.type)};
        }
    }
    qemu_add_opts(vnc_opts);
}

opts_init(register_options);

/* "default", then "vnc2", "vnc3", ... */
static char *unused_id(void)
{
    char *id = g_strdup("default");

    for (unsigned i = 2; qemu_opts_find(vnc_opts, id); i++) {
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
    /* The id is given at once: later arguments may say -set vnc.default.OPTION=VALUE. */
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
    QemuOpts *opts = qemu_opts_find(vnc_opts, id);

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
