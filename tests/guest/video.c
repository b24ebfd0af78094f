/*
 * The guest's display: QEMU's std VGA or bochs-display, both with the Bochs interface.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * std VGA shows widths that are multiples of 8 only; bochs-display takes any. A virtio-vga without
 * a driver is a std VGA.
 */
#include "guest.h"

enum { PCI_ADDRESS = 0xcf8, PCI_DATA = 0xcfc, BOCHS_ID = 0x11111234, VIRTIO_ID = 0x10501af4 };

/* Registers of the interface, 16 bits each, in BAR 2 (docs/specs/standard-vga of QEMU). */
enum { REGISTERS = 0x500, XRES = 1, YRES, BPP, ENABLE, VIRT_WIDTH = 6, Y_OFFSET = 9 };
enum { ENABLED = 1, LINEAR = 0x40 };

static volatile uint16_t *registers;
static uint8_t *framebuffer;
static const volatile uint32_t *events; /* of a virtio-vga: its events_read register */

uint32_t pci_read(unsigned device, unsigned offset)
{
    out32(PCI_ADDRESS, 0x80000000 | device << 11 | offset);
    return in32(PCI_DATA);
}

unsigned pci_find(uint32_t id)
{
    unsigned device = 0;

    while (device < PCI_NONE && pci_read(device, 0) != id) {
        device++;
    }
    if (device < PCI_NONE) {
        uint32_t command = pci_read(device, 4);

        out32(PCI_DATA, command | 3); /* ports and memory */
    }
    return device;
}

/* Follow the capabilities to the one that says where the device's own registers are (virtio 1.1,
 * 4.1.4). */
static const volatile uint32_t *find_device_registers(unsigned device)
{
    enum { CAPABILITIES = 0x34, VENDOR = 9, DEVICE_CFG = 4, BARS = 0x10 };
    unsigned at = pci_read(device, CAPABILITIES) & 0xfc;

    for (; at; at = pci_read(device, at) >> 8 & 0xfc) {
        uint32_t head = pci_read(device, at);
        unsigned bar = pci_read(device, at + 4) & 0xff;

        if ((head & 0xff) == VENDOR && head >> 24 == DEVICE_CFG) {
            return (const volatile uint32_t *)((pci_read(device, BARS + 4 * bar) & ~15u) +
                                               pci_read(device, at + 8));
        }
    }
    return NULL;
}

bool video_init(void)
{
    unsigned device = pci_find(BOCHS_ID);

    if (device == PCI_NONE) {
        device = pci_find(VIRTIO_ID);
        events = device == PCI_NONE ? NULL : find_device_registers(device);
    }
    if (device == PCI_NONE) {
        return false;
    }
    framebuffer = (uint8_t *)(pci_read(device, 0x10) & ~15u);
    registers = (volatile uint16_t *)((pci_read(device, 0x18) & ~15u) + REGISTERS);
    return true;
}

bool video_mode(Screen *screen, int width, int height, int bpp)
{
    if (width < 64 || width > 16384 || height < 64 || height > 8192 ||
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
    registers[Y_OFFSET] = 0;
    *screen = (Screen){width, height, bpp, framebuffer};
    return true;
}

bool video_flip(Screen *screen)
{
    uint32_t bytes = (uint32_t)screen->width * (uint32_t)screen->height * (uint32_t)screen->bpp / 8;
    bool back = registers[Y_OFFSET] != 0;
    uint8_t *to = framebuffer + (back ? 0 : bytes);

    for (uint32_t i = 0; i < bytes / 4; i++) {
        ((uint32_t *)to)[i] = ((const uint32_t *)screen->pixels)[i];
    }
    registers[Y_OFFSET] = back ? 0 : screen->height;
    if (registers[Y_OFFSET] != (back ? 0 : screen->height)) {
        return false;
    }
    screen->pixels = to;
    return true;
}

int video_events(void)
{
    return events ? (int)*events : -1;
}
