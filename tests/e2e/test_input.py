# Keys and pointer events of a viewer reach the guest.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
import os
import re
import socket
import struct
import subprocess
import time

import machine as e2e
import rfb
from machine import ANY_WIDTH, DEADLINE, MachineTest, XServer, main, start_and_fail

# Scan codes of set 1, as the guest's keyboard controller gives them: press, release.
H, E, L, O = 0x23, 0x12, 0x26, 0x18
LEFT_SHIFT = 0x2a

# Keysyms.
RETURN, CONTROL, ALT = 0xff0d, 0xffe3, 0xffe9


def presses(codes):
    return [word for code in codes for word in ('key %02x' % code, 'key %02x' % (code | 0x80))]


class Keys(MachineTest):

    def test_keysyms(self):
        """libvncclient sends plain KeyEvents."""
        machine = self.machine()
        viewer = self.capture(machine, 'raw')
        for letter in 'hello':
            viewer.command('key %x' % ord(letter))
        self.assertEqual(machine.guest_events(10, 'key'), presses([H, E, L, L, O]))

    def test_tigervnc(self):
        """TigerVNC sends extended key events, typed by hand so to speak."""
        machine = self.machine()
        machine.guest('mode 800 600')
        machine.guest('paint 1')
        want = machine.screendump()
        x = XServer(800, 600)
        self.addCleanup(x.close)
        x.start('xtigervncviewer', '-FullScreen=1', '-RemoteResize=0', '-ReconnectOnError=0',
                '127.0.0.1::%d' % machine.port())
        end = time.monotonic() + DEADLINE
        while x.grab().rgb != want.rgb and time.monotonic() < end:
            time.sleep(0.2)
        x.run('xdotool', 'mousemove', '400', '300')
        x.run('xdotool', 'key', '--delay', '50', 'h', 'e', 'l', 'l', 'o')
        self.assertEqual(machine.guest_events(10, 'key'), presses([H, E, L, L, O]))
        x.run('xdotool', 'key', 'shift+h')
        # xdotool lifts Shift first.
        self.assertEqual(machine.guest_events(4, 'key'),
                         ['key 2a', 'key 23', 'key aa', 'key a3'])

    def types(self, machine, *keysyms):
        """What the guest sees of symbols that are typed one after the other by a viewer that sends plain key
        events and no modifiers. A keysym as a pair is pressed or let go only."""
        with rfb.Viewer(('127.0.0.1', machine.port())) as viewer:
            viewer.handshake()
            for keysym in keysyms:
                if isinstance(keysym, tuple):
                    viewer.key(*keysym)
                else:
                    viewer.key(True, keysym)
                    viewer.key(False, keysym)
            # F12 ends it.
            viewer.key(True, 0xffc9)
            viewer.key(False, 0xffc9)
            codes = []
            while codes[-1:] != ['d8']:
                codes += [event.split()[1] for event in machine.guest_events(1, 'key')]
        self.assertEqual(codes[-2:], ['58', 'd8'])
        return ' '.join(codes[:-2])

    def layout(self, name, *options):
        """Without lock-key-sync: it makes something else of a bare capital."""
        return self.machine('-k', name,
                            vnc=','.join(('127.0.0.1:0,to=999,lock-key-sync=off,key-delay-ms=0',
                                          *options)))

    def test_bare_symbols(self):
        """Shift and AltGr are held, or lifted, for the moment that a symbol needs it."""
        machine = self.layout('en-us')
        machine.guest('still')
        for keysym, codes in ((ord('a'), '1e 9e'), (ord('A'), '2a 1e aa 9e'),
                              (ord('!'), '2a 02 aa 82'), (ord('/'), '35 b5'),
                              (0x1000041, '2a 1e aa 9e'), (0xff0d, '1c 9c'), (0xff1b, '01 81'),
                              (0xffbe, '3b bb'), (0xff51, 'e0 4b e0 cb'),
                              # Not by the 102nd key, which US boards lack.
                              (ord('<'), '2a 33 aa b3'), (ord('>'), '2a 34 aa b4'),
                              (ord('|'), '2a 2b aa ab')):
            with self.subTest(keysym=hex(keysym)):
                self.assertEqual(self.types(machine, keysym), codes)
        shift, altgr = 0xffe1, 0xfe03
        for keysyms, codes in (
                # A key named by its own symbol goes with what is held; a symbol that it makes otherwise is typed.
                ([(True, shift), ord('2'), (False, shift)], '2a 03 83 aa'),
                ([(True, shift), ord('/'), (False, shift)], '2a 35 b5 aa'),
                ([(True, shift), ord('a'), (False, shift)], '2a 1e 9e aa'),
                ([(True, altgr), ord('@'), (False, altgr)], 'e0 38 2a e0 b8 03 e0 38 aa 83 e0 b8'),
                # This layout has nothing for AltGr there: a viewer's own keyboard has.
                ([(True, altgr), ord('['), (False, altgr)], 'e0 38 e0 b8 1a e0 38 9a e0 b8'),
                ([(True, shift), ord('A'), (False, shift)], '2a 1e 9e aa'),
                # Not where it is a command, nor where no character is typed.
                ([(True, 0xffe3), ord('C'), (False, 0xffe3)], '1d 2e ae 9d'),
                ([(True, shift), 0xff0d, (False, shift)], '2a 1c 9c aa'),
                # Shift is let go first: the key that was pressed for the symbol is let go all the same.
                ([(True, shift), (True, ord('?')), (False, shift), (False, ord('?'))],
                 '2a 35 aa b5')):
            with self.subTest(keysyms=keysyms):
                self.assertEqual(self.types(machine, *keysyms), codes)

    def test_layouts(self):
        for name, keysyms in (
                ('de', {ord('z'): '15 95', ord('@'): 'e0 38 10 e0 b8 90', 0xe4: '28 a8',
                        0xc4: '2a 28 aa a8', 0x20ac: 'e0 38 12 e0 b8 92', ord('/'): '2a 08 aa 88',
                        ord('\\'): 'e0 38 0c e0 b8 8c', 0x10020ac: 'e0 38 12 e0 b8 92',
                        0xffea: 'e0 38 e0 b8', 0xfe03: 'e0 38 e0 b8', ord('<'): '56 d6',
                        ord('>'): '2a 56 aa d6', ord('|'): 'e0 38 56 e0 b8 d6'}),
                # There it could be had by Shift and AltGr, too, but not in every guest.
                ('de-ch', {ord('<'): '56 d6'}),
                # By a dead key, and by two names of the same letter.
                ('fr-ch', {0xea: '0d 8d 12 92', 0xe0: '28 a8', ord('^'): '0d 8d 39 b9'}),
                ('ru', {0x6c1: '21 a1', 0x1000430: '21 a1', 0x6e1: '2a 21 aa a1',
                        0x1000410: '2a 21 aa a1'})):
            machine = self.layout(name)
            machine.guest('still')
            for keysym, codes in keysyms.items():
                with self.subTest(layout=name, keysym=hex(keysym)):
                    self.assertEqual(self.types(machine, keysym), codes)

    def test_what_a_viewer_holds(self):
        """A key named by its plain symbol, with Shift or AltGr held: AltGr and Q is @ in this layout."""
        machine = self.layout('de')
        machine.guest('still')
        shift, altgr = 0xffe1, 0xfe03
        for keysyms, codes in (
                ([(True, altgr), ord('q'), (False, altgr)], 'e0 38 10 90 e0 b8'),
                ([(True, altgr), ord('@'), (False, altgr)], 'e0 38 10 90 e0 b8'),
                ([(True, shift), ord('7'), (False, shift)], '2a 08 88 aa'),
                ([(True, shift), ord('/'), (False, shift)], '2a 08 88 aa'),
                ([(True, shift), 0xe4, (False, shift)], '2a 28 a8 aa'),
                # US keyboards have @ above 2.
                ([(True, shift), ord('@'), (False, shift)], '2a aa e0 38 10 e0 b8 2a 90 aa')):
            with self.subTest(keysyms=keysyms):
                self.assertEqual(self.types(machine, *keysyms), codes)

    def test_every_layout(self):
        """Each that QEMU ships can be read."""
        places = subprocess.run([e2e.QEMU, '-L', 'help'], capture_output=True, check=True)
        directory = next(path for path in (os.path.join(line, 'keymaps') for line in
                                           places.stdout.decode().split('\n'))
                         if os.path.isdir(path))
        names = sorted(name for name in os.listdir(directory) if re.fullmatch('[a-z-]+', name))
        self.assertGreater(len(names), 30)
        for name in names:
            with self.subTest(name):
                machine = e2e.Machine('-k', name, '-S', vnc='none', guest=False)
                self.assertTrue(machine.qmp('query-vnc-servers'))
                machine.quit()
        status, said = start_and_fail('-k', 'klingon', '-vnc', 'none')
        self.assertEqual(status, 1)
        self.assertIn("could not read keymap file: 'klingon'", said)

    def test_lock_keys(self):
        """Pressed for a viewer by what its letters say, unless the guest's are so already: the LEDs tell."""
        machine = self.machine(vnc='127.0.0.1:0,to=999,key-delay-ms=0')
        machine.guest('still')
        control, shift, logo, altgr = 0xffe3, 0xffe1, 0xffeb, 0xfe03
        # The guest shows Caps Lock when it has been pressed.
        self.assertEqual(self.types(machine, ord('A')), '3a ba 1e 9e')
        machine.guest('leds 4')
        self.assertEqual(self.types(machine, ord('B')), '30 b0')
        # It boots; the monitor presses Caps Lock; it sets Num Lock when it starts.
        for leds, keysyms, codes in ((0, [ord('b')], '30 b0'), (4, [ord('B')], '30 b0'),
                                     (0, [ord('B')], '3a ba 30 b0'), (4, [ord('b')], '3a ba 30 b0'),
                                     (0, [ord('b')], '30 b0'), (2, [0xffb7, 0xff95], '47 c7 45 c5 47 c7')):
            with self.subTest(leds=leds, keysyms=keysyms):
                machine.guest('leds %d' % leds)
                self.assertEqual(self.types(machine, *keysyms), codes)
        # Not by a letter that is typed at no text.
        for held, letter, codes in (([control, shift], 't', '1d 2a 14 94 aa 9d'),
                                    ([control], 'T', '1d 14 94 9d'),
                                    ([ALT, shift], 't', '38 2a 14 94 aa b8'),
                                    ([logo, shift], 't', 'e0 5b 2a 14 94 aa e0 db'),
                                    ([altgr, shift], 't', 'e0 38 2a 14 94 aa e0 b8')):
            with self.subTest(held=held):
                self.assertEqual(self.types(machine, *[(True, key) for key in held], ord(letter),
                                            *[(False, key) for key in reversed(held)]), codes)

    def test_lock_keys_of_others(self):
        """A viewer that sends key codes presses them too, and the count goes on where a guest shows nothing."""
        machine = self.machine(vnc='127.0.0.1:0,to=999,key-delay-ms=0')
        machine.guest('still')
        with rfb.Viewer(('127.0.0.1', machine.port())) as viewer:
            viewer.handshake()
            viewer.set_encodings(rfb.EXTENDED_KEY_EVENT)
            for down in (1, 0):
                viewer.send(struct.pack('>BBHII', 255, 0, down, 0xffe5, 0x3a))
            self.assertEqual(machine.guest_events(2, 'key'), presses([0x3a]))
        self.assertEqual(self.types(machine, ord('A')), '1e 9e')
        self.assertEqual(self.types(machine, ord('a')), '3a ba 1e 9e')

    def test_long_text(self):
        """What tools type at once arrives, however long, and after they have gone; others get their turn meanwhile."""
        # What the keyboard is given, as a guest that is slow may lose some of it.
        machine = self.machine('-trace', 'input_event_key_qcode',
                               vnc=['127.0.0.1:0,to=999,key-delay-ms=1'] * 2)
        machine.guest('still')
        text = [ord('a') + i % 26 for i in range(1500)]
        # QEMU has one queue of keys for all displays.
        tools = [self.viewer(machine, rfb.RAW, display=display) for display in (0, 0, 1)]
        for tool in tools:
            tool.send(b''.join(struct.pack('>BBxxI', 4, down, keysym)
                               for keysym in text for down in (1, 0)))
        # Its picture goes on.
        tools[0].request(False, 0, 0, 8, 8)
        tools[0].read_update()
        tools[1].close()
        other = self.viewer(machine, rfb.RAW)
        for down in (1, 0):
            other.key(down, RETURN)
        pressed = []
        end = time.monotonic() + DEADLINE
        while len(pressed) < 3 * len(text) + 1 and time.monotonic() < end:
            pressed = re.findall(r'key qcode (\w+), down 1', machine.said())
            time.sleep(0.05)
        self.assertLess(pressed.index('ret'), len(pressed) // 2)
        pressed.remove('ret')
        self.assertEqual(sorted(pressed), sorted(3 * [chr(keysym) for keysym in text]))

    def test_order_with_pointer(self):
        """A click after a capital comes when its Shift is up again."""
        machine = self.machine(vnc='127.0.0.1:0,to=999,lock-key-sync=off')
        machine.guest('still')
        viewer = self.viewer(machine, rfb.RAW)
        viewer.pointer(0, 100, 100)
        for key in 'AB':
            viewer.key(True, ord(key))
            viewer.key(False, ord(key))
        viewer.pointer(1, 100, 100)
        viewer.pointer(0, 100, 100)
        said = []
        while said[-1:] != ['mouse 0 0 00 0 0'] or not any(' 01 ' in line for line in said):
            said.append(machine.serial.read('key or click'))
        pressed = next(i for i, line in enumerate(said) if line.startswith('mouse 0 0 01'))
        self.assertEqual([line for line in said[:pressed] if line.startswith('key')],
                         ['key ' + code for code in '2a 1e aa 9e 2a 30 aa b0'.split()])

    def test_key_codes_come_first(self):
        """A viewer that knows which key was hit is taken at its word with -k, too."""
        machine = self.layout('de')
        with rfb.Viewer(('127.0.0.1', machine.port())) as viewer:
            viewer.handshake()
            viewer.set_encodings(rfb.EXTENDED_KEY_EVENT)
            for down in (1, 0):
                viewer.send(struct.pack('>BBHII', 255, 0, down, ord('z'), 0x2c))
            self.assertEqual(machine.guest_events(2, 'key'), presses([0x2c]))

    def test_stopped(self):
        """What is typed at a stopped machine is not for its guest, but what came up meanwhile is up."""
        machine = self.machine()
        viewer = self.viewer(machine, rfb.RAW)
        viewer.key(True, ord('h'))
        self.assertEqual(machine.guest_events(1, 'key'), ['key 23'])
        machine.qmp('stop')
        viewer.key(False, ord('h'))
        for down in (True, False):
            viewer.key(down, ord('e'))
        # It has been heard.
        viewer.request(False, 0, 0, 8, 8)
        viewer.read_update()
        machine.qmp('cont')
        for down in (True, False):
            viewer.key(down, ord('l'))
        self.assertEqual(machine.guest_events(3, 'key'), ['key a3', *presses([L])])

    def test_release_at_disconnect(self):
        """A key that is held down when its viewer goes is not held for ever."""
        machine = self.machine()
        with socket.create_connection(('127.0.0.1', machine.port())) as connection:
            connection.sendall(b'RFB 003.008\n\1\1' + bytes([4, 1, 0, 0, 0, 0, 0, ord('h')]))
            self.assertEqual(machine.guest_events(1, 'key'), ['key 23'])
        self.assertEqual(machine.guest_events(1, 'key'), ['key a3'])


def lit(picture):
    """How many pixels are not black."""
    return sum(picture.rgb[i:i + 3] != b'\0\0\0' for i in range(0, len(picture.rgb), 3))


class Typist:
    """A viewer that types, and looks at nothing."""

    def __init__(self, machine):
        self.socket = socket.create_connection(('127.0.0.1', machine.port()))
        self.socket.sendall(b'RFB 003.008\n\1\1')

    def send(self, down, *keysyms):
        for keysym in keysyms:
            self.socket.sendall(struct.pack('>BBxxI', 4, down, keysym))

    def press(self, keysym):
        self.send(1, keysym)
        self.send(0, keysym)

    def switch(self, number):
        """Ctrl-Alt-NUMBER."""
        self.send(1, CONTROL, ALT, ord(number))
        self.send(0, ord(number), ALT, CONTROL)

    def enter(self, line):
        for character in line:
            self.press(ord(character))
        self.press(RETURN)


class Consoles(MachineTest):

    def both(self, *arguments):
        """A guest whose picture stands still, and who looks at it and who types."""
        machine = self.machine(*arguments)
        machine.guest('mode 640 480')
        machine.guest('paint 1')
        viewer = self.capture(machine, 'raw')
        viewer.follow(machine.screendump())
        typist = Typist(machine)
        self.addCleanup(typist.socket.close)
        return machine, viewer, typist

    def comes_to_show(self, viewer, wanted, what):
        """Wait until what the viewer sees is as wanted."""
        end = time.monotonic() + DEADLINE
        while not wanted(viewer.shot()):
            self.assertLess(time.monotonic(), end, what)
            time.sleep(0.2)

    def test_switch(self):
        """Ctrl-Alt-2 shows the monitor, which takes what is typed; Ctrl-Alt-1 leads back."""
        machine, viewer, typist = self.both('-monitor', 'vc')
        want = machine.screendump()
        typist.switch('2')
        typist.enter('stop')
        machine.wait_event('STOP')
        self.comes_to_show(viewer, lambda shot: shot.rgb != want.rgb, 'the monitor')
        typist.enter('cont')
        machine.wait_event('RESUME')
        typist.switch('1')
        viewer.follow(want)
        typist.press(ord('h'))
        # What is held when the console goes is lifted there, and no more arrives till it is back.
        codes = machine.guest_events(6, 'key')
        self.assertEqual(sorted(codes[:4]), sorted(presses([0x1d, 0x38])))
        self.assertEqual(codes[4:], presses([H]))

    def test_serial_line(self):
        """What is typed in its window the guest reads, and what the guest writes is seen there."""
        machine, viewer, typist = self.both('-serial', 'vc')
        want = machine.screendump()
        typist.switch('2')
        self.comes_to_show(viewer, lambda shot: shot.rgb != want.rgb, 'the console')
        typist.enter('Hi')
        received = b''
        while len(received) < 3:
            for line in machine.guest_events(1, 'agent'):
                received += bytes.fromhex(line.split()[1])
        self.assertEqual(received, b'Hi\r')
        machine.guest('agent ' + b'Hello, console'.hex())
        # More than the cursor, a cell of 8x16 pixels, which comes and goes.
        self.comes_to_show(viewer, lambda shot: 200 < lit(shot) < 2000, 'the text')
        typist.switch('1')
        viewer.follow(want)


class Pointer(MachineTest):

    def test_mouse(self):
        """The guest's PS/2 mouse moves by what the viewer's pointer moves."""
        machine = self.machine()
        viewer = self.capture(machine, 'raw')
        viewer.command('move 100 100 0')
        viewer.command('move 110 105 0')
        viewer.command('move 110 105 1')
        viewer.command('move 110 105 0')
        dx = dy = 0
        buttons = []
        while buttons[-2:] != [1, 0]:
            for event in machine.guest_events(1, 'mouse'):
                words = event.split()
                dx += int(words[1])
                dy += int(words[2])
                buttons.append(int(words[3], 16))
        self.assertEqual((dx, abs(dy)), (10, 5))

    def state(self, machine):
        """What the mouse says next: buttons, wheel, horizontal wheel."""
        words = machine.guest_events(1, 'mouse')[0].split()
        return int(words[3], 16), int(words[4]), int(words[5])

    def check_buttons(self, machine, point, bits):
        for bit, guest in bits:
            point(1 << bit)
            self.assertEqual(self.state(machine), (guest, 0, 0))
            point(0)
            self.assertEqual(self.state(machine), (0, 0, 0))

    def check_wheels(self, machine, point):
        for bit, steps in ((3, (-1, 0)), (4, (1, 0)), (5, (0, 1)), (6, (0, -1))):
            point(1 << bit)
            self.assertEqual(self.state(machine), (0, *steps))
            point(0)
            self.assertEqual(self.state(machine), (0, 0, 0))

    def test_eight_buttons(self):
        """Viewers that know no extension: the mask's upper bits are horizontal wheel and back."""
        machine = self.machine()
        viewer = self.viewer(machine, rfb.RAW)

        def point(buttons):
            viewer.pointer(buttons, 100, 100)

        self.check_buttons(machine, point, ((0, 1), (1, 4), (2, 2), (7, 8)))
        self.check_wheels(machine, point)

    def test_extended_buttons(self):
        machine = self.machine()
        viewer = self.viewer(machine, rfb.RAW, rfb.EXTENDED_MOUSE_BUTTONS)
        self.told(viewer, rfb.EXTENDED_MOUSE_BUTTONS)

        def point(buttons):
            viewer.extended_pointer(buttons, 100, 100)

        self.check_buttons(machine, point, ((0, 1), (1, 4), (2, 2), (7, 8), (8, 0x10)))
        self.check_wheels(machine, point)

    def check_places(self, machine, viewer, width, height):
        """Each pixel is hit, by a guest that rounds down and by one that rounds to the nearest."""
        machine.guest('mode %d %d' % (width, height))
        self.told(viewer, rfb.DESKTOP_SIZE)
        for x, y in ((0, 0), (1, 1), (width // 2, height // 2), (width // 3, height - 2),
                     (width - 2, height // 7), (width - 1, height - 1)):
            viewer.pointer(0, x, y)
            words = machine.guest_events(1, 'point')[-1].split()
            for place, at, pixels in ((x, int(words[1]), width), (y, int(words[2]), height)):
                self.assertEqual(at * pixels // 0x10000, place)
                self.assertEqual(round(at * (pixels - 1) / 0xffff), place)

    def test_absolute(self):
        machine = self.machine(display=ANY_WIDTH)
        machine.guest('absolute')
        viewer = self.viewer(machine, rfb.RAW, rfb.DESKTOP_SIZE)
        for width, height in ((1367, 769), (641, 333), (1024, 768), (1921, 1079)):
            with self.subTest(width=width):
                self.check_places(machine, viewer, width, height)

    def test_absolute_on_a_screen_beyond_the_limit(self):
        """Viewers see 8192 pixels of it: those they point at."""
        machine = self.machine(display=ANY_WIDTH)
        machine.guest('absolute')
        viewer = self.viewer(machine, rfb.RAW, rfb.DESKTOP_SIZE)
        machine.guest('mode 12001 67')
        self.told(viewer, rfb.DESKTOP_SIZE)
        self.assertEqual((viewer.fb.width, viewer.fb.height), (8192, 67))
        for x, y in ((0, 0), (1, 66), (4095, 33), (8191, 66)):
            viewer.pointer(0, x, y)
            at = machine.guest_events(1, 'point')[-1].split()
            self.assertEqual((int(at[1]) * 12001 >> 16, int(at[2]) * 67 >> 16), (x, y))
        self.assertIn('a screen of 12001x67', machine.said())

    def test_the_guest_changes_the_mode(self):
        machine = self.machine()
        viewer = self.viewer(machine, rfb.RAW, rfb.POINTER_TYPE_CHANGE)
        self.assertEqual(self.told(viewer, rfb.POINTER_TYPE_CHANGE).data, False)
        viewer.pointer(0, 0x7fff + 3, 0x7fff - 2)
        self.assertEqual(machine.guest_events(1, 'mouse')[0].split()[1:3], ['3', '-2'])
        machine.guest('absolute')
        self.assertEqual(self.told(viewer, rfb.POINTER_TYPE_CHANGE).data, True)
        viewer.pointer(1, 640, 400)
        x, y, buttons = machine.guest_events(1, 'point')[-1].split()[1:4]
        self.assertEqual((int(x) * 1280 >> 16, int(y) * 800 >> 16), (640, 400))
        self.assertEqual(int(buttons, 16), 0x20)
        viewer.pointer(0, 640, 400)
        machine.guest_events(1, 'point')
        machine.guest('relative')
        viewer.pointer(0, 600, 300)  # it has not heard yet: this is no distance
        self.assertEqual(self.told(viewer, rfb.POINTER_TYPE_CHANGE).data, False)
        viewer.pointer(0, 601, 301)
        viewer.pointer(0, 0x7fff + 5, 0x7fff)
        viewer.pointer(1, 0x7fff, 0x7fff)
        dx = dy = buttons = 0
        while not buttons:
            for event in machine.guest_events(1, 'mouse'):
                words = event.split()
                dx, dy = dx + int(words[1]), dy + int(words[2])
                buttons = int(words[3], 16)
        self.assertEqual((dx, dy), (6, 1))


if __name__ == '__main__':
    main()
