/*
 * A guest for tests: paints known pictures, tells what is typed and pointed at.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One thread, no memory management: the picture's buffers have fixed addresses above the program.
 * Commands and answers are lines on the first serial port, see guest.c.
 */
#ifndef TESTS_GUEST_GUEST_H
#define TESTS_GUEST_GUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* machine.c: ports, interrupts, serial lines, text. */
static inline void out8(uint16_t port, uint8_t value)
{
    __asm__ volatile("outb %0, %1" : : "a"(value), "Nd"(port));
}

static inline uint8_t in8(uint16_t port)
{
    uint8_t value;

    __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

static inline void out32(uint16_t port, uint32_t value)
{
    __asm__ volatile("outl %0, %1" : : "a"(value), "Nd"(port));
}

static inline uint32_t in32(uint16_t port)
{
    uint32_t value;

    __asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

#define TICKS_PER_SECOND 60
extern volatile uint32_t ticks;

void machine_init(void);   /* timer, interrupt controllers, serial line */
void run_clock(bool run);  /* whether there are ticks */
void beep(int hz);         /* 20 or more; else silence */
void wait_interrupt(void); /* sleep until something happens */
/* While work goes on that may take longer than a tick. */
void allow_interrupts(bool allow);
bool serial_read(char *c); /* false: nothing has come */
/* Writes %d, %x (2 digits or more), %s; nothing else is known. */
void serial_print(const char *format, ...);
/* The second serial port, for whoever speaks to an agent in the guest. */
bool agent_read(uint8_t *byte); /* false: nothing has come */
void agent_write(uint8_t byte);
char *format_number(char *to, int value); /* decimal; returns the end */

/* input.c: keyboard and mouse of the i8042. */
void input_init(void);
void input_leds(uint8_t leds);      /* the keyboard's: scroll 1, num 2, caps 4 */
void input_absolute(bool absolute); /* the mouse says where it is instead of how it moves */
/* Report what has come on the serial line; returns the last character typed, or 0. */
char input_poll(void);

/* cursor.c: vmware-svga's cursor, 32x2 pixels; false: there is no such device. */
bool cursor_show(int x, int y, bool on);

/* video.c: PCI, and the Bochs display interface. */
enum { PCI_NONE = 32 };
unsigned pci_find(uint32_t id); /* the device, which answers from now on; PCI_NONE: there is none */
uint32_t pci_read(unsigned device, unsigned offset);

typedef struct Screen {
    int width, height, bpp;
    uint8_t *pixels; /* width * bpp / 8 bytes a row */
} Screen;

bool video_init(void); /* false: no such device */
bool video_mode(Screen *screen, int width, int height, int bpp);
/* Show another part of the memory, which has what was shown before; false: there is no more. */
bool video_flip(Screen *screen);
/* The events that a virtio-vga has announced, 1: the host wants another size; -1: it is none. */
int video_events(void);

/* Paints the frame of this number. */
typedef void PaintFrame(const Screen *screen, uint32_t frame);

/* scene.c: pictures. */
void scene_paint(const Screen *screen, uint32_t seed); /* a still one, the same for a seed */
void scene_begin(const Screen *screen);                /* the moving one: paint all of it */
PaintFrame scene_frame;                                /* its next frame */
void scene_type(char c);                               /* show a typed character in it */

/* And what they are made of. */
uint32_t scene_hash(uint32_t x);
int scene_bounce(uint32_t step, int range); /* there and back between 0 and @range */
void scene_fill(const Screen *screen, int x, int y, int w, int h, uint32_t colour);
void scene_text(const Screen *screen, int x, int y, const char *line, uint32_t colour);

/* bench.c: pictures for benchmarks, BENCH_TICKS ticks a frame. */
enum { BENCH_TICKS = 2 };
/*
 * Paints what there is before the first frame, and says what paints the frames, NULL if nothing
 * moves. False: no such scene, or not on such a screen.
 */
bool bench_begin(const Screen *screen, const char *name, PaintFrame **frame);
uint32_t bench_changed(void); /* how many pixels its frames have changed, modulo 2^32 */

#endif
