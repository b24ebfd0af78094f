# The handshake: versions, security types, cuts and splits at every byte, ServerInit.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
import struct

import harness
import rfb

GREETING = b'RFB 003.008\n'


def speech(minor, shared=1):
    """All that a viewer says up to ClientInit."""
    choice = b'' if minor in (3, 4, 5) else b'\1'
    return b'RFB 003.%03d\n' % minor + choice + bytes([shared])


def answer_before_server_init(minor):
    if minor in (3, 4, 5):
        return struct.pack('>I', 1)
    return b'\1\1' + (b'\0\0\0\0' if minor >= 8 else b'')


class Versions(harness.WireTest):
    SHARED_DEMO = True
    DEMO_OPTIONS = ('log-lines=0',)

    def test_each_known_version_is_served(self):
        for minor in (3, 4, 5, 7, 8):
            with self.subTest(minor=minor):
                viewer = self.viewer(minor)
                self.assertEqual((viewer.fb.width, viewer.fb.height), (320, 240))
                self.full_update(viewer)

    def test_a_viewer_that_says_it_all_at_once_is_served(self):
        for minor in (3, 7, 8):
            with self.subTest(minor=minor):
                viewer = self.connect()
                viewer.send(speech(minor) + rfb.pack_request(False))
                self.assertEqual(viewer.take(12), GREETING)
                expected = answer_before_server_init(minor)
                self.assertEqual(viewer.take(len(expected)), expected)
                viewer.read_server_init()
                viewer.read_update()
                self.full_update(viewer)

    def test_split_at_every_byte(self):
        for minor in (3, 7, 8):
            words = speech(minor) + rfb.pack_request(False)
            for cut in range(1, len(words)):
                with self.subTest(minor=minor, cut=cut), rfb.Viewer(self.demo.address) as viewer:
                    viewer.send(words[:cut])
                    self.demo.sync()
                    viewer.send(words[cut:])
                    self.assertEqual(viewer.take(12), GREETING)
                    expected = answer_before_server_init(minor)
                    self.assertEqual(viewer.take(len(expected)), expected)
                    viewer.read_server_init()
                    viewer.read_update()

    def test_byte_by_byte(self):
        for minor in (3, 7, 8):
            with self.subTest(minor=minor):
                viewer = self.connect()
                for byte in speech(minor) + rfb.pack_request(False):
                    viewer.send(bytes([byte]))
                    self.demo.ping()
                viewer.take(12 + len(answer_before_server_init(minor)))
                viewer.read_server_init()
                viewer.read_update()

    def test_refused_versions(self):
        """Each is told why, in the form of its version, and dropped with one log line."""
        witness = self.viewer()
        for version, form in ((b'003.000', 3), (b'003.002', 3), (b'002.000', 3), (b'000.000', 3),
                              (b'003.006', 3), (b'003.009', 8), (b'003.889', 8), (b'004.000', 8),
                              (b'004.001', 8), (b'999.999', 8)):
            with self.subTest(version=version):
                mark = self.demo.mark()
                viewer = self.connect()
                viewer.send(b'RFB ' + version + b'\n')
                self.assertEqual(viewer.take(12), GREETING)
                said = viewer.read_to_end()
                zero = 4 if form == 3 else 1
                self.assertEqual(said[:zero], bytes(zero))
                length, = struct.unpack('>I', said[zero:zero + 4])
                reason = said[zero + 4:]
                self.assertEqual(len(reason), length)
                self.assertGreater(length, 10)
                self.assertNotIn(b'\0', reason)
                self.assert_dropped(viewer, mark)
        self.full_update(witness)

    def test_garbage_instead_of_a_version(self):
        for words in (b'GET / HTTP/1.1\r\nHost: x\r\n\r\n', b'RFB 003.008\r', b'rfb 003.008\n',
                      b'RFB 3.8.....', b'\0' * 12, b'\xff' * 12, b'RFB -03.008\n', b'RFB  03.008\n',
                      b'\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\x00'):
            with self.subTest(words=words):
                mark = self.demo.mark()
                viewer = self.connect()
                viewer.send(words)
                self.assert_dropped(viewer, mark)

    def test_wrong_security_type(self):
        witness = self.viewer()
        for minor in (7, 8):
            for kind in (0, 2, 5, 16, 18, 19, 20, 30, 255):
                with self.subTest(minor=minor, kind=kind):
                    mark = self.demo.mark()
                    viewer = self.connect()
                    viewer.read_version()
                    viewer.send(b'RFB 003.%03d\n' % minor)
                    self.assertEqual(viewer.take(2), b'\1\1')
                    viewer.send(bytes([kind]))
                    said = viewer.read_to_end()
                    self.assertEqual(said[:4], b'\0\0\0\1')
                    if minor == 7:
                        self.assertEqual(said[4:], b'')
                    else:
                        length, = struct.unpack('>I', said[4:8])
                        self.assertEqual(len(said), 8 + length)
                        self.assertNotIn(b'\0', said[8:])
                    self.assert_dropped(viewer, mark)
        self.full_update(witness)


class Cuts(harness.WireTest):
    """A connection that ends at any byte."""
    SHARED_DEMO = True
    DEMO_OPTIONS = ('log-lines=0',)

    def cut(self, words, at):
        """Leave after @at bytes of @words; returns the log lines about it."""
        mark = self.demo.mark()
        with rfb.Viewer(self.demo.address) as viewer:
            viewer.send(words[:at])
            self.demo.sync()
            viewer.say_no_more()
        self.demo.wait_disconnected(mark)
        self.demo.sync()
        return self.demo.events('log', mark)

    def test_cut_at_every_byte(self):
        witness = self.viewer()
        for minor in (3, 8):
            words = speech(minor)
            for at in range(len(words)):
                with self.subTest(minor=minor, at=at):
                    logs = self.cut(words, at)
                    # who never said a word may be a port scan, and is not worth a line
                    self.assertEqual(len(logs), 1) if at else self.assertLessEqual(len(logs), 1)
        self.full_update(witness)

    def test_cut_in_every_message(self):
        witness = self.viewer()
        start = speech(8)
        for message in (b'\0\0\0\0' + rfb.RGB565.pack(), rfb.pack_encodings([0, 7, -223]),
                        rfb.pack_request(True), struct.pack('>BBxxI', 4, 1, 97),
                        struct.pack('>BBHH', 5, 0, 1, 1), struct.pack('>BxxxI', 6, 5) + b'hello',
                        rfb.pack_set_desktop_size(10, 10, [(0, 0, 0, None, None, 0)])):
            for at in range(1, len(message)):
                with self.subTest(message=message[0], at=at):
                    self.assertEqual(len(self.cut(start + message, len(start) + at)), 1)
        self.full_update(witness)

    def test_leaving_between_messages_is_no_fault(self):
        self.assertEqual(self.cut(speech(8), len(speech(8))), [])
        request = speech(8) + rfb.pack_request(False)
        self.assertEqual(self.cut(request, len(request)), [])

    def test_reset(self):
        """A connection that is torn down, at every byte."""
        witness = self.viewer()
        words = speech(8) + rfb.pack_request(False)
        for at in range(len(words) + 1):
            with self.subTest(at=at):
                mark = self.demo.mark()
                viewer = rfb.Viewer(self.demo.address)
                viewer.send(words[:at])
                self.demo.sync()
                viewer.socket.setsockopt(rfb.socket.SOL_SOCKET, rfb.socket.SO_LINGER,
                                         struct.pack('ii', 1, 0))
                viewer.close()
                self.demo.wait_disconnected(mark)
                self.demo.sync()
                self.assertLessEqual(len(self.demo.events('log', mark)), 1)
        self.full_update(witness)


class ServerInit(harness.WireTest):
    def setUp(self):
        pass

    def test_size_is_exact(self):
        for width, height in ((1, 1), (17, 3), (16, 16), (15, 17), (1366, 768), (641, 2),
                              (8192, 1), (1, 8192)):
            with self.subTest(width=width, height=height):
                self.demo = self.start(size='%dx%d' % (width, height))
                viewer = self.viewer()
                self.assertEqual((viewer.fb.width, viewer.fb.height), (width, height))
                self.full_update(viewer)

    def test_pixel_format_is_native(self):
        self.demo = self.start()
        self.assertEqual(self.viewer().format, rfb.RGB888)

    def test_name(self):
        self.demo = self.start()
        for name in ('a guest', 'Gäst ☃'):
            self.demo.command('name ' + name)
            self.assertEqual(self.viewer().name_of_desktop, name)


if __name__ == '__main__':
    harness.main()
