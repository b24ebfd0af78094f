/*
 * Painting in vnc-demo: the same state gives the same picture, however it came about.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "tests/lib/rows.h"
#include "ui/host-demo/desktop.h"
#include "ui/host-demo/font.h"
#include "ui/host-demo/picture.h"
#include "ui/host-demo/terminal.h"

#include <string.h>

#define GUARD 0xdeadbeef
#define FPS   60

/* A canvas within guard pixels on all sides. */
typedef struct Sheet {
    DemoCanvas canvas;
    uint32_t *memory;
    size_t count;
} Sheet;

static void sheet_init(Sheet *sheet, int width, int height)
{
    ptrdiff_t stride = width + 5;

    sheet->count = (size_t)stride * (height + 2) + 5;
    sheet->memory = g_new(uint32_t, sheet->count);
    for (size_t i = 0; i < sheet->count; i++) {
        sheet->memory[i] = GUARD;
    }
    sheet->canvas =
        (DemoCanvas){sheet->memory + stride + 3, width, height, stride, {0, 0, width, height}};
}

static void sheet_clear(Sheet *sheet)
{
    g_free(sheet->memory);
}

/* Inside @rect all has been painted, outside nothing. */
static void assert_painted(const Sheet *sheet, const VncRect *rect)
{
    const DemoCanvas *canvas = &sheet->canvas;

    for (size_t i = 0; i < sheet->count; i++) {
        ptrdiff_t at = (ptrdiff_t)i - (canvas->pixels - sheet->memory) + canvas->stride;
        int y = (int)(at / canvas->stride) - 1, x = (int)(at % canvas->stride);
        bool inside = at >= 0 && x >= rect->x && x < rect->x + rect->w && y >= rect->y &&
                      y < rect->y + rect->h;

        if (inside) {
            g_assert_cmphex(sheet->memory[i] & 0xff000000, ==, 0);
        } else {
            g_assert_cmphex(sheet->memory[i], ==, GUARD);
        }
    }
}

static void assert_same(const Sheet *a, const Sheet *b, const VncRect *rect)
{
    for (int y = rect->y; y < rect->y + rect->h; y++) {
        for (int x = rect->x; x < rect->x + rect->w; x++) {
            uint32_t have = demo_canvas_row(&a->canvas, y)[x];
            uint32_t want = demo_canvas_row(&b->canvas, y)[x];

            if (have != want) {
                g_error("pixel %d,%d is %06x, not %06x", x, y, have, want);
            }
        }
    }
}

static VncRect random_rect(int width, int height)
{
    int x = g_test_rand_int_range(0, width), y = g_test_rand_int_range(0, height);

    return (VncRect){x, y, g_test_rand_int_range(1, width - x + 1),
                     g_test_rand_int_range(1, height - y + 1)};
}

static const int sizes[][2] = {{1, 1}, {17, 3}, {3, 200}, {320, 240}, {801, 601}, {1280, 800}};

static void test_mix(void)
{
    for (unsigned t = 0; t <= 255; t++) {
        g_assert_cmphex(demo_mix(0xabcdef, 0xabcdef, t), ==, 0xabcdef);
    }
    g_assert_cmphex(demo_mix(0x00ff00, 0xff00ff, 0), ==, 0x00ff00);
    g_assert_cmphex(demo_mix(0x00ff00, 0xff00ff, 255), ==, 0xff00ff);
    g_assert_cmphex(demo_mix(0x000000, 0x806020, 127), ==, 0x3f2f0f);
}

static void test_font_glyphs(void)
{
    for (int ch = DEMO_FONT_FIRST; ch <= DEMO_FONT_LAST; ch++) {
        const uint8_t *rows = demo_font_rows((char)ch);
        unsigned ink = 0;

        for (int y = 0; y < DEMO_FONT_HEIGHT; y++) {
            ink |= rows[y];
            /* The last column is the gap to the next character. */
            g_assert_cmphex(rows[y] & 1, ==, 0);
        }
        g_assert_true(ch == ' ' ? ink == 0 : ink != 0);
        for (int other = DEMO_FONT_FIRST; other < ch; other++) {
            g_assert_true(memcmp(rows, demo_font_rows((char)other), DEMO_FONT_HEIGHT) != 0);
        }
    }
    g_assert_true(demo_font_rows('\x7f') == demo_font_rows('\x01'));
    g_assert_true(demo_font_rows('\x7f') == demo_font_rows((char)0xe9));
}

/* Glyphs at all places around the edges stay within the clip. */
static void test_font_clip(void)
{
    const VncRect clip = {5, 6, 19, 21};

    for (int y = -20; y < 50; y += 3) {
        for (int x = -20; x < 50; x++) {
            DemoCanvas part;
            Sheet sheet;

            sheet_init(&sheet, 40, 40);
            part = demo_canvas_clipped(&sheet.canvas, &clip);
            demo_canvas_fill(&part, &clip, 0);
            demo_font_text(&part, x, y, "#M", 0xffffff, true);
            assert_painted(&sheet, &clip);
            sheet_clear(&sheet);
        }
    }
}

static void test_picture(void)
{
    FOR_ROWS (i, sizes) {
        int width = sizes[i][0], height = sizes[i][1];
        const VncRect all = {0, 0, width, height};
        Sheet once, again, other;

        sheet_init(&once, width, height);
        sheet_init(&again, width, height);
        sheet_init(&other, width, height);
        demo_picture_paint(&once.canvas, 7);
        demo_picture_paint(&again.canvas, 7);
        demo_picture_paint(&other.canvas, 8);
        assert_painted(&once, &all);
        assert_same(&again, &once, &all);
        g_assert_true(memcmp(once.memory, other.memory, once.count * sizeof(uint32_t)) != 0);
        sheet_clear(&once);
        sheet_clear(&again);
        sheet_clear(&other);
    }
}

static void test_noise(void)
{
    const VncRect wide = {-4, 10, 60, 300}, seen = {0, 10, 56, 54};
    g_autoptr(GHashTable) colours = g_hash_table_new(NULL, NULL);
    Sheet sheet;

    sheet_init(&sheet, 64, 64);
    demo_noise_paint(&sheet.canvas, &wide, 3);
    assert_painted(&sheet, &seen);
    for (int y = seen.y; y < seen.y + seen.h; y++) {
        for (int x = seen.x; x < seen.x + seen.w; x++) {
            g_hash_table_add(colours, GUINT_TO_POINTER(demo_canvas_row(&sheet.canvas, y)[x]));
        }
    }
    g_assert_cmpuint(g_hash_table_size(colours), >, 3000);
    sheet_clear(&sheet);
}

/* Any part painted alone is what it is in the whole. */
static void test_desktop_parts(void)
{
    FOR_ROWS (i, sizes) {
        int width = sizes[i][0], height = sizes[i][1];
        DemoDesktop *desktop = demo_desktop_new(width, height, FPS);
        Sheet whole;

        demo_desktop_set_frame(desktop, 431);
        demo_desktop_point(desktop, width / 3, height / 2, VNC_BUTTON_LEFT);
        demo_desktop_key(desktop, true, 'x', 0x2d);
        sheet_init(&whole, width, height);
        demo_desktop_paint(desktop, &whole.canvas);
        assert_painted(&whole, &whole.canvas.clip);
        for (int n = 0; n < 60; n++) {
            VncRect rect = random_rect(width, height);
            DemoCanvas part;
            Sheet sheet;

            sheet_init(&sheet, width, height);
            part = demo_canvas_clipped(&sheet.canvas, &rect);
            demo_desktop_paint(desktop, &part);
            assert_painted(&sheet, &rect);
            assert_same(&sheet, &whole, &rect);
            sheet_clear(&sheet);
        }
        sheet_clear(&whole);
        demo_desktop_free(desktop);
    }
}

static void change_something(DemoDesktop *desktop, uint64_t *frame)
{
    static const uint32_t keysyms[] = {'a',    'W',    '~',    0xff0d, 0xff08,    0xff09,
                                       0xffbe, 0xff51, 0xffe1, 0,      0x10020ac, 0xffb5};

    switch (g_test_rand_int_range(0, 8)) {
    case 0:
    case 1:
        *frame += (uint64_t)g_test_rand_int_range(0, 40);
        demo_desktop_set_frame(desktop, *frame);
        break;
    case 2:
    case 3:
        demo_desktop_key(desktop, g_test_rand_bit(),
                         keysyms[g_test_rand_int_range(0, G_N_ELEMENTS(keysyms))],
                         (uint32_t)g_test_rand_int_range(0, 256));
        break;
    case 4:
        demo_desktop_point(desktop, g_test_rand_int_range(-5, 1300), g_test_rand_int_range(-5, 900),
                           (unsigned)g_test_rand_int_range(0, 512));
        break;
    case 5:
        demo_desktop_point_by(desktop, g_test_rand_int_range(-9, 9), g_test_rand_int_range(-9, 9),
                              (unsigned)g_test_rand_int_range(0, 8));
        break;
    case 6:
        demo_desktop_set_leds(desktop, (unsigned)g_test_rand_int_range(0, 8));
        demo_desktop_set_viewers(desktop, (unsigned)g_test_rand_int_range(0, 200));
        break;
    default:
        demo_desktop_notice(desktop, "[viewer 127.0.0.1 joined]");
        break;
    }
}

static int paint_damage(DemoDesktop *desktop, const DemoCanvas *canvas)
{
    const VncRect all = {0, 0, canvas->width, canvas->height};
    VncRect rect;
    int area = 0;

    while (demo_desktop_take_damage(desktop, &rect)) {
        VncRect within = demo_rect_intersect(&rect, &all);
        DemoCanvas part = demo_canvas_clipped(canvas, &rect);

        g_assert_cmpint(within.w, ==, rect.w);
        g_assert_cmpint(within.h, ==, rect.h);
        g_assert_false(demo_rect_is_empty(&rect));
        demo_desktop_paint(desktop, &part);
        area += rect.w * rect.h;
    }
    return area;
}

/* Painting the damage alone makes the picture that painting everything makes. */
static void test_desktop_damage(void)
{
    FOR_ROWS (i, sizes) {
        int width = sizes[i][0], height = sizes[i][1];
        DemoDesktop *desktop = demo_desktop_new(1024, 768, FPS);
        uint64_t frame = 0;
        Sheet kept, whole;

        demo_desktop_point(desktop, 1000, 700, 0);
        demo_desktop_resize(desktop, width, height);
        sheet_init(&kept, width, height);
        sheet_init(&whole, width, height);
        g_assert_cmpint(paint_damage(desktop, &kept.canvas), ==, width * height);
        for (int n = 0; n < 250; n++) {
            for (int changes = g_test_rand_int_range(1, 5); changes > 0; changes--) {
                change_something(desktop, &frame);
            }
            paint_damage(desktop, &kept.canvas);
            demo_desktop_paint(desktop, &whole.canvas);
            assert_same(&kept, &whole, &whole.canvas.clip);
        }
        assert_painted(&kept, &kept.canvas.clip);
        sheet_clear(&kept);
        sheet_clear(&whole);
        demo_desktop_free(desktop);
    }
}

/* Small changes damage little. */
static void test_desktop_precise(void)
{
    DemoDesktop *desktop = demo_desktop_new(1280, 800, FPS);
    const int cell = DEMO_FONT_WIDTH * DEMO_FONT_HEIGHT;
    Sheet sheet;

    sheet_init(&sheet, 1280, 800);
    paint_damage(desktop, &sheet.canvas);
    demo_desktop_set_frame(desktop, 0);
    g_assert_cmpint(paint_damage(desktop, &sheet.canvas), ==, 0);
    demo_desktop_set_frame(desktop, 1);
    g_assert_cmpint(paint_damage(desktop, &sheet.canvas), <, 110000);
    demo_desktop_key(desktop, true, 'a', 0x1e);
    g_assert_cmpint(paint_damage(desktop, &sheet.canvas), <=, 2 * cell + 80 * cell);
    demo_desktop_key(desktop, false, 'a', 0x1e);
    g_assert_cmpint(paint_damage(desktop, &sheet.canvas), <=, 80 * cell);
    demo_desktop_point(desktop, 600, 300, 0);
    g_assert_cmpint(paint_damage(desktop, &sheet.canvas), <=, 25 * 25 + 12 * cell);
    demo_desktop_point(desktop, 20, 700, 0);
    g_assert_cmpint(paint_damage(desktop, &sheet.canvas), <=, 2 * 25 * 25 + 12 * cell);
    demo_desktop_point(desktop, 20, 700, 0);
    g_assert_cmpint(paint_damage(desktop, &sheet.canvas), ==, 0);
    demo_desktop_set_leds(desktop, VNC_LED_NUM);
    g_assert_cmpint(paint_damage(desktop, &sheet.canvas), ==, 3 * cell);
    sheet_clear(&sheet);
    demo_desktop_free(desktop);
}

static void assert_line(const DemoTerminal *terminal, int row, const char *want)
{
    char line[DEMO_TERMINAL_COLUMNS + 1] = {0};

    memcpy(line, terminal->text[row], DEMO_TERMINAL_COLUMNS);
    g_assert_cmpstr(g_strchomp(line), ==, want);
}

static void test_terminal(void)
{
    DemoTerminal terminal;
    VncRect cells;

    demo_terminal_init(&terminal);
    demo_terminal_resize(&terminal, 20, 4);
    g_assert_true(demo_terminal_take_dirty(&terminal, &cells));
    g_assert_cmpint(cells.w * cells.h, ==, 80);
    g_assert_false(demo_terminal_take_dirty(&terminal, &cells));

    demo_terminal_print(&terminal, "> ", DEMO_INK_GREEN);
    demo_terminal_take_dirty(&terminal, &cells);
    demo_terminal_key(&terminal, 'h', 0x23);
    g_assert_true(demo_terminal_take_dirty(&terminal, &cells));
    g_assert_cmpint(cells.x, ==, 2);
    g_assert_cmpint(cells.w * cells.h, ==, 2);
    demo_terminal_key(&terminal, 'i', 0x17);
    demo_terminal_key(&terminal, 0xffb7, 0x47);
    assert_line(&terminal, 0, "> hi7");
    for (int i = 0; i < 9; i++) {
        demo_terminal_key(&terminal, 0xff08, 0x0e);
    }
    assert_line(&terminal, 0, ">");
    g_assert_cmpint(terminal.column, ==, 2);

    demo_terminal_key(&terminal, 0xffe1, 0x2a);
    demo_terminal_key(&terminal, 0xffbf, 0x3c);
    demo_terminal_key(&terminal, 0, 0x5b);
    assert_line(&terminal, 0, "> <F2><scan 5b>");
    demo_terminal_notice(&terminal, "news", DEMO_INK_BLUE);
    assert_line(&terminal, 0, "news");
    assert_line(&terminal, 1, "> <F2><scan 5b>");
    for (const char *p = "abcdefgh"; *p; p++) {
        demo_terminal_key(&terminal, (uint32_t)*p, 0);
    }
    assert_line(&terminal, 1, "> <F2><scan 5b>abcde");
    assert_line(&terminal, 2, "fgh");

    demo_terminal_print(&terminal, "\none\ntwo", DEMO_INK_PLAIN);
    assert_line(&terminal, 0, "> <F2><scan 5b>abcde");
    assert_line(&terminal, 3, "two");
    demo_terminal_resize(&terminal, 0, 2);
    assert_line(&terminal, 1, "two");
    g_assert_cmpint(terminal.columns, ==, 1);
    g_assert_cmpint(terminal.column, ==, 0);
}

int main(int argc, char **argv)
{
    g_test_init(&argc, &argv, NULL);
    g_test_add_func("/demo/mix", test_mix);
    g_test_add_func("/demo/font/glyphs", test_font_glyphs);
    g_test_add_func("/demo/font/clip", test_font_clip);
    g_test_add_func("/demo/picture", test_picture);
    g_test_add_func("/demo/noise", test_noise);
    g_test_add_func("/demo/desktop/parts", test_desktop_parts);
    g_test_add_func("/demo/desktop/damage", test_desktop_damage);
    g_test_add_func("/demo/desktop/precise", test_desktop_precise);
    g_test_add_func("/demo/terminal", test_terminal);
    return g_test_run();
}
