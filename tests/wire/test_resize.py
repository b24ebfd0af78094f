# A screen that changes its size.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
import harness
import rfb

SIZES = ((640, 480), (17, 9), (321, 1), (1, 1), (1, 333), (100, 100), (99, 101), (1366, 768),
         (320, 240))


# Of an ExtendedDesktopSize: why, and how it went.
BY_SERVER, BY_THIS_VIEWER, BY_OTHER_VIEWER = range(3)
OK, PROHIBITED, OUT_OF_RESOURCES, INVALID_LAYOUT, FORWARDED = range(5)


class Resize(harness.WireTest):
    def resize(self, width, height, seed=1):
        self.demo.command('size %d %d' % (width, height))
        self.demo.command('paint %d' % seed)

    def read_resize(self, viewer, encoding, size=None):
        """The pseudo-rectangle of the next update that has one, or has one of this size."""
        while True:
            found = viewer.read_update().pseudo(encoding)
            if found and size in (None, (found[0].w, found[0].h)):
                self.assertEqual(len(found), 1)
                return found[0]

    def test_desktop_size(self):
        viewer = self.viewer()
        self.settle(viewer, rfb.ZRLE, rfb.DESKTOP_SIZE)
        for width, height in SIZES:
            with self.subTest(size=(width, height)):
                viewer.request(True)
                self.resize(width, height)
                rect = self.read_resize(viewer, rfb.DESKTOP_SIZE)
                self.assertEqual((rect.w, rect.h), (width, height))
                # incremental requests are enough: all of it is damaged
                self.converge(viewer, self.demo.dump(), incremental=True)

    def test_extended_desktop_size(self):
        viewer = self.viewer()
        self.settle(viewer, rfb.TIGHT, rfb.DESKTOP_SIZE, rfb.EXTENDED_DESKTOP_SIZE)
        for width, height in SIZES:
            with self.subTest(size=(width, height)):
                viewer.request(True)
                self.resize(width, height)
                rect = self.read_resize(viewer, rfb.EXTENDED_DESKTOP_SIZE, (width, height))
                self.assertEqual(rect.area, (0, 0, width, height))
                screen, = rect.data
                self.assertEqual((screen.id, screen.x, screen.y, screen.w, screen.h, screen.flags),
                                 (1, 0, 0, width, height, 0))
                self.converge(viewer, self.demo.dump(), incremental=True)

    def test_a_black_screen_is_sent_as_well(self):
        """The viewer's pixels are gone with the old size, so that black is news."""
        viewer = self.viewer()
        self.settle(viewer, rfb.ZRLE, rfb.DESKTOP_SIZE)
        for width, height in ((100, 80), (400, 300)):
            viewer.request(True)
            self.demo.command('size %d %d' % (width, height))
            self.demo.command('rect 0 0 %d %d 000000' % (width, height))
            self.read_resize(viewer, rfb.DESKTOP_SIZE)
            black = harness.Picture(width, height, bytes(width * height * 3))
            self.converge(viewer, black, incremental=True)

    def test_each_full_request_is_told_the_layout(self):
        viewer = self.viewer()
        viewer.set_encodings(rfb.EXTENDED_DESKTOP_SIZE)
        for _ in range(3):
            viewer.request(False)
            rect = self.read_resize(viewer, rfb.EXTENDED_DESKTOP_SIZE)
            self.assertEqual(rect.area, (0, 0, 320, 240))
            self.assertEqual(len(rect.data), 1)
            while not viewer.read_update().pixel_rects():
                pass
        self.assert_sees(viewer, self.demo.dump())

    def test_an_empty_full_request_is_told_the_layout_too(self):
        viewer = self.viewer()
        viewer.set_encodings(rfb.EXTENDED_DESKTOP_SIZE)
        viewer.request(False, 0, 0, 0, 0)
        self.read_resize(viewer, rfb.EXTENDED_DESKTOP_SIZE)
        self.full_update(viewer)

    def test_set_desktop_size_is_refused(self):
        self.demo.command('resizing never')
        viewer, other = self.viewer(), self.viewer()
        for v in (viewer, other):
            self.settle(v, rfb.EXTENDED_DESKTOP_SIZE)
        for width, height in ((800, 600), (320, 240), (1, 1)):
            with self.subTest(size=(width, height)):
                viewer.set_desktop_size(width, height)
                self.assertEqual(self.read_answer(viewer).y, PROHIBITED)
        # the others hear nothing of it
        other.request(True)
        self.demo.command('rect 0 0 16 16 112233')
        while True:
            update = other.read_update()
            self.assertEqual([r for r in update.pseudo(rfb.EXTENDED_DESKTOP_SIZE) if r.x != 0], [])
            if update.pixel_rects():
                break
        self.assertEqual((viewer.fb.width, viewer.fb.height), (320, 240))
        self.full_update(viewer)

    def read_answer(self, viewer):
        """The next answer to a SetDesktopSize. An answer to a full request may stand beside it."""
        while True:
            sizes = viewer.read_update().pseudo(rfb.EXTENDED_DESKTOP_SIZE)
            answers = [rect for rect in sizes if rect.x == BY_THIS_VIEWER]
            if answers:
                self.assertEqual(len(answers), 1)
                return answers[0]

    def test_set_desktop_size_at_once(self):
        """A host that resizes itself: the viewer gets what it asked for, the others hear who did it."""
        viewer, other, plain = self.viewer(), self.viewer(), self.viewer()
        for v in (viewer, other):
            self.settle(v, rfb.ZRLE, rfb.EXTENDED_DESKTOP_SIZE)
        self.settle(plain, rfb.HEXTILE, rfb.DESKTOP_SIZE)
        for width, height in ((801, 603), (17, 9), (1, 1), (320, 240)):
            with self.subTest(size=(width, height)):
                mark = self.demo.mark()
                viewer.set_desktop_size(width, height, [(77, 0, 0, None, None, 5)])
                rect = self.read_answer(viewer)
                self.assertEqual((rect.y, rect.w, rect.h), (OK, width, height))
                screen, = rect.data
                self.assertEqual((screen.id, screen.x, screen.y, screen.w, screen.h, screen.flags),
                                 (77, 0, 0, width, height, 5))
                self.demo.sync()
                self.assertEqual([e.text for e in self.demo.events('resize', mark)],
                                 ['%d %d' % (width, height)])
                other.request(True)
                rect = self.read_resize(other, rfb.EXTENDED_DESKTOP_SIZE, (width, height))
                self.assertEqual((rect.x, rect.y), (BY_OTHER_VIEWER, OK))
                plain.request(True)
                self.read_resize(plain, rfb.DESKTOP_SIZE, (width, height))
                picture = self.demo.dump()
                for v in (viewer, other, plain):
                    self.converge(v, picture, incremental=True)

    def test_what_libvncclient_leaves_to_chance(self):
        """A screen's id, place and flags, up to 0.9.15. It does not take a screen whose id is 0."""
        viewer = self.viewer()
        self.settle(viewer, rfb.EXTENDED_DESKTOP_SIZE)
        for width, chance in enumerate(((0x20202020, 0x2020, 0x2020, 0x20202020), (0, 0, 0, 0),
                                        (0, 65535, 0, 0xffffffff), (0xffffffff, 0, 1, 7)), 100):
            with self.subTest(chance=chance):
                number, x, y, flags = chance
                viewer.set_desktop_size(width, 70, [(number, x, y, None, None, flags)])
                rect = self.read_answer(viewer)
                self.assertEqual((rect.y, rect.w, rect.h), (OK, width, 70))
                screen, = rect.data
                self.assertEqual((screen.x, screen.y, screen.w, screen.h), (0, 0, width, 70))
                self.assertNotEqual(screen.id, 0)
                self.full_update(viewer)

    def test_set_desktop_size_is_not_answered_twice(self):
        viewer = self.viewer()
        self.settle(viewer, rfb.EXTENDED_DESKTOP_SIZE)
        viewer.set_encodings(rfb.EXTENDED_DESKTOP_SIZE, rfb.LED_STATE)
        viewer.set_desktop_size(200, 100)
        viewer.request(True)
        told = []
        while True:
            update = viewer.read_update()
            told += [(r.x, r.y, r.w, r.h) for r in update.pseudo(rfb.EXTENDED_DESKTOP_SIZE)]
            if update.pseudo(rfb.LED_STATE):
                break
        # the first is the answer to the full request of settle(), if that has not come before
        self.assertEqual([t for t in told if t[0] != BY_SERVER], [(BY_THIS_VIEWER, OK, 200, 100)])
        self.assertEqual([t for t in told if t[2:] == (200, 100)], [(BY_THIS_VIEWER, OK, 200, 100)])

    def test_set_desktop_size_that_is_forwarded(self):
        """As with a guest: it may be that nothing comes of it."""
        self.demo.command('resizing later')
        viewer, other = self.viewer(), self.viewer()
        for v in (viewer, other):
            self.settle(v, rfb.EXTENDED_DESKTOP_SIZE)
        mark = self.demo.mark()
        viewer.set_desktop_size(640, 480)
        rect = self.read_answer(viewer)
        self.assertEqual((rect.y, rect.w, rect.h), (FORWARDED, 320, 240))
        self.assertEqual(self.demo.wait_event('resize', mark).text, '640 480')
        self.full_update(viewer)
        self.resize(640, 480)
        for v in (viewer, other):
            v.request(True)
            rect = self.read_resize(v, rfb.EXTENDED_DESKTOP_SIZE, (640, 480))
            self.assertEqual((rect.x, rect.y), (BY_SERVER, OK))
            self.converge(v, self.demo.dump(), incremental=True)
        # what is there already needs nobody's patience
        viewer.set_desktop_size(640, 480)
        self.assertEqual(self.read_answer(viewer).y, OK)

    def test_layouts_that_cannot_be(self):
        viewer = self.viewer()
        self.settle(viewer, rfb.EXTENDED_DESKTOP_SIZE)
        mark = self.demo.mark()
        whole = (1, 0, 0, None, None, 0)
        for size, screens, status in (
                ((800, 600), [], INVALID_LAYOUT),
                ((800, 600), [whole, whole], INVALID_LAYOUT),
                ((800, 600), [whole] * 255, INVALID_LAYOUT),
                ((800, 600), [(1, 0, 0, 801, 600, 0)], INVALID_LAYOUT),
                ((800, 600), [(1, 0, 0, 800, 601, 0)], INVALID_LAYOUT),
                ((800, 600), [(1, 0, 0, 0, 0, 0)], INVALID_LAYOUT),
                ((800, 600), [(1, 0, 0, 400, 600, 0)], INVALID_LAYOUT),
                ((0, 600), [whole], INVALID_LAYOUT),
                ((800, 0), [whole], INVALID_LAYOUT),
                ((8193, 600), [whole], OUT_OF_RESOURCES),
                ((800, 8193), [whole], OUT_OF_RESOURCES),
                ((65535, 65535), [whole], OUT_OF_RESOURCES)):
            with self.subTest(size=size, screens=screens[:2]):
                viewer.set_desktop_size(*size, screens)
                self.assertEqual(self.read_answer(viewer).y, status)
        self.demo.sync()
        self.assertEqual(self.demo.events('resize', mark), [])
        self.full_update(viewer)

    def viewer_that_is_behind(self):
        """One to whom a picture has begun to come, much of which waits to be sent."""
        self.resize(2200, 1500)
        viewer = self.viewer(receive_buffer=16384)
        viewer.set_encodings(rfb.EXTENDED_DESKTOP_SIZE)
        viewer.request(False)
        while len(viewer.input) < 10000:
            viewer._fill()
        return viewer

    def test_an_end_of_patience(self):
        """A viewer that asks on and on without reading neither fills memory nor wears out the host."""
        self.demo.command('resizing later')
        viewer = self.viewer_that_is_behind()
        mark = self.demo.mark()
        viewer.send(rfb.pack_set_desktop_size(800, 600, [(1, 0, 0, None, None, 0)]) * 1000)
        self.demo.sync()
        self.assertLessEqual(self.count_refusals(viewer), 128)
        self.assertLessEqual(len(self.demo.events('resize', mark)), 128)

    def test_nobody_may(self):
        for option in ('resize=off', 'view-only=on'):
            with self.subTest(option=option):
                demo = self.start(option)
                with demo.viewer() as viewer:
                    viewer.set_encodings(rfb.EXTENDED_DESKTOP_SIZE)
                    self.full_update(viewer, demo)
                    viewer.set_desktop_size(800, 600)
                    self.assertEqual(self.read_answer(viewer).y, PROHIBITED)
                    demo.sync()
                    self.assertEqual(demo.events('resize'), [])

    def count_refusals(self, viewer):
        """Those up to the answer of a request that is made now."""
        viewer.set_encodings(rfb.EXTENDED_DESKTOP_SIZE, rfb.LED_STATE)
        viewer.request(True)
        refusals = 0
        while True:
            update = viewer.read_update()
            refusals += sum(r.x == 1 for r in update.pseudo(rfb.EXTENDED_DESKTOP_SIZE))
            if update.pseudo(rfb.LED_STATE):
                return refusals

    def test_each_set_desktop_size_is_answered(self):
        """Also when several are sent at once, and while much waits to be sent."""
        self.demo.command('resizing never')
        refuse = rfb.pack_set_desktop_size(800, 600, [(0, 0, 0, None, None, 0)])
        viewer = self.viewer()
        self.settle(viewer, rfb.EXTENDED_DESKTOP_SIZE)
        viewer.send(refuse * 5)
        self.assertEqual(self.count_refusals(viewer), 5)

        viewer = self.viewer_that_is_behind()
        viewer.send(refuse * 5)
        self.demo.sync()
        self.assertEqual(self.count_refusals(viewer), 5)

    def test_set_desktop_size_of_a_viewer_that_was_never_told(self):
        viewer = self.viewer()
        viewer.set_desktop_size(800, 600)
        self.full_update(viewer)
        self.assertEqual(self.demo.events('resize'), [])

    def test_a_viewer_that_knows_no_resize_when_the_screen_grows(self):
        viewer = self.viewer()
        viewer.set_encodings(rfb.ZRLE)
        self.full_update(viewer)
        for width, height in ((640, 480), (321, 240), (320, 241), (1000, 240), (320, 1000)):
            with self.subTest(size=(width, height)):
                self.resize(width, height, seed=width)
                # the decoder refuses rectangles that leave the screen that the viewer knows
                self.converge(viewer, self.demo.dump(), True, within=(320, 240))
                self.demo.command('rect 300 200 500 500 ff00ff')
                self.converge(viewer, self.demo.dump(), within=(320, 240))

    def test_a_viewer_that_knows_no_resize_when_the_screen_shrinks(self):
        viewer = self.viewer()
        viewer.set_encodings(rfb.HEXTILE)
        before = self.full_update(viewer)
        for width, height in ((100, 80), (319, 240), (320, 239), (1, 1), (17, 200)):
            with self.subTest(size=(width, height)):
                self.resize(width, height, seed=width)
                self.converge(viewer, self.demo.dump(), True, within=(width, height))
                # asking for what is not there any more is no fault, nor does it freeze
                viewer.request(False, width, height, 320, 240)
                self.demo.sync()
                self.demo.command('rect 0 0 1 1 0a0b0c')
                self.converge(viewer, self.demo.dump(), within=(width, height))
        self.resize(320, 240, seed=77)
        self.converge(viewer, self.demo.dump())
        self.assertEqual((before.width, before.height), (320, 240))

    def test_beyond_a_screen_that_has_shrunk_all_is_blank(self):
        self.demo = self.start('lossy=on')
        for encoding in set(rfb.PIXEL_ENCODINGS) - {rfb.ZYWRLE}:
            with self.subTest(encoding=encoding):
                self.resize(320, 240)
                viewer = self.viewer()
                viewer.set_encodings(encoding, rfb.quality_level(5))
                viewer.request(False)
                viewer.read_update()
                self.demo.command('size 100 80')
                # one colour: exact in each encoding
                self.demo.command('rect 0 0 100 80 406080')
                small = self.demo.dump()
                rgb = bytearray(320 * 240 * 3)
                for y in range(80):
                    rgb[y * 960:y * 960 + 300] = small.rgb[y * 300:y * 300 + 300]
                for _ in range(5):
                    viewer.request(False)
                    viewer.read_update()
                self.assert_sees(viewer, harness.Picture(320, 240, bytes(rgb)))

    def test_resize_is_told_to_a_viewer_that_lists_it_later(self):
        for encoding in (rfb.DESKTOP_SIZE, rfb.EXTENDED_DESKTOP_SIZE):
            with self.subTest(encoding=encoding):
                self.resize(320, 240)
                viewer = self.viewer()
                self.full_update(viewer)
                self.resize(200, 100)
                self.converge(viewer, self.demo.dump(), within=(200, 100))
                viewer.set_encodings(encoding)
                viewer.request(True)
                rect = self.read_resize(viewer, encoding)
                self.assertEqual((rect.w, rect.h), (200, 100))
                self.full_update(viewer)

    def test_a_viewer_that_lists_it_no_more(self):
        viewer = self.viewer()
        self.settle(viewer, rfb.DESKTOP_SIZE)
        self.resize(200, 100)
        self.converge(viewer, self.demo.dump())
        viewer.set_encodings(rfb.RAW)
        viewer.features = {rfb.RAW}
        self.resize(400, 50)
        self.converge(viewer, self.demo.dump(), within=(200, 50))

    def test_a_new_viewer_is_given_the_new_size(self):
        for width, height in SIZES:
            self.resize(width, height)
            viewer = self.viewer()
            self.assertEqual((viewer.fb.width, viewer.fb.height), (width, height))
            self.full_update(viewer)

    def test_resize_between_two_updates_of_many(self):
        viewers = []
        for encodings in ((rfb.ZRLE, rfb.DESKTOP_SIZE), (rfb.TIGHT, rfb.EXTENDED_DESKTOP_SIZE),
                          (rfb.RAW,), (rfb.ZLIB, rfb.DESKTOP_SIZE, rfb.LAST_RECT)):
            viewer = self.viewer()
            viewer.set_encodings(*encodings)
            viewers.append(viewer)
        for i in range(12):
            for viewer in viewers:
                viewer.request(False)
                viewer.request(True)
            self.resize(320 + i * 7 % 50, 240 + i * 5 % 40, seed=i)
            for viewer in viewers:
                viewer.read_update()
        self.resize(320, 240)
        picture = self.demo.dump()
        for viewer in viewers:
            self.converge(viewer, picture)

    def test_the_same_size_again_is_no_resize(self):
        """The client raises an error if it is told a size that it knows."""
        viewer = self.viewer()
        self.settle(viewer, rfb.DESKTOP_SIZE)
        for i in range(5):
            viewer.request(True)
            self.resize(320, 240, seed=i)
            self.converge(viewer, self.demo.dump(), incremental=True)
            self.resize(100, 100)
            self.resize(320, 240, seed=i + 100)
            self.demo.sync()
            self.converge(viewer, self.demo.dump())


if __name__ == '__main__':
    harness.main()
