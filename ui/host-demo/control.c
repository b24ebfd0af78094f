/*
 * --control: commands on stdin, answers and events on stdout, one line each.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. Owns its source on stdin. No lock.
 */
#include "ui/host-demo/control.h"

#include "ui/host-demo/cursors.h"
#include "ui/host-demo/stats.h"

#include <errno.h>
#include <glib-unix.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define MAX_WORDS 8
#define MAX_LINE  65536

typedef struct Command {
    const char *name;
    int min, max; /* words after the name */
    /* @words: NULL-terminated. False with @error set: the answer is an error. */
    bool (*run)(DemoControl *control, char **words, GError **error);
    bool rest; /* one word: the rest of the line, with its spaces */
} Command;

const char demo_control_help[] =
    "Commands of --control, each answered by `ok` or `error TEXT`:\n"
    "  size W H              another surface of that size\n"
    "  flip                  another surface that shows the same\n"
    "  format F              another pixel format: 32 32be 24 16 15, or x8b8g8r8 and its like\n"
    "  nosurface             no surface, until size, flip or format\n"
    "  storm N               N changes of size, one at each turn of the main loop\n"
    "  name TEXT             the desktop's name\n"
    "  leds N                lock keys: 1 scroll, 2 num, 4 caps\n"
    "  resizing now|later|never  what comes of a viewer's wish for another size; at first: now\n"
    "  pointer absolute|relative\n"
    "  warp X Y              the guest puts its pointer there\n"
    "  cursor arrow|alpha|hidden|none\n"
    "  paint SEED            a test picture in place of the desktop, until go\n"
    "  rect X Y W H RRGGBB   fill a rectangle; what else is there stays, until go\n"
    "  noise X Y W H SEED    fill a rectangle with noise; likewise\n"
    "  dump FILE             write what the surface shows as a binary PPM\n"
    "  info                  print lines `info auth AUTH [SUBTYPE]`, `info listener FAMILY HOST "
    "SERVICE\n"
    "                        AUTH` and `info viewer ID FAMILY HOST SERVICE SHARED INITIALIZED`,\n"
    "                        with `websocket` at the end where that is so\n"
    "  stats                 print a line `stats METHOD RECTANGLES PIXELS BYTES` for each method "
    "of\n"
    "                        encoding that has been used\n"
    "  clipboard [TEXT]      the host has another text on its clipboard, or none; \\n and the like "
    "as in "
    "C\n"
    "  offer TEXT            the same, but the text is given only when a viewer wants it\n"
    "  password [TEXT]       set the password of VNC authentication; none: nobody gets in\n"
    "  expire now|never|+N|N no password counts from then on: seconds from now, or since 1970\n"
    "  object OBJECT         as --object; one with the same id goes\n"
    "  forget ID             an object goes\n"
    "  reload                read the files of tls-creds again\n"
    "  open ADDRESS[,OPTIONS] listen there, with these options, and nowhere else\n"
    "  audio on|off          whether there is sound\n"
    "  tone on|off           whether there is something to hear of it\n"
    "  still, go             stop the desktop, let it move\n"
    "  quit                  so does the end of the input\n"
    "\n"
    "Events of --control (`-` stands for an empty word):\n"
    "  key down|up KEYSYM KEYCODE LEDS-KNOWN      numbers in hexadecimal\n"
    "  pointer abs X Y BUTTONS, pointer rel DX DY BUTTONS\n"
    "  resize WIDTH HEIGHT                        a viewer asks for that size\n"
    "  viewer connected|initialized|disconnected ID FAMILY HOST SERVICE SHARED\n"
    "  clipboard offered, clipboard withdrawn     by a viewer; its text is asked for at once\n"
    "  clipboard text TEXT                        as C writes it, in ASCII\n"
    "  clipboard wanted                           by a viewer, after offer\n"
    "  power shutdown|reboot|reset\n"
    "  audio start ID SAMPLE CHANNELS FREQUENCY, audio stop ID      a viewer hears; SAMPLE: 0 U8, "
    "1 S8,\n"
    "                                             2 U16, 3 S16, 4 U32, 5 S32\n"
    "  interval MILLISECONDS                      0: no refresh is needed\n"
    "  log TEXT";

void demo_control_event(void *opaque, const char *line)
{
    (void)opaque;
    puts(line);
    fflush(stdout);
}

static bool fail(GError **error, const char *message)
{
    g_set_error_literal(error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE, message);
    return false;
}

static bool number(const char *word, int min, int max, int *value, GError **error)
{
    gint64 wide;

    if (!g_ascii_string_to_signed(word, 10, min, max, &wide, error)) {
        return false;
    }
    *value = (int)wide;
    return true;
}

static bool seed_number(const char *word, uint32_t *seed, GError **error)
{
    guint64 wide;

    if (!g_ascii_string_to_unsigned(word, 10, 0, UINT32_MAX, &wide, error)) {
        return false;
    }
    *seed = (uint32_t)wide;
    return true;
}

static bool rectangle(char **words, VncRect *rect, GError **error)
{
    return number(words[0], -VNC_MAX_SIDE, VNC_MAX_SIDE, &rect->x, error) &&
           number(words[1], -VNC_MAX_SIDE, VNC_MAX_SIDE, &rect->y, error) &&
           number(words[2], 0, VNC_MAX_SIDE, &rect->w, error) &&
           number(words[3], 0, VNC_MAX_SIDE, &rect->h, error);
}

static bool run_size(DemoControl *control, char **words, GError **error)
{
    int width, height;

    if (!number(words[0], 1, VNC_MAX_SIDE, &width, error) ||
        !number(words[1], 1, VNC_MAX_SIDE, &height, error)) {
        return false;
    }
    demo_host_resize(control->host, width, height);
    return true;
}

static bool run_flip(DemoControl *control, char **words G_GNUC_UNUSED, GError **error G_GNUC_UNUSED)
{
    demo_host_replace(control->host, control->host->screen.surface->format);
    return true;
}

static bool run_format(DemoControl *control, char **words, GError **error)
{
    pixman_format_code_t format;

    if (!demo_screen_format(words[0], &format)) {
        return fail(error, "no such format");
    }
    demo_host_replace(control->host, format);
    return true;
}

static bool run_nosurface(DemoControl *control, char **words G_GNUC_UNUSED,
                          GError **error G_GNUC_UNUSED)
{
    demo_host_no_surface(control->host);
    return true;
}

static bool run_name(DemoControl *control, char **words, GError **error)
{
    if (words[0] && !g_utf8_validate(words[0], -1, NULL)) {
        return fail(error, "the name is not UTF-8");
    }
    vnc_server_set_name(control->host->server, words[0] ? words[0] : "");
    return true;
}

static bool run_clipboard(DemoControl *control, char **words, GError **error G_GNUC_UNUSED)
{
    g_autofree char *text = words[0] ? g_strcompress(words[0]) : NULL;

    vnc_server_set_clipboard(control->host->server, text);
    return true;
}

static bool run_offer(DemoControl *control, char **words, GError **error G_GNUC_UNUSED)
{
    g_free(control->host->clipboard);
    control->host->clipboard = g_strcompress(words[0]);
    vnc_server_offer_clipboard(control->host->server);
    return true;
}

static bool run_password(DemoControl *control, char **words, GError **error)
{
    return vnc_server_set_password(control->host->server, words[0], error);
}

static bool run_expire(DemoControl *control, char **words, GError **error)
{
    gint64 time = 0;

    if (strcmp(words[0], "never") == 0) {
        time = INT64_MAX;
    } else if (strcmp(words[0], "now") != 0) {
        if (!g_ascii_string_to_signed(words[0] + (words[0][0] == '+'), 10, 0, G_MAXINT32, &time,
                                      error)) {
            return false;
        }
        time += words[0][0] == '+' ? g_get_real_time() / G_USEC_PER_SEC : 0;
    }
    vnc_server_set_password_expiry(control->host->server, time);
    return true;
}

static bool run_leds(DemoControl *control, char **words, GError **error)
{
    int leds;

    if (!number(words[0], 0, VNC_LED_SCROLL | VNC_LED_NUM | VNC_LED_CAPS, &leds, error)) {
        return false;
    }
    demo_host_set_leds(control->host, (unsigned)leds);
    return true;
}

static bool run_resizing(DemoControl *control, char **words, GError **error)
{
    static const char *const names[] = {
        [DEMO_RESIZING_NOW] = "now",
        [DEMO_RESIZING_LATER] = "later",
        [DEMO_RESIZING_NEVER] = "never",
    };

    for (size_t i = 0; i < G_N_ELEMENTS(names); i++) {
        if (strcmp(words[0], names[i]) == 0) {
            control->host->resizing = (DemoResizing)i;
            return true;
        }
    }
    return fail(error, "now, later or never?");
}

static bool run_pointer(DemoControl *control, char **words, GError **error)
{
    bool absolute = strcmp(words[0], "absolute") == 0;

    if (!absolute && strcmp(words[0], "relative") != 0) {
        return fail(error, "absolute or relative?");
    }
    vnc_server_set_pointer_absolute(control->host->server, absolute);
    return true;
}

static bool run_warp(DemoControl *control, char **words, GError **error)
{
    int x, y;

    if (!number(words[0], 0, VNC_MAX_SIDE - 1, &x, error) ||
        !number(words[1], 0, VNC_MAX_SIDE - 1, &y, error)) {
        return false;
    }
    vnc_server_set_pointer_position(control->host->server, x, y);
    return true;
}

static bool run_cursor(DemoControl *control, char **words, GError **error)
{
    VncCursor *cursor;

    if (!demo_cursor_new(words[0], &cursor)) {
        return fail(error, "no such cursor");
    }
    vnc_server_set_cursor(control->host->server, cursor);
    vnc_cursor_unref(cursor);
    return true;
}

static bool run_paint(DemoControl *control, char **words, GError **error)
{
    uint32_t seed;

    if (!seed_number(words[0], &seed, error)) {
        return false;
    }
    demo_host_picture(control->host, seed);
    return true;
}

static bool run_rect(DemoControl *control, char **words, GError **error)
{
    VncRect rect;
    guint64 colour;

    if (!rectangle(words, &rect, error) ||
        !g_ascii_string_to_unsigned(words[4], 16, 0, 0xffffff, &colour, error)) {
        return false;
    }
    demo_host_fill(control->host, &rect, (uint32_t)colour);
    return true;
}

static bool run_noise(DemoControl *control, char **words, GError **error)
{
    VncRect rect;
    uint32_t seed;

    if (!rectangle(words, &rect, error) || !seed_number(words[4], &seed, error)) {
        return false;
    }
    demo_host_noise(control->host, &rect, seed);
    return true;
}

static bool run_dump(DemoControl *control, char **words, GError **error)
{
    if (!control->host->shown) {
        return fail(error, "there is no surface");
    }
    demo_host_update(control->host);
    return demo_screen_dump(&control->host->screen, words[0], error);
}

static bool run_info(DemoControl *control, char **words G_GNUC_UNUSED, GError **error G_GNUC_UNUSED)
{
    g_autoptr(VncServerStatus) status = vnc_server_get_status(control->host->server);

    printf("info auth %s%s%s\n", status->auth, status->vencrypt ? " " : "",
           status->vencrypt ? status->vencrypt : "");
    for (guint i = 0; i < status->listeners->len; i++) {
        const VncListenerInfo *listener = g_ptr_array_index(status->listeners, i);
        const VncAddressInfo *address = &listener->address;

        printf("info listener %s %s %s %s%s\n", demo_family_name(address->family),
               address->host[0] ? address->host : "-", address->service, listener->auth,
               listener->websocket ? " websocket" : "");
    }
    for (guint i = 0; i < status->viewers->len; i++) {
        const VncViewerInfo *viewer = g_ptr_array_index(status->viewers, i);
        const VncAddressInfo *address = &viewer->address;

        printf("info viewer %" G_GUINT64_FORMAT " %s %s %s %d %d%s\n", viewer->id,
               demo_family_name(address->family), address->host[0] ? address->host : "-",
               address->service[0] ? address->service : "-", viewer->shared, viewer->initialized,
               viewer->websocket ? " websocket" : "");
    }
    return true;
}

static bool run_stats(DemoControl *control, char **words G_GNUC_UNUSED,
                      GError **error G_GNUC_UNUSED)
{
    demo_stats_print_all(control->host->server);
    return true;
}

static bool run_still(DemoControl *control, char **words G_GNUC_UNUSED,
                      GError **error G_GNUC_UNUSED)
{
    demo_host_stop(control->host);
    return true;
}

static bool run_go(DemoControl *control, char **words G_GNUC_UNUSED, GError **error G_GNUC_UNUSED)
{
    demo_host_go(control->host);
    return true;
}

static bool run_quit(DemoControl *control, char **words G_GNUC_UNUSED, GError **error G_GNUC_UNUSED)
{
    control->quitting = true;
    g_main_loop_quit(control->loop);
    return true;
}

static bool run_storm(DemoControl *control, char **words, GError **error)
{
    const DemoCanvas *canvas = &control->host->screen.canvas;
    int changes;

    if (!number(words[0], 1, 1000000, &changes, error)) {
        return false;
    }
    control->storm_left = (unsigned)changes;
    /* Indexed by the changes left, odd or even: the first change is to another size. */
    control->storm_size[1 - changes % 2][0] = canvas->width;
    control->storm_size[1 - changes % 2][1] = canvas->height;
    control->storm_size[changes % 2][0] = canvas->width * 3 / 4 + 1;
    control->storm_size[changes % 2][1] = canvas->height * 2 / 3 + 1;
    return true;
}

static bool run_object(DemoControl *control, char **words, GError **error)
{
    return demo_objects_add(control->host->objects, words[0], error);
}

static bool run_forget(DemoControl *control, char **words, GError **error)
{
    return demo_objects_remove(control->host->objects, words[0]) || fail(error, "no such object");
}

static bool run_reload(DemoControl *control, char **words G_GNUC_UNUSED, GError **error)
{
    return vnc_server_reload_tls(control->host->server, error);
}

static bool run_open(DemoControl *control, char **words, GError **error)
{
    g_autoptr(VncOptions) options = vnc_options_parse(words[0], error);

    return options && vnc_server_open(control->host->server, options, error);
}

static bool on_or_off(const char *word, bool *on, GError **error)
{
    return vnc_options_read_bool(word, on) || fail(error, "on or off?");
}

static bool run_audio(DemoControl *control, char **words, GError **error)
{
    bool on;

    if (!on_or_off(words[0], &on, error)) {
        return false;
    }
    vnc_server_set_audio(control->host->server, on);
    return true;
}

static bool run_tone(DemoControl *control, char **words, GError **error)
{
    bool on;

    if (!on_or_off(words[0], &on, error)) {
        return false;
    }
    demo_tone_switch(&control->host->tone, on);
    return true;
}

static const Command commands[] = {
    {"size", 2, 2, run_size, false},          {"flip", 0, 0, run_flip, false},
    {"format", 1, 1, run_format, false},      {"nosurface", 0, 0, run_nosurface, false},
    {"storm", 1, 1, run_storm, false},        {"name", 0, 1, run_name, true},
    {"leds", 1, 1, run_leds, false},          {"pointer", 1, 1, run_pointer, false},
    {"clipboard", 0, 1, run_clipboard, true}, {"offer", 1, 1, run_offer, true},
    {"password", 0, 1, run_password, true},   {"expire", 1, 1, run_expire, false},
    {"cursor", 1, 1, run_cursor, false},      {"paint", 1, 1, run_paint, false},
    {"rect", 5, 5, run_rect, false},          {"noise", 5, 5, run_noise, false},
    {"dump", 1, 1, run_dump, true},           {"info", 0, 0, run_info, false},
    {"still", 0, 0, run_still, false},        {"go", 0, 0, run_go, false},
    {"stats", 0, 0, run_stats, false},        {"quit", 0, 0, run_quit, false},
    {"open", 1, 1, run_open, true},           {"object", 1, 1, run_object, true},
    {"forget", 1, 1, run_forget, false},      {"reload", 0, 0, run_reload, false},
    {"audio", 1, 1, run_audio, false},        {"tone", 1, 1, run_tone, false},
    {"resizing", 1, 1, run_resizing, false},  {"warp", 2, 2, run_warp, false},
};

static void answer(const GError *error)
{
    if (error) {
        printf("error %s\n", error->message);
    } else {
        puts("ok");
    }
    fflush(stdout);
}

static bool run_line(DemoControl *control, char *line, GError **error)
{
    char *words[MAX_WORDS + 1] = {NULL};
    const Command *command = NULL;
    char *name = strsep(&line, " ");
    int count = 0;

    for (size_t i = 0; i < G_N_ELEMENTS(commands) && !command; i++) {
        command = strcmp(commands[i].name, name) == 0 ? &commands[i] : NULL;
    }
    if (!command) {
        return fail(error, "no such command");
    }
    while (line && count < MAX_WORDS) {
        words[count++] = command->rest ? g_steal_pointer(&line) : strsep(&line, " ");
    }
    if (line || count < command->min || count > command->max) {
        return fail(error, "wrong number of words");
    }
    return command->run(control, words, error);
}

/* Run the lines read so far, up to a storm. */
static void obey(DemoControl *control)
{
    char *end;

    while (control->storm_left == 0 && !control->quitting &&
           (end = memchr(control->input->str, '\n', control->input->len))) {
        gsize length = (gsize)(end - control->input->str);
        g_autofree char *line = g_strndup(control->input->str, length);
        g_autoptr(GError) error = NULL;

        g_string_erase(control->input, 0, (gssize)length + 1);
        run_line(control, line, &error);
        if (control->storm_left == 0) {
            answer(error);
        }
    }
}

static void carry_on(DemoControl *control);

static gboolean storm(gpointer opaque)
{
    DemoControl *control = opaque;
    const int *size = control->storm_size[control->storm_left % 2];

    demo_host_resize(control->host, size[0], size[1]);
    if (--control->storm_left > 0) {
        return G_SOURCE_CONTINUE;
    }
    answer(NULL);
    carry_on(control);
    return G_SOURCE_REMOVE;
}

static gboolean readable(gint fd, GIOCondition condition G_GNUC_UNUSED, gpointer opaque)
{
    DemoControl *control = opaque;
    char bytes[4096];
    ssize_t got = read(fd, bytes, sizeof(bytes));

    if (got < 0 && (errno == EINTR || errno == EAGAIN)) {
        return G_SOURCE_CONTINUE;
    }
    if (got <= 0 || control->input->len > MAX_LINE) {
        control->source = 0;
        g_main_loop_quit(control->loop);
        return G_SOURCE_REMOVE;
    }
    g_string_append_len(control->input, bytes, got);
    carry_on(control);
    return G_SOURCE_REMOVE;
}

/* Run the lines read so far; then wait for more, or continue a storm. */
static void carry_on(DemoControl *control)
{
    obey(control);
    if (control->storm_left > 0) {
        control->source = g_idle_add_full(G_PRIORITY_DEFAULT, storm, control, NULL);
    } else {
        control->source =
            g_unix_fd_add(STDIN_FILENO, G_IO_IN | G_IO_HUP | G_IO_ERR, readable, control);
    }
}

void demo_control_init(DemoControl *control, DemoHost *host, GMainLoop *loop)
{
    control->host = host;
    control->loop = loop;
    control->input = g_string_new(NULL);
    carry_on(control);
}

void demo_control_clear(DemoControl *control)
{
    g_clear_handle_id(&control->source, g_source_remove);
    if (control->input) {
        g_string_free(control->input, true);
        control->input = NULL;
    }
}
