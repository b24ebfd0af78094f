# A headless Chromium, driven through its DevTools protocol.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
import base64
import fcntl
import json
import os
import select
import shutil
import signal
import tempfile
import time

from rfb import DEADLINE

# It shall ask nobody for anything but the test's page.
FLAGS = ['--headless', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-sync',
         '--disable-background-networking', '--disable-component-update',
         '--disable-dev-shm-usage', '--force-color-profile=srgb', '--window-size=900,700']


class Chromium:
    """One page of it. Commands and answers are JSON that ends in a NUL, on descriptors 3 and 4."""

    def __init__(self):
        self.profile = tempfile.mkdtemp(prefix='vnc-chromium-')
        commands, self.to = os.pipe()
        self.fd, answers = os.pipe()
        flags = FLAGS + ['--remote-debugging-pipe', '--user-data-dir=' + self.profile]
        if os.geteuid() == 0:
            flags.append('--no-sandbox')
        # Out of the way of 3 and 4.
        commands, answers = [self._move(fd) for fd in (commands, answers)]
        quiet = [(os.POSIX_SPAWN_OPEN, fd, os.devnull, os.O_RDWR, 0) for fd in (0, 1, 2)]
        self.pid = os.posix_spawnp(
            'chromium', ['chromium', *flags, 'about:blank'], dict(os.environ, HOME=self.profile),
            file_actions=quiet + [(os.POSIX_SPAWN_DUP2, commands, 3),
                                  (os.POSIX_SPAWN_DUP2, answers, 4)],
            setpgroup=0)
        os.close(commands)
        os.close(answers)
        self.input = b''
        self.number = 0
        self.session = None
        self.console = []  # what the page has complained about
        try:
            target = self.call('Target.createTarget', url='about:blank')['targetId']
            self.session = self.call('Target.attachToTarget', targetId=target,
                                     flatten=True)['sessionId']
            self.call('Runtime.enable')
            self.call('Page.enable')
        except BaseException:
            self.close()
            raise

    @staticmethod
    def _move(fd):
        moved = fcntl.fcntl(fd, fcntl.F_DUPFD_CLOEXEC, 100)
        os.close(fd)
        return moved

    def _message(self, end):
        while b'\0' not in self.input:
            if not select.select([self.fd], [], [], max(0, end - time.monotonic()))[0]:
                raise AssertionError('Chromium has not answered within %d s' % DEADLINE)
            data = os.read(self.fd, 1 << 20)
            if not data:
                raise AssertionError('Chromium has ended')
            self.input += data
        text, _, self.input = self.input.partition(b'\0')
        return json.loads(text)

    def call(self, method, **parameters):
        self.number += 1
        command = {'id': self.number, 'method': method, 'params': parameters}
        if self.session:
            command['sessionId'] = self.session
        data = json.dumps(command).encode() + b'\0'
        while data:
            data = data[os.write(self.to, data):]
        end = time.monotonic() + DEADLINE
        while True:
            message = self._message(end)
            if message.get('method') == 'Runtime.exceptionThrown':
                self.console.append(message['params']['exceptionDetails'])
            if message.get('id') == self.number:
                if 'error' in message:
                    raise AssertionError('%s: %s' % (method, message['error']['message']))
                return message['result']

    def evaluate(self, expression):
        """The value of an expression, or of what it promises."""
        done = self.call('Runtime.evaluate', expression=expression, awaitPromise=True,
                         returnByValue=True)
        if 'exceptionDetails' in done:
            raise AssertionError('%s: %s' % (expression, done['exceptionDetails']))
        return done['result'].get('value')

    def open(self, url):
        """Until the page has set `ready`."""
        self.call('Page.navigate', url=url)
        end = time.monotonic() + DEADLINE
        while not self.evaluate('window.ready === true'):
            if time.monotonic() > end:
                raise AssertionError('%s does not get ready: %r' % (url, self.console))

    def key(self, kind, key, code):
        self.call('Input.dispatchKeyEvent', type=kind, key=key, code=code)

    def mouse(self, kind, x, y, buttons=0):
        self.call('Input.dispatchMouseEvent', type=kind, x=x, y=y, buttons=buttons,
                  button='left' if kind != 'mouseMoved' else 'none', clickCount=1)

    def screenshot(self, path):
        data = base64.b64decode(self.call('Page.captureScreenshot')['data'])
        with open(path, 'wb') as f:
            f.write(data)

    def close(self):
        """It and the processes it has started."""
        self.session = None
        end = time.monotonic() + DEADLINE
        try:
            self.call('Browser.close')
        except (AssertionError, OSError):
            end = 0
        while os.waitpid(self.pid, os.WNOHANG) == (0, 0):
            if time.monotonic() > end:
                os.killpg(self.pid, signal.SIGKILL)
                os.waitpid(self.pid, 0)
                break
            time.sleep(0.05)
        os.close(self.to)
        os.close(self.fd)
        shutil.rmtree(self.profile, ignore_errors=True)
