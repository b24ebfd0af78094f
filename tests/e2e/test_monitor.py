# The options of -vnc and their errors, and the monitor's answers.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
import os
import socket
import subprocess
import tempfile

import machine as e2e
import websocket
from machine import DEADLINE, MachineTest, main, start_and_fail


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

    def test_websocket(self):
        machine = self.machine(vnc='127.0.0.1:0,to=999,websocket=on')
        websocket_port, port = [int(server['service']) for server in
                                machine.qmp('query-vnc-servers')[0]['server']]
        self.assertEqual(machine.qmp('query-vnc')['service'], str(port))
        with websocket.Viewer(('127.0.0.1', websocket_port)) as viewer:
            viewer.upgrade().handshake()
            connected = machine.wait_event('VNC_CONNECTED')
            self.assertEqual(connected['server']['service'], str(websocket_port))
            self.assertEqual((connected['server']['websocket'], connected['client']['websocket']),
                             (True, True))
            self.assertTrue(machine.wait_event('VNC_INITIALIZED')['client']['websocket'])
            servers = machine.qmp('query-vnc-servers')[0]
            self.assertEqual([s['websocket'] for s in servers['server']], [True, False])
            self.assertEqual([c['websocket'] for c in servers['clients']], [True])
            self.assertIn('(Websocket)', machine.hmp('info vnc'))
        machine.wait_event('VNC_DISCONNECTED')

    def test_two_displays(self):
        machine = self.machine(vnc=['127.0.0.1:0,to=999', '127.0.0.1:0,to=999,id=second'])
        self.assertEqual([s['id'] for s in machine.qmp('query-vnc-servers')],
                         ['second', 'default'])
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


def listening():
    """A socket that listens on 127.0.0.1, and its port."""
    taken = socket.socket()
    taken.bind(('127.0.0.1', 0))
    taken.listen()
    taken.settimeout(DEADLINE)
    return taken, taken.getsockname()[1]


def free_port():
    taken, port = listening()
    taken.close()
    return port


class Addresses(MachineTest):
    """Where it listens, while it runs."""

    def greets(self, port):
        with socket.create_connection(('127.0.0.1', port), DEADLINE) as connection:
            self.assertEqual(connection.recv(12), b'RFB 003.008\n')

    def is_closed(self, port):
        with self.assertRaises(ConnectionRefusedError):
            socket.create_connection(('127.0.0.1', port), DEADLINE).close()

    def fails(self, machine, part, command, **arguments):
        with self.assertRaisesRegex(AssertionError, part):
            machine.qmp(command, **arguments)

    def test_change_vnc(self):
        machine = self.machine(vnc='127.0.0.1:0,to=999,id=first')
        old, new = machine.port(), free_port()
        viewer = self.capture(machine, 'zrle')
        self.assertEqual(machine.hmp('change vnc 127.0.0.1:%d,connections=5' % (new - 5900)), '')
        self.assertEqual(machine.port(), new)
        self.greets(new)
        self.is_closed(old)
        taken, port = listening()
        with taken:
            self.assertIn('in use', machine.hmp('change vnc 127.0.0.1:%d' % (port - 5900)))
        for bad, part in (('nonsense', 'expected HOST:DISPLAY'), (':1,colour=red', 'colour'),
                          (':1,display=none-such', 'none-such')):
            said = machine.hmp('change vnc ' + bad)
            self.assertIn(part, said)
            self.assertEqual(said.count('\n'), 1, said)
        self.greets(new)
        self.assertIn('VNC server running on 127.0.0.1:',
                      machine.hmp('change vnc 127.0.0.1:0,to=999'))
        self.assertEqual(machine.hmp('change vnc none'), '')
        self.is_closed(new)
        self.assertFalse(machine.qmp('query-vnc')['enabled'])
        # Viewers that are in stay.
        machine.guest('mode 640 480')
        machine.guest('paint 1')
        viewer.follow(machine.screendump())

    def test_change_of_others(self):
        machine = self.machine(guest=False)
        port = machine.port()
        self.assertIn("Expected 'password'", machine.hmp('change vnc 127.0.0.1:1 raw'))
        self.assertIn('read-only-mode', machine.hmp('change vnc 127.0.0.1:1 raw retain'))
        self.assertIn('drive', machine.hmp('change drive /dev/null'))
        self.assertEqual(machine.port(), port)

    def test_display_update(self):
        machine = self.machine(vnc='127.0.0.1:0,to=999,password=on,login-delay-ms=0')
        machine.qmp('change-vnc-password', password='secret')
        viewer = self.capture(machine, 'zrle', password='secret')
        old, ports = machine.port(), [free_port(), free_port()]

        def inet(port, **more):
            return dict({'type': 'inet', 'host': '127.0.0.1', 'port': str(port)}, **more)

        def update(*addresses):
            return machine.qmp('display-update', type='vnc', addresses=list(addresses))

        update(inet(ports[0], to=65535, ipv4=True), inet(ports[1], to=65535, ipv4=True))
        self.is_closed(old)
        for server in machine.qmp('query-vnc-servers')[0]['server']:
            self.greets(int(server['service']))
        # The other options, and what the monitor has set, stay.
        self.capture(machine, 'raw', password='secret')

        taken, port = listening()
        with taken:
            self.fails(machine, 'in use', 'display-update', type='vnc',
                       addresses=[inet(old), inet(port)])
        for address, part in ((inet('vnc'), 'vnc'), (inet(99999), '99999'),
                              (inet(1, ipv4=False, ipv6=False), 'both be off'),
                              ({'type': 'fd', 'str': '3'}, "'fd'"),
                              ({'type': 'vsock', 'cid': '1', 'port': '1'}, "'vsock'"),
                              ({'type': 'unix', 'path': 'x', 'abstract': True}, 'abstract')):
            self.fails(machine, part, 'display-update', type='vnc', addresses=[address])
        self.is_closed(old)
        self.assertEqual(len(machine.qmp('query-vnc-servers')[0]['server']), 2)
        machine.qmp('display-update', type='vnc')
        self.assertEqual(len(machine.qmp('query-vnc-servers')[0]['server']), 2)

        path = os.path.join(machine.directory, 'vnc.sock')
        update({'type': 'unix', 'path': path}, inet(ports[0]))
        self.assertEqual([s['service'] for s in machine.qmp('query-vnc-servers')[0]['server']],
                         [str(ports[0]), path])
        update()
        self.assertFalse(machine.qmp('query-vnc')['enabled'])
        self.assertFalse(os.path.exists(path))
        machine.guest('mode 640 480')
        machine.guest('paint 1')
        viewer.follow(machine.screendump())

    def hears_of(self, machine, server):
        """The events of one viewer, which must be of that server; returns the client."""
        clients = []
        for name in ('VNC_CONNECTED', 'VNC_INITIALIZED', 'VNC_DISCONNECTED'):
            data = machine.wait_event(name)
            self.assertEqual(data['server'], dict(server, websocket=False, auth='none'))
            clients.append(data['client'])
        self.assertEqual(clients[1:], clients[:1] * 2)
        return clients[0]

    def visit(self, connection):
        """Log in and leave."""
        with connection:
            self.assertEqual(connection.recv(12), b'RFB 003.008\n')
            connection.sendall(b'RFB 003.003\n\1')
            received = b''
            while len(received) < 4 + 24:
                received += connection.recv(4096)

    def test_events_of_every_listener(self):
        with tempfile.TemporaryDirectory() as directory:
            path = os.path.join(directory, 'vnc.sock')
            port = free_port()
            machine = self.machine(vnc='unix:%s,vnc=0.0.0.0:%d' % (path, port - 5900), guest=False)
            connection = socket.socket(socket.AF_UNIX)
            connection.connect(path)
            self.visit(connection)
            self.assertEqual(
                self.hears_of(machine, {'host': '', 'service': path, 'family': 'unix'}),
                {'host': '', 'service': '', 'family': 'unix', 'websocket': False})
            connection = socket.create_connection(('127.0.0.1', port), DEADLINE)
            own = connection.getsockname()[1]
            self.visit(connection)
            self.assertEqual(
                self.hears_of(machine, {'host': '0.0.0.0', 'service': str(port), 'family': 'ipv4'}),
                {'host': '127.0.0.1', 'service': str(own), 'family': 'ipv4', 'websocket': False})

    def test_events_of_clients_that_are_added(self):
        machine = self.machine(vnc='none', guest=False)
        ours, theirs = socket.socketpair()
        with theirs:
            machine.send_fd('pair', theirs.fileno())
        machine.qmp('add_client', protocol='vnc', fdname='pair')
        self.visit(ours)
        self.hears_of(machine, {'host': '', 'service': '', 'family': 'unix'})
        taken, port = listening()
        with taken:
            ours = socket.create_connection(('127.0.0.1', port), DEADLINE)
            own = ours.getsockname()[1]
            theirs, _ = taken.accept()
        with theirs:
            machine.send_fd('tcp', theirs.fileno())
        machine.qmp('add_client', protocol='vnc', fdname='tcp')
        self.visit(ours)
        client = self.hears_of(machine, {'host': '127.0.0.1', 'service': str(port),
                                         'family': 'ipv4'})
        self.assertEqual(client['service'], str(own))

    def test_reverse(self):
        viewer, port = listening()
        with viewer:
            machine = self.machine(vnc='127.0.0.1:%d,reverse=on' % port, guest=False)
            connection, _ = viewer.accept()
            self.assertEqual(machine.qmp('query-vnc'), {'enabled': False})
            self.visit(connection)
            # That one may have come before anybody listened to events.
            machine = self.machine(vnc='none', guest=False)
            self.assertEqual(machine.hmp('change vnc 127.0.0.1:%d,reverse=on' % port), '')
            connection, (host, service) = viewer.accept()
            self.visit(connection)
            client = self.hears_of(machine, {'host': host, 'service': str(service),
                                             'family': 'ipv4'})
            self.assertEqual(client['service'], str(port))
        self.assertEqual(machine.hmp('change vnc unix:/nowhere,reverse=on'), '')
        self.assertIn('Auth: none', machine.hmp('info vnc'))
        machine.wait_said('reverse: cannot connect to')


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

    def test_unknown_option_and_bad_value(self):
        self.check('127.0.0.1:0,colour=red', 'colour')
        self.check('127.0.0.1:0,share=maybe', 'maybe')


if __name__ == '__main__':
    main()
