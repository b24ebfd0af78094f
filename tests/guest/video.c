/*
 * The guest's display: QEMU's std VGA or bochs-display, both with the Bochs interface.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * std VGA shows widths that are multiples of 8 only; bochs-display takes any.
 */
#include "guest.h"

enum { PCI_ADDRESS = 0xcf8, PCI_DATA = 0xcfc, BOCHS_ID = 0x11111234 };

/* Registers of the interface, 16 bits each, in BAR 2 (docs/specs/standard-vga of QEMU). */
enum { REGISTERS = 0x500, XRES = 1, YRES, BPP, ENABLE, VIRT_WIDTH = 6 };
enum { ENABLED = 1, LINEAR = 0x40 };

static volatile uint16_t *registers;
static uint8_t *framebuffer;

static uint32_t pci_read(unsigned device, unsigned offset)
{
    out32(PCI_ADDRESS, 0x80000000 | device << 11 | offset);
    return in32(PCI_DATA);
}

bool video_init(void)
{
    for (unsigned device = 0; device < 32; device++) {
        if (pci_read(device, 0) == BOCHS_ID) {
            framebuffer = (uint8_t *)(pci_read(device, 0x10) & ~15u);
            registers = (volatile uint16_t *)((pci_read(device, 0x18) & ~15u) + REGISTERS);
            /* Answer to memory accesses. */
            out32(PCI_ADDRESS, 0x80000000 | device << 11 | 4);
            out32(PCI_DATA, in32(PCI_DATA) | 3);
            return true;
        }
    }
    return false;
}

bool video_mode(Screen *screen, int width, int height, int bpp)
{
    if (width < 64 || width > 8192 || height < 64 || height > 8192 ||
        (bpp != 16 && bpp != 24 && bpp != 32)) {
        return false;
    }
    registers[ENABLE] = 0;
    registers[XRES] = width;
    registers[YRES] = height;
    registers[BPP] = bpp;
    registers[ENABLE] = ENABLED | LINEAR;
    registers[VIRT_WIDTH] = width;
    if (registers[XRES] != width || registers[YRES] != height || registers[BPP] != bpp) {
        return false;
    }
    *screen = (Screen){width, height, bpp, framebuffer};
    return true;
}
