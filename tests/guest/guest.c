/*
 * The guest: obeys lines on the serial line, paints, tells of keys and mouse.
 *
 *   mode WIDTH HEIGHT [BPP]   another mode, 32 bits unless said; its picture begins anew
 *   paint SEED                a known picture, always the same for a seed; nothing moves
 *   go, still                 the moving picture; stop it where it is
 *   fill X Y W H COLOUR       a rectangle, COLOUR in decimal
 *   flip                      the same picture from another part of the video memory
 *   absolute, relative        the mouse, through VMware's interface or as ever
 *   leds N                    the keyboard's: scroll 1, num 2, caps 4
 *   cursor X Y ON             a vmware-svga shows its cursor there, or, ON 0, not at all
 *   events                    answered by `events N` first: what a virtio-vga has announced, or -1
 *   scene NAME                a scene for benchmarks, see bench.c
 *   beep HZ                   the PC's speaker sounds from now on; 0: it is silent
 *   agent HEX                 these bytes go out of the second serial port; what comes in there is
 *                             told by lines `agent HEX`
 *   frames                    answered by `frames N pixels M` first: painted since it began, and
 *                             for a scene how many pixels this has changed (hexadecimal, modulo
 *                             2^32)
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
static PaintFrame *paint_next; /* NULL: nothing moves */
static uint32_t frame;         /* its number */
static uint32_t due;           /* the tick at which it is painted */
static unsigned period;        /* ticks from one to the next */

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

/* Without anything to paint the guest sleeps; what is left is the server's own. */
static void start(PaintFrame *paint, unsigned ticks_per_frame)
{
    paint_next = paint;
    period = ticks_per_frame;
    frame = 0;
    due = ticks;
    run_clock(paint != NULL);
}

/* Whether it was time to paint a frame. */
static bool paint_due(void)
{
    if (!paint_next || (int32_t)(ticks - due) < 0) {
        return false;
    }
    due += period;
    if ((int32_t)(ticks - due) >= 0) {
        due = ticks + 1; /* too late for that one already: leave it out */
    }
    allow_interrupts(true);
    paint_next(&screen, frame++);
    allow_interrupts(false);
    return true;
}

static const char *mode(const char *arguments)
{
    int width = next_number(&arguments);
    int height = next_number(&arguments);
    int bpp = next_number(&arguments);

    if (!video_mode(&screen, width, height, bpp < 0 ? 32 : bpp)) {
        return "the display does not show this mode";
    }
    scene_begin(&screen);
    start(paint_next ? scene_frame : NULL, 1);
    return NULL;
}

static void fill(const char *arguments)
{
    int x = next_number(&arguments), y = next_number(&arguments);
    int w = next_number(&arguments), h = next_number(&arguments);

    scene_fill(&screen, x, y, w, h, (uint32_t)next_number(&arguments));
}

static const char *bench_scene(const char *name)
{
    PaintFrame *paint;
    bool known;

    while (*name == ' ') {
        name++;
    }
    allow_interrupts(true);
    known = bench_begin(&screen, name, &paint);
    allow_interrupts(false);
    if (!known) {
        return "no such scene, or not on such a screen";
    }
    start(paint, BENCH_TICKS);
    return NULL;
}

/* The value of a hexadecimal digit, or -1. */
static int digit(char c)
{
    if (c >= '0' && c <= '9') {
        return c - '0';
    }
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static const char *agent_send(const char *text)
{
    while (*text == ' ') {
        text++;
    }
    for (; digit(text[0]) >= 0 && digit(text[1]) >= 0; text += 2) {
        agent_write((uint8_t)(digit(text[0]) << 4 | digit(text[1])));
    }
    return *text ? "bytes are pairs of hexadecimal digits" : NULL;
}

static void agent_tell(void)
{
    uint8_t byte;

    if (!agent_read(&byte)) {
        return;
    }
    serial_print("agent ");
    do {
        serial_print("%x", byte);
    } while (agent_read(&byte));
    serial_print("\n");
}

static const char *obey(const char *line)
{
    const char *arguments;

    if ((arguments = after_word(line, "mode"))) {
        return mode(arguments);
    }
    if ((arguments = after_word(line, "paint"))) {
        start(NULL, 0);
        scene_paint(&screen, next_number(&arguments));
        return NULL;
    }
    if (after_word(line, "go")) {
        scene_begin(&screen);
        start(scene_frame, 1);
        return NULL;
    }
    if ((arguments = after_word(line, "fill"))) {
        fill(arguments);
        return NULL;
    }
    if (after_word(line, "flip")) {
        return video_flip(&screen) ? NULL : "no more video memory";
    }
    if (after_word(line, "absolute") || after_word(line, "relative")) {
        input_absolute(after_word(line, "absolute"));
        return NULL;
    }
    if ((arguments = after_word(line, "leds"))) {
        input_leds(next_number(&arguments));
        return NULL;
    }
    if ((arguments = after_word(line, "cursor"))) {
        int x = next_number(&arguments), y = next_number(&arguments);

        return cursor_show(x, y, next_number(&arguments) > 0) ? NULL : "no vmware-svga";
    }
    if (after_word(line, "events")) {
        serial_print("events %d\n", video_events());
        return NULL;
    }
    if (after_word(line, "still")) {
        start(NULL, 0);
        return NULL;
    }
    if ((arguments = after_word(line, "scene"))) {
        return bench_scene(arguments);
    }
    if ((arguments = after_word(line, "beep"))) {
        beep(next_number(&arguments));
        return NULL;
    }
    if ((arguments = after_word(line, "agent"))) {
        return agent_send(arguments);
    }
    if (after_word(line, "frames")) {
        serial_print("frames %d pixels %x\n", (int)frame, bench_changed());
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
    machine_init();
    if (!video_init() || !video_mode(&screen, DEFAULT_WIDTH, DEFAULT_HEIGHT, 32)) {
        serial_print("error no Bochs display\n");
        return;
    }
    input_init();
    scene_begin(&screen);
    start(scene_frame, 1);
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
        agent_tell();
        /* What an interrupt announced while a frame was painted is looked for at once. */
        if (!paint_due()) {
            wait_interrupt();
        }
    }
}
