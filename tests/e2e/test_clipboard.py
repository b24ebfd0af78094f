# The clipboard across QEMU: from a viewer of one display to a viewer of another, and to the guest's agent.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
import struct
import subprocess
import time

import rfb
from machine import DEADLINE, MachineTest, main
from rfb import CAPS, NOTIFY, PEEK, PROVIDE, REQUEST, TEXT

DISPLAYS = ['127.0.0.1:0,to=999', '127.0.0.1:0,to=999']
ALL = TEXT | CAPS | REQUEST | PEEK | NOTIFY | PROVIDE


class ClipboardTest(MachineTest):

    def extended(self, machine, display=0):
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


class BetweenDisplays(ClipboardTest):

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


class Agent:
    """spice-vdagent's part in the guest, at the other end of `-chardev qemu-vdagent` (SPICE's vd_agent.h)."""
    PORT, PROTOCOL = 1, 1
    CLIPBOARD, ANNOUNCE_CAPABILITIES, GRAB, REQUEST, RELEASE = 4, 6, 7, 8, 9
    UTF8_TEXT = 1
    BY_DEMAND = 1 << 5

    def __init__(self, machine):
        self.machine = machine
        self.received = b''
        self.send(self.ANNOUNCE_CAPABILITIES, struct.pack('<II', 0, self.BY_DEMAND))

    def send(self, kind, data=b''):
        message = struct.pack('<IIQI', self.PROTOCOL, kind, 0, len(data)) + data
        message = struct.pack('<II', self.PORT, len(message)) + message
        for start in range(0, len(message), 48):
            self.machine.guest('agent ' + message[start:start + 48].hex())

    def read(self, count):
        while len(self.received) < count:
            for line in self.machine.guest_events(1, 'agent'):
                self.received += bytes.fromhex(line.split()[1])
        data, self.received = self.received[:count], self.received[count:]
        return data

    def receive(self, wanted):
        """The data of the next message of a kind."""
        while True:
            payload = b''
            while len(payload) < 20 or len(payload) < 20 + struct.unpack_from('<I', payload, 16)[0]:
                _, size = struct.unpack('<II', self.read(8))
                payload += self.read(size)
            if struct.unpack_from('<I', payload, 4)[0] == wanted:
                return payload[20:]


class GuestAgent(ClipboardTest):

    def both(self):
        machine = self.machine('-chardev', 'null,id=agent', '-serial', 'chardev:agent')
        machine.guest('paint 1')
        # What it says before the guest has set up its port is lost.
        machine.qmp('chardev-change', id='agent',
                    backend={'type': 'qemu-vdagent', 'data': {'clipboard': True}})
        return machine, Agent(machine)

    def test_guest_to_viewers(self):
        machine, agent = self.both()
        plain, extended = self.capture(machine, 'raw'), self.extended(machine)
        text = struct.pack('<I', Agent.UTF8_TEXT)
        agent.send(Agent.GRAB, text)
        # For the viewer that cannot ask the server does.
        agent.receive(Agent.REQUEST)
        agent.send(Agent.CLIPBOARD, text + b'from inside')
        plain.command('paste from inside')
        self.expect(extended, NOTIFY | TEXT)
        extended.clipboard(REQUEST | TEXT)
        self.assertEqual(self.expect(extended, PROVIDE | TEXT).text, b'from inside\0')

    def test_viewer_to_guest(self):
        machine, agent = self.both()
        viewer = self.extended(machine)
        viewer.clipboard(NOTIFY | TEXT)
        text = struct.pack('<I', Agent.UTF8_TEXT)
        self.assertEqual(agent.receive(Agent.GRAB)[:4], text)
        agent.send(Agent.REQUEST, text)
        self.expect(viewer, REQUEST | TEXT)
        viewer.provide('gr\u00fc\u00dfe\r\n\u20ac\0'.encode())
        self.assertEqual(agent.receive(Agent.CLIPBOARD), text + 'gr\u00fc\u00dfe\n\u20ac'.encode())
    def test_tigervnc(self):
        """To and from the selection of the X server that it runs on."""
        machine, agent = self.both()
        machine.guest('mode 1920 1080')
        machine.guest('paint 2')
        x = self.tigervnc(machine, 'ZRLE')
        self.assert_comes_to_show(x, machine.screendump(), 'TigerVNC')
        # It looks after the clipboard of those who look at it.
        x.run('xdotool', 'mousemove', '9', '9', 'click', '1')
        text = struct.pack('<I', Agent.UTF8_TEXT)
        agent.send(Agent.GRAB, text)
        agent.receive(Agent.REQUEST)
        agent.send(Agent.CLIPBOARD, text + 'dr\u00fcben \u20ac'.encode())
        selection, end = None, time.monotonic() + DEADLINE
        while selection != 'dr\u00fcben \u20ac' and time.monotonic() < end:
            selection = subprocess.run(['xclip', '-o', '-selection', 'clipboard'],
                                       env=x.environment, stdout=subprocess.PIPE,
                                       stderr=subprocess.DEVNULL, timeout=DEADLINE,
                                       check=False).stdout.decode()
        self.assertEqual(selection, 'dr\u00fcben \u20ac')
        # It stays as the selection's owner until another takes it, or its X server ends.
        with subprocess.Popen(['xclip', '-quiet', '-selection', 'clipboard'], env=x.environment,
                              stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL) as owner:
            self.addCleanup(owner.kill)
            owner.stdin.write('h\u00fcben'.encode())
            owner.stdin.close()
            self.assertEqual(agent.receive(Agent.GRAB)[:4], text)
            agent.send(Agent.REQUEST, text)
            self.assertEqual(agent.receive(Agent.CLIPBOARD), text + 'h\u00fcben'.encode())
            owner.kill()


if __name__ == '__main__':
    main()
