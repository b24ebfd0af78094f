# The table of `make bench`: as text on the terminal, as RST for docs/benchmarks.rst.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
import os
import platform
import subprocess
import time

PAINTED_MIN = 29        # frames a second; what is offered must be 30
ALL_FRAMES = 0.97       # an update more or less within a measurement is no loss
MONITOR_NOISE_MS = 0.5  # two equal servers differ by as much

# docs/benchmarks.rst: what stands behind this line is the last run's.
MARKER = '.. Written by ``make bench``:\n'

COLUMNS = [
    # heading, width in the text
    ('scene/encoding', 22), ('frames/s', 9), ('Mpx/frame', 11), ('ms/Mpx', 15), ('ratio', 6),
    ('wanted', 6), ('bits/px', 16), ('ratio', 6), ('wanted', 6), ('gap ms', 8),
    ('monitor ms', 10), ('not met', 20),
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
            self.require('gap', gap is not None and gap <= case.gap,
                         'no two updates' if gap is None else f'{gap:.0f} ms, not {case.gap}')
        self.require('monitor',
                     self.ours['monitor'] <= self.stock['monitor'] + MONITOR_NOISE_MS,
                     f"{pair(self.ours['monitor'], self.stock['monitor'], 1)} ms")

    def cells(self):
        ours, stock = self.ours, self.stock
        cpu = pair(ours[self.cpu], stock[self.cpu], 2)
        bits = pair(ours[self.bits], stock[self.bits], 2)
        if self.case.scene == 'idle':
            cpu += ' ms/s'
        if self.case.copies:
            bits = pair(ours[self.bits], stock[self.bits], 0) + ' kbit/f'
        return [
            self.name,
            pair(ours['frames'], stock['frames'], 1),
            pair(ours['mpx_per_frame'], stock['mpx_per_frame'], 2),
            cpu, fraction(self.ratio(self.cpu)), fraction(self.case.cpu),
            bits, fraction(self.ratio(self.bits)), fraction(self.case.bits),
            pair(ours['gap'], stock['gap'], 0),
            pair(ours['monitor'], stock['monitor'], 1),
            ', '.join(name for name, met, _ in self.requirements if not met),
        ]

    def doubts(self):
        """Why the row is worth little: the machine had too little time for the guest."""
        return [f"{self.name}: the guest painted only {values['painted']:.1f} frames/s for {name}"
                for name, values in (('ours', self.ours), ('stock', self.stock))
                if self.case.scene != 'idle' and values['painted'] < PAINTED_MIN]

    def text(self):
        return '\n  '.join([text_line(self.cells()), *self.doubts()])


HEADINGS = [name for name, _ in COLUMNS]


def text_line(cells, widths=tuple(width for _, width in COLUMNS)):
    return '  '.join(cell.ljust(width) for cell, width in zip(cells, widths)).rstrip()


HEAD = "Each pair: this server, QEMU's own.\n" + text_line(HEADINGS)


def summary(rows):
    """How many requirements are met, and a line for each that is not."""
    every = [(row.name, *requirement) for row in rows for requirement in row.requirements]
    missing = [f'{row} {name}: {instead}' for row, name, met, instead in every if not met]
    return f'{len(every) - len(missing)} of {len(every)} requirements are met.', missing


def output(*argv):
    return subprocess.run(argv, check=True, stdout=subprocess.PIPE, encoding='utf-8',
                          cwd=os.path.dirname(os.path.abspath(__file__))).stdout.strip()


def processor():
    with open('/proc/cpuinfo', encoding='utf-8') as file:
        for line in file:
            if line.startswith('model name'):
                return line.partition(':')[2].strip()
    return platform.machine()


def write_rst(path, rows, options):
    """Put the table into the document, in place of the last one."""
    with open(path, encoding='utf-8') as file:
        text = file.read().partition(MARKER)[0]
    commit = output('git', 'describe', '--always', '--dirty')
    qemu = output(os.path.abspath(options.stock), '--version').splitlines()[0]
    table = [HEADINGS] + [row.cells() for row in rows]
    widths = [max(map(len, column)) for column in zip(*table)]
    rule = text_line(['=' * width for width in widths], widths)
    met, missing = summary(rows)
    lines = [
        MARKER,
        f"On {time.strftime('%Y-%m-%d')}: commit ``{commit}``, {qemu}, {processor()}, "
        f'{os.cpu_count()} processors,',
        f'Linux {platform.release()}; {options.rounds} rounds of {options.seconds:g} s.',
        '',
        rule, text_line(HEADINGS, widths), rule,
        *[text_line(cells, widths) for cells in table[1:]],
        rule,
        '',
        met + (' Not met:' if missing else ''),
        '',
        *[f'- {line}' for line in missing],
        *([''] if missing else []),
        *[f'- {doubt}' for row in rows for doubt in row.doubts()],
    ]
    with open(path, 'w', encoding='utf-8') as file:
        file.write(text + '\n'.join(lines).rstrip() + '\n')
