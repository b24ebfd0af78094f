# A picture with areas of several kinds, for vnc-demo to show.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later

AREAS = ((0, 0, 64, 64), (64, 0, 64, 64), (0, 64, 64, 64), (64, 64, 64, 64))


def draw(demo):
    """A picture of all sorts, and in AREAS: one colour, two, a dozen, very many."""
    demo.command('paint 7')
    demo.command('rect 0 0 128 64 204060')
    demo.command('rect 0 64 64 64 102030')
    for i in range(6):
        demo.command('rect %d 4 3 40 e0e0e0' % (68 + i * 8))
    for i in range(12):
        demo.command('rect %d 70 4 30 %06x' % (2 + i * 5, 0x151515 * i))
    demo.command('noise 64 64 64 64 3')
