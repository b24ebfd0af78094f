/*
 * The guest's scenes for benchmarks: what a screen does all day, 30 frames a second.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 *   video    the whole screen changes each frame: a photograph that pans, with fresh grain
 *   window   the same in 640x360 pixels of a desktop
 *   drag     a window of text, 800x600, is moved over a wallpaper and bounces off the edges
 *   text     a terminal as large as the screen scrolls by a line each frame
 *   type     in such a terminal one glyph is typed each frame
 *   idle     a desktop on which nothing changes
 *
 * A frame must cost next to nothing, for it is the server that is measured: everything is painted
 * into memory beforehand, and a frame is copied from there. 32 bits a pixel only.
 */
#include "guest.h"

enum { MIN_WIDTH = 1024, MIN_HEIGHT = 768, MAX_WIDTH = 2560, MAX_HEIGHT = 1600 };
enum { FRAMES = 6, PAN_X = 3, PAN_Y = 2, GRAIN = 7 };
enum { VIDEO_WIDTH = 640, VIDEO_HEIGHT = 360, VIDEO_X = 300, VIDEO_Y = 200 };
enum { WINDOW_WIDTH = 800, WINDOW_HEIGHT = 600, TITLE_HEIGHT = 24, STEP_X = 7, STEP_Y = 4 };
enum { LINES = 256, WORDS = 200, GLYPH_WIDTH = 8, LINE_HEIGHT = 16, RUN = 16 };
enum { PAPER = 0x101418, INK = 0xd0d0d0 };

/* Where the pictures are in memory, which must be 256 MiB; scene.c uses the same otherwise. */
static uint32_t *const photo = (uint32_t *)(16u << 20);  /* without grain: the wallpaper, too */
static uint32_t *const frames = (uint32_t *)(64u << 20); /* FRAMES screens of video */
static uint32_t *const lines = (uint32_t *)(64u << 20);  /* or LINES lines of the terminal */
static uint16_t *const light = (uint16_t *)(192u << 20); /* while the photograph is made */
static uint16_t *const tint = (uint16_t *)(208u << 20);

static uint32_t window[WINDOW_WIDTH * WINDOW_HEIGHT];
static int photo_stride; /* pixels from one row to the next */

static int window_x, window_y;

/*
 * The pixels that frames have changed: all of each run of RUN pixels of a row in which one is
 * another now. No server sends less than that.
 */
static uint32_t changed;
static uint32_t changed_by_line[LINES]; /* where the next one takes a line's place */
static uint32_t changed_by_step[2];     /* within the window where it was and is: downwards, up */

/* ---- copying ---- */

/* 16 bytes a step: each instruction costs the same here, as all are emulated. */
static void copy_row(uint32_t *to, const uint32_t *from, int pixels)
{
    int blocks = pixels / 16;

    if (blocks > 0) {
        __asm__ volatile("1:\n\t"
                         "movdqu (%1), %%xmm0\n\t"
                         "movdqu 16(%1), %%xmm1\n\t"
                         "movdqu 32(%1), %%xmm2\n\t"
                         "movdqu 48(%1), %%xmm3\n\t"
                         "movdqu %%xmm0, (%0)\n\t"
                         "movdqu %%xmm1, 16(%0)\n\t"
                         "movdqu %%xmm2, 32(%0)\n\t"
                         "movdqu %%xmm3, 48(%0)\n\t"
                         "add $64, %1\n\t"
                         "add $64, %0\n\t"
                         "dec %2\n\t"
                         "jnz 1b"
                         : "+r"(to), "+r"(from), "+r"(blocks)
                         :
                         : "memory");
    }
    for (int i = 0; i < pixels % 16; i++) {
        to[i] = from[i];
    }
}

static void copy_rect(const Screen *screen, int x, int y, int w, int h, const uint32_t *from,
                      int stride)
{
    uint32_t *to = (uint32_t *)screen->pixels + y * screen->width + x;

    for (int j = 0; j < h; j++) {
        copy_row(to + j * screen->width, from + j * stride, w);
    }
}

/* How many pixels of two rows are in runs that differ. */
static uint32_t compare_rows(const uint32_t *a, const uint32_t *b, int pixels)
{
    uint32_t n = 0;

    for (int x = 0; x < pixels; x += RUN) {
        int end = x + RUN < pixels ? x + RUN : pixels;

        for (int i = x; i < end; i++) {
            if (a[i] != b[i]) {
                n += (uint32_t)(end - x);
                break;
            }
        }
    }
    return n;
}

/* ---- the photograph ---- */

/* Noise at a point of a grid's column, from 0 to 255: mixed from the points above and below. */
static int grid_column(uint32_t seed, int column, int y, int shift)
{
    uint32_t at = seed + (uint32_t)(y >> shift) * 4096 + (uint32_t)column;
    int above = scene_hash(at) & 255, below = scene_hash(at + 4096) & 255;

    return above + (((below - above) * (y & ((1 << shift) - 1))) >> shift);
}

/* Adds to a field of photo_stride * @h smooth noise, 0 to @weight, on a grid of 2^@shift. */
static void add_noise(uint16_t *field, int h, uint32_t seed, int shift, int weight)
{
    for (int y = 0; y < h; y++) {
        int right = grid_column(seed, 0, y, shift) * weight;

        for (int column = 0; column < photo_stride >> shift; column++) {
            int value = right * 256, slope;

            right = grid_column(seed, column + 1, y, shift) * weight;
            slope = (right * 256 - value) >> shift;
            for (int i = 0; i < 1 << shift; i++, value += slope) {
                *field++ += (uint16_t)(value >> 16);
            }
        }
    }
}

/* A colour between the darkest and the brightest that leave room for the grain; more contrast. */
static uint32_t expose(int value)
{
    value = (value - 172) * 3 / 2 + 128;
    return value < GRAIN ? GRAIN : value > 255 - GRAIN ? 255 - GRAIN : (uint32_t)value;
}

static void make_photo(const Screen *screen)
{
    int h = screen->height + FRAMES * PAN_Y;

    photo_stride = (screen->width + FRAMES * PAN_X + 255) & ~255;
    for (int i = 0; i < photo_stride * h; i++) {
        light[i] = tint[i] = 0;
    }
    add_noise(light, h, 1 << 24, 8, 120);
    add_noise(light, h, 2 << 24, 6, 90);
    add_noise(light, h, 3 << 24, 3, 50);
    add_noise(light, h, 4 << 24, 2, 70);
    add_noise(light, h, 6 << 24, 1, 15);
    add_noise(tint, h, 5 << 24, 7, 128);
    for (int i = 0; i < photo_stride * h; i++) {
        int t = tint[i] - 64;

        photo[i] = expose(light[i] + t) << 16 | expose(light[i]) << 8 | expose(light[i] - t);
    }
}

/* Grain of -GRAIN to GRAIN in each colour, as of a film. */
static void make_frames(const Screen *screen)
{
    uint32_t random = 1, *to = frames;

    for (int frame = 0; frame < FRAMES; frame++) {
        for (int y = 0; y < screen->height; y++) {
            const uint32_t *from = photo + (y + frame * PAN_Y) * photo_stride + frame * PAN_X;

            for (int x = 0; x < screen->width; x++) {
                random ^= random << 13;
                random ^= random >> 17;
                random ^= random << 5;
                *to++ = *from++ + (random & 0x070707) + (random >> 3 & 0x070707) - GRAIN * 0x010101;
            }
        }
    }
}

/* ---- text ---- */

/* Words of a log, again and again of the same vocabulary; a line is as long as its number says. */
static void make_line(const Screen *line, uint32_t number)
{
    int columns = line->width / GLYPH_WIDTH;
    int length = columns / 4 + (int)(scene_hash(number) % (uint32_t)(columns * 3 / 4));
    int x = 0;

    scene_fill(line, 0, 0, line->width, line->height, PAPER);
    for (uint32_t i = 0; x < length; i++, x++) {
        uint32_t word = scene_hash(number * 64 + i) % WORDS;
        int end = x + 2 + (int)(word % 9);

        for (uint32_t k = 0; x < end && x < columns; x++, k++) {
            char glyph[2] = {(char)('a' + scene_hash(word * 16 + k) % 26), 0};

            scene_text(line, x * GLYPH_WIDTH, 0, glyph, i == 0 ? 0x60d060 : INK);
        }
    }
}

static void make_window(void)
{
    Screen all = {WINDOW_WIDTH, WINDOW_HEIGHT, 32, (uint8_t *)window};

    scene_fill(&all, 0, 0, WINDOW_WIDTH, WINDOW_HEIGHT, PAPER);
    scene_fill(&all, 0, 0, WINDOW_WIDTH, TITLE_HEIGHT, 0x3a78d0);
    scene_text(&all, 8, 4, "a window of text", 0xffffff);
    for (int y = TITLE_HEIGHT; y + LINE_HEIGHT <= WINDOW_HEIGHT; y += LINE_HEIGHT) {
        Screen line = {WINDOW_WIDTH, LINE_HEIGHT, 32, (uint8_t *)(window + y * WINDOW_WIDTH)};

        make_line(&line, (uint32_t)y);
    }
}

static uint32_t *line_at(const Screen *screen, int n)
{
    return lines + n % LINES * LINE_HEIGHT * screen->width;
}

static void make_lines(const Screen *screen)
{
    for (int i = 0; i < LINES; i++) {
        Screen line = {screen->width, LINE_HEIGHT, 32, (uint8_t *)line_at(screen, i)};

        make_line(&line, (uint32_t)i);
    }
    for (int i = 0; i < LINES; i++) {
        const uint32_t *line = line_at(screen, i), *next = line_at(screen, i + 1);

        changed_by_line[i] = 0;
        for (int y = 0; y < LINE_HEIGHT; y++, line += screen->width, next += screen->width) {
            changed_by_line[i] += compare_rows(line, next, screen->width);
        }
    }
}

/* ---- the scenes ---- */

static void desktop_begin(const Screen *screen)
{
    make_photo(screen);
    make_window();
    copy_rect(screen, 0, 0, screen->width, screen->height, photo, photo_stride);
    copy_rect(screen, screen->width - WINDOW_WIDTH - 20, screen->height - WINDOW_HEIGHT - 20,
              WINDOW_WIDTH, WINDOW_HEIGHT, window, WINDOW_WIDTH);
}

static void video_begin(const Screen *screen)
{
    make_photo(screen);
    make_frames(screen);
}

static void video_frame(const Screen *screen, uint32_t frame)
{
    int pixels = screen->width * screen->height;

    copy_row((uint32_t *)screen->pixels, frames + frame % FRAMES * (uint32_t)pixels, pixels);
    changed += (uint32_t)pixels;
}

static void window_begin(const Screen *screen)
{
    desktop_begin(screen);
    make_frames(screen);
}

static void window_frame(const Screen *screen, uint32_t frame)
{
    copy_rect(screen, VIDEO_X, VIDEO_Y, VIDEO_WIDTH, VIDEO_HEIGHT,
              frames + frame % FRAMES * (uint32_t)(screen->width * screen->height), screen->width);
    changed += VIDEO_WIDTH * VIDEO_HEIGHT;
}

/* What changes where the window is before and after a step of @dy downwards. */
static uint32_t compare_step(int dy)
{
    uint32_t n = 0;

    for (int y = dy < 0 ? -dy : 0; y < WINDOW_HEIGHT && y + dy < WINDOW_HEIGHT; y++) {
        n += compare_rows(window + y * WINDOW_WIDTH, window + (y + dy) * WINDOW_WIDTH + STEP_X,
                          WINDOW_WIDTH - STEP_X);
    }
    return n;
}

static void drag_begin(const Screen *screen)
{
    make_photo(screen);
    make_window();
    changed_by_step[0] = compare_step(STEP_Y);
    changed_by_step[1] = compare_step(-STEP_Y);
    copy_rect(screen, 0, 0, screen->width, screen->height, photo, photo_stride);
    window_x = window_y = 0;
}

static int absolute(int value)
{
    return value < 0 ? -value : value;
}

static void uncover(const Screen *screen, int x, int y, int w, int h)
{
    copy_rect(screen, x, y, w, h, photo + y * photo_stride + x, photo_stride);
}

static void drag_frame(const Screen *screen, uint32_t frame)
{
    int x = scene_bounce(frame * STEP_X, screen->width - WINDOW_WIDTH);
    int y = scene_bounce(frame * STEP_Y, screen->height - WINDOW_HEIGHT);
    int dx = absolute(x - window_x), dy = absolute(y - window_y);

    copy_rect(screen, x, y, WINDOW_WIDTH, WINDOW_HEIGHT, window, WINDOW_WIDTH);
    uncover(screen, x > window_x ? window_x : x + WINDOW_WIDTH, window_y, dx, WINDOW_HEIGHT);
    uncover(screen, window_x, y > window_y ? window_y : y + WINDOW_HEIGHT, WINDOW_WIDTH, dy);
    changed += changed_by_step[(x > window_x) != (y > window_y)] +
               2u * (uint32_t)(WINDOW_WIDTH * dy + (WINDOW_HEIGHT - dy) * dx);
    window_x = x;
    window_y = y;
}

static void text_begin(const Screen *screen)
{
    make_lines(screen);
    scene_fill(screen, 0, 0, screen->width, screen->height, PAPER);
}

static void text_frame(const Screen *screen, uint32_t frame)
{
    int rows = screen->height / LINE_HEIGHT, first = (int)(frame % LINES);
    int before_wrap = rows < LINES - first ? rows : LINES - first;
    int line = screen->width * LINE_HEIGHT;
    uint32_t *to = (uint32_t *)screen->pixels;

    copy_row(to, line_at(screen, first), before_wrap * line);
    copy_row(to + before_wrap * line, line_at(screen, 0), (rows - before_wrap) * line);
    for (int i = 0; i < rows; i++) {
        int old = (first + i + LINES - 1) % LINES;

        changed += changed_by_line[old];
    }
}

static void type_begin(const Screen *screen)
{
    scene_fill(screen, 0, 0, screen->width, screen->height, PAPER);
}

/* When the screen is full it begins again from the top, over what is there. */
static void type_frame(const Screen *screen, uint32_t frame)
{
    uint32_t columns = (uint32_t)screen->width / GLYPH_WIDTH;
    uint32_t rows = (uint32_t)screen->height / LINE_HEIGHT;
    int x = (int)(frame % columns) * GLYPH_WIDTH;
    int y = (int)(frame / columns % rows) * LINE_HEIGHT;
    char glyph[2] = {(char)('a' + scene_hash(frame) % 26), 0};
    uint32_t *cell = (uint32_t *)screen->pixels + y * screen->width + x;
    uint32_t before[LINE_HEIGHT * GLYPH_WIDTH];

    for (int j = 0; j < LINE_HEIGHT; j++) {
        copy_row(before + j * GLYPH_WIDTH, cell + j * screen->width, GLYPH_WIDTH);
    }
    scene_fill(screen, x, y, GLYPH_WIDTH, LINE_HEIGHT, PAPER);
    scene_text(screen, x, y, glyph, INK);
    for (int j = 0; j < LINE_HEIGHT; j++) {
        changed += compare_rows(before + j * GLYPH_WIDTH, cell + j * screen->width, GLYPH_WIDTH);
    }
}

static const struct {
    const char *name;
    void (*begin)(const Screen *screen);
    PaintFrame *frame;
} scenes[] = {
    {"video", video_begin, video_frame}, {"window", window_begin, window_frame},
    {"drag", drag_begin, drag_frame},    {"text", text_begin, text_frame},
    {"type", type_begin, type_frame},    {"idle", desktop_begin, NULL},
};

static bool same_text(const char *a, const char *b)
{
    while (*a && *a == *b) {
        a++;
        b++;
    }
    return *a == *b;
}

bool bench_begin(const Screen *screen, const char *name, PaintFrame **frame)
{
    if (screen->bpp != 32 || screen->width < MIN_WIDTH || screen->width > MAX_WIDTH ||
        screen->height < MIN_HEIGHT || screen->height > MAX_HEIGHT) {
        return false;
    }
    for (unsigned i = 0; i < sizeof(scenes) / sizeof(*scenes); i++) {
        if (same_text(name, scenes[i].name)) {
            changed = 0;
            scenes[i].begin(screen);
            *frame = scenes[i].frame;
            return true;
        }
    }
    return false;
}

uint32_t bench_changed(void)
{
    return changed;
}
