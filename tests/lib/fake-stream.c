/*
 * A stream that gives and takes as many bytes as a test says.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One thread.
 */
#include "tests/lib/fake-stream.h"

#include "ui/net/address.h"

static gssize would_block(GError **error)
{
    g_set_error_literal(error, G_IO_ERROR, G_IO_ERROR_WOULD_BLOCK, "later");
    return -1;
}

static gssize fake_read(VncStream *stream, void *bytes, size_t len, GError **error)
{
    FakeStream *fake = (FakeStream *)stream;
    size_t n = MIN(MIN(len, fake->piece), fake->in->len);

    if (n == 0) {
        return would_block(error);
    }
    memcpy(bytes, fake->in->data, n);
    g_byte_array_remove_range(fake->in, 0, n);
    return n;
}

static gssize fake_write(VncStream *stream, const void *bytes, size_t len, GError **error)
{
    FakeStream *fake = (FakeStream *)stream;
    size_t n = MIN(len, fake->room);

    if (n == 0) {
        return would_block(error);
    }
    g_byte_array_append(fake->out, bytes, n);
    fake->room -= n;
    return n;
}

static void fake_watch(VncStream *stream, GIOCondition condition)
{
    ((FakeStream *)stream)->watched = condition;
}

static void fake_close(VncStream *stream)
{
    ((FakeStream *)stream)->closed = true;
}

static void fake_free(VncStream *stream)
{
    FakeStream *fake = (FakeStream *)stream;

    g_byte_array_unref(fake->in);
    g_byte_array_unref(fake->out);
    vnc_address_info_clear(&stream->local);
    vnc_address_info_clear(&stream->peer);
    g_free(fake);
}

static const VncStreamOps fake_ops = {fake_read, fake_write, fake_watch, fake_close, fake_free};

FakeStream *fake_stream_new(void)
{
    FakeStream *fake = g_new0(FakeStream, 1);

    fake->stream.ops = &fake_ops;
    vnc_address_info_init(&fake->stream.local, NULL);
    vnc_address_info_init(&fake->stream.peer, NULL);
    fake->in = g_byte_array_new();
    fake->out = g_byte_array_new();
    fake->piece = fake->room = SIZE_MAX;
    return fake;
}
