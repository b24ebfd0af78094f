# Power control: the machine does as a viewer asks.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
import rfb
from machine import MachineTest, main

SHUTDOWN, REBOOT, RESET = 2, 3, 4


class Power(MachineTest):

    def viewer(self, machine):
        viewer = rfb.Viewer(('127.0.0.1', machine.port())).handshake()
        self.addCleanup(viewer.close)
        viewer.set_encodings(rfb.XVP)
        return viewer

    def started(self, **keywords):
        """A machine, and a viewer that has been told of power control."""
        machine = self.machine(vnc='127.0.0.1:0,to=999,power-control=on', **keywords)
        viewer = self.viewer(machine)
        message = viewer.read_message()
        self.assertIsInstance(message, rfb.Xvp)
        self.assertEqual((message.version, message.code), (1, 1))
        return machine, viewer

    def assert_refused(self, viewer):
        message = viewer.read_message()
        self.assertIsInstance(message, rfb.Xvp)
        self.assertEqual((message.version, message.code), (1, 0))

    def test_shutdown_is_the_power_button(self):
        machine, viewer = self.started()
        viewer.xvp(SHUTDOWN)
        machine.wait_event('POWERDOWN')
        self.assertTrue(machine.qmp('query-status')['running'])

    def test_reset(self):
        machine, viewer = self.started()
        machine.guest('mode 640 480')
        viewer.xvp(RESET)
        event = machine.wait_event('RESET')
        self.assertEqual(event['reason'], 'host-qmp-system-reset')
        machine.wait_ready()
        machine.guest('paint 1')
        # The viewer has stayed.
        viewer.request(False)
        self.assertIsInstance(viewer.read_update(), rfb.Update)

    def test_reboot_is_three_keys(self):
        machine, viewer = self.started()
        viewer.xvp(REBOOT)
        self.assertEqual(machine.guest_events(8, 'key'),
                         ['key 1d', 'key 38', 'key e0', 'key 53',
                          'key e0', 'key d3', 'key b8', 'key 9d'])

    def test_reboot_of_a_machine_that_stands_still(self):
        machine, viewer = self.started()
        machine.qmp('stop')
        viewer.xvp(REBOOT)
        self.assert_refused(viewer)

    def test_off(self):
        machine = self.machine()
        viewer = self.viewer(machine)
        viewer.request(False)
        self.assertIsInstance(viewer.read_message(), rfb.Update)
        viewer.xvp(RESET)
        viewer.wait_closed()
        self.assertTrue(machine.qmp('query-status')['running'])


if __name__ == '__main__':
    main()
