# The cases to measure, and the requirements for each.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
import collections

TIGHT, TIGHTPNG, ZLIB, ZRLE, HEXTILE, RAW, COPYRECT = 7, -260, 6, 16, 5, 0, 1
LAST_RECT = -224


def compress(level):
    return -256 + level


def quality(level):
    return -32 + level


# cpu, bits: the ratio to QEMU's own server that is required, None: none is.
# frames: every frame that the guest paints must arrive. gap: the longest 99th percentile, ms.
Case = collections.namedtuple('Case', 'scene name encodings lossy cpu bits frames gap copies')


def case(scene, name, *encodings, lossy=False, cpu=None, bits=1.05, frames=False, gap=None):
    return Case(scene, name, [*encodings, LAST_RECT], lossy, cpu, bits, frames, gap,
                COPYRECT in encodings)


Z1 = compress(1)

CASES = [
    case('video', 'tight-q8', TIGHT, Z1, quality(8), lossy=True, cpu=1 / 15, bits=None,
         frames=True),
    case('video', 'tight-z1', TIGHT, Z1, cpu=1 / 8),
    case('video', 'zlib-z1', ZLIB, Z1, cpu=1 / 8),
    case('video', 'zrle-z1', ZRLE, Z1, cpu=1 / 8),
    case('video', 'tightpng-z1', TIGHTPNG, Z1),
    case('video', 'tightpng', TIGHTPNG, cpu=1 / 10),
    case('video', 'raw', RAW, cpu=1 / 1.3),
    case('video', 'hextile', HEXTILE, cpu=1 / 1.3),
    case('window', 'tight-q8', TIGHT, Z1, quality(8), lossy=True, bits=None),
    case('window', 'tight-z1', TIGHT, Z1),
    case('window', 'zrle-z1', ZRLE, Z1),
    case('drag', 'tight-z1', TIGHT, Z1, cpu=1 / 3),
    case('drag', 'zrle-z1', ZRLE, Z1, cpu=1 / 3),
    case('drag', 'zlib-z1', ZLIB, Z1),
    case('drag', 'tightpng-z1', TIGHTPNG, Z1),
    case('text', 'tight-z1', TIGHT, Z1, cpu=1 / 3, bits=1),
    case('text', 'zrle-z1', ZRLE, Z1, cpu=1 / 3, bits=1),
    case('text', 'zlib-z1', ZLIB, Z1, bits=1),
    case('text', 'hextile', HEXTILE, cpu=1 / 1.3, bits=1),
    case('text', 'tightpng-z1', TIGHTPNG, Z1, bits=1),
    case('text', 'tight-z1-copyrect', COPYRECT, TIGHT, Z1, bits=1 / 5),
    case('type', 'tight-z1', TIGHT, Z1, bits=None, frames=True, gap=40),
    case('idle', 'tight-z1', TIGHT, Z1, cpu=1, bits=None),
]


def select(filters):
    """The cases that are named: `scene`, or `scene/encoding`; all without names."""
    names = {f'{c.scene}/{c.name}' for c in CASES} | {c.scene for c in CASES}
    unknown = [f for f in filters if f not in names]
    if unknown:
        raise SystemExit('no such case: %s; there are: %s' % (
            ' '.join(unknown), ' '.join(f'{c.scene}/{c.name}' for c in CASES)))
    return [c for c in CASES
            if not filters or c.scene in filters or f'{c.scene}/{c.name}' in filters]
