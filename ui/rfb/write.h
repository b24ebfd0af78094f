/*
 * Server messages and rectangles, appended to a buffer.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pure; any thread. Layouts and names as in rfbproto.
 */
#ifndef UI_RFB_WRITE_H
#define UI_RFB_WRITE_H

#include "ui/base/buffer.h"
#include "ui/base/pixel.h"
#include "ui/rfb/proto.h"
#include "ui/vnc-surface.h"

/* The longest desktop name sent, bytes; a longer one is cut between two characters. */
#define VNC_MAX_NAME 65536

/* ServerInit. @width, @height: 1..65535; @name: UTF-8. */
void vnc_write_server_init(VncBuffer *out, int width, int height, const VncPixelFormat *format,
                           const char *name);

void vnc_write_pixel_format(VncBuffer *out, const VncPixelFormat *format); /* 16 bytes */

/* FramebufferUpdate's head. The count can be changed later, at VNC_UPDATE_COUNT_OFFSET. */
void vnc_write_update_header(VncBuffer *out, unsigned rectangles);
#define VNC_UPDATE_COUNT_OFFSET 2 /* for vnc_buffer_patch_u16() */
#define VNC_MAX_UPDATE_RECTS    65535

/* A rectangle's head, 12 bytes. */
void vnc_write_rect_header(VncBuffer *out, const VncRect *rect, int32_t encoding);

/* LastRect: the end of an update whose count was VNC_MAX_UPDATE_RECTS, because its rectangles were
 * not counted. */
void vnc_write_last_rect(VncBuffer *out);

/* A CopyRect with its head: the viewer copies its pixels at @source_x, @source_y to @rect. */
void vnc_write_copy_rect(VncBuffer *out, const VncRect *rect, int source_x, int source_y);

/* Power control: announces that the server supports it (VNC_XVP_INIT), or that it has not done what
 * a message of @version asked for (VNC_XVP_FAIL). */
void vnc_write_xvp(VncBuffer *out, unsigned version, enum VncXvpCode code);

/* QEMU's audio: the beginning of a stream, its end, and its sound. */
void vnc_write_audio_begin(VncBuffer *out);
void vnc_write_audio_end(VncBuffer *out);
void vnc_write_audio_data(VncBuffer *out, const void *frames, size_t len);

/* SetColourMapEntries for the 256 colours of vnc_pixel_format_332. */
void vnc_write_colour_map_332(VncBuffer *out);

/* ServerCutText. @text: Latin-1, normally with line feeds; @len: up to INT32_MAX. */
void vnc_write_cut_text(VncBuffer *out, const void *text, size_t len);

/* The extended form of ServerCutText. @flags: VncClipboardFlags; @data: follows the flags, up to
 * INT32_MAX - 4 bytes. */
void vnc_write_clipboard(VncBuffer *out, uint32_t flags, const void *data, size_t len);

/* Pseudo-rectangles, each with its head. */
void vnc_write_desktop_size(VncBuffer *out, int width, int height);
/* The id of the server's only screen. Not 0: libvncclient takes 0 for no screen, and would not
 * resize. */
#define VNC_SCREEN_ID 1
/* ExtendedDesktopSize with one screen, the whole desktop. */
void vnc_write_extended_desktop_size(VncBuffer *out, enum VncDesktopSizeReason reason,
                                     enum VncDesktopSizeStatus status, int width, int height,
                                     uint32_t screen_id, uint32_t screen_flags);
void vnc_write_desktop_name(VncBuffer *out, const char *name);
void vnc_write_led_state(VncBuffer *out, unsigned leds);
void vnc_write_pointer_type(VncBuffer *out, bool absolute);
/* PointerPos (-232): where the pointer is now. */
void vnc_write_pointer_position(VncBuffer *out, int x, int y);
void vnc_write_extended_key_event(VncBuffer *out);
void vnc_write_extended_mouse_buttons(VncBuffer *out);
void vnc_write_audio_ack(VncBuffer *out);
/* Cursor (-239): pixels in the viewer's format, then the bit mask, which is set where alpha >= 128.
 * Pixels in the mask are un-premultiplied (opaque ones exactly), the others are black. @cursor NULL
 * or 0x0: an empty shape (the hidden cursor). */
void vnc_write_cursor(VncBuffer *out, const VncCursor *cursor, const VncConverter *converter);
/* X Cursor (-240): the same mask, and two colours. The visible pixels are divided at the middle of
 * their range of brightness. The brighter ones get their mean colour, which is the primary one; the
 * darker ones get theirs. */
void vnc_write_x_cursor(VncBuffer *out, const VncCursor *cursor);
/* CursorWithAlpha (-314): the number of the inner encoding (Raw), then RGBA bytes, premultiplied.
 * @cursor NULL or 0x0: the number alone. */
void vnc_write_cursor_with_alpha(VncBuffer *out, const VncCursor *cursor);

#endif
