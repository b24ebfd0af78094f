/*
 * A terminal of the synthetic desktop: a grid of characters that shows typed keys.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. Owns nothing. No lock.
 */
#include "ui/host-demo/terminal.h"

#include "ui/host-demo/font.h"

#include <stdio.h>
#include <string.h>
#include <xkbcommon/xkbcommon-keysyms.h>

#define PROMPT "demo$ "
#define TAB    8

static const struct {
    uint32_t keysym;
    const char *name;
} key_names[] = {
    {XKB_KEY_Pause, "Pause"},
    {XKB_KEY_Scroll_Lock, "ScrollLock"},
    {XKB_KEY_Escape, "Esc"},
    {XKB_KEY_Multi_key, "Multi"},
    {XKB_KEY_Home, "Home"},
    {XKB_KEY_Left, "Left"},
    {XKB_KEY_Up, "Up"},
    {XKB_KEY_Right, "Right"},
    {XKB_KEY_Down, "Down"},
    {XKB_KEY_Page_Up, "PageUp"},
    {XKB_KEY_Page_Down, "PageDn"},
    {XKB_KEY_End, "End"},
    {XKB_KEY_Print, "Print"},
    {XKB_KEY_Insert, "Insert"},
    {XKB_KEY_Menu, "Menu"},
    {XKB_KEY_Num_Lock, "NumLock"},
    {XKB_KEY_KP_Home, "Home"},
    {XKB_KEY_KP_Left, "Left"},
    {XKB_KEY_KP_Up, "Up"},
    {XKB_KEY_KP_Right, "Right"},
    {XKB_KEY_KP_Down, "Down"},
    {XKB_KEY_KP_Page_Up, "PageUp"},
    {XKB_KEY_KP_Page_Down, "PageDn"},
    {XKB_KEY_KP_End, "End"},
    {XKB_KEY_KP_Begin, "Begin"},
    {XKB_KEY_KP_Insert, "Insert"},
    {XKB_KEY_KP_Delete, "Delete"},
    {XKB_KEY_Delete, "Delete"},
};

static const uint32_t inks[DEMO_INKS] = {
    [DEMO_INK_PLAIN] = 0xd6dbe6, [DEMO_INK_DIM] = 0x7c879c,    [DEMO_INK_GREEN] = 0x86d58c,
    [DEMO_INK_BLUE] = 0x76b2f2,  [DEMO_INK_YELLOW] = 0xe9c46a, [DEMO_INK_RED] = 0xef8078,
};

static void mark(DemoTerminal *terminal, int column, int row, int columns, int rows)
{
    VncRect cells = {column, row, columns, rows};

    terminal->dirty = demo_rect_union(&terminal->dirty, &cells);
}

static void mark_all(DemoTerminal *terminal)
{
    mark(terminal, 0, 0, terminal->columns, terminal->rows);
}

/* Drop the upper lines; the caret stays in its line. */
static void scroll(DemoTerminal *terminal, int lines)
{
    int kept = DEMO_TERMINAL_ROWS - lines;

    memmove(terminal->text[0], terminal->text[lines], kept * sizeof(terminal->text[0]));
    memmove(terminal->ink[0], terminal->ink[lines], kept * sizeof(terminal->ink[0]));
    memset(terminal->text[kept], ' ', lines * sizeof(terminal->text[0]));
    terminal->row -= lines;
    mark_all(terminal);
}

static void new_line(DemoTerminal *terminal)
{
    mark(terminal, terminal->column, terminal->row, 1, 1);
    terminal->column = 0;
    terminal->start = 0;
    terminal->row++;
    if (terminal->row == terminal->rows) {
        scroll(terminal, 1);
    }
    mark(terminal, terminal->column, terminal->row, 1, 1);
}

static void put(DemoTerminal *terminal, char ch, DemoInk ink)
{
    terminal->text[terminal->row][terminal->column] = ch;
    terminal->ink[terminal->row][terminal->column] = ink;
    mark(terminal, terminal->column, terminal->row, 1, 1);
    if (terminal->column + 1 == terminal->columns) {
        new_line(terminal);
    } else {
        terminal->column++;
        mark(terminal, terminal->column, terminal->row, 1, 1);
    }
}

void demo_terminal_init(DemoTerminal *terminal)
{
    memset(terminal, 0, sizeof(*terminal));
    memset(terminal->text, ' ', sizeof(terminal->text));
    terminal->columns = DEMO_TERMINAL_COLUMNS;
    terminal->rows = DEMO_TERMINAL_ROWS;
    terminal->caret = true;
    mark_all(terminal);
}

void demo_terminal_resize(DemoTerminal *terminal, int columns, int rows)
{
    terminal->columns = CLAMP(columns, 1, DEMO_TERMINAL_COLUMNS);
    terminal->rows = CLAMP(rows, 1, DEMO_TERMINAL_ROWS);
    if (terminal->row >= terminal->rows) {
        scroll(terminal, terminal->row - terminal->rows + 1);
    }
    terminal->column = MIN(terminal->column, terminal->columns - 1);
    terminal->start = MIN(terminal->start, terminal->column);
    terminal->dirty = (VncRect){0, 0, terminal->columns, terminal->rows};
}

void demo_terminal_print(DemoTerminal *terminal, const char *text, DemoInk ink)
{
    for (; *text; text++) {
        if (*text == '\n') {
            new_line(terminal);
        } else {
            put(terminal, *text, ink);
        }
    }
    terminal->start = terminal->column;
}

static void prompt(DemoTerminal *terminal)
{
    if (terminal->column > 0) {
        new_line(terminal);
    }
    demo_terminal_print(terminal, PROMPT, DEMO_INK_GREEN);
}

void demo_terminal_notice(DemoTerminal *terminal, const char *text, DemoInk ink)
{
    char typed[DEMO_TERMINAL_COLUMNS];
    uint8_t typed_ink[DEMO_TERMINAL_COLUMNS];
    int length = terminal->column, start = terminal->start;

    memcpy(typed, terminal->text[terminal->row], sizeof(typed));
    memcpy(typed_ink, terminal->ink[terminal->row], sizeof(typed_ink));
    memset(terminal->text[terminal->row], ' ', sizeof(typed));
    mark(terminal, 0, terminal->row, terminal->columns, 1);
    terminal->column = 0;
    demo_terminal_print(terminal, text, ink);
    new_line(terminal);
    for (int i = 0; i < length; i++) {
        put(terminal, typed[i], typed_ink[i]);
    }
    terminal->start = start;
}

static void erase(DemoTerminal *terminal)
{
    if (terminal->column > terminal->start) {
        mark(terminal, terminal->column, terminal->row, 1, 1);
        terminal->column--;
        terminal->text[terminal->row][terminal->column] = ' ';
        mark(terminal, terminal->column, terminal->row, 1, 1);
    }
}

static void key_name(uint32_t keysym, uint32_t keycode, char *name, size_t size)
{
    if (keysym == 0) {
        snprintf(name, size, "<scan %02x>", keycode);
        return;
    }
    if (keysym >= XKB_KEY_F1 && keysym <= XKB_KEY_F24) {
        snprintf(name, size, "<F%u>", keysym - XKB_KEY_F1 + 1);
        return;
    }
    for (size_t i = 0; i < G_N_ELEMENTS(key_names); i++) {
        if (key_names[i].keysym == keysym) {
            snprintf(name, size, "<%s>", key_names[i].name);
            return;
        }
    }
    snprintf(name, size, "<%04x>", keysym);
}

void demo_terminal_key(DemoTerminal *terminal, uint32_t keysym, uint32_t keycode)
{
    char name[32];

    if (keysym >= XKB_KEY_KP_Multiply && keysym <= XKB_KEY_KP_9) {
        keysym -= XKB_KEY_KP_Multiply - '*';
    }
    if (keysym >= DEMO_FONT_FIRST && keysym <= DEMO_FONT_LAST) {
        put(terminal, (char)keysym, DEMO_INK_PLAIN);
    } else if (keysym == XKB_KEY_Return || keysym == XKB_KEY_KP_Enter) {
        new_line(terminal);
        prompt(terminal);
    } else if (keysym == XKB_KEY_BackSpace) {
        erase(terminal);
    } else if (keysym == XKB_KEY_Tab) {
        do {
            put(terminal, ' ', DEMO_INK_PLAIN);
        } while (terminal->column % TAB != 0);
    } else if (!(keysym >= XKB_KEY_Shift_L && keysym <= XKB_KEY_Hyper_R) &&
               !(keysym >= XKB_KEY_ISO_Lock && keysym <= XKB_KEY_ISO_Last_Group_Lock)) {
        key_name(keysym, keycode, name, sizeof(name));
        for (const char *p = name; *p; p++) {
            put(terminal, *p, DEMO_INK_YELLOW);
        }
    }
}

void demo_terminal_set_caret(DemoTerminal *terminal, bool visible)
{
    if (terminal->caret != visible) {
        terminal->caret = visible;
        mark(terminal, terminal->column, terminal->row, 1, 1);
    }
}

bool demo_terminal_take_dirty(DemoTerminal *terminal, VncRect *cells)
{
    const VncRect grid = {0, 0, terminal->columns, terminal->rows};

    *cells = demo_rect_intersect(&terminal->dirty, &grid);
    terminal->dirty = (VncRect){0, 0, 0, 0};
    return !demo_rect_is_empty(cells);
}

void demo_terminal_paint(const DemoTerminal *terminal, const DemoCanvas *canvas, int x, int y)
{
    const VncRect caret = {
        x + terminal->column * DEMO_FONT_WIDTH,
        y + terminal->row * DEMO_FONT_HEIGHT + 1,
        DEMO_FONT_WIDTH,
        DEMO_FONT_HEIGHT - 1,
    };

    for (int row = 0; row < terminal->rows; row++) {
        int top = y + row * DEMO_FONT_HEIGHT;

        if (top >= canvas->clip.y + canvas->clip.h || top + DEMO_FONT_HEIGHT <= canvas->clip.y) {
            continue;
        }
        for (int column = 0; column < terminal->columns; column++) {
            char ch = terminal->text[row][column];

            if (ch != ' ') {
                demo_font_glyph(canvas, x + column * DEMO_FONT_WIDTH, top, ch,
                                inks[terminal->ink[row][column]], false);
            }
        }
    }
    if (terminal->caret) {
        demo_canvas_fill(canvas, &caret, inks[DEMO_INK_GREEN]);
    }
}
