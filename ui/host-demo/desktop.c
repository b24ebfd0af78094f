/*
 * The scene: a synthetic desktop, its state and its painting.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. Owns its pictures. No lock.
 */
#include "ui/host-demo/desktop.h"

#include "ui/host-demo/font.h"
#include "ui/host-demo/scenery.h"
#include "ui/host-demo/terminal.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define PANEL_HEIGHT 28
#define TITLE_HEIGHT 28
#define CORNER       9
#define MARGIN       40 /* between windows and the edges of a large screen */
#define PHOTO_WIDTH  480
#define PHOTO_HEIGHT 320
#define PADDING      10 /* between a terminal's frame and its text */
#define MOVER_WIDTH  344
#define MOVER_HEIGHT 220
#define CROSS        12 /* from the pointer to a crosshair's end */
#define STATUS_SIZE  96

struct DemoDesktop {
    int width, height;
    unsigned fps;
    DemoWallpaper wallpaper;
    uint32_t *photo;
    DemoTerminal terminal;

    VncRect panel;
    VncRect photo_window, terminal_window, mover; /* with their titles, without their shadows */

    uint64_t frame;
    int pointer_x, pointer_y;
    unsigned buttons;
    bool pointed; /* a viewer has moved the pointer */
    unsigned leds;
    unsigned viewers;
    char status[STATUS_SIZE];
    char last_key[STATUS_SIZE];

    GArray *damage; /* VncRect */
};

static void damage(DemoDesktop *desktop, const VncRect *rect)
{
    const VncRect all = {0, 0, desktop->width, desktop->height};
    VncRect r = demo_rect_intersect(&all, rect);

    if (!demo_rect_is_empty(&r)) {
        g_array_append_val(desktop->damage, r);
    }
}

/* Damage @before and @after: as one rectangle if they touch. */
static void damage_both(DemoDesktop *desktop, const VncRect *before, const VncRect *after)
{
    VncRect common = demo_rect_intersect(before, after);
    VncRect both = demo_rect_union(before, after);

    if (demo_rect_is_empty(&common)) {
        damage(desktop, before);
        damage(desktop, after);
    } else {
        damage(desktop, &both);
    }
}

static int text_x(const DemoDesktop *desktop, const char *text, size_t index)
{
    return desktop->width - 12 - ((int)strlen(text) - (int)index) * DEMO_FONT_WIDTH;
}

static int panel_text_y(const DemoDesktop *desktop)
{
    return desktop->panel.y + (PANEL_HEIGHT - DEMO_FONT_HEIGHT) / 2;
}

static void format_status(const DemoDesktop *desktop, char status[STATUS_SIZE])
{
    unsigned seconds = (unsigned)(desktop->frame / desktop->fps);

    snprintf(
        status, STATUS_SIZE, "%4d,%4d %c%c%c   %s %s %s   viewers %2u   frame %7u   %02u:%02u:%02u",
        desktop->pointer_x, desktop->pointer_y, desktop->buttons & VNC_BUTTON_LEFT ? 'L' : '-',
        desktop->buttons & VNC_BUTTON_MIDDLE ? 'M' : '-',
        desktop->buttons & VNC_BUTTON_RIGHT ? 'R' : '-',
        desktop->leds & VNC_LED_CAPS ? "CAPS" : "caps", desktop->leds & VNC_LED_NUM ? "NUM" : "num",
        desktop->leds & VNC_LED_SCROLL ? "SCROLL" : "scroll", desktop->viewers % 100,
        (unsigned)(desktop->frame % 10000000), seconds / 3600 % 100, seconds / 60 % 60,
        seconds % 60);
}

/* Only the characters that differ are damaged. */
static void update_status(DemoDesktop *desktop)
{
    char status[STATUS_SIZE];

    format_status(desktop, status);
    for (size_t i = 0; status[i]; i++) {
        size_t end = i;

        while (status[end] && status[end] != desktop->status[end]) {
            end++;
        }
        if (end > i) {
            VncRect changed = {text_x(desktop, status, i), panel_text_y(desktop),
                               (int)(end - i) * DEMO_FONT_WIDTH, DEMO_FONT_HEIGHT};

            damage(desktop, &changed);
            i = end - 1;
        }
    }
    memcpy(desktop->status, status, sizeof(status));
}

static void terminal_origin(const DemoDesktop *desktop, int *x, int *y)
{
    *x = desktop->terminal_window.x + PADDING;
    *y = desktop->terminal_window.y + TITLE_HEIGHT + PADDING;
}

static void update_terminal(DemoDesktop *desktop)
{
    VncRect cells;
    int x, y;

    if (demo_terminal_take_dirty(&desktop->terminal, &cells)) {
        terminal_origin(desktop, &x, &y);
        damage(desktop, &(VncRect){x + cells.x * DEMO_FONT_WIDTH, y + cells.y * DEMO_FONT_HEIGHT,
                                   cells.w * DEMO_FONT_WIDTH, cells.h * DEMO_FONT_HEIGHT});
    }
}

static VncRect key_line(const DemoDesktop *desktop)
{
    const VncRect *window = &desktop->terminal_window;

    return (VncRect){window->x + PADDING, window->y + window->h - PADDING - DEMO_FONT_HEIGHT,
                     window->w - 2 * PADDING, DEMO_FONT_HEIGHT};
}

/* The mover's path: a curve that fills the screen below the panel, slow enough to read. */
static VncRect mover_at(const DemoDesktop *desktop, uint64_t frame)
{
    double t = 2 * G_PI * frame / desktop->fps;
    int room_x = MAX(desktop->width - MOVER_WIDTH - 2 * MARGIN, 0);
    int room_y = MAX(desktop->height - PANEL_HEIGHT - MOVER_HEIGHT - 2 * MARGIN, 0);
    double x = 0.5 + 0.5 * sin(t / 17 + 0.9), y = 0.5 + 0.5 * sin(t / 11 + 0.8);

    return (VncRect){MARGIN + (int)lrint(room_x * x),
                     PANEL_HEIGHT + MARGIN + (int)lrint(room_y * y), MOVER_WIDTH, MOVER_HEIGHT};
}

static VncRect cross_rect(const DemoDesktop *desktop)
{
    if (!desktop->pointed) {
        return (VncRect){0, 0, 0, 0};
    }
    return (VncRect){desktop->pointer_x - CROSS, desktop->pointer_y - CROSS, 2 * CROSS + 1,
                     2 * CROSS + 1};
}

static void greet(DemoTerminal *terminal)
{
    demo_terminal_print(terminal, "Welcome to the synthetic desktop of vnc-demo.\n",
                        DEMO_INK_PLAIN);
    demo_terminal_print(terminal, "Nothing here is real, but every pixel is sent.\n\n",
                        DEMO_INK_DIM);
    demo_terminal_print(terminal, "demo$ ", DEMO_INK_GREEN);
    demo_terminal_print(terminal, "ls -l\n", DEMO_INK_PLAIN);
    demo_terminal_print(terminal, "drwxr-xr-x  2 demo demo   4096 ", DEMO_INK_PLAIN);
    demo_terminal_print(terminal, "pictures\n", DEMO_INK_BLUE);
    demo_terminal_print(terminal, "-rw-r--r--  1 demo demo 460800 lake.ppm\n", DEMO_INK_PLAIN);
    demo_terminal_print(terminal, "-rwxr-xr-x  1 demo demo  73312 ", DEMO_INK_PLAIN);
    demo_terminal_print(terminal, "mover\n", DEMO_INK_GREEN);
    demo_terminal_print(terminal, "-rw-------  1 demo demo    105 ", DEMO_INK_PLAIN);
    demo_terminal_print(terminal, "secrets.txt\n", DEMO_INK_RED);
    demo_terminal_print(terminal, "demo$ ", DEMO_INK_GREEN);
    demo_terminal_print(terminal, "cat keys.txt\n", DEMO_INK_PLAIN);
    demo_terminal_print(terminal,
                        "What you type appears here, and the pointer leaves a crosshair.\n",
                        DEMO_INK_PLAIN);
    demo_terminal_print(terminal, "demo$ ", DEMO_INK_GREEN);
}

DemoDesktop *demo_desktop_new(int width, int height, unsigned fps)
{
    DemoDesktop *desktop = g_new0(DemoDesktop, 1);

    desktop->fps = fps;
    desktop->photo = demo_photo_new(PHOTO_WIDTH, PHOTO_HEIGHT);
    desktop->damage = g_array_new(false, false, sizeof(VncRect));
    demo_terminal_init(&desktop->terminal);
    greet(&desktop->terminal);
    demo_desktop_resize(desktop, width, height);
    return desktop;
}

void demo_desktop_free(DemoDesktop *desktop)
{
    if (desktop) {
        demo_wallpaper_clear(&desktop->wallpaper);
        g_free(desktop->photo);
        g_array_unref(desktop->damage);
        g_free(desktop);
    }
}

void demo_desktop_resize(DemoDesktop *desktop, int width, int height)
{
    int columns = (width - MARGIN - 2 * PADDING) / DEMO_FONT_WIDTH;
    int rows = (height - PANEL_HEIGHT - MARGIN - TITLE_HEIGHT - 4 * PADDING) / DEMO_FONT_HEIGHT - 1;
    DemoTerminal *terminal = &desktop->terminal;
    VncRect unused;

    desktop->width = width;
    desktop->height = height;
    demo_wallpaper_clear(&desktop->wallpaper);
    demo_wallpaper_init(&desktop->wallpaper, width, height);

    desktop->panel = (VncRect){0, 0, width, PANEL_HEIGHT};
    demo_terminal_resize(terminal, columns, rows);
    demo_terminal_take_dirty(terminal, &unused);
    desktop->terminal_window = (VncRect){
        .w = terminal->columns * DEMO_FONT_WIDTH + 2 * PADDING,
        .h = TITLE_HEIGHT + (terminal->rows + 1) * DEMO_FONT_HEIGHT + 3 * PADDING,
    };
    desktop->terminal_window.x = MIN(MARGIN, MAX((width - desktop->terminal_window.w) / 2, 0));
    desktop->terminal_window.y =
        MAX(height - desktop->terminal_window.h - MARGIN, PANEL_HEIGHT + 4);
    desktop->photo_window =
        (VncRect){MAX(width - PHOTO_WIDTH - MARGIN - 12, 12), PANEL_HEIGHT + MARGIN,
                  PHOTO_WIDTH + 12, PHOTO_HEIGHT + TITLE_HEIGHT + 6};
    desktop->pointer_x = MIN(desktop->pointer_x, width - 1);
    desktop->pointer_y = MIN(desktop->pointer_y, height - 1);
    desktop->mover = mover_at(desktop, desktop->frame);
    update_status(desktop);

    g_array_set_size(desktop->damage, 0);
    damage(desktop, &(VncRect){0, 0, width, height});
}

void demo_desktop_set_frame(DemoDesktop *desktop, uint64_t frame)
{
    VncRect mover = mover_at(desktop, frame);

    desktop->frame = frame;
    if (mover.x != desktop->mover.x || mover.y != desktop->mover.y) {
        VncRect before = demo_rect_grow(&desktop->mover, DEMO_SHADOW);
        VncRect after = demo_rect_grow(&mover, DEMO_SHADOW);

        desktop->mover = mover;
        damage_both(desktop, &before, &after);
    }
    demo_terminal_set_caret(&desktop->terminal, frame * 2 / desktop->fps % 2 == 0);
    update_terminal(desktop);
    update_status(desktop);
}

void demo_desktop_key(DemoDesktop *desktop, bool down, uint32_t keysym, uint32_t keycode)
{
    VncRect line = key_line(desktop);

    snprintf(desktop->last_key, sizeof(desktop->last_key), "key %-4s  keysym %04x  scan code %02x",
             down ? "down" : "up", keysym, keycode);
    damage(desktop, &line);
    if (down) {
        demo_terminal_key(&desktop->terminal, keysym, keycode);
        update_terminal(desktop);
    }
}

void demo_desktop_point(DemoDesktop *desktop, int x, int y, unsigned buttons)
{
    VncRect before = cross_rect(desktop);
    VncRect after;

    if (desktop->pointed && x == desktop->pointer_x && y == desktop->pointer_y &&
        buttons == desktop->buttons) {
        return;
    }
    desktop->pointer_x = CLAMP(x, 0, desktop->width - 1);
    desktop->pointer_y = CLAMP(y, 0, desktop->height - 1);
    desktop->buttons = buttons;
    desktop->pointed = true;
    after = cross_rect(desktop);
    damage_both(desktop, &before, &after);
    update_status(desktop);
}

void demo_desktop_point_by(DemoDesktop *desktop, int dx, int dy, unsigned buttons)
{
    demo_desktop_point(desktop, desktop->pointer_x + CLAMP(dx, -VNC_MAX_SIDE, VNC_MAX_SIDE),
                       desktop->pointer_y + CLAMP(dy, -VNC_MAX_SIDE, VNC_MAX_SIDE), buttons);
}

void demo_desktop_set_leds(DemoDesktop *desktop, unsigned leds)
{
    desktop->leds = leds;
    update_status(desktop);
}

void demo_desktop_set_viewers(DemoDesktop *desktop, unsigned viewers)
{
    desktop->viewers = viewers;
    update_status(desktop);
}

void demo_desktop_notice(DemoDesktop *desktop, const char *text)
{
    demo_terminal_notice(&desktop->terminal, text, DEMO_INK_BLUE);
    update_terminal(desktop);
}

bool demo_desktop_take_damage(DemoDesktop *desktop, VncRect *rect)
{
    if (desktop->damage->len == 0) {
        return false;
    }
    *rect = g_array_index(desktop->damage, VncRect, desktop->damage->len - 1);
    g_array_set_size(desktop->damage, desktop->damage->len - 1);
    return true;
}

/* A window's shadow, frame, title and three buttons; @body fills the rest. */
static void paint_window(const DemoCanvas *canvas, const VncRect *window, const char *title,
                         uint32_t top, uint32_t bottom, uint32_t ink, uint32_t body)
{
    static const uint32_t buttons[] = {0xf0685f, 0xf2bd4e, 0x5fc45a};
    const VncRect title_rect = {window->x, window->y, window->w, TITLE_HEIGHT};
    const VncRect whole_title = {window->x, window->y, window->w, TITLE_HEIGHT + CORNER};
    const VncRect body_rect = {window->x, window->y + TITLE_HEIGHT, window->w,
                               window->h - TITLE_HEIGHT};
    const VncRect whole_body = {window->x, window->y + TITLE_HEIGHT - CORNER, window->w,
                                window->h - TITLE_HEIGHT + CORNER};
    int text_width = (int)strlen(title) * DEMO_FONT_WIDTH;
    DemoCanvas part;

    demo_canvas_shadow(canvas, window, CORNER);
    part = demo_canvas_clipped(canvas, &title_rect);
    demo_canvas_round_rect(&part, &whole_title, CORNER, top, bottom);
    for (int i = 0; i < (int)G_N_ELEMENTS(buttons); i++) {
        demo_canvas_disc(&part, window->x + 18 + 20 * i, window->y + TITLE_HEIGHT / 2, 6,
                         buttons[i]);
    }
    demo_font_text(&part, window->x + (window->w - text_width) / 2,
                   window->y + (TITLE_HEIGHT - DEMO_FONT_HEIGHT) / 2, title, ink, true);
    part = demo_canvas_clipped(canvas, &body_rect);
    demo_canvas_round_rect(&part, &whole_body, CORNER, body, body);
}

static void paint_photo(const DemoDesktop *desktop, const DemoCanvas *canvas)
{
    const VncRect *window = &desktop->photo_window;

    paint_window(canvas, window, "lake.ppm", 0xf4f4f6, 0xdcdce2, 0x4a4a55, 0xdcdce2);
    demo_canvas_blit(canvas, window->x + 6, window->y + TITLE_HEIGHT, desktop->photo, PHOTO_WIDTH,
                     PHOTO_HEIGHT);
}

static void paint_terminal(const DemoDesktop *desktop, const DemoCanvas *canvas)
{
    const VncRect *window = &desktop->terminal_window;
    VncRect line = key_line(desktop);
    VncRect rule = {window->x, line.y - PADDING, window->w, 1};
    DemoCanvas part;
    int x, y;

    paint_window(canvas, window, "terminal", 0x424a5e, 0x30374a, 0xd6dbe6, 0x1b2030);
    terminal_origin(desktop, &x, &y);
    demo_terminal_paint(&desktop->terminal, canvas, x, y);
    demo_canvas_fill(canvas, &rule, 0x30374a);
    part = demo_canvas_clipped(canvas, &line);
    demo_font_text(&part, line.x, line.y, desktop->last_key, 0x9aa6bd, false);
}

static void paint_mover(const DemoDesktop *desktop, const DemoCanvas *canvas)
{
    static const uint8_t bars[] = {34, 58, 47, 80, 66, 95, 72, 104, 88, 60, 76, 112};
    const VncRect *window = &desktop->mover;
    int base = window->y + window->h - 20;

    paint_window(canvas, window, "a moving window", 0x5aa7ee, 0x3a7fd0, 0xffffff, 0xfafbfd);
    demo_font_text(canvas, window->x + 20, window->y + TITLE_HEIGHT + 12,
                   "It wanders along a curve, and only", 0x3a4150, false);
    demo_font_text(canvas, window->x + 20, window->y + TITLE_HEIGHT + 28,
                   "what it leaves or enters is sent.", 0x3a4150, false);
    for (int i = 0; i < (int)G_N_ELEMENTS(bars); i++) {
        const VncRect bar = {window->x + 20 + 26 * i, base - bars[i], 18, bars[i]};

        demo_canvas_round_rect(canvas, &bar, 3, demo_mix(0x8e5bd0, 0x35b5c9, i * 255 / 11),
                               demo_mix(0x5a3f9c, 0x2386a5, i * 255 / 11));
    }
    demo_canvas_fill(canvas, &(VncRect){window->x + 16, base, window->w - 32, 1}, 0xb8bfcc);
}

static void paint_panel(const DemoDesktop *desktop, const DemoCanvas *canvas)
{
    int y = panel_text_y(desktop);
    int x = text_x(desktop, desktop->status, 0);

    demo_canvas_blend(canvas, &desktop->panel, 0x0d1226, 205);
    if (x > 12 + 10 * DEMO_FONT_WIDTH) {
        demo_font_text(canvas, 12, y, "vnc-demo", 0xffffff, true);
    }
    demo_font_text(canvas, x, y, desktop->status, 0xd6dbe6, false);
}

static void paint_cross(const DemoDesktop *desktop, const DemoCanvas *canvas)
{
    int x = desktop->pointer_x, y = desktop->pointer_y;
    uint32_t colour = 0xffffff;

    if (!desktop->pointed) {
        return;
    }
    if (desktop->buttons & VNC_BUTTON_LEFT) {
        colour = 0xff5a4f;
    } else if (desktop->buttons & VNC_BUTTON_MIDDLE) {
        colour = 0x5fd45a;
    } else if (desktop->buttons & VNC_BUTTON_RIGHT) {
        colour = 0x58a6ff;
    }
    for (int light = 0; light <= 1; light++) {
        const VncRect arms[] = {
            {x - CROSS, y, CROSS - 3, 1},
            {x + 4, y, CROSS - 3, 1},
            {x, y - CROSS, 1, CROSS - 3},
            {x, y + 4, 1, CROSS - 3},
            {x, y, 1, 1},
        };

        for (size_t i = 0; i < G_N_ELEMENTS(arms); i++) {
            VncRect arm = light ? arms[i] : demo_rect_grow(&arms[i], 1);
            DemoCanvas part = demo_canvas_clipped(
                canvas, &(VncRect){x - CROSS, y - CROSS, 2 * CROSS + 1, 2 * CROSS + 1});

            demo_canvas_fill(&part, &arm, light ? colour : 0x101018);
        }
    }
}

static void paint_behind_mover(const DemoDesktop *desktop, const DemoCanvas *canvas)
{
    if (!demo_rect_is_empty(&canvas->clip)) {
        demo_wallpaper_paint(&desktop->wallpaper, canvas);
        paint_photo(desktop, canvas);
        paint_terminal(desktop, canvas);
    }
}

void demo_desktop_paint(const DemoDesktop *desktop, const DemoCanvas *canvas)
{
    const VncRect *clip = &canvas->clip;
    VncRect opaque = demo_rect_grow(&desktop->mover, -CORNER);
    VncRect hidden = demo_rect_intersect(clip, &opaque);

    if (demo_rect_is_empty(&hidden)) {
        paint_behind_mover(desktop, canvas);
    } else {
        int right = hidden.x + hidden.w, bottom = hidden.y + hidden.h;
        const VncRect around[] = {
            {clip->x, clip->y, clip->w, hidden.y - clip->y},
            {clip->x, hidden.y, hidden.x - clip->x, hidden.h},
            {right, hidden.y, clip->x + clip->w - right, hidden.h},
            {clip->x, bottom, clip->w, clip->y + clip->h - bottom},
        };

        /* Most of what a step of the mover damages is the mover itself. */
        for (size_t i = 0; i < G_N_ELEMENTS(around); i++) {
            DemoCanvas part = demo_canvas_clipped(canvas, &around[i]);

            paint_behind_mover(desktop, &part);
        }
    }
    paint_mover(desktop, canvas);
    paint_panel(desktop, canvas);
    paint_cross(desktop, canvas);
}
