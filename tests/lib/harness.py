# Runs vnc-demo for a test, and runs the tests.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Called as `test_NAME.py PATH-OF-VNC-DEMO [unittest's names of tests]`; prints TAP. A test fails,
# too, if its vnc-demo has died or a sanitizer has complained.
import ast
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import unittest

import rfb
from rfb import DEADLINE

DEMO = None   # path of vnc-demo
WRAPPER = ()  # the program that runs it, and its arguments

# gtk-vnc from the command line
GVNC = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'gvnc.py')

COMPLAINT = re.compile(
    r'Sanitizer|runtime error:|-CRITICAL \*\*|-WARNING \*\*|\bERROR:|[Aa]ssert|Traceback')


def free_display():
    """A display number from which `to=` finds a free port; away from 5900 and from the ports
    that the system hands out."""
    return 200 + os.getpid() * 37 % 20000


class Picture:
    """8-bit RGB, from a binary PPM."""

    def __init__(self, width, height, rgb):
        self.width, self.height, self.rgb = width, height, rgb

    @classmethod
    def load(cls, path):
        with open(path, 'rb') as f:
            data = f.read()
        head = re.match(rb'P6\s+(?:#[^\n]*\n\s*)*(\d+)\s+(\d+)\s+255\s', data)
        width, height = int(head.group(1)), int(head.group(2))
        rgb = data[head.end():]
        if len(rgb) != width * height * 3:
            raise AssertionError('%s: %d bytes for %dx%d' % (path, len(rgb), width, height))
        return cls(width, height, rgb)

    def pixel(self, x, y):
        at = (y * self.width + x) * 3
        return tuple(self.rgb[at:at + 3])


class Event:
    """One line of vnc-demo's, cut into words."""

    def __init__(self, number, line):
        self.number, self.line = number, line
        self.kind, _, rest = line.partition(' ')
        self.text = rest
        self.words = rest.split(' ')

    def __repr__(self):
        return repr(self.line)


class Demo:
    """A running vnc-demo --control."""

    def __init__(self, *options, size='320x240', still=True, address=None, fps=None, objects=(),
                 trace=''):
        self.temporary = tempfile.TemporaryDirectory(prefix='vnc-wire-')
        self.directory = self.temporary.name
        if address is None:
            address = '127.0.0.1:%d,to=%d' % (free_display(), free_display() + 999)
        argv = [*WRAPPER, DEMO, '--control', '--size', size]
        if still:
            argv.append('--still')
        if fps:
            argv += ['--fps', str(fps)]
        for item in objects:
            argv += ['--object', item]
        argv.append(','.join((address,) + options))
        self.errors = open(os.path.join(self.directory, 'stderr'), 'wb')
        self.process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=self.errors,
                                        env=dict(os.environ, VNC_TRACE=trace))
        self.changed = threading.Condition()
        self.lines = []   # Event
        self.ended = False
        self.seen_answer = 0  # up to which line answers have been taken
        self.reader = threading.Thread(target=self._read, daemon=True)
        self.reader.start()
        self.addresses = []
        self.websockets = []
        try:
            # The answer to a first command stands behind what is printed at the start.
            self.ping()
        except BaseException:
            self.kill()
            raise
        for event in self.lines:
            if event.kind == 'listening':
                text, websocket, _ = event.text.partition('on ')[2].partition(' (websocket)')
                listeners = self.websockets if websocket else self.addresses
                listeners.append(parse_address(text))

    @property
    def address(self):
        return self.addresses[0]

    def _read(self):
        for line in self.process.stdout:
            with self.changed:
                text = line.decode('utf-8', 'replace').rstrip('\n')
                self.lines.append(Event(len(self.lines), text))
                self.changed.notify_all()
        with self.changed:
            self.ended = True
            self.changed.notify_all()

    def _wait(self, find, what):
        """The first true value of find(); fails at the deadline or when vnc-demo ends."""
        end = time.monotonic() + DEADLINE
        with self.changed:
            while True:
                found = find()
                if found:
                    return found
                if self.ended:
                    raise AssertionError('vnc-demo ended before the %s: %s' %
                                         (what, self.last_words()))
                if not self.changed.wait(end - time.monotonic()):
                    raise AssertionError('no %s within %d s; last lines: %r' %
                                         (what, DEADLINE, self.lines[-5:]))

    def _commands(self, texts):
        """Send commands in one breath; returns their answers."""
        try:
            self.process.stdin.write(b''.join(text.encode() + b'\n' for text in texts))
            self.process.stdin.flush()
        except BrokenPipeError:
            pass
        answers = []

        def done():
            while self.seen_answer < len(self.lines) and len(answers) < len(texts):
                event = self.lines[self.seen_answer]
                self.seen_answer += 1
                if event.kind in ('ok', 'error'):
                    answers.append(event)
            return len(answers) == len(texts)

        self._wait(done, 'answer to %r' % texts[-1])
        return answers

    def try_command(self, text):
        """Send one command; None if it is answered by ok, else the error's text."""
        answer, = self._commands([text])
        return None if answer.kind == 'ok' else answer.text

    def command(self, text):
        error = self.try_command(text)
        if error is not None:
            raise AssertionError('%r was answered by error %s' % (text, error))

    def commands(self, texts):
        for text, answer in zip(texts, self._commands(texts)):
            if answer.kind != 'ok':
                raise AssertionError('%r was answered by error %s' % (text, answer.text))

    def sync(self):
        """When this returns, vnc-demo has read what had been sent to it before: its one main
        loop has polled its sockets and the control pipe together, twice."""
        self.ping()
        self.ping()

    def ping(self):
        """A command that does nothing, and its answer."""
        self.try_command('ping')

    def mark(self):
        """A place in the events, for events() and wait_event(): behind all that have been
        printed until now."""
        self.ping()
        return self.seen_answer

    def events(self, kind, mark=0, match=''):
        with self.changed:
            return [e for e in self.lines[mark:] if e.kind == kind and re.search(match, e.text)]

    def wait_event(self, kind, mark=0, match='', count=1):
        """The @count-th event of a kind whose text matches."""
        def find():
            found = [e for e in self.lines[mark:]
                     if e.kind == kind and re.search(match, e.text)]
            return found[count - 1] if len(found) >= count else None
        return self._wait(find, '%d. line %r matching %r' % (count, kind, match))

    def wait_disconnected(self, mark=0, count=1):
        return self.wait_event('viewer', mark, '^disconnected ', count)

    def dump(self):
        path = os.path.join(self.directory, 'dump.ppm')
        self.command('dump ' + path)
        return Picture.load(path)

    def viewer(self, minor=8, shared=True, receive_buffer=None):
        return rfb.Viewer(self.address, receive_buffer).handshake(minor, shared)

    def complaints(self):
        # Not by self.errors: vnc-demo writes where that stands.
        with open(self.errors.name, 'rb') as f:
            return f.read().decode('utf-8', 'replace')

    def last_words(self):
        """How a process that has ended did so."""
        return 'exit code %d; it said: %s' % (self.process.wait(DEADLINE), self.complaints())

    def kill(self):
        self.process.kill()
        self.process.wait()
        self._close()

    def _close(self):
        self.reader.join(DEADLINE)
        try:
            self.process.stdin.close()
        except BrokenPipeError:
            pass
        self.process.stdout.close()
        self.errors.close()
        self.temporary.cleanup()

    def quit(self):
        """End it as a user does; raises if it did not end well or had complained."""
        try:
            self.process.stdin.write(b'quit\n')
            self.process.stdin.flush()
        except BrokenPipeError:
            pass
        try:
            self.process.wait(DEADLINE)
        except subprocess.TimeoutExpired:
            said = self.complaints()
            self.kill()
            raise AssertionError('vnc-demo does not quit; it said: %s' % said) from None
        bad = self.process.returncode != 0 or COMPLAINT.search(self.complaints())
        said = self.last_words()
        self._close()
        if bad:
            raise AssertionError('vnc-demo: ' + said)


def parse_address(text):
    """"127.0.0.1:5900", "[::1]:5900", "unix:/path" -> what rfb.Connection takes."""
    if text.startswith('unix:'):
        return text[5:]
    host, _, port = text.rpartition(':')
    host = host.strip('[]')
    return {'0.0.0.0': '127.0.0.1', '::': '::1', '': '127.0.0.1'}.get(host, host), int(port)


def escaped(text):
    """As an event of vnc-demo has it."""
    out = ''
    for byte in text.encode():
        special = {8: '\\b', 9: '\\t', 10: '\\n', 11: '\\v', 12: '\\f', 13: '\\r', 34: '\\"', 92: '\\\\'}
        out += special.get(byte) or (chr(byte) if 32 <= byte < 127 else '\\%03o' % byte)
    return out


def has_thread_sanitizer():
    """It knows nothing of how the threads inside GIO, which is built without it, agree."""
    with open(DEMO, 'rb') as f:
        return b'__tsan_init' in f.read()


def run_demo(*argv):
    """A vnc-demo that is expected to end by itself: (exit code, stdout, stderr)."""
    done = subprocess.run([DEMO] + list(argv), stdin=subprocess.DEVNULL, capture_output=True,
                          timeout=DEADLINE, check=False)
    return done.returncode, done.stdout.decode(), done.stderr.decode()


class WireTest(unittest.TestCase):
    """A test case with a vnc-demo: `self.demo`, one for each test, or for each class where
    SHARED_DEMO is true."""

    DEMO_OPTIONS = ()
    DEMO_ARGUMENTS = {}
    SHARED_DEMO = False
    shared = None

    @classmethod
    def setUpClass(cls):
        if cls.SHARED_DEMO:
            cls.shared = Demo(*cls.DEMO_OPTIONS, **cls.DEMO_ARGUMENTS)

    @classmethod
    def tearDownClass(cls):
        if cls.shared:
            shared, cls.shared = cls.shared, None
            shared.quit()

    def setUp(self):
        if self.SHARED_DEMO and not self.shared:
            self.setUpClass()
        self.demo = self.shared or self.start(*self.DEMO_OPTIONS, **self.DEMO_ARGUMENTS)
        if self.shared:
            self.addCleanup(self.bury_the_dead)

    def bury_the_dead(self):
        """Fail if the shared vnc-demo has ended; the next test gets another."""
        if self.shared.process.poll() is not None:
            self.tearDownClass()

    def start(self, *options, **arguments):
        demo = Demo(*options, **arguments)
        self.addCleanup(demo.quit)
        return demo

    def viewer(self, *args, **kwargs):
        """A viewer of self.demo, closed at the end of the test."""
        viewer = self.demo.viewer(*args, **kwargs)
        self.addCleanup(viewer.close)
        return viewer

    def connect(self, **kwargs):
        """A viewer that has not said a word."""
        viewer = rfb.Viewer(self.demo.address, **kwargs)
        self.addCleanup(viewer.close)
        return viewer

    # What a viewer sees

    def difference(self, viewer, picture, within=None):
        """Where the viewer's picture is not what @picture is in its pixel format; or None."""
        fmt = viewer.format
        have = viewer.fb.pixels
        if not fmt.true_colour:
            colours = {i: r >> 13 << 5 | g >> 13 << 2 | b >> 14
                       for i, (r, g, b) in (viewer.colour_map or {}).items()}
            have = type(have)('I', [colours.get(p, rfb.POISON) for p in have])
            fmt = rfb.RGB332
        return rfb.difference(have, (viewer.fb.width, viewer.fb.height),
                              fmt.from_rgb(picture.rgb), (picture.width, picture.height), within)

    def assert_sees(self, viewer, picture, within=None):
        found = self.difference(viewer, picture, within)
        if found:
            self.fail('the viewer sees something else: %s (%r)' % (found, viewer.format))

    def assert_only(self, update, x, y, w, h):
        """The update has pixels, and those within the cells that the area touches."""
        self.assertTrue(update.pixel_rects(), update)
        cell = 64  # generous: the grain of updates is the server's choice
        x1, y1 = (x + w + cell - 1) // cell * cell, (y + h + cell - 1) // cell * cell
        x0, y0 = x // cell * cell, y // cell * cell
        for r in update.pixel_rects():
            self.assertTrue(r.x >= x0 and r.y >= y0 and r.x + r.w <= x1 and r.y + r.h <= y1,
                            '%r is outside %r' % (r, (x, y, w, h)))

    def full_update(self, viewer, demo=None):
        """Ask for everything until the viewer sees what the demo shows."""
        picture = (demo or self.demo).dump()
        self.converge(viewer, picture)
        return picture

    def converge(self, viewer, picture, incremental=False, within=None):
        end = time.monotonic() + DEADLINE
        while self.difference(viewer, picture, within) or not incremental:
            if time.monotonic() > end:
                self.assert_sees(viewer, picture, within)
            viewer.request(incremental)
            viewer.read_update()
            if not self.difference(viewer, picture, within):
                return

    def settle(self, viewer, *encodings):
        """Read what is due after SetEncodings(@encodings), up to the first whole picture."""
        viewer.set_encodings(*encodings)
        return self.full_update(viewer)

    # How a viewer is dropped

    def assert_dropped(self, connection, mark, match='.'):
        """The server closes this connection, and logs that in exactly one line."""
        connection.wait_closed()
        self.demo.wait_disconnected(mark)
        self.demo.sync()
        logs = self.demo.events('log', mark)
        self.assertEqual(len(logs), 1, logs)
        self.assertRegex(logs[0].text, match)


def rows(error):
    """In which turn of which loops a test has failed: the values of their variables, for the test's name."""
    found = []
    for frame, line in traceback.walk_tb(error[2]):
        path = frame.f_code.co_filename
        if not os.path.basename(path).startswith('test_'):
            continue
        with open(path, encoding='utf-8') as file:
            tree = ast.parse(file.read())
        loops = [node for node in ast.walk(tree) if isinstance(node, ast.For)
                 and node.body[0].lineno <= line <= node.body[-1].end_lineno]
        names = [node.id for loop in loops for node in ast.walk(loop.target)
                 if isinstance(node, ast.Name) and node.id in frame.f_locals]
        found += ['%s=%.80r' % (name, frame.f_locals[name]) for name in names]
    return ' (%s)' % ', '.join(found).replace('#', '') if found else ''


class TapResult(unittest.TestResult):
    """Prints a line of TAP for each test."""

    def __init__(self):
        super().__init__()
        self.count = 0
        self.subtest_failures = []

    def _line(self, ok, test, note=''):
        self.count += 1
        name = test.id() if hasattr(test, 'id') else str(test)
        name = re.sub(r'^__main__\.', '', name).replace('#', '')
        print('%s %d - %s%s' % ('ok' if ok else 'not ok', self.count, name, note))
        sys.stdout.flush()

    def _explain(self, error):
        text = ''.join(traceback.format_exception(*error))
        for line in text.rstrip().split('\n'):
            print('# ' + line[:500])

    def startTest(self, test):
        super().startTest(test)
        self.subtest_failures = []

    def addSuccess(self, test):
        super().addSuccess(test)
        self._line(True, test)

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self._line(False, test, rows(err))
        self._explain(err)

    def addError(self, test, err):
        super().addError(test, err)
        self._line(False, test, rows(err))
        self._explain(err)

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self._line(True, test, ' # SKIP ' + reason)

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self._line(False, subtest, rows(err))
            self._explain(err)


def run_tests(names):
    """The tests of the program's file, or those of these names; ends the program."""
    loader = unittest.defaultTestLoader
    module = sys.modules['__main__']
    if names:
        suite = loader.loadTestsFromNames(names, module)
    else:
        suite = loader.loadTestsFromModule(module)
    result = TapResult()
    suite.run(result)
    print('1..%d' % result.count)
    sys.exit(0 if result.wasSuccessful() else 1)


def main():
    global DEMO
    DEMO = os.path.abspath(sys.argv[1]) if len(sys.argv) > 1 else None
    run_tests(sys.argv[2:])
