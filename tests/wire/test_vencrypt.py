# TLS: VeNCrypt's subtypes, the certificates that are accepted, and that bytes from before TLS do
# not count.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
import os
import shutil
import ssl
import struct

import certs
import harness
import rfb
from login import answer_to
from tls import TLS_NONE, TLS_VNC, X509_NONE, X509_VNC, TlsTest, anonymous


class Types(TlsTest):
    def test_anonymous(self):
        demo = self.serve_anonymous()
        viewer = self.begin(demo, TLS_NONE, anonymous())
        self.assertIsNotNone(viewer.socket.cipher())
        self.enjoy(demo, viewer)
        mark = demo.mark()
        viewer.key(True, 0x61)
        demo.wait_event('key', mark, match='^down 61')

    def test_a_certificate(self):
        demo = self.serve_x509()
        viewer = self.begin(demo, X509_NONE, self.x509())
        self.assertEqual(viewer.socket.version(), 'TLSv1.3')
        self.enjoy(demo, viewer)

    def test_passwords(self):
        for demo, subtype, context in (
                (self.serve_anonymous('password=on'), TLS_VNC, anonymous()),
                (self.serve_x509('password=on'), X509_VNC, self.x509())):
            demo.command('password secret')
            viewer = self.begin(demo, subtype, context)
            viewer.send(answer_to(viewer.take(16), b'secret'))
            self.enjoy(demo, viewer)
            mark = demo.mark()
            viewer = self.begin(demo, subtype, context)
            viewer.send(answer_to(viewer.take(16), b'guess'))
            self.assertEqual(self.refused(demo, viewer, mark, 'Wrong password'), 'Wrong password')

    def test_large_updates(self):
        """Through many records, at a viewer that reads them late."""
        demo = self.start('tls-creds=tls', objects=['tls-creds-anon,id=tls'], size='1920x1080')
        demo.command('noise 0 0 1920 1080 7')
        viewer = self.begin(demo, TLS_NONE, anonymous())
        self.assertIsNone(self.result(viewer))
        viewer.client_init()
        viewer.request(False)
        demo.sync()
        viewer.read_update()
        self.assert_sees(viewer, demo.dump())

    def test_an_encrypted_key(self):
        directory = self.ca.serve(self.path('locked'))
        key = os.path.join(directory, 'server-key.pem')
        certs.certtool('--to-p8', '--load-privkey', key, '--password', 'open sesame',
                       '--outfile', key + '.new')
        os.rename(key + '.new', key)
        tls = 'tls-creds-x509,id=tls,dir=%s,verify-peer=off' % directory
        demo = self.start('tls-creds=tls', objects=[tls + ',passwordid=key',
                                                    'secret,id=key,data=open sesame'])
        self.enjoy(demo, self.begin(demo, X509_NONE, self.x509()))
        status, _, error = harness.run_demo('--object', tls, '127.0.0.1:0,tls-creds=tls')
        self.assertEqual(status, 1)
        self.assertIn('server-key.pem', error)


class Certificates(TlsTest):
    def test_who_gets_in(self):
        """verify-peer: what is wrong with a certificate is said within TLS, and logged."""
        other = certs.Authority(self.path('other'), 'Other CA')
        good = self.ca.sign('good', 'client')
        revoked = self.ca.sign('revoked', 'client')
        directory = shutil.copytree(self.path('server'), self.path('checked'))
        self.ca.revoke(revoked[0], os.path.join(directory, 'ca-crl.pem'))
        demo = self.serve_x509(verify='on', directory='checked')
        self.enjoy(demo, self.begin(demo, X509_NONE, self.x509(good)))
        for certificate, match in (
                (None, 'no certificate'),
                (self.ca.sign('old', 'client', certs.EXPIRED), 'expired'),
                (other.sign('foreign', 'client'), 'not signed by our CA'),
                (self.ca.sign('web', 'server'), 'not for clients'),
                (revoked, 'revoked')):
            with self.subTest(match):
                mark = demo.mark()
                viewer = self.begin(demo, X509_NONE, self.x509(certificate))
                self.assertRegex(self.refused(demo, viewer, mark, match), match)

    def test_authorization(self):
        alice = self.ca.sign('alice', 'client')
        bob = self.ca.sign('bob', 'client')
        rule = 'authz-simple,id=names,identity=O=Tests,,CN=alice'
        demo = self.serve_x509('tls-authz=names', verify='on', objects=[rule])
        self.enjoy(demo, self.begin(demo, X509_NONE, self.x509(alice)))
        mark = demo.mark()
        viewer = self.begin(demo, X509_NONE, self.x509(bob))
        self.assertEqual(self.refused(demo, viewer, mark, "CN=bob.*tls-authz 'names'"),
                         'Not authorized')
        demo.command('forget names')
        mark = demo.mark()
        viewer = self.begin(demo, X509_NONE, self.x509(alice))
        self.assertEqual(self.refused(demo, viewer, mark, 'no such authz-simple'),
                         'Not authorized')
        demo.command('object ' + rule.replace('alice', 'bob'))
        self.enjoy(demo, self.begin(demo, X509_NONE, self.x509(bob)))

    def test_names_that_are_no_text(self):
        """A CSI, marks of writing direction and a line's end in a name: a rule sees them, nobody else does."""
        name = 'eve\x9b31m\u202e\u2066\u2028x'
        rule = 'authz-simple,id=names,identity=O=Tests,,CN=' + name
        demo = self.serve_x509('tls-authz=names', verify='on', objects=[rule])
        eve = self.ca.sign(name, 'client')
        mark = demo.mark()
        self.enjoy(demo, self.begin(demo, X509_NONE, self.x509(eve)))
        demo.command('forget names')
        viewer = self.begin(demo, X509_NONE, self.x509(eve))
        self.refused(demo, viewer, mark, r'CN=eve\?31m\?\?\?x')
        demo.command('info')
        said = '\n'.join(event.line for event in demo.lines)
        for character in name:
            if not character.isprintable():
                self.assertNotIn(character, said)

    def test_authorization_without_certificates(self):
        demo = self.serve_x509('tls-authz=names', objects=['authz-simple,id=names,identity=x'])
        mark = demo.mark()
        viewer = self.begin(demo, X509_NONE, self.x509())
        self.assertIn('certificate', self.refused(demo, viewer, mark, "tls-authz 'names'"))

    def test_reload(self):
        """Others see the certificate that is there then; who is in stays; what is broken changes
        nothing."""
        def name(viewer):
            return dict(part[0] for part in viewer.socket.getpeercert()['subject'])['commonName']

        directory = self.ca.serve(self.path('renewed'), 'first')
        demo = self.serve_x509(directory='renewed')
        before = self.enjoy(demo, self.begin(demo, X509_NONE, self.x509()))
        self.assertEqual(name(before), 'first')
        self.ca.serve(directory, 'second')
        still = self.begin(demo, X509_NONE, self.x509())
        self.assertEqual(name(still), 'first')
        demo.command('reload')
        after = self.begin(demo, X509_NONE, self.x509())
        self.assertEqual(name(after), 'second')
        with open(os.path.join(directory, 'server-cert.pem'), 'w') as f:
            f.write('no certificate')
        self.assertIn('server-cert.pem', demo.try_command('reload'))
        self.assertEqual(name(self.begin(demo, X509_NONE, self.x509())), 'second')
        demo.command('paint 5')
        for viewer in (self.enjoy(demo, still), self.enjoy(demo, after), before):
            self.full_update(viewer, demo)

    def test_reload_without_tls(self):
        demo = self.start()
        self.assertIn('tls-creds=', demo.try_command('reload'))


class Faults(TlsTest):
    def test_options(self):
        empty = self.path('empty')
        os.mkdir(empty)
        x509 = 'tls-creds-x509,id=tls,dir='
        for objects, options, match in (
                ([], 'tls-creds=tls', "option 'tls-creds': 'tls': there is no such"),
                (['secret,id=tls,data=x'], 'tls-creds=tls', "option 'tls-creds': 'tls'"),
                ([x509 + empty], 'tls-creds=tls', 'ca-cert.pem'),
                (['tls-creds-anon,id=tls,priority=NONSENSE'], 'tls-creds=tls', 'NONSENSE'),
                ([], 'tls-authz=names', "'tls-authz'.*'tls-creds'"),
                (['tls-creds-x509,id=tls'], 'tls-creds=tls', 'dir='),
                (['tls-creds-anon,id=tls,endpoint=client'], 'tls-creds=tls', 'endpoint='),
                (['tls-creds-psk,id=tls'], 'tls-creds=tls', 'tls-creds-psk'),
        ):
            argv = [word for text in objects for word in ('--object', text)]
            status, _, error = harness.run_demo(*argv, '127.0.0.1:0,to=99,' + options)
            self.assertEqual(status, 1, error)
            self.assertRegex(error, match)

    def test_what_is_not_offered(self):
        demo = self.serve_anonymous('password=on')
        for chosen in (1, 2, 20):
            viewer = self.connect_to(demo)
            mark = demo.mark()
            viewer.read_version()
            viewer.send(b'RFB 003.008\n')
            self.assertEqual(viewer.take(2), b'\1\x13')
            viewer.send(bytes([chosen]))
            self.refused(demo, viewer, mark, 'security type %d' % chosen)
        for subtype in (0, 256, TLS_NONE, X509_NONE, X509_VNC, 0xffffffff):
            viewer = self.connect_to(demo)
            mark = demo.mark()
            self.choose(viewer, [TLS_VNC])
            viewer.send(struct.pack('>I', subtype))
            self.assertEqual(viewer.take(1), b'\0')
            self.refused(demo, viewer, mark, 'subtype %d' % subtype)
        for version in (b'\0\1', b'\1\0', b'\2\0'):
            viewer = self.connect_to(demo)
            mark = demo.mark()
            viewer.read_version()
            viewer.send(b'RFB 003.008\n\x13')
            viewer.take(4)
            viewer.send(version)
            self.assertNotEqual(viewer.take(1), b'\0')
            self.refused(demo, viewer, mark, 'VeNCrypt %d.%d' % tuple(version))

    def test_rfb_3_3(self):
        demo = self.serve_anonymous()
        viewer = self.connect_to(demo)
        viewer.read_version()
        viewer.send(b'RFB 003.003\n')
        self.assertEqual(viewer.take(4), b'\0\0\0\0')
        viewer.read_reason()
        viewer.wait_closed()

    def test_bytes_before_tls(self):
        """What comes in the clear behind the choice is not taken for what TLS has protected."""
        demo = self.serve_anonymous()
        for smuggled in (b'\1', b'\1' + b'\3' * 10):
            viewer = self.connect_to(demo)
            self.choose(viewer, [TLS_NONE])
            mark = demo.mark()
            viewer.send(struct.pack('>I', TLS_NONE) + smuggled)
            viewer.wait_closed()
            demo.wait_event('log', mark, match='before the encryption')
            self.assertFalse(demo.events('viewer', mark, match='^initialized'))

    def test_no_tls(self):
        demo = self.serve_anonymous()
        viewer = self.connect_to(demo)
        self.choose(viewer, [TLS_NONE])
        viewer.send(struct.pack('>I', TLS_NONE))
        self.assertEqual(viewer.take(1), b'\1')
        mark = demo.mark()
        viewer.send(b'\1' * 100)
        viewer.wait_closed()
        demo.wait_disconnected(mark)
        self.assertRegex(demo.events('log', mark)[0].text, 'TLS')

    def test_waiting_ones(self):
        """Whoever stops within the handshake stops nobody else."""
        demo = self.serve_x509()
        stopped = [self.connect_to(demo) for _ in range(8)]
        for viewer in stopped:
            self.choose(viewer, [X509_NONE])
            viewer.send(struct.pack('>I', X509_NONE))
            self.assertEqual(viewer.take(1), b'\1')
            viewer.send(b'\x16\3\1\2')
        self.enjoy(demo, self.begin(demo, X509_NONE, self.x509()))


class Cuts(TlsTest):
    """Connections that end at each byte of the viewer's part."""

    def play(self, demo, budget):
        """A login that ends after @budget bytes; None: of which there is no end. Returns how many
        were sent."""
        viewer = self.connect_to(demo)
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        tls = anonymous().wrap_bio(incoming, outgoing)
        send = rfb.CutSender(viewer, budget)

        def through(function, *arguments):
            while True:
                try:
                    result = function(*arguments)
                except ssl.SSLWantReadError:
                    result = None
                send(outgoing.read())
                if result is not None:
                    return result
                incoming.write(viewer.take(1))

        try:
            viewer.read_version()
            send(b'RFB 003.008\n')
            viewer.take(2)
            send(b'\x13')
            viewer.take(2)
            send(b'\0\2')
            viewer.take(6)
            send(struct.pack('>I', TLS_NONE))
            viewer.take(1)
            through(lambda: tls.do_handshake() or True)
            self.assertEqual(through(tls.read, 4), b'\0\0\0\0')
            through(tls.write, b'\1')
            through(tls.read, 24)
        except EOFError:
            pass
        viewer.close()
        return send.sent

    def test_each_byte(self):
        demo = self.serve_anonymous('half-open=1000')
        mark = demo.mark()
        total = self.play(demo, None)
        demo.wait_event('viewer', mark, match='^initialized')
        mark = demo.mark()
        for budget in range(total):
            self.play(demo, budget)
        demo.wait_disconnected(mark, count=total)
        self.assertEqual(demo.events('viewer', mark, match='^initialized'), [])
        self.enjoy(demo, self.begin(demo, TLS_NONE, anonymous()))


if __name__ == '__main__':
    harness.main()
