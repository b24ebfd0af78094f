/*
 * One iteration of the main loop under floods: it handles a limited number of messages and writes,
 * and as many for one viewer as for another.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Nothing is timed. Callbacks count the messages; the test's own streams count the writes: they
 * give input without end, and take all output.
 */
#include "tests/lib/deaf-host.h"
#include "tests/lib/floods.h"
#include "ui/client/client-private.h"
#include "ui/net/address.h"
#include "ui/server/server-private.h"

#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { OTHERS = 31, MAX_VIEWERS = OTHERS + 2, ITERATIONS = 200, REFRESH_EACH = 16 };

/* Of an iteration. 64 KiB, which one read may bring, are some thousands of messages; and each could
 * be told to each viewer by a write of its own. One that floods has a few turns. */
enum { MOST_MESSAGES = 600, MOST_WRITES = 8, MOST_WRITES_FLOODING = 32 };

typedef struct Endless {
    VncStream stream; /* first */
    GSource *source;  /* ready for what is watched */
    GIOCondition watched;
    const GByteArray *first, *unit; /* then this again and again; NULL: nothing more */
    size_t at;                      /* read of both */
    unsigned writes;                /* in this iteration */
    size_t written;                 /* bytes, in all */
} Endless;

typedef struct EndlessSource {
    GSource source; /* first */
    Endless *endless;
} EndlessSource;

static bool has_more(const Endless *endless)
{
    return endless->unit || endless->at < endless->first->len;
}

static gboolean is_ready(GSource *source)
{
    const Endless *endless = ((EndlessSource *)(void *)source)->endless;

    return (endless->watched & G_IO_OUT) || (endless->watched & G_IO_IN && has_more(endless));
}

static gboolean prepare(GSource *source, int *timeout)
{
    *timeout = -1;
    return is_ready(source);
}

static gboolean dispatch(GSource *source, GSourceFunc callback, void *opaque)
{
    Endless *endless = ((EndlessSource *)(void *)source)->endless;
    GIOCondition condition = endless->watched & (has_more(endless) ? G_IO_IN | G_IO_OUT : G_IO_OUT);

    (void)callback;
    (void)opaque;
    endless->stream.ready(endless->stream.ready_opaque, condition);
    return G_SOURCE_CONTINUE;
}

static gssize endless_read(VncStream *stream, void *bytes, size_t len, GError **error)
{
    Endless *endless = (Endless *)(void *)stream;
    uint8_t *to = bytes;

    if (!has_more(endless)) {
        g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "later");
        return -1;
    }
    for (size_t n = 0; n < len; n++) {
        size_t first = endless->first->len;

        if (!has_more(endless)) {
            return (gssize)n;
        }
        to[n] = endless->at < first
                    ? endless->first->data[endless->at]
                    : endless->unit->data[(endless->at - first) % endless->unit->len];
        endless->at++;
    }
    return (gssize)len;
}

static gssize endless_write(VncStream *stream, const void *bytes, size_t len, GError **error)
{
    Endless *endless = (Endless *)(void *)stream;

    (void)bytes;
    (void)error;
    endless->writes++;
    endless->written += len;
    return (gssize)len;
}

static void endless_watch(VncStream *stream, GIOCondition condition)
{
    ((Endless *)(void *)stream)->watched = condition;
}

static void endless_close(VncStream *stream)
{
    ((Endless *)(void *)stream)->watched = 0;
}

static void endless_free(VncStream *stream)
{
    Endless *endless = (Endless *)(void *)stream;

    g_source_destroy(endless->source);
    g_source_unref(endless->source);
    vnc_address_info_clear(&stream->local);
    vnc_address_info_clear(&stream->peer);
    g_free(endless);
}

static Endless *endless_new(const GByteArray *first)
{
    static const VncStreamOps ops = {endless_read, endless_write, endless_watch, endless_close,
                                     endless_free};
    static GSourceFuncs funcs = {.prepare = prepare, .check = is_ready, .dispatch = dispatch};
    Endless *endless = g_new0(Endless, 1);

    endless->stream.ops = &ops;
    vnc_address_info_init(&endless->stream.local, NULL);
    vnc_address_info_init(&endless->stream.peer, NULL);
    endless->first = first;
    endless->source = g_source_new(&funcs, sizeof(EndlessSource));
    ((EndlessSource *)(void *)endless->source)->endless = endless;
    g_source_attach(endless->source, NULL);
    return endless;
}

typedef struct Fixture {
    VncServer *server;
    VncSurface *surface;
    GByteArray *beginning;
    Endless *viewers[MAX_VIEWERS]; /* those that flood come last */
    unsigned n_viewers;
    unsigned messages;  /* in this iteration */
    unsigned keys[256]; /* in all, by keysym */
} Fixture;

static void on_key(void *host, const VncKeyEvent *event)
{
    Fixture *f = host;

    f->messages++;
    f->keys[event->keysym & 0xff]++;
}

static void on_position(void *host, int x, int y, unsigned buttons)
{
    (void)x;
    (void)y;
    (void)buttons;
    ((Fixture *)host)->messages++;
}

static void on_distance(void *host, int dx, int dy, unsigned buttons)
{
    (void)dx;
    (void)dy;
    (void)buttons;
    ((Fixture *)host)->messages++;
}

static bool on_trace_wanted(void *host, VncTraceEvent event)
{
    (void)host;
    return event >= VNC_TRACE_MSG_CLIENT_SET_PIXEL_FORMAT && event <= VNC_TRACE_MSG_CLIENT_XVP;
}

static void on_trace(void *host, VncTraceEvent event, const char *text)
{
    (void)event;
    (void)text;
    ((Fixture *)host)->messages++;
}

static const VncHostOps host_ops = {
    .key = on_key,
    .pointer_absolute = on_position,
    .pointer_relative = on_distance,
    .set_refresh_interval = deaf_interval,
    DEAF_OFFERS,
    .trace_wanted = on_trace_wanted,
    .trace = on_trace,
};

/* A viewer whose socket has been taken away from it. */
static Endless *add_viewer(Fixture *f)
{
    Endless *endless = endless_new(f->beginning);
    g_autoptr(GSocket) socket = NULL;
    VncState *vs;
    int fds[2];

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), ==, 0);
    socket = g_socket_new_from_fd(fds[0], NULL);
    vnc_server_add_viewer(f->server, socket, true);
    vs = g_ptr_array_index(f->server->viewers, f->server->viewers->len - 1);
    vnc_stream_free(vs->wire.stream);
    vnc_wire_use_stream(&vs->wire, &endless->stream);
    close(fds[1]);
    f->viewers[f->n_viewers++] = endless;
    return endless;
}

static void setup(Fixture *f, gconstpointer data)
{
    VncOptions *options = vnc_options_new();

    (void)data;
    f->server = vnc_server_new(&host_ops, f);
    g_ptr_array_add(options->addresses, g_strdup("none"));
    options->connections = MAX_VIEWERS;
    options->power_control = true;
    g_assert_true(vnc_server_open(f->server, options, NULL));
    vnc_options_unref(options);
    f->surface = vnc_surface_new(640, 480);
    vnc_server_set_surface(f->server, f->surface);
    vnc_server_set_audio(f->server, true);
    f->beginning = floods_beginning();
    for (int i = 0; i < OTHERS; i++) {
        add_viewer(f);
    }
}

static void teardown(Fixture *f, gconstpointer data)
{
    (void)data;
    vnc_server_free(f->server);
    vnc_surface_unref(f->surface);
    g_byte_array_unref(f->beginning);
}

/* What has been done since the last call. */
static void check(Fixture *f)
{
    for (unsigned i = 0; i < f->n_viewers; i++) {
        g_assert_cmpuint(f->viewers[i]->writes, <=,
                         i < OTHERS ? MOST_WRITES : MOST_WRITES_FLOODING);
        f->viewers[i]->writes = 0;
    }
    g_assert_cmpuint(f->messages, <=, MOST_MESSAGES);
    f->messages = 0;
}

static void iterate(Fixture *f, int i)
{
    if (i % REFRESH_EACH == 0) {
        vnc_server_refresh(f->server);
        check(f);
    }
    g_main_context_iteration(NULL, FALSE);
}

/* Until all are in, have been told what they may say, and have seen the picture. */
static void settle(Fixture *f)
{
    for (int i = 0; i < ITERATIONS; i++) {
        iterate(f, i);
        check(f);
    }
    for (unsigned i = 0; i < f->n_viewers; i++) {
        g_assert_cmpuint(f->viewers[i]->at, ==, f->viewers[i]->first->len);
        g_assert_cmpuint(f->viewers[i]->written, >, 0);
    }
}

static void flood(const Flood *kind)
{
    Fixture f = {0};
    g_autoptr(GByteArray) unit = g_byte_array_new();
    unsigned messages = 0;
    size_t read;
    Endless *endless;

    setup(&f, NULL);
    kind->append(unit);
    endless = add_viewer(&f);
    settle(&f);
    endless->unit = unit;
    for (int i = 0; i < ITERATIONS; i++) {
        iterate(&f, i);
        messages += f.messages;
        check(&f);
        g_assert_cmpuint(f.server->viewers->len, ==, OTHERS + 1);
    }
    /* It goes on, for a viewer that is cut off in the middle of a message, too. */
    g_assert_cmpuint(messages, >, 10);
    read = endless->at;
    for (int i = 0; endless->at == read; i++) {
        iterate(&f, i);
        check(&f);
    }
    teardown(&f, NULL);
}

static void test_floods(void)
{
    for (const Flood *kind = floods; kind->name; kind++) {
        g_test_message("%s", kind->name);
        flood(kind);
    }
}

static GByteArray *keys_of(uint8_t keysym)
{
    const uint8_t down[8] = {4, 1, 0, 0, 0, 0, 0, keysym}, up[8] = {4, 0, 0, 0, 0, 0, 0, keysym};
    GByteArray *keys = g_byte_array_new();

    g_byte_array_append(keys, down, sizeof(down));
    g_byte_array_append(keys, up, sizeof(up));
    return keys;
}

/* Neither of two gets far ahead of the other, and one key of a third comes in between. */
static void test_fair(Fixture *f, gconstpointer data)
{
    g_autoptr(GByteArray) a = keys_of('a'), b = keys_of('b'), q = keys_of('q');
    g_autoptr(GByteArray) more = g_byte_array_new();

    (void)data;
    g_byte_array_append(more, f->beginning->data, f->beginning->len);
    g_byte_array_append(more, q->data, q->len);
    add_viewer(f);
    add_viewer(f);
    settle(f);
    f->viewers[OTHERS]->unit = a;
    f->viewers[OTHERS + 1]->unit = b;
    for (int i = 0; i < ITERATIONS; i++) {
        iterate(f, i);
        check(f);
        if (i == ITERATIONS / 2) {
            f->viewers[0]->first = more;
        }
        if (i > ITERATIONS / 2 + OTHERS) {
            g_assert_cmpuint(f->keys['q'], >, 0);
        }
        g_assert_cmpint(ABS((int)f->keys['a'] - (int)f->keys['b']), <=, MOST_MESSAGES);
    }
    g_assert_cmpuint(f->keys['a'], >, ITERATIONS);
    g_assert_cmpuint(f->keys['b'], >, ITERATIONS);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/dispatch/floods", test_floods);
    g_test_add("/dispatch/fair", Fixture, NULL, setup, test_fair, teardown);
    return g_test_run();
}
