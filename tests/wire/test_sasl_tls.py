# Users and their passwords within TLS: VeNCrypt's subtypes with SASL and Plain.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
import base64
import hashlib
import hmac
import os
import socket
import struct

import harness
import rfb
import saslauthd
from login import NO_DELAY, PATIENT
from sasl import SaslTest, text
from tls import X509_VNC, TlsTest, WssTest, anonymous

PLAIN, TLS_PLAIN, X509_PLAIN, X509_SASL, TLS_SASL = 256, 259, 262, 263, 264
TYPES = TLS_PLAIN, TLS_SASL, X509_PLAIN, X509_SASL

# A user's password, wrong ones, and VNC authentication's: nowhere in a log.
RIGHT, WRONG, VNC = 'sesame', 'open-says-me', 'vncgate'
WHO = r'127\.0\.0\.1:\d+'
# SASL's words, or ours where SASL has not been asked.
FAILURE = r'(SASL\(-\d+\)|authentication failure)'


def plain(user, password):
    return struct.pack('>II', len(user), len(password)) + user + password


class SaslTlsTest(TlsTest, SaslTest):
    MECHANISMS = 'SCRAM-SHA-256 PLAIN'

    def serve(self, subtype, *options, objects=()):
        """A server that offers this subtype alone, unless @options say more."""
        option = 'plain' if subtype in (TLS_PLAIN, X509_PLAIN) else 'sasl'
        if subtype in (X509_PLAIN, X509_SASL):
            return self.serve_x509(option, *options, objects=objects)
        return self.start('tls-creds=tls', NO_DELAY, PATIENT, option, *options,
                          objects=['tls-creds-anon,id=tls', *objects])

    def gvnc(self, address, user, password, *arguments):
        return super().gvnc(address, user, password, '--ca', self.ca.certificate, *arguments)

    def gets_in(self, demo, subtype, user='fred', password=RIGHT):
        path = os.path.join(self.directory, 'seen.ppm')
        code, lines = self.gvnc(demo.address, user, password, '--subtype', str(subtype),
                                '--picture', path)
        self.assertEqual(code, 0, lines)
        self.assertIn('offered 19', lines)
        self.assertEqual(harness.Picture.load(path).rgb, demo.dump().rgb)
        self.keeps_secrets(demo)
        return lines

    def kept_out(self, demo, subtype, match, user='fred', password=RIGHT):
        """gtk-vnc is refused; the log has one line with its address and the cause."""
        mark = demo.mark()
        code, lines = self.gvnc(demo.address, user, password, '--subtype', str(subtype))
        self.assertEqual(code, 1, lines)
        self.assertFalse([line for line in lines if line.startswith('initialized')])
        demo.wait_disconnected(mark)
        demo.sync()
        logs = demo.events('log', mark)
        self.assertEqual(len(logs), 1, logs)
        self.assertRegex(logs[0].text, WHO)
        self.assertRegex(logs[0].text, match)
        self.keeps_secrets(demo)
        return lines

    def keeps_secrets(self, demo):
        said = '\n'.join(event.line for event in demo.lines) + demo.complaints()
        for secret in (RIGHT, WRONG, VNC):
            self.assertNotIn(secret, said)


class Logins(SaslTlsTest):
    def test_right_and_wrong(self):
        for subtype in TYPES:
            with self.subTest(subtype):
                demo = self.serve(subtype)
                lines = self.gets_in(demo, subtype)
                self.assertIn('offered-subtypes %d' % subtype, lines)
                self.assertIn('asked username password', lines)
                for user, password in (('fred', WRONG), ('barney', RIGHT), ('fred', '')):
                    self.kept_out(demo, subtype, FAILURE, user, password)
                self.gets_in(demo, subtype)

    def test_authorization(self):
        """By the list, while it is there, and as it is then."""
        for subtype in TYPES:
            with self.subTest(subtype):
                rule = 'authz-simple,id=users,identity='
                demo = self.serve(subtype, 'sasl-authz=users', objects=[rule + 'fred'])
                self.gets_in(demo, subtype)
                demo.command('forget users')
                why = "user fred: not allowed by sasl-authz 'users'"
                self.assertIn('refused Not authorized',
                              self.kept_out(demo, subtype, why + ': there is no such authz-simple'))
                demo.command('object %sbarney' % rule)
                self.assertIn('refused Not authorized', self.kept_out(demo, subtype, why + '$'))
                demo.command('object %sfred' % rule)
                self.gets_in(demo, subtype)

    def test_one_of_several(self):
        demo = self.serve_x509('sasl', 'plain', 'password')
        demo.command('password ' + VNC)
        for subtype in (X509_SASL, X509_PLAIN):
            lines = self.gets_in(demo, subtype)
            self.assertIn('offered-subtypes %d %d %d' % (X509_SASL, X509_PLAIN, X509_VNC), lines)
            self.kept_out(demo, subtype, FAILURE, 'fred', VNC)
        lines = self.gets_in(demo, X509_VNC, '', VNC)
        self.assertIn('asked password', lines)
        self.kept_out(demo, X509_VNC, 'Wrong password')


class Mechanisms(SaslTlsTest):
    MECHANISMS = 'SCRAM-SHA-256'

    def test_the_only_one(self):
        for subtype, context in ((TLS_SASL, anonymous()), (X509_SASL, self.x509())):
            demo = self.serve(subtype)
            viewer = self.begin(demo, subtype, context)
            mechanisms = viewer.take(struct.unpack('>I', viewer.take(4))[0])
            self.assertEqual(mechanisms, b'SCRAM-SHA-256')
            self.gets_in(demo, subtype)
            self.kept_out(demo, subtype, FAILURE, 'fred', WRONG)


def count_in_memory(process, needle):
    """How often @needle stands in the memory of @process."""
    count = 0
    with open('/proc/%d/mem' % process.pid, 'rb', 0) as memory, \
            open('/proc/%d/maps' % process.pid) as maps:
        for line in maps:
            ends, mode, *rest = line.split()
            start, end = (int(address, 16) for address in ends.split('-'))
            # The sanitizers' shadow memory is larger by far than all that is really there.
            if mode[:2] == 'rw' and end - start < 1 << 30 and not rest[-1].startswith('[v'):
                memory.seek(start)
                try:
                    count += memory.read(end - start).count(needle)
                except OSError:
                    pass  # it has just been given back
    return count


class Wss(WssTest, SaslTest):
    MECHANISMS = 'PLAIN'

    def ask(self, demo, user, password, piece=1000):
        viewer = self.begin_wss(demo, self.x509())
        self.choose_type(viewer, [19], 19)
        self.assertEqual(viewer.take(2), b'\0\2')
        viewer.send(b'\0\2')
        self.assertEqual(viewer.take(6), struct.pack('>BBI', 0, 1, PLAIN))
        message = struct.pack('>I', PLAIN) + plain(user, password)
        for at in range(0, len(message), piece):
            viewer.send(message[at:at + piece])
        return viewer

    def test_plain(self):
        demo = self.serve('plain')
        for piece in (1000, 7, 1):
            self.enjoy(demo, self.ask(demo, b'fred', b'sesame', piece))
        for user, password in ((b'fred', WRONG.encode()), (b'barney', b'sesame'), (b'', b'')):
            mark = demo.mark()
            viewer = self.ask(demo, user, password)
            self.assertEqual(self.result(viewer), 'Wrong user name or password')
            demo.wait_disconnected(mark)
            demo.sync()
            logs = demo.events('log', mark)
            self.assertEqual(len(logs), 1, logs)
            self.assertRegex(logs[0].text, WHO + '.*' + FAILURE)
            self.assertNotIn(WRONG, logs[0].text)

    def test_nothing_stays(self):
        """A password that has been looked at is nowhere in memory, whichever way it came.

        The right one is in the page cache of SASL's data base, but not as the viewer has sent it.
        """
        demo = self.serve('plain')
        self.assertGreater(count_in_memory(demo.process, b'login-failures='), 0)
        for password in (b'sesame', WRONG.encode()):
            for piece in (1000, 7):
                for begin in (self.ask, self.ask_within_tls):
                    viewer = begin(demo, b'fred', password, piece)
                    result, = struct.unpack('>I', viewer.take(4))
                    self.assertEqual(result, password != b'sesame')
                    if result == 0:
                        viewer.client_init()
                    demo.sync()
                    self.assertEqual(count_in_memory(demo.process, b'fred' + password), 0)
        self.assertEqual(count_in_memory(demo.process, WRONG.encode()), 0)

    def ask_within_tls(self, demo, user, password, piece):
        viewer = self.begin(demo, X509_PLAIN, self.x509())
        message = plain(user, password)
        for at in range(0, len(message), piece):
            viewer.send(message[at:at + piece])
        return viewer

    def test_nothing_before_tls(self):
        """By TCP there is TLS first, and none of it is for nothing."""
        demo = self.serve('plain')
        self.choose(self.connect_to(demo), [X509_PLAIN])


class SlowDirectory(SaslTlsTest):
    """A password server that does not answer holds up nobody but who waits for it."""

    AT_ONCE = 16  # of one address

    def setUp(self):
        super().setUp()
        self.server = saslauthd.Server(self.directory)
        self.addCleanup(self.server.close)

    def connect_to(self, demo):
        """As self.source."""
        viewer = rfb.Viewer(socket.create_connection(demo.address, rfb.DEADLINE,
                                                     (self.source, 0)))
        self.addCleanup(viewer.close)
        return viewer

    def ask(self, demo, password, source):
        self.source = source
        viewer = self.begin(demo, TLS_PLAIN, anonymous())
        viewer.send(plain(b'fred', password))
        return viewer

    def test_others(self):
        """Thirty wrong passwords of one address; users of others get in beside them, and a viewer that leaves is noticed
        before there is an answer to its password. What has not been asked by then is never asked."""
        demo = self.serve(TLS_PLAIN, 'half-open=100')
        mark = demo.mark()
        wrong = [self.ask(demo, WRONG.encode(), '127.0.0.1') for _ in range(30)]
        self.server.wait_asked(self.AT_ONCE)
        for source in '127.0.0.2', '127.0.0.3':
            self.enjoy(demo, self.ask(demo, saslauthd.RIGHT, source))
        for viewer in wrong:
            viewer.close()
        demo.wait_disconnected(mark, count=len(wrong))
        logs = demo.events('log', mark, 'closed the connection while its login was looked at')
        self.assertEqual(len(logs), len(wrong))
        self.assertEqual(self.server.asked, self.AT_ONCE)
        self.server.release()
        last = self.ask(demo, WRONG.encode(), '127.0.0.1')
        self.assertEqual(self.result(last), 'Wrong user name or password')
        self.assertEqual(self.server.asked, self.AT_ONCE + 1)

    def test_turns(self):
        """Those of one address that wait for their turn get it."""
        demo = self.serve(TLS_PLAIN, 'half-open=100')
        wrong = [self.ask(demo, WRONG.encode(), '127.0.0.1') for _ in range(self.AT_ONCE + 5)]
        right = self.ask(demo, saslauthd.RIGHT, '127.0.0.1')
        self.server.wait_asked(self.AT_ONCE)
        self.server.release()
        self.enjoy(demo, right)
        for viewer in wrong:
            self.assertEqual(self.result(viewer), 'Wrong user name or password')


class Cuts(SaslTlsTest):
    """Viewers that go before each byte of their login within TLS."""

    def cut_everywhere(self, demo, subtype, talk):
        """A whole login, then one for each of its bytes whose viewer goes before that byte.

        @talk: (viewer, send) logs in, and sends by send() what is to be cut
        """
        def play(budget=None):
            viewer = self.begin(demo, subtype, anonymous())
            send = rfb.CutSender(viewer, budget)
            try:
                talk(viewer, send)
            except EOFError:
                pass
            viewer.close()
            return send.sent

        mark = demo.mark()
        total = play()
        demo.wait_disconnected(mark)
        self.assertEqual(len(demo.events('viewer', mark, match='^initialized')), 1)
        mark = demo.mark()
        for budget in range(total):
            play(budget)
        demo.wait_disconnected(mark, count=total)
        self.assertEqual(demo.events('viewer', mark, match='^initialized'), [])

    def enter(self, viewer, send):
        self.assertEqual(viewer.take(4), b'\0\0\0\0')
        send(b'\1')
        viewer.read_server_init()

    def test_plain(self):
        demo = self.serve(TLS_PLAIN, 'half-open=1000')

        def talk(viewer, send):
            send(plain(b'fred', b'sesame'))
            self.enter(viewer, send)

        self.cut_everywhere(demo, TLS_PLAIN, talk)

    def test_scram(self):
        """RFC 5802 and 7677, in our own words."""
        demo = self.serve(TLS_SASL, 'half-open=1000')

        def read(viewer):
            data = viewer.take(struct.unpack('>I', viewer.take(4))[0])
            self.assertEqual(data[-1:], b'\0')
            return data[:-1], viewer.take(1)

        def talk(viewer, send):
            self.assertIn(b'SCRAM-SHA-256',
                          viewer.take(struct.unpack('>I', viewer.take(4))[0]).split(b','))
            first = b'n=fred,r=' + base64.b64encode(os.urandom(18))
            send(text(b'SCRAM-SHA-256') + text(b'n,,' + first + b'\0'))
            challenge, complete = read(viewer)
            self.assertEqual(complete, b'\0')
            fields = dict(field.split(b'=', 1) for field in challenge.split(b','))
            salted = hashlib.pbkdf2_hmac('sha256', b'sesame', base64.b64decode(fields[b's']),
                                         int(fields[b'i']))
            final = b'c=biws,r=' + fields[b'r']
            message = first + b',' + challenge + b',' + final
            key = hmac.digest(salted, b'Client Key', 'sha256')
            signature = hmac.digest(hashlib.sha256(key).digest(), message, 'sha256')
            proof = bytes(a ^ b for a, b in zip(key, signature))
            send(text(final + b',p=' + base64.b64encode(proof) + b'\0'))
            verifier = hmac.digest(hmac.digest(salted, b'Server Key', 'sha256'), message, 'sha256')
            self.assertEqual(read(viewer), (b'v=' + base64.b64encode(verifier), b'\1'))
            self.enter(viewer, send)

        self.cut_everywhere(demo, TLS_SASL, talk)


if __name__ == '__main__':
    harness.main()
