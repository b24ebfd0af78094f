/*
 * Colour analysis: how many colours are there, and which pixel has which?
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Pure; any thread. A palette is part of the scratch. Colours are the server's pixels, 0x00RRGGBB.
 */
#ifndef UI_ENC_PALETTE_H
#define UI_ENC_PALETTE_H

#include "ui/enc/encoder.h"

#define VNC_PALETTE_MAX   256
#define VNC_PALETTE_BITS  10 /* four slots per colour: chains stay short */
#define VNC_PALETTE_SLOTS (1 << VNC_PALETTE_BITS)
#define VNC_PALETTE_EMPTY 0xffffffffu /* no colour: a colour's top byte is 0 */

/**
 * VncPalette: up to VNC_PALETTE_MAX different colours, in order of appearance, behind a hash
 * table with open addressing.
 */
typedef struct VncPalette {
    unsigned count;
    uint32_t colours[VNC_PALETTE_MAX];
    uint16_t slots[VNC_PALETTE_MAX]; /* the slot of each colour: a reset empties only these */
    uint32_t keys[VNC_PALETTE_SLOTS];
    uint8_t indexes[VNC_PALETTE_SLOTS];
} VncPalette;

void vnc_palette_init(VncPalette *palette);
void vnc_palette_reset(VncPalette *palette);

/**
 * vnc_palette_add: the index of @colour. A new colour is added if there are fewer than @max <=
 * VNC_PALETTE_MAX. -1: no room.
 */
static inline int vnc_palette_add(VncPalette *palette, uint32_t colour, unsigned max)
{
    unsigned slot = (colour * 0x9e3779b1u) >> (32 - VNC_PALETTE_BITS);

    while (palette->keys[slot] != colour) {
        if (palette->keys[slot] == VNC_PALETTE_EMPTY) {
            if (palette->count >= max) {
                return -1;
            }
            palette->keys[slot] = colour;
            palette->indexes[slot] = palette->count;
            palette->colours[palette->count] = colour;
            palette->slots[palette->count] = slot;
            return palette->count++;
        }
        slot = (slot + 1) % VNC_PALETTE_SLOTS;
    }
    return palette->indexes[slot];
}

/**
 * vnc_palette_scan: reset @palette and fill it with the colours of @rect.
 *
 * @max: at most VNC_PALETTE_MAX
 * @indexes: room for w * h bytes: each pixel's index, row after row
 *
 * Returns the number of colours: 1 (solid; @indexes is left alone), 2, ... @max. Returns 0 if there
 * are more: then the scan has stopped early and @indexes is incomplete.
 */
unsigned vnc_palette_scan(VncPalette *palette, const VncView *view, const VncRect *rect,
                          unsigned max, uint8_t *indexes);

/**
 * vnc_pack_indexes: pack @count index bytes into fields of @bits (1, 2 or 4) bits. The first one
 * goes to the most significant bits; zeros pad the last byte.
 *
 * @indexes: 8 bytes beyond the end must be readable; each index is below 1 << @bits
 *
 * Returns the number of bytes written to @dst.
 */
size_t vnc_pack_indexes(uint8_t *dst, const uint8_t *indexes, size_t count, unsigned bits);

#endif
