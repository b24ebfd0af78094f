/*
 * vnc-demo: a VNC server that shows a synthetic desktop.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread: options and the main loop.
 */
#include "ui/host-demo/control.h"
#include "ui/host-demo/host.h"
#include "ui/host-demo/stats.h"
#include "ui/vnc-version.h"

#include <glib-unix.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>

#define MAX_FPS 1000

typedef struct Arguments {
    int width, height;
    int fps;
    gboolean still, control, stats, version;
    VncOptions *options;
    DemoObjects *objects;
    DemoTrace trace;
} Arguments;

static const char description[] =
    "ADDRESS and its options are those of QEMU's -vnc:\n"
    "  host:N, :N, [v6]:N    display N: port 5900 + N\n"
    "  unix:PATH             a socket in the file system\n"
    "\n"
    "OBJECT is as with QEMU's -object:\n"
    "  secret,id=ID,data=TEXT or file=PATH[,format=base64]\n"
    "  tls-creds-anon,id=ID[,dir=DIR][,priority=TEXT]\n"
    "  tls-creds-x509,id=ID,dir=DIR[,verify-peer=off][,priority=TEXT][,passwordid=SECRET]\n"
    "  authz-simple,id=ID,identity=NAME\n"
    "\n"
    "Examples:\n"
    "  vnc-demo 127.0.0.1:0                 display 0, for this machine only\n"
    "  vnc-demo 127.0.0.1:0,to=99           ...or the next display that is free\n"
    "  vnc-demo 127.0.0.1:0,websocket       ...and for browsers, on port 5700\n"
    "  vnc-demo :1,lossy=on                 display 1, for everybody, with JPEG\n"
    "  vnc-demo desk7:5500,reverse=on       call the viewer that listens there on port 5500\n"
    "  vnc-demo --size 3840x2160 unix:/tmp/vnc.sock\n"
    "  echo info | vnc-demo --control --still :2\n"
    "\n";

static bool parse_size(const char *text, int *width, int *height, GError **error)
{
    g_auto(GStrv) parts = g_strsplit(text, "x", 2);
    guint64 side[2];

    for (int i = 0; i < 2; i++) {
        if (!parts[0] || !parts[1] ||
            !g_ascii_string_to_unsigned(parts[i], 10, 1, VNC_MAX_SIDE, &side[i], NULL)) {
            g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                        "--size %s: give it as 1280x800, each side 1 to %d", text, VNC_MAX_SIDE);
            return false;
        }
    }
    *width = (int)side[0];
    *height = (int)side[1];
    return true;
}

static bool parse_arguments(int *argc, char ***argv, Arguments *arguments, GError **error)
{
    g_autofree char *size = NULL;
    g_auto(GStrv) addresses = NULL;
    g_auto(GStrv) objects = NULL;
    const GOptionEntry entries[] = {
        {"size", 0, 0, G_OPTION_ARG_STRING, &size, "Size of the screen, default 1280x800", "WxH"},
        {"fps", 0, 0, G_OPTION_ARG_INT, &arguments->fps,
         "Frames a second of what moves, default 60", "N"},
        {"still", 0, 0, G_OPTION_ARG_NONE, &arguments->still, "Nothing moves by itself", NULL},
        {"stats", 0, 0, G_OPTION_ARG_NONE, &arguments->stats,
         "Tell each second what has been sent, by method of encoding", NULL},
        {"object", 0, 0, G_OPTION_ARG_STRING_ARRAY, &objects,
         "Something that an option names (see below)", "OBJECT"},
        {"control", 0, 0, G_OPTION_ARG_NONE, &arguments->control,
         "Obey commands on stdin, tell events on stdout (see below)", NULL},
        {"version", 0, 0, G_OPTION_ARG_NONE, &arguments->version, "Print the version", NULL},
        {G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &addresses, NULL,
         "ADDRESS[,OPTION=VALUE...]"},
        {0},
    };
    g_autoptr(GOptionContext) context = g_option_context_new(NULL);
    g_autofree char *help = g_strconcat(description, demo_trace_help, demo_control_help, NULL);

    g_option_context_set_summary(context, "A VNC server that shows a synthetic desktop.");
    g_option_context_set_description(context, help);
    g_option_context_add_main_entries(context, entries, NULL);
    if (!g_option_context_parse(context, argc, argv, error) ||
        (size && !parse_size(size, &arguments->width, &arguments->height, error))) {
        return false;
    }
    if (arguments->version) {
        return true;
    }
    if (arguments->fps < 1 || arguments->fps > MAX_FPS) {
        g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, "--fps %d: 1 to %d",
                    arguments->fps, MAX_FPS);
        return false;
    }
    for (char **object = objects; object && *object; object++) {
        if (!demo_objects_add(arguments->objects, *object, error)) {
            return false;
        }
    }
    if (!addresses || g_strv_length(addresses) != 1) {
        g_set_error(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
                    "one address is needed, for example 127.0.0.1:0; see --help");
        return false;
    }
    arguments->options = vnc_options_parse(addresses[0], error);
    return arguments->options != NULL;
}

static void print_listeners(VncServer *server)
{
    g_autoptr(VncServerStatus) status = vnc_server_get_status(server);

    for (guint i = 0; i < status->listeners->len; i++) {
        const VncListenerInfo *listener = g_ptr_array_index(status->listeners, i);
        const VncAddressInfo *address = &listener->address;
        const char *websocket = listener->websocket ? " (websocket)" : "";

        switch (address->family) {
        case VNC_FAMILY_UNIX:
            printf("listening on unix:%s%s\n", address->service, websocket);
            break;
        case VNC_FAMILY_IPV6:
            printf("listening on [%s]:%s%s\n", address->host, address->service, websocket);
            break;
        case VNC_FAMILY_IPV4:
        case VNC_FAMILY_UNKNOWN:
            printf("listening on %s:%s%s\n", address->host, address->service, websocket);
            break;
        }
    }
    fflush(stdout);
}

static gboolean on_signal(gpointer opaque)
{
    g_main_loop_quit(opaque);
    return G_SOURCE_CONTINUE;
}

static bool serve(const Arguments *arguments, GError **error)
{
    g_autoptr(GMainLoop) loop = g_main_loop_new(NULL, false);
    DemoControl control = {0};
    DemoHost host = {0};
    DemoStats stats = {0};
    guint interrupt, terminate;
    bool ok;

    demo_host_init(&host, arguments->objects, &arguments->trace, arguments->width,
                   arguments->height, (unsigned)arguments->fps, arguments->still,
                   arguments->control ? demo_control_event : NULL, &control);
    vnc_server_set_name(host.server, "vnc-demo");
    ok = vnc_server_open(host.server, arguments->options, error);
    if (ok) {
        interrupt = g_unix_signal_add(SIGINT, on_signal, loop);
        terminate = g_unix_signal_add(SIGTERM, on_signal, loop);
        print_listeners(host.server);
        if (arguments->control) {
            demo_control_init(&control, &host, loop);
        }
        if (arguments->stats) {
            demo_stats_init(&stats, host.server);
        }
        g_main_loop_run(loop);
        demo_stats_clear(&stats);
        demo_control_clear(&control);
        g_source_remove(terminate);
        g_source_remove(interrupt);
    }
    demo_host_clear(&host);
    return ok;
}

int main(int argc, char **argv)
{
    Arguments arguments = {.width = 1280, .height = 800, .fps = 60};
    const char *patterns = g_getenv("VNC_TRACE");
    g_autoptr(GError) error = NULL;

    setlocale(LC_CTYPE, "");
    if (patterns && demo_trace_is_list(patterns)) {
        demo_trace_list();
        return EXIT_SUCCESS;
    }
    arguments.objects = demo_objects_new();
    if (!parse_arguments(&argc, &argv, &arguments, &error) ||
        (patterns && patterns[0] && !demo_trace_read(&arguments.trace, patterns, &error)) ||
        (!arguments.version && !serve(&arguments, &error))) {
        fprintf(stderr, "vnc-demo: %s\n", error->message);
    }
    if (!error && arguments.version) {
        puts("vnc-demo " VNC_VERSION);
    }
    vnc_options_unref(arguments.options);
    demo_objects_free(arguments.objects);
    return error ? EXIT_FAILURE : EXIT_SUCCESS;
}
