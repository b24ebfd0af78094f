/*
 * Any callback of the host may call any function of the server except vnc_server_free().
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. For each pair of a callback and a call the test holds one conversation, in which
 * each callback comes, and ends the server. It asserts the host's own account: each viewer that
 * came has gone once, each key that went down came up, all sound that began has ended.
 * AddressSanitizer finds other faults.
 */
#include "tests/lib/rows.h"
#include "ui/client/client-private.h"
#include "ui/server/server-private.h"

#ifdef VNC_HAVE_SASL
#include "tests/lib/sasl-login.h"
#endif

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

typedef enum Callback {
    NO_CALLBACK,
    KEY,
    TAKES_INPUT,
    POINTER_ABSOLUTE,
    POINTER_RELATIVE,
    SET_REFRESH_INTERVAL,
    RESIZE,
    VIEWER_CONNECTED,
    VIEWER_INITIALIZED,
    VIEWER_DISCONNECTED,
    SECRET,
    TLS_OBJECT,
    CLIPBOARD_OFFERED,
    CLIPBOARD_TEXT,
    CLIPBOARD_WANTED,
    POWER,
    AUDIO_START,
    AUDIO_STOP,
    LOG,
    RELEASE,
    AUTHORIZE,
    CALLBACKS,
} Callback;

static const char *const callback_names[CALLBACKS] = {
    [KEY] = "key",
    [TAKES_INPUT] = "takes-input",
    [POINTER_ABSOLUTE] = "pointer-absolute",
    [POINTER_RELATIVE] = "pointer-relative",
    [SET_REFRESH_INTERVAL] = "set-refresh-interval",
    [RESIZE] = "resize",
    [VIEWER_CONNECTED] = "viewer/connected",
    [VIEWER_INITIALIZED] = "viewer/initialized",
    [VIEWER_DISCONNECTED] = "viewer/disconnected",
    [SECRET] = "secret",
    [TLS_OBJECT] = "tls-object",
    [CLIPBOARD_OFFERED] = "clipboard-offered",
    [CLIPBOARD_TEXT] = "clipboard-text",
    [CLIPBOARD_WANTED] = "clipboard-wanted",
    [POWER] = "power",
    [AUDIO_START] = "audio-start",
    [AUDIO_STOP] = "audio-stop",
    [LOG] = "log",
    [RELEASE] = "release",
#ifdef VNC_HAVE_SASL
    [AUTHORIZE] = "authorize",
#endif
};

#define MAX_GUESTS 8

/* More than waits in a socket here. */
#define READ_BYTES (40 * 40 * 4 + 1024)

typedef struct World {
    VncServer *server;
    Callback armed;
    void (*call)(struct World *w);
    bool within; /* the armed callback, which is not called again for what it does itself */
    unsigned came, turn;
    /* the host's account */
    GHashTable *viewers, *listeners; /* ids */
    int keys_down;
    unsigned buttons;
    uint64_t heard; /* the last one who has begun to listen */
    uint32_t pixels[40 * 40];
    int surfaces; /* over them */
    bool no_objects;
    /* the other ends of those who come by a call */
    int guests[MAX_GUESTS];
    unsigned n_guests;
} World;

static void came(World *w, Callback callback)
{
    if (callback == w->armed && !w->within) {
        w->within = true;
        w->came++;
        w->turn++;
        w->call(w);
        w->within = false;
    }
}

/* --- the host ----------------------------------------------------------------------------- */

static void on_key(void *host, const VncKeyEvent *event)
{
    ((World *)host)->keys_down += event->down ? 1 : -1;
    came(host, KEY);
}

static bool on_takes_input(void *host, G_GNUC_UNUSED bool key)
{
    came(host, TAKES_INPUT);
    return true;
}

static void on_pointer_absolute(void *host, int x, int y, unsigned buttons)
{
    World *w = host;
    const VncSurface *screen = w->server->screen.surface;

    g_assert_true(x >= 0 && y >= 0 && x < screen->width && y < screen->height);
    w->buttons = buttons;
    came(w, POINTER_ABSOLUTE);
}

static void on_pointer_relative(void *host, G_GNUC_UNUSED int dx, G_GNUC_UNUSED int dy,
                                unsigned buttons)
{
    ((World *)host)->buttons = buttons;
    came(host, POINTER_RELATIVE);
}

static void on_interval(void *host, G_GNUC_UNUSED unsigned ms)
{
    came(host, SET_REFRESH_INTERVAL);
}

static bool on_resize(void *host, G_GNUC_UNUSED int width, G_GNUC_UNUSED int height)
{
    came(host, RESIZE);
    return true;
}

static bool is_listed(World *w, uint64_t id)
{
    g_autoptr(VncServerStatus) status = vnc_server_get_status(w->server);

    for (unsigned i = 0; i < status->viewers->len; i++) {
        if (((VncViewerInfo *)g_ptr_array_index(status->viewers, i))->id == id) {
            return true;
        }
    }
    return false;
}

static void on_viewer(void *host, VncViewerEvent event, const VncViewerInfo *info)
{
    World *w = host;
    void *id = GSIZE_TO_POINTER(info->id + 1);

    switch (event) {
    case VNC_VIEWER_CONNECTED:
        g_assert_true(g_hash_table_add(w->viewers, id));
        g_assert_true(is_listed(w, info->id));
        came(w, VIEWER_CONNECTED);
        break;
    case VNC_VIEWER_INITIALIZED:
        g_assert_true(g_hash_table_contains(w->viewers, id));
        came(w, VIEWER_INITIALIZED);
        break;
    case VNC_VIEWER_DISCONNECTED:
        g_assert_true(g_hash_table_remove(w->viewers, id));
        g_assert_false(g_hash_table_contains(w->listeners, id));
        g_assert_false(is_listed(w, info->id));
        came(w, VIEWER_DISCONNECTED);
        break;
    }
    /* The strings are there for as long as the call lasts. */
    g_assert_cmpuint(strlen(info->address.host) + strlen(info->local.host), ==, 0);
}

static char *on_secret(void *host, G_GNUC_UNUSED const char *id, G_GNUC_UNUSED GError **error)
{
    came(host, SECRET);
    return g_strdup("longer than eight bytes");
}

static bool on_tls_object(void *host, G_GNUC_UNUSED const char *id, VncTlsObject *object,
                          GError **error)
{
    World *w = host;

    object->x509 = false;
    came(w, TLS_OBJECT);
    if (w->no_objects) {
        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND, "it has gone");
    }
    return !w->no_objects;
}

static bool on_authorize(void *host, G_GNUC_UNUSED const char *id,
                         G_GNUC_UNUSED const char *identity, G_GNUC_UNUSED GError **error)
{
    came(host, AUTHORIZE);
    return true;
}

static void on_clipboard_offered(void *host, G_GNUC_UNUSED bool available)
{
    came(host, CLIPBOARD_OFFERED);
}

static void on_clipboard_text(void *host, const char *text)
{
    came(host, CLIPBOARD_TEXT);
    g_assert_cmpuint(strlen(text), >, 0);
}

static void on_clipboard_wanted(void *host)
{
    came(host, CLIPBOARD_WANTED);
}

static bool on_power(void *host, G_GNUC_UNUSED VncPowerAction action)
{
    came(host, POWER);
    return false;
}

static void on_audio_start(void *host, uint64_t viewer, const VncAudioFormat *format)
{
    World *w = host;

    g_assert_true(g_hash_table_add(w->listeners, GSIZE_TO_POINTER(viewer + 1)));
    w->heard = viewer;
    came(w, AUDIO_START);
    g_assert_cmpuint(vnc_audio_frame_size(format), ==, 1);
}

static void on_audio_stop(void *host, uint64_t viewer)
{
    World *w = host;

    g_assert_true(g_hash_table_remove(w->listeners, GSIZE_TO_POINTER(viewer + 1)));
    came(w, AUDIO_STOP);
}

static void on_log(void *host, const char *line)
{
    came(host, LOG);
    g_assert_cmpuint(strlen(line), >, 0);
}

static void on_release(void *host)
{
    World *w = host;

    w->surfaces--;
    came(w, RELEASE);
}

static const VncHostOps host_ops = {
    .key = on_key,
    .takes_input = on_takes_input,
    .pointer_absolute = on_pointer_absolute,
    .pointer_relative = on_pointer_relative,
    .set_refresh_interval = on_interval,
    .resize = on_resize,
    .viewer = on_viewer,
    .secret = on_secret,
    .tls_object = on_tls_object,
    .authorize = on_authorize,
    .clipboard_offered = on_clipboard_offered,
    .clipboard_text = on_clipboard_text,
    .clipboard_wanted = on_clipboard_wanted,
    .power = on_power,
    .audio_start = on_audio_start,
    .audio_stop = on_audio_stop,
    .log = on_log,
};

/* --- the calls ---------------------------------------------------------------------------- */

static bool open_with(World *w, const char *text)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(VncOptions) options = vnc_options_parse(text, &error);
    bool ok;

    g_assert_no_error(error);
    ok = vnc_server_open(w->server, options, &error);
    g_assert_true(ok == !error);
    return ok;
}

static void call_open(World *w)
{
    static const char *const options[] = {
        "none,half-open=1,password-secret=s",
        "none,half-open=1,view-only,idle-timeout=1000,lossy,power-control",
    };

    /* The server that ends says that it does. */
    g_assert_true(open_with(w, options[w->turn % 2]) == !w->server->ending);
}

static void call_open_in_vain(World *w)
{
    g_assert_false(open_with(w, "unix:/dev/null/nowhere"));
}

static void call_listen(World *w)
{
    g_autoptr(VncOptions) options = vnc_options_parse("none,to=9", NULL);

    g_assert_true(vnc_server_listen(w->server, options, NULL) == !w->server->ending);
}

static int add_viewer(World *w, bool skip_auth)
{
    g_autoptr(GSocket) socket = NULL;
    int fds[2];

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), ==, 0);
    socket = g_socket_new_from_fd(fds[0], NULL);
    vnc_server_add_viewer(w->server, socket, skip_auth);
    return fds[1];
}

static void call_add_viewer(World *w)
{
    if (w->n_guests < MAX_GUESTS) {
        w->guests[w->n_guests++] = add_viewer(w, true);
    }
}

static void call_set_password(World *w)
{
    vnc_server_set_password(w->server, w->turn % 2 ? "longer than eight bytes" : NULL, NULL);
}

static void call_set_password_expiry(World *w)
{
    vnc_server_set_password_expiry(w->server, w->turn % 2 ? 0 : INT64_MAX);
}

static void call_reload_tls(World *w)
{
    vnc_server_reload_tls(w->server, NULL);
}

static void show(World *w, int width, int height)
{
    VncSurface *surface = vnc_surface_new_for_data(width, height, width * 4, PIXMAN_x8r8g8b8,
                                                   (uint8_t *)w->pixels, on_release, w);

    w->surfaces++;
    vnc_server_set_surface(w->server, surface);
    vnc_surface_unref(surface);
}

static void call_set_surface(World *w)
{
    show(w, 30 + w->turn % 3, 40);
}

static void call_no_surface(World *w)
{
    vnc_server_set_surface(w->server, NULL);
}

static void call_damage(World *w)
{
    VncRect all = {0, 0, 40, 40};

    vnc_server_damage(w->server, &all);
}

static void call_refresh(World *w)
{
    call_damage(w);
    vnc_server_refresh(w->server);
}

static void call_watched(World *w)
{
    g_assert_true(vnc_server_watched(w->server) == (vnc_server_count_initialized(w->server) > 0));
}

static void call_set_name(World *w)
{
    vnc_server_set_name(w->server, w->turn % 2 ? "one" : "another");
}

static void call_set_cursor(World *w)
{
    const uint32_t pixel = 0xffffffff;
    VncCursor *cursor = w->turn % 2 ? vnc_cursor_new(1, 1, 0, 0, &pixel) : NULL;

    vnc_server_set_cursor(w->server, cursor);
    vnc_cursor_unref(cursor);
}

static void call_set_pointer_absolute(World *w)
{
    vnc_server_set_pointer_absolute(w->server, !w->server->screen.absolute);
}

static void call_set_pointer_position(World *w)
{
    vnc_server_set_pointer_position(w->server, (int)w->turn, 1);
}

static void call_input_ready(World *w)
{
    vnc_server_input_ready(w->server);
}

static void call_set_leds(World *w)
{
    vnc_server_set_leds(w->server, w->server->screen.leds ^ VNC_LED_CAPS);
}

static void call_set_clipboard(World *w)
{
    vnc_server_set_clipboard(w->server, w->turn % 2 ? "the host's text" : NULL);
}

static void call_set_long_clipboard(World *w)
{
    size_t len = VNC_MAX_CLIPBOARD_WIRE + w->turn % 2; /* found so by a thread, or at once */
    g_autofree char *text = g_strnfill(len, 'x');

    vnc_server_set_clipboard(w->server, text);
}

static void call_offer_clipboard(World *w)
{
    vnc_server_offer_clipboard(w->server);
}

static void call_give_clipboard(World *w)
{
    vnc_server_give_clipboard(w->server, w->turn % 2 ? "given" : NULL);
}

static void call_request_clipboard(World *w)
{
    vnc_server_request_clipboard(w->server);
}

static void call_set_audio(World *w)
{
    vnc_server_set_audio(w->server, !w->server->screen.audio);
}

static void call_audio(World *w)
{
    vnc_server_audio(w->server, w->heard, "sound", 5);
}

static void call_audio_pause(World *w)
{
    vnc_server_audio_pause(w->server, w->heard);
}

static void call_get_status(World *w)
{
    vnc_server_status_free(vnc_server_get_status(w->server));
}

static void call_get_methods(World *w)
{
    g_array_unref(vnc_server_get_methods(w->server));
}

static const struct {
    const char *name;
    void (*call)(World *w);
} calls[] = {
    {"open", call_open},
    {"open in vain", call_open_in_vain},
    {"listen", call_listen},
    {"add_viewer", call_add_viewer},
    {"set_password", call_set_password},
    {"set_password_expiry", call_set_password_expiry},
    {"reload_tls", call_reload_tls},
    {"set_surface", call_set_surface},
    {"set_surface NULL", call_no_surface},
    {"damage", call_damage},
    {"refresh", call_refresh},
    {"watched", call_watched},
    {"set_name", call_set_name},
    {"set_cursor", call_set_cursor},
    {"set_pointer_absolute", call_set_pointer_absolute},
    {"set_pointer_position", call_set_pointer_position},
    {"input_ready", call_input_ready},
    {"set_leds", call_set_leds},
    {"set_clipboard", call_set_clipboard},
    {"set_clipboard, too long", call_set_long_clipboard},
    {"offer_clipboard", call_offer_clipboard},
    {"give_clipboard", call_give_clipboard},
    {"request_clipboard", call_request_clipboard},
    {"set_audio", call_set_audio},
    {"audio", call_audio},
    {"audio_pause", call_audio_pause},
    {"get_status", call_get_status},
    {"get_methods", call_get_methods},
};

/* --- the conversation --------------------------------------------------------------------- */

static bool is_busy(const World *w)
{
    bool busy = w->server->clipboard.working || g_main_context_pending(NULL);

    for (unsigned i = 0; i < w->server->viewers->len; i++) {
        VncState *vs = g_ptr_array_index(w->server->viewers, i);

        vnc_lock_queue(w->server->queue);
        busy |= vs->owner.in_flight > 0;
        vnc_unlock_queue(w->server->queue);
        busy |= vs->login.state == VNC_LOGIN_WORKS;
    }
    return busy;
}

/* Turn the main loop until all that was sent has been handled, and nobody works for it any more. */
static void settle(World *w)
{
    do {
        while (g_main_context_iteration(NULL, FALSE)) {
        }
        g_thread_yield();
    } while (is_busy(w));
}

/* The viewer may have been disconnected. */
static void say(World *w, int fd, const void *bytes, size_t len)
{
    send(fd, bytes, len, MSG_NOSIGNAL);
    settle(w);
}
#define SAY(w, fd, ...)                              \
    do {                                             \
        static const uint8_t say_[] = {__VA_ARGS__}; \
        say(w, fd, say_, sizeof(say_));              \
    } while (0)

#define ENCODING(number)                    0xff, 0xff, (number) >> 8 & 0xff, (number)&0xff
#define XVP                                 ENCODING(-309)
#define LED_STATE                           ENCODING(-261)
#define AUDIO                               ENCODING(-259)
#define POINTER_TYPE                        ENCODING(-257)
#define EXTENDED_SIZE                       ENCODING(-308)
#define CURSOR                              ENCODING(-239)
#define DESKTOP_NAME                        ENCODING(-307)
#define POINTER_POSITION                    ENCODING(-232)
#define EXTENDED_CLIP                       0xc0, 0xa1, 0xe5, 0xce
#define REQUEST(incremental, width, height) 3, incremental, 0, 0, 0, 0, 0, width, 0, height
#define KEY_DOWN                            4, 1, 0, 0, 0, 0, 0, 'a'
#define OTHER_KEY_DOWN                      4, 1, 0, 0, 0, 0, 0, 'b'
/* U8, mono, 4000 Hz */
#define LISTEN       255, 1, 0, 2, 0, 1, 0, 0, 15, 160
#define POINTER_DOWN 5, 1, 0, 9, 0, 9

/* One who has listed all that there is, and waits for the next change. */
static int connect_viewer(World *w, bool shared)
{
    int fd = add_viewer(w, true);

    say(w, fd, shared ? "RFB 003.008\n\1\1" : "RFB 003.008\n\1\0", 14);
    SAY(w, fd, 2, 0, 0, 9, XVP, LED_STATE, AUDIO, POINTER_TYPE, EXTENDED_SIZE, CURSOR, DESKTOP_NAME,
        POINTER_POSITION, EXTENDED_CLIP);
    SAY(w, fd, REQUEST(0, 40, 40));
    vnc_server_refresh(w->server);
    settle(w);
    SAY(w, fd, REQUEST(1, 40, 40));
    return fd;
}

/* What each of a viewer's messages leads to, and then it holds a key and a button, listens, and
 * waits. */
static void act(World *w, int fd)
{
    SAY(w, fd, 251, 0, 0, 40, 0, 20, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 40, 0, 20, 0, 0, 0, 0);
    SAY(w, fd, 250, 0, 1, 4);                     /* xvp: reset */
    SAY(w, fd, 6, 0, 0, 0, 0, 0, 0, 2, 'h', 'i'); /* its clipboard */
    vnc_server_request_clipboard(w->server);
    settle(w);
    vnc_server_offer_clipboard(w->server);
    settle(w);
    SAY(w, fd, 6, 0, 0, 0, 0xff, 0xff, 0xff, 0xfc, 8, 0, 0, 1); /* notify */
    show(w, 40, 40);
    SAY(w, fd, POINTER_DOWN);
    vnc_server_set_pointer_absolute(w->server, !w->server->screen.absolute);
    SAY(w, fd, POINTER_DOWN, KEY_DOWN);
    SAY(w, fd, LISTEN, 255, 1, 0, 0);
    vnc_server_refresh(w->server);
    settle(w);
    SAY(w, fd, REQUEST(1, 40, 40));
}

static World *world_new(Callback armed, void (*call)(World *w))
{
    World *w = g_new0(World, 1);

    w->armed = armed;
    w->call = call;
    w->viewers = g_hash_table_new(NULL, NULL);
    w->listeners = g_hash_table_new(NULL, NULL);
    w->server = vnc_server_new(&host_ops, w);
    show(w, 40, 40);
    return w;
}

/* The server's end, and what must be true after it. */
static void end(World *w)
{
    vnc_server_free(w->server);
    g_assert_cmpuint(w->came, >, 0);
    g_assert_cmpuint(g_hash_table_size(w->viewers), ==, 0);
    g_assert_cmpuint(g_hash_table_size(w->listeners), ==, 0);
    g_assert_cmpint(w->keys_down, ==, 0);
    g_assert_cmpuint(w->buttons, ==, 0);
    g_assert_cmpint(w->surfaces, ==, 0);
    for (unsigned i = 0; i < w->n_guests; i++) {
        close(w->guests[i]);
    }
    g_hash_table_unref(w->viewers);
    g_hash_table_unref(w->listeners);
    g_free(w);
}

#ifdef VNC_HAVE_SASL
static void log_in_by_sasl(World *w)
{
    static const char plain[] = "\0" USER "\0" PASSWORD;
    VncBuffer words = {0};
    int fd;

    open_with(w, "none,half-open=1,sasl,sasl-authz=a");
    fd = add_viewer(w, false);
    vnc_buffer_append(&words, "RFB 003.008\n", 12);
    vnc_buffer_append_u8(&words, VNC_SECURITY_SASL);
    append_mechanism(&words, "PLAIN", 5);
    append_data(&words, plain, sizeof(plain) - 1);
    vnc_buffer_append_u8(&words, 1);
    say(w, fd, vnc_buffer_bytes(&words), words.len);
    vnc_buffer_clear(&words);
    close(fd);
    settle(w);
}
#endif

static void hold_conversation(Callback armed, void (*call)(World *w))
{
    static const uint8_t last_words[] = {OTHER_KEY_DOWN, LISTEN};
    World *w = world_new(armed, call);
    g_autoptr(GError) error = NULL;
    int a, b, c, d;

    vnc_server_set_audio(w->server, true);
    open_with(w, "none,half-open=1,power-control,tls-creds=t,password-secret=s");
    w->no_objects = true;
    vnc_server_reload_tls(w->server, &error);
    g_assert_nonnull(error);
#ifdef VNC_HAVE_SASL
    if (w->armed == AUTHORIZE) {
        log_in_by_sasl(w);
    }
#endif
    a = connect_viewer(w, true);
    b = connect_viewer(w, true);
    c = connect_viewer(w, true);
    act(w, a);
    act(w, c);
    act(w, b);
    /* Two are gone, and the server has to find out: when it reads what one has said, or writes to
     * the other. */
    send(a, last_words, sizeof(last_words), MSG_NOSIGNAL);
    close(a);
    close(b);
    vnc_server_request_clipboard(w->server);
    settle(w);
    d = connect_viewer(w, false);
    act(w, d);
    vnc_server_set_clipboard(w->server, "what is still at work then");
    end(w);
    close(c);
    close(d);
}

static void test_callback(gconstpointer data)
{
    FOR_ROWS (i, calls) {
        g_test_message("%s", calls[i].name);
        hold_conversation((Callback)GPOINTER_TO_INT(data), calls[i].call);
    }
}

/* A viewer who leaves within a refresh, as it is to be told where the pointer is; and one who waits
 * for the corner that is changed then. Returns the latter. */
static int leave_within_refresh(World *w)
{
    int leaving = connect_viewer(w, true), staying;
    VncRect corner = {39, 39, 1, 1};
    uint8_t bytes[READ_BYTES];

    SAY(w, leaving, 2, 0, 0, 1, POINTER_POSITION);
    vnc_server_set_pointer_position(w->server, 1, 1);
    vnc_server_refresh(w->server);
    settle(w);
    SAY(w, leaving, REQUEST(1, 8, 8));
    staying = connect_viewer(w, true);
    recv(staying, bytes, sizeof(bytes), 0);

    close(leaving);
    vnc_server_set_pointer_position(w->server, 5, 5);
    w->pixels[40 * 40 - 1] = 0xabcdef;
    vnc_server_damage(w->server, &corner);
    vnc_server_refresh(w->server);
    g_assert_cmpuint(w->came, ==, 1);
    return staying;
}

/* What has come by now ends with the corner. */
static void expect_corner(int fd)
{
    uint8_t bytes[READ_BYTES];
    ssize_t n = recv(fd, bytes, sizeof(bytes), MSG_DONTWAIT);

    g_assert_cmpint(n, >, 4);
    g_assert_cmpmem(&bytes[n - 4], 4, "\xef\xcd\xab", 4);
}

/* The host refreshes when it is told: the others get what the first refresh has found. */
static void test_refresh_within_refresh(void)
{
    World *w = world_new(VIEWER_DISCONNECTED, call_refresh);
    int staying = leave_within_refresh(w);

    settle(w);
    expect_corner(staying);
    end(w);
    close(staying);
}

static void call_resize(World *w)
{
    show(w, 20, 80);
}

/* An update that tells the desktop's size by -308. */
#define SIZE_BYTES (4 + 12 + 4 + 16)

/* The host sets another surface when it is told: of it the others are sent no pixels before the
 * next refresh. */
static void test_resize_within_refresh(void)
{
    World *w = world_new(VIEWER_DISCONNECTED, call_resize);
    int staying = leave_within_refresh(w);
    uint8_t bytes[READ_BYTES];

    settle(w);
    g_assert_cmpint(recv(staying, bytes, sizeof(bytes), MSG_DONTWAIT), ==, SIZE_BYTES);
    vnc_server_refresh(w->server);
    settle(w);
    expect_corner(staying);
    end(w);
    close(staying);
}

int main(int argc, char **argv)
{
    int failures;

    g_test_init(&argc, &argv, NULL);
#ifdef VNC_HAVE_SASL
    users_make();
#endif
    for (int i = 0; i < CALLBACKS; i++) {
        if (callback_names[i]) {
            g_autofree char *path = g_strconcat("/callbacks/", callback_names[i], NULL);

            g_test_add_data_func(path, GINT_TO_POINTER(i), test_callback);
        }
    }
    g_test_add_func("/callbacks/refresh-within-refresh", test_refresh_within_refresh);
    g_test_add_func("/callbacks/resize-within-refresh", test_resize_within_refresh);
    failures = g_test_run();
#ifdef VNC_HAVE_SASL
    users_clear();
#endif
    return failures;
}
