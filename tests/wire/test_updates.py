# Updates: when they come, and their contents.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
import harness
import rfb


class Requests(harness.WireTest):
    SHARED_DEMO = True

    def ready(self, *encodings):
        """A viewer that sees the whole screen and waits for nothing."""
        viewer = self.viewer()
        self.settle(viewer, *encodings)
        return viewer

    def test_a_full_request_on_an_idle_screen_is_answered_each_time(self):
        viewer = self.ready()
        picture = self.demo.dump()
        for _ in range(5):
            viewer.fb.fill(0, 0, 320, 240, rfb.POISON)
            viewer.request(False)
            viewer.read_update()
            self.assert_sees(viewer, picture)

    def test_the_first_picture_comes_on_an_incremental_request_too(self):
        self.converge(self.viewer(), self.demo.dump(), incremental=True)

    def test_a_full_request_for_a_part(self):
        viewer = self.ready()
        before = rfb.array.array('I', viewer.fb.pixels)
        for area in ((100, 50, 30, 20), (319, 239, 1, 1), (0, 0, 1, 240), (300, 200, 500, 500)):
            with self.subTest(area=area):
                x, y, w, h = area
                w, h = min(w, 320 - x), min(h, 240 - y)
                viewer.fb.fill(x, y, w, h, rfb.POISON)
                viewer.request(False, *area)
                self.assert_only(viewer.read_update(), x, y, w, h)
                self.assertEqual(viewer.fb.pixels, before)

    def test_an_incremental_request_waits_for_a_change(self):
        viewer = self.ready()
        viewer.request(True)
        self.demo.sync()
        self.demo.command('rect 40 30 20 10 ff8000')
        self.assert_only(viewer.read_update(), 40, 30, 20, 10)
        self.assert_sees(viewer, self.demo.dump())

    def test_what_is_painted_as_it_was_is_no_change(self):
        viewer = self.ready()
        self.demo.command('rect 200 100 50 50 123456')
        self.converge(viewer, self.demo.dump(), incremental=True)
        viewer.request(True)
        self.demo.command('rect 200 100 50 50 123456')
        self.demo.command('rect 0 0 5 5 654321')
        self.assert_only(viewer.read_update(), 0, 0, 5, 5)

    def test_an_incremental_request_honours_its_area(self):
        viewer, other = self.ready(), self.ready()
        viewer.request(True, 0, 0, 64, 64)
        self.demo.command('rect 200 150 30 30 00ff00')
        self.converge(other, self.demo.dump(), incremental=True)
        self.demo.command('rect 10 10 8 8 0000ff')
        self.assert_only(viewer.read_update(), 10, 10, 8, 8)
        # what happened elsewhere comes when it is asked for
        viewer.request(True)
        self.assert_only(viewer.read_update(), 200, 150, 30, 30)
        self.assert_sees(viewer, self.demo.dump())

    def test_areas_of_pending_requests_add_up(self):
        viewer = self.ready()
        viewer.request(True, 0, 0, 64, 64)
        viewer.request(True, 256, 192, 64, 48)
        self.demo.command('rect 300 200 8 8 00ffff')
        self.assert_only(viewer.read_update(), 300, 200, 8, 8)
        viewer.request(True, 256, 192, 64, 48)
        viewer.request(True, 0, 0, 64, 64)
        self.demo.command('rect 10 10 8 8 ffff00')
        self.assert_only(viewer.read_update(), 10, 10, 8, 8)

    def test_nothing_comes_unasked(self):
        viewer, other = self.ready(), self.ready()
        self.demo.command('rect 20 20 100 100 abcdef')
        self.converge(other, self.demo.dump(), incremental=True)
        # an answer to this request, whose update names the desktop, must be the first to come
        viewer.set_encodings(rfb.DESKTOP_NAME)
        viewer.request(True)
        self.assertEqual(len(viewer.read_update().pseudo(rfb.DESKTOP_NAME)), 1)

    def test_one_answer_serves_all_requests_before_it(self):
        viewer = self.ready()
        self.demo.sync()
        for _ in range(50):
            viewer.request(True)
        self.demo.sync()
        self.demo.command('rect 20 20 10 10 111111')
        viewer.read_update()
        self.assert_sees(viewer, self.demo.dump())
        # none of the 50 is left over
        viewer.set_encodings(rfb.DESKTOP_NAME)
        self.demo.sync()
        self.demo.command('rect 20 20 10 10 222222')
        viewer.request(True)
        self.assertEqual(len(viewer.read_update().pseudo(rfb.DESKTOP_NAME)), 1)

    def test_a_request_for_nothing_freezes_nobody(self):
        for incremental in (False, True):
            for area in ((0, 0, 0, 0), (320, 240, 10, 10), (65535, 65535, 65535, 65535),
                         (0, 0, 0, 65535), (400, 0, 1, 1)):
                with self.subTest(incremental=incremental, area=area):
                    viewer = self.ready()
                    viewer.request(incremental, *area)
                    self.demo.sync()
                    self.full_update(viewer)
                    viewer.request(incremental, *area)
                    self.demo.command('rect 30 30 10 10 445566')
                    self.converge(viewer, self.demo.dump(), incremental=True)
                    self.demo.command('rect 30 30 10 10 665544')
                    self.converge(viewer, self.demo.dump(), incremental=True)

    def test_an_empty_request_brings_what_is_no_picture(self):
        """"An empty area can still solicit an update that contains only pseudo-encodings.\""""
        viewer = self.ready()
        viewer.set_encodings(rfb.LED_STATE)
        viewer.request(False, 0, 0, 0, 0)
        self.demo.sync()
        viewer.request(True)
        update = viewer.read_update()
        self.assertEqual(len(update.pseudo(rfb.LED_STATE)), 1)

    def test_many_pipelined_full_requests(self):
        viewer = self.ready()
        for _ in range(3):
            for _ in range(200):
                viewer.request(False)
            viewer.read_update()
            self.demo.command('rect 100 100 50 50 %06x' % (viewer.received & 0xffffff))
        self.full_update(viewer)

    def test_full_and_incremental_requests_mixed(self):
        viewer = self.ready()
        for i in range(100):
            viewer.request(i % 3 == 0, i, i, 100, 100)
            viewer.request(i % 2 == 0)
            if i % 10 == 0:
                self.demo.command('rect %d 0 10 10 %06x' % (i, i * 1000))
        self.full_update(viewer)

    def test_a_flip_sends_what_differs(self):
        viewer = self.ready()
        viewer.request(True)
        self.demo.command('flip')
        self.demo.sync()
        self.demo.command('rect 100 60 10 10 fedcba')
        self.assert_only(viewer.read_update(), 100, 60, 10, 10)
        self.assert_sees(viewer, self.demo.dump())

    def test_many_flips(self):
        viewer = self.ready()
        for i in range(30):
            viewer.request(True)
            viewer.request(False)
            self.demo.command('flip')
            self.demo.command('rect %d 100 5 5 %06x' % (i, i * 5000))
        self.full_update(viewer)

    def test_each_viewer_gets_a_change_once_it_asks(self):
        viewers = [self.ready(), self.ready(rfb.ZRLE), self.ready(rfb.HEXTILE)]
        for i, color in enumerate(('ff0000', '00ff00', '0000ff')):
            viewers[i].request(True)
            self.demo.command('rect 64 64 32 32 ' + color)
            self.assert_only(viewers[i].read_update(), 64, 64, 32, 32)
            self.converge(viewers[i], self.demo.dump(), incremental=True)
        picture = self.demo.dump()
        for viewer in viewers:
            self.converge(viewer, picture, incremental=True)


class Rectangles(harness.WireTest):
    """More damaged places than an update has rectangles."""
    SHARED_DEMO = True
    WIDTH, HEIGHT = 8192, 4400
    DEMO_ARGUMENTS = {'size': '%dx%d' % (WIDTH, HEIGHT)}

    class Counter(rfb.Viewer):
        """Keeps no pixels, only which cells have come."""

        def _read_pixels(self, r):
            self.take(r.w * r.h)
            for y in range(r.y // 16, (r.y + r.h + 15) // 16):
                for x in range(r.x // 16, (r.x + r.w + 15) // 16):
                    self.cells.add((x, y))

    def test_a_chequerboard(self):
        for encodings in ((rfb.RAW,), (rfb.RAW, rfb.LAST_RECT)):
            with self.subTest(encodings=encodings):
                viewer = self.Counter(self.demo.address)
                self.addCleanup(viewer.close)
                viewer.handshake()
                viewer.set_pixel_format(rfb.BGR233)
                viewer.set_encodings(*encodings)
                viewer.cells = set()
                everything = ((self.WIDTH + 15) // 16) * ((self.HEIGHT + 15) // 16)
                while len(viewer.cells) < everything:
                    viewer.request(True)
                    viewer.read_update()
                black = [(x, y) for y in range(self.HEIGHT // 16) for x in range(self.WIDTH // 16)
                         if (x + y) % 2 == 0]
                self.assertGreater(len(black), 70000)
                colour = len(encodings) * 0x404040
                self.demo.commands(['rect %d %d 1 1 %06x' % (x * 16, y * 16, colour)
                                    for x, y in black])
                viewer.cells = set()
                while not viewer.cells.issuperset(black):
                    viewer.request(True)
                    # 2048, and some that are too large for one
                    self.assertLess(len(viewer.read_update().rects), 2500)
                # and the wire is in step still
                viewer.cells = set()
                viewer.request(False, 0, 0, 16, 16)
                viewer.read_update()
                self.assertEqual(viewer.cells, {(0, 0)})
                viewer.close()


class Surfaces(harness.WireTest):
    def test_no_surface_is_a_blank_screen_of_the_same_size(self):
        viewer = self.viewer()
        self.settle(viewer, rfb.DESKTOP_SIZE)
        self.demo.command('nosurface')
        black = harness.Picture(320, 240, bytes(320 * 240 * 3))
        self.converge(viewer, black, incremental=True)
        late = self.viewer()
        self.assertEqual((late.fb.width, late.fb.height), (320, 240))
        self.converge(late, black)
        self.demo.command('size 320 240')
        self.converge(viewer, self.demo.dump(), incremental=True)
        self.demo.command('nosurface')
        self.demo.command('size 100 60')
        self.full_update(viewer)

    def test_formats_of_the_surface(self):
        for name in ('r5g6b5', 'r8g8b8', 'x8r8g8b8', 'b8g8r8x8', 'x8b8g8r8', 'x1r5g5b5'):
            with self.subTest(format=name):
                viewer = self.viewer()
                viewer.set_encodings(rfb.DESKTOP_SIZE)
                self.demo.command('format ' + name)
                self.full_update(viewer)
                self.demo.command('paint 5')
                self.demo.command('rect 3 5 33 7 fedcba')
                self.converge(viewer, self.demo.dump(), incremental=True)
                self.demo.command('flip')
                self.demo.command('rect 300 200 20 40 00ff80')
                self.converge(viewer, self.demo.dump(), incremental=True)

    def test_formats_of_the_surface_at_odd_sizes(self):
        viewer = self.viewer()
        viewer.set_encodings(rfb.DESKTOP_SIZE)
        for name in ('r5g6b5', 'r8g8b8', 'x1r5g5b5', 'b8g8r8x8'):
            for size in ('17 3', '1 1', '33 65'):
                with self.subTest(format=name, size=size):
                    self.demo.command('size ' + size)
                    self.demo.command('format ' + name)
                    self.demo.command('paint 3')
                    self.full_update(viewer)


class Pace(harness.WireTest):
    """How often the server wants to be refreshed."""

    @staticmethod
    def fast(event):
        return 0 < int(event.text) <= 17

    def wait_interval(self, mark, test, what):
        def find():
            return [e for e in self.demo.lines[mark:] if e.kind == 'interval' and test(e)]
        return self.demo._wait(find, what)

    def test_the_interval_follows_what_happens(self):
        self.assertEqual([e for e in self.demo.events('interval') if int(e.text) != 0], [])
        mark = self.demo.mark()
        viewer = self.viewer()
        self.wait_interval(mark, self.fast, 'fast refresh for a viewer that has come')
        self.full_update(viewer)
        slow = self.wait_interval(mark, lambda e: int(e.text) > 17, 'slow refresh when idle')[0]
        self.assertLessEqual(int(slow.text), 100)
        mark = self.demo.mark()
        viewer.key(1, 0x61)
        self.wait_interval(mark, self.fast, 'fast refresh after a key')
        self.wait_interval(mark, lambda e: int(e.text) > 17, 'slow refresh when idle')
        mark = self.demo.mark()
        viewer.pointer(0, 1, 1)
        self.wait_interval(mark, self.fast, 'fast refresh after a pointer event')
        self.wait_interval(mark, lambda e: int(e.text) > 17, 'slow refresh when idle')
        mark = self.demo.mark()
        viewer.request(True)
        self.demo.command('rect 0 0 10 10 aaaaaa')
        viewer.read_update()
        self.wait_interval(mark, self.fast, 'fast refresh when something moves')
        viewer.close()
        last = self.wait_interval(mark, lambda e: e.text == '0', 'no refresh without viewers')[0]
        self.demo.wait_disconnected(mark)
        self.demo.sync()
        self.assertEqual(self.demo.events('interval', last.number + 1), [])

    def test_a_viewer_that_does_not_read_is_nobody_to_look_for(self):
        viewer = self.viewer(receive_buffer=16384)
        self.demo.command('size 1920 1080')
        mark = self.demo.mark()
        viewer.set_encodings(rfb.RAW, rfb.DESKTOP_SIZE)
        viewer.request(False)
        viewer.request(False)
        self.wait_interval(mark, lambda e: int(e.text) > 100, 'slow refresh while it reads nothing')

    def test_a_half_open_connection_is_nobody_to_draw_for(self):
        viewer = self.connect()
        viewer.read_version()
        viewer.send(b'RFB 003.008\n')
        viewer.take(2)
        self.demo.sync()
        self.assertEqual([e for e in self.demo.events('interval') if int(e.text) != 0], [])


class Switcher(rfb.Viewer):
    """A viewer that changes its pixel format when the desktop's name comes: SetPixelFormat and
    SetEncodings with DesktopName are said in one breath, so that the first update made after
    both begins with the name."""

    next_format = None

    def switch(self, fmt, *encodings):
        self.next_format = fmt
        self.switched = False
        self.features.update(encodings)
        self.features.add(rfb.DESKTOP_NAME)
        self.send(b'\0\0\0\0' + fmt.pack() +
                  rfb.pack_encodings(encodings + (rfb.DESKTOP_NAME,)) + rfb.pack_request(False))

    def on_pseudo(self, rect):
        if rect.encoding == rfb.DESKTOP_NAME and not self.switched:
            self.format = self.next_format
            self.switched = True


class Switches(harness.WireTest):
    """SetPixelFormat and SetEncodings while updates are under way."""
    DEMO_ARGUMENTS = {'size': '400x300', 'still': False, 'fps': 100}

    def switcher(self):
        viewer = Switcher(self.demo.address)
        self.addCleanup(viewer.close)
        viewer.switched = True
        return viewer.handshake()

    def read_to_switch(self, viewer, old, new):
        """Up to the first update after the switch: encodings are the old one's, then the new."""
        while True:
            update = viewer.read_update()
            if update.pixel_rects():
                wanted = {new if viewer.switched else old}
                self.assertEqual({r.encoding for r in update.pixel_rects()}, wanted)
            if viewer.switched:
                return

    def test_formats_and_encodings_in_the_middle_of_updates(self):
        viewer = self.switcher()
        formats = (rfb.RGB565, rfb.RGB888_BE, rfb.BGR233, rfb.RGB888_HIGH, rfb.RGB555,
                   rfb.COLOUR_MAP, rfb.RGB888, rfb.RGB565_BE)
        encodings = (rfb.TIGHT, rfb.RAW, rfb.ZRLE, rfb.ZLIB, rfb.HEXTILE)
        old = rfb.RAW
        for i in range(40):
            fmt, new = formats[i % len(formats)], encodings[i % len(encodings)]
            for _ in range(4):
                viewer.request(False)
            viewer.request(True)
            viewer.switch(fmt, new)
            self.read_to_switch(viewer, old, new)
            old = new
        self.demo.command('still')
        self.full_update(viewer)

    def test_encodings_alone(self):
        viewer = self.switcher()
        encodings = (rfb.TIGHT, rfb.ZRLE, rfb.ZLIB, rfb.HEXTILE)
        for i in range(60):
            viewer.request(i % 2)
            viewer.set_encodings(encodings[i % 4], rfb.compress_level(i % 10))
            if i % 3 == 0:
                viewer.request(False)
                viewer.read_update()
        self.demo.command('still')
        self.full_update(viewer)

    def test_a_colour_map_comes_before_the_pixels_that_need_it(self):
        """Also when the first request after SetPixelFormat finds nothing to send."""
        self.demo.command('still')
        viewer = self.viewer()
        self.full_update(viewer)
        viewer.set_pixel_format(rfb.COLOUR_MAP)
        viewer.request(True)
        self.demo.sync()
        viewer.request(True, 0, 0, 16, 16)
        self.demo.sync()
        self.demo.command('rect 0 0 400 300 80c0ff')
        viewer.read_update()  # fails if pixels come before the map
        self.full_update(viewer)

    def test_a_colour_map_comes_again_with_each_set_pixel_format(self):
        """"Immediately after SetPixelFormat the colour map is empty.\""""
        self.demo.command('still')
        viewer = self.viewer()
        for fmt in (rfb.COLOUR_MAP, rfb.COLOUR_MAP, rfb.RGB565, rfb.COLOUR_MAP):
            viewer.set_pixel_format(fmt)
            viewer.colour_map = None
            self.full_update(viewer)

    def test_a_moving_screen(self):
        viewer = self.viewer()
        viewer.set_encodings(rfb.ZRLE)
        for _ in range(30):
            viewer.request(True)
            viewer.read_update()
        self.demo.command('still')
        self.converge(viewer, self.demo.dump(), incremental=True)
        mark = self.demo.mark()
        self.demo.command('go')
        for _ in range(3):
            viewer.request(True)
            viewer.read_update()
        self.assertEqual(self.demo.events('log', mark), [])


if __name__ == '__main__':
    harness.main()
