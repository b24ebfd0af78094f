# Logins by SASL: gtk-vnc's, and messages that no viewer should send.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
import base64
import os
import socket
import struct

import harness
import rfb
import users
from login import NO_DELAY, PATIENT
from sasl import SaslTest, text


class Logins(SaslTest):
    def test_by_tcp_with_encryption(self):
        self.admitted(self.start('sasl'))

    def test_by_a_unix_socket(self):
        path = os.path.join(self.directory, 'socket')
        demo = self.start('sasl', address='unix:' + path)
        self.admitted(demo, path)
        _, mechanisms = self.choose(demo)
        self.assertEqual(set(mechanisms.split(b',')), {b'DIGEST-MD5', b'SCRAM-SHA-256', b'PLAIN'})

    def test_wrong(self):
        demo = self.start('sasl', NO_DELAY, PATIENT)
        for user, password in (('fred', 'sesam'), ('barney', 'sesame')):
            mark = demo.mark()
            code, lines = self.gvnc(demo.address, user, password)
            self.assertEqual(code, 1, lines)
            self.assertFalse(any(line.startswith('initialized') for line in lines))
            demo.wait_event('log', mark, match='SASL')
        self.admitted(demo)

    def test_guessing_is_counted(self):
        demo = self.start('sasl', NO_DELAY, 'login-failures=1', 'login-ban=86400')
        self.gvnc(demo.address, 'fred', 'sesam')
        code, lines = self.gvnc(demo.address, 'fred', 'sesame')
        self.assertEqual(code, 1, lines)

    def assert_kept_out(self, path):
        """Whoever comes is refused before there is a question of a password."""
        viewer = rfb.Viewer(path)
        self.addCleanup(viewer.close)
        viewer.read_version()
        viewer.send(b'RFB 003.008\n')
        self.assertEqual(viewer.take(1), b'\0')
        self.assertRegex(viewer.read_reason(), 'Too many wrong passwords')

    def test_guessing_at_anothers_password(self):
        """Who has an account does not make up for his guesses at another's by logging in; its owner does."""
        users.add(self.directory, 'bob', b'hush')
        path = os.path.join(self.directory, 'socket')
        demo = self.start('sasl', NO_DELAY, 'login-failures=5', 'login-ban=3600',
                          address='unix:' + path)

        def log_in(user, password):
            viewer, _ = self.choose(demo)
            viewer.send(text(b'PLAIN') + text(b'\0' + user + b'\0' + password + b'\0'))
            viewer.take(struct.unpack('>I', viewer.take(4))[0] + 1)
            result, = struct.unpack('>I', viewer.take(4))
            return viewer.read_reason() if result else None

        for _ in range(2):
            for _ in range(4):
                self.assertRegex(log_in(b'bob', b'guess'), 'Wrong')
            self.assertIsNone(log_in(b'bob', b'hush'))
        for _ in range(4):
            self.assertRegex(log_in(b'bob', b'guess'), 'Wrong')
            self.assertIsNone(log_in(b'fred', b'sesame'))
        self.assertRegex(log_in(b'bob', b'guess'), 'Wrong')
        self.assert_kept_out(path)

    def test_guessing_at_anothers_password_in_ones_own_name(self):
        """SCRAM lets a user ask to act as another: the password that is guessed at is the first one's all the same."""
        users.add(self.directory, 'bob', b'hush')
        path = os.path.join(self.directory, 'socket')
        demo = self.start('sasl', NO_DELAY, 'login-failures=5', 'login-ban=3600',
                          address='unix:' + path)

        def said(viewer):
            data = viewer.take(struct.unpack('>I', viewer.take(4))[0]).rstrip(b'\0')
            return data, viewer.take(1)

        def guess():
            viewer, _ = self.choose(demo)
            act_as = b'n,a=fred,'
            viewer.send(text(b'SCRAM-SHA-256') + text(act_as + b'n=bob,r=nonce\0'))
            challenge, complete = said(viewer)
            self.assertEqual(complete, b'\0')
            nonce = challenge.split(b',')[0]
            self.assertTrue(nonce.startswith(b'r=nonce'), challenge)
            proof = base64.b64encode(bytes(32))
            viewer.send(text(b'c=%s,%s,p=%s\0' % (base64.b64encode(act_as), nonce, proof)))
            said(viewer)
            self.assertEqual(viewer.take(4), b'\0\0\0\1')
            return viewer.read_reason()

        for _ in range(4):
            self.assertRegex(guess(), 'Wrong')
        self.admitted(demo, path)
        self.assertRegex(guess(), 'Wrong')
        self.assert_kept_out(path)

    def test_leaving_before_the_answer(self):
        """It is a guess all the same, and a wrong one, whether SASL is done with it by then or not."""
        path = os.path.join(self.directory, 'socket')
        demo = self.start('sasl', 'login-failures=3', 'login-ban=3600', address='unix:' + path)
        for _ in range(3):
            mark = demo.mark()
            viewer, _ = self.choose(demo)
            viewer.send(text(b'PLAIN') + text(b'\0fred\0guess\0'))
            viewer.socket.shutdown(socket.SHUT_RDWR)
            demo.wait_disconnected(mark)
        self.assert_kept_out(path)

    def test_the_cause_is_told(self):
        """What is wrong with the login, though there is no name of a user to ask SASL for."""
        path = os.path.join(self.directory, 'socket')
        demo = self.start('sasl', NO_DELAY, address='unix:' + path)
        for length, cause in (512, 'user not found'), (513, 'overflowed buffer'), (5000, 'overflowed buffer'):
            viewer, _ = self.choose(demo)
            viewer.send(text(b'PLAIN') + text(b'\0' + b'x' * length + b'\0guess\0'))
            self.assertEqual(viewer.take(5), b'\0\0\0\0\1')
            self.refused(demo, viewer, cause, 'Wrong user name or password')

    def test_nobody_is_authorized_without_a_list(self):
        demo = self.start('sasl', 'sasl-authz=list', NO_DELAY)
        code, lines = self.gvnc(demo.address, 'fred', 'sesame')
        self.assertEqual(code, 1, lines)
        self.assertIn('refused Not authorized', lines)
        demo.wait_event('log', match="user fred: not allowed by sasl-authz 'list'")

    def test_sasl_is_offered_before_passwords(self):
        lines = self.admitted(self.start('sasl', 'password'))
        self.assertIn('offered 20 2', lines)


class Trace(SaslTest):

    def test_no_password_in_it(self):
        """PLAIN says it as it is."""
        path = os.path.join(self.directory, 'socket')
        demo = self.start('sasl', 'sasl-authz=list', NO_DELAY, address='unix:' + path,
                          trace='vnc_*')
        viewer, _ = self.choose(demo)
        viewer.send(text(b'PLAIN') + text(b'\0fred\0sesame\0'))
        self.assertEqual(viewer.take(5), b'\0\0\0\0\1')
        self.refused(demo, viewer, 'not allowed', 'Not authorized')
        demo.sync()
        said = demo.complaints()
        for event in (r'auth_sasl_mech_list viewer=0 mechs=.*PLAIN',
                      'auth_sasl_mech_choose viewer=0 mech=PLAIN\n',
                      'auth_sasl_ssf viewer=0 bits=0\n',
                      'auth_sasl_username viewer=0 name=fred\n',
                      'auth_sasl_acl viewer=0 allow=0\n',
                      'auth_fail viewer=0 method=20 why=.*user fred: not allowed'):
            self.assertRegex(said, 'vnc_' + event)
        self.assertNotIn('sesame', said)


class Nonsense(SaslTest):
    def test_a_mechanism_that_is_not_offered(self):
        demo = self.start('sasl', NO_DELAY, PATIENT)
        for name in (b'PLAIN', b'DIGEST-MD5\0', b'', b'ANONYMOUS'):
            viewer, mechanisms = self.choose(demo)
            self.assertEqual(mechanisms, b'DIGEST-MD5')
            viewer.send(text(name) + text(b''))
            self.refused(demo, viewer, 'not offered')

    def test_too_much(self):
        demo = self.start('sasl', NO_DELAY, PATIENT)
        viewer, _ = self.choose(demo)
        viewer.send(text(b'DIGEST-MD5') + b'\0\x10\0\0')
        self.refused(demo, viewer, 'too long')

    def test_cut_at_every_byte(self):
        demo = self.start('sasl', NO_DELAY, PATIENT)
        message = text(b'DIGEST-MD5') + text(b'') + text(b'nonsense\0')
        for cut in range(len(message)):
            mark = demo.mark()
            viewer, _ = self.choose(demo)
            viewer.send(message[:cut])
            viewer.close()
            demo.wait_disconnected(mark)
        self.admitted(demo)


class Unencrypted(SaslTest):
    MECHANISMS = 'SCRAM-SHA-256 PLAIN'

    def test_nothing_to_offer_over_tcp(self):
        demo = self.start('sasl', NO_DELAY)
        viewer, mechanisms = self.choose(demo)
        self.assertEqual(mechanisms, b'')
        self.refused(demo, viewer, 'no mechanism that encrypts', 'no SASL mechanism')


if __name__ == '__main__':
    harness.main()
