# One script, played to QEMU with its own VNC server ("stock") and to QEMU with ours; what they say is compared.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A scenario is a function that is called with each Side in turn, and returns a transcript: dictionaries, lists,
# strings. The two are compared field by field. Stock is what is right, whichever version it is; the exceptions are
# Deliberate, and each has a row in docs/compatibility.rst. An exception that no longer is one fails, too.
import copy
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import unittest

import machine as e2e
from harness import run_tests
from machine import DEADLINE, Machine

TESTS = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
COMPATIBILITY = os.path.join(os.path.dirname(TESTS), 'docs', 'compatibility.rst')

OURS = STOCK = None  # paths of qemu-system-x86_64
VERSION = None       # of both: (7, 2)

ABSENT = '(not there)'


class Deliberate:
    """Where our transcript is another one on purpose.

    @path: a regular expression for the whole path of what differs, such as `servers/0/auth`. @row: how a row of
    docs/compatibility.rst begins, which says why. @ours: what ours has there, unless that varies.
    @before, @since: only with versions of QEMU before this one, or from this one on."""

    def __init__(self, path, row, ours=None, before=None, since=None):
        self.path, self.row, self.ours = re.compile(path), row, ours
        self.before, self.since = before, since
        self.used = False

    def covers(self, path, ours):
        covered = self.path.fullmatch(path) and (self.ours is None or self.ours == ours)
        self.used = self.used or bool(covered)
        return covered

    def applies(self):
        return ((self.before is None or VERSION < self.before) and
                (self.since is None or VERSION >= self.since))


def differences(stock, ours, path=''):
    """(path, stock's, ours) of all that is not equal."""
    if isinstance(stock, dict) and isinstance(ours, dict):
        keys = [key for key in [*stock, *[k for k in ours if k not in stock]]]
        pairs = [(key, stock.get(key, ABSENT), ours.get(key, ABSENT)) for key in keys]
    elif isinstance(stock, list) and isinstance(ours, list):
        longest = range(max(len(stock), len(ours)))
        pairs = [(i, stock[i] if i < len(stock) else ABSENT, ours[i] if i < len(ours) else ABSENT)
                 for i in longest]
    else:
        if stock != ours or type(stock) is not type(ours):
            yield path, stock, ours
        return
    for key, a, b in pairs:
        yield from differences(a, b, '%s/%s' % (path, key) if path else str(key))


class Side:
    """One of the two, while a scenario is played to it."""

    def __init__(self, test, qemu):
        self.test, self.qemu = test, qemu
        self.is_ours = qemu == OURS
        self.viewers = {}  # port of a viewer: what to call it
        self.machines = []

    def machine(self, *arguments, **keywords):
        machine = Machine(*arguments, qemu=self.qemu, **keywords)
        self.machines.append(machine)
        return machine

    def quit(self):
        for machine in self.machines:
            machine.quit()
        self.machines = []

    def run(self, *arguments):
        """QEMU as started with these arguments: what its monitor says if it does start, and what it prints."""
        script = ''.join('{"execute": "%s"}\n' % command for command in
                         ('qmp_capabilities', 'query-vnc-servers', 'query-vnc', 'quit'))
        done = subprocess.run([self.qemu, '-nodefaults', '-S', '-accel', 'tcg', '-qmp', 'stdio',
                               *arguments], input=script.encode(), capture_output=True,
                              env=dict(os.environ, TMPDIR=self.test.directory),
                              timeout=DEADLINE, check=False)
        answers = [json.loads(line) for line in done.stdout.decode().splitlines()
                   if line.startswith('{')]
        answers = [answer for answer in answers if 'return' in answer or 'error' in answer]
        return done.returncode, answers, done.stderr.decode()

    def name_viewer(self, connection, name):
        """What the transcript calls this viewer, whose port is nowhere the same."""
        if connection.socket.family != socket.AF_UNIX:
            self.viewers[str(connection.name()[1])] = name

    def normalise(self, what):
        if isinstance(what, dict):
            return {key: self.normalise(value) for key, value in what.items()}
        if isinstance(what, (list, tuple)):
            return [self.normalise(value) for value in what]
        if isinstance(what, bytes):
            return what.hex()
        if isinstance(what, str):
            for port, name in self.viewers.items():
                what = re.sub(r'(?<![\w.])%s(?!\w)' % port, name, what)
        return what


def ask(machine, command, **arguments):
    """A QMP command: what it returns, or its error as it stands."""
    machine.qmp_socket.sendall(json.dumps({'execute': command, 'arguments': arguments}).encode()
                               + b'\n')
    while True:
        answer = json.loads(machine.qmp_lines.read('answer to %s' % command))
        if 'event' not in answer:
            return answer.get('return', answer.get('error'))
        machine.events.append(answer)


def vnc_events(machine):
    """Those that have come since the last call, in their order."""
    found = [{'event': event['event'], 'data': event['data']} for event in machine.events
             if event['event'].startswith('VNC_')]
    machine.events = []
    return found


def events_until(machine, name, count=1):
    """All VNC events until there are @count of this name."""
    found = vnc_events(machine)
    while sum(event['event'] == name for event in found) < count:
        answer = json.loads(machine.qmp_lines.read('event %s' % name))
        if 'event' in answer:
            machine.events.append(answer)
            found += vnc_events(machine)
    return found


def free_displays(count):
    """Display numbers whose ports, 5900 and 5700 above them, nobody has."""
    found = []
    number = 200 + os.getpid() * 37 % 20000
    while len(found) < count:
        number += 1
        if all(is_free(number + base) for base in (5700, 5900)):
            found.append(number)
    return found


def is_free(port):
    for family, host in ((socket.AF_INET, ''), (socket.AF_INET6, '::')):
        with socket.socket(family) as taken:
            taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                taken.bind((host, port))
            except OSError:
                return False
    return True


def documented(row):
    with open(COMPATIBILITY, encoding='utf-8') as file:
        return any(re.match(re.escape(row) + r'(  |$)', line) for line in file)


class ParityTest(unittest.TestCase):
    maxDiff = None

    def setUp(self):
        self.directory = tempfile.mkdtemp(prefix='vnc-parity-')
        self.addCleanup(shutil.rmtree, self.directory, ignore_errors=True)

    def path(self, name):
        return os.path.join(self.directory, name)

    def play(self, scenario, qemu):
        side = Side(self, qemu)
        try:
            transcript = scenario(side)
        finally:
            side.quit()
        return side.normalise(transcript)

    def compare(self, scenario, *deliberate):
        """The scenario, with both; all that differs and should not is told at once."""
        deliberate = [copy.copy(entry) for entry in deliberate if entry.applies()]
        stock, ours = self.play(scenario, STOCK), self.play(scenario, OURS)
        if os.environ.get('PARITY_SHOW'):
            print('# ' + json.dumps(ours, indent=1).replace('\n', '\n# '))
        faults = ['%s: stock has %r, ours %r' % found for found in differences(stock, ours)
                  if not any([entry.covers(found[0], found[2]) for entry in deliberate])]
        faults += ['%s: no longer differs; take the exception away' % entry.path.pattern
                   for entry in deliberate if not entry.used]
        faults += ['%s: docs/compatibility.rst has no such row' % entry.row
                   for entry in deliberate if not documented(entry.row)]
        if faults:
            self.fail('\n'.join(['%d differences:' % len(faults), *faults]))
        return ours


def main():
    global OURS, STOCK, VERSION
    OURS, STOCK, e2e.GUEST = [os.path.abspath(path) for path in sys.argv[1:4]]
    versions = []
    for qemu in (OURS, STOCK):
        said = subprocess.run([qemu, '--version'], capture_output=True, check=True).stdout.decode()
        versions.append(re.search(r'version (\d+)\.(\d+)(\S*)', said).groups())
    if versions[0] != versions[1]:
        sys.exit('parity: these are versions %s and %s' % tuple('.'.join(v) for v in versions))
    VERSION = tuple(int(part) for part in versions[0][:2])
    run_tests(sys.argv[4:])
