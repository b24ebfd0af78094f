/*
 * A growable byte buffer with a read position.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Any thread; the owner's lock or regime protects the buffer. Reading never moves bytes, so a long
 * backlog costs O(n).
 */
#ifndef UI_BASE_BUFFER_H
#define UI_BASE_BUFFER_H

#include <glib.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/**
 * VncBuffer: bytes data[start .. start + len). A zeroed VncBuffer is empty.
 */
typedef struct VncBuffer {
    uint8_t *data;
    size_t start;    /* first unread byte */
    size_t len;      /* unread bytes */
    size_t capacity; /* of data */
    bool secret;     /* wipe bytes that are read, moved or freed: they may be passwords */
} VncBuffer;

void vnc_buffer_clear(VncBuffer *buffer); /* frees the memory; the buffer is empty again */
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC(VncBuffer, vnc_buffer_clear)

/* Make room for @len more bytes. Returns where to write them: the pointer is valid until the next
 * call on the buffer. The bytes count only after vnc_buffer_commit(). */
uint8_t *vnc_buffer_reserve(VncBuffer *buffer, size_t len);
void vnc_buffer_commit(VncBuffer *buffer, size_t len);

void vnc_buffer_append(VncBuffer *buffer, const void *bytes, size_t len);
void vnc_buffer_append_u8(VncBuffer *buffer, uint8_t value);
void vnc_buffer_append_u16(VncBuffer *buffer, uint16_t value); /* big endian, as all of RFB */
void vnc_buffer_append_u32(VncBuffer *buffer, uint32_t value);

/* Overwrite a big-endian value at @offset from the first unread byte. */
void vnc_buffer_patch_u16(VncBuffer *buffer, size_t offset, uint16_t value);
void vnc_buffer_patch_u32(VncBuffer *buffer, size_t offset, uint32_t value);

/* The big-endian value at @bytes. */
static inline uint16_t vnc_get_u16(const uint8_t *bytes)
{
    return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

static inline uint32_t vnc_get_u32(const uint8_t *bytes)
{
    return (uint32_t)vnc_get_u16(bytes) << 16 | vnc_get_u16(bytes + 2);
}

static inline const uint8_t *vnc_buffer_bytes(const VncBuffer *buffer)
{
    return buffer->data ? buffer->data + buffer->start : NULL;
}

/* Drop the first @len <= buffer->len bytes; or all, and keep the memory. */
void vnc_buffer_consume(VncBuffer *buffer, size_t len);
void vnc_buffer_reset(VncBuffer *buffer);

/**
 * vnc_buffer_move: append all of @from to @to and empty @from. If @to is empty, the two exchange
 * their memory and no byte is copied. Neither changes its `secret`.
 */
void vnc_buffer_move(VncBuffer *to, VncBuffer *from);

/* Free the memory if the buffer is empty and holds more than @keep bytes. */
void vnc_buffer_trim(VncBuffer *buffer, size_t keep);

#endif
