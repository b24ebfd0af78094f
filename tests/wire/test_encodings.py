# Every encoding, in many pixel formats: the decoded picture equals the host's.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
import harness
import rfb
from pictures import AREAS, draw

ENCODINGS = (rfb.RAW, rfb.RRE, rfb.HEXTILE, rfb.ZLIB, rfb.TIGHT, rfb.TRLE, rfb.ZRLE)
FORMATS = (rfb.RGB888_LE, rfb.RGB888_BE, rfb.BGR888, rfb.RGB888_HIGH, rfb.RGB888_HIGH_BE,
           rfb.RGB888_DEPTH32, rfb.RGB101010, rfb.RGB565, rfb.RGB565_BE, rfb.RGB555, rfb.RGB444,
           rfb.BGR233, rfb.RGB222, rfb.RGB332, rfb.COLOUR_MAP)


class Pictures(harness.WireTest):
    SHARED_DEMO = True
    DEMO_ARGUMENTS = {'size': '163x141'}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        draw(cls.shared)

    def check(self, viewer, encoding, *areas):
        """A full update in one encoding, and one for each area."""
        viewer.fb.fill(0, 0, viewer.fb.width, viewer.fb.height, rfb.POISON)
        for area in ((0, 0, 65535, 65535),) + areas:
            viewer.request(False, *area)
            update = viewer.read_update()
            self.assertEqual({r.encoding for r in update.pixel_rects()}, {encoding})
            self.assert_sees(viewer, self.demo.dump())

    def every_format(self, encoding):
        viewer = self.viewer()
        viewer.set_encodings(encoding)
        for fmt in FORMATS:
            with self.subTest(format=fmt):
                viewer.set_pixel_format(fmt)
                viewer.colour_map = None
                self.check(viewer, encoding, *AREAS)
        return viewer.decoders.used

    def test_raw(self):
        self.every_format(rfb.RAW)

    def test_rre(self):
        used = self.every_format(rfb.RRE)
        self.assertLessEqual({'rre solid', 'rre subrectangles'}, used)

    def test_hextile(self):
        used = self.every_format(rfb.HEXTILE)
        self.assertLessEqual({'hextile solid', 'hextile mono', 'hextile coloured', 'hextile raw'},
                             used)

    def test_zlib(self):
        self.every_format(rfb.ZLIB)

    def test_tight(self):
        used = self.every_format(rfb.TIGHT)
        self.assertLessEqual({'tight fill', 'tight mono', 'tight indexed', 'tight full'}, used)

    def test_zrle(self):
        used = self.every_format(rfb.ZRLE)
        self.assertIn('zrle solid', used)
        self.assertIn('zrle raw', used)
        self.assertIn('zrle packed', used)

    def test_trle(self):
        used = self.every_format(rfb.TRLE)
        self.assertLessEqual({'trle solid', 'trle raw', 'trle packed', 'trle palette rle',
                              'trle palette used again'}, used)

    def test_raw_is_what_a_viewer_gets_that_lists_nothing(self):
        viewer = self.viewer()
        self.check(viewer, rfb.RAW)
        for encodings in ((), (-223,), (1, 4, 21, 50, -225)):
            viewer.set_encodings(*encodings)
            viewer.features.clear()
            viewer.features.add(-223)
            self.check(viewer, rfb.RAW)

    def test_the_first_encoding_in_the_viewers_order_is_taken(self):
        viewer = self.viewer()
        for first in ENCODINGS:
            for second in ENCODINGS:
                viewer.set_encodings(1, 9999, first, -224, second)
                self.check(viewer, first)

    def test_an_encoding_listed_again_later_does_not_count(self):
        viewer = self.viewer()
        viewer.set_encodings(rfb.ZRLE, rfb.TIGHT, rfb.ZRLE, rfb.RAW)
        self.check(viewer, rfb.ZRLE)

    def test_compress_levels(self):
        for encoding in (rfb.ZLIB, rfb.TIGHT, rfb.ZRLE):
            viewer = self.viewer()
            for level in (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 9):
                with self.subTest(encoding=encoding, level=level):
                    viewer.set_encodings(encoding, rfb.compress_level(level))
                    self.check(viewer, encoding)

    def test_streams_live_on_while_another_encoding_is_used(self):
        viewer = self.viewer()
        for i in range(15):
            encoding = ENCODINGS[i * 3 % len(ENCODINGS)]
            viewer.set_encodings(encoding, rfb.compress_level(i % 10))
            viewer.set_pixel_format(FORMATS[i % 4])
            self.check(viewer, encoding)

    def test_last_rect(self):
        viewer = self.viewer()
        for encoding in ENCODINGS:
            viewer.set_encodings(encoding, rfb.LAST_RECT)
            self.check(viewer, encoding)

    def test_small_changes(self):
        """Rectangles of every odd size and place, on one connection each."""
        for encoding in ENCODINGS:
            with self.subTest(encoding=encoding):
                viewer = self.viewer()
                viewer.set_encodings(encoding)
                viewer.set_pixel_format(rfb.RGB565)
                self.full_update(viewer)
                for i in range(12):
                    viewer.request(True)
                    self.demo.command('noise %d %d %d %d %d' %
                                      (i * 11, i * 7, 1 + i * 3 % 40, 1 + i * 5 % 60, i))
                    self.converge(viewer, self.demo.dump(), incremental=True)
        draw(self.demo)

    def test_viewers_of_different_formats_at_the_same_time(self):
        viewers = []
        for encoding, fmt in zip(ENCODINGS, (rfb.RGB565, rfb.BGR233, rfb.RGB888_BE,
                                             rfb.COLOUR_MAP, rfb.RGB101010, rfb.RGB555,
                                             rfb.RGB888_HIGH)):
            viewer = self.viewer()
            viewer.set_pixel_format(fmt)
            viewer.set_encodings(encoding)
            viewers.append(viewer)
        for i in range(3):
            self.demo.command('rect %d 20 60 60 %06x' % (i * 20, i * 1234567 & 0xffffff))
            for viewer in viewers:
                viewer.request(i == 1)
            picture = self.demo.dump()
            for viewer in viewers:
                self.converge(viewer, picture, incremental=True)
        draw(self.demo)

    def test_without_lossy_no_quality_level_makes_jpeg(self):
        viewer = self.viewer()
        for level in (0, 5, 9):
            viewer.set_encodings(rfb.TIGHT, rfb.quality_level(level))
            self.check(viewer, rfb.TIGHT)
        self.assertEqual(viewer.decoders.jpegs, 0)

    def test_the_colour_map(self):
        viewer = self.viewer()
        viewer.set_pixel_format(rfb.COLOUR_MAP)
        viewer.request(False)
        message = viewer.read_message()
        self.assertIsInstance(message, rfb.ColourMapEntries)
        self.assertEqual((message.first, len(message.colours)), (0, 256))
        self.assertEqual(len(set(message.colours)), 256)
        self.assertIn((0, 0, 0), message.colours)
        self.assertIn((65535, 65535, 65535), message.colours)
        self.full_update(viewer)


class Sizes(harness.WireTest):
    SHARED_DEMO = True

    def test_every_encoding_at_odd_sizes(self):
        for size in ('1x1', '2x1', '1x17', '17x1', '15x15', '17x33', '65x64', '130x3'):
            width, height = map(int, size.split('x'))
            self.demo.command('size %d %d' % (width, height))
            self.demo.command('paint 1')
            for encoding in ENCODINGS:
                with self.subTest(size=size, encoding=encoding):
                    viewer = self.viewer()
                    viewer.set_encodings(encoding)
                    self.full_update(viewer)
                    viewer.set_pixel_format(rfb.RGB565_BE)
                    self.full_update(viewer)
                    viewer.close()

    def test_wide_and_high_screens(self):
        for size in ('8192 5', '3 8192', '4100 40'):
            self.demo.command('size ' + size)
            self.demo.command('paint 2')
            for encoding in ENCODINGS:
                with self.subTest(size=size, encoding=encoding):
                    viewer = self.viewer()
                    viewer.set_encodings(encoding)
                    self.full_update(viewer)
                    viewer.close()

    def test_a_wide_screen_of_one_colour(self):
        """Tight's fill is no wider than other rectangles of it."""
        self.demo.command('size 8192 100')
        self.demo.command('rect 0 0 8192 100 336699')
        viewer = self.viewer()
        viewer.set_encodings(rfb.TIGHT, rfb.LAST_RECT)
        self.full_update(viewer)
        self.assertIn('tight fill', viewer.decoders.used)

    def test_last_rect(self):
        """By whoever lists it, but for viewers of RFB 3.3: vncsnapshot lists it, and waits on when it comes."""
        for minor, listed, expected in ((8, (rfb.LAST_RECT,), True), (7, (rfb.LAST_RECT,), True),
                                        (3, (rfb.LAST_RECT,), False), (8, (), False)):
            with self.subTest(minor=minor, listed=listed):
                viewer = self.viewer(minor=minor)
                viewer.set_encodings(rfb.TIGHT, *listed)
                viewer.request(False)
                update = viewer.read_update()
                self.assertTrue(update.pixel_rects())
                self.assertEqual(update.count == 65535, expected, update)

    def test_the_largest_screen(self):
        self.demo.command('size 8192 8192')
        viewer = self.viewer()
        self.assertEqual((viewer.fb.width, viewer.fb.height), (8192, 8192))
        for encoding in ENCODINGS:
            viewer.set_encodings(encoding)
            viewer.request(False, 8100, 8150, 65535, 65535)
            self.assert_only(viewer.read_update(), 8100, 8150, 92, 42)


class Lossy(harness.WireTest):
    SHARED_DEMO = True
    DEMO_OPTIONS = ('lossy=on',)

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.shared.command('noise 0 0 320 240 1')

    def jpegs(self, fmt, *encodings):
        viewer = self.viewer()
        viewer.set_pixel_format(fmt)
        viewer.set_encodings(*encodings)
        viewer.request(False)
        viewer.read_update()
        viewer.close()
        return viewer.decoders.jpegs

    def test_jpeg_with_a_quality_level(self):
        for level in (0, 5, 9):
            self.assertGreater(self.jpegs(rfb.RGB888, rfb.TIGHT, rfb.quality_level(level)), 0)

    def test_no_jpeg_without_a_quality_level(self):
        viewer = self.viewer()
        viewer.set_encodings(rfb.TIGHT)
        self.full_update(viewer)
        self.assertEqual(viewer.decoders.jpegs, 0)
        # and none any more, once it is not listed
        viewer.set_encodings(rfb.TIGHT, rfb.quality_level(5))
        viewer.request(False)
        viewer.read_update()
        seen = viewer.decoders.jpegs
        viewer.set_encodings(rfb.TIGHT)
        self.full_update(viewer)
        self.assertEqual(viewer.decoders.jpegs, seen)

    def test_no_jpeg_at_eight_bits(self):
        for fmt in (rfb.BGR233, rfb.COLOUR_MAP):
            self.assertEqual(self.jpegs(fmt, rfb.TIGHT, rfb.quality_level(5)), 0)

    def test_zywrle_without_a_quality_level_is_exact(self):
        viewer = self.viewer()
        viewer.set_encodings(rfb.ZYWRLE)
        viewer.request(False)
        update = viewer.read_update()
        self.assertEqual({r.encoding for r in update.pixel_rects()}, {rfb.ZYWRLE})
        self.assert_sees(viewer, self.demo.dump())

    def test_other_encodings_stay_exact(self):
        for encoding in set(ENCODINGS) - {rfb.TIGHT}:
            viewer = self.viewer()
            viewer.set_encodings(encoding, rfb.quality_level(0))
            self.full_update(viewer)


if __name__ == '__main__':
    harness.main()
