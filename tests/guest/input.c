/*
 * The guest's keyboard and mouse: what they say goes to the serial line.
 *
 *   key CODE               a byte of scan code set 1, hexadecimal
 *   mouse DX DY BUTTONS W  a movement (DY downwards), buttons left 1, right 2, middle 4, wheel steps
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "guest.h"

enum { DATA = 0x60, STATUS = 0x64, FULL_OUT = 1, FULL_IN = 2, FROM_MOUSE = 0x20 };

static bool has_wheel;
static bool shift;

static void send(uint16_t port, uint8_t value)
{
    while (in8(STATUS) & FULL_IN) {
    }
    out8(port, value);
}

static uint8_t receive(void)
{
    while (!(in8(STATUS) & FULL_OUT)) {
    }
    return in8(DATA);
}

/* A byte to the mouse, until it has acknowledged it. */
static void mouse_command(uint8_t value)
{
    send(STATUS, 0xd4);
    send(DATA, value);
    receive();
}

void input_init(void)
{
    static const uint8_t ask_for_wheel[] = {0xf3, 200, 0xf3, 100, 0xf3, 80, 0xf2};

    while (in8(STATUS) & FULL_OUT) {
        in8(DATA);
    }
    send(STATUS, 0xa8); /* there is a mouse */
    for (unsigned i = 0; i < sizeof(ask_for_wheel); i++) {
        mouse_command(ask_for_wheel[i]);
    }
    has_wheel = receive() == 3;
    mouse_command(0xf4); /* report movements */
    send(STATUS, 0x60);
    send(DATA, 0x47); /* interrupts of both, scan code set 1 */
}

static void mouse_byte(uint8_t byte)
{
    static uint8_t packet[4];
    static int n;
    int dx, dy;

    if (n == 0 && !(byte & 8)) {
        return; /* out of step */
    }
    packet[n++] = byte;
    if (n < (has_wheel ? 4 : 3)) {
        return;
    }
    n = 0;
    dx = packet[1] - (packet[0] & 0x10 ? 256 : 0);
    dy = packet[2] - (packet[0] & 0x20 ? 256 : 0);
    serial_print("mouse %d %d %x %d\n", dx, -dy, packet[0] & 7, has_wheel ? (int8_t)packet[3] : 0);
}

static char to_character(uint8_t code)
{
    static const char plain[] =
        "\0\0331234567890-=\b\tqwertyuiop[]\n\0asdfghjkl;'`\0\\zxcvbnm,./\0*\0 ";
    static const char shifted[] =
        "\0\033!@#$%^&*()_+\b\tQWERTYUIOP{}\n\0ASDFGHJKL:\"~\0|ZXCVBNM<>?\0*\0 ";

    if ((code & 0x7f) == 0x2a || (code & 0x7f) == 0x36) {
        shift = !(code & 0x80);
    }
    return code < sizeof(plain) - 1 ? (shift ? shifted : plain)[code] : 0;
}

char input_poll(void)
{
    char typed = 0;
    uint8_t status;

    while ((status = in8(STATUS)) & FULL_OUT) {
        uint8_t byte = in8(DATA);

        if (status & FROM_MOUSE) {
            mouse_byte(byte);
        } else {
            char c = to_character(byte);

            serial_print("key %x\n", byte);
            typed = c ? c : typed;
        }
    }
    return typed;
}
