# Compares this server with QEMU's own, in two QEMUs of the same source and with the same guest.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
"""Measures both servers by turns and prints one table; docs/benchmarks.rst explains it."""
import argparse
import json
import os
import select
import statistics
import subprocess
import time

import cases
import machine
import report

WIDTH, HEIGHT = 1920, 1080
MEMORY = 512         # MiB; the guest's pictures need half of it
WARM_UP = 1          # seconds from connecting to counting
GRACE = 3            # seconds that an update may take to end
IDLE_WARM_UP, IDLE_SECONDS = 5, 15
POLL, IDLE_POLL = 0.025, 0.5  # seconds between two questions to the monitor
MPX = 1 << 20


class Host(machine.Machine):
    """A QEMU whose guest shows one scene; it stands still but while it is measured."""

    def __init__(self, qemu, scene, lossy):
        super().__init__('-name', 'bench,debug-threads=on',
                         vnc='127.0.0.1:0,to=999' + (',lossy=on' if lossy else ''),
                         qemu=qemu, memory=MEMORY)
        self.guest(f'mode {WIDTH} {HEIGHT}')
        self.guest(f'scene {scene}')
        self.qmp('stop')

    def frames(self):
        """When, how many frames the guest has painted, how many pixels it has changed."""
        self.guest('frames')
        words = self.guest_events(1, 'frames')[-1].split()
        return time.monotonic(), int(words[1]), int(words[3], 16)

    def processor_ns(self):
        total = 0
        for thread in os.listdir(f'/proc/{self.process.pid}/task'):
            with open(f'/proc/{self.process.pid}/task/{thread}/schedstat') as f:
                total += int(f.read().split()[0])
        return total

    def rest(self):
        """Stop, and wait until nothing works any longer on what nobody will see."""
        self.qmp('stop')
        while True:
            before = self.processor_ns()
            time.sleep(0.1)
            if self.processor_ns() - before < 5e6:
                return

    def latency(self):
        start = time.monotonic()
        self.qmp('query-status')
        return time.monotonic() - start


def percentile(values, percent):
    """The least value that so many percent do not exceed; None without values."""
    ranked = sorted(values)
    return ranked[-(-len(ranked) * percent // 100) - 1] if ranked else None


def measure(host, viewer, encodings, warm_up, seconds, grace, poll):
    """One run of the viewer, or without encodings of nobody; returns what was counted."""
    host.qmp('cont')
    argv = [viewer, str(host.port() if encodings else 0), str(host.process.pid), str(warm_up),
            str(seconds), str(grace), ','.join(map(str, encodings))]
    with subprocess.Popen(argv, stdout=subprocess.PIPE) as process:
        lines = machine.Lines(process.stdout.fileno())
        if lines.read('begin') != 'begin':
            raise SystemExit('bench-viewer does not begin')
        latencies = []
        begin = host.frames()
        while not select.select([process.stdout], [], [], poll)[0]:
            latencies.append(host.latency())
        end = host.frames()
        result = json.loads(lines.read('result'))
    host.rest()
    painted = end[1] - begin[1]
    result['painted_per_s'] = painted / (end[0] - begin[0])
    result['changed_per_frame'] = ((end[2] - begin[2]) % 2**32) / max(painted, 1)
    result['monitor_p99_ms'] = 1000 * percentile(latencies, 99)
    return result


def figures(run, baseline):
    """What one run says, above the same guest without a viewer."""
    seconds, pixels = run['seconds'], run['pixels'] + run['copied']
    cpu = run['main_ms'] + run['worker_ms'] - seconds * (
        baseline['main_ms'] + baseline['worker_ms']) / baseline['seconds']
    frames = min(run['updates'] / seconds, run['painted_per_s'])
    if run['changed_per_frame'] > 0:
        frames = min(frames, pixels / seconds / run['changed_per_frame'])
    return {
        'changed_per_frame': run['changed_per_frame'],
        'mpx_per_frame': pixels / MPX / seconds / frames if frames else None,
        'painted': run['painted_per_s'],
        'frames': frames,
        'updates': run['updates'] / seconds,
        'ms_per_mpx': cpu / (pixels / MPX) if pixels else None,
        'bpp': run['bytes'] * 8 / pixels if pixels else None,
        'kbit_per_frame': run['bytes'] * 8 / 1000 / (frames * seconds) if frames else None,
        'gap': run['gap_p99_ms'],
        'monitor': run['monitor_p99_ms'],
        'main_ms_per_s': run['main_ms'] / seconds,
        'main_above_ms_per_s': run['main_ms'] / seconds - baseline['main_ms'] / baseline['seconds'],
    }


def median(rows):
    """Of each figure the median of the rounds; None if a round has none."""
    return {key: None if any(r[key] is None for r in rows) else
            statistics.median(r[key] for r in rows) for key in rows[0]}


class Bench:
    """All of it, and what has been counted."""

    def __init__(self, options):
        self.options = options
        self.baselines = {}  # (scene, lossy): {server: what it costs without a viewer}
        self.raw = []

    def run(self, host, case):
        seconds, warm_up, grace, poll = self.options.seconds, WARM_UP, GRACE, POLL
        if case.scene == 'idle':
            seconds, warm_up, grace, poll = IDLE_SECONDS, IDLE_WARM_UP, 0, IDLE_POLL
        return measure(host, self.options.viewer, case.encodings, warm_up, seconds, grace, poll)

    def baseline(self, host, scene):
        idle = scene == 'idle'
        return measure(host, self.options.viewer, [], 0.5,
                       IDLE_SECONDS if idle else self.options.seconds, 0,
                       IDLE_POLL if idle else POLL)

    def all_baselines(self, case, hosts):
        """Of both servers, measured once for a scene."""
        key = case.scene, case.lossy
        if key not in self.baselines:
            runs = {name: [] for name in hosts}
            for _ in range(self.options.rounds):
                for name, host in hosts.items():
                    runs[name].append(self.baseline(host, case.scene))
            self.baselines[key] = {name: {what: statistics.median(run[what] for run in done)
                                          for what in ('seconds', 'main_ms', 'worker_ms')}
                                   for name, done in runs.items()}
        return self.baselines[key]

    def rounds(self, case, hosts):
        baselines = self.all_baselines(case, hosts)
        rows = {name: [] for name in hosts}
        for _ in range(self.options.rounds):
            for name, host in hosts.items():
                run = self.run(host, case)
                rows[name].append(figures(run, baselines[name]))
                self.raw.append({'scene': case.scene, 'encoding': case.name, 'server': name,
                                 'run': run, 'baseline': baselines[name],
                                 'figures': rows[name][-1]})
        return report.Row(case, median(rows['ours']), median(rows['stock']))

    def case(self, case):
        """With QEMUs of its own: the memory that a server has from another encoding would count."""
        hosts = {}
        try:
            for name in ('ours', 'stock'):
                hosts[name] = Host(getattr(self.options, name), case.scene, case.lossy)
            row = self.rounds(case, hosts)
            print(row.text(), flush=True)
            return row
        finally:
            for host in hosts.values():
                host.quit()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument('--ours', required=True, help='a QEMU with this server')
    parser.add_argument('--stock', required=True, help='a QEMU with its own')
    parser.add_argument('--guest', required=True, help='the guest of tests/guest')
    parser.add_argument('--viewer', required=True, help='bench-viewer')
    parser.add_argument('--rounds', type=int, default=3)
    parser.add_argument('--seconds', type=float, default=4, help='of one measurement')
    parser.add_argument('--json', help='file for what was counted in each run')
    parser.add_argument('--rst', help='file for the table, if all cases are run')
    parser.add_argument('case', nargs='*', help='SCENE or SCENE/ENCODING; all if none is named')
    options = parser.parse_args()
    selected = cases.select(options.case)
    machine.GUEST = options.guest
    bench = Bench(options)
    print(report.HEAD, flush=True)
    rows = [bench.case(case) for case in selected]
    met, missing = report.summary(rows)
    print('\n  '.join([met, *missing]))
    if options.json:
        with open(options.json, 'w', encoding='utf-8') as file:
            json.dump(bench.raw, file, indent=1)
    if options.rst and not options.case:
        report.write_rst(options.rst, rows, options)


if __name__ == '__main__':
    main()
