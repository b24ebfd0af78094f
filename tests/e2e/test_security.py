# Logins: security types, by gtk-vnc and TigerVNC, with QEMU's own -object.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
import array
import os
import socket
import subprocess
import sys
import tempfile

import certs
import users
from harness import GVNC
from machine import DEADLINE, MachineTest, load_image, main, start_and_fail

LISTEN = '127.0.0.1:0,to=999,login-delay-ms=0'
NONE, VNC, VENCRYPT = 1, 2, 19


class SecurityTest(MachineTest):
    @classmethod
    def setUpClass(cls):
        cls.temporary = tempfile.TemporaryDirectory(prefix='vnc-certs-')
        cls.ca = certs.Authority(cls.path('ca'))
        cls.ca.serve(cls.path('server'))

    @classmethod
    def tearDownClass(cls):
        cls.temporary.cleanup()

    @classmethod
    def path(cls, name):
        return os.path.join(cls.temporary.name, name)

    def serve(self, options, *objects, mode=(640, 480), **keywords):
        arguments = [word for text in objects for word in ('-object', text)]
        machine = self.machine(*arguments, vnc=LISTEN + ',' + options, **keywords)
        machine.guest('mode %d %d' % mode)
        machine.guest('paint 7')
        return machine

    def x509(self, verify='off', directory='server'):
        return 'tls-creds-x509,id=tls,endpoint=server,dir=%s,verify-peer=%s' % (
            self.path(directory), verify)

    def gtk_vnc(self, machine, *arguments, certificate=None, picture=True):
        """What gtk-vnc says, by lines, of a login at the first display."""
        argv = [sys.executable, GVNC,
                '--ca', self.ca.certificate, *arguments]
        if certificate:
            argv += ['--certificate', certificate[0], '--key', certificate[1]]
        if picture:
            argv += ['--picture', self.path('seen.ppm')]
        done = subprocess.run(argv + ['localhost', str(machine.port())], capture_output=True,
                              stdin=subprocess.DEVNULL, timeout=DEADLINE, check=False)
        self.assertIn(done.returncode, (0, 1), done.stderr.decode())
        return done.stdout.decode().splitlines()

    def admitted(self, machine, *arguments, **keywords):
        said = self.gtk_vnc(machine, *arguments, **keywords)
        self.assertRegex(said[-1], '^initialized ')
        self.assert_same(load_image(self.path('seen.ppm')), machine.screendump(), 'gtk-vnc')
        return said

    def refused(self, machine, *arguments, **keywords):
        said = self.gtk_vnc(machine, *arguments, **keywords)
        self.assertFalse([line for line in said if line.startswith('initialized')])
        return said


class GtkVnc(SecurityTest):
    def test_password(self):
        machine = self.serve('password-secret=pw', 'secret,id=pw,data=letmein')
        said = self.admitted(machine, '--password', 'letmein')
        self.assertIn('offered 2', said)
        self.assertIn('refused Wrong password', self.refused(machine, '--password', 'guess'))

    def test_tls(self):
        for tls, kind in (('tls-creds-anon,id=tls,endpoint=server', 'tls'),
                          (self.x509(), 'x509')):
            for password in (False, True):
                options = 'tls-creds=tls' + (',password-secret=pw' if password else '')
                subtype = {('tls', False): 257, ('tls', True): 258,
                           ('x509', False): 260, ('x509', True): 261}[kind, password]
                with self.subTest(subtype):
                    machine = self.serve(options, tls, 'secret,id=pw,data=letmein')
                    said = self.admitted(machine, '--password', 'letmein')
                    self.assertIn('offered 19', said)
                    self.assertIn('offered-subtypes %d' % subtype, said)
                    servers = machine.qmp('query-vnc-servers')
                    name = kind + ('-vnc' if password else '-none')
                    self.assertEqual(servers[0]['auth'], 'vencrypt')
                    self.assertEqual(servers[0]['vencrypt'], name)
                    self.assertEqual(servers[0]['server'][0]['vencrypt'], name)
                    self.assertEqual(machine.qmp('query-vnc')['auth'],
                                     'vencrypt+' + name.replace('-', '+'))
                    if password:
                        self.assertIn('refused Wrong password',
                                      self.refused(machine, '--password', 'guess'))

    def test_certificates(self):
        """verify-peer, tls-authz while it is there, and display-reload."""
        alice, bob = self.ca.sign('alice', 'client'), self.ca.sign('bob', 'client')
        self.ca.serve(self.path('renewed'))
        machine = self.serve('tls-creds=tls,tls-authz=names', self.x509('on', 'renewed'),
                             'authz-simple,id=names,identity=O=Tests,,CN=alice')
        self.admitted(machine, certificate=alice)
        for event in ('VNC_INITIALIZED', 'VNC_DISCONNECTED'):
            self.assertEqual(machine.wait_event(event)['client']['x509_dname'], 'O=Tests,CN=alice')
        for who, match in ((bob, 'Not authorized'), (None, 'no certificate')):
            with self.subTest(match):
                self.assertIn(match, '\n'.join(self.refused(machine, certificate=who)))
                self.assertIn(match if who != bob else "CN=bob: not allowed by tls-authz 'names'",
                              machine.said())
        self.ca.serve(self.path('renewed'))
        machine.qmp('display-reload', type='vnc', **{'tls-certs': True})
        self.admitted(machine, certificate=alice)
        machine.qmp('object-del', id='names')
        self.assertIn('refused Not authorized', self.refused(machine, certificate=alice))

    def test_add_client_skips_it(self):
        """skipauth=true: a connection that a management tool hands over needs no TLS either."""
        machine = self.serve('tls-creds=tls', self.x509())
        ours, theirs = socket.socketpair()
        with ours, theirs:
            machine.qmp_socket.sendmsg(
                [b'{"execute": "getfd", "arguments": {"fdname": "viewer"}}\n'],
                [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', [theirs.fileno()]))])
            self.assertIn('return', machine.qmp_lines.read('answer to getfd'))
            machine.qmp('add_client', protocol='vnc', fdname='viewer', skipauth=True)
            ours.sendall(b'RFB 003.008\n')
            self.assertEqual(ours.recv(12), b'RFB 003.008\n')
            self.assertEqual(ours.recv(2, socket.MSG_WAITALL), b'\1\1')


class TigerVnc(SecurityTest):
    def test_tls(self):
        for objects, options, arguments in (
                (['tls-creds-anon,id=tls,endpoint=server'], '', ['-SecurityTypes=TLSNone']),
                (['tls-creds-anon,id=tls,endpoint=server', 'secret,id=pw,data=letmein'],
                 ',password-secret=pw', ['-SecurityTypes=TLSVnc']),
                ([self.x509()], '', ['-SecurityTypes=X509None']),
                ([self.x509(), 'secret,id=pw,data=letmein'], ',password-secret=pw',
                 ['-SecurityTypes=X509Vnc'])):
            with self.subTest(arguments[0]):
                machine = self.serve('tls-creds=tls' + options, *objects, mode=(1920, 1080))
                x = self.tigervnc(machine, 'ZRLE', '-NoJPEG=1', '-X509CA=' + self.ca.certificate,
                                  *arguments, VNC_PASSWORD='letmein', VNC_USERNAME='')
                self.assert_comes_to_show(x, machine.screendump(), arguments[0])


class Users(SecurityTest):
    """Names and passwords that SASL checks."""

    ANONYMOUS = 'tls-creds-anon,id=tls,endpoint=server'
    FRED = ('--user', 'fred', '--password', 'sesame')

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        users.make(cls.path('sasl'), 'DIGEST-MD5 SCRAM-SHA-256 PLAIN')

    def serve(self, *arguments, **keywords):
        return super().serve(*arguments, environment={'SASL_CONF_PATH': self.path('sasl')},
                             **keywords)

    def test_gtk_vnc(self):
        machine = self.serve('tls-creds=tls,sasl=on,plain=on,sasl-authz=users', self.x509(),
                             'authz-simple,id=users,identity=fred')
        self.assertEqual(machine.qmp('query-vnc')['auth'], 'vencrypt+x509+sasl')
        for subtype in ('263', '262'):
            said = self.admitted(machine, '--subtype', subtype, *self.FRED)
            self.assertIn('offered-subtypes 263 262', said)
            for event in ('VNC_INITIALIZED', 'VNC_DISCONNECTED'):
                self.assertEqual(machine.wait_event(event)['client']['sasl_username'], 'fred')
            self.refused(machine, '--subtype', subtype, '--user', 'fred', '--password',
                         'open-says-me')
            self.assertNotIn('sasl_username', machine.wait_event('VNC_DISCONNECTED')['client'])
        machine.qmp('object-del', id='users')
        for subtype in ('263', '262'):
            self.assertIn('refused Not authorized',
                          self.refused(machine, '--subtype', subtype, *self.FRED))
        self.assertIn("user fred: not allowed by sasl-authz 'users'", machine.said())
        for secret in ('sesame', 'open-says-me'):
            self.assertNotIn(secret, machine.said())

    def test_tigervnc(self):
        for tls, kind in ((self.ANONYMOUS, 'TLSPlain'), (self.x509(), 'X509Plain')):
            with self.subTest(kind):
                machine = self.serve('tls-creds=tls,plain=on', tls, mode=(1920, 1080))
                x = self.tigervnc(machine, 'ZRLE', '-NoJPEG=1', '-X509CA=' + self.ca.certificate,
                                  '-SecurityTypes=' + kind,
                                  VNC_PASSWORD='sesame', VNC_USERNAME='fred')
                self.assert_comes_to_show(x, machine.screendump(), kind)
                self.assertEqual(machine.qmp('query-vnc')['clients'][0]['sasl_username'], 'fred')

    def test_libvncclient(self):
        for options, objects in (
                ('sasl=on', []),
                ('tls-creds=tls,sasl=on', [self.ANONYMOUS]),
                ('tls-creds=tls,plain=on', [self.ANONYMOUS]),
                ('tls-creds=tls,sasl=on', [self.x509()]),
                ('tls-creds=tls,plain=on', [self.x509()]),
                ('tls-creds=tls,password-secret=pw', [self.x509(), 'secret,id=pw,data=sesame'])):
            with self.subTest(options=options, objects=objects):
                machine = self.serve(options, *objects)
                capture = self.capture(machine, 'zrle', password='sesame', VNC_USERNAME='fred',
                                       VNC_CA=self.ca.certificate)
                self.assert_same(capture.shot(), machine.screendump(), options)
                client = machine.qmp('query-vnc')['clients'][0]
                self.assertEqual(client.get('sasl_username'),
                                 None if 'password' in options else 'fred')


class Faults(SecurityTest):
    def test_options(self):
        for objects, options, match in (
                ([], 'tls-creds=tls', 'No TLS credentials with this id'),
                (['secret,id=tls,data=x'], 'tls-creds=tls', 'no TLS credentials'),
                (['tls-creds-anon,id=tls,endpoint=client'], 'tls-creds=tls', 'server'),
                ([], 'tls-authz=names', 'tls-creds')):
            with self.subTest(options=options, objects=objects):
                status, said = start_and_fail(
                    *[w for text in objects for w in ('-object', text)],
                    '-vnc', LISTEN + ',' + options)
                self.assertEqual(status, 1)
                self.assertIn(match, said)


if __name__ == '__main__':
    main()
