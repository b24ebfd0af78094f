# No output to a viewer comes from uninitialised memory: vnc-demo in valgrind, which checks all that
# goes into the socket.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
import struct

import harness
import rfb
import websocket
from pictures import AREAS, draw

# What it finds goes to stderr, and by the exit code to Demo.quit(). Leaks are AddressSanitizer's business.
harness.WRAPPER = ('valgrind', '--quiet', '--error-exitcode=99', '--leak-check=no',
                   '--fair-sched=yes')
TIGHT_PNG = -260
FORMATS = (rfb.RGB888, rfb.RGB888_BE, rfb.RGB101010, rfb.RGB565, rfb.RGB222, rfb.COLOUR_MAP)


class Watched(harness.WireTest):
    SHARED_DEMO = True

    def tearDown(self):
        self.demo.sync()
        self.assertEqual(self.demo.complaints(), '')


class Encodings(Watched):
    DEMO_OPTIONS = ('lossy=on',)
    DEMO_ARGUMENTS = {'size': '163x141'}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        draw(cls.shared)

    def converse(self, encoding, *others):
        """The whole picture, then parts of it, in each pixel format."""
        viewer = self.viewer()
        viewer.set_encodings(encoding, *others)
        for fmt in FORMATS:
            viewer.set_pixel_format(fmt)
            viewer.colour_map = None
            for area in ((0, 0, 65535, 65535),) + AREAS:
                viewer.request(False, *area)
                update = viewer.read_update()
                self.assertEqual({r.encoding for r in update.pixel_rects()}, {encoding})

    def test_raw(self):
        self.converse(rfb.RAW)

    def test_rre(self):
        self.converse(rfb.RRE)

    def test_hextile(self):
        self.converse(rfb.HEXTILE)

    def test_trle(self):
        self.converse(rfb.TRLE)

    def test_zlib(self):
        for level in 1, 6:
            self.converse(rfb.ZLIB, rfb.compress_level(level))

    def test_zrle(self):
        for level in 1, 6:
            self.converse(rfb.ZRLE, rfb.compress_level(level))

    def test_zywrle(self):
        viewer = self.viewer()
        for level in 1, 5, 8:
            viewer.set_encodings(rfb.ZYWRLE, rfb.quality_level(level))
            viewer.request(False)
            self.skip_update(viewer)

    def test_tight(self):
        for level in 1, 6:
            self.converse(rfb.TIGHT, rfb.compress_level(level))

    def test_tight_with_loss(self):
        for level in 1, 5, 9:
            self.converse(rfb.TIGHT, rfb.quality_level(level), rfb.LAST_RECT)

    def test_tight_png(self):
        viewer = self.viewer()
        for others in (), (rfb.quality_level(5),):
            viewer.set_encodings(TIGHT_PNG, *others)
            for area in ((0, 0, 65535, 65535),) + AREAS:
                viewer.request(False, *area)
                self.skip_update(viewer)

    def skip_update(self, viewer):
        """Of ZYWRLE or TightPNG: nothing but lengths is understood."""
        kind, count = struct.unpack('>BxH', viewer.take(4))
        self.assertEqual(kind, 0)
        for _ in range(count):
            encoding, = struct.unpack('>8xi', viewer.take(12))
            if encoding == rfb.ZYWRLE:
                viewer.take(*struct.unpack('>I', viewer.take(4)))
                continue
            self.assertEqual(encoding, TIGHT_PNG)
            fill = viewer.take(1)[0] >> 4 == 8
            viewer.take(3 if fill else rfb.compact_length(viewer.take))


class Rest(Watched):
    DEMO_OPTIONS = ('websocket', 'power-control=on')
    DEMO_ARGUMENTS = {'size': '640x480'}

    def test_copies(self):
        self.demo.command('go')
        self.addCleanup(self.demo.command, 'still')
        viewer = self.viewer()
        viewer.set_encodings(rfb.COPY_RECT, rfb.ZRLE)
        viewer.request(False)
        while not viewer.read_update().copies():
            viewer.request(True)

    def test_websocket(self):
        viewer = websocket.Viewer(self.demo.websockets[0])
        self.addCleanup(viewer.close)
        viewer.upgrade().handshake()
        self.settle(viewer, rfb.HEXTILE)

    def test_pseudo_rectangles(self):
        for cursor in rfb.CURSOR, rfb.X_CURSOR, rfb.CURSOR_WITH_ALPHA:
            for fmt in FORMATS:
                viewer = self.viewer()
                viewer.set_pixel_format(fmt)
                viewer.set_encodings(rfb.TIGHT, cursor, rfb.DESKTOP_SIZE, rfb.DESKTOP_NAME, rfb.LED_STATE,
                                     rfb.POINTER_TYPE_CHANGE, rfb.POINTER_POSITION,
                                     rfb.EXTENDED_DESKTOP_SIZE, rfb.EXTENDED_KEY_EVENT,
                                     rfb.EXTENDED_MOUSE_BUTTONS)
                viewer.request(False)
                viewer.read_update()
                viewer.set_desktop_size(640, 480)
                for name in 'alpha', 'arrow':
                    viewer.request(True)
                    self.demo.commands(['cursor ' + name, 'name ' + name, 'leds 3', 'leds 0',
                                        'pointer relative', 'pointer absolute', 'warp 3 4'])
                    viewer.read_update()
                self.full_update(viewer)

    def test_messages(self):
        viewer = self.viewer()
        viewer.set_encodings(rfb.EXTENDED_CLIPBOARD, rfb.XVP, rfb.AUDIO)
        plain = self.viewer()
        self.demo.command('clipboard text')
        self.assertIsInstance(plain.read_message(), rfb.ServerCutText)
        viewer.clipboard(rfb.CAPS | rfb.REQUEST | rfb.PEEK | rfb.NOTIFY | rfb.PROVIDE | rfb.TEXT,
                         bytes(4))
        viewer.clipboard(rfb.REQUEST | rfb.TEXT)
        viewer.audio_enable()
        viewer.xvp(99)
        seen = set()
        while not {rfb.Xvp, rfb.Clipboard, rfb.AudioData} <= seen:
            seen.add(type(viewer.read_message()))


if __name__ == '__main__':
    harness.main()
