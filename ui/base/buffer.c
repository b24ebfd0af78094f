/*
 * A growable byte buffer with a read position.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Any thread; the owner's lock or regime protects the buffer.
 */
#include "ui/base/buffer.h"

#include "ui/base/wipe.h"

#ifdef VNC_HAVE_VALGRIND
#include <valgrind/memcheck.h>
#endif

#define MIN_CAPACITY 256

/* Tell valgrind that the memory of an empty buffer is unwritten. Bytes left from before would hide
 * that the buffer is sent without having been filled. */
static void mark_unwritten(VncBuffer *buffer G_GNUC_UNUSED)
{
#ifdef VNC_HAVE_VALGRIND
    (void)VALGRIND_MAKE_MEM_UNDEFINED(buffer->data, buffer->capacity);
#endif
}

/* A secret buffer holds no bytes besides the unread ones. This wipes the first @len of them when
 * they are read, moved or freed. */
static void forget(VncBuffer *buffer, size_t len)
{
    if (buffer->secret && buffer->data) {
        vnc_wipe(buffer->data + buffer->start, len);
    }
}

void vnc_buffer_clear(VncBuffer *buffer)
{
    forget(buffer, buffer->len);
    g_free(buffer->data);
    *buffer = (VncBuffer){.secret = buffer->secret};
}

static void grow(VncBuffer *buffer, size_t needed)
{
    size_t capacity = MAX(buffer->capacity, MIN_CAPACITY / 2);
    uint8_t *data;

    capacity = capacity <= SIZE_MAX / 2 ? capacity * 2 : SIZE_MAX;
    capacity = MAX(capacity, needed);
    if (buffer->start == 0 && !buffer->secret) {
        data = g_realloc(buffer->data, capacity);
    } else {
        data = g_malloc(capacity);
        if (buffer->len > 0) {
            memcpy(data, buffer->data + buffer->start, buffer->len);
        }
        forget(buffer, buffer->len);
        g_free(buffer->data);
    }
    buffer->data = data;
    buffer->start = 0;
    buffer->capacity = capacity;
}

uint8_t *vnc_buffer_reserve(VncBuffer *buffer, size_t len)
{
    if (!buffer->data || len > buffer->capacity - buffer->start - buffer->len) {
        g_assert(len <= SIZE_MAX - buffer->len);
        /* Move bytes only if at least as many have been read: so each byte moves once at most. */
        if (buffer->data && buffer->start >= buffer->len && len <= buffer->capacity - buffer->len) {
            memcpy(buffer->data, buffer->data + buffer->start, buffer->len);
            forget(buffer, buffer->len);
            buffer->start = 0;
        } else {
            grow(buffer, buffer->len + len);
        }
    }
    return buffer->data + buffer->start + buffer->len;
}

void vnc_buffer_commit(VncBuffer *buffer, size_t len)
{
    g_assert(len <= buffer->capacity - buffer->start - buffer->len);
    buffer->len += len;
}

void vnc_buffer_append(VncBuffer *buffer, const void *bytes, size_t len)
{
    if (len > 0) {
        memcpy(vnc_buffer_reserve(buffer, len), bytes, len);
        buffer->len += len;
    }
}

void vnc_buffer_append_u8(VncBuffer *buffer, uint8_t value)
{
    *vnc_buffer_reserve(buffer, 1) = value;
    buffer->len++;
}

void vnc_buffer_append_u16(VncBuffer *buffer, uint16_t value)
{
    uint16_t wire = GUINT16_TO_BE(value);

    vnc_buffer_append(buffer, &wire, sizeof(wire));
}

void vnc_buffer_append_u32(VncBuffer *buffer, uint32_t value)
{
    uint32_t wire = GUINT32_TO_BE(value);

    vnc_buffer_append(buffer, &wire, sizeof(wire));
}

static void patch(VncBuffer *buffer, size_t offset, const void *bytes, size_t len)
{
    g_assert(len <= buffer->len && offset <= buffer->len - len);
    memcpy(buffer->data + buffer->start + offset, bytes, len);
}

void vnc_buffer_patch_u16(VncBuffer *buffer, size_t offset, uint16_t value)
{
    uint16_t wire = GUINT16_TO_BE(value);

    patch(buffer, offset, &wire, sizeof(wire));
}

void vnc_buffer_patch_u32(VncBuffer *buffer, size_t offset, uint32_t value)
{
    uint32_t wire = GUINT32_TO_BE(value);

    patch(buffer, offset, &wire, sizeof(wire));
}

void vnc_buffer_consume(VncBuffer *buffer, size_t len)
{
    g_assert(len <= buffer->len);
    forget(buffer, len);
    buffer->len -= len;
    buffer->start = buffer->len > 0 ? buffer->start + len : 0;
}

void vnc_buffer_reset(VncBuffer *buffer)
{
    forget(buffer, buffer->len);
    buffer->start = 0;
    buffer->len = 0;
    mark_unwritten(buffer);
}

void vnc_buffer_move(VncBuffer *to, VncBuffer *from)
{
    g_assert(to != from);
    if (to->len == 0) {
        VncBuffer emptied = *to;
        bool secret = from->secret;

        *to = *from;
        *from = emptied;
        to->secret = emptied.secret;
        from->secret = secret;
    } else {
        vnc_buffer_append(to, vnc_buffer_bytes(from), from->len);
    }
    vnc_buffer_reset(from);
}

void vnc_buffer_trim(VncBuffer *buffer, size_t keep)
{
    if (buffer->len == 0 && buffer->capacity > keep) {
        vnc_buffer_clear(buffer);
    }
}
