/*
 * The guest's keyboard and mouse: what they say goes to the serial line.
 *
 *   key CODE               a byte of scan code set 1, hexadecimal
 *   mouse DX DY BUTTONS W H  a movement (DY downwards), buttons left 1, right 2, middle 4, side 8,
 *                          extra 10, steps of the wheel and of the horizontal one
 *   point X Y BUTTONS W    of an absolute mouse: where it is, 0 to 65535 each
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "guest.h"

enum { DATA = 0x60, STATUS = 0x64, FULL_OUT = 1, FULL_IN = 2, FROM_MOUSE = 0x20 };

/* VMware's mouse, through a port that takes whole registers: commands and requests. */
enum { VMWARE_PORT = 0x5658, VMWARE_MAGIC = 0x564d5868 };
enum { VM_DATA = 39, VM_STATUS = 40, VM_COMMAND = 41 };
enum { VM_ENABLE = 0x45414552, VM_ABSOLUTE = 0x53424152, VM_DISABLE = 0xf5, VM_PACKET = 4 };

static bool has_wheel;
static bool is_absolute;
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
    static const uint8_t ask_for_buttons[] = {0xf3, 200, 0xf3, 200, 0xf3, 80, 0xf2};

    while (in8(STATUS) & FULL_OUT) {
        in8(DATA);
    }
    send(STATUS, 0xa8); /* there is a mouse */
    for (unsigned i = 0; i < sizeof(ask_for_wheel); i++) {
        mouse_command(ask_for_wheel[i]);
    }
    has_wheel = receive() == 3;
    for (unsigned i = 0; i < sizeof(ask_for_buttons); i++) {
        mouse_command(ask_for_buttons[i]);
    }
    has_wheel &= receive() == 4;
    mouse_command(0xf4); /* report movements */
    send(STATUS, 0x60);
    send(DATA, 0x47); /* interrupts of both, scan code set 1 */
}

/* Answers of the keyboard come ahead of keys. */
void input_leds(uint8_t leds)
{
    send(DATA, 0xed);
    receive();
    send(DATA, leds);
    receive();
}

/* @more: the fourth byte of an Explorer mouse: the wheel and the side buttons, or the horizontal
 * wheel. */
static void report_movement(int dx, int dy, int buttons, uint8_t more)
{
    static int side_buttons;
    int wheel = 0, horizontal = 0;

    if (more & 0x40) {
        horizontal = (int)((more & 0x3f) ^ 0x20) - 0x20;
    } else {
        wheel = (int)((more & 0x0f) ^ 0x08) - 0x08;
        side_buttons = (more & 0x30) >> 1;
    }
    serial_print("mouse %d %d %x %d %d\n", dx, dy, buttons | side_buttons, wheel, horizontal);
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
    report_movement(dx, -dy, packet[0] & 7, has_wheel ? packet[3] : 0);
}

static uint32_t vmware(uint32_t command, uint32_t argument, uint32_t values[VM_PACKET])
{
    __asm__ volatile("inl %%dx, %%eax"
                     : "=a"(values[0]), "=b"(values[1]), "=c"(values[2]), "=d"(values[3])
                     : "0"(VMWARE_MAGIC), "1"(argument), "2"(command), "3"(VMWARE_PORT));
    return values[0];
}

void input_absolute(bool absolute)
{
    uint32_t values[VM_PACKET];

    is_absolute = absolute;
    vmware(VM_COMMAND, absolute ? VM_ENABLE : VM_DISABLE, values);
    if (absolute) {
        while (vmware(VM_STATUS, 0, values) & 0xffff) {
            vmware(VM_DATA, 1, values);
        }
        vmware(VM_COMMAND, VM_ABSOLUTE, values);
    }
}

static void poll_vmware(void)
{
    uint32_t values[VM_PACKET];

    while ((vmware(VM_STATUS, 0, values) & 0xffff) >= VM_PACKET) {
        vmware(VM_DATA, VM_PACKET, values);
        serial_print("point %d %d %x %d\n", values[1], values[2], values[0], values[3]);
    }
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

    if (is_absolute) {
        poll_vmware();
    }
    while ((status = in8(STATUS)) & FULL_OUT) {
        uint8_t byte = in8(DATA);

        if (status & FROM_MOUSE) {
            /* An absolute mouse uses them to say that there is something. */
            if (!is_absolute) {
                mouse_byte(byte);
            }
        } else {
            char c = to_character(byte);

            serial_print("key %x\n", byte);
            typed = c ? c : typed;
        }
    }
    return typed;
}
