# Where the server listens, and its errors when it cannot.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
import os
import socket
import tempfile

import harness
import rfb
from harness import free_display, run_demo


class ListenTest(harness.WireTest):
    def setUp(self):
        temporary = tempfile.TemporaryDirectory(prefix='vnc-wire-')
        self.addCleanup(temporary.cleanup)
        self.directory = temporary.name

    def path(self, name='socket'):
        return os.path.join(self.directory, name)

    def serves(self, demo, address):
        with rfb.Viewer(address) as viewer:
            viewer.handshake()
            self.full_update(viewer, demo)

    def refuses(self, *argv):
        """One clear line on stderr, nothing on stdout, exit code 1; returns the line."""
        status, out, err = run_demo(*argv)
        self.assertEqual((status, out), (1, ''), err)
        lines = err.splitlines()
        self.assertEqual(len(lines), 1, err)
        self.assertIsNone(harness.COMPLAINT.search(err), err)
        return lines[0]


def taken_port(but=()):
    """A listening socket, and its display number."""
    for display in range(free_display() + 1000, free_display() + 2000):
        if display in but:
            continue
        taken = socket.socket()
        try:
            taken.bind(('127.0.0.1', 5900 + display))
            taken.listen()
            return taken, display
        except OSError:
            taken.close()
    raise AssertionError('no free port')


class Tcp(ListenTest):
    def test_a_taken_port(self):
        taken, display = taken_port()
        with taken:
            line = self.refuses('127.0.0.1:%d' % display)
        self.assertIn(str(display), line.replace(str(5900 + display), str(display)))
        self.assertIn('in use', line)

    def test_the_port_of_another_vnc_demo(self):
        demo = self.start()
        host, port = demo.address
        line = self.refuses('%s:%d' % (host, port - 5900))
        self.assertIn('in use', line)
        self.serves(demo, demo.address)

    def test_to_tries_the_next_ones(self):
        taken, display = taken_port()
        with taken:
            demo = self.start(address='127.0.0.1:%d,to=%d' % (display, display + 50))
            host, port = demo.address
            self.assertTrue(display < port - 5900 <= display + 50, port)
            self.serves(demo, demo.address)

    def test_to_is_the_last_one(self):
        taken, display = taken_port()
        with taken:
            for to in (display, display - 1, 0):
                self.assertIn('in use', self.refuses('127.0.0.1:%d,to=%d' % (display, to)))

    def test_a_port_is_free_again_after_quit(self):
        demo = harness.Demo()
        host, port = demo.address
        viewer = demo.viewer()
        demo.quit()
        viewer.close()
        again = self.start(address='%s:%d' % (host, port - 5900))
        self.assertEqual(again.address, (host, port))
        self.serves(again, again.address)

    def test_all_interfaces(self):
        demo = self.start(address=':%d,to=%d' % (free_display(), free_display() + 999))
        port = demo.address[1]
        self.serves(demo, ('127.0.0.1', port))
        if ipv6():
            self.serves(demo, ('::1', port))

    def test_a_host_name(self):
        demo = self.start(address='localhost:%d,to=%d' % (free_display(), free_display() + 999))
        for address in demo.addresses:
            self.serves(demo, address)

    def test_ipv6(self):
        if not ipv6():
            self.skipTest('no IPv6 here')
        demo = self.start(address='[::1]:%d,to=%d' % (free_display(), free_display() + 999))
        self.assertEqual(demo.address[0], '::1')
        self.serves(demo, demo.address)
        mark = demo.mark()
        with demo.viewer() as viewer:
            demo.wait_event('viewer', mark, '^connected [0-9]+ ipv6 ::1 %d ' % viewer.name()[1])

    def test_one_family(self):
        for options, here, not_here in (('ipv4', '127.0.0.1', '::1'),
                                        ('ipv6=off', '127.0.0.1', '::1'),
                                        ('ipv6', '::1', '127.0.0.1'),
                                        ('ipv4=off', '::1', '127.0.0.1')):
            if not ipv6() and here == '::1':
                continue
            for host in ('', 'localhost') if here == '127.0.0.1' else ('', '[::]'):
                with self.subTest(options=options, host=host):
                    # Over the other family, the port would be free for the next one.
                    demo = harness.Demo(options, address='%s:%d,to=%d' % (
                        host, free_display(), free_display() + 999))
                    port = demo.address[1]
                    self.serves(demo, (here, port))
                    with self.assertRaises(OSError):
                        socket.create_connection((not_here, port)).close()
                    demo.quit()
        self.assertIn('no IPv6', self.refuses('127.0.0.1:1,ipv6'))
        self.assertIn('both', self.refuses(':1,ipv4=off,ipv6=off'))

    def test_several_addresses(self):
        path = self.path()
        displays = []
        for _ in range(2):
            taken, display = taken_port(displays)
            taken.close()
            displays.append(display)
        demo = self.start('vnc=unix:' + path, 'vnc=127.0.0.1:%d' % displays[1],
                          address='127.0.0.1:%d' % displays[0])
        self.assertEqual(demo.addresses, [('127.0.0.1', 5900 + displays[0]), path,
                                          ('127.0.0.1', 5900 + displays[1])])
        viewers = [rfb.Viewer(address).handshake() for address in demo.addresses]
        for viewer in viewers:
            self.full_update(viewer, demo)
            viewer.close()

    def test_of_several_addresses_one_is_taken(self):
        taken, display = taken_port()
        path = self.path()
        with taken:
            self.refuses('unix:%s,vnc=127.0.0.1:%d' % (path, display))
        self.assertFalse(os.path.exists(path))

    def test_none_listens_nowhere(self):
        demo = self.start(address='none')
        self.assertEqual(demo.addresses, [])
        demo.sync()

    def test_bad_addresses(self):
        for address in ('', 'nonsense', '127.0.0.1', ':', ':x', ':-1', ':59636', ':65535',
                        ':99999999999999999999', '127.0.0.1:1x', '[::1:5', '::1]:5', ':1.5',
                        'unix', 'unix:', 'nosuchhost.invalid:1', '127.0.0.1: 1', '192.0.2.1:1'):
            with self.subTest(address=address):
                if 'nosuchhost' in address and harness.has_thread_sanitizer():
                    continue
                line = self.refuses(address)
                if address:
                    self.assertIn(address.split(':')[0] or ':', line)


class Unix(ListenTest):
    def test_a_socket_file(self):
        path = self.path()
        demo = harness.Demo(address='unix:' + path)
        self.assertEqual(demo.addresses, [path])
        mark = demo.mark()
        with demo.viewer() as viewer:
            self.full_update(viewer, demo)
            demo.wait_event('viewer', mark, '^connected [0-9]+ unix ')
        demo.wait_disconnected(mark)
        demo.quit()
        self.assertFalse(os.path.exists(path))

    def test_a_stale_file_is_replaced(self):
        path = self.path()
        with socket.socket(socket.AF_UNIX) as stale:
            stale.bind(path)
        self.assertTrue(os.path.exists(path))
        demo = self.start(address='unix:' + path)
        self.serves(demo, path)

    def test_the_file_of_one_that_was_killed_is_replaced(self):
        path = self.path()
        demo = harness.Demo(address='unix:' + path)
        demo.kill()
        self.assertTrue(os.path.exists(path))
        demo = self.start(address='unix:' + path)
        self.serves(demo, path)

    def test_a_file_in_use_is_left_alone(self):
        path = self.path()
        demo = self.start(address='unix:' + path)
        line = self.refuses('unix:' + path)
        self.assertIn(path, line)
        self.serves(demo, path)

    def test_any_other_file_is_left_alone(self):
        path = self.path('precious')
        with open(path, 'w') as f:
            f.write('keep me')
        self.assertIn(path, self.refuses('unix:' + path))
        with open(path) as f:
            self.assertEqual(f.read(), 'keep me')

    def test_places_where_no_file_can_be(self):
        for path in (self.path('missing/socket'), self.directory, '/proc/vnc-socket',
                     self.path('x' * 120)):
            with self.subTest(path=path):
                self.refuses('unix:' + path)

    def test_to_does_not_go_with_a_socket_file(self):
        self.refuses('unix:%s,to=5' % self.path())

    def test_the_mode_of_a_socket_file(self):
        path = self.path()
        demo = self.start('unix-mode=0600', address='unix:' + path)
        self.assertEqual(os.stat(path).st_mode & 0o777, 0o600)
        demo.command('open unix:%s,unix-mode=666' % path)
        self.assertEqual(os.stat(path).st_mode & 0o777, 0o666)
        self.serves(demo, path)
        for mode in ('0', '1000', '8', '-1', 'rw'):
            self.assertIn('unix-mode', self.refuses('none,unix-mode=' + mode))

    def test_a_path_with_commas(self):
        path = self.path('a,b')
        demo = self.start(address='unix:' + path.replace(',', ',,'))
        self.assertEqual(demo.addresses, [path])
        self.serves(demo, path)


class Reopen(ListenTest):
    def test_the_same_address_with_other_options(self):
        demo = self.start()
        port = demo.address[1]
        with demo.viewer() as viewer:
            demo.command('open 127.0.0.1:%d,share=ignore' % (port - 5900))
            self.full_update(viewer, demo)
        self.serves(demo, demo.address)

    def test_a_failure_leaves_everything_as_it_was(self):
        demo = self.start()
        port = demo.address[1]
        taken, display = taken_port()
        with taken:
            error = demo.try_command('open 127.0.0.1:%d,vnc=127.0.0.1:%d' %
                                     (port - 5900, display))
            self.assertIn('in use', error)
        self.serves(demo, demo.address)

    def test_a_wider_address_and_back(self):
        demo = self.start()
        host, port = demo.address
        for address in ('', '127.0.0.1'):
            demo.command('open %s:%d' % (address, port - 5900))
            self.serves(demo, (host, port))


class Options(ListenTest):
    def test_known_options_are_taken(self):
        for options in (('id=x',), ('share=ignore',), ('lossy=on',), ('lossy',), ('lossy=off',),
                        ('audiodev=a',), ('power-control',), ('key-delay-ms=5',), ('lock-key-sync=off',), ('connections=1',),
                        ('head=0',), ('id=x', 'share=force-shared', 'lossy=yes')):
            with self.subTest(options=options):
                demo = self.start(*options)
                self.serves(demo, demo.address)

    def test_an_option_of_qemus_that_is_not_there_is_refused_by_name(self):
        self.assertIn("'acl'", self.refuses('none,acl=on'))

    def test_an_option_that_needs_another_is_refused_by_name(self):
        for option, needs in (('sasl-authz=a', 'sasl'), ('plain=on', 'tls-creds'),
                              ('tls-authz=a', 'tls-creds')):
            with self.subTest(option=option):
                line = self.refuses('none,' + option)
                self.assertIn("'%s'" % option.split('=')[0], line)
                self.assertIn("'%s'" % needs, line)

    def test_an_unknown_option_is_refused_by_name(self):
        for option in ('nonsense', 'nonsense=1', 'Lossy=on', '=', 'connection=3'):
            with self.subTest(option=option):
                self.assertIn(option.split('=')[0], self.refuses('none,' + option))

    def test_bad_values_are_refused_by_name(self):
        for option in ('share=maybe', 'share=', 'lossy=perhaps', 'connections=0',
                       'connections=-1', 'connections=many', 'connections=99999999999999999999',
                       'to=x', 'to=-5', 'key-delay-ms=-1', 'head=x', 'share',
                       'connections'):
            with self.subTest(option=option):
                self.assertIn(option.split('=')[0], self.refuses('none,' + option))

    def test_no_address_at_all(self):
        self.refuses('share=ignore')


def ipv6():
    try:
        with socket.socket(socket.AF_INET6) as s:
            s.bind(('::1', 0))
        return True
    except OSError:
        return False


if __name__ == '__main__':
    harness.main()
