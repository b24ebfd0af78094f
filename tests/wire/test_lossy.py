# JPEG: when the server uses it, with which quality, and that exact pixels follow.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
#
# The viewer does not decode JPEG: a rectangle in JPEG leaves the picture as it was, until exact
# pixels come.
import harness
import rfb

LEVELS = [rfb.quality_level(i) for i in range(10)]
FINE_LEVELS = [rfb.fine_quality_level(i) for i in range(101)]
NOISE = 0, 0, 320, 192


def first_quantizer(jpeg):
    """How coarse JPEG's mean of a block is, of 1 to 255."""
    at = 2
    while jpeg[at + 1] != 0xdb:
        at += 2 + int.from_bytes(jpeg[at + 2:at + 4], 'big')
    assert jpeg[at + 4] >> 4 == 0, '16-bit tables'
    return jpeg[at + 5]


def sampling(jpeg):
    """For each component, how many samples across and down there are of it in a unit."""
    at = 2
    while jpeg[at + 1] not in (0xc0, 0xc2):
        at += 2 + int.from_bytes(jpeg[at + 2:at + 4], 'big')
    count = jpeg[at + 9]
    return [divmod(jpeg[at + 11 + 3 * i], 16) for i in range(count)]


def expected_quantizer(quality):
    """The same by the quality, as the JPEG group's library scales the standard's table, which
    begins with 16."""
    quality = max(quality, 1)
    scale = 5000 // quality if quality < 50 else 200 - 2 * quality
    return min(max((16 * scale + 50) // 100, 1), 255)


class LossyTest(harness.WireTest):
    def draw(self, demo=None):
        demo = demo or self.demo
        demo.command('rect 0 0 320 240 204060')
        demo.command('noise %d %d %d %d 1' % NOISE)
        return demo.dump()

    def ask(self, *encodings):
        """A viewer that has been sent the whole picture once."""
        viewer = self.viewer()
        viewer.set_encodings(rfb.TIGHT, *encodings)
        viewer.request(False)
        viewer.read_update()
        return viewer

    def blurred(self, *encodings):
        viewer = self.ask(*encodings)
        self.assertGreater(viewer.decoders.jpegs, 0)
        return viewer


class Levels(LossyTest):
    SHARED_DEMO = True
    DEMO_OPTIONS = ('lossy=on', 'lossless-refresh-ms=0')

    def setUp(self):
        super().setUp()
        self.draw()

    def test_each_level_makes_jpeg(self):
        for level in LEVELS + FINE_LEVELS[::20]:
            with self.subTest(level=level):
                self.blurred(level).close()

    def test_no_other_number_does(self):
        for level in (-33, -22, -513, -411, -768, -763):
            with self.subTest(level=level):
                self.assertEqual(self.ask(level).decoders.jpegs, 0)

    def test_fine_quality_is_jpegs_own(self):
        for quality in (0, 1, 10, 49, 50, 75, 99, 100):
            viewer = self.blurred(rfb.fine_quality_level(quality))
            self.assertEqual(first_quantizer(viewer.decoders.jpeg), expected_quantizer(quality),
                             quality)

    def test_more_is_sharper(self):
        found = [first_quantizer(self.blurred(level).decoders.jpeg) for level in LEVELS]
        self.assertEqual(found, sorted(found, reverse=True))
        self.assertGreater(found[0], found[9])

    def test_fine_quality_goes_before_the_level(self):
        for fine, coarse in ((100, 0), (5, 9)):
            pair = [rfb.fine_quality_level(fine), rfb.quality_level(coarse)]
            for listed in (pair, pair[::-1]):
                viewer = self.blurred(*listed)
                self.assertEqual(first_quantizer(viewer.decoders.jpeg), expected_quantizer(fine))

    def test_subsampling_levels_are_taken(self):
        for level in rfb.SUBSAMPLING_LEVELS:
            for quality in (rfb.quality_level(5), rfb.fine_quality_level(80)):
                self.blurred(level, quality).close()
                self.blurred(quality, level).close()
        self.blurred(rfb.quality_level(5), *rfb.SUBSAMPLING_LEVELS)

    def test_subsampling_is_the_viewers(self):
        """Of what a JPEG library does: colours whole, halved both ways, halved across, none."""
        for level, luma in ((-768, (1, 1)), (-767, (2, 2)), (-766, (2, 1)), (-765, None)):
            with self.subTest(level=level):
                viewer = self.blurred(rfb.quality_level(5), level)
                colour = [(1, 1), (1, 1)]
                found = sampling(viewer.decoders.jpeg)
                if luma:
                    self.assertEqual(found, [luma] + colour)
                else:
                    self.assertEqual(len(found), 1)

    def test_everything_listed_at_once(self):
        self.blurred(*LEVELS, *FINE_LEVELS, *rfb.SUBSAMPLING_LEVELS)


class Refresh(LossyTest):
    DEMO_OPTIONS = ('lossy=on', 'lossless-refresh-ms=200')

    def test_exact_pixels_follow(self):
        picture = self.draw()
        for quality in (rfb.quality_level(0), rfb.quality_level(9), rfb.fine_quality_level(50)):
            viewer = self.blurred(quality)
            self.assertIsNotNone(self.difference(viewer, picture))
            self.converge(viewer, picture, incremental=True)
            viewer.close()

    def test_to_an_outstanding_request(self):
        """One request, and the update comes when it is time."""
        picture = self.draw()
        viewer = self.blurred(rfb.quality_level(5))
        jpegs = viewer.decoders.jpegs
        viewer.request(True)
        update = viewer.read_update()
        self.assertEqual(viewer.decoders.jpegs, jpegs)
        self.assertEqual({r.encoding for r in update.pixel_rects()}, {rfb.TIGHT})
        self.converge(viewer, picture, incremental=True)

    def test_only_where_it_was_lossy_and_only_once(self):
        picture = self.draw()
        viewer = self.blurred(rfb.quality_level(5))
        pixels = viewer.fb.pixels[:]
        while self.difference(viewer, picture):
            viewer.request(True)
            for r in viewer.read_update().pixel_rects():
                self.assertTrue(any(p == rfb.POISON for y in range(r.y, r.y + r.h)
                                    for p in pixels[y * 320 + r.x:y * 320 + r.x + r.w]),
                                '%r was exact' % r)
        # Twice as long as it may take, by the clock of another viewer's pictures.
        viewer.request(True)
        for _ in range(2):
            other = self.blurred(rfb.quality_level(5))
            self.converge(other, picture, incremental=True)
        self.demo.command('rect 300 200 8 8 ffffff')
        self.assert_only(viewer.read_update(), 300, 200, 8, 8)

    def test_the_viewer_wants_no_quality_any_more(self):
        picture = self.draw()
        viewer = self.blurred(rfb.quality_level(5))
        viewer.set_encodings(rfb.ZRLE)
        self.converge(viewer, picture, incremental=True)

    def test_in_the_middle_of_changes(self):
        """What is quiet is refreshed although something else never is."""
        picture = self.draw()
        viewer = self.blurred(rfb.quality_level(5))
        while self.difference(viewer, picture, (320, 200)):
            self.demo.command('rect 300 220 8 8 %06x' % (viewer.received & 0xffffff))
            viewer.request(True)
            viewer.read_update()

    def test_eight_bits(self):
        viewer = self.viewer()
        viewer.set_pixel_format(rfb.BGR233)
        viewer.set_encodings(rfb.TIGHT, rfb.quality_level(5))
        self.draw()
        self.full_update(viewer)
        self.assertEqual(viewer.decoders.jpegs, 0)


class NoRefresh(LossyTest):
    DEMO_OPTIONS = ('lossy=on', 'lossless-refresh-ms=0')

    def test_what_was_lossy_stays_so(self):
        self.draw()
        viewer = self.blurred(rfb.quality_level(5))
        viewer.request(True)
        # As long as the default takes, by the clock of a server that has it.
        yardstick = self.start('lossy=on')
        picture = self.draw(yardstick)
        other = yardstick.viewer()
        self.addCleanup(other.close)
        other.set_encodings(rfb.TIGHT, rfb.quality_level(5))
        other.request(False)
        other.read_update()
        self.assertGreater(other.decoders.jpegs, 0)
        self.converge(other, picture, incremental=True)
        self.demo.command('rect 300 200 8 8 ffffff')
        self.assert_only(viewer.read_update(), 300, 200, 8, 8)


class Never(LossyTest):
    """Without lossy=on."""
    SHARED_DEMO = True

    def test_no_jpeg_whatever_is_listed(self):
        picture = self.draw()
        for listed in (LEVELS, FINE_LEVELS, list(rfb.SUBSAMPLING_LEVELS),
                       LEVELS + FINE_LEVELS + list(rfb.SUBSAMPLING_LEVELS)):
            viewer = self.viewer()
            viewer.set_encodings(rfb.TIGHT, *listed)
            self.converge(viewer, picture)
            self.assertEqual(viewer.decoders.jpegs, 0)
            viewer.close()


class Moving(LossyTest):
    """A desktop with a moving photo of sorts, CopyRect and all."""
    DEMO_ARGUMENTS = {'size': '640x480', 'still': False, 'fps': 100}

    def test_it_is_exact_when_it_stops(self):
        for options in (('lossy=on', 'lossless-refresh-ms=200'),
                        ('lossy=on', 'lossless-refresh-ms=200', 'non-adaptive=on')):
            with self.subTest(options=options):
                self.demo = self.start(*options, **self.DEMO_ARGUMENTS)
                viewer = self.viewer()
                viewer.set_encodings(rfb.COPY_RECT, rfb.TIGHT, rfb.quality_level(3))
                copies = 0
                while copies < 10 or not viewer.decoders.jpegs:
                    viewer.request(True)
                    copies += len(viewer.read_update().copies())
                self.demo.command('still')
                self.converge(viewer, self.demo.dump(), incremental=True)


if __name__ == '__main__':
    harness.main()
