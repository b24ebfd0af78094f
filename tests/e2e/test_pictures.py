# Viewers see a real guest's picture: it equals QEMU's screendump, pixel for pixel.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
import math
import os
import re
import subprocess
import time
from unittest import mock

from machine import ANY_WIDTH, DEADLINE, MachineTest, load_image, main

ENCODINGS = ('raw', 'rre', 'hextile', 'zlib', 'trle', 'zrle', 'zywrle', 'tight')


class Encodings(MachineTest):
    """libvncclient, each encoding, on one machine."""

    def check(self, width, height, seed):
        machine = self.machine(display=ANY_WIDTH)
        machine.guest('mode %d %d' % (width, height))
        machine.guest('paint %d' % seed)
        want = machine.screendump()
        self.assertEqual((want.width, want.height), (width, height))
        self.assertGreater(len(set(want.rgb)), 200, 'a picture with little in it')
        for encoding in ENCODINGS:
            with self.subTest(encoding=encoding):
                capture = self.capture(machine, encoding + ' raw')
                self.assertEqual(capture.size, (width, height))
                self.assert_same(capture.shot(), want, encoding)

    def test_1920x1080(self):
        self.check(1920, 1080, 1)

    def test_1366x768(self):
        self.check(1366, 768, 2)

    def test_compress_levels(self):
        machine = self.machine()
        machine.guest('mode 800 600')
        machine.guest('paint 3')
        want = machine.screendump()
        for encoding in ('zlib', 'zrle', 'tight'):
            for level in (0, 1, 6, 9):
                with self.subTest(encoding=encoding, level=level):
                    capture = self.capture(machine, encoding, compress=level)
                    self.assert_same(capture.shot(), want, '%s %d' % (encoding, level))

    def test_lossy_option(self):
        """Without lossy=on a quality changes nothing; with it Tight may use JPEG."""
        for options, exact in (('', True), (',lossy=on', False)):
            with self.subTest(options=options):
                machine = self.machine(vnc='127.0.0.1:0,to=999' + options)
                machine.guest('mode 1024 768')
                machine.guest('paint 4')
                want = machine.screendump()
                have = self.capture(machine, 'tight', quality=8).shot()
                if exact:
                    self.assert_same(have, want, 'tight')
                else:
                    self.assertNotEqual(have.rgb, want.rgb)
                    self.assertGreater(psnr(have, want), 30)


def psnr(a, b):
    import numpy
    x = numpy.frombuffer(a.rgb, numpy.uint8).astype(float)
    y = numpy.frombuffer(b.rgb, numpy.uint8).astype(float)
    return 10 * math.log10(255 * 255 / ((x - y) ** 2).mean())


class Changes(MachineTest):

    def test_resize(self):
        """Viewers that are connected follow the guest's modes, exactly."""
        machine = self.machine(display=ANY_WIDTH)
        machine.guest('mode 640 480')
        viewers = {e: self.capture(machine, e + ' raw') for e in ENCODINGS}
        for seed, (width, height) in enumerate(
                [(1024, 768), (1366, 768), (720, 400), (1920, 1080), (800, 600)]):
            machine.guest('mode %d %d' % (width, height))
            machine.guest('paint %d' % seed)
            want = machine.screendump()
            for encoding, viewer in viewers.items():
                with self.subTest(encoding=encoding, width=width, height=height):
                    viewer.command('size %d %d' % (width, height))
                    viewer.follow(want)

    def test_depths(self):
        """Guests with other pixels than 32 bits."""
        machine = self.machine()
        for bpp in (16, 24, 32):
            with self.subTest(bpp=bpp):
                machine.guest('mode 800 600 %d' % bpp)
                machine.guest('paint 5')
                capture = self.capture(machine, 'zrle')
                self.assert_same(capture.shot(), machine.screendump(), '%d bits' % bpp)

    def test_incremental(self):
        """Viewers that only ask for changes arrive at the picture."""
        machine = self.machine()
        machine.guest('mode 1024 768')
        viewers = [self.capture(machine, e) for e in ENCODINGS]
        for viewer in viewers:
            viewer.shot()
        machine.guest('go')
        time.sleep(1)
        machine.guest('still')
        want = machine.screendump()
        for viewer in viewers:
            viewer.follow(want)


class OtherViewers(MachineTest):

    def test_gvnccapture(self):
        machine = self.machine(display=ANY_WIDTH)
        machine.guest('mode 1366 768')
        machine.guest('paint 6')
        path = os.path.join(machine.directory, 'gtk.png')
        subprocess.run(['gvnccapture', '127.0.0.1:%d' % (machine.port() - 5900), path],
                       check=True, timeout=DEADLINE, stdout=subprocess.DEVNULL,
                       stderr=subprocess.DEVNULL)
        self.assert_same(load_image(path), machine.screendump(), 'gvnccapture')

    def test_vncsnapshot(self):
        """It ends with the first update, and writes JPEG."""
        machine = self.machine()
        machine.guest('paint 8')
        want = machine.screendump()
        for encoding in 'tight', 'zlib', 'hextile', 'rre', 'raw':
            with self.subTest(encoding=encoding):
                path = os.path.join(machine.directory, encoding + '.jpg')
                subprocess.run(['vncsnapshot', '-nocursor', '-encodings', encoding,
                                '127.0.0.1:%d' % (machine.port() - 5900), path],
                               check=True, timeout=DEADLINE, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL)
                self.assert_like(load_image(path), want, encoding)

    def assert_like(self, have, want, what):
        """The same but for what JPEG of the best quality loses."""
        self.assertEqual((have.width, have.height), (want.width, want.height), what)
        off = sum(abs(a - b) for a, b in zip(have.rgb, want.rgb)) / len(want.rgb)
        self.assertLess(off, 4, what)

    def test_tigervnc(self):
        machine = self.machine()
        machine.guest('mode 1920 1080')
        machine.guest('paint 7')
        want = machine.screendump()
        for encoding in ('Raw', 'Hextile', 'ZRLE', 'Tight'):
            with self.subTest(encoding=encoding):
                x = self.tigervnc(machine, encoding, '-NoJPEG=1')
                self.assert_comes_to_show(x, want, 'TigerVNC ' + encoding)

    def test_tigervnc_when_what_moved_has_stopped(self):
        """Scrolls and moved windows by CopyRect, photos by JPEG: in the end all is exact."""
        for scene, methods in (('drag', {'copy', 'jpeg', 'indexed'}), ('text', {'copy'})):
            with self.subTest(scene=scene), \
                    mock.patch.dict(os.environ, G_MESSAGES_DEBUG='vnc'):
                machine = self.machine(vnc='127.0.0.1:0,to=999,lossy=on', memory=512)
                machine.guest('mode 1920 1080')
                x = self.tigervnc(machine, 'Tight', '-QualityLevel=6')
                machine.guest('scene ' + scene)
                end = time.monotonic() + DEADLINE
                while not methods <= set(re.findall(r' sent (\S+): ', machine.said())):
                    self.assertLess(time.monotonic(), end, machine.said()[-2000:])
                    time.sleep(0.2)
                machine.guest('still')
                self.assert_comes_to_show(x, machine.screendump(), scene)


if __name__ == '__main__':
    main()
