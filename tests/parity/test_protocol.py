# The same bytes to both: what comes back on the wire, and what the guest gets.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
import struct
import zlib

import rfb
from parity import ABSENT, Deliberate, ParityTest, ask, free_displays, main

WMVI = 0x574d5669
CLOSED = 'closed'
REASON = 'the reason of a refusal'
NOT_LISTED = 'an extension that was not listed'
# Rectangles that only say yes: their place means nothing.
YES = Deliberate('.*/rects/[0-9]+/[34]', 'a rectangle that says yes', ours=0)
SCREEN = Deliberate('.*/rects/[0-9]+/5', "a screen's id",
                    ours=struct.pack('>B3xIHHHHI', 1, 1, 0, 0, 640, 480, 0).hex())


class Viewer(rfb.Viewer):
    """Takes what comes as it stands: what is allowed is for tests/wire to say."""

    def _read_update(self):
        count, = struct.unpack('>xH', self.take(3))
        update = rfb.Update(count)
        for _ in range(count):
            rect = rfb.Rect(*struct.unpack('>HHHHi', self.take(12)))
            if rect.is_pixels():
                self._read_pixels(rect)
            else:
                rect.data = self.take(self._size(rect))
            update.rects.append(rect)
        return update

    def _size(self, rect):
        if rect.encoding == rfb.EXTENDED_DESKTOP_SIZE:
            while not self.input:
                self._fill()
            return 4 + 16 * self.input[0]
        if rect.encoding == rfb.CURSOR:
            return rect.w * rect.h * self.format.size + (rect.w + 7) // 8 * rect.h
        return {rfb.LED_STATE: 1, WMVI: 16,
                rfb.CURSOR_WITH_ALPHA: 4 + rect.w * rect.h * 4}.get(rect.encoding, 0)

    def _read_audio(self):
        operation, = struct.unpack('>xH', self.take(3))
        if operation == 2:
            self.take(struct.unpack('>I', self.take(4))[0])
        return 'audio %d' % operation


def describe(message):
    """Of a message that is no update."""
    if isinstance(message, str):
        return message
    return [type(message).__name__, *[value if isinstance(value, (int, str, bytes)) else str(value)
                                      for value in vars(message).values()]]


def exchange(viewer, data=b''):
    """What comes from @data until a picture asked for behind it does; or that the connection ends."""
    rects, messages = set(), []
    try:
        # The pointer's message wakes stock, which else looks every three seconds.
        viewer.send(data + struct.pack('>BBHH', 5, 0, 9, 9) + rfb.pack_request(False, 0, 0, 16, 16))
        while True:
            message = viewer.read_message()
            if not isinstance(message, rfb.Update):
                found = describe(message)
                # How many pieces of sound come till then is chance.
                if found != 'audio 2':
                    messages.append(found)
                continue
            rects |= {(rect.encoding, *rect.area, rect.data or b'') for rect in message.rects
                      if not rect.is_pixels()}
            if message.pixel_rects():
                return {'rects': sorted(rects), 'messages': messages}
    except rfb.Closed:
        return CLOSED


class ProtocolTest(ParityTest):

    def setUp(self):
        super().setUp()
        self.d, self.e = free_displays(2)

    def connect(self, display):
        return Viewer(('127.0.0.1', 5900 + display))

    def enter(self, display, *encodings, shared=True):
        viewer = self.connect(display).handshake(shared=shared)
        if encodings:
            viewer.set_encodings(*encodings)
        return viewer

    def asleep(self, side, *vnc, **keywords):
        """A machine that has not started, at the displays of @vnc."""
        return side.machine('-S', vnc=list(vnc), guest=False, **keywords)

    def awake(self, side, options='', *arguments, **keywords):
        """One whose guest shows a picture that stands still."""
        machine = side.machine(*arguments, vnc='127.0.0.1:%d%s' % (self.d, options), **keywords)
        machine.guest('still')
        self.set_mode(machine, 640, 480)
        machine.guest('paint 7')
        return machine

    def set_mode(self, machine, width, height):
        """What viewers who come from now on see from the beginning: a server looks seldom while nobody does."""
        machine.guest('mode %d %d' % (width, height))
        with self.enter(self.d, rfb.DESKTOP_SIZE) as viewer:
            size = viewer.fb.width, viewer.fb.height
            viewer.fb = rfb.Framebuffer(1024, 1024)
            while size != (width, height):
                for number, _, _, *told, _ in exchange(viewer)['rects']:
                    if number == rfb.DESKTOP_SIZE:
                        size = tuple(told)

    def each(self, messages, *encodings):
        """{name: what comes of it}, each to a viewer of its own."""
        result = {}
        for name, data in messages.items():
            with self.enter(self.d, *encodings) as viewer:
                result[name] = exchange(viewer, data)
        return result


class Handshake(ProtocolTest):

    def test_versions(self):
        versions = {'3.3': b'RFB 003.003\n', '3.4': b'RFB 003.004\n', '3.5': b'RFB 003.005\n',
                    '3.6': b'RFB 003.006\n', '3.7': b'RFB 003.007\n', '3.8': b'RFB 003.008\n',
                    '3.9': b'RFB 003.009\n', '3.889': b'RFB 003.889\n', '4.0': b'RFB 004.000\n',
                    '4.1': b'RFB 004.001\n', '0.0': b'RFB 000.000\n', 'garbage': b'GET / HTTP/1'}
        listing = {'3.7', '3.8'}

        def talk(display, name, version, kind):
            with self.connect(display) as viewer:
                viewer.send(version)
                result = {'greeting': viewer.take(12)}
                if name in listing:
                    result['types'] = viewer.take(viewer.take(1)[0])
                    viewer.send(bytes([kind]))
                elif name in ('3.3', '3.4', '3.5'):
                    result['type'] = viewer.take(4)
                else:
                    result['end'] = viewer.read_to_end()
                    return result
                if kind == 2:
                    viewer.take(16)
                    viewer.send(b'x' * 16)
                    result['end'] = viewer.read_to_end()
                    return result
                result['result'] = viewer.take(4) if name == '3.8' else b''
                viewer.client_init()
                result['screen'] = [viewer.fb.width, viewer.fb.height, viewer.format.pack()]
                return result

        def scenario(side):
            self.asleep(side, '127.0.0.1:%d' % self.d, '127.0.0.1:%d,password=on' % self.e)
            return {kind: {name: talk(display, name, version, number)
                           for name, version in versions.items()}
                    for kind, display, number in (('none', self.d, 1), ('password', self.e, 2))}
        self.compare(scenario,
                     Deliberate('(none|password)/(3.6|3.9|3.889|4.0|4.1|0.0|garbage)/end',
                                REASON),
                     Deliberate('password/3.8/end', REASON))

    def test_types_that_are_not_offered(self):
        def scenario(side):
            self.asleep(side, '127.0.0.1:%d' % self.d)
            result = {}
            for kind in (0, 2, 16, 19, 255):
                with self.connect(self.d) as viewer:
                    viewer.send(b'RFB 003.008\n' + bytes([kind]))
                    data = viewer.read_to_end()
                    result[kind] = {'before': data[:14], 'result': data[14:18], 'reason': data[18:]}
            return result
        self.compare(scenario, Deliberate('[0-9]+/reason', REASON))

    def test_desktop(self):
        """Size, format and name."""
        def scenario(side):
            machine = self.awake(side, '', '-name', 'desk')
            with self.enter(self.d) as viewer:
                running = [viewer.fb.width, viewer.fb.height, viewer.format.pack(),
                           viewer.name_of_desktop]
            ask(machine, 'stop')
            with self.enter(self.d) as viewer:
                return {'running': running, 'stopped': viewer.name_of_desktop}
        self.compare(scenario, Deliberate('stopped', 'desktop name', ours='QEMU (desk) [Paused]'))

    def test_sharing(self):
        """Who stays of a first and a second viewer, by policy and by what each wants."""
        policies = ('allow-exclusive', 'force-shared', 'ignore')
        displays = free_displays(3)

        def comes_in(viewer, shared):
            try:
                viewer.security()
                viewer.client_init(shared)
                return exchange(viewer) != CLOSED
            except rfb.Closed:
                return False

        def scenario(side):
            self.asleep(side, *['127.0.0.1:%d,share=%s' % pair for pair in zip(displays, policies)])
            result = {}
            for display, policy in zip(displays, policies):
                for wishes in ((True, True), (True, False), (False, True), (False, False)):
                    with self.connect(display) as first, self.connect(display) as second:
                        came = [comes_in(first, wishes[0]), comes_in(second, wishes[1])]
                        stayed = came[0] and exchange(first) != CLOSED
                        result['%s, %s, then %s' % (policy, *wishes)] = [*came, stayed]
            return result
        self.compare(scenario)

    def test_number_of_connections(self):
        def scenario(side):
            self.asleep(side, '127.0.0.1:%d,connections=2' % self.d)
            viewers, came = [], []
            try:
                for _ in range(3):
                    viewers.append(self.connect(self.d))
                    try:
                        viewers[-1].handshake()
                        came.append(exchange(viewers[-1]) != CLOSED)
                    except rfb.Closed:
                        came.append(False)
            finally:
                for viewer in viewers:
                    viewer.close()
            return came
        self.compare(scenario)


class Messages(ProtocolTest):

    def test_pseudo_encodings(self):
        lists = {name: (number,) for name, number in (
                     ('extended keys', rfb.EXTENDED_KEY_EVENT), ('audio', rfb.AUDIO),
                     ('LEDs', rfb.LED_STATE), ('pointer type', rfb.POINTER_TYPE_CHANGE),
                     ('size', rfb.DESKTOP_SIZE), ('extended size', rfb.EXTENDED_DESKTOP_SIZE),
                     ('WMVi', WMVI), ('XVP', rfb.XVP), ('clipboard', rfb.EXTENDED_CLIPBOARD),
                     ('last rectangle', rfb.LAST_RECT), ('unknown', -9999))}
        lists['none'] = ()
        lists['all of them'] = tuple(number for numbers in lists.values() for number in numbers)
        lists['twice'] = (rfb.LED_STATE, rfb.LED_STATE)

        def scenario(side):
            self.awake(side, ',power-control=on')
            result = {}
            for name, numbers in lists.items():
                with self.enter(self.d) as viewer:
                    viewer.features.update(numbers)
                    result[name] = exchange(viewer, rfb.pack_encodings(numbers))
            with self.enter(self.d) as viewer:
                viewer.features.update(lists['all of them'])
                viewer.send(rfb.pack_encodings(lists['all of them']))
                exchange(viewer)
                result['all again'] = exchange(viewer, rfb.pack_encodings(lists['all of them']))
            return result
        self.compare(scenario, YES, SCREEN, Deliberate('.*/messages/0/1', 'clipboard', ours=(
            rfb.CAPS | rfb.PROVIDE | rfb.NOTIFY | rfb.PEEK | rfb.REQUEST | rfb.TEXT)),
                     Deliberate('all again/messages/1', 'xvp, said again', ours=ABSENT))

    def test_change_of_size(self):
        """What viewers hear of it, by what they list."""
        lists = {'size': (rfb.DESKTOP_SIZE,), 'extended size': (rfb.EXTENDED_DESKTOP_SIZE,),
                 'both': (rfb.DESKTOP_SIZE, rfb.EXTENDED_DESKTOP_SIZE),
                 'WMVi': (rfb.DESKTOP_SIZE, WMVI)}

        def scenario(side):
            machine = self.awake(side)
            result = {}
            for name, numbers in lists.items():
                with self.enter(self.d, *numbers) as viewer:
                    exchange(viewer)
                    machine.guest('mode 800 608')
                    viewer.fb = rfb.Framebuffer(800, 608)
                    result[name] = exchange(viewer)
                    while result[name]['rects'] == []:
                        result[name] = exchange(viewer)
                    self.set_mode(machine, 640, 480)
            return result
        self.compare(scenario, Deliberate('.*/rects/0/5', "a screen's id", ours=struct.pack(
            '>B3xIHHHHI', 1, 1, 0, 0, 800, 608, 0).hex()),
                     Deliberate('WMVi/rects/1', 'WMVi', ours=ABSENT))

    def test_without_power_control(self):
        def scenario(side):
            self.awake(side)
            return self.each({'list': b'', 'use': struct.pack('>BxBB', 250, 1, 2)}, rfb.XVP)
        self.compare(scenario)

    def test_pixel_formats(self):
        formats = {name: getattr(rfb, name) for name in (
            'RGB888', 'RGB888_BE', 'BGR888', 'RGB888_HIGH', 'RGB888_DEPTH32', 'RGB565',
            'RGB565_BE', 'RGB555', 'RGB444', 'BGR233', 'RGB332', 'RGB222', 'COLOUR_MAP')}
        bad = {'24 bits': (24, 24, 0, 1, 255, 255, 255, 16, 8, 0),
               '0 bits': (0, 24, 0, 1, 255, 255, 255, 16, 8, 0),
               '64 bits': (64, 24, 0, 1, 255, 255, 255, 16, 8, 0)}

        def scenario(side):
            self.awake(side)
            result = {}
            for name, fmt in formats.items():
                with self.enter(self.d) as viewer:
                    viewer.set_pixel_format(fmt)
                    exchange(viewer)
                    seen = viewer.fb.pixels
                    rows = [seen[y * viewer.fb.width:y * viewer.fb.width + 16] for y in range(16)]
                    result[name] = {'pixels': zlib.crc32(b''.join(row.tobytes() for row in rows)),
                                    'map': str(viewer.colour_map)}
            for name, fields in bad.items():
                with self.enter(self.d) as viewer:
                    result[name] = exchange(viewer, b'\0\0\0\0' +
                                            struct.pack('>BBBBHHHBBB3x', *fields))
            return result
        self.compare(scenario, Deliberate('RGB888_BE/pixels', '32 bits, big endian', before=(10, 0)),
                     Deliberate('(RGB565|RGB565_BE|RGB555|RGB444|BGR233|RGB332|RGB222)/pixels',
                                'fewer than 8 bits of a colour'),
                     Deliberate('COLOUR_MAP/(map|pixels)', 'colour map'))

    def test_messages_that_are_not_there(self):
        """Those of no protocol, of an extension that was not listed, and cut texts of all lengths."""
        def scenario(side):
            self.awake(side)
            result = self.each({str(kind): bytes([kind]) + bytes(40) for kind in
                                (1, 7, 127, 150, 248, 249, 250, 252, 253, 254)})
            result.update(self.each({
                'audio': struct.pack('>BBH', 255, 1, 0),
                'QEMU message 9': struct.pack('>BBH', 255, 9, 0),
                'extended key': struct.pack('>BBHII', 255, 0, 0, 0x61, 30),
                'a text': struct.pack('>BxxxI', 6, 4) + b'text',
                'an empty text': struct.pack('>BxxxI', 6, 0),
                'a long text': struct.pack('>BxxxI', 6, 1 << 20) + bytes(1 << 20),
                'too long a text': struct.pack('>BxxxI', 6, (1 << 20) + 1),
                'extended clipboard': struct.pack('>BxxxiI', 6, -4, rfb.PEEK),
                'no encodings': struct.pack('>BxH', 2, 0)}))
            result['short clipboard'] = self.each({'': struct.pack('>Bxxxi', 6, -3)},
                                                  rfb.EXTENDED_CLIPBOARD)
            return result
        self.compare(scenario, Deliberate('extended key', NOT_LISTED, ours=CLOSED),
                     Deliberate('audio', NOT_LISTED, ours=CLOSED, before=(10, 0)))

    def test_sizes_that_viewers_ask_for(self):
        one = ((0, 0, 0, None, None, 0),)

        def scenario(side):
            result = {}
            for device in ('VGA', 'virtio-vga'):
                self.asleep(side, '127.0.0.1:%d' % self.d, display=device)
                result[device] = self.each({
                    'one': rfb.pack_set_desktop_size(800, 608, one),
                    'no screen': rfb.pack_set_desktop_size(800, 608, ()),
                    'two screens': rfb.pack_set_desktop_size(
                        800, 608, ((0, 0, 0, 400, 608, 0), (1, 400, 0, 400, 608, 0)))},
                    rfb.EXTENDED_DESKTOP_SIZE)
                side.quit()
            return result
        self.compare(scenario,
                     SCREEN, Deliberate('VGA/.*/rects/[01]/[1-5]', 'SetDesktopSize'),
                     Deliberate('virtio-vga/(no screen|two screens)/rects/[01]/[1-5]',
                                'SetDesktopSize'))

    def test_power(self):
        """What the viewer hears, and what comes of it."""
        def scenario(side):
            machine = self.awake(side, ',power-control=on')
            result = {'answers': self.each({
                'nothing': b'', 'init': struct.pack('>BxBB', 250, 1, 1),
                'reboot': struct.pack('>BxBB', 250, 1, 3), 'code 9': struct.pack('>BxBB', 250, 1, 9),
                'version 2': struct.pack('>BxBB', 250, 2, 2)}, rfb.XVP)}
            with self.enter(self.d, rfb.XVP) as viewer:
                viewer.xvp(2)
                machine.wait_event('POWERDOWN')
                viewer.xvp(4)
                result['reset'] = machine.wait_event('RESET')
                machine.wait_ready()
            return result
        self.compare(scenario, Deliberate('answers/reboot/messages/.*', 'xvp reboot'),
                     Deliberate('answers/version 2.*', 'xvp, another version'))

    def test_audio(self):
        def formats(side):
            return {'%d, %d, %d' % (sample, channels, frequency):
                    struct.pack('>BBHBBI', 255, 1, 2, sample, channels, frequency)
                    for sample, channels, frequency in (
                        (3, 2, 44100), (0, 1, 8000), (5, 2, 48000), (1, 1, 22050), (2, 2, 44100),
                        (4, 1, 44100), (6, 2, 44100), (3, 0, 44100), (3, 3, 44100), (3, 2, 48001),
                        (3, 2, 0))}

        def scenario(side):
            self.awake(side, ',audiodev=snd', '-audiodev', 'none,id=snd')
            result = self.each(formats(side), rfb.AUDIO)
            result.update(self.each({'enable': struct.pack('>BBH', 255, 1, 0),
                                     'disable': struct.pack('>BBH', 255, 1, 1),
                                     'operation 9': struct.pack('>BBH', 255, 1, 9),
                                     'both': struct.pack('>BBHBBH', 255, 1, 0, 255, 1, 1)},
                                    rfb.AUDIO))
            return result
        self.compare(scenario, YES, Deliberate('3, 2, 0', 'sound of 0 Hz', ours=CLOSED))


class Input(ProtocolTest):

    def keys(self, machine, viewer, *events):
        """What the guest's keyboard says of them; F12 ends it."""
        for event in events:
            viewer.send(event)
        viewer.key(True, 0xffc9)
        viewer.key(False, 0xffc9)
        codes = []
        while codes[-1:] != ['d8']:
            codes += [event.split()[1] for event in machine.guest_events(1, 'key')]
        return codes

    @staticmethod
    def plain(keysym, downs=(True, False)):
        return [struct.pack('>BBxxI', 4, down, keysym) for down in downs]

    @staticmethod
    def extended(keysym, keycode):
        return [struct.pack('>BBHII', 255, 0, down, keysym, keycode) for down in (1, 0)]

    def held(self, keysym, *inside):
        return [*self.plain(keysym, (True,)), *[e for events in inside for e in events],
                *self.plain(keysym, (False,))]

    def play_keys(self, cases, *deliberate, arguments=(), options='', encodings=()):
        def scenario(side):
            machine = self.awake(side, ',key-delay-ms=0' + options, *arguments)
            result = {}
            for name, events in cases.items():
                # One for each, as what is held and the lock keys go with the viewer.
                with self.enter(self.d, *encodings) as viewer:
                    result[name] = ' '.join(self.keys(machine, viewer, *events))
            return result
        self.compare(scenario, *deliberate)

    def test_keysyms(self):
        plain = self.plain
        cases = {'%#x' % keysym: plain(keysym) for keysym in (
            *map(ord, 'az09-=[];\'`\\,./ '), 0xff08, 0xff09, 0xff0d, 0xff13, 0xff14, 0xff1b, 0xff50,
            0xff51, 0xff52, 0xff53, 0xff54, 0xff55, 0xff56, 0xff57, 0xff61, 0xff63, 0xff67, 0xffbe,
            0xffc8, 0xffe1, 0xffe2, 0xffe3, 0xffe4, 0xffe9, 0xffea, 0xffeb, 0xffec, 0xffff,
            0xff8d, 0xffaf)}
        cases['Shift-A'] = self.held(0xffe1, plain(ord('A')))
        cases['Shift-1'] = self.held(0xffe1, plain(ord('!')))
        cases['Control-c'] = self.held(0xffe3, plain(ord('c')))
        cases['Control-Alt-Delete'] = self.held(0xffe3, self.held(0xffe9, plain(0xffff)))
        cases['repeated'] = [*plain(ord('x'), (True, True, True, False))]
        cases['up only'] = plain(ord('x'), (False,))
        self.play_keys(cases)

    def test_locks(self):
        """With lock-key-sync, and a viewer that cannot see the guest's LEDs."""
        plain = self.plain
        self.play_keys({'A': plain(ord('A')), 'a': plain(ord('a')), 'A again': plain(ord('A')),
                        'a again': plain(ord('a')), 'keypad 7': plain(0xffb7),
                        'keypad Home': plain(0xff95), 'Caps Lock': plain(0xffe5),
                        'Num Lock': plain(0xff7f)})
        self.play_keys({'a': plain(ord('a')), 'keypad Home': plain(0xff95)},
                       options=',lock-key-sync=off')

    def test_key_codes(self):
        keysyms = {0x53: 0xff9f}  # the keypad's: which one says what Num Lock is thought to be
        self.play_keys({'%#x' % code: self.extended(keysyms.get(code, ord('q')), code) for code in
                        (0x01, 0x1e, 0x2c, 0x39, 0x3a, 0x45, 0x46, 0x53, 0x56, 0x9c, 0xb5, 0xb8,
                         0xc7, 0xc8, 0xd3, 0xdb)}, encodings=(rfb.EXTENDED_KEY_EVENT,))

    def test_layout(self):
        plain = self.plain
        self.play_keys({'z': plain(ord('z')), 'udiaeresis': plain(0xfc), 'AltGr-q':
                        self.held(0xfe03, plain(ord('@'))), 'Shift-7':
                        self.held(0xffe1, plain(ord('/')))}, arguments=('-k', 'de'))

    def mouse(self, machine, viewer, kind):
        """What the guest's mouse says of some moves and clicks; a turn of the wheel ends them."""
        steps = [(110, 105, 0), (110, 105, 1), (110, 105, 0), (110, 105, 2), (110, 105, 0),
                 (110, 105, 4), (110, 105, 0), (90, 120, 0), (90, 120, 8), (90, 120, 0),
                 (90, 120, 16)]
        moves, buttons, wheel = [], [], []
        viewer.pointer(0, 100, 100)
        while wheel[-1:] != ['1']:
            if steps:
                x, y, mask = steps.pop(0)
                viewer.pointer(mask, x, y)
            # One by one: the guest's mouse puts together what comes too fast.
            for event in machine.guest_events(1, kind):
                x, y, pressed, turned = event.split()[1:5]
                moves.append((int(x), int(y)))
                buttons += [pressed] if buttons[-1:] != [pressed] else []
                wheel += [turned] if wheel[-1:] != [turned] else []
        return moves, buttons, wheel

    def test_relative_pointer(self):
        def scenario(side):
            machine = self.awake(side)
            with self.enter(self.d, rfb.RAW) as viewer:
                moves, buttons, wheel = self.mouse(machine, viewer, 'mouse')
            return {'x': sum(x for x, _ in moves), 'y': sum(y for _, y in moves),
                    'buttons': buttons, 'wheel': wheel}
        self.compare(scenario)

    def test_absolute_pointer(self):
        def scenario(side):
            machine = self.awake(side)
            machine.guest('absolute')
            with self.enter(self.d, rfb.RAW) as viewer:
                moves, buttons, wheel = self.mouse(machine, viewer, 'point')
            places = [[round(x * 639 / 0xffff), round(y * 479 / 0xffff)] for x, y in moves]
            return {'places': [place for i, place in enumerate(places)
                               if i == 0 or places[i - 1] != place],
                    'buttons': buttons, 'wheel': wheel}
        self.compare(scenario)


if __name__ == '__main__':
    main()
