/*
 * The guest: obeys lines on the serial line, paints, tells of keys and mouse.
 *
 *   mode WIDTH HEIGHT [BPP]   another mode, 32 bits unless said; its picture begins anew
 *   paint SEED                a known picture, always the same for a seed; nothing moves
 *   go, still                 the moving picture; stop it where it is
 *
 * Each line is answered by `ok` or `error TEXT`. `ready` is said once, at the start. The same
 * commands, separated by semicolons, may stand in the kernel command line.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "guest.h"

enum { DEFAULT_WIDTH = 1280, DEFAULT_HEIGHT = 800 };

/* What the boot loader passes (Multiboot specification, 3.3), as far as it is used. */
typedef struct MultibootInfo {
    uint32_t flags; /* bit 2: cmdline is valid */
    uint32_t mem_lower, mem_upper, boot_device;
    const char *cmdline;
} MultibootInfo;

void guest_main(const MultibootInfo *info);

static Screen screen;
static bool moving;
static uint32_t frame;

/* If @text begins with the word @word: what follows it; else NULL. */
static const char *after_word(const char *text, const char *word)
{
    while (*word && *text == *word) {
        text++;
        word++;
    }
    if (*word || (*text && *text != ' ')) {
        return NULL;
    }
    return text;
}

/* The next number in *text, or -1. */
static int next_number(const char **text)
{
    int value = 0, digits = 0;

    while (**text == ' ') {
        ++*text;
    }
    for (; **text >= '0' && **text <= '9' && digits < 9; ++*text, digits++) {
        value = value * 10 + (**text - '0');
    }
    return digits > 0 ? value : -1;
}

static void begin(void)
{
    moving = true;
    frame = 0;
    scene_begin(&screen);
}

static const char *mode(const char *arguments)
{
    int width = next_number(&arguments);
    int height = next_number(&arguments);
    int bpp = next_number(&arguments);
    bool was_moving = moving;

    if (!video_mode(&screen, width, height, bpp < 0 ? 32 : bpp)) {
        return "the display does not show this mode";
    }
    begin();
    moving = was_moving;
    return NULL;
}

static const char *obey(const char *line)
{
    const char *arguments;

    if ((arguments = after_word(line, "mode"))) {
        return mode(arguments);
    }
    if ((arguments = after_word(line, "paint"))) {
        moving = false;
        scene_paint(&screen, next_number(&arguments));
        return NULL;
    }
    if (after_word(line, "go")) {
        begin();
        return NULL;
    }
    if (after_word(line, "still")) {
        moving = false;
        return NULL;
    }
    return "unknown command";
}

static void answer(const char *line)
{
    const char *error = obey(line);

    if (error) {
        serial_print("error %s\n", error);
    } else {
        serial_print("ok\n");
    }
}

static void read_commands(void)
{
    static char line[128];
    static unsigned n;
    char c;

    while (serial_read(&c)) {
        if (c != '\n') {
            n += n < sizeof(line) - 1;
            line[n - 1] = c;
            continue;
        }
        line[n] = 0;
        n = 0;
        answer(line);
    }
}

/* The command line's first word is the kernel's name. */
static void read_command_line(const char *text)
{
    char line[128];
    unsigned n = 0;

    while (*text && *text != ' ') {
        text++;
    }
    for (; *text; text++) {
        if (*text == ';') {
            line[n] = 0;
            answer(line);
            n = 0;
        } else if (n < sizeof(line) - 1 && (n > 0 || *text != ' ')) {
            line[n++] = *text;
        }
    }
    if (n > 0) {
        line[n] = 0;
        answer(line);
    }
}

void guest_main(const MultibootInfo *info)
{
    uint32_t seen = 0;

    machine_init();
    if (!video_init() || !video_mode(&screen, DEFAULT_WIDTH, DEFAULT_HEIGHT, 32)) {
        serial_print("error no Bochs display\n");
        return;
    }
    input_init();
    begin();
    if (info->flags & 4) {
        read_command_line(info->cmdline);
    }
    serial_print("ready\n");
    for (;;) {
        char typed = input_poll();

        if (typed) {
            scene_type(typed);
        }
        read_commands();
        if (moving && ticks != seen) {
            seen = ticks;
            scene_frame(&screen, frame++);
        }
        wait_interrupt();
    }
}
