/*
 * An independent viewer: libvncclient, fed by a scripted server.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The server is a thread that writes the whole conversation. The viewer's messages, a few hundred
 * bytes, wait in the socket.
 */
#include "tests/lib/enc-viewer.h"

#include "tests/lib/rfb-format.h"

#include <sys/socket.h>
#include <unistd.h>

/* libvncclient never frees its JPEG decompressor; nobody else here has one. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:tjInitDecompress\n";
}

typedef struct Feed {
    int fd;
    const VncBuffer *bytes;
} Feed;

typedef struct Progress {
    ViewerScript *script;
    unsigned done;
} Progress;

/* libvncclient's log functions have no argument for us. */
static GPrivate complaints;

G_GNUC_PRINTF(1, 2) static void on_complaint(const char *format, ...)
{
    unsigned *count = g_private_get(&complaints);
    va_list args;

    va_start(args, format);
    g_autofree char *text = g_strdup_vprintf(format, args);
    va_end(args);
    if (g_str_has_prefix(text, "Update ")) {
        return; /* its TRLE decoder tells of each rectangle */
    }
    g_test_message("libvncclient: %s", g_strstrip(text));
    if (count) {
        ++*count;
    }
}

static void on_quiet(const char *format G_GNUC_UNUSED, ...)
{
}

/* Its address says what our client data is. */
static char progress_tag;

static gpointer feed_thread(gpointer opaque)
{
    const Feed *feed = opaque;
    const uint8_t *bytes = vnc_buffer_bytes(feed->bytes);
    size_t left = feed->bytes->len;

    while (left > 0) {
        ssize_t sent = send(feed->fd, bytes, left, MSG_NOSIGNAL);
        if (sent <= 0) {
            break;
        }
        bytes += sent;
        left -= sent;
    }
    shutdown(feed->fd, SHUT_WR); /* a viewer that misreads does not wait for more */
    return NULL;
}

static void put_format(VncBuffer *out, const VncPixelFormat *format)
{
    const uint8_t bytes[16] = {
        format->bits_per_pixel, format->depth,
        format->big_endian,     format->true_colour,
        format->red_max >> 8,   format->red_max & 0xff,
        format->green_max >> 8, format->green_max & 0xff,
        format->blue_max >> 8,  format->blue_max & 0xff,
        format->red_shift,      format->green_shift,
        format->blue_shift,
    };
    vnc_buffer_append(out, bytes, sizeof(bytes));
}

/* From ProtocolVersion to the one FramebufferUpdate. */
static void write_conversation(const ViewerScript *script, VncBuffer *out)
{
    static const uint8_t opening[] = "RFB 003.008\n\1\1\0\0\0";

    vnc_buffer_append(out, opening, sizeof(opening)); /* one type: None; result: OK */
    vnc_buffer_append_u16(out, script->width);
    vnc_buffer_append_u16(out, script->height);
    put_format(out, &script->format);
    vnc_buffer_append_u32(out, 4);
    vnc_buffer_append(out, "test", 4);

    vnc_buffer_append_u16(out, 0);
    vnc_buffer_append_u16(out, script->count);
    vnc_buffer_append(out, vnc_buffer_bytes(&script->rects), script->rects.len);
}

void viewer_script_add(ViewerScript *script, const VncRect *rect, int32_t encoding,
                       const VncBuffer *payload)
{
    vnc_buffer_append_u16(&script->rects, rect->x);
    vnc_buffer_append_u16(&script->rects, rect->y);
    vnc_buffer_append_u16(&script->rects, rect->w);
    vnc_buffer_append_u16(&script->rects, rect->h);
    vnc_buffer_append_u32(&script->rects, encoding);
    vnc_buffer_append(&script->rects, vnc_buffer_bytes(payload), payload->len);
    script->count++;
}

void viewer_script_clear(ViewerScript *script)
{
    vnc_buffer_clear(&script->rects);
    script->count = 0;
}

static void on_rect(rfbClient *client, int x G_GNUC_UNUSED, int y G_GNUC_UNUSED,
                    int w G_GNUC_UNUSED, int h G_GNUC_UNUSED)
{
    Progress *progress = rfbClientGetClientData(client, &progress_tag);

    progress->script->decoded(progress->script->opaque, progress->done++, client->frameBuffer);
}

static rfbClient *client_new(ViewerScript *script, Progress *progress, int fd)
{
    rfbClient *client = rfbGetClient(8, 3, script->format.bits_per_pixel / 8);

    client->sock = fd;
    client->format = rfb_format(&script->format);
    client->appData.qualityLevel = script->quality_level;
    client->GotFrameBufferUpdate = on_rect;
    rfbClientSetClientData(client, &progress_tag, progress);
    return client;
}

bool viewer_run(ViewerScript *script)
{
    unsigned complained = 0;
    Progress progress = {.script = script};
    VncBuffer bytes = {0};
    int fds[2];

    g_assert_cmpint(socketpair(AF_UNIX, SOCK_STREAM, 0, fds), ==, 0);
    write_conversation(script, &bytes);
    Feed feed = {fds[1], &bytes};
    GThread *thread = g_thread_new("feed", feed_thread, &feed);

    rfbClientLog = on_quiet;
    rfbClientErr = on_quiet;
    rfbClient *client = client_new(script, &progress, fds[0]);
    bool good = InitialiseRFBConnection(client);
    if (good) {
        client->width = client->si.framebufferWidth;
        client->height = client->si.framebufferHeight;
        client->updateRect.x = client->updateRect.y = 0;
        client->updateRect.w = client->width;
        client->updateRect.h = client->height;
        g_assert_true(client->MallocFrameBuffer(client));
        memset(client->frameBuffer, 0,
               client->width * client->height * (script->format.bits_per_pixel / 8));
        rfbClientLog = on_complaint;
        rfbClientErr = on_complaint;
        g_private_set(&complaints, &complained);
        good = HandleRFBServerMessage(client);
        g_private_set(&complaints, NULL);
    }

    shutdown(fds[0], SHUT_RDWR);
    g_thread_join(thread);
    close(fds[1]);
    uint8_t *framebuffer = client->frameBuffer;
    rfbClientCleanup(client);
    free(framebuffer);
    vnc_buffer_clear(&bytes);
    return good && complained == 0 && progress.done == script->count;
}
