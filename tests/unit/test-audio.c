/*
 * Sound for a viewer: the host learns who listens, and the viewer gets the host's sound.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One thread; the test plays the host, and its own stream plays the viewer.
 */
#include "tests/lib/fake-stream.h"
#include "ui/client/audio.h"

/* Messages. */
#define BEGIN "\xff\1\0\1"
#define END   "\xff\1\0\0"
#define DATA  "\xff\1\0\2"

/* A quarter of a second of what is heard unless the viewer says otherwise: 44.1 kHz, two channels
 * of two bytes. */
#define QUARTER (4 * 11025)

typedef struct Fixture {
    VncScreen screen;
    VncClientContext context;
    VncOutput output;
    FakeStream *fake;
    VncWire wire;
    VncAudio audio;
    GString *log; /* what the host has heard */
} Fixture;

static void audio_start(void *host, uint64_t id, const VncAudioFormat *format)
{
    Fixture *f = host;

    g_assert_cmpuint(id, ==, 77);
    g_string_append_printf(f->log, "start %d %u %u;", format->sample, format->channels,
                           format->frequency);
}

static void audio_stop(void *host, uint64_t id)
{
    Fixture *f = host;

    g_assert_cmpuint(id, ==, 77);
    g_string_append(f->log, "stop;");
}

static const VncHostOps host_ops = {.audio_start = audio_start, .audio_stop = audio_stop};

static void ready(void *opaque, GIOCondition condition)
{
    (void)opaque;
    (void)condition;
}

static void setup(Fixture *f, gconstpointer data)
{
    (void)data;
    f->log = g_string_new("");
    f->screen.audio = true;
    f->context = (VncClientContext){
        .screen = &f->screen,
        .host_ops = &host_ops,
        .host = f,
        .id = 77,
    };
    vnc_output_init(&f->output);
    f->fake = fake_stream_new();
    vnc_wire_init(&f->wire, &f->context, &f->fake->stream, &f->output, ready, f);
    vnc_audio_init(&f->audio, &f->context, &f->wire);
}

static void teardown(Fixture *f, gconstpointer data)
{
    (void)data;
    vnc_audio_clear(&f->audio);
    vnc_wire_clear(&f->wire);
    vnc_output_clear(&f->output);
    g_string_free(f->log, TRUE);
}

static void expect_log(Fixture *f, const char *log)
{
    g_assert_cmpstr(f->log->str, ==, log);
    g_string_truncate(f->log, 0);
}

/* All that goes out is @bytes. */
static void expect_sent(Fixture *f, const char *bytes, size_t len)
{
    while (vnc_wire_flush(&f->wire, VNC_WRITE_CHUNK) > 0) {
    }
    g_assert_cmpmem(f->fake->out->data, f->fake->out->len, bytes, len);
    g_byte_array_set_size(f->fake->out, 0);
}
#define EXPECT_SENT(f, literal) expect_sent(f, literal, sizeof(literal) - 1)

static void send_message(Fixture *f, enum VncMessageKind kind)
{
    vnc_audio_message(&f->audio, &(VncMessage){.kind = kind});
}

static void send_format(Fixture *f, VncAudioSample sample, unsigned channels, unsigned frequency)
{
    const VncMessage message = {
        .kind = VNC_MESSAGE_AUDIO_FORMAT,
        .audio_format = {sample, channels, frequency},
    };

    vnc_audio_message(&f->audio, &message);
}

/* So much else waits to be sent. */
static void fill_wire(Fixture *f, size_t len)
{
    VncBuffer other = {0};

    memset(vnc_buffer_reserve(&other, len), 'x', len);
    vnc_buffer_commit(&other, len);
    vnc_wire_send(&f->wire, &other);
    vnc_buffer_clear(&other);
}

/* The host starts once and stops once, however often the viewer says so. */
static void test_listening(Fixture *f, gconstpointer data)
{
    (void)data;
    send_message(f, VNC_MESSAGE_AUDIO_DISABLE);
    expect_log(f, "");
    send_message(f, VNC_MESSAGE_AUDIO_ENABLE);
    send_message(f, VNC_MESSAGE_AUDIO_ENABLE);
    expect_log(f, "start 3 2 44100;");
    send_message(f, VNC_MESSAGE_AUDIO_DISABLE);
    send_message(f, VNC_MESSAGE_AUDIO_DISABLE);
    expect_log(f, "stop;");
    send_message(f, VNC_MESSAGE_AUDIO_ENABLE);
    vnc_audio_end(&f->audio);
    vnc_audio_end(&f->audio);
    vnc_audio_stop(&f->audio);
    expect_log(f, "start 3 2 44100;stop;");
    f->screen.audio = false;
    send_message(f, VNC_MESSAGE_AUDIO_ENABLE);
    expect_log(f, "");
    EXPECT_SENT(f, "");
}

/* Another format is another stream, if it listens. */
static void test_format(Fixture *f, gconstpointer data)
{
    (void)data;
    send_format(f, VNC_AUDIO_U8, 1, 8000);
    expect_log(f, "");
    send_message(f, VNC_MESSAGE_AUDIO_ENABLE);
    expect_log(f, "start 0 1 8000;");
    vnc_audio_add(&f->audio, "abc", 3);
    EXPECT_SENT(f, BEGIN DATA "\0\0\0\3abc");
    send_format(f, VNC_AUDIO_S32, 2, 48000);
    expect_log(f, "stop;start 5 2 48000;");
    vnc_audio_add(&f->audio, "12345678", 8);
    EXPECT_SENT(f, END BEGIN DATA "\0\0\0\x08"
                                  "12345678");
}

static void test_stream(Fixture *f, gconstpointer data)
{
    (void)data;
    vnc_audio_add(&f->audio, "none", 4);
    EXPECT_SENT(f, "");
    send_message(f, VNC_MESSAGE_AUDIO_ENABLE);
    EXPECT_SENT(f, "");
    vnc_audio_add(&f->audio, "aaaa", 4);
    EXPECT_SENT(f, BEGIN DATA "\0\0\0\4aaaa");
    vnc_audio_add(&f->audio, "bbbbcccc", 8);
    EXPECT_SENT(f, DATA "\0\0\0\x08"
                        "bbbbcccc");
    vnc_audio_pause(&f->audio);
    EXPECT_SENT(f, END);
    vnc_audio_pause(&f->audio);
    EXPECT_SENT(f, "");
    vnc_audio_add(&f->audio, "dddd", 4);
    EXPECT_SENT(f, BEGIN DATA "\0\0\0\4dddd");
    send_message(f, VNC_MESSAGE_AUDIO_DISABLE);
    EXPECT_SENT(f, END);
    vnc_audio_add(&f->audio, "none", 4);
    EXPECT_SENT(f, "");
}

/* Much else is ahead of it: the sound waits, is the newest there is, and goes when there is room,
 * or ahead of an update. */
static void test_waits(Fixture *f, gconstpointer data)
{
    g_autofree char *frames = g_malloc(QUARTER);

    (void)data;
    memset(frames, 'a', QUARTER);
    send_message(f, VNC_MESSAGE_AUDIO_ENABLE);
    fill_wire(f, QUARTER + 1);
    vnc_audio_add(&f->audio, frames, QUARTER);
    g_assert_cmpuint(f->audio.waiting.len, ==, QUARTER);
    g_assert_cmpuint(vnc_wire_backlog(&f->wire), ==, QUARTER + 1);
    vnc_audio_add(&f->audio, "bbbb", 4);
    g_assert_cmpuint(f->audio.waiting.len, ==, QUARTER);
    g_assert_cmpmem(vnc_buffer_bytes(&f->audio.waiting) + QUARTER - 8, 8, "aaaabbbb", 8);

    /* One byte less, and it goes. */
    f->fake->room = 1;
    g_assert_cmpuint(vnc_wire_flush(&f->wire, VNC_WRITE_CHUNK), ==, 1);
    vnc_audio_try_send(&f->audio);
    g_assert_cmpuint(f->audio.waiting.len, ==, 0);
    g_assert_cmpuint(vnc_wire_backlog(&f->wire), ==, QUARTER + 4 + 8 + QUARTER);

    vnc_audio_add(&f->audio, "cccc", 4);
    vnc_audio_try_send(&f->audio);
    g_assert_cmpuint(f->audio.waiting.len, ==, 4);
    vnc_audio_send(&f->audio);
    g_assert_cmpuint(vnc_wire_backlog(&f->wire), ==, QUARTER + 4 + 8 + QUARTER + 12);
}

/* What ends while it waits was never begun; and of what was, the end alone waits. */
static void test_ends_waiting(Fixture *f, gconstpointer data)
{
    (void)data;
    send_message(f, VNC_MESSAGE_AUDIO_ENABLE);
    fill_wire(f, QUARTER + 1);
    vnc_audio_add(&f->audio, "aaaa", 4);
    vnc_audio_pause(&f->audio);
    g_assert_cmpuint(f->audio.waiting.len, ==, 0);
    vnc_audio_send(&f->audio);
    g_assert_cmpuint(vnc_wire_backlog(&f->wire), ==, QUARTER + 1);

    vnc_audio_add(&f->audio, "bbbb", 4);
    vnc_audio_send(&f->audio);
    for (int i = 0; i < 100; i++) {
        vnc_audio_add(&f->audio, "cccc", 4);
        vnc_audio_pause(&f->audio);
    }
    vnc_audio_add(&f->audio, "dddd", 4);
    while (vnc_wire_flush(&f->wire, VNC_WRITE_CHUNK) > 0) {
    }
    g_byte_array_remove_range(f->fake->out, 0, QUARTER + 1);
    EXPECT_SENT(f, BEGIN DATA "\0\0\0\4bbbb");
    vnc_audio_try_send(&f->audio);
    EXPECT_SENT(f, END BEGIN DATA "\0\0\0\4dddd");
}

static void add(const char *path, void (*test)(Fixture *f, gconstpointer data))
{
    g_test_add(path, Fixture, NULL, setup, test, teardown);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    add("/audio/listening", test_listening);
    add("/audio/format", test_format);
    add("/audio/stream", test_stream);
    add("/audio/waits", test_waits);
    add("/audio/ends-waiting", test_ends_waiting);
    return g_test_run();
}
