# Logins: passwords, how long a login may take, and how guessers are locked out.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
import os
import socket
import tempfile
import time

import harness
import rfb
from harness import run_demo
from login import NO_DELAY, PATIENT, LoginTest, answer_to


class Password(LoginTest):
    def test_none_is_set(self):
        demo = self.start('password=on', NO_DELAY, PATIENT)
        for password in (b'', b'\0', b'secret'):
            self.refused(demo, password, 'No password has been set')

    def test_right_and_wrong(self):
        demo = self.start('password=on', NO_DELAY, PATIENT)
        demo.command('password secret')
        for minor in (3, 7, 8):
            with self.subTest(minor=minor):
                self.admitted(demo, b'secret', minor=minor)
                self.refused(demo, b'wrong', 'Wrong password', minor=minor)
                self.refused(demo, b'', 'Wrong password', minor=minor)

    def test_empty_is_none(self):
        demo = self.start('password=on', NO_DELAY, PATIENT)
        demo.command('password secret')
        demo.command('password')
        self.refused(demo, b'', 'No password has been set')
        self.refused(demo, b'secret', 'No password has been set')

    def test_a_change_leaves_viewers_alone(self):
        demo = self.start('password=on', NO_DELAY, PATIENT)
        demo.command('password first')
        viewer = self.admitted(demo, b'first')
        demo.command('password second')
        self.refused(demo, b'first', 'Wrong password')
        self.admitted(demo, b'second')
        self.full_update(viewer, demo)

    def test_expiry(self):
        demo = self.start('password=on', NO_DELAY, PATIENT)
        demo.command('password secret')
        demo.command('expire now')
        self.refused(demo, b'secret', 'expired')
        demo.command('expire +3600')
        self.admitted(demo, b'secret')
        demo.command('expire 1000000000')
        self.refused(demo, b'secret', 'expired')
        demo.command('expire never')
        self.admitted(demo, b'secret')

    def test_long_ones(self):
        demo = self.start('password=on', NO_DELAY, PATIENT)
        mark = demo.mark()
        demo.command('password correct horse')
        demo.wait_event('log', mark, match='more than 8 bytes')
        self.admitted(demo, b'correct ')

    def test_without_the_option(self):
        demo = self.start()
        self.assertIn('password=on', demo.try_command('password secret'))
        self.connect_to(demo).handshake()

    def test_only_what_is_offered(self):
        demo = self.start('password=on', NO_DELAY, PATIENT)
        demo.command('password secret')
        for choice in (0, 1, 5, 16, 19, 255):
            viewer = self.connect_to(demo)
            mark = demo.mark()
            viewer.read_version()
            viewer.send(b'RFB 003.008\n')
            self.assertEqual(viewer.take(2), b'\1\2')
            viewer.send(bytes([choice]))
            self.assertEqual(viewer.take(4), b'\0\0\0\1')
            self.assertIn('not offered', viewer.read_reason())
            viewer.wait_closed()
            demo.wait_event('log', mark, match='not offered')

    def test_gone_at_each_byte(self):
        demo = self.start('password=on', NO_DELAY, PATIENT)
        demo.command('password secret')
        for cut in range(16):
            viewer = self.connect_to(demo)
            mark = demo.mark()
            viewer.read_version()
            viewer.send(b'RFB 003.008\n\2')
            viewer.take(2)
            viewer.send(answer_to(viewer.take(16), b'secret')[:cut])
            viewer.close()
            demo.wait_disconnected(mark)
        self.admitted(demo, b'secret')

    def test_in_one_piece(self):
        """The answer cannot come before the challenge; what comes with it is read after."""
        demo = self.start('password=on', NO_DELAY, PATIENT)
        demo.command('password secret')
        viewer = self.connect_to(demo)
        viewer.read_version()
        viewer.send(b'RFB 003.008\n\2')
        viewer.take(2)
        viewer.send(answer_to(viewer.take(16), b'secret') + b'\1')
        self.assertEqual(viewer.take(4), b'\0\0\0\0')
        viewer.read_server_init()
        self.full_update(viewer, demo)


class Secrets(LoginTest):
    def test_a_secret(self):
        demo = self.start('password-secret=pw', NO_DELAY, PATIENT,
                          objects=['secret,id=pw,data=a,,b=c'])
        self.admitted(demo, b'a,b=c')
        self.refused(demo, b'a', 'Wrong password')
        self.assertNotIn('a,b=c', '\n'.join(event.line for event in demo.lines))

    def test_a_file(self):
        temporary = tempfile.TemporaryDirectory(prefix='vnc-wire-')
        self.addCleanup(temporary.cleanup)
        path = os.path.join(temporary.name, 'secret')
        with open(path, 'w', encoding='ascii') as file:
            file.write('c2VjcmV0')
        demo = self.start('password-secret=pw', NO_DELAY, PATIENT,
                          objects=['secret,id=pw,file=%s,format=base64' % path])
        self.admitted(demo, b'secret')

    def test_bad_ones(self):
        address = '127.0.0.1:%d' % harness.free_display()
        for argv, match in (
                ([address + ',password-secret=none'], 'password-secret.*none.*no such secret'),
                (['--object', 'secret,id=pw,data=x', address + ',password=on,password-secret=pw'],
                 'password-secret.*password'),
                (['--object', 'secret,id=pw', address], 'data= or file='),
                (['--object', 'secret,data=x', address], 'id='),
                (['--object', 'secret,id=pw,data=x,colour=red', address], 'colour'),
                (['--object', 'secret,id=pw,data=x,format=hex', address], 'raw or base64'),
                (['--object', 'secret,id=pw,file=/nonexistent', address], '/nonexistent'),
                (['--object', 'iothread,id=io', address], 'secret')):
            status, out, err = run_demo(*argv)
            self.assertEqual((status, out), (1, ''), err)
            self.assertRegex(err, match)


class ViewOnly(LoginTest):
    def types(self, demo, viewer):
        mark = demo.mark()
        viewer.key(True, 0x61)
        viewer.key(False, 0x61)
        viewer.pointer(1, 5, 5)
        viewer.pointer(0, 5, 5)
        self.full_update(viewer, demo)
        demo.sync()
        return bool(demo.events('key', mark)), bool(demo.events('pointer', mark))

    def test_a_password_to_look(self):
        demo = self.start('password=on', 'view-only-password-secret=look', NO_DELAY, PATIENT,
                          objects=['secret,id=look,data=look'])
        demo.command('password touch')
        self.assertEqual(self.types(demo, self.admitted(demo, b'touch')), (True, True))
        self.assertEqual(self.types(demo, self.admitted(demo, b'look')), (False, False))
        self.refused(demo, b'neither', 'Wrong password')

    def test_opened_for_all_again(self):
        """Whose password is for looking may not do more when others may."""
        objects = 'secret,id=full,data=full', 'secret,id=look,data=look'
        options = 'password-secret=full', 'view-only-password-secret=look', NO_DELAY
        demo = self.start(*options, 'view-only=on', objects=objects)
        looking, full = self.admitted(demo, b'look'), self.admitted(demo, b'full')
        self.assertEqual(self.types(demo, full), (False, False))
        host, port = demo.address
        demo.command(','.join(('open %s:%d' % (host, port - 5900),) + options))
        self.assertEqual(self.types(demo, looking), (False, False))
        self.assertEqual(self.types(demo, full), (True, True))

    def test_excludes_nobody(self):
        """Whoever may only look is not alone, and keeps nobody out, though it asks for that."""
        demo = self.start('password=on', 'view-only-password-secret=look', NO_DELAY, PATIENT,
                          objects=['secret,id=look,data=look'])
        demo.command('password touch')
        operator = self.admitted(demo, b'touch')
        mark = demo.mark()
        watcher, _ = self.log_in(demo, b'look')
        watcher.client_init(shared=False)
        self.full_update(watcher, demo)
        self.full_update(operator, demo)
        self.full_update(self.admitted(demo, b'touch'), demo)
        self.full_update(watcher, demo)
        self.assertEqual(demo.events('log', mark), [])
        # It shares: an operator that is alone has it go, and keeps it out.
        alone, _ = self.log_in(demo, b'touch')
        alone.client_init(shared=False)
        watcher.wait_closed()
        late, _ = self.log_in(demo, b'look')
        late.send(b'\0')
        late.wait_closed()
        self.full_update(alone, demo)

    def test_all(self):
        demo = self.start('view-only=on')
        viewer = self.connect_to(demo)
        viewer.handshake()
        self.assertEqual(self.types(demo, viewer), (False, False))


class Limits(LoginTest):
    def test_time(self):
        demo = self.start('password=on', 'login-timeout=1')
        demo.command('password secret')
        for sent in (b'', b'RFB 003', b'RFB 003.008\n'):
            viewer = self.connect_to(demo)
            mark = demo.mark()
            viewer.send(sent)
            viewer.wait_closed()
            demo.wait_event('log', mark, match='login-timeout')
        viewer = self.connect_to(demo)
        mark = demo.mark()
        viewer.read_version()
        viewer.send(b'RFB 003.008\n\2')
        viewer.take(2 + 16)
        self.assertEqual(viewer.take(4), b'\0\0\0\1')
        self.assertIn('too long', viewer.read_reason())
        viewer.wait_closed()
        demo.wait_event('log', mark, match='too long')

    def test_guessers(self):
        demo = self.start('password=on', NO_DELAY, 'login-failures=3', 'login-ban=3600')
        demo.command('password secret')
        for _ in range(2):
            self.refused(demo, b'guess', 'Wrong password')
        self.admitted(demo, b'secret')  # forgives
        for _ in range(3):
            self.refused(demo, b'guess', 'Wrong password')
        viewer = self.connect_to(demo)
        mark = demo.mark()
        viewer.read_version()
        viewer.send(b'RFB 003.008\n')
        self.assertEqual(viewer.take(1), b'\0')
        self.assertIn('Too many wrong passwords', viewer.read_reason())
        viewer.wait_closed()
        demo.wait_event('log', mark, match='Too many wrong passwords')

    def test_half_open(self):
        demo = self.start('half-open=3')
        mark = demo.mark()
        viewers = [self.connect_to(demo) for _ in range(4)]
        demo.wait_disconnected(mark)
        demo.sync()
        self.assertEqual(len(demo.events('log', mark, 'too many connections')), 1)
        # Not the one that has just come.
        viewers[3].handshake()
        self.full_update(viewers[3], demo)

    def test_half_open_while_one_types(self):
        """Strangers at the same address, and at others, take all places again and again: whoever is asked for a
        password keeps his."""
        demo = self.start('password=on', NO_DELAY, 'half-open=8')
        demo.command('password secret')
        for sources in (['127.0.0.1'], ['127.0.1.%d' % i for i in range(1, 50)]):
            person = self.connect_to(demo)
            person.read_version()
            person.send(b'RFB 003.008\n\2')
            person.take(2)
            challenge = person.take(16)
            mark = demo.mark()
            for i in range(100):
                stranger = socket.socket()
                self.addCleanup(stranger.close)
                stranger.bind((sources[i % len(sources)], 0))
                stranger.connect(demo.address)
            demo.wait_disconnected(mark, 90)
            person.send(answer_to(challenge, b'secret'))
            self.assertEqual(person.take(4), b'\0\0\0\0')
            person.client_init()
            self.full_update(person, demo)

    def test_half_open_of_one_address(self):
        """It has no more than three quarters of the places."""
        demo = self.start('half-open=8')
        other = socket.socket()
        self.addCleanup(other.close)
        other.bind(('127.0.0.2', 0))
        other.connect(demo.address)
        mark = demo.mark()
        for _ in range(6):
            self.connect_to(demo)
        demo.sync()
        self.assertEqual(demo.events('log', mark), [])
        self.connect_to(demo)
        demo.wait_event('log', mark, r'127\.0\.0\.1:.*too many connections')

    def test_bytes(self):
        """Held, not sent: a login as a whole may be longer."""
        for most in (15, 16):
            demo = self.start('password=on', NO_DELAY, PATIENT, 'login-bytes=%d' % most)
            demo.command('password secret')
            viewer = self.connect_to(demo)
            mark = demo.mark()
            viewer.read_version()
            viewer.send(b'RFB 003.008\n')
            viewer.take(2)
            viewer.send(b'\2')
            # It is of no use before all its 16 bytes are there.
            viewer.send(answer_to(viewer.take(16), b'secret'))
            if most < 16:
                viewer.wait_closed()
                demo.wait_event('log', mark, 'login-bytes')
                continue
            viewer.send(b'\1')
            self.assertEqual(viewer.take(4), b'\0\0\0\0')
            viewer.read_server_init()
            viewer.cut_text(b'x' * 100000)
            self.full_update(viewer, demo)
            self.assertEqual(demo.events('log', mark), [])

    def test_idle(self):
        demo = self.start('idle-timeout=1', PATIENT)
        viewer = self.connect_to(demo).handshake()
        mark = demo.mark()
        # Requests are not somebody's doing.
        with self.assertRaises(rfb.Closed):
            while True:
                viewer.request(incremental=False)
                viewer.read_update()
        demo.wait_event('log', mark, 'idle-timeout')
        demo.sync()
        self.assertEqual(len(demo.events('log', mark, 'idle-timeout')), 1)

    def test_peer_timeout(self):
        """Who takes nothing is dropped; who has nothing to say is not."""
        demo = self.start('peer-timeout=1', PATIENT)
        quiet = self.connect_to(demo).handshake()
        mark = demo.mark()
        deaf = demo.viewer(receive_buffer=4096)
        self.addCleanup(deaf.close)
        deaf.set_encodings(rfb.RAW)
        deaf.request(incremental=False)
        demo.wait_disconnected(mark)
        self.full_update(quiet, demo)

    def test_not_idle(self):
        """A key counts from when it comes."""
        demo = self.start('idle-timeout=1', PATIENT)
        keys = []
        while not keys:
            viewer = self.connect_to(demo).handshake()
            mark = demo.mark()
            time.sleep(0.5)  # so that without the key it would end earlier than below
            before = time.monotonic()
            try:
                viewer.key(True, 0x61)
            except rfb.Closed:
                pass
            demo.sync()
            keys = demo.events('key', mark, '^down')  # none if this machine was too slow
        viewer.wait_closed()
        self.assertGreaterEqual(time.monotonic() - before, 1)

    def test_a_refusal_is_late(self):
        """While it is held back others are served, and the guesser may go."""
        demo = self.start('password=on', 'login-delay-ms=60000', PATIENT)
        demo.command('password secret')
        viewer = self.connect_to(demo)
        viewer.read_version()
        viewer.send(b'RFB 003.008\n\2')
        viewer.take(2)
        viewer.send(answer_to(viewer.take(16), b'guess'))
        self.admitted(demo, b'secret')
        demo.sync()
        viewer.socket.setblocking(False)
        with self.assertRaises(BlockingIOError):
            viewer.socket.recv(1)


if __name__ == '__main__':
    harness.main()
