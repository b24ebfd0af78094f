# A machine's states while viewers are connected: stop, reset, snapshots, migration, its end.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
import os
import signal
import time

import rfb
from machine import DEADLINE, MachineTest, main

ENCODINGS = (rfb.RAW, rfb.HEXTILE, rfb.ZLIB, rfb.TIGHT, rfb.ZRLE)


class StateTest(MachineTest):

    def viewers(self, machine, display=0):
        return [self.viewer(machine, encoding, rfb.DESKTOP_SIZE, display=display)
                for encoding in ENCODINGS]

    def show(self, machine, width, height, seed):
        """Have the guest paint; returns the picture."""
        machine.guest('mode %d %d' % (width, height))
        machine.guest('paint %d' % seed)
        return machine.screendump()

    def all_see(self, viewers, picture):
        for viewer in viewers:
            self.follow(viewer, picture)


class Runs(StateTest):

    def test_stop_and_cont(self):
        machine = self.machine()
        viewers = self.viewers(machine)
        want = self.show(machine, 800, 600, 1)
        self.all_see(viewers, want)
        machine.qmp('stop')
        late = self.viewers(machine)
        self.all_see(late, want)
        for viewer in viewers:
            viewer.request(False)  # is answered by a machine that stands still, too
            while not viewer.read_update().pixel_rects():
                pass
        machine.qmp('cont')
        self.all_see(viewers + late, self.show(machine, 640, 480, 2))

    def test_reset(self):
        machine = self.machine()
        viewers = self.viewers(machine)
        for seed in range(3):
            self.all_see(viewers, self.show(machine, 1024, 768, seed))
            machine.qmp('system_reset')
            machine.wait_ready()
        self.all_see(viewers, self.show(machine, 800, 600, 9))

    def test_quit(self):
        machine = self.machine()
        viewers = self.viewers(machine)
        self.show(machine, 1024, 768, 1)
        machine.guest('go')
        for viewer in viewers:
            viewer.request(False)
        machine.quit()
        for viewer in viewers:
            viewer.wait_closed()

    def test_daemonize(self):
        """Threads do not survive a fork: the server's must begin after it."""
        path = os.path.join(os.environ.get('TMPDIR', '/tmp'), 'vnc-e2e-%d.pid' % os.getpid())
        machine = self.machine('-daemonize', '-pidfile', path)
        with open(path) as f:
            pid = int(f.read())
        self.addCleanup(self.ends, pid)
        self.assertEqual(machine.process.wait(DEADLINE), 0)
        self.all_see(self.viewers(machine), self.show(machine, 800, 600, 1))
        viewers = self.viewers(machine)
        for seed in (2, 3):
            self.all_see(viewers, self.show(machine, 640, 480, seed))
        machine.quit()
        for viewer in viewers:
            viewer.wait_closed()
        self.ends(pid)
        self.assertFalse(os.path.exists(path))

    def ends(self, pid):
        """Wait for the end of a process that is not our child; then make sure of it."""
        end = time.monotonic() + DEADLINE
        try:
            while time.monotonic() < end:
                os.kill(pid, 0)
                time.sleep(0.05)
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            return
        self.fail('process %d does not end' % pid)


class Snapshots(StateTest):

    def disk(self, machine):
        """A place for snapshots: an empty qcow2 image, which no device uses."""
        path = os.path.join(machine.directory, 'disk.qcow2')
        with open(path, 'wb'):
            pass
        machine.qmp('blockdev-add', driver='file', **{'node-name': 'file'}, filename=path)
        machine.qmp('blockdev-create', **{'job-id': 'create'},
                    options={'driver': 'qcow2', 'file': 'file', 'size': 1 << 20})
        while machine.qmp('query-jobs')[0]['status'] != 'concluded':
            time.sleep(0.05)
        self.assertNotIn('error', machine.qmp('query-jobs')[0])
        machine.qmp('job-dismiss', id='create')
        machine.qmp('blockdev-add', driver='qcow2', **{'node-name': 'disk'}, file='file')

    def test_loadvm(self):
        machine = self.machine()
        self.disk(machine)
        viewers = self.viewers(machine)
        first = self.show(machine, 800, 600, 1)
        self.all_see(viewers, first)
        self.assertEqual(machine.hmp('savevm one'), '')
        for width, height in ((1024, 768), (800, 600)):
            with self.subTest(width=width):
                self.all_see(viewers, self.show(machine, width, height, 2))
                self.assertEqual(machine.hmp('loadvm one'), '')
                self.all_see(viewers, first)
                self.all_see(self.viewers(machine), first)
        # It lives on.
        self.all_see(viewers, self.show(machine, 640, 480, 3))


class Migration(StateTest):

    def test_viewers_on_both_sides(self):
        source = self.machine('-name', 'Tom')
        path = os.path.join(source.directory, 'migration')
        target = self.machine('-name', 'Tom', '-incoming', 'unix:' + path, running=False)
        before, after = self.viewers(source), self.viewers(target)
        name = self.viewer(target, rfb.RAW, rfb.DESKTOP_NAME)
        self.assertEqual(name.name_of_desktop, 'QEMU (Tom) [Paused]')
        want = self.show(source, 1024, 768, 1)
        self.all_see(before, want)
        source.qmp('migrate', uri='unix:' + path)
        while True:
            status = source.qmp('query-migrate')['status']
            if status == 'completed':
                break
            self.assertNotIn(status, ('failed', 'cancelled'))
            time.sleep(0.05)
        self.all_see(after, want)
        self.all_see(before + self.viewers(source), want)
        self.told(name, rfb.DESKTOP_NAME, lambda r: r.data == 'QEMU (Tom)')
        # The guest goes on at the other side.
        self.all_see(after, self.show(target, 800, 600, 2))
        self.all_see(before, want)


if __name__ == '__main__':
    main()
