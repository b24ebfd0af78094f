# Listening viewers, to which the server connects.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
import os
import select
import socket
import tempfile

import harness
import rfb
from harness import run_demo


class ReverseTest(harness.WireTest):
    def setUp(self):
        pass

    def listen(self, family=socket.AF_INET, address=('127.0.0.1', 0)):
        listening = socket.socket(family)
        self.addCleanup(listening.close)
        listening.settimeout(rfb.DEADLINE)
        listening.bind(address)
        listening.listen()
        return listening

    def called(self, listening):
        """The viewer whose call comes next."""
        connection, _ = listening.accept()
        viewer = rfb.Viewer(connection)
        self.addCleanup(viewer.close)
        return viewer

    def not_called(self, demo, listening):
        demo.sync()
        self.assertEqual(select.select([listening], [], [], 0)[0], [])


def name_of(listening):
    return '127.0.0.1:%d' % listening.getsockname()[1]


def sockets(demo):
    """How many it has open."""
    directory = '/proc/%d/fd' % demo.process.pid
    return sum(os.readlink(os.path.join(directory, fd)).startswith('socket:')
               for fd in os.listdir(directory))


class Reverse(ReverseTest):
    def test_a_viewer_is_called(self):
        listening = self.listen()
        demo = self.start('reverse=on', address=name_of(listening))
        self.assertEqual(demo.addresses, [])
        viewer = self.called(listening)
        who = 'ipv4 %s %d ' % viewer.name()
        demo.wait_event('viewer', 0, '^connected [0-9]+ ' + who)
        viewer.handshake()
        demo.wait_event('viewer', 0, '^initialized [0-9]+ ' + who)
        self.full_update(viewer, demo)
        viewer.close()
        demo.wait_event('viewer', 0, '^disconnected [0-9]+ ' + who)
        # Once.
        self.not_called(demo, listening)

    def test_the_option_may_come_before_the_address(self):
        listening = self.listen()
        demo = self.start('vnc=' + name_of(listening), address='reverse=on')
        self.full_update(self.called(listening).handshake(), demo)

    def test_a_name_and_ipv6(self):
        listening = self.listen()
        demo = self.start('reverse', address='localhost:%d' % listening.getsockname()[1])
        self.full_update(self.called(listening).handshake(), demo)
        try:
            listening = self.listen(socket.AF_INET6, ('::1', 0))
        except OSError:
            self.skipTest('no IPv6 here')
        demo.command('open [::1]:%d,reverse=on' % listening.getsockname()[1])
        self.full_update(self.called(listening).handshake(), demo)

    def test_a_socket_file(self):
        with tempfile.TemporaryDirectory(prefix='vnc-wire-') as directory:
            path = os.path.join(directory, 'socket')
            listening = self.listen(socket.AF_UNIX, path)
            demo = self.start('reverse=on', address='unix:' + path)
            viewer = self.called(listening)
            viewer.handshake()
            self.full_update(viewer, demo)

    def test_a_password_is_asked_for_all_the_same(self):
        listening = self.listen()
        demo = self.start('reverse=on', 'password=on', address=name_of(listening))
        demo.command('password secret')
        viewer = self.called(listening)
        viewer.read_version()
        viewer.send(b'RFB 003.008\n')
        self.assertEqual(viewer.take(viewer.take(1)[0]), b'\2')

    def test_nobody_listens(self):
        listening = self.listen()
        name = name_of(listening)
        listening.close()
        demo = self.start('reverse=on', address=name)
        log = demo.wait_event('log')
        self.assertRegex(log.text, "^reverse: cannot connect to '%s': .*refused" % name)
        demo.command('open unix:%s/none,reverse=on' % demo.directory)
        log = demo.wait_event('log', log.number + 1)
        self.assertRegex(log.text, "^reverse: cannot connect to 'unix:.*No such file")
        self.assertEqual(demo.events('viewer'), [])

    def test_a_name_that_nobody_knows(self):
        if harness.has_thread_sanitizer():
            self.skipTest('GIO looks names up in threads of its own')
        demo = self.start('reverse=on', address='nosuchhost.invalid:5500')
        log = demo.wait_event('log')
        self.assertRegex(log.text, "^reverse: cannot connect to 'nosuchhost.invalid:5500': .")

    def test_from_listening_to_calling_and_back(self):
        demo = self.start()
        address = demo.address
        with demo.viewer() as before:
            listening = self.listen()
            demo.command('open %s,reverse=on' % name_of(listening))
            viewer = self.called(listening).handshake()
            self.full_update(viewer, demo)
            self.full_update(before, demo)
            with self.assertRaises(OSError):
                rfb.Viewer(address)
            demo.command('open 127.0.0.1:%d' % (address[1] - 5900))
            self.full_update(viewer, demo)
        with demo.viewer() as after:
            self.full_update(after, demo)

    def test_a_new_address_ends_the_old_call(self):
        # A backlog of none, filled: the call is on its way until it is given up.
        silent = socket.socket()
        self.addCleanup(silent.close)
        silent.bind(('127.0.0.1', 0))
        silent.listen(0)
        for _ in range(8):
            waiting = socket.socket()
            self.addCleanup(waiting.close)
            waiting.setblocking(False)
            waiting.connect_ex(silent.getsockname())
        demo = self.start('reverse=on', address=name_of(silent))
        demo.sync()
        self.assertEqual(sockets(demo), 1)
        listening = self.listen()
        demo.command('open %s,reverse=on' % name_of(listening))
        viewer = self.called(listening).handshake()
        self.full_update(viewer, demo)
        self.assertEqual(sockets(demo), 1)
        demo.command('open %s,reverse=on' % name_of(silent))
        demo.sync()
        self.assertEqual(sockets(demo), 2)
        demo.command('open none')
        self.assertEqual(sockets(demo), 1)
        # Nor is the next one waited for at the end.
        demo.command('open %s,reverse=on' % name_of(silent))
        self.assertEqual(demo.events('log'), [])
        self.assertEqual(len(demo.events('viewer', 0, '^connected ')), 1)

    def test_what_does_not_go_with_it(self):
        for options, part in (('127.0.0.1:1,to=5', "'to'"), ('127.0.0.1:1,vnc=127.0.0.1:2', 'one'),
                              ('none', "'none'"), (':5500', "':5500'"), ('a:65536', '65536'),
                              ('a:0', "'a:0'"), ('unix:/' + 'x' * 200, 'too long')):
            with self.subTest(options=options):
                status, out, err = run_demo(options + ',reverse=on')
                self.assertEqual((status, out), (1, ''), err)
                self.assertEqual(err.count('\n'), 1, err)
                self.assertIn(part, err)


if __name__ == '__main__':
    harness.main()
