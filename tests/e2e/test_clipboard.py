# The clipboard across QEMU: from a viewer of one display to a viewer of another.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
from machine import MachineTest, main

import rfb
from rfb import CAPS, NOTIFY, PEEK, PROVIDE, REQUEST, TEXT

DISPLAYS = ['127.0.0.1:0,to=999', '127.0.0.1:0,to=999']
ALL = TEXT | CAPS | REQUEST | PEEK | NOTIFY | PROVIDE


class Clipboard(MachineTest):

    def extended(self, machine, display):
        """A viewer with the extended clipboard, that takes nothing unasked."""
        viewer = rfb.Viewer(('127.0.0.1', machine.port(display))).handshake()
        self.addCleanup(viewer.close)
        viewer.set_encodings(rfb.EXTENDED_CLIPBOARD)
        self.expect(viewer, ALL)
        viewer.clipboard(ALL, bytes(4))
        viewer.clipboard(PEEK)  # so that it has been read
        self.expect(viewer, NOTIFY, NOTIFY | TEXT)
        return viewer

    def expect(self, viewer, *flags):
        message = viewer.read_message()
        self.assertIsInstance(message, rfb.Clipboard)
        self.assertIn(message.flags, flags)
        return message

    def test_libvncclient(self):
        """Latin-1, from display to display and back."""
        machine = self.machine(vnc=DISPLAYS, guest=False)
        first, second = [self.capture(machine, 'raw', display=i) for i in range(2)]
        for text in 'one', 'two', 'three':
            first.command('copy ' + text)
            second.command('paste ' + text)
            second.command('copy back ' + text)
            first.command('paste back ' + text)

    def test_on_request(self):
        """UTF-8; asked for when it is wanted, and gone with its viewer."""
        machine = self.machine(vnc=DISPLAYS, guest=False)
        source, target = self.extended(machine, 0), self.extended(machine, 1)
        for text in '\u20ac\U0001f600\r\n\r\nx', 'y' * 500000:
            source.clipboard(NOTIFY | TEXT)
            self.expect(target, NOTIFY | TEXT)
            target.clipboard(REQUEST | TEXT)
            self.expect(source, REQUEST | TEXT)
            source.provide(text.encode() + b'\0')
            self.assertEqual(self.expect(target, PROVIDE | TEXT).text, text.encode() + b'\0')
        source.clipboard(NOTIFY | TEXT)
        self.expect(target, NOTIFY | TEXT)
        source.close()
        self.expect(target, NOTIFY)


if __name__ == '__main__':
    main()
