# The table of `make bench`: as text for whoever waits, as RST for docs/benchmarks.rst.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
import os
import platform
import subprocess
import time

FRAMES_PER_SECOND = 30
ALL_FRAMES = 0.97        # an update more or less within a measurement is no loss
MONITOR_NOISE_MS = 0.5   # two equal servers differ by as much

COLUMNS = [
    # heading, width in the text
    ('scene/encoding', 21), ('frames/s', 11), ('ms/Mpx', 15), ('ratio', 7), ('wanted', 6),
    ('bits/px', 13), ('ratio', 6), ('wanted', 6), ('gap p99 ms', 13), ('monitor p99', 13),
    ('not met', 0),
]


def pair(a, b, digits):
    return ' '.join('-' if v is None else f'{v:.{digits}f}' for v in (a, b))


def fraction(ratio):
    """A ratio as one says it: 1/15, or 1.05."""
    if ratio is None:
        return '-'
    return f'1/{1 / ratio:.1f}'.removesuffix('.0') if 0 < ratio <= 0.8 else f'{ratio:.2f}'


class Row:
    """A case, what both servers did, and what is missing."""

    def __init__(self, case, ours, stock):
        self.case, self.ours, self.stock = case, ours, stock
        self.name = f'{case.scene}/{case.name}'
        self.cpu = 'main_ms_per_s' if case.scene == 'idle' else 'ms_per_mpx'
        self.bits = 'kbit_per_frame' if case.copies else 'bpp'
        self.requirements = []  # name, met, what there is instead
        self.judge()

    def ratio(self, key):
        ours, stock = self.ours[key], self.stock[key]
        return ours / stock if ours is not None and stock else None

    def require(self, name, met, instead):
        self.requirements.append((name, met, instead))

    def judge(self):
        case = self.case
        for name, key, limit in (('CPU', self.cpu, case.cpu), ('bits', self.bits, case.bits)):
            if limit is not None:
                ratio = self.ratio(key)
                self.require(name, ratio is not None and ratio <= limit,
                             f'{fraction(ratio)}, not {fraction(limit)}')
        if case.frames:
            self.require('frames', self.ours['frames'] >= ALL_FRAMES * self.ours['painted'],
                         f"{self.ours['frames']:.1f} of {self.ours['painted']:.1f}")
        if case.gap is not None:
            gap = self.ours['gap']
            self.require('gap', gap is not None and gap <= case.gap, f'{gap} ms, not {case.gap}')
        self.require('monitor',
                     self.ours['monitor'] <= self.stock['monitor'] + MONITOR_NOISE_MS,
                     f"{pair(self.ours['monitor'], self.stock['monitor'], 1)} ms")

    def cells(self):
        ours, stock = self.ours, self.stock
        cpu, bits = pair(ours[self.cpu], stock[self.cpu], 2), pair(ours[self.bits],
                                                                   stock[self.bits], 2)
        if self.case.scene == 'idle':
            cpu += ' ms/s'
        if self.case.copies:
            bits = pair(ours[self.bits], stock[self.bits], 0) + ' kbit/f'
        return [
            self.name,
            pair(ours['frames'], stock['frames'], 1),
            cpu, fraction(self.ratio(self.cpu)), fraction(self.case.cpu),
            bits, fraction(self.ratio(self.bits)), fraction(self.case.bits),
            pair(ours['gap'], stock['gap'], 0),
            pair(ours['monitor'], stock['monitor'], 1),
            ', '.join(name for name, met, _ in self.requirements if not met),
        ]

    def text(self):
        line = '  '.join(cell.ljust(width) for cell, (_, width) in zip(self.cells(), COLUMNS))
        for name, values in (('ours', self.ours), ('stock', self.stock)):
            if values['painted'] < ALL_FRAMES * FRAMES_PER_SECOND:
                line += f"\n  the guest painted only {values['painted']:.1f} frames/s for {name}"
        return line.rstrip()


HEAD = ('Each pair: this server, QEMU\'s own.\n'
        + '  '.join(name.ljust(width) for name, width in COLUMNS))


def summary(rows):
    every = [(row.name, *requirement) for row in rows for requirement in row.requirements]
    missing = [f'  {row} {name}: {instead}' for row, name, met, instead in every if not met]
    return '\n'.join([f'{len(every) - len(missing)} of {len(every)} requirements are met.',
                      *missing])
