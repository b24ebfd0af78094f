# Viewers hear the sound of the guest's speaker.
#
# Copyright (C) 2026 the threaded-vnc authors
# SPDX-License-Identifier: GPL-2.0-or-later
import struct
import subprocess

import machine
import rfb
from machine import DEADLINE, MachineTest, main

S16 = 3
RATE = 44100


class Audio(MachineTest):

    AUDIO = ('-audiodev', 'none,id=a', '-machine', 'pcspk-audiodev=a')
    VNC = '127.0.0.1:0,to=999,audiodev=a'

    def listener(self, guest, sample=S16, channels=1):
        viewer = rfb.Viewer(('127.0.0.1', guest.port())).handshake()
        self.addCleanup(viewer.close)
        viewer.set_encodings(rfb.AUDIO)
        self.assertEqual(len(viewer.read_update().pseudo(rfb.AUDIO)), 1)
        viewer.audio_format(sample, channels, RATE)
        viewer.audio_enable()
        return viewer

    def hear(self, viewer, form='h'):
        """Half a second of sound, from where it is no longer silent; a frame's samples as a tuple."""
        frames = []
        while len(frames) < RATE // 2:
            message = viewer.read_message()
            if isinstance(message, rfb.AudioData):
                new = list(struct.iter_unpack('<' + form, message.data))
                while new and not frames and not any(new[0]):
                    del new[0]
                frames += new
        return frames

    def assert_tone(self, samples, hz):
        signs = [sample > 0 for sample in samples if abs(sample) > 100]
        crossings = sum(a != b for a, b in zip(signs, signs[1:]))
        self.assertGreater(len(signs), len(samples) * 0.8)
        self.assertAlmostEqual(crossings / 2 / (len(samples) / RATE), hz, delta=hz * 0.1)

    def test_the_speaker_is_heard(self):
        guest = self.machine(*self.AUDIO, vnc=self.VNC)
        viewer = self.listener(guest)
        for hz in (500, 1200):
            guest.guest('beep %d' % hz)
            self.hear(viewer)  # what has been on its way
            self.assert_tone([frame[0] for frame in self.hear(viewer)], hz)
        guest.guest('beep 0')

    def test_the_end_is_told(self):
        guest = self.machine(*self.AUDIO, vnc=self.VNC)
        viewer = self.listener(guest)
        guest.guest('beep 700')
        self.hear(viewer)
        guest.guest('beep 0')
        while not isinstance(viewer.read_message(), rfb.AudioEnd):
            pass

    def test_two_viewers_in_their_formats(self):
        """And a third that comes when the second, who hears the same, does already."""
        guest = self.machine(*self.AUDIO, vnc=self.VNC)
        mono, stereo = self.listener(guest), self.listener(guest, 5, 2)
        guest.guest('beep 800')
        self.assert_tone([frame[0] for frame in self.hear(mono)], 800)
        frames = self.hear(stereo, 'ii')
        self.assert_tone([frame[1] / 65536 for frame in frames], 800)
        late = self.listener(guest, 5, 2)
        self.assert_tone([frame[0] / 65536 for frame in self.hear(late, 'ii')], 800)
        stereo.close()
        mono.audio_enable(False)
        self.assert_tone([frame[0] / 65536 for frame in self.hear(late, 'ii')], 800)

    def test_without_audiodev(self):
        """Offered by QEMU 7, and silent; in QEMU 10 there is none without an audio device."""
        guest = self.machine()
        viewer = self.viewer(guest, rfb.AUDIO)
        viewer.request(True)
        offered = viewer.read_update().pseudo(rfb.AUDIO)
        self.assertEqual(bool(offered), guest.qmp('query-version')['qemu']['major'] < 10)

    def test_quit_while_somebody_listens(self):
        guest = machine.Machine(*self.AUDIO, vnc=self.VNC)
        try:
            viewer = self.listener(guest)
            guest.guest('beep 800')
            self.hear(viewer)
        finally:
            guest.quit()

    def test_unknown_backend(self):
        done = subprocess.run(
            [machine.QEMU, '-nodefaults', '-accel', 'tcg', '-S', '-audiodev', 'none,id=a',
             '-vnc', '127.0.0.1:0,to=999,audiodev=b'],
            stdin=subprocess.DEVNULL, capture_output=True, timeout=DEADLINE, check=False)
        self.assertEqual(done.returncode, 1)
        self.assertIn(b"udiodev 'b' not found", done.stderr)


if __name__ == '__main__':
    main()
