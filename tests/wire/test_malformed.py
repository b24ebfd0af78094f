# Wrong messages, and messages that are odd but right.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
#
# A viewer that sends a wrong message is dropped, with one log line; other viewers notice nothing.
import random
import struct

import harness
import rfb
from rfb import PixelFormat

KNOWN = (0, 2, 3, 4, 5, 6, 251, 255)


def set_pixel_format(fmt):
    return b'\0\0\0\0' + fmt.pack()


class MalformedTest(harness.WireTest):
    SHARED_DEMO = True
    DEMO_OPTIONS = ('log-lines=0',)

    def setUp(self):
        super().setUp()
        self.witness = self.viewer()
        self.full_update(self.witness)
        self.before = self.demo.mark()

    def tearDown(self):
        """The witness is still served, and nobody but the culprits was dropped."""
        host, port = self.witness.name()
        self.full_update(self.witness)
        self.assertEqual(
            self.demo.events('viewer', self.before, '^disconnected .* %s %d ' % (host, port)), [])

    def dropped(self, words, *encodings):
        """Who says @words, after listing @encodings, is dropped."""
        mark = self.demo.mark()
        viewer = self.demo.viewer()
        with viewer:
            if encodings:
                viewer.set_encodings(*encodings)
                viewer.request(True)
                viewer.read_update()
            try:
                viewer.send(words)
            except rfb.Closed:
                pass
            self.assert_dropped(viewer, mark)
        return self.demo.events('log', mark)[0].text

    def accepted(self, words, *encodings):
        """Who says @words lives on; returns the viewer."""
        viewer = self.viewer()
        if encodings:
            viewer.set_encodings(*encodings)
        viewer.send(words)
        self.full_update(viewer)
        return viewer


class MessageTypes(MalformedTest):
    def test_each_unknown_message_type(self):
        for kind in range(256):
            if kind not in KNOWN:
                with self.subTest(kind=kind):
                    self.dropped(bytes([kind]))

    def test_an_unknown_message_type_with_much_behind_it(self):
        self.dropped(b'\x7f' + bytes(1 << 20))

    def test_qemu_messages_are_unknown_until_they_are_negotiated(self):
        self.dropped(struct.pack('>BBHII', 255, 0, 1, 97, 30))

    def test_each_unknown_qemu_message(self):
        for kind in range(1, 256):
            with self.subTest(kind=kind):
                self.dropped(bytes([255, kind]), rfb.EXTENDED_KEY_EVENT)

    def test_the_log_names_the_message(self):
        self.assertIn('77', self.dropped(bytes([77])))


class PixelFormats(MalformedTest):
    def bad(self, **changes):
        fields = {'bits': 32, 'depth': 24, 'big_endian': False, 'maxes': (255, 255, 255),
                  'shifts': (16, 8, 0), 'true_colour': True}
        fields.update(changes)
        with self.subTest(**changes):
            self.dropped(set_pixel_format(PixelFormat(**fields)))

    def test_bits_per_pixel(self):
        for bits in range(256):
            if bits not in (8, 16, 32):
                self.bad(bits=bits, depth=min(bits, 8) or 1, maxes=(1, 1, 1), shifts=(2, 1, 0))

    def test_depth(self):
        for depth in (0, 33, 255):
            self.bad(depth=depth)

    def test_max_is_not_a_power_of_two_less_one(self):
        for value in (0, 2, 4, 5, 6, 100, 254, 256, 0x8000, 0xfffe):
            self.bad(maxes=(value, 1, 1), shifts=(16, 1, 0))
            self.bad(maxes=(1, value, 1), shifts=(0, 16, 1))
            self.bad(maxes=(1, 1, value), shifts=(0, 1, 16))

    def test_shift_leaves_the_pixel(self):
        for shift in (25, 31, 32, 33, 64, 255):
            self.bad(shifts=(shift, 8, 0))
            self.bad(shifts=(8, shift, 0))
            self.bad(shifts=(8, 0, shift))
        for shift in (12, 15, 16, 31, 255):
            self.bad(bits=16, depth=16, maxes=(31, 31, 31), shifts=(shift, 5, 0))
        for shift in (6, 8, 255):
            self.bad(bits=8, depth=8, maxes=(7, 7, 3), shifts=(shift, 3, 0))

    def test_channels_overlap(self):
        self.bad(shifts=(16, 8, 8))
        self.bad(shifts=(16, 15, 0))
        self.bad(shifts=(0, 0, 0))
        self.bad(bits=16, depth=16, maxes=(31, 63, 31), shifts=(10, 5, 0))

    def test_a_colour_map_wider_than_eight_bits(self):
        for bits in (16, 32):
            self.bad(bits=bits, depth=8, true_colour=False)

    def test_any_flag_but_zero_is_true(self):
        fmt = bytearray(rfb.RGB888_BE.pack())
        fmt[2] = 7
        fmt[3] = 255
        viewer = self.viewer()
        viewer.set_pixel_format(rfb.RGB888_BE)
        viewer.send(b'\0\0\0\0' + bytes(fmt))
        self.full_update(viewer)


class Lengths(MalformedTest):
    def test_cut_text_too_long(self):
        for length in ((1 << 20) + 1, 1 << 21, 0x7fffffff):
            with self.subTest(length=length):
                self.dropped(struct.pack('>BxxxI', 6, length))

    def test_negative_cut_text_is_the_extended_clipboard(self):
        for length in (-1, -4, -5, -0x80000000):
            with self.subTest(length=length):
                self.dropped(struct.pack('>Bxxxi', 6, length))

    def test_cut_text(self):
        for text in (b'', b'x', bytes(range(256)), b'y' * (1 << 20)):
            with self.subTest(length=len(text)):
                self.accepted(struct.pack('>BxxxI', 6, len(text)) + text)

    def test_cut_text_in_pieces(self):
        viewer = self.viewer()
        text = struct.pack('>BxxxI', 6, 3000) + bytes(3000)
        for i in range(0, len(text), 700):
            viewer.send(text[i:i + 700])
            self.demo.sync()
        self.full_update(viewer)

    def test_cut_text_that_is_cut(self):
        mark = self.demo.mark()
        with self.demo.viewer() as viewer:
            viewer.send(struct.pack('>BxxxI', 6, 1 << 20) + bytes(1000))
            self.demo.sync()
            viewer.say_no_more()
        self.demo.wait_disconnected(mark)
        self.demo.sync()
        self.assertEqual(len(self.demo.events('log', mark)), 1)

    def test_encodings_by_the_thousands(self):
        for count in (0, 1, 1000, 65535):
            with self.subTest(count=count):
                numbers = [(i * 7919 + 1000) & 0x7fffffff for i in range(count)]
                self.accepted(rfb.pack_encodings(numbers))

    def test_65535_encodings_in_pieces(self):
        viewer = self.viewer()
        words = rfb.pack_encodings([123456] * 65534 + [rfb.ZLIB])
        for i in range(0, len(words), 50000):
            viewer.send(words[i:i + 50000])
            self.demo.sync()
        viewer.features.add(rfb.ZLIB)
        self.full_update(viewer)
        viewer.request(False)
        self.assertEqual({r.encoding for r in viewer.read_update().pixel_rects()}, {rfb.ZLIB})

    def test_fewer_encodings_than_announced(self):
        """What follows is taken for encodings, until there are enough."""
        viewer = self.viewer()
        viewer.send(struct.pack('>BxHi', 2, 6, 0) + rfb.pack_request(False) * 2)
        self.full_update(viewer)

    def test_screens_of_set_desktop_size(self):
        for count in (0, 1, 255):
            with self.subTest(count=count):
                self.accepted(rfb.pack_set_desktop_size(100, 100, [(0, 0, 0, 1, 1, 0)] * count))

    def test_set_desktop_size_of_nonsense(self):
        for width, height in ((0, 0), (65535, 65535), (1, 0)):
            self.accepted(rfb.pack_set_desktop_size(width, height, [(1, 2, 3, 4, 5, 6)]))


class Requests(MalformedTest):
    def test_outside_the_screen(self):
        for incremental in (0, 1, 255):
            for area in ((320, 0, 10, 10), (0, 240, 10, 10), (65535, 65535, 65535, 65535),
                         (65535, 0, 1, 1), (319, 239, 65535, 65535), (0, 0, 65535, 65535),
                         (0, 0, 0, 0), (5, 5, 0, 10), (5, 5, 10, 0), (320, 240, 0, 0)):
                with self.subTest(incremental=incremental, area=area):
                    self.accepted(rfb.pack_request(incremental, *area))

    def test_every_message_at_once(self):
        for fmt in (rfb.RGB565, rfb.RGB888):
            words = b''.join((
                set_pixel_format(fmt), rfb.pack_encodings([rfb.ZRLE, rfb.RAW]),
                rfb.pack_request(True, 0, 0, 0, 0), struct.pack('>BBxxI', 4, 1, 97),
                struct.pack('>BBxxI', 4, 0, 97), struct.pack('>BBHH', 5, 1, 65535, 65535),
                struct.pack('>BBHH', 5, 0, 0, 0), struct.pack('>BxxxI', 6, 3) + b'abc',
                rfb.pack_set_desktop_size(1, 1, [])))
            for pieces in (1, 2, 3, 5, 7, 11):
                with self.subTest(fmt=fmt, pieces=pieces):
                    viewer = self.viewer()
                    for i in range(0, len(words), pieces):
                        viewer.send(words[i:i + pieces])
                        if i % 4 == 0:
                            self.demo.ping()
                    viewer.format = fmt
                    viewer.features.add(rfb.ZRLE)
                    self.full_update(viewer)


class Noise(MalformedTest):
    def test_random_bytes(self):
        """Whatever comes, the server stays, and says at most one line about it."""
        for seed in range(60):
            with self.subTest(seed=seed):
                dice = random.Random(seed)
                words = bytes(dice.choice(KNOWN) if dice.random() < 0.2 else dice.randrange(256)
                              for _ in range(dice.randrange(1, 600)))
                mark = self.demo.mark()
                with self.demo.viewer() as viewer:
                    try:
                        viewer.send(words)
                    except rfb.Closed:
                        pass
                    self.demo.sync()
                self.demo.wait_disconnected(mark)
                self.demo.sync()
                self.assertLessEqual(len(self.demo.events('log', mark)), 1)

    def test_right_messages_with_wrong_bytes(self):
        """One byte of a conversation is changed, at each place."""
        words = b''.join((
            set_pixel_format(rfb.RGB565), rfb.pack_encodings([7, 16, 6, 5, -223, -239, -258]),
            rfb.pack_request(False), struct.pack('>BBHII', 255, 0, 1, 97, 30),
            struct.pack('>BBHH', 5, 1, 5, 5), struct.pack('>BxxxI', 6, 3) + b'abc',
            rfb.pack_set_desktop_size(10, 10, [(0, 0, 0, 10, 10, 0)]), rfb.pack_request(False)))
        dice = random.Random(1)
        for at in range(len(words)):
            with self.subTest(at=at):
                mark = self.demo.mark()
                with self.demo.viewer() as viewer:
                    changed = bytes([words[at] ^ dice.randrange(1, 256)])
                    try:
                        viewer.send(words[:at] + changed + words[at + 1:])
                    except rfb.Closed:
                        pass
                    self.demo.sync()
                self.demo.wait_disconnected(mark)
                self.demo.sync()
                self.assertLessEqual(len(self.demo.events('log', mark)), 1)


if __name__ == '__main__':
    harness.main()
