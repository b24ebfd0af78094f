/*
 * Compare a row of the host's pixels with the server surface, and copy those that differ.
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
 * VncCompareRow: for each cell of VNC_CELL pixels whose bit is set in @candidates: if any (theirs &
 * 0x00ffffff) differs from ours, copy the cell's pixels of this row, masked the same way, and set
 * the cell's bit in @changed. No bit of @changed is ever cleared.
 *
 * Others may write to @theirs at any time: a cell that is copied is marked, whatever the copy
 * reads.
 *
 * @ours, @theirs: @width pixels, 0x??RRGGBB in host byte order; ours has 0 in ??
 * @candidates, @changed: (width + VNC_CELL - 1) / VNC_CELL bits, as a row of VncDamage
 */
typedef void VncCompareRow(uint32_t *ours, const uint32_t *theirs, int width,
                           const uint64_t *candidates, uint64_t *changed);

/**
 * VncMatchRow: clear each cell in @cells whose pixels of this row differ between @ours and @from.
 *
 * @ours, @from: @width pixels, 0x00RRGGBB; only those of cells in @cells are read
 * @cells: as a row of VncDamage
 */
typedef void VncMatchRow(const uint32_t *ours, const uint32_t *from, int width, uint64_t *cells);

VncMatchRow vnc_match_row;
VncMatchRow vnc_match_row_reference;

VncCompareRow vnc_compare_row;           /* the fast one */
VncCompareRow vnc_compare_row_reference; /* pixel by pixel */

#endif
