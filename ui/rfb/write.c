/*
 * Server messages and rectangles, appended to a buffer.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pure: the caller owns the buffer and holds its lock. Any thread.
 */
#include "ui/rfb/write.h"

#define COLOUR_MAP_LEN 256

static void append_zeros(VncBuffer *out, size_t count)
{
    memset(vnc_buffer_reserve(out, count), 0, count);
    vnc_buffer_commit(out, count);
}

static void append_name(VncBuffer *out, const char *name)
{
    size_t len = strlen(name);

    if (len > VNC_MAX_NAME) {
        len = VNC_MAX_NAME;
        while (len > 0 && ((uint8_t)name[len] & 0xc0) == 0x80) {
            len--;
        }
    }
    vnc_buffer_append_u32(out, (uint32_t)len);
    vnc_buffer_append(out, name, len);
}

static void append_pseudo_rect(VncBuffer *out, int x, int y, int w, int h, int32_t encoding)
{
    vnc_write_rect_header(out, &(VncRect){x, y, w, h}, encoding);
}

void vnc_write_pixel_format(VncBuffer *out, const VncPixelFormat *format)
{
    vnc_buffer_append_u8(out, format->bits_per_pixel);
    vnc_buffer_append_u8(out, format->depth);
    vnc_buffer_append_u8(out, format->big_endian);
    vnc_buffer_append_u8(out, format->true_colour);
    vnc_buffer_append_u16(out, format->red_max);
    vnc_buffer_append_u16(out, format->green_max);
    vnc_buffer_append_u16(out, format->blue_max);
    vnc_buffer_append_u8(out, format->red_shift);
    vnc_buffer_append_u8(out, format->green_shift);
    vnc_buffer_append_u8(out, format->blue_shift);
    append_zeros(out, 3);
}

void vnc_write_server_init(VncBuffer *out, int width, int height, const VncPixelFormat *format,
                           const char *name)
{
    g_assert(width >= 1 && width <= UINT16_MAX && height >= 1 && height <= UINT16_MAX);
    vnc_buffer_append_u16(out, (uint16_t)width);
    vnc_buffer_append_u16(out, (uint16_t)height);
    vnc_write_pixel_format(out, format);
    append_name(out, name);
}

void vnc_write_update_header(VncBuffer *out, unsigned rectangles)
{
    g_assert(rectangles <= VNC_MAX_UPDATE_RECTS);
    vnc_buffer_append_u8(out, VNC_SERVER_FRAMEBUFFER_UPDATE);
    append_zeros(out, 1);
    vnc_buffer_append_u16(out, (uint16_t)rectangles);
}

void vnc_write_rect_header(VncBuffer *out, const VncRect *rect, int32_t encoding)
{
    g_assert(rect->x >= 0 && rect->x <= UINT16_MAX && rect->y >= 0 && rect->y <= UINT16_MAX);
    g_assert(rect->w >= 0 && rect->w <= UINT16_MAX && rect->h >= 0 && rect->h <= UINT16_MAX);
    vnc_buffer_append_u16(out, (uint16_t)rect->x);
    vnc_buffer_append_u16(out, (uint16_t)rect->y);
    vnc_buffer_append_u16(out, (uint16_t)rect->w);
    vnc_buffer_append_u16(out, (uint16_t)rect->h);
    vnc_buffer_append_u32(out, (uint32_t)encoding);
}

void vnc_write_last_rect(VncBuffer *out)
{
    vnc_write_rect_header(out, &(VncRect){0, 0, 0, 0}, VNC_ENCODING_LAST_RECT);
}

void vnc_write_copy_rect(VncBuffer *out, const VncRect *rect, int source_x, int source_y)
{
    vnc_write_rect_header(out, rect, VNC_ENCODING_COPY_RECT);
    vnc_buffer_append_u16(out, (uint16_t)source_x);
    vnc_buffer_append_u16(out, (uint16_t)source_y);
}

static void append_intensity(VncBuffer *out, unsigned pixel, unsigned max, unsigned shift)
{
    unsigned value = pixel >> shift & max;

    vnc_buffer_append_u16(out, (uint16_t)((value * 65535 + max / 2) / max));
}

void vnc_write_colour_map_332(VncBuffer *out)
{
    const VncPixelFormat *format = &vnc_pixel_format_332;

    vnc_buffer_append_u8(out, VNC_SERVER_SET_COLOUR_MAP_ENTRIES);
    append_zeros(out, 1);
    vnc_buffer_append_u16(out, 0);
    vnc_buffer_append_u16(out, COLOUR_MAP_LEN);
    for (unsigned pixel = 0; pixel < COLOUR_MAP_LEN; pixel++) {
        append_intensity(out, pixel, format->red_max, format->red_shift);
        append_intensity(out, pixel, format->green_max, format->green_shift);
        append_intensity(out, pixel, format->blue_max, format->blue_shift);
    }
}

void vnc_write_cut_text(VncBuffer *out, const void *text, size_t len)
{
    g_assert(len <= INT32_MAX);
    vnc_buffer_append_u8(out, VNC_SERVER_CUT_TEXT);
    append_zeros(out, 3);
    vnc_buffer_append_u32(out, (uint32_t)len);
    vnc_buffer_append(out, text, len);
}

void vnc_write_clipboard(VncBuffer *out, uint32_t flags, const void *data, size_t len)
{
    g_assert(len <= INT32_MAX - 4);
    vnc_buffer_append_u8(out, VNC_SERVER_CUT_TEXT);
    append_zeros(out, 3);
    vnc_buffer_append_u32(out, 0 - (uint32_t)(len + 4));
    vnc_buffer_append_u32(out, flags);
    vnc_buffer_append(out, data, len);
}

void vnc_write_desktop_size(VncBuffer *out, int width, int height)
{
    append_pseudo_rect(out, 0, 0, width, height, VNC_ENCODING_DESKTOP_SIZE);
}

void vnc_write_extended_desktop_size(VncBuffer *out, enum VncDesktopSizeReason reason,
                                     enum VncDesktopSizeStatus status, int width, int height,
                                     uint32_t screen_id, uint32_t screen_flags)
{
    append_pseudo_rect(out, (int)reason, (int)status, width, height,
                       VNC_ENCODING_EXTENDED_DESKTOP_SIZE);
    vnc_buffer_append_u8(out, 1); /* number-of-screens */
    append_zeros(out, 3);
    vnc_buffer_append_u32(out, screen_id);
    vnc_buffer_append_u16(out, 0);
    vnc_buffer_append_u16(out, 0);
    vnc_buffer_append_u16(out, (uint16_t)width);
    vnc_buffer_append_u16(out, (uint16_t)height);
    vnc_buffer_append_u32(out, screen_flags);
}

void vnc_write_desktop_name(VncBuffer *out, const char *name)
{
    append_pseudo_rect(out, 0, 0, 0, 0, VNC_ENCODING_DESKTOP_NAME);
    append_name(out, name);
}

void vnc_write_led_state(VncBuffer *out, unsigned leds)
{
    append_pseudo_rect(out, 0, 0, 0, 0, VNC_ENCODING_LED_STATE);
    vnc_buffer_append_u8(out, leds & (VNC_LED_SCROLL | VNC_LED_NUM | VNC_LED_CAPS));
}

void vnc_write_pointer_type(VncBuffer *out, bool absolute)
{
    append_pseudo_rect(out, absolute, 0, 0, 0, VNC_ENCODING_POINTER_TYPE_CHANGE);
}

void vnc_write_pointer_position(VncBuffer *out, int x, int y)
{
    append_pseudo_rect(out, x, y, 0, 0, VNC_ENCODING_POINTER_POSITION);
}

void vnc_write_extended_key_event(VncBuffer *out)
{
    append_pseudo_rect(out, 0, 0, 0, 0, VNC_ENCODING_EXTENDED_KEY_EVENT);
}

void vnc_write_extended_mouse_buttons(VncBuffer *out)
{
    append_pseudo_rect(out, 0, 0, 0, 0, VNC_ENCODING_EXTENDED_MOUSE_BUTTONS);
}

void vnc_write_audio_ack(VncBuffer *out)
{
    append_pseudo_rect(out, 0, 0, 0, 0, VNC_ENCODING_AUDIO);
}

void vnc_write_xvp(VncBuffer *out, unsigned version, enum VncXvpCode code)
{
    vnc_buffer_append_u8(out, VNC_SERVER_XVP);
    append_zeros(out, 1);
    vnc_buffer_append_u8(out, version);
    vnc_buffer_append_u8(out, code);
}

static void append_audio(VncBuffer *out, enum VncServerAudioOperation operation)
{
    vnc_buffer_append_u8(out, VNC_SERVER_QEMU);
    vnc_buffer_append_u8(out, VNC_SERVER_QEMU_AUDIO);
    vnc_buffer_append_u16(out, (uint16_t)operation);
}

void vnc_write_audio_begin(VncBuffer *out)
{
    append_audio(out, VNC_SERVER_AUDIO_BEGIN);
}

void vnc_write_audio_end(VncBuffer *out)
{
    append_audio(out, VNC_SERVER_AUDIO_END);
}

void vnc_write_audio_data(VncBuffer *out, const void *frames, size_t len)
{
    append_audio(out, VNC_SERVER_AUDIO_DATA);
    vnc_buffer_append_u32(out, (uint32_t)len);
    vnc_buffer_append(out, frames, len);
}

/* Returns false if the cursor has no shape: then its head is all. */
static bool append_cursor_header(VncBuffer *out, const VncCursor *cursor, int32_t encoding)
{
    if (!cursor || cursor->width <= 0 || cursor->height <= 0) {
        append_pseudo_rect(out, 0, 0, 0, 0, encoding);
        return false;
    }
    append_pseudo_rect(out, cursor->hot_x, cursor->hot_y, cursor->width, cursor->height, encoding);
    return true;
}

/* Make a row of 0x00RRGGBB; pixels that are not opaque enough to be shown become black. */
static void flatten_row(uint32_t *dst, const uint32_t *src, int count)
{
    for (int i = 0; i < count; i++) {
        uint32_t alpha = src[i] >> 24;
        uint32_t rgb = src[i] & 0xffffff;

        if (alpha < 128) {
            rgb = 0;
        } else if (alpha < 255) {
            uint32_t red = ((rgb >> 16) * 255 + alpha / 2) / alpha;
            uint32_t green = ((rgb >> 8 & 0xff) * 255 + alpha / 2) / alpha;
            uint32_t blue = ((rgb & 0xff) * 255 + alpha / 2) / alpha;

            rgb = MIN(red, 255) << 16 | MIN(green, 255) << 8 | MIN(blue, 255);
        }
        dst[i] = rgb;
    }
}

static void mask_row(uint8_t *dst, const uint32_t *src, int count)
{
    memset(dst, 0, ((size_t)count + 7) / 8);
    for (int i = 0; i < count; i++) {
        dst[i / 8] |= (uint8_t)((src[i] >> 31) << (7 - i % 8));
    }
}

void vnc_write_cursor(VncBuffer *out, const VncCursor *cursor, const VncConverter *converter)
{
    uint32_t row[VNC_CURSOR_MAX_SIDE];
    size_t width, height, pixels_len, mask_stride;
    uint8_t *dst;

    if (!append_cursor_header(out, cursor, VNC_ENCODING_CURSOR)) {
        return;
    }
    g_assert(cursor->width <= VNC_CURSOR_MAX_SIDE && cursor->height <= VNC_CURSOR_MAX_SIDE);
    width = (size_t)cursor->width;
    height = (size_t)cursor->height;
    pixels_len = width * converter->bytes;
    mask_stride = (width + 7) / 8;
    dst = vnc_buffer_reserve(out, (pixels_len + mask_stride) * height);
    for (size_t y = 0; y < height; y++, dst += pixels_len) {
        flatten_row(row, cursor->pixels + y * width, cursor->width);
        converter->row(converter, dst, row, width);
    }
    for (size_t y = 0; y < height; y++, dst += mask_stride) {
        mask_row(dst, cursor->pixels + y * width, cursor->width);
    }
    vnc_buffer_commit(out, (pixels_len + mask_stride) * height);
}

/* The brightness of 0x00RRGGBB, 0 to 255, by the weights of Rec. 601. */
static unsigned brightness(uint32_t rgb)
{
    return ((rgb >> 16 & 0xff) * 77 + (rgb >> 8 & 0xff) * 150 + (rgb & 0xff) * 29) >> 8;
}

/* The brightness at which the brighter half of the visible pixels begins. */
static unsigned middle_brightness(const VncCursor *cursor)
{
    uint32_t row[VNC_CURSOR_MAX_SIDE];
    unsigned least = 255, most = 0;

    for (int y = 0; y < cursor->height; y++) {
        const uint32_t *src = cursor->pixels + (size_t)y * (size_t)cursor->width;

        flatten_row(row, src, cursor->width);
        for (int x = 0; x < cursor->width; x++) {
            if (src[x] >> 31) {
                least = MIN(least, brightness(row[x]));
                most = MAX(most, brightness(row[x]));
            }
        }
    }
    return (least + most + 1) / 2;
}

/* The sum of some pixels. */
typedef struct ColourSum {
    uint32_t red, green, blue, count;
} ColourSum;

static void put_mean(uint8_t dst[3], const ColourSum *sum)
{
    uint32_t count = MAX(sum->count, 1);

    dst[0] = (uint8_t)((sum->red + count / 2) / count);
    dst[1] = (uint8_t)((sum->green + count / 2) / count);
    dst[2] = (uint8_t)((sum->blue + count / 2) / count);
}

void vnc_write_x_cursor(VncBuffer *out, const VncCursor *cursor)
{
    uint32_t row[VNC_CURSOR_MAX_SIDE];
    ColourSum sums[2] = {{0, 0, 0, 0}, {0, 0, 0, 0}};
    size_t width, height, stride;
    unsigned middle;
    uint8_t *colours, *bitmap, *mask;

    if (!append_cursor_header(out, cursor, VNC_ENCODING_X_CURSOR)) {
        return;
    }
    g_assert(cursor->width <= VNC_CURSOR_MAX_SIDE && cursor->height <= VNC_CURSOR_MAX_SIDE);
    width = (size_t)cursor->width;
    height = (size_t)cursor->height;
    stride = (width + 7) / 8;
    middle = middle_brightness(cursor);
    colours = vnc_buffer_reserve(out, 6 + 2 * stride * height);
    bitmap = colours + 6;
    mask = bitmap + stride * height;
    memset(bitmap, 0, stride * height);
    for (size_t y = 0; y < height; y++, bitmap += stride, mask += stride) {
        const uint32_t *src = cursor->pixels + y * width;

        flatten_row(row, src, cursor->width);
        mask_row(mask, src, cursor->width);
        for (size_t x = 0; x < width; x++) {
            bool shown = src[x] >> 31;
            bool bright = shown && brightness(row[x]) >= middle;
            ColourSum *sum = &sums[bright];

            bitmap[x / 8] |= (uint8_t)(bright << (7 - x % 8));
            sum->red += shown ? row[x] >> 16 & 0xff : 0;
            sum->green += shown ? row[x] >> 8 & 0xff : 0;
            sum->blue += shown ? row[x] & 0xff : 0;
            sum->count += shown;
        }
    }
    put_mean(colours, &sums[1]);
    put_mean(colours + 3, &sums[0]);
    vnc_buffer_commit(out, 6 + 2 * stride * height);
}

void vnc_write_cursor_with_alpha(VncBuffer *out, const VncCursor *cursor)
{
    bool shape = append_cursor_header(out, cursor, VNC_ENCODING_CURSOR_WITH_ALPHA);
    size_t count;
    uint8_t *dst;

    vnc_buffer_append_u32(out, VNC_ENCODING_RAW);
    if (!shape) {
        return;
    }
    count = (size_t)cursor->width * (size_t)cursor->height;
    dst = vnc_buffer_reserve(out, count * 4);
    for (size_t i = 0; i < count; i++) {
        uint32_t pixel = cursor->pixels[i];

        dst[4 * i] = (uint8_t)(pixel >> 16);
        dst[4 * i + 1] = (uint8_t)(pixel >> 8);
        dst[4 * i + 2] = (uint8_t)pixel;
        dst[4 * i + 3] = (uint8_t)(pixel >> 24);
    }
    vnc_buffer_commit(out, count * 4);
}
