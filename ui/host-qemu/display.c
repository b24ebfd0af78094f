/*
 * A display: one for each -vnc, from its start to QEMU's exit.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * BQL.
 */
#include "qemu/osdep.h"
#include "host.h"

#include "monitor/monitor.h"
#include "qapi/error.h"
#include "qemu/error-report.h"
#include "qemu/option.h"
#include "trace/trace-ui.h"

static void log_line(void *opaque, const char *line)
{
    info_report("vnc: %s", line);
}

static void viewer_changed(void *opaque, VncViewerEvent event, const VncViewerInfo *info)
{
    VncHost *host = opaque;

    if (host->ending) {
        return;
    }
    if (event == VNC_VIEWER_CONNECTED) {
        vnc_host_screen_poll(host);
    }
    vnc_host_tell_monitors(host, event, info);
}

static const VncHostOps host_ops = {
    .key = vnc_host_key,
    .takes_input = vnc_host_takes_input,
    .pointer_absolute = vnc_host_pointer_absolute,
    .pointer_relative = vnc_host_pointer_relative,
    .set_refresh_interval = vnc_host_set_refresh_interval,
    .resize = vnc_host_resize,
    .viewer = viewer_changed,
    .secret = vnc_host_secret,
    .tls_object = vnc_host_tls_object,
    .authorize = vnc_host_authorize,
    .clipboard_offered = vnc_host_clipboard_offered,
    .clipboard_text = vnc_host_clipboard_text,
    .clipboard_wanted = vnc_host_clipboard_wanted,
    .power = vnc_host_power,
    .audio_start = vnc_host_audio_start,
    .audio_stop = vnc_host_audio_stop,
    .log = log_line,
    .trace_wanted = vnc_host_trace_wanted,
    .trace = vnc_host_trace,
};

/* The worker inherits the signal mask; QEMU's signals are meant for QEMU's threads. */
static VncServer *new_server(VncHost *host)
{
#ifdef _WIN32
    return vnc_server_new(&host_ops, host);
#else
    VncServer *server;
    sigset_t mask, old;

    sigfillset(&mask);
    sigdelset(&mask, SIGSEGV);
    sigdelset(&mask, SIGFPE);
    sigdelset(&mask, SIGILL);
    sigdelset(&mask, SIGBUS);
    pthread_sigmask(SIG_SETMASK, &mask, &old);
    server = vnc_server_new(&host_ops, host);
    pthread_sigmask(SIG_SETMASK, &old, NULL);
    return server;
#endif
}

static void put_leds(void *opaque, int state)
{
    VncHost *host = opaque;
    unsigned leds = 0;

    leds |= state & QEMU_SCROLL_LOCK_LED ? VNC_LED_SCROLL : 0;
    leds |= state & QEMU_NUM_LOCK_LED ? VNC_LED_NUM : 0;
    leds |= state & QEMU_CAPS_LOCK_LED ? VNC_LED_CAPS : 0;
    trace_vnc_key_guest_leds(leds & VNC_LED_CAPS, leds & VNC_LED_NUM, leds & VNC_LED_SCROLL);
    vnc_keyboard_set_leds(host->keyboard, leds);
    vnc_server_set_leds(host->server, leds);
}

/* Name the desktop as QEMU names its windows. */
static void set_name(VncHost *host, bool running)
{
    g_autofree char *name = qemu_name ? g_strdup_printf("QEMU (%s)", qemu_name) : g_strdup("QEMU");
    g_autofree char *title = g_strconcat(name, running ? "" : " [Paused]", NULL);

    vnc_server_set_name(host->server, title);
}

static void vm_state_changed(void *opaque, bool running, RunState state)
{
    VncHost *host = opaque;

    set_name(host, running);
    vnc_server_input_ready(host->server);
}

static void free_host(VncHost *host)
{
    host->ending = true;
    vnc_host_unlist(host);
    qemu_remove_exit_notifier(&host->exit);
    qemu_del_vm_change_state_handler(host->vm_state);
    qemu_remove_led_event_handler(host->leds);
    vnc_host_pointer_clear(host);
    vnc_host_screen_detach(host);
    vnc_host_clipboard_clear(host);
    vnc_server_free(host->server);
    vnc_host_keys_clear(host);
    vnc_cursor_unref(host->cursor);
    vnc_options_unref(host->options);
    g_free(host->id);
    g_free(host);
}

static void on_exit_of_qemu(Notifier *notifier, void *data)
{
    /* A thread without the BQL has called exit(): the process ends without cleaning up here. */
    if (vnc_compat_bql_held()) {
        free_host(container_of(notifier, VncHost, exit));
    }
}

void vnc_display_init(const char *id, Error **errp)
{
    VncHost *host;

    if (vnc_host_find(id)) {
        return;
    }
    host = g_new0(VncHost, 1);
    if (!vnc_host_keys_init(host, errp)) {
        g_free(host);
        return;
    }
    host->id = g_strdup(id);
    host->server = new_server(host);
    set_name(host, runstate_is_running());
    host->vm_state = qemu_add_vm_change_state_handler(vm_state_changed, host);
    vnc_host_pointer_init(host);
    vnc_host_clipboard_init(host);
    host->leds = qemu_add_led_event_handler(put_leds, host);
    host->exit.notify = on_exit_of_qemu;
    qemu_add_exit_notifier(&host->exit);
    vnc_host_list(host);
}

/* Tell the user who started QEMU which free port was found. */
static void announce_address(VncHost *host)
{
    g_autoptr(VncServerStatus) status = vnc_server_get_status(host->server);

    for (unsigned i = 0; i < status->listeners->len; i++) {
        const VncListenerInfo *info = g_ptr_array_index(status->listeners, i);

        if (info->address.family == VNC_FAMILY_IPV4 || info->address.family == VNC_FAMILY_IPV6) {
            error_printf_unless_qmp("VNC server running on %s:%s\n", info->address.host,
                                    info->address.service);
            return;
        }
    }
}

bool vnc_host_open(VncHost *host, const VncOptions *options, bool announce, Error **errp)
{
    QemuConsole *con = vnc_compat_default_console();
    VncCompatAudio *audio;
    bool audible;
    g_autoptr(GError) error = NULL;

    if (!vnc_compat_find_audio(options->audiodev, &audio, &audible, errp)) {
        return false;
    }
    if (options->display) {
        con = qemu_console_lookup_by_device_name(options->display, options->head, errp);
        if (!con) {
            return false;
        }
    }
    if (!vnc_server_open(host->server, options, &error)) {
        error_setg(errp, "%s", error->message);
        return false;
    }

    vnc_options_unref(host->options);
    host->options = vnc_options_ref(options);
    host->audio = audio;
    vnc_server_set_audio(host->server, audible);
    vnc_host_show_console(host, con);
    vnc_host_keys_reset(host);
    if (announce) {
        announce_address(host);
    }
    return true;
}

void vnc_display_open(const char *id, Error **errp)
{
    VncHost *host = vnc_host_find(id);
    g_autoptr(VncOptions) options = NULL;
    bool announce;

    if (!host) {
        error_setg(errp, "VNC display not active");
        return;
    }
    options = vnc_host_read_options(host->id, &announce, errp);
    if (options) {
        vnc_host_open(host, options, announce, errp);
    }
}

int vnc_init_func(void *opaque, QemuOpts *opts, Error **errp)
{
    ERRP_GUARD();
    const char *id;

    vnc_host_name_options(opts);
    id = qemu_opts_id(opts);
    vnc_display_init(id, errp);
    if (*errp) {
        return -1;
    }
    vnc_display_open(id, errp);
    return *errp ? -1 : 0;
}
