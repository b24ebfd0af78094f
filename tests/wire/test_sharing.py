# Which viewers may be connected at the same time: share= and connections=.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
import harness
import rfb


class Sharing(harness.WireTest):
    def setUp(self):
        pass

    def refused(self, shared):
        """A viewer that is dropped after ClientInit, without ServerInit."""
        mark = self.demo.mark()
        viewer = self.connect()
        viewer.security()
        viewer.send(bytes([shared]))
        self.assertEqual(viewer.read_to_end(), b'')
        self.assert_dropped(viewer, mark)
        self.assertEqual(self.demo.events('viewer', mark, '^initialized'), [])

    def test_allow_exclusive_is_the_default(self):
        for options in ((), ('share=allow-exclusive',)):
            with self.subTest(options=options):
                self.demo = self.start(*options)
                first, second = self.viewer(), self.viewer()
                self.full_update(first)
                self.full_update(second)
                mark = self.demo.mark()
                alone = self.viewer(shared=False)
                first.wait_closed()
                second.wait_closed()
                self.demo.wait_disconnected(mark, 2)
                self.assertEqual(len(self.demo.events('log', mark)), 2)
                self.full_update(alone)
                self.refused(shared=True)
                self.full_update(alone)

    def test_an_exclusive_viewer_follows_another(self):
        self.demo = self.start()
        first = self.viewer(shared=False)
        second = self.viewer(shared=False)
        first.wait_closed()
        self.full_update(second)
        mark = self.demo.mark()
        second.close()
        self.demo.wait_disconnected(mark)
        self.full_update(self.viewer())

    def test_an_exclusive_viewer_lets_others_finish_their_handshake(self):
        self.demo = self.start()
        half = self.connect()
        half.read_version()
        alone = self.viewer(shared=False)
        mark = self.demo.mark()
        alone.close()
        self.demo.wait_disconnected(mark)
        half.send(b'RFB 003.003\n\1')
        half.take(4)
        half.read_server_init()
        self.full_update(half)

    def test_force_shared(self):
        self.demo = self.start('share=force-shared')
        viewer = self.viewer()
        self.refused(shared=False)
        self.full_update(viewer)
        self.full_update(self.viewer())
        self.full_update(viewer)

    def test_ignore(self):
        self.demo = self.start('share=ignore')
        viewers = [self.viewer(shared=s) for s in (True, False, False, True)]
        for viewer in viewers:
            self.full_update(viewer)

    def test_any_flag_but_zero_means_shared(self):
        self.demo = self.start()
        first = self.viewer()
        second = self.connect()
        second.security()
        second.client_init(200)
        self.full_update(first)
        self.full_update(second)

    def test_viewer_events(self):
        self.demo = self.start()
        for shared in (True, False):
            with self.subTest(shared=shared):
                mark = self.demo.mark()
                viewer = self.viewer(shared=shared)
                host, port = viewer.name()
                who = 'ipv4 %s %d' % (host, port)
                connected = self.demo.wait_event('viewer', mark, '^connected .*' + who)
                initialized = self.demo.wait_event('viewer', mark, '^initialized .*' + who)
                viewer.close()
                gone = self.demo.wait_event('viewer', mark, '^disconnected .*' + who)
                numbers = {e.words[1] for e in (connected, initialized, gone)}
                self.assertEqual(len(numbers), 1)
                self.assertEqual(initialized.words[-1], str(int(shared)))
                self.assertEqual(gone.words[-1], str(int(shared)))
                self.assertLess(connected.number, initialized.number)
                self.assertEqual(len(self.demo.events('viewer', mark)), 3)

    def test_viewer_numbers_are_not_used_again(self):
        self.demo = self.start()
        for _ in range(5):
            mark = self.demo.mark()
            self.viewer().close()
            self.demo.wait_disconnected(mark)
        numbers = [e.words[1] for e in self.demo.events('viewer', match='^connected')]
        self.assertEqual(len(set(numbers)), 5)


class Connections(harness.WireTest):
    DEMO_OPTIONS = ('connections=2', 'share=force-shared')

    def test_the_newcomer_is_refused_when_all_places_are_taken(self):
        first, second = self.viewer(), self.viewer()
        for _ in range(3):
            mark = self.demo.mark()
            third = self.connect()
            third.security()
            third.send(b'\1')
            self.assertEqual(third.read_to_end(), b'')
            self.assert_dropped(third, mark)
        self.full_update(first)
        self.full_update(second)
        mark = self.demo.mark()
        first.close()
        self.demo.wait_disconnected(mark)
        self.full_update(self.viewer())
        self.full_update(second)

    def test_half_open_connections_make_room(self):
        """The one that has got furthest keeps its place, and so does the newest."""
        initialized = self.viewer()
        first = self.connect()
        first.read_version()
        first.send(b'RFB 003.008\n')
        self.assertEqual(first.take(2), b'\1\1')
        before = self.connect()
        before.read_version()
        for _ in range(3):
            mark = self.demo.mark()
            newest = self.connect()
            newest.read_version()
            self.assert_dropped(before, mark)
            before = newest
        newest.send(b'RFB 003.003\n\1')
        newest.take(4)
        newest.read_server_init()
        self.full_update(newest)
        self.full_update(initialized)
        mark = self.demo.mark()
        newest.close()
        self.demo.wait_disconnected(mark)
        first.send(b'\1')
        self.assertEqual(first.take(4), b'\0\0\0\0')
        first.client_init()
        self.full_update(first)

    def test_a_flood_of_half_open_connections(self):
        initialized = self.viewer()
        flood = [rfb.Viewer(self.demo.address) for _ in range(100)]
        self.full_update(initialized)
        for connection in flood:
            connection.close()
        self.demo.wait_event('viewer', 0, '^disconnected', 100)
        self.full_update(initialized)


if __name__ == '__main__':
    harness.main()
