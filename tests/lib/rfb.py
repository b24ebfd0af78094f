# A small RFB client for tests: handshake, messages, and slow but plain decoders.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
#
# Names and shapes as in rfbproto. All that the specification forbids raises ProtocolError. Pixels
# are kept as the numbers that were on the wire, so that a comparison is exact in every pixel
# format.
import array
import socket
import struct
import sys
import zlib

DEADLINE = 60  # seconds; ends a hang, asserts no speed

RAW, COPY_RECT, RRE, HEXTILE, ZLIB, TIGHT, TRLE, ZRLE, ZYWRLE = 0, 1, 2, 5, 6, 7, 15, 16, 17
DESKTOP_SIZE = -223
LAST_RECT = -224
POINTER_POSITION = -232
CURSOR = -239
X_CURSOR = -240
POINTER_TYPE_CHANGE = -257
EXTENDED_KEY_EVENT = -258
AUDIO = -259
LED_STATE = -261
DESKTOP_NAME = -307
EXTENDED_DESKTOP_SIZE = -308
XVP = -309
CURSOR_WITH_ALPHA = -314
EXTENDED_MOUSE_BUTTONS = -316
EXTENDED_CLIPBOARD = 0xc0a1e5ce - (1 << 32)

# Flags of the extended clipboard
TEXT = 1
CAPS, REQUEST, PEEK, NOTIFY, PROVIDE = (1 << bit for bit in range(24, 29))

PIXEL_ENCODINGS = {RAW: 'Raw', RRE: 'RRE', HEXTILE: 'Hextile', ZLIB: 'Zlib', TIGHT: 'Tight',
                   TRLE: 'TRLE', ZRLE: 'ZRLE', ZYWRLE: 'ZYWRLE'}

POISON = 0xDEADBEEF  # a pixel that was never sent


def compress_level(level):
    return -256 + level


def quality_level(level):
    return -32 + level


def fine_quality_level(level):
    """0 to 100, as JPEG's."""
    return -512 + level


SUBSAMPLING_LEVELS = range(-768, -762)


def is_quality(encoding):
    return -32 <= encoding <= -23 or -512 <= encoding <= -412


class ProtocolError(Exception):
    """The server said something that the specification does not allow."""


class Closed(Exception):
    """The server has closed the connection."""


class PixelFormat:
    """RFB's PIXEL_FORMAT, and pixels in it."""

    def __init__(self, bits, depth, big_endian, maxes, shifts, true_colour=True):
        self.bits, self.depth = bits, depth
        self.big_endian, self.true_colour = bool(big_endian), bool(true_colour)
        self.maxes, self.shifts = tuple(maxes), tuple(shifts)
        self._tables = None

    def __eq__(self, other):
        return self.pack() == other.pack()

    def __repr__(self):
        if not self.true_colour:
            return '%d bits, colour map' % self.bits
        return '%d bits, depth %d, %s endian, max %s, shift %s' % (
            self.bits, self.depth, 'big' if self.big_endian else 'little', self.maxes, self.shifts)

    def pack(self):
        return struct.pack('>BBBBHHHBBB3x', self.bits, self.depth, self.big_endian,
                           self.true_colour, *self.maxes, *self.shifts)

    @classmethod
    def unpack(cls, data):
        f = struct.unpack('>BBBBHHHBBB3x', data)
        return cls(f[0], f[1], f[2], f[4:7], f[7:10], f[3])

    @property
    def size(self):
        return self.bits // 8

    def _used(self):
        return sum(m << s for m, s in zip(self.maxes, self.shifts))

    @property
    def cpixel(self):
        """None: as PIXEL; else where the 3 bytes stand: 'low' or 'high'."""
        if not self.true_colour or self.bits != 32 or self.depth > 24:
            return None
        if self._used() < 1 << 24:
            return 'low'
        if self._used() & 0xff == 0:
            return 'high'
        return None

    @property
    def cpixel_size(self):
        return 3 if self.cpixel else self.size

    @property
    def is_tpixel(self):
        return (self.true_colour and self.bits == 32 and self.depth == 24 and
                self.maxes == (255, 255, 255))

    @property
    def tpixel_size(self):
        return 3 if self.is_tpixel else self.size

    def pixels(self, data):
        """PIXEL array -> array('I')."""
        if self.bits == 8:
            return array.array('I', list(data))
        out = array.array('H' if self.bits == 16 else 'I')
        out.frombytes(data)
        if self.big_endian != (sys.byteorder == 'big'):
            out.byteswap()
        return out if self.bits == 32 else array.array('I', out)

    def cpixels(self, data):
        where = self.cpixel
        if not where:
            return self.pixels(data)
        wide = bytearray(len(data) // 3 * 4)
        # the byte of the 32-bit word that is left out
        first = 1 if (where == 'high') != self.big_endian else 0
        for i in range(3):
            wide[first + i::4] = data[i::3]
        return self.pixels(bytes(wide))

    def tpixels(self, data):
        if not self.is_tpixel:
            return self.pixels(data)
        r, g, b = self.shifts
        return array.array('I', [x << r | y << g | z << b
                                 for x, y, z in zip(data[0::3], data[1::3], data[2::3])])

    def from_rgb(self, rgb):
        """8-bit RGB triples -> the pixels that a server must send for them: each channel scaled
        and rounded."""
        if not self._tables:
            self._tables = [[(c * m * 2 + 255) // 510 << s for c in range(256)]
                            for m, s in zip(self.maxes, self.shifts)]
        r, g, b = self._tables
        return array.array('I', [r[x] | g[y] | b[z]
                                 for x, y, z in zip(rgb[0::3], rgb[1::3], rgb[2::3])])


RGB888 = PixelFormat(32, 24, sys.byteorder == 'big', (255, 255, 255), (16, 8, 0))
RGB888_BE = PixelFormat(32, 24, True, (255, 255, 255), (16, 8, 0))
RGB888_LE = PixelFormat(32, 24, False, (255, 255, 255), (16, 8, 0))
BGR888 = PixelFormat(32, 24, False, (255, 255, 255), (0, 8, 16))
RGB888_HIGH = PixelFormat(32, 24, False, (255, 255, 255), (24, 16, 8))
RGB888_HIGH_BE = PixelFormat(32, 24, True, (255, 255, 255), (24, 16, 8))
RGB888_DEPTH32 = PixelFormat(32, 32, False, (255, 255, 255), (16, 8, 0))
RGB101010 = PixelFormat(32, 30, False, (1023, 1023, 1023), (20, 10, 0))
RGB565 = PixelFormat(16, 16, False, (31, 63, 31), (11, 5, 0))
RGB565_BE = PixelFormat(16, 16, True, (31, 63, 31), (11, 5, 0))
RGB555 = PixelFormat(16, 15, False, (31, 31, 31), (10, 5, 0))
RGB444 = PixelFormat(16, 12, False, (15, 15, 15), (8, 4, 0))
BGR233 = PixelFormat(8, 8, False, (7, 7, 3), (0, 3, 6))
RGB222 = PixelFormat(8, 6, False, (3, 3, 3), (4, 2, 0))
RGB332 = PixelFormat(8, 8, False, (7, 7, 3), (5, 2, 0))
COLOUR_MAP = PixelFormat(8, 8, False, (0, 0, 0), (0, 0, 0), true_colour=False)


class Rect:
    """A rectangle of an update: its head, and for pseudo-encodings what came with it."""

    def __init__(self, x, y, w, h, encoding):
        self.x, self.y, self.w, self.h, self.encoding = x, y, w, h, encoding
        self.data = None

    @property
    def area(self):
        return self.x, self.y, self.w, self.h

    def is_pixels(self):
        return self.encoding in PIXEL_ENCODINGS

    def __repr__(self):
        return '<%s %dx%d+%d+%d>' % (PIXEL_ENCODINGS.get(self.encoding, self.encoding),
                                     self.w, self.h, self.x, self.y)


class Update:
    """FramebufferUpdate."""

    def __init__(self, count):
        self.count = count
        self.rects = []

    def pixel_rects(self):
        return [r for r in self.rects if r.is_pixels()]

    def pseudo(self, encoding):
        return [r for r in self.rects if r.encoding == encoding]

    def copies(self):
        return [r for r in self.rects if r.encoding == COPY_RECT]

    def __repr__(self):
        return '<Update %d %r>' % (self.count, self.rects)


class ColourMapEntries:
    """SetColourMapEntries."""

    def __init__(self, first, colours):
        self.first, self.colours = first, colours


class Bell:
    pass


class Xvp:
    """Power control: version, and code 0 (not done) or 1 (may be asked for)."""

    def __init__(self, version, code):
        self.version, self.code = version, code


class AudioBegin:
    pass


class AudioEnd:
    pass


class AudioData:
    def __init__(self, data):
        self.data = data


class ServerCutText:
    def __init__(self, text):
        self.text = text


class Clipboard:
    """The extended form of ServerCutText; @text: what a PROVIDE has for TEXT, CR LF, NUL and all."""

    def __init__(self, flags, data):
        self.flags, self.data, self.text = flags, data, None
        if flags == PROVIDE | TEXT:
            plain = zlib.decompress(data)
            size, = struct.unpack('>I', plain[:4])
            if size != len(plain) - 4:
                raise ProtocolError('a text of %d bytes has size %d' % (len(plain) - 4, size))
            self.text = plain[4:]


class Cursor:
    """A pointer's shape: pixels as numbers and mask bits, or RGBA bytes."""

    def __init__(self, hot_x, hot_y, width, height, pixels=None, mask=None, rgba=None):
        self.hot_x, self.hot_y, self.width, self.height = hot_x, hot_y, width, height
        self.pixels, self.mask, self.rgba = pixels, mask, rgba


class Screen:
    """One SCREEN of ExtendedDesktopSize."""

    def __init__(self, number, x, y, w, h, flags):
        self.id, self.x, self.y, self.w, self.h, self.flags = number, x, y, w, h, flags


class Framebuffer:
    def __init__(self, width, height):
        self.width, self.height = width, height
        self.pixels = array.array('I', [POISON]) * (width * height)

    def put(self, x, y, w, h, pixels):
        """w * h pixels, row by row."""
        if w == self.width and x == 0:
            self.pixels[y * w:(y + h) * w] = pixels
            return
        at = y * self.width + x
        for row in range(h):
            self.pixels[at:at + w] = pixels[row * w:(row + 1) * w]
            at += self.width

    def copy(self, x, y, w, h, from_x, from_y):
        """What stands at from_x, from_y, to x, y; they may overlap."""
        start = from_y * self.width + from_x
        rows = [self.pixels[at:at + w]
                for at in range(start, start + h * self.width, self.width)]
        for i, row in enumerate(rows):
            self.put(x, y + i, w, 1, row)

    def fill(self, x, y, w, h, pixel):
        row = array.array('I', [pixel]) * w
        at = y * self.width + x
        for _ in range(h):
            self.pixels[at:at + w] = row
            at += self.width


def difference(have, have_size, want, want_size, within=None):
    """Where two pictures of numbers differ first, as text; None if nowhere. @within: (w, h)."""
    if within is None:
        if have_size != want_size:
            return 'size %dx%d, expected %dx%d' % (have_size + want_size)
        if have == want:
            return None
        within = have_size
    for y in range(within[1]):
        a = have[y * have_size[0]:y * have_size[0] + within[0]]
        b = want[y * want_size[0]:y * want_size[0] + within[0]]
        if a != b:
            x = next(i for i in range(within[0]) if a[i] != b[i])
            return 'pixel %d,%d is %#x, expected %#x' % (x, y, a[x], b[x])
    return None


class Bytes:
    """A decoder's view of bytes."""

    def __init__(self, data):
        self.data, self.at = data, 0

    def take(self, n):
        if self.at + n > len(self.data):
            raise ProtocolError('data ends %d bytes early' % (self.at + n - len(self.data)))
        self.at += n
        return self.data[self.at - n:self.at]

    def u8(self):
        return self.take(1)[0]

    def end(self):
        if self.at != len(self.data):
            raise ProtocolError('%d bytes too many' % (len(self.data) - self.at))


class Stream:
    """The same of a connection's bytes, whose number is not known."""

    def __init__(self, take):
        self.take = take

    def u8(self):
        return self.take(1)[0]


class Inflater:
    """One zlib stream of a connection."""

    def __init__(self):
        self.stream = zlib.decompressobj()

    def inflate(self, data, at_most):
        """The bytes that @data stands for; each piece ends at a flush, so that all come out."""
        try:
            out = self.stream.decompress(data, at_most + 1)
        except zlib.error as error:
            raise ProtocolError('zlib: %s' % error) from error
        if len(out) > at_most or self.stream.unconsumed_tail:
            raise ProtocolError('zlib data is longer than %d bytes' % at_most)
        if self.stream.eof:
            raise ProtocolError('the zlib stream has ended')
        return out


def inflate_exactly(inflater, data, size):
    out = inflater.inflate(data, size)
    if len(out) != size:
        raise ProtocolError('zlib data is %d bytes, expected %d' % (len(out), size))
    return out


class Decoders:
    """What a connection remembers from rectangle to rectangle."""

    def __init__(self):
        self.zlib = Inflater()
        self.zrle = Inflater()
        self.tight = [Inflater() for _ in range(4)]
        self.used = set()  # which ways of encoding have been seen, for tests of variety
        self.jpegs = 0
        self.jpeg = None  # the last one, undecoded: its pixels are left as they were

    # Each: @take(n) gives the next n bytes of the connection.

    def raw(self, take, fb, fmt, r):
        fb.put(r.x, r.y, r.w, r.h, fmt.pixels(take(r.w * r.h * fmt.size)))

    def zlib_rect(self, take, fb, fmt, r):
        length, = struct.unpack('>I', take(4))
        data = inflate_exactly(self.zlib, take(length), r.w * r.h * fmt.size)
        fb.put(r.x, r.y, r.w, r.h, fmt.pixels(data))

    def hextile(self, take, fb, fmt, r):
        background = foreground = None

        def pixel():
            return fmt.pixels(take(fmt.size))[0]

        for ty in range(r.y, r.y + r.h, 16):
            for tx in range(r.x, r.x + r.w, 16):
                w, h = min(16, r.x + r.w - tx), min(16, r.y + r.h - ty)
                mask = take(1)[0]
                if mask & 1:
                    self.used.add('hextile raw')
                    fb.put(tx, ty, w, h, fmt.pixels(take(w * h * fmt.size)))
                    background = foreground = None
                    continue
                if mask & ~0x1f:
                    raise ProtocolError('hextile: subencoding mask %#x' % mask)
                if mask & 2:
                    background = pixel()
                if background is None:
                    raise ProtocolError('hextile: background carried over from nowhere')
                if mask & 4:
                    if mask & 16:
                        raise ProtocolError('hextile: foreground and coloured subrectangles')
                    foreground = pixel()
                fb.fill(tx, ty, w, h, background)
                if mask & 8:
                    self.used.add('hextile coloured' if mask & 16 else 'hextile mono')
                    for _ in range(take(1)[0]):
                        colour = pixel() if mask & 16 else foreground
                        if colour is None:
                            raise ProtocolError('hextile: foreground carried over from nowhere')
                        xy, wh = take(2)
                        sx, sy, sw, sh = xy >> 4, xy & 15, (wh >> 4) + 1, (wh & 15) + 1
                        if sx + sw > w or sy + sh > h:
                            raise ProtocolError('hextile: subrectangle outside its tile')
                        fb.fill(tx + sx, ty + sy, sw, sh, colour)
                else:
                    self.used.add('hextile solid')
                if mask & 16:
                    foreground = None

    def rre(self, take, fb, fmt, r):
        count, = struct.unpack('>I', take(4))
        if count >= r.w * r.h:
            raise ProtocolError('rre: %d subrectangles in %r' % (count, r))
        self.used.add('rre subrectangles' if count else 'rre solid')
        fb.fill(r.x, r.y, r.w, r.h, fmt.pixels(take(fmt.size))[0])
        for _ in range(count):
            colour = fmt.pixels(take(fmt.size))[0]
            x, y, w, h = struct.unpack('>HHHH', take(8))
            if not w or not h or x + w > r.w or y + h > r.h:
                raise ProtocolError('rre: subrectangle outside its rectangle')
            fb.fill(r.x + x, r.y + y, w, h, colour)

    def trle(self, take, fb, fmt, r):
        data = Stream(take)
        palette = None
        for ty in range(r.y, r.y + r.h, 16):
            for tx in range(r.x, r.x + r.w, 16):
                w, h = min(16, r.x + r.w - tx), min(16, r.y + r.h - ty)
                pixels, palette = self.rle_tile('trle', data, fmt, w, h, palette)
                fb.put(tx, ty, w, h, pixels)

    def zrle_rect(self, take, fb, fmt, r):
        length, = struct.unpack('>I', take(4))
        tiles = ((r.w + 63) // 64) * ((r.h + 63) // 64)
        # a run takes at most a pixel and a byte per pixel, a tile a byte and 127 colours
        limit = tiles * (1 + 127 * 4) + r.w * r.h * 5
        data = Bytes(self.zrle.inflate(take(length), limit))
        for ty in range(r.y, r.y + r.h, 64):
            for tx in range(r.x, r.x + r.w, 64):
                w, h = min(64, r.x + r.w - tx), min(64, r.y + r.h - ty)
                fb.put(tx, ty, w, h, self.rle_tile('zrle', data, fmt, w, h, None)[0])
        data.end()

    def rle_tile(self, name, data, fmt, w, h, before):
        """A tile's pixels and palette; @before: the palette of the tile before, or None."""
        size = fmt.cpixel_size
        kind = data.u8()
        if kind == 0:
            self.used.add(name + ' raw')
            return fmt.cpixels(data.take(w * h * size)), None
        if kind == 1:
            self.used.add(name + ' solid')
            return fmt.cpixels(data.take(size)) * (w * h), None
        if kind == 128:
            self.used.add(name + ' plain rle')
            out = array.array('I')
            while len(out) < w * h:
                pixel = fmt.cpixels(data.take(size))
                out += pixel * run_length(data)
            if len(out) != w * h:
                raise ProtocolError('%s: a run leaves its tile' % name)
            return out, None
        if name == 'trle' and kind in (127, 129):
            if not before:
                raise ProtocolError('trle: no palette to use again')
            self.used.add('trle palette used again')
            palette = before
        elif 2 <= kind <= 16 or kind >= 130:
            palette = fmt.cpixels(data.take((kind & 127) * size))
        else:
            raise ProtocolError('%s: subencoding %d' % (name, kind))
        if kind < 128:
            if len(palette) > 16:
                raise ProtocolError('trle: %d colours packed' % len(palette))
            self.used.add(name + ' packed')
            bits = 1 if len(palette) == 2 else 2 if len(palette) <= 4 else 4
            return unpack_indices(data, palette, bits, w, h), palette
        self.used.add(name + ' palette rle')
        out = array.array('I')
        while len(out) < w * h:
            index = data.u8()
            if index & 127 >= len(palette):
                raise ProtocolError('%s: index %d in %d colours' % (name, index, len(palette)))
            pixel = palette[index & 127:(index & 127) + 1]
            out += pixel * (run_length(data) if index & 128 else 1)
        if len(out) != w * h:
            raise ProtocolError('%s: a run leaves its tile' % name)
        return out, palette

    def tight_rect(self, take, fb, fmt, r, quality_known=False):
        if r.w > 2048:
            raise ProtocolError('tight: %d pixels wide' % r.w)
        control = take(1)[0]
        for i in range(4):
            if control & 1 << i:
                self.tight[i] = Inflater()
        method = control >> 4
        if method == 8:
            self.used.add('tight fill')
            fb.fill(r.x, r.y, r.w, r.h, fmt.tpixels(take(fmt.tpixel_size))[0])
        elif method == 9:
            if not quality_known:
                raise ProtocolError('tight: JPEG without a quality level')
            if fmt.bits == 8:
                raise ProtocolError('tight: JPEG at 8 bits per pixel')
            jpeg = take(compact_length(take))
            if jpeg[:2] != b'\xff\xd8' or jpeg[-2:] != b'\xff\xd9':
                raise ProtocolError('tight: JPEG data does not begin and end as such')
            self.used.add('tight jpeg')
            self.jpegs += 1
            self.jpeg = jpeg
        elif method & 8:
            raise ProtocolError('tight: compression control %#x' % control)
        else:
            fb.put(r.x, r.y, r.w, r.h, self.tight_basic(take, fmt, r, control))

    def tight_basic(self, take, fmt, r, control):
        inflater = self.tight[control >> 4 & 3]
        kind = take(1)[0] if control & 0x40 else 0

        def body(size):
            if size < 12:
                return take(size)
            return inflate_exactly(inflater, take(compact_length(take)), size)

        if kind == 1:
            count = take(1)[0] + 1
            if count < 2:
                raise ProtocolError('tight: a palette of %d' % count)
            palette = fmt.tpixels(take(count * fmt.tpixel_size))
            if count == 2:
                self.used.add('tight mono')
                data = Bytes(body((r.w + 7) // 8 * r.h))
                return unpack_indices(data, palette, 1, r.w, r.h)
            self.used.add('tight indexed')
            data = body(r.w * r.h)
            if max(data) >= count:
                raise ProtocolError('tight: index %d in %d colours' % (max(data), count))
            return array.array('I', [palette[i] for i in data])
        if kind == 0:
            self.used.add('tight full')
            return fmt.tpixels(body(r.w * r.h * fmt.tpixel_size))
        if kind == 2:
            if fmt.tpixel_size != 3:
                raise ProtocolError('tight: gradient with pixels of %d bytes' % fmt.tpixel_size)
            self.used.add('tight gradient')
            return fmt.tpixels(undo_gradient(body(r.w * r.h * 3), r.w))
        raise ProtocolError('tight: filter %d' % kind)


def undo_gradient(differences, width):
    """Each byte is the difference from left + above - above left, kept within a byte."""
    above = bytes(3 * width)
    out = bytearray()
    for start in range(0, len(differences), 3 * width):
        row = bytearray(3 * width)
        left = corner = (0, 0, 0)
        for x in range(0, 3 * width, 3):
            up = above[x:x + 3]
            left = [min(max(left[i] + up[i] - corner[i], 0), 255) + differences[start + x + i] & 255
                    for i in range(3)]
            row[x:x + 3] = left
            corner = up
        out += row
        above = row
    return bytes(out)


def run_length(data):
    length = 1
    while True:
        byte = data.u8()
        length += byte
        if byte != 255:
            return length


def unpack_indices(data, palette, bits, w, h):
    """Rows of bit fields, most significant first, each row padded to whole bytes."""
    per_byte = 8 // bits
    top = (1 << bits) - 1
    shifts = [8 - bits * (i + 1) for i in range(per_byte)]
    out = array.array('I')
    for _ in range(h):
        row = data.take((w + per_byte - 1) // per_byte)
        indices = [byte >> s & top for byte in row for s in shifts][:w]
        if max(indices) >= len(palette):
            raise ProtocolError('index %d in %d colours' % (max(indices), len(palette)))
        out.extend([palette[i] for i in indices])
    return out


def compact_length(take):
    length = 0
    for shift in (0, 7, 14):
        byte = take(1)[0]
        if shift == 14:
            return length | byte << 14
        length |= (byte & 0x7f) << shift
        if not byte & 0x80:
            return length
    return length


class Connection:
    """Bytes to and from a server. @address: (host, port), the path of a unix socket, or a socket
    that is connected."""

    def __init__(self, address, receive_buffer=None):
        if isinstance(address, socket.socket):
            self.socket = address
        else:
            self.socket = self._connect(address, receive_buffer)
        self.socket.settimeout(DEADLINE)
        if self.socket.family != socket.AF_UNIX:
            self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.input = bytearray()
        self.received = 0  # bytes so far

    @staticmethod
    def _connect(address, receive_buffer):
        if isinstance(address, str):
            connection = socket.socket(socket.AF_UNIX)
        else:
            connection = socket.socket(socket.AF_INET6 if ':' in address[0] else socket.AF_INET)
        connection.settimeout(DEADLINE)
        if receive_buffer:
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_buffer)
        try:
            connection.connect(address)
        except OSError:
            connection.close()
            raise
        return connection

    def name(self):
        """(host, port) of this end, as the server sees it."""
        return self.socket.getsockname()[:2]

    def close(self):
        self.socket.close()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def send(self, data):
        try:
            self.socket.sendall(data)
        except (BrokenPipeError, ConnectionResetError) as error:
            raise Closed(str(error)) from error

    def _fill(self):
        try:
            data = self.socket.recv(1 << 18)
        except ConnectionResetError as error:
            raise Closed('reset') from error
        except socket.timeout as error:
            raise AssertionError('nothing came from the server for %d s' % DEADLINE) from error
        if not data:
            raise Closed('closed')
        self.received += len(data)
        self.input += data

    def take(self, n):
        while len(self.input) < n:
            self._fill()
        data = bytes(self.input[:n])
        del self.input[:n]
        return data

    def read_to_end(self):
        """All bytes until the server closes the connection."""
        try:
            while True:
                self._fill()
        except Closed:
            pass
        data = bytes(self.input)
        self.input.clear()
        return data

    def wait_closed(self):
        self.read_to_end()

    def say_no_more(self):
        """End this direction; the server is expected to end the other."""
        self.socket.shutdown(socket.SHUT_WR)
        self.wait_closed()


class Viewer(Connection):
    """One viewer: the handshake is made by handshake(), or by its parts."""

    def __init__(self, address, receive_buffer=None):
        super().__init__(address, receive_buffer)
        self.format = None
        self.fb = None
        self.name_of_desktop = None
        self.decoders = Decoders()
        self.colour_map = None
        self.features = set()  # the encodings listed last, or any time before
        self.cursor = None
        self.screens = None
        self.leds = None
        self.absolute = True
        self.hears = False  # an audio stream has begun

    # Handshake

    def read_version(self):
        version = self.take(12)
        if version != b'RFB 003.008\n':
            raise ProtocolError('ProtocolVersion %r' % version)

    def read_reason(self):
        length, = struct.unpack('>I', self.take(4))
        if length > 4096:
            raise ProtocolError('a reason of %d bytes' % length)
        return self.take(length).decode('ascii')

    def security(self, minor=8, choose=1):
        """From ProtocolVersion to where ClientInit is due."""
        self.read_version()
        self.send(b'RFB 003.%03d\n' % minor)
        if minor in (3, 4, 5):
            kind, = struct.unpack('>I', self.take(4))
            if kind != 1:
                raise ProtocolError('security type %d' % kind)
            return
        types = self.take(self.take(1)[0])
        if choose not in types:
            raise ProtocolError('security types %r' % types)
        self.send(bytes([choose]))
        if minor >= 8:
            result, = struct.unpack('>I', self.take(4))
            if result != 0:
                raise ProtocolError('SecurityResult %d: %s' % (result, self.read_reason()))

    def client_init(self, shared=True):
        self.send(bytes([shared]))
        self.read_server_init()

    def read_server_init(self):
        width, height = struct.unpack('>HH', self.take(4))
        self.format = PixelFormat.unpack(self.take(16))
        length, = struct.unpack('>I', self.take(4))
        self.name_of_desktop = self.take(length).decode('utf-8')
        self.fb = Framebuffer(width, height)

    def handshake(self, minor=8, shared=True):
        self.security(minor)
        self.client_init(shared)
        return self

    # Client messages

    def set_pixel_format(self, fmt):
        self.send(b'\0\0\0\0' + fmt.pack())
        self.format = fmt

    def set_encodings(self, *encodings):
        self.features.update(encodings)
        self.send(pack_encodings(encodings))

    def request(self, incremental, x=0, y=0, w=65535, h=65535):
        self.send(pack_request(incremental, x, y, w, h))

    def key(self, down, keysym):
        self.send(struct.pack('>BBxxI', 4, down, keysym))

    def extended_key(self, down, keysym, keycode):
        self.send(struct.pack('>BBHII', 255, 0, down, keysym, keycode))

    def pointer(self, buttons, x, y):
        self.send(struct.pack('>BBHH', 5, buttons, x, y))

    def extended_pointer(self, buttons, x, y):
        """@buttons: 15 bits."""
        self.send(struct.pack('>BBHHB', 5, 0x80 | buttons & 0x7f, x, y, buttons >> 7))

    def cut_text(self, text):
        self.send(struct.pack('>BxxxI', 6, len(text)) + text)

    def clipboard(self, flags, data=b''):
        self.send(struct.pack('>BxxxiI', 6, -4 - len(data), flags) + data)

    def provide(self, text, size=None):
        """@text: bytes, as they go into the zlib stream behind their size."""
        size = struct.pack('>I', len(text) if size is None else size)
        self.clipboard(PROVIDE | TEXT, zlib.compress(size + text))

    def xvp(self, code, version=1):
        self.send(struct.pack('>BxBB', 250, version, code))

    def audio_enable(self, enable=True):
        self.send(struct.pack('>BBH', 255, 1, 0 if enable else 1))

    def audio_format(self, sample, channels, frequency):
        self.send(struct.pack('>BBHBBI', 255, 1, 2, sample, channels, frequency))

    def set_desktop_size(self, w, h, screens=((0, 0, 0, None, None, 0),)):
        self.send(pack_set_desktop_size(w, h, screens))

    # Server messages

    def read_message(self):
        kind = self.take(1)[0]
        if kind == 0:
            return self._read_update()
        if kind == 1:
            first, count = struct.unpack('>xHH', self.take(5))
            words = struct.unpack('>%dH' % (count * 3), self.take(count * 6))
            colours = list(zip(words[0::3], words[1::3], words[2::3]))
            self.colour_map = self.colour_map or {}
            self.colour_map.update(enumerate(colours, first))
            return ColourMapEntries(first, colours)
        if kind == 2:
            return Bell()
        if kind == 3:
            length, = struct.unpack('>xxxi', self.take(7))
            if length >= 0:
                return ServerCutText(self.take(length))
            if EXTENDED_CLIPBOARD not in self.features:
                raise ProtocolError('the extended clipboard was not listed')
            if length > -4:
                raise ProtocolError('a clipboard message of %d bytes' % -length)
            flags, = struct.unpack('>I', self.take(4))
            return Clipboard(flags, self.take(-length - 4))
        if kind == 250 and XVP in self.features:
            return Xvp(*struct.unpack('>xBB', self.take(3)))
        if kind == 255 and AUDIO in self.features:
            return self._read_audio()
        raise ProtocolError('message type %d' % kind)

    def _read_audio(self):
        submessage, operation = struct.unpack('>BH', self.take(3))
        if submessage != 1 or operation > 2:
            raise ProtocolError('QEMU message %d, operation %d' % (submessage, operation))
        # Begin, data, end, and so on.
        if self.hears != (operation != 1):
            raise ProtocolError('audio operation %d while hears is %s' % (operation, self.hears))
        self.hears = operation != 0
        if operation < 2:
            return AudioBegin() if operation else AudioEnd()
        length, = struct.unpack('>I', self.take(4))
        if not length:
            raise ProtocolError('audio data without any')
        return AudioData(self.take(length))

    def read_update(self):
        """The next FramebufferUpdate; other messages on the way are taken in."""
        while True:
            message = self.read_message()
            if isinstance(message, Update):
                return message

    def on_pseudo(self, rect):
        """A pseudo-rectangle has been read: for tests that switch formats on one."""

    def _read_update(self):
        count, = struct.unpack('>xH', self.take(3))
        update = Update(count)
        while len(update.rects) < count:
            rect = Rect(*struct.unpack('>HHHHi', self.take(12)))
            if rect.encoding == LAST_RECT:
                if LAST_RECT not in self.features:
                    raise ProtocolError('LastRect was not listed')
                break
            self._read_rect(rect)
            update.rects.append(rect)
        sizes = update.pseudo(DESKTOP_SIZE) + update.pseudo(EXTENDED_DESKTOP_SIZE)
        if sizes and (update.pixel_rects() or update.copies()):
            raise ProtocolError('the desktop size and pixels in one update')
        return update

    def _read_rect(self, r):
        if r.encoding not in self.features and r.encoding != RAW:
            raise ProtocolError('encoding %d was not listed' % r.encoding)
        if r.is_pixels():
            self._read_pixels(r)
            return
        readers = {
            COPY_RECT: self._read_copy_rect,
            DESKTOP_SIZE: self._read_desktop_size,
            EXTENDED_DESKTOP_SIZE: self._read_extended_desktop_size,
            CURSOR: self._read_cursor,
            X_CURSOR: self._read_x_cursor,
            POINTER_POSITION: self._read_pointer_position,
            CURSOR_WITH_ALPHA: self._read_cursor_with_alpha,
            POINTER_TYPE_CHANGE: self._read_pointer_type,
            LED_STATE: self._read_leds,
            DESKTOP_NAME: self._read_name,
            EXTENDED_KEY_EVENT: self._read_nothing,
            AUDIO: self._read_nothing,
            EXTENDED_MOUSE_BUTTONS: self._read_nothing,
        }
        if r.encoding not in readers:
            raise ProtocolError('encoding %d' % r.encoding)
        readers[r.encoding](r)
        self.on_pseudo(r)

    def _read_pixels(self, r):
        if r.w == 0 or r.h == 0:
            raise ProtocolError('an empty rectangle: %r' % r)
        if r.x + r.w > self.fb.width or r.y + r.h > self.fb.height:
            raise ProtocolError('%r on a screen of %dx%d' % (r, self.fb.width, self.fb.height))
        d = self.decoders
        if not self.format.true_colour and len(self.colour_map or ()) != 256:
            raise ProtocolError('pixels before the colour map')
        if r.encoding == RAW:
            d.raw(self.take, self.fb, self.format, r)
        elif r.encoding == RRE:
            d.rre(self.take, self.fb, self.format, r)
        elif r.encoding == HEXTILE:
            d.hextile(self.take, self.fb, self.format, r)
        elif r.encoding == TRLE:
            d.trle(self.take, self.fb, self.format, r)
        elif r.encoding == ZLIB:
            d.zlib_rect(self.take, self.fb, self.format, r)
        elif r.encoding in (ZRLE, ZYWRLE):  # ZYWRLE with a quality level is not decoded here
            d.zrle_rect(self.take, self.fb, self.format, r)
        else:
            quality = any(is_quality(e) for e in self.features)
            d.tight_rect(self.take, self.fb, self.format, r, quality)

    def _read_copy_rect(self, r):
        x, y = struct.unpack('>HH', self.take(4))
        if r.w == 0 or r.h == 0:
            raise ProtocolError('an empty CopyRect: %r' % r)
        if max(r.x, x) + r.w > self.fb.width or max(r.y, y) + r.h > self.fb.height:
            raise ProtocolError('%r from %d,%d on a screen of %dx%d' %
                                (r, x, y, self.fb.width, self.fb.height))
        self.fb.copy(r.x, r.y, r.w, r.h, x, y)

    def _read_desktop_size(self, r):
        if EXTENDED_DESKTOP_SIZE in self.features:
            raise ProtocolError('DesktopSize to a viewer that listed ExtendedDesktopSize')
        if (r.w, r.h) == (self.fb.width, self.fb.height):
            raise ProtocolError('DesktopSize without a change')
        self.fb = Framebuffer(r.w, r.h)

    def _read_extended_desktop_size(self, r):
        count = struct.unpack('>B3x', self.take(4))[0]
        r.data = [Screen(*struct.unpack('>IHHHHI', self.take(16))) for _ in range(count)]
        if r.x == 1 and r.y != 0:
            return  # a refusal: the other fields mean nothing
        self.screens = r.data
        if (r.w, r.h) != (self.fb.width, self.fb.height):
            self.fb = Framebuffer(r.w, r.h)

    def _read_bits(self, r):
        stride = (r.w + 7) // 8
        data = Bytes(self.take(stride * r.h))
        bits = []
        for _ in range(r.h):
            row = data.take(stride)
            bits.append([row[x // 8] >> (7 - x % 8) & 1 for x in range(r.w)])
        return bits

    def _read_cursor(self, r):
        pixels = self.format.pixels(self.take(r.w * r.h * self.format.size))
        self.cursor = r.data = Cursor(*r.area, pixels=pixels, mask=self._read_bits(r))

    def _read_x_cursor(self, r):
        """Its pixels are RGB bytes."""
        colours = self.take(6) if r.w * r.h else b''
        primary, secondary = colours[:3], colours[3:]
        bitmap = self._read_bits(r)
        pixels = [primary if bit else secondary for row in bitmap for bit in row]
        self.cursor = r.data = Cursor(*r.area, pixels=pixels, mask=self._read_bits(r))

    def _read_pointer_position(self, r):
        if (r.w, r.h) != (0, 0) or r.x >= self.fb.width or r.y >= self.fb.height:
            raise ProtocolError('PointerPos %r' % (r.area,))
        r.data = r.x, r.y

    def _read_cursor_with_alpha(self, r):
        encoding, = struct.unpack('>i', self.take(4))
        if encoding != RAW:
            raise ProtocolError('CursorWithAlpha in encoding %d' % encoding)
        self.cursor = r.data = Cursor(*r.area, rgba=self.take(r.w * r.h * 4))

    def _read_pointer_type(self, r):
        if r.x not in (0, 1):
            raise ProtocolError('PointerTypeChange %d' % r.x)
        self.absolute = r.data = r.x == 1

    def _read_leds(self, r):
        self.leds = r.data = self.take(1)[0]

    def _read_name(self, r):
        if r.area != (0, 0, 0, 0):
            raise ProtocolError('DesktopName at %r' % (r.area,))
        length, = struct.unpack('>I', self.take(4))
        self.name_of_desktop = r.data = self.take(length).decode('utf-8')

    def _read_nothing(self, r):
        if r.area != (0, 0, 0, 0):
            raise ProtocolError('%r is not empty' % r)


class CutSender:
    """Sends for @viewer until @budget bytes are sent, then raises EOFError; None: there is no end."""

    def __init__(self, viewer, budget):
        self.viewer = viewer
        self.budget = budget
        self.sent = 0

    def __call__(self, data):
        part = data if self.budget is None else data[:self.budget - self.sent]
        self.viewer.send(part)
        self.sent += len(part)
        if len(part) < len(data):
            raise EOFError


def pack_encodings(encodings):
    return struct.pack('>BxH%di' % len(encodings), 2, len(encodings), *encodings)


def pack_request(incremental, x=0, y=0, w=65535, h=65535):
    return struct.pack('>BBHHHH', 3, incremental, x, y, w, h)


def pack_set_desktop_size(w, h, screens):
    out = struct.pack('>BxHHBx', 251, w, h, len(screens))
    for number, x, y, sw, sh, flags in screens:
        out += struct.pack('>IHHHHI', number, x, y, w if sw is None else sw,
                           h if sh is None else sh, flags)
    return out
