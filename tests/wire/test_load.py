# Slow viewers, viewers that leave, and screens that always change.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
import harness
import rfb

WIDTH, HEIGHT = 640, 480
FRAME = WIDTH * HEIGHT * 4


def noise(demo, seed):
    demo.command('noise 0 0 %d %d %d' % (WIDTH, HEIGHT, seed))


class NeverReads(harness.WireTest):
    DEMO_ARGUMENTS = {'size': '%dx%d' % (WIDTH, HEIGHT)}

    def sleeper(self, *encodings):
        """A viewer that has asked for much and does not read."""
        viewer = self.viewer(receive_buffer=16384)
        viewer.set_encodings(*encodings)
        for _ in range(100):
            viewer.request(False)
            viewer.request(True)
        return viewer

    def test_others_get_their_updates_and_it_can_resume(self):
        """What has gathered for it is no more than a few frames and what the sockets hold, how
        much ever happened meanwhile."""
        sleeper, reader = self.sleeper(rfb.RAW), self.viewer()
        frames = 40
        for seed in range(frames):
            noise(self.demo, seed)
            sleeper.request(True)
            sleeper.request(False)
            self.converge(reader, self.demo.dump(), incremental=True)
        self.demo.sync()
        start = sleeper.received
        # reads all that was sent for the requests so far, up to the marker
        sleeper.set_encodings(rfb.RAW, rfb.DESKTOP_NAME)
        sleeper.request(True)
        while not sleeper.read_update().pseudo(rfb.DESKTOP_NAME):
            pass
        self.assertLess(sleeper.received - start, 12 * FRAME)
        self.converge(sleeper, self.demo.dump(), incremental=True)
        noise(self.demo, 1000)
        self.converge(sleeper, self.demo.dump(), incremental=True)

    def test_it_is_bounded_when_nothing_but_pseudo_rectangles_happen(self):
        sleeper, reader = self.sleeper(rfb.RAW, rfb.LED_STATE, rfb.CURSOR, rfb.DESKTOP_NAME,
                                       rfb.EXTENDED_DESKTOP_SIZE), self.viewer()
        self.demo.command('resizing never')
        self.full_update(reader)
        for i in range(300):
            self.demo.command('leds %d' % (i % 8))
            self.demo.command('name ' + 'x' * 1000 + str(i))
            sleeper.request(i % 2)
            sleeper.set_desktop_size(1, 1)
        self.full_update(reader)
        sleeper.set_encodings(rfb.RAW, rfb.EXTENDED_KEY_EVENT)
        sleeper.request(True)
        while not sleeper.read_update().pseudo(rfb.EXTENDED_KEY_EVENT):
            pass
        self.assertLess(sleeper.received, 12 * FRAME)
        self.full_update(sleeper)

    def test_resize_while_it_sleeps(self):
        sleeper, reader = self.sleeper(rfb.RAW, rfb.DESKTOP_SIZE), self.viewer()
        for i in range(20):
            self.demo.command('size %d %d' % (WIDTH - i, HEIGHT + i))
            noise(self.demo, i)
            reader.request(True)
        self.demo.command('size %d %d' % (WIDTH, HEIGHT))
        picture = self.demo.dump()
        self.converge(reader, picture)
        self.converge(sleeper, picture)

    def test_it_leaves_without_ever_reading(self):
        reader = self.viewer()
        for i in range(5):
            mark = self.demo.mark()
            sleeper = self.sleeper(rfb.RAW)
            noise(self.demo, i)
            self.demo.sync()
            sleeper.close()
            self.demo.wait_disconnected(mark)
        self.full_update(reader)

    def test_sleepers_when_the_server_ends(self):
        for _ in range(3):
            self.sleeper(rfb.ZRLE)
        self.sleeper(rfb.RAW)
        noise(self.demo, 1)


class Storms(harness.WireTest):
    DEMO_ARGUMENTS = {'size': '320x240'}

    def test_mode_switches_with_pipelined_requests(self):
        """Freezes nobody; all see the right picture in the end."""
        viewers = []
        for encodings in ((rfb.TIGHT, rfb.DESKTOP_SIZE, rfb.CURSOR, rfb.LED_STATE),
                          (rfb.ZRLE, rfb.EXTENDED_DESKTOP_SIZE, rfb.CURSOR_WITH_ALPHA)):
            viewer = self.viewer()
            viewer.set_encodings(*encodings)
            viewers.append(viewer)
        for i in range(25):
            for viewer in viewers:
                for k in range(4):
                    viewer.request(k % 2, 0, 0, 65535, 65535)
            self.demo.command('storm %d' % (1 + i % 5))
            self.demo.command('leds %d' % (i % 8))
            for viewer in viewers:
                viewer.read_update()
        self.demo.command('size 320 240')
        self.demo.command('paint 4')
        picture = self.demo.dump()
        for viewer in viewers:
            self.converge(viewer, picture)
        self.demo.command('rect 10 10 100 100 708090')
        picture = self.demo.dump()
        for viewer in viewers:
            self.converge(viewer, picture, incremental=True)

    def test_one_long_storm(self):
        viewers = [self.viewer(), self.viewer()]
        viewers[0].set_encodings(rfb.HEXTILE, rfb.DESKTOP_SIZE)
        viewers[1].set_encodings(rfb.ZLIB)
        for viewer in viewers:
            for _ in range(30):
                viewer.request(False)
                viewer.request(True)
        self.demo.command('storm 300')
        self.demo.command('size 320 240')
        picture = self.demo.dump()
        for viewer in viewers:
            self.converge(viewer, picture)


class Departures(harness.WireTest):
    DEMO_ARGUMENTS = {'size': '800x600', 'still': False, 'fps': 100}

    def test_viewers_that_leave_in_the_middle_of_an_update(self):
        stays = self.viewer()
        stays.set_encodings(rfb.ZRLE)
        encodings = (rfb.RAW, rfb.HEXTILE, rfb.ZLIB, rfb.TIGHT, rfb.ZRLE)
        for i in range(100):
            viewer = self.demo.viewer()
            viewer.set_encodings(encodings[i % 5], rfb.DESKTOP_SIZE, rfb.CURSOR)
            for _ in range(1 + i % 3):
                viewer.request(False)
            if i % 4:
                viewer.take(1 + i * 37)
            viewer.close()
            stays.request(True)
            stays.read_update()
        self.demo.wait_event('viewer', 0, '^disconnected', 100)
        self.demo.command('still')
        self.full_update(stays)

    def test_the_server_ends_in_the_middle_of_updates(self):
        for _ in range(4):
            demo = harness.Demo(size='1024x768', still=False)
            viewers = [demo.viewer() for _ in range(4)]
            for viewer, encoding in zip(viewers, (rfb.TIGHT, rfb.ZRLE, rfb.ZLIB, rfb.RAW)):
                viewer.set_encodings(encoding, rfb.compress_level(9))
                viewer.request(False)
                viewer.request(True)
            demo.quit()
            for viewer in viewers:
                viewer.wait_closed()
                viewer.close()

    def test_many_viewers_come_and_go(self):
        for i in range(10):
            viewers = [self.demo.viewer() for _ in range(10)]
            for viewer in viewers:
                viewer.request(False)
            for viewer in viewers[i % 3:]:
                viewer.read_update()
            for viewer in viewers:
                viewer.close()
        self.demo.wait_event('viewer', 0, '^disconnected', 100)
        self.demo.command('still')
        self.full_update(self.viewer())


if __name__ == '__main__':
    harness.main()
