/*
 * An independent viewer, libvncclient, on its own thread: it reads one message at each request.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The thread reads a byte from the gate, then a message from the connection. After each message it
 * wakes the default main context, which the owner iterates while it waits.
 */
#include "decoder.h"

#include "tests/lib/rfb-format.h"

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

/* libvncclient never frees its JPEG decompressor; nobody else here has one. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:tjInitDecompress\n";
}

/* Its address says what our client data is. */
static char decoder_tag;

static void on_log(const char *format G_GNUC_UNUSED, ...)
{
}

static Decoder *decoder_of(rfbClient *client)
{
    return rfbClientGetClientData(client, &decoder_tag);
}

static void on_copy_rect(rfbClient *client, int source_x, int source_y, int w, int h, int x, int y)
{
    Decoder *decoder = decoder_of(client);

    decoder->copies++;
    decoder->copy_rect(client, source_x, source_y, w, h, x, y);
}

static void on_cursor(rfbClient *client, int hot_x, int hot_y, int width G_GNUC_UNUSED,
                      int height G_GNUC_UNUSED, int bytes_per_pixel G_GNUC_UNUSED)
{
    Decoder *decoder = decoder_of(client);

    decoder->cursor_x = hot_x;
    decoder->cursor_y = hot_y;
    /* libvncclient forgets them. */
    g_clear_pointer(&client->rcMask, free);
    g_clear_pointer(&client->rcSource, free);
}

/* What is not there must not look like what is on the screen. */
static void wipe(uint32_t *pixels, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        pixels[i] = 0xdeadbeef;
    }
}

static rfbBool on_size(rfbClient *client)
{
    size_t count = (size_t)client->width * client->height;
    uint32_t *pixels = g_renew(uint32_t, client->frameBuffer, count);

    wipe(pixels, count);
    client->frameBuffer = (uint8_t *)pixels;
    return TRUE;
}

static rfbClient *client_new(Decoder *decoder)
{
    rfbClient *client = rfbGetClient(8, 3, 4);

    client->sock = decoder->fd;
    client->canHandleNewFBSize = TRUE;
    client->format = rfb_format(&vnc_pixel_format_native);
    decoder->copy_rect = client->GotCopyRect;
    client->GotCopyRect = on_copy_rect;
    client->GotCursorShape = on_cursor;
    client->MallocFrameBuffer = on_size;
    rfbClientSetClientData(client, &decoder_tag, decoder);
    return client;
}

static bool shake_hands(rfbClient *client)
{
    if (!InitialiseRFBConnection(client)) {
        return false;
    }
    client->width = client->si.framebufferWidth;
    client->height = client->si.framebufferHeight;
    /* It asks for nothing by itself. */
    client->supportedMessages.client2server[rfbFramebufferUpdateRequest / 8] &=
        ~(1 << rfbFramebufferUpdateRequest % 8);
    return client->MallocFrameBuffer(client);
}

static void handled(Decoder *decoder, bool good)
{
    decoder->ended = !good;
    g_atomic_int_inc(&decoder->handled);
    g_main_context_wakeup(NULL);
}

static gpointer run(gpointer opaque)
{
    Decoder *decoder = opaque;
    bool good = shake_hands(decoder->client);
    char byte;

    handled(decoder, good);
    while (good && recv(decoder->thread_gate, &byte, 1, 0) == 1) {
        good = HandleRFBServerMessage(decoder->client);
        handled(decoder, good);
    }
    return NULL;
}

void decoder_start(Decoder *decoder, int fd)
{
    int gate[2];

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, gate), ==, 0);
    rfbClientLog = on_log;
    rfbClientErr = on_log;
    *decoder = (Decoder){
        .fd = fd,
        .gate = gate[0],
        .thread_gate = gate[1],
        .let = 1,
        .cursor_x = -1,
        .cursor_y = -1,
    };
    decoder->client = client_new(decoder);
    decoder->thread = g_thread_new("decoder", run, decoder);
}

bool decoder_is_hungry(const Decoder *decoder)
{
    return (unsigned)g_atomic_int_get(&decoder->handled) == decoder->let;
}

static void write_all(int fd, const void *bytes, size_t len)
{
    g_assert_cmpint(send(fd, bytes, len, MSG_NOSIGNAL), ==, len);
}

void decoder_feed(Decoder *decoder)
{
    g_assert_true(decoder_is_hungry(decoder));
    decoder->let++;
    write_all(decoder->gate, "", 1);
}

void decoder_stop(Decoder *decoder)
{
    shutdown(decoder->fd, SHUT_RDWR);
    close(decoder->gate);
    g_thread_join(decoder->thread);
    close(decoder->thread_gate);
    g_free(decoder->client->frameBuffer);
    rfbClientCleanup(decoder->client); /* closes the connection */
}

void decoder_lose(Decoder *decoder, const VncRect *area)
{
    const rfbClient *client = decoder->client;
    uint32_t *pixels = (uint32_t *)(void *)client->frameBuffer;
    int width = MIN(area->w, client->width - area->x);

    g_assert_true(decoder_is_hungry(decoder));
    for (int y = area->y; y < MIN(area->y + area->h, client->height) && width > 0; y++) {
        wipe(pixels + (size_t)y * client->width + area->x, width);
    }
}

unsigned decoder_difference(const Decoder *decoder, const VncSurface *surface, VncRect *around)
{
    const rfbClient *client = decoder->client;
    const uint32_t *theirs = (const uint32_t *)(const void *)client->frameBuffer;
    int width = MIN(client->width, surface->width), height = MIN(client->height, surface->height);
    int left = width, top = height, right = 0, bottom = 0;
    unsigned differ = 0;

    for (int y = 0; y < height; y++) {
        const uint32_t *ours =
            (const uint32_t *)(const void *)(surface->data + y * surface->stride);

        for (int x = 0; x < width; x++) {
            if ((theirs[x] ^ ours[x]) & 0xffffff) {
                differ++;
                left = MIN(left, x);
                right = MAX(right, x + 1);
                top = MIN(top, y);
                bottom = y + 1;
            }
        }
        theirs += client->width;
    }
    *around = (VncRect){left, top, right - left, bottom - top};
    return differ;
}

static uint8_t *put_u16(uint8_t *p, unsigned value)
{
    *p++ = value >> 8;
    *p++ = value;
    return p;
}

void decoder_set_encodings(Decoder *decoder, const int32_t *encodings, unsigned count)
{
    uint8_t message[4 + 4 * 32] = {2};
    uint8_t *p = put_u16(message + 2, count);

    g_assert_cmpuint(count, <=, 32);
    for (unsigned i = 0; i < count; i++) {
        p = put_u16(p, (uint32_t)encodings[i] >> 16);
        p = put_u16(p, (uint32_t)encodings[i] & 0xffff);
    }
    write_all(decoder->fd, message, p - message);
}

void decoder_request(Decoder *decoder, bool incremental, const VncRect *area)
{
    uint8_t message[10] = {3, incremental};
    uint8_t *p = put_u16(message + 2, area->x);

    p = put_u16(p, area->y);
    p = put_u16(p, area->w);
    p = put_u16(p, area->h);
    write_all(decoder->fd, message, p - message);
}
