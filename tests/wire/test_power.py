# Power control (xvp): which viewers are offered it, the host's actions, the server's answers.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
import os
import struct

import harness
import rfb

ACTIONS = {2: 'shutdown', 3: 'reboot', 4: 'reset'}


class PowerTest(harness.WireTest):

    def offered(self, *encodings):
        """A viewer that has been told that there is power control."""
        viewer = self.viewer()
        viewer.set_encodings(rfb.XVP, *encodings)
        message = viewer.read_message()
        self.assertIsInstance(message, rfb.Xvp)
        self.assertEqual((message.version, message.code), (1, 1))
        return viewer

    def assert_refused(self, viewer, version=1):
        message = viewer.read_message()
        self.assertIsInstance(message, rfb.Xvp)
        self.assertEqual((message.version, message.code), (version, 0))


class On(PowerTest):
    SHARED_DEMO = True
    DEMO_OPTIONS = ('power-control=on',)

    def test_each_action(self):
        viewer = self.offered()
        for code, name in ACTIONS.items():
            mark = self.demo.mark()
            viewer.xvp(code)
            self.assertEqual(self.demo.wait_event('power', mark).text, name)
            self.demo.sync()
            self.assertEqual(len(self.demo.events('power', mark)), 1)
        # What is done is not answered.
        viewer.xvp(99)
        self.assert_refused(viewer)

    def test_what_is_not_known_is_refused(self):
        viewer, mark = self.offered(), self.demo.mark()
        for code in (0, 1, 5, 255):
            viewer.xvp(code)
            self.assert_refused(viewer)
        for version in (0, 2, 255):
            for code in ACTIONS:
                viewer.xvp(code, version)
                self.assert_refused(viewer, version)
        self.assertEqual(self.demo.events('power', mark), [])
        self.full_update(viewer)

    def test_it_is_offered_once(self):
        viewer = self.offered()
        for _ in range(3):
            viewer.set_encodings(rfb.XVP)
        viewer.xvp(0)
        self.assert_refused(viewer)
        viewer.request(False)
        self.assertIsInstance(viewer.read_message(), rfb.Update)

    def test_it_is_offered_before_anything_is_refused(self):
        viewer = self.viewer()
        viewer.features.add(rfb.XVP)
        viewer.send(rfb.pack_encodings([rfb.XVP]) + struct.pack('>BxBB', 250, 1, 9))
        offer = viewer.read_message()
        self.assertEqual((offer.version, offer.code), (1, 1))
        self.assert_refused(viewer)

    def test_it_is_told_without_a_request_and_before_pixels(self):
        viewer = self.viewer()
        viewer.features.add(rfb.XVP)
        viewer.send(rfb.pack_encodings([rfb.XVP]) + rfb.pack_request(False))
        viewer.features.add(rfb.XVP)
        self.assertIsInstance(viewer.read_message(), rfb.Xvp)
        self.assertIsInstance(viewer.read_message(), rfb.Update)

    def test_not_listed(self):
        viewer, mark = self.viewer(), self.demo.mark()
        self.full_update(viewer)
        viewer.xvp(2)
        self.assert_dropped(viewer, mark, 'message type 250')
        self.assertEqual(self.demo.events('power', mark), [])

    def test_not_listed_any_more(self):
        viewer, mark = self.offered(), self.demo.mark()
        viewer.set_encodings(rfb.RAW)
        viewer.xvp(2)
        self.assert_dropped(viewer, mark, 'message type 250')

    def test_byte_by_byte(self):
        viewer, mark = self.offered(), self.demo.mark()
        for byte in struct.pack('>BxBB', 250, 1, 4):
            viewer.send(bytes([byte]))
            self.demo.ping()
        self.assertEqual(self.demo.wait_event('power', mark).text, 'reset')

    def test_who_does_not_read_is_not_answered_for_ever(self):
        """The answers to 4 MB of nonsense do not gather."""
        path = os.path.join(self.demo.directory, 'socket')
        demo = self.start('power-control=on', address='unix:' + path)  # whose sockets hold little
        with demo.viewer() as viewer:
            viewer.set_encodings(rfb.XVP)
            viewer.send(struct.pack('>BxBB', 250, 1, 77) * (1 << 20))
            demo.sync()
            viewer.request(False)
            while not isinstance(viewer.read_message(), rfb.Update):
                pass
            self.assertLess(viewer.received, 2 << 20)
            self.full_update(viewer, demo)


class Off(PowerTest):
    SHARED_DEMO = True

    def test_it_is_not_offered(self):
        viewer, mark = self.viewer(), self.demo.mark()
        viewer.set_encodings(rfb.XVP)
        viewer.request(False)
        self.assertIsInstance(viewer.read_message(), rfb.Update)
        viewer.xvp(4)
        self.assert_dropped(viewer, mark, 'message type 250.*not been told')
        self.assertEqual(self.demo.events('power', mark), [])

    def test_switched_off_and_on(self):
        where = '%s:%d' % (self.demo.address[0], self.demo.address[1] - 5900)
        self.demo.command('open %s,power-control=on' % where)
        viewer, mark = self.offered(), self.demo.mark()
        self.demo.command('open %s' % where)
        viewer.xvp(4)
        self.assert_refused(viewer)
        viewer.set_encodings(rfb.RAW, rfb.XVP)  # which it may list again: it has been told
        viewer.xvp(4)
        self.assert_refused(viewer)
        self.assertEqual(self.demo.events('power', mark), [])


class ViewOnly(PowerTest):
    DEMO_OPTIONS = ('power-control=on', 'view-only=on')

    def test_who_may_only_look_may_not(self):
        viewer, mark = self.offered(), self.demo.mark()
        for code in ACTIONS:
            viewer.xvp(code)
            self.assert_refused(viewer)
        self.assertEqual(self.demo.events('power', mark), [])
        self.full_update(viewer)


if __name__ == '__main__':
    harness.main()
