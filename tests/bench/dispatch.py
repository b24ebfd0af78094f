# How long the main loop is held: measured by bench-dispatch in its own process, and in QEMU by its
# monitor.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
"""Prints the tables of docs/benchmarks.rst, section "One turn of the main loop", and puts them there."""
import argparse
import os
import platform
import subprocess
import time

import machine
import report

FLOODS = ['clipboard: notices', 'clipboard: peeks', 'cut texts of 0 bytes', 'full requests',
          'pixel formats, request', 'SetEncodings, request', 'pointer', 'keys']
VIEWERS = 8
PAUSE = 0.005  # seconds between two questions to the monitor

# docs/benchmarks.rst: what stands between these lines is the last run's.
BEGIN = '.. Written by ``make bench-dispatch``:\n'
END = '.. End of what ``make bench-dispatch`` has written.\n'

WIDTHS = 29, 13, 13, 12, 12
HEAD = 'what floods, 8 viewers', 'ours, longest', 'QEMU, longest', 'ours, 99 %', 'QEMU, 99 %'


def waits(host, seconds):
    """How long the monitor has taken to answer, again and again; ms, sorted."""
    taken = []
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        start = time.monotonic()
        host.qmp('query-status')
        taken.append(1000 * (time.monotonic() - start))
        time.sleep(PAUSE)
    return sorted(taken)


def measure(qemu, program, flood, seconds):
    """The longest wait and what 99 of 100 do not exceed; as text."""
    host = machine.Machine(qemu=qemu, guest=False)
    try:
        with subprocess.Popen([program, 'attack', str(host.port()), flood, str(VIEWERS)],
                              stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
            lines = machine.Lines(process.stdout.fileno())
            if lines.read('begin') != 'begun':
                raise SystemExit('bench-dispatch does not begin')
            taken = waits(host, seconds)
            process.stdin.close()
            _, cut_off = lines.read('end').split()
    finally:
        host.quit()
    if cut_off != '0':
        return 'cut off', 'cut off'
    return f'{taken[-1]:.1f} ms', f'{taken[len(taken) * 99 // 100]:.1f} ms'


def line(cells):
    return report.text_line([cells[0]] + [cell.rjust(width) for cell, width
                                          in zip(cells[1:], WIDTHS[1:])], WIDTHS)


def monitor_table(options):
    rule = line(['=' * width for width in WIDTHS])
    yield from (rule, line(HEAD), rule)
    for flood in FLOODS:
        ours, stock = [measure(qemu, options.program, flood, options.seconds)
                       for qemu in (options.ours, options.stock)]
        yield line([flood, ours[0], stock[0], ours[1], stock[1]])
    yield rule


def process_tables(options):
    argv = [options.program, 'all', '', str(options.seconds)]
    with subprocess.Popen(argv, stdout=subprocess.PIPE, encoding='utf-8') as process:
        for text in process.stdout:
            yield text.rstrip('\n')
    if process.returncode != 0:
        raise SystemExit('bench-dispatch: exit code %d' % process.returncode)


def all_lines(options):
    commit = report.output('git', 'describe', '--always', '--dirty')
    yield (f"On {time.strftime('%Y-%m-%d')}: commit ``{commit}``, {report.processor()}, "
           f'{os.cpu_count()} processors,')
    yield f'Linux {platform.release()}; {options.seconds:g} s each.'
    yield ''
    yield from process_tables(options)
    yield ''
    if options.ours:
        yield from monitor_table(options)
        yield ''


def write_rst(path, lines):
    with open(path, encoding='utf-8') as file:
        text = file.read()
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise SystemExit(f'{path}: there is no place for the tables')
    with open(path, 'w', encoding='utf-8') as file:
        file.write(before + begin + '\n' + '\n'.join(lines).rstrip() + '\n\n' + end + after)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--program', required=True, help='bench-dispatch')
    parser.add_argument('--ours', help='a QEMU with this server')
    parser.add_argument('--stock', help='a QEMU with its own')
    parser.add_argument('--seconds', type=float, default=3, help='of one measurement')
    parser.add_argument('--rst', help='file for the tables')
    options = parser.parse_args()
    lines = []
    for text in all_lines(options):
        print(text, flush=True)
        lines.append(text)
    if options.rst:
        write_rst(options.rst, lines)


if __name__ == '__main__':
    main()
