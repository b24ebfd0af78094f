/*
 * A terminal of the synthetic desktop: a grid of characters that shows typed keys.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread. A plain value, owns nothing. No lock.
 */
#ifndef UI_HOST_DEMO_TERMINAL_H
#define UI_HOST_DEMO_TERMINAL_H

#include "ui/host-demo/canvas.h"

#define DEMO_TERMINAL_COLUMNS 80
#define DEMO_TERMINAL_ROWS    24

typedef enum DemoInk {
    DEMO_INK_PLAIN,
    DEMO_INK_DIM,
    DEMO_INK_GREEN,
    DEMO_INK_BLUE,
    DEMO_INK_YELLOW,
    DEMO_INK_RED,
    DEMO_INKS,
} DemoInk;

typedef struct DemoTerminal {
    int columns, rows; /* what is used of the grid */
    int column, row;   /* of the caret */
    int start;         /* the column where typing began; no erasing before it */
    bool caret;        /* whether it is visible */
    VncRect dirty;     /* cells */
    char text[DEMO_TERMINAL_ROWS][DEMO_TERMINAL_COLUMNS];
    uint8_t ink[DEMO_TERMINAL_ROWS][DEMO_TERMINAL_COLUMNS];
} DemoTerminal;

/* An empty grid of the largest size, all dirty. */
void demo_terminal_init(DemoTerminal *terminal);

/* Clamped to 1 up to the largest size; the lowest lines stay. All is dirty. */
void demo_terminal_resize(DemoTerminal *terminal, int columns, int rows);

/* '\n' begins a line; a long line is wrapped. */
void demo_terminal_print(DemoTerminal *terminal, const char *text, DemoInk ink);

/* A line of its own, above the line that is being typed. */
void demo_terminal_notice(DemoTerminal *terminal, const char *text, DemoInk ink);

/* Show that a key went down: a character as itself, others by name. Modifiers show nothing. */
void demo_terminal_key(DemoTerminal *terminal, uint32_t keysym, uint32_t keycode);

void demo_terminal_set_caret(DemoTerminal *terminal, bool visible);

/* Move the dirty cells out, if there are any. */
bool demo_terminal_take_dirty(DemoTerminal *terminal, VncRect *cells);

/* Paint the terminal over the background, the first cell's top left at @x, @y. */
void demo_terminal_paint(const DemoTerminal *terminal, const DemoCanvas *canvas, int x, int y);

#endif
