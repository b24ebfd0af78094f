# A real QEMU with the tests' own guest, and independent viewers, for the tests of this folder.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
#
# All programs listen on 127.0.0.1 or in a temporary directory, and end with their test.
import json
import os
import re
import select
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import unittest

import rfb
from harness import COMPLAINT, Picture, run_tests

# Ends a hang; nothing here asserts how fast anything is.
DEADLINE = 120

QEMU = None     # path of qemu-system-x86_64
GUEST = None    # path of the guest
CAPTURE = None  # path of tests/e2e/capture


class Lines:
    """Lines from a descriptor, with a deadline."""

    def __init__(self, fd):
        self.fd = fd
        self.buffer = b''

    def read(self, what):
        end = time.monotonic() + DEADLINE
        while b'\n' not in self.buffer:
            ready, _, _ = select.select([self.fd], [], [], max(0, end - time.monotonic()))
            if not ready:
                raise AssertionError('no %s within %d s' % (what, DEADLINE))
            data = os.read(self.fd, 65536)
            if not data:
                raise AssertionError('end of file instead of %s; before it: %r'
                                     % (what, self.buffer))
            self.buffer += data
        line, _, self.buffer = self.buffer.partition(b'\n')
        return line.decode('utf-8', 'replace').rstrip('\r')


def connect_unix(path, process):
    end = time.monotonic() + DEADLINE
    while True:
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.connect(path)
            return connection
        except OSError:
            connection.close()
            if process.poll() is not None or time.monotonic() > end:
                raise
            time.sleep(0.05)


def load_image(path):
    from PIL import Image
    image = Image.open(path).convert('RGB')
    return Picture(image.width, image.height, image.tobytes())


# A display for each kind of width: VGA shows multiples of 8 only, but also 24 bits a pixel.
ANY_WIDTH = 'bochs-display'


class Machine:
    """QEMU, its monitor (QMP) and its guest (commands over the serial line)."""

    def __init__(self, *arguments, vnc='127.0.0.1:0,to=999', display='VGA', guest=True,
                 memory=64, qemu=None, environment=None, running=True):
        self.directory = tempfile.mkdtemp(prefix='vnc-e2e-')
        qmp_path = os.path.join(self.directory, 'qmp')
        serial_path = os.path.join(self.directory, 'serial')
        argv = [qemu or QEMU, '-nodefaults', '-device', display, '-accel', 'tcg', '-m', str(memory),
                '-qmp', 'unix:%s,server=on,wait=off' % qmp_path]
        if guest:
            argv += ['-kernel', GUEST,
                     '-chardev', 'socket,id=s,path=%s,server=on,wait=off' % serial_path,
                     '-serial', 'chardev:s']
        for one in [vnc] if isinstance(vnc, str) else vnc:
            argv += ['-vnc', one]
        self.errors = open(os.path.join(self.directory, 'stderr'), 'wb')
        self.process = subprocess.Popen(argv + list(arguments), stdin=subprocess.DEVNULL,
                                        stdout=self.errors, stderr=self.errors,
                                        env=dict(os.environ, **(environment or {})))
        try:
            self.qmp_socket = connect_unix(qmp_path, self.process)
            self.qmp_lines = Lines(self.qmp_socket.fileno())
            self.events = []
            self.qmp_lines.read('greeting of QMP')
            self.qmp('qmp_capabilities')
            self.serial = None
            if guest:
                self.serial_socket = connect_unix(serial_path, self.process)
                self.serial = Lines(self.serial_socket.fileno())
                self.serial_events = []
                if running:
                    self.wait_ready()
        except BaseException:
            print('# QEMU said: ' + self.said().replace('\n', '\n# '))
            self.process.kill()
            self.process.wait()
            raise

    def said(self):
        # Not by self.errors: QEMU writes where that stands.
        with open(self.errors.name, 'rb') as f:
            return f.read().decode('utf-8', 'replace')

    def wait_said(self, text):
        """Until it is on standard error."""
        end = time.monotonic() + DEADLINE
        while text not in self.said():
            if time.monotonic() > end:
                raise AssertionError('QEMU does not say %r but %r' % (text, self.said()))
            time.sleep(0.05)

    def qmp(self, command, **arguments):
        request = {'execute': command}
        if arguments:
            request['arguments'] = arguments
        self.qmp_socket.sendall(json.dumps(request).encode() + b'\n')
        while True:
            answer = json.loads(self.qmp_lines.read('answer to %s' % command))
            if 'event' in answer:
                self.events.append(answer)
            elif 'error' in answer:
                raise AssertionError('%s: %s' % (command, answer['error']['desc']))
            else:
                return answer['return']

    def send_fd(self, name, fd):
        """Give QEMU a descriptor, which its commands call @name."""
        request = {'execute': 'getfd', 'arguments': {'fdname': name}}
        socket.send_fds(self.qmp_socket, [json.dumps(request).encode() + b'\n'], [fd])
        # Its answer is skipped as an event is: what fails fails when the name is used.
        while 'return' not in json.loads(self.qmp_lines.read('answer to getfd')):
            pass

    def hmp(self, line):
        return self.qmp('human-monitor-command', **{'command-line': line}).replace('\r', '')

    def wait_event(self, name):
        """The next event of this name: its data, if it has some."""
        while True:
            for event in self.events:
                if event['event'] == name:
                    self.events.remove(event)
                    return event.get('data')
            answer = json.loads(self.qmp_lines.read('event %s' % name))
            if 'event' in answer:
                self.events.append(answer)

    def wait_ready(self):
        """The guest says `ready` when it has started."""
        while not self.serial.read('ready').startswith('ready'):
            pass

    def guest(self, command):
        """One command to the guest, until its answer."""
        self.serial_socket.sendall(command.encode() + b'\n')
        while True:
            line = self.serial.read('answer to %r' % command)
            if line.startswith('ok'):
                return line
            if line.startswith('error'):
                raise AssertionError('%r: %s' % (command, line))
            self.serial_events.append(line)

    def guest_events(self, wanted, kind):
        """Lines of a kind that the guest has sent, once there are as many as wanted."""
        while True:
            found = [e for e in self.serial_events if e.startswith(kind)]
            if len(found) >= wanted:
                self.serial_events = []
                return found
            self.serial_events.append(self.serial.read('%d. %s event' % (wanted, kind)))

    def screendump(self, **which):
        """As PNG: QEMU pads the rows of a PPM whose width is odd. @which: device and head."""
        path = os.path.join(self.directory, 'screendump.png')
        self.qmp('screendump', filename=path, format='png', **which)
        return load_image(path)

    def port(self, display=0):
        """The TCP port of a display's first listener. QEMU tells the last of everything first."""
        return int(self.qmp('query-vnc-servers')[-1 - display]['server'][-1]['service'])

    def quit(self):
        """End it, unless that has been done."""
        if self.errors.closed:
            return
        try:
            self.qmp('quit')
            status = self.process.wait(DEADLINE)
        except BaseException:
            self.process.kill()
            self.process.wait()
            raise
        finally:
            said = self.said()
            self.errors.close()
            shutil.rmtree(self.directory, ignore_errors=True)
        if status != 0 or COMPLAINT.search(said):
            raise AssertionError('QEMU: exit code %d; it said: %s' % (status, said))


class Capture:
    """libvncclient, as tests/e2e/capture runs it."""

    def __init__(self, machine, encodings, compress=1, quality=-1, display=0, password='',
                 **environment):
        self.directory = machine.directory
        self.process = subprocess.Popen(
            [CAPTURE, '127.0.0.1', str(machine.port(display)), encodings, str(compress),
             str(quality)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
            env=dict(os.environ, VNC_PASSWORD=password, **environment))
        self.lines = Lines(self.process.stdout.fileno())
        match = re.match(r'connected (\d+)x(\d+)', self.lines.read('connection of capture'))
        self.size = int(match.group(1)), int(match.group(2))

    def command(self, text):
        self.process.stdin.write(text.encode() + b'\n')
        self.process.stdin.flush()
        answer = self.lines.read('answer to %r' % text)
        if answer != 'ok':
            raise AssertionError('%r: %s' % (text, answer))

    def shot(self):
        path = os.path.join(self.directory, 'shot.ppm')
        self.command('shot ' + path)
        return Picture.load(path)

    def follow(self, picture):
        """Take changes until @picture is what is seen."""
        path = os.path.join(self.directory, 'expected.ppm')
        with open(path, 'wb') as f:
            f.write(b'P6\n%d %d\n255\n' % (picture.width, picture.height) + picture.rgb)
        self.command('follow ' + path)

    def close(self):
        self.process.stdin.close()
        self.process.wait(DEADLINE)
        self.process.stdout.close()


class XServer:
    """An Xvfb of our own, and what is seen on it."""

    def __init__(self, width, height):
        read, write = os.pipe()
        self.process = subprocess.Popen(
            ['Xvfb', '-displayfd', str(write), '-screen', '0', '%dx%dx24' % (width, height),
             '-nolisten', 'tcp', '-noreset'],
            pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(write)
        self.name = ':' + Lines(read).read("Xvfb's display")
        os.close(read)
        self.environment = dict(os.environ, DISPLAY=self.name)
        self.clients = []
        self.said = []  # by each of them

    def start(self, *argv):
        said = tempfile.TemporaryFile()
        self.said.append(said)
        self.clients.append(subprocess.Popen(argv, env=self.environment, stdin=subprocess.DEVNULL,
                                             stdout=said, stderr=said))

    def report(self):
        """Which clients have ended, and what each has said last."""
        for client, said in zip(self.clients, self.said):
            size = os.fstat(said.fileno()).st_size
            last = os.pread(said.fileno(), 2000, max(size - 2000, 0))
            yield '%s: exit code %s, said: %s' % (client.args[0], client.poll(),
                                                  last.decode(errors='replace'))

    def run(self, *argv):
        subprocess.run(argv, env=self.environment, check=True, timeout=DEADLINE,
                       stdout=subprocess.DEVNULL)

    def grab(self):
        from PIL import ImageGrab
        image = ImageGrab.grab(xdisplay=self.name).convert('RGB')
        return Picture(image.width, image.height, image.tobytes())

    def close(self):
        for process in self.clients + [self.process]:
            process.terminate()
        for process in self.clients + [self.process]:
            process.wait(DEADLINE)
        for said in self.said:
            said.close()


def start_and_fail(*arguments):
    """(exit code, stderr) of a QEMU that is expected not to start."""
    done = subprocess.run([QEMU, '-nodefaults', '-vga', 'std', '-S', '-accel', 'tcg'] +
                          list(arguments), stdin=subprocess.DEVNULL, capture_output=True,
                          timeout=DEADLINE, check=False)
    return done.returncode, done.stderr.decode()


class MachineTest(unittest.TestCase):

    def machine(self, *arguments, **keywords):
        machine = Machine(*arguments, **keywords)
        self.addCleanup(machine.quit)
        return machine

    def capture(self, *arguments, **keywords):
        capture = Capture(*arguments, **keywords)
        self.addCleanup(capture.close)
        return capture

    def viewer(self, machine, *encodings, display=0):
        """One of tests/wire, which shows what is on the wire."""
        viewer = rfb.Viewer(('127.0.0.1', machine.port(display))).handshake()
        self.addCleanup(viewer.close)
        viewer.set_encodings(*encodings)
        return viewer

    def follow(self, viewer, picture):
        """Read updates until the viewer sees the picture; returns them."""
        updates = []
        while rfb.difference(viewer.fb.pixels, (viewer.fb.width, viewer.fb.height),
                             viewer.format.from_rgb(picture.rgb),
                             (picture.width, picture.height)):
            viewer.request(True)
            updates.append(viewer.read_update())
        return updates

    def told(self, viewer, encoding, wanted=lambda rect: True):
        """The next pseudo-rectangle of this kind, and of this sort."""
        while True:
            viewer.request(True)
            for rect in viewer.read_update().pseudo(encoding):
                if wanted(rect):
                    return rect

    def assert_same(self, have, want, what):
        self.assertEqual((have.width, have.height), (want.width, want.height), what)
        if have.rgb != want.rgb:
            import numpy
            a = numpy.frombuffer(have.rgb, numpy.uint8).reshape(want.height, want.width, 3)
            b = numpy.frombuffer(want.rgb, numpy.uint8).reshape(want.height, want.width, 3)
            rows, columns = numpy.nonzero((a != b).any(axis=2))
            self.fail('%s: %d pixels differ, within x %d..%d, y %d..%d; the first: %s for %s' % (
                what, len(rows), columns.min(), columns.max(), rows.min(), rows.max(),
                a[rows[0], columns[0]], b[rows[0], columns[0]]))

    def tigervnc(self, machine, encoding, *arguments, **environment):
        """TigerVNC's window, full screen."""
        x = XServer(1920, 1080)
        self.addCleanup(x.close)
        x.environment.update(environment)
        x.start('xtigervncviewer', '-FullScreen=1', '-RemoteResize=0', '-AutoSelect=0',
                '-PreferredEncoding=' + encoding, '-FullColor=1', '-ReconnectOnError=0',
                *arguments, '127.0.0.1::%d' % machine.port())
        return x

    def assert_comes_to_show(self, x, want, what):
        end = time.monotonic() + DEADLINE
        seen = x.grab()
        while seen.rgb != want.rgb and time.monotonic() < end:
            time.sleep(0.2)
            seen = x.grab()
        if seen.rgb != want.rgb:
            print('\n'.join('# ' + line for text in x.report() for line in text.splitlines()))
        self.assert_same(seen, want, what)


def main():
    global QEMU, GUEST, CAPTURE
    QEMU, GUEST, CAPTURE = [os.path.abspath(path) for path in sys.argv[1:4]]
    run_tests(sys.argv[4:])
