# The test client itself: its decoders on bytes made by hand.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
import array
import struct
import unittest
import zlib

import harness
import rfb
from rfb import PixelFormat, ProtocolError

RGB = rfb.RGB888_LE
BYTE = rfb.RGB332


class Feed(rfb.Viewer):
    """A viewer that is fed with bytes in place of a socket."""

    def __init__(self, width, height, fmt, *features):
        self.input = bytearray()
        self.received = 0
        self.format = fmt
        self.fb = rfb.Framebuffer(width, height)
        self.decoders = rfb.Decoders()
        self.colour_map = None
        self.features = set(features)
        self.cursor = self.screens = self.leds = None
        self.name_of_desktop = ''

    def _fill(self):
        raise rfb.Closed('no more bytes')

    def feed(self, data):
        self.input += data
        message = self.read_message()
        if self.input:
            raise ProtocolError('%d bytes left' % len(self.input))
        return message

    def update(self, *rects):
        return self.feed(struct.pack('>BxH', 0, len(rects)) + b''.join(rects))


def rect(x, y, w, h, encoding, payload=b''):
    return struct.pack('>HHHHi', x, y, w, h, encoding) + payload


def sized(data):
    return struct.pack('>I', len(data)) + data


class Deflate:
    def __init__(self):
        self.stream = zlib.compressobj()

    def __call__(self, data):
        return self.stream.compress(data) + self.stream.flush(zlib.Z_SYNC_FLUSH)


class PixelFormats(unittest.TestCase):
    def test_pack_and_unpack(self):
        for fmt in (RGB, rfb.RGB565_BE, rfb.BGR233, rfb.COLOUR_MAP):
            self.assertEqual(PixelFormat.unpack(fmt.pack()), fmt)
        self.assertEqual(rfb.RGB565_BE.pack(),
                         bytes([16, 16, 1, 1, 0, 31, 0, 63, 0, 31, 11, 5, 0, 0, 0, 0]))

    def test_pixels(self):
        self.assertEqual(list(RGB.pixels(b'\x33\x22\x11\0')), [0x112233])
        self.assertEqual(list(rfb.RGB888_BE.pixels(b'\0\x11\x22\x33')), [0x112233])
        self.assertEqual(list(rfb.RGB565.pixels(b'\x34\x12')), [0x1234])
        self.assertEqual(list(rfb.RGB565_BE.pixels(b'\x12\x34')), [0x1234])
        self.assertEqual(list(BYTE.pixels(b'\x12\x34')), [0x12, 0x34])

    def test_cpixel_is_three_bytes_where_the_specification_says_so(self):
        self.assertEqual(list(RGB.cpixels(b'\x33\x22\x11')), [0x112233])
        self.assertEqual(list(rfb.RGB888_BE.cpixels(b'\x11\x22\x33')), [0x112233])
        self.assertEqual(list(rfb.RGB888_HIGH.cpixels(b'\x33\x22\x11')), [0x11223300])
        self.assertEqual(list(rfb.RGB888_HIGH_BE.cpixels(b'\x11\x22\x33')), [0x11223300])
        self.assertEqual(rfb.RGB888_DEPTH32.cpixel_size, 4)
        self.assertEqual(rfb.RGB101010.cpixel_size, 4)
        self.assertEqual(rfb.RGB565.cpixel_size, 2)

    def test_tpixel_is_red_green_blue(self):
        self.assertEqual(list(rfb.BGR888.tpixels(b'\x11\x22\x33')), [0x332211])
        self.assertEqual(list(rfb.RGB888_BE.tpixels(b'\x11\x22\x33')), [0x112233])
        self.assertEqual(rfb.RGB888_DEPTH32.tpixel_size, 4)

    def test_from_rgb(self):
        self.assertEqual(list(rfb.RGB565.from_rgb(b'\xff\x80\x07')), [31 << 11 | 32 << 5 | 1])
        self.assertEqual(list(rfb.RGB101010.from_rgb(b'\xff\x80\0')), [1023 << 20 | 514 << 10])


class Pixels(unittest.TestCase):
    def test_raw(self):
        v = Feed(3, 2, BYTE)
        v.update(rect(1, 0, 2, 2, rfb.RAW, b'\1\2\3\4'))
        self.assertEqual(list(v.fb.pixels), [rfb.POISON, 1, 2, rfb.POISON, 3, 4])

    def test_an_encoding_that_was_not_listed_is_refused(self):
        v = Feed(1, 1, BYTE)
        with self.assertRaises(ProtocolError):
            v.update(rect(0, 0, 1, 1, rfb.HEXTILE, b'\2\0'))

    def test_a_rectangle_outside_the_screen_is_refused(self):
        v = Feed(3, 2, BYTE)
        with self.assertRaises(ProtocolError):
            v.update(rect(2, 0, 2, 1, rfb.RAW, b'\1\2'))

    def test_hextile(self):
        v = Feed(18, 17, BYTE, rfb.HEXTILE)
        v.update(rect(0, 0, 18, 17, rfb.HEXTILE,
                      b'\x0e\5\7' + b'\1' + b'\x12\x31' +    # background, foreground, 1 of 4x2
                      b'\x18\1' + b'\x09\0\x01' +            # one coloured, 1x2 at 0,0
                      b'\1' + bytes(range(16)) +             # raw, 16x1
                      b'\2\x33'))
        p, w = v.fb.pixels, 18
        self.assertEqual([p[0], p[2 * w + 1], p[3 * w + 4], p[3 * w + 5]], [5, 7, 7, 5])
        self.assertEqual([p[16], p[w + 16], p[2 * w + 16], p[17]], [9, 9, 5, 5])
        self.assertEqual(list(p[16 * w:]), list(range(16)) + [0x33] * 2)

    def test_hextile_background_is_not_carried_over_a_raw_tile(self):
        v = Feed(32, 1, BYTE, rfb.HEXTILE)
        with self.assertRaises(ProtocolError):
            v.update(rect(0, 0, 32, 1, rfb.HEXTILE, b'\1' + bytes(16) + b'\0'))

    def test_zlib_is_one_stream(self):
        v = Feed(4, 1, BYTE, rfb.ZLIB)
        deflate = Deflate()
        for row in (b'\1\2\3\4', b'\5\6\7\7'):
            v.update(rect(0, 0, 4, 1, rfb.ZLIB, sized(deflate(row))))
            self.assertEqual(list(v.fb.pixels), list(row))

    def test_zlib_of_another_length_is_refused(self):
        for row in (b'\1\2\3', b'\1\2\3\4\5'):
            v = Feed(4, 1, BYTE, rfb.ZLIB)
            with self.assertRaises(ProtocolError):
                v.update(rect(0, 0, 4, 1, rfb.ZLIB, sized(Deflate()(row))))

    def zrle(self, width, height, tiles):
        v = Feed(width, height, BYTE, rfb.ZRLE)
        v.update(rect(0, 0, width, height, rfb.ZRLE, sized(Deflate()(tiles))))
        return list(v.fb.pixels)

    def test_zrle_raw_and_solid(self):
        self.assertEqual(self.zrle(2, 1, b'\0\5\6'), [5, 6])
        self.assertEqual(self.zrle(3, 2, b'\1\5'), [5] * 6)
        self.assertEqual(self.zrle(65, 1, b'\1\5' + b'\0\6'), [5] * 64 + [6])

    def test_zrle_packed_palettes(self):
        self.assertEqual(self.zrle(9, 1, b'\2\7\x08' + b'\xaa\x80'),
                         [8, 7, 8, 7, 8, 7, 8, 7, 8])
        self.assertEqual(self.zrle(5, 1, b'\3\7\x08\x09' + b'\x18\x40'), [7, 8, 9, 7, 8])
        self.assertEqual(self.zrle(3, 1, b'\5\1\2\3\4\5' + b'\x43\x20'), [5, 4, 3])

    def test_zrle_runs(self):
        self.assertEqual(self.zrle(3, 2, b'\x80\5\3\6\1'), [5] * 4 + [6] * 2)
        self.assertEqual(self.zrle(64, 5, b'\x80\5\xff\x3f\6\0'), [5] * 319 + [6])
        self.assertEqual(self.zrle(3, 2, b'\x82\5\6' + b'\0\x81\3\0'), [5] + [6] * 4 + [5])

    def test_zrle_faults(self):
        for tiles in (b'\x11', b'\x81', b'\x80\5\2', b'\x82\5\6\2', b'\0\1\2\3'):
            with self.assertRaises(ProtocolError):
                self.zrle(2, 1, tiles)

    def rre(self, width, height, payload):
        v = Feed(width, height, BYTE, rfb.RRE)
        v.update(rect(0, 0, width, height, rfb.RRE, payload))
        return list(v.fb.pixels)

    def test_rre(self):
        self.assertEqual(self.rre(2, 2, b'\0\0\0\0\5'), [5] * 4)
        self.assertEqual(self.rre(3, 2, b'\0\0\0\1\5' + b'\6' + struct.pack('>HHHH', 1, 0, 2, 1)),
                         [5, 6, 6, 5, 5, 5])

    def test_rre_faults(self):
        for place in ((1, 0, 3, 1), (0, 1, 1, 2), (0, 0, 0, 1)):
            with self.assertRaises(ProtocolError):
                self.rre(3, 2, b'\0\0\0\1\5' + b'\6' + struct.pack('>HHHH', *place))
        with self.assertRaises(ProtocolError):
            self.rre(1, 1, b'\0\0\0\1\5' + b'\6' + struct.pack('>HHHH', 0, 0, 1, 1))

    def trle(self, width, height, payload):
        v = Feed(width, height, BYTE, rfb.TRLE)
        v.update(rect(0, 0, width, height, rfb.TRLE, payload))
        return list(v.fb.pixels)

    def test_trle(self):
        self.assertEqual(self.trle(17, 1, b'\1\5' + b'\0\6'), [5] * 16 + [6])
        self.assertEqual(self.trle(3, 2, b'\x80\5\3\6\1'), [5] * 4 + [6] * 2)
        self.assertEqual(self.trle(3, 1, b'\5\1\2\3\4\5' + b'\x43\x20'), [5, 4, 3])

    def test_trle_palette_used_again(self):
        packed, again = b'\2\5\6' + b'\x55\x55', b'\x7f' + b'\xff\xff'
        self.assertEqual(self.trle(32, 1, packed + again), [5, 6] * 8 + [6] * 16)
        self.assertEqual(self.trle(32, 1, packed + b'\x81' + b'\x80\x0f'), [5, 6] * 8 + [5] * 16)
        self.assertEqual(self.trle(48, 1, packed + again + again), [5, 6] * 8 + [6] * 32)
        for before in (b'\1\5', b'\0' + bytes(16), b'\x80\5\x0f'):
            with self.assertRaises(ProtocolError):
                self.trle(32, 1, before + again)
        with self.assertRaises(ProtocolError):
            self.trle(16, 1, again)

    def tight(self, width, height, payload, fmt=BYTE, features=()):
        v = Feed(width, height, fmt, rfb.TIGHT, *features)
        v.update(rect(0, 0, width, height, rfb.TIGHT, payload))
        return list(v.fb.pixels)

    def test_tight_fill(self):
        self.assertEqual(self.tight(2, 1, b'\x80\x11\x22\x33', RGB), [0x112233] * 2)

    def test_tight_basic(self):
        self.assertEqual(self.tight(3, 1, b'\0\1\2\3'), [1, 2, 3])
        pixels = bytes(range(200))
        data = Deflate()(pixels)
        self.assertGreater(len(data), 127)
        length = bytes([len(data) & 0x7f | 0x80, len(data) >> 7])
        self.assertEqual(self.tight(20, 10, b'\x10' + length + data), list(pixels))

    def test_tight_palettes(self):
        self.assertEqual(self.tight(9, 1, b'\x40\1\1\5\6' + b'\x55\x80'),
                         [5, 6, 5, 6, 5, 6, 5, 6, 6])
        self.assertEqual(self.tight(3, 1, b'\x40\1\2\5\6\7' + b'\2\0\1'), [7, 5, 6])
        with self.assertRaises(ProtocolError):
            self.tight(3, 1, b'\x40\1\2\5\6\7' + b'\3\0\1')

    def test_tight_streams_can_be_reset(self):
        v = Feed(20, 1, BYTE, rfb.TIGHT)
        for _ in range(2):
            data = Deflate()(bytes(range(20)))
            v.update(rect(0, 0, 20, 1, rfb.TIGHT, bytes([0x24, len(data)]) + data))
        self.assertEqual(list(v.fb.pixels), list(range(20)))

    def test_tight_jpeg_only_after_a_quality_level(self):
        jpeg = b'\x90\4\xff\xd8\xff\xd9'
        self.tight(1, 1, jpeg, RGB, [rfb.quality_level(5)])
        with self.assertRaises(ProtocolError):
            self.tight(1, 1, jpeg, RGB)

    def test_compact_length(self):
        for data, length in ((b'\x00', 0), (b'\x7f', 127), (b'\x90\x4e', 10000),
                             (b'\xff\x7f', 16383), (b'\xff\xff\xff', 4194303)):
            self.assertEqual(rfb.compact_length(rfb.Bytes(data).take), length)


class PseudoRectangles(unittest.TestCase):
    def test_last_rect_ends_an_update(self):
        v = Feed(1, 1, BYTE, rfb.LAST_RECT)
        update = v.feed(struct.pack('>BxH', 0, 65535) + rect(0, 0, 1, 1, 0, b'\1') +
                        rect(0, 0, 0, 0, rfb.LAST_RECT))
        self.assertEqual(len(update.rects), 1)

    def test_cursor(self):
        v = Feed(1, 1, BYTE, rfb.CURSOR)
        v.update(rect(1, 2, 3, 2, rfb.CURSOR, bytes(range(6)) + b'\xa0\x40'))
        c = v.cursor
        self.assertEqual((c.hot_x, c.hot_y, c.width, c.height), (1, 2, 3, 2))
        self.assertEqual(list(c.pixels), list(range(6)))
        self.assertEqual(c.mask, [[1, 0, 1], [0, 1, 0]])

    def test_cursor_with_alpha(self):
        v = Feed(1, 1, BYTE, rfb.CURSOR_WITH_ALPHA)
        v.update(rect(0, 0, 1, 1, rfb.CURSOR_WITH_ALPHA, b'\0\0\0\0' + b'\1\2\3\4'))
        self.assertEqual(v.cursor.rgba, b'\1\2\3\4')

    def test_sizes(self):
        v = Feed(1, 1, BYTE, rfb.DESKTOP_SIZE)
        v.update(rect(0, 0, 5, 4, rfb.DESKTOP_SIZE))
        self.assertEqual((v.fb.width, v.fb.height), (5, 4))
        v = Feed(1, 1, BYTE, rfb.EXTENDED_DESKTOP_SIZE)
        v.update(rect(0, 0, 5, 4, rfb.EXTENDED_DESKTOP_SIZE,
                      b'\1\0\0\0' + struct.pack('>IHHHHI', 7, 0, 0, 5, 4, 0)))
        self.assertEqual((v.screens[0].id, v.screens[0].w), (7, 5))

    def test_size_and_pixels_do_not_go_together(self):
        v = Feed(1, 1, BYTE, rfb.DESKTOP_SIZE)
        with self.assertRaises(ProtocolError):
            v.update(rect(0, 0, 5, 4, rfb.DESKTOP_SIZE), rect(0, 0, 1, 1, 0, b'\1'))

    def test_small_ones(self):
        v = Feed(1, 1, BYTE, rfb.LED_STATE, rfb.DESKTOP_NAME, rfb.POINTER_TYPE_CHANGE)
        v.update(rect(0, 0, 0, 0, rfb.LED_STATE, b'\5'),
                 rect(0, 0, 0, 0, rfb.DESKTOP_NAME, sized('ü'.encode())),
                 rect(0, 0, 0, 0, rfb.POINTER_TYPE_CHANGE))
        self.assertEqual((v.leds, v.name_of_desktop, v.absolute), (5, 'ü', False))

    def test_colour_map_comes_before_pixels(self):
        v = Feed(1, 1, rfb.COLOUR_MAP)
        with self.assertRaises(ProtocolError):
            v.update(rect(0, 0, 1, 1, 0, b'\1'))
        v = Feed(1, 1, rfb.COLOUR_MAP)
        v.feed(struct.pack('>BxHH', 1, 0, 256) + struct.pack('>HHH', 1, 2, 3) * 256)
        self.assertEqual(v.colour_map[255], (1, 2, 3))
        v.update(rect(0, 0, 1, 1, 0, b'\1'))


class Differences(unittest.TestCase):
    def test_difference(self):
        a, b = array.array('I', [1, 2, 3, 4]), array.array('I', [1, 2, 3, 5])
        self.assertIsNone(rfb.difference(a, (2, 2), a, (2, 2)))
        self.assertIn('1,1', rfb.difference(a, (2, 2), b, (2, 2)))
        self.assertIn('size', rfb.difference(a, (2, 2), a, (4, 1)))
        self.assertIsNone(rfb.difference(a, (2, 2), b, (2, 2), (2, 1)))

    def test_picture(self):
        import tempfile
        with tempfile.NamedTemporaryFile() as f:
            f.write(b'P6\n2 1\n255\n\1\2\3\4\5\6')
            f.flush()
            picture = harness.Picture.load(f.name)
        self.assertEqual(picture.pixel(1, 0), (4, 5, 6))


if __name__ == '__main__':
    harness.main()
