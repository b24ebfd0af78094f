# What is typed and pointed at in a viewer reaches the guest.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
import time

from machine import DEADLINE, MachineTest, XServer, main

# Scan codes of set 1, as the guest's keyboard controller gives them: press, release.
H, E, L, O = 0x23, 0x12, 0x26, 0x18
LEFT_SHIFT = 0x2a


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

    def test_release_at_disconnect(self):
        """A key that is held down when its viewer goes is not held for ever."""
        machine = self.machine()
        import socket
        with socket.create_connection(('127.0.0.1', machine.port())) as connection:
            connection.sendall(b'RFB 003.008\n\1\1' + bytes([4, 1, 0, 0, 0, 0, 0, ord('h')]))
            self.assertEqual(machine.guest_events(1, 'key'), ['key 23'])
        self.assertEqual(machine.guest_events(1, 'key'), ['key a3'])


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


if __name__ == '__main__':
    main()
