# Pseudo-encodings: cursor, lock keys, name, pointer type, acknowledgements.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
import itertools

import harness
import rfb


class PseudoTest(harness.WireTest):
    SHARED_DEMO = True
    colours = itertools.count(0x102030)

    def told(self, viewer, encoding, incremental=True):
        """The pseudo-rectangle of the next update that has one."""
        while True:
            viewer.request(incremental)
            found = viewer.read_update().pseudo(encoding)
            if found:
                self.assertEqual(len(found), 1)
                return found[0]

    def not_told(self, viewer, encoding):
        """What comes with a full update, and with the next change, holds none of these."""
        viewer.request(False)
        update = viewer.read_update()
        self.assertEqual(update.pseudo(encoding), [])
        viewer.request(True)
        self.demo.command('rect 5 5 10 10 %06x' % next(self.colours))
        update = viewer.read_update()
        self.assertEqual(update.pseudo(encoding), [])

    def nothing_waits(self, viewer):
        """No byte has come that was not asked for."""
        self.demo.sync()
        viewer.socket.setblocking(False)
        try:
            with self.assertRaises(BlockingIOError):
                viewer.socket.recv(1, rfb.socket.MSG_PEEK)
            self.assertEqual(viewer.input, b'')
        finally:
            viewer.socket.settimeout(rfb.DEADLINE)


class Cursors(PseudoTest):
    def tearDown(self):
        self.demo.command('cursor arrow')

    def shapes(self, name, fmt=rfb.RGB888):
        """The cursor as all three pseudo-encodings tell of it."""
        self.demo.command('cursor ' + name)
        out = []
        for encoding in (rfb.CURSOR, rfb.CURSOR_WITH_ALPHA, rfb.X_CURSOR):
            viewer = self.viewer()
            viewer.set_pixel_format(fmt)
            viewer.set_encodings(encoding)
            out.append(self.told(viewer, encoding).data)
        return out

    def compare(self, fmt, plain, alpha):
        """Mask and pixels are those of the shape with alpha."""
        self.assertEqual((plain.hot_x, plain.hot_y, plain.width, plain.height),
                         (alpha.hot_x, alpha.hot_y, alpha.width, alpha.height))
        self.assertGreater(plain.width * plain.height, 0)
        self.assertLess(plain.hot_x, plain.width)
        self.assertLess(plain.hot_y, plain.height)
        for i in range(plain.width * plain.height):
            r, g, b, a = alpha.rgba[4 * i:4 * i + 4]
            self.assertLessEqual(max(r, g, b), a, 'not premultiplied')
            self.assertEqual(plain.mask[i // plain.width][i % plain.width], int(a >= 128))
            if a == 255:
                self.assertEqual(plain.pixels[i], fmt.from_rgb(bytes((r, g, b)))[0])

    def test_an_opaque_shape(self):
        for fmt in (rfb.RGB888, rfb.RGB565, rfb.RGB888_HIGH_BE, rfb.BGR233):
            with self.subTest(format=fmt):
                plain, alpha, two_colours = self.shapes('arrow', fmt)
                self.compare(fmt, plain, alpha)
                self.assertEqual(two_colours.mask, plain.mask)
                # the arrow has two colours, so that they are exact
                for i, have in enumerate(two_colours.pixels):
                    r, g, b, a = alpha.rgba[4 * i:4 * i + 4]
                    if a == 255:
                        self.assertEqual(have, bytes((r, g, b)))
                self.assertLessEqual(set(alpha.rgba[3::4]), {0, 255})
                self.assertIn(255, alpha.rgba[3::4])

    def test_a_shape_with_alpha(self):
        plain, alpha, two_colours = self.shapes('alpha')
        self.compare(rfb.RGB888, plain, alpha)
        self.assertEqual(two_colours.mask, plain.mask)
        self.assertTrue(any(0 < a < 255 for a in alpha.rgba[3::4]))

    def test_a_hidden_cursor_is_an_empty_shape(self):
        for shape in self.shapes('hidden'):
            self.assertEqual(shape.width * shape.height, 0)

    def test_no_shape_leaves_the_viewer_its_own(self):
        self.demo.command('cursor none')
        for encoding in (rfb.CURSOR, rfb.CURSOR_WITH_ALPHA, rfb.X_CURSOR):
            viewer = self.viewer()
            viewer.set_encodings(encoding)
            self.not_told(viewer, encoding)

    def test_a_change_is_told(self):
        for encoding in (rfb.CURSOR, rfb.CURSOR_WITH_ALPHA, rfb.X_CURSOR):
            self.demo.command('cursor arrow')
            viewer = self.viewer()
            viewer.set_encodings(encoding)
            first = self.told(viewer, encoding).data
            self.full_update(viewer)
            viewer.request(True)
            self.demo.command('cursor alpha')
            second = viewer.read_update().pseudo(encoding)[0].data
            self.assertNotEqual((first.pixels, first.rgba), (second.pixels, second.rgba))
            self.assertNotEqual(first.width, second.width)
            viewer.request(True)
            self.demo.command('cursor hidden')
            self.assertEqual(viewer.read_update().pseudo(encoding)[0].data.width, 0)

    def test_a_change_waits_for_a_request(self):
        viewer = self.viewer()
        self.settle(viewer, rfb.CURSOR)
        self.demo.command('cursor alpha')
        self.nothing_waits(viewer)
        viewer.request(True)
        self.assertEqual(len(viewer.read_update().pseudo(rfb.CURSOR)), 1)

    def test_alpha_goes_before_the_mask(self):
        for encodings in ((rfb.CURSOR, rfb.CURSOR_WITH_ALPHA),
                          (rfb.CURSOR_WITH_ALPHA, rfb.CURSOR)):
            viewer = self.viewer()
            viewer.set_encodings(*encodings)
            viewer.request(False)
            update = viewer.read_update()
            self.assertEqual(len(update.pseudo(rfb.CURSOR_WITH_ALPHA)), 1)
            self.assertEqual(update.pseudo(rfb.CURSOR), [])

    def test_more_than_two_colours_go_before_two(self):
        for better in (rfb.CURSOR, rfb.CURSOR_WITH_ALPHA):
            for encodings in ((rfb.X_CURSOR, better), (better, rfb.X_CURSOR)):
                viewer = self.viewer()
                viewer.set_encodings(*encodings)
                viewer.request(False)
                update = viewer.read_update()
                self.assertEqual(len(update.pseudo(better)), 1)
                self.assertEqual(update.pseudo(rfb.X_CURSOR), [])

    def test_a_viewer_that_lists_neither_is_not_told(self):
        viewer = self.viewer()
        viewer.set_encodings(rfb.RAW)
        self.not_told(viewer, rfb.CURSOR)
        self.demo.command('cursor alpha')
        self.not_told(viewer, rfb.CURSOR)

    def test_the_shape_comes_again_in_another_pixel_format(self):
        viewer = self.viewer()
        viewer.set_encodings(rfb.CURSOR)
        self.told(viewer, rfb.CURSOR)
        viewer.set_pixel_format(rfb.RGB565)
        viewer.set_encodings(rfb.CURSOR)
        self.told(viewer, rfb.CURSOR)
        self.full_update(viewer)

    def test_a_cursor_for_a_colour_map_viewer(self):
        viewer = self.viewer()
        viewer.set_pixel_format(rfb.COLOUR_MAP)
        viewer.set_encodings(rfb.CURSOR)
        self.told(viewer, rfb.CURSOR)
        self.assertEqual(len(viewer.colour_map), 256, 'the map comes before the cursor')


class Leds(PseudoTest):
    def test_the_state_is_told_at_once_and_on_change(self):
        self.demo.command('leds 2')
        viewer = self.viewer()
        viewer.set_encodings(rfb.LED_STATE)
        self.assertEqual(self.told(viewer, rfb.LED_STATE).data, 2)
        self.full_update(viewer)
        for leds in (0, 1, 4, 7, 3):
            viewer.request(True)
            self.demo.command('leds %d' % leds)
            update = viewer.read_update()
            self.assertEqual([r.data for r in update.pseudo(rfb.LED_STATE)], [leds])
            self.assertEqual(update.pixel_rects(), [])

    def test_only_the_last_state_counts(self):
        viewer = self.viewer()
        self.settle(viewer, rfb.LED_STATE)
        for leds in (1, 2, 4, 5):
            self.demo.command('leds %d' % leds)
        self.nothing_waits(viewer)
        self.assertEqual(self.told(viewer, rfb.LED_STATE).data, 5)
        self.not_told(viewer, rfb.LED_STATE)

    def test_a_viewer_that_does_not_list_it_is_not_told(self):
        viewer = self.viewer()
        viewer.set_encodings(rfb.LED_STATE)
        viewer.set_encodings(rfb.RAW)
        self.demo.command('leds 6')
        self.not_told(viewer, rfb.LED_STATE)


class Names(PseudoTest):
    def test_a_change_is_told(self):
        viewer = self.viewer()
        self.settle(viewer, rfb.DESKTOP_NAME)
        for name in ('one', 'zwei – ☃', 'x' * 1000):
            viewer.request(True)
            self.demo.command('name ' + name)
            update = viewer.read_update()
            self.assertEqual([r.data for r in update.pseudo(rfb.DESKTOP_NAME)], [name])

    def test_a_very_long_name(self):
        self.demo.command('name ' + 'ü' * 20000)
        viewer = self.viewer()
        viewer.set_encodings(rfb.DESKTOP_NAME)
        name = self.told(viewer, rfb.DESKTOP_NAME).data
        self.assertEqual(set(name), {'ü'})
        self.full_update(viewer)
        self.demo.command('name short')

    def test_a_viewer_that_does_not_list_it_is_not_told(self):
        viewer = self.viewer()
        viewer.set_encodings(rfb.RAW)
        self.demo.command('name another')
        self.not_told(viewer, rfb.DESKTOP_NAME)


class PointerPosition(PseudoTest):
    places = itertools.cycle([(11, 12), (300, 200), (0, 239)])

    def warp(self):
        place = next(self.places)
        self.demo.command('warp %d %d' % place)
        return place

    def test_where_the_guest_puts_it(self):
        first = self.warp()
        viewer = self.viewer()
        viewer.set_encodings(rfb.POINTER_POSITION)
        self.assertEqual(self.told(viewer, rfb.POINTER_POSITION).data, first)
        self.full_update(viewer)
        self.not_told(viewer, rfb.POINTER_POSITION)
        for _ in range(3):
            viewer.request(True)
            place = self.warp()
            update = viewer.read_update()
            self.assertEqual([r.data for r in update.pseudo(rfb.POINTER_POSITION)], [place])
            self.assertEqual(update.pixel_rects(), [])

    def test_only_the_last_place_counts(self):
        viewer = self.viewer()
        self.settle(viewer, rfb.POINTER_POSITION)
        self.warp()
        last = self.warp()
        self.nothing_waits(viewer)
        self.assertEqual(self.told(viewer, rfb.POINTER_POSITION).data, last)
        self.not_told(viewer, rfb.POINTER_POSITION)

    def test_it_lies_on_the_screen(self):
        demo = self.start(size='17x13')
        demo.command('warp 500 5')
        with demo.viewer() as viewer:
            viewer.set_encodings(rfb.POINTER_POSITION)
            self.assertEqual(self.told(viewer, rfb.POINTER_POSITION).data, (16, 5))

    def test_no_echo(self):
        """A guest that follows: one viewer hears nothing of its own doing, the other does."""
        moves, looks = self.viewer(), self.viewer()
        for viewer in (moves, looks):
            self.settle(viewer, rfb.POINTER_POSITION)
        for i in range(5):
            moves.pointer(0, 20 + i, 30)
            if i > 2:  # the guest is late
                self.demo.command('warp %d 30' % (18 + i))
        looks.request(True)
        self.assertEqual([r.data for r in looks.read_update().pseudo(rfb.POINTER_POSITION)],
                         [(22, 30)])
        self.demo.command('warp 24 30')
        self.assertEqual(self.told(looks, rfb.POINTER_POSITION).data, (24, 30))
        self.not_told(moves, rfb.POINTER_POSITION)

    def test_where_the_guest_wants_it_in_the_end(self):
        """A guest that does not let the pointer go where the viewer points."""
        viewer = self.viewer()
        self.settle(viewer, rfb.POINTER_POSITION)
        viewer.pointer(0, 100, 100)
        self.demo.sync()
        self.demo.command('warp 90 90')
        viewer.request(True)
        self.assertEqual([r.data for r in viewer.read_update().pseudo(rfb.POINTER_POSITION)],
                         [(90, 90)])

    def test_a_viewer_that_follows_does_not_move_a_relative_pointer(self):
        """Else guest and viewer would push each other on for ever."""
        self.demo.command('pointer relative')
        self.addCleanup(self.demo.command, 'pointer absolute')
        viewer = self.viewer()
        viewer.set_encodings(rfb.POINTER_POSITION)
        place = self.warp()
        self.assertEqual(self.told(viewer, rfb.POINTER_POSITION).data, place)
        mark = self.demo.mark()
        viewer.pointer(0, *place)
        viewer.pointer(0, place[0] + 3, place[1] - 1)
        self.assertEqual(self.demo.wait_event('pointer', mark).text, 'rel 0 0 0')
        self.assertEqual(self.demo.wait_event('pointer', mark, count=2).text, 'rel 3 -1 0')

    def test_a_viewer_of_distances_is_always_told(self):
        """It cannot know where they lead."""
        self.demo.command('pointer relative')
        self.addCleanup(self.demo.command, 'pointer absolute')
        viewer = self.viewer()
        self.settle(viewer, rfb.POINTER_POSITION, rfb.POINTER_TYPE_CHANGE)
        for _ in range(3):
            viewer.pointer(0, 0x8000, 0x7fff)
            place = self.warp()
            self.assertEqual(self.told(viewer, rfb.POINTER_POSITION).data, place)

    def test_a_viewer_that_does_not_list_it_is_not_told(self):
        viewer = self.viewer()
        viewer.set_encodings(rfb.RAW)
        self.warp()
        self.not_told(viewer, rfb.POINTER_POSITION)


class Acknowledgements(PseudoTest):
    ALONE = (rfb.EXTENDED_KEY_EVENT, rfb.EXTENDED_MOUSE_BUTTONS, rfb.AUDIO)

    def test_each_is_sent_when_it_is_listed(self):
        viewer = self.viewer()
        for encoding in self.ALONE:
            viewer.set_encodings(encoding)
            update = viewer.read_update()
            self.assertEqual([(r.encoding, r.w, r.h) for r in update.rects], [(encoding, 0, 0)])
            self.nothing_waits(viewer)
            self.not_told(viewer, encoding)
        viewer.set_encodings(rfb.POINTER_TYPE_CHANGE)
        self.told(viewer, rfb.POINTER_TYPE_CHANGE)
        self.not_told(viewer, rfb.POINTER_TYPE_CHANGE)

    def test_all_at_once(self):
        """Those that only say yes in updates of their own, all others in the one that was asked for."""
        viewer = self.viewer()
        encodings = (rfb.LED_STATE, rfb.POINTER_TYPE_CHANGE, rfb.DESKTOP_NAME, rfb.CURSOR,
                     rfb.CURSOR_WITH_ALPHA)
        viewer.set_encodings(rfb.ZRLE, *self.ALONE, *encodings)
        viewer.request(False)
        alone = [viewer.read_update().rects for _ in self.ALONE]
        self.assertEqual(sorted(r.encoding for rects in alone for r in rects), sorted(self.ALONE))
        update = viewer.read_update()
        for encoding in encodings:
            expected = 0 if encoding == rfb.CURSOR else 1
            self.assertEqual(len(update.pseudo(encoding)), expected, encoding)
        self.assertTrue(update.pixel_rects())
        self.nothing_waits(viewer)
        self.full_update(viewer)

    def test_unknown_pseudo_encodings_are_passed_over(self):
        viewer = self.viewer()
        viewer.set_encodings(-1, -225, -309, -312, -313, 0x574d5669, -0x80000000, 0x7fffffff)
        viewer.features.clear()
        for _ in range(3):
            self.full_update(viewer)


if __name__ == '__main__':
    harness.main()
