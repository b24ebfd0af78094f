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

#define PROMPT "demo$ "
#define TAB    8

/* Keysyms, as X11 numbers them. */
enum {
    KEY_BACKSPACE = 0xff08,
    KEY_TAB = 0xff09,
    KEY_RETURN = 0xff0d,
    KEY_KP_ENTER = 0xff8d,
    KEY_KP_MULTIPLY = 0xffaa,
    KEY_KP_9 = 0xffb9,
    KEY_F1 = 0xffbe,
    KEY_F24 = 0xffd5,
    KEY_SHIFT_L = 0xffe1,
    KEY_HYPER_R = 0xffee,
    KEY_ISO_FIRST = 0xfe01,
    KEY_ISO_LAST = 0xfe0f,
};

static const struct {
    uint32_t keysym;
    const char *name;
} key_names[] = {
    {0xff13, "Pause"}, {0xff14, "ScrollLock"}, {0xff1b, "Esc"},    {0xff20, "Multi"},
    {0xff50, "Home"},  {0xff51, "Left"},       {0xff52, "Up"},     {0xff53, "Right"},
    {0xff54, "Down"},  {0xff55, "PageUp"},     {0xff56, "PageDn"}, {0xff57, "End"},
    {0xff61, "Print"}, {0xff63, "Insert"},     {0xff67, "Menu"},   {0xff7f, "NumLock"},
    {0xff95, "Home"},  {0xff96, "Left"},       {0xff97, "Up"},     {0xff98, "Right"},
    {0xff99, "Down"},  {0xff9a, "PageUp"},     {0xff9b, "PageDn"}, {0xff9c, "End"},
    {0xff9d, "Begin"}, {0xff9e, "Insert"},     {0xff9f, "Delete"}, {0xffff, "Delete"},
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
    if (keysym >= KEY_F1 && keysym <= KEY_F24) {
        snprintf(name, size, "<F%u>", keysym - KEY_F1 + 1);
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

    if (keysym >= KEY_KP_MULTIPLY && keysym <= KEY_KP_9) {
        keysym -= KEY_KP_MULTIPLY - '*';
    }
    if (keysym >= DEMO_FONT_FIRST && keysym <= DEMO_FONT_LAST) {
        put(terminal, (char)keysym, DEMO_INK_PLAIN);
    } else if (keysym == KEY_RETURN || keysym == KEY_KP_ENTER) {
        new_line(terminal);
        prompt(terminal);
    } else if (keysym == KEY_BACKSPACE) {
        erase(terminal);
    } else if (keysym == KEY_TAB) {
        do {
            put(terminal, ' ', DEMO_INK_PLAIN);
        } while (terminal->column % TAB != 0);
    } else if (!(keysym >= KEY_SHIFT_L && keysym <= KEY_HYPER_R) &&
               !(keysym >= KEY_ISO_FIRST && keysym <= KEY_ISO_LAST)) {
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
