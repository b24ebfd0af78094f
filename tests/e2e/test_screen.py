# A guest's screens: sizes, page flips, heads, names.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
import rfb
from machine import ANY_WIDTH, MachineTest, main

BY_SERVER, BY_THIS_VIEWER = 0, 1
PROHIBITED, FORWARDED = 1, 4
HOST_WANTS_ANOTHER_SIZE = 1


class Resize(MachineTest):
    """What comes of a viewer's SetDesktopSize."""

    def ask(self, viewer, width, height):
        """The status of the answer."""
        viewer.set_desktop_size(width, height)
        return self.told(viewer, rfb.EXTENDED_DESKTOP_SIZE, lambda r: r.x == BY_THIS_VIEWER).y

    def guest_hears(self, machine):
        machine.guest('events')
        return int(machine.guest_events(1, 'events')[0].split()[1])

    def test_the_guest_is_asked(self):
        machine = self.machine(display='virtio-vga')
        viewer = self.viewer(machine, rfb.ZRLE, rfb.EXTENDED_DESKTOP_SIZE)
        other = self.viewer(machine, rfb.ZRLE, rfb.EXTENDED_DESKTOP_SIZE)
        machine.guest('mode 1024 768')
        machine.guest('paint 1')
        want = machine.screendump()
        for v in (viewer, other):
            self.follow(v, want)
        self.assertEqual(self.guest_hears(machine), 0)
        self.assertEqual(self.ask(viewer, 800, 600), FORWARDED)
        while self.guest_hears(machine) != HOST_WANTS_ANOTHER_SIZE:
            pass
        machine.guest('mode 800 600')
        machine.guest('paint 2')
        want = machine.screendump()
        for v in (viewer, other):
            rect = self.told(v, rfb.EXTENDED_DESKTOP_SIZE, lambda r: r.w == 800)
            self.assertEqual((rect.x, rect.y, rect.h), (BY_SERVER, 0, 600))
            self.follow(v, want)

    def test_a_device_that_cannot_be_asked(self):
        machine = self.machine()
        viewer = self.viewer(machine, rfb.ZRLE, rfb.EXTENDED_DESKTOP_SIZE)
        self.assertEqual(self.ask(viewer, 800, 600), PROHIBITED)

    def test_the_option(self):
        machine = self.machine(vnc='127.0.0.1:0,to=999,resize=off', display='virtio-vga')
        viewer = self.viewer(machine, rfb.ZRLE, rfb.EXTENDED_DESKTOP_SIZE)
        self.assertEqual(self.ask(viewer, 800, 600), PROHIBITED)
        self.assertEqual(self.guest_hears(machine), 0)


class Flips(MachineTest):
    """Another part of the video memory is shown: a viewer is sent what differs, and no more."""

    def check(self, machine, width, height, bpp):
        machine.guest('mode %d %d %d' % (width, height, bpp))
        machine.guest('paint 5')
        viewer = self.viewer(machine, rfb.RAW, rfb.DESKTOP_SIZE)
        self.follow(viewer, machine.screendump())
        for i in range(3):
            x = 64 * i + 8
            machine.guest('flip')
            machine.guest('fill %d 96 16 16 %d' % (x, 0x205080 * (i + 1)))
            sent = sum(r.w * r.h for update in self.follow(viewer, machine.screendump())
                       for r in update.pixel_rects())
            self.assertGreater(sent, 0)
            self.assertLessEqual(sent, 64 * 64, '%d bits' % bpp)

    def test_vga(self):
        machine = self.machine()
        for bpp in (16, 24, 32):
            with self.subTest(bpp=bpp):
                self.check(machine, 1024, 768, bpp)

    def test_odd_width(self):
        self.check(self.machine(display=ANY_WIDTH), 1021, 333, 32)

    def test_the_moving_picture(self):
        """Flips while the picture moves, and changes of mode among them."""
        machine = self.machine()
        viewers = [self.viewer(machine, e, rfb.DESKTOP_SIZE)
                   for e in (rfb.ZRLE, rfb.TIGHT, rfb.HEXTILE)]
        for i, bpp in enumerate((32, 16, 24, 32)):
            machine.guest('mode %d %d %d' % (640 + 80 * i, 480, bpp))
            machine.guest('go')
            for _ in range(4):
                machine.guest('flip')
                for viewer in viewers:
                    viewer.request(True)
                    viewer.read_update()
            machine.guest('still')
            want = machine.screendump()
            for viewer in viewers:
                self.follow(viewer, want)


class Cursor(MachineTest):

    def test_a_device_that_shows_one(self):
        machine = self.machine('-device', 'vmware-svga,id=svga', display=ANY_WIDTH,
                               vnc='127.0.0.1:0,to=999,display=svga')
        shapes = {encoding: self.viewer(machine, rfb.ZRLE, rfb.DESKTOP_SIZE, encoding)
                  for encoding in (rfb.CURSOR_WITH_ALPHA, rfb.CURSOR, rfb.X_CURSOR)}
        follows = self.viewer(machine, rfb.ZRLE, rfb.DESKTOP_SIZE, rfb.POINTER_POSITION)
        for x, y, on in ((100, 50, 1), (120, 60, 1), (120, 60, 0), (130, 70, 1)):
            machine.guest('cursor %d %d %d' % (x, y, on))
            size = (3, 1, 32, 2) if on else (0, 0, 0, 0)
            for encoding, viewer in shapes.items():
                if (x, y) != (120, 60) or not on:
                    self.told(viewer, encoding, lambda r: r.area == size)
            if on:
                self.told(follows, rfb.POINTER_POSITION, lambda r: r.data == (x, y))


class Names(MachineTest):

    def named(self, viewer, name):
        self.assertEqual(self.told(viewer, rfb.DESKTOP_NAME, lambda r: r.data == name).data, name)

    def test_a_name_and_what_follows_it_while_the_machine_is_stopped(self):
        for arguments, name in ((('-name', 'Tom'), 'QEMU (Tom)'), ((), 'QEMU')):
            with self.subTest(name=name):
                machine = self.machine(*arguments)
                viewer = self.viewer(machine, rfb.ZRLE, rfb.DESKTOP_NAME)
                self.assertEqual(viewer.name_of_desktop, name)
                machine.qmp('stop')
                self.named(viewer, name + ' [Paused]')
                with rfb.Viewer(('127.0.0.1', machine.port())).handshake() as late:
                    self.assertEqual(late.name_of_desktop, name + ' [Paused]')
                machine.qmp('cont')
                self.named(viewer, name)

    def test_a_machine_that_has_not_begun(self):
        machine = self.machine('-S', running=False)
        viewer = self.viewer(machine, rfb.ZRLE, rfb.DESKTOP_NAME, rfb.DESKTOP_SIZE)
        self.assertEqual(viewer.name_of_desktop, 'QEMU [Paused]')
        machine.qmp('cont')
        self.named(viewer, 'QEMU')
        machine.wait_ready()
        machine.guest('mode 800 600')
        machine.guest('paint 1')
        self.follow(viewer, machine.screendump())


class Heads(MachineTest):

    def test_two_heads_of_one_device(self):
        listen = '127.0.0.1:0,to=999,display=gpu,head=%d'
        machine = self.machine(display='virtio-vga,id=gpu,max_outputs=2',
                               vnc=[listen % 0, listen % 1])
        machine.guest('mode 800 600')
        machine.guest('paint 1')
        wants = [machine.screendump(device='gpu', head=head) for head in (0, 1)]
        self.assertNotEqual((wants[0].width, wants[0].rgb), (wants[1].width, wants[1].rgb))
        for head, want in enumerate(wants):
            viewer = self.viewer(machine, rfb.ZRLE, rfb.DESKTOP_SIZE, display=head)
            self.follow(viewer, want)

    def test_each_display_has_its_own_console(self):
        """One is bound to a device, the other goes where Ctrl-Alt-1 to -9 say."""
        machine = self.machine('-chardev', 'vc,id=text', '-mon', 'text', display='VGA,id=vga',
                               vnc=['127.0.0.1:0,to=999,display=vga', '127.0.0.1:0,to=999'])
        machine.guest('mode 800 600')
        machine.guest('paint 1')
        want = machine.screendump()
        bound, free = [self.viewer(machine, rfb.ZRLE, rfb.DESKTOP_SIZE, display=i)
                       for i in (0, 1)]

        def choose(viewer, number):
            for down, keys in ((1, (0xffe3, 0xffe9, ord(number))),
                               (0, (ord(number), 0xffe9, 0xffe3))):
                for key in keys:
                    viewer.key(down, key)

        for viewer in (bound, free):
            self.follow(viewer, want)
        choose(free, '2')
        self.told(free, rfb.DESKTOP_SIZE)
        self.assertNotEqual((free.fb.width, free.fb.height), (800, 600))
        machine.guest('paint 2')
        want = machine.screendump(device='vga')
        self.follow(bound, want)
        choose(bound, '2')
        machine.guest('paint 3')
        want = machine.screendump(device='vga')
        self.follow(bound, want)
        choose(free, '1')
        self.follow(free, want)


if __name__ == '__main__':
    main()
