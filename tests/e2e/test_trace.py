# Trace events in QEMU: -trace, and the monitor's trace-event.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
import os
import re

import rfb
from machine import MachineTest, main


class TraceTest(MachineTest):

    def events(self, machine):
        """[(name, text)] of what QEMU has said."""
        return re.findall(r'^(vnc_[a-z_]+) (.*)$', machine.said(), re.MULTILINE)

    def visit(self, machine):
        """A viewer comes, sees the picture and goes."""
        machine.guest('paint 1')
        viewer = self.viewer(machine, rfb.ZRLE)
        self.follow(viewer, machine.screendump())
        viewer.close()


class Options(TraceTest):

    def test_off(self):
        machine = self.machine()
        self.visit(machine)
        machine.wait_event('VNC_DISCONNECTED')
        self.assertEqual(self.events(machine), [])

    def test_some(self):
        machine = self.machine('-trace', 'vnc_client*')
        self.visit(machine)
        machine.wait_said('vnc_client_disconnect_finish viewer=0 ')
        names = [name for name, _ in self.events(machine)]
        self.assertEqual([name for name in names if 'throttle' not in name],
                         ['vnc_client_connect', 'vnc_client_init', 'vnc_client_eof',
                          'vnc_client_disconnect_start', 'vnc_client_disconnect_finish'])
        self.assertRegex(machine.said(), r'vnc_client_connect viewer=0 peer=127\.0\.0\.1:\d+')

    def test_all(self):
        """The worker's, too; from several displays at a time."""
        machine = self.machine('-trace', 'vnc_*', vnc=['127.0.0.1:0,to=999'] * 2)
        machine.guest('paint 1')
        viewers = [self.viewer(machine, rfb.TIGHT, display=display) for display in (0, 1) * 3]
        machine.guest('go')
        for _ in range(30):
            for viewer in viewers:
                viewer.request(True)
                viewer.read_update()
        for name in ('vnc_server_listen', 'vnc_auth_init', 'vnc_auth_pass', 'vnc_server_refresh',
                     'vnc_msg_client_set_encodings', 'vnc_job_push', 'vnc_job_start',
                     'vnc_job_done', 'vnc_key_map_init'):
            machine.wait_said(name + ' ')
        # Lines are whole, whichever thread they come from.
        for line in machine.said().splitlines()[:-1]:
            self.assertRegex(line, r'^(vnc_[a-z_]+ \S|VNC server running on )')

    def test_keys(self):
        """QEMU's own events, with QEMU's own arguments."""
        machine = self.machine('-trace', 'vnc_key_*', '-k', 'de')
        viewer = self.viewer(machine, rfb.RAW)
        viewer.key(True, ord('z'))
        viewer.key(False, ord('z'))
        viewer.set_encodings(rfb.RAW, rfb.EXTENDED_KEY_EVENT)
        viewer.extended_key(True, ord('a'), 0x1e)
        viewer.extended_key(False, ord('a'), 0x1e)
        machine.wait_said('vnc_key_event_ext down 0, sym 0x61, keycode 0x1e [a]\n')
        self.assertEqual([event for event in self.events(machine) if 'event' in event[0]],
                         [('vnc_key_event_map', 'down 1, sym 0x7a -> keycode 0x15 [y]'),
                          ('vnc_key_event_map', 'down 0, sym 0x7a -> keycode 0x15 [y]'),
                          ('vnc_key_event_ext', 'down 1, sym 0x61, keycode 0x1e [a]'),
                          ('vnc_key_event_ext', 'down 0, sym 0x61, keycode 0x1e [a]')])
        self.assertIn(('vnc_key_map_init', 'de'), self.events(machine))


class Monitor(TraceTest):

    def test_on_and_off(self):
        machine = self.machine()
        self.assertEqual(machine.hmp('info trace-events vnc_auth_start'),
                         'vnc_auth_start : state 0\n')
        self.visit(machine)
        machine.hmp('trace-event vnc_auth_start on')
        self.visit(machine)
        machine.wait_said('vnc_auth_start viewer=1 method=1 ')
        machine.hmp('trace-event vnc_auth_start off')
        self.visit(machine)
        self.assertEqual([name for name, _ in self.events(machine)], ['vnc_auth_start'])

    def test_while_updates_flow(self):
        """On and off again, and to other files, under the worker's hands."""
        machine = self.machine()
        viewer = self.viewer(machine, rfb.ZRLE)
        machine.guest('go')
        paths = [os.path.join(machine.directory, 'log%d' % i) for i in range(2)]

        def look_on():
            for _ in range(3):
                viewer.request(True)
                viewer.read_update()

        for i in range(20):
            machine.hmp('logfile ' + paths[i % 2])
            machine.hmp('trace-event vnc_job* ' + ('off' if i % 4 == 3 else 'on'))
            look_on()
        machine.hmp('trace-event vnc_job* on')
        for path in paths:
            # Opened again, it is empty: of three updates two are done with before the last comes.
            machine.hmp('logfile ' + path)
            look_on()
            with open(path) as f:
                self.assertIn('vnc_job_done viewer=0 ', f.read())
        machine.hmp('trace-event vnc_job* off')
        machine.guest('paint 1')
        self.follow(viewer, machine.screendump())


if __name__ == '__main__':
    main()
