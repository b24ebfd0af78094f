# -vnc's options and errors, and what the monitor tells.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
import os
import socket
import subprocess
import tempfile

import machine as e2e
from machine import DEADLINE, MachineTest, main


def start_and_fail(*arguments):
    """(exit code, stderr) of a QEMU that is expected not to start."""
    done = subprocess.run([e2e.QEMU, '-nodefaults', '-vga', 'std', '-S', '-accel', 'tcg'] +
                          list(arguments), stdin=subprocess.DEVNULL, capture_output=True,
                          timeout=DEADLINE, check=False)
    return done.returncode, done.stderr.decode()


class Monitor(MachineTest):

    def test_listeners_and_viewers(self):
        machine = self.machine()
        port = machine.port()
        self.assertEqual(machine.qmp('query-vnc'), {
            'enabled': True, 'host': '127.0.0.1', 'service': str(port), 'family': 'ipv4',
            'auth': 'none', 'clients': []})
        self.assertIn('127.0.0.1:%d' % port, machine.hmp('info vnc'))

        viewer = self.capture(machine, 'zrle')
        self.assertEqual(machine.wait_event('VNC_CONNECTED')['server']['service'], str(port))
        client = machine.wait_event('VNC_INITIALIZED')['client']
        self.assertEqual(client['host'], '127.0.0.1')
        servers = machine.qmp('query-vnc-servers')
        self.assertEqual([s['id'] for s in servers], ['default'])
        self.assertEqual(servers[0]['auth'], 'none')
        self.assertEqual(servers[0]['server'], [{
            'host': '127.0.0.1', 'service': str(port), 'family': 'ipv4', 'websocket': False,
            'auth': 'none'}])
        self.assertEqual([c['service'] for c in servers[0]['clients']], [client['service']])
        self.assertIn('Client: 127.0.0.1:%s' % client['service'], machine.hmp('info vnc'))

        viewer.close()
        self.assertEqual(machine.wait_event('VNC_DISCONNECTED')['client'], client)
        self.assertEqual(machine.qmp('query-vnc')['clients'], [])

    def test_two_displays(self):
        machine = self.machine(vnc=['127.0.0.1:0,to=999', '127.0.0.1:0,to=999,id=second'])
        self.assertEqual([s['id'] for s in machine.qmp('query-vnc-servers')],
                         ['default', 'second'])
        machine.guest('mode 640 480')
        machine.guest('paint 1')
        want = machine.screendump()
        for display in (0, 1):
            shot = self.capture(machine, 'tight', display=display).shot()
            self.assert_same(shot, want, 'display %d' % display)

    def refused(self, machine, password):
        """Whoever comes with that password is not let in."""
        viewer = subprocess.run([e2e.CAPTURE, '127.0.0.1', str(machine.port()), 'raw', '1', '-1'],
                                env=dict(os.environ, VNC_PASSWORD=password), capture_output=True,
                                stdin=subprocess.DEVNULL, timeout=DEADLINE, check=False)
        self.assertNotEqual(viewer.returncode, 0)
        self.assertNotIn(b'connected', viewer.stdout)

    def test_password(self):
        machine = self.machine(vnc='127.0.0.1:0,to=999,password=on,login-delay-ms=0')
        self.assertEqual(machine.qmp('query-vnc')['auth'], 'vnc')
        self.assertEqual(machine.qmp('query-vnc-servers')[0]['auth'], 'vnc')
        self.assertIn('Auth: vnc', machine.hmp('info vnc'))
        self.refused(machine, 'first')
        machine.qmp('change-vnc-password', password='first')
        viewer = self.capture(machine, 'raw', password='first')
        self.refused(machine, 'second')
        self.assertEqual(machine.hmp('set_password vnc second'), '')
        self.refused(machine, 'first')
        self.capture(machine, 'raw', password='second')
        machine.qmp('expire_password', protocol='vnc', time='now')
        self.refused(machine, 'second')
        machine.qmp('expire_password', protocol='vnc', time='+3600')
        self.capture(machine, 'raw', password='second')
        self.assertEqual(machine.hmp('change vnc password third'), '')
        self.capture(machine, 'raw', password='third')
        machine.qmp('set_password', protocol='vnc', password='')
        self.refused(machine, '')
        machine.guest('mode 640 480')
        machine.guest('paint 1')
        viewer.follow(machine.screendump())

    def test_password_secret(self):
        machine = self.machine('-object', 'secret,id=pw,data=hidden',
                               vnc='127.0.0.1:0,to=999,password-secret=pw,login-delay-ms=0')
        self.capture(machine, 'raw', password='hidden')
        self.refused(machine, 'else')
        self.assertNotIn('hidden', machine.said())

    def test_none(self):
        machine = self.machine(vnc='none')
        self.assertFalse(machine.qmp('query-vnc')['enabled'])
        self.assertEqual(machine.qmp('query-vnc-servers')[0]['server'], [])

    def test_unix(self):
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, 'vnc.sock')
            machine = self.machine(vnc='unix:' + path)
            server = machine.qmp('query-vnc-servers')[0]['server'][0]
            self.assertEqual((server['family'], server['service']), ('unix', path))
            with socket.socket(socket.AF_UNIX) as connection:
                connection.connect(path)
                self.assertEqual(connection.recv(12), b'RFB 003.008\n')

    def test_key_delay_and_other_options(self):
        machine = self.machine(vnc='127.0.0.1:0,to=999,share=ignore,connections=3,lossy=on,'
                                   'key-delay-ms=0,lock-key-sync=off')
        self.assertTrue(machine.qmp('query-vnc')['enabled'])

    def test_quit_with_viewers(self):
        machine = self.machine()
        for encoding in ('raw', 'zrle', 'tight'):
            self.capture(machine, encoding)
        machine.guest('go')


class Errors(MachineTest):

    def check(self, options, *parts):
        code, said = start_and_fail('-vnc', options)
        self.assertEqual(code, 1, said)
        self.assertEqual(said.count('\n'), 1, said)
        for part in parts:
            self.assertIn(part, said)

    def test_taken_port(self):
        with socket.socket() as taken:
            taken.bind(('127.0.0.1', 0))
            taken.listen()
            port = taken.getsockname()[1]
            self.assertGreater(port, 5900)
            self.check('127.0.0.1:%d' % (port - 5900), str(port), 'in use')

    def test_bad_addresses(self):
        self.check('foo', 'foo')
        self.check('127.0.0.1:x', '127.0.0.1:x')
        self.check('127.0.0.1:99999', '99999')

    def test_unwritable_socket(self):
        self.check('unix:/nowhere/at/all', '/nowhere/at/all')

    def test_unsupported_options(self):
        for option in ('websocket=on', 'tls-creds=x', 'sasl=on', 'audiodev=x', 'power-control=on'):
            self.check('127.0.0.1:0,to=999,' + option, option.partition('=')[0])

    def test_unknown_option_and_bad_value(self):
        self.check('127.0.0.1:0,colour=red', 'colour')
        self.check('127.0.0.1:0,share=maybe', 'maybe')


if __name__ == '__main__':
    main()
