# What QMP and the human monitor say and do, before, while and after a viewer is there; and the events.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
import os
import socket
import ssl
import struct

import certs
import parity
import rfb
import websocket
from parity import (Deliberate, ParityTest, ask, events_until, free_displays, main,
                    vnc_events)

CONNECTED, INITIALIZED, DISCONNECTED = 'VNC_CONNECTED', 'VNC_INITIALIZED', 'VNC_DISCONNECTED'


def state(machine):
    return {'query-vnc': ask(machine, 'query-vnc'),
            'query-vnc-servers': ask(machine, 'query-vnc-servers'),
            'info vnc': machine.hmp('info vnc').splitlines()}


class MonitorTest(ParityTest):

    def setUp(self):
        super().setUp()
        self.d, self.e, self.f = free_displays(3)

    def port(self, display):
        return '127.0.0.1', 5900 + display

    def start(self, side, *vnc, arguments=(), **keywords):
        return side.machine('-S', *arguments, vnc=list(vnc), guest=False, **keywords)

    def objects(self, *texts):
        return [word for text in texts for word in ('-object', text)]

    def certificates(self):
        ca = certs.Authority(self.path('ca'))
        ca.serve(self.path('server'))
        return ca

    def x509(self, name='x509', verify='off'):
        return 'tls-creds-x509,id=%s,endpoint=server,verify-peer=%s,dir=%s' % (
            name, verify, self.path('server'))


class Queries(MonitorTest):

    def test_without_viewers(self):
        """Every way to listen and every way to ask who comes, in one machine."""
        self.certificates()
        displays = iter(free_displays(30))
        plain = ['', ',password=on', ',tls-creds=anon', ',tls-creds=anon,password=on',
                 ',tls-creds=x509', ',tls-creds=x509,password-secret=pw',
                 ',websocket=on', ',websocket=on,password=on', ',websocket=on,tls-creds=anon',
                 ',websocket=on,tls-creds=x509,password=on', ',display=gpu,head=1', ',display=vga',
                 ',share=ignore,connections=3,lossy=on,power-control=on,id=all']
        vnc = ['127.0.0.1:%d%s' % (next(displays), options) for options in plain]
        vnc += ['unix:%s' % self.path('a.sock'), 'none', 'none,password=on',
                'unix:%s,vnc=127.0.0.1:%d,vnc=127.0.0.1:%d' % (
                    self.path('b.sock'), next(displays), next(displays))]

        def scenario(side):
            machine = self.start(side, *vnc, display='VGA,id=vga', arguments=[
                *self.objects('tls-creds-anon,id=anon,endpoint=server', self.x509(),
                              'secret,id=pw,data=letmein'),
                '-device', 'virtio-gpu-pci,id=gpu,max_outputs=2'])
            return state(machine)
        self.compare(scenario)

    def test_sasl(self):
        for side in (parity.STOCK, parity.OURS):
            if self.play(lambda side: side.run('-vnc', 'none,sasl=on')[0], side):
                self.skipTest('a build has no SASL')
        self.certificates()
        displays = free_displays(4)
        vnc = ['127.0.0.1:%d,sasl=on%s' % (display, options) for display, options in
               zip(displays, ('', ',tls-creds=anon', ',tls-creds=x509', ',websocket=on'))]

        def scenario(side):
            return state(self.start(side, *vnc, arguments=self.objects(
                'tls-creds-anon,id=anon,endpoint=server', self.x509())))
        self.compare(scenario)

    def test_no_display(self):
        def scenario(side):
            machine = self.start(side, arguments=('-display', 'none'))
            return {'state': state(machine), 'commands': {
                command: ask(machine, command, **arguments) for command, arguments in (
                    ('set_password', {'protocol': 'vnc', 'password': 'x'}),
                    ('change-vnc-password', {'password': 'x'}),
                    ('expire_password', {'protocol': 'vnc', 'time': 'now'}),
                    ('display-reload', {'type': 'vnc', 'tls-certs': True}),
                    ('display-update', {'type': 'vnc'}))}}
        self.compare(scenario)


class Viewers(MonitorTest):

    def visit(self, side, machine, connect):
        """Events and state of one viewer that comes, logs in, stays a while, and goes."""
        viewer = connect()
        side.name_viewer(viewer, 'VIEWER')
        with viewer:
            events = {'connected': events_until(machine, CONNECTED)}
            events['state before'] = state(machine)
            if isinstance(viewer, websocket.Viewer):
                viewer.upgrade(path='/')
            viewer.handshake()
            events['initialized'] = events_until(machine, INITIALIZED)
            events['state'] = state(machine)
        events['disconnected'] = events_until(machine, DISCONNECTED)
        events['state after'] = state(machine)
        return events

    def test_tcp(self):
        def scenario(side):
            machine = self.start(side, '127.0.0.1:%d' % self.d, 'none')
            return self.visit(side, machine, lambda: rfb.Viewer(self.port(self.d)))
        self.compare(scenario)

    def test_all_interfaces(self):
        def scenario(side):
            machine = self.start(side, ':%d' % self.d)
            return self.visit(side, machine, lambda: rfb.Viewer(self.port(self.d)))
        self.compare(scenario)

    def test_unix(self):
        def scenario(side):
            machine = self.start(side, 'unix:' + self.path('a.sock'))
            return self.visit(side, machine, lambda: rfb.Viewer(self.path('a.sock')))
        self.compare(scenario)

    def test_websocket(self):
        def scenario(side):
            machine = self.start(side, '127.0.0.1:%d,websocket=on' % self.d)
            return self.visit(side, machine,
                              lambda: websocket.Viewer(('127.0.0.1', 5700 + self.d)))
        self.compare(scenario, Deliberate('(dis)?connected/0/data/server/(service|websocket)',
                                          "an event's ``server``"),
                     Deliberate('initialized/0/data/server/(service|websocket)',
                                "an event's ``server``"))

    def test_second_listener(self):
        def scenario(side):
            machine = self.start(side, '127.0.0.1:%d,vnc=127.0.0.1:%d' % (self.d, self.e))
            return self.visit(side, machine, lambda: rfb.Viewer(self.port(self.e)))
        self.compare(scenario, Deliberate('[a-z]+/0/data/server/service', "an event's ``server``",
                                          ours=str(5900 + self.e)))

    def test_several(self):
        """Three of one display, one of another: lists, and their order."""
        def scenario(side):
            machine = self.start(side, '127.0.0.1:%d' % self.d, '127.0.0.1:%d' % self.e)
            viewers = []
            for i, display in enumerate((self.d, self.d, self.e, self.d)):
                viewers.append(rfb.Viewer(self.port(display)))
                side.name_viewer(viewers[-1], 'VIEWER %d' % i)
                viewers[-1].handshake()
                events_until(machine, INITIALIZED)
            result = state(machine)
            for viewer in viewers:
                viewer.close()
            return result
        self.compare(scenario)

    def test_exclusive(self):
        def scenario(side):
            machine = self.start(side, '127.0.0.1:%d' % self.d)
            result = []
            with rfb.Viewer(self.port(self.d)) as first, rfb.Viewer(self.port(self.d)) as second:
                for name, viewer in (('FIRST', first), ('SECOND', second)):
                    side.name_viewer(viewer, name)
                    events_until(machine, CONNECTED)
                first.handshake()
                result.append(events_until(machine, INITIALIZED))
                second.handshake(shared=False)
                first.wait_closed()
                # Which of the two comes first is chance.
                came = events_until(machine, DISCONNECTED)
                if len(came) < 2:
                    came += events_until(machine, INITIALIZED)
                result.append(sorted(came, key=lambda event: event['event']))
                result.append(state(machine))
                with rfb.Viewer(self.port(self.d)) as third:
                    side.name_viewer(third, 'THIRD')
                    events_until(machine, CONNECTED)
                    third.security()
                    third.send(b'\1')
                    third.wait_closed()
                    result.append(events_until(machine, DISCONNECTED))
            return result
        self.compare(scenario)

    def test_failed_logins(self):
        def scenario(side):
            machine = self.start(side, '127.0.0.1:%d,password=on' % self.d)
            ask(machine, 'change-vnc-password', password='letmein')
            result = {}
            for name, data in (('version', b'RFB 004.000\n'), ('type', b'RFB 003.008\n\1'),
                               ('password', b'RFB 003.008\n\2' + b'x' * 16)):
                with rfb.Viewer(self.port(self.d)) as viewer:
                    side.name_viewer(viewer, name)
                    viewer.send(data)
                    viewer.wait_closed()
                result[name] = events_until(machine, DISCONNECTED)
            return result
        self.compare(scenario)

    def test_certificates(self):
        """The name in a viewer's certificate."""
        ca = self.certificates()
        alice = ca.sign('alice', 'client')

        def scenario(side):
            machine = self.start(side, '127.0.0.1:%d,tls-creds=x509,tls-authz=az' % self.d,
                                 arguments=self.objects(self.x509(verify='on'),
                                                        'authz-simple,id=az,identity=O=Tests,,CN=alice'))
            with rfb.Viewer(self.port(self.d)) as viewer:
                side.name_viewer(viewer, 'VIEWER')
                viewer.send(b'RFB 003.008\n\x13\0\2')
                offered = viewer.take(12 + 2 + 2 + 1)
                subtypes = viewer.take(4 * viewer.take(1)[0])
                viewer.send(struct.pack('>I', 260))
                viewer.take(1)
                context = ssl.create_default_context(cafile=ca.certificate)
                context.load_cert_chain(*alice)
                viewer.socket = context.wrap_socket(viewer.socket, server_hostname='localhost')
                viewer.take(4)
                viewer.client_init()
                events = events_until(machine, INITIALIZED)
                return {'events': events, 'state': state(machine), 'offered': offered,
                        'subtypes': subtypes}
        self.compare(scenario)


class Passwords(MonitorTest):

    def test_arguments(self):
        """Every good and bad way to say it, of displays with and without a password."""
        qmp = [('set_password', arguments) for arguments in (
                   {'protocol': 'vnc', 'password': 'a'},
                   {'protocol': 'vnc', 'password': ''},
                   {'protocol': 'vnc', 'password': 'longer than eight'},
                   {'protocol': 'vnc', 'password': 'a', 'connected': 'keep'},
                   {'protocol': 'vnc', 'password': 'a', 'connected': 'fail'},
                   {'protocol': 'vnc', 'password': 'a', 'connected': 'disconnect'},
                   {'protocol': 'vnc', 'password': 'a', 'connected': 'maybe'},
                   {'protocol': 'vnc', 'password': 'a', 'display': 'default'},
                   {'protocol': 'vnc', 'password': 'a', 'display': 'vnc2'},
                   {'protocol': 'vnc', 'password': 'a', 'display': 'open'},
                   {'protocol': 'vnc', 'password': 'a', 'display': 'none-such'},
                   {'protocol': 'rdp', 'password': 'a'}, {'protocol': 'vnc'}, {'password': 'a'},
                   {'protocol': 'spice', 'password': 'a'},
                   {'protocol': 'vnc', 'password': 7},
                   {'protocol': 'vnc', 'password': 'a', 'colour': 'red'})]
        qmp += [('expire_password', {'protocol': 'vnc', 'time': time}) for time in
                ('now', 'never', '+10', '10', '4000000000', '', 'soon', '+', '-5', '+x', '10x')]
        qmp += [('expire_password', arguments) for arguments in (
                    {'protocol': 'vnc', 'time': 'never', 'display': 'vnc2'},
                    {'protocol': 'vnc', 'time': 'never', 'display': 'open'},
                    {'protocol': 'vnc', 'time': 'never', 'display': 'none-such'},
                    {'protocol': 'vnc'}, {'time': 'now'}, {'protocol': 'rdp', 'time': 'now'})]
        qmp += [('change-vnc-password', arguments) for arguments in (
                    {'password': 'a'}, {'password': ''}, {}, {'password': 'a', 'display': 'vnc2'})]
        hmp = ['set_password vnc a', 'set_password vnc a keep', 'set_password vnc a fail',
               'set_password vnc a disconnect', 'set_password vnc a maybe',
               'set_password vnc a -d vnc2', 'set_password -d vnc2 vnc a',
               'set_password -d open vnc a', 'set_password -d none-such vnc a',
               'set_password vnc', 'set_password', 'set_password rdp a', 'set_password vnc ""',
               'expire_password vnc now', 'expire_password vnc never', 'expire_password vnc +10',
               'expire_password vnc soon', 'expire_password -d vnc2 vnc now',
               'expire_password -d none-such vnc now', 'expire_password vnc', 'expire_password',
               'change vnc password a', 'change vnc passwd a', 'change vnc password',
               'change vnc', 'change', 'change spice password a', 'change vnc password a b c',
               'info vnc x']

        def scenario(side):
            machine = self.start(side, 'none,password=on', 'none,password=on', 'none,id=open')
            return {'qmp': {'%s %s' % (command, arguments): ask(machine, command, **arguments)
                            for command, arguments in qmp},
                    'hmp': {line: machine.hmp(line).splitlines() for line in hmp}}
        self.compare(scenario)

    def test_without_password(self):
        """The first display has none."""
        def scenario(side):
            machine = self.start(side, 'none')
            return [ask(machine, 'set_password', protocol='vnc', password='a'),
                    ask(machine, 'change-vnc-password', password='a'),
                    ask(machine, 'expire_password', protocol='vnc', time='now'),
                    machine.hmp('change vnc password a').splitlines(),
                    machine.hmp('set_password vnc a').splitlines()]
        self.compare(scenario, Deliberate('[34]/0', 'no password to be set'))


class Commands(MonitorTest):

    def test_change_of_addresses(self):
        def scenario(side):
            machine = self.start(side, 'none')
            return [machine.hmp('change vnc 127.0.0.1:%d' % self.d), state(machine)]
        self.compare(scenario, Deliberate('.*', '``change vnc ADDRESS``'))

    def added(self, side, machine, greeting, **arguments):
        ours, theirs = socket.socketpair()
        with theirs:
            machine.send_fd('pair', theirs.fileno())
        with rfb.Viewer(ours) as viewer:
            result = {'answer': ask(machine, 'add_client', protocol='vnc', fdname='pair',
                                    **arguments)}
            viewer.send(b'RFB 003.008\n')
            result['greeting'] = viewer.take(greeting)
        return result

    def test_add_client(self):
        self.certificates()

        def scenario(side):
            result = {}
            for name, options, greeting in (
                    ('none', '', 12 + 2), ('password', ',password=on', 12 + 2),
                    ('tls', ',tls-creds=x509', 12 + 2)):
                machine = self.start(side, 'none' + options, arguments=self.objects(self.x509()))
                result[name] = {
                    'plain': self.added(side, machine, greeting),
                    'skipauth': self.added(side, machine, greeting, skipauth=True),
                    'no skipauth': self.added(side, machine, greeting, skipauth=False),
                    'tls': self.added(side, machine, greeting, tls=True),
                    'no such descriptor': ask(machine, 'add_client', protocol='vnc',
                                              fdname='none-such'),
                    'protocol': ask(machine, 'add_client', protocol='rdp', fdname='pair'),
                    'no name': ask(machine, 'add_client', protocol='vnc'),
                    'spice': ask(machine, 'add_client', protocol='spice', fdname='pair')}
                side.quit()
            return result
        self.compare(scenario)

    def test_events_of_added_clients(self):
        """Where there is a listener, stock tells of them, too, as if they had come by it."""
        def scenario(side):
            result = {}
            for name, vnc in (('listener', '127.0.0.1:%d' % self.d), ('no listener', 'none')):
                machine = self.start(side, vnc)
                self.added(side, machine, 12)
                ask(machine, 'query-vnc')
                result[name] = [event['event'] for event in vnc_events(machine)
                                if event['event'] == CONNECTED]
                side.quit()
            return result
        self.compare(scenario, Deliberate('no listener/0', '``reverse``, ``add_client``'))

    def test_display_reload(self):
        self.certificates()

        def scenario(side):
            result = {}
            for name, options, spoil in (
                    ('x509', ',tls-creds=x509', False), ('anonymous', ',tls-creds=anon', False),
                    ('no TLS', '', False), ('spoilt', ',tls-creds=x509', True)):
                machine = self.start(side, 'none' + options, arguments=self.objects(
                    self.x509(), 'tls-creds-anon,id=anon,endpoint=server'))
                good, bad = self.path('server/server-cert.pem'), self.path('server/away.pem')
                if spoil:
                    os.rename(good, bad)
                result[name] = {str(arguments): ask(machine, 'display-reload', **arguments)
                                for arguments in ({'type': 'vnc', 'tls-certs': True},
                                                  {'type': 'vnc', 'tls-certs': False},
                                                  {'type': 'vnc'}, {'type': 'spice'}, {})}
                if spoil:
                    os.rename(bad, good)
                    # In words of its own.
                    error = result[name][str({'type': 'vnc', 'tls-certs': True})]
                    error['desc'] = good in error['desc']
                side.quit()
            return result
        self.compare(scenario)

    def test_display_update(self):
        def inet(display, **more):
            return dict({'type': 'inet', 'host': '127.0.0.1', 'port': str(5900 + display)}, **more)

        unix = {'type': 'unix', 'path': self.path('a.sock')}
        with socket.socket() as taken:
            taken.bind(('127.0.0.1', 0))
            taken.listen()
            busy = inet(taken.getsockname()[1] - 5900)
            steps = {'one': [inet(self.e)], 'two': [inet(self.d), inet(self.f)], 'unix': [unix],
                     'mixed': [unix, inet(self.d)], 'a range': [inet(self.d, to=65000)],
                     'IPv4': [inet(self.e, ipv4=True)], 'same': [inet(self.e)], 'none': []}
            failing = {'taken': [busy], 'no host': [dict(inet(self.d), host='no-such-host.invalid')],
                       'no port': [dict(inet(self.d), port='x-y')],
                       'no folder': [dict(unix, path=self.path('no/a.sock'))]}

            def scenario(side):
                machine = self.start(side, '127.0.0.1:%d' % self.d, 'none')
                result = {'nothing': [ask(machine, 'display-update', type='vnc'), state(machine)],
                          'no type': ask(machine, 'display-update'),
                          'spice': ask(machine, 'display-update', type='spice'),
                          'bad': ask(machine, 'display-update', type='vnc', addresses=[{'type': 'x'}])}
                for name, addresses in steps.items():
                    answer = ask(machine, 'display-update', type='vnc', addresses=addresses)
                    result[name] = [answer, state(machine)]
                for name, addresses in failing.items():
                    ask(machine, 'display-update', type='vnc', addresses=[inet(self.e)])
                    answer = ask(machine, 'display-update', type='vnc', addresses=addresses)
                    # Each has its own words for the cause.
                    result[name] = {'fails': 'desc' in answer, 'class': answer.get('class'),
                                    'listeners': ask(machine, 'query-vnc-servers')[-1]['server']}
                return result
            self.compare(scenario, Deliberate('(taken|no host|no port|no folder)/listeners/0',
                                              '``display-update``'))


if __name__ == '__main__':
    main()
