# -vnc on the command line: which values are taken, which are refused, and what comes of them.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
import json
import os
import re
import shutil
import socket

import certs
import parity
from parity import Deliberate, ParityTest, ask, free_displays, main

NONE = ('-machine', 'none')


def several(options):
    return [word for text in options for word in ('-vnc', text)]


class CommandLine(ParityTest):
    """Each case: a name, QEMU's arguments, and what ours has to name if it refuses them."""

    def setUp(self):
        super().setUp()
        self.d, self.e = free_displays(2)

    def start(self, side, arguments, names):
        code, answers, said = side.run(*arguments)
        banner = [line for line in said.splitlines() if line.startswith('VNC server running')]
        if code == 0 and len(answers) == 4:
            return {'exit': 0, 'servers': answers[1]['return'], 'vnc': answers[2]['return'],
                    'banner': banner}
        if code and side.is_ours:
            errors = [line for line in said.splitlines()
                      if line.startswith('qemu-system') and 'deprecated' not in line]
            self.assertEqual(len(errors), 1, said)
            for name in names:
                self.assertIn(name, errors[0])
        return {'exit': code, 'refused': bool(said)}

    def cases(self, cases, *deliberate, machine=NONE):
        """@cases: {name: (arguments, names)}; arguments as text are those of one -vnc."""
        def scenario(side):
            result = {}
            for name, (arguments, names) in cases.items():
                if isinstance(arguments, str):
                    arguments = ('-vnc', arguments)
                result[name] = self.start(side, [*machine, *arguments], names)
                for left in os.listdir(self.directory):
                    if left.endswith('.sock'):
                        os.unlink(self.path(left))
            return result
        return self.compare(scenario, *deliberate)

    def vnc(self, cases, *deliberate, address=None, **keywords):
        """@cases: {options: names}, behind an address."""
        address = address or '127.0.0.1:%d' % self.d
        return self.cases({options: ('%s,%s' % (address, options), names)
                           for options, names in cases.items()}, *deliberate, **keywords)

    def test_addresses(self):
        d, sock = self.d, self.path('a.sock')
        self.cases({
            'all': (':%d' % d, ()),
            'IPv4': ('127.0.0.1:%d' % d, ()),
            'name': ('localhost:%d' % d, ()),
            'IPv6': ('[::1]:%d' % d, ()),
            'any IPv6': ('[::]:%d' % d, ()),
            'unix': ('unix:' + sock, ()),
            'none': ('none', ()),
            'two': ('127.0.0.1:%d,vnc=127.0.0.1:%d' % (d, self.e), ()),
            'TCP and unix': ('127.0.0.1:%d,vnc=unix:%s' % (d, sock), ()),
            'vnc=': ('vnc=127.0.0.1:%d' % d, ()),
            'only IPv4': (':%d,ipv4=on' % d, ()),
            'only IPv6': (':%d,ipv6=on' % d, ()),
            'no IPv4': (':%d,ipv4=off' % d, ()),
            'no IPv6': (':%d,ipv6=off' % d, ()),
            'both': (':%d,ipv4=on,ipv6=on' % d, ()),
            'short': (':%d,ipv4' % d, ()),
            'to': ('127.0.0.1:%d,to=%d' % (d, d + 9), ()),
            'to below': ('127.0.0.1:%d,to=0' % d, ()),
            'to of all': (':%d,to=%d' % (d, d + 9), ()),
            'to of two': ('127.0.0.1:%d,vnc=127.0.0.1:%d,to=%d' % (d, self.e, d + 9), ()),
            'to any': ('127.0.0.1:%d,to=99999' % d, ()),
        }, Deliberate('both/.*', '``ipv4=on,ipv6=on``'))

    def test_bad_addresses(self):
        d, sock = self.d, self.path('a.sock')
        nowhere = self.path('nowhere/a.sock')
        os.mkdir(self.path('occupied'))
        self.cases({
            'nothing': ('', ()),
            'a word': ('foo', ('foo',)),
            'a number': (str(d), (str(d),)),
            'no display': ('127.0.0.1:', ('127.0.0.1:',)),
            'a bad display': ('127.0.0.1:x', ('127.0.0.1:x',)),
            'a negative display': ('127.0.0.1:-1', ('127.0.0.1:-1',)),
            'display too large': ('127.0.0.1:59636', ('59636',)),
            'bad IPv6': ('[::1:%d' % d, ('[::1',)),
            'not IPv6': ('[zz]:%d' % d, ('[zz]',)),
            'unknown host': ('no-such-host.invalid:%d' % d, ('no-such-host.invalid',)),
            'foreign': ('192.0.2.1:%d' % d, ('192.0.2.1',)),
            'no folder': ('unix:' + nowhere, (nowhere,)),
            'a folder': ('unix:' + self.path('occupied'), (self.path('occupied'),)),
            'long path': ('unix:' + self.path('x' * 120), ('x' * 120,)),
            'empty path': ('unix:', ('unix:',)),
            'to with unix': ('unix:%s,to=9' % sock, ('to', sock)),
            'no IP': (':%d,ipv4=off,ipv6=off' % d, ('ipv4', 'ipv6')),
            'none and one': ('none,vnc=127.0.0.1:%d' % d, ('none',)),
            'IPv6 without': ('[::1]:%d,ipv6=off' % d, ('::1',)),
            'IPv4 without': ('127.0.0.1:%d,ipv4=off' % d, ('127.0.0.1',)),
        }, Deliberate('empty path/.*', 'an empty path'))

    def test_ports_that_are_taken(self):
        d = self.d
        with socket.socket() as taken:
            taken.bind(('127.0.0.1', 5900 + d))
            taken.listen()
            self.cases({
                'taken': ('127.0.0.1:%d' % d, (str(5900 + d), 'in use')),
                'of all': (':%d' % d, (str(5900 + d), 'in use')),
                'to itself': ('127.0.0.1:%d,to=%d' % (d, d), (str(5900 + d), 'in use')),
                'to': ('127.0.0.1:%d,to=%d' % (self.e, self.e + 5), ()),
            }, Deliberate('of all/.*', 'half of a port is taken'))

    def test_booleans(self):
        names = ('lossy', 'non-adaptive', 'lock-key-sync', 'power-control', 'password', 'reverse',
                 'sasl', 'ipv4')
        self.vnc({**{'%s=maybe' % name: (name, 'maybe') for name in names},
                  'lossy=': ('lossy',), 'lossy=ON': ('lossy',), 'lossy=1': ('lossy', '1')})
        self.cases({'good': (several('none,lossy=' + value for value in
                                     ('on', 'off', 'yes', 'no', 'true', 'false', 'y', 'n')), ()),
                    'off': (several('none,%s=off' % name for name in names), ()),
                    'other': (several('none,' + options for options in
                                      ('lossy', 'nolossy', 'lossy=on,non-adaptive=off',
                                       'lossy=on,lossy=off', 'password=on', 'power-control')), ())})

    def test_numbers(self):
        keys = ('to', 'head', 'connections', 'key-delay-ms')
        self.vnc({**{'%s=x' % key: (key, 'x') for key in keys},
                  **{'%s=' % key: (key,) for key in keys},
                  **{'%s=-1' % key: (key, '-1') for key in keys},
                  **{'%s=5x' % key: (key, '5x') for key in keys},
                  **{'%s' % key: (key,) for key in keys},
                  'connections=0': ('connections', '0'),
                  'to=0x10': ('to', '0x10'),
                  'connections=99999999999999999999': ('connections', '99999999999999999999')},
                 Deliberate('(head=-1|connections=-1|connections=0|key-delay-ms=-1)/.*',
                            'a number that cannot be'))
        self.cases({'good': (several('none,' + options for options in
                                     ('connections=1', 'connections=99999', 'key-delay-ms=0',
                                      'key-delay-ms=1000', 'head=7', 'to=3')), ())})

    def test_strings(self):
        self.vnc({'share=maybe': ('share', 'maybe'), 'share=': ('share',), 'share': ('share',),
                  'share=Ignore': ('share', 'Ignore'),
                  'colour=red': ('colour',), 'colour': ('colour',), 'acl=on': ('acl',),
                  'acl': ('acl',), 'vnc=': ('vnc',), 'id=': ('id',), 'id=9': ('id',),
                  'id=a b': ('id',), 'id=desk': (), 'id=desk,id=chair': ('id',),
                  'audiodev=none-such': ('audiodev', 'none-such'), 'audiodev=': ('audiodev',),
                  'display=none-such': ('display', 'none-such'), 'display=': ('display',),
                  'head=0': ()})
        self.cases({'share': (several('none,share=' + value for value in
                                      ('allow-exclusive', 'force-shared', 'ignore')), ()),
                    'audiodev': (('-audiodev', 'none,id=snd', '-vnc', 'none,audiodev=snd'), ()),
                    'id twice': (('-vnc', 'none,id=a', '-vnc', 'none,id=a'), ('a',)),
                    'help': ('help', ())}, Deliberate('help/exit', '``-vnc help``', ours=0))

    def test_websocket(self):
        d, sock = self.d, self.path('w.sock')
        port = 5700 + self.e
        self.vnc({'websocket': (), 'websocket=on': (), 'websocket=%d' % port: (),
                  'websocket=:%d' % port: (), 'websocket=0.0.0.0:%d' % port: (),
                  'websocket=[::1]:%d' % port: (),
                  'websocket=%d,websocket=%d' % (port, port + 200): (),
                  'websocket=on,to=%d' % (d + 5): (), 'websocket=on,ipv6=off': (),
                  'websocket=off': ('websocket', 'off'), 'websocket=99999': ('websocket', '99999'),
                  'websocket=': (), 'websocket=-1': ('websocket', '-1'),
                  'websocket=unix:' + sock: ('websocket', sock),
                  'reverse=on,websocket=on': ('websocket', 'reverse')},
                 Deliberate('websocket=99999/.*', 'a port above 65535'),
                 Deliberate('websocket=unix:.*', '``websocket=unix:PATH``', before=(10, 0)))
        self.cases({
            'of unix': ('unix:%s,websocket=on' % sock, ('websocket',)),
            'of none': ('none,websocket=on', ('websocket',)),
            'of two': ('127.0.0.1:%d,vnc=127.0.0.1:%d,websocket=on' % (d, self.e), ('websocket',)),
            'port of unix': ('unix:%s,websocket=%d' % (sock, port), ()),
            'port of none': ('none,websocket=%d' % port, ('websocket',)),
            'port of two': ('127.0.0.1:%d,vnc=127.0.0.1:%d,websocket=%d' % (d, self.e, port), ()),
            'of IPv6': ('[::1]:%d,websocket=on' % d, ()),
            'of all': (':%d,websocket=on' % d, ()),
        }, Deliberate('of (unix|none)/.*', '``websocket=on`` without a display'),
           Deliberate('port of none/.*', '``none,websocket=PORT``'))

    def test_security(self):
        certs.Authority(self.path('ca')).serve(self.path('server'))
        shutil.copytree(self.path('server'), self.path('client'))
        for name in ('cert', 'key'):
            os.rename(self.path('client/server-%s.pem' % name),
                      self.path('client/client-%s.pem' % name))
        with open(self.path('client/keys.psk'), 'w', encoding='ascii') as file:
            file.write('fred:00112233445566778899aabbccddeeff\n')
        objects = ('secret,id=pw,data=letmein', 'secret,id=empty,data=',
                   'tls-creds-anon,id=anon,endpoint=server',
                   'tls-creds-x509,id=x509,endpoint=server,verify-peer=off,dir=' +
                   self.path('server'),
                   'tls-creds-anon,id=viewer,endpoint=client',
                   'tls-creds-x509,id=x509-viewer,endpoint=client,dir=' + self.path('client'),
                   'tls-creds-psk,id=psk,endpoint=server,dir=' + self.path('client'),
                   'authz-simple,id=az,identity=fred')
        machine = [*NONE, *[word for text in objects for word in ('-object', text)]]
        good = ('password-secret=pw', 'password-secret=empty', 'tls-creds=anon', 'tls-creds=x509',
                'tls-creds=anon,password=on', 'tls-creds=x509,password-secret=pw',
                'tls-creds=x509,tls-authz=az', 'tls-creds=x509,tls-authz=none-such',
                'tls-creds=x509,websocket=on', 'tls-creds=anon,websocket=on,password=on',
                'sasl=off')
        self.vnc({**{options: () for options in good},
                  'password=on,password-secret=pw': ('password', 'password-secret'),
                  'password=off,password-secret=pw': ('password', 'password-secret'),
                  'password-secret=none-such': ('password-secret', 'none-such'),
                  'password-secret=anon': ('password-secret', 'anon'),
                  'password-secret=': ('password-secret',),
                  'tls-creds=none-such': ('tls-creds', 'none-such'),
                  'tls-creds=pw': ('tls-creds', 'pw'),
                  'tls-creds=viewer': ('tls-creds', 'viewer'),
                  'tls-creds=x509-viewer': ('tls-creds', 'x509-viewer'),
                  'tls-creds=psk': ('tls-creds', 'psk'),
                  'tls-creds=': ('tls-creds',),
                  'tls-authz=az': ('tls-authz', 'tls-creds'),
                  'sasl-authz=az': ('sasl-authz', 'sasl')},
                 Deliberate('password=off,password-secret=pw/.*', '``password=off`` and a secret'),
                 machine=machine)

    def test_sasl(self):
        """Only if both builds have it."""
        def scenario(side):
            code, _, _ = side.run(*NONE, '-vnc', 'none,sasl=on')
            return code
        if self.play(scenario, parity.STOCK) or self.play(scenario, parity.OURS):
            self.skipTest('a build has no SASL')
        self.vnc({'sasl=on': (), 'sasl': (), 'sasl=on,sasl-authz=none-such': (),
                  'sasl=on,password=on': ()},
                 Deliberate('sasl=on,password=on/.*auth', 'several ways to log in', ours='sasl'))

    def test_reverse(self):
        with socket.socket() as viewer:
            viewer.bind(('127.0.0.1', 0))
            viewer.listen()
            port = viewer.getsockname()[1]
            self.cases({
                'reverse': ('127.0.0.1:%d,reverse=on' % port, ()),
                'two': ('127.0.0.1:%d,vnc=127.0.0.1:%d,reverse=on' % (port, port), ('reverse',)),
                'none': ('none,reverse=on', ('reverse', 'none')),
                'a bad port': ('127.0.0.1:x,reverse=on', ('127.0.0.1:x',)),
                'nobody there': ('127.0.0.1:%d,reverse=on' % (5900 + self.d), ()),
                'no path': ('unix:%s,reverse=on' % self.path('nowhere'), ()),
            }, Deliberate('none/.*', '``none,reverse=on``'),
               Deliberate('(nobody there|no path)/.*', 'name look-up, ``reverse``'))

    def test_displays_and_heads(self):
        pc = ('-device', 'VGA,id=vga', '-device', 'virtio-gpu-pci,id=gpu,max_outputs=2')
        self.vnc({'display=vga': (), 'display=vga,head=0': (), 'display=gpu,head=1': (),
                  'display=gpu,head=7': ('7',), 'display=vga,head=1': ('vga', '1'),
                  'display=none-such': ('none-such',), 'head=1': ()}, machine=pc)

    def test_several(self):
        d, e = self.d, self.e
        a, b = '127.0.0.1:%d' % d, '127.0.0.1:%d' % e
        self.cases({
            'ids': (('-vnc', a, '-vnc', b, '-vnc', 'none', '-vnc', 'none,id=own'), ()),
            'an id that comes': (('-vnc', 'none,id=vnc2', '-vnc', a, '-vnc', b), ()),
            'default taken': (('-vnc', a, '-vnc', 'none,id=default'), ('default',)),
            'the same port': (('-vnc', a, '-vnc', a), (str(5900 + d),)),
            '-display vnc=': (('-display', 'vnc=' + a), ()),
            '-display vnc=, options': (('-display', 'vnc=%s,connections=3,to=%d' % (a, d + 9)), ()),
            '-display vnc': (('-display', 'vnc'), ('vnc',)),
            '-display vnc,': (('-display', 'vnc,connections=3'), ('vnc',)),
            '-display vnc=bad': (('-display', 'vnc=foo'), ('foo',)),
            '-display vnc=unknown': (('-display', 'vnc=%s,colour=red' % a), ('colour',)),
            'both': (('-vnc', a, '-display', 'vnc=' + b), ()),
            'both, the other way': (('-display', 'vnc=' + b, '-vnc', a), ()),
            '-display none': (('-display', 'none'), ()),
            '-nographic': (('-nographic',), ()),
            '-nographic, -vnc': (('-nographic', '-vnc', a), ()),
            'keymap': (('-k', 'de', '-vnc', a), ()),
            'no keymap': (('-k', 'klingon', '-vnc', a), ('klingon',)),
            'no keymap, none': (('-k', 'klingon', '-vnc', 'none'), ('klingon',)),
            'keymap of no display': (('-k', 'klingon', '-display', 'none'), ('klingon',)),
        }, Deliberate('default taken/.*', 'a taken id', since=(10, 0)))

    def test_no_option_at_all(self):
        """localhost:0,to=99: whichever port nobody has."""
        def scenario(side):
            text = json.dumps(self.start(side, NONE, ()))
            return json.loads(re.sub(r'\b59\d\d\b', 'PORT', text))
        self.compare(scenario)

    def test_configuration_files(self):
        with open(self.path('vnc.cfg'), 'w', encoding='ascii') as file:
            file.write('[vnc "desk"]\n  vnc = "127.0.0.1:%d"\n  connections = "3"\n' % self.d)
        with open(self.path('bad.cfg'), 'w', encoding='ascii') as file:
            file.write('[vnc "desk"]\n  vnc = "127.0.0.1:%d"\n  colour = "red"\n' % self.d)
        self.cases({
            'read': (('-readconfig', self.path('vnc.cfg')), ()),
            'read, -vnc': (('-readconfig', self.path('vnc.cfg'), '-vnc', 'none'), ()),
            'bad': (('-readconfig', self.path('bad.cfg')), ('colour',)),
        })

        def write(side):
            name = self.path('written.cfg')
            side.run(*NONE, '-vnc', '127.0.0.1:%d,connections=3,lossy,share=ignore' % self.d,
                     '-writeconfig', name)
            if not os.path.exists(name):
                return None
            with open(name, encoding='ascii') as file:
                text = file.read()
            os.unlink(name)
            return text
        self.compare(write)

    def test_list_of_options(self):
        """What management software looks at before it uses an option: all of stock's, the same way."""
        def listed(side):
            machine = side.machine('-S', vnc='none', guest=False)
            known = ask(machine, 'query-command-line-options', option='vnc')[0]['parameters']
            known = {parameter.pop('name'): parameter for parameter in known}
            return known
        stock, ours = self.play(listed, parity.STOCK), self.play(listed, parity.OURS)
        self.assertEqual({name: ours.get(name) for name in stock}, stock)


if __name__ == '__main__':
    main()
