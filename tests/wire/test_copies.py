# CopyRect: which viewers get it, and that pictures stay right.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
#
# vnc-demo's window moves, and its terminal scrolls as keys are typed.
import harness
import rfb


class Copies(harness.WireTest):
    DEMO_ARGUMENTS = {'size': '640x480', 'still': False, 'fps': 100}

    def ready(self, *encodings):
        """A viewer that has the whole picture of a moment."""
        viewer = self.viewer()
        viewer.set_encodings(*encodings)
        viewer.request(False)
        viewer.read_update()
        return viewer

    def read_to_copy(self, viewer):
        """Updates, up to the first with a CopyRect."""
        while True:
            viewer.request(True)
            update = viewer.read_update()
            if update.copies():
                return update

    def stop(self):
        self.demo.command('still')
        return self.demo.dump()

    def test_the_window_moves(self):
        for encoding in (rfb.RAW, rfb.HEXTILE, rfb.ZLIB, rfb.TIGHT, rfb.ZRLE):
            with self.subTest(encoding=encoding):
                self.demo.command('go')
                viewer = self.ready(rfb.COPY_RECT, encoding)
                for _ in range(5):
                    self.read_to_copy(viewer)
                self.converge(viewer, self.stop(), incremental=True)
                viewer.close()

    def test_where_copy_rect_stands_in_the_list_means_nothing(self):
        for encodings in ((rfb.COPY_RECT, rfb.ZRLE), (rfb.ZRLE, rfb.COPY_RECT),
                          (rfb.ZRLE, rfb.DESKTOP_SIZE, rfb.COPY_RECT, rfb.RAW)):
            viewer = self.ready(*encodings)
            update = self.read_to_copy(viewer)
            self.assertLessEqual({r.encoding for r in update.pixel_rects()}, {rfb.ZRLE})

    def test_copies_come_before_the_pixels(self):
        viewer = self.ready(rfb.COPY_RECT, rfb.ZRLE, rfb.LED_STATE)
        for _ in range(10):
            kinds = [r.encoding == rfb.COPY_RECT for r in self.read_to_copy(viewer).rects
                     if r.encoding != rfb.LED_STATE]
            self.assertEqual(kinds, sorted(kinds, reverse=True))

    def test_who_does_not_list_it_gets_none(self):
        """A viewer fails at a rectangle that it has not listed."""
        copier, plain = self.ready(rfb.COPY_RECT, rfb.ZRLE), self.ready(rfb.ZRLE)
        silent = self.viewer()
        for _ in range(20):
            plain.request(True)
            silent.request(True)
            self.read_to_copy(copier)
            plain.read_update()
            silent.read_update()
        picture = self.stop()
        for viewer in (copier, plain, silent):
            self.converge(viewer, picture, incremental=True)

    def test_who_lists_it_no_more_gets_no_more(self):
        viewer, other = self.ready(rfb.COPY_RECT, rfb.ZRLE), self.ready(rfb.ZRLE)
        for _ in range(20):
            viewer.set_encodings(rfb.COPY_RECT, rfb.ZRLE)
            self.read_to_copy(viewer)
            # something moves and the viewer does not ask: copies are likely to wait
            for _ in range(2):
                other.request(True)
                other.read_update()
            # the update that names the desktop is begun after this
            viewer.set_encodings(rfb.ZRLE, rfb.DESKTOP_NAME)
            viewer.request(True)
            update = viewer.read_update()
            while not update.pseudo(rfb.DESKTOP_NAME):
                viewer.request(True)
                update = viewer.read_update()
            for _ in range(5):
                self.assertEqual(update.copies(), [])
                viewer.request(True)
                update = viewer.read_update()
        self.converge(viewer, self.stop(), incremental=True)

    def test_a_part_of_the_screen_is_not_left(self):
        """Copies within what was asked for, and the rest is right when it is asked for."""
        viewer = self.ready(rfb.COPY_RECT, rfb.ZRLE)
        within = 128, 96, 320, 256
        for _ in range(60):
            viewer.request(True, *within)
            for r in viewer.read_update().copies():
                self.assertTrue(r.x >= 128 and r.y >= 96 and r.x + r.w <= 128 + 320 and
                                r.y + r.h <= 96 + 256, r)
        self.converge(viewer, self.stop(), incremental=True)

    def test_a_slow_viewer(self):
        """Much has moved between two requests."""
        viewer, other = self.ready(rfb.COPY_RECT, rfb.ZRLE), self.ready(rfb.RAW)
        for i in range(8):
            for _ in range(i * i):
                other.request(True)
                other.read_update()
            viewer.request(True)
            viewer.read_update()
        self.converge(viewer, self.stop(), incremental=True)

    def test_a_resize(self):
        viewer = self.ready(rfb.COPY_RECT, rfb.ZRLE, rfb.DESKTOP_SIZE)
        for width, height in ((500, 333), (641, 479), (500, 333), (640, 480)):
            self.read_to_copy(viewer)
            self.demo.command('size %d %d' % (width, height))
            self.demo.command('go')
            while (viewer.fb.width, viewer.fb.height) != (width, height):
                viewer.request(True)
                viewer.read_update()
        self.read_to_copy(viewer)
        self.converge(viewer, self.stop(), incremental=True)


class Scrolls(harness.WireTest):
    DEMO_ARGUMENTS = {'size': '800x600', 'still': False, 'fps': 5}

    def test_a_terminal_scrolls(self):
        viewer = self.viewer()
        viewer.set_encodings(rfb.COPY_RECT, rfb.TIGHT)
        viewer.request(False)
        viewer.read_update()
        scrolled = 0
        while scrolled < 3:
            for key in b'word and word\r':
                keysym = 0xff0d if key == 13 else key
                viewer.key(1, keysym)
                viewer.key(0, keysym)
            viewer.request(True)
            # lines are 16 pixels high, and come from below
            update = viewer.read_update()
            scrolled += any(r.h >= 16 and r.w >= 64 for r in update.copies())
        self.demo.command('still')
        self.converge(viewer, self.demo.dump(), incremental=True)


if __name__ == '__main__':
    harness.main()
