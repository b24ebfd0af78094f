/*
 * The guest's machine: timer, interrupt controllers, serial lines.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "guest.h"

#include <stdarg.h>

enum {
    COM1 = 0x3f8,
    COM2 = 0x2f8,
    PIC_MASTER = 0x20,
    PIC_SLAVE = 0xa0,
    PIT = 0x40,
    PIT_HZ = 1193182
};

/* Where the interrupt controllers' 16 lines arrive, behind the processor's own exceptions. */
enum { FIRST_VECTOR = 32, VECTORS = FIRST_VECTOR + 16 };

volatile uint32_t ticks;

void any_interrupt(void);
void timer_interrupt(void);

static uint64_t idt[VECTORS];

static void set_gate(int vector, void (*handler)(void))
{
    uint32_t address = (uint32_t)handler;

    /* Present, 32-bit interrupt gate, code segment 8. */
    idt[vector] = (uint64_t)(address & 0xffff0000) << 32 | (uint64_t)0x8e00 << 32 | 8 << 16 |
                  (address & 0xffff);
}

static void interrupts_init(void)
{
    struct {
        uint16_t limit;
        uint32_t base;
    } __attribute__((packed)) idtr = {sizeof(idt) - 1, (uint32_t)idt};

    for (int i = FIRST_VECTOR; i < VECTORS; i++) {
        set_gate(i, i == FIRST_VECTOR ? timer_interrupt : any_interrupt);
    }
    __asm__ volatile("lidt %0" : : "m"(idtr));

    out8(PIC_MASTER, 0x11);
    out8(PIC_SLAVE, 0x11);
    out8(PIC_MASTER + 1, FIRST_VECTOR);
    out8(PIC_SLAVE + 1, FIRST_VECTOR + 8);
    out8(PIC_MASTER + 1, 4);
    out8(PIC_SLAVE + 1, 2);
    out8(PIC_MASTER + 1, 1);
    out8(PIC_SLAVE + 1, 1);
    out8(PIC_MASTER + 1,
         0xff & ~(1 << 0 | 1 << 1 | 1 << 2 | 1 << 3 | 1 << 4)); /* timer, keys, slave, COM2, COM1 */
    out8(PIC_SLAVE + 1, 0xff & ~(1 << 4));                      /* mouse */
}

void run_clock(bool run)
{
    /* Mode 2, again and again, or mode 0, a single interrupt. */
    out8(PIT + 3, run ? 0x34 : 0x30);
    out8(PIT, (PIT_HZ / TICKS_PER_SECOND) & 0xff);
    out8(PIT, (PIT_HZ / TICKS_PER_SECOND) >> 8);
}

void beep(int hz)
{
    enum { CONTROL = 0x61, GATE_AND_DATA = 3 };
    bool on = hz >= 20;
    int divisor = PIT_HZ / (on ? hz : 20);

    out8(PIT + 3, 0xb6); /* counter 2: a square wave */
    out8(PIT + 2, divisor & 0xff);
    out8(PIT + 2, divisor >> 8);
    out8(CONTROL, (in8(CONTROL) & ~GATE_AND_DATA) | (on ? GATE_AND_DATA : 0));
}

static void serial_init(uint16_t port)
{
    out8(port + 3, 0x03); /* 8 bits */
    out8(port + 2, 0x01); /* FIFO */
    out8(port + 4, 0x0b); /* interrupts reach the controller */
    out8(port + 1, 0x01); /* one for each byte that comes */
}

void machine_init(void)
{
    interrupts_init();
    run_clock(true);
    serial_init(COM1);
    serial_init(COM2);
}

void wait_interrupt(void)
{
    /* sti takes effect after the next instruction: nothing gets lost between the two. */
    __asm__ volatile("sti; hlt; cli" : : : "memory");
}

void allow_interrupts(bool allow)
{
    if (allow) {
        __asm__ volatile("sti" : : : "memory");
    } else {
        __asm__ volatile("cli" : : : "memory");
    }
}

/* Where there is no port all bits are set. */
static bool port_read(uint16_t port, uint8_t *byte)
{
    uint8_t status = in8(port + 5);

    if (!(status & 1) || status == 0xff) {
        return false;
    }
    *byte = in8(port);
    return true;
}

static void port_write(uint16_t port, uint8_t byte)
{
    while (!(in8(port + 5) & 0x20)) {
    }
    out8(port, byte);
}

bool serial_read(char *c)
{
    return port_read(COM1, (uint8_t *)c);
}

static void serial_write(char c)
{
    port_write(COM1, (uint8_t)c);
}

bool agent_read(uint8_t *byte)
{
    return port_read(COM2, byte);
}

void agent_write(uint8_t byte)
{
    port_write(COM2, byte);
}

char *format_number(char *to, int value)
{
    char digits[12];
    int n = 0;
    unsigned rest = value < 0 ? -(unsigned)value : (unsigned)value;

    do {
        digits[n++] = '0' + rest % 10;
        rest /= 10;
    } while (rest > 0);
    if (value < 0) {
        *to++ = '-';
    }
    while (n > 0) {
        *to++ = digits[--n];
    }
    *to = 0;
    return to;
}

static void print_text(const char *text)
{
    while (*text) {
        serial_write(*text++);
    }
}

static void print_hex(unsigned value)
{
    bool begun = false;

    for (int shift = 28; shift >= 0; shift -= 4) {
        unsigned digit = value >> shift & 15;

        begun |= digit != 0 || shift <= 4;
        if (begun) {
            serial_write("0123456789abcdef"[digit]);
        }
    }
}

void serial_print(const char *format, ...)
{
    va_list args;
    char number[16];

    va_start(args, format);
    for (; *format; format++) {
        if (*format != '%') {
            serial_write(*format);
            continue;
        }
        format++;
        if (*format == 'd') {
            format_number(number, va_arg(args, int));
            print_text(number);
        } else if (*format == 'x') {
            print_hex(va_arg(args, unsigned));
        } else if (*format == 's') {
            print_text(va_arg(args, const char *));
        }
    }
    va_end(args);
}
