/*
 * Compare a row of the host's pixels with ours and take over what differs.
 *
 * Copyright (C) 2026 the threaded-vnc authors
 * SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Main thread, with the display lock held for @ours.
 */
#ifndef UI_BASE_COMPARE_H
#define UI_BASE_COMPARE_H

#include "ui/base/damage.h"

/**
 * VncCompareRow: for each cell of VNC_CELL pixels whose bit is set in @candidates: where
 * (theirs & 0x00ffffff) differs from ours, copy the cell's pixels of this row, masked the
 * same way, and set the cell's bit in @changed (never clear one).
 *
 * @theirs may be written by others at any time: a cell that is copied is marked, whatever
 * the copy finds there.
 *
 * @ours, @theirs: @width pixels, 0x??RRGGBB in host byte order; ours has 0 in ??
 * @candidates, @changed: (width + VNC_CELL - 1) / VNC_CELL bits, as a row of VncDamage
 */
typedef void VncCompareRow(uint32_t *ours, const uint32_t *theirs, int width,
                           const uint64_t *candidates, uint64_t *changed);

/**
 * VncMatchRow: of the cells set in @cells, clear those whose pixels of this row are not what
 * stands in @from.
 *
 * @ours, @from: @width pixels, 0x00RRGGBB; only those of cells in @cells are looked at
 * @cells: as a row of VncDamage
 */
typedef void VncMatchRow(const uint32_t *ours, const uint32_t *from, int width, uint64_t *cells);

VncMatchRow vnc_match_row;
VncMatchRow vnc_match_row_reference;

VncCompareRow vnc_compare_row;           /* the fast one */
VncCompareRow vnc_compare_row_reference; /* pixel by pixel */

#endif
