# RSA-AES: logins and sessions by a viewer whose RSA and AES are not the server's.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
import hashlib
import os
import struct
import tempfile
import unittest

from Cryptodome.Cipher import AES, PKCS1_v1_5
from Cryptodome.PublicKey import RSA

import harness
import rfb
from harness import free_display, run_demo
from sasl import SaslTest

RA2, RA2NE, RA2_256, RA2NE_256 = 5, 6, 129, 130
TYPES = (RA2_256, RA2, RA2NE_256, RA2NE)
OFFER = bytes([len(TYPES) + 1, *TYPES, 2])
PASSWORD = 'längër than eight bytes'.encode()
OPTIONS = ('password-secret=pw', 'view-only-password-secret=look', 'login-delay-ms=0',
           'login-failures=0')
OBJECTS = ('secret,id=pw,data=' + PASSWORD.decode(), 'secret,id=look,data=only for looking')

OWN_KEY = RSA.generate(1024)
SERVER_KEY = RSA.generate(2048)


class Messages:
    """One direction."""

    def __init__(self, key):
        self.key = key
        self.count = 0

    def cipher(self, header):
        cipher = AES.new(self.key, AES.MODE_EAX, nonce=self.count.to_bytes(16, 'little'))
        cipher.update(header)
        self.count += 1
        return cipher

    def seal(self, data):
        header = struct.pack('>H', len(data))
        return header + b''.join(self.cipher(header).encrypt_and_digest(data))

    def open(self, header, text, tag):
        return self.cipher(header).decrypt_and_verify(text, tag)


def public(key):
    size = (key.n.bit_length() + 7) // 8
    return (struct.pack('>I', key.n.bit_length()) + key.n.to_bytes(size, 'big') +
            key.e.to_bytes(size, 'big'))


class RsaViewer(rfb.Viewer):
    """A viewer that does encrypt, once it has logged in by RA2."""

    encrypts = False
    subtype = b'\2'

    def send(self, data):
        while self.encrypts and data:
            super().send(self.sends.seal(data[:5000]))
            data = data[5000:]
        super().send(data)

    def take_raw(self, n):
        while len(self.raw) < n:
            plain, self.input = self.input, self.raw
            try:
                super()._fill()
            finally:
                self.input = plain
        data = bytes(self.raw[:n])
        del self.raw[:n]
        return data

    def _fill(self):
        if not self.encrypts:
            super()._fill()
            return
        header = self.take_raw(2)
        length, = struct.unpack('>H', header)
        self.input += self.receives.open(header, self.take_raw(length), self.take_raw(16))

    def read_sealed(self):
        header = self.take(2)
        length, = struct.unpack('>H', header)
        return self.receives.open(header, self.take(length), self.take(16))

    def agree(self, kind):
        """To the point where the password is asked for."""
        random_len, make_hash = (32, hashlib.sha256) if kind > 128 else (16, hashlib.sha1)
        if self.take(len(public(SERVER_KEY))) != public(SERVER_KEY):
            raise rfb.ProtocolError('another key')
        ours = os.urandom(random_len)
        encrypted = PKCS1_v1_5.new(SERVER_KEY).encrypt(ours)
        self.send(public(OWN_KEY) + struct.pack('>H', len(encrypted)) + encrypted)
        if self.take(2) != struct.pack('>H', 128):
            raise rfb.ProtocolError('the length of a random number')
        theirs = PKCS1_v1_5.new(OWN_KEY).decrypt(self.take(128), b'')
        if len(theirs) != random_len:
            raise rfb.ProtocolError('a random number of %d bytes' % len(theirs))
        self.sends = Messages(make_hash(theirs + ours).digest()[:random_len])
        self.receives = Messages(make_hash(ours + theirs).digest()[:random_len])
        self.send(self.sends.seal(make_hash(public(OWN_KEY) + public(SERVER_KEY)).digest()))
        if self.read_sealed() != make_hash(public(SERVER_KEY) + public(OWN_KEY)).digest():
            raise rfb.ProtocolError('another hash')
        if self.read_sealed() != self.subtype:
            raise rfb.ProtocolError('not the subtype %d' % self.subtype[0])

    def tell(self, kind, password, more=b'', user=b''):
        self.send(self.sends.seal(bytes([len(user)]) + user +
                                  bytes([len(password)]) + password) + more)
        self.encrypts = kind in (RA2, RA2_256)
        self.raw = bytearray()

    def begin(self, kind, minor=8, offer=OFFER):
        self.read_version()
        self.send(b'RFB 003.%03d\n' % minor)
        if self.take(len(offer)) != offer:
            raise rfb.ProtocolError('another offer')
        self.send(bytes([kind]))


class RsaTest(harness.WireTest):
    @classmethod
    def setUpClass(cls):
        _, _, said = run_demo('127.0.0.1:%d,rsa-key=/nonexistent' % free_display())
        if 'this build lacks' in said:
            raise unittest.SkipTest('built without RSA-AES')
        temporary = tempfile.TemporaryDirectory(prefix='vnc-wire-')
        cls.addClassCleanup(temporary.cleanup)
        cls.file = os.path.join(temporary.name, 'rsa-key.pem')
        with open(cls.file, 'wb') as file:
            file.write(SERVER_KEY.export_key(pkcs=8))

    def setUp(self):
        self.demo = self.start('rsa-key=' + self.file, *OPTIONS, objects=OBJECTS)

    def new_viewer(self):
        viewer = RsaViewer(self.demo.address)
        self.addCleanup(viewer.close)
        return viewer

    def log_in(self, kind, password=PASSWORD, minor=8):
        """The viewer, and None or why it is not let in."""
        viewer = self.new_viewer()
        viewer.begin(kind, minor)
        viewer.agree(kind)
        viewer.tell(kind, password)
        result, = struct.unpack('>I', viewer.take(4))
        if result == 0:
            viewer.client_init()
            return viewer, None
        self.assertEqual(result, 1)
        reason = viewer.read_reason() if minor >= 8 else True
        viewer.wait_closed()
        return viewer, reason

    def types_a_key(self, viewer):
        """Whether it reaches the host."""
        mark = self.demo.mark()
        viewer.key(True, 0x61)
        viewer.key(False, 0x61)
        self.full_update(viewer)
        self.demo.sync()
        return bool(self.demo.events('key', mark))


class Sessions(RsaTest):
    def test_pictures(self):
        for kind in TYPES:
            for minor in (7, 8):
                with self.subTest(kind=kind, minor=minor):
                    viewer, reason = self.log_in(kind, minor=minor)
                    self.assertIsNone(reason)
                    self.full_update(viewer)
                    for encoding in (rfb.RAW, rfb.TIGHT, rfb.ZRLE):
                        viewer.set_encodings(encoding)
                        self.demo.command('paint %d' % (kind + encoding))
                        self.full_update(viewer)
                    self.assertTrue(self.types_a_key(viewer))

    def test_much_at_once(self):
        """More than one write takes."""
        viewer, _ = self.log_in(RA2_256)
        viewer.set_encodings(rfb.RAW, rfb.DESKTOP_SIZE)
        self.demo.command('size 1366 768')
        self.demo.command('paint 7')
        self.full_update(viewer)
        self.assertGreater(viewer.receives.count, 400)

    def test_two_at_a_time(self):
        viewers = [self.log_in(kind)[0] for kind in TYPES]
        self.demo.command('paint 9')
        for viewer in viewers:
            self.full_update(viewer)

    def test_forged(self):
        viewer, _ = self.log_in(RA2)
        mark = self.demo.mark()
        message = bytearray(viewer.sends.seal(rfb.pack_request(False, 0, 0, 1, 1)))
        message[-1] ^= 1
        viewer.encrypts = False
        viewer.send(message)
        self.assert_dropped(viewer, mark, 'not authentic')


class Passwords(RsaTest):
    def test_wrong(self):
        for kind in TYPES:
            for given in (b'', PASSWORD[:8], PASSWORD + b' ', b'x' * 255):
                with self.subTest(kind=kind, given=given):
                    mark = self.demo.mark()
                    self.assertEqual(self.log_in(kind, given)[1], 'Wrong password')
                    self.demo.wait_event('log', mark, match='Wrong password')
            self.assertEqual(self.log_in(kind, b'x', minor=7)[1], True)

    def test_looking(self):
        for kind in TYPES:
            viewer, reason = self.log_in(kind, b'only for looking')
            self.assertIsNone(reason)
            self.assertFalse(self.types_a_key(viewer))

    def test_guessers(self):
        self.demo = self.start('rsa-key=' + self.file, 'login-failures=2', 'login-ban=3600',
                               *OPTIONS[:3], objects=OBJECTS)
        for kind in (RA2_256, RA2NE):
            self.assertEqual(self.log_in(kind, b'guess')[1], 'Wrong password')
        viewer = self.new_viewer()
        viewer.read_version()
        viewer.send(b'RFB 003.008\n')
        self.assertEqual(viewer.take(1), b'\0')
        self.assertIn('Too many wrong passwords', viewer.read_reason())

    def test_in_one_piece(self):
        """What comes with the password is not encrypted, and so is not taken where all is to be."""
        for kind in TYPES:
            with self.subTest(kind=kind):
                viewer = self.new_viewer()
                mark = self.demo.mark()
                viewer.begin(kind)
                viewer.agree(kind)
                viewer.tell(kind, PASSWORD, b'\1')
                if viewer.encrypts:
                    self.assert_dropped(viewer, mark, 'before the encryption')
                else:
                    self.assertEqual(viewer.take(4), b'\0\0\0\0')
                    viewer.read_server_init()


class Options(RsaTest):
    def test_info(self):
        mark = self.demo.mark()
        self.demo.command('info')
        self.assertEqual(self.demo.wait_event('info', mark, match='^auth').words[1], 'ra2')
        log = self.demo.wait_event('log', match='fingerprint')
        digest = hashlib.sha1(public(SERVER_KEY)).digest()
        self.assertTrue(log.text.endswith(digest[:8].hex('-')), log)

    def test_old_viewers(self):
        """RFB 3.3 has one word for it: VNC authentication."""
        viewer = self.new_viewer()
        viewer.read_version()
        viewer.send(b'RFB 003.003\n')
        self.assertEqual(viewer.take(4), b'\0\0\0\2')

    def test_without_vnc_auth(self):
        """The password is known, and of no use in the clear."""
        self.demo = self.start('rsa-key=' + self.file, 'vnc-auth=off', 'password')
        self.demo.command('password ' + PASSWORD.decode())
        offer = bytes([len(TYPES), *TYPES])
        for kind in TYPES:
            viewer = self.new_viewer()
            viewer.begin(kind, offer=offer)
            viewer.agree(kind)
            viewer.tell(kind, PASSWORD)
            self.assertEqual(viewer.take(4), b'\0\0\0\0')
            viewer.client_init()
            self.full_update(viewer)
        for kind in (1, 2):
            viewer = self.new_viewer()
            mark = self.demo.mark()
            viewer.begin(kind, offer=offer)
            self.demo.wait_event('log', mark, match='security type %d' % kind)
            self.assertEqual(viewer.take(4), b'\0\0\0\1')
        viewer = self.new_viewer()
        viewer.read_version()
        viewer.send(b'RFB 003.003\n')
        self.assertEqual(viewer.take(4), b'\0\0\0\0')
        # Nothing to warn of: all bytes of it count.
        self.assertEqual(self.demo.events('log', match='more than 8 bytes'), [])

    def test_bad_ones(self):
        address = '127.0.0.1:%d' % free_display()
        for options, match in ((',rsa-key=/nonexistent,password=on', "rsa-key.*/nonexistent"),
                               (',rsa-key=%s,password=on' % __file__, 'rsa-key.*PEM'),
                               (',rsa-key=,password=on', 'rsa-key'),
                               (',rsa-key=' + self.file, "rsa-key.*needs.*'password'"),
                               (',password=on,vnc-auth=off', "vnc-auth.*needs 'rsa-key'"),
                               (',password=on,tls-creds=tls,vnc-auth=off,rsa-key=' + self.file,
                                "vnc-auth.*'tls-creds'")):
            status, out, said = run_demo(address + options)
            self.assertEqual((status, out), (1, ''), said)
            self.assertRegex(said, match)


class Users(RsaTest, SaslTest):
    """Names and passwords, by plain=on."""

    def setUp(self):
        status, _, said = run_demo('127.0.0.1:%d,sasl,rsa-key=/nonexistent' % free_display())
        if 'no SASL' in said:
            self.skipTest('built without SASL')
        SaslTest.setUp(self)
        self.demo = self.serve()

    def serve(self, *options, **keywords):
        return self.start('rsa-key=' + self.file, 'plain', 'login-delay-ms=0', 'login-failures=0',
                          *options, **keywords)

    def ask(self, kind, user, password, offer=bytes([4, *TYPES])):
        """None, or why it is not let in."""
        viewer = self.new_viewer()
        viewer.subtype = b'\1'
        viewer.begin(kind, offer=offer)
        viewer.agree(kind)
        viewer.tell(kind, password, user=user)
        result, = struct.unpack('>I', viewer.take(4))
        if result:
            reason = viewer.read_reason()
            viewer.wait_closed()
            return reason
        viewer.client_init()
        self.full_update(viewer)
        return None

    def test_right_and_wrong(self):
        for kind in TYPES:
            with self.subTest(kind):
                self.assertIsNone(self.ask(kind, b'fred', b'sesame'))
                for user, password in ((b'fred', b'open-says-me'), (b'fred', b''),
                                       (b'barney', b'sesame'), (b'', b'sesame'),
                                       (b'fred\0', b'sesame'), (b'fred', b'sesame\0')):
                    mark = self.demo.mark()
                    self.assertEqual(self.ask(kind, user, password), 'Wrong user name or password')
                    self.demo.wait_disconnected(mark)
                    self.demo.sync()
                    logs = self.demo.events('log', mark)
                    self.assertEqual(len(logs), 1, logs)
                    self.assertRegex(logs[0].text, r'127\.0\.0\.1:\d+')
                    # Guessers are counted, and so is who comes in between.
                    self.assertIsNone(self.ask(kind, b'fred', b'sesame'))
        said = '\n'.join(event.line for event in self.demo.lines) + self.demo.complaints()
        for secret in ('sesame', 'open-says-me'):
            self.assertNotIn(secret, said)

    def test_authorization(self):
        self.demo = self.serve('sasl-authz=users', objects=['authz-simple,id=users,identity=fred'])
        for kind in (RA2_256, RA2NE):
            self.demo.command('object authz-simple,id=users,identity=fred')
            self.assertIsNone(self.ask(kind, b'fred', b'sesame'))
            self.demo.command('forget users')
            self.assertEqual(self.ask(kind, b'fred', b'sesame'), 'Not authorized')
            self.demo.wait_event('log', match="user fred: not allowed by sasl-authz 'users'")

    def test_with_a_password_too(self):
        """Then names are asked for here, and the password by VNC authentication."""
        self.demo = self.serve('password')
        self.demo.command('password ' + PASSWORD[-8:].decode())
        self.assertIsNone(self.ask(RA2_256, b'fred', b'sesame', OFFER))
        self.assertEqual(self.ask(RA2, b'', PASSWORD[-8:], OFFER), 'Wrong user name or password')

    def test_nobody_gets_in_without(self):
        """No version and no choice of a viewer's leads to None."""
        for version, offer in ((b'RFB 003.003\n', b'\0\0\0\0'), (b'RFB 003.007\n', b'\4'),
                               (b'RFB 003.008\n', b'\4')):
            viewer = self.new_viewer()
            viewer.read_version()
            viewer.send(version)
            self.assertEqual(viewer.take(len(offer)), offer)
            if len(offer) == 1:
                self.assertEqual(viewer.take(4), bytes(TYPES))
                mark = self.demo.mark()
                viewer.send(b'\1\1')
                self.demo.wait_event('log', mark, match='security type 1')
            else:
                viewer.read_reason()
            viewer.wait_closed()

    def test_plain_alone(self):
        status, _, said = run_demo('127.0.0.1:%d,plain' % free_display())
        self.assertEqual(status, 1)
        self.assertRegex(said, "'plain'.*'tls-creds' or 'rsa-key'")


class Missing(harness.WireTest):
    def setUp(self):
        pass

    def test_missing(self):
        """Refused with its name in any case: for what it lacks, or for what it names."""
        status, out, said = run_demo('127.0.0.1:%d,password=on,rsa-key=/nonexistent'
                                     % free_display())
        self.assertEqual((status, out), (1, ''), said)
        self.assertRegex(said, "rsa-key.*(this build lacks|No such file)")


if __name__ == '__main__':
    harness.main()
