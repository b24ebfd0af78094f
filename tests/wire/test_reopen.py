# Options opened again while viewers are connected: their effect on these viewers, at once.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
#
# docs/options.rst says what each option means to connected viewers.
import harness
import rfb

SHIFT = 0xffe1
LEFT = 1


class Reopen(harness.WireTest):

    def reopen(self, *options):
        host, port = self.demo.address
        self.demo.command(','.join(('open %s:%d' % (host, port - 5900),) + options))

    def request_all(self, viewer):
        viewer.request(False)
        viewer.read_update()

    def test_lossy(self):
        viewer = self.viewer()
        viewer.set_encodings(rfb.TIGHT, rfb.quality_level(5))
        self.demo.command('noise 0 0 320 240 1')
        self.request_all(viewer)
        self.assertEqual(viewer.decoders.jpegs, 0)
        self.reopen('lossy=on', 'lossless-refresh-ms=0')
        self.demo.command('noise 0 0 320 240 2')
        self.request_all(viewer)
        self.assertGreater(viewer.decoders.jpegs, 0)
        # What is there is sent exactly, though nothing changes and nothing is due.
        viewer.request(True)
        self.reopen('lossless-refresh-ms=0')
        jpegs = viewer.decoders.jpegs
        self.converge(viewer, self.demo.dump(), incremental=True)
        self.assertEqual(viewer.decoders.jpegs, jpegs)

    def test_lossless_refresh(self):
        self.reopen('lossy=on', 'lossless-refresh-ms=0')
        viewer = self.viewer()
        viewer.set_encodings(rfb.TIGHT, rfb.quality_level(5))
        self.demo.command('noise 0 0 320 240 1')
        self.request_all(viewer)
        self.assertIsNotNone(self.difference(viewer, self.demo.dump()))
        self.reopen('lossy=on', 'lossless-refresh-ms=10')
        self.converge(viewer, self.demo.dump(), incremental=True)

    def test_power_control(self):
        viewer, other = self.viewer(), self.viewer()
        viewer.set_encodings(rfb.XVP)
        self.full_update(viewer)
        self.reopen('power-control=on')
        message = viewer.read_message()
        self.assertEqual((message.version, message.code), (1, 1))
        viewer.xvp(4)
        self.assertEqual(self.demo.wait_event('power').text, 'reset')
        self.reopen()
        viewer.xvp(4)
        self.assertEqual(viewer.read_message().code, 0)
        # It has been told that there is some.
        self.reopen('power-control=on')
        viewer.xvp(3)
        self.demo.wait_event('power', match='reboot')
        self.full_update(viewer)
        # Whoever has not listed it is not told of it.
        self.full_update(other)

    def test_view_only(self):
        viewer, mark = self.viewer(), self.demo.mark()
        viewer.key(True, SHIFT)
        viewer.pointer(LEFT, 5, 5)
        self.demo.wait_event('pointer', mark, 'abs 5 5 1')
        self.reopen('view-only=on')
        self.demo.wait_event('key', mark, 'up %x' % SHIFT)
        self.demo.wait_event('pointer', mark, 'abs 5 5 0')
        mark = self.demo.mark()
        viewer.key(True, SHIFT)
        viewer.pointer(LEFT, 6, 6)
        self.full_update(viewer)
        self.assertEqual(self.demo.events('key', mark) + self.demo.events('pointer', mark), [])
        self.reopen()
        viewer.key(True, SHIFT)
        self.demo.wait_event('key', mark, 'down %x' % SHIFT)

    def test_idle_timeout(self):
        viewer, mark = self.viewer(), self.demo.mark()
        self.full_update(viewer)
        self.reopen('idle-timeout=1')
        viewer.wait_closed()
        self.demo.wait_event('log', mark, 'idle-timeout')

    def test_no_idle_timeout_any_more(self):
        self.reopen('idle-timeout=1')
        viewer = self.viewer()
        self.reopen()
        # Another one, whose time runs out after ours would have.
        with self.start('idle-timeout=1').viewer() as witness:
            witness.wait_closed()
        self.full_update(viewer)

    def test_resize(self):
        viewer = self.viewer()
        viewer.set_encodings(rfb.EXTENDED_DESKTOP_SIZE)
        self.full_update(viewer)
        for options, status in ((('resize=off',), 1), ((), 0)):
            self.reopen(*options)
            viewer.set_desktop_size(300, 200)
            answers = []
            while not answers:
                answers = [r for r in viewer.read_update().pseudo(rfb.EXTENDED_DESKTOP_SIZE)
                           if r.x == 1]
            self.assertEqual(answers[0].y, status)

    def test_whoever_is_in_stays(self):
        viewers = [self.viewer(), self.viewer()]
        self.reopen('connections=1', 'half-open=1', 'share=force-shared', 'password=on')
        for viewer in viewers:
            self.full_update(viewer)


if __name__ == '__main__':
    harness.main()
