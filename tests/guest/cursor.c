/*
 * A cursor that a device shows: vmware-svga's, besides whatever else is the guest's display.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
#include "guest.h"

enum { SVGA_ID = 0x040515ad };

/* Registers, by an index port and, behind it, a value port. */
enum { ENABLE = 1, CONFIG_DONE = 20, SYNC, CURSOR_X = 25, CURSOR_Y, CURSOR_ON };

/* The queue of commands: words, behind four which say in bytes where it begins, ends, is filled and
 * is read. */
enum { QUEUE_MIN, QUEUE_MAX, QUEUE_NEXT, QUEUE_STOP, QUEUE_FIRST };
enum { QUEUE_BYTES = 16384, DEFINE_CURSOR = 19, WIDTH = 32, HEIGHT = 2 };

static uint16_t port; /* 0: not looked for yet */

static void set(uint32_t index, uint32_t value)
{
    out32(port, index);
    out32(port + 1, value);
}

static void define_cursor(volatile uint32_t *queue)
{
    /* An id, the hot spot, the size, bits a pixel of mask and image, a row a word each. */
    static const uint32_t command[] = {
        DEFINE_CURSOR, 0, 3, 1, WIDTH, HEIGHT, 1, 1, 0, 0, 0xffffffff, 0x0f0f0f0f,
    };
    enum { WORDS = sizeof(command) / sizeof(*command) };

    for (int i = 0; i < WORDS; i++) {
        queue[QUEUE_FIRST + i] = command[i];
    }
    queue[QUEUE_MIN] = queue[QUEUE_STOP] = QUEUE_FIRST * sizeof(uint32_t);
    queue[QUEUE_MAX] = QUEUE_BYTES;
    queue[QUEUE_NEXT] = (QUEUE_FIRST + WORDS) * sizeof(uint32_t);
    set(ENABLE, 1); /* no size has been set: the screen has 0x0 pixels */
    set(CONFIG_DONE, 1);
    set(SYNC, 1);
}

bool cursor_show(int x, int y, bool on)
{
    unsigned device = port ? 0 : pci_find(SVGA_ID);

    if (!port && device == PCI_NONE) {
        return false;
    }
    if (!port) {
        port = (uint16_t)(pci_read(device, 0x10) & ~3u);
        define_cursor((volatile uint32_t *)(pci_read(device, 0x18) & ~15u));
    }
    set(CURSOR_X, x);
    set(CURSOR_Y, y);
    set(CURSOR_ON, on);
    return true;
}
