/*
 * Server messages, byte for byte against the specification's tables.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One thread.
 */
#include "tests/lib/expect.h"
#include "ui/rfb/write.h"

static void test_pixel_format(void)
{
    g_auto(VncBuffer) out = {0};
    const VncPixelFormat format = {16, 15, true, true, 0x1234, 0x5678, 0x9abc, 10, 5, 0};
    VncPixelFormat colour_map = vnc_pixel_format_332;

    vnc_write_pixel_format(&out, &format);
    EXPECT(&out, "\x10\x0f\x01\x01\x12\x34\x56\x78\x9a\xbc\x0a\x05\x00\x00\x00\x00");
    vnc_write_pixel_format(&out, &vnc_pixel_format_native);
    if (G_BYTE_ORDER == G_LITTLE_ENDIAN) {
        EXPECT(&out, "\x20\x18\x00\x01\x00\xff\x00\xff\x00\xff\x10\x08\x00\x00\x00\x00");
    } else {
        EXPECT(&out, "\x20\x18\x01\x01\x00\xff\x00\xff\x00\xff\x10\x08\x00\x00\x00\x00");
    }
    colour_map.true_colour = false;
    vnc_write_pixel_format(&out, &colour_map);
    EXPECT(&out, "\x08\x08\x00\x00\x00\x07\x00\x07\x00\x03\x05\x02\x00\x00\x00\x00");
}

static void test_server_init(void)
{
    g_auto(VncBuffer) out = {0};
    const VncPixelFormat format = {32, 24, false, true, 255, 255, 255, 16, 8, 0};

    vnc_write_server_init(&out, 1366, 768, &format, "QEMU (\xc3\xa9)");
    EXPECT(&out, "\x05\x56\x03\x00"
                 "\x20\x18\x00\x01\x00\xff\x00\xff\x00\xff\x10\x08\x00\x00\x00\x00"
                 "\x00\x00\x00\x09QEMU (\xc3\xa9)");
    vnc_write_server_init(&out, 65535, 1, &format, "");
    EXPECT(&out, "\xff\xff\x00\x01"
                 "\x20\x18\x00\x01\x00\xff\x00\xff\x00\xff\x10\x08\x00\x00\x00\x00"
                 "\x00\x00\x00\x00");
}

static void test_update_header(void)
{
    g_auto(VncBuffer) out = {0};

    vnc_write_update_header(&out, 0x1234);
    EXPECT(&out, "\x00\x00\x12\x34");
    vnc_write_update_header(&out, 0);
    vnc_buffer_patch_u16(&out, VNC_UPDATE_COUNT_OFFSET, VNC_MAX_UPDATE_RECTS);
    EXPECT(&out, "\x00\x00\xff\xff");
}

static void test_rect_header(void)
{
    g_auto(VncBuffer) out = {0};

    vnc_write_rect_header(&out, &(VncRect){0x0102, 0x0304, 0x0506, 0x0708}, VNC_ENCODING_ZRLE);
    EXPECT(&out, "\x01\x02\x03\x04\x05\x06\x07\x08\x00\x00\x00\x10");
    vnc_write_rect_header(&out, &(VncRect){65535, 65535, 65535, 65535}, VNC_ENCODING_LAST_RECT);
    EXPECT(&out, "\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x20");
}

static void test_colour_map(void)
{
    g_auto(VncBuffer) out = {0};
    static const uint16_t eighths[8] = {0, 9362, 18724, 28086, 37449, 46811, 56173, 65535};
    static const uint16_t quarters[4] = {0, 21845, 43690, 65535};
    uint8_t wanted[6 + 256 * 6] = {1, 0, 0, 0, 1, 0};
    uint8_t *at = wanted + 6;

    for (unsigned pixel = 0; pixel < 256; pixel++) {
        const uint16_t rgb[] = {eighths[pixel >> 5], eighths[pixel >> 2 & 7], quarters[pixel & 3]};

        for (int i = 0; i < 3; i++) {
            *at++ = (uint8_t)(rgb[i] >> 8);
            *at++ = (uint8_t)rgb[i];
        }
    }
    vnc_write_colour_map_332(&out);
    expect(&out, (const char *)wanted, sizeof(wanted));
}

static void test_pseudo_rects(void)
{
    g_auto(VncBuffer) out = {0};

    vnc_write_desktop_size(&out, 1366, 768);
    EXPECT(&out, "\x00\x00\x00\x00\x05\x56\x03\x00\xff\xff\xff\x21");

    vnc_write_extended_desktop_size(&out, VNC_DESKTOP_SIZE_BY_OTHER_VIEWER,
                                    VNC_DESKTOP_SIZE_PROHIBITED, 1366, 768, VNC_SCREEN_ID,
                                    0x80000002);
    EXPECT(&out, "\x00\x02\x00\x01\x05\x56\x03\x00\xff\xff\xfe\xcc"
                 "\x01\x00\x00\x00"
                 "\x00\x00\x00\x01\x00\x00\x00\x00\x05\x56\x03\x00\x80\x00\x00\x02");

    vnc_write_led_state(&out, VNC_LED_NUM | VNC_LED_CAPS);
    EXPECT(&out, "\x00\x00\x00\x00\x00\x00\x00\x00\xff\xff\xfe\xfb\x06");
    vnc_write_led_state(&out, ~0u);
    EXPECT(&out, "\x00\x00\x00\x00\x00\x00\x00\x00\xff\xff\xfe\xfb\x07");

    vnc_write_pointer_type(&out, true);
    EXPECT(&out, "\x00\x01\x00\x00\x00\x00\x00\x00\xff\xff\xfe\xff");
    vnc_write_pointer_type(&out, false);
    EXPECT(&out, "\x00\x00\x00\x00\x00\x00\x00\x00\xff\xff\xfe\xff");

    vnc_write_pointer_position(&out, 1365, 767);
    EXPECT(&out, "\x05\x55\x02\xff\x00\x00\x00\x00\xff\xff\xff\x18");

    vnc_write_extended_key_event(&out);
    EXPECT(&out, "\x00\x00\x00\x00\x00\x00\x00\x00\xff\xff\xfe\xfe");
    vnc_write_extended_mouse_buttons(&out);
    EXPECT(&out, "\x00\x00\x00\x00\x00\x00\x00\x00\xff\xff\xfe\xc4");
    vnc_write_audio_ack(&out);
    EXPECT(&out, "\x00\x00\x00\x00\x00\x00\x00\x00\xff\xff\xfe\xfd");
}

static void test_xvp(void)
{
    g_auto(VncBuffer) out = {0};

    vnc_write_xvp(&out, 1, VNC_XVP_INIT);
    EXPECT(&out, "\xfa\x00\x01\x01");
    vnc_write_xvp(&out, 255, VNC_XVP_FAIL);
    EXPECT(&out, "\xfa\x00\xff\x00");
}

static void test_audio(void)
{
    g_auto(VncBuffer) out = {0};

    vnc_write_audio_begin(&out);
    EXPECT(&out, "\xff\x01\x00\x01");
    vnc_write_audio_end(&out);
    EXPECT(&out, "\xff\x01\x00\x00");
    vnc_write_audio_data(&out, "\x01\x80\x00\x7f", 4);
    EXPECT(&out, "\xff\x01\x00\x02\x00\x00\x00\x04\x01\x80\x00\x7f");
}

static void test_desktop_name(void)
{
    g_auto(VncBuffer) out = {0};

    vnc_write_desktop_name(&out, "gu\xc3\xa9st");
    EXPECT(&out, "\x00\x00\x00\x00\x00\x00\x00\x00\xff\xff\xfe\xcd\x00\x00\x00\x06gu\xc3\xa9st");
    vnc_write_desktop_name(&out, "");
    EXPECT(&out, "\x00\x00\x00\x00\x00\x00\x00\x00\xff\xff\xfe\xcd\x00\x00\x00\x00");
}

/* A name of @before letters, then characters of @character: @kept bytes of it are sent. */
static void expect_cut(size_t before, const char *character, size_t kept)
{
    g_auto(VncBuffer) out = {0};
    g_autoptr(GString) name = g_string_new(NULL);
    uint32_t len;

    for (size_t i = 0; i < before; i++) {
        g_string_append_c(name, 'n');
    }
    while (name->len <= VNC_MAX_NAME + 8) {
        g_string_append(name, character);
    }
    vnc_write_desktop_name(&out, name->str);
    memcpy(&len, vnc_buffer_bytes(&out) + 12, 4);
    g_assert_cmpuint(GUINT32_FROM_BE(len), ==, kept);
    g_assert_cmpmem(vnc_buffer_bytes(&out) + 16, out.len - 16, name->str, kept);
    g_assert_true(g_utf8_validate(name->str, (gssize)kept, NULL));
}

static void test_long_name(void)
{
    expect_cut(0, "x", VNC_MAX_NAME);
    expect_cut(0, "\xc3\xa9", VNC_MAX_NAME);
    expect_cut(1, "\xc3\xa9", VNC_MAX_NAME - 1);
    expect_cut(0, "\xe2\x82\xac", VNC_MAX_NAME - 1);
    expect_cut(2, "\xe2\x82\xac", VNC_MAX_NAME - 2);
    expect_cut(3, "\xf0\x9f\x98\x80", VNC_MAX_NAME - 1);
    expect_cut(1, "\xf0\x9f\x98\x80", VNC_MAX_NAME - 3);
}

/* 10x2: every alpha that decides, then an opaque row; premultiplied as VncCursor has it. */
static uint32_t cursor_pixels[20] = {
    0x00000000, 0xff123456, 0x7f7f7f7f, 0x80804000, 0xfe7f0001, 0x40102030, 0xffffffff,
    0xff000000, 0x80402010, 0xff00ff00, 0xff0000ff, 0xffff0000, 0xff010203, 0xff7f8081,
    0xfffefdfc, 0xff000001, 0xff102030, 0xff405060, 0x00000000, 0xffa0b0c0,
};
/* What a viewer of 8:8:8 is to see: black where alpha < 128, else colour * 255 / alpha, rounded. */
static const uint32_t flat_pixels[20] = {
    0x000000, 0x123456, 0x000000, 0xff8000, 0x800001, 0x000000, 0xffffff,
    0x000000, 0x804020, 0x00ff00, 0x0000ff, 0xff0000, 0x010203, 0x7f8081,
    0xfefdfc, 0x000001, 0x102030, 0x405060, 0x000000, 0xa0b0c0,
};
static const char mask_bytes[] = "\x5b\xc0\xff\x40";

static const VncCursor cursor = {
    .width = 10, .height = 2, .hot_x = 3, .hot_y = 1, .pixels = cursor_pixels, .refs = 1};

static void test_cursor_32(void)
{
    g_auto(VncBuffer) out = {0};
    const VncPixelFormat format = {32, 24, true, true, 255, 255, 255, 16, 8, 0};
    VncConverter converter;
    uint8_t wanted[12 + 80 + 4];

    vnc_converter_init(&converter, &format, VNC_LAYOUT_PIXEL);
    memcpy(wanted, "\x00\x03\x00\x01\x00\x0a\x00\x02\xff\xff\xff\x11", 12);
    for (int i = 0; i < 20; i++) {
        uint32_t pixel = GUINT32_TO_BE(flat_pixels[i]);

        memcpy(wanted + 12 + 4 * i, &pixel, 4);
    }
    memcpy(wanted + 92, mask_bytes, 4);
    vnc_write_cursor(&out, &cursor, &converter);
    expect(&out, (const char *)wanted, sizeof(wanted));
}

static void test_cursor_8(void)
{
    g_auto(VncBuffer) out = {0};
    VncConverter converter;
    uint8_t wanted[12 + 20 + 4];

    vnc_converter_init(&converter, &vnc_pixel_format_332, VNC_LAYOUT_PIXEL);
    memcpy(wanted, "\x00\x03\x00\x01\x00\x0a\x00\x02\xff\xff\xff\x11", 12);
    for (int i = 0; i < 20; i++) {
        uint32_t p = flat_pixels[i];
        unsigned red = (p >> 16) * 7 + 127, green = (p >> 8 & 255) * 7 + 127;

        wanted[12 + i] = (uint8_t)(red / 255 << 5 | green / 255 << 2 | ((p & 255) * 3 + 127) / 255);
    }
    memcpy(wanted + 32, mask_bytes, 4);
    vnc_write_cursor(&out, &cursor, &converter);
    expect(&out, (const char *)wanted, sizeof(wanted));
}

/* Every colour at every alpha that is shown: nearest to what was premultiplied, never above 255,
 * and the mask decides at 128. One row of 256 at a time. */
static void test_cursor_alpha(void)
{
    const VncPixelFormat format = {32, 24, true, true, 255, 255, 255, 16, 8, 0};
    VncConverter converter;
    g_auto(VncBuffer) out = {0};
    uint32_t pixels[256];
    const VncCursor row = {.width = 256, .height = 1, .pixels = pixels, .refs = 1};

    vnc_converter_init(&converter, &format, VNC_LAYOUT_PIXEL);
    for (uint32_t alpha = 0; alpha < 256; alpha++) {
        const uint8_t *rgb, *mask;

        for (uint32_t i = 0; i < 256; i++) {
            pixels[i] = alpha << 24 | i << 16 | (255 - i) << 8 | (i ^ 0x55);
        }
        vnc_write_cursor(&out, &row, &converter);
        g_assert_cmpuint(out.len, ==, 12 + 256 * 4 + 32);
        rgb = vnc_buffer_bytes(&out) + 12;
        mask = rgb + 256 * 4;
        for (uint32_t i = 0; i < 256; i++) {
            const uint32_t channels[] = {i, 255 - i, i ^ 0x55};

            for (int c = 0; c < 3; c++) {
                double exact = alpha < 128 ? 0 : MIN(channels[c] * 255.0 / alpha, 255);

                g_assert_cmpfloat(ABS(rgb[4 * i + 1 + c] - exact), <=, 0.5);
            }
            g_assert_cmpuint(mask[i / 8] >> (7 - i % 8) & 1, ==, alpha >= 128);
        }
        vnc_buffer_reset(&out);
    }
}

static void test_cursor_with_alpha(void)
{
    g_auto(VncBuffer) out = {0};
    uint32_t pixels[] = {0x80402010, 0xff123456, 0x00000000};
    const VncCursor small = {
        .width = 1, .height = 3, .hot_x = 0, .hot_y = 2, .pixels = pixels, .refs = 1};

    vnc_write_cursor_with_alpha(&out, &small);
    EXPECT(&out, "\x00\x00\x00\x02\x00\x01\x00\x03\xff\xff\xfe\xc6\x00\x00\x00\x00"
                 "\x40\x20\x10\x80\x12\x34\x56\xff\x00\x00\x00\x00");
}

static void test_x_cursor(void)
{
    g_auto(VncBuffer) out = {0};
    /* Two reds and a transparent pixel; blue, green, and a half transparent grey that is shown. */
    uint32_t pixels[] = {0xff200000, 0xff400001, 0x7f7f7f7f, 0xff0000ff, 0xff00ff00, 0x80606060};
    const VncCursor small = {
        .width = 3, .height = 2, .hot_x = 1, .hot_y = 0, .pixels = pixels, .refs = 1};
    uint32_t dots[] = {0xff010203, 0xff010203};
    const VncCursor plain = {.width = 1, .height = 2, .pixels = dots, .refs = 1};

    vnc_write_x_cursor(&out, &small);
    /* 0x60 at alpha 0x80 is 0xbf. Bright: green and grey; dark: the reds and blue. */
    EXPECT(&out, "\x00\x01\x00\x00\x00\x03\x00\x02\xff\xff\xff\x10"
                 "\x60\xdf\x60\x20\x00\x55"
                 "\x00\x60"
                 "\xc0\xe0");
    vnc_write_x_cursor(&out, &plain);
    EXPECT(&out, "\x00\x00\x00\x00\x00\x01\x00\x02\xff\xff\xff\x10"
                 "\x01\x02\x03\x00\x00\x00"
                 "\x80\x80"
                 "\x80\x80");
}

static void test_cursor_hidden(void)
{
    g_auto(VncBuffer) out = {0};
    const VncCursor empty = {.hot_x = 7, .hot_y = 9, .refs = 1};
    const VncCursor flat = {.width = 3, .hot_x = 2, .refs = 1};
    const VncCursor thin = {.height = 3, .hot_y = 2, .refs = 1};
    VncConverter converter;

    vnc_converter_init(&converter, &vnc_pixel_format_native, VNC_LAYOUT_PIXEL);
    vnc_write_cursor(&out, NULL, &converter);
    EXPECT(&out, "\x00\x00\x00\x00\x00\x00\x00\x00\xff\xff\xff\x11");
    vnc_write_cursor(&out, &empty, &converter);
    EXPECT(&out, "\x00\x00\x00\x00\x00\x00\x00\x00\xff\xff\xff\x11");
    vnc_write_cursor(&out, &flat, &converter);
    EXPECT(&out, "\x00\x00\x00\x00\x00\x00\x00\x00\xff\xff\xff\x11");
    vnc_write_cursor(&out, &thin, &converter);
    EXPECT(&out, "\x00\x00\x00\x00\x00\x00\x00\x00\xff\xff\xff\x11");
    vnc_write_x_cursor(&out, NULL);
    EXPECT(&out, "\x00\x00\x00\x00\x00\x00\x00\x00\xff\xff\xff\x10");
    vnc_write_cursor_with_alpha(&out, NULL);
    EXPECT(&out, "\x00\x00\x00\x00\x00\x00\x00\x00\xff\xff\xfe\xc6\x00\x00\x00\x00");
    vnc_write_cursor_with_alpha(&out, &empty);
    EXPECT(&out, "\x00\x00\x00\x00\x00\x00\x00\x00\xff\xff\xfe\xc6\x00\x00\x00\x00");
}

static void test_cursor_largest(void)
{
    g_auto(VncBuffer) out = {0};
    g_autofree uint32_t *pixels = g_new0(uint32_t, VNC_CURSOR_MAX_SIDE * VNC_CURSOR_MAX_SIDE);
    g_autoptr(VncCursor) largest =
        vnc_cursor_new(VNC_CURSOR_MAX_SIDE, VNC_CURSOR_MAX_SIDE, 511, 511, pixels);
    VncConverter converter;
    size_t count = (size_t)VNC_CURSOR_MAX_SIDE * VNC_CURSOR_MAX_SIDE;

    vnc_converter_init(&converter, &vnc_pixel_format_native, VNC_LAYOUT_PIXEL);
    vnc_write_cursor(&out, largest, &converter);
    g_assert_cmpuint(out.len, ==, 12 + count * 4 + count / 8);
    vnc_buffer_reset(&out);
    vnc_write_cursor_with_alpha(&out, largest);
    g_assert_cmpuint(out.len, ==, 16 + count * 4);
    vnc_buffer_reset(&out);
    vnc_write_x_cursor(&out, largest);
    g_assert_cmpuint(out.len, ==, 12 + 6 + 2 * (count / 8));
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/rfb/write/pixel-format", test_pixel_format);
    g_test_add_func("/rfb/write/server-init", test_server_init);
    g_test_add_func("/rfb/write/update-header", test_update_header);
    g_test_add_func("/rfb/write/rect-header", test_rect_header);
    g_test_add_func("/rfb/write/colour-map", test_colour_map);
    g_test_add_func("/rfb/write/pseudo-rects", test_pseudo_rects);
    g_test_add_func("/rfb/write/xvp", test_xvp);
    g_test_add_func("/rfb/write/audio", test_audio);
    g_test_add_func("/rfb/write/desktop-name", test_desktop_name);
    g_test_add_func("/rfb/write/long-name", test_long_name);
    g_test_add_func("/rfb/write/cursor-32", test_cursor_32);
    g_test_add_func("/rfb/write/cursor-8", test_cursor_8);
    g_test_add_func("/rfb/write/cursor-alpha", test_cursor_alpha);
    g_test_add_func("/rfb/write/cursor-with-alpha", test_cursor_with_alpha);
    g_test_add_func("/rfb/write/x-cursor", test_x_cursor);
    g_test_add_func("/rfb/write/cursor-hidden", test_cursor_hidden);
    g_test_add_func("/rfb/write/cursor-largest", test_cursor_largest);
    return g_test_run();
}
