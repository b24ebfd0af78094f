# Guesses at passwords: which viewers count as one guesser, and which answers are still checked.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Every address of 127.0.0.0/8 is this machine's.
import os
import socket
import struct
import tempfile

import harness
import rfb
from login import NO_DELAY, LoginTest, answer_to

LOCKED = 'Too many wrong passwords'
# Nothing is forgotten while a test runs.
LONG = 'login-ban=3600'

SECRET = b'secret'
WRONG = b'wrong'


class GuessTest(LoginTest):
    def serve(self, *options, **arguments):
        demo = self.start('password=on', NO_DELAY, LONG, *options, **arguments)
        demo.command('password secret')
        return demo

    def knock(self, demo, source=None):
        """A viewer from there that has a challenge, and that; or the reason why it has none."""
        if source:
            connection = socket.socket()
            connection.settimeout(rfb.DEADLINE)
            connection.bind((source, 0))
            connection.connect(demo.address)
            viewer = rfb.Viewer(connection)
        else:
            viewer = rfb.Viewer(demo.address)
        self.addCleanup(viewer.close)
        viewer.read_version()
        viewer.send(b'RFB 003.008\n')
        count, = viewer.take(1)
        if count == 0:
            return viewer, viewer.read_reason()
        self.assertIn(2, viewer.take(count))
        viewer.send(b'\2')
        return viewer, viewer.take(16)

    def result(self, viewer):
        """None, or why the password that has been sent is refused."""
        result, = struct.unpack('>I', viewer.take(4))
        return viewer.read_reason() if result else None

    def guess(self, demo, password, source=None):
        viewer, challenge = self.knock(demo, source)
        if isinstance(challenge, str):
            return challenge
        viewer.send(answer_to(challenge, password))
        return self.result(viewer)

    def guess_until_locked(self, demo, most, source=None):
        for _ in range(most):
            self.assertEqual(self.guess(demo, WRONG, source), 'Wrong password')
        self.assertRegex(self.guess(demo, SECRET, source), LOCKED)


class Judgement(GuessTest):
    def test_many_at_once(self):
        """What is asked before the address is locked is not judged after."""
        demo = self.serve()
        doors = [self.knock(demo) for _ in range(20)]
        said = []
        for i, (viewer, challenge) in enumerate(doors):
            viewer.send(answer_to(challenge, SECRET if i == 19 else WRONG))
            said.append(self.result(viewer))
        self.assertEqual(said[:5], ['Wrong password'] * 5)
        for reason in said[5:]:
            self.assertRegex(reason, LOCKED)
        self.assertEqual(demo.events('viewer', match='^initialized'), [])

    def test_of_an_address(self):
        demo = self.serve()
        self.guess_until_locked(demo, 5, '127.0.0.2')
        self.assertIsNone(self.guess(demo, SECRET, '127.0.0.3'))
        self.assertRegex(self.guess(demo, SECRET, '127.0.0.2'), LOCKED)

    def test_of_a_unix_socket(self):
        """Its peers are not told apart, but from those of another one."""
        temporary = tempfile.TemporaryDirectory(prefix='vnc-wire-')
        self.addCleanup(temporary.cleanup)
        paths = [os.path.join(temporary.name, name) for name in 'ab']
        demo = self.serve('vnc=unix:' + paths[1], address='unix:' + paths[0])
        self.assertEqual(sorted(demo.addresses), paths)
        demo.addresses = paths
        self.guess_until_locked(demo, 5)
        demo.addresses = paths[1:]
        self.assertIsNone(self.guess(demo, SECRET))

    def test_by_any_version(self):
        demo = self.serve('login-failures=3')
        for minor in (3, 7, 8):
            self.log_in(demo, WRONG, minor=minor)
        self.assertRegex(self.guess(demo, SECRET), LOCKED)

    def test_more_addresses_than_are_remembered(self):
        demo = self.serve('login-failures=1')
        for i in range(1100):
            source = '127.1.%d.%d' % (i // 250, 1 + i % 250)
            self.assertEqual(self.guess(demo, WRONG, source), 'Wrong password')
        self.guess_until_locked(demo, 1, '127.2.0.1')


class Trust(GuessTest):
    def test_addresses(self):
        """A proxy's address stands for many: it is never kept out. The others are."""
        demo = self.serve('login-failures=1', 'login-trust=127.0.0.2', 'login-trust=127.1.0.0/16')
        for source in ('127.0.0.2', '127.1.0.1', '127.1.255.1'):
            for _ in range(3):
                self.assertEqual(self.guess(demo, WRONG, source), 'Wrong password')
            self.assertIsNone(self.guess(demo, SECRET, source))
        for source in ('127.0.0.3', '127.2.0.1'):
            self.guess_until_locked(demo, 1, source)

    def test_unix_sockets(self):
        temporary = tempfile.TemporaryDirectory(prefix='vnc-wire-')
        self.addCleanup(temporary.cleanup)
        demo = self.serve('login-failures=1', 'login-trust=unix',
                          address='unix:' + os.path.join(temporary.name, 'socket'))
        for _ in range(3):
            self.assertEqual(self.guess(demo, WRONG), 'Wrong password')
        self.assertIsNone(self.guess(demo, SECRET))

    def test_while_it_runs(self):
        demo = self.serve('login-failures=1')
        self.guess_until_locked(demo, 1, '127.0.0.2')
        host, port = demo.address
        same = 'open %s:%d,password,%s,%s,login-failures=1' % (host, port - 5900, NO_DELAY, LONG)
        demo.command(same + ',login-trust=127.0.0.2')
        self.assertIsNone(self.guess(demo, SECRET, '127.0.0.2'))
        demo.command(same)
        self.assertRegex(self.guess(demo, SECRET, '127.0.0.2'), LOCKED)


class Forgiveness(GuessTest):
    def test_by_the_right_password(self):
        demo = self.serve()
        for _ in range(3):
            for _ in range(4):
                self.assertEqual(self.guess(demo, WRONG), 'Wrong password')
            self.assertIsNone(self.guess(demo, SECRET))
        self.guess_until_locked(demo, 5)

    def test_not_by_the_one_to_look(self):
        demo = self.serve('view-only-password-secret=look', objects=['secret,id=look,data=look'])
        for _ in range(4):
            self.assertEqual(self.guess(demo, WRONG), 'Wrong password')
        self.assertIsNone(self.guess(demo, b'look'))
        self.guess_until_locked(demo, 1)

    def test_leaving_is_not_guessing(self):
        """Who goes before a password has been looked at has not guessed."""
        demo = self.serve('login-failures=1')
        for _ in range(3):
            mark = demo.mark()
            viewer, _ = self.knock(demo)
            viewer.send(b'x' * 15)
            viewer.close()
            demo.wait_disconnected(mark)
        self.assertIsNone(self.guess(demo, SECRET))


if __name__ == '__main__':
    harness.main()
