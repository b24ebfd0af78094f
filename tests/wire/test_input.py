# Keys and pointer, as the host gets them.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
import harness
import rfb

LEFT, MIDDLE, RIGHT, UP, DOWN, WLEFT, WRIGHT, BACK, FORWARD = (1 << i for i in range(9))


class InputTest(harness.WireTest):
    SHARED_DEMO = True

    def setUp(self):
        super().setUp()
        self.demo.command('pointer absolute')
        self.place = self.demo.mark()

    def expect(self, kind, *texts):
        """The next events of a kind are these, and no more."""
        for i, text in enumerate(texts):
            event = self.demo.wait_event(kind, self.place, count=i + 1)
            self.assertEqual(event.text, text)
        self.demo.sync()
        self.assertEqual([e.text for e in self.demo.events(kind, self.place)], list(texts))
        self.place = self.demo.mark()

    def negotiate(self, *encodings):
        """A viewer that has been told about @encodings."""
        viewer = self.viewer()
        viewer.set_encodings(*encodings)
        viewer.request(True)
        told = []
        while sorted(told) != sorted(encoding for encoding in encodings if encoding < 0):
            told += [rect.encoding for rect in viewer.read_update().rects if not rect.is_pixels()]
        return viewer


class Keys(InputTest):
    def test_keysyms(self):
        viewer = self.viewer()
        for keysym in (0x61, 0xff0d, 0x01002603, 0xffffffff, 0):
            viewer.key(1, keysym)
            viewer.key(0, keysym)
            self.expect('key', 'down %x 0 0' % keysym, 'up %x 0 0' % keysym)

    def test_any_flag_but_zero_is_down(self):
        viewer = self.viewer()
        viewer.key(255, 0x61)
        viewer.key(0, 0x61)
        self.expect('key', 'down 61 0 0', 'up 61 0 0')

    def test_repeated_keys(self):
        viewer = self.viewer()
        for down in (1, 1, 1, 0):
            viewer.key(down, 0x62)
        self.expect('key', *['down 62 0 0'] * 3, 'up 62 0 0')

    def test_extended_keys(self):
        viewer = self.negotiate(rfb.EXTENDED_KEY_EVENT)
        viewer.extended_key(1, 0x61, 0x1e)
        viewer.extended_key(256, 0xff53, 0xcd)
        viewer.extended_key(0, 0x41, 0x1e)
        viewer.extended_key(0, 0xff53, 0xcd)
        self.expect('key', 'down 61 1e 0', 'down ff53 cd 0', 'up 41 1e 0', 'up ff53 cd 0')
        viewer.key(1, 0x63)
        viewer.key(0, 0x63)
        self.expect('key', 'down 63 0 0', 'up 63 0 0')

    def test_codes_that_no_key_has(self):
        """Then the keysym says which key it was."""
        viewer = self.negotiate(rfb.EXTENDED_KEY_EVENT)
        for code in (0x100, 0xe04d, 0x8000001e, 0xffffffff):
            viewer.extended_key(1, 0x61, code)
            viewer.extended_key(0, 0x61, code)
            self.expect('key', 'down 61 0 0', 'up 61 0 0')
        viewer.extended_key(1, 0, 0xff)
        self.expect('key', 'down 0 ff 0')

    def test_a_viewer_that_knows_the_leds(self):
        viewer = self.negotiate(rfb.LED_STATE, rfb.EXTENDED_KEY_EVENT)
        viewer.key(1, 0x61)
        viewer.extended_key(0, 0x61, 0x1e)
        self.expect('key', 'down 61 0 1', 'up 61 1e 1')
        viewer.key(0, 0x61)
        self.expect('key', 'up 61 0 1')

    def test_keys_are_released_when_their_viewer_leaves(self):
        viewer = self.negotiate(rfb.EXTENDED_KEY_EVENT)
        viewer.key(1, 0xffe1)
        viewer.key(1, 0x61)
        viewer.key(0, 0x61)
        viewer.extended_key(1, 0xffe3, 0x1d)
        self.expect('key', 'down ffe1 0 0', 'down 61 0 0', 'up 61 0 0', 'down ffe3 1d 0')
        viewer.close()
        gone = self.demo.wait_disconnected(self.place)
        ups = self.demo.events('key', self.place)
        self.assertEqual({e.text for e in ups}, {'up ffe1 0 0', 'up ffe3 1d 0'})
        self.assertTrue(all(e.number < gone.number for e in ups))

    def test_keys_of_others_are_not_released(self):
        stays, leaves = self.viewer(), self.viewer()
        stays.key(1, 0x61)
        self.expect('key', 'down 61 0 0')
        leaves.key(1, 0x62)
        self.expect('key', 'down 62 0 0')
        mark = self.demo.mark()
        leaves.close()
        self.demo.wait_disconnected(mark)
        self.expect('key', 'up 62 0 0')
        stays.key(0, 0x61)
        self.expect('key', 'up 61 0 0')

    def test_keys_are_released_when_their_viewer_is_dropped(self):
        viewer = self.viewer()
        viewer.key(1, 0x61)
        viewer.send(b'\x7f')
        viewer.wait_closed()
        self.expect('key', 'down 61 0 0', 'up 61 0 0')

    def test_more_keys_than_anybody_has_fingers(self):
        viewer = self.viewer()
        for keysym in range(0x1000, 0x1400):
            viewer.key(1, keysym)
        self.demo.wait_event('key', self.place, count=1024)
        viewer.close()
        self.demo.wait_disconnected(self.place)
        self.full_update(self.viewer())


class Absolute(InputTest):
    def test_positions_are_exact_and_clamped(self):
        viewer = self.viewer()
        for x, y in ((0, 0), (319, 239), (5, 7), (160, 120)):
            viewer.pointer(0, x, y)
            self.expect('pointer', 'abs %d %d 0' % (x, y))
        viewer.pointer(0, 320, 240)
        self.expect('pointer', 'abs 319 239 0')
        viewer.pointer(0, 65535, 3)
        self.expect('pointer', 'abs 319 3 0')

    def test_odd_sizes_are_not_scaled(self):
        demo = self.start(size='17x13')
        with demo.viewer() as viewer:
            for x, y in ((16, 12), (0, 12), (8, 6)):
                mark = demo.mark()
                viewer.pointer(0, x, y)
                self.assertEqual(demo.wait_event('pointer', mark).text, 'abs %d %d 0' % (x, y))

    def test_buttons(self):
        viewer = self.viewer()
        for button in (LEFT, MIDDLE, RIGHT, UP, DOWN, WLEFT, WRIGHT, BACK, LEFT | RIGHT, 0):
            viewer.pointer(button, 1, 2)
            self.expect('pointer', 'abs 1 2 %x' % button)

    def test_extended_buttons(self):
        viewer = self.negotiate(rfb.EXTENDED_MOUSE_BUTTONS)
        for button in (LEFT, WLEFT, WRIGHT, BACK, FORWARD, LEFT | BACK | FORWARD, 0):
            viewer.extended_pointer(button, 1, 2)
            self.expect('pointer', 'abs 1 2 %x' % button)
        viewer.extended_pointer(0x7e00, 1, 2)  # reserved ones
        self.expect('pointer', 'abs 1 2 0')
        viewer.extended_pointer(BACK, 3, 4)
        viewer.pointer(LEFT, 5, 6)  # the plain form: none of the further buttons is held
        viewer.pointer(0, 5, 6)
        self.expect('pointer', 'abs 3 4 80', 'abs 5 6 1', 'abs 5 6 0')

    def test_extended_buttons_split_at_every_byte(self):
        viewer = self.negotiate(rfb.EXTENDED_MOUSE_BUTTONS)
        for at in range(1, 7):
            words = rfb.struct.pack('>BBHHB', 5, 0x81, 9, 8, 2)
            viewer.send(words[:at])
            self.demo.sync()
            viewer.send(words[at:])
            self.expect('pointer', 'abs 9 8 101')

    def test_buttons_are_released_when_their_viewer_leaves(self):
        viewer = self.viewer()
        viewer.pointer(LEFT | MIDDLE, 7, 8)
        self.expect('pointer', 'abs 7 8 3')
        viewer.close()
        gone = self.demo.wait_disconnected(self.place)
        up = self.demo.events('pointer', self.place)
        self.assertEqual([e.text for e in up], ['abs 7 8 0'])
        self.assertLess(up[0].number, gone.number)

    def test_nothing_is_released_when_nothing_is_held(self):
        viewer = self.viewer()
        viewer.pointer(LEFT, 7, 8)
        viewer.pointer(0, 7, 8)
        self.expect('pointer', 'abs 7 8 1', 'abs 7 8 0')
        viewer.close()
        self.demo.wait_disconnected(self.place)
        self.expect('pointer')

    def test_the_position_stays_inside_a_screen_that_has_shrunk(self):
        demo = self.start()
        with demo.viewer() as viewer:
            viewer.pointer(LEFT, 300, 200)
            demo.wait_event('pointer', 0, '^abs 300 200 1$')
            demo.command('size 100 50')
            viewer.pointer(0, 300, 200)
            demo.wait_event('pointer', 0, '^abs 99 49 0$')


class Relative(InputTest):
    def relative(self):
        self.demo.command('pointer relative')
        viewer = self.negotiate(rfb.POINTER_TYPE_CHANGE)
        self.assertFalse(viewer.absolute)
        return viewer

    def test_distances(self):
        viewer = self.relative()
        for dx, dy in ((0, 0), (1, -1), (-100, 100), (-0x7fff, 0x8000)):
            viewer.pointer(0, dx + 0x7fff, dy + 0x7fff)
            self.expect('pointer', 'rel %d %d 0' % (dx, dy))

    def test_buttons(self):
        viewer = self.relative()
        for button in (LEFT, UP, WRIGHT, 0):
            viewer.pointer(button, 0x7fff, 0x7fff)
            self.expect('pointer', 'rel 0 0 %x' % button)

    def test_buttons_are_released_when_their_viewer_leaves(self):
        viewer = self.relative()
        viewer.pointer(RIGHT, 0x8000, 0x7fff)
        self.expect('pointer', 'rel 1 0 4')
        viewer.close()
        self.demo.wait_disconnected(self.place)
        self.expect('pointer', 'rel 0 0 0')

    def test_a_viewer_without_distances_moves_by_differences(self):
        self.demo.command('pointer relative')
        viewer = self.viewer()
        viewer.pointer(0, 100, 100)
        first = self.demo.wait_event('pointer', self.place)
        self.assertEqual(first.words[0], 'rel')
        self.place = first.number + 1
        viewer.pointer(LEFT, 103, 95)
        viewer.pointer(0, 100, 95)
        self.expect('pointer', 'rel 3 -5 1', 'rel -3 0 0')

    def test_the_mode_changes_while_a_viewer_is_there(self):
        viewer = self.negotiate(rfb.POINTER_TYPE_CHANGE)
        self.assertTrue(viewer.absolute)
        self.full_update(viewer)
        self.demo.command('pointer relative')
        while viewer.absolute:
            viewer.request(True)
            viewer.read_update()
        viewer.pointer(0, 0x8000, 0x8001)
        self.expect('pointer', 'rel 1 2 0')
        self.demo.command('pointer absolute')
        while not viewer.absolute:
            viewer.request(True)
            viewer.read_update()
        viewer.pointer(0, 10, 20)
        self.expect('pointer', 'abs 10 20 0')

    def switch(self, viewer, mode):
        self.demo.command('pointer ' + mode)
        while viewer.absolute != (mode == 'absolute'):
            viewer.request(True)
            viewer.read_update()

    def test_no_jump_while_a_viewer_has_not_yet_heard_of_the_mode(self):
        viewer = self.negotiate(rfb.POINTER_TYPE_CHANGE)
        self.full_update(viewer)
        viewer.pointer(0, 100, 100)
        self.demo.sync()
        self.switch(viewer, 'relative')
        viewer.pointer(0, 101, 103)  # sent before it heard
        viewer.pointer(LEFT, 103, 102)
        viewer.pointer(LEFT, 0x7fff - 4, 0x7fff + 2)
        self.demo.sync()
        self.expect('pointer', 'abs 100 100 0', 'rel 0 0 0', 'rel 2 -1 1', 'rel -4 2 1')
        self.switch(viewer, 'absolute')
        viewer.pointer(0, 0x7fff + 9, 0x7fff - 8)
        viewer.pointer(0, 50, 60)
        # nothing is known of where it points before the last one
        self.expect('pointer', 'abs 50 60 0')

    def test_no_jump_for_a_viewer_that_knows_one_mode(self):
        viewer = self.viewer()
        viewer.pointer(0, 200, 100)
        self.demo.sync()
        self.demo.command('pointer relative')
        viewer.pointer(0, 20, 30)
        viewer.pointer(0, 21, 29)
        self.demo.sync()
        self.demo.command('pointer absolute')
        viewer.pointer(0, 25, 29)
        self.expect('pointer', 'abs 200 100 0', 'rel 0 0 0', 'rel 1 -1 0', 'abs 25 29 0')


if __name__ == '__main__':
    harness.main()
